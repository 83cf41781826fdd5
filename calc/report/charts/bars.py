"""Charts of bars: elements, answers, respondents, services. Quiet, readable in grey: words and order say it too."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from calc.display import NO_DATA, number, percent, whole
from calc.report import small_cells
from calc.report.charts import colours
from calc.report.charts.picture import Line, Picture, Rect, Shape, Words
from calc.report.charts.shapes import WIDTH, Axis, dotted, empty, label, upright, width_of, wrapped
from calc.report.wording import sentences
from calc.scoring.result import ElementResult, ProfileCount, Result

LEFT = 150.0  # where bars of elements begin
ROW = 14.0
CLASS_ROW, TWO_LINES = 15.5, 20.0  # of respondents' classes; where a name needs two lines
# from the lowest score to the highest, from dark to light: in grey print, too, the low scores stand out
ANSWERS = ("#8a2b25", "#d58a3c", "#9ccbd0", "#dbeeef")
ON_ANSWERS = (colours.PAPER, colours.INK, colours.INK, colours.INK)
MOST_CLASSES = 30  # more would be higher than a page
MOST_SERVICES = 40


def element_bars(result: Result) -> Picture:
    """One bar for each element from 1 to the highest score, its value and grade; grade borders as thin lines."""
    if not result.elements:
        return empty("Belum ada unsur yang dinilai.")
    scale = scale_of(result)
    axis = Axis(1, scale, LEFT, WIDTH - 62)
    top, bottom = 14.0, 14.0 + ROW * len(result.elements)
    step = Fraction(scale, 100)  # of a converted value
    shapes: list[Shape] = [*_scores(axis, scale, top, bottom), *_borders(result, axis, step, top, bottom)]
    for row, element in enumerate(result.elements):
        shapes += _element(element, axis, top + ROW * (row + 0.5))
    return Picture(WIDTH, bottom + 14, tuple(shapes), _elements_said(result, scale))


def distribution(result: Result) -> Picture:
    """For each element its answers as parts of one bar, lowest score first."""
    if not any(e.n for e in result.elements):
        return empty("Belum ada jawaban.")
    scale = scale_of(result)
    axis = Axis(0, 1, LEFT, WIDTH - 48)
    shapes: list[Shape] = _legend(scale)
    shapes.append(Words(WIDTH, 10, "Jawaban", 7.2, colours.MUTED, anchor="end"))
    for row, element in enumerate(result.elements):
        shapes += _answers(element, axis, 20 + ROW * (row + 0.5), scale)
    return Picture(WIDTH, 22 + ROW * len(result.elements), tuple(shapes), _answers_said(result, scale))


def classes(field: ProfileCount, n: int) -> Picture:
    """Respondents by class of one question; n: all respondents, of which shares are taken."""
    rows = [(words, count) for _, words, count in small_cells.classes(field)]
    if len(rows) > MOST_CLASSES:
        rest = sorted(rows, key=lambda row: -(row[1] or 0))[MOST_CLASSES - 1 :]
        rows = [row for row in rows if row not in rest]
        counts = [count for _, count in rest if count is not None]
        rows.append((f"Lainnya ({len(rest)} kelompok)", sum(counts) if len(counts) == len(rest) else None))
    if field.not_stated:
        rows.append((sentences.NOT_STATED, field.not_stated))
    if not n or not rows:
        return empty(f"{field.label}: belum ada data.")
    axis = Axis(0, max(1, *(count or 0 for _, count in rows)), 170, WIDTH - 86)
    room = axis.start - 8
    height = CLASS_ROW if all(len(wrapped(words, 8, room)) == 1 for words, _ in rows) else TWO_LINES
    shapes: list[Shape] = []
    for row, (words, count) in enumerate(rows):
        middle = height * (row + 0.5)
        shapes += label(words, 0, middle, 8, room)
        shapes.append(Rect(axis.start, middle - 4.5, axis.end - axis.start, 9, colours.TINT))
        if count:
            length = max(0.8, axis.at(count) - axis.start)
            shapes.append(Rect(axis.start, middle - 4.5, length, 9, colours.ACCENT))
        told, share = _class(count, n)
        shapes.append(Words(WIDTH - 44, middle + 2.9, told, 8, colours.INK, True, "end"))
        shapes.append(Words(WIDTH, middle + 2.9, share, 8, colours.MUTED, anchor="end"))
    shapes.append(upright(axis.start, 0, height * len(rows), stroke=colours.MUTED))
    said = "; ".join(
        f"{words} tidak ditampilkan" if count is None else f"{words} {whole(count)} ({percent(count, n)})"
        for words, count in rows
    )
    return Picture(
        WIDTH, height * len(rows), tuple(shapes), dotted(f"Responden menurut {field.label}: {said}")
    )


def _class(count: int | None, n: int) -> tuple[str, str]:
    return (small_cells.MARK, "") if count is None else (whole(count), percent(count, n))


def services(results: Sequence[Result]) -> Picture:
    """One bar for each service with its number: its converted index, the interval as a whisker, and its grade."""
    shown = list(results)[:MOST_SERVICES]
    if not shown:
        return empty("Belum ada layanan yang dinilai.")
    high = 100.0
    low = float(Fraction(100, max(scale_of(result) for result in shown)))
    axis = Axis(low, high, 190, WIDTH - 66)
    row_height = 21.0 if len(shown) <= 30 else 16.0
    top, bottom = 14.0, 14.0 + row_height * len(shown)
    shapes: list[Shape] = []
    for mark in range(int(low) + 1 if low % 1 else int(low), 101, 25):
        shapes.append(upright(axis.at(mark), top, bottom))
        shapes.append(Words(axis.at(mark), bottom + 10, str(mark), 7.2, colours.MUTED, anchor="middle"))
    shapes += _borders(shown[0], axis, Fraction(1), top, bottom)
    withheld = small_cells.services(results)
    for row, result in enumerate(shown):
        middle = top + row_height * (row + 0.5)
        shapes.append(Words(12, middle + 2.9, str(row + 1), 8, colours.MUTED, True, "end"))
        shapes += _service(result, axis, middle, row_height, row in withheld)
    return Picture(WIDTH, bottom + 14, tuple(shapes), _services_said(results, withheld))


def scale_of(result: Result) -> int:
    """The highest score of the result's questionnaire."""
    return max((len(e.counts) for e in result.elements), default=4) or 4


