"""What is added to a response that is kept: once, soon, only there, counted in the same moment, never in its place."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calc.scoring import classes
from survey.domain.response import Supplement
from survey.store import StoreRefused

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
WITHIN = timedelta(minutes=15)


@pytest.fixture
def added() -> Any:
    """A supplement to a response, two minutes later: ``added(first, remark="Antre")``."""

    def make(first: Any, **changes: Any) -> Supplement:
        usual = Supplement(
            id=first.id,
            unit=first.unit,
            service=first.service,
            counter=first.counter,
            received_at=first.received_at + timedelta(minutes=2),
            profile={"usia": "<17"},
            remark="Antre lama",
        )
        return dataclasses.replace(usual, **changes)

    return make


def told(store: Any) -> Counter[Any]:
    """Respondents by class and remarks, as the counters say."""
    found: Counter[Any] = Counter()
    for row in store.tallies(None, None):
        people = {pair: int(row.people[at]) for pair, at in classes.places(row.instrument).items()}
        found.update({**people, "remarks": row.remarks})
    return +found


def columns(store: Any) -> list[tuple[Any, ...]]:
    return list(store.rows("SELECT fingerprint, supplement_fingerprint, supplemented_at FROM response"))


def test_what_is_added_stands_with_the_response_and_in_its_counters(office, answer, added, count):
    first = answer(service="ktp-el", counter="loket-1")
    office.store.keep(first)
    office.store.keep(answer())
    assert office.store.supplement(added(first)).status == "kept"
    office.close()
    again = office.open()
    kept = next(r for r in again.responses(None, None, None) if r.id == first.id)
    assert kept == dataclasses.replace(first, profile={"usia": "<17"}, remark="Antre lama")
    assert (count(again), told(again)) == (2, {("usia", "<17"): 1, "remarks": 1})
    assert [words for _, words in again.remarks("dukcapil", NOON, NOON + WITHIN, 9)] == ["Antre lama"]
    assert again.recount() == []


def test_the_digests_say_what_was_sent_first_and_what_was_added(store, answer, added):
    """The second one by hand: SHA-256 of the canonical JSON of unit, id, profile and remark."""
    first = answer()
    store.keep(first)
    store.supplement(added(first))
    said = {
        "id": first.id,
        "profile": {"usia": "<17"},
        "remark": "Antre lama",
        "unit": "dukcapil",
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    assert columns(store) == [
        (first.fingerprint, hashlib.sha256(text.encode()).hexdigest(), "2026-08-12T04:02:00.000000Z")
    ]


def test_the_same_again_is_the_same_however_late_and_other_words_are_a_conflict(
    store, answer, added, everything
):
    first = answer()
    store.keep(first)
    once = added(first)
    late = dataclasses.replace(once, received_at=NOON + timedelta(days=3))
    other = dataclasses.replace(once, remark="Lain")
    statuses = [store.supplement(each).status for each in (once, once, late, other, other, once)]
    assert statuses == ["kept", "again", "again", "conflict", "conflict", "again"]
    assert [r.remark for r in everything(store)] == ["Antre lama"]
    assert told(store) == {("usia", "<17"): 1, "remarks": 1}
    # set aside once, and not dropped
    assert [(r.id, r.answers, r.remark) for _, r in store.conflicts("dukcapil", 99)] == [
        (first.id, first.answers, "Lain")
    ]


def test_a_late_retry_of_the_first_sending_is_still_the_same_response(store, answer, added, everything):
    first = answer()
    store.keep(first)
    store.supplement(added(first))
    assert store.keep(first).status == "again"
    assert store.keep(dataclasses.replace(first, remark="Antre lama")).status == "conflict"
    assert [r.remark for r in everything(store)] == ["Antre lama"]
    assert store.recount() == []


@pytest.mark.parametrize("first_said", [{"remark": "Baik"}, {"profile": {"usia": ">65"}}])
def test_a_response_that_came_with_its_words_takes_no_others(store, answer, added, everything, first_said):
    first = answer(**first_said)
    store.keep(first)
    assert store.supplement(added(first)).status == "conflict"
    assert everything(store) == [first]
    assert store.recount() == []


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (WITHIN, "kept"),
        (WITHIN + timedelta(microseconds=1), "late"),
        (timedelta(days=40), "late"),
        (-timedelta(minutes=1), "kept"),  # the server's clock was put back
    ],
)
def test_the_time_for_it_runs_from_the_moment_the_server_had_the_response(
    store, answer, added, everything, after, status
):
    first = answer()
    store.keep(first)
    assert store.supplement(added(first, received_at=NOON + after)).status == status
    kept = status == "kept"
    assert [r.remark for r in everything(store)] == (["Antre lama"] if kept else [""])
    assert [r.remark for _, r in store.conflicts("dukcapil", 99)] == ([] if kept else ["Antre lama"])
    assert store.recount() == []


def test_only_the_place_of_the_response_takes_it(store, answer, added):
    first = answer(service="ktp-el", counter="loket-1")
    whole = answer(service="ktp-el")  # by the unit's own link, where the resident named the service
    store.keep(first)
    store.keep(whole)
    foreign = [
        added(first, unit="rsud"),
        added(first, service="", counter=""),
        added(first, counter=""),
        added(whole, service="", counter="loket-1"),
        added(first, id="00000000-0000-4000-8000-000000000000"),
    ]
    assert [store.supplement(each).status for each in foreign] == ["unknown"] * 5
    assert [store.supplement(each).status for each in (added(first), added(whole, service=""))] == [
        "kept"
    ] * 2
    assert (store.conflicts("dukcapil", 99), store.conflicts("rsud", 99), store.recount()) == ([], [], [])


def test_a_month_that_ends_in_between_counts_it_where_the_response_is(office, answer, added):
    """23.58 on 31 August in Makassar (WITA, UTC+8) is 15.58 UTC."""
    first = answer(received_at=datetime(2026, 8, 31, 15, 58, tzinfo=UTC))
    office.store.keep(first)
    before = office.store.revision()
    assert (
        office.store.supplement(added(first, received_at=first.received_at + timedelta(minutes=10))).status
        == "kept"
    )
    assert [row.month for row in office.store.tallies(None, None)] == ["2026-08"]
    assert office.store.revision() == before + 1, "what is published of August is made anew"
    assert told(office.store) == {("usia", "<17"): 1, "remarks": 1}
    assert office.store.recount() == []


def ten_at_once(stores: list[Any], sent: list[Supplement]) -> Counter[str]:
    together = threading.Barrier(10)

    def go(number: int) -> str:
        together.wait(10)
        return str(stores[number % len(stores)].supplement(sent[number]).status)

    with ThreadPoolExecutor(10) as phones:
        return Counter(phones.map(go, range(10)))


@pytest.mark.parametrize("stores", [1, 5], ids=["one process", "five processes"])
def test_ten_at_once_are_one(office, answer, added, everything, stores):
    first = answer()
    office.store.keep(first)
    at = [office.store, *(office.open() for _ in range(stores - 1))]
    assert ten_at_once(at, [added(first)] * 10) == {"kept": 1, "again": 9}
    assert told(office.store) == {("usia", "<17"): 1, "remarks": 1}
    other = answer()
    office.store.keep(other)
    assert ten_at_once(at, [added(other, remark=f"Saran {n}") for n in range(10)]) == {
        "kept": 1,
        "conflict": 9,
    }
    assert told(office.store) == {("usia", "<17"): 2, "remarks": 2}
    assert office.store.conflict_count("dukcapil") == 9
    assert len(everything(office.store)) == 2 and office.store.recount() == []


def test_without_the_guard_in_the_statement_ten_at_once_would_be_counted_twice(
    office, answer, added, monkeypatch
):
    """The test above can fail: what it asks for is held by the row's own guard, not by looking first."""
    from survey.store import responses

    first = answer()
    office.store.keep(first)
    open_ = responses._SUPPLEMENT.replace("AND supplemented_at IS NULL AND profile = '' AND remark = ''", "")
    assert open_ != responses._SUPPLEMENT
    monkeypatch.setattr(responses, "_SUPPLEMENT", open_)
    for words in ("Satu", "Dua"):
        office.store.supplement(added(first, remark=words))
    assert told(office.store)["remarks"] == 2
    assert office.store.recount() != []


