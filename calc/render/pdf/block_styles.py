"""How words of documents are set: one place for sizes and colours of every block."""

from __future__ import annotations

from calc.render.pdf import fonts
from calc.render.pdf.text_layout import Look

BODY = Look(9.1, 13.2)
CHAPTER_BODY = Look(9.6, 14.4)  # papers with chapters are read for longer
LEAD = Look(11, 16)
SMALL = Look(7.6, 10.6, fonts.MUTED)
QUOTE = Look(8.8, 12.6)
CAUTION = Look(8.6, 12.4, fonts.NOTE)
CAPTION = Look(8.4, 11.6, fonts.INK, strong=True)

OVERLINE = Look(8, 11, fonts.ACCENT, strong=True)
KIND = Look(10.5, 14.5, fonts.MUTED)
TITLE = Look(17, 21, strong=True)
CHAPTER = Look(16, 20.5, strong=True)
SECTION = Look(11.5, 15, fonts.ACCENT, strong=True)
BELOW = Look(9.6, 13, strong=True)

CELL = Look(8.2, 10.6)
HEAD = Look(7.6, 10, fonts.MUTED, strong=True)

PANEL = Look(8.4, 12, fonts.PAPER, align="centre")
PANEL_VALUE = Look(38, 43, fonts.PAPER, strong=True, align="centre")
PANEL_WORDS = Look(15, 20, fonts.PAPER, strong=True, align="centre")
PANEL_LABEL = Look(8.2, 11.4, fonts.MUTED)
PANEL_FACT = Look(8.2, 11.4)
