"""skm restore: a backup becomes an installation whole or not at all, and no file that was there is touched."""

from __future__ import annotations

import os
import shutil
import stat
import struct
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from survey.domain.account import Account
from survey.operations import installation, maintenance
from tests.spoiled import cut, digest, garbled

Skm = Callable[..., SimpleNamespace]


@pytest.fixture
def saved(skm: Skm, answered: list[Any], store: Any, tmp_path: Path) -> Path:
    """A backup of three ratings and an administrator, outside the installation."""
    store.save_account(Account("pengelola", "admin", "argon2:x", (), True))
    path = tmp_path / "usb" / "skm.db"
    path.parent.mkdir()
    assert skm("backup", "-o", str(path)).code == 0
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Where there is no installation yet."""
    return tmp_path / "baru"


def beside(backup: Path, settings: str) -> None:
    """Let a backup have been made under these settings."""
    file, sums = (backup.with_name(backup.name + end) for end in (".toml", ".sha256"))
    file.write_text(settings, encoding="utf-8")
    sums.write_text(f"{digest(backup)}  {backup.name}\n{digest(file)}  {file.name}\n")


def in_store(folder: Path, question: Callable[[Any], Any]) -> Any:
    store = installation.open_store(installation.load_config(folder))
    try:
        return question(store)
    finally:
        store.close()


def responses(folder: Path) -> int:
    return int(in_store(folder, lambda store: len(list(store.responses(None, None, None)))))


def test_a_backup_becomes_an_installation_where_there_was_none(
    skm: Skm, saved: Path, new: Path, instance: Path
) -> None:
    before = digest(saved)
    found = skm("--instance", str(new), "restore", str(saved))
    assert found.code == 0, found.err
    assert "3 isian dari 1 unit, 1 pengguna" in found.out and "skm serve" in found.out
    assert (responses(new), digest(saved)) == (3, before)
    assert {path.name for path in new.iterdir()} <= {"config.toml", "skm.db", "serve.lock"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (new / "config.toml", new / "skm.db")} == {0o600}
    assert skm("--instance", str(new), "verify").code == 0
    assert skm("--instance", str(new), "doctor").code == 0


def test_without_its_checksum_it_is_said_that_a_change_would_not_be_noticed(
    skm: Skm, saved: Path, new: Path
) -> None:
    words = "tidak dapat dipastikan bahwa cadangan ini tidak berubah"
    assert words not in skm("restore", "--dry-run", str(saved)).err
    saved.with_name(saved.name + ".sha256").unlink()
    found = skm("--instance", str(new), "restore", str(saved))
    assert found.code == 0
    assert words in found.err


def test_it_takes_over_the_settings_but_not_the_key_nor_the_folder_of_backups(
    skm: Skm, saved: Path, new: Path, instance: Path, tmp_path: Path
) -> None:
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f'\nBASE_URL = "https://skm.contoh.go.id"\nBACKUP_FOLDER = "{tmp_path / "semua"}"\n')
    skm("backup", "-o", str(tmp_path / "usb" / "lagi.db"))
    assert skm("--instance", str(new), "restore", str(tmp_path / "usb" / "lagi.db")).code == 0
    config, old = installation.load_config(new), installation.load_config(instance)
    assert config.base_url == "https://skm.contoh.go.id"
    assert config["SECRET_KEY"] != old["SECRET_KEY"] and config.require_secret()
    assert config.backup_folder == new / "backup"


def test_a_trial_is_not_put_into_the_place_of_an_original_that_is_elsewhere(
    skm: Skm, instance: Path, store: Any, answered: list[Any], new: Path, tmp_path: Path
) -> None:
    """The disk of the database is not mounted on the day of the trial."""
    store.close()
    disk = tmp_path / "disk"
    disk.mkdir()
    (instance / "skm.db").rename(disk / "skm.db")
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f'\nDATABASE = "{disk / "skm.db"}"\n')
    assert skm("backup", "-o", str(tmp_path / "lagi.db")).code == 0
    (disk / "skm.db").rename(tmp_path / "skm.db")
    found = skm("--instance", str(new), "restore", str(tmp_path / "lagi.db"))
    assert found.code == 0, found.err
    assert list(disk.iterdir()) == [] or [path.name for path in disk.iterdir()] == ["serve.lock"]
    assert responses(new) == 3


def test_the_end_of_a_killed_restore_is_cleared_away_and_nothing_else(
    skm: Skm, saved: Path, instance: Path, store: Any
) -> None:
    store.close()
    (instance / "skm.db").unlink()
    for name in (".skm-restore-x1", ".restore-catatan"):
        (instance / name).mkdir()
    assert skm("restore", str(saved)).code == 0
    assert [path.name for path in instance.glob(".*")] == [".restore-catatan"]


def test_a_backup_that_once_failed_in_the_old_place_is_no_trouble_of_the_new_one(
    skm: Skm, instance: Path, store: Any, clock: Any, new: Path, tmp_path: Path
) -> None:
    store.note_upkeep("backup failed", clock(), "Ruang tidak cukup")
    clock.forward(hours=1)
    assert skm("backup", "-o", str(tmp_path / "lagi.db")).code == 0
    assert skm("--instance", str(new), "restore", str(tmp_path / "lagi.db")).code == 0
    assert in_store(new, maintenance.last_failure) is None


def test_a_trial_that_is_backed_up_beside_its_original_removes_none_of_its_backups(
    skm: Skm, saved: Path, new: Path, tmp_path: Path, clock: Any
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for _ in range(2):
        skm("backup", "-o", str(stick))
        clock.forward(hours=1)
    assert skm("--instance", str(new), "restore", str(saved)).code == 0
    for _ in range(2):
        assert skm("--instance", str(new), "backup", "-o", str(stick), "--keep", "1").code == 0
        clock.forward(hours=1)
    names = sorted(path.name[13:17] for path in stick.glob("*.db"))
    assert names == ["0230", "0330", "0530"]  # of its own two, only the newest is left


def test_a_setting_of_another_version_does_not_stop_it(skm: Skm, saved: Path, new: Path) -> None:
    beside(saved, 'WARNA = "biru"\nPERIOD = "half_year"\n')
    assert skm("--instance", str(new), "restore", str(saved)).code == 0
    assert installation.load_config(new)["PERIOD"] == "half_year"


def test_without_anything_beside_it_a_backup_is_restored_with_the_usual_settings(
    skm: Skm, saved: Path, new: Path
) -> None:
    for end in (".toml", ".sha256"):
        saved.with_name(saved.name + end).unlink()
    assert skm("--instance", str(new), "restore", str(saved)).code == 0
    assert responses(new) == 3


def test_an_installation_that_lost_its_database_gets_it_back_with_its_own_key(
    skm: Skm, saved: Path, instance: Path, store: Any
) -> None:
    store.close()
    key = installation.load_config(instance)["SECRET_KEY"]
    (instance / "skm.db").unlink()
    found = skm("restore", str(saved))
    assert found.code == 0, found.err
    assert (responses(instance), installation.load_config(instance)["SECRET_KEY"]) == (3, key)


def test_a_database_that_exists_is_never_overwritten(
    skm: Skm, saved: Path, instance: Path, store: Any
) -> None:
    store.close()
    before = digest(instance / "skm.db")
    found = skm("restore", str(saved))
    assert found.code == 2 and "tidak ditimpa" in found.err and "--instance" in found.err
    assert digest(instance / "skm.db") == before


def test_a_journal_without_its_database_is_not_given_to_another(
    skm: Skm, saved: Path, instance: Path, store: Any
) -> None:
    store.close()
    (instance / "skm.db").rename(instance / "lama.db")
    (instance / "skm.db-journal").write_bytes(b"x" * 600)
    assert skm("restore", str(saved)).code == 2
    assert not (instance / "skm.db").exists()


def test_a_folder_with_something_in_it_is_left_alone(skm: Skm, saved: Path, new: Path) -> None:
    new.mkdir()
    (new / "foto.jpg").write_bytes(b"x")
    found = skm("--instance", str(new), "restore", str(saved))
    assert found.code == 2 and "tidak kosong" in found.err
    assert [path.name for path in new.iterdir()] == ["foto.jpg"]


def test_a_running_server_is_not_given_another_database(
    skm: Skm, saved: Path, instance: Path, store: Any, config: Any
) -> None:
    from survey.system.lock import only_one

    store.close()
    (instance / "skm.db").unlink()
    with only_one(installation.server_lock(config)):
        found = skm("restore", str(saved))
    assert found.code == 2 and "Server sedang berjalan" in found.err
    assert not (instance / "skm.db").exists()


def test_a_running_server_with_its_database_is_refused_because_of_the_database(
    skm: Skm, saved: Path, config: Any
) -> None:
    from survey.system.lock import only_one

    with only_one(installation.server_lock(config)):
        found = skm("restore", str(saved))
    assert found.code == 2 and "tidak ditimpa" in found.err and "--instance" in found.err


def test_a_dry_run_names_the_newest_answer_in_the_time_of_the_office(
    skm: Skm, saved: Path, new: Path, store: Any
) -> None:
    looked = skm("--instance", str(new), "restore", "--dry-run", str(saved)).out
    done = skm("--instance", str(new), "restore", str(saved)).out
    newest = looked.splitlines()[0].partition("isian terbaru ")[2]
    assert newest and f"isian terbaru {newest}" in done
    utc = store.newest().replace(tzinfo=None)
    assert datetime.strptime(newest, "%d-%m-%Y %H.%M.") == (utc + timedelta(hours=8)).replace(
        second=0, microsecond=0
    )


def test_a_dry_run_only_looks(skm: Skm, saved: Path, new: Path, tmp_path: Path) -> None:
    before = digest(saved)
    found = skm("--instance", str(new), "restore", "--dry-run", str(saved))
    assert found.code == 0 and "Cadangan baik: 3 isian" in found.out and "Tidak ada yang diubah" in found.out
    assert (digest(saved), new.exists()) == (before, False)


def test_where_nobody_can_log_in_any_more_a_new_code_is_printed(skm: Skm, clock: Any, new: Path) -> None:
    skm("backup", "-o", str(new.with_name("kosong.db")))
    found = skm("--instance", str(new), "restore", str(new.with_name("kosong.db")))
    assert "Kode sekali pakai" in found.out
    assert len(in_store(new, lambda store: store.open_invitations(clock.now))) == 1


def test_a_database_that_is_not_one_of_our_backups_can_be_restored_with_its_journal(
    skm: Skm, saved: Path, new: Path, tmp_path: Path
) -> None:
    """A folder copied from a broken computer: the file, and the log that was not folded in."""
    writer = sqlite3.connect(saved, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("UPDATE organisation SET name = 'Kabupaten Baru'")
    rescued = tmp_path / "rescued"
    rescued.mkdir()
    for name in ("skm.db", "skm.db-wal"):
        shutil.copy(saved.with_name(name), rescued / name)
    writer.close()
    before = {path.name: digest(path) for path in rescued.iterdir()}
    assert skm("--instance", str(new), "restore", str(rescued / "skm.db")).code == 0
    assert in_store(new, lambda store: store.organisation().name) == "Kabupaten Baru"
    assert {path.name: digest(path) for path in rescued.iterdir()} == before


def one_bit(path: Path) -> None:
    """In the middle of the answers' own page: SQLite does not notice, the counters do, and the checksum."""
    body = bytearray(path.read_bytes())
    at = body.index(b"3-3333333")
    body[at] ^= 0x07  # 3 becomes 4
    path.write_bytes(body)


