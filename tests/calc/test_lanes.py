"""Rows that come group by group are counted as a person counts them, however many they are."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.scoring import lanes
from calc.scoring.tally import Tally, grouped, scores_of_answers, tallies

sizes_of_groups = st.lists(st.one_of(st.just(0), st.integers(1, 20), st.integers(60, 70)), max_size=9)


def _by_hand(scores, sizes, scale):
    """One row after the other, in plain Python."""
    found, at = [], 0
    for size in sizes:
        rows, at = scores[at : at + size].tolist(), at + size
        items = [Counter(row[item] for row in rows) for item in range(scores.shape[1])]
        found.append([[counter[s] for s in range(1, scale + 1)] for counter in items])
    return found


@given(sizes_of_groups, st.integers(1, 14), st.integers(1, 9), st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_counts_equal_a_plain_count(sizes, k, scale, seed):
    scores = np.random.default_rng(seed).integers(0, scale + 1, (sum(sizes), k)).astype(np.uint8)
    counted = lanes.count(scores, np.array(sizes, np.int64), scale)
    assert counted.shape == (len(sizes), k, scale)
    assert counted.tolist() == _by_hand(scores, sizes, scale)


@pytest.mark.parametrize("rows", [2039, 2040, 2041, 16_320, 40_001])
@pytest.mark.parametrize("score", [1, 3, 4])
def test_a_byte_that_is_full_does_not_spill_into_the_next_answer(rows, score):
    """2,040 rows are 255 ones in every byte; the answers to item 2 of 3 are blank and must stay so."""
    scores = np.tile(np.array([score, 0, score], np.uint8), (rows + 3, 1))
    counted = lanes.count(scores, np.array([3, rows]), 4)
    assert counted[1, 0, score - 1] == counted[1, 2, score - 1] == rows
    assert counted.sum() == 2 * (rows + 3)


@pytest.mark.parametrize("first", range(9))
def test_rows_may_begin_anywhere_in_memory_and_lie_in_any_order(first):
    table = np.random.default_rng(first).integers(0, 5, (3_000, 9)).astype(np.uint8)
    sizes = np.array([1_000, 1_991 - first, 9])
    expected = _by_hand(table[first:], sizes.tolist(), 4)
    assert lanes.count(table[first:], sizes, 4).tolist() == expected
    assert lanes.count(np.asfortranarray(table)[first:], sizes, 4).tolist() == expected


def test_sorted_mixed_long_and_short_groups_have_the_same_counts():
    """The three ways that rows may come; sizes on both sides of where the counting changes."""
    random = np.random.default_rng(3)
    sizes = random.integers(0, 600, 40)
    codes = np.repeat(np.arange(40), sizes)
    scores = random.integers(0, 5, (len(codes), 9)).astype(np.uint8)
    mixed = random.permutation(len(codes))
    expected = _by_hand(scores, sizes.tolist(), 4)
    assert grouped(scores, codes, 40, 4).tolist() == expected
    assert grouped(scores[mixed], codes[mixed], 40, 4).tolist() == expected
    assert grouped(scores, codes, 9_000, 4)[:40].tolist() == expected
    for tally, rows in zip(
        tallies(scores[mixed], codes[mixed], 40, 4), np.split(scores, np.cumsum(sizes)), strict=False
    ):
        assert tally == Tally.of_scores(rows, 4)


def test_a_long_group_and_its_parts_have_the_same_tally():
    """10,000 responses at once and one by one: other ways of counting, the same counts."""
    scores = np.random.default_rng(4).integers(0, 5, (10_000, 9)).astype(np.uint8)
    whole, parts = Tally.of_scores(scores, 4), Tally.zero(9, 4)
    for part in np.split(scores, 50):
        parts = parts + Tally.of_scores(part, 4)
    assert whole == parts


def test_products_of_high_scores_stay_exact():
    """20,000 times 255 x 255 = 1,300,500,000: far above what one float32 sum could hold."""
    tally = Tally.of_scores(np.full((20_000, 2), 255, np.uint8), 255)
    assert tally.squares.tolist() == [[1_300_500_000] * 2] * 2
    assert tally.halves.tolist() == [[5_100_000] * 2] * 2


@pytest.mark.parametrize("row", [1, 14_564, 14_565, 33_333])
@pytest.mark.parametrize("bad", [b"0", b"5", b" ", b"/", b",", b"\x00", b"\xff"])
def test_a_bad_character_far_into_a_long_text_is_named_with_its_place(row, bad):
    """14,563 texts of nine fill the 131,072 characters that are read at once."""
    text = bytearray(b"1234-4321" * 33_333)
    text[(row - 1) * 9 + 6] = bad[0]
    with pytest.raises(ValueError, match=rf"answer text {row} has .* at item 7; only '-' and '1' to '4'"):
        scores_of_answers(text, 9, 4)


def test_a_long_text_is_read_as_it_was_written():
    scores = np.random.default_rng(5).integers(0, 5, (33_333, 9)).astype(np.uint8)
    text = "".join("-1234"[score] for score in scores.ravel().tolist()).encode()
    assert np.array_equal(scores_of_answers(text, 9, 4), scores)
