"""Colours, fonts, sizes and paragraph styles of every paper, made once. Only embedded fonts."""

from __future__ import annotations

from importlib import resources
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from calc.paper import colours

rl_config.useA85 = 0  # streams as they are, not as text: files are a fifth smaller and drawn faster

PLAIN = "DejaVuSans"
BOLD = "DejaVuSans-Bold"

INK = HexColor(colours.INK)
MUTED = HexColor(colours.MUTED)
LINE = HexColor(colours.LINE)
TINT = HexColor(colours.TINT)
ACCENT = HexColor(colours.ACCENT)
ACCENT_TINT = HexColor(colours.ACCENT_TINT)
NOTE = HexColor(colours.NOTE)
NOTE_TINT = HexColor(colours.NOTE_TINT)
PAPER = white

_GRADES = {grade: HexColor(colour) for grade, colour in colours.GRADES.items()}

MARGIN = 18 * mm


def grade_colour(grade: str | None) -> Color:
    """A calm colour for a grade; never the only sign, the letter always stands beside it."""
    return _GRADES.get(grade or "", MUTED)


def _register() -> frozenset[int]:
    """Embed both weights under one family and say which characters both can draw."""
    drawable: list[frozenset[int]] = []
    for name in (PLAIN, BOLD):
        with resources.as_file(resources.files("calc") / "fonts" / f"{name}.ttf") as path:
            font = TTFont(name, str(path))
        pdfmetrics.registerFont(font)
        # beyond U+FFFF reportlab writes a character map that readers cannot parse, and no text is found again
        drawable.append(frozenset(code for code in font.face.charToGlyph if code <= 0xFFFF))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return drawable[0] & drawable[1]


DRAWABLE = _register()


def _style(
    name: str, size: float, leading: float, colour: Color = INK, font: str = PLAIN, **more: Any
) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=font, fontSize=size, leading=leading, textColor=colour, splitLongWords=1, **more
    )


BODY = _style("body", 9, 13, spaceAfter=4)
SMALL = _style("small", 7.6, 10.6, MUTED, spaceAfter=2)
TITLE = _style("title", 17, 21, font=BOLD)
OVERLINE = _style("overline", 8, 11, ACCENT, BOLD)
SUBTITLE = _style("subtitle", 10.5, 14.5, MUTED)
HEADING = _style("heading", 11.5, 15, ACCENT, BOLD, spaceBefore=9, spaceAfter=4, keepWithNext=1)
CELL = _style("cell", 8.2, 10.6)
CELL_BOLD = _style("cell-bold", 8.2, 10.6, font=BOLD)
CELL_MUTED = _style("cell-muted", 8.2, 10.6, MUTED)
CELL_RIGHT = _style("cell-right", 8.2, 10.6, alignment=TA_RIGHT)
CELL_RIGHT_BOLD = _style("cell-right-bold", 8.2, 10.6, font=BOLD, alignment=TA_RIGHT)
CELL_CENTRE = _style("cell-centre", 8.2, 10.6, alignment=TA_CENTER)
CELL_CENTRE_BOLD = _style("cell-centre-bold", 8.2, 10.6, font=BOLD, alignment=TA_CENTER)
HEAD = _style("head", 7.6, 10, MUTED, BOLD)
HEAD_RIGHT = _style("head-right", 7.6, 10, MUTED, BOLD, alignment=TA_RIGHT)
HEAD_CENTRE = _style("head-centre", 7.6, 10, MUTED, BOLD, alignment=TA_CENTER)
CAUTION = _style("caution", 8.6, 12.4, NOTE)
REMARK = _style("remark", 8.6, 12.4, leftIndent=9, spaceAfter=5)
