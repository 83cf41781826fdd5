"""Promised repairs: of this period by quarter and owner, and what became of the former ones."""

from __future__ import annotations

from calc.display import NO_DATA, long_date, whole
from calc.report.data import STATUSES, FollowUp, ReportData
from calc.report.document import Block, Column, Table
from calc.report.numbering import section
from calc.report.texts import blocks_of
from calc.report.wording.phrases import QUARTERS, period_of
from calc.statistics.ranking import by_need, first

ROOM = 3  # empty rows to write in when no element stands out
TALL = 3  # lines of such a row: room for a hand


def plan(data: ReportData) -> tuple[Block, ...]:
    """Rencana Tindak Lanjut (RTL)."""
    promised = bool(data.follow_up)
    written = [Column("Dicatat untuk", 26)] if any(one.period for one in data.follow_up) else []
    plans = by_need(data.result, data.follow_up, lambda one: one.element)
    rows = [_promise(data, one, bool(written)) for one in plans] if promised else _room(data)
    return (
        section("Rencana Tindak Lanjut", "rencana"),
        *blocks_of(data, "rencana"),
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


def former(data: ReportData) -> tuple[Block, ...]:
    """Tindak Lanjut Periode Sebelumnya."""
    blocks: list[Block] = [
        section("Tindak Lanjut Periode Sebelumnya", "tindak-lanjut"),
        *blocks_of(data, "tindak_lanjut"),
    ]
    if data.former_follow_up:
        blocks.append(_former(data))
    return tuple(blocks)


def _promise(data: ReportData, one: FollowUp, written: bool) -> tuple[str, ...]:
    marks = [str(one.year) if quarter == one.quarter else "" for quarter in range(1, 5)]
    of = [one.period or period_of(data.result)] if written else []
    return (element_name(data, one.element), one.action, *of, *marks, one.owner)


def _room(data: ReportData) -> list[tuple[str, ...]]:
    """The lowest elements with room to write, or rows without anything."""
    empty = ("", "", "", "", "", "")
    return [(f"{e.name} ({e.code})", *empty) for e in first(data.result)] or [("", *empty)] * ROOM


def _former(data: ReportData) -> Table:
    of = f" {data.former_period}" if data.former_period else ""
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
                element_name(data, one.element),
                one.action,
                f"TW {QUARTERS[one.quarter - 1]} {one.year}",
                one.owner or NO_DATA,
                STATUSES.get(one.status, one.status),
                _became(one),
            )
            for at, one in enumerate(data.former_follow_up, start=1)
        ),
        caption=f"Pelaksanaan rencana tindak lanjut{of}",
    )


def _became(one: FollowUp) -> str:
    day = f"Selesai {long_date(one.done_on)}." if one.done_on else ""
    note = one.note.strip()
    return " ".join(filter(None, (day, note))) or NO_DATA


def element_name(data: ReportData, key: str) -> str:
    """'Waktu Penyelesaian (U3)'; a key of another questionnaire as it is."""
    return next((f"{e.name} ({e.code})" for e in data.instrument.elements if e.key == key), key)
