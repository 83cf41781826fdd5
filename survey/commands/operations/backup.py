"""skm backup: a complete, checked copy of the database while the server goes on."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path

import click

from survey.commands.base import Failed, Here, Mistake, command, progress
from survey.commands.operations.init import settings_file
from survey.config import Config
from survey.jobs.process import Tell
from survey.operations import backup as backups
from survey.store import StoreError
from survey.store.jobs import Job
from survey.store.maintenance import BACKUP, BACKUP_FAILED, VERIFIED
from survey.system import disk


@command("backup")
@click.option(
    "-o",
    "--output",
    metavar="BERKAS|FOLDER",
    help="Berkas baru, atau folder yang ada; bawaan: BACKUP_FOLDER.",
)
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="Banyaknya cadangan terbaru yang disimpan di folder; bawaan: BACKUP_KEEP.",
)
@click.pass_obj
def backup(here: Here, output: str | None, keep: int | None) -> None:
    """Membuat cadangan yang diperiksa: satu berkas berisi seluruh pangkalan data.

    Server boleh tetap berjalan dan menerima isian. Di sebelah cadangan ditulis jumlah pemeriksanya (.sha256) dan
    setelan tanpa rahasia (.toml). Pulihkan dengan 'skm restore'. Salin cadangan juga ke komputer atau disk lain.

    \b
    Contoh:
      skm backup
      skm backup -o /media/usb --keep 30
      skm backup -o sebelum-pindah.db
    """
    for line in told(make(here, output, keep)):
        click.echo(line)


def make_in_process(config: Config, job: Job, now: datetime, tell: Tell) -> tuple[bytes, None]:
    """As `skm backup`, for a worker. ValueError with the sentence when it cannot be made."""
    here = Here(config.instance)
    here.config, here.clock = config, lambda: now
    try:
        make(here, bar=backups.silent)
    except (Failed, backups.NoPlace, StoreError) as error:
        raise ValueError(str(error)) from error
    finally:
        here.close()
    return b"", None


def make(
    here: Here, output: str | None = None, keep: int | None = None, bar: backups.Progress = progress
) -> backups.Backup:
    """Make a backup, and note in the database how it went.

    Parameters
    ----------
    output : an existing folder, or a new file; with a slash at its end only a folder
    """
    if output and output.endswith(("/", os.sep)) and not Path(output).is_dir():
        raise Mistake(f"Folder {output} tidak ada. Buat dahulu, atau sebutkan folder lain.")
    try:
        made = backups.make(
            here.config,
            here.clock(),
            settings_of(here.config),
            output=Path(output) if output else None,
            keep=keep,
            progress=bar,
        )
    except backups.BackupFailed as failed:
        _note(here, BACKUP_FAILED, f"{failed}. {failed.cure}.")
        raise Failed(f"Cadangan tidak dibuat: {failed}. {failed.cure}. Cadangan lama tetap ada.") from None
    except backups.NotBegun:
        raise
    except (backups.NoPlace, StoreError) as error:
        _note(here, BACKUP_FAILED, str(error))
        raise
    _note(here, BACKUP, str(made.path))
    _note(here, VERIFIED, made.changed[0] if made.changed else "")  # the copy was recounted
    return made


def _note(here: Here, name: str, words: str) -> None:
    """In a database that waits for its upgrade, or cannot be written, there is no place for it."""
    with contextlib.suppress(StoreError):
        here.store.note_upkeep(name, here.clock(), words)


def told(made: backups.Backup) -> list[str]:
    """What a user wants to know about a new backup."""
    lines = [
        f"Cadangan: {made.path} ({disk.in_mb(made.size)}, {made.responses} isian, sudah diperiksa)",
        f"SHA-256 : {made.sha256}",
    ]
    if made.changed:
        lines.append(
            f"PERHATIAN: {len(made.changed)} isian telah diubah: {made.changed[0]}. Lihat: skm verify"
        )
    if made.removed:
        lines.append(f"Dihapus : {', '.join(path.name for path in made.removed)}")
    return lines


def settings_of(config: Config) -> str:
    """The settings in force, without the key and without an address that may carry a password."""
    left_out = {"SECRET_KEY", *(["DATABASE"] if config.on_server else [])}
    return settings_file({name: value for name, value in config.values.items() if name not in left_out})
