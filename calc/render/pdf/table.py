"""Tables: heads that every page repeats, rows that are parted only when they must be, captions that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reportlab.lib.colors import Color

from calc.render.pdf import block_styles, fonts, text_layout
from calc.render.pdf.boxes import Box, Prose
from calc.render.pdf.column_widths import cells_in_one_line, longest_words, spans
from calc.render.pdf.text_layout import Line, Style
from calc.report.document import Cell, Column, PageOf, ShareBar, Table

if TYPE_CHECKING:
    from calc.render.pdf.canvas import DocumentCanvas

SIDE, NARROW_SIDE = 4.0, 3.0  # room left and right in a cell; in tables of many columns
ABOVE, UNDER = 2.6, 3.4
CAPTION_GAP = 3.5
SMALL = 240.0  # a table lower than this goes to the next page as a whole
TALL = 120.0  # a row higher than this may be parted
FEW = 3  # rows, a total among them, that stand together above or below a page's end


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell's content: lines, or a bar or page number; x from the table's left edge."""

    x: float
    width: float
    style: Style
    lines: list[Line]
    mark: ShareBar | PageOf | None = None


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Placed, ...]
    height: float
    ground: Color | None = None  # colour behind it
    total: bool = False


class TableBox(Box):
    """A table of a document on a page; the parts of a long one are TableBoxes as well."""

    before, after = 4.0, 7.0

    def __init__(self, table: Table, width: float) -> None:
        self.width = width
        self.side = SIDE if len(table.columns) < 8 else NARROW_SIDE
        least, usual = longest_words(table, self.side), cells_in_one_line(table, self.side)
        self.spans = spans(table.columns, width, least, usual)
        self.caption_words = table.caption
        self.caption = Prose(table.caption, block_styles.CAPTION, width) if table.caption else None
        self.note = Prose(table.note, block_styles.SMALL, width) if table.note else None
        self.columns = table.columns
        self.least_row = max(1, table.lines) * block_styles.CELL.leading + ABOVE + UNDER
        self.head = self._head(table.columns)
        last = len(table.rows) - 1
        self.rows = [
            self._row(row, total=table.total and at == last, marked=at == table.marked)
            for at, row in enumerate(table.rows)
        ]
        self._measure()

    def least(self) -> float:
        """Caption, head and the first rows, or the first lines of a tall one."""
        if self.height < SMALL:
            return self.height
        few = self.rows if len(self.rows) <= FEW + 1 else self.rows[:FEW]
        height = self._above() + sum(min(row.height, TALL) for row in few)
        return min(height, self.height) if few is not self.rows else height + self._below()

    def split(self, room: float, force: bool = False) -> tuple[Box, Box] | None:
        if self.height < SMALL and not force:
            return None
        left = room - self._above()
        count = self._fitting(left)
        used = sum(row.height for row in self.rows[:count])
        tall = count < len(self.rows) and self.rows[count].height > TALL
        if tall and (left - used > TALL or force):
            return self._parted(count, left - used)
        if count < (1 if force else min(FEW, len(self.rows))):
            return None
        return self._part(self.rows[:count], first=True), self._part(self.rows[count:])

    def _fitting(self, room: float) -> int:
        """Rows that may stand on this page."""
        count = 0
        while count < len(self.rows) and self.rows[count].height <= room:
            room -= self.rows[count].height
            count += 1
        # the last rows, perhaps a total among them, do not stand alone; nor does a note
        return max(0, min(count, max(len(self.rows) - FEW, min(count, 1))))

    def _parted(self, at: int, room: float) -> tuple[Box, Box] | None:
        """The row `at` itself goes over the page's end."""
        above, below = _cut_row(self.rows[at], room)
        if above is None or below is None:
            return None
        return (self._part([*self.rows[:at], above], first=True), self._part([below, *self.rows[at + 1 :]]))

    def _part(self, rows: list[Row], first: bool = False) -> TableBox:
        part = TableBox.__new__(TableBox)
        part.__dict__.update(self.__dict__)
        part.rows = rows
        if first:
            part.note = None
        elif self.caption_words:
            part.caption = Prose(f"{self.caption_words} (lanjutan)", block_styles.CAPTION, self.width)
            part.caption_words = self.caption_words
        part._measure()
        return part

    def _measure(self) -> None:
        self.height = self._above() + sum(row.height for row in self.rows) + self._below()

    def _above(self) -> float:
        return (self.caption.height + CAPTION_GAP if self.caption else 0.0) + self.head.height

    def _below(self) -> float:
        return self.note.height + 3.0 if self.note else 0.0

    def _head(self, columns: Sequence[Column]) -> Row:
        cells = tuple(
            self._words(column.head, replace(block_styles.HEAD, align=column.align), x, width)
            for column, (x, width) in zip(columns, self.spans, strict=True)
        )
        if not any(column.head for column in columns):
            return Row((), 0.0)
        return Row(cells, _height(cells), fonts.TINT)

    def _row(self, row: Sequence[Cell], *, total: bool, marked: bool) -> Row:
        cells: list[Placed] = []
        bold = total or marked
        for at, cell in enumerate(row):
            x, width = self.spans[at]
            column = self.columns[at]
            if total and cell == "" and at and row[at - 1 : at] and _runs_over(row, at):
                continue
            if total and isinstance(cell, str) and cell:
                width += sum(self.spans[i][1] for i in range(at + 1, _end_of_run(row, at)))
            strong = column.strong or bold
            style = replace(block_styles.CELL, strong=strong, align=column.align)
            if isinstance(cell, ShareBar | PageOf):
                cells.append(Placed(x, width, style, [], cell))
            elif cell != "":
                cells.append(self._words(cell, style, x, width))
        ground = fonts.ACCENT_TINT if bold else None
        return Row(tuple(cells), max(_height(cells), self.least_row), ground, total)

    def _words(self, words: str | tuple[str, ...], style: Style, x: float, width: float) -> Placed:
        return Placed(x, width, style, text_layout.lines(words, style, width - 2 * self.side))

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        if self.caption:
            self.caption.draw(canvas, x, top)
            top -= self.caption.height + CAPTION_GAP
        rows = [self.head, *self.rows] if self.head.height else self.rows
        self._grounds(canvas, rows, x, top)
        self._contents(canvas, x, top)
        if self.note:
            self.note.draw(canvas, x, top - sum(row.height for row in rows) - 3.0)

    def _contents(self, canvas: DocumentCanvas, x: float, y: float) -> None:
        """Words, bars and page numbers row by row: what is read aloud or copied follows the rows."""
        pen = text_layout.Pen(canvas)
        for row in (self.head, *self.rows):
            for cell in row.cells:
                left, width = x + cell.x + self.side, cell.width - 2 * self.side
                if cell.mark is not None:
                    pen.flush()
                    self._mark(canvas, cell.mark, left, y, width, row.height)
                    continue
                drop = ABOVE
                if row is self.head:  # heads stand on their line
                    drop = row.height - UNDER - len(cell.lines) * cell.style.leading
                pen.draw(cell.lines, cell.style, left, y - drop, width)
            y -= row.height
        pen.flush()

    def _mark(
        self,
        canvas: DocumentCanvas,
        mark: ShareBar | PageOf,
        x: float,
        top: float,
        width: float,
        height: float,
    ) -> None:
        if isinstance(mark, ShareBar):
            share_bar(canvas, mark, x, top - height / 2, width)
        else:
            canvas.linkRect("", mark.key, (x, top - height, x + width, top), Border="[0 0 0]")
            canvas.page_of(mark.key, x + width, top - ABOVE - 8.2, 8.2)

    def _grounds(self, canvas: DocumentCanvas, rows: Sequence[Row], x: float, top: float) -> None:
        """Colours behind the rows and lines between them."""
        y = top
        for row in rows:
            if row.ground is not None:
                canvas.setFillColor(row.ground)
                canvas.rect(x, y - row.height, self.width, row.height, stroke=0, fill=1)
            y -= row.height
        canvas.setStrokeColor(fonts.LINE)
        canvas.setLineWidth(0.4)
        path = canvas.beginPath()
        y = top
        for row in rows:
            y -= row.height
            path.moveTo(x, y)
            path.lineTo(x + self.width, y)
        canvas.drawPath(path)
        canvas.setStrokeColor(fonts.ACCENT)
        canvas.setLineWidth(0.8)
        canvas.line(x, top, x + self.width, top)
        if rows and rows[-1].total:
            canvas.line(x, y + rows[-1].height, x + self.width, y + rows[-1].height)


