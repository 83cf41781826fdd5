"""Sheet 'Profil': respondents by class, with live shares."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from calc.dossier import Dossier
from calc.paper import sentences
from calc.result import ProfileCount, Result
from calc.workbook.pen import Pen

_TABLES = 5  # row of the first table, counted from 0


class Profile:
    """Writes one small table for each profile question, and one for the ways in which answers came."""

    def __init__(self, pen: Pen, dossier: Dossier, found: Result) -> None:
        self.pen, self.dossier, self.found = pen, dossier, found

    def write(self) -> None:
        pen = self.pen
        pen.sheet.set_column(0, 0, 52)
        pen.sheet.set_column(1, 2, 14)
        pen.a4(landscape=False)
        pen.words(0, 0, "PROFIL RESPONDEN", "title")
        pen.words(1, 0, sentences.subject(self.found))
        pen.words(2, 0, sentences.period_words(self.found))
        pen.words(3, 0, "Untuk keperluan internal: kelas kecil tidak untuk dipublikasikan.", "note")
        row = _TABLES
        for field in self.dossier.result.profile:
            row = self._table(row, field.label, _rows(field))
        if self.dossier.channels:
            row = self._table(row, "Cara mengisi", self.dossier.channels)
        if row == _TABLES:
            pen.words(row, 0, "Belum ada data profil responden.")

    def _table(self, row: int, title: str, rows: Sequence[tuple[str, int]]) -> int:
        """Rows and their sum; the row where the next table may begin."""
        pen = self.pen
        for column, words in enumerate((title, "Responden", "Bagian")):
            pen.words(row, column, words, "top" if column else "top_left")
        first, total = row + 1, sum(count for _, count in rows)
        last = row + len(rows)
        for at, (label, count) in enumerate(rows, start=first):
            pen.words(at, 0, label)
            pen.number(at, 1, count, "whole")
            self._share(at, last + 1, count, total, "share")
        pen.words(last + 1, 0, "Jumlah", "sum_label")
        pen.formula(last + 1, 1, f"SUM({xl_range(first, 1, last, 1)})", "sum_whole", total)
        self._share(last + 1, last + 1, total, total, "sum_share")
        return last + 3

    def _share(self, row: int, whole: int, count: int, total: int, look: str) -> None:
        of = xl_rowcol_to_cell(whole, 1)
        value = count / total if total else ""
        self.pen.formula(row, 2, f'IF({of}=0,"",{xl_rowcol_to_cell(row, 1)}/{of})', look, value)


def _rows(field: ProfileCount) -> list[tuple[str, int]]:
    return [
        *((label, count) for _, label, _, count in field.classes),
        (sentences.NOT_STATED, field.not_stated),
    ]
