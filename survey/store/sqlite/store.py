"""SqliteStore: one file on the office's own disk, written by one thread of one process at a time."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from survey.store import StoreBusy, StoreError, StoreRefused, schema
from survey.store.accounts import AccountsSql
from survey.store.follow_ups import FollowUpsSql
from survey.store.issued_papers import IssuedPapersSql
from survey.store.jobs import JobsSql
from survey.store.maintenance import MaintenanceSql
from survey.store.mapping import moment_text
from survey.store.organisation import OrganisationSql
from survey.store.responses import ResponsesSql
from survey.store.retention import RetentionSql
from survey.store.sqlite import connection as sqlite_connection
from survey.store.sqlite import fork_guard
from survey.store.sqlite.connection import Reader, connect, identity
from survey.store.sqlite.file import explained, inspect, journals_of
from survey.store.transaction import Connection, Done, Query, Row
from survey.store.write_queue import QueuedWrite, WriteQueue
from survey.system import lock
from survey.system.lock import Claim

if TYPE_CHECKING:
    from survey.config import Config
    from survey.domain.response import Response
    from survey.store import Receipt

ONE_PROCESS = True  # a second writing process brings nothing and makes both wait
PATIENCE = 5.0  # seconds a write waits for others before it gives up
NOTICED = 0.1  # seconds in the queue that are worth telling SQLite about
BEGIN = "BEGIN IMMEDIATE"  # a plain BEGIN fails under load once it has read


class SqliteStore(
    ResponsesSql,
    OrganisationSql,
    FollowUpsSql,
    IssuedPapersSql,
    AccountsSql,
    RetentionSql,
    MaintenanceSql,
    JobsSql,
):
    """`survey.store.Store` in one SQLite file.

    One connection writes, one thread at a time; every thread reads through a connection of its own.
    """

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        """Open an existing, complete database. StoreRefused when `inspect` finds it unusable."""
        inspect(path)
        self.path, self.zone = path, zone
        self._turns = WriteQueue(self._turn)
        self._lock = threading.Lock()  # held while the writing connection works, or is closed
        self._local = threading.local()
        self._readers: weakref.WeakSet[Reader] = weakref.WeakSet()
        self._closed = self._stranded = self._alone = False
        self._claim: Claim | None = None
        self._file = identity(path)
        self._timeout = PATIENCE
        self._writer: sqlite3.Connection | None = self._open()
        fork_guard.watch(self)

    def claim(self) -> None:
        """Be the only process that serves this file. StoreRefused, with its number, when another one is."""
        self._alone = True
        if self._claim is not None:
            return
        try:
            self._claim = Claim(lock.server_of(self.path))
        except lock.Locked as held:
            number = f" (proses nomor {held.pid})" if held.pid else ""
            raise StoreRefused(
                f"Server untuk {self.path.name} sudah berjalan{number}. Hentikan atau pakailah yang itu: satu "
                "berkas SQLite dilayani satu proses."
            ) from None
        weakref.finalize(self, self._claim.release)

    @property
    def journal(self) -> str:
        """'wal' or 'delete', as the database says."""
        return str(self.rows("PRAGMA journal_mode")[0][0])

    def keep(self, response: Response) -> Receipt:
        """Answers that wait at the same time share a transaction, its counting and its wait for the disk."""
        receipt: Receipt = self._turns.do(response, PATIENCE, shares=True)
        return receipt

    def write(self, work: Callable[[Connection], Done]) -> Done:
        """Run `work(connection)` in one durable transaction and return what it returns.

        Raises
        ------
        StoreBusy
            When the file is locked, full, read-only or gone; nothing of the work is kept.
        StoreError
            When a rule of the schema refuses the values.
        """
        if (mine := self.open_one()) is not None:
            return work(mine)
        result: Done = self._turns.do(work, PATIENCE)
        return result

    def _turn(self, front: QueuedWrite, take: Callable[[], list[QueuedWrite]]) -> None:
        """One transaction: for the work in front, or for all answers that wait once it has begun."""
        writes = [front]
        with self._lock:
            try:
                writer = self._begin(front.until)
                writes = take()
                if len(writes) == 1:
                    self._do(writer, writes)
                elif not self._attempt(writer, writes):
                    for write in writes:  # one by one, so that it fails only for those that are the cause
                        self._attempt(writer, [write])
                writer.execute("COMMIT")
                for write in writes:
                    write.kept = write.error is None
            except Exception as error:
                for write in writes:
                    write.error = write.error or self._told(error)
            finally:
                self._undo()

    def _begin(self, until: float) -> sqlite3.Connection:
        """The writing connection in a new transaction.

        Time spent in the queue is taken off the time that the lock of another process is waited for.
        """
        self._refuse_if_gone()
        if self._writer is None:
            self._timeout, self._writer = PATIENCE, self._open()
        left = max(until - time.monotonic(), 0)
        wanted = PATIENCE if PATIENCE - left < NOTICED else left
        if wanted != self._timeout:
            self._writer.execute(f"PRAGMA busy_timeout = {wanted * 1000:.0f}")
            self._timeout = wanted
        self._writer.execute(BEGIN)
        return self._writer

    def _attempt(self, writer: sqlite3.Connection, writes: list[QueuedWrite]) -> bool:
        """Whether they could be done; if not, they are undone, and the transaction goes on without them."""
        writer.execute("SAVEPOINT queued")
        try:
            self._do(writer, writes)
        except Exception as error:
            if not writer.in_transaction:  # a full disk ends all of it
                raise
            writer.execute("ROLLBACK TO queued")
            if len(writes) == 1:
                writes[0].error = self._told(error)
            return False
        finally:
            if writer.in_transaction:
                writer.execute("RELEASE queued")
        return True

    def _do(self, writer: sqlite3.Connection, writes: list[QueuedWrite]) -> None:
        if writes[0].shares:
            receipts = self._keep_all(writer, [write.work for write in writes])
            for write, receipt in zip(writes, receipts, strict=True):
                write.result = receipt
        else:
            writes[0].result = writes[0].work(writer)

    def _told(self, error: Exception) -> Exception:
        """An error as its caller knows it; one for each, because raising marks it."""
        if isinstance(error, sqlite3.Error):
            return explained(error, self.path)
        return error if not isinstance(error, StoreError) else type(error)(*error.args)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query, read at once so that no read transaction stays open."""
        if (mine := self.open_one()) is not None:
            return mine.execute(sql, values).fetchall()
        try:
            with self._reading() as reader:
                return reader.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Query]:
        """All reads of this thread inside see one unchanging state; the callable returns a cursor."""
        if (mine := self.open_one()) is not None:
            yield mine.execute
            return
        with self._reading() as reader:
            if reader.in_transaction:  # inside another one already
                yield reader.execute
                return
            try:
                reader.execute("BEGIN")
                yield reader.execute
            except sqlite3.Error as error:
                raise explained(error, self.path) from error
            finally:
                if reader.in_transaction:
                    reader.execute("ROLLBACK")

    def check_writable(self) -> None:
        """StoreError when a submission could not be kept now, as it came; writes a page to the disk to know it."""
        self.write(self._try_to_keep)

    def check_integrity(self) -> list[str]:
        """What SQLite itself finds wrong with the file; empty when nothing."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(10)")]
        found = [] if found == ["ok"] else found
        return found + [f"kunci asing: {row}" for row in self.rows("PRAGMA foreign_key_check")]

    def scrub_on(self) -> None:
        self.write(lambda connection: connection.execute("PRAGMA secure_delete = ON").fetchall())

    def scrub(self) -> None:
        """The write-ahead log still has the pages as they were."""
        with self._lock:
            if self._writer is not None:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def durability(self) -> str:
        """One sentence: which SQLite, which journal, and why."""
        version, (_, synchronous) = sqlite3.sqlite_version, sqlite_connection.durable_mode()
        if self.journal == "wal":
            return f"SQLite {version} dengan jurnal WAL dan synchronous={synchronous}: versi ini bebas galat WAL-reset."
        return (
            f"SQLite {version} dengan jurnal {self.journal.upper()} dan synchronous={synchronous}: "
            "WAL pada versi ini dapat merusak data (galat WAL-reset)."
        )

    def close(self) -> None:
        """Close every connection, after what runs on it; the last one folds the write-ahead log into the file."""
        self._closed = True
        if not self._stranded:
            self._close_readers()  # before the lock: who reads may want to write, too
            with self._lock:
                self._close_writer()

    def _close_readers(self) -> None:
        for reader in list(self._readers):
            reader.close()

    def _close_writer(self) -> None:
        if self._writer is not None:
            with contextlib.suppress(sqlite3.Error):
                self._writer.close()
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def close_idle(self) -> bool:
        """Close all idle connections; the next user opens them again. False when one is in use."""
        mine: Reader | None = getattr(self._local, "reader", None)
        if self._closed:
            return True
        if any(reader is not mine for reader in self._readers):
            return False  # another thread may be in the middle of a query
        if mine is not None and mine.connection is not None and mine.connection.in_transaction:
            return False
        if not self._lock.acquire(blocking=False):
            return False
        self._close_readers()
        self._close_writer()
        self._writer, self._local = None, threading.local()
        self._lock.release()
        return True

    def connections(self) -> list[object]:
        open_ones = [reader.connection for reader in self._readers]
        return [connection for connection in [*open_ones, self._writer] if connection is not None]

    def disable(self) -> None:
        """In a child process: what its parent works with must not even be closed here."""
        self._stranded, self._lock, self._turns = True, threading.Lock(), WriteQueue(self._turn)

    def _open(self) -> sqlite3.Connection:
        """A connection whose time to wait for a lock is PATIENCE."""
        if self._alone:
            self.claim()
        try:
            return connect(self.path, PATIENCE)
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection for reading; the store is not closed while it is used."""
        self._refuse_if_closed()
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = Reader(self._open())
            self._readers.add(reader)
        with reader.busy:
            self._refuse_if_closed()  # it may have been closed in between
            assert reader.connection is not None
            yield reader.connection

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreBusy(f"Penyimpanan {self.path.name} sudah ditutup.")
        if self._stranded:
            fork_guard.refuse_child()

    def _refuse_if_gone(self) -> None:
        """A file that was removed or replaced still takes writes, and loses them."""
        self._refuse_if_closed()
        if identity(self.path) != self._file:
            raise StoreBusy(f"Berkas {self.path.name} hilang atau diganti. Jalankan ulang server.")

    def _undo(self) -> None:
        """End what is still open; after SQLITE_FULL the transaction is gone already, so ask first."""
        with contextlib.suppress(sqlite3.Error):
            if self._writer is not None and self._writer.in_transaction:
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
    """Make a new, empty database for its owner only, and open it. StoreRefused when something is there."""
    path = config.database
    new = path.with_name(f"{path.name}.new-{os.getpid()}")  # a half-made file never has the real name
    if path.exists() or journals_of(path):
        raise StoreRefused(f"{path.name} (atau jurnalnya) sudah ada dan tidak ditimpa.")
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            _apply(connection, schema.STEPS, config.zone)
        finally:
            connection.close()
        new.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreRefused(
            f"{path.name} tidak dapat dibuat ({error}). Periksa folder dan ruang disk."
        ) from error
    finally:
        new.unlink(missing_ok=True)
    return SqliteStore(path, config.zone)


