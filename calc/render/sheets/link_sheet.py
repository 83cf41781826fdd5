"""Printed sheets with the QR code of a link: for the wall, the counter, and for staff who set up a tablet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A3, A4, A5, A6, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts
from calc.render.pdf.canvas import PaperCanvas
from calc.render.sheets.poster import HEIGHT, WIDTH, draw_poster
from calc.render.sheets.setup_sheet import draw_setup


@dataclass(frozen=True)
class Card:
    """What one printed card says.

    url : what the QR code carries, exactly
    short_address : the same for people who type, without the scheme
    kind : 'qr' (residents' own phones) or 'kiosk' (for the officer who sets up the tablet)
    language : 'id', 'id-mudah' or 'en'; others are printed in Indonesian
    """

    url: str
    short_address: str
    organisation: str
    unit: str
    service: str = ""
    counter: str = ""
    kind: str = "qr"
    language: str = "id"


@dataclass(frozen=True)
class Layout:
    """Paper in points, and how many cards stand beside and below each other on it."""

    paper: tuple[float, float]
    across: int = 1
    down: int = 1

    @property
    def places(self) -> int:
        return self.across * self.down


LAYOUTS = {
    "A3": Layout(A3),
    "A4": Layout(A4),
    "A5": Layout(A5),
    "A6": Layout(A6),
    "A4x2": Layout(landscape(A4), 2, 1),
    "A4x4": Layout(A4, 2, 2),
}


def sheet(cards: Sequence[Card], size: str = "A4", level: str = "Q") -> bytes:
    """A PDF with every card once; 'A4x2' and 'A4x4' put two A5 or four A6 cards on a page, to be cut.

    A single card on such a page is repeated until the page is full.

    Parameters
    ----------
    level : error correction of the code, 'Q' (a quarter may be damaged) or 'H' (30 percent, denser)

    Raises
    ------
    ValueError
        Without cards, or for an unknown size or level.
    """
    if size not in LAYOUTS:
        raise ValueError(f"Ukuran lembar '{size}' tidak dikenal. Pilih {', '.join(LAYOUTS)}.")
    if not cards:
        raise ValueError("Tidak ada tautan untuk dicetak. Buat tautan dahulu.")
    layout = LAYOUTS[size]
    cards = list(cards) * (layout.places if len(cards) == 1 else 1)
    buffer = BytesIO()
    canvas = PaperCanvas(buffer, layout.paper, f"Lembar QR – {cards[0].unit}", cards[0].organisation)
    for first in range(0, len(cards), layout.places):
        for place, card in enumerate(cards[first : first + layout.places]):
            _draw(canvas, card, layout, place, level)
        _cutting_lines(canvas, layout)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Canvas, card: Card, layout: Layout, place: int, level: str) -> None:
    """One card in its place; every card is drawn as A4 and scaled."""
    width, height = layout.paper[0] / layout.across, layout.paper[1] / layout.down
    left, row = (place % layout.across) * width, place // layout.across
    top = layout.paper[1] - row * height
    canvas.saveState()
    canvas.translate(left, top - height)
    canvas.scale(width / WIDTH, height / HEIGHT)
    if card.kind == "kiosk":
        draw_setup(canvas, card, level)
    else:
        draw_poster(canvas, card, level, width / WIDTH)
    canvas.restoreState()


def _cutting_lines(canvas: Canvas, layout: Layout) -> None:
    canvas.setStrokeColor(fonts.LINE)
    canvas.setLineWidth(0.4)
    canvas.setDash(2 * mm, 2 * mm)
    for i in range(1, layout.across):
        x = layout.paper[0] * i / layout.across
        canvas.line(x, 0, x, layout.paper[1])
    for i in range(1, layout.down):
        y = layout.paper[1] * i / layout.down
        canvas.line(0, y, layout.paper[0], y)
    canvas.setDash()
