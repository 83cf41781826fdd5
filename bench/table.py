"""The table of the rows: with what was seen, and for the docs with what was seen last in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.rows import FLAT, ROWS, Limit, Row, Seen

HEAD = ("#", "who waits", "work", "seen", "beside", "must (stretch)", "growth", "")
Measured = Mapping[str, Mapping[str, Any]]  # row -> limit -> {'values', 'beside', 'note', 'growth'}


def lines(measured: Measured, rows: tuple[Row, ...] = ROWS, *, judged: bool = True) -> list[tuple[str, ...]]:
    """One line for each figure, cells as in HEAD."""
    return [cells for row in rows for cells in _lines(row, measured.get(row.key, {}), judged)]


def markdown(cells: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (HEAD, ("---",) * len(HEAD), *cells))


def plain(cells: list[tuple[str, ...]]) -> str:
    """For a terminal."""
    table = [HEAD, *cells]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    )


def _lines(row: Row, found: Mapping[str, Any], judged: bool) -> Iterator[tuple[str, ...]]:
    if not row.limits:
        yield row.key, row.who, row.work, row.note, "", "", "", ""
    for number, limit in enumerate(row.limits):
        head = (row.key, row.who, f"{row.work}: {limit.what}") if number == 0 else ("", "", limit.what)
        told = found.get(limit.what)
        if told is None:
            yield *head, "not measured", "", limit.words, "", ""
            continue
        seen = Seen(tuple(told["values"]), tuple(told["beside"]), told["note"])
        growth = told.get("growth")
        verdict = seen.verdict(limit) if judged else ""
        yield (
            *head,
            _value(seen.values, limit.unit) + (f"; {seen.note}" if seen.note else ""),
            _beside(seen, limit),
            limit.words,
            "" if growth is None else _bold(f"{growth:.2f} (≤ {FLAT})", growth > FLAT),
            _bold(verdict, verdict == "not met"),
        )


def _bold(words: str, so: bool) -> str:
    return f"**{words}**" if so else words


def _value(values: tuple[float, ...], unit: str) -> str:
    ordered = sorted(values)
    middle = Seen(values).value
    spread = f" ({ordered[0]:.3g}–{ordered[-1]:.3g})" if len(values) > 1 else ""
    return f"{middle:.3g} {unit}{spread}"


def _beside(seen: Seen, limit: Limit) -> str:
    if seen.ratio is None:
        return ""
    return f"{limit.beside} {Seen(seen.beside).value:.3g} {limit.unit}: {seen.ratio:.2f} ×"
