"""The interval: equal to a calculation person by person, one value by hand, and right in 95 of 100 samples."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.scoring.convention import convention
from calc.scoring.index import result, shares
from calc.scoring.interval import ends, t_quantile, variance
from calc.scoring.tally import Tally

EXACT = convention("exact")
SKM = instrument("skm-2017")


def _result(scores, **more):
    complete = Tally.of_scores(scores[(scores > 0).all(axis=1)], 4)
    return result(SKM, Tally.of_scores(scores, 4), EXACT, complete_tally=complete, **more)


def _people(n, rng, blanks=0.0):
    """Correlated answers: a mood per person (some answer the same throughout) plus noise per question."""
    mood = rng.normal(3.2, 0.55, (n, 1))
    scores = np.clip(np.rint(mood + rng.normal(0, 0.45, (n, 9))), 1, 4).astype(np.uint8)
    scores[rng.random((n, 9)) < blanks] = 0
    return scores


def test_one_interval_by_hand():
    """Two persons, all 4 and all 2: converted 100 and 50, mean 75.

    Standard deviation 35.3553, standard error 35.3553 / sqrt(2) = 25; t with 1 degree of freedom 12.706:
    two thirds of the scale, whose logit ± 11.7 prints as the ends of the scale.
    """
    rows = np.array([[4] * 9, [2] * 9], np.uint8)
    assert variance(Tally.of_scores(rows, 4), shares(SKM, EXACT), Fraction(25)) == 625
    found = _result(rows).interval
    assert (found.low, found.high) == (Decimal("25.00"), Decimal("100.00"))


def test_another_interval_by_hand():
    """Ten persons all 3 and ten all 4: mean 87.5, deviations 12.5, variance 20/19 x 156.25 = 164.4737.

    Standard error sqrt(164.4737 / 20) = 2.86770 points, 0.0382360 of the scale of 75; t(19) = 2.09302. 87.5 is 5/6 of the
    scale, logit ln 5 = 1.609438; its standard error 0.0382360 / (5/6 x 1/6) = 0.275299, x t = 0.576207. Ends of the logit
    1.033231 and 2.185645, back: 0.737542 and 0.898953 of the scale, 80.3156 and 92.4215.
    """
    rows = np.array([[3] * 9] * 10 + [[4] * 9] * 10, np.uint8)
    found = _result(rows).interval
    assert (str(found.low), str(found.high)) == ("80.32", "92.42")


def test_a_population_narrows_it_by_hand():
    """The same twenty of a population of 80: x sqrt(1 - 20/80) = 0.866025: logit ± 0.499010, 81.4157 and 91.8791."""
    rows = np.array([[3] * 9] * 10 + [[4] * 9] * 10, np.uint8)
    found = _result(rows, population=80).interval
    assert (str(found.low), str(found.high)) == ("81.42", "91.88")


def test_it_equals_the_deviations_summed_person_by_person():
    """Each person moves the index by 25/9 x sum over elements of (score - mean) x answered / N_element."""
    rows = _people(200, np.random.default_rng(7), blanks=0.06)
    answered = rows > 0
    n_e = answered.sum(axis=0)
    mean = rows.sum(axis=0) / n_e
    moves = 25 / 9 * (((rows - mean) * answered) / n_e).sum(axis=1)
    expected = (moves**2).sum() * 200 / 199
    found = variance(Tally.of_scores(rows, 4), shares(SKM, EXACT), Fraction(25))
    assert float(found) == pytest.approx(expected, rel=1e-12)


def test_questions_of_one_element_share_its_mean(small):
    rows = np.array([[4, 2, 1], [3, 0, 2], [1, 2, 4], [2, 3, 3]], np.uint8)
    answered = rows > 0
    n = np.array([answered[:, :2].sum()] * 2 + [answered[:, 2].sum()])
    mean = np.array([rows[:, :2].sum()] * 2 + [rows[:, 2].sum()]) / n
    weight = np.array([1 / 4, 1 / 4, 3 / 4])
    moves = 25 * ((rows - mean) * answered * weight / n).sum(axis=1)
    found = variance(Tally.of_scores(rows, 4), shares(small, EXACT), Fraction(25))
    assert float(found) == pytest.approx((moves**2).sum() * 4 / 3, rel=1e-12)


def test_a_census_has_no_sampling_error(from_totals, scores_of):
    """As many people as answers: everybody was asked, both ends are the index."""
    rows = scores_of(33, [105] * 9)
    found = _result(rows, population=33)
    assert found.interval.low == found.interval.high == found.converted


@pytest.mark.parametrize("population", [1, 32])
def test_a_number_of_users_below_the_answers_promises_nothing(population, scores_of):
    """It is a mistaken number: the interval is that of an unknown population."""
    rows = scores_of(33, [105] * 9)
    assert _result(rows, population=population).interval == _result(rows).interval


@pytest.mark.parametrize("rows", [[[3] * 9], [[4] * 9] * 50, [[0, *[4] * 8], [0, *[3] * 8]]])
def test_answers_that_show_no_spread_promise_nothing(rows):
    """One person; fifty who all gave 4; an element without answers."""
    assert _result(np.array(rows, np.uint8)).interval is None


@pytest.mark.parametrize(
    ("freedom", "printed"),
    [(1, "12.706"), (19, "2.093"), (30, "2.042"), (31, "2.040"), (40, "2.021"), (60, "2.000"), (120, "1.980"), (1000, "1.962")],
)  # fmt: skip
def test_students_t_is_that_of_printed_tables(freedom, printed):
    assert abs(t_quantile(freedom) - Decimal(printed)) <= Decimal("0.0005")


def test_the_interval_stays_inside_what_the_weights_reach():
    """0,11: the index lies between 24.75 and 99.00; nine people all 4, one all 1: 0.9 of that scale, variance 0.01.

    logit ln 9 ± t(9) 2.26216 x 0.1 / 0.09 = 2.197225 ± 2.513511: 0.421580 and 0.991082 of the scale of 74.25.
    """
    rows = np.array([[4] * 9] * 9 + [[1] * 9], np.uint8)
    found = result(SKM, Tally.of_scores(rows, 4), convention("0.11")).interval
    assert (str(found.low), str(found.high)) == ("56.05", "98.34")


def test_an_interval_near_an_end_by_hand():
    """One of thirty gave 3 to one question, all else is 4: 1 - 1/810 of the scale, standard error 1/810.

    So (1/810)² / (1/810)² = 1 (effective) person lies off the end, four are missing of five: 4/5 of a person in the middle
    are added. Mean (30 x 0.998765 + 0.4) / 30.8 = 0.985810; squares 30 x 29 / 810² + 0.8 x 30 / 30.8 x 0.498765² = 0.195170;
    error sqrt(0.195170 / 30.8 / 29.8) = 0.0145822; logit 4.24098 - t(29) 2.04523 x 0.0145822 / 0.0139886 = 2.10897:
    0.891775 of the scale, 91.88. The upper end is that of the thirty alone: logit ln 809 + 2.04523 x 810 / 809 = 8.743553,
    0.999841, 99.99. The index is 99.91, its margin 2.04523 x 75 / 810 = 0.19: 100 is never reached, so nothing is cut.
    """
    rows = np.full((30, 9), 4, np.uint8)
    rows[0, 0] = 3
    found = _result(rows).interval
    assert (str(found.low), str(found.high), str(found.margin)) == ("91.88", "99.99", "0.19")
    mirrored = _result(5 - rows).interval
    assert (str(mirrored.low), str(mirrored.high)) == ("25.01", "33.12")


def test_many_ends_at_once_are_those_of_each_alone():
    """The formula takes arrays, for lists of many units."""
    share, spread = np.array([0.5, 0.9, 0.99, 1.0]), np.array([0.001, 0.002, 0.0001, 0.00002])
    freedom, unasked = np.array([29, 59, 99, 299]), np.array([1.0, 0.5, 1.0, 0.3])
    quantile = np.array([float(t_quantile(each)) for each in freedom.tolist()])
    low, high = ends(share, spread, freedom, quantile, unasked)
    alone = [ends(*map(float, one)) for one in zip(share, spread, freedom, quantile, unasked, strict=True)]
    assert list(zip(low, high, strict=True)) == [pytest.approx(one, rel=1e-13) for one in alone]
    assert ((low > 0) & (low < share) & (share <= high) & (high <= 1)).all()


def test_an_interval_holds_its_value_also_where_rounded_weights_fall_below_the_scale():
    """Weighted means cut to two decimals: 1 and 32/31 over 9 become 0.11, nine times 0.99, x 25 = 24.75 below 25."""
    scores = np.ones((31, 9), np.uint8)
    scores[0, 0] = 2
    found = result(SKM, Tally.of_scores(scores, 4), convention("exact-weighted2"))
    assert str(found.converted) == "24.75"
    assert found.interval.low <= found.converted <= found.interval.high
