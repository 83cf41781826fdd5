"""Promised repairs: of this period by quarter and owner, and what became of the former ones."""

from __future__ import annotations

from calc.display import NO_DATA, long_date, whole
from calc.dossier import STATUSES, Dossier, FollowUp
from calc.paper.document import Block, Column, Table
from calc.paper.numbering import section
from calc.paper.phrases import QUARTERS, period_of
from calc.paper.texts import blocks_of
from calc.ranking import by_need, first

ROOM = 3  # empty rows to write in when no element stands out
TALL = 3  # lines of such a row: room for a hand


def plan(dossier: Dossier) -> tuple[Block, ...]:
    """Rencana Tindak Lanjut (RTL)."""
    promised = bool(dossier.follow_up)
    written = [Column("Dicatat untuk", 26)] if any(one.period for one in dossier.follow_up) else []
    plans = by_need(dossier.result, dossier.follow_up, lambda one: one.element)
    rows = [_promise(dossier, one, bool(written)) for one in plans] if promised else _room(dossier)
    return (
        section("Rencana Tindak Lanjut", "rencana"),
        *blocks_of(dossier, "rencana"),
        Table(
            columns=(
                Column("No.", 10),
                Column("Prioritas unsur", 40),
                Column("Program/Kegiatan", 52),
                *written,
                *(Column(f"TW {quarter}", 14.5, "centre") for quarter in QUARTERS),
                Column("Penanggung jawab", 34),
            ),
            rows=tuple((whole(at), *row) for at, row in enumerate(rows, start=1)),
            caption="Rencana tindak lanjut",
            note="TW: triwulan; angka pada kolom triwulan adalah tahun pelaksanaan."
            if promised
            else "TW: triwulan; tahun pelaksanaan ditulis pada kolom triwulannya.",
            lines=1 if promised else TALL,
        ),
    )


def former(dossier: Dossier) -> tuple[Block, ...]:
    """Tindak Lanjut Periode Sebelumnya."""
    blocks: list[Block] = [
        section("Tindak Lanjut Periode Sebelumnya", "tindak-lanjut"),
        *blocks_of(dossier, "tindak_lanjut"),
    ]
    if dossier.former_follow_up:
        blocks.append(_former(dossier))
    return tuple(blocks)


def _promise(dossier: Dossier, one: FollowUp, written: bool) -> tuple[str, ...]:
    marks = [str(one.year) if quarter == one.quarter else "" for quarter in range(1, 5)]
    of = [one.period or period_of(dossier.result)] if written else []
    return (element_name(dossier, one.element), one.action, *of, *marks, one.owner)


def _room(dossier: Dossier) -> list[tuple[str, ...]]:
    """The lowest elements with room to write, or rows without anything."""
    empty = ("", "", "", "", "", "")
    return [(f"{e.name} ({e.code})", *empty) for e in first(dossier.result)] or [("", *empty)] * ROOM


def _former(dossier: Dossier) -> Table:
    of = f" {dossier.former_period}" if dossier.former_period else ""
    return Table(
        columns=(
            Column("No.", 9),
            Column("Unsur", 32),
            Column("Program/Kegiatan", 42),
            Column("Rencana", 19),
            Column("Penanggung jawab", 27),
            Column("Status", 27),
            Column("Keterangan", 46),
        ),
        rows=tuple(
            (
                whole(at),
                element_name(dossier, one.element),
                one.action,
                f"TW {QUARTERS[one.quarter - 1]} {one.year}",
                one.owner or NO_DATA,
                STATUSES.get(one.status, one.status),
                _became(one),
            )
            for at, one in enumerate(dossier.former_follow_up, start=1)
        ),
        caption=f"Pelaksanaan rencana tindak lanjut{of}",
    )


def _became(one: FollowUp) -> str:
    day = f"Selesai {long_date(one.done_on)}." if one.done_on else ""
    note = one.note.strip()
    return " ".join(filter(None, (day, note))) or NO_DATA


def element_name(dossier: Dossier, key: str) -> str:
    """'Waktu Penyelesaian (U3)'; a key of another questionnaire as it is."""
    return next((f"{e.name} ({e.code})" for e in dossier.instrument.elements if e.key == key), key)
