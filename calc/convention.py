"""How the index is computed: which weight, which rounding steps, what a blank does. Each with its name for print."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Convention:
    """A way to compute the index.

    name : 'exact', '0.111', '0.11', '0.071', each also with '-nrr2' and/or '-weighted2'
    weight : one weight for every element, or None for the instrument's exact weights
    mean_decimals : decimals that the element mean (NRR) is rounded to before it is weighted; None: not rounded
    weighted_decimals : decimals that each weighted mean is rounded to before the sum; None: not rounded
    minimum_answers : a response counts when it answered at least this many items; 0: every response
    """

    name: str
    weight: Fraction | None = None
    mean_decimals: int | None = None
    weighted_decimals: int | None = None
    minimum_answers: int = 0

    @property
    def words(self) -> str:
        """One Indonesian sentence for print."""
        raise NotImplementedError  # H1


class ConventionError(ValueError):
    """An unknown convention; the message lists the known ones."""


def convention(name: str, minimum_answers: int = 0) -> Convention:
    """The convention of that name."""
    raise NotImplementedError  # H1
