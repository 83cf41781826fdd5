"""Sums: what the indexes of many units need, one small row for each unit and month."""

from __future__ import annotations

import numpy as np
import pytest

from calc import sums
from calc.tally import Tally


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
