"""How many respondents are enough: Krejcie and Morgan, Slovin, Cochran. A target, no operand of the index."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from calc.rounding import round_half_up

_CHI_SQUARE = Fraction("3.841")  # one degree of freedom, 5 percent
_ERROR = Fraction("0.05")
_Z = Fraction("1.96")


def krejcie_morgan(population: int | None) -> int | None:
    """Sample size for a population, rounded half-up; None for an unknown or empty population.

    S = X2 N P Q / (d2 (N - 1) + X2 P Q) with X2 = 3.841, P = Q = 0.5, d = 0.05. Source: Krejcie and Morgan
    (1970); the rounding reproduces all 90 rows of their table.
    """
    if population is None or population <= 0:
        return None
    spread = _CHI_SQUARE / 4
    size = spread * population / (_ERROR**2 * (population - 1) + spread)
    return int(round_half_up(size, 0))


def slovin(population: int | None, error: Fraction | Decimal | str = _ERROR) -> int | None:
    """N / (1 + N e2), rounded up as its users do; None for an unknown or empty population."""
    if population is None or population <= 0:
        return None
    size = population / (1 + population * Fraction(error) ** 2)
    return -(-size.numerator // size.denominator)


def cochran(
    population: int | None = None,
    error: Fraction | Decimal | str = _ERROR,
    share: Fraction | Decimal | str = Fraction(1, 2),
) -> int | None:
    """z2 p q / e2 (95 percent, z = 1.96), with finite population correction when N is given; rounded up."""
    if population is not None and population <= 0:
        return None
    p = Fraction(share)
    size = _Z**2 * p * (1 - p) / Fraction(error) ** 2
    if population is not None:
        size = size / (1 + (size - 1) / population)
    return -(-size.numerator // size.denominator)
