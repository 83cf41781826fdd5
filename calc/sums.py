"""Sums: what an index needs and no more, small enough to keep one row per unit and month.

An array of shape (k, k, 2): responses that answered exactly c of the k items stand at [c - 1]; of those, how many
answered item i is [c - 1, i, 0], and the sum of their scores [c - 1, i, 1]. So any minimum of answers is a sum of rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calc.tally import Tally

Sums = NDArray[np.uint32]  # shape (k, k, 2)

_LARGEST = np.iinfo(np.uint32).max


def sums_of_tally(tally: Tally, answered: int) -> Sums:
    """The sums of responses that all answered the same number of items.

    Raises
    ------
    ValueError
        When `answered` is not between 1 and k, or the tally counts other responses than such.
    """
    k = tally.k
    if not 1 <= answered <= k or int(tally.answered.sum()) != answered * tally.n:
        raise ValueError(f"{tally.n} responses to {answered} of {k} items do not give these counts")
    sums = np.zeros((k, k, 2), np.uint32)
    sums[answered - 1, :, 0] = tally.answered
    sums[answered - 1, :, 1] = tally.totals
    return sums


def add(one: Sums, other: Sums) -> Sums:
    """Both groups together. ValueError for other numbers of items, or more answers than 32 bits count."""
    if one.shape != other.shape:
        raise ValueError(f"sums of shape {one.shape} and {other.shape} cannot be added")
    total = one.astype(np.uint64) + other
    if total.size and int(total.max()) > _LARGEST:
        raise ValueError("more than 4 billion points in one unit and month")
    return total.astype(np.uint32)


def to_bytes(sums: Sums) -> bytes:
    """Little-endian uint32, in the array's own order."""
    return sums.astype("<u4").tobytes()


def from_bytes(buffer: bytes, k: int) -> Sums:
    """Read what `to_bytes` wrote. ValueError when the length does not fit k items."""
    if len(buffer) != 8 * k * k:
        raise ValueError(f"the sums of {k} items have {8 * k * k} bytes, not {len(buffer)}")
    return np.frombuffer(buffer, "<u4").astype(np.uint32).reshape(k, k, 2)
