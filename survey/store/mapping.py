"""How values stand in a row and in a condition: times as UTC text of fixed width, one mark for each value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime


def moment_text(at: datetime) -> str:
    """``2026-08-12T02:30:00.000000Z``: sorts as time does. ValueError for a time without its zone."""
    if at.tzinfo is None:
        raise ValueError("a stored time needs its zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def moment(text: str) -> datetime:
    """The UTC time of a stored text."""
    return datetime.fromisoformat(text)


def optional_moment(text: str | None) -> datetime | None:
    return None if text is None else moment(text)


def marks(count: int) -> str:
    """``?, ?, ?`` for a list of values."""
    return ", ".join("?" * count)


def one(value: str | None) -> Sequence[str] | None:
    """The list of one value that `where` wants; None leaves the column open."""
    return None if value is None else [value]


def where(*conditions: tuple[str, Sequence[str] | None]) -> tuple[str, tuple[str, ...]]:
    """``unit IN (?, ?) AND month IN (?)`` with its values; a column without a list is left open."""
    given = [(column, tuple(values)) for column, values in conditions if values is not None]
    text = " AND ".join(  # PostgreSQL knows no empty list
        f"{column} IN ({marks(len(values))})" if values else "1 = 0" for column, values in given
    )
    return text or "1 = 1", tuple(value for _, values in given for value in values)
