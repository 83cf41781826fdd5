"""Sheet 'Pengolahan data': a row for every respondent, and below them all that the index is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from calc.render.xlsx.formulas import Formulas, over
from calc.render.xlsx.sheet_writer import SheetWriter
from calc.report.data import ReportData
from calc.report.tabulation import TITLE, index_label, item_codes, item_order, legend, roll_up_note
from calc.report.wording import sentences
from calc.scoring.result import ElementResult, Result

_INDEX = 5  # row that repeats index and grade above the answers, counted from 0
_HEAD = 7
_FIRST = _HEAD + 1  # row of the first respondent
_VALUE = 1  # first column of scores
_WIDTH = 9  # letters in it

# What stands below the answers, one row each, in this order.
_ROWS = (
    "Σ Nilai/Unsur",
    "Jumlah jawaban",
    "NRR/Unsur",
    "Bobot",
    "NRR tertimbang/Unsur",
    "Nilai/Unsur",
    "Mutu/Unsur",
)


class Answers:
    """Writes the sheet from the top row to the last."""

    def __init__(self, writer: SheetWriter, data: ReportData, found: Result, formulas: Formulas) -> None:
        assert data.scores is not None  # recomputed() has refused it
        self.writer, self.data, self.found, self.make = writer, data, found, formulas
        self.asked = data.instrument
        self.scores = data.scores
        self.last_column = _VALUE + len(self.asked.items) - 1
        self.last = _FIRST + max(1, found.n) - 1
        self.sums = self.last + 1
        self.index = self.sums + len(_ROWS)
        self.columns = self._columns()

    def write(self) -> None:
        self._form()
        self._head()
        self._responses()
        self._elements()
        self._index_rows()
        self._spread()
        self._legend()

    def _columns(self) -> list[tuple[int, int]]:
        """First and last column of every element; its own figures stand in the first."""
        columns, at = [], _VALUE
        for element in self.asked.elements:
            items = len(self.asked.items_of(element.key))
            columns.append((at, at + items - 1))
            at += items
        return columns

    def _form(self) -> None:
        sheet = self.writer.sheet
        sheet.set_column(0, 0, 27)
        sheet.set_column(_VALUE, self.last_column, _WIDTH)
        sheet.freeze_panes(_FIRST, _VALUE)
        sheet.repeat_rows(_HEAD)
        end = self.index + 5 + self.asked.scale + len(self.columns) + len(legend(self.asked, self.found))
        sheet.print_area(0, 0, end, self.last_column)
        self.writer.a4(landscape=len(self.asked.items) > 9)

    def _head(self) -> None:
        writer, about = self.writer, self.found.about
        writer.words(0, 0, TITLE, "title")
        lines = (
            ("Unit pelayanan", sentences.subject(self.found)),
            ("Alamat", about.address),
            ("Periode", sentences.period_words(self.found)),
        )
        for row, (label, words) in enumerate(lines, start=1):
            writer.words(row, 0, label, "label")
            writer.spread(row, _VALUE, self.last_column, words, _WIDTH * (self.last_column - _VALUE + 1))
        if sentences.is_running(self.found):
            writer.words(_INDEX - 1, 0, sentences.PROVISIONAL, "note")
        writer.words(_INDEX, 0, index_label(self.data, self.found).replace(" **)", ", mutu"), "bold")
        value, grade = (xl_rowcol_to_cell(self.index + row, _VALUE) for row in (1, 2))
        writer.formula(_INDEX, _VALUE, value, "sum_two", self.found.converted)
        writer.formula(_INDEX, _VALUE + 1, grade, "sum_centre", self.found.grade)
        writer.words(_INDEX + 1, 0, roll_up_note(self.data, self.found).split(". ")[0], "note")
        writer.words(_HEAD, 0, "No. Resp", "top_left")
        for column, code in enumerate(item_codes(self.asked), start=_VALUE):
            writer.words(_HEAD, column, code, "top")

    def _responses(self) -> None:
        sheet, left = self.writer.sheet, self.writer.styles["left"]
        number = sheet.write_number
        if not self.found.n:
            self.writer.words(_FIRST, 0, "Belum ada isian", "note")
        for row, scores in enumerate(self.scores[:, item_order(self.asked)].tolist(), start=_FIRST):
            number(row, 0, row - _FIRST + 1, left)
            for column, score in enumerate(scores, start=_VALUE):
                if score:  # an empty cell is what COUNT leaves out
                    number(row, column, score)

    def _elements(self) -> None:
        total, n, mean, weight, _, converted, _ = range(self.sums, self.sums + len(_ROWS))
        make = self.make
        at = self._at
        self._row(0, "sum_whole", lambda e, c: (over("SUM", [self._answers(*c)]), e.total))
        self._row(1, "sum_whole", lambda e, c: (over("COUNT", [self._answers(*c)]), e.n))
        self._row(2, "sum_four", lambda e, c: (make.mean(at(total, c), at(n, c)), e.mean))
        weights = {e.key: e for e in self.asked.elements}
        self._row(
            3,
            "sum_four",
            lambda e, c: (make.weight(weights[e.key]), make.convention.weight_of(weights[e.key].weight)),
        )
        self._row(
            4, "sum_four", lambda e, c: (make.weighted(at(mean, c), at(weight, c), at(n, c)), e.weighted)
        )
        self._row(5, "sum_two", lambda e, c: (make.converted(at(mean, c)), e.converted))
        self._row(6, "sum_centre", lambda e, c: (make.grade(at(converted, c)), e.grade))

    def _row(
        self,
        offset: int,
        style: str,
        formula: Callable[[ElementResult, tuple[int, int]], tuple[str, Any]],
    ) -> None:
        """One row below the answers: what `formula` says of each element and its columns."""
        row = self.sums + offset
        self.writer.words(row, 0, _ROWS[offset], "sum_label")
        for element, columns in zip(self.found.elements, self.columns, strict=True):
            words, value = formula(element, columns)
            self.writer.formula(row, columns[0], words, style, value)
            self.writer.blank(row, columns[0] + 1, columns[1], style)

    def _index_rows(self) -> None:
        """NI, IKM and grade; empty as long as an element has no answer."""
        writer, found, make = self.writer, self.found, self.make
        weighted = xl_range(self.sums + 4, _VALUE, self.sums + 4, self.last_column)
        ni, ikm = (xl_rowcol_to_cell(self.index + row, _VALUE) for row in (0, 1))
        lines: Sequence[tuple[str, str, str, Any]] = (
            ("Jumlah NRR tertimbang *)", make.sum_of_weighted(weighted), "sum_four", found.index),
            (index_label(self.data, found), make.converted(ni), "sum_two", found.converted),
            ("Mutu pelayanan", make.grade(ikm), "sum_centre", found.grade),
        )
        for row, (label, formula, style, value) in enumerate(lines, start=self.index):
            writer.words(row, 0, label, "sum_label")
            writer.formula(row, _VALUE, formula, style, value)
            writer.blank(row, _VALUE + 1, self.last_column, style)

    def _spread(self) -> None:
        """How often each score was given."""
        first = self.index + 4
        for score in range(1, self.asked.scale + 1):
            row = first + score - 1
            self.writer.words(row, 0, f"Jawaban bernilai {score}", "bold")
            for element, columns in zip(self.found.elements, self.columns, strict=True):
                formula = f"COUNTIF({self._answers(*columns)},{score})"
                self.writer.formula(row, columns[0], formula, "whole", element.counts[score - 1])

    def _legend(self) -> None:
        row = self.index + 5 + self.asked.scale
        for element, columns in zip(self.found.elements, self.columns, strict=True):
            self.writer.words(row, 0, element.code, "bold")
            mean = xl_rowcol_to_cell(self.sums + 2, columns[0])
            self.writer.formula(row, _VALUE, mean, "four", element.mean)
            self.writer.formula(
                row, _VALUE + 1, xl_rowcol_to_cell(self.sums + 6, columns[0]), "centre", element.grade
            )
            self.writer.words(row, _VALUE + 2, element.name)
            row += 1
        for line in legend(self.asked, self.found):
            row += 1
            self.writer.words(row, 0, line, "note")

    def _answers(self, first: int, last: int) -> str:
        return str(xl_range(_FIRST, first, self.last, last))

    def _at(self, row: int, columns: tuple[int, int]) -> str:
        return str(xl_rowcol_to_cell(row, columns[0]))
