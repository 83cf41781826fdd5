"""The workbook of `skm calc`: one sheet for each group of answers, the elements above the answers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from calc.instruments.model import Element, Instrument
from calc.render.plain import group_name
from calc.render.xlsx.formulas import Formulas, over
from calc.render.xlsx.sheet_writer import LARGEST_SHEET, SheetWriter, WorkbookError, sheet_name, written
from calc.scoring.convention import Convention
from calc.scoring.result import ElementResult, Result

MOST_SHEETS = 200
_FIRST = 4  # row of the element table's heading, counted from 0
_ANSWERS = 2  # first column of answers; the wide column of names stays free
_HEADINGS = (
    "Kode",
    "Unsur",
    "Jumlah nilai",
    "Jawaban",
    "Bobot",
    "NRR",
    "NRR tertimbang",
    "Nilai",
    "Mutu",
)


def workbook(
    groups: Sequence[tuple[Result, NDArray[np.uint8]]], instrument: Instrument, convention: Convention
) -> bytes:
    """One sheet for each group of answers.

    Formulas are live (sums, NRR, weighted NRR, index, grade) and carry the exact values of the Result, so that
    programs which do not calculate show the same. Words from files are written as words, never as formulas.

    Parameters
    ----------
    groups : each result with the scores it was computed from, uint8 of shape (n, k), 0 = not answered

    Raises
    ------
    WorkbookError
        For more groups or answers than a workbook holds.
    """
    if len(groups) > MOST_SHEETS:
        raise WorkbookError(
            f"{len(groups)} kelompok terlalu banyak untuk XLSX; pakai --format csv atau json."
        )
    if any(len(scores) > LARGEST_SHEET for _, scores in groups):
        raise WorkbookError("Isian terlalu banyak untuk satu lembar XLSX; pakai --format csv atau json.")
    buffer = io.BytesIO()
    with written(buffer, "Indeks Kepuasan Masyarakat") as (book, styles):
        taken: set[str] = set()
        for result, scores in groups:
            sheet = book.add_worksheet(sheet_name(group_name(result) or "IKM", taken))
            _Sheet(sheet, styles, result, scores, Formulas(instrument, convention)).write()
    return buffer.getvalue()


class _Sheet:
    """Writes one group from the top row to the last."""

    def __init__(
        self,
        sheet: Any,
        styles: dict[str, Any],
        result: Result,
        scores: NDArray[np.uint8],
        formulas: Formulas,
    ) -> None:
        self.sheet, self.writer, self.result, self.scores = sheet, SheetWriter(sheet, styles), result, scores
        self.instrument, self.formulas = formulas.instrument, formulas
        self.total = _FIRST + 1 + len(result.elements)
        self.answers = self.total + 6

    def write(self) -> None:
        last = max(8, _ANSWERS + len(self.instrument.items) - 1)
        self.sheet.set_column(1, 1, 42)
        self.sheet.set_column(2, last, 16)
        self.writer.a4()
        self.head()
        for row, (element, found) in enumerate(
            zip(self.instrument.elements, self.result.elements, strict=True), start=_FIRST + 1
        ):
            self.element(row, element, found)
        self.index()
        self.rows()

    def head(self) -> None:
        result = self.result
        self.writer.words(0, 0, f"{result.instrument_title} ({result.regulation})", "bold")
        words = [result.convention_words, f"Konvensi: {result.convention}."]
        words += [f"Kolom U menurut urutan {result.order}."] if result.order else []
        self.writer.words(1, 0, " ".join(words))
        if result.group is not None:
            self.writer.words(2, 0, group_name(result), "bold")
        for column, name in enumerate(_HEADINGS):
            self.writer.words(_FIRST, column, name, "head" if column < 2 else "right")

    def element(self, row: int, element: Element, found: ElementResult) -> None:
        make, formula = self.formulas, self.writer.formula
        total, n, weight, mean, nik = (xl_rowcol_to_cell(row, column) for column in (2, 3, 4, 5, 7))
        answers = [self.answer_range(item) for item in self.instrument.items_of(element.key)]
        self.writer.words(row, 0, found.code)
        self.writer.words(row, 1, found.name)
        formula(row, 2, over("SUM", answers), "whole", found.total)
        formula(row, 3, over("COUNT", answers), "whole", found.n)
        formula(row, 4, make.weight(element), "four", make.convention.weight_of(element.weight))
        formula(row, 5, make.mean(total, n), "four", found.mean)
        formula(row, 6, make.weighted(mean, weight, n), "four", found.weighted)
        formula(row, 7, make.converted(mean), "two", found.converted)
        formula(row, 8, make.grade(nik), "plain", found.grade)

    def index(self) -> None:
        """NI, IKM and grade under the element table; empty as long as an element has no answer."""
        make, result, row = self.formulas, self.result, self.total
        weighted = xl_range(_FIRST + 1, 6, row - 1, 6)
        lines = (
            ("NI (jumlah NRR tertimbang)", make.sum_of_weighted(weighted), "four", result.index),
            ("IKM", make.converted(xl_rowcol_to_cell(row, 6)), "two", result.converted),
            ("Mutu pelayanan", make.grade(xl_rowcol_to_cell(row + 1, 6)), "plain", result.grade),
        )
        for offset, (name, formula, style, value) in enumerate(lines):
            self.writer.words(row + offset, 1, name, "bold")
            self.writer.formula(row + offset, 6, formula, style, value)

    def rows(self) -> None:
        self.sheet.set_row(self.answers - 1, 30)
        self.writer.words(self.answers - 1, 0, "No.", "head")
        for column, item in enumerate(self.instrument.items, start=_ANSWERS):
            code = self.instrument.element(item.element).code
            self.writer.words(self.answers - 1, column, f"{code} {item.key}", "right")
        for number, scores in enumerate(self.scores.tolist()):
            row = self.answers + number
            self.sheet.write_number(row, 0, number + 1)
            for column, score in enumerate(scores, start=_ANSWERS):
                if score:
                    self.sheet.write_number(row, column, score)

    def answer_range(self, item: int) -> str:
        column = item + _ANSWERS
        return str(xl_range(self.answers, column, self.answers + max(1, len(self.scores)) - 1, column))
