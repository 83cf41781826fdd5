"""More than chance? Equal to Welch's test, silent about the noise of few people, loud about a true drop of many."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np

from calc.instruments.reader import instrument
from calc.scoring.comparison import beyond_chance, change
from calc.scoring.convention import convention
from calc.scoring.index import ni, result, shares
from calc.scoring.interval import estimate, welch_freedom
from calc.scoring.tally import Tally

EXACT = convention("exact")
SKM = instrument("skm-2017")


def _of(rows, population=None):
    tally = Tally.of_scores(np.asarray(rows, np.uint8), 4)
    return estimate(tally, shares(SKM, EXACT), SKM.factor, ni(SKM, tally, EXACT), population)


def _result(rows):
    return result(SKM, Tally.of_scores(np.asarray(rows, np.uint8), 4), EXACT)


def _alike(*scores):
    """Persons who gave one score to everything: each is worth 25 x the score."""
    return [[score] * 9 for score in scores]


def _people(rng, n, level):
    mood = rng.normal(level, 0.55, (n, 1))
    return np.clip(np.rint(mood + rng.normal(0, 0.45, (n, 9))), 1, 4)


def test_a_rise_equals_welchs_test_of_scipy():
    """60 persons (40 x 4, 18 x 3, 2 x 2) after 50 (20 x 4, 22 x 3, 6 x 2, 2 x 1), each worth 25 x score.

    scipy 1.17.1 stats.ttest_ind(equal_var=False).confidence_interval(0.95): 4.1397 … 17.5270, df 83.90, difference
    90.8333 - 80. With df rounded down to 83 the half is 6.69469 instead of 6.69363: 4.1386 … 17.5280.
    """
    found = change(
        _of(_alike(*[4] * 40, *[3] * 18, *[2] * 2)), _of(_alike(*[4] * 20, *[3] * 22, *[2] * 6, *[1] * 2))
    )
    assert (str(found.difference), str(found.low), str(found.high)) == ("10.83", "4.14", "17.53")
    assert found.real


def test_a_rise_of_few_equals_welchs_test_and_is_no_more_than_chance():
    """79.1667 after 75: scipy 1.17.1 has df 8.826; with df 8, t = 2.30600 and the half is 25.4211."""
    found = change(_of(_alike(4, 3, 3, 4, 2, 3)), _of(_alike(3, 2, 4, 3, 3)))
    assert (str(found.difference), str(found.low), str(found.high)) == ("4.17", "-21.25", "29.59")
    assert not found.real


def test_the_interval_of_a_change_lies_around_the_exact_difference():
    """Nine persons, one of them 1 and the others 2 (converted 425/9 = 47.2222), after nine who gave 3 twice (500/9 = 55.5556).

    Printed 47.22 - 55.56 = -8.34; exactly -75/9 = -8.3333. Variances 25²/9² and 2 x 7/8 x 25²/9² = 7.71605 and 13.50309,
    degrees 21.21914² / ((7.71605² + 13.50309²) / 8) = 14.89, so 14: t = 2.14479, half 2.14479 x sqrt(21.21914) = 9.87976.
    """
    found = change(_of(_alike(1, *[2] * 8)), _of(_alike(*[2] * 7, 3, 3)))
    assert (str(found.difference), str(found.low), str(found.high)) == ("-8.34", "-18.21", "1.55")


def test_two_censuses_show_the_difference_of_their_printed_values():
    """47.22 - 55.56 = -8.34, and nothing else beside it: there is no error around it."""
    found = change(_of(_alike(1, *[2] * 8), 9), _of(_alike(*[2] * 7, 3, 3), 9))
    assert [str(each) for each in (found.difference, found.low, found.high)] == ["-8.34"] * 3


def test_lists_call_a_difference_real_by_the_ends_that_face_each_other():
    """Ten 3 and ten 4: 87.5 (80.32 to 92.42), after twenty 2 and twenty 4: 75 (66.37 to 82.36): 12.5² = 156.25 is
    more than 7.18² + 7.36² = 105.7. After five 2, twenty-two 3 and thirteen 4 (80) it is 7.5² = 56.25 against 7.18² + 4.9² = 75.6.
    """
    now = _result(_alike(*[3] * 10, *[4] * 10))
    assert (str(now.interval.low), str(now.interval.high)) == ("80.32", "92.42")
    before = _result(_alike(*[2] * 20, *[4] * 20))
    assert (str(before.interval.low), str(before.interval.high)) == ("66.37", "82.36")
    assert beyond_chance(now, before, SKM.factor)
    assert beyond_chance(before, now, SKM.factor)
    near = _result(_alike(*[2] * 5, *[3] * 22, *[4] * 13))
    assert not beyond_chance(now, near, SKM.factor)
    assert not beyond_chance(now, _result(_alike(4)), SKM.factor)


def test_degrees_of_freedom_by_hand():
    """Variances 4 and 9 with 9 and 19: 13² / (16/9 + 81/19) = 169 / 6.0409 = 27.98, rounded down."""
    assert welch_freedom([(Fraction(4), 9), (Fraction(9), 19)]) == 27


def test_one_answer_and_no_answer_cannot_be_compared():
    many = _of(_alike(*[3] * 20, *[4] * 20))
    assert change(many, None) is None
    assert change(many, _of(_alike(3))) is None
    assert change(_of(_alike(3)), many) is None


def test_two_periods_in_which_all_were_alike_are_equal_or_unknown():
    five, six = _of(_alike(*[4] * 5)), _of(_alike(*[4] * 6))
    assert change(five, six).difference == 0
    assert not change(five, six).real
    assert change(five, _of(_alike(*[3] * 5))) is None


def test_few_people_who_were_all_content_do_not_make_the_next_period_a_fall():
    later = _of(_alike(*[3] * 100, *[4] * 100))
    assert change(later, _of(_alike(4, 4))) is None
    assert change(later, _of(_alike(*[4] * 40))).real  # forty who were all content are a value


def test_two_censuses_differ_for_certain():
    """Everybody answered, both times: 75 and 100 are no samples."""
    found = change(_of(_alike(3, 3, 3), 3), _of(_alike(4, 4, 4), 3))
    assert (found.difference, found.low, found.high, found.real) == (-25, -25, -25, True)


def test_no_end_leaves_what_scores_can_reach():
    found = change(_of(_alike(1, 4)), _of(_alike(1, 4)))
    assert (found.low, found.high) == (Decimal("-75.00"), Decimal("75.00"))


def test_the_noise_of_few_people_gives_no_alert_and_a_true_fall_of_many_does():
    """Ten people twice from the same crowd: at most 7 of 100 alarms. 300 people, one in three a step lower: all."""
    rng = np.random.default_rng(20_260_701)
    pairs = [change(_of(_people(rng, 10, 3.2)), _of(_people(rng, 10, 3.2))) for _ in range(300)]
    alarms = sum(found is not None and found.real for found in pairs)
    assert alarms <= 300 * 0.07
    falls = [change(_of(_people(rng, 300, 2.9)), _of(_people(rng, 300, 3.2))) for _ in range(40)]
    assert all(found.real and found.difference < 0 for found in falls)
