"""The one text engine of PDF papers: breaks words into lines and draws them. It knows no markup.

No other module draws words. `<b>` in a resident's remark is three characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from calc.render.pdf import fonts
from calc.render.pdf.text import CUT, clean, visual
from calc.report.document import Align, Strong, Words

Run = tuple[bool, str]  # bold?, words that follow each other in one weight
Fragment = tuple[bool, str]  # bold?, part of a word
_SHIFTS = {"left": 0.0, "centre": 0.5, "right": 1.0}  # of the room beside a line, what stands at its left


@dataclass(frozen=True, slots=True)
class Style:
    """How words are printed. Sizes in points; strong: all of it is bold."""

    size: float
    leading: float
    colour: Color = fonts.INK
    strong: bool = False
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Line:
    """Runs from left to right, and their width in points."""

    runs: tuple[Run, ...]
    width: float


def lines(words: Words, style: Style, width: float) -> list[Line]:
    """Words in lines of at most `width` points; a longer word is broken where the line ends.

    Empty words give one empty line, so that a cell always has a height.
    """
    breaker = _LineBreaker(style.size, width)
    for word in _words(words, style.strong):
        breaker.add(word)
    return breaker.done()


class Pen:
    """Words of many cells in one text object, which names a font or colour only where it changes."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._begin()

    def _begin(self) -> None:
        self.text: PDFTextObject = self.canvas.beginText()
        self.font: tuple[bool, float] | None = None  # bold?, size
        self.colour: Color | None = None

    def draw(self, broken: list[Line], style: Style, x: float, top: float, width: float) -> None:
        """Lines in a column of `width` points whose upper left corner is (x, top)."""
        if style.colour is not self.colour:
            self.colour = style.colour
            self.text.setFillColor(style.colour)
        # letters sit so that room above capitals and below the baseline look alike
        y, shift, text = top - (style.leading + style.size * 0.72) / 2, _SHIFTS[style.align], self.text
        for line in broken:
            text.setTextOrigin(round(x + shift * (width - line.width), 2), round(y, 2))
            for strong, words in line.runs:
                if (strong, style.size) != self.font:
                    self.font = strong, style.size
                    text.setFont(fonts.BOLD if strong else fonts.PLAIN, style.size)
                text.textOut(words)
            y -= style.leading

    def flush(self) -> None:
        """Put what was drawn so far on the page, before something else is drawn there."""
        self.canvas.drawText(self.text)
        self._begin()


def draw(canvas: Canvas, broken: list[Line], style: Style, x: float, top: float, width: float) -> None:
    """Draw lines in a column whose upper left corner is (x, top)."""
    pen = Pen(canvas)
    pen.draw(broken, style, x, top, width)
    pen.flush()


def draw_line(canvas: Canvas, words: str, style: Style, x: float, y: float, room: float = inf) -> None:
    """Draw words in one line on the baseline y, ended by '…' where they would be wider than `room` points.

    x : its left end, middle or right end, as style.align says
    """
    shown = cut(words, style.size, room, style.strong)
    if not shown:
        return
    left = x - _SHIFTS[style.align] * width_of(shown, style.size, style.strong)
    canvas.setFillColor(style.colour)
    canvas.setFont(fonts.BOLD if style.strong else fonts.PLAIN, style.size)
    canvas.drawString(left, y, shown)


def width_of(words: str, size: float, strong: bool = False) -> float:
    """Of words in one line, points."""
    return _units(words, strong) * size / 1000


def cut(words: str, size: float, room: float, strong: bool = False) -> str:
    """Words for one line as they are drawn, ended by '…' where they would be wider than `room` points."""
    return visual(shortened(clean(words), size, room, strong))


def shortened(shown: str, size: float, room: float, strong: bool = False) -> str:
    """The same for words that are clean already, in the order in which they are read."""
    if width_of(shown, size, strong) <= room:
        return shown
    table, usual = _WIDTHS[strong]
    left = room * 1000 / size - table.get(ord(CUT), usual)
    for position, char in enumerate(shown):
        left -= table.get(ord(char), usual)
        if left < 0:
            return shown[:position].rstrip() + CUT
    return shown


class _LineBreaker:
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
