"""While `skm serve` runs it makes backups by itself, never in its own process, and says once when it cannot."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from survey.jobs import schedule
from survey.jobs.schedule import BackupSchedule
from survey.jobs.worker import Worker
from survey.operations import installation
from survey.store import StoreBusy
from tests.background import until

WORK = "survey.commands.operations.backup:make_in_process"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST", "LATER"):
        monkeypatch.setattr(schedule, name, 0.05)
    monkeypatch.setattr(schedule, "AFTER_FAILURE", timedelta(0))


@pytest.fixture
def started(quick: None, store: Any) -> Iterator[Callable[..., BackupSchedule]]:
    """Begin making backups of an installation; all end with the test, before its store is closed."""
    running: list[tuple[BackupSchedule, Worker]] = []

    def start(config: Any, store: Any, clock: Any, work: str = WORK) -> BackupSchedule:
        worker = Worker(config, store, clock)
        running.append((BackupSchedule(config, worker, work).start(), worker))
        return running[-1][0]

    yield start
    for backups, worker in running:
        backups.stop()
        worker.stop()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one at the end of every look."""
    ended: list[int] = []
    look = BackupSchedule._look

    def counted(self: BackupSchedule) -> None:
        look(self)
        ended.append(1)

    monkeypatch.setattr(BackupSchedule, "_look", counted)
    return ended


def copies(instance: Path) -> list[Path]:
    return list((instance / "backup").glob("skm-*.db"))


def test_a_server_makes_the_backup_that_is_due_and_no_more(
    started: Any, config: Any, store: Any, instance: Path, answered: list[Any], looks: list[int]
) -> None:
    started(config, store, installation.utc_now)
    until(lambda: store.upkeep("backup") and store.job("", "backup").state == "ready")
    looks.clear()
    until(lambda: len(looks) > 3)
    assert len(copies(instance)) == 1


@pytest.mark.parametrize(
    ("age", "due"), [(23, 0), (24, 1), (-1, 1)]
)  # the last: made before the clock was set back
def test_the_next_one_comes_when_the_last_is_too_old(
    started: Any, config: Any, store: Any, instance: Path, looks: list[int], age: int, due: int
) -> None:
    now = installation.utc_now()
    store.note_upkeep("backup", now - timedelta(hours=age))
    started(config, store, lambda: now)
    until(lambda: len(looks) > 2 and not store.open_jobs(["backup"]))
    assert len(copies(instance)) == due


def test_one_that_could_not_be_noted_is_not_made_again_and_again(
    started: Any, config: Any, store: Any, instance: Path, monkeypatch: pytest.MonkeyPatch, looks: list[int]
) -> None:
    """Or it would soon have pushed all older ones out of the folder."""
    monkeypatch.setattr(store, "upkeep", lambda name: None)
    started(config, store, installation.utc_now)
    until(lambda: copies(instance) and not store.open_jobs(["backup"]))
    looks.clear()
    until(lambda: len(looks) > 3)
    assert len(copies(instance)) == 1


def test_a_database_that_takes_no_row_has_its_backup_once_all_the_same(
    started: Any, config: Any, store: Any, instance: Path, monkeypatch: pytest.MonkeyPatch, looks: list[int]
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise StoreBusy("Disk penuh.")

    monkeypatch.setattr(store, "ask_job", full)
    monkeypatch.setattr(store, "upkeep", lambda name: None)
    started(config, store, installation.utc_now)
    until(lambda: len(looks) > 3)
    assert len(copies(instance)) == 1


def test_an_office_that_wants_none_gets_none(instance: Path, store: Any, quick: None) -> None:
    config = installation.load_config(instance, BACKUP_EVERY=0)
    until(lambda: "backups" not in {thread.name for thread in threading.enumerate()})  # of the test before
    BackupSchedule(config, Worker(config, store, installation.utc_now), WORK).start()
    assert "backups" not in {thread.name for thread in threading.enumerate()}


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
    make = Worker.make
    monkeypatch.setattr(Worker, "make", lambda self, job: tried.append(1) or make(self, job))
    with caplog.at_level(logging.INFO, "skm.jobs"):
        started(installation.load_config(instance), store, installation.utc_now)
        until(lambda: len(tried) > 2)
    told = [record for record in caplog.records if record.name == "skm.jobs"]
    assert [record.getMessage() for record in told] == ["backup failed"]
    assert "tidak dapat dipakai" in told[0].skm["sentence"]  # type: ignore[attr-defined]
    assert "tidak dapat dipakai" in store.upkeep("backup failed")[1]


def test_a_server_that_stops_takes_its_backup_with_it(
    started: Any, config: Any, store: Any, instance: Path
) -> None:
    backups = started(config, store, installation.utc_now, "tests.background:hold")
    number = int(until((instance / "held").exists) and (instance / "held").read_text())
    backups.stop()
    backups._worker.stop()
    assert not Path(f"/proc/{number}").exists()  # it is gone already, not only told to go
    assert (store.job("", "backup").state, store.job("", "backup").tries) == ("waiting", 0)


def test_a_stray_module_in_the_current_folder_is_not_run(
    started: Any, config: Any, store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("click", "pickle", "multiprocessing"):
        (tmp_path / f"{name}.py").write_text("import pathlib; pathlib.Path('hijacked').touch()")
    monkeypatch.chdir(tmp_path)
    started(config, store, installation.utc_now)
    until(lambda: store.upkeep("backup"))
    assert not (tmp_path / "hijacked").exists()


def test_looking_keeps_no_connection_to_the_database(
    started: Any, config: Any, store: Any, looks: list[int]
) -> None:
    store.note_upkeep("backup", installation.utc_now())
    readers = len(store._readers)
    backups = started(config, store, installation.utc_now)
    until(lambda: len(looks) > 2)
    backups.stop()
    until(lambda: len(store._readers) == readers)
