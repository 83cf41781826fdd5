"""What other programs got wrong: each mistake, and that ours does not make it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.tally import Tally

SKM = instrument("skm-2017")


def _result(scores, name="exact", **more):
    scores = np.asarray(scores, np.uint8)
    complete = Tally.of_scores(scores[(scores > 0).all(axis=1)], 4)
    return result(SKM, Tally.of_scores(scores, 4), convention(name), complete_tally=complete, **more)


@pytest.mark.parametrize("name", ["0.111", "0.11"])
def test_a_cut_weight_is_named_wherever_it_was_used(name):
    found = _result([[4] * 9], name)
    assert found.convention == name and name.replace(".", ",") in found.convention_words


def test_the_parts_add_up_to_the_whole():
    """An app multiplied rows by 0.11 and the total by 1/9."""
    for name in ("exact", "0.11", "0.111-weighted2", "exact-nrr2"):
        found = _result([[4, 3, 3, 2, 4, 4, 1, 3, 2], [3] * 9, [4] * 9], name)
        assert sum(e.weighted for e in found.elements) == found.index


def test_the_divisor_is_the_number_that_answered_not_the_sample_size():
    """An app divided by the sample size of Krejcie and Morgan: 1000 users of whom 400 answered gave 359."""
    assert _result([[4] * 9] * 400, population=1000).index == 4


def test_surplus_answers_count():
    """An app kept only as many answers as the sample size, the worst ones dropped: 100 high and 300 low answers."""
    found = _result([[4] * 9] * 100 + [[1] * 9] * 300, population=100)
    assert found.target == 80 and found.n == 400
    assert found.index == Fraction(7, 4)


def test_elements_not_all_answers_are_averaged():
    """Nine elements count alike even when one has few answers: (1 + 8 x 4) / 9, not 82 / 21."""
    rows = [[0, *[4] * 8]] * 9 + [[1, *[4] * 8]]
    assert _result(rows).index == Fraction(33, 9)


def test_a_persons_mean_is_not_rounded_first(small):
    """An app rounded each person's mean inside an element to a whole number: 4 and 3 became 4."""
    scores = np.array([[4, 3, 4]] * 10, np.uint8)
    found = result(small, Tally.of_scores(scores, 4), convention("exact"))
    assert found.elements[0].mean == Fraction(7, 2)


def test_values_just_above_a_border_are_not_cut_to_a_whole_number():
    """An app graded int(88.31) = 88: B."""
    assert [SKM.band(Fraction(v)).grade for v in ("88.31", "88.99", "76.61", "76.99")] == ["A", "A", "B", "B"]


def test_an_index_of_exactly_65_has_a_grade():
    """Another crashed: NI 2.6 lay in no closed range. 1000 persons with sums of 2600 each."""
    scores = np.array([[3] * 9] * 600 + [[2] * 9] * 400, np.uint8)
    found = _result(scores)
    assert (str(found.converted), found.grade) == ("65.00", "C")


def test_many_answers_do_not_freeze_the_index():
    """A running mean kept with two decimals stood still after some thousand answers."""
    scores = np.array([[3] * 9] * 20_000 + [[4] * 9] * 20_000, np.uint8)
    assert _result(scores).index == Fraction(7, 2)
