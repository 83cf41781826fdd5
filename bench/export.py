"""Every answer out as CSV: time, memory and the first row, beside a bare cursor and the usual tools.

Each way is a process of its own that writes a file; their tables are compared cell by cell at the smallest size. Ratios
are of processor time: our command lets others go first, so that its time on the clock depends on who else is there.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import Any

from bench import filler, indexes
from bench.context import Run, Usage, environ
from bench.measure import Disagreement, Times, alternate, close
from bench.report import Row, compared, seconds
from calc.instrument_file import instrument
from survey import installation

PART = "export"
OURS = "skm export"
MEMORY = 100.0  # MiB
STORED = "id, unit, service, counter, channel, instrument, received_at, answers, profile"
ORDER = "ORDER BY unit, received_at, id"
DRAIN = """
import sys; from sqlite_utils.utils import sqlite3
for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): pass
"""
WRITER = """
import csv, sys; from sqlite_utils.utils import sqlite3
csv.writer(sys.stdout).writerows(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]))
"""
PANDAS = """
import sys, pandas; from sqlite_utils.utils import sqlite3
pandas.read_sql(sys.argv[2], sqlite3.connect(sys.argv[1])).to_csv(sys.stdout, index=False)
"""


def columns() -> str:
    """The same table as ours, in SQL."""
    asked = instrument("skm-2017")
    scores = [f"replace(substr(answers, {n}, 1), '-', '')" for n in range(1, len(asked.items) + 1)]
    told = [f"coalesce(json_extract(nullif(profile, ''), '$.{one.key}'), '')" for one in asked.profile]
    day = "date(received_at, '+8 hours')"
    return ", ".join([*STORED.split(", ")[:6], day, *scores, *told])


def measure(run: Run) -> Iterator[Row]:
    _agree(run)
    peak, each = {}, {}
    for size in run.sizes:
        if size < 100_000 and size != run.million:
            continue
        run.say(f"export of {size:,} answers")
        used = _in_turns(run, size, 1 if size > run.million else min(3, run.rounds))
        peak[size] = max(one.memory for one in used[OURS])
        each[size] = median(one.seconds for one in used[OURS]) / size
        yield from _rows(run, size, used)
    yield from _flat(peak, each)
    yield _first(run)
    yield from _postgres(run)


def _ways(run: Run, folder: Path) -> dict[str, list[str]]:
    file = str(folder / "skm.db")
    whole, stored = (f"SELECT {which} FROM response {ORDER}" for which in (columns(), STORED))
    plain = [str(run.python), "-c"]
    ways = {
        OURS: run.skm(folder, "export", "-o", "-"),
        "draining the cursor": [*plain, DRAIN, file, stored],
        "draining a cursor of the same columns": [*plain, DRAIN, file, whole],
        "csv.writer over that cursor": [*plain, WRITER, file, whole],
        "sqlite-utils command": [
            *plain,
            "from sqlite_utils.cli import cli; cli()",
            "query",
            file,
            whole,
            "--csv",
        ],
    }
    try:
        import pandas  # noqa: F401
    except ImportError:
        run.say("without pandas: it is not installed")
        return ways
    return {**ways, "pandas": [sys.executable, "-c", PANDAS, file, whole]}


def _agree(run: Run) -> None:
    """Every way that writes gives the same cells."""
    folder = run.filled(run.sizes[0])
    tables = {}
    for name, command in _ways(run, folder).items():
        if not name.startswith("draining"):
            made = subprocess.run(command, env=environ(), capture_output=True, text=True, check=True).stdout
            rows = list(csv.reader(made.splitlines()))
            tables[name] = rows if name == "csv.writer over that cursor" else rows[1:]
    for name, rows in tables.items():
        if rows != tables[OURS]:
            raise Disagreement(f"'{name}' does not write the table of '{OURS}'")


def _in_turns(run: Run, size: int, rounds: int) -> dict[str, list[Usage]]:
    ways = _ways(run, run.filled(size))
    if size > run.million:
        ways.pop("pandas", None)
    used: dict[str, list[Usage]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, command in ways.items():
            used[name].append(run.finish(command, run.folder / "out.csv"))
    return used


def _times(used: list[Usage], of: Callable[[Usage], float] = lambda one: one.cpu) -> Times:
    return Times(tuple(map(of, used)))


def _rows(run: Run, size: int, used: dict[str, list[Usage]]) -> Iterator[Row]:
    def told(name: str) -> str:
        each = median(one.cpu for one in used[name]) / size
        return f"{seconds(each)} CPU/row, {max(one.memory for one in used[name]):.0f} MiB"

    goals = {"draining the cursor": 25, "sqlite-utils command": 2502} if size == run.million else {}
    for name, theirs in used.items():
        if name != OURS:
            yield compared(
                PART,
                f"{size:,} answers as CSV",
                told(OURS),
                name,
                told(name),
                _times(used[OURS]).over(_times(theirs)),
                goal=goals.get(name, 0),
                readme=size == run.million,
            )


def _flat(peak: dict[int, float], each: dict[int, float]) -> Iterator[Row]:
    smallest, largest = min(peak), max(peak)
    yield Row(
        PART,
        f"memory, {largest:,} answers",
        f"{peak[largest]:.0f} MiB",
        f"{smallest:,} answers",
        f"{peak[smallest]:.0f} MiB",
        peak[largest] / peak[smallest],
        bar="< 100 MiB",
        met=peak[largest] < MEMORY,
        readme=True,
    )
    yield Row(PART, f"speed, {largest:,} answers", f"{1 / each[largest]:,.0f} rows/s")


def _first(run: Run) -> Row:
    """The first row from `skm export -o -`, its process's start included."""
    shares, firsts = [], []
    for _ in range(min(3, run.rounds)):
        began = time.perf_counter()
        with subprocess.Popen(
            run.skm(run.filled(run.million), "export", "-o", "-"),
            env=environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.readline()
            firsts.append(time.perf_counter() - began)
            while process.stdout.read(1 << 20):
                pass
        shares.append(firsts[-1] / (time.perf_counter() - began))
    return compared(
        PART,
        f"first row of {run.million:,}, with the start of the command",
        seconds(median(firsts)),
        "whole time",
        seconds(median(firsts) / median(shares)),
        median(shares),
        goal=26,
    )


def _postgres(run: Run) -> Iterator[Row]:
    """The same command on PostgreSQL, beside a cursor of the server's own."""
    from tests import postgres_server

    if why := postgres_server.missing():
        run.say(f"without PostgreSQL: {why}")
        return
    size = min(100_000, run.million)
    run.say(f"export of {size:,} answers from PostgreSQL")
    with ExitStack() as stack:
        url = stack.enter_context(stack.enter_context(postgres_server.PostgresServer()).database())
        folder = run.folder / f"postgres-{size}"
        filler.install(folder, DATABASE=url)
        fill_postgres(folder, url, run.answers(size))
        yield _indexes(run, size, folder)
        used: list[Usage] = []
        drained: list[float] = []
        for _ in range(min(3, run.rounds)):
            used.append(run.finish(run.skm(folder, "export", "-o", "-"), run.folder / "out.csv"))
            drained.append(_drain(url))
        yield compared(
            PART,
            f"{size:,} answers as CSV from PostgreSQL",
            f"{seconds(median(one.seconds for one in used) / size)}/row, {max(o.memory for o in used):.0f} MiB",
            "draining its cursor",
            f"{seconds(median(drained) / size)}/row",
            _times(used, lambda one: one.seconds).over(Times(tuple(drained))),
        )


def _indexes(run: Run, size: int, folder: Path) -> Row:
    """All indexes from PostgreSQL beside those from SQLite, with the same answers."""
    with ExitStack() as stack:
        stores = []
        for place in (folder, run.filled(size)):
            config = installation.load_config(place)
            stores.append((stack.enter_context(closing(installation.open_store(config))), config))
        (postgres, there), (sqlite, here) = stores
        ways = {
            "PostgreSQL": indexes.ours(postgres, there),
            "SQLite": indexes.ours(sqlite, here),
        }
        taken = alternate(ways, run.rounds, same=close)
    own, other = taken["PostgreSQL"], taken["SQLite"]
    return compared(
        PART,
        f"{indexes.CELLS}, {size:,} answers, PostgreSQL",
        seconds(own.median),
        "SQLite",
        seconds(other.median),
        own.over(other),
        readme=True,
    )


def _drain(url: str) -> float:
    import psycopg

    began = time.perf_counter()
    with psycopg.connect(url) as connection, connection.cursor("export") as cursor:
        cursor.execute(f"SELECT {STORED} FROM response {ORDER}")
        for _ in cursor:
            pass
    return time.perf_counter() - began


def fill_postgres(folder: Path, url: str, answers: filler.Answers) -> None:
    """As `filler.fill`, through COPY."""
    import psycopg

    config = installation.load_config(folder)
    with psycopg.connect(url) as connection:
        with connection.cursor().copy(f"COPY response ({filler.COLUMNS}) FROM STDIN") as copy:
            for row in filler.rows(answers, config):
                copy.write_row(row)
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE response")
    store: Any = installation.open_store(config)
    try:
        store.rebuild()
    finally:
        store.close()
