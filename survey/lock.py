"""One process at a time for one folder: a lock that the operating system drops when its holder dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt


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
        When another process holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        try:
            _take(handle)
        except OSError:
            raise Locked(os.pread(handle, 20, 1).decode("ascii", "replace").strip("\0 \n")) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"\n{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # only the first byte, so that others can read the number
