"""Sums: what an index needs and no more, small enough to keep one row per unit and month.

An array of shape (k, k, 2): responses that answered exactly c of the k items stand at [c - 1]; of those, how many
answered item i is [c - 1, i, 0], and the sum of their scores [c - 1, i, 1]. So any minimum of answers is a sum of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc.scoring.tally import Tally

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


def size(k: int) -> int:
    """Bytes of the sums of k items."""
    return 8 * k * k


def to_bytes(sums: Sums) -> bytes:
    """Little-endian uint32, in the array's own order."""
    return sums.astype("<u4").tobytes()


def from_bytes(buffer: bytes, k: int) -> Sums:
    """Read what `to_bytes` wrote. ValueError when the length does not fit k items."""
    if len(buffer) != size(k):
        raise ValueError(f"the sums of {k} items have {size(k)} bytes, not {len(buffer)}")
    return np.frombuffer(buffer, "<u4").astype(np.uint32).reshape(k, k, 2)


def many_from_bytes(buffers: Sequence[bytes], k: int) -> Sums:
    """What `to_bytes` wrote m times, as one array of shape (m, k, k, 2); errors as `from_bytes`."""
    wrong = set(map(len, buffers)) - {size(k)}
    if wrong:
        raise ValueError(f"the sums of {k} items have {size(k)} bytes, not {min(wrong)}")
    return np.frombuffer(b"".join(buffers), "<u4").reshape(-1, k, k, 2)


class Counted(NamedTuple):
    """m groups. n : int64 of shape (m,), responses; answered, totals : int64 of shape (m, k), per item."""

    n: NDArray[np.int64]
    answered: NDArray[np.int64]
    totals: NDArray[np.int64]


def counted(sums: Sums, minimum: int = 0) -> Counted:
    """Responses of at least that many answers, from sums of shape (m, k, k, 2)."""
    m, k = sums.shape[:2]
    n, items = np.zeros(m, np.int64), np.zeros((m, k, 2), np.int64)
    for answers in range(max(minimum, 1), k + 1):
        own = sums[:, answers - 1]
        items += own
        n += own[..., 0].sum(axis=1, dtype=np.int64) // answers  # each of them gave so many answers
    return Counted(n, items[..., 0], items[..., 1])
