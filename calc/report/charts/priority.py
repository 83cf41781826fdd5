"""The importance-performance diagram: elements in four fields, names where they cover nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from calc.display import number
from calc.report.charts import colours
from calc.report.charts.picture import Dot, Line, Picture, Rect, Shape, Words
from calc.report.charts.shapes import WIDTH, Axis, dotted, empty, width_of
from calc.statistics.priority import Placed, Priority

QUADRANTS = {1: "Prioritas utama", 2: "Pertahankan prestasi", 3: "Prioritas rendah", 4: "Berlebihan"}
ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
NAMES = 7.4  # size of the fields' names
CODES = 7.6  # size of the elements' codes
NARROW = 0.1  # least half-width of an axis of the diagram, in scores or correlation
UNSURE = "letak belum pasti"


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
