"""Do the questions measure one thing? Cronbach's alpha and the correlation of each question with the others.

The 'uji validitas dan reliabilitas' of survey reports, from the tally of the complete responses.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from calc.instruments.model import Instrument
from calc.rounding import round_half_up
from calc.scoring.interval import t_quantile
from calc.scoring.tally import Tally
from calc.statistics.correlation import DECIMALS, Matrix, covariances, with_rest


@dataclass(frozen=True)
class ItemReliability:
    """One item: corrected item-total correlation (three decimals) and alpha without it; None where undefined.

    valid : the correlation reaches the critical value; None when either is unknown
    """

    key: str
    code: str
    correlation: Decimal | None
    alpha_without: Decimal | None
    valid: bool | None


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha (three decimals) of the complete responses.

    n : complete responses; critical : r of the table, two-sided 5 percent, n - 2 degrees of freedom
    """

    n: int
    alpha: Decimal | None
    critical: Decimal | None
    items: tuple[ItemReliability, ...]


FEWEST = 3  # responses; with two, every correlation is 1, -1 or undefined


def reliability(instrument: Instrument, complete: Tally) -> Reliability | None:
    """Alpha, and per item the corrected correlation with the sum of the others and alpha without it.

    An item that everybody answered alike has no correlation (None); it is neither valid nor invalid.
    None for all: fewer than three complete responses, fewer than two items, or no spread among the sums.

    Raises
    ------
    ValueError
        When the tally has blanks or counts other items than the instrument asks.
    """
    if complete.k != len(instrument.items):
        raise ValueError(f"{instrument.key} has {len(instrument.items)} items, the tally {complete.k}")
    spread = covariances(complete, [(i,) for i in range(complete.k)])
    alpha = cronbach(spread)
    if complete.n < FEWEST or alpha is None:
        return None
    critical = critical_r(complete.n)
    items = tuple(
        ItemReliability(
            key=item.key,
            code=instrument.element(item.element).code,
            correlation=correlation,
            alpha_without=_printed(cronbach(_without(spread, i))),
            valid=None if correlation is None else correlation >= critical,
        )
        for i, (item, correlation) in enumerate(zip(instrument.items, with_rest(spread), strict=True))
    )
    return Reliability(complete.n, _printed(alpha), critical, items)


def cronbach(spread: Matrix) -> Fraction | None:
    """k / (k - 1) * (1 - sum of the items' variances / variance of their sum), exact. Source: Cronbach (1951).

    spread : covariances of shape (k, k) up to a common factor. None for fewer than two items or equal sums.
    """
    k, total = len(spread), sum(map(sum, spread))
    if k < 2 or total <= 0:
        return None
    return Fraction(k, k - 1) * (1 - Fraction(sum(spread[i][i] for i in range(k)), total))


def critical_r(n: int) -> Decimal:
    """The r of the table: two-sided 5 percent, n - 2 degrees of freedom, three decimals.

    r = t / sqrt(df + t²); tables that are read with n print this value beside n, others beside df.

    Raises
    ------
    ValueError
        For fewer than three responses.
    """
    if n < FEWEST:
        raise ValueError(f"a correlation of {n} responses has no critical value")
    t = t_quantile(n - 2)
    return round_half_up(t / (n - 2 + t * t).sqrt(), DECIMALS)


def _without(spread: Matrix, item: int) -> Matrix:
    return [[v for j, v in enumerate(row) if j != item] for i, row in enumerate(spread) if i != item]


def _printed(value: Fraction | None) -> Decimal | None:
    return None if value is None else round_half_up(value, DECIMALS)
