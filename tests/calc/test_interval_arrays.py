"""Many intervals at once are those that are computed one by one, to the last hundredth."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.instruments.reader import instrument, read_instrument
from calc.rounding import round_half_up
from calc.scoring import interval
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.index_arrays import NONE, ni
from calc.scoring.interval_arrays import intervals
from calc.scoring.tally import Tally
from calc.scoring.tally_rows import lengths, row_of, tallies_of

SKM = instrument("skm-2017")
EXACT = convention("exact")
WAYS = [
    ("skm-2017", "exact"),
    ("skm-2017", "0.11"),
    ("skm-2017", "0.111-nrr2-weighted2"),
    ("ikm-2004", "exact"),
    ("ikm-2004", "0.071-weighted2"),
    ("kecil", "exact"),
    ("kecil", "exact-nrr2"),
]


@pytest.fixture(scope="module")
def instruments(small_text, tmp_path_factory):
    path = tmp_path_factory.mktemp("kuesioner") / "kecil.toml"
    path.write_text(small_text, encoding="utf-8")
    return {"skm-2017": SKM, "ikm-2004": instrument("ikm-2004"), "kecil": read_instrument(path)}


def grouped(tallies):
    return tallies_of(np.stack([row_of(tally) for tally in tallies]), tallies[0].k, tallies[0].scale)


def told(asked, tallies, name, populations):
    """(low, high, margin) of each group, as Results carry them."""
    found = intervals(asked, grouped(tallies), convention(name), populations)
    return [None if row[0] == NONE else tuple(Decimal(n).scaleb(-2) for n in row) for row in found.tolist()]


def alone(asked, tally, name, population):
    one = result(asked, tally, convention(name), complete_tally=Tally.zero(tally.k, 4), population=population)
    return one.interval and (one.interval.low, one.interval.high, one.interval.margin)


KINDS = st.sampled_from(["mixed", "blanks", "high", "alike", "one other"])


def scores(random, n, k, kind):
    drawn = random.integers(1, 5, (n, k))
    if kind == "blanks":
        drawn = random.integers(0, 5, (n, k))
    elif kind == "high":
        drawn = np.where(random.random((n, k)) < 0.05, drawn, 4)
    elif kind in ("alike", "one other"):
        drawn = np.repeat(random.integers(1, 5, (1, k)), n, axis=0)
        if kind == "one other" and n:
            drawn[0, 0] = 5 - drawn[0, 0]
    return drawn.astype(np.uint8)


@given(st.sampled_from(WAYS), st.data())
@settings(max_examples=250, deadline=None)
def test_every_group_has_the_interval_of_its_own_result(instruments, way, data):
    """Blanks, groups of nobody, of one and of two, all alike, one among all alike, censuses and mistaken populations."""
    asked, name = instruments[way[0]], way[1]
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    k, tallies, populations = len(asked.items), [], []
    for n in data.draw(st.lists(st.integers(0, 60), min_size=1, max_size=6)):
        tallies.append(Tally.of_scores(scores(random, n, k, data.draw(KINDS)), 4))
        populations.append(data.draw(st.sampled_from([None, 0, n, max(n - 1, 0), n + 1, 10 * n + 7, 20_000])))
    expected = [alone(asked, *each) for each in zip(tallies, [name] * 9, populations, strict=False)]
    assert told(asked, tallies, name, populations) == expected


def test_most_groups_need_no_fractions(monkeypatch):
    """Fractions decide the few that stand on a border of two hundredths; here nobody stands on one."""
    random = np.random.default_rng(2017)
    tallies = [Tally.of_scores(scores(random, 40, 9, "blanks"), 4) for _ in range(200)]
    expected = [alone(SKM, tally, "exact", None) for tally in tallies]
    monkeypatch.setattr(interval, "interval", lambda *_: pytest.fail("computed alone"))
    assert told(SKM, tallies, "exact", [None] * 200) == expected


def test_a_group_whose_spread_is_lost_in_floats_is_computed_alone():
    """A million fours and one three: the variance is 25² x 8 / 81 x 10**-12 x (1 / 9)², far below 16 x epsilon x 25²."""
    few = Tally.of_scores(np.array([[3] + [4] * 8], np.uint8), 4)
    tally, more = few, Tally.of_scores(np.full((1_000, 9), 4, np.uint8), 4)
    for _ in range(1_000):
        tally = tally + more
    assert told(SKM, [tally], "exact", [None]) == [alone(SKM, tally, "exact", None)]


def test_the_spread_of_answers_that_outweigh_each_other_is_exactly_none():
    """'443333333' and '334333333' … sum to the same: d is 0 for everybody, though the answers are not alike."""
    rows = np.array([[4, 3, 3] + [3] * 6, [3, 4, 3] + [3] * 6, [3, 3, 4] + [3] * 6], np.uint8)
    assert told(SKM, [Tally.of_scores(rows, 4)], "exact", [None]) == [None]


def test_who_leaves_one_of_two_questions_of_an_element_open_makes_spread(instruments):
    """Everybody gives 4, 3 and 3, but the second person leaves the first 3 open. Means: (4 + 3 + 4) / 3 = 11/3 and 3.

    d is 1/4 / 3 of (7 - 2 x 11/3, 4 - 11/3), so (-1/36, 1/36): the variance is 2 x 2 / 36² x 25² = 1.929.
    """
    tally = Tally.of_scores(np.array([[4, 3, 3], [4, 0, 3]], np.uint8), 4)
    (found,) = told(instruments["kecil"], [tally], "exact", [None])
    assert found is not None and found[2] == Decimal("17.65")  # 12.7062 x 1.3889
    assert found == alone(instruments["kecil"], tally, "exact", None)


@given(st.sampled_from(WAYS), st.data())
@settings(max_examples=60, deadline=None)
def test_every_group_has_the_four_decimals_of_its_own_index(instruments, way, data):
    asked, name = instruments[way[0]], way[1]
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    sizes = data.draw(st.lists(st.integers(0, 20), min_size=1, max_size=5))
    tallies = [Tally.of_scores(scores(random, n, len(asked.items), "blanks"), 4) for n in sizes]
    groups = grouped(tallies)
    found = ni(asked, groups.answered, groups.totals, convention(name)).tolist()
    one_by_one = [
        result(asked, t, convention(name), complete_tally=Tally.zero(t.k, 4)).index for t in tallies
    ]
    assert found == [NONE if v is None else int(round_half_up(v, 4) * 10_000) for v in one_by_one]


def test_nobody_is_an_empty_table():
    assert intervals(SKM, grouped([Tally.zero(9, 4)]), EXACT, [None]).tolist() == [[NONE] * 3]
    nobody = tallies_of(np.zeros((0, 1 + sum(lengths(9, 4))), np.int64), 9, 4)
    assert intervals(SKM, nobody, EXACT, []).shape == (0, 3)
