"""The index itself: hand calculations, blanks, several questions per element, and properties that must hold."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc.instruments.reader import instrument
from calc.scoring.convention import ConventionError, convention
from calc.scoring.index import result
from calc.scoring.result import About
from calc.scoring.tally import Tally

EXACT = convention("exact")
SKM = instrument("skm-2017")


def _result(scores, asked=SKM, chosen=EXACT, **more):
    scores = np.array(scores, np.uint8).reshape(-1, len(asked.items))
    complete = Tally.of_scores(scores[(scores > 0).all(axis=1)], asked.scale)
    return result(asked, Tally.of_scores(scores, asked.scale), chosen, complete_tally=complete, **more)


def test_all_highest_is_100_and_all_lowest_is_25():
    assert (_result([[4] * 9] * 3).converted, _result([[4] * 9] * 3).grade) == (Decimal("100.00"), "A")
    assert (_result([[1] * 9] * 3).converted, _result([[1] * 9] * 3).grade) == (Decimal("25.00"), "D")


@pytest.mark.parametrize(("name", "high", "low"), [("0.111", "99.90", "24.98"), ("0.11", "99.00", "24.75")])
def test_cut_weights_do_not_reach_100_and_fall_below_25(name, high, low):
    """9 x 0,111 x 4 x 25 = 99,90 and 9 x 0,111 x 25 = 24,975; the lowest still has a grade."""
    chosen = convention(name)
    assert str(_result([[4] * 9], chosen=chosen).converted) == high
    lowest = _result([[1] * 9], chosen=chosen)
    assert (str(lowest.converted), lowest.grade) == (low, "D")


def test_a_blank_is_not_a_zero_and_divides_by_those_who_answered():
    """U1: 4 and 2 answered, one blank: 6 / 2 = 3, not 6 / 3 = 2."""
    rows = [[4, *[3] * 8], [2, *[3] * 8], [0, *[3] * 8]]
    found = _result(rows)
    first = found.elements[0]
    assert (first.n, first.total, first.mean) == (2, 6, 3)
    assert (found.n, found.incomplete) == (3, 1)
    assert found.index == 3


def test_the_index_of_complete_responses_alone_stands_beside_it():
    """Two complete responses of 4 and 2 (mean 3); with the third, U1 stays 3 and the others become 10 / 3."""
    found = _result([[4] * 9, [2] * 9, [0, *[4] * 8]])
    assert found.complete_only == Decimal("75.00")
    assert found.index == Fraction(1, 9) * (3 + 8 * Fraction(10, 3))


def test_complete_responses_have_no_second_index():
    assert _result([[4] * 9]).complete_only is None


def test_nobody_gives_no_index_and_no_error():
    found = _result(np.zeros((0, 9)))
    assert (found.n, found.index, found.converted, found.grade, found.interval) == (0, None, None, None, None)
    assert all(e.mean is None and e.n == 0 and e.grade is None for e in found.elements)
    assert found.other_conventions == ()


def test_an_element_that_nobody_answered_gives_no_index_but_the_other_elements_stay():
    found = _result([[0, *[4] * 8], [0, *[3] * 8]])
    assert found.index is None and found.grade is None
    assert [e.mean for e in found.elements] == [None, *[Fraction(7, 2)] * 8]


def test_several_questions_of_an_element_are_pooled(small):
    """cepat: (4 + 2 + 3) / 3 answers = 3; ramah: (1 + 2) / 2 = 3/2; index 3/4 + 9/8 = 15/8; x 25 = 46,875."""
    found = _result([[4, 2, 1], [3, 0, 2]], small)
    assert [(e.key, e.n, e.total, e.mean) for e in found.elements] == [
        ("cepat", 3, 9, 3),
        ("ramah", 2, 3, Fraction(3, 2)),
    ]
    assert found.index == Fraction(15, 8)
    assert (str(found.converted), found.grade) == ("46.88", "B")
    assert found.elements[0].counts == (0, 1, 1, 1)


def test_rounding_steps_come_in_their_order():
    """10/3 = 3.333… -> 3.33; x 0.111 = 0.36963 -> 0.37; x 9 = 3.33; x 25 = 83.25."""
    rows = [[4] * 9, [3] * 9, [3] * 9]
    found = _result(rows, chosen=convention("0.111-nrr2-weighted2"))
    assert found.elements[0].mean == Fraction("3.33")
    assert found.elements[0].weighted == Fraction("0.37")
    assert found.index == Fraction("3.33") and str(found.converted) == "83.25"


def test_a_half_is_rounded_up():
    """9 elements, 8 of mean 3 and one of 3 + x: sums chosen so that the converted index is exactly 76.605."""
    # 76.605 / 25 = 3.0642; x 9 = 27.5778; 1000 respondents x 27.5778 = 27577.8, so take 5000: sum 137889
    each, rest = divmod(137_889, 9)
    rows = np.full((5000, 9), 3, np.uint8)
    for column in range(9):
        rows[: each + (column < rest) - 15_000, column] = 4
    found = _result(rows)
    assert found.index * 25 == Fraction("76.605")
    assert (str(found.converted), found.grade) == ("76.61", "B")


def test_blanks_without_the_complete_tally_are_refused():
    tally = Tally.of_scores(np.array([[0, *[4] * 8]], np.uint8), 4)
    with pytest.raises(ValueError, match="complete_tally"):
        result(SKM, tally, EXACT)
    with pytest.raises(ValueError, match="complete_tally"):
        result(SKM, tally, EXACT, complete_tally=tally)


def test_a_tally_of_another_questionnaire_is_refused():
    with pytest.raises(ValueError, match="shape"):
        result(SKM, Tally.zero(14, 4), EXACT)


def test_a_convention_of_another_questionnaire_is_refused():
    with pytest.raises(ConventionError):
        result(SKM, Tally.zero(9, 4), convention("0.071"))


def test_the_population_gives_the_sample_target_and_stays_with_the_result():
    """Krejcie and Morgan: 1000 -> 278."""
    assert _result([[4] * 9], population=1000).target == 278
    assert _result([[4] * 9], about=About(population=1000)).target == 278
    assert _result([[4] * 9], population=1000).about.population == 1000
    assert _result([[4] * 9]).target is None


answers = arrays(np.uint8, st.tuples(st.integers(1, 12), st.just(9)), elements=st.integers(0, 4))
complete = arrays(np.uint8, st.tuples(st.integers(1, 12), st.just(9)), elements=st.integers(1, 4))


@given(answers)
@settings(max_examples=60, deadline=None)
def test_the_index_stays_between_25_and_100(scores):
    found = _result(scores)
    if found.converted is not None:
        assert Decimal(25) <= found.converted <= Decimal(100)
    assert (found.index is None) == bool((scores == 0).all(axis=0).any())


@given(answers, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_respondents_does_not_matter(scores, random):
    rows = list(scores)
    random.shuffle(rows)
    assert _result(np.array(rows)) == _result(scores)


@given(complete)
@settings(max_examples=40, deadline=None)
def test_the_index_of_complete_answers_is_the_plain_mean_of_all_scores(scores):
    assert _result(scores).index == Fraction(int(scores.sum()), scores.size)


@given(answers)
@settings(max_examples=40, deadline=None)
def test_a_wholly_blank_response_changes_no_mean(scores):
    more = np.vstack([scores, np.zeros((1, 9), np.uint8)])
    before, after = _result(scores), _result(more)
    assert [e.mean for e in after.elements] == [e.mean for e in before.elements]
    assert after.n == before.n + 1


@given(complete, st.integers(0, 8))
@settings(max_examples=40, deadline=None)
def test_a_higher_score_never_lowers_the_index(scores, column):
    better = scores.copy()
    better[0, column] = 4
    assert _result(better).index >= _result(scores).index
