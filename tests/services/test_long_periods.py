"""Reports on half a year and a year: the plans of all periods inside, and how the value moved from quarter to quarter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from calc.render import render
from calc.report.data import FollowUp
from calc.report.document import Figure, Table
from calc.report.full import full
from survey.domain.organisation import Link
from survey.domain.period import Period
from survey.domain.response import Response
from survey.services.report_data import unit_report_data
from survey.services.scope import Scope
from tests.report.test_full import section, table, words

WHEN = {
    "2025-TW4": datetime(2025, 11, 12, 4, tzinfo=UTC),
    "2026-TW1": datetime(2026, 2, 12, 4, tzinfo=UTC),
    "2026-TW2": datetime(2026, 5, 12, 4, tzinfo=UTC),
    "2026-TW3": datetime(2026, 8, 3, 4, tzinfo=UTC),
}
BETTER = ("333333333", "323332333", "434343434")
WORSE = ("222222222", "323232223", "232222232")


@pytest.fixture
def office(place: Any, store: Any, config: Any, now: datetime) -> Any:
    """Answers and plans in any quarter, and the report data of any period."""
    numbers = iter(range(1, 100_000))

    class Office:
        def answers(self, quarter: str, rows: tuple[str, ...], times: int = 12) -> None:
            for answers in rows * times:
                store.keep(
                    Response(
                        str(UUID(int=next(numbers), version=4)), "dukcapil", "ktp-el", "", "qr", "skm-2017", answers,
                        WHEN[quarter],
                    )
                )  # fmt: skip

        def plan(self, period: str, element: str, action: str, **more: Any) -> FollowUp:
            item = FollowUp(0, element, action, 2026, 4, "Sekretaris")
            return store.save_follow_up("dukcapil", period, replace(item, **more), now, "admin")

        def report_data(self, period: str, **rhythm: str) -> Any:
            settings = replace(config, values={**config.values, **rhythm})
            return unit_report_data(Scope(store, settings, store.unit("dukcapil"), Period.parse(period), now))

    return Office()


def test_the_report_of_half_a_year_and_of_a_year_has_the_plans_of_the_quarters_inside(office: Any) -> None:
    office.answers("2026-TW2", WORSE)
    office.answers("2026-TW3", BETTER)
    office.plan("2026-TW2", "waktu", "Menambah loket")
    office.plan("2026-TW3", "sarana", "Menambah kursi")
    for period, expected in (
        ("2026-S1", ["Menambah loket"]),
        ("2026-S2", ["Menambah kursi"]),
        ("2026", ["Menambah kursi", "Menambah loket"]),
    ):
        paper = full(office.report_data(period))
        rows = table(paper, "Rencana tindak lanjut").rows
        assert sorted(row[2] for row in rows) == expected, period
        assert "belum dicatat" not in words(paper, "rencana"), period
        assert "Rencana tindak lanjut ditetapkan" not in words(paper, "saran")
        assert any("Triwulan" in str(cell) for row in rows for cell in row), "where each was written"


def test_a_plan_that_was_carried_on_stands_once_as_it_stands_now(office: Any) -> None:
    office.plan("2026-TW1", "waktu", "Menambah loket")
    office.plan("2026-TW2", "waktu", "Menambah loket", status="running")
    (only,) = office.report_data("2026-S1").follow_up
    assert (only.status, only.period) == ("running", "Triwulan II Tahun 2026")


def test_a_plan_that_was_done_and_one_of_the_same_words_later_are_two(office: Any) -> None:
    office.plan("2026-TW1", "waktu", "Menambah loket", status="done")
    office.plan("2026-TW2", "waktu", "Menambah loket")
    assert [one.status for one in office.report_data("2026-S1").follow_up] == ["done", "planned"]
    assert "1 telah selesai dan 1 belum dilaksanakan" in words(full(office.report_data("2026-S1")), "rencana")


def test_what_became_of_the_plans_of_the_half_year_before_is_told(office: Any) -> None:
    office.plan("2026-TW1", "waktu", "Menambah loket", status="running")
    office.plan("2026-TW2", "sarana", "Menambah kursi")
    paper = full(office.report_data("2026-S2"))
    assert "Tidak ada rencana" not in words(paper, "tindak-lanjut")
    assert "1 sedang dilaksanakan dan 1 belum dilaksanakan" in words(paper, "tindak-lanjut")
    assert len(table(paper, "rencana tindak lanjut Semester I Tahun 2026").rows) == 2


def test_the_report_of_a_quarter_has_its_own_plans_as_ever(office: Any) -> None:
    office.answers("2026-TW2", WORSE)
    office.plan("2026-TW2", "waktu", "Menambah loket")
    (only,) = office.report_data("2026-TW2").follow_up
    assert only.period == ""
    assert office.report_data("2026-TW2").inside == ()


def test_a_year_shows_the_value_of_every_quarter_inside(office: Any) -> None:
    for quarter, rows in (("2026-TW1", WORSE), ("2026-TW2", WORSE), ("2026-TW3", BETTER)):
        office.answers(quarter, rows)
    paper = full(office.report_data("2026"))
    rows = table(paper, "Nilai IKM per triwulan di dalam Tahun 2026").rows
    assert [row[0] for row in rows] == [
        "Triwulan I Tahun 2026",
        "Triwulan II Tahun 2026",
        "Triwulan III Tahun 2026 (sementara)",
    ]
    assert rows[0][2] == rows[1][2]
    found = words(paper, "tren")
    assert "tren belum dapat dinilai" not in found
    assert "Nilai sementara Triwulan III Tahun 2026 adalah" in found
    assert len([b for b in section(paper, "tren") if isinstance(b, Figure)]) == 1
    assert "Nilai sementara Triwulan III Tahun 2026 adalah" in words(paper, "kesimpulan")
    assert len(json.loads(render.paper("full", "json", office.report_data("2026")))["inside"]) == 3


def test_a_year_after_another_year_is_compared_with_it_and_shows_its_quarters(office: Any) -> None:
    office.answers("2025-TW4", WORSE)
    office.answers("2026-TW2", BETTER)
    office.answers("2026-TW3", BETTER)
    paper = full(office.report_data("2026"))
    tables = [b.caption for b in section(paper, "tren") if isinstance(b, Table)]
    assert len(tables) == 2
    assert "sedangkan nilai Tahun 2025 adalah" in words(paper, "tren")


def test_an_office_that_surveys_by_half_years_sees_the_halves_of_the_year(office: Any) -> None:
    office.answers("2026-TW2", WORSE)
    office.answers("2026-TW3", BETTER)
    year = office.report_data("2026", PERIOD="half_year")
    assert [p.result.about.period_key for p in year.inside] == ["2026-S1", "2026-S2"]
    assert office.report_data("2026-S2", PERIOD="half_year").inside == ()
    assert office.report_data("2026", PERIOD="year").inside == ()


def test_a_free_range_names_no_period_that_nobody_ever_had(office: Any) -> None:
    """8 June to 14 July has 37 days; the 37 days before it are no period of any office."""
    office.plan("2026-TW1", "waktu", "Menambah loket")
    paper = full(office.report_data("2026-06-08..2026-07-14"))
    found = words(paper, "tindak-lanjut")
    assert "Triwulan I Tahun 2026" in found
    assert "Mei" not in found
    assert "Menambah loket" in found


def test_places_are_places_and_no_services(office: Any, store: Any, now: datetime) -> None:
    """Of the links: the whole unit, a service, and counter 'Loket 1' of a service. Only the counter is a place."""
    store.add_link(Link("DKC9LAIN", "dukcapil", "qr", now, counter="loket-2"))
    paper = full(office.report_data("2026-TW3"))
    found = words(paper, "lokasi")
    assert "di tempat pelayanan Dinas Kependudukan dan Pencatatan Sipil" in found
    assert office.report_data("2026-TW3").places == ("Loket 1 (Perekaman dan Pencetakan KTP-el)", "Loket 2")
