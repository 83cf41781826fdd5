"""Geometry of the desk's charts, from results to a canvas; templates/meja/charts.html draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from calc.scoring.result import ElementResult, Result

WIDTH = 400  # units of every canvas; text of 14 units stays readable on a phone
ROW = 46
LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 34, 14, 22, 40, 210


@dataclass(frozen=True)
class Bar:
    """One element; y, width : its bar on the canvas."""

    element: ElementResult
    y: int
    width: float


@dataclass(frozen=True)
class Bars:
    """edges : (x, letter of the grade that begins there)."""

    bars: tuple[Bar, ...]
    edges: tuple[tuple[float, str], ...]
    height: int


def bars(result: Result) -> Bars:
    """Elements that have answers, lowest first, on the scale of the converted index."""
    least = lowest(result)

    def x(value: Decimal) -> float:
        share = (float(value) - least) / (100 - least)
        return round(max(share, 0.004) * WIDTH, 1)

    known = [(e, e.converted) for e in result.lowest_first if e.converted is not None]
    drawn = tuple(Bar(element, i * ROW + 20, x(value)) for i, (element, value) in enumerate(known))
    edges = tuple((x(Decimal(band[4])), band[2]) for band in result.bands[:-1])
    return Bars(drawn, edges, len(drawn) * ROW + 24)


def lowest(result: Result) -> float:
    """The converted value of all answers at score 1: 25 on a scale of four."""
    return 100 / len(result.elements[0].counts) if result.elements else 25.0


@dataclass(frozen=True)
class Point:
    """One period; x, y : its mark; top, bottom : its interval."""

    result: Result
    x: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Trend:
    """lines : (y, value) of the grid; path : SVG path through the marks."""

    points: tuple[Point, ...]
    lines: tuple[tuple[float, int], ...]
    path: str
    width: int = WIDTH
    height: int = HEIGHT


def trend(results: Sequence[Result]) -> Trend | None:
    """Converted index over periods, oldest first; None with fewer than two periods that have one."""
    known = [(r, r.converted) for r in results if r.converted is not None]
    if len(known) < 2:
        return None
    ends = [end for r, value in known for end in (interval(r) or (value, value))]
    low, high = floor(min(ends) / 5) * 5, ceil(max(ends) / 5) * 5
    if high - low < 10:  # a narrower scale would make a mountain of a molehill
        low, high = (low, low + 10) if low <= 90 else (90, 100)

    def y(value: Decimal | int) -> float:
        return round(TOP + (high - float(value)) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    inner = WIDTH - LEFT - RIGHT
    points = []
    for i, (result, value) in enumerate(known):
        least, most = interval(result) or (value, value)
        x = round(LEFT + inner * (2 * i + 1) / (2 * len(known)), 1)
        points.append(Point(result, x, y(value), y(most), y(least)))
    step = 5 if high - low <= 20 else 10 if high - low <= 40 else 25
    lines = tuple((y(value), value) for value in range(low, high + 1, step))
    path = "M" + "L".join(f"{p.x} {p.y}" for p in points)
    return Trend(tuple(points), lines, path)


def interval(result: Result) -> tuple[Decimal, Decimal] | None:
    """Ends of the confidence interval, when there is one."""
    return (result.interval.low, result.interval.high) if result.interval else None
