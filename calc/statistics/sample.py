"""How many respondents are enough: Krejcie and Morgan, Slovin, Cochran. A target, no operand of the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calc.scoring.result import Result
from calc.scoring.sample_size import cochran, krejcie_morgan, slovin


@dataclass(frozen=True)
class Sample:
    """Respondents of a service ('' the unit) against the usual sample sizes; None without a population."""

    name: str
    n: int
    population: int | None
    krejcie_morgan: int | None
    slovin: int | None
    cochran: int | None


def samples(result: Result, services: Sequence[Result] = ()) -> tuple[Sample, ...]:
    """Respondents against the three usual targets: the unit first (name ''), then each service."""
    named = [("", result), *((service.about.service, service) for service in services)]
    return tuple(_sample(name, found.n, found.about.population) for name, found in named)


def _sample(name: str, n: int, population: int | None) -> Sample:
    target = (
        None if population is None else cochran(population)
    )  # without one it would be that of endless users
    return Sample(name, n, population, krejcie_morgan(population), slovin(population), target)
