"""python -m bench [PART …] [--full] [--quick]: measure, print, and keep the results."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.context import ROOT, Run
from bench.machine import machine, words
from bench.report import overview, table

PARTS = ("counting", "indexes", "export", "submit", "readers", "growth", "papers", "goals")
LATEST = ROOT / "bench" / "results" / "latest.json"  # of this machine; never committed


def main(arguments: list[str] | None = None) -> int:
    asked = _arguments(arguments)
    with tempfile.TemporaryDirectory(prefix="skm-bench-", dir=asked.folder) as temporary:
        run = Run(Path(temporary), asked.keep or Path(temporary), *_sizes(asked))
        on = machine(run.folder)
        print(words(on), flush=True)
        found = {part: _measured(part, run) for part in asked.parts or PARTS}
    if "goals" in found:
        print("\n" + overview([row for part in found.values() for row in part["rows"]]))
    if not asked.quick:
        keep(found, on)
    return 0


def keep(found: dict[str, Any], on: dict[str, str]) -> None:
    """Parts that were measured replace those of former runs; ratios are only ever taken within a part."""
    before = json.loads(LATEST.read_text(encoding="utf-8"))["parts"] if LATEST.exists() else {}
    parts = {part: found.get(part) or before.get(part) for part in PARTS}
    result = {"machine": on, "parts": {part: rows for part, rows in parts.items() if rows}}
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nKept in {LATEST.relative_to(ROOT)}; python -m bench.readme puts it into docs/performance.md.")


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all of them")
    parser.add_argument("--full", action="store_true", help="also 10 million answers; takes most of an hour")
    parser.add_argument(
        "--quick", action="store_true", help="a few thousand answers, only to see that it runs"
    )
    parser.add_argument(
        "--folder", type=Path, help="where the databases of the run go; needs 12 GiB for --full"
    )
    parser.add_argument(
        "--keep", type=Path, help="keep the filled databases there, and use those of a former run"
    )
    asked = parser.parse_args(given)
    unknown = [part for part in asked.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    return asked


def _sizes(asked: argparse.Namespace) -> tuple[tuple[int, ...], int, float]:
    """Sizes, rounds, and seconds of a load."""
    if asked.quick:
        return (2_000, 6_000), 2, 0.4
    sizes = (10_000, 100_000, 1_000_000)
    return ((*sizes, 10_000_000), 5, 5.0) if asked.full else (sizes, 5, 3.0)


def _measured(part: str, run: Run) -> dict[str, Any]:
    began = time.monotonic()
    rows = list(import_module(f"bench.{part}").measure(run))
    taken = time.monotonic() - began
    print(f"\n{part} ({taken:.0f} s)\n{table(rows)}", flush=True)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "made": made,
        "seconds": round(taken),
        "sizes": run.sizes,
        "rows": [row.as_json() for row in rows],
    }


if __name__ == "__main__":
    sys.exit(main())
