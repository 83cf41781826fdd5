"""skm doctor: each trouble is seen and comes with its cure."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survey import installation
from survey.commands import doctor
from survey.commands.doctor import BAD, GOOD, NOTE

Skm = Callable[..., SimpleNamespace]


def test_a_fresh_installation_is_sound_and_says_what_still_needs_attention(skm: Skm) -> None:
    found = skm("doctor")
    assert found.code == 0, found.out
    assert "[rusak]" not in found.out
    assert "SQLite" in found.out and "synchronous=" in found.out
    assert "hanya dapat dibuka di komputer ini" in found.out and "skm user add --role admin" in found.out


@pytest.mark.parametrize(
    ("settings", "check", "mark"),
    [
        ({"SECRET_KEY": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, doctor.secret, BAD),
        ({"SECRET_KEY": ""}, doctor.secret, BAD),
        ({}, doctor.secret, GOOD),
        ({"BASE_URL": "http://127.0.0.1:8000"}, doctor.address, NOTE),
        ({"BASE_URL": "http://skm.contoh.go.id"}, doctor.address, NOTE),
        ({"BASE_URL": "https://skm.contoh.go.id"}, doctor.address, GOOD),
        ({"BASE_URL": "https://skm.contoh.go.id"}, doctor.hosts, NOTE),
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
    assert doctor.file_system(Path("/srv/skm"), mounts) == "nfs4"
    assert doctor.file_system(Path("/srv/berkas kantor/skm"), mounts) == "cifs"
    assert doctor.file_system(Path("/var/skm"), mounts) == "ext4"
    assert doctor.file_system(Path("/var/skm"), tmp_path / "tidak-ada") == ""


def test_a_nearly_full_disk_fails_the_check(skm: Skm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=100 * 2**20))
    found = skm("doctor")
    assert found.code == 1 and "[rusak] Ruang kosong 100 MB. Kosongkan disk" in found.out


def test_a_clock_that_runs_behind_the_answers_fails_the_check(skm: Skm, answered: None, clock: Any) -> None:
    clock.now -= timedelta(days=400)
    found = skm("doctor")
    assert found.code == 1 and "lebih awal daripada isian terbaru" in found.out


def test_a_damaged_database_fails_the_check_with_its_cure(skm: Skm, instance: Path) -> None:
    path = instance / "skm.db"
    path.write_bytes(path.read_bytes()[:5000])
    found = skm("doctor")
    assert found.code == 1 and "terpotong" in found.out and "cadangan" in found.out
