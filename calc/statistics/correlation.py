"""Correlations from the cross-products of a `Tally`: of items or elements with each other and with the rest.

Everything up to the square root is whole numbers, so that the same answers give the same digits on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import lcm

from calc.rounding import round_half_up
from calc.scoring.tally import Tally

Matrix = list[list[int]]

DECIMALS = 3  # as tables of r are printed


def covariances(complete: Tally, groups: Sequence[Sequence[int]]) -> Matrix:
    """Covariances of the mean scores of groups of items, times a common positive number.

    Parameters
    ----------
    complete : of responses without any blank
    groups : columns of the items of each group; ``[(0,), (1,)]`` for single items

    Returns
    -------
    Whole numbers of shape (groups, groups): n * sum xy - sum x * sum y, symmetric. Only their ratios mean something.

    Raises
    ------
    ValueError
        When the tally has blanks: a person's scores can then not be paired.
    """
    if (complete.answered != complete.n).any():
        raise ValueError("correlations need the tally of the complete responses")
    squares, totals, n = complete.squares.tolist(), complete.totals.tolist(), complete.n
    common = lcm(*(len(group) for group in groups))
    return [
        [
            sum(n * squares[i][j] - totals[i] * totals[j] for i in left for j in right)
            * (common // len(left))
            * (common // len(right))
            for right in groups
        ]
        for left in groups
    ]


def with_rest(spread: Matrix) -> list[Decimal | None]:
    """Corrected item-total correlations: each variable with the sum of the others, three decimals.

    None for a variable without variance, or when the others together have none.
    """
    rows = [sum(row) for row in spread]
    whole = sum(rows)
    return [
        pearson(total - row[i], row[i], whole - 2 * total + row[i])
        for i, (row, total) in enumerate(zip(spread, rows, strict=True))
    ]


def pearson(together: Fraction | int, x: Fraction | int, y: Fraction | int) -> Decimal | None:
    """Covariance over the root of the product of two variances, three decimals; None when either is 0."""
    if x <= 0 or y <= 0:
        return None
    with localcontext() as context:
        context.prec = 40
        square = Fraction(together) ** 2 / (Fraction(x) * Fraction(y))
        root = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
        return round_half_up(root if together >= 0 else -root, DECIMALS)
