"""The public notice (publikasi hasil, poster IKM): one page with the fields that the regulation's form lists."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A3, A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.disclosure import PublicCount, publishable
from calc.display import number, whole
from calc.report import sentences, style
from calc.report.charts import grade_scale
from calc.report.page import plain_canvas
from calc.report.text import fitted
from calc.result import Result

SIZES = {"A4": A4, "A3": A3}

WIDTH, HEIGHT = A4
SIDE = 16 * mm
INNER = WIDTH - 2 * SIDE
BAND = 84 * mm
COLUMN = 80 * mm  # the value
TOP, BOTTOM = HEIGHT - BAND - 8 * mm, 93 * mm  # of the two panels

_ON_BAND = ParagraphStyle(
    "on-band", fontName=style.PLAIN, fontSize=11.5, leading=15, textColor=style.PAPER, alignment=TA_CENTER
)
_TITLE = ParagraphStyle("notice-title", parent=_ON_BAND, fontName=style.BOLD, fontSize=20, leading=25)
_UNIT = ParagraphStyle("notice-unit", parent=_ON_BAND, fontName=style.BOLD, fontSize=16, leading=20)
_LABEL = ParagraphStyle(
    "notice-label", fontName=style.BOLD, fontSize=8.6, leading=11.5, textColor=style.ACCENT
)
_WORDS = ParagraphStyle("notice-words", fontName=style.PLAIN, fontSize=11, leading=14.5, textColor=style.INK)
_STRONG = ParagraphStyle("notice-strong", parent=_WORDS, fontName=style.BOLD)
_CENTRED = ParagraphStyle("notice-centred", parent=_WORDS, alignment=TA_CENTER)
_THANKS = ParagraphStyle(
    "notice-thanks", parent=_CENTRED, fontName=style.BOLD, fontSize=13, leading=17, textColor=style.ACCENT
)
_FINE = ParagraphStyle(
    "notice-fine", fontName=style.PLAIN, fontSize=7.2, leading=9.8, textColor=style.MUTED, alignment=TA_CENTER
)


def notice(result: Result, size: str = "A4") -> bytes:
    """One page for the wall, A4 or A3; all of it grows with the paper.

    Fewer than 5 respondents: no value. Classes of fewer than 5 respondents are withheld (`calc.disclosure`).

    Raises
    ------
    ValueError
        For another paper size.
    """
    if size not in SIZES:
        raise ValueError(f"Ukuran kertas '{size}' tidak dikenal. Pilih A4 atau A3.")
    paper = SIZES[size]
    about = result.about
    buffer = BytesIO()
    title = " – ".join(
        w for w in ("Indeks Kepuasan Masyarakat", sentences.subject(result), about.period) if w
    )
    canvas = plain_canvas(buffer, paper, title, about.organisation or about.unit or "Perangkat SKM")
    canvas.scale(paper[0] / WIDTH, paper[1] / HEIGHT)
    _band(canvas, result)
    _value(canvas, result)
    _respondents(canvas, result)
    if publishable(result) and result.converted is not None:
        grade_scale(canvas, result, SIDE, 68 * mm, INNER, 12)
    _thanks(canvas, result)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _band(canvas: Canvas, result: Result) -> None:
    """Whose index: the regulation's head of four lines."""
    about = result.about
    canvas.setFillColor(style.ACCENT)
    canvas.rect(0, HEIGHT - BAND, WIDTH, BAND, stroke=0, fill=1)
    unit = about.unit or (sentences.subject(result) if result.group is not None else "")
    y = HEIGHT - 11 * mm
    for words, look, room in (
        ("INDEKS KEPUASAN MASYARAKAT (IKM)", _TITLE, 11 * mm),
        (unit.upper(), _UNIT, 26 * mm),
        (about.organisation.upper(), _ON_BAND, 12 * mm),
        (about.period.upper(), _ON_BAND, 11 * mm),
    ):
        if words:
            y = _down(canvas, words, look, SIDE, y, INNER, room) - 2.6 * mm


