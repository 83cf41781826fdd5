"""Boxes that a paper begins and ends with: cover, the panel with the value, signature, check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from calc.render.pdf import block_styles, fonts, text_layout
from calc.render.pdf.boxes import Box, Prose, Stack, limited
from calc.render.pdf.pages import Whole
from calc.render.pdf.pictures import draw_code
from calc.render.pdf.text_layout import Style
from calc.report.document import Cover, Panel, Signature

if TYPE_CHECKING:
    from calc.render.pdf.canvas import DocumentCanvas

PANEL = 52 * mm
LABEL = 26 * mm
CODE = 30 * mm
SMALL_CODE = 24 * mm
QUIET = 0.1  # of a code's width is its white edge


class CoverPage(Whole):
    """Calm: whose paper and which beside a coloured bar, the value in its grade's colour, place and year.

    White but for the bar: it prints on every office printer, and little ink is spent on it.
    """

    FIELD = 152 * mm  # from the upper edge, with room above the title
    BAR = 3.4 * mm
    INSET = 24 * mm

    def __init__(self, cover: Cover) -> None:
        self.cover = cover
        self.height = A4[1]

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        cover, width = self.cover, A4[0] - 2 * self.INSET
        bottom = top - self.FIELD
        boxes = _fitted_cover(cover, width, self.FIELD - 44 * mm)
        head = top - 26 * mm - max(0.0, (self.FIELD - 44 * mm - boxes.height) * 0.35)
        canvas.setFillColor(fonts.ACCENT)
        canvas.rect(self.INSET - 9 * mm, head - boxes.height, self.BAR, boxes.height, stroke=0, fill=1)
        boxes.draw(canvas, self.INSET, head)
        if cover.value:
            self._value(canvas, bottom - 16 * mm, width)
        foot = Stack(
            [
                Prose(limited(line, 300), replace(block_styles.LEAD, strong=not i), width)
                for i, line in enumerate(cover.foot)
            ]
        )
        foot.draw(canvas, self.INSET, 26 * mm + foot.height)

    def _value(self, canvas: DocumentCanvas, top: float, width: float) -> None:
        cover = self.cover
        colour = fonts.grade_colour(cover.grade)
        size = 46.0
        wide = text_layout.width_of(cover.value, size, strong=True)
        if wide > 92 * mm:  # words instead of a number
            size, wide = 18.0, min(92 * mm, text_layout.width_of(cover.value, 18.0, strong=True))
        style = Style(size, size * 1.15, colour, strong=True)
        value = Prose(cover.value, style, wide + 1)
        value.draw(canvas, self.INSET, top)
        lines = Stack(
            [
                Prose(line, replace(block_styles.LEAD, strong=not i), width - wide - 12 * mm)
                for i, line in enumerate(cover.value_lines)
            ]
        )
        left = self.INSET + wide + 7 * mm
        canvas.setFillColor(colour)
        canvas.rect(
            left - 3.6 * mm,
            top - max(value.height, lines.height),
            1.2,
            max(value.height, lines.height),
            stroke=0,
            fill=1,
        )
        lines.draw(canvas, left, top - max(0.0, (value.height - lines.height) / 2))


def _fitted_cover(cover: Cover, width: float, room: float) -> Stack:
    """Overline, title and lines; smaller until they fit into the field."""
    shrink = 1.0
    while True:
        over = Style(11 * shrink, 15 * shrink, fonts.ACCENT, strong=True)
        title = Style(27 * shrink, 34 * shrink, strong=True)
        line = Style(12.5 * shrink, 18 * shrink)
        boxes = Stack(
            [
                Prose(limited(cover.overline, 300), over, width, gaps=(0, 14 * shrink)),
                Prose(limited(cover.title, 300), title, width, gaps=(0, 16 * shrink)),
                *[Prose(limited(words, 300), line, width, gaps=(0, 3)) for words in cover.lines],
            ]
        )
        if boxes.height <= room or shrink < 0.4:
            return boxes
        shrink *= 0.93


class PanelBox(Box):
    """The value, large, on its grade's colour; beside it what it rests on."""

    before, after = 4.0, 9.0

    def __init__(self, panel: Panel, width: float) -> None:
        self.width, self.colour = width, fonts.grade_colour(panel.grade)
        inner = PANEL - 10
        value = _value_style(panel.value, inner)
        first = panel.lines[:1]
        self.left = Stack(
            [
                Prose(panel.label, block_styles.PANEL, inner, gaps=(0, 3)),
                Prose(panel.value, value, inner, gaps=(0, 3)),
                *[Prose(words, block_styles.PANEL_WORDS, inner, gaps=(0, 1)) for words in first if words],
                *[Prose(words, block_styles.PANEL, inner) for words in panel.lines[1:] if words],
            ]
        )
        room = width - PANEL - 18
        self.facts = [
            (
                Prose(label, block_styles.PANEL_LABEL, LABEL - 6),
                Prose(limited(words, 300), block_styles.PANEL_FACT, room - LABEL),
            )
            for label, words in panel.facts
        ]
        facts = sum(max(a.height, b.height) + 2.8 for a, b in self.facts)
        self.height = max(self.left.height, facts) + 20

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        canvas.setFillColor(self.colour)
        canvas.rect(x, top - self.height, PANEL, self.height, stroke=0, fill=1)
        canvas.setFillColor(fonts.TINT)
        canvas.rect(x + PANEL, top - self.height, self.width - PANEL, self.height, stroke=0, fill=1)
        self.left.draw(canvas, x + 5, top - (self.height - self.left.height) / 2)
        facts = sum(max(a.height, b.height) + 2.8 for a, b in self.facts)
        y = top - (self.height - facts) / 2 - 1.4
        for label, words in self.facts:
            label.draw(canvas, x + PANEL + 10, y)
            words.draw(canvas, x + PANEL + 10 + LABEL, y)
            y -= max(label.height, words.height) + 2.8


