"""Where to begin: elements placed by how well they do and how much they matter (importance-performance analysis).

Source: Martilla and James (1977), Journal of Marketing 41, 77-79. The regulation's questionnaire does not ask how
important an element is; importance is then derived from the answers: an element matters as much as its score goes
together with the scores of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from calc.instruments.model import Instrument
from calc.scoring.result import ElementResult
from calc.scoring.tally import Tally
from calc.statistics.certainty import correlations_apart, means_apart, peakedness
from calc.statistics.correlation import covariances, with_rest
from calc.statistics.reliability import FEWEST


@dataclass(frozen=True)
class Placed:
    """One element in the importance-performance diagram.

    performance : its mean; importance : its correlation with the others
    quadrant : 1 concentrate here, 2 keep up the good work, 3 low priority, 4 possible overkill
    certain : both distances to the lines are more than chance; None where nobody can tell
    """

    key: str
    code: str
    short: str
    performance: Fraction
    importance: Fraction
    quadrant: int
    certain: bool | None = None


@dataclass(frozen=True)
class Priority:
    """Importance-performance analysis (Martilla and James, 1977).

    source : 'turunan' (derived from correlations)
    performance_line, importance_line : where the diagram is crossed (means of the elements)
    rule : one Indonesian sentence on how lines and ties are treated
    """

    source: str
    performance_line: Fraction
    importance_line: Fraction
    rule: str
    elements: tuple[Placed, ...]


DERIVED = "turunan"
RULE = (
    "Garis pembagi adalah rata-rata kinerja dan rata-rata kepentingan semua unsur yang ditempatkan; nilai yang tepat "
    "pada garis termasuk sisi yang lebih tinggi."
)


def derived(
    instrument: Instrument,
    complete: Tally,
    elements: Sequence[ElementResult],
    answers: Tally | None = None,
    population: int | None = None,
) -> Priority | None:
    """Importance: correlation of an element's score with the sum of the others', three decimals as printed.

    The quadrants can so be checked from the printed table. An element that everybody scored alike has no
    correlation: it is left out, and the rule names it. None: fewer than three complete responses, or fewer than
    two elements with a correlation.

    Parameters
    ----------
    complete : of the responses without any blank
    elements : the result's, in the instrument's order; their means are the performance
    answers : of all responses that count, for the error of the means; without it that of the complete ones
    population : service users, for the finite correction of both errors
    """
    if complete.n < FEWEST:
        return None
    items = {element.key: tuple(instrument.items_of(element.key)) for element in instrument.elements}
    spread = covariances(complete, list(items.values()))
    found = {
        key: Fraction(correlation)
        for key, correlation in zip(items, with_rest(spread), strict=True)
        if correlation is not None
    }
    reason = "semua responden memberinya nilai yang sama"
    placed = _placed(DERIVED, found, elements, reason)
    if placed is None:
        return None
    keys = [one.key for one in placed.elements]
    at = [list(items).index(key) for key in keys]
    means = means_apart(
        complete if answers is None else answers,
        [items[key] for key in keys],
        [one.performance for one in placed.elements],
        population,
    )
    correlations = correlations_apart(
        [[spread[i][j] for j in at] for i in at],
        complete.n,
        peakedness([complete.counts[item].tolist() for key in keys for item in items[key]]),
        population,
    )
    sure = zip(placed.elements, means, correlations, strict=True)
    return replace(placed, elements=tuple(replace(one, certain=a and b) for one, a, b in sure))


def _placed(
    source: str,
    importance: Mapping[str, Fraction],
    elements: Sequence[ElementResult],
    reason: str,
) -> Priority | None:
    known = [(e, e.mean, importance[e.key]) for e in elements if e.mean is not None and e.key in importance]
    if len(known) < 2:
        return None
    performance_line = sum((mean for _, mean, _ in known), Fraction(0)) / len(known)
    importance_line = sum((weight for _, _, weight in known), Fraction(0)) / len(known)
    placed = tuple(
        Placed(
            key=element.key,
            code=element.code,
            short=element.short,
            performance=mean,
            importance=weight,
            quadrant=_quadrant(mean >= performance_line, weight >= importance_line),
        )
        for element, mean, weight in known
    )
    left_out = [e.code for e in elements if e.key not in {one.key for one in placed}]
    rule = RULE + (f" Tidak ditempatkan: {', '.join(left_out)}, karena {reason}." if left_out else "")
    return Priority(source, performance_line, importance_line, rule, placed)


def _quadrant(good: bool, important: bool) -> int:
    """1 concentrate here, 2 keep up the good work, 3 low priority, 4 possible overkill."""
    return {(False, True): 1, (True, True): 2, (False, False): 3, (True, False): 4}[good, important]
