"""The way to a SQLite file: connections set to survive a pulled plug, one for each thread that reads.

Which journal: SQLite 3.7.0 to 3.51.2 can corrupt a WAL database (the 'WAL-reset' bug), so those versions work with the
rollback journal and `synchronous=EXTRA`; fixed ones with WAL and `synchronous=FULL`. Both are read back; weaker
settings are refused.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from sqlite_utils.utils import sqlite3

from survey.store import StoreRefused
from survey.store.sqlite import fork_guard

# versions without the WAL-reset bug
FIXED = (
    ((3, 44, 6), (3, 45)),
    ((3, 50, 7), (3, 51)),
    ((3, 51, 3), (99,)),
)
SYNCHRONOUS = {"FULL": 2, "EXTRA": 3}


def durable_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, str]:
    """(journal_mode, synchronous) that this SQLite version keeps answers safe with."""
    fixed = any(first <= tuple(version[:3]) < after for first, after in FIXED)
    return ("wal", "FULL") if fixed else ("delete", "EXTRA")


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """A connection set for durability, every setting read back.

    Parameters
    ----------
    patience : seconds that it waits for the lock of another process

    Raises
    ------
    StoreRefused
        When SQLite does not take a setting (for example WAL on a network share).
    """
    fork_guard.refuse_child()
    connection = sqlite3.connect(  # rw: never make an empty file where one is missing
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        journal, synchronous = durable_mode()
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")  # the file may be a backup from anywhere
        connection.execute("PRAGMA mmap_size = 0")  # a stray pointer must not reach the file
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


def identity(path: Path) -> tuple[int, int] | None:
    """Which file a name stands for; None when it stands for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Reader:
    """One thread's own connection; it is closed when the thread is gone.

    busy : held while the connection is used or closed. Closing it below a query crashes the process.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection: sqlite3.Connection | None = connection
        self.busy = threading.RLock()
        connection.execute("PRAGMA query_only = ON")

    def close(self) -> None:
        """Close once, after the query that runs: the writer must be the last to close, it folds the log in."""
        with self.busy:
            connection, self.connection = self.connection, None
            if connection is not None:
                with contextlib.suppress(sqlite3.Error):
                    connection.close()

    def __del__(self) -> None:
        """Nobody uses it any more; what holds `busy` is a store that closes it, or a thread lost in a fork."""
        if self.busy.acquire(blocking=False):
            self.close()
            self.busy.release()
