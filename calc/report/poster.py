"""One card, drawn by hand on an area of A4: the poster that invites residents."""

from __future__ import annotations

from typing import Protocol

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.report import style
from calc.report.place import down, middle, stack
from calc.report.qr import rectangles
from calc.report.setting import Look

WIDTH, HEIGHT = A4
SIDE = 18 * mm
INNER = WIDTH - 2 * SIDE
CODE = 112 * mm  # with its quiet zone; on A6 still more than 1 mm a module

_ON_BAND = Look(12, 16, style.PAPER, align="centre")
_UNIT = Look(21, 26, style.PAPER, strong=True, align="centre")
_SERVICE = Look(14.5, 19, style.PAPER, align="centre")
_HEADLINE = Look(28, 35, style.ACCENT, strong=True, align="centre")
_ADDRESS = Look(17, 22, strong=True, align="centre")
_STEP = Look(11.5, 15, align="centre")
_FINE = Look(10.5, 14.5, style.MUTED, align="centre")

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
    """What a card must say; `calc.report.sheet.Card` does."""

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


def draw_poster(canvas: Canvas, card: Printed, level: str) -> None:
    """The card that invites residents."""
    words = WORDS.get(card.language, WORDS["id"])
    _band(canvas, card, str(words["survey"]))
    middle(canvas, str(words["headline"]), _HEADLINE, SIDE, 203 * mm, INNER, 15 * mm)
    _faces(canvas, WIDTH / 2, 193 * mm)
    _code(canvas, card.url, level, 73 * mm)
    middle(canvas, str(words["address"]), _FINE, SIDE, 65 * mm, INNER, 6 * mm)
    middle(canvas, card.short_address, _ADDRESS, SIDE, 56 * mm, INNER, 9 * mm)
    _steps(canvas, tuple(words["steps"]), 31 * mm)
    middle(canvas, str(words["data"]), _FINE, SIDE, 11 * mm, INNER, 12 * mm)


def draw_code(canvas: Canvas, url: str, x: float, y: float, side: float, level: str = "Q") -> None:
    """A QR code as one filled path; (x, y) is the lower left corner, quiet zone included in `side`."""
    modules, parts = rectangles(url, level)
    unit = side / modules
    path = canvas.beginPath()
    for column, row, width, height in parts:
        path.rect(x + column * unit, y + side - (row + height) * unit, width * unit, height * unit)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def _band(canvas: Canvas, card: Printed, survey: object) -> None:
    """Who asks: organisation, unit, service and counter on a coloured field."""
    bottom, edge = 222 * mm, 9 * mm  # white around it: office printers leave it white anyway
    height = HEIGHT - bottom - edge
    canvas.setFillColor(style.ACCENT)
    canvas.roundRect(edge, bottom, WIDTH - 2 * edge, height, 4 * mm, stroke=0, fill=1)
    where = " · ".join(words for words in (card.service, card.counter) if words)
    over = " · ".join(words for words in (card.organisation, str(survey)) if words)
    rows = ((over, _ON_BAND, 13 * mm), (card.unit, _UNIT, 27 * mm), (where, _SERVICE, 18 * mm))
    stack(canvas, rows, SIDE, bottom, INNER, height, 3.2 * mm)


def _code(canvas: Canvas, url: str, level: str, y: float) -> None:
    x = (WIDTH - CODE) / 2
    canvas.setStrokeColor(style.ACCENT)
    canvas.setFillColor(style.PAPER)
    canvas.setLineWidth(2.4)
    canvas.roundRect(x, y, CODE, CODE, 5 * mm, stroke=1, fill=1)
    draw_code(canvas, url, x, y, CODE, level)


def _faces(canvas: Canvas, centre: float, y: float) -> None:
    """Four calm faces, from not satisfied to very satisfied: a greeting, not an answer."""
    step, radius = 15 * mm, 4.6 * mm
    for position, grade in enumerate("DCBA"):
        x = centre + (position - 1.5) * step
        canvas.setStrokeColor(style.grade_colour(grade))
        canvas.setFillColor(style.grade_colour(grade))
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


def _steps(canvas: Canvas, steps: tuple[str, ...], y: float) -> None:
    """Three numbered steps beside each other."""
    column = INNER / len(steps)
    for position, words in enumerate(steps):
        centre = SIDE + (position + 0.5) * column
        canvas.setFillColor(style.ACCENT_TINT)
        canvas.circle(centre, y + 14.5 * mm, 4.4 * mm, stroke=0, fill=1)
        canvas.setFillColor(style.ACCENT)
        canvas.setFont(style.BOLD, 13)
        canvas.drawCentredString(centre, y + 14.5 * mm - 4.6, str(position + 1))
        left = SIDE + position * column + 2 * mm
        down(canvas, words, _STEP, left, y + 8.4 * mm, column - 4 * mm, 11 * mm)
