"""The public notice (publikasi hasil, poster IKM): one page with the fields of the regulation's form."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from reportlab.lib.pagesizes import A3, A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.display import whole
from calc.render.pdf import fonts, text_layout
from calc.render.pdf.canvas import PaperCanvas
from calc.render.pdf.text_layout import Style
from calc.render.sheets.grade_strip import grade_scale
from calc.render.sheets.text_box import down, middle, stack
from calc.report import notice as said
from calc.report.wording import sentences
from calc.scoring.result import Result
from calc.statistics.disclosure import public_index, public_result

SIZES = {"A4": A4, "A3": A3}

WIDTH, HEIGHT = A4
SIDE = 16 * mm
INNER = WIDTH - 2 * SIDE
EDGE = 12 * mm  # white above the band: office printers leave it white anyway
BAND = 80 * mm
GAP = 4.6 * mm
COLUMN = 80 * mm  # the value
TOP, BOTTOM = HEIGHT - BAND - 9 * mm, 100 * mm  # of the two panels

_ON_BAND = Style(12.5, 16.5, fonts.PAPER, align="centre")
_TITLE = Style(22, 27, fonts.PAPER, strong=True, align="centre")
_UNIT = Style(17, 22, fonts.PAPER, strong=True, align="centre")
_LABEL = Style(9, 12, fonts.ACCENT, strong=True)
_WORDS = Style(12, 15.5)
_STRONG = replace(_WORDS, strong=True)
_CENTRED = replace(_WORDS, align="centre")
_THANKS = Style(13, 17, fonts.ACCENT, strong=True, align="centre")
_FINE = Style(8, 10.2, fonts.MUTED, align="centre")


def notice(result: Result, size: str = "A4") -> bytes:
    """One page for the wall, A4 or A3; all of it grows with the paper.

    Fewer than 5 respondents: no value. Classes of fewer than 5 respondents are withheld (`calc.statistics.disclosure`).

    Raises
    ------
    ValueError
        For another paper size.
    """
    if size not in SIZES:
        raise ValueError(f"Ukuran kertas '{size}' tidak dikenal. Pilih A4 atau A3.")
    paper = SIZES[size]
    buffer, told = BytesIO(), said.notice(result)
    canvas = PaperCanvas(buffer, paper, told.title, told.author, told.subject, told.made)
    canvas.scale(paper[0] / WIDTH, paper[1] / HEIGHT)
    _band(canvas, result)
    _value(canvas, result)
    _respondents(canvas, result)
    if said.shown(result):
        grade_scale(canvas, public_result(result), SIDE, 73 * mm, INNER, 14)
    _thanks(canvas, result)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _band(canvas: Canvas, result: Result) -> None:
    """Whose index: the regulation's head of four lines."""
    about = result.about
    canvas.setFillColor(fonts.ACCENT)
    canvas.roundRect(SIDE, HEIGHT - BAND, INNER, BAND - EDGE, 3 * mm, stroke=0, fill=1)
    lines = (
        (said.TITLE, _TITLE, 11 * mm),
        (said.unit(result).upper(), _UNIT, 22 * mm),
        (about.organisation.upper(), _ON_BAND, 13 * mm),
        (said.period(result), _ON_BAND, 12 * mm),
    )
    stack(canvas, lines, SIDE + 5 * mm, HEIGHT - BAND, INNER - 10 * mm, BAND - EDGE, 3 * mm)


def _value(canvas: Canvas, result: Result) -> None:
    """The left panel: the value large, its grade and what the grade is called."""
    shown = said.shown(result)
    height = TOP - BOTTOM
    canvas.setFillColor(fonts.grade_colour(result.grade if shown else None))
    canvas.roundRect(SIDE, BOTTOM, COLUMN, height, 3 * mm, stroke=0, fill=1)
    centre = SIDE + COLUMN / 2
    _line(canvas, "NILAI IKM", 16, centre, TOP - 15 * mm)
    if not shown:
        style = replace(_UNIT, size=20, leading=26)
        middle(canvas, said.absence(result), style, SIDE + 5 * mm, BOTTOM, COLUMN - 10 * mm, height - 15 * mm)
        return
    value = public_index(result).words
    size = 64 if len(value) < 6 else 54 if len(value) < 7 else 42
    _line(canvas, value, size, centre, BOTTOM + height / 2 - 4 * mm)
    _line(canvas, f"MUTU {result.grade}", 20, centre, BOTTOM + 27 * mm)
    words = (result.performance or "").upper()
    down(canvas, words, _ON_BAND, SIDE + 4 * mm, BOTTOM + 21 * mm, COLUMN - 8 * mm, 12 * mm)


def _line(canvas: Canvas, words: str, size: float, centre: float, y: float) -> None:
    style = replace(_UNIT, size=size, leading=size)
    text_layout.draw_line(canvas, words, style, centre, y)


def _respondents(canvas: Canvas, result: Result) -> None:
    """The right panel: service, number, gender, education and days of the survey."""
    x = SIDE + COLUMN + 8 * mm
    width = WIDTH - SIDE - x
    y = _block(canvas, "NAMA LAYANAN", said.service(result), x, TOP, width, 24 * mm)
    y = _block(canvas, "RESPONDEN", f"Jumlah: {whole(result.n)} orang", x, y, width, 7 * mm)
    for label, key in (("JENIS KELAMIN", said.GENDER), ("PENDIDIKAN", said.EDUCATION)):
        y = down(canvas, label, _LABEL, x, y, width, 5 * mm) - 0.8 * mm
        y = _classes(canvas, said.counts(result, key), x, y, width) - GAP
    _block(canvas, "PERIODE SURVEI", sentences.period_days(result) or "–", x, y, width, 7 * mm)


def _block(canvas: Canvas, label: str, words: str, x: float, y: float, width: float, room: float) -> float:
    y = down(canvas, label, _LABEL, x, y, width, 5 * mm) - 0.8 * mm
    return down(canvas, words, _STRONG, x, y, width, room) - GAP


def _classes(canvas: Canvas, words: tuple[str, ...], x: float, y: float, width: float) -> float:
    """Classes in two columns, as ``SMA = 62 orang``, all in one size; the y below them."""
    if not words:
        return down(canvas, "–", _WORDS, x, y, width, 6 * mm)
    rows, column = (len(words) + 1) // 2, width / min(2, len(words))
    step = min(6.4 * mm, 24 * mm / rows)
    widest = max(text_layout.width_of(each, 10) for each in words)
    size = min(12.0, step * 0.75, 10 * (column - 2 * mm) / widest)
    style = replace(_WORDS, size=size)
    for position, each in enumerate(words):
        across, below = divmod(position, rows)
        text_layout.draw_line(canvas, each, style, x + across * column, y - below * step - size, column)
    return y - rows * step


def _thanks(canvas: Canvas, result: Result) -> None:
    """The regulation's closing words, and below them in small print how the value was made."""
    canvas.setFillColor(fonts.ACCENT_TINT)
    canvas.roundRect(SIDE, 29 * mm, INNER, 33 * mm, 3 * mm, stroke=0, fill=1)
    lines = ((sentences.THANKS, _THANKS, 12 * mm), (sentences.USE, _CENTRED, 20 * mm))
    stack(canvas, lines, SIDE + 7 * mm, 29 * mm, INNER - 14 * mm, 33 * mm, 2 * mm)
    down(canvas, " ".join(sentences.fine_print(result)), _FINE, SIDE, 26 * mm, INNER, 20 * mm)
