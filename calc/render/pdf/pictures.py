"""Pictures and QR codes as vectors on a page; words of a picture are cut where they have no room."""

from __future__ import annotations

from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import block_styles, text_layout
from calc.render.pdf.boxes import Box, Prose
from calc.render.pdf.text_layout import Style
from calc.render.qr import rectangles
from calc.report.charts.picture import Dot, Line, Picture, Rect, Words
from calc.report.document import Align, Figure

if TYPE_CHECKING:
    from calc.render.pdf.canvas import DocumentCanvas

CAPTION_GAP = 4.0
_ALIGN: dict[str, Align] = {"start": "left", "middle": "centre", "end": "right"}


class Drawing(Box):
    """A figure with its caption; scaled down where the page is smaller."""

    before, after = 6.0, 10.0

    def __init__(self, figure: Figure, width: float, most: float) -> None:
        picture = figure.picture
        self.picture, self.width = picture, width
        self.caption = Prose(figure.caption, block_styles.CAPTION, width) if figure.caption else None
        below = self.caption.height + CAPTION_GAP if self.caption else 0.0
        self.scale = min(1.0, width / picture.width, (most - below) / max(1.0, picture.height))
        self.height = picture.height * self.scale + below

    def draw(self, canvas: DocumentCanvas, x: float, top: float) -> None:
        left = x + (self.width - self.picture.width * self.scale) / 2
        draw_picture(canvas, self.picture, left, top, self.scale)
        if self.caption:
            self.caption.draw(canvas, x, top - self.picture.height * self.scale - CAPTION_GAP)


def draw_picture(canvas: Canvas, picture: Picture, x: float, top: float, scale: float = 1.0) -> None:
    """Draw with the picture's upper left corner at (x, top)."""
    canvas.saveState()
    canvas.translate(x, top)
    canvas.scale(scale, scale)
    for shape in picture.shapes:
        if isinstance(shape, Rect):
            _rect(canvas, shape)
        elif isinstance(shape, Line):
            _line(canvas, shape)
        elif isinstance(shape, Dot):
            canvas.setFillColor(colour(shape.fill))
            canvas.circle(shape.x, -shape.y, shape.radius, stroke=0, fill=1)
        else:
            _words(canvas, shape)
    canvas.restoreState()


@lru_cache(maxsize=256)
def colour(name: str) -> Color:
    """'#rrggbb' as reportlab wants it."""
    return HexColor(name)


def _rect(canvas: Canvas, shape: Rect) -> None:
    canvas.setFillColor(colour(shape.fill or "#ffffff"))
    if shape.stroke:
        canvas.setStrokeColor(colour(shape.stroke))
        canvas.setLineWidth(0.6)
    fill, stroke = int(bool(shape.fill)), int(bool(shape.stroke))
    y = -shape.y - shape.height
    if shape.radius:
        radius = min(shape.radius, shape.width / 2, shape.height / 2)
        canvas.roundRect(shape.x, y, shape.width, shape.height, radius, stroke=stroke, fill=fill)
    else:
        canvas.rect(shape.x, y, shape.width, shape.height, stroke=stroke, fill=fill)


def _line(canvas: Canvas, shape: Line) -> None:
    canvas.setStrokeColor(colour(shape.stroke))
    canvas.setLineWidth(shape.width)
    if shape.dash:
        canvas.setDash(shape.dash, shape.dash)
    canvas.line(shape.x1, -shape.y1, shape.x2, -shape.y2)
    if shape.dash:
        canvas.setDash()


def _words(canvas: Canvas, shape: Words) -> None:
    style = Style(shape.size, shape.size, colour(shape.fill), shape.strong, _ALIGN[shape.anchor])
    text_layout.draw_line(canvas, shape.words, style, shape.x, -shape.y, shape.room or inf)


def draw_code(canvas: Canvas, url: str, x: float, y: float, side: float, level: str = "Q") -> None:
    """A QR code as one filled path; (x, y) is the lower left corner, quiet zone included in `side`."""
    modules, parts = rectangles(url, level)
    unit = side / modules
    path = canvas.beginPath()
    for column, row, width, height in parts:
        path.rect(x + column * unit, y + side - (row + height) * unit, width * unit, height * unit)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)
