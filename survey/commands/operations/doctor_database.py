"""The half of `skm doctor` that needs the database: how it is kept, its backups, the clock, who can log in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from survey.commands.base import Here
from survey.commands.operations.finding import BAD, GOOD, NOTE, Finding
from survey.operations import installation, maintenance
from survey.operations.maintenance import MaintenanceWarning
from survey.store import StoreError
from survey.store.maintenance import BACKUP, VERIFIED
from survey.system.lock import Locked, only_one

SERIOUS = ("backup", "backup failed", "verify failed", "clock")


def examine(here: Here) -> Iterator[Finding]:
    """Findings of the database; the first one that makes the others senseless ends them."""
    yield server(here)
    try:
        if steps := installation.pending_steps(here.config):
            yield Finding(BAD, f"Skema belum diperbarui ({len(steps)} langkah).", "Jalankan: skm upgrade")
            return
        store = here.store
        yield Finding(GOOD, store.durability())
        if trouble := store.check_integrity():
            yield Finding(BAD, f"Pangkalan data rusak: {trouble[0]}.", "Pulihkan dari cadangan terakhir.")
        store.check_writable()
        yield Finding(GOOD, "Isian dapat disimpan.")
    except StoreError as error:
        yield Finding(BAD, str(error))
        return
    warnings = {warning.word: warning for warning in maintenance.warnings(store, here.config, here.clock())}
    yield from backups(here, warnings)
    yield verification(here, warnings)
    yield clock(here, warnings)
    if room := warnings.get("room"):
        yield _finding(room)
    yield from people(here)


def server(here: Here) -> Finding:
    """Whether a server holds the database file now."""
    if not installation.one_process(here.config):
        return Finding(GOOD, "Pangkalan data ini boleh dilayani banyak server.")
    lock = installation.server_lock(here.config)
    if not lock.exists():
        return Finding(GOOD, "Server tidak sedang berjalan.")
    try:
        with only_one(lock):
            return Finding(GOOD, "Server tidak sedang berjalan.")
    except Locked as held:
        return Finding(GOOD, f"Server sedang berjalan{f' (proses nomor {held.pid})' if held.pid else ''}.")


def backups(here: Here, warnings: dict[str, MaintenanceWarning]) -> Iterator[Finding]:
    """How old the last one is, whether it is still there, and whether the same disk would take both."""
    for word in ("backup failed", "backup"):
        if word in warnings:
            yield _finding(warnings[word])
    noted = here.store.upkeep(BACKUP)
    if noted is None:
        if "backup" not in warnings:
            yield Finding(NOTE, "Belum ada cadangan.", "Jalankan: skm backup")
        return
    made, path = noted[0], Path(noted[1])
    if "backup" not in warnings:
        yield Finding(GOOD, f"Cadangan terakhir {_shown(here, made)}: {path}")
    if not path.exists():
        yield Finding(NOTE, f"Cadangan itu tidak ada lagi di {path.parent}.", "Periksa disk atau salinannya.")
    elif not here.config.on_server and path.stat().st_dev == here.config.database.stat().st_dev:
        yield Finding(
            NOTE,
            "Cadangan terakhir berada di disk yang sama dengan pangkalan data.",
            "Salin juga ke disk atau komputer lain, atau ubah BACKUP_FOLDER.",
        )


def verification(here: Here, warnings: dict[str, MaintenanceWarning]) -> Finding:
    for word in ("verify failed", "verify"):
        if word in warnings:
            return _finding(warnings[word])
    noted = here.store.upkeep(VERIFIED)
    if noted is None:
        return Finding(GOOD, "Isian belum pernah dihitung ulang; cadangan pertama melakukannya.")
    return Finding(GOOD, f"Semua isian dihitung ulang {_shown(here, noted[0])}; rekapnya sama.")


def clock(here: Here, warnings: dict[str, MaintenanceWarning]) -> Finding:
    """Answers are put into periods by this machine's clock: against what was written, and against the files."""
    now = here.clock()
    shown = f"Jam komputer {_shown(here, now)} ({here.config['TIMEZONE']})"
    if "clock" in warnings:
        return Finding(BAD, f"{shown} lebih awal daripada isian terbaru.", "Setel jamnya (NTP).")
    files = [here.config.instance / installation.CONFIG_FILE]
    files += [] if here.config.on_server else [here.config.database]
    written = max(file.stat().st_mtime for file in files)
    if written - time.time() > maintenance.CLOCK_SLACK.total_seconds():
        return Finding(BAD, f"{shown} lebih awal daripada berkas di folder instalasi.", "Setel jamnya (NTP).")
    return Finding(GOOD, f"{shown}.")


def people(here: Here) -> Iterator[Finding]:
    """Whether anybody can log in to look after it."""
    if any(a.active and a.role == "admin" for a in here.store.accounts()):
        return
    if any(i.role == "admin" for i in here.store.open_invitations(here.clock())):
        cure = "Pakai kode yang sudah dibuat, atau buat yang baru: skm user add --role admin"
    else:
        cure = "Buat kode masuknya: skm user add --role admin"
    yield Finding(NOTE, "Belum ada pengelola.", cure)


def _finding(warning: MaintenanceWarning) -> Finding:
    return Finding(BAD if warning.word in SERIOUS else NOTE, warning.sentence, f"{warning.cure}.")


def _shown(here: Here, at: datetime) -> str:
    return f"{at.astimezone(here.config.zone):%d-%m-%Y %H.%M}"