def with_sql(*statements: str) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        connection.close()

    return spoil


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


FUTURE = "INSERT INTO schema_step VALUES ('9999 dari masa depan', '2030-01-01T00:00:00.000000Z')"

# what was done to the file, exit code of `restore`, words; 2: the wrong file was given, 1: it is not whole
BAD = {
    "missing": (lambda path: path.unlink(), 2, "tidak ada"),
    "a folder": (folder_instead, 2, "folder"),
    "zero bytes": (cut(0), 1, "kosong"),
    "fifty bytes": (cut(50), 1, "terpotong"),
    "a hundred bytes": (cut(100), 1, "terpotong"),
    "its first page": (cut(4096), 1, "terpotong"),
    "without its last page": (lambda p: p.write_bytes(p.read_bytes()[:-4096]), 1, "terpotong"),
    "random pages": (garbled, 1, "rusak"),
    "one bit": (one_bit, 1, "rekap hitungan tidak sama"),
    "a text": (lambda path: path.write_text("nama,nilai\n" * 900), 2, "bukan pangkalan data"),
    "another program's": (with_sql("PRAGMA application_id = 1"), 2, "milik aplikasi lain"),
    "no schema list": (with_sql("DROP TABLE schema_step"), 1, "rusak"),
    "a newer version": (with_sql(FUTURE), 2, "lebih baru"),
    "a row without its unit": (with_sql("DELETE FROM unit"), 1, "kunci asing"),
    "a counter too much": (with_sql("UPDATE tally SET n = n + 1"), 1, "rekap"),
}


