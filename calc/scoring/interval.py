"""How sure an index is: standard error from a tally by the delta method, and the 95 percent interval.

Answers of one person are alike, so the spread of the index needs the cross-products of a `Tally`; score
counts alone would give less than half the true width. The interval is laid on the logit of where the index lies
between the ends of its scale, so that it never leaves the scale and keeps its promise near the ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc.rounding import round_half_up
from calc.scoring.tally import Tally

Numbers = float | NDArray[np.float64] | NDArray[np.int64]

LEVEL = Decimal("0.95")
ENOUGH = (
    30  # responses that may all be alike and still, beside others, count as a value without sampling error
)

# 97.5 percent quantiles of Student's t for 1 … 30 degrees of freedom, two decimals more than printed tables have
# (scipy.stats.t.ppf): so that what is derived from them agrees with other tables to the third decimal.
_T = tuple(
    map(
        Decimal,
        "12.70620 4.30265 3.18245 2.77645 2.57058 2.44691 2.36462 2.30600 2.26216 2.22814 "
        "2.20099 2.17881 2.16037 2.14479 2.13145 2.11991 2.10982 2.10092 2.09302 2.08596 "
        "2.07961 2.07387 2.06866 2.06390 2.05954 2.05553 2.05183 2.04841 2.04523 2.04227".split(),
    )
)
_Z = Decimal("1.959963985")

# What an interval cannot tell, for every page and paper that prints one.
CHANCE_ONLY = "Responden memilih sendiri untuk mengisi, tidak diacak; selang hanya mencakup faktor kebetulan."
FEW_ANSWERS = f"Dengan kurang dari {ENOUGH} responden, selang ini hanya ancar-ancar."
FEW_OFF_THE_END = 5  # the rule of thumb for normal intervals of proportions: five on either side


class Share(NamedTuple):
    """An element's part of the index: its weight and the columns of the items that score it."""

    weight: Fraction
    items: tuple[int, ...]


class Bounds(NamedTuple):
    """Lower and upper end of an interval, and the margin of error (t times standard error); two decimals.

    The ends do not lie at value ± margin: the nearer end of the scale is approached, never reached.
    """

    low: Decimal
    high: Decimal
    margin: Decimal


class Estimate(NamedTuple):
    """A converted index, not rounded, and what is known of its sampling error.

    variance : None where the answers do not tell; 0 for a census, or where all answered alike
    freedom : degrees of freedom of the variance; n : responses
    lowest, highest : what the weights can reach
    census : every service user answered
    unasked : the part of the service users that did not answer; 1 where nobody counted them
    """

    value: Fraction
    variance: Fraction | None
    freedom: int
    n: int
    lowest: Fraction
    highest: Fraction
    census: bool = False
    unasked: Fraction = Fraction(1)

    @property
    def tells(self) -> bool:
        """Whether its variance may be added to others': fewer people who all answered alike prove nothing."""
        return self.variance is not None and (self.variance > 0 or self.census or self.n >= ENOUGH)


@cache  # lists of hundreds of units ask for the same few again and again
def t_quantile(freedom: int) -> Decimal:
    """97.5 percent quantile of Student's t: the table up to 30 degrees, then the Cornish-Fisher expansion.

    t, not the normal 1.96: the standard error is estimated from the same answers, and units of 30 respondents
    are common; from some hundred respondents on both agree to two decimals.
    """
    if freedom < 1:
        raise ValueError("Student's t needs at least one degree of freedom")
    if freedom <= len(_T):
        return _T[freedom - 1]
    first = (_Z**3 + _Z) / (4 * freedom)
    second = (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * Decimal(freedom) ** 2)
    third = (3 * _Z**7 + 19 * _Z**5 + 17 * _Z**3 - 15 * _Z) / (384 * Decimal(freedom) ** 3)
    return _Z + first + second + third


