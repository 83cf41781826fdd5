"""Tables: heads that every page repeats, rows that are parted only when they must be, captions that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reportlab.lib.colors import Color

from calc.paper.document import Cell, Column, PageOf, ShareBar, Table
from calc.report import looks, setting, style
from calc.report.boxes import Box, Prose
from calc.report.setting import Line, Look

if TYPE_CHECKING:
    from calc.report.leaf import PaperCanvas

SIDE = 4.0  # room left and right in a cell
ABOVE, UNDER = 2.6, 3.4
CAPTION_GAP = 3.5
SMALL = 200.0  # a table lower than this goes to the next page as a whole
TALL = 120.0  # a row higher than this may be parted


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell's content: lines, or a bar or page number; x from the table's left edge."""

    x: float
    width: float
    look: Look
    lines: list[Line]
    mark: ShareBar | PageOf | None = None


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Placed, ...]
    height: float
    ground: Color | None = None  # colour behind it
    total: bool = False


class Grid(Box):
    """A table of a document on a page; the parts of a long one are Grids as well."""

    before, after = 5.0, 9.0

    def __init__(self, table: Table, width: float) -> None:
        self.width = width
        self.spans = spans(table.columns, width)
        self.caption_words = table.caption
        self.caption = Prose(table.caption, looks.CAPTION, width) if table.caption else None
        self.note = Prose(table.note, looks.SMALL, width) if table.note else None
        self.columns = table.columns
        self.head = self._head(table.columns)
        last = len(table.rows) - 1
        self.rows = [
            self._row(row, total=table.total and at == last, marked=at == table.marked)
            for at, row in enumerate(table.rows)
        ]
        self._measure()

    def least(self) -> float:
        """Caption, head and the first two rows, or the first lines of a tall one."""
        if self.height < SMALL:
            return self.height
        few = self.rows if len(self.rows) <= 3 else self.rows[:2]
        height = self._above() + sum(min(row.height, TALL) for row in few)
        return min(height, self.height) if few is not self.rows else height + self._below()

    def split(self, room: float) -> tuple[Box, Box] | None:
        if self.height < SMALL:
            return None
        left = room - self._above()
        count = 0
        while count < len(self.rows) and self.rows[count].height <= left:
            left -= self.rows[count].height
            count += 1
        if count == len(self.rows):  # only the note does not fit
            count -= 1
        if count == len(self.rows) - 1 and self.rows[-1].total:
            count -= 1  # what leads to a total stays with it
        if 0 < count < len(self.rows) and self.rows[count].height > TALL and left > TALL:
            return self._parted(count, left)
        if count < 1:
            return self._parted(0, left) if self.rows and self.rows[0].height > TALL and left > 60 else None
        return self._part(self.rows[:count], first=True), self._part(self.rows[count:])

    def _parted(self, at: int, room: float) -> tuple[Box, Box] | None:
        """The row `at` itself goes over the page's end."""
        above, below = _cut_row(self.rows[at], room)
        if above is None or below is None:
            return None
        return (
            self._part([*self.rows[:at], above], first=True),
            self._part([below, *self.rows[at + 1 :]]),
        )

    def _part(self, rows: list[Row], first: bool = False) -> Grid:
        part = Grid.__new__(Grid)
        part.__dict__.update(self.__dict__)
        part.rows = rows
        if first:
            part.note = None
        elif self.caption_words:
            part.caption = Prose(f"{self.caption_words} (lanjutan)", looks.CAPTION, self.width)
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
            self._words(column.head, replace(looks.HEAD, align=column.align), x, width)
            for column, (x, width) in zip(columns, self.spans, strict=True)
        )
        if not any(column.head for column in columns):
            return Row((), 0.0)
        return Row(cells, _height(cells), style.TINT)

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
            look = replace(looks.CELL, strong=strong, align=column.align)
            if isinstance(cell, ShareBar | PageOf):
                cells.append(Placed(x, width, look, [], cell))
            elif cell != "":
                cells.append(self._words(cell, look, x, width))
        ground = style.ACCENT_TINT if bold else None
        return Row(tuple(cells), max(_height(cells), looks.CELL.leading + ABOVE + UNDER), ground, total)

    def _words(self, words: str | tuple[str, ...], look: Look, x: float, width: float) -> Placed:
        return Placed(x, width, look, setting.lines(words, look, width - 2 * SIDE))

    def draw(self, canvas: PaperCanvas, x: float, top: float) -> None:
        if self.caption:
            self.caption.draw(canvas, x, top)
            top -= self.caption.height + CAPTION_GAP
        rows = [self.head, *self.rows] if self.head.height else self.rows
        self._grounds(canvas, rows, x, top)
        pen = canvas.beginText()
        colour, y = None, top
        for row in rows:
            for cell in row.cells:
                if cell.mark is not None:
                    continue
                if cell.look.colour is not colour:
                    colour = cell.look.colour
                    pen.setFillColor(colour)
                drop = ABOVE
                if row is self.head:  # heads stand on their line
                    drop = row.height - UNDER - len(cell.lines) * cell.look.leading
                setting.put(pen, cell.lines, cell.look, x + cell.x + SIDE, y - drop, cell.width - 2 * SIDE)
            y -= row.height
        canvas.drawText(pen)
        self._marks(canvas, rows, x, top)
        if self.note:
            self.note.draw(canvas, x, y - 3.0)

    def _grounds(self, canvas: PaperCanvas, rows: Sequence[Row], x: float, top: float) -> None:
        """Colours behind the rows and lines between them."""
        y = top
        for row in rows:
            if row.ground is not None:
                canvas.setFillColor(row.ground)
                canvas.rect(x, y - row.height, self.width, row.height, stroke=0, fill=1)
            y -= row.height
        canvas.setStrokeColor(style.LINE)
        canvas.setLineWidth(0.4)
        path = canvas.beginPath()
        y = top
        for row in rows:
            y -= row.height
            path.moveTo(x, y)
            path.lineTo(x + self.width, y)
        canvas.drawPath(path)
        canvas.setStrokeColor(style.ACCENT)
        canvas.setLineWidth(0.8)
        canvas.line(x, top, x + self.width, top)
        if rows and rows[-1].total:
            canvas.line(x, y + rows[-1].height, x + self.width, y + rows[-1].height)

    def _marks(self, canvas: PaperCanvas, rows: Sequence[Row], x: float, top: float) -> None:
        """Bars and page numbers."""
        y = top
        for row in rows:
            for cell in row.cells:
                left, width = x + cell.x + SIDE, cell.width - 2 * SIDE
                if isinstance(cell.mark, ShareBar):
                    share_bar(canvas, cell.mark, left, y - row.height / 2, width)
                elif isinstance(cell.mark, PageOf):
                    canvas.linkRect(
                        "", cell.mark.key, (left, y - row.height, left + width, y), Border="[0 0 0]"
                    )
                    canvas.page_of(cell.mark.key, left + width, y - ABOVE - 8.2, 8.2)
            y -= row.height


