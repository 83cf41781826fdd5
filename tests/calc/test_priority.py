"""The quadrant: correlations person by person, ties, elements that all scored alike, asked importance, ranks."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.instruments.reader import instrument
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.tally import Tally
from calc.statistics.priority import derived

EXACT = convention("exact")
SKM = instrument("skm-2017")


def _derived(rows, asked=SKM):
    tally = Tally.of_scores(np.array(rows, np.uint8), 4)
    return derived(asked, tally, result(asked, tally, EXACT).elements)


def _elements(asked, rows):
    return result(asked, Tally.of_scores(np.array(rows, np.uint8), 4), EXACT).elements


def test_three_elements_of_one_case_by_hand(three_questions):
    """The five persons of the reliability case; all three means are 14/5: equal to their line, on the upper side.

    U1 0.944 (see there). U2: rest 2 5 5 8 8, covariance 1.65, 1.65 / sqrt(0.7 x 6.3) = 0.7857. U3: rest 3 4 6 7 8,
    covariance 2.15, 2.15 / sqrt(1.7 x 4.3) = 0.7952. Line (0.944 + 0.786 + 0.795) / 3 = 0.842.
    """
    found = _derived([[1, 2, 1], [2, 2, 3], [3, 3, 2], [4, 3, 4], [4, 4, 4]], three_questions)
    assert [
        (e.code, str(Decimal(float(e.importance)).quantize(Decimal("0.001")))) for e in found.elements
    ] == [
        ("U1", "0.944"),
        ("U2", "0.786"),
        ("U3", "0.795"),
    ]
    assert (found.performance_line, found.importance_line) == (Fraction(14, 5), Fraction("2.525") / 3)
    assert [e.quadrant for e in found.elements] == [2, 4, 4]


def test_importance_is_the_correlation_with_the_other_elements():
    rng = np.random.default_rng(5)
    rows = np.clip(np.rint(rng.normal(3.1, 0.5, (150, 1)) + rng.normal(0, 0.5, (150, 9))), 1, 4)
    found = {e.key: float(e.importance) for e in _derived(rows).elements}
    for i, item in enumerate(SKM.items):
        rest = rows.sum(axis=1) - rows[:, i]
        assert found[item.element] == pytest.approx(np.corrcoef(rows[:, i], rest)[0, 1], abs=0.0005)


def test_the_questions_of_one_element_count_as_one(small):
    """Element one is the mean of its two questions: its correlation with the other is that of the means."""
    rows = np.array([[1, 2, 1], [2, 2, 3], [3, 3, 2], [4, 3, 4], [4, 4, 4]])
    expected = np.corrcoef(rows[:, :2].mean(axis=1), rows[:, 2])[0, 1]
    assert [float(e.importance) for e in _derived(rows, small).elements] == pytest.approx(
        [expected] * 2, abs=5e-4
    )


def test_an_element_that_all_scored_alike_is_left_out_by_name():
    rows = np.random.default_rng(2).integers(1, 5, (40, 9))
    rows[:, SKM.items_of("biaya")[0]] = 4  # everybody: free of charge
    found = _derived(rows)
    assert "biaya" not in {e.key for e in found.elements}
    assert len(found.elements) == 8
    assert found.rule.endswith("Tidak ditempatkan: U4, karena semua responden memberinya nilai yang sama.")


@pytest.mark.parametrize(
    "rows", [[[4] * 9], [[4] * 9, [3] * 9], [[4] * 9] * 30], ids=["one", "two", "all alike"]
)
def test_too_few_or_equal_answers_give_no_quadrant(rows):
    assert _derived(rows) is None


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=3, max_size=12))
def test_each_element_is_placed_once_and_on_the_side_its_values_say(rows):
    found = _derived(rows)
    if found is None:
        return
    keys = [e.key for e in found.elements]
    assert len(keys) == len(set(keys))
    for e in found.elements:
        good, important = e.performance >= found.performance_line, e.importance >= found.importance_line
        assert e.quadrant == {(0, 1): 1, (1, 1): 2, (0, 0): 3, (1, 0): 4}[good, important]
    tops = [e for e in found.elements if e.importance == max(one.importance for one in found.elements)]
    assert all(e.quadrant in (1, 2) for e in tops)  # the highest is never below the mean
