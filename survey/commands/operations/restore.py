"""skm restore: a backup becomes an installation, or the database of one that has none."""

from __future__ import annotations

import dataclasses
import secrets
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import click

from survey.commands.base import Failed, Here, Mistake, act, command, progress
from survey.commands.operations.init import draft_folder, settings_file, welcome, where_data_is
from survey.config import Config, load
from survey.domain import account
from survey.operations import backup, installation
from survey.operations import restore as restoring
from survey.operations.backup_folder import CHECKSUM
from survey.operations.restore import Contents
from survey.store import StoreDamaged, parted
from survey.store.sqlite.file import journals_of
from survey.system import disk
from survey.system.lock import Locked, only_one

STAGE = ".skm-restore-"  # nobody else has such folders: what is left of them is removed


@command("restore")
@click.argument("file", metavar="CADANGAN", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Hanya memeriksa cadangannya.")
@click.pass_obj
def restore(here: Here, file: Path, dry_run: bool) -> None:
    """Memulihkan cadangan ke folder --instance, yang dibuat bila belum ada.

    Pangkalan data yang ada tidak pernah ditimpa, dan cadangannya hanya dibaca. Setelan diambil dari berkas .toml di
    sebelah cadangan, dengan kunci baru. Kata sandi tetap; semua sesi dan kode masuk yang belum dipakai berakhir.
    Bila DATABASE menunjuk PostgreSQL, isi cadangan dimuat ke pangkalan data kosong di sana.

    \b
    Contoh:
      skm restore --dry-run backup/skm-20261124T081500Z.db
      skm --instance /srv/skm restore /media/usb/skm-20261124T081500Z.db
    """
    source = file.expanduser().absolute()
    try:
        if dry_run:
            contents = _only_check(here, source)
        elif installation.exists(here.folder):
            contents = _fill(here, source)
        else:
            contents = _create(here, source)
    except StoreDamaged as damaged:
        raise Failed(str(damaged)) from None
    except backup.CountersDiffer as differ:
        zone = "Bila kantornya di zona waktu lain, ulangi dengan SKM_TIMEZONE, misalnya SKM_TIMEZONE=Asia/Jakarta."
        raise Failed(f"{source.name}: {differ}. Pakai cadangan yang lain. {zone}") from None
    except backup.BackupFailed as failed:
        raise Failed(f"{source.name}: {failed}. Pakai cadangan yang lain.") from None
    for line in _told(here, contents, dry_run):
        click.echo(line)
    if not restoring.expected_sha256(source):
        click.echo(
            f"Tidak ada {source.name}{CHECKSUM} di sebelahnya: tidak dapat dipastikan bahwa cadangan ini tidak berubah "
            "sejak dibuat.",
            err=True,
        )
    if why := restoring.unproved_settings(source):
        click.echo(
            f"{why}. Setelan bawaan dipakai; periksa berkas itu, lalu salin sendiri yang perlu.", err=True
        )


def _only_check(here: Here, source: Path) -> Contents:
    config = here.config if installation.exists(here.folder) else None
    config = config or load(here.folder, **restoring.settings_beside(source))
    with tempfile.TemporaryDirectory(prefix="skm-") as folder:
        return restoring.prepare(source, Path(folder), config, here.clock(), progress)


def _fill(here: Here, source: Path) -> Contents:
    """Give its database back to an installation that has lost it, or moved to an empty PostgreSQL database."""
    try:
        with only_one(installation.server_lock(here.config)):
            return _put(here.config, here, source)
    except Locked:
        _refuse_existing(here.config)
        raise Mistake("Server sedang berjalan. Hentikan dahulu, lalu ulangi.") from None


def _create(here: Here, source: Path) -> Contents:
    """A new installation with the settings of the backup and a key of its own."""
    with draft_folder(here.folder) as draft:
        file = draft / installation.CONFIG_FILE
        file.touch(mode=0o600)
        values = {"SECRET_KEY": secrets.token_hex(32), **restoring.settings_beside(source), **where_data_is()}
        file.write_text(settings_file(values), encoding="utf-8")
        config = dataclasses.replace(installation.load_config(draft), instance=here.folder)
        return _put(config, here, source)


def _refuse_existing(config: Config) -> None:
    if not config.on_server and (config.database.exists() or journals_of(config.database)):
        raise Mistake(
            f"Sudah ada pangkalan data {config.database}; tidak ditimpa. Pulihkan ke folder lain dengan --instance, "
            "atau hentikan server dan pindahkan berkas itu dahulu."
        )


def _put(config: Config, here: Here, source: Path) -> Contents:
    folder = config.instance if config.on_server else config.database.parent
    _refuse_existing(config)
    for left in folder.glob(f"{STAGE}*"):  # by a process that was killed
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=folder, prefix=STAGE) as stage:
        contents = restoring.prepare(source, Path(stage), config, here.clock(), progress)
        if config.on_server:
            with progress(contents.path.stat().st_size, "Memuat") as bar:
                installation.load_copy(config, contents.path, bar.update)
            _prove(config, contents)
        else:
            disk.fsync_and_rename(contents.path, config.database)
    return contents


def _prove(config: Config, contents: Contents) -> None:
    """What was loaded into a server is counted there once more."""
    with closing(installation.open_store(config)) as store, progress(contents.responses, "Memeriksa") as bar:
        if differences := parted(store.recount(bar.update))[1]:
            raise Failed(
                f"Isi yang dimuat berbeda: {differences[0]}. Kosongkan pangkalan data itu, lalu ulangi."
            )


def _told(here: Here, contents: Contents, dry_run: bool) -> list[str]:
    newest = contents.newest
    lines = [
        f"{'Cadangan baik' if dry_run else 'Dipulihkan'}: {contents.responses} isian dari {contents.units} unit, "
        f"{contents.accounts} pengguna" + (f", isian terbaru {newest:%d-%m-%Y %H.%M}" if newest else "") + "."
    ]
    if contents.changed:
        lines += [
            f"PERHATIAN: {len(contents.changed)} isian di dalamnya telah diubah: {contents.changed[0]}."
        ]
    if contents.steps:
        lines.append(f"Skema {'akan ' if dry_run else ''}diperbarui: {', '.join(contents.steps)}.")
    if dry_run:
        return [*lines, "Tidak ada yang diubah."]
    return [
        *lines,
        f"Instalasi: {here.folder}",
        *_way_in(here),
        "Berikutnya: periksa BASE_URL di config.toml, lalu jalankan 'skm doctor' dan 'skm serve'.",
    ]


def _way_in(here: Here) -> list[str]:
    """A code for the first login where nobody can let anybody in: the codes of the backup have ended."""
    if any(person.active and person.role == "admin" for person in here.store.accounts()):
        return []
    code, invitation = account.invite("admin", (), here.clock())
    act(here, "restore", "kode sekali pakai", lambda: here.store.add_invitation(invitation))
    return [welcome(here.config.base_url, code)]
