"""The interval keeps its promise: in 93 to 97 of 100 draws it holds the true index, whatever the kind of sample."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
import pytest

from calc.convention import convention
from calc.index import ni, shares
from calc.instrument_file import instrument
from calc.interval import bounds, estimate
from calc.rollup import Part
from calc.rollup import estimate as rolled
from calc.tally import Tally

EXACT = convention("exact")
SKM = instrument("skm-2017")
SHARES = shares(SKM, EXACT)
DRAWS = 2000


def _crowd(rng, n, level=3.1):
    """People whose answers hang together: a mood of their own, and chance for every question."""
    mood = rng.normal(level, 0.55, (n, 1))
    return np.clip(np.rint(mood + rng.normal(0, 0.45, (n, 9))), 1, 4).astype(np.uint8)


def _index(rows):
    return 25 * float(rows.mean())


def _holds(found, truth):
    ends = bounds(found)
    return ends is not None and float(ends.low) - 0.005 <= truth <= float(ends.high) + 0.005


@pytest.mark.parametrize("n", [30, 60, 300])
@pytest.mark.parametrize("population", [None, 450])
def test_the_true_index_lies_inside(n, population):
    """Of a crowd so large that drawing changes nothing, and of 450 people of whom nobody is asked twice."""
    rng = np.random.default_rng(n + (population or 0))
    everyone = _crowd(rng, population or 50_000)
    truth, held = _index(everyone), 0
    for _ in range(DRAWS):
        drawn = rng.permutation(population)[:n] if population else rng.integers(0, len(everyone), n)
        tally = Tally.of_scores(everyone[drawn], 4)
        held += _holds(estimate(tally, SHARES, SKM.factor, ni(SKM, tally, EXACT), population), truth)
    assert 0.93 <= held / DRAWS <= 0.97


@pytest.mark.parametrize("rule", ["services", "visits"])
def test_the_true_average_of_services_lies_inside(rule):
    """Three services of 2000, 400 and 150 users at other levels; 60, 40 and 30 of them answered."""
    rng = np.random.default_rng(20_260_701)
    crowds = [_crowd(rng, users, level) for users, level in ((2000, 3.3), (400, 2.9), (150, 2.6))]
    means, users = [_index(crowd) for crowd in crowds], [len(crowd) for crowd in crowds]
    truth = np.average(means, weights=users if rule == "visits" else None)
    held, draws = 0, DRAWS // 2
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
