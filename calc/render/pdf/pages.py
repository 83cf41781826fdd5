"""Pages: pages that are filled with boxes, with running head and foot; one pass, no clock, equal bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import chain, pairwise
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts, text_layout
from calc.render.pdf.boxes import Box
from calc.render.pdf.metadata import LANGUAGE, dress
from calc.render.xml_text import plain
from calc.report.document import Document

HEAD = FOOT = 12 * mm
WIDTH = A4[0] - 2 * fonts.MARGIN
TOP = A4[1] - fonts.MARGIN - 2 * mm
BOTTOM = float(fonts.MARGIN)
HEIGHT = TOP - BOTTOM
HALF = HEIGHT * 0.5  # a chapter's last page with less than this on it looks forgotten
BEGUN = HEIGHT * 0.5  # filled so far, a page may be left for what must stay together
TIGHTER = (
    0.85,
    0.7,
    0.55,
)  # of the usual gaps, tried in turn to do without such a page
MOST = 200  # boxes of a chapter that is tried before it is drawn; longer ones are drawn as they come


class PaperCanvas(Canvas):
    """A canvas that fills in, at the end, what no page can know before: page counts and pages of sections.

    They are small forms that the pages refer to, so that one pass over the paper is enough. Every page is packed when
    it is full: a thousand pages of respondents need a thousand small strings.
    """

    def __init__(self, buffer: BytesIO, document: Document) -> None:
        font: Any = fonts.PLAIN  # the type stubs want a number here
        super().__init__(buffer, pagesize=A4, invariant=1, lang=LANGUAGE, initialFontName=font)
        dress(self, document.title, document.author, document.subject, document.made)
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

    def showPage(self) -> None:
        super().showPage()
        page = self._doc.Pages.pages[-1]  # type: ignore[attr-defined]
        packed = PDFStream(content=zlib.compress(page.stream.encode("latin-1"), 6))
        packed.dictionary["Filter"] = PDFName("FlateDecode")
        page.Contents, page.stream = packed, None

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
        self.setFont(fonts.PLAIN, size)
        self.setFillColor(fonts.MUTED)
        self.drawRightString(0, 0, words)
        self.endForm()


class Break(Box):
    """What follows begins a page, unless the page is still empty."""


class Whole(Box):
    """A box that has a page of its own, without head and foot."""


class Running(Box):
    """From here on, these words stand over the pages."""

    def __init__(self, words: str) -> None:
        self.words = words


class Together(Box):
    """Boxes that stay on one page where they fit on one."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.boxes = tuple(boxes)


