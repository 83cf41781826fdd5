"""Is the index of this period really another than before, or is it chance? The difference of two independent groups."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from calc.dossier import Change
from calc.interval import Estimate, half_width, welch_freedom
from calc.rounding import round_half_up


def change(this: Estimate | None, before: Estimate | None) -> Change | None:
    """This minus before, with the 95 percent interval of Welch (1947), cut to what the weights can reach.

    The difference is that of the two printed values, so that a reader can subtract them. Both groups must have
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
        return _change(difference, Fraction(0), this, before) if sure else None
    if not (this.tells and before.tells):
        return None
    freedom = welch_freedom([(one.variance or Fraction(0), one.freedom) for one in (this, before)])
    return _change(difference, half_width(whole, freedom), this, before)


def _change(difference: Decimal, half: Fraction, this: Estimate, before: Estimate) -> Change:
    least, most = this.lowest - before.highest, this.highest - before.lowest
    centre = Fraction(difference)
    low, high = (round_half_up(end, 2) for end in (max(centre - half, least), min(centre + half, most)))
    return Change(difference, low, high, real=not low <= 0 <= high)
