"""skm upgrade and skm verify: from every released schema to this one, whole or not at all, answers untouched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from survey.operations import backup, installation
from survey.store import schema
from survey.store.sqlite import store as sqlite
from survey.system.lock import only_one
from tests.background import former_note
from tests.spoiled import digest

Skm = Callable[..., SimpleNamespace]
COLUMNS = "SELECT name FROM pragma_table_info(?, 'main')"
RELEASED = 3  # steps of the first database that offices had: 'organisation', 'answers', 'people'


@pytest.fixture
def old(answered: list[Any], store: Any, config: Any) -> Path:
    """The installation's database as the first version kept it: its three steps, the same rows but for tallies."""
    store.close()
    path, new = config.database, config.database.with_name("new.db")
    path.rename(new)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    sqlite._apply(connection, schema.STEPS[:RELEASED], config.zone)
    connection.execute("ATTACH ? AS new", (str(new),))
    connection.execute("PRAGMA foreign_keys = OFF")
    for (table,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
        if table not in ("schema_step", "tally"):
            columns = ", ".join(row[0] for row in connection.execute(COLUMNS, (table,)))
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
    connection.close()
    new.unlink()
    return path


# of the first release; steps since then have added others
FIRST = "unit, id, service, counter, channel, instrument, answers, received_at, language, profile, remark, seconds"


def schema_of(path: Path) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql <> ''"))
    finally:
        connection.close()


def answers_of(path: Path) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return sorted(connection.execute(f"SELECT {FIRST} FROM response"), key=repr)
    finally:
        connection.close()


def test_the_first_released_database_becomes_one_of_today(
    skm: Skm, old: Path, tmp_path: Path, settings_of_new: Any
) -> None:
    before = answers_of(old)
    assert len(before) == 3
    assert skm("link").code == 2
    found = skm("upgrade")
    assert found.code == 0, found.err
    assert [line for line in found.out.splitlines() if line.startswith("Langkah: 0004")]
    assert schema_of(old) == schema_of(settings_of_new.database)  # no rule and no index is missing
    assert answers_of(old) == before
    assert skm("verify").out == "Rekap hitungan sama dengan isian: 3 isian.\n"


def test_reports_that_waited_in_files_wait_in_the_database_after_the_upgrade(
    skm: Skm, old: Path, skm_here: Any, now: Any
) -> None:
    former_note(old.parent / "papers", "a" * 32, now, b"%PDF-")
    former_note(old.parent / "papers", "b" * 32, now)
    assert skm("upgrade", "--dry-run").code == 0
    assert (old.parent / "papers").exists()
    assert skm("upgrade").code == 0
    there = {job.id[0]: job.state for job in skm_here.store.jobs("report", "dukcapil")}
    assert there == {"a": "ready", "b": "waiting"}
    assert not (old.parent / "papers").exists()


def test_reports_in_files_are_taken_over_also_when_the_first_upgrade_ended_before(
    skm: Skm, old: Path, skm_here: Any, now: Any
) -> None:
    """The steps are applied by then, and nothing else is left to do."""
    former_note(old.parent / "papers", "a" * 32, now, b"%PDF-")
    installation.upgrade(skm_here.config)
    assert skm("upgrade").code == 0
    assert [job.state for job in skm_here.store.jobs("report", "dukcapil")] == ["ready"]
    assert not (old.parent / "papers").exists()


@pytest.fixture
def settings_of_new(tmp_path: Path) -> Any:
    """A database made by this version."""
    from survey import config

    made = config.load(tmp_path / "segar", {})
    made.instance.mkdir()
    installation.create_store(made).close()
    return made


def test_a_backup_is_made_first_and_can_be_restored_and_upgraded(skm: Skm, old: Path, tmp_path: Path) -> None:
    found = skm("upgrade")
    (saved,) = (old.parent / "backup").glob("*.db")
    assert f"Cadangan: {saved}" in found.out
    assert len(schema_of(saved)) < len(schema_of(old))  # the old schema is in it
    again = skm("--instance", str(tmp_path / "lagi"), "restore", str(saved))
    assert again.code == 0 and "Skema diperbarui: 0004" in again.out, again.err
    assert answers_of(tmp_path / "lagi" / "skm.db") == answers_of(old)


def test_without_a_good_backup_nothing_is_upgraded(
    skm: Skm, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*arguments: Any) -> int:
        raise backup.BackupFailed("isinya rusak", "Jalankan: skm doctor")

    monkeypatch.setattr(backup, "prove", damaged)
    before = digest(old)
    found = skm("upgrade")
    assert found.code == 1 and "Cadangan tidak dibuat" in found.err
    assert digest(old) == before


def test_a_dry_run_really_does_the_steps_but_on_a_copy(skm: Skm, old: Path) -> None:
    before = digest(old)
    found = skm("upgrade", "--dry-run")
    assert found.code == 0 and "Akan diterapkan: 0004" in found.out, found.err
    assert "Berhasil pada salinan: 3 isian" in found.out
    assert digest(old) == before
    assert not list(old.parent.glob("skm.db-*")) and not (old.parent / "backup").exists()


def test_a_dry_run_finds_a_step_that_would_fail(skm: Skm, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = schema.Step(
        "9998 rusak", ("INSERT INTO organisation (id, name, government) VALUES (2, '', '')",)
    )
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, broken))
    before = digest(old)
    found = skm("upgrade", "--dry-run")
    assert found.code != 0 and "CHECK constraint failed" in found.err
    assert digest(old) == before


