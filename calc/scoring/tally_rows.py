"""Tallies of many groups at once: rows of whole numbers, to be added number by number.

A row is n, then four lists about k items with scores x = 1 … scale, a blank counting as x = 0:

scores : k * scale numbers, how many gave item 1 the score 1, 2, …, then item 2, …
products : k * (k - 1) / 2 numbers, the sum of x_i * x_j, for the items (1, 2), (1, 3), …, (2, 3), …
blanks : k * k numbers, the sum of x_i over those who left item j blank, for the items (1, 1), (1, 2), …, (2, 1), …
blank_pairs : k * (k - 1) / 2 numbers, how many left both items blank, in the order of `products`

Everything else in a `Tally` follows from them. Where nobody left anything blank, the last two are zeros.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc.scoring.tally import Tally

Whole = NDArray[np.int64]


class Tallies(NamedTuple):
    """Of m groups, with m as the first axis of every array; names and the other axes as in `Tally`."""

    n: Whole
    counts: Whole
    squares: Whole
    halves: Whole
    pairs: Whole

    @property
    def answered(self) -> Whole:
        """Answers to each item, shape (m, k)."""
        return np.asarray(self.counts.sum(axis=-1))

    @property
    def totals(self) -> Whole:
        """Sum of the scores of each item, shape (m, k)."""
        return np.asarray(self.counts @ np.arange(1, self.counts.shape[-1] + 1))

    def of(self, groups: NDArray[np.intp] | NDArray[np.bool_]) -> Tallies:
        """Some of the groups."""
        return Tallies(*(values[groups] for values in self))

    def one(self, group: int) -> Tally:
        return Tally(int(self.n[group]), *(values[group] for values in self[1:]))


def lengths(k: int, scale: int) -> tuple[int, int, int, int]:
    """Numbers in each of the four lists."""
    pairs = k * (k - 1) // 2
    return k * scale, pairs, k * k, pairs


@cache
def items(size: int, scale: int) -> int:
    """k of a row of so many numbers. ValueError where no row has so many."""
    for k in range(1, size):
        if 1 + sum(lengths(k, scale)) == size:
            return k
    raise ValueError(f"no tally has {size} numbers")


def row_of(tally: Tally) -> Whole:
    """One row, shape (1 + sum of `lengths`,)."""
    upper, answered = _upper(tally.k), tally.answered
    blank_pairs = tally.n - answered[:, None] - answered + tally.pairs
    return np.concatenate(
        [
            [tally.n],
            tally.counts.ravel(),
            tally.squares[upper],
            (tally.totals[:, None] - tally.halves).ravel(),
            blank_pairs[upper],
        ]
    )


def tallies_of(rows: Whole, k: int, scale: int) -> Tallies:
    """What the rows say, one group each; rows of shape (m, 1 + sum of `lengths`)."""
    n, scores, products, blanks, blank_pairs = np.split(rows, np.cumsum([1, *lengths(k, scale)])[:-1], axis=1)
    counts, each, (left, right) = scores.reshape(-1, k, scale), np.arange(k), _upper(k)
    answered, points = counts.sum(axis=2), np.arange(1, scale + 1)
    squares, pairs = np.empty((2, len(rows), k, k), np.int64)
    squares[:, left, right] = squares[:, right, left] = products
    squares[:, each, each] = counts @ points**2
    pairs[:, left, right] = pairs[:, right, left] = blank_pairs - n + answered[:, left] + answered[:, right]
    pairs[:, each, each] = answered
    halves = (counts @ points)[:, :, None] - blanks.reshape(-1, k, k)
    return Tallies(n[:, 0], counts, squares, halves, pairs)


def tally_of(row: Whole, scale: int) -> Tally:
    """What one row says."""
    return tallies_of(row[None], items(len(row), scale), scale).one(0)


def added(rows: Whole, places: NDArray[np.intp], codes: NDArray[np.intp], groups: int) -> Whole:
    """Some rows added up by group, shape (groups, …).

    Parameters
    ----------
    places : of shape (m,), which rows, each as often as it counts
    codes : of shape (m,), the group of each, 0 … groups - 1
    """
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    total = np.zeros((groups, rows.shape[1]), np.int64)
    if len(starts):
        total[ordered[starts]] = np.add.reduceat(rows[places[order]], starts, axis=0)
    return total


@cache
def _upper(k: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    left, right = np.triu_indices(k, 1)
    return left, right
