"""The one door for words on paper. reportlab's Paragraph obeys markup, so nothing else may make one."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from calc.paper.document import Strong
from calc.report.style import BOLD, DRAWABLE
from calc.text import one_line

MISSING = "▯"  # stands for a character that the font cannot draw, so that nothing vanishes silently
CUT = "…"
NARROW = 0.25  # of the type size: narrower letters than this are rare, so it bounds how many fit


def clean(words: str, limit: int | None = None) -> str:
    """Any string as one line that the embedded fonts can draw.

    Composed (NFC); blanks of every kind become one space; control and invisible characters go; a character
    that the font lacks becomes '▯'; longer than `limit` characters is cut and ends in '…'.
    """
    shown = _cleaned(words) if len(words) < 500 else _clean(words)
    return shown if limit is None or len(shown) <= limit else shown[: limit - 1].rstrip() + CUT


def text(words: str | Sequence[str], style: ParagraphStyle, limit: int | None = None) -> Paragraph:
    """A paragraph of plain words; `Strong` parts are bold. Markup in the words is printed, not obeyed."""
    parts = [words] if isinstance(words, str) else list(words)
    return Paragraph("".join(_marked(part, limit) for part in parts), style)


def fitted(
    words: str, style: ParagraphStyle, width: float, height: float, smallest: float = 6
) -> tuple[Paragraph, float]:
    """A paragraph that fits into a box, and its height: the type shrinks first, then the words are cut.

    A centred one gets lines of about equal length, so that no single word is left alone.
    """
    size = float(style.fontSize)
    rows = height / (smallest * style.leading / style.fontSize) + 1
    words = clean(words, int(rows * width / (smallest * NARROW)) + 1)  # measuring far more takes seconds
    while True:
        paragraph, used = _measured(words, _scaled(style, size), width)
        if used <= height:
            return _balanced(words, _scaled(style, size), width, paragraph, used)
        if size <= smallest:
            break
        size = max(smallest, size * 0.94)
    shown = words
    while used > height and len(shown) > 1:
        shown = shown[: int(len(shown) * 0.9)]
        paragraph, used = _measured(shown.rstrip() + CUT, _scaled(style, size), width)
    return paragraph, used


def line(words: str, font: str, size: float, width: float) -> str:
    """Words for one drawn line, cut with '…' where they would be wider than `width` points."""
    shown = clean(words, int(width / (size * NARROW)) + 1)
    if stringWidth(shown, font, size) <= width:
        return shown
    while shown and stringWidth(shown + CUT, font, size) > width:
        shown = shown[:-1]
    return shown.rstrip() + CUT


def _clean(words: str) -> str:
    shown = one_line(words)
    return shown if shown.isascii() else "".join(map(_drawable, shown)).strip()


_cleaned = lru_cache(maxsize=4096)(_clean)  # most words of a paper come again: heads, names, numbers


def _drawable(char: str) -> str:
    if unicodedata.category(char) == "Cf":  # joiners: the embedded fonts have no letters that need them
        return ""
    return char if ord(char) in DRAWABLE else MISSING


def _marked(part: str, limit: int | None) -> str:
    # a part may begin or end with the blank that parts it from its neighbour
    before, after = (" " if part[:1] == " " else ""), (" " if part[-1:] == " " else "")
    inner = before + escape(clean(part, limit)) + after
    return f'<font name="{BOLD}">{inner}</font>' if isinstance(part, Strong) else inner


def _scaled(style: ParagraphStyle, size: float) -> ParagraphStyle:
    if size == style.fontSize:
        return style
    leading = style.leading * size / style.fontSize
    return ParagraphStyle(f"{style.name}-{size:.2f}", parent=style, fontSize=size, leading=leading)


def _balanced(
    words: str, style: ParagraphStyle, width: float, paragraph: Paragraph, used: float
) -> tuple[Paragraph, float]:
    if style.alignment != TA_CENTER or used <= style.leading * 1.5:
        return paragraph, used
    for share in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35):
        indent = width * share / 2
        name = f"{style.name}-{share}"
        narrow = ParagraphStyle(name, parent=style, leftIndent=indent, rightIndent=indent)
        tried, height = _measured(words, narrow, width)
        if height > used:
            break
        paragraph = tried
    return paragraph, used


def _measured(words: str, style: ParagraphStyle, width: float) -> tuple[Paragraph, float]:
    paragraph = text(words, style)
    return paragraph, float(paragraph.wrap(width, 10_000)[1])