def _value(canvas: Canvas, result: Result) -> None:
    """The left panel: the value large, its grade and what the grade is called."""
    shown = publishable(result) and result.converted is not None
    height = TOP - BOTTOM
    canvas.setFillColor(style.grade_colour(result.grade if shown else None))
    canvas.roundRect(SIDE, BOTTOM, COLUMN, height, 3 * mm, stroke=0, fill=1)
    centre = SIDE + COLUMN / 2
    canvas.setFillColor(style.PAPER)
    canvas.setFont(style.BOLD, 16)
    canvas.drawCentredString(centre, TOP - 15 * mm, "NILAI IKM")
    if not shown:
        look = ParagraphStyle("notice-none", parent=_UNIT, fontSize=20, leading=26)
        _middle(canvas, _absence(result), look, SIDE + 5 * mm, BOTTOM, COLUMN - 10 * mm, height - 15 * mm)
        return
    canvas.setFont(style.BOLD, 62)
    canvas.drawCentredString(centre, BOTTOM + height / 2 - 4 * mm, number(result.converted))
    canvas.setFont(style.BOLD, 20)
    canvas.drawCentredString(centre, BOTTOM + 27 * mm, f"MUTU {result.grade}")
    words = (result.performance or "").upper()
    _down(canvas, words, _ON_BAND, SIDE + 4 * mm, BOTTOM + 21 * mm, COLUMN - 8 * mm, 12 * mm)


def _absence(result: Result) -> str:
    if not result.n:
        return "Belum ada data"
    if not publishable(result):
        return "Belum cukup responden untuk dipublikasikan"
    return "Belum dapat dihitung"


def _respondents(canvas: Canvas, result: Result) -> None:
    """The right panel: service, number, gender, education and days of the survey."""
    x = SIDE + COLUMN + 7 * mm
    width = WIDTH - SIDE - x
    y = TOP - 1 * mm
    y = _down(canvas, "NAMA LAYANAN", _LABEL, x, y, width, 5 * mm)
    y = _down(canvas, result.about.service or "Semua layanan", _STRONG, x, y, width, 21 * mm) - 3.6 * mm
    y = _down(canvas, "RESPONDEN", _LABEL, x, y, width, 5 * mm)
    y = _down(canvas, f"Jumlah: {whole(result.n)} orang", _STRONG, x, y, width, 6 * mm) - 3.2 * mm
    y = (
        _classes(canvas, "JENIS KELAMIN", sentences.public_field(result, "jenis_kelamin"), x, y, width)
        - 2.4 * mm
    )
    y = _classes(canvas, "PENDIDIKAN", sentences.public_field(result, "pendidikan"), x, y, width) - 2.4 * mm
    y = _down(canvas, "PERIODE SURVEI", _LABEL, x, y, width, 5 * mm)
    _down(canvas, sentences.period_days(result) or "–", _STRONG, x, y, width, max(6 * mm, y - BOTTOM))


def _classes(
    canvas: Canvas, label: str, classes: tuple[PublicCount, ...], x: float, y: float, width: float
) -> float:
    """A label and its classes in two columns, as ``SMA = 62 orang``."""
    y = _down(canvas, label, _LABEL, x, y, width, 5 * mm)
    if not classes:
        return _down(canvas, "–", _WORDS, x, y, width, 6 * mm)
    rows = (len(classes) + 1) // 2
    step = min(5.6 * mm, 26 * mm / rows)
    column = width / 2
    for position, one in enumerate(classes):
        count = sentences.WITHHELD if one.count is None else whole(one.count)
        at = y - (position % rows) * step
        words = f"{one.label} = {count} orang"
        _down(canvas, words, _WORDS, x + (position // rows) * column, at, column - 2 * mm, step)
    return y - rows * step


def _thanks(canvas: Canvas, result: Result) -> None:
    """The regulation's closing words, and below them in small print how the value was made."""
    canvas.setFillColor(style.ACCENT_TINT)
    canvas.roundRect(SIDE, 24 * mm, INNER, 34 * mm, 3 * mm, stroke=0, fill=1)
    y = _down(canvas, sentences.THANKS, _THANKS, SIDE + 6 * mm, 53 * mm, INNER - 12 * mm, 12 * mm) - 1.5 * mm
    _down(canvas, sentences.USE, _CENTRED, SIDE + 8 * mm, y, INNER - 16 * mm, y - 26 * mm)
    _down(canvas, " ".join(sentences.fine_print(result)), _FINE, SIDE, 20 * mm, INNER, 14 * mm)


def _down(
    canvas: Canvas, words: str, look: ParagraphStyle, x: float, y: float, width: float, room: float
) -> float:
    """Draw words below y inside a box, smaller or cut when they need more; the y below them."""
    paragraph, used = fitted(words, look, width, room)
    paragraph.drawOn(canvas, x, y - used)
    return y - used


def _middle(
    canvas: Canvas, words: str, look: ParagraphStyle, x: float, y: float, width: float, height: float
) -> None:
    """Draw words in the middle of a box whose lower left corner is (x, y)."""
    paragraph, used = fitted(words, look, width, height)
    paragraph.drawOn(canvas, x, y + (height - used) / 2)
