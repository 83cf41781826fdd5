"""Charts of points: the index over the periods, and the importance-performance diagram."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from calc.display import number
from calc.report.charts import colours
from calc.report.charts.bars import floors
from calc.report.charts.picture import Dot, Line, Picture, Rect, Shape, Words
from calc.report.charts.shapes import WIDTH, Axis, dotted, empty, width_of, wrapped
from calc.report.data import TrendPoint
from calc.scoring.result import Result
from calc.statistics.priority import Placed, Priority

QUADRANTS = {
    1: "Prioritas utama",
    2: "Pertahankan prestasi",
    3: "Prioritas rendah",
    4: "Berlebihan",
}
ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
NAMES = 7.4  # size of the fields' names
CODES = 7.6  # size of the elements' codes
NARROW = 0.1  # least half-width of an axis of the diagram, in scores or correlation
UNSURE = "letak belum pasti"
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


def quadrant(priority: Priority) -> Picture:
    """Performance to the right, importance upwards; four fields named, each element's code at its point."""
    elements = priority.elements
    if not elements:
        return empty("Diagram kepentingan dan kinerja belum dapat dibuat.")
    asked = priority.source != "turunan"
    scores = (1.0, max(4.0, *(float(v) for e in elements for v in (e.performance, e.importance))))
    x = _spread([float(e.performance) for e in elements], float(priority.performance_line), 34, 326, scores)
    limits = scores if asked else (-1.0, 1.0)  # of a mean, or of a correlation
    y = _spread([float(e.importance) for e in elements], float(priority.importance_line), 212, 18, limits)
    shapes: list[Shape] = [*_fields(priority, x, y), *_margins(x, y)]
    shapes += _codes(priority, x, y)
    shapes += _names(elements)
    unsure = [e for e in elements if e.certain is False]
    if unsure:
        shapes += [*_dot(344 + 3, 230 - 2.7, hollow=True), Words(344 + 10, 230, UNSURE, 7.4, colours.MUTED)]
    said = "; ".join(
        f"kuadran {ROMAN[q]} ({QUADRANTS[q].lower()}): {_listed([e for e in elements if e.quadrant == q])}"
        for q in QUADRANTS
    )
    told = f"{said}; {UNSURE}: {_listed(unsure)}" if unsure else said
    return Picture(WIDTH, 238, tuple(shapes), dotted(f"Diagram kepentingan dan kinerja. {told}"))


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


def _spread(
    values: Sequence[float], line: float, start: float, end: float, limits: tuple[float, float]
) -> Axis:
    """An axis with room around the outermost point; it never goes on where no value can be.

    Never narrower than NARROW either side: stretched to the whole picture, chance would look like a difference.
    """
    far = max(max((abs(value - line) for value in values), default=0.0) * 1.18, NARROW)
    return Axis(max(line - far, limits[0]), min(line + far, limits[1]), start, end)


def _fields(priority: Priority, x: Axis, y: Axis) -> list[Shape]:
    across, up = x.at(float(priority.performance_line)), y.at(float(priority.importance_line))
    left, right, top, bottom = x.start, x.end, y.end, y.start
    shapes: list[Shape] = [
        Rect(left, top, across - left, up - top, colours.NOTE_TINT),
        *(Line(left, level, right, level, colours.LINE, 0.6) for level in (top, bottom)),
        *(Line(at, top, at, bottom, colours.LINE, 0.6) for at in (left, right)),
        Line(across, top, across, bottom, colours.MUTED, 0.9),
        Line(left, up, right, up, colours.MUTED, 0.9),
    ]
    for one, (at, base) in _corners(x, y, across).items():
        words = f"{ROMAN[one]} {QUADRANTS[one]}"
        room = (across - left if one in (1, 3) else right - across) - 10
        shapes.append(Words(at, base, words, NAMES, colours.MUTED, True, room=max(room, 20)))
    return shapes


def _margins(x: Axis, y: Axis) -> list[Shape]:
    """What the axes are, and the values at their ends and lines."""
    shapes: list[Shape] = []
    for value in (x.low, (x.low + x.high) / 2, x.high):
        shapes.append(Words(x.at(value), y.start + 10, _mark(value, x), 7, colours.MUTED, anchor="middle"))
    for value in (y.low, (y.low + y.high) / 2, y.high):
        shapes.append(Words(x.start - 4, y.at(value) + 2.5, _mark(value, y), 7, colours.MUTED, anchor="end"))
    shapes.append(Words(x.end, y.start + 21, "Kinerja →", 7.6, colours.INK, True, "end"))
    shapes.append(Words(0, 8, "Kepentingan ↑", 7.6, colours.INK, True))
    return shapes


