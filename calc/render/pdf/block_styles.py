"""How words of documents are set: one place for sizes and colours of every block."""

from __future__ import annotations

from calc.render.pdf import fonts
from calc.render.pdf.text_layout import Style

BODY = Style(9.1, 13.2)
CHAPTER_BODY = Style(9.6, 14.4)  # papers with chapters are read for longer
LEAD = Style(11, 16)
SMALL = Style(7.6, 10.6, fonts.MUTED)
QUOTE = Style(8.8, 12.6)
CAUTION = Style(8.6, 12.4, fonts.NOTE)
CAPTION = Style(8.4, 11.6, fonts.INK, strong=True)

OVERLINE = Style(8, 11, fonts.ACCENT, strong=True)
KIND = Style(10.5, 14.5, fonts.MUTED)
TITLE = Style(17, 21, strong=True)
CHAPTER = Style(16, 20.5, strong=True)
SECTION = Style(11.5, 15, fonts.ACCENT, strong=True)
BELOW = Style(9.6, 13, strong=True)

CELL = Style(8.2, 10.6)
HEAD = Style(7.6, 10, fonts.MUTED, strong=True)

PANEL = Style(8.4, 12, fonts.PAPER, align="centre")
PANEL_VALUE = Style(38, 43, fonts.PAPER, strong=True, align="centre")
PANEL_WORDS = Style(15, 20, fonts.PAPER, strong=True, align="centre")
PANEL_LABEL = Style(8.2, 11.4, fonts.MUTED)
PANEL_FACT = Style(8.2, 11.4)