class Pages:
    """Lays boxes on pages, one after the other."""

    def __init__(self, canvas: PaperCanvas, head: str, foot: str) -> None:
        self.canvas, self.head, self.foot = canvas, head, foot
        self.y, self.gap, self.empty, self.bare = TOP, 0.0, True, False
        self.tight = 1.0

    def fill_chapters(self, boxes: Iterable[Box]) -> None:
        """The same, with the gaps of a chapter made smaller where that saves a last page of a few lines."""
        stream = iter(boxes)
        some: list[Box] = []
        for box in stream:
            if isinstance(box, Break) and some:
                self._fitted(some)
                some = []
            some.append(box)
            if box.endless or len(some) > MOST:
                ended: list[Box] = []
                self.fill(chain(some, _chapter(stream, ended)))
                some = ended
        self._fitted(some)

    def _fitted(self, boxes: list[Box]) -> None:
        self.tight = _tightness(boxes)
        self.fill(boxes)
        self.tight = 1.0

    def fill(self, boxes: Iterable[Box]) -> None:
        """Lay all boxes; boxes that are kept with the next one wait for it."""
        waiting: list[Box] = []
        for box in boxes:
            if isinstance(box, Together):
                waiting = self._together([*waiting, *box.boxes])
            elif box.keep:
                waiting.append(box)
            else:
                self._group([*waiting, box])
                waiting = []
        self._group(waiting)

    def close(self) -> None:
        """End the last page."""
        if not self.empty or self.canvas.getPageNumber() == 1:
            self._end()

    def _together(self, boxes: list[Box]) -> list[Box]:
        """Lay them on this page, or on the next if they fit there, or as any others; what is kept still waits."""
        kept: list[Box] = []
        while boxes and boxes[-1].keep:
            kept.insert(0, boxes.pop())
        height = self._height(boxes)
        begun = TOP - self.y >= BEGUN  # else the page that is left would look forgotten
        if boxes and begun and height <= HEIGHT and self._needed(boxes[0], height) > self._room():
            self._next()
        self.fill(boxes)
        return kept

    def _group(self, boxes: list[Box]) -> None:
        """Lay boxes of which the first ones must not be parted from the last."""
        if not boxes:
            return
        if len(boxes) > 1 and not self.empty:
            gap = max(boxes[-2].after, boxes[-1].before) * self.tight
            needed = self._height([*boxes[:-1]]) + gap + boxes[-1].least()
            if self._needed(boxes[0], needed) > self._room():
                self._next()
        for box in boxes:
            self._lay(box)

    def _lay(self, box: Box) -> None:
        if isinstance(box, Break):
            if not self.empty:
                self._next()
            return
        if isinstance(box, Running):
            self.head = box.words
            return
        if isinstance(box, Whole):
            self._alone(box)
            return
        while self._needed(box, box.height) > self._room():
            parts = box.split(self._room() - self._gap_before(box), self.empty)
            if parts is None:
                if self.empty:
                    break  # boxes that cannot be parted see to it that they are lower than a page
                self._next()
                continue
            self._put(parts[0])
            self._next()
            box = parts[1]
        self._put(box)

    def _put(self, box: Box) -> None:
        if box.height == 0:  # a mark
            self._draw(box, self.y)
            return
        self.y -= self._gap_before(box)
        self._draw(box, self.y)
        self.y -= box.height
        self.gap = box.after
        self.empty = False

    def _alone(self, box: Box) -> None:
        if not self.empty:
            self._next()
        self.bare = True
        self._draw(box, A4[1])
        self.empty = False
        self._next()

    def _gap_before(self, box: Box) -> float:
        return 0.0 if self.empty else max(self.gap, box.before) * self.tight

    def _height(self, boxes: Sequence[Box]) -> float:
        gaps = sum(max(one.after, two.before) for one, two in pairwise(boxes))
        return sum(box.height for box in boxes) + gaps * self.tight

    def _draw(self, box: Box, top: float) -> None:
        box.draw(self.canvas, fonts.MARGIN, top)

    def _needed(self, box: Box, height: float) -> float:
        return height + self._gap_before(box) - 0.01

    def _room(self) -> float:
        return self.y - BOTTOM

    def _next(self) -> None:
        self._end()
        self.y, self.gap, self.empty = TOP, 0.0, True

    def _end(self) -> None:
        canvas = self.canvas
        if not self.bare:
            if canvas.getPageNumber() > 1 and self.head:
                running_head(canvas, self.head)
            foot(canvas, self.foot)
        self.bare = False
        canvas.showPage()


class _Trial(Pages):
    """Lays boxes without drawing them, to see how many pages they take."""

    def __init__(self, tight: float) -> None:
        super().__init__(None, "", "")  # type: ignore[arg-type]
        self.tight, self.pages = tight, 0

    def _draw(self, box: Box, top: float) -> None:
        return

    def _end(self) -> None:
        self.pages += 1


def _tightness(boxes: Sequence[Box]) -> float:
    """Of the gaps of a chapter: 1, or what it takes to do without a sparse last page."""
    usual = _tried(boxes, 1.0)
    if usual.pages and not usual.empty and TOP - usual.y < HALF:
        for tight in TIGHTER:
            if _tried(boxes, tight).pages < usual.pages:
                return tight
    return 1.0


def _tried(boxes: Sequence[Box], tight: float) -> _Trial:
    trial = _Trial(tight)
    trial.fill(boxes)
    return trial


def _chapter(boxes: Iterator[Box], ended: list[Box]) -> Iterator[Box]:
    """The rest of a chapter; the break that ends it goes to `ended`."""
    for box in boxes:
        if isinstance(box, Break):
            ended.append(box)
            return
        yield box


def running_head(canvas: Canvas, words: str) -> None:
    y = A4[1] - HEAD
    canvas.setFont(fonts.PLAIN, 7.4)
    canvas.setFillColor(fonts.MUTED)
    canvas.drawString(fonts.MARGIN, y, text_layout.cut(words, 7.4, WIDTH))
    _rule(canvas, y - 2 * mm)


def foot(canvas: Canvas, words: str) -> None:
    room = WIDTH - text_layout.width_of("Halaman 0000 dari 0000", 7.4) - 12
    _rule(canvas, FOOT + 3.4 * mm)
    wide = text_layout.width_of(words, 7.4)
    size = 7.4 if wide <= room else max(6.0, 7.4 * room / wide - 0.01)  # the code at its end is not cut off
    canvas.setFont(fonts.PLAIN, size)
    canvas.setFillColor(fonts.MUTED)
    canvas.drawString(fonts.MARGIN, FOOT, text_layout.cut(words, size, room))
    canvas.saveState()
    canvas.translate(A4[0] - fonts.MARGIN, FOOT)
    canvas.doForm(f"foot-{canvas.getPageNumber()}")
    canvas.restoreState()


def _rule(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(fonts.LINE)
    canvas.setLineWidth(0.5)
    canvas.line(fonts.MARGIN, y, A4[0] - fonts.MARGIN, y)
