"""Is an element above or below the line of the diagram by more than chance? For its mean and for its correlation.

The line is the mean of the elements that are placed, and moves with them: what is tested is the distance of an
element to it. All elements are looked at together, so the level of 95 percent holds for all of them at once
(Bonferroni): of twenty surveys in which no element differs, about one calls any of them certain. A census is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from calc.scoring.interval import Share, variance
from calc.scoring.tally import Tally
from calc.statistics.correlation import Matrix

FEWEST = 100  # complete responses; below it the errors of correlations are themselves guesses
ERROR = 0.05  # chance that any element is called certain where none differs
# The same asked of correlations: the formula is for normal answers, and with four steps that crowd at one end errs two
# to three times as often as it says (simulated in tests/calc/test_certainty.py), most at a hundred responses.
ERROR_OF_CORRELATIONS = 0.01


def means_apart(
    answers: Tally, groups: Sequence[Sequence[int]], means: Sequence[Fraction], population: int | None = None
) -> list[bool]:
    """Whether each mean differs from the mean of them all by more than its margin.

    The standard error is that of the difference (`calc.scoring.interval.variance` with weight 1 - 1/k for the
    element itself and -1/k for the others): answers of one person go together, so a difference is
    surer than either mean.

    Parameters
    ----------
    answers : of all responses that count; groups : columns of the items of each of the k elements
    means : as printed; an average over services is given the error of all responses together
    population : service users, for the finite correction
    """
    k, wide = len(groups), _quantile(ERROR / max(1, len(groups)), answers.n)
    if answers.n < FEWEST:
        return [False] * k
    line = sum(means, Fraction(0)) / k
    found = []
    for at, mean in enumerate(means):
        shares = [
            Share(Fraction(int(at == other)) - Fraction(1, k), tuple(items))
            for other, items in enumerate(groups)
        ]
        error = sqrt(variance(answers, shares, Fraction(1), population))
        found.append(abs(float(mean - line)) > wide * error)
    return found


def correlations_apart(
    spread: Matrix, n: int, kurtosis: float = 0.0, population: int | None = None
) -> list[bool]:
    """Whether each correlation with the rest differs from the mean of them all by more than its margin.

    Large-sample covariances of correlations that share variables, Olkin and Siotani (1976), as Steiger (1980)
    prints them, need nothing but the correlations. They hold for normal scores; answers that are more peaked make
    correlations less sure, by the factor 1 + kurtosis of elliptical distributions (Browne 1984).

    Parameters
    ----------
    spread : covariances of the elements, of shape (k, k) up to a common factor, every element with spread
    n : complete responses; kurtosis : of `peakedness`
    population : service users, for the finite correction
    """
    k, wide = len(spread), _quantile(ERROR_OF_CORRELATIONS / max(1, len(spread)), n)
    if n < FEWEST:
        return [False] * k
    pairs = _Pairs(spread)
    own = [pairs.own(i) for i in range(k)]
    shared = [[pairs.covariance(i, j) for j in range(k)] for i in range(k)]
    sums = [sum(row) for row in shared]
    whole = sum(sums)
    finite = 1.0 if population is None or population < n else 1 - n / population
    scale = (1 + max(0.0, kurtosis)) * finite / (n - 1)
    found = []
    for i in range(k):
        error = sqrt(max(0.0, shared[i][i] - 2 * sums[i] / k + whole / k**2) * scale)
        found.append(abs(own[i] - sum(own) / k) > wide * error)
    return found


def peakedness(counts: Sequence[Sequence[int]]) -> float:
    """Mean excess kurtosis of single questions over 3, from how often each score was given; 0 for a normal one."""
    found = []
    for row in counts:
        n = sum(row)
        mean = sum(score * count for score, count in enumerate(row)) / n if n else 0.0
        second, fourth = (
            sum(count * (score - mean) ** power for score, count in enumerate(row)) / n if n else 0.0
            for power in (2, 4)
        )
        if second > 0:
            found.append(fourth / second**2 - 3)
    return sum(found) / len(found) / 3 if found else 0.0


class _Pairs:
    """Correlations between every element, its rest, another element and that one's rest."""

    def __init__(self, spread: Matrix) -> None:
        self.s = [[float(value) for value in row] for row in spread]
        self.rows = [sum(row) for row in self.s]
        self.whole = sum(self.rows)
        k = range(len(self.s))
        self.rest = [self.whole - 2 * self.rows[i] + self.s[i][i] for i in k]

    def own(self, i: int) -> float:
        """The correlation of an element with its rest."""
        return (self.rows[i] - self.s[i][i]) / sqrt(self.s[i][i] * self.rest[i])

    def covariance(self, i: int, j: int) -> float:
        """Of the correlations of two elements with their rests, times the number of responses."""
        s, rows = self.s, self.rows
        a, b = self.own(i), self.own(j)
        if i == j:
            return float((1 - a * a) ** 2)
        across = s[i][j] / sqrt(s[i][i] * s[j][j])
        left = (rows[i] - s[i][j]) / sqrt(s[i][i] * self.rest[j])  # element i with the rest of j
        right = (rows[j] - s[i][j]) / sqrt(s[j][j] * self.rest[i])
        rests = (self.whole - rows[i] - rows[j] + s[i][j]) / sqrt(self.rest[i] * self.rest[j])
        return (
            a * b * (across**2 + left**2 + right**2 + rests**2) / 2
            + across * rests
            + left * right
            - (a * across * left + a * right * rests + across * right * b + left * rests * b)
        )


def _quantile(error: float, n: int) -> float:
    """Student's t, two-sided: the normal quantile with the first terms of its expansion."""
    z = NormalDist().inv_cdf(1 - error / 2)
    freedom = max(1, n - 1)
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
