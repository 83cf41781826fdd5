"""What charts are made of: an axis, wrapped labels, an empty chart. Widths of words are estimates here."""

from __future__ import annotations

from dataclasses import dataclass

from calc.report.charts import colours
from calc.report.charts.picture import Line, Picture, Shape, Words

WIDTH = 490.0  # points, a page's text width; every form scales it to the room it has
NARROW = frozenset("iljtfrI.,:;'|!()[] ")
BROAD = frozenset("mwMW@%")


@dataclass(frozen=True)
class Axis:
    """Values from low to high laid on points from start to end; values outside stick to the ends."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return self.start + (self.end - self.start) * (inside - self.low) / (self.high - self.low)


def width_of(words: str, size: float) -> float:
    """About how wide a line of DejaVu Sans is, rather too wide than too narrow. Forms measure exactly."""
    broad = sum(0.36 if c in NARROW else 1.0 if c in BROAD else 0.7 if c.isupper() else 0.635 for c in words)
    return broad * size


def wrapped(words: str, size: float, room: float, most: int = 2) -> tuple[str, ...]:
    """Words in at most `most` lines of about `room` points; what is too long stays in the last line."""
    lines: list[str] = []
    for word in words.split():
        fits = lines and width_of(f"{lines[-1]} {word}", size) <= room
        if lines and (fits or len(lines) == most):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines) or ("",)


def label(words: str, x: float, middle: float, size: float, room: float, most: int = 2) -> list[Shape]:
    """A label of at most `most` lines, its middle at `middle`."""
    lines = wrapped(words, size, room, most)
    leading = size * 1.2
    first = middle + size * 0.36 - leading * (len(lines) - 1) / 2
    return [Words(x, first + leading * i, one, size, colours.INK, room=room) for i, one in enumerate(lines)]


def upright(x: float, top: float, bottom: float, dash: float = 0.0, stroke: str = colours.LINE) -> Line:
    return Line(x, top, x, bottom, stroke, 0.6, dash)


def empty(words: str) -> Picture:
    """A chart without data says so, instead of showing axes around nothing."""
    return Picture(WIDTH, 30, (Words(0, 18, words, 8.5, colours.MUTED, room=WIDTH),), words)


def dotted(words: str) -> str:
    """A sentence with its full stop."""
    return words if words.endswith((".", "!", "?", "…")) else words + "."
