"""One card, drawn by hand on an area of A4: the poster that invites residents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts, text_layout
from calc.render.pdf.pictures import draw_code
from calc.render.pdf.text_layout import Style
from calc.render.sheets.text_box import down, middle, stack

WIDTH, HEIGHT = A4
SIDE = 18 * mm
INNER = WIDTH - 2 * SIDE
LEAST = 8.0  # points; nothing on paper is set smaller, whatever the card's size


@dataclass(frozen=True)
class Places:
    """Heights over the lower edge of an A4, and the side of the code with its quiet zone, in points."""

    code: float
    code_at: float
    hint: float
    address: float
    steps: float
    fine: tuple[float, float]  # lower edge and height


LARGE = Places(112 * mm, 73 * mm, 65 * mm, 56 * mm, 31 * mm, (11 * mm, 12 * mm))
# a smaller card: larger letters need room, and the code still has more than 1 mm a module on A6
SMALL = Places(96 * mm, 90 * mm, 81 * mm, 71 * mm, 44 * mm, (9 * mm, 26 * mm))

_ON_BAND = Style(12, 16, fonts.PAPER, align="centre")
_UNIT = Style(21, 26, fonts.PAPER, strong=True, align="centre")
_SERVICE = Style(14.5, 19, fonts.PAPER, align="centre")
_HEADLINE = Style(28, 35, fonts.ACCENT, strong=True, align="centre")
_ADDRESS = Style(17, 22, strong=True, align="centre")
_STEP = Style(11.5, 15, align="centre")
_FINE = Style(10.5, 14.5, fonts.MUTED, align="centre")

WORDS = {
    "id": {
        "headline": "Bagaimana layanan kami hari ini?",
        "address": "Tidak bisa memindai? Ketik alamat ini:",
        "steps": ("Buka kamera ponsel", "Arahkan ke kode QR", "Jawab beberapa pertanyaan"),
        "data": "Tanpa nama dan tanpa nomor identitas. Jawaban Anda dipakai untuk menghitung indeks kepuasan "
        "dan memperbaiki layanan.",
        "survey": "Survei Kepuasan Masyarakat",
    },
    "id-mudah": {
        "headline": "Apakah Anda puas dengan layanan kami?",
        "address": "Kode tidak terbaca? Ketik alamat ini:",
        "steps": ("Buka kamera", "Arahkan ke gambar kotak", "Pilih jawaban"),
        "data": "Nama Anda tidak ditanya. Jawaban Anda membantu kami memperbaiki layanan.",
        "survey": "Survei Kepuasan Masyarakat",
    },
    "en": {
        "headline": "How was our service today?",
        "address": "Cannot scan? Type this address:",
        "steps": ("Open your camera", "Point it at the code", "Answer a few questions"),
        "data": "No name and no identity number. Your answers are used to compute the satisfaction index and "
        "to improve the service.",
        "survey": "Community Satisfaction Survey",
    },
}


class Printed(Protocol):
    """What a card must say; `calc.render.sheets.link_sheet.Card` does."""

    @property
    def url(self) -> str: ...
    @property
    def short_address(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def counter(self) -> str: ...
    @property
    def language(self) -> str: ...


def draw_poster(canvas: Canvas, card: Printed, level: str, scale: float = 1.0) -> None:
    """The card that invites residents; scale: how much smaller than A4 it will be printed."""
    words = WORDS.get(card.language, WORDS["id"])
    at = LARGE if _FINE.size * scale >= LEAST else SMALL
    fine = _readable(_FINE, scale)
    _band(canvas, card, str(words["survey"]), scale)
    middle(canvas, str(words["headline"]), _HEADLINE, SIDE, 203 * mm, INNER, 15 * mm)
    _faces(canvas, WIDTH / 2, 193 * mm)
    _code(canvas, card.url, level, at)
    middle(canvas, str(words["address"]), fine, SIDE, at.hint, INNER, 8 * mm)
    middle(canvas, card.short_address, _ADDRESS, SIDE, at.address, INNER, 9 * mm)
    _steps(canvas, tuple(words["steps"]), at.steps, scale)
    middle(canvas, str(words["data"]), fine, SIDE, at.fine[0], INNER, at.fine[1])


def _readable(style: Style, scale: float) -> Style:
    """The same, or larger where it would be printed under LEAST."""
    size = max(style.size, LEAST / scale)
    return replace(style, size=size, leading=style.leading * size / style.size)


def _band(canvas: Canvas, card: Printed, survey: object, scale: float) -> None:
    """Who asks: organisation, unit, service and counter on a coloured field."""
    bottom, edge = 222 * mm, 9 * mm  # white around it: office printers leave it white anyway
    height = HEIGHT - bottom - edge
    canvas.setFillColor(fonts.ACCENT)
    canvas.roundRect(edge, bottom, WIDTH - 2 * edge, height, 4 * mm, stroke=0, fill=1)
    where = " · ".join(words for words in (card.service, card.counter) if words)
    over = " · ".join(words for words in (card.organisation, str(survey)) if words)
    rows = (
        (over, _readable(_ON_BAND, scale), 15 * mm),
        (card.unit, _UNIT, 27 * mm),
        (where, _readable(_SERVICE, scale), 17 * mm),
    )
    stack(canvas, rows, SIDE, bottom, INNER, height, 3.2 * mm)


def _code(canvas: Canvas, url: str, level: str, at: Places) -> None:
    x, y, side = (WIDTH - at.code) / 2, at.code_at, at.code
    canvas.setStrokeColor(fonts.ACCENT)
    canvas.setFillColor(fonts.PAPER)
    canvas.setLineWidth(2.4)
    canvas.roundRect(x, y, side, side, 5 * mm, stroke=1, fill=1)
    draw_code(canvas, url, x, y, side, level)


def _faces(canvas: Canvas, centre: float, y: float) -> None:
    """Four calm faces, from not satisfied to very satisfied: a greeting, not an answer."""
    step, radius = 15 * mm, 4.6 * mm
    for position, grade in enumerate("DCBA"):
        x = centre + (position - 1.5) * step
        canvas.setStrokeColor(fonts.grade_colour(grade))
        canvas.setFillColor(fonts.grade_colour(grade))
        canvas.setLineWidth(1.5)
        canvas.circle(x, y, radius, stroke=1, fill=0)
        for side in (-1, 1):
            canvas.circle(x + side * radius * 0.36, y + radius * 0.25, radius * 0.1, stroke=0, fill=1)
        bend = (-0.42, -0.12, 0.2, 0.5)[position] * radius
        mouth = y - radius * 0.32 + (bend * 0.3)
        canvas.bezier(
            x - radius * 0.45,
            mouth,
            x - radius * 0.2,
            mouth - bend,
            x + radius * 0.2,
            mouth - bend,
            x + radius * 0.45,
            mouth,
        )


def _steps(canvas: Canvas, steps: tuple[str, ...], y: float, scale: float) -> None:
    """Three numbered steps beside each other."""
    column = INNER / len(steps)
    for position, words in enumerate(steps):
        centre = SIDE + (position + 0.5) * column
        canvas.setFillColor(fonts.ACCENT_TINT)
        canvas.circle(centre, y + 14.5 * mm, 4.4 * mm, stroke=0, fill=1)
        size = max(13, LEAST / scale)
        digit = Style(size, size, fonts.ACCENT, strong=True, align="centre")
        text_layout.draw_line(canvas, str(position + 1), digit, centre, y + 14.5 * mm - size * 0.355)
        left = SIDE + position * column + 2 * mm
        down(canvas, words, _readable(_STEP, scale), left, y + 8.4 * mm, column - 4 * mm, 15.5 * mm)
