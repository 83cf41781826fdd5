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


def every_connection(**methods: Any) -> None:
    """Give all SQLite connections of this process other methods; the first argument is the real one."""
    real = sqlite3.connect
    made = type("Changed", (sqlite3.Connection,), methods)
    sqlite3.connect = lambda *args, **named: real(*args, **{**named, "factory": made})


def every_statement(rewrite: Callable[[str], str]) -> None:
    """Let all SQLite connections of this process run other statements than they are given."""

    def execute(self: Any, sql: str, *values: Any) -> Any:
        return sqlite3.Connection.execute(self, rewrite(sql), *values)

    every_connection(execute=execute)


@change
def rollback_journal() -> None:
    """Condition: as on a SQLite with the WAL-reset bug."""
    from survey.store import sqlite

    sqlite.durable_mode = lambda *_: ("delete", "EXTRA")


@change
def impatient() -> None:
    """Condition: gives up after half a second, so that a short test sees it."""
    from survey.store import sqlite

    sqlite.PATIENCE = 0.5


@change
def no_patience() -> None:
    """A lock of another program is not waited for."""

    def execute(self: Any, sql: str, *values: Any) -> Any:
        return sqlite3.Connection.execute(self, "SELECT 1" if "busy_timeout" in sql else sql, *values)

    real = sqlite3.connect
    made = type("Changed", (sqlite3.Connection,), {"execute": execute})
    sqlite3.connect = lambda *args, **named: real(*args, **{**named, "timeout": 0, "factory": made})


@change
def no_drain() -> None:
    """SIGTERM ends the server as it ends any other program: at once."""
    import os

    from survey.server import Server

    Server.drain = lambda self: os._exit(0)


@change
def receipt_before_commit() -> None:
    """The resident is thanked first; the answer is kept a moment later."""
    from survey.store import Receipt, sqlite

    keep = sqlite.SqliteStore.keep

    def hurried(self: Any, response: Any) -> Any:
        def later() -> None:
            time.sleep(0.05)
            keep(self, response)

        threading.Thread(target=later, daemon=True).start()
        return Receipt(response.id, "kept")

    sqlite.SqliteStore.keep = hurried


@change
def failed_commit_ignored() -> None:
    """The database says that the commit failed, and nobody listens."""

    def execute(self: Any, sql: str, *values: Any) -> Any:
        try:
            return sqlite3.Connection.execute(self, sql, *values)
        except sqlite3.Error:
            if sql != "COMMIT":
                raise
            return None

    every_connection(execute=execute)


@change
def blind_rollback() -> None:
    """After a failure ROLLBACK is sent without asking whether SQLite rolled back by itself."""
    from survey.store import sqlite

    def execute(self: Any, sql: str, *values: Any) -> Any:
        done = sqlite3.Connection.execute(self, sql, *values)
        self.last = sql
        return done

    def undo(self: Any) -> None:
        if self._writer.last != "COMMIT":
            self._writer.execute("ROLLBACK")

    every_connection(execute=execute)
    sqlite.SqliteStore._undo = undo


def weaken(level: str, told: int) -> None:
    """Sync less than was asked for, and lie about it when asked."""

    def execute(self: Any, sql: str, *values: Any) -> Any:
        if sql.startswith("PRAGMA synchronous ="):
            sql = f"PRAGMA synchronous = {level}"
        elif sql == "PRAGMA synchronous":
            sql = f"SELECT {told}"
        return sqlite3.Connection.execute(self, sql, *values)

    every_connection(execute=execute)


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
    from survey.store import Receipt, sqlite
    from survey.store.counters import tally_key

    def keep(self: Any, response: Any) -> Any:
        status = self.write(lambda connection: self._keep_one(connection, response))
        if status == "kept":
            time.sleep(0.02)
            new = {tally_key(response, self.zone): [response.answers]}
            self.write(lambda connection: self._count(connection, new))
        return Receipt(response.id, status)

    sqlite.SqliteStore.keep = keep


@change
def no_savepoints() -> None:
    """Of answers that share a transaction, the one that fails is not undone."""
    every_statement(lambda sql: "SELECT 1" if sql.endswith(" job") else sql)


@change
def check_then_insert() -> None:
    """Whether an id is new is asked first, instead of by a key."""
    from survey.store import Receipt, sqlite

    keep = sqlite.SqliteStore.keep

    def careless(self: Any, response: Any) -> Any:
        if self.rows("SELECT 1 FROM response WHERE unit = ? AND id = ?", (response.unit, response.id)):
            return Receipt(response.id, "again")
        return keep(self, response)

    every_statement(lambda sql: sql.replace("ON CONFLICT (unit, id) DO NOTHING", ""))
    sqlite.SqliteStore.keep = careless


@change
def last_one_wins() -> None:
    """Other answers with the same id overwrite the first."""
    every_statement(
        lambda sql: sql.replace(
            "ON CONFLICT (unit, id) DO NOTHING",
            "ON CONFLICT (unit, id) DO UPDATE SET answers = excluded.answers",
        )
    )


def main() -> None:
    names, _, _ = " ".join(sys.argv[1:]).partition(" -- ")
    for name in names.split():
        CHANGES[name]()
    from survey.cli import main as skm

    sys.argv = ["skm", *sys.argv[sys.argv.index("--") + 1 :]]
    skm()


if __name__ == "__main__":
    main()
