"""PostgresStore: one PostgreSQL database for many web processes on many machines.

Every write is one transaction that takes the rows it adds to (READ COMMITTED, `FOR UPDATE`); what two writers did to
each other is repeated. Answers are confirmed after the server's own COMMIT, whose settings are read back; weak ones
are refused.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import psycopg

from survey.store import Receipt, StoreBusy, StoreError, StoreRefused, schema
from survey.store.accounts import AccountsSql
from survey.store.follow_ups import FollowUpsSql
from survey.store.issued_papers import IssuedPapersSql
from survey.store.jobs import JobsSql
from survey.store.maintenance import MaintenanceSql
from survey.store.mapping import moment_text
from survey.store.organisation import OrganisationSql
from survey.store.postgres import check
from survey.store.postgres.connection import (
    PATIENCE,
    Connections,
    Statements,
    connect,
    explained,
    is_lost,
    is_worth_repeating,
    spoken,
    was_decided,
)
from survey.store.responses import KEEP, ResponsesSql, row_of
from survey.store.retention import RetentionSql
from survey.store.transaction import Connection, Cursor, Done, Query, Row
from survey.store.write_queue import QueuedWrite, WriteQueue

if TYPE_CHECKING:
    from survey.config import Config
    from survey.domain.response import Response

ONE_PROCESS = False  # any number of processes may serve one database
TRIES = 6
PAGE = 2000  # rows that a snapshot's cursor fetches at once: flat memory

# A COMMIT that waits for a standby must not be cut short: the server would then confirm what only it has.
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0"
BEGIN_SNAPSHOT = """
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
"""
UNKNOWN = (
    "Sambungan ke PostgreSQL terputus saat menyimpan. Kirim lagi: isian yang sama tidak dihitung dua kali."
)


class PostgresStore(
    ResponsesSql,
    OrganisationSql,
    FollowUpsSql,
    IssuedPapersSql,
    AccountsSql,
    RetentionSql,
    MaintenanceSql,
    JobsSql,
):
    """`survey.store.Store` in a PostgreSQL database."""

    LOCK = " FOR UPDATE"

    def __init__(self, url: str, zone: ZoneInfo) -> None:
        """Open an existing, complete database. StoreRefused when it, or its server, is unusable."""
        with connect(url) as connection:
            check.inspect(connection)
        self.zone = zone
        self._connections = Connections(url)
        self._local = threading.local()
        self._turns: dict[tuple[int, str], WriteQueue] = {}

    def keep(self, response: Response) -> Receipt:
        """Writers of one unit's tallies share a transaction: each would else wait for the other's COMMIT."""
        here = (os.getpid(), response.unit)  # a forked process has its own
        turns = self._turns.get(here) or self._turns.setdefault(here, WriteQueue(self._together))
        receipt: Receipt = turns.do(response, PATIENCE, shares=True)
        return receipt

    def _together(self, front: QueuedWrite, take: Callable[[], list[QueuedWrite]]) -> None:
        """One transaction for all who wait; when it fails by the fault of one, each has its own."""
        writes = take()
        error = self._kept(writes)
        for write in writes if error else ():
            if len(writes) > 1 and not isinstance(error, StoreBusy):
                write.error = self._kept([write])
            else:  # one for each, because raising marks it
                write.error = type(error)(*error.args) if isinstance(error, StoreError) else error

    def _kept(self, writes: list[QueuedWrite]) -> Exception | None:
        """Keep what the writes hold; what went wrong instead."""
        try:
            receipts = self.write(
                lambda connection: self._keep_all(connection, [write.work for write in writes])
            )
        except Exception as error:
            return error
        for write, receipt in zip(writes, receipts, strict=True):
            write.result, write.kept = receipt, True
        return None

    def _statuses(self, connection: Connection, responses: Sequence[Response]) -> list[str]:
        rows = [row_of(response, response.fingerprint) for response in responses]
        touched = cast(Statements, connection).each(KEEP, rows)
        return [
            "kept" if count == 1 else self._seen(connection, response)
            for count, response in zip(touched, responses, strict=True)
        ]

    def write(self, work: Callable[[Connection], Done]) -> Done:
        """Run `work(connection)` in one durable transaction and return what it returns; it may run several times.

        Raises
        ------
        StoreBusy
            When a row stays locked, the disk is full, or the server is gone: nothing of the work is promised.
        StoreError
            When a rule of the schema refuses the values.
        """
        if (mine := self.open_one()) is not None:
            return work(mine)
        return self._repeat(lambda connection: _in_transaction(connection, work))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query; inside a snapshot, as they were at its moment."""

        if (mine := self.open_one()) is not None:
            return mine.execute(sql, values).fetchall()

        def read(connection: psycopg.Connection) -> list[Row]:
            return connection.execute(spoken(sql), values).fetchall()

        inside: _Snapshot | None = getattr(self._local, "inside", None)
        if inside is None:
            return self._repeat(read)
        try:
            return read(inside.connection)
        except psycopg.Error as error:
            raise explained(error) from error

    @contextmanager
    def snapshot(self) -> Iterator[Query]:
        """All reads of this thread inside see one unchanging state; the callable streams through a server's cursor."""
        if (mine := self.open_one()) is not None:
            yield mine.execute
            return
        if inside := getattr(self._local, "inside", None):  # inside another one already
            yield inside.query
            return
        with self._connections.one() as connection:
            snapshot = self._local.inside = _Snapshot(connection)
            try:
                connection.execute(BEGIN_SNAPSHOT, prepare=False)
                yield snapshot.query
            except psycopg.Error as error:
                raise explained(error) from error
            finally:
                self._local.inside = None
                snapshot.close()

    def check_writable(self) -> None:
        """StoreError when a submission could not be kept now, as it came, or when the server became weak."""
        check.refuse_weak(self._repeat(check.look))
        if other := self._repeat(check.other_tables):
            raise StoreRefused(f"Pangkalan data tidak lagi seperti yang dibuat SKM ({'; '.join(other[:3])}).")
        self.write(self._try_to_keep)

    def check_integrity(self) -> list[str]:
        """What the server's own books find wrong. PostgreSQL looks at every page only offline (pg_amcheck)."""
        return self._repeat(check.unguarded)

    def durability(self) -> str:
        """One sentence: which server, and what keeps an answer that was confirmed."""
        return check.durability(self._repeat(check.look))

    def claim(self) -> None:
        """Any number of processes may serve one database."""

    def close(self) -> None:
        self._connections.close()

    def _repeat(self, work: Callable[[psycopg.Connection], Done]) -> Done:
        """Do it on some connection; again when two writers met, or when the connection was dead before."""
        for tried in range(1, TRIES + 1):
            try:
                with self._connections.one() as connection:
                    return work(connection)
            except psycopg.Error as error:
                if tried == TRIES or not is_worth_repeating(error):
                    raise explained(error) from error
                if is_lost(error):
                    self._connections.renew()
            time.sleep(random.uniform(0, 0.01 * 2**tried))  # noqa: S311 (so that the two do not meet again)
        raise AssertionError("unreachable")


