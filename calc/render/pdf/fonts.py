"""Colours and fonts of every paper, made once. Only embedded fonts."""

from __future__ import annotations

from importlib import resources

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from calc.report.charts import colours

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
        with resources.as_file(resources.files("calc.render") / "fonts" / f"{name}.ttf") as path:
            font = TTFont(name, str(path))
        pdfmetrics.registerFont(font)
        # beyond U+FFFF reportlab writes a character map that readers cannot parse, and no text is found again
        drawable.append(frozenset(code for code in font.face.charToGlyph if code <= 0xFFFF))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return drawable[0] & drawable[1]


DRAWABLE = _register()
