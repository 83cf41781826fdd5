"""From element means to a printed value: the steps of ours, and those that other programs take.

A way takes `Answers` and their means and gives the converted value before it is rounded for print (25 to 100 when
it is right), or None where it does not apply.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from calc.explain.answers import Answers
from calc.instruments.model import Instrument
from calc.rounding import round_half_up
from calc.scoring import index
from calc.scoring.tally import Scores

Way = Callable[[Answers, Sequence[Fraction]], Fraction | None]


@dataclass(frozen=True)
class Steps:
    """Weighted sum with roundings on the way; None: all decimals.

    weight, mean, weighted, total : decimals of the weight 1/N, of NRR, of NRR x weight, and of their sum
    """

    weight: int | None = None
    mean: int | None = None
    weighted: int | None = None
    total: int | None = None

    def __call__(self, answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
        instrument = answers.instrument
        if self.weight is not None and not is_cut(instrument, self.weight):
            return None
        parts = [
            rounded(rounded(mean, self.mean) * rounded(e.weight, self.weight), self.weighted)
            for e, mean in zip(instrument.elements, means, strict=True)
        ]
        return rounded(sum(parts, Fraction(0)), self.total) * instrument.factor


def own(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """The steps of the chosen convention."""
    total = index.of_means(answers.instrument, means, answers.convention)
    return None if total is None else total * answers.instrument.factor


def times(factor: Fraction | int) -> Way:
    """Another factor than the questionnaire's; written for four answers."""

    def way(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
        return _four(answers, _index(answers, means) * factor)

    return way


def min_max(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """The lowest answer becomes 0 instead of 25."""
    return _four(answers, (_index(answers, means) - 1) / 3 * 100)


def share_of_best(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """Mean over 4 times 100: only a longer way to write times 25."""
    return _four(answers, _index(answers, means) / 4 * 100)


def one_term_less(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """A divisor that is one too small; a single element leaves none."""
    if len(means) < 2 or not is_equal(answers.instrument):
        return None
    return sum(means, Fraction(0)) / (len(means) - 1) * answers.instrument.factor


def over_square(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """Sum of means times 100 over N squared (100/81)."""
    return _four(answers, sum(means, Fraction(0)) * Fraction(100, len(means) ** 2))


def same_weights(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """1/N although the questionnaire has weights of its own."""
    if is_equal(answers.instrument):
        return None
    return sum(means, Fraction(0)) / len(means) * answers.instrument.factor


def all_answers(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """The mean of all answers in one heap; differs where elements have unlike numbers of answers or weights."""
    heap = int(np.count_nonzero(answers.scores))
    return Fraction(int(answers.scores.sum(dtype=np.int64)), heap) * answers.instrument.factor


def running_mean(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """The mean of all answers so far, kept with two decimals and moved by each new answer."""
    given = answers.scores.ravel()
    mean = 0  # hundredths
    for i, score in enumerate(_first_answers(given, frozen_after(answers.instrument)), start=1):
        mean = (2 * (mean * (i - 1) + 100 * score) + i) // (2 * i)
    return Fraction(mean, 100) * answers.instrument.factor


def frozen_after(instrument: Instrument) -> int:
    """Answers after which a running mean with two decimals cannot move any more.

    A new answer moves it by (answer - mean) / count; from here on that is less than half a hundredth.
    """
    return 200 * (instrument.scale - 1)


def people_first(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """Each person's own value rounded to two decimals, then the mean of the persons who answered anything."""
    if not is_plain(answers.instrument):
        return None
    counts = np.count_nonzero(answers.scores, axis=1)
    sums = answers.scores.sum(axis=1, dtype=np.int64)
    pairs, people = np.unique(np.stack([sums, counts])[:, counts > 0], axis=1, return_counts=True)
    total = Fraction(0)
    for (score, n), times_met in zip(pairs.T.tolist(), people.tolist(), strict=True):
        total += Fraction(round_half_up(Fraction(score, n) * answers.instrument.factor, 2)) * times_met
    return total / int(people.sum())


def satisfied(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    """Percent of answers 3 and 4."""
    high = Fraction(int((answers.scores >= 3).sum()), int(np.count_nonzero(answers.scores)))
    return _four(answers, high * 100)


def rounded(value: Fraction, decimals: int | None) -> Fraction:
    return value if decimals is None else Fraction(round_half_up(value, decimals))


def is_equal(instrument: Instrument) -> bool:
    """Whether every element weighs alike."""
    return len({e.weight for e in instrument.elements}) == 1


def is_plain(instrument: Instrument) -> bool:
    """Whether every element weighs alike and has one question."""
    return is_equal(instrument) and len(instrument.items) == len(instrument.elements)


def is_cut(instrument: Instrument, decimals: int) -> bool:
    """Whether 1/N really loses something at these decimals and is the same for all (1/10 = 0,1 does not)."""
    weight = instrument.elements[0].weight
    return is_equal(instrument) and 0 != rounded(weight, decimals) != weight


def _index(answers: Answers, means: Sequence[Fraction]) -> Fraction:
    """The exact weighted mean, 1 to the scale."""
    return sum((e.weight * m for e, m in zip(answers.instrument.elements, means, strict=True)), Fraction(0))


def _four(answers: Answers, value: Fraction) -> Fraction | None:
    """The value, if the questionnaire is one of four answers converted by 25."""
    four = answers.instrument.scale == 4 and answers.instrument.factor == 25
    return value if four else None


def _first_answers(scores: Scores, count: int) -> list[int]:
    """The first answers that are no blanks, row by row."""
    found: list[int] = []
    for start in range(0, len(scores), 1 << 12):
        part = scores[start : start + (1 << 12)]
        found += part[part > 0].tolist()
        if len(found) >= count:
            break
    return found[:count]
