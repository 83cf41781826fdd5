"""What people write for the papers: the office's own words, and promised repairs with all that became of them."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from calc.report.data import FollowUp
from survey.store.mapping import moment, moment_text
from survey.store.transaction import Connection, Transactions

_SAVE_TEXT = """
    INSERT INTO report_text (unit, period, key, words, at, account) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, period, key) DO UPDATE SET words = excluded.words, at = excluded.at,
        account = excluded.account
"""
_END_TEXT = "DELETE FROM report_text WHERE unit = ? AND period = ? AND key = ?"
# Compare and save in one statement: what was seen is part of the condition, so nobody can come in between.
_FIRST_TEXT = """
    INSERT INTO report_text (unit, period, key, words, at, account) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, period, key) DO NOTHING
"""
_CHANGE_TEXT = """
    UPDATE report_text SET words = ?, at = ?, account = ? WHERE unit = ? AND period = ? AND key = ? AND words = ?
"""
_END_SEEN_TEXT = "DELETE FROM report_text WHERE unit = ? AND period = ? AND key = ? AND words = ?"

# A version is never changed: what stands now is the newest one, and it may say that the promise was removed.
_NEWEST = """
    SELECT number, element, action, year, quarter, owner, status, done_on, note, removed, version FROM follow_up
    WHERE unit = ? AND period = ? ORDER BY number, version
"""
_HISTORY = """
    SELECT at, account, number, element, action, year, quarter, owner, status, done_on, note FROM follow_up
    WHERE unit = ? AND period = ? AND number = ? AND removed = 0 ORDER BY version
"""
_VERSION = """
    INSERT INTO follow_up (unit, period, number, version, element, action, year, quarter, owner, status, done_on,
                           note, removed, at, account)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, period, number, version) DO NOTHING
"""


def fill_paper_key(connection: Connection, zone: ZoneInfo) -> None:
    """Draw the key once; copies of the database have the same, so that papers stay good after a restore."""
    connection.execute("INSERT INTO paper_key (id, key) VALUES (1, ?)", (secrets.token_hex(32),))


class FollowUpsSql(Transactions):
    """Report texts and follow-ups of `survey.store.Store`, in SQL that SQLite and PostgreSQL share."""

    def report_texts(self, unit: str, period: str) -> Mapping[str, str]:
        found = self.rows(
            "SELECT key, words FROM report_text WHERE unit = ? AND period = ? ORDER BY key", (unit, period)
        )
        return dict(found)

    def save_report_text(
        self,
        unit: str,
        period: str,
        key: str,
        words: str,
        at: datetime,
        account: str,
        seen: str | None = None,
    ) -> bool:
        place, who = (unit, period, key), (moment_text(at), account)
        if seen is None:
            self.do(_SAVE_TEXT, (*place, words, *who)) if words.strip() else self.do(_END_TEXT, place)
            return True
        if not words.strip():
            ended = seen != "" and self.do(_END_SEEN_TEXT, (*place, seen)) == 1
            return ended or (seen == "" and key not in self.report_texts(unit, period))
        if seen == "":
            return self.do(_FIRST_TEXT, (*place, words, *who)) == 1
        return self.do(_CHANGE_TEXT, (words, *who, *place, seen)) == 1

    def follow_up_periods(self, unit: str) -> list[str]:
        found = self.rows("SELECT DISTINCT period FROM follow_up WHERE unit = ? ORDER BY period", (unit,))
        return [period for (period,) in found]

    def follow_ups(self, unit: str, period: str) -> list[FollowUp]:
        return [item for item, removed, _ in self._newest(unit, period).values() if not removed]

    def save_follow_up(
        self,
        unit: str,
        period: str,
        item: FollowUp,
        at: datetime,
        account: str,
        seen: FollowUp | None = None,
    ) -> FollowUp | None:
        """Of two concurrent saves, the one that finds its number or version taken tries again."""
        while True:
            newest = self._newest(unit, period)
            number = item.number or max(newest, default=0) + 1
            kept = dataclasses.replace(item, number=number)
            there = newest.get(number)
            if seen is not None and (there is None or there[:2] != (seen, False)):
                return None
            if there is not None and there[:2] == (kept, False):
                return kept
            if self._add_version(unit, period, kept, there[2] + 1 if there else 1, False, at, account):
                return kept

    def remove_follow_up(
        self,
        unit: str,
        period: str,
        number: int,
        at: datetime,
        account: str,
        seen: FollowUp | None = None,
    ) -> bool:
        while True:
            there = self._newest(unit, period).get(number)
            if there is None or there[1] or (seen is not None and there[0] != seen):
                return False
            if self._add_version(unit, period, there[0], there[2] + 1, True, at, account):
                return True

    def follow_up_history(self, unit: str, period: str, number: int) -> list[tuple[datetime, str, FollowUp]]:
        found = self.rows(_HISTORY, (unit, period, number))
        return [(moment(at), account, _follow_up(row)) for at, account, *row in found]

    def paper_key(self) -> bytes:
        return bytes.fromhex(self.rows("SELECT key FROM paper_key")[0][0])

    def _newest(self, unit: str, period: str) -> dict[int, tuple[FollowUp, bool, int]]:
        """number -> (as it stands, whether removed, its version); the last version of a number wins."""
        found = self.rows(_NEWEST, (unit, period))
        return {row[0]: (_follow_up(row[:9]), bool(row[9]), row[10]) for row in found}

    def _add_version(
        self, unit: str, period: str, item: FollowUp, version: int, removed: bool, at: datetime, account: str
    ) -> bool:
        """False when somebody else was first."""
        values = (
            unit,
            period,
            item.number,
            version,
            item.element,
            item.action,
            item.year,
            item.quarter,
            item.owner,
            item.status,
            item.done_on.isoformat() if item.done_on else None,
            item.note,
            int(removed),
            moment_text(at),
            account,
        )
        return self.do(_VERSION, values) == 1


def _follow_up(row: Sequence[Any]) -> FollowUp:
    number, element, action, year, quarter, owner, status, done_on, note = row
    done = date.fromisoformat(done_on) if done_on else None
    return FollowUp(number, element, action, year, quarter, owner, status, done, note)
