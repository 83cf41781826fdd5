"""Picture: a chart as a few shapes, drawn alike as PDF, SVG and PNG.

Points (1/72 inch), x to the right, y down from the upper edge. Colours are '#rrggbb'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rect:
    """Upper left corner, size, fill; radius rounds the corners; stroke '' for no edge."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    radius: float = 0.0
    stroke: str = ""


@dataclass(frozen=True)
class Line:
    """From (x1, y1) to (x2, y2); dash 0 for a whole line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str
    width: float = 0.75
    dash: float = 0.0


@dataclass(frozen=True)
class Dot:
    """A filled circle around (x, y)."""

    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True)
class Words:
    """One line of words on the baseline y; words wider than `room` points are cut with '…' (0: never)."""

    x: float
    y: float
    words: str
    size: float
    fill: str
    strong: bool = False
    anchor: Literal["start", "middle", "end"] = "start"
    room: float = 0.0


Shape = Rect | Line | Dot | Words


@dataclass(frozen=True)
class Picture:
    """shapes : the later over the earlier; words : one or two sentences that say what is to be seen."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    words: str
