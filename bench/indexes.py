"""The index of every unit and period from the store, beside databases and tables that hold the same answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from bench import filler, peers
from bench.context import Run
from bench.measure import Times, alternate, close, exponent
from bench.report import Row, compared, seconds
from survey import installation, results
from survey.period import Period

PART = "indexes"
CELLS = f"{filler.UNITS} units × {len(filler.PERIODS)} periods"
LIMIT = "summing the same bytes"
OURS = "the store"
FLAT, QUICK = 0.05, 0.025


def measure(run: Run) -> Iterator[Row]:
    all_cells, one_unit = {}, {}
    for size in run.sizes:
        run.say(f"indexes of {size:,} answers")
        taken = _at(run, size)
        all_cells[size], one_unit[size] = taken[OURS], taken["one unit"]
        yield from _rows(size, taken)
    yield from _growth(run, "indexes of all units", all_cells, 0)
    yield from _growth(run, "index of one unit", one_unit, 11)


def _at(run: Run, size: int) -> dict[str, Times]:
    answers = run.answers(size)
    config = installation.load_config(run.filled(size))
    store = installation.open_store(config)
    try:
        if size == run.sizes[0] and (wrong := store.recount()):
            raise RuntimeError(f"counters differ from answers: {wrong[0]}")
        ways = {OURS: ours(store, config)}
        ways |= peers.loaded(answers, run.kept / f"columns-{size}.db", run.say)
        slow = size > 2_000_000
        taken = alternate(ways, 1 if slow else run.rounds, same=close)
        quick = {OURS: ways[OURS], LIMIT: peers.byte_sum(answers), "one unit": one(store, config)}
        return (
            {**taken, **alternate(quick, 2 * run.rounds + 1)}
            if slow
            else {**alternate(quick, 2 * run.rounds + 1), **taken}
        )
    finally:
        store.close()


def ours(store: Any, config: Any) -> Callable[[], Any]:
    """Gives every converted index, in the order of the cells, as a list of units shows them."""
    return _asking(store, config, range(filler.UNITS), filler.PERIODS)


def one(store: Any, config: Any) -> Callable[[], Any]:
    """Gives that of one unit and period."""
    return _asking(store, config, [7], filler.PERIODS[2:3])


def _asking(store: Any, config: Any, numbers: Iterable[int], periods: Sequence[Period]) -> Callable[[], Any]:
    units = [store.unit(filler.unit_key(number)) for number in numbers]
    cells = [(unit.key, period.key) for unit in units for period in periods]

    def ask() -> Any:
        found = results.indexes(store, config, units, periods)
        values = [found[cell].converted for cell in cells]
        return np.array([np.nan if value is None else float(value) for value in values])

    return ask


def _rows(size: int, taken: dict[str, Times]) -> Iterator[Row]:
    what = f"{CELLS}, {size:,} answers"
    own = taken[OURS]
    if size >= 10_000_000:
        yield Row(PART, what, seconds(own.median), bar="≤ 25 ms", met=own.median <= QUICK, readme=True)
    goals = {
        (1_000_000, "SQLite GROUP BY, nine columns"): 12,
        (10_000_000, "DuckDB in memory, 2 threads"): 13,
        (10_000_000, LIMIT): 14,
    }
    for peer, times in taken.items():
        if peer not in (OURS, "one unit"):
            yield compared(
                PART,
                what,
                seconds(own.median),
                peer,
                seconds(times.median),
                _ratio(own, times),
                goal=goals.get((size, peer), 0),
                readme=size == 1_000_000 and peer != LIMIT,
            )


def _ratio(own: Times, other: Times) -> Any:
    return own.over(other) if len(own.rounds) == len(other.rounds) else own.median / other.median


def _growth(run: Run, what: str, taken: dict[int, Times], goal: int) -> Iterator[Row]:
    sizes = list(taken)
    if len(sizes) < 2:
        return
    grown = exponent(sizes, [times.median for times in taken.values()])
    span = f"{sizes[0]:,} to {sizes[-1]:,} answers"
    yield Row(
        PART,
        f"{what}, growth",
        f"exponent {grown:.3f}",
        span,
        bar=f"≤ {FLAT}",
        met=grown <= FLAT,
        readme=True,
    )
    small = 100_000 if goal and 100_000 in taken else sizes[0]
    last, first = taken[sizes[-1]], taken[small]
    yield compared(
        PART,
        f"{what}, {sizes[-1]:,} answers",
        seconds(last.median),
        f"{small:,} answers",
        seconds(first.median),
        last.median / first.median,
        goal=goal,
    )
