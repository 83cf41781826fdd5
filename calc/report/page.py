"""The frame of a paper: margins, running head and foot, 'Halaman x dari y', metadata; no clock inside."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, cast

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from calc.report import style
from calc.report.text import clean, line

LANGUAGE = "id-ID"
CREATOR = "Perangkat SKM"

HEAD = 12 * mm
FOOT = 12 * mm
CONTENT_WIDTH = A4[0] - 2 * style.MARGIN


class PaperCanvas(Canvas):
    """A canvas that fills in, at the end, what no page can know before: page counts and pages of sections.

    They are small forms that the pages refer to, so that one pass over the story is enough.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section_pages: dict[str, int] = {}

    def save(self) -> None:
        total = self.getPageNumber() - 1
        for page in range(1, total + 1):
            self._right_aligned_form(f"foot-{page}", f"Halaman {page} dari {total}", 7.4)
        for key, page in self.section_pages.items():
            self._right_aligned_form(f"page-of-{key}", str(page), 9)
        super().save()

    def _right_aligned_form(self, name: str, words: str, size: float) -> None:
        self.beginForm(name, -120, -4, 2, 14)
        self.setFont(style.PLAIN, size)
        self.setFillColor(style.MUTED)
        self.drawRightString(0, 0, words)
        self.endForm()


class Section(Flowable):
    """An invisible mark: bookmark, outline entry, and the words of the running head from here on."""

    def __init__(self, key: str, title: str, head: str, level: int = 0) -> None:
        super().__init__()
        self.key, self.title, self.head, self.level = key, clean(title, 120), head, level

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        canvas = cast(PaperCanvas, self.canv)
        canvas.bookmarkHorizontal(self.key, 0, 20)
        canvas.addOutlineEntry(self.title, self.key, level=self.level)
        canvas.section_pages[self.key] = canvas.getPageNumber()


class _Paper(BaseDocTemplate):
    """Knows which section a page belongs to, because the running head is drawn before the page's story."""

    head = ""

    def afterFlowable(self, flowable: Flowable) -> None:
        if isinstance(flowable, Section) and flowable.head:
            self.head = flowable.head


def build(story: Sequence[Flowable], *, title: str, author: str, foot: str) -> bytes:
    """The story as an A4 PDF. Equal stories give equal bytes: no clock, no random identifier."""
    buffer = BytesIO()
    paper = _Paper(
        buffer,
        pagesize=A4,
        leftMargin=style.MARGIN,
        rightMargin=style.MARGIN,
        topMargin=style.MARGIN,
        bottomMargin=style.MARGIN,
        initialFontName=style.PLAIN,
        **metadata(title, author),
    )
    frame = Frame(
        style.MARGIN,
        style.MARGIN,
        CONTENT_WIDTH,
        A4[1] - 2 * style.MARGIN - 2 * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def furnish(canvas: Canvas, document: _Paper) -> None:
        canvas.saveState()
        if canvas.getPageNumber() > 1 and document.head:
            _running_head(canvas, document.head)
        _foot(canvas, foot)
        canvas.restoreState()

    paper.addPageTemplates(PageTemplate(id="page", frames=[frame], onPageEnd=furnish))
    paper.build(list(story), canvasmaker=PaperCanvas)
    return buffer.getvalue()


def metadata(title: str, author: str) -> dict[str, Any]:
    """What readers and screen readers are told: title in the window, language; and no clock in the file."""
    return {
        "title": clean(title, 200),
        "author": clean(author, 200),
        "creator": CREATOR,
        "producer": CREATOR,
        "lang": LANGUAGE,
        "displayDocTitle": 1,
        "invariant": 1,
    }


def plain_canvas(buffer: BytesIO, size: tuple[float, float], title: str, author: str) -> Canvas:
    """A canvas for papers that place everything by hand (notice, sheet)."""
    font: Any = style.PLAIN  # the type stubs want a number here
    canvas = Canvas(buffer, pagesize=size, invariant=1, lang=LANGUAGE, initialFontName=font)
    dress(canvas, title, author)
    return canvas


def dress(canvas: Canvas, title: str, author: str) -> None:
    """Tell readers the paper's title and author."""
    about = metadata(title, author)
    canvas.setTitle(about["title"])
    canvas.setAuthor(about["author"])
    canvas.setCreator(CREATOR)
    canvas.setProducer(CREATOR)
    canvas.setViewerPreference("DisplayDocTitle", "true")


def _running_head(canvas: Canvas, words: str) -> None:
    y = A4[1] - HEAD
    canvas.setFont(style.PLAIN, 7.4)
    canvas.setFillColor(style.MUTED)
    canvas.drawString(style.MARGIN, y, line(words, style.PLAIN, 7.4, CONTENT_WIDTH))
    _rule(canvas, y - 2 * mm)


def _foot(canvas: Canvas, words: str) -> None:
    number = f"foot-{canvas.getPageNumber()}"
    room = CONTENT_WIDTH - stringWidth("Halaman 0000 dari 0000", style.PLAIN, 7.4) - 12
    _rule(canvas, FOOT + 3.4 * mm)
    canvas.setFont(style.PLAIN, 7.4)
    canvas.setFillColor(style.MUTED)
    canvas.drawString(style.MARGIN, FOOT, line(words, style.PLAIN, 7.4, room))
    canvas.saveState()
    canvas.translate(A4[0] - style.MARGIN, FOOT)
    canvas.doForm(number)
    canvas.restoreState()


def _rule(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(style.LINE)
    canvas.setLineWidth(0.5)
    canvas.line(style.MARGIN, y, A4[0] - style.MARGIN, y)
