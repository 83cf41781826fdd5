"""skm backup: a copy that was proved before it got its name, and never at the price of an older one."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from survey.commands.operations.init import create
from survey.domain.organisation import Organisation
from survey.operations import backup, backup_folder, installation
from survey.system import disk
from survey.system.lock import only_one

Skm = Callable[..., SimpleNamespace]
NAME = "skm-20260812T023000Z.db"  # the clock of the tests, in UTC


@pytest.fixture
def folder(instance: Path) -> Path:
    return instance / "backup"


def backups(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.db"))


def test_a_backup_says_where_it_is_what_it_holds_and_its_checksum(
    skm: Skm, folder: Path, answered: list[Any]
) -> None:
    found = skm("backup")
    assert found.code == 0, found.err
    digest = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    assert str(folder / NAME) in found.out and "3 isian" in found.out and digest in found.out
    assert found.err == ""
    assert {path.name for path in folder.iterdir()} == {NAME, f"{NAME}.sha256", f"{NAME}.toml"}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_its_checksum_file_is_one_that_sha256sum_reads(skm: Skm, folder: Path) -> None:
    skm("backup")
    command = ["sha256sum", "--strict", "-c", f"{NAME}.sha256"]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    with (folder / NAME).open("ab") as file:
        file.write(b"x")
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 1


def test_only_the_owner_may_read_a_backup(skm: Skm, folder: Path) -> None:
    skm("backup")
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_settings_lie_beside_it_without_the_key(skm: Skm, instance: Path, folder: Path) -> None:
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\nPERIOD = "half_year"\n')
    skm("backup")
    kept = tomllib.loads((folder / f"{NAME}.toml").read_text(encoding="utf-8"))
    assert (kept["PERIOD"], kept["TIMEZONE"]) == ("half_year", "Asia/Makassar")
    assert "SECRET_KEY" not in kept
    key = tomllib.loads((instance / "config.toml").read_text(encoding="utf-8"))["SECRET_KEY"]
    assert all(key.encode() not in path.read_bytes() for path in folder.iterdir())


def test_an_address_with_a_password_is_not_written_beside_it(instance: Path) -> None:
    from survey.commands.operations.backup import settings_of

    config = installation.load_config(instance, DATABASE="postgresql://skm:sandi-rahasia@server.kantor/skm")
    assert "sandi-rahasia" not in settings_of(config) and "server.kantor" not in settings_of(config)


def test_when_the_last_backup_was_made_is_noted(skm: Skm, store: Any, folder: Path, clock: Any) -> None:
    skm("backup")
    assert store.upkeep("backup") == (clock.now, str(folder / NAME))


def test_the_newest_ones_are_kept_and_those_removed_are_named(
    skm: Skm, folder: Path, clock: Any, instance: Path
) -> None:
    for _ in range(4):
        found = skm("backup", "--keep", "3")
        clock.forward(days=1)
    assert backups(folder) == [f"skm-202608{day}T023000Z.db" for day in (13, 14, 15)]
    assert f"Dihapus : {NAME}" in found.out
    assert len(list(folder.iterdir())) == 9  # with what lies beside each
    skm("backup", "--keep", "1")
    assert backups(folder) == ["skm-20260816T023000Z.db"]


def test_the_settings_say_how_many_stay(skm: Skm, folder: Path, clock: Any, instance: Path) -> None:
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write("\nBACKUP_KEEP = 2\n")
    for _ in range(3):
        skm("backup")
        clock.forward(hours=1)
    assert len(backups(folder)) == 2


def test_two_backups_of_the_same_second_have_two_names(skm: Skm, folder: Path) -> None:
    skm("backup")
    skm("backup")
    assert backups(folder) == ["skm-20260812T023000Z-2.db", NAME]
    assert skm("backup", "--keep", "2").out.count("skm-20260812T023000Z") == 2
    assert backups(folder) == ["skm-20260812T023000Z-2.db", "skm-20260812T023000Z-3.db"]


def test_two_installations_that_share_a_folder_and_a_second_both_keep_their_backup(
    config: Any,
    store: Any,
    answered: list[Any],
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each begins while the other has no file yet, as when both follow the same line of cron."""
    create(tmp_path / "lain", Organisation("Kabupaten Lain", "PEMERINTAH"), now)
    other = installation.load_config(tmp_path / "lain")
    usb = tmp_path / "usb"
    usb.mkdir()
    copy, made = installation.copy_database, []

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(installation, "copy_database", copy)
        made.append(backup.make(other, now, "", output=usb))
        copy(*arguments)

    monkeypatch.setattr(installation, "copy_database", meanwhile)
    made.append(backup.make(config, now, "", output=usb))
    assert [(found.path.name, found.responses) for found in made] == [
        (NAME, 0),
        ("skm-20260812T023000Z-2.db", 3),
    ]
    for found in made:
        assert hashlib.sha256(found.path.read_bytes()).hexdigest() == found.sha256


