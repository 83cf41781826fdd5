"""skm verify: the counters that indexes come from, against the answers themselves."""

from __future__ import annotations

import click

from survey.commands.base import Failed, Here, command


@command("verify", short_help="Menghitung ulang semua isian dan membandingkannya.")
@click.pass_obj
def verify(here: Here) -> None:
    """Menghitung ulang semua isian dan membandingkannya dengan rekap hitungan.

    \b
    Contoh:
      skm verify
    """
    differences = here.store.recount()
    if differences:
        more = f" Selisih lain: {len(differences) - 1}." if len(differences) > 1 else ""
        raise Failed(f"{differences[0]}{more}")
    total = sum(row.tally.n for row in here.store.tallies(None, None))
    click.echo(f"Rekap hitungan sama dengan isian: {total} isian.")