def test_a_step_that_fails_names_the_backup_and_leaves_nothing_of_itself(
    skm: Skm, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = schema.STEPS
    broken = schema.Step(
        "9998 rusak", ("CREATE TABLE half (a TEXT){strict}", "INSERT INTO nowhere VALUES (1)")
    )
    monkeypatch.setattr(schema, "STEPS", (*steps, broken))
    found = skm("upgrade")
    assert found.code == 1 and "Cadangan sebelumnya:" in found.err
    monkeypatch.setattr(schema, "STEPS", steps)
    assert "half" not in {name for _, name, _ in schema_of(old)}
    assert skm("verify").code == 0


def test_counters_that_were_damaged_before_do_not_bar_the_way_to_their_repair(skm: Skm, old: Path) -> None:
    """The upgrade counts the answers anew."""
    connection = sqlite3.connect(old, isolation_level=None)
    broken = ("dukcapil", "", "qr", "skm-2017", "2026-08", 9, 9, 1, b"x")
    connection.execute("INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", broken)
    connection.close()
    found = skm("upgrade")
    assert found.code == 0, found.err
    assert skm("verify").out == "Rekap hitungan sama dengan isian: 3 isian.\n"


def test_the_server_must_be_stopped(skm: Skm, old: Path, config: Any) -> None:
    before = digest(old)
    with only_one(installation.server_lock(config)):
        found = skm("upgrade")
    assert found.code == 2 and "Server sedang berjalan" in found.err
    assert digest(old) == before


def test_a_newer_database_is_refused_untouched(skm: Skm, old: Path) -> None:
    connection = sqlite3.connect(old, isolation_level=None)
    connection.execute("INSERT INTO schema_step VALUES ('9999 besok', '2030-01-01T00:00:00.000000Z')")
    connection.close()
    before = digest(old)
    for arguments in (("upgrade",), ("upgrade", "--dry-run"), ("backup",), ("link",)):
        found = skm(*arguments)
        assert found.code == 2 and "versi yang lebih baru" in found.err
    assert digest(old) == before


def test_an_upgrade_on_a_server_is_rehearsed_on_a_copy_and_backed_up(
    skm: Skm, instance: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SKM_DATABASE", fresh_database)
    config = installation.load_config(instance)
    installation.create_store(config).close()
    step = schema.Step("9997 catatan", ("CREATE TABLE note (id {serial}, words TEXT NOT NULL){strict}",))
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, step))
    found = skm("upgrade", "--dry-run")
    assert found.code == 0 and "Berhasil pada salinan: 0 isian" in found.out, found.err
    assert installation.pending_steps(config) == ["9997 catatan"]
    found = skm("upgrade")
    assert found.code == 0 and "Cadangan: " in found.out, found.err
    assert installation.pending_steps(config) == []


def test_a_verification_names_the_first_difference_and_is_remembered(
    skm: Skm, store: Any, answered: list[Any], clock: Any
) -> None:
    assert skm("verify").code == 0
    assert store.upkeep("verify") == (clock.now, "")
    store.do("UPDATE tally SET n = n + 1 WHERE service = 'akta-lahir'", ())
    found = skm("verify")
    assert found.code == 1 and "layanan akta-lahir" in found.err and found.err.count("\n") == 1
    assert "akta-lahir" in store.upkeep("verify")[1]


def test_rebuilding_repairs_the_counters_says_which_and_leaves_the_answers(
    skm: Skm, store: Any, answered: list[Any], instance: Path
) -> None:
    before = sorted(store.rows("SELECT * FROM response"), key=repr)
    right = sorted(store.rows("SELECT * FROM tally"))
    store.do("DELETE FROM tally WHERE service = 'akta-lahir'", ())
    store.do("UPDATE unit_tally SET n = 14", ())
    found = skm("verify", "--rebuild")
    assert found.code == 0, found.err
    assert "Diperbaiki: unit dukcapil, layanan akta-lahir" in found.out
    assert found.out.endswith("Rekap hitungan sama dengan isian: 3 isian.\n")
    assert sorted(store.rows("SELECT * FROM tally")) == right
    assert sorted(store.rows("SELECT * FROM response"), key=repr) == before
    assert {action for _, _, action, _ in store.audit_log(10)} >= {"verify --rebuild"}
    assert store.upkeep("verify")[1] == ""


def test_rebuilding_what_is_right_repairs_nothing(skm: Skm, store: Any, answered: list[Any]) -> None:
    found = skm("verify", "--rebuild")
    assert found.out == "Rekap hitungan sama dengan isian: 3 isian.\n"
    assert [entry for entry in store.audit_log(10) if entry[2] == "verify --rebuild"] == []
