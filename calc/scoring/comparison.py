"""Is the index of this period really another than before, or is it chance? The difference of two independent groups."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from calc.rounding import round_half_up
from calc.scoring.interval import Estimate, half_width, welch_freedom
from calc.scoring.result import Interval


@dataclass(frozen=True)
class Change:
    """Difference of the converted index to an earlier period: this minus that, with its 95 percent interval.

    real : the interval does not contain 0, so the change is more than chance
    """

    difference: Decimal
    low: Decimal
    high: Decimal
    real: bool


def change(this: Estimate | None, before: Estimate | None) -> Change | None:
    """This minus before, with the 95 percent interval of Welch (1947), cut to what the weights can reach.

    The difference is that of the two printed values, so that a reader can subtract them; its interval lies around
    the exact one. Both groups must have
    answered the same questionnaire, counted under the same convention and rule of combining services.

    None where it cannot be told: no index, an unknown variance (one response), or answers without any spread of
    fewer than 30 people on one side. Two groups without spread are equal or cannot be told apart. Two
    censuses have no sampling error: any difference is real.
    """
    if this is None or before is None or this.variance is None or before.variance is None:
        return None
    difference = round_half_up(this.value, 2) - round_half_up(before.value, 2)
    whole = this.variance + before.variance
    if not whole:
        sure = difference == 0 or (this.census and before.census)
        return Change(difference, difference, difference, real=difference != 0) if sure else None
    if not (this.tells and before.tells):
        return None
    freedom = welch_freedom([(one.variance or Fraction(0), one.freedom) for one in (this, before)])
    return _change(difference, half_width(whole, freedom), this, before)


class Listed(Protocol):
    """What a list knows of a result."""

    @property
    def index(self) -> Fraction | Decimal | None: ...
    @property
    def interval(self) -> Interval | None: ...


def beyond_chance(this: Listed, before: Listed, factor: Fraction) -> bool:
    """Whether two results differ by more than their intervals explain, where only the results are at hand (lists).

    The distance from each value to the end of its interval that faces the other, squares added, against the exact
    difference: 'method of variance estimates recovery' for intervals that are not symmetric (Zou & Donner 2008).

    factor : points of the converted index per point of the index
    """
    if this.index is None or before.index is None or this.interval is None or before.interval is None:
        return False
    now, then = Fraction(this.index) * factor, Fraction(before.index) * factor
    if now >= then:
        ends = now - Fraction(this.interval.low), Fraction(before.interval.high) - then
    else:
        ends = Fraction(this.interval.high) - now, then - Fraction(before.interval.low)
    return (now - then) ** 2 > sum(end**2 for end in ends)


def _change(difference: Decimal, half: Fraction, this: Estimate, before: Estimate) -> Change:
    least, most = this.lowest - before.highest, this.highest - before.lowest
    centre = this.value - before.value
    low, high = (round_half_up(end, 2) for end in (max(centre - half, least), min(centre + half, most)))
    return Change(difference, low, high, real=difference != 0 and not low <= 0 <= high)
