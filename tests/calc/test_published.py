"""Published results come out to the last printed digit; sources stand in published_figures.json."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest

from calc.instruments.reader import instrument
from calc.rounding import round_half_up
from calc.scoring.convention import usual

TOTALS = "a01 a05 a09 a11 a13 a15 a20 a24 a26".split()
MEANS = "a06 a07 a30".split()
LETTERS = "a33 a37 a38 a39".split()

# n, sums U1..U9, then index and letter under exact, 0.111, 0.11 and 0.111 with weighted means cut to two decimals.
# Source: totals of the published reports (a01, a05) and of the raw tables b01-b03; letters by the borders of
# PermenPANRB 14/2017, computed by hand from the sums.
NINE = """
a01           187  630 643 636 720 622 653 659 707 630           87.64 B  87.55 B  86.76 B  87.50 B
a05           1    4 4 4 4 4 4 4 4 4                             100.00 A 99.90 A  99.00 A  99.00 A
b01           32   105 104 110 109 113 110 111 110 110           85.24 B  85.16 B  84.39 B  85.00 B
b02           201  693 726 672 598 683 686 683 706 765           85.85 B  85.76 B  84.99 B  85.75 B
b03-2018      10   32 37 30 38 31 31 30 30 39                    82.78 B  82.70 B  81.95 B  82.25 B
b03-2019      243  765 768 766 868 763 773 782 770 835           81.05 B  80.97 B  80.24 B  81.00 B
b03-2020      401  1218 1223 1213 1399 1216 1220 1229 1222 1333  78.09 B  78.01 B  77.31 B  78.50 B
b03-2020-s2   345  1037 1038 1033 1197 1039 1039 1044 1043 1135  77.33 B  77.26 B  76.56 C  77.25 B
b03-2021      299  1082 1082 1086 967 1072 1077 1080 1074 1066   89.06 A  88.97 A  88.17 B  89.00 A
b03-2022      717  2850 2848 2846 2763 2825 2826 2830 2832 2829  98.59 A  98.50 A  97.61 A  98.75 A
b03-2023      338  1350 1346 1226 1199 1343 1344 1341 1344 1335  97.21 A  97.11 A  96.23 A  96.75 A
b03           2008 7297 7304 7167 7234 7250 7271 7292 7272 7437  90.64 A  90.55 A  89.74 A  90.25 A
"""
NINE_NAMES = ("exact", "0.111", "0.11", "0.111-weighted2")

# Index and letter under exact, 0.071, 0.071 with weighted means cut to two decimals, and NRR cut as well.
FOURTEEN = """
a09  80.67 B  80.18 B  80.50 B  80.50 B
a11  81.97 A  81.48 A  81.25 B  81.25 B
a13  81.87 A  81.38 A  81.25 B  81.25 B
a15  78.57 B  78.10 B  78.00 B  78.00 B
a20  82.44 A  81.95 A  81.25 B  83.25 A
a24  89.29 A  88.75 A  89.00 A  89.00 A
a26  87.50 A  86.98 A  87.50 A  87.50 A
"""
FOURTEEN_NAMES = ("exact", "0.071", "0.071-weighted2", "0.071-nrr2-weighted2")


def _decimals(printed: str) -> int:
    return len(printed.partition(".")[2])


def _row(figures, case):
    return next(figure for figure in figures if figure["id"] == case)


@pytest.mark.parametrize("case", TOTALS)
def test_a_published_index_comes_out_to_its_last_digit(case, figures, from_totals):
    row = _row(figures, case)
    found = from_totals(row["instrument"], row["n"], row["totals"], row["convention"])
    assert round_half_up(found.index, _decimals(row["skm"])) == Decimal(row["skm"])
    assert round_half_up(found.index * 25, _decimals(row["ikm"])) == Decimal(row["ikm"])
    assert row.get("performance") in (None, found.performance)


@pytest.mark.parametrize("case", MEANS)
def test_a_published_index_lies_between_what_its_rounded_means_allow(case, figures, from_totals):
    """Only element means with two decimals were printed: each may be half a hundredth off."""
    row, half = _row(figures, case), Fraction(5, 1000)
    n, means = row["n"], [Fraction(mean) for mean in row["means"]]
    low = from_totals("ikm-2004", n, [ceil((mean - half) * n) for mean in means], "0.071")
    high = from_totals("ikm-2004", n, [floor((mean + half) * n) for mean in means], "0.071")
    assert low.converted <= Decimal(row["ikm"]) <= high.converted
    assert high.converted - low.converted < Decimal("0.3")


@pytest.mark.parametrize("case", LETTERS)
def test_a_published_index_has_its_published_letter(case, figures, skm):
    row = _row(figures, case)
    assert skm.band(Decimal(row["ikm"])).grade == row["letter"]


@pytest.mark.parametrize("line", NINE.strip().splitlines(), ids=lambda line: line.split()[0])
def test_nine_elements_give_the_published_letter_under_every_convention(line, from_totals):
    words = line.split()
    n, totals, pairs = int(words[1]), [int(w) for w in words[2:11]], words[11:]
    for position, name in enumerate(NINE_NAMES):
        found = from_totals("skm-2017", n, totals, name)
        assert (str(found.converted), found.grade) == tuple(pairs[2 * position : 2 * position + 2]), name


@pytest.mark.parametrize("line", FOURTEEN.strip().splitlines(), ids=lambda line: line.split()[0])
def test_fourteen_elements_give_the_published_letter_under_every_convention(line, figures, from_totals):
    case, *pairs = line.split()
    row = _row(figures, case)
    for position, name in enumerate(FOURTEEN_NAMES):
        found = from_totals("ikm-2004", row["n"], row["totals"], name)
        assert (str(found.converted), found.grade) == tuple(pairs[2 * position : 2 * position + 2]), name


def test_another_letter_under_another_convention_is_told(from_totals):
    """b03, second semester 2020: 77,33 is B, but 0,11 makes it 76,56 and C."""
    found = from_totals("skm-2017", 345, [1037, 1038, 1033, 1197, 1039, 1039, 1044, 1043, 1135])
    assert [(o.convention, str(o.converted), o.grade) for o in found.other_grade] == [("0.11", "76.56", "C")]


def test_the_other_conventions_are_the_usual_ones_without_the_chosen(from_totals):
    found = from_totals("skm-2017", 32, [105, 104, 110, 109, 113, 110, 111, 110, 110], "0.11")
    names = [convention.name for convention in usual(instrument("skm-2017"))]
    assert [other.convention for other in found.other_conventions] == [n for n in names if n != "0.11"]


@pytest.mark.parametrize(
    ("n", "totals", "exact", "three", "two"),
    [
        # worked example of an app's manual: 29 respondents; it prints 90.56 and calls it 0,1111
        (29, [105, 101, 100, 116, 102, 105, 106, 105, 115], "91.4751", "91.3836", "90.5603"),
        # worked sheet with live formulas: 32 respondents, prints 85.24305556
        (32, [105, 104, 110, 109, 113, 110, 111, 110, 110], "85.2431", "85.1578", "84.3906"),
    ],
    ids=["gaspul", "airawant"],
)
def test_two_public_worked_examples_come_out(n, totals, exact, three, two, from_totals):
    for name, expected in (("exact", exact), ("0.111", three), ("0.11", two)):
        found = from_totals("skm-2017", n, totals, name)
        assert str(round_half_up(found.index * 25, 4)) == expected