@pytest.mark.parametrize("spoiled", BAD)
def test_a_file_that_cannot_be_restored_is_named_and_nothing_changes(
    skm: Skm, saved: Path, new: Path, spoiled: str
) -> None:
    spoil, code, words = BAD[spoiled]
    saved.with_name("skm.db.sha256").unlink()  # so that the file must speak for itself
    spoil(saved)
    before = digest(saved) if saved.is_file() else None
    for arguments in (("restore", "--dry-run"), ("restore",)):
        found = skm("--instance", str(new), *arguments, str(saved))
        assert (found.code, found.out) == (code, ""), found.err
        assert words in found.err and found.err.startswith("skm.db") and found.err.count("\n") == 1
    assert (digest(saved) if saved.is_file() else None) == before
    assert not new.exists()


@pytest.mark.parametrize(
    "spoiled",
    [name for name in BAD if name not in ("one bit", "a row without its unit", "a counter too much")],
)
def test_the_same_files_are_refused_as_the_database_of_an_installation(
    skm: Skm, saved: Path, instance: Path, store: Any, spoiled: str
) -> None:
    store.close()
    database = instance / "skm.db"
    shutil.copy(saved, database)
    BAD[spoiled][0](database)
    before = digest(database) if database.is_file() else None
    for command in (("link",), ("verify",), ("backup",)):
        found = skm(*command)
        assert found.code == 2 and found.err.startswith("skm.db") and found.err.count("\n") == 1, found.err
    assert (digest(database) if database.is_file() else None) == before
    assert not list((instance / "backup").glob("*"))


