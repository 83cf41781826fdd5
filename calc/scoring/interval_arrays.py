"""Many intervals at once, each the same to the last hundredth as `calc.scoring.interval` finds it alone.

Floats come first, with an allowance for how wrong they may be; the few groups that it could change by a hundredth, and
those whose spread is lost in it, are computed as fractions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calc.instruments.model import Instrument
from calc.scoring import index, index_arrays, interval
from calc.scoring.convention import Convention
from calc.scoring.index_arrays import NONE
from calc.scoring.tally import Tally
from calc.scoring.tally_rows import Tallies, Whole

Floats = NDArray[np.float64]

_EPSILON = float(np.finfo(np.float64).eps)
_STEEP = 100  # an end moves by less than so many times what its variance is wrong by, as parts of the scale
_LEAST = 1e-10  # the same for what a logarithm and its inverse may be wrong by


def intervals(
    instrument: Instrument,
    groups: Tallies,
    convention: Convention,
    populations: Sequence[int | None],
) -> Whole:
    """Low end, high end and margin of the 95 percent intervals of m groups, in hundredths; NONE where there is none.

    Parameters
    ----------
    groups : of responses that count
    populations : service users of each group, as in `calc.scoring.interval.variance`

    Returns
    -------
    int64 of shape (m, 3)
    """
    found = np.full((len(groups.n), 3), NONE, np.int64)
    users = np.array([-1 if one is None else one for one in populations], np.int64).reshape(-1)
    answered = index_arrays.of_elements(instrument, groups.answered)
    known = (answered > 0).all(axis=1)
    census = known & (users == groups.n)
    if census.any():
        point = index_arrays.converted(instrument, groups.answered[census], groups.totals[census], convention)
        found[census] = np.stack([point, point, np.zeros_like(point)], axis=1)
    spread = np.flatnonzero(known & ~census & (groups.n > 1) & ~_alike(instrument, groups))
    if len(spread):
        found[spread] = _spread(instrument, groups.of(spread), convention, users[spread])
    return found


def _alike(instrument: Instrument, groups: Tallies) -> NDArray[np.bool_]:
    """Whether all scores of every element are the same: then there is no spread, exactly.

    Items of one element are looked at together: who left one of two open moves the element's mean, though nobody gave
    either item another score than the others did.
    """
    squares = np.diagonal(groups.squares, axis1=-2, axis2=-1)
    answered, totals, squares = (
        index_arrays.of_elements(instrument, each) for each in (groups.answered, groups.totals, squares)
    )
    return np.asarray((answered * squares == totals**2).all(axis=-1))


def _spread(instrument: Instrument, groups: Tallies, convention: Convention, users: Whole) -> Whole:
    value = index_arrays.near(instrument, groups.answered, groups.totals, convention)
    variance, wrong = _variance(instrument, groups, convention)
    counted = users >= groups.n  # fewer users than responses are a mistaken number
    unasked = np.where(counted, (users - groups.n) / np.maximum(users, 1), 1.0)
    variance, wrong = variance * unasked, wrong * unasked
    sure = variance > 1e4 * wrong
    variance = np.where(sure, variance, 1.0)
    least = float(instrument.factor * sum(convention.weight_of(e.weight) for e in instrument.elements))
    lowest = np.minimum(least, value)
    span = least * instrument.scale - lowest
    quantile = np.array([float(interval.t_quantile(n - 1)) for n in groups.n.tolist()])
    ends = interval.ends((value - lowest) / span, variance / span**2, groups.n - 1, quantile, unasked)
    allowed = 100 * span * (_LEAST + _STEEP * wrong / variance)
    table = np.empty((len(value), 3), np.int64)
    for column, told in enumerate([*(lowest + span * end for end in ends), quantile * np.sqrt(variance)]):
        table[:, column], clear = index_arrays.half_up(100 * told, allowed)
        sure &= clear
    for at in np.flatnonzero(~sure):
        table[at] = _alone(instrument, groups.one(int(at)), convention, int(users[at]))
    return table


def _variance(instrument: Instrument, groups: Tallies, convention: Convention) -> tuple[Floats, Floats]:
    """As `interval.variance` without a population, and by how much it may be wrong.

    Each of the E² terms has some ten roundings, and their sum E² more, each of at most half an epsilon of what the
    terms come to without their signs: (E² + 16) epsilons of that are allowed for.
    """
    each = _element_items(instrument)
    squares, halves, pairs = (
        each @ values @ each.T for values in (groups.squares, groups.halves, groups.pairs)
    )
    n = groups.answered @ each.T
    mean = groups.totals @ each.T / n
    weights = np.array([float(convention.weight_of(e.weight)) for e in instrument.elements])
    moved = weights / n
    left, right = mean[:, :, None], mean[:, None, :]
    both = moved[:, :, None] * moved[:, None, :]
    plus = both * (squares + left * right * pairs)
    minus = both * (right * halves + left * halves.transpose(0, 2, 1))
    scale = float(instrument.factor) ** 2 * groups.n / (groups.n - 1)
    size = scale * (plus + minus).sum(axis=(1, 2))
    return scale * (plus - minus).sum(axis=(1, 2)), size * (len(weights) ** 2 + 16) * _EPSILON


def _element_items(instrument: Instrument) -> Whole:
    """int64 of shape (elements, items): 1 where an item scores an element."""
    keys = [item.element for item in instrument.items]
    return np.array([[key == element.key for key in keys] for element in instrument.elements], np.int64)


def _alone(instrument: Instrument, one: Tally, convention: Convention, users: int) -> Sequence[int]:
    value = index.ni(instrument, one, convention)
    assert value is not None
    shares = index.shares(instrument, convention)
    population = None if users < 0 else users
    bounds = interval.interval(one, shares, instrument.factor, value, population)
    return (NONE,) * 3 if bounds is None else [int(end * 100) for end in bounds]
