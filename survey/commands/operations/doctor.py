"""skm doctor: everything that an installation stands on, looked at, each trouble with its cure."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import click

from survey.commands.base import Failed, Here, command
from survey.commands.operations.finding import BAD, GOOD, NOTE, Finding
from survey.config import Config, ConfigError
from survey.operations import installation
from survey.system import disk, file_system

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


@command("doctor")
@click.pass_obj
def doctor(here: Here) -> None:
    """Memeriksa instalasi dan menyebut perbaikannya: setelan, kunci, alamat, disk, pangkalan data, cadangan, jam.

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
    from survey.commands.operations import doctor_database

    config = here.config
    checks: tuple[Callable[[Config], Finding], ...] = (secret, privacy, address, hosts, place, space)
    yield Finding(GOOD, f"Setelan terbaca dari {config.instance / installation.CONFIG_FILE}.")
    for name, word in config.former.items():
        yield Finding(NOTE, f'{name} = "{word}" adalah kata lama.', f'Tulis {name} = "{config[name]}".')
    for check in checks:
        yield check(config)
    yield from doctor_database.examine(here)


def secret(config: Config) -> Finding:
    try:
        config.require_secret()
    except ConfigError as error:
        return Finding(BAD, str(error))
    return Finding(GOOD, "SECRET_KEY cukup panjang dan acak.")


def privacy(config: Config) -> Finding:
    """Others on this machine may read neither the key nor the answers."""
    if os.name == "nt":
        return Finding(GOOD, "Izin folder instalasi diatur oleh Windows.")
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
    if config["TRUSTED_HOSTS"]:
        return Finding(GOOD, f"Nama host yang dilayani: {', '.join(config['TRUSTED_HOSTS'])}.")
    return Finding(GOOD, "Yang dilayani: nama pada BASE_URL serta nama dan alamat komputer ini.")


def place(config: Config) -> Finding:
    """Where the database lies, when it is a file."""
    if config.on_server:
        return Finding(GOOD, "Isian disimpan di server pangkalan data.")
    folder = config.database.parent
    kind = file_system.kind(folder)
    if file_system.is_network(kind):
        return Finding(
            BAD,
            f"Pangkalan data berada di disk jaringan ({kind}).",
            "Pindahkan folder instalasi ke disk komputer ini sendiri; cadangannya boleh di jaringan.",
        )
    if program := file_system.synced_by(folder):
        return Finding(
            BAD,
            f"Pangkalan data berada di folder yang disalin program lain selagi ditulis ({program}).",
            "Pindahkan folder instalasi ke luar folder itu; cadangannya boleh di sana.",
        )
    return Finding(GOOD, f"Disk lokal{f' ({kind})' if kind else ''}.")


def space(config: Config) -> Finding:
    folder = config.instance if config.on_server else config.database.parent
    words = f"Ruang kosong {disk.in_mb(disk.free(folder))}."
    if not disk.has_room(folder):
        return Finding(BAD, words, f"Kosongkan disk sampai paling sedikit {disk.in_mb(disk.floor(folder))}.")
    return Finding(GOOD, words)
