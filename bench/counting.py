"""Counting a million answers into 2,000 groups: the toolkit beside numpy and DuckDB, in one run.

Prints how many times longer each other way takes than `calc.tally.grouped`, after checking that all agree.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from calc.tally import grouped, tallies

ROWS, GROUPS, ITEMS, SCALE = 1_000_000, 2_000, 9, 4
ROUNDS = 3


def numpy_loop(scores: Any, codes: Any) -> Any:
    """What people write first: one mask per group."""
    counts = np.zeros((GROUPS, ITEMS, SCALE), np.int64)
    for group in range(GROUPS):
        own = scores[codes == group]
        for score in range(1, SCALE + 1):
            counts[group, :, score - 1] = (own == score).sum(axis=0)
    return counts


def numpy_at(scores: Any, codes: Any) -> Any:
    """The usual vectorised way: one addition per answer at its place."""
    counts = np.zeros((GROUPS, ITEMS, SCALE + 1), np.int64)
    np.add.at(counts, (codes[:, None], np.arange(ITEMS), scores), 1)
    return counts[:, :, 1:]


def duckdb_sql() -> Callable[[Any, Any], Any] | None:
    """One GROUP BY with a filtered count per item and score, over a table in DuckDB's memory."""
    try:
        import duckdb
    except ImportError:
        return None
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    filled = []

    def count(scores: Any, codes: Any) -> Any:
        if not filled:
            columns = {f"u{i}": scores[:, i] for i in range(ITEMS)} | {"g": codes}
            connection.register("answers_view", columns)
            connection.execute("CREATE TABLE answers AS SELECT * FROM answers_view")
            filled.append(True)
        wanted = ", ".join(
            f"count(*) FILTER (WHERE u{i} = {s})" for i in range(ITEMS) for s in range(1, SCALE + 1)
        )
        rows = connection.execute(f"SELECT {wanted} FROM answers GROUP BY g ORDER BY g").fetchall()
        return np.array(rows, np.int64).reshape(GROUPS, ITEMS, SCALE)

    return count


def best(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Shortest of several times, in seconds, and the last result."""
    times, result = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - began)
    return min(times), result


def main() -> int:
    random = np.random.default_rng(2017)
    scores = random.integers(0, SCALE + 1, (ROWS, ITEMS)).astype(np.uint8)
    codes = random.integers(0, GROUPS, ROWS).astype(np.int64)
    ours, expected = best(lambda: grouped(scores, codes, GROUPS, SCALE), ROUNDS)
    print(f"{ROWS:,} answers x {ITEMS} items, {GROUPS:,} groups; calc.tally.grouped takes {ours:.3f} s = 1")
    ways: dict[str, tuple[Any, int]] = {
        "numpy, np.add.at": (numpy_at, ROUNDS),
        "numpy, a mask per group": (numpy_loop, 1),
    }
    if (sql := duckdb_sql()) is not None:
        sql(scores, codes)
        ways["duckdb, one thread, data loaded before"] = (sql, ROUNDS)
    for name, (way, rounds) in ways.items():
        seconds, found = best(lambda way=way: way(scores, codes), rounds)
        if not np.array_equal(found, expected):
            print(f"  {name}: counts differ", file=sys.stderr)
            return 1
        print(f"  {name}: {seconds / ours:.1f}")
    seconds, _ = best(lambda: tallies(scores, codes, GROUPS, SCALE), 1)
    print(f"  calc.tally.tallies, with cross-products for intervals: {seconds / ours:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
