"""skm init: an installation is there completely, for its owner only, or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from survey.commands.base import Mistake
from survey.commands.operations import init
from survey.config import ConfigError
from survey.domain import account
from survey.domain.organisation import Organisation
from survey.operations import installation
from survey.settings import SETTINGS

HERE = Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH")
Shell = Callable[..., subprocess.CompletedProcess[str]]


def test_a_new_installation_prints_a_code_that_opens_it_once_and_no_password(
    shell: Shell, tmp_path: Path
) -> None:
    made = shell("--instance", "baru", "init", "--name", "Kota Contoh", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "Kota Contoh" in made.stdout
    code = made.stdout.partition("?kode=")[2].split()[0]
    config = installation.load_config(tmp_path / "baru")
    store = installation.open_store(config)
    try:
        found = store.invitation(account.code_hash(code))
        assert found is not None and found.role == "admin" and found.used_at is None
        assert store.organisation() == Organisation("Kota Contoh", "PEMERINTAH KOTA CONTOH")
        assert store.accounts() == []
    finally:
        store.close()


def test_only_the_owner_may_look_into_an_installation(instance: Path) -> None:
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert stat.S_IMODE((instance / "config.toml").stat().st_mode) == 0o600


def test_each_installation_has_its_own_long_secret_key(tmp_path: Path, now: datetime) -> None:
    keys = set()
    for name in ("a", "b"):
        init.create(tmp_path / name, HERE, now)
        keys.add(installation.load_config(tmp_path / name).require_secret())
    assert len(keys) == 2 and all(len(key) >= 32 for key in keys)


def test_an_installation_is_never_overwritten(shell: Shell, instance: Path) -> None:
    before = {path.name: path.read_bytes() for path in instance.iterdir()}
    again = shell("--instance", str(instance), "init", "--demo")
    assert again.returncode == 2
    assert again.stderr.startswith("Sudah ada instalasi di") and again.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in instance.iterdir()} == before


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "surat.txt").write_text("penting", encoding="utf-8")
    with pytest.raises(Mistake, match=r"tidak kosong \(surat.txt\)"):
        init.create(tmp_path, HERE, now)
    assert [path.name for path in tmp_path.iterdir()] == ["surat.txt"]


def test_the_instance_folder_of_the_checkout_with_its_gitignore_is_accepted(
    tmp_path: Path, now: datetime
) -> None:
    (tmp_path / ".gitignore").write_text("*\n", encoding="utf-8")
    init.create(tmp_path, HERE, now)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "config.toml", "skm.db"]


def test_nothing_half_made_stays_when_the_filling_fails(tmp_path: Path, now: datetime) -> None:
    def fail(store: Any, config: Any, now: datetime) -> None:
        raise RuntimeError("the power went away")

    with pytest.raises(RuntimeError):
        init.create(tmp_path / "baru", HERE, now, fill=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_setting_that_cannot_be_used_leaves_nothing(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(ConfigError, match="TIMEZONE"):
        init.create(tmp_path / "baru", HERE, now, settings={"TIMEZONE": "Asia/Samarinda"})
    assert list(tmp_path.iterdir()) == []


def test_every_setting_stands_in_the_file_with_a_comment_and_its_default_works(instance: Path) -> None:
    text = (instance / "config.toml").read_text(encoding="utf-8")
    for name, *_ in SETTINGS:
        assert f"{name} = " in text
    uncommented = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    (instance / "config.toml").write_text(uncommented, encoding="utf-8")
    assert installation.load_config(instance)["PERIOD"] == "quarter"


def test_a_folder_that_cannot_be_made_is_refused_in_words(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("", encoding="utf-8")
    found = shell("--instance", str(tmp_path / "berkas" / "di-dalam"), "init")
    assert found.returncode == 2
    assert "tidak dapat dibuat" in found.stderr and found.stderr.count("\n") == 1


def test_two_inits_at_once_make_one_installation(
    skm_command: Any, environ: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "baru"
    started = [
        subprocess.Popen(
            skm_command("--instance", str(folder), "init"),
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    codes = sorted(process.wait(60) for process in started)
    for process in started:
        process.communicate()
    assert codes == [0, 2]
    installation.open_store(installation.load_config(folder)).close()
    assert sorted(os.listdir(folder)) == ["config.toml", "skm.db"]


def test_the_code_of_a_first_login_expires_after_a_week(first_code: str, store: Any, now: datetime) -> None:
    found = store.invitation(account.code_hash(first_code))
    assert found.valid(now) and not found.valid(datetime(2026, 8, 19, 2, 30, 1, tzinfo=UTC))
