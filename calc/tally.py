"""Tally: additive sufficient statistics of responses; a + b merges two groups.

From it come the index (score counts) and its standard error (cross-products), without the responses themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts of n responses to k items scored 1…scale, 0 = not answered.

    n : responses
    counts : int64 of shape (k, scale), answers that gave each score
    squares : int64 of shape (k, k), sum over responses of x_i * x_j            (symmetric)
    halves : int64 of shape (k, k), sum of x_i over responses that answered j   (not symmetric)
    pairs : int64 of shape (k, k), responses that answered both i and j         (symmetric)
    """

    n: int
    counts: NDArray[np.int64]
    squares: NDArray[np.int64]
    halves: NDArray[np.int64]
    pairs: NDArray[np.int64]

    # H1: __add__, zero(k, scale), of_scores(array), of_answers(text), to_bytes()/from_bytes(k, scale), __eq__
