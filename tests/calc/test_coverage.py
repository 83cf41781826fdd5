"""The interval keeps its promise: in 93 to 97 of 100 draws it holds the true index, at every level and size of sample."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.scoring.convention import convention
from calc.scoring.index import ni, shares
from calc.scoring.interval import bounds, ends, estimate, t_quantile
from calc.scoring.rollup import Part
from calc.scoring.rollup import estimate as rolled
from calc.scoring.tally import Tally

EXACT = convention("exact")
SKM = instrument("skm-2017")
SHARES = shares(SKM, EXACT)
DRAWS = 20_000
ITEMS, SCALE = 9, 4
SUMS = np.arange(ITEMS, ITEMS * SCALE + 1)  # what the scores of one person can add up to
PART = (SUMS - ITEMS) / (ITEMS * (SCALE - 1))  # the same between 0 (all 1) and 1 (all 4)


def _crowd(rng, n, level=3.1, alike=0.0):
    """People whose answers hang together: a mood of their own and chance for every question.

    level : where the moods lie; it may lie above the scale, where most are wholly content and few are not
    alike : part of the people who give one score to every question
    """
    mood = rng.normal(level, 0.55, (n, 1))
    noise = rng.normal(0, 0.45, (n, ITEMS)) * (rng.random((n, 1)) >= alike)
    return np.clip(np.rint(mood + noise), 1, SCALE).astype(np.uint8)


def _index(rows):
    return 25 * float(rows.mean())


def _crowd_of(index, seed, n=50_000, **kind):
    """A crowd whose true index is the one asked for (to a tenth): the same moods, moved up or down."""
    low, high = 0.0, 7.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if _index(_crowd(np.random.default_rng(seed), n, middle, **kind)) < index
            else (low, middle)
        )
    return _crowd(np.random.default_rng(seed), n, low, **kind)


def _samples(everyone, n, population, rng, draws):
    """How many people of each sum were drawn, int64 of shape (draws, sums), and the true part of the scale of each draw.

    Without `population` the crowd is so large that drawing changes nothing; else towns of that many people are
    taken out of it, a twentieth of the draws from each, and nobody is asked twice.
    """
    sums = everyone.sum(axis=1, dtype=np.int64)
    if population is None:
        counts = np.bincount(sums, minlength=SUMS[-1] + 1)[ITEMS:]
        share = counts / counts.sum()
        return rng.multinomial(n, share, draws), np.full(draws, share @ PART)
    drawn, truth = [], []
    for _ in range(20):
        town = np.bincount(rng.choice(sums, population, replace=False), minlength=SUMS[-1] + 1)[ITEMS:]
        drawn.append(rng.multivariate_hypergeometric(town, n, draws // 20))
        truth.append(np.full(draws // 20, town @ PART / population))
    return np.concatenate(drawn), np.concatenate(truth)


def _ends(drawn, n, population):
    """Ends of many samples at once; the variance of complete answers is that of the people's own means."""
    share = drawn @ PART / n
    unasked = 1.0 if population is None else 1 - n / population
    spread = (drawn * (PART - share[:, None]) ** 2).sum(axis=1) / (n - 1) / n * unasked
    known = spread > 1e-12
    found = np.full((2, len(drawn)), np.nan)
    found[:, known] = ends(share[known], spread[known], n - 1, float(t_quantile(n - 1)), unasked)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("alike", [0.0, 0.3])
@pytest.mark.parametrize("index", [50, 77, 90, 94, 97, 98.5])
def test_the_true_index_lies_inside_at_every_level(index, alike):
    """30, 60, 100, 300 answers, of a crowd without end and of towns of 450; a sample without interval counts as missed.

    Laid on the index itself instead of its logit, and cut at 100, only 86 of 100 held 98.5 (n = 30).
    """
    everyone = _crowd_of(index, 20_261_124, alike=alike)
    assert abs(_index(everyone) - index) < 0.1
    rng = np.random.default_rng(int(index * 10))
    held = {}
    for n in (30, 60, 100, 300):
        for population in (None, 450):
            drawn, truth = _samples(everyone, n, population, rng, DRAWS)
            low, high = _ends(drawn, n, population)
            held[n, population] = float(((low <= truth) & (truth <= high)).mean())
    assert {at: part for at, part in held.items() if not 0.93 <= part <= 0.97} == {}


