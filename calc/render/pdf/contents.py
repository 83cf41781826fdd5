"""The table of contents: a line with leaders and page number for every chapter and section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reportlab.lib.units import mm

from calc.render.pdf import fonts, text_layout
from calc.render.pdf.boxes import Box, Prose
from calc.render.pdf.text_layout import Style
from calc.report.document import Heading

if TYPE_CHECKING:
    from calc.render.pdf.canvas import DocumentCanvas


class ContentsLine(Box):
    """A chapter or section with leaders and its page."""

    def __init__(self, heading: Heading, width: float, number_room: float) -> None:
        self.heading, self.width = heading, width
        chapter = heading.level == 1
        self.style = Style(9.6 if chapter else 9.2, 14, strong=chapter)
        self.indent = 0.0 if chapter else 15 * mm
        self.number = heading.number
        self.shift = self.indent + (number_room if heading.number else 0.0)
        self.prose = Prose(heading.words, self.style, width - 14 * mm, indent=self.shift)
        self.before = 5.0 if chapter else 0.5
        self.height = self.prose.height

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        if self.number:
            text_layout.draw(
                canvas,
                text_layout.lines(self.number, self.style, self.shift),
                self.style,
                x + self.indent,
                top,
                self.shift,
            )
        self.prose.draw(canvas, x, top)
        y = top - self.height + self.style.leading - (self.style.leading + self.style.size * 0.72) / 2
        start = x + self.shift + self.prose.lines[-1].width + 5
        end = x + self.width - 9 * mm
        if end - start > 12:
            canvas.setStrokeColor(fonts.MUTED)
            canvas.setLineWidth(0.5)
            canvas.setDash(0.6, 3.2)
            canvas.line(
                end - int((end - start) / 3.8) * 3.8, y, end, y
            )  # dots of all lines stand below each other
            canvas.setDash()
        canvas.linkRect("", self.heading.key, (x, top - self.height, x + self.width, top), Border="[0 0 0]")
        canvas.page_of(self.heading.key, x + self.width, y, self.style.size)


def contents(headings: Sequence[Heading], width: float) -> list[Box]:
    """One line for each chapter and section; numbers of one kind ('BAB', 'Lampiran') share a column."""
    rooms: dict[str, float] = {}
    for heading in headings:
        wide = text_layout.width_of(heading.number, 9.6, strong=heading.level == 1) + 3 * mm
        rooms[_kind(heading)] = max(rooms.get(_kind(heading), 0.0), wide)
    return [ContentsLine(heading, width, rooms[_kind(heading)]) for heading in headings]


def _kind(heading: Heading) -> str:
    return heading.number.split(" ")[0] if heading.level == 1 else "section"
