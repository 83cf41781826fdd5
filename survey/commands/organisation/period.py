"""skm period: which periods have answers, and free date ranges that the office wants to see."""

from __future__ import annotations

import click

from survey.commands.base import Here, Mistake, act, command, command_group, period_of, unit_of
from survey.commands.organisation import common
from survey.domain.period import FREE, Period


@command_group("period")
def period() -> None:
    """Periode laporan: daftar, rentang bebas.

    Bulan (2026-07), triwulan (2026-TW3), semester (2026-S2) dan tahun (2026) selalu ada; hanya rentang bebas
    yang perlu ditambahkan.

    \b
    Contoh:
      skm period list
      skm period add 2026-07-15..2026-08-20 --name "Survei setelah pindah gedung"
    """


@command("list", period)
@click.argument("unit", metavar="[UNIT]", required=False)
@common.format_option
@click.pass_obj
def list_periods(here: Here, unit: str | None, form: str) -> None:
    """Daftar periode: yang terbuka, yang lalu, dan rentang bebas.

    \b
    Contoh:
      skm period list
      skm period list dukcapil --format json
    """
    from survey.services.results import periods_of

    now = here.clock()
    today = now.astimezone(here.config.zone).date()
    chosen = None if unit is None else unit_of(here.store, unit)
    columns = {
        "key": lambda p: p.key,
        "name": lambda p: p.name,
        "kind": lambda p: p.kind,
        "start": lambda p: p.start.isoformat(),
        "end": lambda p: p.last_day.isoformat(),
        "open": lambda p: p.start <= today < p.end,
    }
    common.show(periods_of(here.store, here.config, chosen, now), columns, form)


@command("add", period)
@click.argument("key", metavar="AWAL..AKHIR")
@click.option("--name", default="", help="Nama untuk laporan; bawaan: tanggalnya.")
@click.pass_obj
def add(here: Here, key: str, name: str) -> None:
    """Menambah rentang bebas; kedua harinya termasuk.

    \b
    Contoh:
      skm period add 2026-07-15..2026-08-20 --name "Survei setelah pindah gedung"
    """
    made: Period = period_of(key)
    if made.kind != FREE:
        raise Mistake(f"Periode {made.key} ({made.name}) selalu ada; tidak perlu ditambahkan.")
    there = made.key in {known for known, _ in here.store.free_periods()}
    shown = common.checked_name(name) if name else made.name
    act(here, "period add", made.key, lambda: here.store.save_free_period(made.key, shown))
    click.echo(f"Periode {made.key} {'sudah ada; namanya diperbarui' if there else 'ditambahkan'}.")
