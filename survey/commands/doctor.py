"""skm doctor: everything that an installation stands on, looked at, each trouble with its cure."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import click

from survey import health, installation
from survey.commands.base import Failed, Here, command
from survey.config import Config, ConfigError
from survey.store import StoreError

GOOD, NOTE, BAD = "baik", "perhatian", "rusak"
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)  # no correct clock shows an earlier time
NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ncpfs", "afs", "glusterfs"}
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


class Finding(NamedTuple):
    """mark : GOOD, NOTE or BAD; cure : what to do, '' when nothing."""

    mark: str
    words: str
    cure: str = ""


@command("doctor", short_help="Memeriksa instalasi dan menyebut perbaikannya.")
@click.pass_obj
def doctor(here: Here) -> None:
    """Memeriksa instalasi dan menyebut perbaikannya: setelan, kunci, alamat, pangkalan data, disk, jam.

    \b
    Contoh:
      skm doctor
    """
    bad = 0
    for finding in examine(here):
        bad += finding.mark == BAD
        click.echo(f"[{finding.mark}] {finding.words}" + (f" {finding.cure}" if finding.cure else ""))
    if bad:
        raise Failed(f"{bad} hal harus diperbaiki.")


def examine(here: Here) -> Iterator[Finding]:
    """All findings, settings first."""
    config = here.config
    checks: tuple[Callable[[Config], Finding], ...] = (secret, privacy, address, hosts, disk, space)
    yield Finding(GOOD, f"Setelan terbaca dari {config.instance / installation.CONFIG_FILE}.")
    for check in checks:
        yield check(config)
    yield from database(here)


def secret(config: Config) -> Finding:
    try:
        config.require_secret()
    except ConfigError as error:
        return Finding(BAD, str(error))
    return Finding(GOOD, "SECRET_KEY cukup panjang dan acak.")


def privacy(config: Config) -> Finding:
    """Others on this machine may read neither the key nor the answers."""
    for path in (config.instance, config.instance / installation.CONFIG_FILE):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Finding(NOTE, f"{path} dapat dibuka pengguna lain.", f"Jalankan: chmod go= {path}")
    return Finding(GOOD, "Folder instalasi hanya dapat dibuka pemiliknya.")


def address(config: Config) -> Finding:
    parts = urlsplit(config.base_url)
    if parts.hostname in LOCAL_HOSTS:
        return Finding(
            NOTE,
            f"BASE_URL {config.base_url} hanya dapat dibuka di komputer ini.",
            "Isi dengan alamat yang dapat dibuka ponsel warga sebelum mencetak kode QR.",
        )
    if parts.scheme != "https":
        return Finding(
            NOTE,
            f"BASE_URL {config.base_url} tanpa HTTPS: isian dan kata sandi terkirim tanpa sandi.",
            "Pasang HTTPS di proksi di depan server ini.",
        )
    return Finding(GOOD, f"Alamat untuk warga: {config.base_url}.")


def hosts(config: Config) -> Finding:
    if not config["TRUSTED_HOSTS"] and urlsplit(config.base_url).hostname not in LOCAL_HOSTS:
        return Finding(
            NOTE,
            "TRUSTED_HOSTS kosong: server menjawab nama host apa pun.",
            f'Isi dengan ["{urlsplit(config.base_url).hostname}"].',
        )
    return Finding(GOOD, "Nama host yang dilayani sesuai dengan alamatnya.")


def disk(config: Config) -> Finding:
    """SQLite keeps its word only on a disk of this machine."""
    kind = file_system(config.instance)
    if kind in NETWORK_DISKS:
        return Finding(
            BAD, f"Instalasi berada di disk jaringan ({kind}).", "Pindahkan ke disk komputer ini sendiri."
        )
    return Finding(GOOD, f"Disk lokal{f' ({kind})' if kind else ''}.")


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Kind of the file system that a folder lies on; '' where the system does not tell."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    at = folder.resolve()
    points = [(Path(line[1].replace("\\040", " ")), line[2]) for line in lines if len(line) > 2]
    over = [(len(point.parts), kind) for point, kind in points if at.is_relative_to(point)]
    return sorted(over, key=lambda entry: entry[0])[-1][1] if over else ""  # of two mounts, the later one


def space(config: Config) -> Finding:
    free = shutil.disk_usage(config.instance).free
    words = f"Ruang kosong {free // 2**20} MB."
    if free < health.DISK_FLOOR:
        return Finding(BAD, words, f"Kosongkan disk sampai paling sedikit {health.DISK_FLOOR // 2**20} MB.")
    return Finding(GOOD, words)


def database(here: Here) -> Iterator[Finding]:
    """The database, and the clock against what it holds."""
    try:
        if steps := installation.pending_steps(here.config):
            yield Finding(BAD, f"Skema belum diperbarui ({len(steps)} langkah).", "Jalankan: skm upgrade")
            return
        store = here.store
        yield Finding(GOOD, installation.durability(store))
        if trouble := installation.integrity(store):
            yield Finding(BAD, f"Pangkalan data rusak: {trouble[0]}.", "Pulihkan dari cadangan terakhir.")
        store.check_writable()
        yield Finding(GOOD, "Isian dapat disimpan.")
    except StoreError as error:
        yield Finding(BAD, str(error))
        return
    yield clock(here)
    if not any(a.active and a.role == "admin" for a in store.accounts()):
        if any(i.role == "admin" for i in store.open_invitations(here.clock())):
            cure = "Pakai kode yang sudah dibuat, atau buat yang baru: skm user add --role admin"
        else:
            cure = "Buat kode masuknya: skm user add --role admin"
        yield Finding(NOTE, "Belum ada pengelola.", cure)


def clock(here: Here) -> Finding:
    """Answers are put into periods by this machine's clock."""
    now = here.clock()
    newest = max((at for u in here.store.units() if (at := here.store.newest(u.key))), default=RELEASED)
    shown = f"{now.astimezone(here.config.zone):%d-%m-%Y %H.%M} ({here.config['TIMEZONE']})"
    if now < newest:
        return Finding(BAD, f"Jam komputer {shown} lebih awal daripada isian terbaru.", "Setel jamnya (NTP).")
    return Finding(GOOD, f"Jam komputer {shown}.")