def share_bar(canvas: PaperCanvas, bar: ShareBar, x: float, middle: float, width: float) -> None:
    """A thin bar for part / whole."""
    canvas.setFillColor(style.TINT)
    canvas.rect(x, middle - 2.3, width, 4.6, stroke=0, fill=1)
    share = bar.part / bar.whole if bar.whole else 0.0
    if share > 0:
        canvas.setFillColor(style.ACCENT)
        canvas.rect(x, middle - 2.3, max(0.6, width * min(share, 1.0)), 4.6, stroke=0, fill=1)


def spans(columns: Sequence[Column], width: float) -> list[tuple[float, float]]:
    """(x, width) of every column, by their shares."""
    whole = sum(column.share for column in columns) or 1.0
    found, x = [], 0.0
    for column in columns:
        wide = width * column.share / whole
        found.append((x, wide))
        x += wide
    return found


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
    return max((len(c.lines) * c.look.leading for c in cells), default=0.0) + ABOVE + UNDER


def _cut_row(row: Row, room: float) -> tuple[Row | None, Row | None]:
    """A tall row in two: as many lines of every cell as fit, and the rest."""
    above: list[Placed] = []
    below: list[Placed] = []
    for cell in row.cells:
        count = int((room - ABOVE - UNDER) / cell.look.leading)
        if count < 1:
            return None, None
        above.append(replace(cell, lines=cell.lines[:count]))
        below.append(replace(cell, lines=cell.lines[count:], mark=None))
    if not any(cell.lines for cell in below):
        return None, None
    return replace(row, cells=tuple(above), height=_height(above)), replace(
        row, cells=tuple(below), height=_height(below)
    )
