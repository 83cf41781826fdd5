"""Boxes: what a page is filled with. Each knows its height, may be parted at the page's end, and draws itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from calc.render.pdf import fonts, text_layout
from calc.render.pdf.text import clean
from calc.render.pdf.text_layout import Line, Style
from calc.report.document import Words

if TYPE_CHECKING:
    from calc.render.pdf.canvas import DocumentCanvas


class Box:
    """height: points; before, after: gaps to neighbours, of which the larger counts; keep: with the next box.

    endless : too long to be laid twice
    """

    height = 0.0
    before = 0.0
    after = 0.0
    keep = False
    endless = False

    def least(self) -> float:
        """Height of the smallest first part that may stand at a page's end."""
        return self.height

    def split(self, room: float, force: bool = False) -> tuple[Box, Box] | None:
        """A first part of at most `room` points and the rest; None when it should not be parted there.

        force : the page is empty, so that it must be parted wherever it can be
        """
        return None

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        """Draw with the upper left corner at (x, top)."""
        raise TypeError(f"{type(self).__name__} does not draw itself")


class Prose(Box):
    """A paragraph, perhaps indented, with a mark ('•', 'a.') before its first line."""

    def __init__(
        self,
        words: Words,
        style: Style,
        width: float,
        *,
        indent: float = 0.0,
        mark: str = "",
        gaps: tuple[float, float] = (0.0, 0.0),
        keep: bool = False,
    ) -> None:
        self.style, self.width, self.indent, self.mark = style, width - indent, indent, mark
        self.before, self.after = gaps
        self.keep = keep
        self._take(text_layout.lines(words, style, self.width))

    def _take(self, lines: list[Line]) -> None:
        self.lines = lines
        self.height = len(lines) * self.style.leading

    def least(self) -> float:
        few = len(self.lines) if len(self.lines) < 4 else 2
        return few * self.style.leading

    def split(self, room: float, force: bool = False) -> tuple[Box, Box] | None:
        first = min(int(room / self.style.leading + 0.001), len(self.lines) - 2)
        if first < 2:  # no line stands alone, neither below nor above
            return None
        return self._part(self.lines[:first], self.mark), self._part(self.lines[first:], "")

    def _part(self, lines: list[Line], mark: str) -> Prose:
        part = Prose.__new__(Prose)
        part.style, part.width, part.indent, part.mark = self.style, self.width, self.indent, mark
        part.before, part.after, part.keep = self.before, self.after, self.keep
        part._take(lines)
        return part

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        if self.mark:
            mark = text_layout.lines(self.mark, self.style, self.indent)[:1]
            text_layout.draw(canvas, mark, self.style, x, top, self.indent)
        text_layout.draw(canvas, self.lines, self.style, x + self.indent, top, self.width)


def limited(words: str, most: int) -> str:
    """Words of which no more than `most` characters are printed: names that no office has."""
    return clean(words, most) if len(words) > most else words


class Stack(Box):
    """Boxes below each other that are never parted."""

    def __init__(self, boxes: Sequence[Box], *, gaps: tuple[float, float] = (0.0, 0.0)) -> None:
        self.boxes = tuple(boxes)
        self.before, self.after = gaps
        self.height = sum(box.height for box in self.boxes) + sum(
            max(one.after, two.before) for one, two in pairwise(self.boxes)
        )

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        after = 0.0
        for position, box in enumerate(self.boxes):
            top -= max(after, box.before) if position else 0.0
            box.draw(canvas, x, top)
            top -= box.height
            after = box.after


class Pair(Box):
    """Two boxes beside each other, upper edges in line."""

    def __init__(self, left: Box, right: Box | None, shift: float, *, after: float = 5.0) -> None:
        self.left, self.right, self.shift, self.after = left, right, shift, after
        self.height = max(left.height, right.height if right else 0.0)

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        self.left.draw(canvas, x, top)
        if self.right is not None:
            self.right.draw(canvas, x + self.shift, top)


class Framed(Box):
    """A paragraph on a tinted field with a bar at its left: what a reader must know first."""

    PAD = 3.6

    def __init__(self, prose: Prose, width: float) -> None:
        self.prose, self.width = prose, width
        self.before, self.after = 3.0, 4.0
        self.height = prose.height + 2 * self.PAD

    def least(self) -> float:
        return self.prose.least() + 2 * self.PAD

    def split(self, room: float, force: bool = False) -> tuple[Box, Box] | None:
        parts = self.prose.split(room - 2 * self.PAD, force)
        if parts is None:
            return None
        first, rest = parts
        assert isinstance(first, Prose) and isinstance(rest, Prose)
        return Framed(first, self.width), Framed(rest, self.width)

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        canvas.setFillColor(fonts.NOTE_TINT)
        canvas.rect(x, top - self.height, self.width, self.height, stroke=0, fill=1)
        canvas.setFillColor(fonts.NOTE)
        canvas.rect(x, top - self.height, 2, self.height, stroke=0, fill=1)
        self.prose.draw(canvas, x + 9, top - self.PAD)
