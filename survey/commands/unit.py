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
    here.store.save_unit(made)
    click.echo(f"Unit '{key}' ditambahkan.")
    organise.add_links(here, no_link, key)


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
    here.store.save_unit(
        organise.changed(before, name=name, address=address, phone=phone, population=population)
    )
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
    here.store.save_unit(dataclasses.replace(unit_of(here.store, key), active=False))
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
    here.store.save_unit(dataclasses.replace(unit_of(here.store, key), active=True))
    click.echo(f"Unit '{key}' aktif.")
