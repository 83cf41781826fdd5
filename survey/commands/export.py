"""skm export: answers to a CSV file, page by page, with the day only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from calc.instruments.reader import instrument
from calc.text import csv_cell, csv_record
from survey.commands.base import (
    Here,
    Mistake,
    command,
    period_of,
    progress,
    unit_of,
    whole_file,
)
from survey.store.mapping import moment, moment_text
from survey.system.priority import step_aside

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Row = tuple[Any, ...]

HEAD = ("id", "unit", "service", "counter", "channel", "instrument", "date")
REMARK = "saran"
MANY = 10_000  # different profiles remembered: a few MB


@command("export")
@click.option("--unit", help="Hanya unit ini.")
@click.option("--period", metavar="PERIODE", help="Hanya periode ini, misalnya 2026-TW3.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "csv-id"]),
    default="csv",
    show_default=True,
    help="csv untuk mesin; csv-id untuk Excel berbahasa Indonesia (titik koma).",
)
@click.option("--remarks", is_flag=True, help="Dengan kolom 'saran' (kata-kata responden).")
@click.option("-o", "--output", required=True, metavar="BERKAS", help="Berkas; '-' untuk keluaran standar.")
@click.pass_obj
def export(here: Here, unit: str | None, period: str | None, form: str, remarks: bool, output: str) -> None:
    """Isian responden ke berkas CSV: satu baris untuk setiap isian, tanggal tanpa jam.

    Pertanyaan yang tidak dijawab menjadi sel kosong. Kata-kata yang dapat dibaca lembar kerja sebagai rumus (baris yang
    dimulai dengan = + - @) diberi tanda ' di depannya, dalam kedua bentuk.

    \b
    Contoh:
      skm export --format csv -o isian.csv
      skm export --unit dukcapil --period 2026-TW3 --format csv-id --remarks -o isian.csv
    """
    units = None if unit is None else [unit_of(here.store, unit).key]
    covered = None if period is None else period_of(period)
    start, end = (None, None) if covered is None else covered.bounds(here.config.zone)
    asked = here.store.instruments(units)
    table = Table(asked or [here.config["INSTRUMENT"]], here.config.zone, form, remarks)
    step_aside()
    with whole_file(output) as file, progress(sum(asked.values()), "Isian") as bar:
        count = write(file, table, here.store.response_pages(units, start, end), bar.update)
    click.echo(f"{count} isian.", err=True)


def write(file: BinaryIO, table: Table, pages: Iterable[Sequence[Row]], done: Callable[[int], object]) -> int:
    """Write the heading and all rows, page by page; how many rows."""
    file.write(table.head().encode(table.encoding))
    count = 0
    for page in pages:
        file.write(table.lines(page).encode())
        file.flush()
        count += len(page)
        done(len(page))
    return count


class Table:
    """The columns that answers to some questionnaires need, and rows of the store as lines of such a table.

    What many rows share (place, day, profile) is made once: a million rows leave in seconds.
    """

    def __init__(self, instruments: Iterable[str], zone: ZoneInfo, form: str, remarks: bool) -> None:
        self.instruments = {key: instrument(key) for key in instruments}
        self.items = _union(i.item_keys for i in self.instruments.values())
        self.profile = _union([f.key for f in i.profile] for i in self.instruments.values())
        self.zone, self.remarks = zone, remarks
        for_excel = form == "csv-id"
        self.encoding, self.separator = ("utf-8-sig", ";") if for_excel else ("utf-8", ",")
        self._order = {key: self._places_of(i.item_keys) for key, i in self.instruments.items()}
        self._places: dict[Row, str] = {}
        self._profiles: dict[str, str] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        return (*HEAD, *self.items, *self.profile, *((REMARK,) if self.remarks else ()))

    def head(self) -> str:
        return csv_record(self.columns, self.separator)

    def lines(self, page: Iterable[Row]) -> str:
        """Rows as `Store.response_pages` gives them; what was not answered is empty."""
        comma, places, profiles, remark = self.separator, self._places, self._profiles, ""
        day = begins = ends = ""
        lines = []
        for unit, id, service, counter, channel, asked, answers, at, _, told, said, _ in page:
            place = (unit, service, counter, channel, asked)
            if place not in places:
                places[place] = self._place(place)
            if not begins <= at < ends:
                day, begins, ends = self._day_of(at)
            if told not in profiles:
                profiles[told] = self._told(told)
            if self.remarks:
                remark = self._cells([said])
            scores = comma.join(self._order[asked](answers + "-")).replace("-", "")
            lines.append(f"{id}{places[place]}{day}{comma}{scores}{profiles[told]}{remark}\r\n")
        if len(profiles) > MANY:
            profiles.clear()
        return "".join(lines)

    def _place(self, place: Row) -> str:
        if place[-1] not in self.instruments:
            raise Mistake(
                f"Isian dengan kuesioner '{place[-1]}' masuk selama ekspor berjalan. Jalankan sekali lagi."
            )
        return self._cells([cell or "" for cell in place])

    def _places_of(self, own: Sequence[str]) -> Callable[[str], Sequence[str]]:
        """Picks the score of each column out of an answer text that has one more character, for what was not asked."""
        return itemgetter(*(own.index(key) if key in own else len(own) for key in self.items))

    def _told(self, profile: str) -> str:
        told = json.loads(profile) if profile else {}
        return self._cells([told.get(key, "") for key in self.profile])

    def _day_of(self, at: str) -> tuple[str, str, str]:
        """The local day of a stored time, its first moment, and that of the next."""
        day = moment(at).astimezone(self.zone).date()
        first, after = (
            moment_text(datetime.combine(each, time(), self.zone)) for each in (day, day + timedelta(days=1))
        )
        return self.separator + day.isoformat(), first, after

    def _cells(self, cells: Sequence[str]) -> str:
        """Cells as they stand in the file, each with the separator in front."""
        return "".join(self.separator + csv_cell(cell) for cell in cells)


def _union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for group in groups for key in group))
