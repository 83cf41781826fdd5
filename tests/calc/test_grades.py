"""Every value has exactly one grade, and the printed number and the letter agree."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from calc.instruments.reader import instrument
from calc.rounding import round_half_up
from calc.scoring.index import printed_bands

# table of PermenPANRB 14/2017 and of KepmenPAN 25/2004: lowest and highest converted value of each grade
TABLES = {
    "skm-2017": {
        "D": ("25.00", "64.99"),
        "C": ("65.00", "76.60"),
        "B": ("76.61", "88.30"),
        "A": ("88.31", "100.00"),
    },
    "ikm-2004": {
        "D": ("25.00", "43.75"),
        "C": ("43.76", "62.50"),
        "B": ("62.51", "81.25"),
        "A": ("81.26", "100.00"),
    },
}


@pytest.mark.parametrize("key", TABLES)
def test_every_thousandth_from_25_to_100_has_exactly_the_grade_that_its_print_has(key):
    table = TABLES[key]
    asked = instrument(key)
    for thousandth in range(25_000, 100_001):
        value = Fraction(thousandth, 1000)
        printed = round_half_up(value, 2)
        holding = [g for g, (low, high) in table.items() if Decimal(low) <= printed <= Decimal(high)]
        assert [asked.band(value).grade] == holding, value


@pytest.mark.parametrize(
    ("value", "grade"),
    [
        ("64.994", "D"), ("64.995", "C"), ("65", "C"),
        ("76.604", "C"), ("76.605", "B"), ("76.61", "B"),
        ("88.304", "B"), ("88.305", "A"), ("88.31", "A"),
        ("24.75", "D"), ("24.975", "D"), ("100", "A"),
    ],
)  # fmt: skip
def test_the_borders_of_2017_are_decided_on_the_printed_value(value, grade, skm):
    assert skm.band(Fraction(value)).grade == grade


def test_the_2004_table_is_graded_on_the_converted_value(from_totals):
    """NI 1,76 x 25 = 44,00 while the table prints 43,76: 43,80 is C although NI is below 1,76."""
    assert instrument("ikm-2004").band(Fraction("43.80")).grade == "C"


def test_the_grade_table_is_printed_as_the_regulations_print_it(skm):
    assert [row[:4] for row in printed_bands(skm)] == [
        ("3,5324 – 4,00", "88,31 – 100,00", "A", "Sangat Baik"),
        ("3,0644 – 3,532", "76,61 – 88,30", "B", "Baik"),
        ("2,60 – 3,064", "65,00 – 76,60", "C", "Kurang Baik"),
        ("1,00 – 2,5996", "25,00 – 64,99", "D", "Tidak Baik"),
    ]
    assert [row[:2] for row in printed_bands(instrument("ikm-2004"))] == [
        ("3,26 – 4,00", "81,26 – 100,00"),
        ("2,51 – 3,25", "62,51 – 81,25"),
        ("1,76 – 2,50", "43,76 – 62,50"),
        ("1,00 – 1,75", "25,00 – 43,75"),
    ]


def test_floats_are_refused_because_they_cannot_decide_a_half():
    with pytest.raises(TypeError):
        round_half_up(88.305, 2)  # type: ignore[arg-type]