class _Snapshot:
    """One thread's unchanging view: a connection in a transaction that only reads."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self._cursors: list[psycopg.ServerCursor] = []

    def query(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        cursor = self.connection.cursor(name=f"skm_{len(self._cursors)}")
        cursor.itersize = PAGE
        self._cursors.append(cursor)
        return cursor.execute(spoken(sql), values)

    def close(self) -> None:
        """End the view; its cursors end with it."""
        if not self.connection.closed:
            self.connection.execute("ROLLBACK")
        for cursor in self._cursors:
            cursor.close()


def _in_transaction(connection: psycopg.Connection, work: Callable[[Connection], Done]) -> Done:
    connection.execute(BEGIN, prepare=False)
    result = work(Statements(connection))
    try:
        ended = connection.execute("COMMIT").statusmessage
    except psycopg.Error as error:
        if was_decided(error):
            raise
        raise StoreBusy(UNKNOWN) from error
    if ended != "COMMIT":  # the server's word for a transaction in which something had failed
        raise StoreBusy("PostgreSQL membatalkan penyimpanan. Tidak ada yang tersimpan; coba lagi.")
    return result


def open_store(config: Config) -> PostgresStore:
    """The store of an installation.

    Raises
    ------
    StoreRefused
        When the server is unfit or weak, or the database missing, foreign, older or newer than this version.
    StoreBusy
        When the server is not there.
    """
    return PostgresStore(config["DATABASE"], config.zone)


def create_store(config: Config) -> PostgresStore:
    """Fill an empty database with our tables, all or none, and open it. StoreRefused when something is there."""
    with connect(config["DATABASE"]) as connection:
        server = refuse_filled(connection)
        try:
            with connection.transaction():
                make_tables(connection, server, config.zone)
        except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable):
            raise StoreRefused("Pangkalan data PostgreSQL ini baru saja diisi perintah lain.") from None
        except psycopg.Error as error:
            raise explained(error) from error
    return PostgresStore(config["DATABASE"], config.zone)


def discard_store(config: Config) -> None:
    """Take back what `create_store` has just made, when the rest of an installation could not be made."""
    with connect(config["DATABASE"]) as connection:
        try:
            with connection.transaction():
                for name in (*reversed(schema.tables()), "schema_step"):
                    connection.execute(f"DROP TABLE IF EXISTS {name}")
        except psycopg.Error as error:
            raise explained(error) from error


def refuse_filled(connection: psycopg.Connection) -> check.Server:
    """The server of an empty database. StoreRefused when something is there, or the server is unfit."""
    server = check.look(connection)
    check.refuse_unfit(server)
    if there := check.tables(connection):
        whose = "instalasi SKM" if "schema_step" in there else f"tabel {there[0]}"
        raise StoreRefused(
            f"Pangkalan data PostgreSQL ini sudah berisi {whose} dan tidak ditimpa. Buat yang baru dengan createdb."
        )
    return server


def make_tables(connection: psycopg.Connection, server: check.Server, zone: ZoneInfo) -> None:
    """Apply every schema step to an empty database, in the transaction of the caller."""
    connection.execute(_spelled(schema.LEDGER, server))
    _apply(connection, server, zone)


def pending_steps(config: Config) -> list[str]:
    """Names of the schema steps that the database lacks; StoreRefused as for `open_store`."""
    with connect(config["DATABASE"]) as connection:
        return [step.name for step in schema.pending(check.inspect(connection, complete=False))]


def upgrade(config: Config) -> list[str]:
    """Apply the pending schema steps, each in one transaction with its record; the names of those applied.

    Raises
    ------
    StoreError
        When a step fails; the steps before it stay, nothing of it is kept.
    """
    with connect(config["DATABASE"]) as connection:
        check.inspect(connection, complete=False)
        try:
            return _apply(connection, check.look(connection), config.zone)
        except psycopg.Error as error:
            raise explained(error) from error


def _apply(connection: psycopg.Connection, server: check.Server, zone: ZoneInfo) -> list[str]:
    """Names of the steps that the database lacked. Of two that upgrade at once, one waits for the other's record."""
    done = []
    connection.execute("SET statement_timeout = 0")
    for step in schema.STEPS:
        with connection.transaction():
            record = (step.name, moment_text(datetime.now(UTC)))
            new = connection.execute(
                "INSERT INTO schema_step (name, applied_at) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING",
                record,
            ).rowcount
            if not new:
                continue
            for statement in step.statements:
                connection.execute(_spelled(statement, server))
            if step.fill:
                step.fill(Statements(connection), zone)
        done.append(step.name)
    return done


def _spelled(statement: str, server: check.Server) -> str:
    """A schema statement with types that compare and hold what SQLite's do: text by bytes, integers of 64 bits."""
    text = "TEXT" if server.engine == "CockroachDB" else 'TEXT COLLATE "C"'  # there it is so already
    words: Mapping[str, str] = schema.POSTGRES
    return re.sub(r"\bTEXT\b", text, re.sub(r"\bINTEGER\b", "BIGINT", statement.format_map(words)))
