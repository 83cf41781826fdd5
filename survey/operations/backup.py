"""One backup: a complete copy of the database in one file, checked before it gets its name."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from survey.config import Config
from survey.operations import backup_folder, installation
from survey.operations.backup_folder import CHECKSUM, SETTINGS, beside, draft
from survey.store import StoreDamaged, parted
from survey.store.sqlite.copy import AtRest
from survey.system import disk
from survey.system.disk import fsync_and_rename
from survey.system.lock import Locked, only_one

LOCK_FILE = "backup.lock"


class Bar(Protocol):
    """Is told of work that was done."""

    def update(self, n_steps: int, /) -> None: ...


Progress = Callable[[int, str], AbstractContextManager[Bar]]  # (length, label)


class NoPlace(Exception):
    """The backup has nowhere to go; the message says where it could."""


class NotBegun(NoPlace):
    """What was asked for cannot be done; the backups of every day are not concerned."""


class BackupFailed(Exception):
    """The copy is not a whole and true one; it got no name. The message names the first thing wrong.

    cure : what to do when it was copied from the installation's own database
    """

    def __init__(self, words: str, cure: str) -> None:
        super().__init__(words)
        self.cure = cure


class CountersDiffer(BackupFailed):
    """The copy is whole, but its tallies are not what its answers add up to."""


class Backup(NamedTuple):
    """removed : older backups that made room for it; changed : answers in it that are not what was received"""

    path: Path
    sha256: str
    size: int
    responses: int
    removed: list[Path]
    changed: list[str]


class Proof(NamedTuple):
    """What a copy was found to hold; changed : a sentence for each answer in it that is not what was received"""

    responses: int
    changed: list[str]


class _Silent:
    def update(self, n_steps: int, /) -> None:
        pass


def silent(length: int, label: str) -> AbstractContextManager[Bar]:
    """The progress of something that nobody watches."""
    return contextlib.nullcontext(_Silent())


def make(
    config: Config,
    now: datetime,
    settings: str,
    *,
    output: Path | None = None,
    keep: int | None = None,
    progress: Progress = silent,
) -> Backup:
    """Make a backup while answers come in, and remove the oldest ones of the folder.

    Parameters
    ----------
    settings : text of the settings file to keep beside it, without secrets
    output : an existing folder, or the name of the new file; None: the installation's own folder of backups
    keep : newest backups that stay in a folder; None: as the settings say. A file named by the user removes none.

    Raises
    ------
    NoPlace
        No such folder, no room, the file is there already, or another backup is being made.
    BackupFailed
        The copy does not hold what it must. In every case the older backups stay as they were.
    StoreError
        The database cannot be read.
    """
    folder, named = _destination(config, output)
    try:
        with only_one(config.instance / LOCK_FILE):
            backup_folder.tidy(folder, config.instance)
            made = _make(config, folder, named, now, settings, progress)
            if named:
                return made
            return made._replace(removed=backup_folder.prune(made.path, keep or config["BACKUP_KEEP"]))
    except Locked:
        raise NotBegun("Cadangan lain sedang dibuat. Tunggu sampai selesai.") from None
    except OSError as error:
        raise NoPlace(
            f"Cadangan tidak dapat ditulis di {folder} ({error.strerror}). "
            "Periksa disk dan izinnya, atau pilih folder lain dengan -o."
        ) from error


def _make(
    config: Config, folder: Path, named: Path | None, now: datetime, settings: str, progress: Progress
) -> Backup:
    size = installation.copy_size(config)
    _refuse_without_room(config, folder, size)
    with draft(folder, config.instance) as copy:
        with progress(size, "Menyalin") as bar:
            installation.copy_database(config, copy, bar.update)
        proof = prove(copy, config.zone, progress)
        digest = sha256_of(copy)
        path = named or backup_folder.take_name(folder, now)
        kept = beside(path, SETTINGS).name
        sums = f"{digest}  {path.name}\n{hashlib.sha256(settings.encode()).hexdigest()}  {kept}\n"
        for end, text in ((SETTINGS, settings), (CHECKSUM, sums)):
            with draft(folder, config.instance) as note:
                note.write_text(text, encoding="utf-8", newline="\n")  # sha256sum reads no other
                fsync_and_rename(note, beside(path, end))
        size = copy.stat().st_size
        fsync_and_rename(copy, path)  # last: where a backup is, everything that belongs to it is
    return Backup(path, digest, size, proof.responses, [], proof.changed)


def check(path: Path, zone: ZoneInfo, progress: Progress = silent) -> int:
    """Number of responses of a copy; errors as in `prove`."""
    return prove(path, zone, progress).responses


def prove(path: Path, zone: ZoneInfo, progress: Progress = silent) -> Proof:
    """What a copy holds whose pages, references and tallies were all found right.

    Answers that are not what was received do not make it a bad copy: it is named, and there may be no better one.

    Raises
    ------
    BackupFailed
        Naming the first thing that is not. Counters of an older schema are looked at after its upgrade.
    """
    try:
        with contextlib.closing(AtRest(path, zone)) as copy:
            return _count(copy, progress)
    except StoreDamaged:
        raise BackupFailed("isinya rusak", "Jalankan: skm doctor") from None


def _count(copy: AtRest, progress: Progress) -> Proof:
    if found := copy.check_integrity():
        raise BackupFailed(f"isinya rusak ({found[0]})", "Jalankan: skm doctor")
    responses = copy.count()
    changed: list[str] = []
    if copy.complete:
        with progress(responses, "Memeriksa") as bar:
            changed, differences = parted(copy.recount(bar.update))
        if differences and changed:
            words = f"rekap hitungan tidak sama dengan isian, dan isian telah diubah ({changed[0]})"
            raise CountersDiffer(words, "Jalankan: skm verify, dan ikuti petunjuknya")
        if differences:
            words = f"rekap hitungan tidak sama dengan isian ({differences[0]})"
            raise CountersDiffer(words, "Jalankan: skm verify --rebuild, lalu ulangi")
    return Proof(responses, changed)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _destination(config: Config, output: Path | None) -> tuple[Path, Path | None]:
    """The folder where the backup goes, and the very file when the user named one."""
    folder = config.backup_folder if output is None else output.expanduser().absolute()
    try:
        if output is None and folder.resolve().is_relative_to(config.instance.resolve()):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.is_dir():
            return folder, None
    except OSError as error:
        raise NoPlace(
            f"Folder cadangan {folder} tidak dapat dipakai ({error.strerror}). "
            "Periksa disk dan izinnya, atau ubah BACKUP_FOLDER."
        ) from None
    if output is None:
        # on a disk that was unplugged, a folder made anew would be on the disk of the database
        raise NoPlace(
            f"Folder cadangan {folder} tidak ada. Pasang disknya, buat foldernya, atau ubah BACKUP_FOLDER."
        )
    if folder.exists():
        raise NotBegun(f"{folder} sudah ada dan tidak ditimpa. Sebutkan nama lain, atau sebuah folder.")
    if not folder.parent.is_dir():
        raise NotBegun(f"Folder {folder.parent} tidak ada. Buat dahulu, atau sebutkan folder lain.")
    return folder.parent, folder


def _refuse_without_room(config: Config, folder: Path, size: int) -> None:
    """A backup beside the database must leave room for the answers of tomorrow."""
    answers = config.instance if config.on_server else config.database.parent
    beside_answers = folder.stat().st_dev == answers.stat().st_dev
    needed = size + (disk.floor(folder) if beside_answers else 0)
    if (there := disk.free(folder)) < needed:
        raise NoPlace(
            f"Ruang di {folder} tidak cukup: perlu {disk.in_mb(needed)}, ada {disk.in_mb(there)}. "
            "Kosongkan disk, kurangi BACKUP_KEEP, atau pilih disk lain dengan -o."
        )
