"""Counting scores of rows that come group by group, eight answers in one addition.

A score is one byte, so eight rows of k scores are exactly k 64-bit words: a block. The same byte of every block (a
lane) belongs to the same item, and a byte holds the sum of 255 ones before it overflows into its neighbour.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.uint8]
Counts = NDArray[np.int64]
Words = NDArray[np.uint64]
Places = NDArray[np.int64]

_ROWS = 8  # rows of a block
_FULL = 255  # blocks that are added before a lane overflows
_CHUNK = 8 * _FULL  # blocks looked at together: they and their planes fit a processor's cache
_ONES = np.uint64(0x0101010101010101)


def count(scores: Scores, sizes: NDArray[np.integer], scale: int) -> Counts:
    """Score counts of groups that lie one after the other.

    Parameters
    ----------
    scores : uint8 of shape (n, k), 0 = not answered, none above the scale
    sizes : integers of shape (groups,), rows of each group, in the order of the rows; they sum to n

    Returns
    -------
    int64 of shape (groups, k, scale)
    """
    k = scores.shape[1]
    flat = np.ascontiguousarray(scores).reshape(-1)
    whole = len(scores) // _ROWS
    blocks = flat[: whole * _ROWS * k].view(np.uint64).reshape(whole, k)
    rest = np.zeros(_ROWS * k, np.uint8)  # the rows after the last whole block, as a block
    rest[: len(flat) % (_ROWS * k)] = flat[whole * _ROWS * k :]
    ends = np.cumsum(sizes, dtype=np.int64)
    counts = _edges(blocks, rest.view(np.uint64), ends - sizes, ends, scale)
    counts += _insides(blocks, (ends - sizes) // _ROWS + 1, ends // _ROWS, scale)
    _leave_exact(counts)
    return np.ascontiguousarray(counts.transpose(1, 2, 0))


def _edges(blocks: Words, rest: Words, starts: Places, ends: Places, scale: int) -> Counts:
    """Planes' sums (scale, groups, k) of the two blocks where each group begins and ends."""
    keep = _first_rows(blocks.shape[1])
    first, last = starts // _ROWS, ends // _ROWS
    head = _taken(blocks, rest, first)
    head &= keep[np.minimum(ends - first * _ROWS, _ROWS)] & ~keep[starts % _ROWS]
    tail = _taken(blocks, rest, last)
    tail &= keep[np.where(last > first, ends % _ROWS, 0)]
    edges = _planes(head, scale, np.empty((scale, *head.shape), np.uint64))
    edges += _planes(tail, scale, np.empty_like(edges))
    return _folded(edges)


def _insides(blocks: Words, first: Places, last: Places, scale: int) -> Counts:
    """Planes' sums (scale, groups, k) of each group's blocks first … last - 1."""
    cuts = np.unique(np.concatenate([first, last, np.arange(0, len(blocks), _FULL)]))
    cuts = cuts[cuts < len(blocks)]
    sums = np.zeros((scale, len(cuts) + 1, blocks.shape[1]), np.uint64)
    room = np.empty((scale, min(_CHUNK, len(blocks)), blocks.shape[1]), np.uint64)
    for begin in range(0, len(blocks), _CHUNK):
        chunk = blocks[begin : begin + _CHUNK]
        planes = _planes(chunk, scale, room[:, : len(chunk)])
        low, high = np.searchsorted(cuts, (begin, begin + _CHUNK))
        np.add.reduceat(planes, cuts[low:high] - begin, axis=1, out=sums[:, low + 1 : high + 1])
    before = np.cumsum(_folded(sums), axis=1)  # [:, i]: everything before cuts[i]
    low, high = np.searchsorted(cuts, first), np.searchsorted(cuts, last)
    return before[:, np.maximum(low, high)] - before[:, low]


def _planes(words: Words, scale: int, planes: Words) -> Words:
    """Fill [s - 1] with a one in every lane whose score has all binary digits of s; shape (scale, m, k)."""
    for digit in range(scale.bit_length()):
        value = 1 << digit
        highest = min(2 * value - 1, scale)
        shifted = np.right_shift(words, np.uint64(digit), out=planes[highest - 1])  # replaced at last
        for s in range(value, highest + 1):
            np.bitwise_and(shifted, planes[s - value - 1] if s > value else _ONES, out=planes[s - 1])
    return planes


def _leave_exact(counts: Counts) -> None:
    """Turn 'has all binary digits of s' into 'is s': the scores that have more digits are taken off."""
    scale = len(counts)
    for s in range(scale, 0, -1):
        for more in range(s + 1, scale + 1):
            if more & s == s:
                counts[s - 1] -= counts[more - 1]


def _folded(sums: Words) -> Counts:
    """The lanes of each item added up: (scale, m, k) words to (scale, m, k) counts."""
    k = sums.shape[2]
    lanes = sums.view(np.uint8).astype(np.uint16)
    for half in (4 * k, 2 * k, k):
        lanes = lanes[..., :half] + lanes[..., half:]
    return lanes.astype(np.int64)


def _taken(blocks: Words, rest: Words, at: Places) -> Words:
    """Copies of the blocks at these places; beyond the last one lies the rest."""
    taken = np.empty((len(at), len(rest)), np.uint64)
    inside = at < len(blocks)
    taken[inside] = blocks[at[inside]]
    taken[~inside] = rest
    return taken


@cache
def _first_rows(k: int) -> Words:
    """[r] keeps the first r rows of a block; shape (9, k)."""
    rows = np.arange(_ROWS) < np.arange(_ROWS + 1)[:, None]
    keep = np.repeat(rows * np.uint8(255), k, axis=1).view(np.uint64)
    keep.setflags(write=False)
    return keep
