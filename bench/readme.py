"""python -m bench.readme: put what was measured last between the markers of docs/performance.md; never by hand.

The results themselves are kept beside it (MEASURED), so that a test can say whether the page is theirs.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bench.__main__ import LATEST, PARTS
from bench.aims import GOALS, NOT_BUILT
from bench.context import ROOT
from bench.machine import words
from bench.report import label, times

MEASURED = ROOT / "bench" / "results" / "measured.json"
START, END = "<!-- bench:start -->", "<!-- bench:end -->"


def main() -> None:
    results = json.loads(LATEST.read_text(encoding="utf-8"))
    if missing := [part for part in PARTS if part not in results["parts"]]:
        sys.exit(f"Not measured yet: {', '.join(missing)}. Run: make bench ARGS='{' '.join(missing)}'")
    page = ROOT / "docs" / "performance.md"
    page.write_text(filled(page.read_text(encoding="utf-8"), results), encoding="utf-8")
    MEASURED.write_text(LATEST.read_text(encoding="utf-8"), encoding="utf-8")


def filled(text: str, results: dict[str, Any]) -> str:
    """The text with the tables of these results between its markers.

    Raises
    ------
    ValueError
        When the markers are not there, once each and in order.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end) or START in rest or END in after:
        raise ValueError(f"docs/performance.md needs {START} and then {END}, once each")
    return f"{before}{START}\n{_block(results)}\n{END}{after}"


def _block(results: dict[str, Any]) -> str:
    rows = [row for part in results["parts"].values() for row in part["rows"]]
    shown = [row for row in rows if row["readme"]]
    day = max(part["made"] for part in results["parts"].values())[:10]
    lines = [
        f"Measured {day} on {words(results['machine'])}. Ratios are ours / theirs, medians of "
        "alternating rounds with their range; below about 1.3 call it equal.",
        "",
        "| what | ours | beside | theirs | ratio | promised | |",
        "|---|---|---|---|---|---|---|",
        *(_line(row) for row in shown),
        "",
        "<details><summary>All goals: G must be met, S in brackets is tried</summary>",
        "",
        "| # | quantity | G (S) | measured | |",
        "|---|---|---|---|---|",
        *_goals({row["goal"]: row for row in rows if row["goal"]}),
        "",
        "</details>",
    ]
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    cells = [row["what"], row["ours"], row["peer"], row["theirs"], _ratio(row), row["bar"], _verdict(row)]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _ratio(row: dict[str, Any]) -> str:
    if row["ratio"] is None:
        return ""
    spread = "" if row["low"] in (None, row["high"]) else f" ({times(row['low'])}–{times(row['high'])})"
    return times(row["ratio"]) + spread


def _verdict(row: dict[str, Any]) -> str:
    if row["met"] is None:
        return ""
    return "S met" if row["stretch"] else "met" if row["met"] else "**not met**"


def _goals(measured: dict[int, dict[str, Any]]) -> list[str]:
    lines = []
    for number, goal in GOALS.items():
        row = measured.get(number)
        told = _ratio(row) if row else NOT_BUILT.get(number, "not measured")
        lines.append(
            f"| {label(number)} | {goal.what} | {goal.words} | {told} | {_verdict(row) if row else ''} |"
        )
    return lines


if __name__ == "__main__":
    main()
