"""The promises of a store about work in the background: one worker has a job, and what it made is whole or not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from survey.store import jobs
from survey.store.jobs import Job
from tests.store.conftest import NOON


def job(key: str = "a", **changes: Any) -> Job:
    return replace(Job("dukcapil", key, "report", NOON, "kepala", {"size": "A4"}), **changes)


def test_a_job_is_there_as_it_was_asked_for_and_once(store: Any) -> None:
    assert store.ask_job(job()) == job()
    assert store.ask_job(job(asked_at=NOON + timedelta(hours=1))) == job()
    assert store.job("dukcapil", "a") == job()
    assert store.job("rsud", "a") is None
    assert store.jobs("report", "dukcapil") == [job()]


def test_what_is_urgent_goes_first_then_what_was_asked_first(store: Any) -> None:
    early = NOON - timedelta(hours=1)
    for each in (
        job("c", priority=20, asked_at=early),
        job("b", priority=10),
        job("a", priority=10, asked_at=early),
    ):
        store.ask_job(each)
    store.ask_job(job("d", kind="backup"))  # nobody here does these
    claimed = [store.claim_job("w", ["report"]).id for _ in range(3)]
    assert claimed == ["a", "b", "c"]
    assert store.claim_job("w", ["report"]) is None


def test_of_two_workers_that_see_the_same_job_one_has_it(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reads the job as waiting, and the first has claimed it before the second writes."""
    first, second = office.store, office.open()
    first.ask_job(job())
    read = second.rows
    mine: list[Any] = []

    def overtaken(*asked: Any) -> Any:
        found = read(*asked)
        if not mine:
            mine.append(first.claim_job("first", ["report"]))
        return found

    monkeypatch.setattr(second, "rows", overtaken)
    assert second.claim_job("second", ["report"]) is None
    assert (mine[0].state, mine[0].worker, mine[0].tries) == ("running", "first", 1)
    assert first.job("dukcapil", "a") == mine[0]


def test_who_lost_a_job_is_told_and_spoils_nothing(store: Any) -> None:
    store.ask_job(job())
    lost = store.claim_job("first", ["report"])
    assert store.end_job(replace(lost, state="waiting"))  # as another one does when its beat stood still
    mine = store.claim_job("second", ["report"])
    assert not store.beat_job(lost, "Membaca isian", 5)
    assert store.beat_job(mine, "Menyusun berkas", None)
    store.keep_job_file(lost, b"half")
    store.keep_job_file(mine, b"whole")
    assert not store.end_job(replace(lost, state="ready", size=4))
    assert not store.end_job(replace(lost, state="failed", error="Disk hampir penuh."))
    assert store.end_job(replace(mine, state="ready", size=5))
    there = store.job("dukcapil", "a")
    assert (there.state, there.tries, there.beat, there.step, there.percent) == (
        "ready",
        2,
        1,
        "Menyusun berkas",
        None,
    )
    assert store.job_file(there) == b"whole"


def test_a_file_is_kept_in_parts_and_comes_back_whole(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PART", 3)
    store.ask_job(job())
    mine = store.claim_job("w", ["report"])
    store.keep_job_file(mine, b"%PDF-1.4 \x00\xff")
    assert len(store.rows("SELECT part FROM job_file")) == 4  # 11 bytes
    store.end_job(replace(mine, state="ready", size=11))
    assert store.job_file(store.job("dukcapil", "a")) == b"%PDF-1.4 \x00\xff"


def test_a_failed_job_can_be_asked_again_and_a_finished_one_only_when_it_is_renewed(store: Any) -> None:
    later = job(asked_at=NOON + timedelta(hours=1))
    store.ask_job(job())
    store.end_job(replace(store.claim_job("w", ["report"]), state="failed", error="Disk hampir penuh."))
    again = store.ask_job(later)
    assert (again.state, again.tries, again.error, again.asked_at) == (
        "waiting",
        0,
        "Disk hampir penuh.",
        later.asked_at,
    )
    store.end_job(replace(store.claim_job("w", ["report"]), state="ready"))
    assert store.ask_job(job()).state == "ready"
    assert store.ask_job(job(), renew=True).state == "waiting"


def test_a_job_and_what_belongs_to_it_end_in_one_transaction(store: Any) -> None:
    store.ask_job(job())
    mine = store.claim_job("w", ["report"])

    def both() -> None:
        store.note_upkeep("verify", NOON)
        store.end_job(replace(mine, state="ready"))
        raise LookupError

    with pytest.raises(LookupError):
        store.together(both)
    assert (store.job("dukcapil", "a").state, store.upkeep("verify")) == ("running", None)


def test_old_ones_go_and_the_oldest_of_too_many_with_their_files_and_open_ones_stay(store: Any) -> None:
    for number in range(5):
        store.ask_job(job(str(number), asked_at=NOON + timedelta(hours=number)))
        mine = store.claim_job("w", ["report"])
        store.keep_job_file(mine, b"x")
        store.end_job(replace(mine, state="ready"))
    store.ask_job(job("open", asked_at=NOON))
    store.clean_jobs(NOON + timedelta(hours=1), most=2)
    assert [one.id for one in store.jobs("report", "dukcapil")] == ["4", "3", "open"]
    assert store.rows("SELECT id FROM job_file ORDER BY id") == [("3",), ("4",)]
    store.clean_jobs(NOON + timedelta(hours=4), most=2)
    assert [one.id for one in store.jobs("report", "dukcapil")] == ["4", "open"]


def test_an_old_failed_one_that_is_asked_for_again_while_others_are_cleaned_keeps_its_file(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = store.ask_job(job())
    store.end_job(replace(store.claim_job("first", ["report"]), state="failed"))
    read = store.rows

    def read_and_be_late(*query: Any) -> Any:
        monkeypatch.undo()
        found = read(*query)
        store.ask_job(replace(failed, asked_at=NOON + timedelta(days=9)))
        store.keep_job_file(store.claim_job("second", ["report"]), b"x")
        return found

    monkeypatch.setattr(store, "rows", read_and_be_late)
    store.clean_jobs(NOON + timedelta(days=7), most=2)
    assert store.job_file(store.job("dukcapil", "a")) == b"x"
