"""Many indexes at once are those that are computed one by one, to the last hundredth and on every border."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.instruments.reader import instrument, read_instrument
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.index_arrays import NONE, bands, converted
from calc.scoring.tally import Tally

SKM = instrument("skm-2017")
FITTING = {
    "skm-2017": [
        "exact",
        "0.111",
        "0.11",
        "0.11-nrr2",
        "0.111-weighted2",
        "0.111-nrr2-weighted2",
        "exact-nrr2",
    ],
    "ikm-2004": ["exact", "0.071", "0.071-weighted2", "0.071-nrr2-weighted2", "exact-nrr2"],
    "kecil": ["exact", "exact-nrr2", "exact-weighted2", "exact-nrr2-weighted2"],
}


@pytest.fixture(scope="module")
def instruments(small_text, tmp_path_factory):
    path = tmp_path_factory.mktemp("kuesioner") / "kecil.toml"
    path.write_text(small_text, encoding="utf-8")
    return {"skm-2017": SKM, "ikm-2004": instrument("ikm-2004"), "kecil": read_instrument(path)}


def _many(asked, tallies, name):
    """What the table says of each group: (converted, grade)."""
    found = converted(
        asked,
        np.stack([tally.answered for tally in tallies]),
        np.stack([tally.totals for tally in tallies]),
        convention(name),
    )
    grades = [None if at == NONE else asked.bands[at].grade for at in bands(asked, found)]
    values = [None if value == NONE else Decimal(int(value)) / 100 for value in found]
    return list(zip(values, grades, strict=True))


@given(st.sampled_from([(key, name) for key, names in FITTING.items() for name in names]), st.data())
@settings(max_examples=150, deadline=None)
def test_every_group_has_the_value_and_grade_of_its_own_result(instruments, way, data):
    """Few respondents make halves common: with eight answers to each question, one value in sixteen is a half."""
    key, name = way
    asked = instruments[key]
    k = len(asked.items)
    sizes = data.draw(st.lists(st.integers(0, 17), min_size=1, max_size=6))
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    tallies = []
    for n in sizes:
        scores = random.integers(data.draw(st.integers(0, 1)), 5, (n, k)).astype(np.uint8)
        tallies.append(Tally.of_scores(scores, 4))
    alone = [result(asked, t, convention(name), complete_tally=Tally.zero(k, 4)) for t in tallies]
    assert _many(asked, tallies, name) == [(one.converted, one.grade) for one in alone]


def _same_mean(n, total):
    """Every element with n answers that sum to total, as arrays for one group."""
    return np.full((1, 9), n), np.full((1, 9), total)


@pytest.mark.parametrize(
    ("total", "value", "grade"),
    [(17_661, 8831, "A"), (17_660, 8830, "B"), (17_662, 8831, "A")],
)
def test_the_half_below_the_border_of_grade_a_is_rounded_up(total, value, grade):
    """5,000 respondents: 17661/5000 = 3.5322, times 25 = 88.305 = 88.31: A. A point less is 88.3000: B."""
    found = converted(SKM, *_same_mean(5_000, total), convention("exact"))
    assert found.tolist() == [value]
    assert SKM.bands[bands(SKM, found)[0]].grade == grade


def test_every_half_of_up_to_250_respondents_is_rounded_up():
    """All means total/n whose hundredths 2500 x total/n end in ,5; a float often falls a little below."""
    pairs = [
        (n, t) for n in range(1, 251) for t in range(n, 4 * n + 1) if 5000 * t % n == 0 and 5000 * t // n % 2
    ]
    n, total = (np.repeat(np.array(column)[:, None], 9, axis=1) for column in zip(*pairs, strict=True))
    by_hand = [(Decimal(2500 * t) / Decimal(n)).quantize(Decimal(1), ROUND_HALF_UP) for n, t in pairs]
    assert converted(SKM, n, total, convention("exact")).tolist() == [int(value) for value in by_hand]


def test_a_value_next_to_a_half_goes_its_own_way():
    """10**14 answers to each question: 2500 x t/n = 8830.5 at t = 3.5322 n, and one point more or less in one
    element moves it by 2500/9 x 10**-14 = 2.8 x 10**-12: less than nine added floats can tell.
    """
    n = np.full((3, 9), 10**14)
    total = np.full((3, 9), 35_322 * 10**10)
    total[0, 4] -= 1
    total[2, 4] += 1
    assert converted(SKM, n, total, convention("exact")).tolist() == [8830, 8831, 8831]


@pytest.mark.parametrize("name", ["exact", "0.111-weighted2", "exact-nrr2"])
def test_counts_beyond_what_floats_and_64_bits_hold_are_computed_as_fractions(name):
    """2**61 answers: twice, ten or a hundred times as much no longer fits."""
    n, total = np.full((1, 9), 2**60), np.full((1, 9), 2**61 + 2**60)
    expected = {"exact": 7500, "0.111-weighted2": 7425, "exact-nrr2": 7500}  # 9 x 0,33 x 25 = 74,25
    assert converted(SKM, n, total, convention(name)).tolist() == [expected[name]]


def test_no_index_where_an_element_has_no_answer(small):
    """The first element of the small questionnaire has two questions: one answered question is enough."""
    answered = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 0]])
    found = converted(small, answered, answered * 4, convention("exact"))
    assert found.tolist() == [10_000, 10_000, NONE, NONE]
    assert bands(small, found).tolist() == [0, 0, NONE, NONE]


def test_nobody_at_all_makes_an_empty_table():
    nothing = np.zeros((0, 9), np.int64)
    assert converted(SKM, nothing, nothing, convention("exact")).tolist() == []


@pytest.mark.parametrize("key", ["skm-2017", "ikm-2004", "kecil"])
def test_grades_change_exactly_at_the_lower_borders(instruments, key):
    values = np.arange(0, 10_001)
    expected = [instruments[key].band(Fraction(int(value), 100)) for value in values[2400:]]
    found = bands(instruments[key], values)
    assert [instruments[key].bands[at] for at in found[2400:]] == expected
    assert set(found[:2400].tolist()) == {len(instruments[key].bands) - 1}
