"""How quickly answers came in, and copies that were set aside: the same from every database."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

START = datetime(2026, 8, 1, tzinfo=UTC)
END = datetime(2026, 9, 1, tzinfo=UTC)
AT = datetime(2026, 8, 12, 4, 7, 3, 250_000, tzinfo=UTC)
NOON = "04:00:00.000000Z"  # 12.00 WITA


def test_the_busiest_minute_is_that_of_one_link_and_not_of_the_unit(store, answer):
    minute = timedelta(minutes=1)
    # 5 + 5 of two links in one minute, 7 of one link in the next: the unit's fullest minute is not the link's
    store.keep_many([answer(received_at=AT) for _ in range(5)])
    store.keep_many([answer(received_at=AT, service="ktp-el", channel="kiosk") for _ in range(5)])
    store.keep_many([answer(received_at=AT + minute, service="ktp-el", counter="loket-1") for _ in range(7)])
    found = store.busiest_minute("dukcapil", START, END, NOON)
    assert found == (7, datetime(2026, 8, 12, 4, 8, tzinfo=UTC), ("ktp-el", "loket-1", "qr"))
    only_unit = store.busiest_minute("dukcapil", START, END, NOON, "")
    assert only_unit == (5, datetime(2026, 8, 12, 4, 7, tzinfo=UTC), ("", "", "qr"))


def test_a_quiet_service_beside_many_busy_minutes_of_others_has_its_own_busiest_minute(store, answer):
    minute = timedelta(minutes=1)
    store.keep_many([answer(received_at=AT + n * minute) for n in range(60) for _ in range(3)])
    store.keep_many([answer(received_at=AT + 90 * minute, service="ktp-el") for _ in range(2)])
    found = store.busiest_minute("dukcapil", START, END, NOON, "ktp-el")
    assert found == (2, datetime(2026, 8, 12, 5, 37, tzinfo=UTC), ("ktp-el", "", "qr"))


def test_answers_of_other_periods_and_units_and_of_a_day_without_a_time_make_no_minute_busy(store, answer):
    store.keep(answer(received_at=AT))
    store.keep_many([answer(received_at=AT - timedelta(days=30)) for _ in range(3)])
    store.keep_many([answer(received_at=AT, unit="rsud") for _ in range(3)])
    noon = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
    store.keep_many([answer(received_at=noon) for _ in range(3)])
    found = store.busiest_minute("dukcapil", START, END, NOON)
    assert found is not None and found[0] == 1
    assert store.busiest_minute("dukcapil", END, END + timedelta(days=30), NOON) is None


def test_the_times_of_the_newest_answers_are_told(store, answer):
    for number, seconds in enumerate((10, None, 30, 40)):
        store.keep(answer(received_at=AT + timedelta(seconds=number), seconds=seconds))
    assert sorted(store.sittings("dukcapil", START, END, 9)) == [10, 30, 40]
    assert sorted(store.sittings("dukcapil", START, END, 3)) == [30, 40]  # three rows, one without a time
    assert store.sittings("dukcapil", START, END, 9, "ktp-el") == []


def test_a_copy_with_other_answers_is_found_beside_the_one_that_counts(store, answer):
    first = answer(received_at=AT, answers="343434344")
    other = dataclasses.replace(
        first, answers="111111111", remark="Lain", received_at=AT + timedelta(minutes=3)
    )
    assert store.keep(first).status == "kept"
    assert store.keep(other).status == "conflict"
    assert store.conflict_count("dukcapil") == 1 and store.conflict_count("rsud") == 0
    ((kept, aside),) = store.conflicts("dukcapil", 9)
    assert (kept.answers, aside.answers, aside.remark) == ("343434344", "111111111", "Lain")
    assert (kept.received_at, aside.received_at) == (first.received_at, other.received_at)


def test_a_thousand_other_answers_under_one_id_are_refused_and_twenty_of_them_kept_aside(store, answer):
    id = str(uuid4())
    store.keep(answer(id=id, received_at=AT))
    for number in range(60):
        assert store.keep(answer(id=id, remark=f"saran {number}", received_at=AT)).status == "conflict"
    assert store.conflict_count("dukcapil") == 20
    assert store.recount() == []


def test_the_busiest_minute_comes_from_the_index_alone(store, adapter):
    if adapter == "postgres":
        pytest.skip("its planner scans an empty table whatever indexes there are")
    plan = store.rows(
        "EXPLAIN QUERY PLAN SELECT substr(received_at, 1, 16), count(*) FROM response WHERE unit = 'dukcapil' "
        "AND received_at >= '2026' AND received_at < '2027' AND substr(received_at, 12) <> '' "
        "GROUP BY substr(received_at, 1, 16)"
    )
    assert any("COVERING INDEX response_time" in str(row) for row in plan)