def variance(
    tally: Tally, shares: Sequence[Share], factor: Fraction, population: int | None = None
) -> Fraction:
    """Sampling variance of the converted index, exact.

    Linearised: response i moves the index by d_i = factor * sum over elements of
    weight / N_e * (sum of its scores - mean_e * number of its answers); the variance is
    n / (n - 1) * sum d_i², times 1 - n/N for a population of N. A population as large as the sample is a census
    (variance 0); a smaller one is a mistaken number and corrects nothing.

    Raises
    ------
    ValueError
        For fewer than two responses or an element without answers: the spread is not defined.
    """
    n = tally.n
    answered = _sums(tally.answered, shares)
    if n < 2 or not all(answered):
        raise ValueError("a variance needs two responses and an answer to every element")
    if population is not None and population < n:
        population = None
    totals = _sums(tally.totals, shares)
    squares, halves, pairs = tally.squares.tolist(), tally.halves.tolist(), tally.pairs.tolist()
    # weight / N² of every element over one denominator, so that the sums below are whole numbers
    parts = [share.weight / n_e**2 for share, n_e in zip(shares, answered, strict=True)]
    denominator = lcm(*(part.denominator for part in parts))
    parts_whole = [int(part * denominator) for part in parts]
    spread = 0
    for a, left in enumerate(shares):
        for b, right in enumerate(shares[: a + 1]):
            # sum over responses of (N_a x_a - S_a answered_a)(N_b x_b - S_b answered_b)
            moment = (
                answered[a] * answered[b] * _block(squares, left, right)
                - answered[a] * totals[b] * _block(halves, left, right)
                - answered[b] * totals[a] * _block(halves, right, left)
                + totals[a] * totals[b] * _block(pairs, left, right)
            )
            spread += parts_whole[a] * parts_whole[b] * moment * (1 if a == b else 2)
    result = factor**2 * Fraction(spread * n, denominator**2 * (n - 1))
    return result if population is None else result * Fraction(population - n, population)


def estimate(
    tally: Tally,
    shares: Sequence[Share],
    factor: Fraction,
    index: Fraction,
    population: int | None = None,
) -> Estimate:
    """The converted index of one group with its sampling error; parameters as `variance`."""
    census = tally.n > 0 and population == tally.n
    try:
        spread: Fraction | None = variance(tally, shares, factor, population)
    except ValueError:
        spread = Fraction(0) if census else None
    value, least = index * factor, factor * sum((share.weight for share in shares), Fraction(0))
    lowest = min(least, value)  # rounded weighted means may fall below: 9 x 0,11 instead of 9 x 1/9
    unasked = (
        Fraction(population - tally.n, population) if population and population >= tally.n else Fraction(1)
    )
    freedom, highest = max(tally.n - 1, 1), least * tally.scale
    return Estimate(value, spread, freedom, tally.n, lowest, highest, census, unasked)


def interval(
    tally: Tally,
    shares: Sequence[Share],
    factor: Fraction,
    index: Fraction,
    population: int | None = None,
) -> Bounds | None:
    """95 percent interval of the converted index of one group; see `bounds`."""
    return bounds(estimate(tally, shares, factor, index, population))


def bounds(found: Estimate) -> Bounds | None:
    """95 percent interval, inside the range that the weights can reach; see `ends`.

    None where the answers say nothing about their spread: fewer than two responses, an element without
    answers, or no spread at all among the answers (five times 'all 4' does not prove 100 ± 0). A census
    (population equal to n) has no sampling error: both ends are the index itself.
    """
    if found.census:
        point = round_half_up(found.value, 2)
        return Bounds(point, point, Decimal("0.00"))
    if not found.variance:
        return None
    span = found.highest - found.lowest
    share = (found.value - found.lowest) / span
    low, high = ends(
        float(share),
        float(found.variance / span**2),
        found.freedom,
        float(t_quantile(found.freedom)),
        float(found.unasked),
    )
    low_end, high_end = (found.lowest + span * Fraction(float(end)) for end in (low, high))
    half = half_width(found.variance, found.freedom)
    return Bounds(round_half_up(low_end, 2), round_half_up(high_end, 2), round_half_up(half, 2))


