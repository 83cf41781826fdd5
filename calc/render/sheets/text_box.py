"""Placing words by hand on a page: below a line, in the middle of a box, as a stack of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import text_layout
from calc.render.pdf.text import CUT, clean
from calc.render.pdf.text_layout import Style

Line = tuple[str, Style, float]  # words, style, most height
NARROW = 0.25  # of the type size: narrower letters than this are rare, so it bounds how many fit


@dataclass(frozen=True)
class Fitted:
    """Words in lines, `indent` points from the left edge of their box."""

    lines: list[text_layout.Line]
    style: Style
    width: float
    indent: float = 0.0

    @property
    def height(self) -> float:
        return len(self.lines) * self.style.leading

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        text_layout.draw(canvas, self.lines, self.style, x + self.indent, top, self.width)


def fitted(words: str, style: Style, width: float, height: float, smallest: float = 6) -> Fitted:
    """Words that fit into a box: the type shrinks first, then the words are cut.

    Centred ones get lines of about equal length, so that no single word is left alone.
    """
    rows = height / (smallest * style.leading / style.size) + 1
    shown = clean(words, int(rows * width / (smallest * NARROW)) + 1)  # measuring far more takes seconds
    found = Fitted(text_layout.lines(shown, style, width), style, width)
    size = style.size
    while found.height > height and size > smallest:
        size = max(smallest, size * 0.94)
        smaller = replace(style, size=size, leading=style.leading * size / style.size)
        found = Fitted(text_layout.lines(shown, smaller, width), smaller, width)
    if found.height <= height:
        return _balanced(shown, found)
    while found.height > height and len(shown) > 1:
        shown = shown[: int(len(shown) * 0.9)].rstrip()
        found = replace(found, lines=text_layout.lines(shown + CUT, found.style, width))
    return found


def down(canvas: Canvas, words: str, style: Style, x: float, y: float, width: float, room: float) -> float:
    """Draw words below y inside a box, smaller or cut when they need more; the y below them."""
    found = fitted(words, style, width, room)
    found.draw(canvas, x, y)
    return y - found.height


def middle(canvas: Canvas, words: str, style: Style, x: float, y: float, width: float, height: float) -> None:
    """Draw words in the middle of a box whose lower left corner is (x, y)."""
    found = fitted(words, style, width, height)
    found.draw(canvas, x, y + (height + found.height) / 2)


def stack(
    canvas: Canvas, lines: Sequence[Line], x: float, y: float, width: float, height: float, gap: float
) -> None:
    """Draw lines of words below each other, together in the middle of a box; empty ones take no room."""
    drawn = [fitted(words, style, width, room) for words, style, room in lines if words]
    used = sum(each.height for each in drawn) + gap * (len(drawn) - 1)
    top = y + (height + used) / 2
    for each in drawn:
        each.draw(canvas, x, top)
        top -= each.height + gap


def _balanced(words: str, found: Fitted) -> Fitted:
    if found.style.align != "centre" or len(found.lines) < 2:
        return found
    best = found
    for share in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35):
        narrow = found.width * (1 - share)
        tried = Fitted(
            text_layout.lines(words, found.style, narrow), found.style, narrow, found.width * share / 2
        )
        if len(tried.lines) > len(found.lines):
            break
        best = tried
    return best
