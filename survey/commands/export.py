"""skm export: answers to a CSV file, row by row, with the day only."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

import click

from calc.instrument_file import instrument
from survey.commands.base import Here, Mistake, command, period_of, progress, unit_of, whole_file

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from survey.response import Response
    from survey.store import TallyRow

HEAD = ("id", "unit", "service", "counter", "channel", "instrument", "date")
REMARK = "saran"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BLOCK = 1000


@command("export", short_help="Isian responden ke berkas CSV.")
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

    Pertanyaan yang tidak dijawab menjadi sel kosong.

    \b
    Contoh:
      skm export --format csv -o isian.csv
      skm export --unit dukcapil --period 2026-TW3 --format csv-id --remarks -o isian.csv
    """
    units = None if unit is None else [unit_of(here.store, unit).key]
    covered = None if period is None else period_of(period)
    start, end = (None, None) if covered is None else covered.bounds(here.config.zone)
    rows = here.store.tallies(units, None)
    table = Table(rows, here.config["INSTRUMENT"], here.config.zone, remarks)
    total = sum(row.tally.n for row in rows)
    with whole_file(output) as file, progress(total, "Isian") as bar:
        count = write(file, form, table, here.store.responses(units, start, end), bar.update)
    click.echo(f"{count} isian.", err=True)


class Table:
    """Which columns the answers of some places need, and the cells of one answer.

    rows : counters of those places; they name the questionnaires that occur
    """

    def __init__(self, rows: Iterable[TallyRow], default: str, zone: ZoneInfo, remarks: bool) -> None:
        keys = list(dict.fromkeys([*sorted(row.instrument for row in rows)])) or [default]
        self.instruments = {key: instrument(key) for key in keys}
        self.items = _union(i.item_keys for i in self.instruments.values())
        self.profile = _union([f.key for f in i.profile] for i in self.instruments.values())
        self.zone, self.remarks = zone, remarks

    @property
    def columns(self) -> tuple[str, ...]:
        return (*HEAD, *self.items, *self.profile, *((REMARK,) if self.remarks else ()))

    def cells(self, response: Response) -> list[str]:
        """In the order of `columns`; what was not answered is empty."""
        keys = self._instrument(response.instrument).item_keys
        scores = dict(zip(keys, response.answers.replace("-", " "), strict=True))
        told: Mapping[str, str] = response.profile or {}
        return [
            response.id,
            response.unit,
            response.service,
            response.counter,
            response.channel,
            response.instrument,
            response.received_at.astimezone(self.zone).date().isoformat(),
            *(scores.get(key, "").strip() for key in self.items),
            *(told.get(key, "") for key in self.profile),
            *((response.remark,) if self.remarks else ()),
        ]

    def _instrument(self, key: str):
        if key not in self.instruments:
            raise Mistake(
                f"Isian dengan kuesioner '{key}' masuk selama ekspor berjalan. Jalankan sekali lagi."
            )
        return self.instruments[key]


def write(
    file: BinaryIO, form: str, table: Table, responses: Iterator[Response], done: Callable[[int], None]
) -> int:
    """Write all rows in blocks; how many."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if form == "csv-id" else "utf-8", newline="")
    writer = csv.writer(text, delimiter=";" if form == "csv-id" else ",", lineterminator="\r\n")
    writer.writerow(table.columns)
    count = 0
    for count, response in enumerate(responses, 1):
        cells = table.cells(response)
        writer.writerow([guarded(cell) for cell in cells] if form == "csv-id" else cells)
        if count % BLOCK == 0:
            done(BLOCK)
    text.flush()
    text.detach()
    return count


def guarded(cell: str) -> str:
    """A cell that a spreadsheet takes as text, not as a formula."""
    return "'" + cell if cell.lstrip(" \u00a0").startswith(FORMULA) else cell


def _union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for group in groups for key in group))