def discard_store(config: Config) -> None:
    """Take back what `create_store` has just made, when the rest of an installation could not be made."""
    for file in (config.database, *journals_of(config.database)):
        file.unlink(missing_ok=True)


def pending_steps(config: Config) -> list[str]:
    """Names of the schema steps that the database lacks; StoreRefused as for `open_store`."""
    return [step.name for step in schema.pending(inspect(config.database, complete=False))]


def upgrade(config: Config) -> list[str]:
    """Apply the pending schema steps, each in one transaction with its record; the names of those applied.

    Raises
    ------
    StoreError
        When a step fails; the steps before it stay, nothing of it is kept.
    """
    inspect(config.database, complete=False)
    try:
        connection = connect(config.database, PATIENCE)
        try:
            return _apply(connection, schema.STEPS, config.zone)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise explained(error, config.database) from error


def _apply(connection: sqlite3.Connection, steps: Sequence[schema.Step], zone: ZoneInfo) -> list[str]:
    """Names of the steps that the database lacked; two that upgrade at once do not meet."""
    db = Database(connection, execute_plugins=False)
    connection.execute(schema.LEDGER.format_map(schema.SQLITE))
    done = []
    for step in steps:
        connection.execute(BEGIN)
        try:
            if not db["schema_step"].count_where("name = ?", [step.name]):
                for statement in step.statements:
                    connection.execute(statement.format_map(schema.SQLITE))
                if step.fill:
                    step.fill(connection, zone)
                connection.execute(
                    "INSERT INTO schema_step (name, applied_at) VALUES (?, ?)",
                    (step.name, moment_text(datetime.now(UTC))),
                )
                done.append(step.name)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return done
