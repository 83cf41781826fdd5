"""skm counter: where residents sit down, and where a tablet may stand."""

from __future__ import annotations

import dataclasses
from operator import attrgetter

import click

from survey.commands import organise
from survey.commands.base import Here, command, command_group, unit_of
from survey.organisation import Counter

COLUMNS = {name: attrgetter(name) for name in ("unit", "key", "name", "service", "active")}


@command_group("counter", short_help="Loket sebuah unit: daftar, tambah, ubah, nonaktif.")
def counter() -> None:
    """Loket sebuah unit: daftar, tambah, ubah, nonaktif.

    \b
    Contoh:
      skm counter add dukcapil loket-1 --name "Loket 1" --service ktp-el
      skm counter list dukcapil
    """


@command("list", counter)
@click.argument("unit", metavar="[UNIT]", required=False)
@organise.format_option
@click.pass_obj
def list_counters(here: Here, unit: str | None, form: str) -> None:
    """Daftar loket sebuah unit, atau semuanya.

    \b
    Contoh:
      skm counter list dukcapil
    """
    units = here.store.units() if unit is None else [unit_of(here.store, unit)]
    organise.show([c for u in units for c in here.store.counters(u.key)], COLUMNS, form)


@command("add", counter)
@click.argument("unit")
@click.argument("key", metavar="KUNCI")
@click.option("--name", required=True, help="Nama loket.")
@click.option("--service", default="", help="Kunci layanan; kosong: loket untuk seluruh unit.")
@organise.no_link_option
@click.pass_obj
def add(here: Here, unit: str, key: str, name: str, service: str, no_link: bool) -> None:
    """Menambah loket, beserta satu tautan tablet (kiosk) dan satu tautan QR.

    \b
    Contoh:
      skm counter add dukcapil loket-1 --name "Loket 1" --service ktp-el
    """
    unit_of(here.store, unit)
    made = Counter(unit, organise.checked_key(key), organise.checked_name(name), service)
    if service:
        organise.service_of(here.store, unit, service)
    organise.refuse_double(here.store.counters(unit), key, "Loket")
    begun = organise.add_place(here, here.store.save_counter, made, no_link, unit, service, key)
    click.echo(f"Loket '{key}' ditambahkan pada unit '{unit}'.")
    organise.announce(here, begun)


@command("edit", counter)
@click.argument("unit")
@click.argument("key", metavar="KUNCI")
@click.option("--name", help="Nama loket.")
@click.pass_obj
def edit(here: Here, unit: str, key: str, name: str | None) -> None:
    """Mengubah nama loket; kuncinya tetap.

    \b
    Contoh:
      skm counter edit dukcapil loket-1 --name "Loket Prioritas"
    """
    before = organise.counter_of(here.store, unit_of(here.store, unit).key, key)
    organise.keep(here, "counter edit", here.store.save_counter, organise.changed(before, name=name))
    click.echo(f"Loket '{key}' diubah.")


@command("off", counter)
@click.argument("unit")
@click.argument("key", metavar="KUNCI")
@click.pass_obj
def off(here: Here, unit: str, key: str) -> None:
    """Menonaktifkan loket; isiannya tetap ada.

    \b
    Contoh:
      skm counter off dukcapil loket-1
    """
    _switch(here, unit, key, False)
    click.echo(f"Loket '{key}' nonaktif.")


@command("on", counter)
@click.argument("unit")
@click.argument("key", metavar="KUNCI")
@click.pass_obj
def on(here: Here, unit: str, key: str) -> None:
    """Mengaktifkan kembali loket.

    \b
    Contoh:
      skm counter on dukcapil loket-1
    """
    _switch(here, unit, key, True)
    click.echo(f"Loket '{key}' aktif.")


def _switch(here: Here, unit: str, key: str, active: bool) -> None:
    before = organise.counter_of(here.store, unit_of(here.store, unit).key, key)
    changed = dataclasses.replace(before, active=active)
    organise.keep(here, f"counter {'on' if active else 'off'}", here.store.save_counter, changed)
