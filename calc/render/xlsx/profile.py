"""Sheet 'Profil': respondents by class, with live shares."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from calc.render.xlsx.sheet_writer import SheetWriter
from calc.report.data import ReportData
from calc.report.wording import sentences
from calc.scoring.result import ProfileCount, Result

_TABLES = 5  # row of the first table, counted from 0


class Profile:
    """Writes one small table for each profile question, and one for the ways in which answers came."""

    def __init__(self, writer: SheetWriter, data: ReportData, found: Result) -> None:
        self.writer, self.data, self.found = writer, data, found

    def write(self) -> None:
        writer = self.writer
        writer.sheet.set_column(0, 0, 52)
        writer.sheet.set_column(1, 2, 14)
        writer.a4(landscape=False)
        writer.words(0, 0, "PROFIL RESPONDEN", "title")
        writer.words(1, 0, sentences.subject(self.found))
        writer.words(2, 0, sentences.period_words(self.found))
        writer.words(3, 0, "Untuk keperluan internal: kelas kecil tidak untuk dipublikasikan.", "note")
        row = _TABLES
        for field in self.data.result.profile:
            row = self._table(row, field.label, _rows(field))
        if self.data.channels:
            row = self._table(row, "Cara mengisi", self.data.channels)
        if row == _TABLES:
            writer.words(row, 0, "Belum ada data profil responden.")

    def _table(self, row: int, title: str, rows: Sequence[tuple[str, int]]) -> int:
        """Rows and their sum; the row where the next table may begin."""
        writer = self.writer
        for column, words in enumerate((title, "Responden", "Bagian")):
            writer.words(row, column, words, "top" if column else "top_left")
        first, total = row + 1, sum(count for _, count in rows)
        last = row + len(rows)
        for at, (label, count) in enumerate(rows, start=first):
            writer.words(at, 0, label)
            writer.number(at, 1, count, "whole")
            self._share(at, last + 1, count, total, "share")
        writer.words(last + 1, 0, "Jumlah", "sum_label")
        writer.formula(last + 1, 1, f"SUM({xl_range(first, 1, last, 1)})", "sum_whole", total)
        self._share(last + 1, last + 1, total, total, "sum_share")
        return last + 3

    def _share(self, row: int, whole: int, count: int, total: int, style: str) -> None:
        of = xl_rowcol_to_cell(whole, 1)
        value = count / total if total else ""
        self.writer.formula(row, 2, f'IF({of}=0,"",{xl_rowcol_to_cell(row, 1)}/{of})', style, value)


def _rows(field: ProfileCount) -> list[tuple[str, int]]:
    return [
        *((label, count) for _, label, _, count in field.classes),
        (sentences.NOT_STATED, field.not_stated),
    ]
