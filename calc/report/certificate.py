"""Lembar keterangan nilai as one dignified A4 page, placed by hand."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.display import number
from calc.dossier import Dossier
from calc.paper import certificate as said
from calc.paper import notice, sentences
from calc.report import style
from calc.report.page import plain_canvas
from calc.report.place import down, stack
from calc.report.poster import draw_code
from calc.report.text import text

WIDTH, HEIGHT = A4
SIDE = 26 * mm
INNER = WIDTH - 2 * SIDE
LABEL = 46 * mm
CODE = 38 * mm
FACTS = 122 * mm  # upper edge of what the value rests on
CHECK = 62 * mm  # upper edge of how to check it

_CENTRED = ParagraphStyle(
    "certificate", fontName=style.PLAIN, fontSize=11, leading=15, textColor=style.INK, alignment=TA_CENTER
)
_OVER = ParagraphStyle("certificate-over", parent=_CENTRED, fontName=style.BOLD, fontSize=10.5, leading=14)
_TITLE = ParagraphStyle("certificate-title", parent=_OVER, fontSize=22, leading=27, textColor=style.ACCENT)
_SURVEY = ParagraphStyle("certificate-survey", parent=_OVER, fontSize=12, leading=16, textColor=style.MUTED)
_UNIT = ParagraphStyle("certificate-unit", parent=_OVER, fontSize=17, leading=22)
_WORDS = ParagraphStyle("certificate-words", parent=_CENTRED, fontSize=12, leading=16)
_NOTE = ParagraphStyle("certificate-note", parent=_CENTRED, fontSize=8.2, leading=11, textColor=style.NOTE)
_LABEL = ParagraphStyle(
    "certificate-label", fontName=style.PLAIN, fontSize=9, leading=12.4, textColor=style.MUTED
)
_FACT = ParagraphStyle("certificate-fact", parent=_LABEL, textColor=style.INK)
_HEAD = ParagraphStyle("certificate-head", parent=_FACT, fontName=style.BOLD, textColor=style.ACCENT)
_FINE = ParagraphStyle("certificate-fine", parent=_LABEL, fontSize=7.6, leading=10.4)


def certificate(dossier: Dossier) -> bytes:
    """One page; equal dossiers give equal bytes. Fewer than 5 respondents: no value."""
    buffer = BytesIO()
    document = said.certificate(dossier)
    canvas = plain_canvas(buffer, A4, document.title, document.author)
    _edge(canvas)
    _head(canvas, dossier)
    _value(canvas, dossier)
    _facts(canvas, dossier)
    _check(canvas, dossier)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _edge(canvas: Canvas) -> None:
    """Two thin lines around the page."""
    canvas.setStrokeColor(style.ACCENT)
    for inset, width in ((11 * mm, 1.6), (13 * mm, 0.5)):
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset, stroke=1, fill=0)


def _head(canvas: Canvas, dossier: Dossier) -> None:
    """Whose value it is, and for which days."""
    result = dossier.result
    lines = (
        (result.about.organisation.upper(), _OVER, 10 * mm),
        (said.TITLE, _TITLE, 11 * mm),
        (said.SURVEY, _SURVEY, 7 * mm),
        (notice.unit(result), _UNIT, 20 * mm),
        (notice.service(result), _WORDS, 12 * mm),
        (sentences.period_words(result), _WORDS, 12 * mm),
    )
    stack(canvas, lines, SIDE, 192 * mm, INNER, HEIGHT - 20 * mm - 192 * mm, 3.2 * mm)


def _value(canvas: Canvas, dossier: Dossier) -> None:
    """The value on its grade's colour; below it what limits it."""
    result = dossier.result
    shown = notice.shown(result)
    bottom, height, width = 140 * mm, 46 * mm, 96 * mm
    left = (WIDTH - width) / 2
    canvas.setFillColor(style.grade_colour(result.grade if shown else None))
    canvas.roundRect(left, bottom, width, height, 3 * mm, stroke=0, fill=1)
    white = ParagraphStyle("certificate-white", parent=_CENTRED, textColor=style.PAPER)
    big = ParagraphStyle("certificate-big", parent=white, fontName=style.BOLD, fontSize=48, leading=52)
    strong = ParagraphStyle("certificate-strong", parent=white, fontName=style.BOLD, fontSize=15, leading=19)
    if shown:
        lines = (
            ("Nilai IKM", white, 6 * mm),
            (number(result.converted), big, 19 * mm),
            (f"Mutu {result.grade} · {result.performance}", strong, 8 * mm),
        )
    else:
        lines = (("Nilai IKM", white, 6 * mm), (notice.absence(result), strong, 22 * mm), ("", white, 0))
    stack(canvas, lines, left + 4 * mm, bottom, width - 8 * mm, height, 2.4 * mm)
    if words := " ".join(said.limits(result)):
        down(canvas, words, _NOTE, SIDE, bottom - 3 * mm, INNER, 12 * mm)


def _facts(canvas: Canvas, dossier: Dossier) -> None:
    """Label and words, a thin line between; words that need more room than there is become smaller."""
    rows = list(said.facts(dossier))
    room = FACTS - CHECK - 6 * mm
    heights = [text(words, _FACT).wrap(INNER - LABEL, HEIGHT)[1] for _, words in rows]
    if sum(heights) + 5 * len(rows) > room:
        heights = [min(height, room / len(rows) - 5) for height in heights]
    y = FACTS
    canvas.setStrokeColor(style.LINE)
    canvas.setLineWidth(0.4)
    for (label, words), height in zip(rows, heights, strict=True):
        canvas.line(SIDE, y, WIDTH - SIDE, y)
        down(canvas, label, _LABEL, SIDE, y - 2, LABEL - 3 * mm, height)
        down(canvas, words, _FACT, SIDE + LABEL, y - 2, INNER - LABEL, height)
        y -= height + 5
    canvas.line(SIDE, y, WIDTH - SIDE, y)


def _check(canvas: Canvas, dossier: Dossier) -> None:
    """The code, the address to type, and what to compare."""
    if not dossier.verify:
        return
    bottom = CHECK - CODE
    draw_code(canvas, dossier.verify, SIDE - 4 * mm, bottom, CODE, "M")
    x = SIDE + CODE
    width = WIDTH - SIDE - x
    y = down(canvas, "Cara memeriksa lembar ini", _HEAD, x, CHECK - 4 * mm, width, 5 * mm) - 2
    for position, words in enumerate(said.check_steps(dossier), start=1):
        y = down(canvas, f"{position}. {words}", _FINE, x, y, width, 8 * mm) - 1.5
    y = down(canvas, dossier.verify, _FACT, x, y - 1.5, width, 9 * mm) - 3
    down(canvas, said.VOID, _FINE, x, y, width, 8 * mm)
