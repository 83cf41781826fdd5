"""What every PDF says of itself: title, author, subject, day, language; no clock inside."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts
from calc.render.xml_text import plain

LANGUAGE = "id-ID"
CREATOR = "Perangkat SKM"


def plain_canvas(
    buffer: BytesIO,
    size: tuple[float, float],
    title: str,
    author: str,
    subject: str = "",
    made: datetime | None = None,
) -> Canvas:
    """A canvas for papers that place everything by hand (notice, sheet)."""
    font: Any = fonts.PLAIN  # the type stubs want a number here
    canvas = Canvas(buffer, pagesize=size, invariant=1, lang=LANGUAGE, initialFontName=font)
    dress(canvas, title, author, subject, made)
    return canvas


def dress(canvas: Canvas, title: str, author: str, subject: str, made: datetime | None) -> None:
    """Tell readers the paper's title, author, subject and day."""
    canvas.setTitle(plain(title)[:200])
    canvas.setAuthor(plain(author)[:200])
    canvas.setSubject(plain(subject)[:200])
    canvas.setCreator(CREATOR)
    canvas.setProducer(CREATOR)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    if made is not None:
        day = pdf_date(made)
        canvas.setDateFormatter(lambda *_: day)  # instead of the fixed day of an invariant file


def pdf_date(moment: datetime) -> str:
    """As PDF writes it: ``D:20261001000000+08'00'``."""
    zone = moment.strftime("%z")
    return moment.strftime("D:%Y%m%d%H%M%S") + (f"{zone[:3]}'{zone[3:5]}'" if zone else "")
