"""SqliteStore: one file on the office's own disk, set to survive a pulled plug.

Which journal: SQLite 3.7.0 to 3.51.2 can corrupt a WAL database (the 'WAL-reset' bug), so those versions work with the
rollback journal and `synchronous=EXTRA`; fixed ones with WAL and `synchronous=FULL`. Both are read back; weaker
settings are refused.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from survey.store import StoreBusy, StoreError, StoreRefused, schema
from survey.store.answers import AnswersSql
from survey.store.mapping import moment_text
from survey.store.people import PeopleSql
from survey.store.places import PlacesSql
from survey.store.sqlite_file import inspect

if TYPE_CHECKING:
    from survey.config import Config

PATIENCE = 5.0  # seconds a write waits for another process before it gives up
FIXED = (
    ((3, 44, 6), (3, 45)),
    ((3, 50, 7), (3, 51)),
    ((3, 51, 3), (99,)),
)  # versions without the WAL-reset bug
SYNCHRONOUS = {"FULL": 2, "EXTRA": 3}


def durable_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, str]:
    """(journal_mode, synchronous) that this SQLite version keeps answers safe with."""
    fixed = any(first <= tuple(version[:3]) < after for first, after in FIXED)
    return ("wal", "FULL") if fixed else ("delete", "EXTRA")


class SqliteStore(AnswersSql, PlacesSql, PeopleSql):
    """Keeps the promises of `survey.store.Store` in one SQLite file.

    One connection writes, guarded by a lock; every thread reads through a connection of its own.
    """

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        """Open an existing, complete database. StoreRefused when `inspect` finds it unusable."""
        inspect(path)
        self.path, self.zone = path, zone
        self._lock = threading.Lock()
        self._local = threading.local()
        self._readers: list[Any] = []
        self._closed = False
        try:
            self._writer = _connect(path)
        except sqlite3.Error as error:
            raise _explained(error, path) from error

    @property
    def journal(self) -> str:
        """'wal' or 'delete', as the database says."""
        return str(self._writer.execute("PRAGMA journal_mode").fetchone()[0])

    def write(self, work: Callable[[Any], Any]) -> Any:
        """Run `work(connection)` in one durable transaction and return what it returns.

        Raises
        ------
        StoreBusy
            When the file is locked, full, read-only or unreachable; nothing of the work is kept.
        StoreError
            When a rule of the schema refuses the values.
        """
        if not self._lock.acquire(timeout=PATIENCE):
            raise StoreBusy("Penyimpanan sedang sibuk. Coba lagi sebentar.")
        try:
            self._writer.execute("BEGIN IMMEDIATE")  # a plain BEGIN fails under load after it has read
            result = work(self._writer)
            self._writer.execute("COMMIT")
            return result
        except sqlite3.Error as error:
            raise _explained(error, self.path) from error
        finally:
            self._undo()
            self._lock.release()

    def do(self, sql: str, values: Sequence[Any]) -> int:
        """One statement in a transaction of its own; rows touched."""
        return int(self.write(lambda connection: connection.execute(sql, values).rowcount))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, read at once so that no read transaction stays open."""
        try:
            return self._reader().execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _explained(error, self.path) from error

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Callable[[str, Sequence[Any]], Any]]:
        """Several queries over one unchanging state; the callable returns a cursor."""
        reader = self._reader()
        try:
            reader.execute("BEGIN")
            yield reader.execute
        except sqlite3.Error as error:
            raise _explained(error, self.path) from error
        finally:
            if reader.in_transaction:
                reader.execute("ROLLBACK")

    def check_writable(self) -> None:
        """StoreBusy when a submission could not be kept now."""
        self.write(lambda connection: None)

    def check_integrity(self) -> list[str]:
        """What SQLite itself finds wrong with the file; empty when nothing."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(10)")]
        found = [] if found == ["ok"] else found
        return found + [f"kunci asing: {row}" for row in self.rows("PRAGMA foreign_key_check")]

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        with self._lock:
            self._closed = True
            for connection in [*self._readers, self._writer]:
                with contextlib.suppress(sqlite3.Error):
                    connection.close()

    def _reader(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect(self.path)
            connection.execute("PRAGMA query_only = ON")
            self._local.connection = connection
            with self._lock:
                self._readers.append(connection)
        return connection

    def _undo(self) -> None:
        """End what is still open; after SQLITE_FULL the transaction is gone already, so ask first."""
        if self._writer.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")


def open_store(config: Config) -> SqliteStore:
    """The store of an installation.

    Raises
    ------
    StoreRefused
        When the file is missing, damaged, foreign, older or newer than this version; it stays untouched.
    """
    return SqliteStore(config.database, config.zone)


def create_store(config: Config) -> SqliteStore:
    """Make a new, empty database for its owner only, and open it. StoreRefused when the file exists."""
    path = config.database
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise StoreRefused(f"{path.name} sudah ada dan tidak ditimpa.") from None
    try:
        connection = _connect(path)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        _apply(connection, schema.STEPS)
        connection.close()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return SqliteStore(path, config.zone)


def pending_steps(config: Config) -> list[str]:
    """Names of the schema steps that the database lacks; StoreRefused as for `open_store`."""
    return [step.name for step in schema.pending(inspect(config.database, complete=False))]


def upgrade(config: Config) -> list[str]:
    """Apply the pending schema steps, each in one transaction with its record; the names of those applied."""
    steps = schema.pending(inspect(config.database, complete=False))
    connection = _connect(config.database)
    try:
        _apply(connection, steps)
    finally:
        connection.close()
    return [step.name for step in steps]


def _apply(connection: Any, steps: Sequence[schema.Step]) -> None:
    db = Database(connection, execute_plugins=False)
    if "schema_step" not in db.table_names():
        connection.execute(schema.LEDGER.format_map(schema.SQLITE))
    for step in steps:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in step.statements:
                connection.execute(statement.format_map(schema.SQLITE))
            connection.execute(
                "INSERT INTO schema_step (name, applied_at) VALUES (?, ?)",
                (step.name, moment_text(datetime.now(UTC))),
            )
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _connect(path: Path) -> Any:
    """A connection set for durability, every setting read back.

    Raises
    ------
    StoreRefused
        When SQLite does not take a setting (for example WAL on a network share).
    """
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        journal, synchronous = durable_mode()
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != journal:
            connection.execute(f"PRAGMA journal_mode = {journal}")
        told = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        wanted = {"journal_mode": journal, "synchronous": SYNCHRONOUS[synchronous], "foreign_keys": 1}
        weak = [f"{name}={told[name]}" for name in wanted if told[name] != wanted[name]]
        if weak:
            raise StoreRefused(
                f"{path.name}: setelan {', '.join(weak)} tidak cukup aman untuk menyimpan jawaban. "
                "Taruh berkas di disk lokal yang dapat ditulis, bukan di folder jaringan."
            )
    except BaseException:
        connection.close()
        raise
    return connection


def _explained(error: Exception, path: Path) -> StoreError:
    """SQLite's error as a sentence with its cure."""
    text = str(error)
    if isinstance(error, sqlite3.IntegrityError):
        return StoreError(f"Data ditolak oleh aturan pangkalan data ({text}). Tidak ada yang berubah.")
    if "malformed" in text or "not a database" in text:
        return StoreBusy(f"{path.name} rusak. Hentikan server dan pulihkan dari cadangan terakhir.")
    reasons = {
        "locked": "sedang dipakai proses lain",
        "full": "tidak dapat ditulis karena disk penuh",
        "readonly": "hanya dapat dibaca",
        "I/O": "tidak dapat ditulis karena kesalahan disk",
        "unable to open": "tidak dapat dibuka",
        "closed": "sudah ditutup",
    }
    reason = next((words for mark, words in reasons.items() if mark in text), f"gagal ({text})")
    return StoreBusy(f"Penyimpanan {path.name} {reason}. Tidak ada yang tersimpan; coba lagi.")