def test_a_backup_with_another_checksum_is_not_restored(skm: Skm, saved: Path, new: Path) -> None:
    """What neither SQLite nor the counters can see: somebody's words."""
    body = saved.read_bytes()
    assert body.count(b"baris dua") == 1
    saved.write_bytes(body.replace(b"baris dua", b"baris dus"))
    found = skm("--instance", str(new), "restore", str(saved))
    assert found.code == 1 and "SHA-256" in found.err and not new.exists()


def test_the_office_in_another_zone_is_told_why_its_counters_seem_to_differ(
    skm: Skm, saved: Path, new: Path, store: Any, response: Callable[..., Any]
) -> None:
    from datetime import UTC, datetime

    # 31 July 23.30 in Jakarta is already August in Makassar
    store.keep(response(9, received_at=datetime(2026, 7, 31, 16, 30, tzinfo=UTC)))
    later = saved.with_name("lagi.db")
    assert skm("backup", "-o", str(later)).code == 0
    beside(later, 'TIMEZONE = "Asia/Jakarta"\n')
    found = skm("--instance", str(new), "restore", str(later))
    assert found.code == 1 and "SKM_TIMEZONE" in found.err
    later.with_name("lagi.db.toml").unlink()
    assert skm("--instance", str(new), "restore", str(later)).code == 0


KILLED = """
import importlib, os
module, _, name = {place!r}.rpartition(".")
setattr(importlib.import_module(module), name, lambda *args, **named: os.kill(os.getpid(), 9))
from survey.cli import main
main()
"""


