"""Tallies as rows of whole numbers: one list after the other, added number by number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc.scoring.tally import Tally
from calc.scoring.tally_rows import added, items, lengths, row_of, tallies_of, tally_of

scores = arrays(np.uint8, st.tuples(st.integers(1, 9), st.just(4)), elements=st.integers(0, 3))


def test_a_row_says_by_hand_what_two_responses_gave():
    """'34-' and '4-1': item 1 has a 3 and a 4; 3 x 4 for items 1 and 2, 4 x 1 for 1 and 3.

    Who left item 2 blank gave item 1 a 4 and item 3 a 1; who left item 3 blank gave a 3 and a 4. Nobody left both.
    """
    row = row_of(Tally.of_answers(b"34-4-1", 3, 4)).tolist()
    n, counts, products, blanks, pairs = row[0], row[1:13], row[13:16], row[16:25], row[25:]
    assert n == 2
    assert counts == [0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0]
    assert products == [12, 4, 0]
    assert blanks == [0, 4, 3, 0, 0, 4, 0, 1, 0]
    assert pairs == [0, 0, 0]


@given(scores, scores)
@settings(max_examples=60, deadline=None)
def test_rows_are_added_as_tallies_are_and_give_them_back(a, b):
    one, other = Tally.of_scores(a, 3), Tally.of_scores(b, 3)
    assert tally_of(row_of(one), 3) == one
    assert tally_of(row_of(one) + row_of(other), 3) == one + other


def test_rows_of_groups_are_added_up_each_as_often_as_it_counts():
    """The first row counts in both groups, the third in none; nobody is in the last group."""
    random = np.random.default_rng(1)
    tallies = [Tally.of_scores(random.integers(0, 5, (n, 5)).astype(np.uint8), 4) for n in (3, 1, 7)]
    rows = np.stack([row_of(tally) for tally in tallies])
    found = tallies_of(added(rows, np.array([0, 1, 0]), np.array([1, 1, 0]), 3), 5, 4)
    for group, expected in ((0, tallies[0]), (1, tallies[0] + tallies[1]), (2, Tally.zero(5, 4))):
        assert found.one(group) == expected
        assert found.answered[group].tolist() == expected.answered.tolist()
        assert found.totals[group].tolist() == expected.totals.tolist()


@pytest.mark.parametrize("k", [1, 2, 9, 14, 40])
def test_the_length_of_a_row_tells_how_many_items_it_has(k):
    """Nine items: n, 36 score counts, 36 pairs, 81 blanks, 36 pairs."""
    assert lengths(9, 4) == (36, 36, 81, 36)
    assert items(1 + sum(lengths(k, 4)), 4) == k
