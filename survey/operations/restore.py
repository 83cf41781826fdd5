"""Restoring: a backup is copied, the copy checked and brought to this version's schema, and only then put to work."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from survey.config import Config, settings_in
from survey.operations import backup, installation
from survey.operations.backup import BackupFailed, NoPlace, Progress, silent
from survey.operations.backup_folder import CHECKSUM, SETTINGS, beside
from survey.settings import SETTINGS as KNOWN
from survey.store import Store, StoreRefused
from survey.store.maintenance import RESTORED, VERIFIED
from survey.store.sqlite.file import ANOTHER_BACKUP, check_head, inspect, journals_of
from survey.system import disk

BLOCK = 4 * 2**20
JOURNAL = bytes.fromhex("d9d505f920a163d7")  # begins a rollback journal, and ends one that names another file


class Contents(NamedTuple):
    """What a restored copy holds; newest : in the office's zone; steps : schema steps that it lacked.

    changed : a sentence for each answer that is not what was received
    """

    path: Path
    responses: int
    units: int
    accounts: int
    newest: datetime | None
    steps: list[str]
    changed: list[str]


def prepare(
    source: Path, folder: Path, config: Config, now: datetime, progress: Progress = silent
) -> Contents:
    """Put a checked, complete, unused copy of a backup into a folder; the backup itself is only read.

    Every session, and every code that was not used, ends in the copy: since the backup was made they may have been
    ended for a reason. Accounts and passwords stay.

    Raises
    ------
    StoreRefused, StoreDamaged, BackupFailed
        The file is not a backup, or not a whole one; the message names it.
    NoPlace
        When there is no room for the copy.
    """
    path = folder / source.name
    fetch(source, path, progress)
    steps = _upgraded(path, config)
    proof = backup.prove(path, config.zone, progress)
    return _begin_anew(path, config, now, proof, steps)


def fetch(source: Path, target: Path, progress: Progress = silent) -> None:
    """Copy a backup, with a journal that was left beside it, and compare it with its checksum."""
    if not source.exists():
        raise StoreRefused(f"{source.name} tidak ada di {source.parent}. Periksa nama dan foldernya.")
    unfinished = journals_of(source) if source.is_file() else []
    check_head(source, cure=ANOTHER_BACKUP)
    _refuse_foreign(source, unfinished)
    size = sum(file.stat().st_size for file in (source, *unfinished))
    if disk.free(target.parent) < size + disk.floor(target.parent):
        raise NoPlace(
            f"Ruang di {target.parent} tidak cukup untuk {disk.in_mb(size)}. Kosongkan disk, atau pilih tempat lain."
        )
    digest = hashlib.sha256()
    with progress(size, "Menyalin") as bar, source.open("rb") as old:
        with open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new:
            while block := old.read(BLOCK):
                digest.update(block)
                new.write(block)
                bar.update(len(block))
    if expected_sha256(source)[:1] not in ([], [digest.hexdigest()]):
        raise BackupFailed(
            f"{source.name} tidak sama dengan saat dibuat (SHA-256 berbeda)", f"{ANOTHER_BACKUP}."
        )
    for file in unfinished:
        shutil.copyfile(file, target.with_name(target.name + file.name.removeprefix(source.name)))


def _refuse_foreign(source: Path, unfinished: Sequence[Path]) -> None:
    """BackupFailed for a journal that is no part of what lies beside it.

    Our backups have none, and their checksum does not cover one. One that ends by naming another file (a
    'super-journal', for several databases at once) lets older versions of SQLite remove that file.
    """
    for file in unfinished:
        with file.open("rb") as journal:
            journal.seek(-min(len(JOURNAL), file.stat().st_size), os.SEEK_END)
            names_another = journal.read() == JOURNAL
        if names_another or expected_sha256(source):
            raise BackupFailed(
                f"{file.name} di sebelahnya bukan bagian dari cadangan itu (pindahkan, lalu ulangi)",
                f"{ANOTHER_BACKUP}.",
            )


def expected_sha256(source: Path) -> list[str]:
    """What the file beside a backup says it had, and after it what the settings had; empty when there is none."""
    try:
        lines = beside(source, CHECKSUM).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [line.split()[0].lower() for line in lines if line.strip()]


def unproved_settings(source: Path) -> str:
    """Why the settings beside a backup are not taken over; '' when they are, or when there are none."""
    file = beside(source, SETTINGS)
    try:
        digest = backup.sha256_of(file)
    except OSError:
        return ""
    expected = expected_sha256(source)[1:]
    if not expected:
        return f"{file.name} tidak dipakai: tidak ada SHA-256 yang menjaminnya"
    return "" if expected == [digest] else f"{file.name} tidak sama dengan saat dibuat (SHA-256 berbeda)"


def settings_beside(source: Path) -> dict[str, Any]:
    """The settings that were in force when a backup was made; empty when they were not kept, or not proved.

    Names that this version does not know are left out, and the key; so are the places of the database and of the
    backups, because a copy that was restored for a trial must not get into those of the original.
    """
    written = settings_in(beside(source, SETTINGS)) if not unproved_settings(source) else {}
    known = {setting.name for setting in KNOWN} - {"SECRET_KEY", "DATABASE", "BACKUP_FOLDER"}
    return {name: value for name, value in written.items() if name in known}


def _upgraded(path: Path, config: Config) -> list[str]:
    inspect(path, complete=False, cure=ANOTHER_BACKUP)
    return installation.upgrade(_own(path, config))


def _begin_anew(path: Path, config: Config, now: datetime, proof: backup.Proof, steps: list[str]) -> Contents:
    store = installation.open_store(_own(path, config))
    try:
        _try_to_read(store)

        def begin() -> None:
            store.end_all_logins(now)
            store.note_upkeep(RESTORED, now, path.name)
            store.note_upkeep(VERIFIED, now, proof.changed[0] if proof.changed else "")
            store.audit(now, "", "restore", path.name)

        store.together(begin)
        newest = store.newest()
        local = newest.astimezone(config.zone) if newest else None
        people = len(store.accounts())
        return Contents(path, proof.responses, len(store.units()), people, local, steps, proof.changed)
    finally:
        store.close()


def _try_to_read(store: Store) -> None:
    """What papers and doctor ask of every database; BackupFailed when it cannot be what was written."""
    try:
        store.paper_key(), store.papers_kept_since(), store.made_at()
    except ValueError:
        raise BackupFailed("isinya rusak", f"{ANOTHER_BACKUP}.") from None


def _own(path: Path, config: Config) -> Config:
    """The same settings over a database file of its own."""
    return dataclasses.replace(config, instance=path.parent, values={**config.values, "DATABASE": path.name})
