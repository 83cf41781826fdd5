"""Products: what intervals of many units need, one small row for each unit, month and number of answers."""

from __future__ import annotations

import numpy as np
import pytest

from calc.scoring import products
from calc.scoring.tally import Tally


def test_a_row_says_what_its_tally_says():
    """By hand: '34-' and '43-' have 3+4 and 4+3 points, squares 9+16 and 12+12; nobody answered the third."""
    tally = Tally.of_answers(b"34-43-", 3, 4)
    row = products.many([products.of_tally(tally)], 3)
    one = products.grouped(row, np.array([0]), 1, 3).of(0)
    assert (int(one.n), one.answered.tolist(), one.totals.tolist()) == (2, [2, 2, 0], [7, 7, 0])
    assert one.squares.tolist() == [[25, 24, 0], [24, 25, 0], [0, 0, 0]]
    assert one.halves.tolist() == [[7, 7, 0], [7, 7, 0], [0, 0, 0]]
    assert one.pairs.tolist() == [[2, 2, 0], [2, 2, 0], [0, 0, 0]]


def test_rows_are_added_as_tallies_are():
    random = np.random.default_rng(1)
    tallies = [Tally.of_scores(random.integers(0, 5, (n, 5)).astype(np.uint8), 4) for n in (3, 1, 7, 2)]
    rows = products.many([products.of_tally(tally) for tally in tallies], 5)
    found = products.grouped(rows, np.array([2, 0, 2, 0]), 3, 5)
    for group, expected in (
        (0, tallies[1] + tallies[3]),
        (1, Tally.zero(5, 4)),
        (2, tallies[0] + tallies[2]),
    ):
        one = found.of(group)
        assert (int(one.n), one.squares.tolist()) == (expected.n, expected.squares.tolist())
        assert (one.halves.tolist(), one.pairs.tolist()) == (
            expected.halves.tolist(),
            expected.pairs.tolist(),
        )
        assert (one.answered.tolist(), one.totals.tolist()) == (
            expected.answered.tolist(),
            expected.totals.tolist(),
        )
    assert products.add(products.of_tally(tallies[0]), products.of_tally(tallies[1])) == products.of_tally(
        tallies[0] + tallies[1]
    )


def test_rows_of_nine_items_have_172_numbers_and_others_are_refused():
    """n, twice the 45 pairs of nine items, and 81 halves: 172 numbers of 4 bytes."""
    row = products.of_tally(Tally.of_answers(b"343434344", 9, 4))
    assert len(row) == products.size(9) == 688
    with pytest.raises(ValueError, match="688 bytes, not 687"):
        products.many([row, row[1:]], 9)
    with pytest.raises(ValueError, match="cannot be added"):
        products.add(row, row[4:])


def test_a_sum_that_32_bits_do_not_hold_is_refused():
    largest = np.full(products.width(1), 2**31, "<u4").tobytes()
    with pytest.raises(ValueError, match="4 billion"):
        products.add(largest, largest)
