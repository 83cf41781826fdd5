"""A spreadsheet that computes the index itself: answers, live formulas, and our numbers as their stored values."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calc.convention import Convention
from calc.instrument import Element, Instrument
from calc.plain import group_name, harmless
from calc.result import ElementResult, Result

LARGEST_SHEET = 1_048_000  # answers; a sheet has 1,048,576 rows
MOST_SHEETS = 200
_FIRST = 4  # row of the element table's heading, counted from 0
_ANSWERS = 2  # first column of answers; the wide column of names stays free


class WorkbookError(ValueError):
    """What does not fit into a workbook; the message says so and what to use instead."""


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
        For more groups or answers than a workbook holds, or when xlsxwriter is not installed.
    """
    if len(groups) > MOST_SHEETS:
        raise WorkbookError(
            f"{len(groups)} kelompok terlalu banyak untuk XLSX; pakai --format csv atau json."
        )
    if any(len(scores) > LARGEST_SHEET for _, scores in groups):
        raise WorkbookError("Isian terlalu banyak untuk satu lembar XLSX; pakai --format csv atau json.")
    try:
        import xlsxwriter
    except ImportError:
        raise WorkbookError(
            "Untuk menulis XLSX diperlukan xlsxwriter; pasang dengan pip install 'skm-toolkit[xlsx]'."
        ) from None
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        # a fixed date: equal answers give equal bytes
        book.set_properties({"title": "Indeks Kepuasan Masyarakat", "created": datetime(2000, 1, 1)})
        formats = _formats(book)
        taken: set[str] = set()
        for result, scores in groups:
            sheet = book.add_worksheet(_sheet_name(group_name(result) or "IKM", taken))
            _Sheet(sheet, formats, result, scores, instrument, convention).write()
    return buffer.getvalue()


