"""python -m bench.readme: put what was measured in full between the markers of docs/performance.md; never by hand."""

from __future__ import annotations

import json
from typing import Any

from bench.run import ROOT
from bench.table import lines, markdown

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
START, END = "<!-- bench:start -->", "<!-- bench:end -->"


def main() -> None:
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), results()), encoding="utf-8")


def results() -> dict[str, Any]:
    """What was measured in full so far, by row; empty when nothing was."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def filled(text: str, measured: dict[str, Any]) -> str:
    """The text with the table of these results between its markers.

    Raises
    ------
    ValueError
        When the markers are not there, once each and in order.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end) or START in rest or END in after:
        raise ValueError(f"{PAGE.name} needs {START} and then {END}, once each")
    on = "".join(f"{line}\n" for line in said(measured))
    table = markdown(lines({key: row["seen"] for key, row in measured.items()}))
    return f"{before}{START}\n{on}\n{table}\n{END}{after}"


def said(measured: dict[str, Any]) -> list[str]:
    """On what and when: a line for each machine, day and commit."""
    if not measured:
        return ["Nothing was measured in full yet: `make bench ARGS=--full`."]
    runs: dict[tuple[str, str, str], list[str]] = {}
    for key, row in measured.items():
        runs.setdefault((row["date"], row["commit"], row["machine"]), []).append(key)
    return [
        f"{', '.join(keys)}: {date}, commit {commit}, {machine}."
        for (date, commit, machine), keys in runs.items()
    ]


if __name__ == "__main__":
    main()