def test_a_name_that_another_installation_has_just_taken_is_not_used(folder: Path, now: datetime) -> None:
    folder.mkdir()
    taken = [backup_folder.take_name(folder, now).name for _ in range(2)]
    assert taken == [NAME, "skm-20260812T023000Z-2.db"]


def test_when_the_new_backup_cannot_be_read_again_no_other_file_is_removed(
    skm: Skm, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a stick with a loose contact, no file says any more which installation it comes from."""
    folder.mkdir()
    for year in (2020, 2021):
        (folder / f"skm-{year}0101T000000Z.db").write_bytes(b"bukan pangkalan data")
    monkeypatch.setattr(backup_folder, "created_at", lambda path: "")
    assert skm("backup", "--keep", "1").code == 0
    assert len(backups(folder)) == 3


def test_nothing_that_is_not_a_backup_of_this_installation_is_removed(
    skm: Skm, folder: Path, clock: Any, tmp_path: Path, instance: Path
) -> None:
    create(tmp_path / "lain", Organisation("Kabupaten Lain", "PEMERINTAH"), datetime(2020, 1, 1, tzinfo=UTC))
    folder.mkdir()
    others = {
        "skm-20200101T000000Z.db": (tmp_path / "lain" / "skm.db").read_bytes(),  # of another installation
        "skm-20200102T000000Z.db": b"bukan pangkalan data",
        "skm-20200103T000000Z.db.sha256": b"x",
        "arsip-2020.db": (instance / "skm.db").read_bytes(),  # a name of its own
        "catatan.txt": b"jangan dihapus",
    }
    for name, content in others.items():
        (folder / name).write_bytes(content)
    for _ in range(3):
        assert skm("backup", "--keep", "1").code == 0
        clock.forward(days=1)
    assert {name: (folder / name).read_bytes() for name in others} == others
    assert len(backups(folder)) == len([name for name in others if name.endswith(".db")]) + 1


def test_a_clock_that_was_set_back_does_not_cost_the_backup_just_made(
    skm: Skm, folder: Path, clock: Any
) -> None:
    clock.now += timedelta(days=400)
    skm("backup")
    clock.now -= timedelta(days=400)
    skm("backup", "--keep", "1")
    assert backups(folder) == [NAME]


def test_another_folder_or_a_name_of_ones_own_may_be_given(
    skm: Skm, tmp_path: Path, answered: list[Any], config: Any
) -> None:
    (tmp_path / "usb").mkdir()
    assert str(tmp_path / "usb" / NAME) in skm("backup", "-o", str(tmp_path / "usb")).out
    assert skm("backup", "-o", str(tmp_path / "sebelum-pindah.db")).code == 0
    assert backup.check(tmp_path / "sebelum-pindah.db", config.zone) == 3
    assert backup.check(tmp_path / "usb" / NAME, config.zone) == 3


def test_a_file_that_exists_is_never_overwritten_least_of_all_the_database(
    skm: Skm, tmp_path: Path, instance: Path
) -> None:
    (tmp_path / "penting.db").write_text("jangan ditimpa")
    for path in (tmp_path / "penting.db", instance / "skm.db"):
        before = path.read_bytes()
        found = skm("backup", "-o", str(path))
        assert found.code == 2 and "sudah ada dan tidak ditimpa" in found.err
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("where", "words"),
    [("tidak/ada/x.db", "tidak ada. Buat dahulu"), ("berkas/x.db", "tidak ada. Buat dahulu")],
)
def test_a_place_that_does_not_exist_is_named(skm: Skm, tmp_path: Path, where: str, words: str) -> None:
    (tmp_path / "berkas").write_text("x")
    found = skm("backup", "-o", str(tmp_path / where))
    assert found.code == 2 and words in found.err and found.err.count("\n") == 1


def test_a_folder_on_a_disk_that_is_unplugged_is_not_made_on_another_one(
    skm: Skm, instance: Path, tmp_path: Path, store: Any
) -> None:
    (tmp_path / "media").mkdir()
    there = tmp_path / "media" / "usb" / "cadangan"
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f'\nBACKUP_FOLDER = "{there}"\n')
    found = skm("backup")
    assert found.code == 2
    assert f"Folder cadangan {there} tidak ada. Pasang disknya" in found.err
    assert list((tmp_path / "media").iterdir()) == []
    assert "tidak ada" in store.upkeep("backup failed")[1]
    there.mkdir(parents=True)
    assert skm("backup").code == 0


def test_a_folder_that_only_begins_inside_the_installation_is_not_made_either(
    skm: Skm, instance: Path, tmp_path: Path, store: Any
) -> None:
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\nBACKUP_FOLDER = "../luar/cadangan"\n')
    found = skm("backup")
    assert found.code == 2
    assert "tidak ada. Pasang disknya" in found.err
    assert not (instance.parent / "luar").exists()


def test_without_room_no_backup_is_begun(
    skm: Skm, folder: Path, monkeypatch: pytest.MonkeyPatch, store: Any
) -> None:
    monkeypatch.setattr(disk, "free", lambda path: 150 * 2**20)  # less than must stay for tomorrow's answers
    found = skm("backup")
    assert found.code == 2 and "Ruang di" in found.err and "ada 150 MB" in found.err
    assert list(folder.iterdir()) == []
    assert "Ruang di" in store.upkeep("backup failed")[1]


def test_a_second_backup_at_the_same_time_is_refused(skm: Skm, instance: Path, folder: Path) -> None:
    with only_one(instance / backup.LOCK_FILE):
        found = skm("backup")
    assert found.code == 2 and "Cadangan lain sedang dibuat" in found.err
    assert backups(folder) == []


def test_counters_that_differ_make_no_backup_and_the_cure_works(
    skm: Skm, folder: Path, answered: list[Any], store: Any, clock: Any
) -> None:
    assert skm("backup").code == 0
    store.do("UPDATE tally SET n = n + 1", ())
    clock.forward(hours=1)
    found = skm("backup")
    assert found.code == 1 and "rekap" in found.err and "skm verify --rebuild" in found.err
    assert backups(folder) == [NAME]  # the old one stays, and no half one is there
    assert len(list(folder.iterdir())) == 3
    assert store.upkeep("backup")[0] < store.upkeep("backup failed")[0] == clock.now
    assert skm("verify", "--rebuild").code == 0
    assert skm("backup").code == 0


def test_a_damaged_database_makes_no_backup(
    skm: Skm, instance: Path, folder: Path, answered: list[Any], store: Any
) -> None:
    store.close()
    connection = sqlite3.connect(instance / "skm.db")
    connection.execute("PRAGMA writable_schema = ON")
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'response_time'").fetchone()
    connection.close()
    with (instance / "skm.db").open("r+b") as file:  # an index that no longer fits its table
        file.seek((root - 1) * 4096 + 8)
        file.write(b"\xff" * 200)
    found = skm("backup")
    assert found.code == 1 and "isinya rusak" in found.err and "skm doctor" in found.err
    assert list(folder.iterdir()) == []


def test_a_backup_is_made_while_the_server_takes_ratings(
    live: SimpleNamespace, skm: Skm, folder: Path, config: Any, response: Callable[..., Any]
) -> None:
    live.store.keep(response(1))
    assert skm("backup").code == 0
    live.store.keep(response(2))
    assert backup.check(folder / NAME, config.zone) == 1


# Where the process is killed: before the copy, in its middle, before it was checked, before each of the names
STAGES = {
    "before the copy": ("survey.operations.installation.copy_database", 0),
    "after the copy": ("survey.operations.backup.prove", 0),
    "after the check": ("survey.operations.backup.sha256_of", 0),
    "before the first name": ("survey.operations.backup.fsync_and_rename", 0),
    "before the second name": ("survey.operations.backup.fsync_and_rename", 1),
    "before the last name": ("survey.operations.backup.fsync_and_rename", 2),
    "before it was noted": ("survey.commands.operations.backup._note", 0),
    "before the old ones go": ("survey.operations.backup_folder.prune", 0),
}
KILLED = """
import importlib, os, sys
module, _, name = {place!r}.rpartition(".")
module = importlib.import_module(module)
real, calls = getattr(module, name), []
def stop(*args, **named):
    calls.append(1)
    if len(calls) > {after}:
        os.kill(os.getpid(), 9)
    return real(*args, **named)
setattr(module, name, stop)
from survey.cli import main
main()
"""


@pytest.mark.parametrize("stage", STAGES)
def test_a_backup_that_is_killed_leaves_the_old_one_and_no_half_one(
    skm: Skm, instance: Path, folder: Path, answered: list[Any], config: Any, environ: Any, stage: str
) -> None:
    import sys

    assert skm("backup").code == 0
    old = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    place, after = STAGES[stage]
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            KILLED.format(place=place, after=after),
            "--instance",
            str(instance),
            "backup",
        ],
        env=environ,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == -9, run.stderr
    assert hashlib.sha256((folder / NAME).read_bytes()).hexdigest() == old
    for name in backups(folder):
        assert backup.check(folder / name, config.zone) == 3, name
    assert skm("backup").code == 0
    left = [path.name for path in folder.iterdir() if not path.name.startswith("skm-")]
    assert left == []  # the next backup clears up


def test_a_full_disk_ends_a_backup_in_one_sentence(skm: Skm, tmp_path: Path, answered: list[Any]) -> None:
    """On a real, small file system: the room that was free at the start is taken meanwhile."""
    mount = tmp_path / "kecil"
    mount.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(mount)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        free = disk.free
        disk.free = lambda path: 2**40
        found = skm("backup", "-o", str(mount))
        assert found.code == 2 and str(mount) in found.err and found.err.count("\n") == 1
        assert "full" in found.err or "No space" in found.err
        assert list(mount.iterdir()) == []
    finally:
        disk.free = free
        os.sync()
        subprocess.run(["umount", str(mount)], check=True)
