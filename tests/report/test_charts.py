"""Charts: what they show is where it must be, nothing overlaps, nothing leaves the picture, and words say the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from calc.render.pdf.fonts import BOLD, PLAIN
from calc.report import charts
from calc.report.charts import colours
from calc.report.charts.bars import ANSWERS
from calc.report.charts.picture import Line, Rect, Words
from calc.scoring.result import ProfileCount
from calc.statistics.priority import Placed, Priority
from tests.report_data import HOSTILE, LONG, report_data


def words_of(picture):
    return [shape for shape in picture.shapes if isinstance(shape, Words)]


def said(picture):
    return [shape.words for shape in words_of(picture)]


def placed(picture, words):
    """The only words of a picture that read so."""
    (one,) = [shape for shape in words_of(picture) if shape.words == words]
    return one


def box(words):
    """Where a line of words really stands: left, top, right, bottom."""
    width = stringWidth(words.words, BOLD if words.strong else PLAIN, words.size)
    width = min(width, words.room) if words.room else width
    left = words.x - {"start": 0, "middle": width / 2, "end": width}[words.anchor]
    return left, words.y - words.size * 0.76, left + width, words.y + words.size * 0.24


def overlap(one, other):
    (a, b, c, d), (e, f, g, h) = one, other
    return min(c, g) - max(a, e) > 0.3 and min(d, h) - max(b, f) > 0.3


@pytest.fixture(scope="module")
def unit():
    return report_data(300, services=12)


def with_counts(result, *counts):
    """The result with its first elements answered so (answers with 1, 2, 3, 4)."""
    made = []
    for element, one in zip(result.elements, counts, strict=False):
        n, total = sum(one), sum(score * count for score, count in enumerate(one, start=1))
        made.append(replace(element, counts=one, n=n, total=total, mean=Fraction(total, n) if n else None))
    return replace(result, elements=tuple(made))


def test_a_bar_of_3_ends_at_the_mark_of_3(unit):
    picture = charts.element_bars(with_counts(unit.result, (0, 0, 7, 0)))
    (bar,) = [shape for shape in picture.shapes if isinstance(shape, Rect)]
    assert bar.x == pytest.approx(placed(picture, "1").x)
    assert bar.x + bar.width == pytest.approx(placed(picture, "3").x)
    assert "3,00" in said(picture)


def test_grades_begin_where_the_regulation_begins_them(unit):
    # B begins at 76,61, that is 76,61 / 25 = 3,0644 on the scale of 1 to 4
    picture = charts.element_bars(unit.result)
    three, four = placed(picture, "3").x, placed(picture, "4").x
    borders = sorted(shape.x1 for shape in picture.shapes if isinstance(shape, Line) and shape.dash)
    assert len(borders) == 3  # of C, B and A; D begins where the scale does
    assert borders[1] == pytest.approx(three + 0.0644 * (four - three))


def test_four_equal_shares_make_four_equal_parts(unit):
    picture = charts.distribution(with_counts(unit.result, (5, 5, 5, 5)))
    parts = [shape for shape in picture.shapes if isinstance(shape, Rect) and shape.fill in ANSWERS][4:]
    lefts = [part.x for part in parts]
    assert len({round(b - a, 3) for a, b in pairwise(lefts)}) == 1
    assert said(picture).count("25%") == 4


def test_answers_grow_lighter_from_the_lowest_score_to_the_highest_also_in_grey():
    def grey(colour):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    # a grey printer knows only lightness: 35 of 255 is the least step that was told apart before
    assert all(grey(after) - grey(before) > 35 for before, after in pairwise(ANSWERS))


def test_a_share_of_five_percent_has_its_number(unit):
    few = replace(unit.result.elements[0], n=100, counts=(5, 5, 5, 85))
    assert said(charts.distribution(replace(unit.result, elements=(few,)))).count("5%") == 3


def test_an_element_without_answers_says_so_instead_of_showing_an_empty_bar(unit):
    for chart in (charts.element_bars, charts.distribution):
        assert "belum ada jawaban" in said(chart(with_counts(unit.result, (0, 0, 0, 9), (0, 0, 0, 0))))


def test_respondents_by_class_are_in_proportion_and_those_who_did_not_say_are_shown():
    field = ProfileCount(
        "jk", "Jenis kelamin", (("l", "Laki-laki", "L", 60), ("p", "Perempuan", "P", 30)), 10
    )
    picture = charts.classes(field, 100)
    bars = [
        shape.width for shape in picture.shapes if isinstance(shape, Rect) and shape.fill == colours.ACCENT
    ]
    assert bars[0] == pytest.approx(2 * bars[1])
    assert {"60", "60,0%", "30,0%", "Tidak menjawab", "10,0%"} <= set(said(picture))


def test_very_many_classes_stay_on_a_page_and_none_is_lost():
    many = tuple(
        (str(i), f"Kecamatan {i}", str(i), i) for i in range(5, 65)
    )  # 5 + … + 64 = 60 * 69 / 2 = 2070
    picture = charts.classes(ProfileCount("kec", "Kecamatan", many, 0), 2070)
    assert picture.height < 640
    counts = [
        int(one.words.replace(".", "")) for one in words_of(picture) if one.strong and one.anchor == "end"
    ]
    assert sum(counts) == 2070


def test_a_trend_needs_two_values(unit):
    assert charts.trend(unit.trend[:1]) is None
    assert charts.trend(()) is None


@pytest.mark.parametrize("periods", range(2, 13))
def test_two_to_twelve_periods_are_all_named_and_none_runs_into_the_next(periods):
    points = report_data(300, services=0, former=periods - 1).trend
    picture = charts.trend(points)
    assert len(points) == periods
    values = [one for one in words_of(picture) if one.strong and "," in one.words]
    assert len(values) == periods
    below = [one for one in words_of(picture) if one.y > 170 and one.anchor == "middle"]
    assert len(below) == 2 * periods
    assert not any(overlap(box(a), box(b)) for a, b in combinations(below + values, 2))


def test_indexes_of_different_questionnaires_are_not_joined():
    older, newer = report_data(300, services=0, former=1).trend
    other = replace(older, result=replace(older.result, instrument="skm-2014"))

    def joined(points):
        lines = [s for s in charts.trend(points).shapes if isinstance(s, Line)]
        return sum(line.stroke == colours.ACCENT for line in lines)

    assert (joined((older, newer)), joined((other, newer))) == (1, 0)


def quadrants(points):
    """A diagram of elements at (performance, importance), in tenths, crossed at 30."""
    elements = [
        Placed(f"e{i}", f"U{i}", f"Unsur {i}", Fraction(x, 10), Fraction(y, 10), 1 + (x > 30) + 2 * (y < 30))
        for i, (x, y) in enumerate(points, start=1)
    ]
    return Priority("pernyataan", Fraction(3), Fraction(3), "", tuple(elements))


@pytest.mark.parametrize(
    "points",
    [
        [(28, 33), (33, 35), (31, 28), (27, 27), (36, 31), (30, 30), (29, 35), (34, 26), (32, 32)],
        [(30, 30)] * 9,
        [(30 + i % 3, 30 + i // 3) for i in range(14)],
        [(30, 30 + i) for i in range(14)],
        [(20, 40), (40, 40), (20, 20), (40, 20)],
    ],
    ids=["likely", "all equal", "crowded", "one above the other", "in the corners"],
)
def test_codes_in_the_diagram_cover_neither_each_other_nor_the_names_of_the_fields(points):
    picture = charts.quadrant(quadrants(points))
    inside = [one for one in words_of(picture) if one.strong and one.x < 340 and one.words != "Kepentingan ↑"]
    codes = [one for one in inside if one.words.startswith("U")]
    assert len(codes) == len(points)
    assert not any(overlap(box(a), box(b)) for a, b in combinations(inside, 2))


def test_better_performance_lies_to_the_right_and_more_importance_above():
    picture = charts.quadrant(quadrants([(25, 25), (35, 35)]))
    low, high = [
        s for s in picture.shapes if type(s).__name__ == "Dot" and s.x < 330
    ]  # not those of the names
    assert low.x < high.x
    assert low.y > high.y


def test_a_service_without_value_says_why(unit):
    nobody = replace(unit.services[0], n=0, converted=None, index=None, grade=None, interval=None)
    assert "belum ada data" in said(charts.services([nobody]))
    assert "belum dapat dihitung" in said(charts.services([replace(nobody, n=30)]))


def test_the_whisker_spans_the_interval(unit):
    one = unit.services[0]
    low, high = Decimal(50), Decimal(75)
    picture = charts.services([replace(one, interval=replace(one.interval, low=low, high=high))])
    whole = [s for s in picture.shapes if isinstance(s, Line) and s.stroke == colours.INK and s.y1 == s.y2]
    (line,) = whole
    assert (line.x1, line.x2) == pytest.approx((placed(picture, "50").x, placed(picture, "75").x))


def pictures(**how):
    made = report_data(**how)
    yield charts.element_bars(made.result)
    yield charts.distribution(made.result)
    yield charts.services(made.services)
    yield charts.services(made.services * 6)
    yield from (charts.classes(field, made.result.n) for field in made.result.profile)
    if made.priority:
        yield charts.quadrant(made.priority)
    if drawn := charts.trend(made.trend):
        yield drawn


@pytest.mark.parametrize("n", [0, 1, 4, 29, 300])
@pytest.mark.parametrize("hostile", [False, True])
def test_nothing_leaves_the_picture_whatever_the_data(n, hostile):
    for picture in pictures(n=n, services=12, hostile=hostile, former=11):
        for one in words_of(picture):
            left, top, right, bottom = box(one)
            assert left >= -0.5, one
            assert right <= picture.width + 0.5, one
            assert top >= -1.5, one
            assert bottom <= picture.height + 1, one
        for shape in picture.shapes:
            if isinstance(shape, Rect):
                assert shape.width >= 0, shape
                assert 0 <= shape.x <= shape.x + shape.width <= picture.width


@pytest.mark.parametrize("n", [0, 1, 4, 29, 300])
def test_every_picture_says_in_words_what_it_shows(n):
    for picture in pictures(n=n, services=2):
        assert picture.words.endswith(".")
        assert "None" not in picture.words
        assert "  " not in picture.words


def test_long_and_hostile_names_are_given_a_room(unit):
    named = [
        replace(r, about=replace(r.about, service=w))
        for r, w in zip(unit.services, (LONG, *HOSTILE), strict=False)
    ]
    for one in words_of(charts.services(named)):
        if one.anchor == "start" and one.x == 0:
            assert one.room > 0