def share_bar(canvas: DocumentCanvas, bar: ShareBar, x: float, middle: float, width: float) -> None:
    """A thin bar for part / whole."""
    canvas.setFillColor(fonts.TINT)
    canvas.rect(x, middle - 2.3, width, 4.6, stroke=0, fill=1)
    share = bar.part / bar.whole if bar.whole else 0.0
    if share > 0:
        canvas.setFillColor(fonts.ACCENT)
        canvas.rect(x, middle - 2.3, max(0.6, width * min(share, 1.0)), 4.6, stroke=0, fill=1)


def _runs_over(row: Sequence[Cell], at: int) -> bool:
    """Whether an empty cell of a total is covered by words to its left."""
    return any(cell != "" for cell in row[:at])


def _end_of_run(row: Sequence[Cell], at: int) -> int:
    """Position after the empty cells that follow the cell `at`."""
    end = at + 1
    while end < len(row) and row[end] == "":
        end += 1
    return end


def _height(cells: Sequence[Placed]) -> float:
    return max((len(c.lines) * c.style.leading for c in cells), default=0.0) + ABOVE + UNDER


def _cut_row(row: Row, room: float) -> tuple[Row | None, Row | None]:
    """A tall row in two: as many lines of every cell as fit, and the rest."""
    above: list[Placed] = []
    below: list[Placed] = []
    for cell in row.cells:
        count = int((room - ABOVE - UNDER) / cell.style.leading)
        if count < 1:
            return None, None
        above.append(replace(cell, lines=cell.lines[:count]))
        below.append(replace(cell, lines=cell.lines[count:], mark=None))
    if not any(cell.lines for cell in below):
        return None, None
    return replace(row, cells=tuple(above), height=_height(above)), replace(
        row, cells=tuple(below), height=_height(below)
    )