def _mark(value: float, axis: Axis) -> str:
    """A place on the paper, not a result; with three decimals where two would print both ends alike."""
    return number(Decimal(f"{value:.6f}"), 2 if axis.high - axis.low >= 0.05 else 3)


def _corners(x: Axis, y: Axis, across: float) -> dict[int, tuple[float, float]]:
    """Where the name of each field begins; across: where the upright line stands."""
    left, right, top, bottom = x.start + 5, across + 5, y.end + 10, y.start - 5
    return {1: (left, top), 2: (right, top), 3: (left, bottom), 4: (right, bottom)}


Box = tuple[float, float, float, float]  # left, top, right, bottom


def _codes(priority: Priority, x: Axis, y: Axis) -> list[Shape]:
    """A dot for each element and its code beside it, where it covers no other code, dot or name."""
    elements = priority.elements
    across, up = x.at(float(priority.performance_line)), y.at(float(priority.importance_line))
    dots = [(x.at(float(e.performance)), y.at(float(e.importance))) for e in elements]
    taken: list[Box] = [(px - 3.4, py - 3.4, px + 3.4, py + 3.4) for px, py in dots]
    for one, (at, base) in _corners(x, y, across).items():
        width = width_of(f"{ROMAN[one]} {QUADRANTS[one]}", NAMES) * 1.1
        taken.append((at, base - NAMES, at + width, base + 2))
    taken += [(across - 1, y.end, across + 1, y.start), (x.start, up - 1, x.end, up + 1)]
    inside = (x.start, y.end, x.end, y.start)
    shapes: list[Shape] = []
    for element, (px, py) in zip(elements, dots, strict=True):
        width = width_of(element.code, CODES) * 1.08
        box = min(_around(px, py, width), key=lambda tried: _covered(tried, taken, inside))
        taken.append(box)
        if abs(box[0] + width / 2 - px) > width / 2 + 8 or abs(box[1] + CODES / 2 - py) > CODES / 2 + 8:
            shapes.append(Line(px, py, box[0] + width / 2, box[1] + CODES / 2, colours.MUTED, 0.5))
            shapes.append(Rect(box[0], box[1], width, CODES + 1, colours.PAPER))
        shapes.append(
            Words(box[0] + width / 2, box[3] - 1.8, element.code, CODES, colours.INK, True, "middle")
        )
    for element, (px, py) in zip(elements, dots, strict=True):
        shapes += _dot(px, py, hollow=element.certain is False)
    return shapes


def _dot(x: float, y: float, *, hollow: bool) -> list[Shape]:
    """A full dot, or a ring where the place is not certain."""
    inside = [Dot(x, y, 1.9, colours.PAPER)] if hollow else []
    return [Dot(x, y, 3, colours.ACCENT), *inside]


def _around(px: float, py: float, width: float) -> Iterator[Box]:
    """Boxes for a code around its dot, the nearest first, then farther away."""
    height = CODES + 1
    for away in (4.5, 14.0, 24.0, 36.0, 50.0):
        for turn in (0, 4, 6, 2, 7, 1, 5, 3, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5):
            across, down = math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)
            left = px + across * (away + width / 2) - width / 2
            top = py + down * (away + height / 2) - height / 2
            yield (left, top, left + width, top + height)


def _covered(box: Box, taken: Sequence[Box], inside: Box) -> float:
    """How much of a box lies on others or outside; 0 for a free place."""
    whole = (box[2] - box[0]) * (box[3] - box[1])
    on = sum(_shared(box, other) for other in taken)
    return on + 4 * (whole - _shared(box, inside))


def _shared(one: Box, other: Box) -> float:
    """The area that two boxes have in common."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _names(elements: Sequence[Placed]) -> list[Shape]:
    """The elements' names by field, right of the diagram."""
    left, room = 344.0, WIDTH - 344.0
    fields = [(q, [e for e in elements if e.quadrant == q]) for q in QUADRANTS]
    rows = sum(len(inside) + 1 for _, inside in fields if inside)
    leading = min(13.0, 206 / max(1, rows))
    size = min(7.6, leading * 0.62)
    shapes: list[Shape] = []
    base = 18 + size
    for one, inside in fields:
        if not inside:
            continue
        shapes.append(
            Words(left, base, f"{ROMAN[one]} {QUADRANTS[one]}", size, colours.MUTED, True, room=room)
        )
        base += leading
        for element in inside:
            shapes += _dot(left + 3, base - size * 0.36, hollow=element.certain is False)
            shapes.append(Words(left + 10, base, element.code, size, colours.INK, True, room=24))
            shapes.append(Words(left + 36, base, element.short, size, colours.INK, room=room - 36))
            base += leading
    return shapes


def _listed(elements: Sequence[Placed]) -> str:
    return ", ".join(f"{e.code} {e.short}" for e in elements) or "tidak ada"