def floors(result: Result) -> list[tuple[str, Fraction]]:
    """(grade, lowest converted value), lowest grade first."""
    return [
        (grade, Fraction(Decimal(floor.replace(",", ".")))) for *_, grade, _, floor in reversed(result.bands)
    ]


def _scores(axis: Axis, scale: int, top: float, bottom: float) -> list[Shape]:
    marks: list[Shape] = []
    for score in range(1, scale + 1):
        marks.append(upright(axis.at(score), top, bottom))
        marks.append(Words(axis.at(score), bottom + 10, str(score), 7.2, colours.MUTED, anchor="middle"))
    return marks


def _borders(result: Result, axis: Axis, step: Fraction, top: float, bottom: float) -> list[Shape]:
    """Thin broken lines where a grade begins, and above them the grades' letters."""
    found: list[Shape] = []
    bands = floors(result)
    for position, (grade, floor) in enumerate(bands):
        left = axis.at(float(floor * step))
        above = bands[position + 1][1] if position + 1 < len(bands) else Fraction(100)
        right = axis.at(float(above * step))
        if axis.low < float(floor * step) < axis.high:
            found.append(upright(left, top - 2, bottom, 2, colours.MUTED))
        centre = (left + right) / 2
        found.append(Words(centre, top - 5, grade, 7.2, colours.grade_colour(grade), True, "middle"))
    return found


def _element(element: ElementResult, axis: Axis, middle: float) -> list[Shape]:
    shapes: list[Shape] = _named(element, middle)
    if element.mean is None:
        words = Words(axis.start + 4, middle + 2.9, "belum ada jawaban", 8, colours.MUTED)
        return [*shapes, words]
    colour = colours.grade_colour(element.grade)
    length = max(0.8, axis.at(float(element.mean)) - axis.start)
    return [
        *shapes,
        Rect(axis.start, middle - 4.5, length, 9, colour),
        Words(WIDTH - 18, middle + 2.9, number(element.mean), 8, colours.INK, True, "end"),
        Words(WIDTH, middle + 2.9, element.grade or NO_DATA, 8, colour, True, "end"),
    ]


def _named(element: ElementResult, middle: float) -> list[Shape]:
    name = element.short or element.name
    return [
        Words(0, middle + 2.9, element.code, 8, colours.MUTED, True, room=26),
        Words(28, middle + 2.9, name, 8, colours.INK, room=LEFT - 34),
    ]


def _answers(element: ElementResult, axis: Axis, middle: float, scale: int) -> list[Shape]:
    shapes: list[Shape] = _named(element, middle)
    shapes.append(Words(WIDTH, middle + 2.9, whole(element.n), 8, colours.MUTED, anchor="end"))
    if not element.n:
        return [*shapes, Words(axis.start + 4, middle + 2.9, "belum ada jawaban", 8, colours.MUTED)]
    # an edge around all parts: the lightest one ends somewhere
    shapes.append(Rect(axis.start - 0.5, middle - 5.5, axis.end - axis.start + 1, 11, colours.LINE))
    before = 0
    for score, count in enumerate(element.counts, start=1):
        left, right = (axis.at(part / element.n) for part in (before, before + count))
        before += count
        if not count:
            continue
        fill, ink = _answer_colour(score, scale)
        gap = 0.8 if before < element.n and right - left > 1.6 else 0.0
        shapes.append(Rect(left, middle - 5, right - left - gap, 10, fill))
        words = percent(count, element.n, 0)
        size = 7.2 if right - left >= 24 else 6.4
        if width_of(words, size) <= right - left - gap:
            shapes.append(Words((left + right - gap) / 2, middle + 2.6, words, size, ink, anchor="middle"))
    return shapes


