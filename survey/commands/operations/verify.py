"""skm verify: every answer against what was received, and the tallies that indexes come from against the answers."""

from __future__ import annotations

import click

from survey.commands.base import Failed, Here, Mistake, command, progress
from survey.store import parted
from survey.store.maintenance import VERIFIED

SHOWN = 20  # changed answers that are named; a longer list helps nobody
RESTORE = "Pulihkan dari cadangan sebelum perubahan itu: skm restore"
ACCEPT = "--accept-changed-answers"


@command("verify")
@click.option("--rebuild", is_flag=True, help="Memperbaiki rekap yang berbeda; isian tidak pernah diubah.")
@click.option(
    ACCEPT, "accept", is_flag=True, help="Dengan --rebuild: juga dari isian yang telah diubah orang."
)
@click.pass_obj
def verify(here: Here, rebuild: bool, accept: bool) -> None:
    """Membandingkan semua isian dengan yang diterima, dan rekap hitungan dengan isian.

    Isian yang bukan lagi seperti yang diterima disebut; selisih rekap yang pertama disebut. Dengan --rebuild rekap
    dihitung lagi dari isian, dan yang diperbaiki dicatat; rekap unit yang isiannya telah diubah dibiarkan.

    \b
    Contoh:
      skm verify
      skm verify --rebuild
    """
    if accept and not rebuild:
        raise Mistake(f"{ACCEPT} hanya bersama --rebuild.")
    if rebuild:
        _rebuild(here, accept)
    else:
        _verify(here)
    click.echo(f"Rekap hitungan sama dengan isian: {answers(here)} isian.")


def _verify(here: Here) -> None:
    with progress(answers(here), "Isian") as bar:
        found = here.store.recount(bar.update)
    here.store.note_upkeep(VERIFIED, here.clock(), found[0] if found else "")
    changed, differences = parted(found)
    if changed:
        rest = f" Rekap: {differences[0]}." if differences else ""
        raise Failed(f"{_named(changed)}{rest}\n{RESTORE}")
    if differences:
        more = f" Selisih lain: {len(differences) - 1}." if len(differences) > 1 else ""
        raise Failed(f"{differences[0]}.{more} Perbaiki rekapnya dengan: skm verify --rebuild")


def _rebuild(here: Here, accept: bool) -> None:
    action = f"verify --rebuild {ACCEPT}" if accept else "verify --rebuild"

    def noted(mended: list[str]) -> None:
        for line in mended:
            here.store.audit(here.clock(), "", action, line)

    with progress(answers(here), "Isian") as bar:
        changed, mended = parted(here.store.rebuild(bar.update, accept_changed=accept, noted=noted))
    here.store.note_upkeep(VERIFIED, here.clock(), changed[0] if changed else "")
    for line in mended:
        click.echo(f"Diperbaiki: {line}")
    if changed and not accept:
        raise Failed(
            f"{_named(changed)}\nRekap unit itu tidak dihitung ulang: perubahan itu akan menjadi nilainya. {RESTORE}. "
            f"Bila isian yang sekarang memang harus dihitung: skm verify --rebuild {ACCEPT}"
        )
    if changed:
        click.echo(
            f"PERHATIAN: rekap kini dihitung dari isian yang telah diubah, dan hal ini dicatat. {_named(changed)}",
            err=True,
        )


def _named(changed: list[str]) -> str:
    """The first of them, a line each."""
    more = [f"  dan {len(changed) - SHOWN} lagi"] if len(changed) > SHOWN else []
    return "\n".join(["Isian yang telah diubah:", *(f"  {line}" for line in changed[:SHOWN]), *more])


def answers(here: Here) -> int:
    """How many there are, as the tallies say."""
    return sum(here.store.instruments(None).values())  # reads no counts, which may be damaged
