"""Copies of a SQLite database: made while others write to it, and looked at while nobody does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlite_utils.utils import sqlite3

from survey.store import StoreBusy, schema
from survey.store.maintenance import RESTORED
from survey.store.sqlite.file import ANOTHER_BACKUP, explained, inspect, opened
from survey.store.tallies import TalliesSql
from survey.store.transaction import Connection, Done, Query, Row

if TYPE_CHECKING:
    from survey.config import Config

PATIENCE = 30.0  # seconds to wait for a moment in which nobody holds the database for itself alone
PAGES = 2048  # copied between two signs of life
FORMAT_AT = 18  # bytes 18 and 19 of the file: 1 rollback journal, 2 write-ahead log

# errors that come from the database itself, not from where its copy goes: locked, damaged, no database
_OF_SOURCE = (5, 6, 11, 26)


def size_of(config: Config) -> int:
    """Bytes that a copy takes. StoreRefused when `inspect` finds nothing to copy (it may be older, not newer)."""
    source = config.database
    inspect(source, complete=False, checked=0)
    try:
        with _one_moment(source) as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            return int(pages * connection.execute("PRAGMA page_size").fetchone()[0])
    except sqlite3.Error as error:
        raise explained(error, source) from error


def copy(config: Config, target: Path, done: Callable[[int], None] = lambda size: None) -> None:
    """Copy one moment of a database into an empty file that needs no journal beside it.

    The pages are read inside one read transaction: nobody waits for it where the database has a write-ahead log;
    under a rollback journal, writes wait until the pages are in the system's memory (measured: 0.3 s for a million
    answers; VACUUM INTO takes twice that). Bringing the target to the disk is left to the caller.

    Parameters
    ----------
    done : is told the bytes copied, again and again

    Raises
    ------
    StoreError
        When the database cannot be read, or the target cannot be written; the target is then worthless.
    """
    source = config.database
    try:
        with _one_moment(source) as reader, contextlib.closing(sqlite3.connect(target)) as writer:
            writer.execute("PRAGMA synchronous = OFF")
            writer.execute("PRAGMA journal_mode = OFF")
            page, copied = reader.execute("PRAGMA page_size").fetchone()[0], 0

            def step(status: int, remaining: int, total: int) -> None:
                nonlocal copied
                done((total - remaining - copied) * page)
                copied = total - remaining

            reader.backup(writer, pages=PAGES, progress=step)
    except sqlite3.Error as error:
        if (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _OF_SOURCE:
            raise explained(error, source) from error
        raise not_written(target, error) from error
    with target.open("r+b") as file:  # one that says 'write-ahead log' cannot be read where none can be made
        file.seek(FORMAT_AT)
        file.write(b"\x01\x01")


def not_written(target: Path, error: sqlite3.Error) -> StoreBusy:
    """Why there is no copy, when the database itself is not the cause."""
    return StoreBusy(
        f"Salinan tidak dapat ditulis di {target.parent} ({error}). Periksa ruang dan izin folder itu."
    )


@contextlib.contextmanager
def _one_moment(source: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose reads see one moment. 'rw': a journal left by a dead process is rolled back first."""
    connection = opened(source, "rw", timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection
    finally:
        connection.close()


class AtRest(TalliesSql):
    """A database file that nobody writes, such as a backup; reading it changes not a byte.

    complete : whether it has every schema step of this version; an older one cannot be recounted
    """

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        """Open it. StoreRefused when `inspect` finds it unusable (it may be older, not newer)."""
        applied = inspect(path, complete=False, cure=ANOTHER_BACKUP, checked=0)
        self.path, self.zone = path, zone
        self.complete = not schema.pending(applied)
        self._connection = opened(path, "ro", isolation_level=None)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        with self.snapshot() as query:
            return query(sql, values).fetchall()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Query]:
        """Nobody writes, so that every moment is the same one."""
        try:
            yield self._connection.execute
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    def write(self, work: Callable[[Connection], Done]) -> Done:
        raise TypeError("a database at rest is only read")

    def check_integrity(self) -> list[str]:
        """What SQLite finds wrong with the file and with its references; empty when nothing."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(10)")]
        found = [] if found == ["ok"] else found
        return found + [f"kunci asing: {row}" for row in self.rows("PRAGMA foreign_key_check")]

    def count(self) -> int:
        """Number of responses, counted from the rows."""
        return int(self.rows("SELECT count(*) FROM response")[0][0])

    def office(self) -> str:
        """Name of the organisation; '' when none was written."""
        found = self.rows("SELECT name FROM organisation")
        return str(found[0][0]) if found else ""

    def born(self) -> str:
        """When its database was first made, or restored: the same for all backups of one installation, for no other."""
        told = self.rows("SELECT min(applied_at) FROM schema_step")
        if self.rows("SELECT 1 FROM sqlite_master WHERE name = 'upkeep'"):  # a schema from 0004 on
            told += self.rows("SELECT at FROM upkeep WHERE name = ?", (RESTORED,))
        return str(told[-1][0])

    def close(self) -> None:
        self._connection.close()
