"""Ways to be loaded in turns, and what a burst on each says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench import filler
from bench.context import Run
from bench.measure import Ratio
from bench.servers import Load, Server, burst, free_port

PART = "submit"
HELLO = "Flask hello"
RESIDENTS = tuple(f"/s/{code}" for code in filler.CODES)


class Way:
    """A request to a server, and everything that came back."""

    def __init__(self, server: Server, requests: list[str], kept: Callable[[], int] | None = None) -> None:
        self.server, self.requests, self.kept = server, requests, kept
        self.statuses: Counter[str] = Counter()

    def burst(self, clients: int, seconds: float) -> Load:
        found = burst(self.server, self.requests, clients, seconds)
        self.statuses += found.statuses
        wrong = {status for status in found.statuses if not status.startswith("2")}
        if wrong:
            raise RuntimeError(f"{self.requests[0].partition(chr(13))[0]} gave {dict(found.statuses)}")
        return found


def fresh(run: Run, name: str, **settings: Any) -> Path:
    """A new installation without answers."""
    folder = run.folder / f"{name}-{free_port()}"
    filler.install(folder, **settings)
    return folder


def in_turns(ways: dict[str, Way], clients: int, rounds: int, seconds: float) -> dict[str, list[Load]]:
    found: dict[str, list[Load]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways) if number % 2 == 0 else reversed(list(ways)):
            found[name].append(ways[name].burst(clients, seconds))
    return found


def over(ours: list[Load], theirs: list[Load], of: Callable[[Load], float]) -> Ratio:
    found = sorted(of(a) / of(b) for a, b in zip(ours, theirs, strict=True))
    return Ratio(median(found), found[0], found[-1])


def rate(load: Load) -> float:
    return load.rate


def words(loads: list[Load]) -> str:
    p50, p99 = (median(load.p(share) for load in loads) for share in (0.5, 0.99))
    return f"{median(load.rate for load in loads):,.0f}/s, p50 {p50:.3g} ms, p99 {p99:.3g} ms"
