"""python -m bench [ROW …] [--full]: what users wait for. Without --full a short form that only shows that it runs."""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.readme import RESULTS, results
from bench.rows import ROWS, Row, Seen
from bench.run import Run, commit, machine
from bench.table import lines, plain

SHORT, FEW, FULL = (
    20_000,
    10_000,
    1_000_000,
)  # answers: of the short form; of the full one for growth, and of all else


def main(arguments: list[str] | None = None) -> int:
    asked = _arguments(arguments)
    known = {row.key: row for row in ROWS}
    rows = tuple(known[key] for key in asked.rows) or ROWS
    found: dict[str, Any] = {}
    failed = 0
    with tempfile.TemporaryDirectory(prefix="skm-bench-", dir=asked.folder) as folder:
        run = Run(Path(folder), FULL) if asked.full else Run(Path(folder), SHORT, rounds=2, seconds=1.0)
        for row in rows:
            if row.measure and (asked.full or asked.rows or not row.named):
                began = time.monotonic()
                try:
                    found[row.key] = measured(row, run, FEW if asked.full and row.flat else None)
                except Exception as error:
                    print(f"{row.key} failed: {type(error).__name__}: {error}", file=sys.stderr)
                    failed += 1
                print(f"{row.key}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"{run.answers:,} answers, {run.units} units; {machine()}; commit {commit()}")
    print(plain(lines(found, rows, judged=asked.full)))
    if asked.full:
        keep(found)
    else:
        print("A short form: it shows that all runs. For figures: make bench ARGS=--full")
    return 1 if failed else 0


def measured(row: Row, run: Run, few: int | None = None) -> dict[str, dict[str, Any]]:
    """What was seen for each limit; with the growth from so few answers, where that is asked for."""
    module, _, name = row.measure.partition(":")
    measure = getattr(import_module(f"bench.{module}"), name)
    small: dict[str, Seen] = {} if few is None else measure(replace(run, answers=few))
    found: dict[str, Seen] = measure(run)
    told = {limit.what: asdict(found[limit.what]) for limit in row.limits}
    for what, seen in small.items():
        told[what]["growth"] = math.log(found[what].value / seen.value) / math.log(run.answers / (few or 1))
    return told


def keep(found: dict[str, Any]) -> None:
    """Rows that were measured replace those of former runs."""
    of = {"date": datetime.now(UTC).date().isoformat(), "commit": commit(), "machine": machine()}
    kept = {**results(), **{key: {**of, "seen": seen} for key, seen in found.items()}}
    ordered = {row.key: kept[row.key] for row in ROWS if row.key in kept}
    text = ",\n".join(
        f"{json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in ordered.items()
    )
    RESULTS.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
    print("Kept in bench/results.json; python -m bench.readme puts it into the docs.")


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    keys = [row.key for row in ROWS]
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"{keys[0]} to {keys[-1]}; all of them")
    parser.add_argument("--full", action="store_true", help="1 million answers, five rounds; half an hour")
    parser.add_argument("--folder", type=Path, help="where the databases of the run go; 3 GiB for --full")
    asked = parser.parse_args(given)
    if unknown := [key for key in asked.rows if key not in keys]:
        parser.error(f"no row {unknown[0]!r}; there are {', '.join(keys)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
