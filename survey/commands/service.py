"""skm service: what a unit does for residents."""

from __future__ import annotations

import dataclasses
from operator import attrgetter

import click

from survey.commands import organise
from survey.commands.base import Here, command, command_group, unit_of
from survey.organisation import Service

COLUMNS = {name: attrgetter(name) for name in ("unit", "key", "name", "population", "active")}


@command_group("service", short_help="Layanan sebuah unit: daftar, tambah, ubah, nonaktif.")
def service() -> None:
    """Layanan sebuah unit: daftar, tambah, ubah, nonaktif.

    \b
    Contoh:
      skm service add dukcapil ktp-el --name "Perekaman dan Pencetakan KTP-el"
      skm service list dukcapil
    """


@command("list", service)
@click.argument("unit", metavar="[UNIT]", required=False)
@organise.format_option
@click.pass_obj
def list_services(here: Here, unit: str | None, form: str) -> None:
    """Daftar layanan sebuah unit, atau semuanya.

    \b
    Contoh:
      skm service list dukcapil --format json
    """
    units = here.store.units() if unit is None else [unit_of(here.store, unit)]
    organise.show([s for u in units for s in here.store.services(u.key)], COLUMNS, form)


@command("add", service)
@click.argument("unit")
@click.argument("key", metavar="KUNCI")
@click.option("--name", required=True, help="Nama layanan, seperti tercetak di laporan.")
@organise.population_option
@organise.no_link_option
@click.pass_obj
def add(here: Here, unit: str, key: str, name: str, population: int | None, no_link: bool) -> None:
    """Menambah layanan, beserta satu tautan QR.

    \b
    Contoh:
      skm service add dukcapil ktp-el --name "Perekaman dan Pencetakan KTP-el"
    """
    unit_of(here.store, unit)
    made = Service(unit, organise.checked_key(key), organise.checked_name(name), population)
    organise.refuse_double(here.store.services(unit), key, "Layanan")
    begun = organise.add_place(here, here.store.save_service, made, no_link, unit, key)
    click.echo(f"Layanan '{key}' ditambahkan pada unit '{unit}'.")
    organise.announce(here, begun)


@command("edit", service)
@click.argument("unit")
@click.argument("key", metavar="KUNCI")
@click.option("--name", help="Nama layanan.")
@organise.population_option
@click.pass_obj
def edit(here: Here, unit: str, key: str, name: str | None, population: int | None) -> None:
    """Mengubah keterangan layanan; kuncinya tetap.

    \b
    Contoh:
      skm service edit dukcapil ktp-el --population 8000
    """
    before = organise.service_of(here.store, unit_of(here.store, unit).key, key)
    changed = organise.changed(before, name=name, population=population)
    organise.keep(here, "service edit", here.store.save_service, changed)
    click.echo(f"Layanan '{key}' diubah.")


@command("off", service)
@click.argument("unit")
@click.argument("key", metavar="KUNCI")
@click.pass_obj
def off(here: Here, unit: str, key: str) -> None:
    """Menonaktifkan layanan; isian dan laporannya tetap ada.

    \b
    Contoh:
      skm service off dukcapil ktp-el
    """
    _switch(here, unit, key, False)
    click.echo(f"Layanan '{key}' nonaktif.")


@command("on", service)
@click.argument("unit")
@click.argument("key", metavar="KUNCI")
@click.pass_obj
def on(here: Here, unit: str, key: str) -> None:
    """Mengaktifkan kembali layanan.

    \b
    Contoh:
      skm service on dukcapil ktp-el
    """
    _switch(here, unit, key, True)
    click.echo(f"Layanan '{key}' aktif.")


def _switch(here: Here, unit: str, key: str, active: bool) -> None:
    before = organise.service_of(here.store, unit_of(here.store, unit).key, key)
    changed = dataclasses.replace(before, active=active)
    organise.keep(here, f"service {'on' if active else 'off'}", here.store.save_service, changed)
