"""What was measured, as rows: printed, kept as JSON, and put into docs/performance.md by `bench.readme`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bench.aims import GOALS, NOT_BUILT
from bench.measure import Ratio


@dataclass(frozen=True)
class Row:
    """One measured comparison.

    part, what : which benchmark, and what was done
    ours, theirs : with units, for people
    peer : beside whom or what limit
    ratio, low, high : ours / theirs, median and range of the rounds; None where something else counts
    bar : '<= 25 ms', what was promised; met : whether it was reached, None without a promise
    goal : number in `bench.aims`, 0 for none
    readme : one of those that docs/performance.md shows
    """

    part: str
    what: str
    ours: str
    peer: str = ""
    theirs: str = ""
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    bar: str = ""
    met: bool | None = None
    goal: int = 0
    stretch: bool | None = None
    readme: bool = False
    note: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def compared(
    part: str,
    what: str,
    ours: str,
    peer: str,
    theirs: str,
    ratio: Ratio | float,
    *,
    goal: int = 0,
    at_most: float | None = None,
    at_least: float | None = None,
    readme: bool = False,
    note: str = "",
) -> Row:
    """A row about a ratio; its bar is that of the goal, unless one is given."""
    if not isinstance(ratio, Ratio):
        ratio = Ratio(ratio, ratio, ratio)
    bar, met, stretch = "", None, None
    if goal:
        aim = GOALS[goal]
        bar, met, stretch = aim.words, aim.reached(ratio.value, aim.must), aim.reached(ratio.value, aim.tried)
    elif at_most is not None:
        bar, met = f"≤ {at_most:g}", ratio.value <= at_most
    elif at_least is not None:
        bar, met = f"≥ {at_least:g}", ratio.value >= at_least
    return Row(
        part,
        what,
        ours,
        peer,
        theirs,
        ratio.value,
        ratio.low,
        ratio.high,
        bar,
        met,
        goal,
        stretch,
        readme,
        note,
    )


def seconds(value: float) -> str:
    """A time with three digits and the unit that suits it."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if value >= scale or unit == "ns":
            return f"{value / scale:.3g} {unit}"
    return ""


def times(ratio: float) -> str:
    """A ratio as people read it: two digits, small ones as a fraction."""
    if ratio >= 0.1:
        return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
    return f"1/{1 / ratio:.0f}" if ratio > 0 else "0"


def table(rows: list[Row]) -> str:
    """Rows for a terminal."""
    lines = [("what", "ours", "beside", "theirs", "ratio", "range", "bar", "")]
    for row in rows:
        ratio = "" if row.ratio is None else times(row.ratio)
        spread = "" if row.low is None or row.low == row.high else f"{times(row.low)}–{times(row.high or 0)}"
        lines.append((row.what, row.ours, row.peer, row.theirs, ratio, spread, row.bar, verdict(row)))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def verdict(row: Row) -> str:
    """'met', 'not met', and 'stretch' where even the further goal was reached; '' without a bar."""
    if row.met is None:
        return ""
    return "stretch" if row.stretch else "met" if row.met else "NOT MET"


def overview(rows: list[dict[str, Any]]) -> str:
    """Every goal with what was measured in this run, or why it was not."""
    measured = {row["goal"]: row for row in rows if row["goal"]}
    lines = ["goal  quantity; G (S); measured"]
    for number, goal in GOALS.items():
        row = measured.get(number)
        told = NOT_BUILT.get(number, "not measured in this run")
        if row is not None:
            verdict = "stretch" if row["stretch"] else "met" if row["met"] else "NOT MET"
            told = f"{times(row['ratio']):>7}  {verdict}"
        lines.append(f"{label(number):>4}  {goal.what:<84}  {goal.words:>16}  {told}")
    return "\n".join(lines)


def label(number: int) -> str:
    """'9b' for the second peer of row 9."""
    return f"{number // 100}b" if number > 100 else str(number)
