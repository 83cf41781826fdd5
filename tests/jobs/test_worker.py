"""Jobs are done one after the other, by whoever is there, and by somebody else when that one dies."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survey import config as settings
from survey.domain.organisation import Organisation, Unit
from survey.jobs import former_reports, worker
from survey.jobs.reports import build_in_process
from survey.jobs.worker import GIVEN_UP, LEASE, LOCK, TRIES, Worker
from survey.operations import installation
from survey.system.lock import only_one
from tests.background import asked, failed, former_note, made, until
from tests.store.test_issued_papers import paper

KINDS = ["report"]


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """An empty installation on each kind of database: .config, .store"""
    address = {"DATABASE": request.getfixturevalue("fresh_database")} if request.param == "postgres" else {}
    config = settings.load(tmp_path, {}, **address)
    store = installation.create_store(config)
    store.save_organisation(Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH"))
    yield SimpleNamespace(config=config, store=store)
    store.close()


def done(store: Any) -> bool:
    return not store.open_jobs(KINDS)


@pytest.mark.slow
def test_a_job_that_kills_its_processes_is_given_up_and_does_not_hold_up_those_behind_it(
    site: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LATER", 0.0)
    deadly = asked(site.store, clock.now, period="2025")
    good = asked(site.store, clock.forward(seconds=1), period="2026")
    does = Worker(site.config, site.store, clock)
    does.work["report"] = "tests.background:die"
    does.wake()
    until(lambda: done(site.store))
    there = site.store.job("dukcapil", deadly.id)
    assert (there.state, there.error, there.tries) == ("failed", GIVEN_UP, TRIES)
    assert site.store.job_file(site.store.job("dukcapil", good.id)) == b"x"


def test_on_a_server_a_job_is_taken_up_once_its_beat_stood_still(
    site: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine may be at work. A file has one process: what another one had is without a worker."""
    watch, looked = [1000.0], []
    monkeypatch.setattr(worker, "time", SimpleNamespace(monotonic=lambda: watch[0]))
    monkeypatch.setattr(worker, "SOON", 0.01)
    seen = site.store.open_jobs
    monkeypatch.setattr(site.store, "open_jobs", lambda kinds: looked.append(1) or seen(kinds))
    job = asked(site.store, clock.now, period="2026")
    elsewhere = site.store.claim_job("elsewhere", KINDS)
    does = Worker(site.config, site.store, clock)
    does.work["report"] = "tests.background:die"
    does.wake()
    if not installation.one_process(site.config):
        for _ in range(3):  # alive for longer than the lease
            looked.clear()
            until(lambda: len(looked) > 5)
            watch[0] += LEASE - 1
            looked.clear()
            until(lambda: len(looked) > 5)
            assert site.store.beat_job(elsewhere, "Membaca isian", 5)
        looked.clear()
        until(lambda: len(looked) > 5)
        watch[0] += LEASE
    until(lambda: done(site.store))
    there = site.store.job("dukcapil", job.id)
    assert (there.state, there.tries) == ("ready", 2)
    assert not site.store.beat_job(elsewhere, "Membaca isian", 6)


