"""The one place where an exact number becomes a printed one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction | Decimal | int, decimals: int) -> Decimal:
    """Round to a number of decimals, halves away from zero, as people do by hand.

    Parameters
    ----------
    value : Fraction, Decimal or int
        Exact value; floats are refused because they cannot decide a half.
    decimals : int
        Decimals to keep, 0 or more.

    Returns
    -------
    Decimal
        With exactly `decimals` decimals, so that ``str()`` prints trailing zeros.
    """
    if isinstance(value, float):
        raise TypeError("round_half_up wants an exact number, not a float")
    scaled = Fraction(value) * 10**decimals
    whole = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-decimals)
