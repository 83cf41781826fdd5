"""skm doctor: each trouble is seen and comes with its cure."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survey.commands.operations import doctor
from survey.commands.operations.finding import BAD, GOOD, NOTE
from survey.operations import installation
from survey.system import disk, file_system
from survey.system.lock import only_one

Skm = Callable[..., SimpleNamespace]


def test_a_fresh_installation_is_sound_and_says_what_still_needs_attention(skm: Skm) -> None:
    found = skm("doctor")
    assert found.code == 0, found.out
    assert "[rusak]" not in found.out
    assert "SQLite" in found.out and "synchronous=" in found.out
    assert "hanya dapat dibuka di komputer ini" in found.out and "skm user add --role admin" in found.out


def test_a_word_of_a_former_version_is_named_with_the_word_of_now(skm: Skm, instance: Path) -> None:
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\nREPORT_TEMPLATE = "lama"\n')
    found = skm("doctor")
    assert found.code == 0, found.out
    assert 'REPORT_TEMPLATE = "lama" adalah kata lama. Tulis REPORT_TEMPLATE = "four-chapters".' in found.out


@pytest.mark.parametrize(
    ("settings", "check", "mark"),
    [
        ({"SECRET_KEY": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, doctor.secret, BAD),
        ({"SECRET_KEY": ""}, doctor.secret, BAD),
        ({}, doctor.secret, GOOD),
        ({"BASE_URL": "http://127.0.0.1:8000"}, doctor.address, NOTE),
        ({"BASE_URL": "http://skm.contoh.go.id"}, doctor.address, NOTE),
        ({"BASE_URL": "https://skm.contoh.go.id"}, doctor.address, GOOD),
        ({"BASE_URL": "https://skm.contoh.go.id"}, doctor.hosts, GOOD),
        ({"BASE_URL": "https://skm.contoh.go.id", "TRUSTED_HOSTS": ["skm.contoh.go.id"]}, doctor.hosts, GOOD),
    ],
)
def test_settings_are_judged(instance: Path, settings: dict[str, Any], check: Any, mark: str) -> None:
    finding = check(installation.load_config(instance, **settings))
    assert finding.mark == mark
    assert mark == GOOD or finding.cure or "Isi di config.toml" in finding.words


def test_a_settings_file_that_others_may_read_is_noticed(instance: Path, config: Any) -> None:
    os.chmod(instance / "config.toml", 0o644)
    found = doctor.privacy(config)
    assert found.mark == NOTE and "chmod go=" in found.cure


def test_a_network_disk_is_recognised(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "server:/data /srv nfs4 rw 0 0\n"
        "//server/b /srv/berkas\\040kantor cifs rw 0 0\n",
        encoding="utf-8",
    )
    assert file_system.kind(Path("/srv/skm"), mounts) == "nfs4"
    assert file_system.kind(Path("/srv/berkas kantor/skm"), mounts) == "cifs"
    assert file_system.kind(Path("/var/skm"), mounts) == "ext4"
    assert file_system.kind(Path("/var/skm"), tmp_path / "tidak-ada") == ""
    assert [file_system.is_network(kind) for kind in ("nfs4", "cifs", "ext4", "")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("path", "share"),
    [
        (r"\\server\bersama\skm", True),
        (r"\\?\UNC\server\bersama\skm", True),
        (r"Z:\skm", True),
        (r"C:\skm", False),
        (r"\\?\C:\skm", False),
    ],
)
def test_a_share_of_windows_is_recognised_with_and_without_its_letter(path: str, share: bool) -> None:
    drives = {"C:\\": 3, "Z:\\": 4}  # DRIVE_FIXED and DRIVE_REMOTE of GetDriveTypeW
    assert file_system.is_share(path, drives.__getitem__) is share


def test_a_database_on_another_machines_disk_fails_the_check(
    config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_system, "kind", lambda folder: "cifs")
    found = doctor.place(config)
    assert found.mark == BAD and "disk jaringan (cifs)" in found.words and "Pindahkan" in found.cure
    assert (
        doctor.place(installation.load_config(config.instance, DATABASE="postgresql://db/skm")).mark == GOOD
    )


def test_a_database_in_a_folder_that_a_program_copies_away_fails_the_check(
    instance: Path, tmp_path: Path
) -> None:
    moved = instance.rename(tmp_path / "OneDrive - Kantor")
    assert doctor.place(installation.load_config(moved)).mark == BAD


def test_a_nearly_full_disk_fails_the_check(skm: Skm, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=2**40, free=100 * 2**20)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage)
    found = skm("doctor")
    assert (
        found.code == 1
        and "[rusak] Ruang kosong 100 MB. Kosongkan disk sampai paling sedikit 200 MB" in found.out
    )


def test_the_last_backup_and_the_last_recount_are_shown(skm: Skm, instance: Path) -> None:
    before = skm("doctor")
    assert before.code == 0 and "[perhatian] Belum ada cadangan. Jalankan: skm backup" in before.out
    skm("backup")
    after = skm("doctor")
    assert f"[baik] Cadangan terakhir 12-08-2026 10.30: {instance / 'backup'}" in after.out
    assert "[perhatian] Cadangan terakhir berada di disk yang sama" in after.out
    assert "[baik] Semua isian dihitung ulang 12-08-2026 10.30" in after.out
    for path in (instance / "backup").iterdir():
        path.unlink()
    assert "Cadangan itu tidak ada lagi" in skm("doctor").out


def test_an_old_backup_fails_the_check(skm: Skm, clock: Any, store: Any) -> None:
    clock.now = store.made_at()
    skm("backup")
    clock.forward(days=3)
    found = skm("doctor")
    assert found.code == 1 and "[rusak] Cadangan terakhir berumur 3 hari." in found.out


def test_a_failed_backup_fails_the_check_with_its_reason(
    skm: Skm, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    skm("backup")
    clock.forward(hours=1)
    with monkeypatch.context() as full:
        full.setattr(disk, "free", lambda folder: 0)
        assert skm("backup").code == 2
    found = skm("doctor")
    assert found.code == 1 and "[rusak] Cadangan terakhir gagal: Ruang di" in found.out
    clock.forward(hours=1)
    assert skm("backup").code == 0
    assert skm("doctor").code == 0


def test_a_running_server_is_seen_and_not_disturbed(skm: Skm, config: Any) -> None:
    assert "Server tidak sedang berjalan" in skm("doctor").out
    with only_one(installation.server_lock(config)):
        found = skm("doctor")
    assert found.code == 0 and f"Server sedang berjalan (proses nomor {os.getpid()})" in found.out
    assert "Server tidak sedang berjalan" in skm("doctor").out


def test_files_from_the_future_show_that_the_clock_was_set_back(skm: Skm, instance: Path) -> None:
    os.utime(instance / "config.toml", (time.time() + 3600,) * 2)
    found = skm("doctor")
    assert found.code == 1 and "lebih awal daripada berkas di folder instalasi" in found.out


def test_a_server_of_databases_says_what_keeps_an_answer(
    skm: Skm, fresh_database: str, monkeypatch: pytest.MonkeyPatch, instance: Path
) -> None:
    monkeypatch.setenv("SKM_DATABASE", fresh_database)
    installation.create_store(installation.load_config(instance)).close()
    found = skm("doctor")
    assert found.code == 0, found.out
    assert "fsync=on" in found.out and "Isian disimpan di server pangkalan data" in found.out


def test_a_clock_that_runs_behind_the_answers_fails_the_check(skm: Skm, answered: None, clock: Any) -> None:
    clock.now -= timedelta(days=400)
    found = skm("doctor")
    assert found.code == 1 and "lebih awal daripada isian terbaru" in found.out


def test_a_damaged_database_fails_the_check_with_its_cure(skm: Skm, instance: Path) -> None:
    path = instance / "skm.db"
    path.write_bytes(path.read_bytes()[:5000])
    found = skm("doctor")
    assert found.code == 1 and "terpotong" in found.out and "cadangan" in found.out
