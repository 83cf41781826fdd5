"""The office's arithmetic as formulas of a spreadsheet, without the leading '='."""

from __future__ import annotations

from collections.abc import Sequence

from calc.instruments.model import Element, Instrument
from calc.scoring.convention import Convention


class Formulas:
    """Formulas of one questionnaire and one convention; arguments are names of cells or areas."""

    def __init__(self, instrument: Instrument, convention: Convention) -> None:
        self.instrument, self.convention = instrument, convention

    def weight(self, element: Element) -> str:
        weight = self.convention.weight_of(element.weight)
        return f"{weight.numerator}/{weight.denominator}"

    def mean(self, total: str, n: str) -> str:
        return f'IF({n}=0,"",{self._mean(total, n)})'

    def weighted(self, mean: str, weight: str, n: str) -> str:
        return f'IF({n}=0,"",{self._weighted(mean, weight)})'

    def converted(self, value: str) -> str:
        """A mean or an index on the scale to 100; empty where there is none."""
        return f'IF({value}="","",{rounded(f"{value}*{self.factor}", 2)})'

    def sum_of_weighted(self, weighted: str) -> str:
        """The index; empty as long as one element has no answer."""
        return f'IF(COUNT({weighted})<{len(self.instrument.elements)},"",SUM({weighted}))'

    def index(self, totals: str, counts: str, weights: str) -> str:
        """The index from the sums and counts of all elements at once, each a row of cells."""
        weighted = self._weighted(self._mean(totals, counts), weights)
        return f'IF(COUNTIF({counts},0)>0,"",SUMPRODUCT({weighted}))'

    def grade(self, converted: str) -> str:
        """The lowest grade needs no border: below it there is nothing else."""
        *upper, lowest = self.instrument.bands
        formula = f'"{lowest.grade}"'
        for band in reversed(upper):
            formula = f'IF({converted}>={band.floor},"{band.grade}",{formula})'
        return f'IF({converted}="","",{formula})'

    @property
    def factor(self) -> str:
        value = self.instrument.factor
        return str(value) if value.denominator == 1 else f"({value})"

    def _mean(self, total: str, n: str) -> str:
        return rounded(f"{total}/{n}", self.convention.mean_decimals)

    def _weighted(self, mean: str, weight: str) -> str:
        return rounded(f"{mean}*{weight}", self.convention.weighted_decimals)


def rounded(formula: str, decimals: int | None) -> str:
    return formula if decimals is None else f"ROUND({formula},{decimals})"


def over(function: str, areas: Sequence[str]) -> str:
    """``SUM(B3:B9,C3:C9)``."""
    return f"{function}({','.join(areas)})"
