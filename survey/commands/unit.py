"""skm unit: the offices that serve residents."""

from __future__ import annotations

import dataclasses
from operator import attrgetter

import click

from survey.commands import organise
from survey.commands.base import Here, command, command_group, unit_of
from survey.organisation import Unit

COLUMNS = {name: attrgetter(name) for name in ("key", "name", "address", "phone", "population", "active")}


@command_group("unit", short_help="Unit penyelenggara: daftar, tambah, ubah, nonaktif.")
def unit() -> None:
    """Unit penyelenggara: daftar, tambah, ubah, nonaktif.

    \b
    Contoh:
      skm unit add dukcapil --name "Dinas Kependudukan dan Pencatatan Sipil"
      skm unit list --format json
    """


@command("list", unit)
@organise.format_option
@click.pass_obj
def list_units(here: Here, form: str) -> None:
    """Daftar unit.

    \b
    Contoh:
      skm unit list
    """
    organise.show(here.store.units(), COLUMNS, form)


@command("add", unit)
@click.argument("key", metavar="KUNCI")
@click.option("--name", required=True, help="Nama resmi, seperti tercetak di laporan.")
@click.option("--address", default="", help="Alamat kantor.")
@click.option("--phone", default="", help="Telepon kantor.")
@organise.population_option
@organise.no_link_option
@organise.sure_option
@click.pass_obj
def add(
    here: Here,
    key: str,
    name: str,
    address: str,
    phone: str,
    population: int | None,
    no_link: bool,
    sure: bool,
) -> None:
    """Menambah unit, beserta satu tautan QR untuk seluruh unit.

    \b
    Contoh:
      skm unit add dukcapil --name "Dinas Kependudukan dan Pencatatan Sipil" --population 12000
    """
    made = Unit(
        organise.checked_key(key),
        organise.checked_name(name),
        organise.checked_address(address),
        organise.checked_phone(phone),
        population,
    )
    organise.refuse_double(here.store.units(), key, "Unit")
    organise.refuse_look_alike(here.store, made.name, sure)
    begun = organise.add_place(here, here.store.save_unit, made, no_link, key)
    click.echo(f"Unit '{key}' ditambahkan.")
    organise.announce(here, begun)


@command("edit", unit)
@click.argument("key", metavar="KUNCI")
@click.option("--name", help="Nama resmi.")
@click.option("--address", help="Alamat kantor.")
@click.option("--phone", help="Telepon kantor.")
@organise.population_option
@organise.sure_option
@click.pass_obj
def edit(
    here: Here,
    key: str,
    name: str | None,
    address: str | None,
    phone: str | None,
    population: int | None,
    sure: bool,
) -> None:
    """Mengubah keterangan unit; kuncinya tetap.

    \b
    Contoh:
      skm unit edit dukcapil --phone "(0550) 55-0101"
    """
    before = unit_of(here.store, key)
    organise.refuse_look_alike(here.store, name, sure, key)
    changed = organise.changed(before, name=name, address=address, phone=phone, population=population)
    organise.keep(here, "unit edit", here.store.save_unit, changed)
    click.echo(f"Unit '{key}' diubah.")


@command("off", unit)
@click.argument("key", metavar="KUNCI")
@click.pass_obj
def off(here: Here, key: str) -> None:
    """Menonaktifkan unit; isian dan laporannya tetap ada.

    \b
    Contoh:
      skm unit off dukcapil
    """
    _switch(here, key, False)
    click.echo(f"Unit '{key}' nonaktif.")


@command("on", unit)
@click.argument("key", metavar="KUNCI")
@click.pass_obj
def on(here: Here, key: str) -> None:
    """Mengaktifkan kembali unit.

    \b
    Contoh:
      skm unit on dukcapil
    """
    _switch(here, key, True)
    click.echo(f"Unit '{key}' aktif.")


def _switch(here: Here, key: str, active: bool) -> None:
    changed = dataclasses.replace(unit_of(here.store, key), active=active)
    organise.keep(here, f"unit {'on' if active else 'off'}", here.store.save_unit, changed)
