"""Canvases: what every PDF says of itself, running head and foot, page numbers; no clock inside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts, text_layout
from calc.render.pdf.text_layout import Style
from calc.render.xml_text import plain
from calc.report.document import Document

LANGUAGE = "id-ID"
CREATOR = "Perangkat SKM"
HEAD = FOOT = 12 * mm
WIDTH = A4[0] - 2 * fonts.MARGIN
SMALL = Style(7.4, 9, fonts.MUTED)


class PaperCanvas(Canvas):
    """A canvas with title, author, subject, day and language; equal papers give equal bytes."""

    def __init__(
        self,
        buffer: BytesIO,
        size: tuple[float, float],
        title: str,
        author: str,
        subject: str = "",
        made: datetime | None = None,
    ) -> None:
        font: Any = fonts.PLAIN  # the type stubs want a number here
        super().__init__(buffer, pagesize=size, invariant=1, lang=LANGUAGE, initialFontName=font)
        self.setTitle(plain(title)[:200])
        self.setAuthor(plain(author)[:200])
        self.setSubject(plain(subject)[:200])
        self.setCreator(CREATOR)
        self.setProducer(CREATOR)
        self.setViewerPreference("DisplayDocTitle", "true")
        if made is not None:
            day = _pdf_date(made)
            self.setDateFormatter(lambda *_: day)  # instead of the fixed day of an invariant file


class DocumentCanvas(PaperCanvas):
    """A canvas that fills in, at the end, what no page can know before: page counts and pages of sections.

    They are small forms that the pages refer to, so that one pass over the paper is enough.
    """

    def __init__(self, buffer: BytesIO, document: Document) -> None:
        super().__init__(buffer, A4, document.title, document.author, document.subject, document.made)
        self.section_pages: dict[str, int] = {}
        self.asked: set[str] = set()
        self.outlined = 0  # entries of the outline; one alone is the paper's own name

    def mark(self, key: str, title: str, level: int | None, top: float) -> None:
        """This is where links to `key` lead; with a level, also an entry of the outline."""
        self.bookmarkHorizontalAbsolute(key, min(top + 14, A4[1]))
        self.section_pages[key] = self.getPageNumber()
        if level is not None:
            self.outlined += 1
            self.addOutlineEntry(plain(title)[:120], key, level=level, closed=level > 0)

    def page_of(self, key: str, x: float, y: float, size: float) -> None:
        """The page of a section, right-aligned at x; it may still have to come."""
        self.asked.add(key)
        self.saveState()
        self.translate(x, y)
        self.scale(size / 9, size / 9)
        self.doForm(f"page-of-{key}")
        self.restoreState()

    def save(self) -> None:
        total = self.getPageNumber() - 1
        if self.outlined > 1:
            self.showOutline()
        for page in range(1, total + 1):
            self._right_aligned_form(f"foot-{page}", f"Halaman {page} dari {total}", 7.4)
        for key in sorted(self.asked | set(self.section_pages)):
            self._right_aligned_form(f"page-of-{key}", str(self.section_pages.get(key, "")), 9)
        super().save()

    def _right_aligned_form(self, name: str, words: str, size: float) -> None:
        self.beginForm(name, -120, -4, 2, 14)
        text_layout.draw_line(self, words, Style(size, size, fonts.MUTED, align="right"), 0, 0)
        self.endForm()


def running_head(canvas: Canvas, words: str) -> None:
    """Words over the page, and a line below them."""
    y = A4[1] - HEAD
    text_layout.draw_line(canvas, words, SMALL, fonts.MARGIN, y, WIDTH)
    _rule(canvas, y - 2 * mm)


def foot(canvas: Canvas, words: str) -> None:
    """Words below the page and its number; DocumentCanvas makes the form of the number in the end."""
    room = WIDTH - text_layout.width_of("Halaman 0000 dari 0000", SMALL.size) - 12
    _rule(canvas, FOOT + 3.4 * mm)
    wide = text_layout.width_of(words, SMALL.size)
    size = (
        SMALL.size if wide <= room else max(6.0, SMALL.size * room / wide - 0.01)
    )  # the code at its end is not cut off
    text_layout.draw_line(canvas, words, replace(SMALL, size=size), fonts.MARGIN, FOOT, room)
    canvas.saveState()
    canvas.translate(A4[0] - fonts.MARGIN, FOOT)
    canvas.doForm(f"foot-{canvas.getPageNumber()}")
    canvas.restoreState()


def _rule(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(fonts.LINE)
    canvas.setLineWidth(0.5)
    canvas.line(fonts.MARGIN, y, A4[0] - fonts.MARGIN, y)


def _pdf_date(moment: datetime) -> str:
    """As PDF writes it: ``D:20261001000000+08'00'``."""
    zone = moment.strftime("%z")
    return moment.strftime("D:%Y%m%d%H%M%S") + (f"{zone[:3]}'{zone[3:5]}'" if zone else "")
