"""skm verify: the counters that indexes come from, against the answers themselves."""

from __future__ import annotations

import click

from survey.commands.base import Failed, Here, command, progress
from survey.upkeep import VERIFIED


@command("verify", short_help="Menghitung ulang semua isian dan membandingkannya.")
@click.option("--rebuild", is_flag=True, help="Memperbaiki rekap yang berbeda; isian tidak pernah diubah.")
@click.pass_obj
def verify(here: Here, rebuild: bool) -> None:
    """Menghitung ulang semua isian dan membandingkannya dengan rekap hitungan.

    Selisih pertama disebut. Dengan --rebuild rekap dihitung lagi dari isian, dan yang diperbaiki dicatat.

    \b
    Contoh:
      skm verify
      skm verify --rebuild
    """
    total = answers(here)
    with progress(total, "Isian") as bar:
        found = here.store.rebuild(bar.update) if rebuild else here.store.recount(bar.update)
    here.store.note_upkeep(VERIFIED, here.clock(), found[0] if found and not rebuild else "")
    if found and not rebuild:
        more = f" Selisih lain: {len(found) - 1}." if len(found) > 1 else ""
        raise Failed(f"{found[0]}.{more} Perbaiki rekapnya dengan: skm verify --rebuild")
    for line in found:
        here.store.audit(here.clock(), "", "verify --rebuild", line)
        click.echo(f"Diperbaiki: {line}")
    click.echo(f"Rekap hitungan sama dengan isian: {answers(here)} isian.")


def answers(here: Here) -> int:
    """How many there are, as the counters say."""
    return sum(here.store.instruments(None).values())  # reads no counts, which may be damaged
