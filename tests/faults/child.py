"""``python -m tests.faults.child NAME… -- ARGUMENTS``: runs the real `skm` after changing it in this process only.

Some names are conditions that a test needs (another journal), most are sabotages: a safeguard taken away, so that the
test that watches it can be seen to fail. Nothing in the product knows of this file.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlite_utils.utils import sqlite3

CHANGES: dict[str, Callable[[], None]] = {}


def change(function: Callable[[], None]) -> Callable[[], None]:
    CHANGES[function.__name__.replace("_", "-")] = function
    return function


def every_execute(instead: Callable[..., Any], **options: Any) -> None:
    """Let `instead(execute, connection, sql, *values)` stand for `execute` of all SQLite connections to come.

    options : of `sqlite3.connect`, which win over those of the product
    """
    connect = sqlite3.connect

    def changed(*arguments: Any, **named: Any) -> Any:
        base = named.pop("factory", sqlite3.Connection)

        def execute(self: Any, sql: str, *values: Any) -> Any:
            return instead(super(made, self).execute, self, sql, *values)

        made = type("Changed", (base,), {"execute": execute})
        return connect(*arguments, **{**named, **options, "factory": made})

    sqlite3.connect = changed


def every_statement(rewrite: Callable[[str], str]) -> None:
    """Let all SQLite connections of this process run other statements than they are given."""
    every_execute(lambda execute, connection, sql, *values: execute(rewrite(sql), *values))


def every_statement_of_steps(rewrite: Callable[[str], str]) -> None:
    """Let schema steps run other statements than they are made of."""
    from survey.store.sqlite import store

    apply, at_work = store._apply, threading.Event()

    def changed(*arguments: Any) -> Any:
        at_work.set()
        try:
            return apply(*arguments)
        finally:
            at_work.clear()

    every_statement(lambda sql: rewrite(sql) if at_work.is_set() else sql)
    store._apply = changed


@change
def any_tables() -> None:
    """Condition: other tables than the steps make are not noticed."""
    from survey.store.schema import shape

    shape.differences = lambda *_: []


@change
def rollback_journal() -> None:
    """Condition: as on a SQLite with the WAL-reset bug."""
    from survey.store.sqlite import connection as sqlite_connection

    sqlite_connection.durable_mode = lambda *_: ("delete", "EXTRA")


@change
def impatient() -> None:
    """Condition: gives up after half a second, so that a short test sees it."""
    from survey.store.sqlite import store

    store.PATIENCE = 0.5


@change
def patient() -> None:
    """Condition: waits as long as it takes, because a test is about something else than a slow disk."""
    from survey.store.sqlite import store

    store.PATIENCE = 60.0


@change
def dies_in_upgrade() -> None:
    """Condition: kill -9 instead of statement number DIES_AT of the schema steps; number 0 is the first."""
    import os
    import signal

    left = [int(os.environ["DIES_AT"])]

    def dies(sql: str) -> str:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return sql

    every_statement_of_steps(dies)


@change
def steps_without_transaction() -> None:
    """Each statement of a schema step stands alone."""
    every_statement_of_steps(
        lambda sql: "SELECT 1" if sql.split()[0] in ("BEGIN", "COMMIT", "ROLLBACK") else sql
    )


@change
def copied_file() -> None:
    """A backup is the database file as it lies there."""
    import shutil

    from survey.store.sqlite import copy

    copy.copy = lambda config, target, done=None: shutil.copyfile(config.database, target)


@change
def written_under_its_name() -> None:
    """A backup has its name before it is whole."""
    import contextlib

    from survey.operations import backup

    draft = backup.draft

    @contextlib.contextmanager
    def itself(folder: Any, instance: Any) -> Any:
        backup.draft = draft
        path = folder / "skm-20261124T081500Z.db"
        path.touch(0o600)
        yield path

    backup.draft = itself


@change
def no_patience() -> None:
    """A lock of another program is not waited for."""

    def instead(execute: Any, connection: Any, sql: str, *values: Any) -> Any:
        return execute("SELECT 1" if "busy_timeout" in sql else sql, *values)

    every_execute(instead, timeout=0)


@change
def no_drain() -> None:
    """SIGTERM ends the server as it ends any other program: at once."""
    import os

    from survey.operations.server import Server

    Server.drain = lambda self: os._exit(0)


@change
def few_files() -> None:
    """Condition: the system allows the server 256 files."""
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


@change
def hurried() -> None:
    """Condition: a client has one second for its request."""
    from survey.operations import connections

    connections.TO_SEND = 1.0


@change
def no_deadlines() -> None:
    """Whoever does not go on is waited for."""
    from survey.operations.connections import Waiting

    Waiting.let_go_late = Waiting.let_go_all = lambda self: None


@change
def no_limit() -> None:
    """However many connections are open, nobody is let go for a new one."""
    from survey.operations import server

    waiting = server.Waiting
    server.Waiting = lambda limit: waiting(1_000_000)


@change
def endless_drain() -> None:
    """The end waits as long as it takes."""
    from survey.operations import server

    server.DRAIN = None


@change
def thread_for_each_body() -> None:
    """A request has its thread from its first byte on, as in most WSGI servers."""
    import asyncio

    from survey.operations import server

    call, places = server.Adapter.__call__, asyncio.Semaphore(server.THREADS)

    async def held(self: Any, scope: Any, receive: Any, send: Any) -> None:
        async with places:
            await call(self, scope, receive, send)

    server.Adapter.__call__ = held


@change
def no_hangup() -> None:
    """A closed terminal ends the server as it ends any other program: at once."""
    import signal

    del signal.SIGHUP


@change
def receipt_before_commit() -> None:
    """The resident is thanked first; the answer is kept a moment later."""
    from survey.store import Receipt
    from survey.store.sqlite import store

    keep = store.SqliteStore.keep

    def hurried(self: Any, response: Any) -> Any:
        def later() -> None:
            time.sleep(0.05)
            keep(self, response)

        threading.Thread(target=later, daemon=True).start()
        return Receipt(response.id, "kept")

    store.SqliteStore.keep = hurried


@change
def failed_commit_ignored() -> None:
    """The database says that the commit failed, and nobody listens."""

    def instead(execute: Any, connection: Any, sql: str, *values: Any) -> Any:
        try:
            return execute(sql, *values)
        except sqlite3.Error:
            if sql != "COMMIT":
                raise
            return None

    every_execute(instead)


@change
def blind_rollback() -> None:
    """After a failure ROLLBACK is sent without asking whether SQLite rolled back by itself."""
    from survey.store.sqlite import store

    def instead(execute: Any, connection: Any, sql: str, *values: Any) -> Any:
        done = execute(sql, *values)
        connection.last = sql
        return done

    def undo(self: Any) -> None:
        if self._writer.last != "COMMIT":
            self._writer.execute("ROLLBACK")

    every_execute(instead)
    store.SqliteStore._undo = undo


def weaken(level: str, told: int) -> None:
    """Sync less than was asked for, and lie about it when asked."""

    def instead(execute: Any, connection: Any, sql: str, *values: Any) -> Any:
        if sql.startswith("PRAGMA synchronous ="):
            sql = f"PRAGMA synchronous = {level}"
        elif sql == "PRAGMA synchronous":
            sql = f"SELECT {told}"
        return execute(sql, *values)

    every_execute(instead)


@change
def weak_sync() -> None:
    """WAL with synchronous=NORMAL: no sync at a commit."""
    weaken("NORMAL", told=2)


@change
def weak_rollback_sync() -> None:
    """The rollback journal with synchronous=FULL: its removal, which is the commit, is not synced."""
    rollback_journal()
    weaken("FULL", told=3)


@change
def counted_apart() -> None:
    """The answer is kept in one transaction and counted in the next."""
    from survey.store import Receipt
    from survey.store.sqlite import store
    from survey.store.tally_columns import tally_key

    def keep(self: Any, response: Any) -> Any:
        status = self.write(lambda connection: self._statuses(connection, [response])[0])
        if status == "kept":
            time.sleep(0.02)
            new = {tally_key(response, self.zone): [response]}
            self.write(lambda connection: self._count(connection, new))
        return Receipt(response.id, status)

    store.SqliteStore.keep = keep


@change
def no_savepoints() -> None:
    """Of answers that share a transaction, the one that fails is not undone."""
    words = ("SAVEPOINT ", "ROLLBACK TO ", "RELEASE ")
    every_statement(lambda sql: "SELECT 1" if sql.startswith(words) else sql)


@change
def check_then_insert() -> None:
    """Whether an id is new is asked first, instead of by a key."""
    from survey.store import Receipt
    from survey.store.sqlite import store

    keep = store.SqliteStore.keep

    def careless(self: Any, response: Any) -> Any:
        if self.rows("SELECT 1 FROM response WHERE unit = ? AND id = ?", (response.unit, response.id)):
            return Receipt(response.id, "again")
        return keep(self, response)

    every_statement(lambda sql: sql.replace("ON CONFLICT (unit, id) DO NOTHING", ""))
    store.SqliteStore.keep = careless


@change
def last_one_wins() -> None:
    """Other answers with the same id overwrite the first."""
    every_statement(
        lambda sql: sql.replace(
            "ON CONFLICT (unit, id) DO NOTHING",
            "ON CONFLICT (unit, id) DO UPDATE SET answers = excluded.answers",
        )
    )


@change
def confirmed_before_the_log() -> None:
    """PostgreSQL may say that it has committed before its log is on the disk."""
    from survey.store.postgres import store

    store.BEGIN += "; SET LOCAL synchronous_commit = off"


@change
def no_row_locks() -> None:
    """Counters are read, added to and written back without taking their rows."""
    from survey.store.postgres import store

    store.PostgresStore.LOCK = ""


def main() -> None:
    names, _, _ = " ".join(sys.argv[1:]).partition(" -- ")
    for name in names.split():
        CHANGES[name]()
    from survey.cli import main as skm

    sys.argv = ["skm", *sys.argv[sys.argv.index("--") + 1 :]]
    skm()


if __name__ == "__main__":
    main()
