"""When published results may have changed: one number that grows in the transaction of every such change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from survey.store.transaction import Connection


def clock() -> datetime:
    """The machine's own time, whatever time the answers carry."""
    return datetime.now(UTC)


def is_past(months: Iterable[str], zone: ZoneInfo) -> bool:
    """Whether one of the months may be over: answers to the running one change nothing that is published.

    In its last hour a month counts as over: an answer that is counted just before midnight may be seen only after it.
    """
    now = clock()
    running = {at.astimezone(zone).isoformat()[:7] for at in (now, now + timedelta(hours=1))}
    return any({month} != running for month in months)


def revise(connection: Connection) -> None:
    """What is published may be different once this transaction ends."""
    connection.execute(
        """
        INSERT INTO revision (id, number) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET number = revision.number + 1
        """
    )
