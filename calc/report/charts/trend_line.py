"""The index over the periods."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from calc.display import number
from calc.report.charts import colours
from calc.report.charts.bars import floors
from calc.report.charts.picture import Dot, Line, Picture, Rect, Shape, Words
from calc.report.charts.shapes import WIDTH, Axis, dotted, width_of, wrapped
from calc.report.data import TrendPoint
from calc.scoring.result import Result

CROWD = 12  # periods up to which every point has its value and its name


def trend(points: Sequence[TrendPoint]) -> Picture | None:
    """The converted index of each period with its interval; None with fewer than two values.

    Values of different questionnaires are not joined by a line.
    """
    known = [p.result for p in points if p.result.converted is not None]
    if len(known) < 2:
        return None
    low, high, step = _range(known)
    x = Axis(0, len(known), 34, WIDTH - 16)
    y = Axis(low, high, 168, 14)
    shapes: list[Shape] = [*_levels(low, high, step, x, y), *_grades(known[-1], x, y)]
    places = [(x.at(i + 0.5), y.at(float(r.converted or 0)), r) for i, r in enumerate(known)]
    for (x1, y1, one), (x2, y2, other) in pairwise(places):
        if one.instrument == other.instrument:
            shapes.append(Line(x1, y1, x2, y2, colours.ACCENT, 1.2))
    slot, every = (x.end - x.start) / len(known), math.ceil(len(known) / CROWD)
    for position, (at, level, result) in enumerate(places):
        shapes += _point(result, at, level, y)
        if every == 1 or position in _outermost(known):
            shapes += _value(result, at, level, y, slot if every == 1 else 60)
        if (len(known) - 1 - position) % every == 0:
            shapes += _period(result, at, slot * every)
    said = "; ".join(f"{_name(r)} {number(r.converted)} (mutu {r.grade})" for r in known)
    return Picture(WIDTH, 196, tuple(shapes), dotted(f"Nilai IKM dari periode ke periode: {said}"))


def _range(results: Sequence[Result]) -> tuple[float, float, float]:
    """(low, high, step) around all values and intervals, never narrower than ten points, within 0 to 100."""
    values = [float(r.converted) for r in results if r.converted is not None]
    values += [float(v) for r in results if r.interval for v in (r.interval.low, r.interval.high)]
    step = 5.0 if max(values) - min(values) <= 25 else 10.0 if max(values) - min(values) <= 50 else 20.0
    low = max(0.0, math.floor((min(values) - 1) / step) * step)
    high = min(100.0, math.ceil((max(values) + 2) / step) * step)
    while high - low < 2 * step:
        low, high = max(0.0, low - step), min(100.0, high + (step if high - low < step else 0))
    return low, high, step


def _levels(low: float, high: float, step: float, x: Axis, y: Axis) -> list[Shape]:
    shapes: list[Shape] = []
    for mark in range(int(low), int(high) + 1, int(step)):
        level = y.at(mark)
        shapes.append(Line(x.start, level, x.end, level, colours.LINE, 0.6))
        shapes.append(Words(x.start - 5, level + 2.6, str(mark), 7.2, colours.MUTED, anchor="end"))
    return shapes


def _grades(result: Result, x: Axis, y: Axis) -> list[Shape]:
    """Borders that lie in the drawn range, with the grade above each, and the lowest grade that is seen."""
    shapes: list[Shape] = []
    for grade, floor in floors(result):
        if y.low < floor < y.high:
            level = y.at(float(floor))
            shapes.append(Line(x.start, level, x.end, level, colours.MUTED, 0.6, 2))
            colour = colours.grade_colour(grade)
            shapes.append(Words(x.end + 4, level - 2.5, grade, 7.6, colour, True))
    return shapes


def _point(result: Result, at: float, level: float, y: Axis) -> list[Shape]:
    shapes: list[Shape] = []
    if result.interval is not None:
        ends = [y.at(float(v)) for v in (result.interval.low, result.interval.high)]
        shapes.append(Line(at, ends[0], at, ends[1], colours.INK, 0.9))
        shapes += [Line(at - 3, end, at + 3, end, colours.INK, 0.9) for end in ends]
    return [
        *shapes,
        Dot(at, level, 4.2, colours.PAPER),
        Dot(at, level, 3.2, colours.grade_colour(result.grade)),
    ]


def _value(result: Result, at: float, level: float, y: Axis, room: float) -> list[Shape]:
    """The value above its interval."""
    top = level if result.interval is None else min(level, y.at(float(result.interval.high)))
    words = f"{number(result.converted)} {result.grade}" if room >= 48 else number(result.converted)
    size, base = _size(room), max(8.0, top - 4)
    wide = width_of(words, size) * 1.08
    return [
        Rect(at - wide / 2 - 1, base - size * 0.8, wide + 2, size, colours.PAPER),  # no line runs through it
        Words(at, base, words, size, colours.INK, True, "middle"),
    ]


def _period(result: Result, at: float, room: float) -> list[Shape]:
    size = _size(room) - 0.4
    return [
        Words(at, 180 + row * 9, line, size, colours.MUTED, anchor="middle", room=max(room - 2, 12))
        for row, line in enumerate(_lines(result, size, room - 4))
    ]


def _size(room: float) -> float:
    return 7.6 if room >= 34 else 6.6


def _outermost(results: Sequence[Result]) -> set[int]:
    """Of very many periods only the lowest, the highest and the last have their values printed."""
    values = [r.converted or 0 for r in results]
    return {values.index(min(values)), values.index(max(values)), len(values) - 1}


def _name(result: Result) -> str:
    about = result.about
    return about.period or about.period_key or "tanpa periode"


def _lines(result: Result, size: float, room: float) -> tuple[str, ...]:
    """The period in two lines: 'Triwulan III' over 'Tahun 2026', shorter where there is less room."""
    name = _name(result)
    before, tahun, year = name.rpartition(" Tahun ")
    lines = (before, f"Tahun {year}") if tahun else wrapped(name, size, room)
    if max(width_of(line, size) for line in lines) <= room:
        return lines
    short = (before or name).replace("Triwulan", "TW").replace("Semester", "Smt.")
    if tahun:
        return (short, year)
    *rest, last = short.split(" ")
    return (" ".join(word[:3] for word in rest), last) if rest else (short,)
