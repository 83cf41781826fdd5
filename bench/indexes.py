"""The index of every unit and period from the store, beside databases and tables that hold the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench import filler, peers
from bench.context import Run
from bench.measure import Times, alternate, close, exponent
from bench.report import Row, compared, seconds
from survey import installation, results

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
        ways = {OURS: lambda: ours(store, config)}
        ways |= peers.loaded(answers, run.kept / f"columns-{size}.db", run.say)
        slow = size > 2_000_000
        taken = alternate(ways, 1 if slow else run.rounds, same=close)
        quick = {OURS: ways[OURS], LIMIT: peers.byte_sum(answers), "one unit": lambda: one(store, config)}
        return (
            {**taken, **alternate(quick, 2 * run.rounds + 1)}
            if slow
            else {**alternate(quick, 2 * run.rounds + 1), **taken}
        )
    finally:
        store.close()


def ours(store: Any, config: Any) -> Any:
    """As the desk's overview asks for it, as numbers in the order of the cells."""
    units = [filler.unit_key(number) for number in range(filler.UNITS)]
    return _asked(store, config, units, filler.PERIODS).reshape(-1)


def one(store: Any, config: Any) -> Any:
    return _asked(store, config, [filler.unit_key(7)], filler.PERIODS[2:3])


def _asked(store: Any, config: Any, keys: list[str], periods: Any) -> Any:
    units = [unit for unit in store.units() if unit.key in set(keys)]
    found = results.overview(store, config, units, list(periods), filler.OPENED)
    values = [found[key, period.key].index for key in keys for period in periods]
    return np.array([float("nan") if value is None else float(value * 25) for value in values])


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
