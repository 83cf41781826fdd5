"""Sheet 'Layanan': the index of every service from its sums and counts, and what they make together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from calc.display import whole
from calc.render.xlsx.formulas import Formulas
from calc.render.xlsx.sheet_writer import LINE, SheetWriter, lines
from calc.report.data import ReportData
from calc.report.wording import sentences
from calc.scoring.result import Result
from calc.scoring.rollup import RollUp

_WEIGHTS, _HEAD, _FIRST = 3, 4, 5  # rows, counted from 0
_HEADINGS = (
    "Layanan",
    "Responden",
    "NI",
    "IKM",
    "Mutu",
    "Pengguna layanan",
    "Sampel minimum",
)
_NI, _IKM, _GRADE, _USERS = 2, 3, 4, 5
_SUMS = len(_HEADINGS)  # first column of the sums of scores
_WIDTH = 42  # characters of the names
OFFICIAL = ("Unsur", "Jawaban", "NRR", "Nilai", "Mutu", "NRR tertimbang")
ALL = "Seluruh isian unit"


class Services:
    """Writes the sheet; the last row of the table is the whole unit."""

    def __init__(self, writer: SheetWriter, data: ReportData, found: Result, formulas: Formulas) -> None:
        self.writer, self.data, self.found, self.make = writer, data, found, formulas
        self.k = len(found.elements)
        self.counts = _SUMS + self.k
        self.last = _FIRST + len(data.services) - 1  # row of the last service

    def write(self) -> None:
        self._form()
        self._head()
        for row, service in enumerate(self.data.services, start=_FIRST):
            self._service(row, service, service.about.service or sentences.subject(service))
        self._service(self.last + 1, self.found, ALL, "sum_")
        row = self._notes(self.last + 3)
        row = self._roll_ups(row + 1)
        if self.data.result is not self.found:
            self._official(row + 2)

    def _form(self) -> None:
        sheet = self.writer.sheet
        sheet.set_column(0, 0, _WIDTH)
        sheet.set_column(1, _SUMS - 1, 13)
        sheet.set_column(_SUMS, self.counts + self.k - 1, 8)
        sheet.freeze_panes(_FIRST, 1)
        sheet.repeat_rows(_HEAD)
        self.writer.a4()
        last = self.last + 8 + 2 * len(self.data.roll_ups)
        last += 0 if self.data.result is self.found else 3 + self.k
        sheet.print_area(0, 0, last, _SUMS - 1)  # the sums beside it would make everything too small to read

    def _head(self) -> None:
        writer = self.writer
        writer.words(0, 0, "NILAI PER LAYANAN", "title")
        writer.words(1, 0, sentences.subject(self.found))
        writer.words(2, 0, sentences.period_words(self.found))
        writer.words(2, _SUMS, "Jumlah nilai per unsur, di bawah bobotnya", "bold")
        writer.words(2, self.counts, "Jumlah jawaban per unsur", "bold")
        for column, element in enumerate(self.data.instrument.elements, start=_SUMS):
            weight = self.make.convention.weight_of(element.weight)
            writer.formula(_WEIGHTS, column, self.make.weight(element), "four", weight)
        writer.sheet.set_row(_HEAD, 2 * LINE)
        for column, words in enumerate(_HEADINGS):
            writer.words(_HEAD, column, words, "top" if column else "top_left")
        for offset, own in enumerate(self.found.elements):
            writer.words(_HEAD, _SUMS + offset, f"Σ {own.code}", "top")
            writer.words(_HEAD, self.counts + offset, f"n {own.code}", "top")

    def _service(self, row: int, found: Result, name: str, style: str = "") -> None:
        writer, make = self.writer, self.make
        writer.sheet.set_row(row, LINE * lines(name, _WIDTH))
        writer.words(row, 0, name, "sum_label" if style else "name")
        writer.number(row, 1, found.n, f"{style}whole")
        totals = xl_range(row, _SUMS, row, self.counts - 1)
        counts = xl_range(row, self.counts, row, self.counts + self.k - 1)
        weights = xl_range_abs(_WEIGHTS, _SUMS, _WEIGHTS, self.counts - 1)
        writer.formula(row, _NI, make.index(totals, counts, weights), f"{style}four", found.index)
        writer.formula(row, _IKM, make.converted(xl_rowcol_to_cell(row, _NI)), f"{style}two", found.converted)
        writer.formula(row, _GRADE, make.grade(xl_rowcol_to_cell(row, _IKM)), f"{style}centre", found.grade)
        writer.number(row, _USERS, found.about.population, f"{style}whole")
        writer.number(row, _USERS + 1, found.target, f"{style}whole")
        for offset, element in enumerate(found.elements):
            writer.number(row, _SUMS + offset, element.total, f"{style}whole")
        for offset, element in enumerate(found.elements):
            writer.number(row, self.counts + offset, element.n, f"{style}whole")

    def _notes(self, row: int) -> int:
        """Which answers belong to no service, and what is missing; the next free row."""
        own, services = self.found, self.data.services
        rest = own.n - sum(service.n for service in services)
        if not services:
            words = "Tidak ada rincian per layanan; tabel hanya memuat seluruh isian."
        elif rest > 0:
            words = f"{whole(rest)} isian tidak menyebut layanan; isian itu hanya ada di baris '{ALL}'."
        else:
            return row
        self.writer.words(row, 0, words, "note")
        return row + 1

    def _roll_ups(self, row: int) -> int:
        """The value under each rule; the last row that was written."""
        if not self.data.roll_ups:
            return row
        self.writer.words(row, 0, "CARA MENGGABUNGKAN LAYANAN", "title")
        row += 1
        for column, words in enumerate(("Cara", "", "", "IKM", "Mutu", "Dipakai")):
            self.writer.words(row, column, words, "top" if column else "top_left")
        for rule in self.data.roll_ups:
            row = self._roll_up(row + 1, rule)
        return row

    def _roll_up(self, row: int, rule: RollUp) -> int:
        """One rule, and below it why it has no value; the last row that was written."""
        writer = self.writer
        writer.words(row, 0, rule.name, "label")
        formula = self._formula(rule)
        if formula:
            writer.formula(row, _IKM, formula, "two", rule.converted)
            writer.formula(row, _GRADE, self.make.grade(xl_rowcol_to_cell(row, _IKM)), "centre", rule.grade)
        else:
            writer.number(row, _IKM, rule.converted, "two")
            writer.words(row, _GRADE, rule.grade or "", "centre")
        writer.words(row, _GRADE + 1, "ya" if rule.chosen else "", "centre")
        if rule.reason:
            row += 1
            writer.words(row, 0, rule.reason, "note")
        return row

    def _official(self, row: int) -> None:
        """Elements under the office's own rule, which no sum of answers leads to: numbers, not formulas."""
        writer = self.writer
        writer.words(row, 0, "NILAI RESMI PER UNSUR MENURUT CARA YANG DIPAKAI", "title")
        writer.sheet.set_row(row + 1, 2 * LINE)
        for column, words in enumerate(OFFICIAL):
            writer.words(row + 1, column, words, "top" if column else "top_left")
        row += 1
        for element in self.data.result.elements:
            row += 1
            writer.words(row, 0, f"{element.code} {element.name}")
            writer.number(row, 1, element.n, "whole")
            writer.number(row, _NI, element.mean, "four")
            writer.number(row, _IKM, element.converted, "two")
            writer.words(row, _GRADE, element.grade or "", "centre")
            writer.number(row, _USERS, element.weighted, "four")

    def _formula(self, rule: RollUp) -> str:
        """How the value follows from the table above; '' where it does not (a rounding step lies between).

        The value is recomputed exactly as the formula would, and the formula is written only where both agree.
        """
        ways = {"pooled": self._pooled, "services": self._mean, "visits": self._by_visits}
        formula, value = ways.get(rule.rule, _nothing)()
        return formula if value is not None and value == rule.converted else ""

    def _pooled(self) -> tuple[str, Decimal | None]:
        return xl_rowcol_to_cell(self.last + 1, _IKM), self.found.converted

    def _mean(self) -> tuple[str, Decimal | None]:
        known = [s.index for s in self.data.services if s.index is not None]
        return self._converted(f"AVERAGE({self._column(_NI)})"), self._value(known, [1] * len(known))

    def _by_visits(self) -> tuple[str, Decimal | None]:
        known = [s.index for s in self.data.services if s.index is not None]
        users = [s.about.population for s in self.data.services]
        if len(known) < len(users) or None in users or not sum(u or 0 for u in users):
            return _nothing()
        ni, visits = self._column(_NI), self._column(_USERS)
        formula = self._converted(f"SUMPRODUCT({ni},{visits})/SUM({visits})")
        return formula, self._value(known, [u or 0 for u in users])

    def _column(self, column: int) -> str:
        return str(xl_range(_FIRST, column, self.last, column))

    def _converted(self, formula: str) -> str:
        return f"ROUND({formula}*{self.make.factor},2)"

    def _value(self, indexes: Sequence[Fraction], weights: Sequence[int]) -> Decimal | None:
        if not indexes:
            return None
        total = sum((i * w for i, w in zip(indexes, weights, strict=True)), Fraction(0))
        return self.data.instrument.converted(total / sum(weights))


def _nothing() -> tuple[str, Decimal | None]:
    return "", None
