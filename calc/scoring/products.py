"""Products: what an index and its interval need of many responses, small enough to read for hundreds of units.

One fixed row of whole numbers for responses that answered equally many items: n, then of the k items the upper
triangles of `pairs` and `squares`, then all of `halves` (as in `calc.scoring.tally`). Rows are added number by number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc.scoring.tally import Tally

Whole = NDArray[np.int64]
Rows = NDArray[np.uint32]  # shape (m, width(k))

_LARGEST = np.iinfo(np.uint32).max
_TOO_MANY = "more than 4 billion points in one unit and month"


class Products(NamedTuple):
    """Of one group, or of m groups with m as the first axis of every array.

    n : int64 of shape (), responses; the others of shape (k, k) as in `Tally`
    """

    n: Whole
    squares: Whole
    halves: Whole
    pairs: Whole

    @property
    def answered(self) -> Whole:
        """Answers to each item, shape (k,)."""
        return np.diagonal(self.pairs, axis1=-2, axis2=-1)

    @property
    def totals(self) -> Whole:
        """Sum of the scores of each item, shape (k,)."""
        return np.diagonal(self.halves, axis1=-2, axis2=-1)

    def of(self, groups: NDArray[np.intp] | NDArray[np.bool_] | int) -> Products:
        """Some of the groups, or one."""
        return Products(*(values[groups] for values in self))


def width(k: int) -> int:
    """Numbers in a row."""
    return 1 + k * (k + 1) + k * k


def size(k: int) -> int:
    """Bytes of a row."""
    return 4 * width(k)


def of_tally(tally: Tally) -> bytes:
    """A row as it is kept, little-endian uint32. ValueError for a sum that 32 bits do not hold."""
    upper = _upper(tally.k)
    parts = ((tally.n,), tally.pairs[upper], tally.squares[upper], tally.halves.ravel())
    numbers = np.concatenate(parts)
    if int(numbers.max()) > _LARGEST:
        raise ValueError(_TOO_MANY)
    return numbers.astype("<u4").tobytes()


def add(one: bytes, other: bytes) -> bytes:
    """Both groups together. ValueError for rows of different lengths, or a sum that 32 bits do not hold."""
    if len(one) != len(other):
        raise ValueError(f"rows of {len(one)} and {len(other)} bytes cannot be added")
    first = np.frombuffer(one, "<u4")
    total: Rows = first + np.frombuffer(other, "<u4")
    if (total < first).any():  # it ran over
        raise ValueError(_TOO_MANY)
    return total.tobytes()


def many(buffers: Sequence[bytes], k: int) -> Rows:
    """Rows that were kept, as one array. ValueError for one that does not fit k items."""
    wrong = set(map(len, buffers)) - {size(k)}
    if wrong:
        raise ValueError(f"a row of {k} items has {size(k)} bytes, not {min(wrong)}")
    return np.frombuffer(b"".join(buffers), "<u4").reshape(-1, width(k))


def grouped(rows: Rows, codes: NDArray[np.intp], groups: int, k: int) -> Products:
    """The rows of each group added up.

    Parameters
    ----------
    rows : as from `many`
    codes : of shape (m,), the group of each row, 0 … groups - 1
    """
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    total = np.zeros((groups, width(k)), np.int64)
    if len(starts):
        total[ordered[starts]] = np.add.reduceat(rows[order], starts, axis=0, dtype=np.int64)
    triangle = k * (k + 1) // 2
    square = _square(k)
    return Products(
        total[:, 0],
        total[:, 1 + triangle :][:, square],
        total[:, 1 + 2 * triangle :].reshape(groups, k, k),
        total[:, 1:][:, square],
    )


@cache
def _upper(k: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows, columns = np.triu_indices(k)
    return rows, columns


@cache
def _square(k: int) -> NDArray[np.intp]:
    """Of shape (k, k): where each cell of a symmetric square stands in its upper triangle."""
    places = np.empty((k, k), np.intp)
    rows, columns = _upper(k)
    places[rows, columns] = places[columns, rows] = np.arange(len(rows))
    return places