class _Sheet:
    """Writes one group from the top row to the last, as xlsxwriter wants in constant memory."""

    def __init__(
        self,
        sheet: Any,
        formats: dict[str, Any],
        result: Result,
        scores: NDArray[np.uint8],
        instrument: Instrument,
        convention: Convention,
    ) -> None:
        self.sheet, self.formats, self.result, self.scores = sheet, formats, result, scores
        self.instrument, self.convention = instrument, convention
        self.total = _FIRST + 1 + len(result.elements)
        self.answers = self.total + 6

    def write(self) -> None:
        last = max(8, _ANSWERS + len(self.instrument.items) - 1)
        self.sheet.set_column(1, 1, 42)
        self.sheet.set_column(2, last, 16)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.head()
        for row, (element, found) in enumerate(
            zip(self.instrument.elements, self.result.elements, strict=True), start=_FIRST + 1
        ):
            self.element(row, element, found)
        self.index()
        self.rows()

    def head(self) -> None:
        result, bold = self.result, self.formats["bold"]
        self.sheet.write_string(0, 0, f"{result.instrument_title} ({result.regulation})", bold)
        words = [result.convention_words, f"Konvensi: {result.convention}."]
        words += [f"Kolom U menurut urutan {result.order}."] if result.order else []
        self.sheet.write_string(1, 0, " ".join(words))
        if result.group is not None:
            self.sheet.write_string(2, 0, harmless(group_name(result)), bold)
        names = (
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
        for column, name in enumerate(names):
            self.sheet.write_string(_FIRST, column, name, self.formats["head" if column < 2 else "right"])

    def element(self, row: int, element: Element, found: ElementResult) -> None:
        n = row + 1
        ranges = ",".join(self.answer_range(item) for item in self.instrument.items_of(element.key))
        self.sheet.write_string(row, 0, found.code)
        self.sheet.write_string(row, 1, found.name)
        self.formula(row, 2, f"SUM({ranges})", "whole", found.total)
        self.formula(row, 3, f"COUNT({ranges})", "whole", found.n)
        weight = self.convention.weight_of(element.weight)
        self.formula(row, 4, f"{weight.numerator}/{weight.denominator}", "four", weight)
        mean = self.rounded(f"C{n}/D{n}", self.convention.mean_decimals)
        self.formula(row, 5, f'IF(D{n}=0,"",{mean})', "four", found.mean)
        weighted = self.rounded(f"F{n}*E{n}", self.convention.weighted_decimals)
        self.formula(row, 6, f'IF(D{n}=0,"",{weighted})', "four", found.weighted)
        converted = self.rounded(f"F{n}*{self.factor}", 2)
        self.formula(row, 7, f'IF(D{n}=0,"",{converted})', "two", found.converted)
        self.formula(row, 8, self.grade(f"H{n}"), "plain", found.grade)

    def index(self) -> None:
        """NI, IKM and grade under the element table; empty as long as an element has no answer."""
        first, last, result = _FIRST + 2, self.total, self.result
        blank = f"COUNT(G{first}:G{last})<{last - first + 1}"
        lines = (
            ("NI (jumlah NRR tertimbang)", f'IF({blank},"",SUM(G{first}:G{last}))', "four", result.index),
            ("IKM", f'IF({blank},"",ROUND(G{last + 1}*{self.factor},2))', "two", result.converted),
            ("Mutu pelayanan", self.grade(f"G{last + 2}"), "plain", result.grade),
        )
        for offset, (name, formula, kind, value) in enumerate(lines):
            self.sheet.write_string(self.total + offset, 1, name, self.formats["bold"])
            self.formula(self.total + offset, 6, formula, kind, value)

    def rows(self) -> None:
        self.sheet.set_row(self.answers - 1, 30)
        self.sheet.write_string(self.answers - 1, 0, "No.", self.formats["head"])
        for column, item in enumerate(self.instrument.items, start=_ANSWERS):
            code = self.instrument.element(item.element).code
            self.sheet.write_string(self.answers - 1, column, f"{code} {item.key}", self.formats["right"])
        for number, scores in enumerate(self.scores.tolist()):
            row = self.answers + number
            self.sheet.write_number(row, 0, number + 1)
            for column, score in enumerate(scores, start=_ANSWERS):
                if score:
                    self.sheet.write_number(row, column, score)

    def answer_range(self, item: int) -> str:
        column = _letters(item + _ANSWERS)
        return f"{column}{self.answers + 1}:{column}{self.answers + max(1, len(self.scores))}"

    def grade(self, cell: str) -> str:
        """The lowest grade needs no border: below it there is nothing else."""
        *upper, lowest = self.instrument.bands
        formula = f'"{lowest.grade}"'
        for band in reversed(upper):
            formula = f'IF({cell}>={band.floor},"{band.grade}",{formula})'
        return f'IF({cell}="","",{formula})'

    @property
    def factor(self) -> str:
        value = self.instrument.factor
        return str(value) if value.denominator == 1 else f"({value})"

    def rounded(self, formula: str, decimals: int | None) -> str:
        return formula if decimals is None else f"ROUND({formula},{decimals})"

    def formula(self, row: int, column: int, formula: str, kind: str, value: Any) -> None:
        stored = "" if value is None else float(value) if isinstance(value, Fraction) else value
        self.sheet.write_formula(row, column, f"={formula}", self.formats[kind], stored)


def _formats(book: Any) -> dict[str, Any]:
    return {
        "plain": book.add_format({"align": "right"}),
        "bold": book.add_format({"bold": True}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "right": book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "align": "right"}
        ),
        "whole": book.add_format({"num_format": "#,##0"}),
        "two": book.add_format({"num_format": "0.00"}),
        "four": book.add_format({"num_format": "0.0000"}),
    }


def _sheet_name(words: str, taken: set[str]) -> str:
    """A name that Excel accepts and that no other sheet has: 31 characters, no []:*?/\\, not 'History'."""
    base = re.sub(r"[\[\]:*?/\\]", " ", words).strip(" '")[:25] or "IKM"
    if base.lower() == "history":
        base += " 1"
    name, number = base, 2
    while name.lower() in taken:
        name, number = f"{base} ({number})", number + 1
    taken.add(name.lower())
    return name


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