@pytest.mark.parametrize("index", [77, 98.5])
@pytest.mark.parametrize("population", [None, 450])
def test_a_result_has_the_very_ends_of_that_simulation(index, population):
    everyone = _crowd_of(index, 3)
    rng = np.random.default_rng(int(index))
    for _ in range(5):
        rows = everyone[rng.permutation(len(everyone))[:60]]
        drawn = np.bincount(rows.sum(axis=1), minlength=SUMS[-1] + 1)[None, ITEMS:]
        low, high = 25 + 75 * _ends(drawn, 60, population)[:, 0]
        tally = Tally.of_scores(rows, SCALE)
        found = bounds(estimate(tally, SHARES, SKM.factor, ni(SKM, tally, EXACT), population))
        assert (float(found.low), float(found.high)) == pytest.approx((low, high), abs=0.0051)


def _holds(found, truth):
    at = bounds(found)
    return at is not None and float(at.low) - 0.005 <= truth <= float(at.high) + 0.005


@pytest.mark.parametrize("n", [30, 100])
def test_the_true_index_lies_inside_where_one_answer_in_twenty_is_left_blank(n):
    rng = np.random.default_rng(20_170_517)
    everyone = _crowd(rng, 20_000)
    truth, held, draws = _index(everyone), 0, 1000
    for _ in range(draws):
        rows = everyone[rng.integers(0, len(everyone), n)]
        tally = Tally.of_scores(np.where(rng.random(rows.shape) < 0.05, 0, rows).astype(np.uint8), SCALE)
        held += _holds(estimate(tally, SHARES, SKM.factor, ni(SKM, tally, EXACT)), truth)
    assert 0.93 <= held / draws <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["services", "visits"])
def test_the_true_average_of_services_lies_inside(rule):
    """Three services of 2000, 400 and 150 users at other levels; 60, 40 and 30 of them answered."""
    rng = np.random.default_rng(20_260_701)
    crowds = [_crowd(rng, users, level) for users, level in ((2000, 3.3), (400, 2.9), (150, 2.6))]
    means, users = [_index(crowd) for crowd in crowds], [len(crowd) for crowd in crowds]
    truth = np.average(means, weights=users if rule == "visits" else None)
    held, draws = 0, 1000
    for _ in range(draws):
        parts = []
        for crowd, n in zip(crowds, (60, 40, 30), strict=True):
            tally = Tally.of_scores(crowd[rng.permutation(len(crowd))[:n]], 4)
            parts.append(Part("", tally, tally, len(crowd)))
        held += _holds(rolled(SKM, parts, rule, EXACT), truth)
    assert 0.93 <= held / draws <= 0.97


def test_answers_added_up_without_their_services_would_miss_it():
    """Why the rule matters: the busiest service answers least here, and all responses together are another number."""
    rng = np.random.default_rng(4)
    crowds = [_crowd(rng, users, level) for users, level in ((5000, 2.6), (500, 3.4))]
    truth = np.average([_index(crowd) for crowd in crowds], weights=[5000, 500])
    tallies = [Tally.of_scores(crowd[:n], 4) for crowd, n in zip(crowds, (60, 240), strict=True)]
    parts = [Part("", tally, tally, len(crowd)) for tally, crowd in zip(tallies, crowds, strict=True)]
    together = reduce(add, tallies)
    assert not _holds(estimate(together, SHARES, SKM.factor, ni(SKM, together, EXACT), 5500), truth)
    assert _holds(rolled(SKM, parts, "visits", EXACT), truth)
