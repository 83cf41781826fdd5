"""Whose answers an element mean is made of: everybody's, as ours, or the choices that other programs make.

Every function takes `Answers` and gives one mean per element of the questionnaire, exact, in its order; None for an
element without a divisor, and None instead of the tuple where the choice does not apply to these answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calc.instruments.model import Instrument
from calc.rounding import round_half_up
from calc.scoring.convention import Convention
from calc.scoring.sample_size import krejcie_morgan, slovin
from calc.scoring.tally import Scores

Means = tuple[Fraction | None, ...]

# Krejcie and Morgan's numerator X2 P Q without its denominator, as one app computes 'the sample': 96 percent of n.
KEPT = Fraction("3.841") / 4


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers of one group and what is known around them.

    scores : uint8 of shape (n, k), 0 = not answered; columns in the instrument's item order
    population : service users, for sample sizes; None if unknown
    everybody : responses of all groups of the sheet together; n without groups
    """

    instrument: Instrument
    scores: Scores
    convention: Convention
    population: int | None = None
    everybody: int = 0
    _known: dict[Callable[[Answers], Means | None], Means | None] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.scores)

    @cached_property
    def complete(self) -> Scores:
        """The rows without a blank."""
        return self.scores[(self.scores > 0).all(axis=1)]

    @cached_property
    def means(self) -> Means:
        """Sum over number of answers, as ours."""
        return means_of(self.instrument, self.scores)

    def by(self, who: Callable[[Answers], Means | None]) -> Means | None:
        """The means of that choice, computed once: many formulas and pairs ask for the same."""
        if who not in self._known:
            self._known[who] = who(self)
        return self._known[who]

    @property
    def users(self) -> int:
        """What a sampling table is asked for: the service users, else (as apps do) the answers themselves."""
        return self.population or self.n


def everyone(answers: Answers) -> Means | None:
    return answers.means


def complete_only(answers: Answers) -> Means | None:
    some = 0 < len(answers.complete) < answers.n
    return means_of(answers.instrument, answers.complete) if some else None


def blanks_as_zero(answers: Answers) -> Means | None:
    if len(answers.complete) == answers.n:
        return None
    return _over(answers, answers.scores, answers.n)


def complete_over_everyone(answers: Answers) -> Means | None:
    some = 0 < len(answers.complete) < answers.n
    return _over(answers, answers.complete, answers.n) if some else None


def over_everybody(answers: Answers) -> Means | None:
    return _over(answers, answers.scores, answers.everybody) if answers.everybody > answers.n else None


def over_target(answers: Answers) -> Means | None:
    size = krejcie_morgan(answers.population)
    return None if size is None else _over(answers, answers.scores, size)


def first_of_table(answers: Answers) -> Means | None:
    return _first(answers, krejcie_morgan(answers.users))


def first_of_slovin(answers: Answers) -> Means | None:
    return _first(answers, slovin(answers.users))


def without_worst(answers: Answers) -> Means | None:
    """Sorted by total score, the lowest rows beyond 96 percent left out."""
    kept = int(round_half_up(KEPT * answers.n, 0))
    if not 0 < kept < answers.n:
        return None
    order = np.argsort(-answers.scores.sum(axis=1, dtype=np.int64), kind="stable")
    return means_of(answers.instrument, answers.scores[order[:kept]])


def people_rounded(answers: Answers) -> Means | None:
    """Each person's mean within an element becomes a whole number first; only where an element has several items."""
    columns = [answers.instrument.items_of(e.key) for e in answers.instrument.elements]
    if all(len(items) == 1 for items in columns):
        return None
    return tuple(_rounded_mean(answers.scores[:, list(items)]) for items in columns)


def other_order(answers: Answers) -> Means | None:
    """The columns U1, U2, … read in the other official order: means under the wrong names."""
    other = swapped_keys(answers.instrument)
    if not other:
        return None
    own = {e.key: mean for e, mean in zip(answers.instrument.elements, answers.means, strict=True)}
    return tuple(own[other.get(e.key, e.key)] for e in answers.instrument.elements)


def empty_as_zero(answers: Answers) -> Means | None:
    """An element that nobody answered counts with mean 0, while the divisor keeps it."""
    some = any(mean is not None for mean in answers.means)
    if not some or None not in answers.means:
        return None
    return tuple(mean or Fraction(0) for mean in answers.means)


def swapped_keys(instrument: Instrument) -> dict[str, str]:
    """Element key -> key whose answers it gets in the other order; empty when there is one order only."""
    orders = list(instrument.orders.values())
    if len(orders) < 2:
        return {}
    return {a: b for a, b in zip(orders[0], orders[1], strict=True) if a != b}


def means_of(instrument: Instrument, scores: Scores) -> Means:
    """Sum over number of answers per element."""
    found = []
    for element in instrument.elements:
        columns = scores[:, list(instrument.items_of(element.key))]
        n = int(np.count_nonzero(columns))
        found.append(Fraction(int(columns.sum(dtype=np.int64)), n) if n else None)
    return tuple(found)


def _over(answers: Answers, scores: Scores, people: int) -> Means:
    """Sums of these rows over another number of people."""
    found = []
    for element in answers.instrument.elements:
        items = list(answers.instrument.items_of(element.key))
        found.append(Fraction(int(scores[:, items].sum(dtype=np.int64)), people * len(items)))
    return tuple(found)


def _first(answers: Answers, size: int | None) -> Means | None:
    if size is None or not 0 < size < answers.n:
        return None
    return means_of(answers.instrument, answers.scores[:size])


def _rounded_mean(columns: NDArray[np.uint8]) -> Fraction | None:
    counts = np.count_nonzero(columns, axis=1)
    sums, counts = columns.sum(axis=1, dtype=np.int64)[counts > 0], counts[counts > 0]
    if not len(counts):
        return None
    return Fraction(int(((2 * sums + counts) // (2 * counts)).sum()), len(counts))  # half up, as SQL's ROUND
