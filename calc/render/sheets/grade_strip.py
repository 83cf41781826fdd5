"""The strip of grades on the notice."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts, text_layout
from calc.render.pdf.text_layout import Style
from calc.scoring.result import Result


def grade_scale(canvas: Canvas, result: Result, x: float, y: float, width: float, size: float) -> None:
    """The instrument's grades as one strip of equal fields, D to A, the result's own field filled and marked.

    Fields are equally wide, so that even the narrow best grades can be read from a distance.
    """
    bands = tuple(reversed(result.bands))
    if not bands:
        return
    field, gap, height = width / len(bands), 2.0, size * 2.5
    for position, (_, converted, grade, performance, _) in enumerate(bands):
        left = x + position * field + gap / 2
        own = grade == result.grade
        canvas.setFillColor(fonts.grade_colour(grade) if own else fonts.TINT)
        canvas.roundRect(left, y, field - gap, height, size * 0.3, stroke=0, fill=1)
        ink = fonts.PAPER if own else fonts.MUTED
        letter = Style(size, size, ink, strong=True, align="centre")
        words = Style(size * 0.66, size, ink, align="centre")
        limits = Style(size * 0.6, size, fonts.MUTED, align="centre")
        centre, room = left + (field - gap) / 2, field - gap
        text_layout.draw_line(canvas, grade, letter, centre, y + height - size * 1.25, room - 4)
        text_layout.draw_line(canvas, performance, words, centre, y + size * 0.55, room - 4)
        text_layout.draw_line(canvas, converted, limits, centre, y - size * 0.95, room)
