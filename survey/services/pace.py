"""How quickly the answers of a unit and period came in, for the desk and for papers.

Cost: the minutes come from the index (0.5 s for a million answers of one unit and period), the median from the newest
5,000 rows. The desk asks once a minute at most, papers when they are made.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import UTC, datetime, time, timedelta
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from calc.statistics.pace import Pace

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from survey.domain.organisation import Unit
    from survey.domain.period import Period
    from survey.store.protocols.responses import ResponseStore

NEWEST = 5000  # responses whose times are looked at
FRESH = timedelta(minutes=1)
MOST = 500  # units and periods remembered

Where = tuple[str, str, str]  # service, counter, channel


class Seen(NamedTuple):
    """where : whose the busiest minute was; None without any answer"""

    pace: Pace
    where: Where | None


def look(
    store: ResponseStore, zone: ZoneInfo, unit: Unit, period: Period, service: str | None = None
) -> Seen:
    """Ask the store now."""
    start, end = period.bounds(zone)
    found = store.busiest_minute(unit.key, start, end, noon(start, zone), service)
    told = store.sittings(unit.key, start, end, NEWEST, service)
    middle = round(median(told)) if told else None
    if found is None:
        return Seen(Pace(median=middle, told=len(told)), None)
    most, at, where = found
    return Seen(Pace(most, at.astimezone(zone), middle, len(told)), where)


def noon(day: datetime, zone: ZoneInfo) -> str:
    """The time of day, as stored, of answers whose day alone is known: noon in the office."""
    local = datetime.combine(day.astimezone(zone).date(), time(12), zone)
    return f"{local.astimezone(UTC):%H:%M:%S.%fZ}"


class Paces:
    """What was seen, for a minute: pages are opened again and again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str], tuple[datetime, Seen]] = OrderedDict()

    def of(self, store: ResponseStore, zone: ZoneInfo, unit: Unit, period: Period, now: datetime) -> Seen:
        key = (unit.key, period.key)
        with self._lock:
            kept = self._seen.get(key)
        if kept is not None and timedelta(0) <= now - kept[0] < FRESH:
            return kept[1]
        seen = look(store, zone, unit, period)
        with self._lock:
            self._seen[key] = (now, seen)
            self._seen.move_to_end(key)
            while len(self._seen) > MOST:
                self._seen.popitem(last=False)
        return seen
