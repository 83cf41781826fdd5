"""Tallies count what a person would count, and adding two groups counts both together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calc.scoring.tally import Tally, add_bytes, grouped, n_of_bytes, scores_of_answers, tallies

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


@given(answers)
@settings(max_examples=50, deadline=None)
def test_a_tally_survives_being_stored(scores):
    tally = Tally.of_scores(scores, 3)
    assert Tally.from_bytes(tally.to_bytes(), 4, 3) == tally
    twice = add_bytes(tally.to_bytes(), tally.to_bytes())
    assert (twice, n_of_bytes(twice)) == ((tally + tally).to_bytes(), 2 * tally.n)
    with pytest.raises(ValueError, match="cannot be added"):
        add_bytes(twice, twice[8:])


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


def test_the_stored_form_is_little_endian_and_compact():
    """9 items, scale 4: 1 + 36 + 81 + 45 + 45 numbers of 8 bytes; the first is n."""
    stored = Tally.of_scores(np.full((258, 9), 4, np.uint8), 4).to_bytes()
    assert len(stored) == 8 * 208
    assert stored[:8] == bytes([2, 1, 0, 0, 0, 0, 0, 0])


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


def test_a_stored_tally_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="1664 bytes"):
        Tally.from_bytes(Tally.zero(14, 4).to_bytes(), 9, 4)


def test_a_tally_cannot_be_changed():
    tally = Tally.zero(2, 4)
    with pytest.raises(ValueError, match="read-only"):
        tally.counts[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        Tally.from_bytes(tally.to_bytes(), 2, 4).squares[0, 0] = 1
