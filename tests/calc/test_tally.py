"""Tallies count what a person would count, and adding two groups counts both together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc.scoring.tally import Tally, grouped, scores_of_answers, tallies

answers = arrays(np.uint8, st.tuples(st.integers(0, 15), st.just(4)), elements=st.integers(0, 3))


def _slowly(scores, scale):
    """The definitions, one response after the other."""
    n, k = scores.shape
    counts, squares = np.zeros((k, scale), int), np.zeros((k, k), int)
    halves, pairs = np.zeros((k, k), int), np.zeros((k, k), int)
    for row in scores.astype(int):
        for i in range(k):
            if row[i]:
                counts[i, row[i] - 1] += 1
            for j in range(k):
                squares[i, j] += row[i] * row[j]
                halves[i, j] += row[i] if row[j] else 0
                pairs[i, j] += bool(row[i] and row[j])
    return Tally(n, counts, squares, halves, pairs)


def test_two_responses_are_counted_by_hand():
    """Responses 1 4 and 3 blank: squares of item 1: 1 + 9; item 1 over those who answered item 2: 1."""
    tally = Tally.of_scores(np.array([[1, 4], [3, 0]], np.uint8), 4)
    assert tally.n == 2
    assert tally.counts.tolist() == [[1, 0, 1, 0], [0, 0, 0, 1]]
    assert tally.squares.tolist() == [[10, 4], [4, 16]]
    assert tally.halves.tolist() == [[4, 1], [4, 4]]
    assert tally.pairs.tolist() == [[2, 1], [1, 1]]
    assert tally.answered.tolist() == [2, 1] and tally.totals.tolist() == [4, 4]


@given(answers)
@settings(max_examples=50, deadline=None)
def test_counting_equals_the_definition(scores):
    assert Tally.of_scores(scores, 3) == _slowly(scores, 3)


@given(answers, answers)
@settings(max_examples=50, deadline=None)
def test_adding_two_groups_counts_both_together(a, b):
    assert Tally.of_scores(a, 3) + Tally.of_scores(b, 3) == Tally.of_scores(np.vstack([a, b]), 3)


@given(answers, st.integers(1, 5), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_groups_counted_at_once_equal_groups_counted_alone(scores, groups, random):
    codes = np.array([random.randrange(groups) for _ in scores], np.int32)
    together = tallies(scores, codes, groups, 3)
    counts = grouped(scores, codes, groups, 3)
    for group in range(groups):
        alone = Tally.of_scores(scores[codes == group], 3)
        assert together[group] == alone
        assert counts[group].tolist() == alone.counts.tolist()


def test_many_blocks_equal_one():
    """More rows than are multiplied at once."""
    scores = np.random.default_rng(1).integers(0, 5, (70_000, 3)).astype(np.uint8)
    tally = Tally.of_scores(scores, 4)
    wide = scores.astype(np.int64)
    assert tally.squares.tolist() == (wide.T @ wide).tolist()
    assert tally == Tally.of_scores(scores[:50_001], 4) + Tally.of_scores(scores[50_001:], 4)


def test_answer_texts_are_counted_from_one_buffer():
    assert scores_of_answers(b"34-21-", 3, 4).tolist() == [[3, 4, 0], [2, 1, 0]]
    assert Tally.of_answers(b"34-21-", 3, 4) == Tally.of_scores(np.array([[3, 4, 0], [2, 1, 0]], np.uint8), 4)
    assert Tally.of_answers(b"", 3, 4) == Tally.zero(3, 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"3434", "4 characters"),
        (b"345", "answer text 1 has b'5' at item 3"),
        (b"343430", "answer text 2 has b'0' at item 3"),
        (b"34 ", "b' '"),
        (b"34\xff", "only '-' and '1' to '4'"),
    ],
)
def test_a_damaged_answer_text_is_refused_with_its_place(text, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        Tally.of_answers(text, 3, 4)


def test_scores_above_the_scale_are_refused():
    with pytest.raises(ValueError, match="above the scale"):
        Tally.of_scores(np.array([[5]], np.uint8), 4)
    with pytest.raises(ValueError, match="uint8"):
        Tally.of_scores(np.array([[1]]), 4)  # type: ignore[arg-type]


@pytest.mark.parametrize("codes", [[0, 2], [-1, 0], [0]])
def test_group_codes_outside_the_groups_are_refused(codes):
    with pytest.raises(ValueError, match="group"):
        grouped(np.ones((2, 3), np.uint8), np.array(codes), 2, 4)


def test_tallies_of_different_questionnaires_are_not_added():
    with pytest.raises(ValueError, match="different questionnaires"):
        Tally.zero(9, 4) + Tally.zero(14, 4)


def test_a_tally_cannot_be_changed():
    tally = Tally.zero(2, 4)
    with pytest.raises(ValueError, match="read-only"):
        tally.counts[0, 0] = 1


def test_a_long_group_and_its_parts_have_the_same_tally():
    """More rows than are looked up at once."""
    scores = np.random.default_rng(4).integers(0, 5, (40_000, 9)).astype(np.uint8)
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