def _answer_colour(score: int, scale: int) -> tuple[str, str]:
    """Fill and ink of a score; scales of other lengths share the same colours, ends at the ends."""
    place = round((score - 1) * (len(ANSWERS) - 1) / max(1, scale - 1))
    return ANSWERS[place], ON_ANSWERS[place]


def _legend(scale: int) -> list[Shape]:
    shapes: list[Shape] = []
    for score in range(1, scale + 1):
        left = LEFT + (score - 1) * 62
        shapes.append(Rect(left, 3.5, 8, 8, _answer_colour(score, scale)[0]))
        words = f"nilai {score}"
        shapes.append(Words(left + 11, 10.3, words, 7.2, colours.INK))
    return shapes


def _service(result: Result, axis: Axis, middle: float, height: float, withheld: bool) -> list[Shape]:
    name, left = result.about.service or sentences.subject(result), 18.0
    shapes: list[Shape] = label(name, left, middle, 8, axis.start - 8 - left, most=2 if height > 18 else 1)
    if withheld:
        return [*shapes, Words(axis.start + 4, middle + 2.9, "tidak ditampilkan", 8, colours.MUTED)]
    if result.converted is None:
        words = "belum ada data" if not result.n else "belum dapat dihitung"
        return [*shapes, Words(axis.start + 4, middle + 2.9, words, 8, colours.MUTED)]
    colour = colours.grade_colour(result.grade)
    end = axis.at(float(result.converted))
    shapes.append(Rect(axis.start, middle - 4.5, max(0.8, end - axis.start), 9, colour))
    if result.interval is not None:
        shapes += whisker(axis.at(float(result.interval.low)), axis.at(float(result.interval.high)), middle)
    return [
        *shapes,
        Words(WIDTH - 18, middle + 2.9, number(result.converted), 8, colours.INK, True, "end"),
        Words(WIDTH, middle + 2.9, result.grade or NO_DATA, 8, colour, True, "end"),
    ]


def whisker(left: float, right: float, y: float) -> list[Shape]:
    """A lying interval that can be seen on bar and on paper: dark on a light edge."""
    ends = (left, right)
    light: list[Shape] = [Line(left, y, right, y, colours.PAPER, 2.6)]
    light += [Line(x, y - 3.4, x, y + 3.4, colours.PAPER, 2.6) for x in ends]
    dark: list[Shape] = [Line(left, y, right, y, colours.INK, 1.0)]
    dark += [Line(x, y - 3, x, y + 3, colours.INK, 1.0) for x in ends]
    return light + dark


def _elements_said(result: Result, scale: int) -> str:
    known = [e for e in result.lowest_first if e.mean is not None]
    lead = f"Nilai rata-rata per unsur, skala 1 sampai {scale}"
    if not known:
        return f"{lead}: belum ada jawaban."
    if known[0].mean == known[-1].mean:
        return f"{lead}: semua unsur bernilai {number(known[0].mean)}."
    said = "; ".join(f"{_called(e)} {number(e.mean)} (mutu {e.grade})" for e in result.elements if e.mean)
    return dotted(f"{lead}: {said}")


def _answers_said(result: Result, scale: int) -> str:
    def shares(element: ElementResult) -> str:
        parts = (percent(count, element.n) for count in element.counts)
        return ", ".join(f"nilai {score} {part}" for score, part in enumerate(parts, start=1))

    said = "; ".join(f"{_called(e)}: {shares(e)}" for e in result.elements if e.n)
    return dotted(f"Sebaran jawaban 1 sampai {scale} per unsur. {said}")


def _called(element: ElementResult) -> str:
    return f"{element.code} {element.short or element.name}".strip()


def _services_said(results: Sequence[Result], withheld: frozenset[int]) -> str:
    known = [r for at, r in enumerate(results) if r.converted is not None and at not in withheld]
    if not known:
        return "Nilai IKM per layanan: belum ada yang dapat dihitung."
    most = MOST_SERVICES
    said = "; ".join(
        f"{r.about.service or sentences.subject(r)} {number(r.converted)} (mutu {r.grade})"
        for r in known[:most]
    )
    more = (
        f" Gambar memuat {most} dari {len(results)} layanan; semuanya ada di tabel."
        if len(results) > most
        else ""
    )
    return dotted(f"Nilai IKM per layanan: {said}") + more
