"""While `skm serve` runs it makes backups by itself, never in its own process, and says once when it cannot."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from survey.jobs import autobackup
from survey.jobs.autobackup import AutoBackup
from survey.operations import installation

PATIENCE = 30.0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST", "LATER", "AFTER_FAILURE"):
        monkeypatch.setattr(autobackup, name, 0.05)


@pytest.fixture
def started(quick: None) -> Iterator[Callable[..., AutoBackup]]:
    """Begin making backups of an installation; all end with the test."""
    running: list[AutoBackup] = []

    def start(config: Any, store: Any, clock: Any) -> AutoBackup:
        running.append(AutoBackup(config, store, clock).start())
        return running[-1]

    yield start
    for each in running:
        each.stop()
        each._timer.join(PATIENCE)  # type: ignore[union-attr]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one at the end of every look."""
    ended: list[int] = []
    look = AutoBackup._look

    def counted(self: AutoBackup) -> None:
        look(self)
        ended.append(1)

    monkeypatch.setattr(AutoBackup, "_look", counted)
    return ended


def wait_for(what: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
    return found


def test_a_server_makes_the_backup_that_is_due_and_no_more(
    started: Any, config: Any, store: Any, instance: Path, answered: list[Any], looks: list[int]
) -> None:
    started(config, store, installation.utc_now)
    wait_for(lambda: store.upkeep("backup"))
    wait_for(lambda: len(looks) > 3)
    assert len(list((instance / "backup").glob("skm-*.db"))) == 1


def test_the_next_one_comes_when_the_last_is_too_old(
    started: Any, config: Any, store: Any, monkeypatch: pytest.MonkeyPatch, looks: list[int]
) -> None:
    from datetime import timedelta

    now = installation.utc_now()
    made: list[int] = []
    monkeypatch.setattr(
        AutoBackup, "_make", lambda self: made.append(1) or store.note_upkeep("backup", now) or True
    )
    for age, due in ((23, 0), (24, 1), (-1, 1)):  # the last one: made before the clock was set back
        made.clear()
        looks.clear()
        store.note_upkeep("backup", now - timedelta(hours=age))
        backups = started(config, store, lambda: now)
        wait_for(lambda: len(looks) >= 2)
        backups.stop()
        backups._timer.join(PATIENCE)
        assert len(made) == due, age


def test_one_that_could_not_be_noted_is_not_made_again_and_again(
    started: Any,
    config: Any,
    store: Any,
    instance: Path,
    monkeypatch: pytest.MonkeyPatch,
    looks: list[int],
) -> None:
    """Or it would soon have pushed all older ones out of the folder."""
    monkeypatch.setattr(store, "upkeep", lambda name: None)
    started(config, store, installation.utc_now)
    wait_for(lambda: list((instance / "backup").glob("skm-*.db")))
    wait_for(lambda: len(looks) > 3)
    assert len(list((instance / "backup").glob("skm-*.db"))) == 1


def test_an_office_that_wants_none_gets_none(instance: Path, store: Any, quick: None) -> None:
    config = installation.load_config(instance, BACKUP_EVERY=0)
    backups = AutoBackup(config, store, installation.utc_now).start()
    time.sleep(0.2)
    assert backups._timer is None and not (instance / "backup").exists()


def test_why_it_failed_is_said_once_and_shown_to_whoever_looks_after_it(
    started: Any,
    store: Any,
    instance: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (instance / "berkas").write_text("x")
    monkeypatch.setenv("SKM_BACKUP_FOLDER", "berkas/tidak-mungkin")
    tried: list[int] = []
    make = AutoBackup._make
    monkeypatch.setattr(AutoBackup, "_make", lambda self: tried.append(1) or make(self))
    with caplog.at_level(logging.INFO, "skm.backup"):
        started(installation.load_config(instance), store, installation.utc_now)
        wait_for(lambda: len(tried) > 2)
    told = [record for record in caplog.records if record.name == "skm.backup"]
    assert [record.getMessage() for record in told] == ["backup failed"]
    assert "tidak dapat dipakai" in told[0].skm["sentence"]  # type: ignore[attr-defined]
    assert "tidak dapat dipakai" in store.upkeep("backup failed")[1]


def test_a_server_that_stops_takes_its_backup_with_it(
    started: Any, config: Any, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autobackup, "SKM", "import time; time.sleep(60)")
    backups = started(config, store, installation.utc_now)
    process = wait_for(lambda: backups._process)
    backups.stop()
    assert process.poll() not in (None, 0)  # it is gone already, not only told to go


def test_a_stray_module_in_the_current_folder_is_not_run(
    started: Any, config: Any, store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "click.py").write_text("import pathlib; pathlib.Path('hijacked').touch()")
    monkeypatch.chdir(tmp_path)
    started(config, store, installation.utc_now)
    wait_for(lambda: store.upkeep("backup"))
    assert not (tmp_path / "hijacked").exists()


def test_looking_keeps_no_connection_to_the_database(
    started: Any, config: Any, store: Any, looks: list[int]
) -> None:
    store.note_upkeep("backup", installation.utc_now())
    readers = len(store._readers)
    backups = started(config, store, installation.utc_now)
    wait_for(lambda: len(looks) > 2)
    backups.stop()
    backups._timer.join(PATIENCE)
    assert len(store._readers) == readers