def ends(
    share: Numbers, variance: Numbers, freedom: Numbers, quantile: Numbers, unasked: Numbers = 1.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both ends of the interval of a mean that cannot leave 0 to 1; floats, or arrays of one shape for many units.

    logit(share) ± quantile * standard error / (share * (1 - share)): the delta-method interval of survey practice for
    proportions (Korn & Graubard 1998; R survey, svyciprop method "logit"), for the index as a part of its scale.

    Near an end the standard error comes from the few people who were not wholly content, and is too small whenever
    these are missed. So where fewer than five (effective) respondents lie off the nearer end, the interval also holds
    that of the same answers and up to one respondent more who chose the middle of the scale: one where nobody lies off
    the end, none from five on (pseudo-observations after Agresti & Coull 1998). Elsewhere it is the plain formula.
    Simulated in tests/calc/test_coverage.py.

    Parameters
    ----------
    share : (index - lowest) / (highest - lowest); rounding steps may have pushed it onto an end
    variance : its sampling variance, above 0, corrected for a finite population
    freedom : degrees of freedom of the variance; n - 1 for one group
    quantile : Student's t for these
    unasked : 1 - n / N of a known population, above 0; the added respondent shrinks with it
    """
    n = np.asarray(freedom, np.float64) + 1
    spread = np.asarray(variance, np.float64) / unasked
    # scores whose mean is so near an end cannot spread more than near * (1 - near): Bhatia & Davis (2000)
    least = np.minimum(spread * freedom, 0.5)
    centre = np.clip(share, least, 1 - least)
    off = np.minimum(centre, 1 - centre) ** 2 / spread
    added = np.clip(1 - off / FEW_OFF_THE_END, 0, 1) * unasked
    with_it = (centre * n + added / 2) / (n + added)
    squares = spread * freedom * n + added * n / (n + added) * (centre - 0.5) ** 2
    error = np.sqrt(squares / (n + added) / (freedom + added) * unasked)
    low, high = _around(centre, np.asarray(quantile * np.sqrt(variance)))
    low_with_it, high_with_it = _around(with_it, np.asarray(quantile * error))
    # a value that rounding steps pushed onto the end belongs to its interval
    return np.minimum(np.minimum(low, low_with_it), share), np.maximum(np.maximum(high, high_with_it), share)


def _around(
    centre: NDArray[np.float64], half: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points whose logits lie half / (centre * (1 - centre)) below and above that of the centre."""
    less = np.exp(-half / (centre * (1 - centre)))
    return centre * less / (centre * less + 1 - centre), centre / (centre + (1 - centre) * less)


def limits(n: int, low: Decimal, high: Decimal) -> str:
    """What an interval of n answers cannot tell, in sentences; empty for one without width (everybody answered)."""
    if low == high:
        return ""
    return f"{FEW_ANSWERS} {CHANCE_ONLY}" if n < ENOUGH else CHANCE_ONLY


def half_width(spread: Fraction, freedom: int) -> Fraction:
    """Margin of error: Student's t times the standard error."""
    return Fraction(t_quantile(freedom) * _root(spread))


def welch_freedom(parts: Sequence[tuple[Fraction, int]]) -> int:
    """Degrees of freedom of a sum of independent variances, rounded down, so that the interval is never too narrow.

    parts : each variance with its own degrees of freedom. Source: Welch (1947), Satterthwaite (1946).
    """
    whole = sum((spread for spread, _ in parts), Fraction(0))
    below = sum((spread**2 / freedom for spread, freedom in parts), Fraction(0))
    return max(int(whole**2 / below), 1) if below else 1


def _sums(values: NDArray[np.int64], shares: Sequence[Share]) -> list[int]:
    """One sum per element over its items."""
    listed = values.tolist()
    return [sum(listed[i] for i in share.items) for share in shares]


def _block(products: list[list[int]], left: Share, right: Share) -> int:
    """Sum of one matrix over the items of two elements."""
    return sum(products[i][j] for i in left.items for j in right.items)


def _root(value: Fraction) -> Decimal:
    """Square root to 28 digits, the same on every machine."""
    with localcontext() as context:
        context.prec = 40
        return (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()
