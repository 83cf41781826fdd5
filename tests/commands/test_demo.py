"""The demo installation: enough to see everything, all invented, the same on every machine."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from survey import demo
from survey.commands.operations import init
from survey.domain.organisation import Organisation
from survey.domain.period import Period
from survey.domain.response import MAX_REMARK
from survey.operations import installation

ZONE = ZoneInfo("Asia/Makassar")
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("demo") / "instance"
    init.create(folder, Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH"), NOW, fill=demo.load)
    store = installation.open_store(installation.load_config(folder))
    yield store
    store.close()


@pytest.fixture(scope="module")
def responses(loaded: Any) -> list[Any]:
    return list(loaded.responses(None, None, None))


def test_the_demo_has_the_promised_size(loaded: Any, responses: list[Any]) -> None:
    units = loaded.units()
    assert len(units) >= 6
    assert sum(len(loaded.services(unit.key)) for unit in units) >= 14
    assert all(loaded.counters(unit.key) and loaded.links(unit.key) for unit in units)
    assert 2900 <= len(responses) <= 3100
    assert loaded.recount() == []


def test_answers_spread_like_those_of_people(responses: list[Any]) -> None:
    marks = Counter("".join(r.answers for r in responses))
    total = sum(marks.values())
    assert 0.02 < marks["-"] / total < 0.04
    assert marks["1"] > 0 and 0.05 < marks["2"] / total and marks["4"] / total < 0.5
    straight = sum(len(set(r.answers)) == 1 for r in responses)
    assert straight < len(responses) * 0.1


def test_offices_differ_and_grades_a_b_and_c_occur(responses: list[Any]) -> None:
    # index by hand: mean of the nine element means x 25; grades by PermenPANRB 14/2017
    by_unit = defaultdict(list)
    for response in responses:
        by_unit[response.unit].append(response.answers)
    grades = set()
    for answers in by_unit.values():
        means = []
        for position in range(9):
            scores = [int(a[position]) for a in answers if a[position] != "-"]
            means.append(sum(scores) / len(scores))
        index = sum(means) / 9 * 25
        assert 66 < index < 93
        grades.add("A" if index > 88.5 else "B" if 77 < index < 88 else "C" if index < 76 else "?")
    assert {"A", "B", "C"} <= grades


def test_remarks_are_many_varied_and_name_nobody(responses: list[Any]) -> None:
    remarks = [r.remark for r in responses if r.remark]
    assert 250 <= len(remarks) <= 360
    assert len(set(remarks)) == len(remarks)
    assert all(len(remark) <= MAX_REMARK and not any(c.isdigit() for c in remark) for remark in remarks)


def test_people_come_during_office_hours_on_working_days(responses: list[Any]) -> None:
    for response in responses:
        local = response.received_at.astimezone(ZONE)
        assert local.weekday() < 5 and 8 <= local.hour < 16
        assert response.received_at <= NOW


def test_both_channels_and_every_profile_question_occur(responses: list[Any]) -> None:
    assert {r.channel for r in responses} == {"kiosk", "qr"}
    asked = {key for r in responses for key in (r.profile or {})}
    assert asked == {"jenis_kelamin", "usia", "pendidikan", "pekerjaan"}


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC),  # the first moment of 2027 in WITA, a holiday night
        datetime(
            2027, 1, 3, 3, 0, tzinfo=UTC
        ),  # Sunday, before the first working day of the quarter... 1 Jan is Friday
        datetime(2026, 9, 30, 15, 59, tzinfo=UTC),  # the last minute of a quarter
    ],
)
def test_there_is_always_an_open_quarter_with_answers_and_two_former_ones(now: datetime) -> None:
    class Kept:
        """Takes what the demo gives."""

        def __init__(self) -> None:
            self.responses: list[Any] = []

        def keep_many(self, responses: Any) -> None:
            self.responses = list(responses)

        def save_follow_up(self, unit: str, period: str, item: Any, at: datetime, account: str) -> Any:
            return item

        def __getattr__(self, name: str) -> Any:
            return lambda thing: None

    class Settings:
        zone = ZONE
        from calc.instruments.reader import instrument as _read

        instrument = _read("skm-2017")

    store = Kept()
    demo.load(store, Settings(), now)  # type: ignore[arg-type]
    counts = Counter(Period.at("quarter", r.received_at.astimezone(ZONE).date()).key for r in store.responses)
    open_one = Period.at("quarter", now.astimezone(ZONE).date())
    expected = {open_one.key, open_one.previous().key, open_one.previous().previous().key}
    assert set(counts) == expected
    assert min(counts.values()) >= 100
    assert max(r.received_at for r in store.responses) <= now + timedelta(0)


def test_the_same_moment_gives_the_same_demo(tmp_path: Path) -> None:
    plan = demo.quarters(NOW, ZONE)
    from random import Random

    from calc.instruments.reader import instrument

    def first(count: int) -> list[Any]:
        writer = demo.Writer(
            Random(demo.SEED),
            instrument("skm-2017"),
            demo.read("remarks"),
            demo.read("places")["units"],
            plan,
        )
        return list(writer.responses(count))

    assert first(50) == first(50)


def test_the_demo_shows_what_became_of_former_promises(loaded: Any) -> None:
    for unit in loaded.units():
        former, last = (loaded.follow_ups(unit.key, f"2026-TW{number}") for number in (2, 3))
        assert former and last and loaded.follow_ups(unit.key, "2026-TW4") == []
        assert {(item.year, item.quarter) for item in last} == {(2026, 4)}
        assert all(item.done_on and item.note for item in former if item.status == "done")
    statuses = {item.status for unit in loaded.units() for item in loaded.follow_ups(unit.key, "2026-TW2")}
    assert statuses == {"running", "done"}
    assert len(loaded.follow_up_history("dukcapil", "2026-TW2", 1)) == 2
