"""Which places in the diagram are certain: from counters alone, held against drawing the answers again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.tally import Tally
from calc.statistics.certainty import correlations_apart, means_apart, peakedness
from calc.statistics.correlation import covariances
from calc.statistics.priority import derived

SKM = instrument("skm-2017")
NINE = [(i,) for i in range(9)]
USUAL, CEILING = (
    (-2.0, -1.1, 0.3),
    (-2.8, -2.2, -1.0),
)  # where answers turn from 1 to 2, 3, 4: means 3,2 and 3,8


def answers(rng, n, load, lean, cuts=USUAL):
    """Scores of shape (n, 9) of one opinion that elements follow by `load`, the better the lower `lean`."""
    person, own = rng.standard_normal((n, 1)), rng.standard_normal((n, 9))
    raw = load * person + np.sqrt(1 - np.square(load)) * own - lean
    return (1 + sum((raw > cut).astype(int) for cut in cuts)).astype(np.uint8)


def placed(rows, population=None):
    tally = Tally.of_scores(rows, 4)
    found = derived(SKM, tally, result(SKM, tally, convention("exact")).elements, tally, population)
    assert found is not None
    return found.elements


def sides(rows):
    """Of every element, whether its mean and its correlation with the rest lie above their lines: numpy, row by row."""
    means = rows.mean(axis=0)
    rest = rows.sum(axis=1, keepdims=True, dtype=int) - rows
    with np.errstate(
        invalid="ignore"
    ):  # a draw in which all gave an element the same has no correlation of it
        r = np.array([np.corrcoef(rows[:, i], rest[:, i])[0, 1] for i in range(rows.shape[1])])
    return means >= means.mean(), r >= np.nanmean(r)


@pytest.mark.parametrize("cuts", [USUAL, CEILING], ids=["usual", "near the ceiling"])
@pytest.mark.parametrize("n", [100, 231, 1000])
def test_what_is_called_certain_stays_in_its_field_in_nine_of_ten_draws(n, cuts):
    rng = np.random.default_rng([2026, n])
    load, lean = np.array([0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.5]), np.linspace(-0.5, 0.5, 9)
    certain = 0
    for _ in range(6):
        rows = answers(rng, n, load, lean, cuts)
        good, important = sides(rows)
        stayed = np.zeros(9)
        for _ in range(100):
            again = sides(rows[rng.integers(0, n, n)])
            stayed += (again[0] == good) & (again[1] == important)
        for element in placed(rows):
            (at,) = SKM.items_of(element.key)  # facilities are asked eighth and listed ninth
            if element.certain:
                certain += 1
                assert stayed[at] >= 90, (element.code, stayed[at])
    assert certain or (n == 100 and cuts is CEILING)  # a test that calls nothing certain would prove nothing


@pytest.mark.parametrize("cuts", [USUAL, CEILING], ids=["usual", "near the ceiling"])
@pytest.mark.parametrize("n", [231, 5000])
def test_importance_that_differs_by_chance_alone_is_called_uncertain(n, cuts):
    """All elements follow the opinion alike: in 100 surveys some 5 may call one of the nine certain, 15 never."""
    rng = np.random.default_rng([7, n])
    alarms = 0
    for _ in range(100):
        rows = answers(rng, n, np.full(9, 0.7), np.zeros(9), cuts)
        tally = Tally.of_scores(rows, 4)
        alarms += any(correlations_apart(covariances(tally, NINE), n, peakedness(tally.counts.tolist())))
    assert alarms < 15


@pytest.mark.parametrize(
    ("n", "load", "cuts"), [(100, 0.5, (-2.0, -1.0, 0.0)), (300, 0.8, (-2.0, -1.2, -0.3))]
)
def test_of_a_hundred_surveys_with_skewed_answers_some_five_err_about_importance(n, load, cuts):
    """Answers that crowd at one end, weakly and strongly alike: 200 surveys, 10 may err, 17 happens once in 40 times."""
    rng = np.random.default_rng([11, n])
    alarms = 0
    for _ in range(200):
        rows = answers(rng, n, np.full(9, load), np.zeros(9), cuts)
        tally = Tally.of_scores(rows, 4)
        alarms += any(correlations_apart(covariances(tally, NINE), n, peakedness(tally.counts.tolist())))
    assert alarms <= 17


def test_without_the_peak_of_the_answers_chance_would_be_called_importance():
    """The factor for peaked answers is what keeps the promise near the ceiling: without it every fourth survey errs,
    even at the stricter level that correlations are held to."""
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(60):
        tally = Tally.of_scores(answers(rng, 1000, np.full(9, 0.7), np.zeros(9), CEILING), 4)
        alarms += any(correlations_apart(covariances(tally, NINE), 1000))
    assert alarms > 12


def test_the_error_of_a_correlation_alone_is_the_known_one():
    """Of nine equal correlations with nothing shared the covariances are (1 - r²)² on the diagonal: Pearson and Filon
    (1898). Two elements: both have the correlation r with the other, so they never differ."""
    assert correlations_apart([[2, 1], [1, 2]], 5000) == [False, False]


def test_the_margin_of_a_mean_is_that_of_its_distance_to_the_mean_of_all():
    """100 people, two elements: half say 4 and 3, half 3 and 4 (difference +1 or -1, mean 0); then 90 and 10.

    Distance of the first to the line d = (x - y) / 2. Second case: mean 0,4, variance of d = 0,25 - 0,16 = 0,09,
    sample variance 0,09 x 100 / 99, error 0,0302; quantile for two at 95 percent 2,28: margin 0,069 < 0,4.
    """
    for often, apart in ((50, False), (90, True)):
        rows = np.array([[4, 3]] * often + [[3, 4]] * (100 - often), np.uint8)
        tally = Tally.of_scores(rows, 4)
        means = [Fraction(int(total), 100) for total in tally.totals]
        assert means_apart(tally, [(0,), (1,)], means) == [apart, apart]


def test_fewer_than_a_hundred_whole_answers_make_nothing_certain():
    rng = np.random.default_rng(1)
    load, lean = np.array([0.1, *[0.9] * 8]), np.array([3.0, *[0.0] * 8])
    assert not any(e.certain for e in placed(answers(rng, 99, load, lean)))
    assert placed(answers(rng, 150, load, lean))[0].certain


def test_where_every_user_answered_nothing_is_left_to_chance():
    rows = answers(np.random.default_rng(1), 300, np.full(9, 0.7), np.zeros(9))
    assert all(e.certain for e in placed(rows, population=300))
    assert not all(e.certain for e in placed(rows, population=30_000))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([[0, 50, 50, 0]], -2 / 3),  # two equal points have kurtosis 1, excess -2
        ([[10, 80, 10]], 2 / 3),  # fourth moment 0,2 over variance 0,2 squared: 5, excess 2
        ([[0, 0, 7, 0]], 0),
        ([], 0),
    ],
)
def test_the_peak_of_answers_by_hand(counts, expected):
    assert peakedness(counts) == pytest.approx(expected)
