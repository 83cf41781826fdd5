"""The disk: how much room there is, how little is too little, and files that are there to stay."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

FLOOR = 200 * 2**20  # bytes; below it a night of answers may no longer fit
PART = 20  # of a small disk, such as a memory card of 2 GB, one twentieth


def free(folder: Path) -> int:
    """Bytes that can still be written where a folder lies."""
    return shutil.disk_usage(folder).free


def floor(folder: Path) -> int:
    """Bytes that must stay free where a folder lies, so that answers can be kept."""
    return min(FLOOR, shutil.disk_usage(folder).total // PART)


def has_room(folder: Path) -> bool:
    """Whether answers can go on being kept where a folder lies; a folder that is gone has none."""
    try:
        return free(folder) >= floor(folder)
    except OSError:
        return False


def in_mb(size: int) -> str:
    """``12 MB``, rounded up, so that something is never nothing."""
    return f"{-(-size // 2**20)} MB"


def fsync_and_rename(path: Path, final: Path) -> None:
    """Give a finished file its name; after this it is there even if the power goes."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
    os.replace(path, final)
    with contextlib.suppress(OSError):  # Windows opens no folders
        handle = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
