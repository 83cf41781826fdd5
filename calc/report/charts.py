"""Quiet charts drawn straight on the page: element bars from 1 to the scale, a grade scale, share bars."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from calc.display import number
from calc.report import style
from calc.report.text import line
from calc.result import ElementResult, Result

BAR_ROW = 5.5 * mm
LABEL = 50 * mm


class ElementBars(Flowable):
    """One bar for each element from 1 to the highest score, with its value and its grade's letter and colour.

    elements : in the order to draw
    scale : highest score
    width : points
    """

    def __init__(self, elements: Sequence[ElementResult], scale: int, width: float) -> None:
        super().__init__()
        self.elements, self.scale, self.width = tuple(elements), scale, width
        self.height = len(self.elements) * BAR_ROW + 6.4 * mm

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        canvas, left, right = self.canv, LABEL, self.width - 22 * mm
        bottom, top = 5.4 * mm, self.height
        self._axis(canvas, left, right, bottom, top)
        for row, element in enumerate(self.elements):
            self._bar(canvas, element, left, right, top - (row + 0.5) * BAR_ROW)

    def _axis(self, canvas: Canvas, left: float, right: float, bottom: float, top: float) -> None:
        canvas.setLineWidth(0.5)
        canvas.setFont(style.PLAIN, 7.2)
        for score in range(1, self.scale + 1):
            x = left + (right - left) * (score - 1) / (self.scale - 1)
            canvas.setStrokeColor(style.LINE)
            canvas.line(x, bottom, x, top)
            canvas.setFillColor(style.MUTED)
            canvas.drawCentredString(x, bottom - 3.4 * mm, str(score))

    def _bar(self, canvas: Canvas, element: ElementResult, left: float, right: float, middle: float) -> None:
        canvas.setFillColor(style.MUTED)
        canvas.setFont(style.BOLD, 8)
        canvas.drawString(0, middle - 2.8, line(element.code, style.BOLD, 8, 9 * mm))
        canvas.setFillColor(style.INK)
        canvas.setFont(style.PLAIN, 8)
        name = line(element.short or element.name, style.PLAIN, 8, LABEL - 12 * mm)
        canvas.drawString(9.5 * mm, middle - 2.8, name)
        if element.mean is None:
            canvas.setFillColor(style.MUTED)
            canvas.drawString(left + 4, middle - 2.8, "belum ada jawaban")
            return
        share = float((min(element.mean, Fraction(self.scale)) - 1) / (self.scale - 1))
        length = max(0.6, (right - left) * max(0.0, share))
        canvas.setFillColor(style.grade_colour(element.grade))
        canvas.rect(left, middle - 1.75 * mm, length, 3.5 * mm, stroke=0, fill=1)
        canvas.setFillColor(style.INK)
        canvas.setFont(style.BOLD, 8)
        canvas.drawRightString(self.width - 7 * mm, middle - 2.8, number(element.mean, 2))
        canvas.setFillColor(style.grade_colour(element.grade))
        canvas.drawRightString(self.width - 1, middle - 2.8, element.grade or "")


class ShareBar(Flowable):
    """A thin bar for part / whole in a table cell."""

    def __init__(self, part: int, whole: int, width: float) -> None:
        super().__init__()
        self.share, self.width, self.height = (part / whole if whole else 0.0), width, 7.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setFillColor(style.TINT)
        self.canv.rect(0, 1.4, self.width, 4.6, stroke=0, fill=1)
        self.canv.setFillColor(style.ACCENT)
        if self.share:
            self.canv.rect(0, 1.4, max(0.6, self.width * min(self.share, 1.0)), 4.6, stroke=0, fill=1)


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
        canvas.setFillColor(style.grade_colour(grade) if own else style.TINT)
        canvas.roundRect(left, y, field - gap, height, size * 0.3, stroke=0, fill=1)
        canvas.setFillColor(style.PAPER if own else style.MUTED)
        centre = left + (field - gap) / 2
        canvas.setFont(style.BOLD, size)
        canvas.drawCentredString(
            centre, y + height - size * 1.25, line(grade, style.BOLD, size, field - gap - 4)
        )
        canvas.setFont(style.PLAIN, size * 0.66)
        words = line(performance, style.PLAIN, size * 0.66, field - gap - 4)
        canvas.drawCentredString(centre, y + size * 0.55, words)
        canvas.setFillColor(style.MUTED)
        canvas.setFont(style.PLAIN, size * 0.6)
        limits = line(converted, style.PLAIN, size * 0.6, field - gap)
        canvas.drawCentredString(centre, y - size * 0.95, limits)


def scale_of(result: Result) -> int:
    """The highest score of the result's questionnaire."""
    return max((len(e.counts) for e in result.elements), default=4)