def test_what_cannot_be_counted_is_not_added(store, answer, added, everything, monkeypatch):
    first = answer()
    store.keep(first)

    def fail(*_: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(store, "_count_supplement", fail)
        with pytest.raises(RuntimeError):
            store.supplement(added(first))
    assert everything(store) == [first]
    store.do("DELETE FROM tally", ())
    with pytest.raises(StoreRefused, match="rekap rusak"):
        store.supplement(added(first))
    assert everything(store) == [first]
    store.rebuild()
    assert store.supplement(added(first)).status == "kept"
    assert store.recount() == []


def test_a_supplement_that_comes_in_the_middle_of_a_rebuild_is_counted(store, answer, added):
    from concurrent.futures import wait

    first = answer()
    store.keep(first)
    came: list[Any] = []

    def in_the_middle(_: int) -> None:
        if not came:
            came.append(resident.submit(store.supplement, added(first)))
            wait(came, 0.3)  # or it waits for the rebuild

    store.do("UPDATE tally SET classes = '[]'", ())
    with ThreadPoolExecutor(1) as resident:
        store.rebuild(in_the_middle)
        assert came[0].result().status == "kept"
    assert (told(store), store.recount()) == ({("usia", "<17"): 1, "remarks": 1}, [])


def test_a_backup_carries_it(office, answer, added, tmp_path):
    """Also from PostgreSQL into the one SQLite file that backups are."""
    from survey.operations import installation
    from survey.store.sqlite.copy import AtRest

    first = answer()
    office.store.keep(first)
    office.store.supplement(added(first))
    before = columns(office.store)
    file = tmp_path / "copy.db"
    file.touch()
    installation.copy_database(office.config, file, lambda size: None)
    copy = AtRest(file, office.store.zone)
    try:
        assert columns(copy) == before and copy.recount() == []
    finally:
        copy.close()


def test_a_remark_that_was_added_goes_with_the_old_ones_and_its_digest_says_what_stays(store, answer, added):
    """By hand: what stays of the supplement is its profile; the digest of what was sent first never held the words."""
    first = answer()
    store.keep(first)
    store.supplement(added(first))
    retained = store.retain(NOON + timedelta(days=400), NOON + timedelta(days=400))
    assert (retained.remarks, retained.broken) == (1, 0)
    said = {"id": first.id, "profile": {"usia": "<17"}, "remark": "", "unit": "dukcapil"}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    ((fingerprint, of_added, added_at),) = columns(store)
    assert (fingerprint, of_added) == (first.fingerprint, hashlib.sha256(text.encode()).hexdigest())
    assert added_at == "2026-08-12T04:00:00.000000Z", "noon in Makassar"
    assert told(store) == {("usia", "<17"): 1, "remarks": 1} and store.recount() == []
