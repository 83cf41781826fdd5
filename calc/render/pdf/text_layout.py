"""Setting words in lines, without markup: what fits, what breaks, what is bold.

Faster than reportlab's Paragraph, and with nothing to obey: `<b>` in a resident's remark is three characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts
from calc.render.pdf.text import CUT, clean, visual
from calc.report.document import Strong, Words

Run = tuple[bool, str]  # bold?, words that follow each other in one weight
Fragment = tuple[bool, str]  # bold?, part of a word


@dataclass(frozen=True, slots=True)
class Look:
    """How words are set. Sizes in points; strong: all of it is bold."""

    size: float
    leading: float
    colour: Color = fonts.INK
    strong: bool = False
    align: Literal["left", "right", "centre"] = "left"


@dataclass(frozen=True, slots=True)
class Line:
    """Runs from left to right, and their width in points."""

    runs: tuple[Run, ...]
    width: float


def lines(words: Words, look: Look, width: float) -> list[Line]:
    """Words in lines of at most `width` points; a longer word is broken where the line ends.

    Empty words give one empty line, so that a cell always has a height.
    """
    setter = _Setter(look.size, width)
    for word in _words(words, look.strong):
        setter.add(word)
    return setter.done()


def draw(canvas: Canvas, set_lines: list[Line], look: Look, x: float, top: float, width: float) -> None:
    """Draw lines in a column whose upper left corner is (x, top)."""
    pen = canvas.beginText()
    pen.setFillColor(look.colour)
    put(pen, set_lines, look, x, top, width)
    canvas.drawText(pen)


def put(pen: object, set_lines: list[Line], look: Look, x: float, top: float, width: float) -> None:
    """The same into a text object that is already begun: many cells share one."""
    # letters sit so that room above capitals and below the baseline look alike
    y = top - (look.leading + look.size * 0.72) / 2
    for line in set_lines:
        left = x
        if look.align == "right":
            left += width - line.width
        elif look.align == "centre":
            left += (width - line.width) / 2
        move(pen, left, y)
        for strong, words in line.runs:
            font = fonts.BOLD if strong else fonts.PLAIN
            if (pen._fontname, pen._fontsize) != (font, look.size):  # type: ignore[attr-defined]
                pen.setFont(font, look.size)  # type: ignore[attr-defined]
            pen.textOut(words)  # type: ignore[attr-defined]
        y -= look.leading


def move(pen: object, x: float, y: float) -> None:
    """What setTextOrigin does, whose way of printing two numbers takes a fifth of a paper's time."""
    pen._code.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm")  # type: ignore[attr-defined]


def width_of(words: str, size: float, strong: bool = False) -> float:
    """Of words in one line, points."""
    return _units(words, strong) * size / 1000


def cut(words: str, size: float, room: float, strong: bool = False) -> str:
    """Words for one line as they are drawn, ended by '…' where they would be wider than `room` points."""
    shown = clean(words)
    if width_of(shown, size, strong) <= room:
        return visual(shown)
    table, usual = _WIDTHS[strong]
    left = room * 1000 / size - table.get(ord(CUT), usual)
    for position, char in enumerate(shown):
        left -= table.get(ord(char), usual)
        if left < 0:
            return visual(shown[:position].rstrip() + CUT)
    return visual(shown)


class _Setter:
    """Fills line after line; a word is a list of fragments, because a part of it may be bold."""

    def __init__(self, size: float, width: float) -> None:
        self.scale, self.most = size / 1000, width * 1000 / size + 0.01
        self.made: list[Line] = []
        self.runs: list[list[object]] = []
        self.used = 0.0

    def add(self, word: list[Fragment]) -> None:
        wide = sum(_units(words, strong) for strong, words in word)
        if self.runs:
            blank = _units(" ", bool(self.runs[-1][0]))
            if self.used + blank + wide <= self.most:
                self._append(bool(self.runs[-1][0]), " ", blank)
            else:
                self._end()
        if wide <= self.most:
            for strong, words in word:
                self._append(strong, words, _units(words, strong))
        else:
            self._broken(word)

    def done(self) -> list[Line]:
        if self.runs or not self.made:
            self._end()
        return self.made

    def _broken(self, word: list[Fragment]) -> None:
        for strong, words in word:
            table, usual = _WIDTHS[strong]
            start, used = 0, self.used
            for position, char in enumerate(words):
                wide = table.get(ord(char), usual)
                if used + wide > self.most and (position > start or self.runs):
                    if position > start:
                        self._append(strong, words[start:position], used - self.used)
                    self._end()
                    start, used = position, 0.0
                used += wide
            self._append(strong, words[start:], used - self.used)

    def _append(self, strong: bool, words: str, wide: float) -> None:
        self.used += wide
        if self.runs and self.runs[-1][0] == strong:
            self.runs[-1][1] = f"{self.runs[-1][1]}{words}"
        else:
            self.runs.append([strong, words])

    def _end(self) -> None:
        runs = tuple((bool(strong), visual(str(words))) for strong, words in self.runs)
        self.made.append(Line(runs, self.used * self.scale))
        self.runs, self.used = [], 0.0


def _words(words: Words, strong: bool) -> list[list[Fragment]]:
    """Words as lists of fragments; a part that begins without a blank continues the word before it."""
    found: list[list[Fragment]] = []
    open_word = False
    for part in (words,) if isinstance(words, str) else words:
        bold = strong or isinstance(part, Strong)
        shown = clean(part)
        if not shown:
            open_word = open_word and not part.strip(" ") and not part
            continue
        pieces = shown.split(" ")
        if open_word and not part[0].isspace():
            found[-1].append((bold, pieces.pop(0)))
        found += [[(bold, piece)] for piece in pieces]
        open_word = not part[-1].isspace()
    return found


def _widths(name: str) -> tuple[dict[int, float], float]:
    face = getFont(name).face  # type: ignore[attr-defined]
    return face.charWidths, face.defaultWidth


_WIDTHS = {False: _widths(fonts.PLAIN), True: _widths(fonts.BOLD)}


@lru_cache(maxsize=20_000)
def _units(words: str, strong: bool) -> float:
    """Width in thousandths of the type size."""
    table, usual = _WIDTHS[strong]
    return sum([table.get(code, usual) for code in map(ord, words)])
