"""Placing words by hand on a page: below a line, in the middle of a box, as a stack of lines."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas

from calc.report.text import fitted

Line = tuple[str, ParagraphStyle, float]  # words, style, most height


def down(
    canvas: Canvas, words: str, look: ParagraphStyle, x: float, y: float, width: float, room: float
) -> float:
    """Draw words below y inside a box, smaller or cut when they need more; the y below them."""
    paragraph, used = fitted(words, look, width, room)
    paragraph.drawOn(canvas, x, y - used)
    return y - used


def middle(
    canvas: Canvas, words: str, look: ParagraphStyle, x: float, y: float, width: float, height: float
) -> None:
    """Draw words in the middle of a box whose lower left corner is (x, y)."""
    paragraph, used = fitted(words, look, width, height)
    paragraph.drawOn(canvas, x, y + (height - used) / 2)


def stack(
    canvas: Canvas, lines: Sequence[Line], x: float, y: float, width: float, height: float, gap: float
) -> None:
    """Draw lines of words below each other, together in the middle of a box; empty ones take no room."""
    drawn = [fitted(words, look, width, room) for words, look, room in lines if words]
    used = sum(each for _, each in drawn) + gap * (len(drawn) - 1)
    top = y + (height + used) / 2
    for paragraph, each in drawn:
        paragraph.drawOn(canvas, x, top - each)
        top -= each + gap
