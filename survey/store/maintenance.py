"""What was done for the database itself, and when: the last backup, the last verification."""

from __future__ import annotations

from datetime import datetime

from survey.store.mapping import moment, moment_text
from survey.store.transaction import Transactions

# what may have been done
BACKUP, BACKUP_FAILED, VERIFIED, RESTORED = "backup", "backup failed", "verify", "restore"


class MaintenanceSql(Transactions):
    """The maintenance notes of `survey.store.Store`, in SQL that SQLite and PostgreSQL share."""

    def note_upkeep(self, name: str, at: datetime, words: str = "") -> None:
        self.do(
            """
            INSERT INTO upkeep (name, at, words) VALUES (?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET at = excluded.at, words = excluded.words
            """,
            (name, moment_text(at), words),
        )

    def upkeep(self, name: str) -> tuple[datetime, str] | None:
        found = self.rows("SELECT at, words FROM upkeep WHERE name = ?", (name,))
        return (moment(found[0][0]), found[0][1]) if found else None

    def made_at(self) -> datetime:
        return moment(self.rows("SELECT min(applied_at) FROM schema_step")[0][0])

    def schema_steps(self) -> set[str]:
        return {row[0] for row in self.rows("SELECT name FROM schema_step")}
