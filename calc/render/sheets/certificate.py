"""Lembar keterangan nilai as one dignified A4 page, placed by hand."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts, text_layout
from calc.render.pdf.canvas import PaperCanvas
from calc.render.pdf.pictures import draw_code
from calc.render.pdf.text_layout import Style
from calc.render.sheets.text_box import Line, down, stack
from calc.report import certificate as said
from calc.report import notice
from calc.report.data import ReportData
from calc.report.wording import sentences
from calc.statistics.disclosure import public_index

WIDTH, HEIGHT = A4
SIDE = 26 * mm
INNER = WIDTH - 2 * SIDE
LABEL = 46 * mm
CODE = 38 * mm
FACTS = 122 * mm  # upper edge of what the value rests on
CHECK = 62 * mm  # upper edge of how to check it

_OVER = Style(10.5, 14, strong=True, align="centre")
_TITLE = Style(22, 27, fonts.ACCENT, strong=True, align="centre")
_SURVEY = Style(12, 16, fonts.MUTED, strong=True, align="centre")
_UNIT = Style(17, 22, strong=True, align="centre")
_WORDS = Style(12, 16, align="centre")
_NOTE = Style(8.2, 11, fonts.NOTE, align="centre")
_WHITE = Style(11, 15, fonts.PAPER, align="centre")
_BIG = Style(48, 52, fonts.PAPER, strong=True, align="centre")
_STRONG = Style(15, 19, fonts.PAPER, strong=True, align="centre")
_LABEL = Style(9, 12.4, fonts.MUTED)
_FACT = replace(_LABEL, colour=fonts.INK)
_HEAD = replace(_LABEL, colour=fonts.ACCENT, strong=True)
_FINE = Style(7.6, 10.4, fonts.MUTED)


def certificate(data: ReportData) -> bytes:
    """One page; equal reports give equal bytes. Fewer than 5 respondents: no value."""
    buffer = BytesIO()
    told = said.certificate(data)
    canvas = PaperCanvas(buffer, A4, told.title, told.author, told.subject, told.made)
    _edge(canvas)
    _head(canvas, data)
    _value(canvas, data)
    _facts(canvas, data)
    _check(canvas, data)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _edge(canvas: Canvas) -> None:
    """Two thin lines around the page."""
    canvas.setStrokeColor(fonts.ACCENT)
    for inset, width in ((11 * mm, 1.6), (13 * mm, 0.5)):
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset, stroke=1, fill=0)


def _head(canvas: Canvas, data: ReportData) -> None:
    """Whose value it is, and for which days."""
    result = data.result
    lines = (
        (result.about.organisation.upper(), _OVER, 10 * mm),
        (said.TITLE, _TITLE, 11 * mm),
        (said.SURVEY, _SURVEY, 7 * mm),
        (notice.unit(result), _UNIT, 20 * mm),
        (notice.service(result), _WORDS, 12 * mm),
        (sentences.period_words(result), _WORDS, 12 * mm),
    )
    stack(canvas, lines, SIDE, 192 * mm, INNER, HEIGHT - 20 * mm - 192 * mm, 3.2 * mm)


def _value(canvas: Canvas, data: ReportData) -> None:
    """The value on its grade's colour; below it what limits it."""
    result = data.result
    shown = notice.shown(result)
    lines: tuple[Line, ...]
    bottom, height, width = 140 * mm, 46 * mm, 96 * mm
    left = (WIDTH - width) / 2
    canvas.setFillColor(fonts.grade_colour(result.grade if shown else None))
    canvas.roundRect(left, bottom, width, height, 3 * mm, stroke=0, fill=1)
    if shown:
        lines = (
            ("Nilai IKM", _WHITE, 6 * mm),
            (public_index(result).words, _BIG, 19 * mm),
            (f"Mutu {result.grade} · {result.performance}", _STRONG, 8 * mm),
        )
    else:
        lines = (("Nilai IKM", _WHITE, 6 * mm), (notice.absence(result), _STRONG, 22 * mm))
    stack(canvas, lines, left + 4 * mm, bottom, width - 8 * mm, height, 2.4 * mm)
    if words := " ".join(said.limits(result)):
        down(canvas, words, _NOTE, SIDE, bottom - 3 * mm, INNER, 12 * mm)


def _facts(canvas: Canvas, data: ReportData) -> None:
    """Label and words, a thin line between; words that need more room than there is become smaller."""
    rows = list(said.facts(data))
    room = FACTS - CHECK - 6 * mm
    heights = [len(text_layout.lines(words, _FACT, INNER - LABEL)) * _FACT.leading for _, words in rows]
    if sum(heights) + 5 * len(rows) > room:
        heights = [min(height, room / len(rows) - 5) for height in heights]
    y = FACTS
    canvas.setStrokeColor(fonts.LINE)
    canvas.setLineWidth(0.4)
    for (label, words), height in zip(rows, heights, strict=True):
        canvas.line(SIDE, y, WIDTH - SIDE, y)
        down(canvas, label, _LABEL, SIDE, y - 2, LABEL - 3 * mm, height)
        down(canvas, words, _FACT, SIDE + LABEL, y - 2, INNER - LABEL, height)
        y -= height + 5
    canvas.line(SIDE, y, WIDTH - SIDE, y)


def _check(canvas: Canvas, data: ReportData) -> None:
    """The code, the address to type, and what to compare."""
    if not data.verify:
        return
    bottom = CHECK - CODE
    draw_code(canvas, data.verify, SIDE - 4 * mm, bottom, CODE, "M")
    x = SIDE + CODE
    width = WIDTH - SIDE - x
    y = down(canvas, "Cara memeriksa lembar ini", _HEAD, x, CHECK - 4 * mm, width, 5 * mm) - 2
    for position, words in enumerate(said.check_steps(data), start=1):
        y = down(canvas, f"{position}. {words}", _FINE, x, y, width, 8 * mm) - 1.5
    y = down(canvas, data.verify, _FACT, x, y - 1.5, width, 9 * mm) - 3
    down(canvas, said.VOID, _FINE, x, y, width, 8 * mm)
