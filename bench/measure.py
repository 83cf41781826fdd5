"""Measuring: ways with the same result take turns, round after round; a ratio is the median of the rounds' ratios."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

SHORTEST = 0.01  # seconds; what is shorter is repeated within a round


class Disagreement(AssertionError):
    """Two ways gave different results, so their times mean nothing."""


@dataclass(frozen=True)
class Times:
    """Seconds of one way, one number for each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    def per(self, count: float) -> Times:
        """The same for one of so many."""
        return Times(tuple(seconds / count for seconds in self.rounds))

    def over(self, other: Times) -> Ratio:
        """This divided by the other, round by round: what slows both down for a while falls out."""
        found = sorted(a / b for a, b in zip(self.rounds, other.rounds, strict=True))
        return Ratio(statistics.median(found), found[0], found[-1])


@dataclass(frozen=True)
class Ratio:
    """Median, smallest and largest of the rounds."""

    value: float
    low: float
    high: float


def alternate(
    ways: Mapping[str, Callable[[], Any]],
    rounds: int,
    *,
    same: Callable[[Any, Any], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Times]:
    """Run each way once to warm up, check that all agree with the first, then time them in turns.

    Raises
    ------
    Disagreement
        Naming the way that gave another result than the first.
    """
    repeats, first, expected = {}, next(iter(ways)), None
    for name, run in ways.items():
        began = time.perf_counter()
        result = run()
        repeats[name] = max(1, int(SHORTEST / max(time.perf_counter() - began, 1e-7)))
        if name == first:
            expected = result
        elif same is not None and not same(expected, result):
            raise Disagreement(f"'{name}' does not give the result of '{first}'")
        del result
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        turn = list(ways) if number % 2 == 0 else list(reversed(ways))
        for name in turn:
            taken[name].append(_time(ways[name], repeats[name], clock))
    return {name: Times(tuple(seconds)) for name, seconds in taken.items()}


def _time(run: Callable[[], Any], repeats: int, clock: Callable[[], float]) -> float:
    gc.collect()
    gc.disable()
    try:
        began = clock()
        for _ in range(repeats):
            run()
        return (clock() - began) / repeats
    finally:
        gc.enable()


def close(expected: Any, found: Any) -> bool:
    """The same indexes but for their rounding; blanks at the same places."""
    return np.allclose(expected, found, rtol=0, atol=0.0051, equal_nan=True)  # ours is rounded to hundredths


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """b of seconds = a * size ** b, by least squares on logarithms: 0 is flat, 1 grows as the size does."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
