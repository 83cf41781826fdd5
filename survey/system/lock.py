"""One process at a time for one folder: a lock that the operating system drops when its holder dies."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


SERVER = "serve.lock"


def server_of(database: Path) -> Path:
    """What the one process that serves a database file holds, beside the file itself."""
    return database.resolve().with_name(SERVER)


class Locked(Exception):
    """Another process holds the lock; `pid` is its number as far as it was written down, else ''."""

    def __init__(self, pid: str) -> None:
        super().__init__(pid)
        self.pid = pid


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file for the duration; the file stays (removing it would let two holders in).

    Raises
    ------
    Locked
        When another process holds it, or this one from another place.
    """
    handle = _open(path)
    try:
        yield
    finally:
        os.close(handle)


class Claim:
    """A lock file that this process holds, however many parts of it ask for that."""

    _held: ClassVar[dict[Path, list[int]]] = {}  # path -> handle, how many hold it
    # Re-entrant: Python may clear away a forgotten store, which gives up its claim, in the middle of making another.
    _mutex: ClassVar = threading.RLock()

    def __init__(self, path: Path) -> None:
        """Locked when another process holds it."""
        self.path, self._owner = path, os.getpid()
        with self._mutex:
            while True:
                there = self._held.get(path) or self._held.setdefault(path, [_open(path), 0])
                there[1] += 1
                if self._held.get(path) is there:  # and was not given up by the last holder meanwhile
                    return

    def release(self) -> None:
        """Give it up; a second time does nothing, nor does a child of the process that holds it."""
        path = self.__dict__.pop("path", None)
        with self._mutex:
            there = self._held.get(path)
            if there is None or self._owner != os.getpid():
                return
            there[1] -= 1
            if there[1] == 0:
                del self._held[path]
                os.close(there[0])

    @classmethod
    def disinherit(cls) -> None:
        """In a child that was split off from the holder: it holds nothing, and nobody waits for its end."""
        cls._mutex = threading.RLock()
        for handle, _ in cls._held.values():
            with contextlib.suppress(OSError):
                os.close(handle)
        cls._held.clear()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=Claim.disinherit)


def _open(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        _take(handle)
    except OSError:
        holder = _written(handle)
        os.close(handle)
        raise Locked(holder) from None
    with contextlib.suppress(OSError):  # a full disk: the lock counts, not the number
        os.lseek(handle, 0, os.SEEK_SET)
        # of one length, so that none before shows through
        os.write(handle, f"\n{os.getpid():<19}\n".encode())
    return handle


def _take(handle: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # only the first byte, so that others can read the number
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _written(handle: int) -> str:
    os.lseek(handle, 1, os.SEEK_SET)
    return os.read(handle, 20).decode("ascii", "replace").strip("\0 \n")
