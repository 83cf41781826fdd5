"""What an installation needs again and again, and what of it is overdue: backups, verification, room, a right clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from survey.config import Config
from survey.store import ChangedAnswer
from survey.store.maintenance import BACKUP, BACKUP_FAILED, RESTORED, VERIFIED
from survey.system import disk

if TYPE_CHECKING:
    from survey.store import Store
    from survey.store.protocols.maintenance import MaintenanceStore

GRACE = timedelta(hours=2)  # a machine that was switched off at noon is no emergency
VERIFY_EVERY = timedelta(days=35)
CLOCK_SLACK = timedelta(minutes=5)
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)  # no correct clock shows an earlier time


class MaintenanceWarning(NamedTuple):
    """Something that needs a person: answers are kept all the same.

    word : for a monitor; sentence and cure : for the person
    """

    word: str
    sentence: str
    cure: str


def warnings(store: Store, config: Config, now: datetime) -> list[MaintenanceWarning]:
    """All of them; empty when everything was done in time."""
    found = (_backup(store, config, now), _verification(store, now), _room(config), clock(store, now))
    return [warning for warning in found if warning is not None]


def last_backup(store: MaintenanceStore) -> datetime | None:
    """When the last backup was made here; None: never."""
    noted = store.upkeep(BACKUP)
    return noted[0] if noted else None


def backup_is_due(store: MaintenanceStore, config: Config, now: datetime) -> bool:
    """Whether `skm serve` should make one. One of tomorrow was made before the clock was set right."""
    made = last_backup(store)
    return made is None or not -CLOCK_SLACK <= now - made < timedelta(hours=config["BACKUP_EVERY"])


def last_failure(store: MaintenanceStore) -> tuple[datetime, str] | None:
    """When and why the last backup failed; None once one has succeeded, or was restored."""
    failed = store.upkeep(BACKUP_FAILED)
    ended = [noted[0] for noted in (store.upkeep(BACKUP), store.upkeep(RESTORED)) if noted]
    return failed if failed and failed[0] > max(ended, default=RELEASED) else None


def _backup(store: MaintenanceStore, config: Config, now: datetime) -> MaintenanceWarning | None:
    if failed := last_failure(store):
        return MaintenanceWarning(
            "backup failed", f"Cadangan terakhir gagal: {failed[1]}", "Lalu jalankan: skm backup"
        )
    if not config["BACKUP_EVERY"]:
        return None  # made by somebody else, who knows when
    made = last_backup(store)
    since = max(_begin(store), made or RELEASED)
    if now - since < timedelta(hours=config["BACKUP_EVERY"]) + GRACE:
        return None
    words = f"Cadangan terakhir berumur {age(now - made)}." if made else "Belum pernah ada cadangan."
    return MaintenanceWarning("backup", words, "Jalankan: skm backup")


def _verification(store: MaintenanceStore, now: datetime) -> MaintenanceWarning | None:
    noted = store.upkeep(VERIFIED)
    if noted and ChangedAnswer.WORDS in noted[1]:
        return MaintenanceWarning(
            "verify failed", f"Ada isian yang telah diubah: {noted[1]}.", "Jalankan: skm verify"
        )
    if noted and noted[1]:
        return MaintenanceWarning(
            "verify failed", f"Rekap berbeda dari isian: {noted[1]}.", "Jalankan: skm verify --rebuild"
        )
    since = max(_begin(store), noted[0] if noted else RELEASED)
    if now - since < VERIFY_EVERY:
        return None
    return MaintenanceWarning(
        "verify",
        f"Semua isian terakhir kali dihitung ulang {age(now - since)} yang lalu.",
        "Jalankan: skm verify",
    )


def _begin(store: MaintenanceStore) -> datetime:
    """What is not there yet is not overdue in an installation that was made, or restored, just now."""
    restored = store.upkeep(RESTORED)
    return max(store.made_at(), restored[0] if restored else RELEASED)


def _room(config: Config) -> MaintenanceWarning | None:
    """Room for one more backup beside the database, above what answers need."""
    if config.on_server:
        return None
    folder = config.database.parent
    if disk.free(folder) >= disk.floor(folder) + config.database.stat().st_size:
        return None
    return MaintenanceWarning(
        "room",
        f"Ruang disk tinggal {disk.in_mb(disk.free(folder))}.",
        "Kosongkan disk, atau arahkan BACKUP_FOLDER ke disk lain",
    )


def clock(store: Store, now: datetime) -> MaintenanceWarning | None:
    """Answers are put into periods by this machine's clock, so it must not run behind what it wrote itself."""
    written = [RELEASED, store.newest(), last_backup(store)]
    if now >= max(at for at in written if at) - CLOCK_SLACK:
        return None
    return MaintenanceWarning(
        "clock", "Jam komputer lebih awal daripada isian terbaru.", "Setel jamnya (NTP)"
    )


def age(span: timedelta) -> str:
    """``3 jam``, ``2 hari``"""
    hours = int(span.total_seconds() // 3600)
    return f"{hours // 24} hari" if hours >= 48 else f"{hours} jam"
