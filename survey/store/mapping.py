"""How values stand in a row: times as UTC text of fixed width, '' as NULL where a key may be missing."""

from __future__ import annotations

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
