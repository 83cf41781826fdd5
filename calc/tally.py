"""Tally: additive sufficient statistics of responses; a + b merges two groups.

From it come the index (score counts) and its standard error (cross-products), without the responses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.uint8]  # shape (n, k): 0 = not answered, 1…scale
Counts = NDArray[np.int64]

_BLOCK = 1 << 15  # rows multiplied at once: fits the cache, and float64 sums of products stay exact integers


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
        counts = np.stack(
            [np.bincount(column, minlength=scale + 1)[1:] for column in scores.T]
            or [np.zeros(scale, np.int64)]
        )
        return cls(len(scores), counts.astype(np.int64), *_products(scores))

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

    def to_bytes(self) -> bytes:
        """Little-endian int64: n, counts, halves, then the upper triangles of squares and pairs."""
        upper = _upper(self.k)
        parts = (
            np.array([self.n]),
            self.counts.ravel(),
            self.halves.ravel(),
            self.squares[upper],
            self.pairs[upper],
        )
        return np.concatenate(parts).astype("<i8").tobytes()

    @classmethod
    def from_bytes(cls, buffer: bytes, k: int, scale: int) -> Tally:
        """Read what `to_bytes` wrote. ValueError when the length does not fit k and scale."""
        triangle = k * (k + 1) // 2
        sizes = (1, k * scale, k * k, triangle, triangle)
        if len(buffer) != 8 * sum(sizes):
            raise ValueError(
                f"a tally of {k} items and scale {scale} has {8 * sum(sizes)} bytes, not {len(buffer)}"
            )
        values = np.frombuffer(buffer, dtype="<i8").astype(np.int64)
        n, counts, halves, squares, pairs = np.split(values, np.cumsum(sizes)[:-1])
        return cls(
            int(n[0]),
            counts.reshape(k, scale),
            _unfold(squares, k),
            halves.reshape(k, k),
            _unfold(pairs, k),
        )


def scores_of_answers(text: bytes | bytearray | memoryview, k: int, scale: int) -> Scores:
    """Answer texts joined without a separator as an array of shape (n, k); errors as `Tally.of_answers`."""
    raw = np.frombuffer(text, dtype=np.uint8)
    if k < 1 or len(raw) % k:
        raise ValueError(f"{len(raw)} characters are no whole number of answer texts of {k} items")
    scores = _values(scale)[raw]
    wrong = np.flatnonzero(scores > scale)
    if len(wrong):
        at = int(wrong[0])
        raise ValueError(
            f"answer text {at // k + 1} has {bytes(raw[at : at + 1])!r} at item {at % k + 1}; "
            f"only '-' and '1' to '{scale}' are answers"
        )
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
    _check_codes(scores, codes, n_groups)
    width = scale + 1
    base = codes.astype(np.int64) * width
    counts = np.empty((n_groups, scores.shape[1], scale), np.int64)
    for item, column in enumerate(scores.T):
        flat = np.bincount(base + column, minlength=n_groups * width)
        counts[:, item, :] = flat.reshape(n_groups, width)[:, 1:]
    return counts


def tallies(scores: Scores, codes: NDArray[np.integer], n_groups: int, scale: int) -> list[Tally]:
    """One Tally per group (shapes as `grouped`): rows are sorted once, then multiplied slice by slice."""
    counts = grouped(scores, codes, n_groups, scale)
    narrow = codes.astype(np.uint16) if n_groups <= 1 << 16 else codes  # 16 bits are sorted by radix
    ordered = scores[np.argsort(narrow, kind="stable")]
    sizes = np.bincount(codes, minlength=n_groups)
    ends = np.cumsum(sizes)
    return [
        Tally(int(size), counts[group].copy(), *_products(ordered[end - size : end]))
        for group, (size, end) in enumerate(zip(sizes, ends, strict=True))
    ]


def _products(scores: Scores) -> tuple[Counts, Counts, Counts]:
    """squares, halves and pairs of the rows; float64 is exact because each block sums below 2**53."""
    k = scores.shape[1]
    total = np.zeros((2 * k, 2 * k), np.int64)
    for start in range(0, len(scores), _BLOCK):
        block = scores[start : start + _BLOCK]
        both = np.empty((len(block), 2 * k))
        both[:, :k] = block
        both[:, k:] = block > 0
        total += (both.T @ both).astype(np.int64)
    return total[:k, :k].copy(), total[:k, k:].copy(), total[k:, k:].copy()


def _check(scores: Scores, scale: int) -> None:
    if scores.ndim != 2 or scores.dtype != np.uint8:
        raise ValueError(f"scores must be uint8 of shape (n, k), not {scores.dtype} of shape {scores.shape}")
    if scores.size and int(scores.max()) > scale:
        raise ValueError(f"a score of {int(scores.max())} is above the scale of {scale}")


def _check_codes(scores: Scores, codes: NDArray[np.integer], n_groups: int) -> None:
    if codes.shape != (len(scores),):
        raise ValueError(f"{len(scores)} rows need as many group codes, not shape {codes.shape}")
    if codes.size and not (0 <= int(codes.min()) and int(codes.max()) < n_groups):
        raise ValueError(f"group codes must lie between 0 and {n_groups - 1}")


@cache
def _values(scale: int) -> NDArray[np.uint8]:
    """Score by character code; 255 where the character is no answer."""
    table = np.full(256, 255, np.uint8)
    table[ord("-")] = 0
    table[ord("1") : ord("1") + scale] = np.arange(1, scale + 1)
    return table


@cache
def _upper(k: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows, columns = np.triu_indices(k)
    return rows, columns


def _unfold(triangle: Counts, k: int) -> Counts:
    rows, columns = _upper(k)
    square = np.empty((k, k), np.int64)
    square[rows, columns] = triangle
    square[columns, rows] = triangle
    return square
