"""Tally: additive sufficient statistics of responses; a + b merges two groups.

From it come the index (score counts) and its standard error (cross-products), without the responses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.uint8]  # shape (n, k): 0 = not answered, 1…scale
Counts = NDArray[np.int64]

_BLANK, _ZERO = ord("-"), ord("0")
_TEXT = 1 << 17  # characters read at once: fits the cache
_BLOCK = 1 << 10  # rows multiplied at once: so few that the multiplication does not wake a second thread
_ROWS = 1 << 14  # rows whose scores are looked up at once


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
    counts: Counts
    squares: Counts
    halves: Counts
    pairs: Counts

    def __post_init__(self) -> None:
        for array in (self.counts, self.squares, self.halves, self.pairs):
            array.setflags(write=False)

    @property
    def k(self) -> int:
        """Number of items."""
        return int(self.counts.shape[0])

    @property
    def scale(self) -> int:
        """The highest score."""
        return int(self.counts.shape[1])

    @property
    def answered(self) -> Counts:
        """int64 of shape (k,): answers per item."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @property
    def totals(self) -> Counts:
        """int64 of shape (k,): sum of scores per item."""
        return np.asarray(self.counts @ np.arange(1, self.scale + 1), dtype=np.int64)

    @classmethod
    def zero(cls, k: int, scale: int) -> Tally:
        """The tally of nobody; the start value of a sum."""
        square = (k, k)
        return cls(
            0,
            np.zeros((k, scale), np.int64),
            np.zeros(square, np.int64),
            np.zeros(square, np.int64),
            np.zeros(square, np.int64),
        )

    @classmethod
    def of_scores(cls, scores: Scores, scale: int) -> Tally:
        """Count an array of shape (n, k), 0 = not answered. ValueError for a score above the scale."""
        _check(scores, scale)
        return cls(len(scores), _counts(scores, scale), *_products(scores, scale))

    @classmethod
    def of_answers(cls, text: bytes | bytearray | memoryview, k: int, scale: int) -> Tally:
        """Count answer texts joined without a separator (``b"343434344343434344"``, ``-`` = not answered).

        Raises
        ------
        ValueError
            When the length is no multiple of k, or a character is neither ``-`` nor ``1`` … scale.
        """
        return cls.of_scores(scores_of_answers(text, k, scale), scale)

    def __add__(self, other: Tally) -> Tally:
        """The tally of both groups together. ValueError when they count different questionnaires."""
        if not isinstance(other, Tally):
            return NotImplemented
        if self.counts.shape != other.counts.shape:
            raise ValueError(
                f"tallies of shape {self.counts.shape} and {other.counts.shape} cannot be added: "
                "they count different questionnaires"
            )
        return Tally(
            self.n + other.n,
            self.counts + other.counts,
            self.squares + other.squares,
            self.halves + other.halves,
            self.pairs + other.pairs,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return self.n == other.n and all(
            np.array_equal(a, b)
            for a, b in (
                (self.counts, other.counts),
                (self.squares, other.squares),
                (self.halves, other.halves),
                (self.pairs, other.pairs),
            )
        )

    __hash__ = None  # type: ignore[assignment]  # arrays inside


def scores_of_answers(text: bytes | bytearray | memoryview, k: int, scale: int) -> Scores:
    """Answer texts joined without a separator as an array of shape (n, k); errors as `Tally.of_answers`."""
    raw = np.frombuffer(text, dtype=np.uint8)
    if k < 1 or len(raw) % k:
        raise ValueError(f"{len(raw)} characters are no whole number of answer texts of {k} items")
    scores = np.empty(len(raw), np.uint8)
    for start in range(0, len(raw), _TEXT):
        block = raw[start : start + _TEXT]
        digits = block - np.uint8(_ZERO)  # wraps: whatever comes before '0' is far above every scale
        answered = digits - np.uint8(1) < scale
        wrong = np.flatnonzero(~answered & (block != _BLANK))
        if len(wrong):
            raise ValueError(_wrong(raw, start + int(wrong[0]), k, scale))
        np.multiply(digits, answered, out=scores[start : start + _TEXT])
    return scores.reshape(-1, k)


def grouped(scores: Scores, codes: NDArray[np.integer], n_groups: int, scale: int) -> Counts:
    """Score counts per group without a loop over rows.

    Parameters
    ----------
    scores : uint8 of shape (n, k), 0 = not answered
    codes : integers of shape (n,), the group of each row, 0 … n_groups - 1

    Returns
    -------
    int64 of shape (n_groups, k, scale)
    """
    _check(scores, scale)
    _in_order(scores, codes, n_groups)
    width = scale + 1
    base = codes.astype(np.int64) * width
    counts = np.empty((n_groups, scores.shape[1], scale), np.int64)
    for item, column in enumerate(scores.T):
        flat = np.bincount(base + column, minlength=n_groups * width)
        counts[:, item, :] = flat.reshape(n_groups, width)[:, 1:]
    return counts


def tallies(scores: Scores, codes: NDArray[np.integer], n_groups: int, scale: int) -> list[Tally]:
    """One Tally per group (shapes as `grouped`): rows are sorted once, then multiplied slice by slice."""
    if not _in_order(scores, codes, n_groups):
        narrow = codes.astype(np.uint16) if n_groups <= 1 << 16 else codes  # 16 bits are sorted by radix
        order = np.argsort(narrow, kind="stable")
        scores, codes = np.take(scores, order, axis=0), codes[order]
    counts, sizes = grouped(scores, codes, n_groups, scale), _sizes(codes, n_groups)
    slices = zip(counts, sizes.tolist(), np.cumsum(sizes).tolist(), strict=True)
    return [Tally(n, own.copy(), *_products(scores[end - n : end], scale)) for own, n, end in slices]


def _counts(scores: Scores, scale: int) -> Counts:
    """Score counts of shape (k, scale)."""
    k, width = scores.shape[1], scale + 1
    total, first = np.zeros(k * width, np.int64), np.arange(0, k * width, width)
    for start in range(0, len(scores), _ROWS):
        places = scores[start : start + _ROWS] + first
        total += np.bincount(places.ravel(), minlength=k * width)
    return total.reshape(k, width)[:, 1:].copy()


def _products(scores: Scores, scale: int) -> tuple[Counts, Counts, Counts]:
    """squares, halves and pairs of the rows.

    Floats are exact here: a block's sums of whole numbers stay below 2**24 in whatever order they are added, and
    the sum of all blocks below 2**53.
    """
    n, k = scores.shape
    rows = min(_BLOCK, ((1 << 24) - 1) // scale**2)
    total = np.zeros((2 * k, 2 * k))
    both = np.empty((2 * k, min(n, rows)), np.float32)
    for start in range(0, n, rows):
        block = scores[start : start + rows]
        part = both[:, : len(block)]
        part[:k] = block.T
        np.minimum(part[:k], 1, out=part[k:])  # 1 where answered
        total += part @ part.T
    whole = total.astype(np.int64)
    return whole[:k, :k].copy(), whole[:k, k:].copy(), whole[k:, k:].copy()


def _in_order(scores: Scores, codes: NDArray[np.integer], n_groups: int) -> bool:
    """Whether the rows come group by group. ValueError for codes of other rows or outside the groups."""
    if codes.shape != (len(scores),):
        raise ValueError(f"{len(scores)} rows need as many group codes, not shape {codes.shape}")
    in_order = bool((codes[1:] >= codes[:-1]).all())
    ends = codes[:: max(1, len(codes) - 1)] if in_order else codes
    if ends.size and not (0 <= int(ends.min()) and int(ends.max()) < n_groups):
        raise ValueError(f"group codes must lie between 0 and {n_groups - 1}")
    return in_order


def _sizes(codes: NDArray[np.integer], n_groups: int) -> NDArray[np.int64]:
    """Rows of each group of sorted codes."""
    return np.diff(np.searchsorted(codes, np.arange(n_groups + 1)))


def _wrong(raw: NDArray[np.uint8], at: int, k: int, scale: int) -> str:
    return (
        f"answer text {at // k + 1} has {bytes(raw[at : at + 1])!r} at item {at % k + 1}; "
        f"only '-' and '1' to '{scale}' are answers"
    )


def _check(scores: Scores, scale: int) -> None:
    if scores.ndim != 2 or scores.dtype != np.uint8:
        raise ValueError(f"scores must be uint8 of shape (n, k), not {scores.dtype} of shape {scores.shape}")
    if scores.size and int(scores.max()) > scale:
        raise ValueError(f"a score of {int(scores.max())} is above the scale of {scale}")
