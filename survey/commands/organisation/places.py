"""skm unit, service and counter: where residents are served."""

from __future__ import annotations

from typing import Any

import click

from survey.commands.base import Here, command_group, unit_of
from survey.commands.organisation import common
from survey.commands.organisation.common import KEY, UNIT, Kind
from survey.domain.organisation import Counter, Service, Unit


@command_group("unit")
def unit() -> None:
    """Unit penyelenggara: daftar, tambah, ubah, nonaktif.

    \b
    Contoh:
      skm unit add dukcapil --name "Dinas Kependudukan dan Pencatatan Sipil"
      skm unit list --format json
    """


@command_group("service")
def service() -> None:
    """Layanan sebuah unit: daftar, tambah, ubah, nonaktif.

    \b
    Contoh:
      skm service add dukcapil ktp-el --name "Perekaman dan Pencetakan KTP-el"
      skm service list dukcapil
    """


@command_group("counter")
def counter() -> None:
    """Loket sebuah unit: daftar, tambah, ubah, nonaktif.

    \b
    Contoh:
      skm counter add dukcapil loket-1 --name "Loket 1" --service ktp-el
      skm counter list dukcapil
    """


UNITS = Kind(
    unit,
    "Unit",
    "dukcapil",
    "key name address phone population active",
    lambda store, _: store.units(),
    lambda store, made: store.save_unit(made),
)
UNITS.add_list("Daftar unit.", "")
UNITS.add_edit(
    "Mengubah keterangan unit; kuncinya tetap.",
    '--phone "(0550) 55-0101"',
    click.option("--name", help="Nama resmi."),
    click.option("--address", help="Alamat kantor."),
    click.option("--phone", help="Telepon kantor."),
    common.population_option,
    common.sure_option,
)
UNITS.add_switches("isian dan laporannya")

SERVICES = Kind(
    service,
    "Layanan",
    "dukcapil ktp-el",
    "unit key name population active",
    lambda store, unit: store.services(unit),
    lambda store, made: store.save_service(made),
)
SERVICES.add_list("Daftar layanan sebuah unit, atau semuanya.", " dukcapil --format json")
SERVICES.add_edit(
    "Mengubah keterangan layanan; kuncinya tetap.",
    "--population 8000",
    click.option("--name", help="Nama layanan."),
    common.population_option,
)
SERVICES.add_switches("isian dan laporannya")

COUNTERS = Kind(
    counter,
    "Loket",
    "dukcapil loket-1",
    "unit key name service active",
    lambda store, unit: store.counters(unit),
    lambda store, made: store.save_counter(made),
)
COUNTERS.add_list("Daftar loket sebuah unit, atau semuanya.", " dukcapil")
COUNTERS.add_edit(
    "Mengubah nama loket; kuncinya tetap.",
    '--name "Loket Prioritas"',
    click.option("--name", help="Nama loket."),
)
COUNTERS.add_switches("isiannya")


@UNITS.command(
    "add",
    "Menambah unit, beserta satu tautan QR untuk seluruh unit.",
    ' dukcapil --name "Dinas Kependudukan dan Pencatatan Sipil" --population 12000',
)
@KEY
@click.option("--name", required=True, help="Nama resmi, seperti tercetak di laporan.")
@click.option("--address", default="", help="Alamat kantor.")
@click.option("--phone", default="", help="Telepon kantor.")
@common.population_option
@common.no_link_option
@common.sure_option
def add_unit(here: Here, key: str, no_link: bool, sure: bool, **values: Any) -> None:
    made = Unit(common.checked_key(key), **common.checked(values))
    UNITS.refuse_double(here.store, key)
    common.refuse_look_alike(here.store, made.name, sure)
    UNITS.add(here, made, no_link)


@SERVICES.command(
    "add",
    "Menambah layanan, beserta satu tautan QR.",
    ' dukcapil ktp-el --name "Perekaman dan Pencetakan KTP-el"',
)
@UNIT
@KEY
@click.option("--name", required=True, help="Nama layanan, seperti tercetak di laporan.")
@common.population_option
@common.no_link_option
def add_service(here: Here, unit: str, key: str, no_link: bool, **values: Any) -> None:
    unit_of(here.store, unit)
    made = Service(unit, common.checked_key(key), **common.checked(values))
    SERVICES.refuse_double(here.store, key, unit)
    SERVICES.add(here, made, no_link)


@COUNTERS.command(
    "add",
    "Menambah loket, beserta satu tautan tablet (kiosk) dan satu tautan QR.",
    ' dukcapil loket-1 --name "Loket 1" --service ktp-el',
)
@UNIT
@KEY
@click.option("--name", required=True, help="Nama loket.")
@click.option("--service", default="", help="Kunci layanan; kosong: loket untuk seluruh unit.")
@common.no_link_option
def add_counter(here: Here, unit: str, key: str, service: str, no_link: bool, **values: Any) -> None:
    unit_of(here.store, unit)
    made = Counter(unit, common.checked_key(key), service=service, **common.checked(values))
    if service:
        SERVICES.find(here.store, service, unit)
    COUNTERS.refuse_double(here.store, key, unit)
    COUNTERS.add(here, made, no_link)