def _value_style(words: str, room: float) -> Style:
    """As large as the panel allows; what would be small in one line is a sentence and gets several."""
    usual = block_styles.PANEL_VALUE
    size = min(
        usual.size, usual.size * (room - 1) / max(1.0, text_layout.width_of(words, usual.size, strong=True))
    )
    return replace(usual, size=size) if size > 24 else block_styles.PANEL_WORDS


class SignatureBox(Box):
    """At the right: place and date, who answers, room to sign, name and number."""

    before, after = 16.0, 8.0
    ROOM = 52.0

    def __init__(self, signature: Signature, width: float) -> None:
        self.shift = width * 0.52
        inner = width - self.shift
        name = Style(9.4, 13, strong=True)
        self.above = Stack(
            [
                Prose(limited(words, 300), block_styles.BODY, inner)
                for words in (signature.place_and_date, signature.role)
                if words
            ]
        )
        self.name = Stack([Prose(signature.name, name, inner)] if signature.name else [])
        self.number = Stack([Prose(signature.number, block_styles.BODY, inner)] if signature.number else [])
        self.line = inner * 0.8
        self.height = self.above.height + self.ROOM + self.name.height + 5 + self.number.height

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        x += self.shift
        self.above.draw(canvas, x, top)
        y = top - self.above.height - self.ROOM
        self.name.draw(canvas, x, y)
        y -= self.name.height + 2
        canvas.setStrokeColor(fonts.INK)
        canvas.setLineWidth(0.5)
        canvas.line(x, y, x + self.line, y)
        self.number.draw(canvas, x, y - 3)


class Check(Box):
    """A QR code to the address where the paper can be checked, and the address to type."""

    before, after = 14.0, 0.0

    def __init__(self, address: str, width: float) -> None:
        self.address, self.width = address, width
        inner = width - CODE - 8 * mm
        words = (
            "Pindai kode QR atau buka alamat di bawah ini untuk mencocokkan angka pada lembar ini dengan data "
            "yang tersimpan."
        )
        self.words = Stack(
            [
                Prose("Periksa lembar ini", block_styles.BELOW, inner, gaps=(0, 2)),
                Prose(words, block_styles.SMALL, inner, gaps=(0, 3)),
                Prose(address, block_styles.SMALL, inner),
            ]
        )
        self.height = max(CODE, self.words.height)

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        draw_code(canvas, self.address, x - 3 * mm, top - CODE, CODE, "M")
        self.words.draw(canvas, x + CODE + 2 * mm, top - max(0.0, (CODE - self.words.height) / 2))


class CheckedTitle(Box):
    """The head of a short paper with the code to check it at its right, so that it takes no page of its own."""

    keep = True

    def __init__(self, lines: Sequence[Prose], address: str, width: float) -> None:
        self.address, self.width = address, width
        inner = width - SMALL_CODE - 3 * mm
        self.words = Stack([*lines, Prose(f"Periksa: {address}", block_styles.SMALL, inner, gaps=(2, 0))])
        self.height = max(SMALL_CODE * (1 - 2 * QUIET), self.words.height)

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        edge = SMALL_CODE * QUIET
        left = x + self.width - SMALL_CODE + edge
        draw_code(canvas, self.address, left, top - SMALL_CODE + edge, SMALL_CODE, "M")
        self.words.draw(canvas, x, top)
