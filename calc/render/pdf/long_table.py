"""A table of very many short rows, made and drawn a page at a time: time and room grow with pages, nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calc.render.pdf import block_styles, fonts, text_layout
from calc.render.pdf.boxes import Box, Prose
from calc.render.pdf.column_widths import spans
from calc.render.pdf.table import CAPTION_GAP, TableBox
from calc.render.pdf.text_layout import Line
from calc.report.document import LongTable, Table

if TYPE_CHECKING:
    from calc.render.pdf.canvas import DocumentCanvas

STYLE = replace(block_styles.CELL, size=7.6, leading=10)
ROW = 11.4
FEW = 3  # rows that may stand alone


class LongTableBox(Box):
    """The rows from `first` to the end of a long table, or (with `last`) to that row."""

    before, after = 5.0, 0.0
    endless = True

    def __init__(self, table: LongTable, width: float, first: int = 0, last: int | None = None) -> None:
        self.table, self.width, self.first = table, width, first
        self.last = table.count if last is None else last
        self.sums = _sums(table, width) if self.last == table.count else None
        caption = f"{table.caption} (lanjutan)" if first and table.caption else table.caption
        self.caption = Prose(caption, block_styles.CAPTION, width) if caption else None
        self.head = TableBox(Table(table.columns, ()), width)
        self.top = self.head.height + (self.caption.height + CAPTION_GAP if self.caption else 0.0)
        below = self.sums.height if self.sums else 0.0
        self.height = self.top + ROW * (self.last - first) + below

    def least(self) -> float:
        return min(self.height, self.top + ROW * 3)

    def split(self, room: float, force: bool = False) -> tuple[Box, Box] | None:
        fit = int((room - self.top) / ROW + 0.001)
        rows = min(fit, self.last - self.first - (FEW if self.sums else 0))  # sums never stand alone
        if rows < (1 if force else FEW):
            return None
        middle = self.first + rows
        return (
            LongTableBox(self.table, self.width, self.first, middle),
            LongTableBox(self.table, self.width, middle, self.last),
        )

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        if self.caption:
            self.caption.draw(canvas, x, top)
        self.head.draw(canvas, x, top - self.top + self.head.height)
        y = top - self.top
        rows = self.table.rows(self.first, self.last)
        self._lines(canvas, len(rows), x, y)
        columns = spans(self.table.columns, self.width)
        side = self.head.side
        pen = text_layout.Pen(canvas)
        for at, (column, (left, width)) in enumerate(zip(self.table.columns, columns, strict=True)):
            style = replace(STYLE, align=column.align)
            known: dict[str, list[Line]] = {}
            for position, row in enumerate(rows):
                words = row[at]
                if words not in known:
                    known[words] = [_line(words, width - 2 * side)]
                pen.draw(known[words], style, x + left + side, y - position * ROW, width - 2 * side)
        pen.flush()
        if self.sums:
            self.sums.draw(canvas, x, y - len(rows) * ROW)

    def _lines(self, canvas: DocumentCanvas, rows: int, x: float, top: float) -> None:
        canvas.setStrokeColor(fonts.LINE)
        canvas.setLineWidth(0.3)
        path = canvas.beginPath()
        for row in range(1, rows + 1):
            path.moveTo(x, top - row * ROW)
            path.lineTo(x + self.width, top - row * ROW)
        canvas.drawPath(path)


def _line(words: str, room: float) -> Line:
    shown = text_layout.cut(words, STYLE.size, room)
    return Line(((False, shown),), text_layout.width_of(shown, STYLE.size))


def _sums(table: LongTable, width: float) -> TableBox | None:
    """The rows below all others and the note."""
    if not table.last and not table.note:
        return None
    strong = tuple(replace(column, head="", strong=True) for column in table.columns)
    return Sums(Table(strong, table.last, note=table.note), width)


class Sums(TableBox):
    """Sums and means below a long table: each of them stands out."""

    def __init__(self, table: Table, width: float) -> None:
        super().__init__(replace(table, rows=()), width)
        self.rows = [self._row(row, total=True, marked=False) for row in table.rows]
        self._measure()
