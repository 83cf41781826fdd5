"""Peers that hold the same answers, loaded before they are timed: each gives the index of every unit and period.

Nothing is installed for the tests: a peer that is not there is left out and named.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sqlite_utils.utils import sqlite3

from bench.filler import ITEMS, PERIODS, UNITS, Answers

CELLS = UNITS * len(PERIODS)
NAMES = [f"u{item}" for item in range(1, ITEMS + 1)]
INDEX = f"({' + '.join(f'avg({name})' for name in NAMES)}) / {ITEMS} * 25"
Way = Callable[[], Any]  # gives the converted indexes, float64 of shape (CELLS,), NaN where nobody answered


def _spread(cells: Any, values: Any) -> Any:
    found = np.full(CELLS, np.nan)
    if isinstance(values, np.ma.MaskedArray):
        values = values.filled(np.nan)
    found[np.asarray(cells, np.int64)] = np.asarray(values, np.float64)
    return found


def sqlite(answers: Answers, file: Path) -> Way:
    """One GROUP BY over nine columns: the layout that is kindest to it."""
    new = not file.exists()
    connection = sqlite3.connect(file, isolation_level=None)
    if new:
        connection.execute("PRAGMA synchronous = off")
        connection.execute(f"CREATE TABLE answer (cell INTEGER, {', '.join(f'{n} INTEGER' for n in NAMES)})")
        connection.execute("BEGIN")
        blanks: Any = np.where(answers.scores == 0, None, answers.scores.astype(object))
        connection.executemany(
            f"INSERT INTO answer VALUES ({', '.join('?' * (ITEMS + 1))})",
            ((cell, *row) for cell, row in zip(answers.cell.tolist(), blanks, strict=True)),
        )
        connection.execute("COMMIT")
    query = f"SELECT cell, {INDEX} FROM answer GROUP BY cell"
    return lambda: _spread(*zip(*connection.execute(query), strict=True))


def duckdb(answers: Answers, threads: int) -> Way:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    given = {name: np.ascontiguousarray(answers.scores[:, i]) for i, name in enumerate(NAMES)}
    connection.register("given", {"cell": answers.cell.astype(np.int16), **given})
    blanks = ", ".join(f"nullif({name}, 0)::UTINYINT AS {name}" for name in NAMES)
    connection.execute(f"CREATE TABLE answer AS SELECT cell, {blanks} FROM given")
    query = f"SELECT cell, {INDEX} AS ikm FROM answer GROUP BY cell"

    def run() -> Any:
        found = connection.execute(query).fetchnumpy()
        return _spread(found["cell"], found["ikm"])

    return run


def pandas(answers: Answers) -> Way:
    import pandas

    values = answers.scores.astype(np.float32)
    values[values == 0] = np.nan
    frame = pandas.DataFrame(values, columns=NAMES)
    frame["cell"] = answers.cell

    def run() -> Any:
        means = frame.groupby("cell", sort=False)[NAMES].mean()
        return _spread(means.index.to_numpy(), means.to_numpy().mean(axis=1) * 25)

    return run


def polars(answers: Answers) -> Way:
    import polars

    frame = polars.DataFrame(
        {"cell": answers.cell} | {name: answers.scores[:, i] for i, name in enumerate(NAMES)}
    ).with_columns(polars.when(polars.col(name) > 0).then(polars.col(name)).alias(name) for name in NAMES)

    def run() -> Any:
        means = frame.group_by("cell").agg(polars.col(name).mean() for name in NAMES)
        return _spread(means["cell"].to_numpy(), means.drop("cell").to_numpy().mean(axis=1) * 25)

    return run


def loaded(answers: Answers, file: Path | None, say: Callable[[str], None]) -> dict[str, Way]:
    """Every peer that is installed, by name; SQLite only with a file for it."""
    makers: dict[str, Callable[[], Way]] = {
        "SQLite GROUP BY, nine columns": lambda: sqlite(answers, file or Path()),
        "DuckDB in memory, 2 threads": lambda: duckdb(answers, 2),
        "DuckDB in memory, 1 thread": lambda: duckdb(answers, 1),
        "pandas, loaded": lambda: pandas(answers),
        "polars, loaded": lambda: polars(answers),
    }
    if file is None:
        del makers["SQLite GROUP BY, nine columns"]
    found = {}
    for name, make in makers.items():
        try:
            found[name] = make()
        except ImportError as missing:
            say(f"without {name}: {missing.name} is not installed")
    return found


def byte_sum(answers: Answers) -> Way:
    """The limit: reading every score once, eight at a time."""
    words = answers.scores.reshape(-1)[: answers.scores.size // 8 * 8].view(np.uint64)
    return lambda: int(np.sum(words))
