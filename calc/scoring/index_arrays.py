"""Many indexes at once, each the same to the last hundredth as `calc.scoring.index` finds it alone.

With rounded steps everything is whole numbers. With exact weights, floats come first: where one lies farther from the
border between two hundredths than it can be wrong, it rounds as the exact value does; the few others are computed as
fractions.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, lcm

import numpy as np
from numpy.typing import NDArray

from calc.instruments.model import Instrument
from calc.rounding import round_half_up
from calc.scoring import index
from calc.scoring.convention import Convention, check
from calc.scoring.tally_rows import Whole

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
    return _rounded(instrument, answered, totals, convention, instrument.factor * 100)


def ni(instrument: Instrument, answered: Whole, totals: Whole, convention: Convention) -> Whole:
    """Indexes (NI) before conversion in ten-thousandths; parameters and errors as in `converted`."""
    return _rounded(instrument, answered, totals, convention, Fraction(10_000))


def near(
    instrument: Instrument, answered: Whole, totals: Whole, convention: Convention
) -> NDArray[np.float64]:
    """Converted indexes as floats, not rounded but for the convention's steps; every element has answers."""
    n, total = of_elements(instrument, answered), of_elements(instrument, totals)
    if convention.mean_decimals is None and convention.weighted_decimals is None:
        return _floats(instrument, n, total, convention, instrument.factor)[0]
    if not _fits(instrument, total, convention, instrument.factor):
        pairs = zip(n, total, strict=True)
        found = [_alone(instrument, *pair, convention) * instrument.factor for pair in pairs]
        return np.array(found, np.float64)
    weighted, common = _steps(instrument, n, total, convention)
    return weighted / (100 * common) * float(instrument.factor)


def _rounded(
    instrument: Instrument, answered: Whole, totals: Whole, convention: Convention, scale: Fraction
) -> Whole:
    """NI times the scale, rounded half-up to a whole number."""
    check(instrument, convention)
    n, total = of_elements(instrument, answered), of_elements(instrument, totals)
    found = np.full(len(n), NONE, np.int64)
    known = np.flatnonzero((n > 0).all(axis=1))
    n, total = n[known], total[known]
    value, sure = _value(instrument, n, total, convention, scale)
    for at in np.flatnonzero(~sure):
        value[at] = round_half_up(_alone(instrument, n[at], total[at], convention) * scale, 0)
    found[known] = value
    return found


def of_elements(instrument: Instrument, values: Whole) -> Whole:
    """Added up over the items of each element: (m, k) to (m, elements)."""
    columns = [list(instrument.items_of(element.key)) for element in instrument.elements]
    return np.stack([values[:, items].sum(axis=1) for items in columns], axis=1)


def _value(
    instrument: Instrument, n: Whole, total: Whole, convention: Convention, scale: Fraction
) -> tuple[Whole, NDArray[np.bool_]]:
    """Rounded values, and whether they are proven; every element has answers."""
    if convention.mean_decimals is None and convention.weighted_decimals is None:
        return half_up(*_floats(instrument, n, total, convention, scale))
    return _by_steps(instrument, n, total, convention, scale)


def bands(instrument: Instrument, hundredths: Whole) -> NDArray[np.intp]:
    """Position in instrument.bands of every converted index, NONE where there is none; as `Instrument.band`."""
    floors = [ceil(Fraction(band.floor) * 100) for band in instrument.bands]
    position = len(floors) - np.searchsorted(floors[::-1], hundredths, side="right")
    return np.where(hundredths == NONE, NONE, np.minimum(position, len(floors) - 1))


def _floats(
    instrument: Instrument, n: Whole, total: Whole, convention: Convention, scale: Fraction
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """NI with exact weights and no rounding steps, times the scale, and by how much it may be wrong.

    Each of the E terms is positive and has five roundings (its coefficient, both whole numbers, the division, the
    product), the sum has E - 1 more, each off by at most half an epsilon of its value: together no more than
    (E + 4) / 2 epsilons of the sum. E + 2 are allowed for.
    """
    coefficients = [float(scale * convention.weight_of(e.weight)) for e in instrument.elements]
    value = (total / n * coefficients).sum(axis=1)
    return value, value * ((len(coefficients) + 2) * _EPSILON)


def half_up(value: NDArray[np.float64], wrong: NDArray[np.float64]) -> tuple[Whole, NDArray[np.bool_]]:
    """Rounded half-up, and whether a value that is wrong by so much rounds alike. Subtracting the floor is exact."""
    below = np.floor(value)
    over = value - below - 0.5
    return (below + (over >= 0)).astype(np.int64), np.abs(over) > wrong


def _by_steps(
    instrument: Instrument, n: Whole, total: Whole, convention: Convention, scale: Fraction
) -> tuple[Whole, NDArray[np.bool_]]:
    """The same after the convention's rounding steps in whole numbers, and whether 64 bits held these."""
    if not _fits(instrument, total, convention, scale):
        return np.zeros(len(n), np.int64), np.zeros(len(n), np.bool_)
    weighted, common = _steps(instrument, n, total, convention)
    scale = scale / 100
    value = _half_up(weighted * scale.numerator, np.asarray(common * scale.denominator))
    return value, np.ones(len(n), np.bool_)


def _steps(instrument: Instrument, n: Whole, total: Whole, convention: Convention) -> tuple[Whole, int]:
    """NI in hundredths after the rounding steps, as numerators over one denominator.

    The steps make means or weighted means in hundredths; then these are added up.
    """
    weights = [convention.weight_of(element.weight) for element in instrument.elements]
    over = np.array([weight.numerator for weight in weights])
    under = np.array([weight.denominator for weight in weights])
    mean, of = total * 100, n  # 100 x NRR as a fraction
    if convention.mean_decimals is not None:
        mean, of = _half_up(mean, of), np.ones_like(n)
    if convention.weighted_decimals is not None:
        return _half_up(mean * over, of * under).sum(axis=1), 1
    common = lcm(*(weight.denominator for weight in weights))
    return (mean * (over * (common // under))).sum(axis=1), common


def _half_up(numerator: Whole, denominator: Whole) -> Whole:
    return np.asarray((2 * numerator + denominator) // (2 * denominator), dtype=np.int64)


def _fits(instrument: Instrument, total: Whole, convention: Convention, scale: Fraction) -> bool:
    """Whether no whole number of the rounding steps leaves 64 bits."""
    weights = [convention.weight_of(element.weight) for element in instrument.elements]
    common = lcm(*(weight.denominator for weight in weights))
    largest = int(total.max(initial=0)) + instrument.scale * 100
    size = 400 * largest * common * len(weights) * scale.numerator * scale.denominator
    return size < 1 << 62


def _alone(instrument: Instrument, n: Whole, total: Whole, convention: Convention) -> Fraction:
    """The exact NI of one group."""
    means = [Fraction(*pair) for pair in zip(total.tolist(), n.tolist(), strict=True)]
    value = index.of_means(instrument, means, convention)
    assert value is not None
    return value
