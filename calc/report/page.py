"""What every PDF says of itself: title, author, language; no clock inside."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from calc.report import style
from calc.report.words import plain

LANGUAGE = "id-ID"
CREATOR = "Perangkat SKM"


def metadata(title: str, author: str) -> dict[str, Any]:
    """What readers and screen readers are told: title in the window, language; and no clock in the file."""
    return {
        "title": plain(title)[:200],
        "author": plain(author)[:200],
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
