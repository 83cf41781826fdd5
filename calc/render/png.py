"""Picture -> PNG, for papers that take no vectors. Pillow and the shipped fonts; equal pictures, equal bytes."""

from __future__ import annotations

import io
from functools import lru_cache
from importlib import resources
from math import inf

from PIL import Image, ImageDraw, ImageFont

from calc.render.pdf.fonts import BOLD, PLAIN
from calc.render.pdf.text_layout import cut
from calc.report.charts.picture import Dot, Line, Picture, Rect, Shape, Words

FINER = 2  # drawn larger and made smaller again: smooth edges
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def png(picture: Picture, scale: float = 2.5) -> bytes:
    """A picture on white, `scale` pixels to a point (2.5: 180 dots to an inch)."""
    fine = scale * FINER
    size = (round(picture.width * fine), round(picture.height * fine))
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image)
    for shape in picture.shapes:
        _draw(draw, shape, fine)
    small = image.resize((size[0] // FINER, size[1] // FINER), Image.Resampling.BOX)
    file = io.BytesIO()
    small.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True, dpi=(scale * 72,) * 2)
    return file.getvalue()


def _draw(draw: ImageDraw.ImageDraw, shape: Shape, fine: float) -> None:
    match shape:
        case Rect(x, y, width, height, fill, radius, stroke):
            box = (x * fine, y * fine, (x + width) * fine - 1, (y + height) * fine - 1)
            if box[2] < box[0] or box[3] < box[1]:
                return
            draw.rounded_rectangle(box, radius * fine, fill, stroke or None, max(1, round(0.75 * fine)))
        case Line():
            _line(draw, shape, fine)
        case Dot(x, y, radius, fill):
            draw.circle((x * fine, y * fine), radius * fine, fill)
        case Words(x, y, words, size, fill, strong, anchor, room):
            name = BOLD if strong else PLAIN
            shown = cut(words, size, room or inf, strong)
            draw.text((x * fine, y * fine), shown, fill, _font(name, size * fine), ANCHORS[anchor])


def _line(draw: ImageDraw.ImageDraw, one: Line, fine: float) -> None:
    width = max(1, round(one.width * fine))
    points = (one.x1 * fine, one.y1 * fine, one.x2 * fine, one.y2 * fine)
    length = ((points[2] - points[0]) ** 2 + (points[3] - points[1]) ** 2) ** 0.5
    if not one.dash or not length:
        draw.line(points, one.stroke, width)
        return
    across, down = (points[2] - points[0]) / length, (points[3] - points[1]) / length
    part, at = one.dash * fine, 0.0
    while at < length:
        end = min(at + part, length)
        ends = [
            points[0] + across * at,
            points[1] + down * at,
            points[0] + across * end,
            points[1] + down * end,
        ]
        draw.line(ends, one.stroke, width)
        at += 2 * part


@lru_cache(maxsize=64)
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    data = (resources.files("calc.render") / "fonts" / f"{name}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)
