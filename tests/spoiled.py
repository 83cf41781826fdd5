"""Database files as a bad disk, a full one or a clumsy hand leaves them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from pathlib import Path


def digest(path: Path) -> str:
    """Tells whether a file is still what it was."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cut(size: int) -> Callable[[Path], object]:
    """Only so many of its first bytes are left."""
    return lambda path: path.write_bytes(path.read_bytes()[:size])


def garbled(path: Path) -> None:
    """The pages that hold the tables' definitions or rows begin with random bytes."""
    body = bytearray(path.read_bytes())
    for page in range(1, len(body) // 4096):
        body[page * 4096 : page * 4096 + 64] = random.Random(page).randbytes(64)
    path.write_bytes(body)
