"""Retention: remarks and exact times of old answers go; the answers themselves and every counter stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from survey.domain.response import digests
from survey.store import Retained
from survey.store.mapping import marks, moment, moment_text, optional_moment
from survey.store.responses import aside_of, body_of, response_of
from survey.store.transaction import Connection, Transactions

AT_ONCE = 1000  # answers of one transaction, so that residents are not held up

# in the order of their keys: the time of a row changes while the walk goes on
_OLD = """
    SELECT unit, id, service, counter, channel, instrument, answers, received_at, language, profile, remark, seconds,
           fingerprint, supplement_fingerprint, supplemented_at
    FROM response
    WHERE unit = ? AND id > ? AND received_at < ? AND (remark <> '' OR substr(received_at, 12) NOT IN ({noons}))
    ORDER BY id LIMIT ?
"""
_FORGET = """
    UPDATE response
    SET remark = '', received_at = ?, fingerprint = ?, supplement_fingerprint = ?, supplemented_at = ?,
        remark_removed_at = coalesce(?, remark_removed_at)
    WHERE unit = ? AND id = ?
"""
_OLD_ASIDE = """
    SELECT id, fingerprint, set_aside_at, body FROM response_aside
    WHERE unit = ? AND set_aside_at < ? AND substr(set_aside_at, 12) NOT IN ({noons})
"""
_DROP_ASIDE = "DELETE FROM response_aside WHERE unit = ? AND id = ? AND fingerprint = ?"
_PUT_ASIDE = """
    INSERT INTO response_aside (unit, id, fingerprint, set_aside_at, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (unit, id, fingerprint) DO NOTHING
"""
_COUNT = """
    SELECT count(*), count(CASE WHEN remark <> '' THEN 1 END) FROM response
    WHERE unit = ? AND received_at < ? AND (remark <> '' OR substr(received_at, 12) NOT IN ({noons}))
"""


class RetentionSql(Transactions):
    """Removal of old remarks and exact times, for `survey.store.Store`."""

    LOCK: str
    zone: ZoneInfo

    def old_words(self, before: datetime) -> Retained:
        noons = _noons(before, self.zone)
        total = Retained(0, 0, 0, 0)
        for (unit,) in self.rows("SELECT key FROM unit"):
            values = (unit, moment_text(before), *noons)
            [(rows, remarks)] = self.rows(_COUNT.format(noons=marks(len(noons))), values)
            aside = len(self.rows(_OLD_ASIDE.format(noons=marks(len(noons))), values))
            total = total.plus(Retained(remarks, rows, aside, 0))
        return total

    def retain(
        self, before: datetime, at: datetime, done: Callable[[int], None] = lambda responses: None
    ) -> Retained:
        noons = _noons(before, self.zone)
        old = _OLD.format(noons=marks(len(noons))) + self.LOCK
        self.scrub_on()
        total = Retained(0, 0, 0, 0)
        for (unit,) in self.rows("SELECT key FROM unit ORDER BY key"):
            after = ""
            while True:
                values = (unit, after, moment_text(before), *noons, AT_ONCE)
                removed, after = self.write(partial(self._forget, old=old, values=values, at=at))
                if not removed.times:
                    break
                total = total.plus(removed)
                done(removed.times)
            total = total.plus(self._forget_aside(unit, before, noons))
        self.scrub()
        return total

    def _forget(
        self, connection: Connection, old: str, values: Sequence[Any], at: datetime
    ) -> tuple[Retained, str]:
        """Read and forget in one transaction, so that nothing is added to an answer in between; and the last id."""
        page = connection.execute(old, values).fetchall()
        changed, remarks, broken = [], 0, 0
        for *row, fingerprint, of_added, added_at in page:
            kept, supplemented = response_of(row), added_at is not None
            new = (fingerprint, of_added)
            if kept.remark:
                remarks += 1
                if digests(kept, supplemented) == new:  # an edited answer keeps the digests that give it away
                    new = digests(dataclasses.replace(kept, remark=""), supplemented)
                else:
                    broken += 1
            removed = moment_text(at) if kept.remark else None
            day, added_on = (
                moment_text(noon(time_, self.zone)) if time_ else None
                for time_ in (kept.received_at, optional_moment(added_at))
            )
            changed.append((day, *new, added_on, removed, kept.unit, kept.id))
        for row in changed:
            connection.execute(_FORGET, row)
        return Retained(remarks, len(page), 0, broken), page[-1][1] if page else ""

    def _forget_aside(self, unit: str, before: datetime, noons: Sequence[str]) -> Retained:
        found = self.rows(_OLD_ASIDE.format(noons=marks(len(noons))), (unit, moment_text(before), *noons))

        def work(connection: Connection) -> None:
            for id, fingerprint, at, body in found:
                plain = dataclasses.replace(aside_of(unit, id, body, at), remark="")
                day = moment_text(noon(moment(at), self.zone))
                connection.execute(_DROP_ASIDE, (unit, id, fingerprint))
                connection.execute(_PUT_ASIDE, (unit, id, plain.fingerprint, day, body_of(plain)))

        if found:
            self.write(work)
        return Retained(0, 0, len(found), 0)

    def scrub_on(self) -> None:
        """Overwrite what is removed from now on, where the database leaves old bytes in its file."""

    def scrub(self) -> None:
        """Leave no copy of what was removed in journals, where the database has such."""


def noon(at: datetime, zone: ZoneInfo) -> datetime:
    """Noon of the office's day: what stands for a day without a time."""
    return datetime.combine(at.astimezone(zone).date(), time(12), zone)


def _noons(before: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Noon as times of day in UTC: two where the clock is set forward in summer."""
    days = (before - timedelta(days=30 * month) for month in range(13))
    return tuple(sorted({moment_text(noon(day, zone))[11:] for day in days}))