def test_one_that_died_with_its_worker_three_times_is_given_up(
    site: Any, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(worker, "LEASE", 0.0)
    job = asked(site.store, clock.now)
    for number in range(TRIES):
        mine = site.store.claim_job(str(number), KINDS)
        if number < TRIES - 1:
            site.store.end_job(type(mine)(**{**asdict(mine), "state": "waiting"}))
    Worker(site.config, site.store, clock).wake()
    until(lambda: done(site.store))
    there = site.store.job("dukcapil", job.id)
    assert (there.state, there.error) == ("failed", GIVEN_UP)


def test_one_process_of_a_machine_works_at_a_time(site: Any, clock: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(worker, "SOON", 0.01)
    looked: list[int] = []
    job = asked(site.store, clock.now, period="2026")
    does = Worker(site.config, site.store, clock)
    does.work["report"] = "tests.background:die"
    seen = site.store.open_jobs
    monkeypatch.setattr(site.store, "open_jobs", lambda kinds: looked.append(1) or seen(kinds))
    with only_one(site.config.instance / LOCK):
        does.wake()
        until(lambda: len(looked) > 5)
        assert site.store.job("dukcapil", job.id).state == "waiting"
    until(lambda: site.store.job("dukcapil", job.id).state == "ready")


def test_a_report_that_one_machine_made_is_served_by_another(site: Any, clock: Any, tmp_path: Path) -> None:
    """The bytes are in the database, not in a folder of the machine."""
    job = asked(site.store, clock.now, period="2026")
    does = Worker(site.config, site.store, clock)
    does.work["report"] = "tests.background:die"
    does.wake()
    until(lambda: done(site.store))
    other = installation.open_store(site.config)
    assert other.job_file(other.job("dukcapil", job.id)) == b"x"
    other.close()


def test_a_full_disk_is_named_and_leaves_no_half_report(site: Any, clock: Any, monkeypatch: Any) -> None:
    """The last room is for answers."""
    monkeypatch.setattr("survey.system.disk.has_room", lambda folder: False)
    job = asked(site.store, clock.now)
    does = Worker(site.config, site.store, clock)
    monkeypatch.setattr(
        does, "make", lambda job: build_in_process(site.config, job, clock.now, lambda *told: None)
    )
    does.wake()
    until(lambda: done(site.store))
    there = site.store.job("dukcapil", job.id)
    assert (there.state, there.error) == ("failed", "Disk hampir penuh.")
    assert site.store.rows("SELECT part FROM job_file") == []


def test_reports_that_an_older_version_kept_as_files_are_taken_over(site: Any, now: Any) -> None:
    """One is finished, one waits, one failed, one cannot be read; then the folder is gone."""
    folder = site.config.instance / "papers"
    former_note(folder, "1" * 32, now, b"%PDF-")
    former_note(folder, "2" * 32, now + timedelta(minutes=1))
    former_note(folder, "3" * 32, now + timedelta(minutes=2), failed="Disk hampir penuh.")
    (folder / "4.job").write_text('{"wanted": 3}')
    (folder / "builder.lock").touch()
    former_reports.take_over(site.config.instance, site.store)
    there = site.store.jobs("report", "dukcapil")
    assert [(one.id[0], one.state, one.asked_by) for one in there] == [
        ("3", "waiting", "kepala"),
        ("2", "waiting", "kepala"),
        ("1", "ready", "kepala"),
    ]
    assert site.store.job_file(there[2]) == b"%PDF-"
    assert there[0].arguments["request"]["template"] == "four-chapters"  # a stored word of that time
    assert not folder.exists()
    former_reports.take_over(site.config.instance, site.store)  # nothing is there any more


def test_reports_in_files_are_taken_over_again_when_that_ended_in_the_middle(
    site: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each finished file stays with its own report, also beside one that waits already."""
    folder = site.config.instance / "papers"
    asked(site.store, now - timedelta(days=1))
    for key in "123":
        former_note(folder, key * 32, now, key.encode())
    with monkeypatch.context() as patch, pytest.raises(OSError, match="removed"):
        patch.setattr("shutil.rmtree", raises(OSError("not removed")))
        former_reports.take_over(site.config.instance, site.store)
    former_reports.take_over(site.config.instance, site.store)
    ready = [job for job in site.store.jobs("report", "dukcapil") if job.state == "ready"]
    assert {(job.id[0], site.store.job_file(job)) for job in ready} == {("1", b"1"), ("2", b"2"), ("3", b"3")}
    former_note(folder, "4" * 32, now, b"4")
    former_note(folder, "5" * 32, now, b"5")
    with monkeypatch.context() as patch, pytest.raises(OSError, match="ended"):
        patch.setattr(site.store, "end_job", raises(OSError("ended")))
        former_reports.take_over(site.config.instance, site.store)
    former_reports.take_over(site.config.instance, site.store)
    assert site.store.job_file(site.store.job("dukcapil", "4" * 32)) == b"4"
    assert site.store.job_file(site.store.job("dukcapil", "5" * 32)) == b"5"


def raises(error: Exception) -> Any:
    def stop(*given: Any, **named: Any) -> None:
        raise error

    return stop


def test_a_report_that_was_lost_to_another_worker_leaves_no_row_of_itself(
    site: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not handed out is not written down as handed out; the other one's report is."""
    site.store.save_unit(Unit("dukcapil", "Dinas Kependudukan"))
    job = asked(site.store, clock.now)
    lost = site.store.claim_job("lost", KINDS)
    assert site.store.end_job(replace(lost, state="waiting"))
    made(site.store, job, b"of the other")
    does = Worker(site.config, site.store, clock)
    monkeypatch.setattr(does, "make", lambda job: (b"mine", paper()))
    does.run(lost)
    assert site.store.issued_papers("dukcapil", "") == []
    assert site.store.job_file(site.store.job("dukcapil", job.id)) == b"of the other"


def test_asked_again_a_report_is_the_same_job_and_a_failed_one_begins_anew(site: Any, now: Any) -> None:
    first = made(site.store, asked(site.store, now))
    assert asked(site.store, now) == first
    other = failed(site.store, asked(site.store, now, numbers="other answers"))
    assert asked(site.store, now, numbers="other answers").state == "waiting"
    assert other.id != first.id
