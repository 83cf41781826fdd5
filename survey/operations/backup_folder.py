"""A folder of backups: their names, what a killed process left there, and how many stay."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from survey.store import StoreError
from survey.store.sqlite.copy import AtRest

NAME = re.compile(r"skm-(\d{8}T\d{6}Z)(?:-(\d+))?\.db")
CHECKSUM, SETTINGS = ".sha256", ".toml"  # behind the whole name of a backup


def take_name(folder: Path, now: datetime) -> Path:
    """A name of this second that nobody has; its empty checksum file keeps it from others who use the folder."""
    stem, number = f"skm-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}", 1
    path = folder / f"{stem}.db"
    while path.exists() or not _is_new(beside(path, CHECKSUM)):
        number += 1
        path = folder / f"{stem}-{number}.db"
    return path


def _is_new(path: Path) -> bool:
    """Whether this empty file could be made, because nobody had it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True


@contextlib.contextmanager
def draft(folder: Path, instance: Path) -> Iterator[Path]:
    """A new, empty file for the owner only, removed at the end unless it was given a name."""
    path = folder / f"{_mark(instance)}{secrets.token_hex(4)}.part"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def tidy(folder: Path, instance: Path) -> None:
    """Remove the drafts of killed processes; call it while no other backup of the installation is being made."""
    for path in folder.glob(f"{_mark(instance)}*"):
        path.unlink(missing_ok=True)


def _mark(instance: Path) -> str:
    """How drafts of this installation on this machine begin: others may use the same folder."""
    return f".skm-{sha256(f'{platform.node()} {instance}'.encode()).hexdigest()[:8]}-"


def ours(folder: Path, born: str) -> list[Path]:
    """Backups of the database that was first made at that moment, oldest first; damaged ones are not among them."""
    if not born:  # it could not be read: then nothing says which are ours
        return []
    found = []
    for path in folder.iterdir():
        name = NAME.fullmatch(path.name)
        if name and path.is_file() and not path.is_symlink() and created_at(path) == born:
            found.append((name[1], int(name[2] or 1), path))
    return [path for _, _, path in sorted(found)]


def created_at(path: Path) -> str:
    """When the database of a backup was first made; '' when the file cannot be read as one."""
    from zoneinfo import ZoneInfo

    try:
        copy = AtRest(path, ZoneInfo("UTC"))
    except StoreError:
        return ""
    try:
        return copy.born()
    except StoreError:
        return ""
    finally:
        copy.close()


def prune(made: Path, keep: int) -> list[Path]:
    """Remove our oldest backups beside a new one, never that one itself, until only so many are left."""
    others = [path for path in ours(made.parent, created_at(made)) if path != made]
    surplus = others[: max(len(others) - (keep - 1), 0)]
    for path in surplus:
        for file in (path, *(beside(path, end) for end in (CHECKSUM, SETTINGS))):
            file.unlink(missing_ok=True)
    return surplus


def beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
