"""Sums: what the indexes of many units need, one small row for each unit and month."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.scoring import sums
from calc.scoring.tally import Tally


def test_the_sums_say_how_many_answered_each_item_and_what_they_gave():
    """By hand: '34-' and '43-' answered two of three items: 2 and 2 and 0 answers, 3+4 and 4+3 and 0 points."""
    table = sums.sums_of_tally(Tally.of_answers(b"34-43-", 3, 4), 2)
    assert table.tolist() == [[[0, 0]] * 3, [[2, 7], [2, 7], [0, 0]], [[0, 0]] * 3]


def test_responses_with_other_numbers_of_answers_are_not_mixed_up():
    with pytest.raises(ValueError, match="2 responses to 3 of 3 items"):
        sums.sums_of_tally(Tally.of_answers(b"34-434", 3, 4), 3)


def test_sums_come_back_from_their_bytes_and_other_lengths_are_refused():
    table = sums.sums_of_tally(Tally.of_answers(b"343434344", 9, 4), 9)
    assert np.array_equal(sums.from_bytes(sums.to_bytes(table), 9), table)
    assert len(sums.to_bytes(table)) == 648
    with pytest.raises(ValueError, match="648 bytes, not 647"):
        sums.from_bytes(sums.to_bytes(table)[1:], 9)


def test_adding_counts_both_groups_and_never_runs_over():
    one = np.full((1, 1, 2), 2**31, np.uint32)
    assert sums.add(one, one - 1).tolist() == [[[2**32 - 1, 2**32 - 1]]]
    with pytest.raises(ValueError, match="4 billion"):
        sums.add(one, one)
    with pytest.raises(ValueError, match="cannot be added"):
        sums.add(one, np.zeros((2, 2, 2), np.uint32))


def _of_rows(rows):
    """Sums of responses, added up by their number of answers."""
    total = np.zeros((len(rows[0]), len(rows[0]), 2), np.uint32)
    for row in rows:
        tally = Tally.of_scores(np.array([row], np.uint8), 4)
        total = sums.add(total, sums.sums_of_tally(tally, int((np.array(row) > 0).sum())))
    return total


rows = st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(any), min_size=1, max_size=12)


@given(st.lists(rows, min_size=1, max_size=4), st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_only_responses_with_enough_answers_count(groups, minimum):
    table = np.stack([_of_rows(group) for group in groups])
    found = sums.counted(table, minimum)
    for at, group in enumerate(groups):
        counting = [row for row in group if sum(score > 0 for score in row) >= minimum]
        assert found.n[at] == len(counting)
        assert found.answered[at].tolist() == [sum(row[i] > 0 for row in counting) for i in range(4)]
        assert found.totals[at].tolist() == [sum(row[i] for row in counting) for i in range(4)]


def test_sums_of_many_months_are_read_back_from_their_bytes():
    months = [_of_rows([[4, 0, 1]]), _of_rows([[1, 2, 3], [0, 0, 2]])]
    read = sums.many_from_bytes([sums.to_bytes(month) for month in months], 3)
    assert np.array_equal(read, np.stack(months))
    assert sums.many_from_bytes([], 3).shape == (0, 3, 3, 2)


def test_sums_of_another_length_are_refused():
    """Three items take 3 x 3 x 2 numbers of 4 bytes; two broken rows of the right length together are no excuse."""
    with pytest.raises(ValueError, match="have 72 bytes, not 71"):
        sums.many_from_bytes([bytes(71), bytes(73)], 3)
