"""The strip of grades on the notice."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts, text_layout
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
        canvas.setFillColor(fonts.PAPER if own else fonts.MUTED)
        centre = left + (field - gap) / 2
        canvas.setFont(fonts.BOLD, size)
        shown = text_layout.cut(grade, size, field - gap - 4, strong=True)
        canvas.drawCentredString(centre, y + height - size * 1.25, shown)
        canvas.setFont(fonts.PLAIN, size * 0.66)
        words = text_layout.cut(performance, size * 0.66, field - gap - 4)
        canvas.drawCentredString(centre, y + size * 0.55, words)
        canvas.setFillColor(fonts.MUTED)
        canvas.setFont(fonts.PLAIN, size * 0.6)
        limits = text_layout.cut(converted, size * 0.6, field - gap)
        canvas.drawCentredString(centre, y - size * 0.95, limits)