@pytest.mark.parametrize(
    "where",
    [
        "survey.operations.restore.expected_sha256",  # copied, not yet compared
        "survey.operations.restore.inspect",
        "survey.operations.backup.prove",
        "survey.operations.installation.open_store",
        "os.replace",  # finished, without its name
    ],
)
def test_a_restore_that_is_killed_leaves_no_installation_and_can_be_done_again(
    skm: Skm, saved: Path, new: Path, environ: dict[str, str], where: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", KILLED.format(place=where), "--instance", str(new), "restore", str(saved)],
        env=environ,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == -9, run.stderr
    assert skm("--instance", str(new), "doctor").err.startswith("Belum ada instalasi")
    assert skm("--instance", str(new), "restore", str(saved)).code == 0
    assert responses(new) == 3
    assert [path.name for path in new.iterdir() if path.name.startswith(".")] == []


def test_a_backup_moves_an_office_from_a_file_to_a_server(
    skm: Skm, saved: Path, new: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKM_DATABASE", fresh_database)
    found = skm("--instance", str(new), "restore", str(saved))
    assert found.code == 0, found.err
    assert responses(new) == 3
    assert not (new / "skm.db").exists()
    with monkeypatch.context() as later:
        later.delenv("SKM_DATABASE")  # the address was written down
        assert skm("--instance", str(new), "verify").code == 0
    again = skm("--instance", str(new), "restore", str(saved))  # the server holds an installation now
    assert again.code == 2 and "tidak ditimpa" in again.err
    saved_again = new / "lagi.db"
    assert skm("--instance", str(new), "backup", "-o", str(saved_again)).code == 0
    written = tomllib.loads(saved_again.with_name("lagi.db.toml").read_text(encoding="utf-8"))
    assert "DATABASE" not in written
    assert os.path.getsize(saved_again) > 0


MAGIC = bytes.fromhex(
    "d9d505f920a163d7"
)  # how a rollback journal begins: https://www.sqlite.org/fileformat2.html


def journal(database: Path, *, also: Path | None = None) -> bytes:
    """A rollback journal that gives the last page back as it is.

    also : the other file that some versions of SQLite take away after it ('super-journal')
    """
    content = database.read_bytes()
    page = int.from_bytes(content[16:18], "big")
    last = len(content) // page
    old = content[-page:]
    head = MAGIC + struct.pack(">5I", 1, 0, last, 512, page)
    record = struct.pack(">I", last) + old + struct.pack(">I", sum(old[page - 200 : 0 : -200]))
    name = str(also).encode()
    end = struct.pack(">I", 2**30 // page + 1) + name + struct.pack(">2I", len(name), sum(name)) + MAGIC
    return head.ljust(512, b"\0") + record + (end if also else b"")


def test_a_journal_beside_a_backup_changes_nothing_that_its_checksum_says(
    skm: Skm, saved: Path, new: Path
) -> None:
    """The checksum covers the file alone: a journal would be played into what was found right."""
    saved.with_name("skm.db-journal").write_bytes(journal(saved))
    for options in (["--dry-run"], []):
        found = skm("--instance", str(new), "restore", *options, str(saved))
        assert found.code == 1 and "skm.db-journal" in found.err, found.err
    assert not new.exists()


def test_a_journal_that_names_another_file_is_never_given_to_sqlite(
    skm: Skm, saved: Path, new: Path, tmp_path: Path
) -> None:
    other = tmp_path / "skripsi.txt"
    other.write_text("Bab I\n")
    saved.with_name("skm.db.sha256").unlink()
    saved.with_name("skm.db-journal").write_bytes(journal(saved))
    assert skm("--instance", str(new), "restore", "--dry-run", str(saved)).code == 0  # a plain one is taken
    saved.with_name("skm.db-journal").write_bytes(journal(saved, also=other))
    found = skm("--instance", str(new), "restore", str(saved))
    assert found.code == 1 and "skm.db-journal" in found.err, found.err
    assert other.read_text() == "Bab I\n" and not new.exists()
