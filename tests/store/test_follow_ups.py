"""The promises of a store about papers: the office's own words, and promised repairs whose history is kept."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from calc.report.data import FollowUp
from survey import config as settings
from survey.domain.period import Period
from survey.operations import installation
from survey.services.report_data import unit_report_data
from survey.services.scope import Scope
from survey.store import StoreError

NOW = datetime(2026, 8, 12, 2, 30, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=40)
PERIOD = "2026-TW3"
QUEUE = FollowUp(0, "waktu", "Menambah satu loket pada hari Senin", 2026, 4, "Kepala Seksi Pelayanan")


def save(store, item=QUEUE, at=NOW, unit="dukcapil"):
    return store.save_follow_up(unit, PERIOD, item, at, "budi")


def test_words_are_kept_for_exactly_their_level(store, office):
    store.save_report_text("", "", "foreword", "Untuk semua.", NOW, "admin")
    store.save_report_text("dukcapil", "", "foreword", "Untuk unit.", NOW, "budi")
    store.save_report_text("dukcapil", PERIOD, "foreword", "Untuk periode.", NOW, "budi")
    office.close()
    again = office.open()
    assert again.report_texts("", "") == {"foreword": "Untuk semua."}
    assert again.report_texts("dukcapil", "") == {"foreword": "Untuk unit."}
    assert again.report_texts("dukcapil", PERIOD) == {"foreword": "Untuk periode."}
    assert again.report_texts("rsud", PERIOD) == {}


def test_words_that_are_emptied_are_the_usual_ones_again(store):
    store.save_report_text("rsud", PERIOD, "closing", "Sekian.", NOW, "budi")
    store.save_report_text("rsud", PERIOD, "closing", "Demikian.", LATER, "budi")
    store.save_report_text("rsud", PERIOD, "foreword", "Salam 🙏 <b>'\"", NOW, "budi")
    assert store.report_texts("rsud", PERIOD) == {"closing": "Demikian.", "foreword": "Salam 🙏 <b>'\""}
    store.save_report_text("rsud", PERIOD, "closing", " \n", LATER, "budi")
    assert list(store.report_texts("rsud", PERIOD)) == ["foreword"]


def test_new_promises_are_numbered_from_one_within_their_report(store, office):
    kept = [save(store), save(store), save(store, unit="rsud")]
    assert [item.number for item in kept] == [1, 2, 1]
    assert kept[0] == dataclasses.replace(QUEUE, number=1)
    office.close()
    again = office.open()
    assert again.follow_ups("dukcapil", PERIOD) == kept[:2]
    assert again.follow_ups("dukcapil", "2026-TW2") == []


def test_a_change_of_status_keeps_what_was_said_before(store):
    first = save(store)
    done = dataclasses.replace(first, status="done", done_on=date(2026, 9, 20), note="Loket 4 dibuka.")
    store.save_follow_up("dukcapil", PERIOD, done, LATER, "sari")
    assert store.follow_ups("dukcapil", PERIOD) == [done]
    assert store.follow_up_history("dukcapil", PERIOD, 1) == [(NOW, "budi", first), (LATER, "sari", done)]


def test_saving_the_same_again_adds_nothing_to_the_history(store):
    first = save(store)
    assert save(store, first, LATER) == first
    assert store.follow_up_history("dukcapil", PERIOD, 1) == [(NOW, "budi", first)]


def test_a_removed_promise_leaves_the_report_and_keeps_its_number_and_history(store):
    first, second = save(store), save(store)
    assert store.remove_follow_up("dukcapil", PERIOD, 2, LATER, "sari") is True
    assert store.remove_follow_up("dukcapil", PERIOD, 2, LATER, "sari") is False
    assert store.remove_follow_up("dukcapil", PERIOD, 9, LATER, "sari") is False
    assert store.follow_ups("dukcapil", PERIOD) == [first]
    assert store.follow_up_history("dukcapil", PERIOD, 2) == [(NOW, "budi", second)]
    assert save(store).number == 3  # not the removed one's
    save(store, second, LATER)  # wanted after all
    assert [item.number for item in store.follow_ups("dukcapil", PERIOD)] == [1, 2, 3]


def test_promises_of_several_people_at_once_each_get_a_number(store):
    with ThreadPoolExecutor(6) as pool:
        kept = list(pool.map(lambda _: save(store).number, range(12)))
    assert sorted(kept) == list(range(1, 13))


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": ""},
        {"action": "x" * 2001},
        {"quarter": 5},
        {"quarter": 0},
        {"year": 20261},
        {"status": "selesai"},
        {"element": ""},
    ],
)
def test_a_promise_that_cannot_be_is_refused(store, wrong):
    with pytest.raises(StoreError):
        save(store, dataclasses.replace(QUEUE, **wrong))
    assert store.follow_ups("dukcapil", PERIOD) == []


def test_a_promise_of_no_unit_is_refused(store):
    with pytest.raises(StoreError):
        save(store, unit="tiada")


def test_every_database_has_a_key_of_its_own_and_keeps_it(store, office, tmp_path):
    key = store.paper_key()
    assert len(key) == 32
    office.close()
    assert office.open().paper_key() == key
    other = settings.load(tmp_path / "lain", {})
    other.instance.mkdir()
    with contextlib.closing(installation.create_store(other)) as another:
        assert another.paper_key() != key


def test_report_data_is_read_from_every_database_alike(store, office, answer):
    store.keep_many(
        answer(service="ktp-el", remark="Antre", profile={"jenis_kelamin": "P"}) for _ in range(3)
    )
    store.keep(answer(answers="3-3333333"))
    save(store)
    found = unit_report_data(
        Scope(store, office.config, store.unit("dukcapil"), Period.parse(PERIOD), LATER), scores=True
    )
    assert (found.result.n, len(found.services), found.scores.shape) == (4, 2, (4, 9))
    assert [item.action for item in found.follow_up] == [QUEUE.action]
    assert found.remark_count == 3
    assert len(found.fingerprint) == 64


def test_an_answer_that_comes_while_report_data_is_read_is_in_none_of_its_numbers(
    store, office, adapter, answer, monkeypatch
):
    if adapter == "sqlite-delete":  # a rollback journal lets the write wait for the reader instead
        pytest.skip("needs a database that writes beside readers")
    store.keep_many(answer(service="ktp-el", profile={"jenis_kelamin": "P"}) for _ in range(6))
    read = store.remarks

    def remarks(*asked):
        store.keep(answer(remark="Baru datang", profile={"jenis_kelamin": "L"}))
        return read(*asked)

    monkeypatch.setattr(store, "remarks", remarks)
    unit, period = store.unit("dukcapil"), Period.parse(PERIOD)
    found = unit_report_data(Scope(store, office.config, unit, period, LATER), scores=True)
    counts = [
        found.result.n,
        sum(service.n for service in found.services),
        sum(people for _, people in found.channels),
        found.trend[-1].result.n,
        len(found.scores),
        *(sum(people for *_, people in field.classes) + field.not_stated for field in found.result.profile),
    ]
    assert counts == [6] * len(counts)
    assert (found.remark_count, found.remarks) == (0, ())
    monkeypatch.undo()
    assert unit_report_data(Scope(store, office.config, unit, period, LATER)).result.n == 7  # it did come


def both(office, save):
    """What two savers are told who had seen the same and save at the same moment, each over a store of their own."""
    stores, start = (office.store, office.open()), threading.Barrier(2)

    def one(store, words):
        start.wait(30)
        return save(store, words)

    with ThreadPoolExecutor(2) as people:
        return [
            future.result(30)
            for future in [people.submit(one, s, w) for s, w in zip(stores, "AB", strict=True)]
        ]


@pytest.mark.parametrize("seen", ["", "Kalimat lama."])
def test_of_two_who_save_words_at_the_same_moment_one_is_told_that_the_other_was_first(office, seen):
    for moment in range(10):
        place = ("rsud", PERIOD, f"blok-{moment}")
        office.store.save_report_text(*place, seen, NOW, "siti")
        told = both(office, lambda s, words, p=place: s.save_report_text(*p, words, NOW, words, seen=seen))
        kept = office.store.report_texts("rsud", PERIOD)[place[2]]
        assert sorted(told) == [False, True]
        assert kept == "AB"[told.index(True)]


def test_words_are_taken_away_only_as_they_were_seen(store):
    store.save_report_text("rsud", PERIOD, "closing", "Sekian.", NOW, "siti")
    assert not store.save_report_text("rsud", PERIOD, "closing", "", NOW, "budi", seen="Lain.")
    assert store.save_report_text("rsud", PERIOD, "closing", "", NOW, "budi", seen="Sekian.")
    assert store.report_texts("rsud", PERIOD) == {}
    assert store.save_report_text("rsud", PERIOD, "closing", "", NOW, "budi", seen="")


def test_of_two_who_save_a_plan_at_the_same_moment_one_is_told_that_the_other_was_first(office):
    for _ in range(10):
        seen = save(office.store)
        told = both(
            office,
            lambda s, words, p=seen: s.save_follow_up(
                "dukcapil", PERIOD, dataclasses.replace(p, action=words), NOW, words, seen=p
            ),
        )
        assert [kept is None for kept in told].count(True) == 1
        kept = next(one for one in told if one is not None)
        assert kept in office.store.follow_ups("dukcapil", PERIOD)
        assert len(office.store.follow_up_history("dukcapil", PERIOD, seen.number)) == 2


def test_a_plan_is_removed_only_as_it_was_seen(store):
    seen = save(store)
    changed = store.save_follow_up("dukcapil", PERIOD, dataclasses.replace(seen, note="Lain"), NOW, "siti")
    assert not store.remove_follow_up("dukcapil", PERIOD, seen.number, NOW, "budi", seen=seen)
    assert store.follow_ups("dukcapil", PERIOD) == [changed]
    assert store.remove_follow_up("dukcapil", PERIOD, seen.number, NOW, "budi", seen=changed)


def test_the_periods_with_plans_are_known_each_once(store):
    assert store.follow_up_periods("dukcapil") == []
    save(store)
    save(store)
    store.save_follow_up("dukcapil", "2026-TW1", QUEUE, NOW, "budi")
    save(store, unit="rsud")
    assert store.follow_up_periods("dukcapil") == ["2026-TW1", PERIOD]
