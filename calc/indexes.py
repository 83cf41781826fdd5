"""Many indexes at once, each the same to the last hundredth as `calc.index` finds it alone.

With rounded steps everything is whole numbers. With exact weights, floats come first: where one lies farther from the
border between two hundredths than it can be wrong, it rounds as the exact value does; the few others are computed as
fractions.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, lcm

import numpy as np
from numpy.typing import NDArray

from calc import index
from calc.convention import Convention, check
from calc.instrument import Instrument

Whole = NDArray[np.int64]

NONE = -1  # stands for 'no index': an element has no answer
_EPSILON = float(np.finfo(np.float64).eps)


def converted(instrument: Instrument, answered: Whole, totals: Whole, convention: Convention) -> Whole:
    """Converted indexes of m groups in hundredths, shape (m,); NONE where a group has no index.

    Parameters
    ----------
    answered : int64 of shape (m, k), answers to each item
    totals : int64 of shape (m, k), sums of their scores

    Raises
    ------
    ConventionError
        When the convention's weight belongs to another number of elements.
    """
    check(instrument, convention)
    columns = [list(instrument.items_of(element.key)) for element in instrument.elements]
    n = np.stack([answered[:, items].sum(axis=1) for items in columns], axis=1)
    total = np.stack([totals[:, items].sum(axis=1) for items in columns], axis=1)
    found = np.full(len(n), NONE, np.int64)
    known = np.flatnonzero((n > 0).all(axis=1))
    n, total = n[known], total[known]
    if convention.mean_decimals is None and convention.weighted_decimals is None:
        hundredths, sure = _by_floats(instrument, n, total, convention)
    else:
        hundredths, sure = _by_steps(instrument, n, total, convention)
    for at in np.flatnonzero(~sure):
        hundredths[at] = _alone(instrument, n[at], total[at], convention)
    found[known] = hundredths
    return found


def bands(instrument: Instrument, hundredths: Whole) -> NDArray[np.intp]:
    """Position in instrument.bands of every converted index, NONE where there is none; as `Instrument.band`."""
    floors = [ceil(Fraction(band.floor) * 100) for band in instrument.bands]
    position = len(floors) - np.searchsorted(floors[::-1], hundredths, side="right")
    return np.where(hundredths == NONE, NONE, np.minimum(position, len(floors) - 1))


def _by_floats(
    instrument: Instrument, n: Whole, total: Whole, convention: Convention
) -> tuple[Whole, NDArray[np.bool_]]:
    """Hundredths rounded half-up, and whether that is proven.

    Each of the E terms is positive and has five roundings (its coefficient, both whole numbers, the division, the
    product), the sum has E - 1 more, each off by at most half an epsilon of its value: together no more than
    (E + 4) / 2 epsilons of the sum. E + 2 are allowed for. Subtracting the floor is exact.
    """
    factor = instrument.factor * 100
    coefficients = [float(factor * convention.weight_of(e.weight)) for e in instrument.elements]
    value = (total / n * coefficients).sum(axis=1)
    below = np.floor(value)
    over = value - below - 0.5
    sure = np.abs(over) > value * ((len(coefficients) + 2) * _EPSILON)
    return (below + (over >= 0)).astype(np.int64), sure


def _by_steps(
    instrument: Instrument, n: Whole, total: Whole, convention: Convention
) -> tuple[Whole, NDArray[np.bool_]]:
    """Hundredths after the convention's rounding steps in whole numbers, and whether 64 bits held these.

    The steps make means or weighted means in hundredths; then these are added up.
    """
    if not _fits(instrument, total, convention):
        return np.zeros(len(n), np.int64), np.zeros(len(n), np.bool_)
    weights = [convention.weight_of(element.weight) for element in instrument.elements]
    over = np.array([weight.numerator for weight in weights])
    under = np.array([weight.denominator for weight in weights])
    mean, of = total * 100, n  # 100 x NRR as a fraction
    if convention.mean_decimals is not None:
        mean, of = _half_up(mean, of), np.ones_like(n)
    if convention.weighted_decimals is not None:
        weighted, common = _half_up(mean * over, of * under).sum(axis=1), 1
    else:
        common = lcm(*(weight.denominator for weight in weights))
        weighted = (mean * (over * (common // under))).sum(axis=1)
    factor = instrument.factor
    hundredths = _half_up(weighted * factor.numerator, np.asarray(common * factor.denominator))
    return hundredths, np.ones(len(n), np.bool_)


def _half_up(numerator: Whole, denominator: Whole) -> Whole:
    return np.asarray((2 * numerator + denominator) // (2 * denominator), dtype=np.int64)


def _fits(instrument: Instrument, total: Whole, convention: Convention) -> bool:
    """Whether no whole number of the rounding steps leaves 64 bits."""
    weights = [convention.weight_of(element.weight) for element in instrument.elements]
    common = lcm(*(weight.denominator for weight in weights))
    largest = int(total.max(initial=0)) + instrument.scale * 100
    size = 400 * largest * common * len(weights) * instrument.factor.numerator * instrument.factor.denominator
    return size < 1 << 62


def _alone(instrument: Instrument, n: Whole, total: Whole, convention: Convention) -> int:
    sums = [index.ElementSums(*pair) for pair in zip(n.tolist(), total.tolist(), strict=True)]
    found = index.converted_index(instrument, sums, convention)
    return NONE if found is None else int(found * 100)
