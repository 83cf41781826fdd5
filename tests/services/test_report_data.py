"""What papers are told about a unit and a period: complete, at one moment, without reading answers that it need not."""

from __future__ import annotations

import csv
import dataclasses
import json
import pickle
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from calc.render import render
from calc.report.data import FollowUp
from survey.domain.organisation import Link, Service
from survey.domain.period import Period
from survey.domain.response import Response
from survey.operations import installation
from survey.services import results
from survey.services.fingerprint import fingerprint
from survey.services.report_data import report_texts, scores_for, unit_report_data
from survey.services.scope import Scope

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)  # Triwulan III 2026
SPRING = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)  # Triwulan II, over at the time of the tests
LAST_YEAR = datetime(2025, 11, 12, 4, 0, tzinfo=UTC)


@pytest.fixture
def keep(place: Any, store: Any) -> Any:
    """``keep("444444444", 5, service="akta-lahir")``: five people who answered so."""
    numbers = iter(range(1, 100_000))

    def keep(answers: str, times: int = 1, **changes: Any) -> None:
        for _ in range(times):
            usual = {
                "id": str(UUID(int=next(numbers), version=4)),
                "unit": "dukcapil",
                "service": "ktp-el",
                "counter": "",
                "channel": "qr",
                "instrument": "skm-2017",
                "received_at": NOON,
            }
            assert store.keep(Response(**{**usual, **changes}, answers=answers)).status == "kept"

    return keep


@pytest.fixture
def report_data(place: Any, store: Any, config: Any, now: datetime) -> Any:
    """``report_data("2026-TW3", scores=True)`` of dukcapil."""

    def report_data(period: str = "2026-TW3", **options: Any) -> Any:
        settings = options.pop("config", config)
        service = options.pop("service", None)
        scope = Scope(store, settings, store.unit("dukcapil"), Period.parse(period), now, service)
        return unit_report_data(scope, **options)

    return report_data


def test_a_unit_without_any_answer_has_whole_report_data(report_data):
    found = report_data(scores=True)
    assert (found.result.n, found.services, found.channels, found.remarks) == (0, (), (), ())
    assert [point.result.n for point in found.trend] == [0]
    assert (found.reliability, found.priority, found.roll_ups) == (None, None, ())
    assert found.scores.shape == (0, 9)
    assert found.former_period == "Triwulan II Tahun 2026"


def test_the_same_moment_gives_the_same_report_data_and_it_can_travel(keep, report_data):
    keep("343434344", 6, remark="Antre lama", profile={"jenis_kelamin": "P"})
    assert report_data() == report_data()
    assert pickle.loads(pickle.dumps(report_data())) == report_data()


def test_the_result_is_the_one_that_pages_show(keep, report_data, store, config, now):
    keep("343434344", 6)
    unit, period = store.unit("dukcapil"), Period.parse("2026-TW3")
    assert report_data().result == results.unit_result(Scope(store, config, unit, period, now))
    assert list(report_data().services) == results.service_results(Scope(store, config, unit, period, now))


def test_answers_are_read_for_a_sheet_per_respondent_only(keep, report_data, store, monkeypatch):
    keep("343434344", 6)

    def read(*arguments: Any) -> Any:
        raise AssertionError("answers were read")

    monkeypatch.setattr(type(store), "response_pages", read)
    assert report_data().result.n == 6
    with pytest.raises(AssertionError):
        report_data(scores=True)


def test_the_sheet_has_exactly_the_responses_that_count_in_order_of_arrival(keep, report_data, config):
    keep("444444444", received_at=NOON + timedelta(hours=1))
    keep("3-3333333", received_at=NOON)
    keep("1--------", received_at=NOON - timedelta(hours=1))
    keep("22222222222222", instrument="ikm-2004", received_at=NOON)
    keep("111111111", received_at=SPRING)
    assert report_data(scores=True).scores.tolist() == [[1] + [0] * 8, [3, 0] + [3] * 7, [4] * 9]
    strict = dataclasses.replace(config, values={**config.values, "MINIMUM_ANSWERS": 5})
    found = report_data(scores=True, config=strict)
    assert found.scores.dtype == np.uint8 and len(found.scores) == found.result.n == 2


def test_a_full_report_lists_few_respondents_by_itself_and_many_only_when_asked(
    keep, report_data, monkeypatch
):
    keep("343434344", 3)
    monkeypatch.setattr("survey.services.report_data.MOST", 3)
    assert report_data(scores=scores_for("full")).scores is not None
    keep("343434344")
    assert report_data(scores=scores_for("full")).scores is None
    assert report_data(scores=scores_for("full", True)).scores is not None
    assert report_data(scores=scores_for("full", False)).scores is None
    assert [scores_for(kind) for kind in ("tabulation", "workbook", "notice")] == [True, True, False]


def test_the_trend_has_every_stored_period_of_the_same_kind_oldest_first(keep, report_data):
    keep("222222222", 6, received_at=LAST_YEAR)
    keep("333333333", 6, received_at=SPRING)
    keep("444444444", 6)
    told = [(p.result.about.period_key, p.result.converted) for p in report_data().trend]
    # all the same score: 25 x 2, 25 x 3, 25 x 4; nobody answered in the first quarter of 2026
    assert told == [("2025-TW4", Decimal(50)), ("2026-TW2", Decimal(75)), ("2026-TW3", Decimal(100))]
    assert [p.result.about.period_key for p in report_data("2026-TW2").trend] == ["2025-TW4", "2026-TW2"]
    assert [p.result.about.period_key for p in report_data("2026").trend] == ["2025", "2026"]
    assert [p.result.about.period for p in report_data("2026-05-01..2026-05-31").trend] == ["1–31 Mei 2026"]


def test_a_change_is_told_between_answers_that_can_be_compared(keep, report_data):
    for answers in ("333333333", "323332333", "233323332", "332333323"):
        keep(answers, 15, received_at=SPRING)
    for answers in ("444444444", "434443444", "344434443", "443444434"):
        keep(answers, 15)
    first, last = report_data().trend
    assert first.change is None
    # NI by hand: the four answers have 27, 25, 24 and 25 of 27 points, so (101 / 4) / 9 = 2,80555…: 70,14; each one
    # more: 95,14. The difference is 25,00 and far beyond chance
    assert last.change.difference == Decimal("25.00") and last.change.real
    assert last.change.low < 25 < last.change.high


def test_another_questionnaire_is_no_change(keep, report_data):
    for answers in ("3" * 14, "2" * 14):
        keep(answers, 20, instrument="ikm-2004", received_at=SPRING)
    for answers in ("444444444", "343434343"):
        keep(answers, 20)
    assert [point.result.instrument for point in report_data().trend] == ["ikm-2004", "skm-2017"]
    assert report_data().trend[-1].change is None


def test_the_code_does_not_depend_on_the_order_in_which_tallies_are_read(keep, store, config, now):
    keep("444444444", 2)
    keep("3-3333333", service="akta-lahir", received_at=NOON + timedelta(days=30))
    unit, period = store.unit("dukcapil"), Period.parse("2026-TW3")
    scope = Scope(store, config, unit, period, now)
    found = results.counted(scope)
    assert len(found.groups) == 2
    turned = found._replace(groups=found.groups[::-1])
    codes = {fingerprint(scope, each, "pooled") for each in (found, turned)}
    assert len(codes) == 1


def test_channels_add_up_to_the_responses_and_places_are_where_links_stood(keep, report_data, store, now):
    keep("343434344", 4)
    keep("343434344", 3, channel="kiosk", counter="loket-1")
    keep("343434344", channel="surat")  # a channel that this version does not know keeps its name
    found = report_data()
    assert found.channels == (("Kode QR", 4), ("Tablet di loket", 3), ("surat", 1))
    service = "Perekaman dan Pencetakan KTP-el"
    assert found.places == (
        f"Loket 1 ({service})",
    )  # links of the unit and of the service stand in the premises
    store.add_link(Link("ABCD2345", "dukcapil", "qr", now + timedelta(days=90), service="akta-lahir"))
    assert report_data().places == found.places  # made after the period
    assert report_data("2026-TW2").places == ()  # before they were made


def test_promises_of_this_and_of_the_former_period_are_told(report_data, store, now):
    this = FollowUp(0, "waktu", "Menambah loket", 2026, 4, "Sekretaris")
    former = FollowUp(0, "sarana", "Memasang kipas", 2026, 3, "Kasubbag Umum", "done", note="Terpasang.")
    store.save_follow_up("dukcapil", "2026-TW3", this, now, "budi")
    store.save_follow_up("dukcapil", "2026-TW2", former, now, "budi")
    found = report_data()
    assert [item.action for item in found.follow_up] == ["Menambah loket"]
    assert [item.note for item in found.former_follow_up] == ["Terpasang."]
    assert found.former_period == "Triwulan II Tahun 2026"


def test_the_nearest_words_win(report_data, store, now):
    for unit, period, key, words in (
        ("", "", "foreword", "kantor"),
        ("", "", "closing", "kantor"),
        ("", "", "method", "kantor"),
        ("", "2026-TW3", "method", "kantor, triwulan ini"),
        ("dukcapil", "", "closing", "unit"),
        ("dukcapil", "2026-TW3", "foreword", "laporan ini"),
        ("rsud-lain", "", "closing", "unit lain"),
    ):
        store.save_report_text(unit, period, key, words, now, "admin")
    assert dict(report_data().texts) == {
        "foreword": "laporan ini",
        "closing": "unit",
        "method": "kantor, triwulan ini",
    }
    assert report_texts(store, "dukcapil", "2026-TW2")["foreword"] == "kantor"


def test_remarks_are_grouped_masked_and_counted_in_full(keep, report_data):
    keep("343434344", 3, remark="Ruang tunggu panas.")
    keep("343434344", remark="ruang  tunggu panas", received_at=NOON + timedelta(minutes=1))
    keep("343434344", remark="Hubungi saya di 0812 3456 7890", received_at=NOON + timedelta(minutes=2))
    keep("343434344", remark="Antrean lama, menunggu tiga jam")
    found = report_data()
    assert found.remark_count == 6
    told = {group.title: group.remarks for group in found.remarks}
    assert told["Sarana dan Prasarana"] == (("ruang  tunggu panas", 4),)  # as the newest one wrote it
    assert told["Waktu Penyelesaian"] == (("Antrean lama, menunggu tiga jam", 1),)
    assert told["Lain-lain"] == (("Hubungi saya di •••", 1),)
    few = report_data(remarks=1)
    assert (few.remark_count, sum(n for group in few.remarks for _, n in group.remarks)) == (6, 1)


def test_a_service_has_report_data_of_its_own(keep, report_data):
    keep("444444444", 6)
    keep("222222222", 6, service="akta-lahir", remark="Antre")
    found = report_data(service="akta-lahir", scores=True)
    assert (found.result.n, found.result.converted, found.remark_count) == (6, Decimal(50), 6)
    assert (found.services, found.roll_ups, found.result.about.service) == ((), (), "Akta Kelahiran")
    assert found.scores.tolist() == [[2] * 9] * 6
    assert found.verify == f"http://127.0.0.1:8000/hasil/dukcapil/periksa?kode={found.fingerprint[:12]}"


def test_a_summary_prints_the_ten_newest_remarks_as_they_were_written(keep: Any, report_data: Any) -> None:
    for minute in range(12):
        keep("444444444", remark=f"Saran ke-{minute}", received_at=NOON + timedelta(minutes=minute))
    found = report_data()
    assert [words for _, words in found.result.remarks] == [f"Saran ke-{i}" for i in range(11, 1, -1)]
    page = render.paper("summary", "html", found).decode()
    assert "Saran ke-11" in page and "Saran ke-1<" not in page


def test_a_paper_of_a_free_range_of_days_leads_to_its_check(keep: Any, report_data: Any) -> None:
    keep("444444444", 5)
    found = report_data("2026-08-01..2026-08-20")
    assert found.result.n == 5 and found.fingerprint
    assert found.verify.endswith(f"/periksa?kode={found.fingerprint[:12]}")
    assert render.paper("certificate", "pdf", found).startswith(b"%PDF")


# Two services by hand: eight people gave KTP-el 4 throughout (100), two gave Akta 2 throughout (50).
# Together: (8 x 4 + 2 x 2) / 10 = 3,6: 90,00 A. Mean of the services: (100 + 50) / 2 = 75,00 C.
# By users, 3000 and 1000: (3 x 100 + 1 x 50) / 4 = 87,50 B.
RULES = {"pooled": ("90.00", "A"), "services": ("75.00", "C"), "visits": ("87.50", "B")}


@pytest.fixture
def two_services(keep: Any, store: Any) -> None:
    store.save_service(Service("dukcapil", "ktp-el", "Perekaman dan Pencetakan KTP-el", population=3000))
    store.save_service(Service("dukcapil", "akta-lahir", "Akta Kelahiran", population=1000))
    keep("444444444", 8, received_at=SPRING)
    keep("222222222", 2, received_at=SPRING, service="akta-lahir")


@pytest.mark.parametrize("rule", RULES)
def test_pages_lists_and_papers_follow_one_rule_of_combining_services(
    two_services, instance, store, clock, rule
):
    from survey.app import create_app

    value, grade = Decimal(RULES[rule][0]), RULES[rule][1]
    with (instance / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f'\nROLL_UP = "{rule}"\n')
    config = installation.load_config(instance)
    unit, period = store.unit("dukcapil"), Period.parse("2026-TW2")
    at, now = ("dukcapil", "2026-TW2"), clock()

    found = unit_report_data(Scope(store, config, unit, period, now), scores=True)
    assert {one.rule: (str(one.converted), one.grade) for one in found.roll_ups} == RULES
    assert [one.rule for one in found.roll_ups if one.chosen] == [rule]
    told = [
        found.result,
        found.trend[-1].result,
        results.unit_result(Scope(store, config, unit, period, now)),
        results.overview(store, config, [unit], [period], now)[at],
        results.cells(store, config, [unit], [period], now)[at],
        results.history(Scope(store, config, unit, [period][0], now), [period])[0][0],
    ]
    assert [(one.converted, one.grade) for one in told] == [(value, grade)] * len(told)
    assert found.result.n == 10

    client = create_app(instance, clock=clock).test_client()
    assert client.get("/hasil/dukcapil.json").json["converted"] == str(value)
    printed = str(value).replace(".", ",")
    for address in ("/hasil", "/hasil/dukcapil", found.verify.removeprefix("http://127.0.0.1:8000")):
        assert printed in words(client.get(address).text), address
    assert client.get("/hasil/dukcapil.json").json["roll_up"] == rule
    assert client.get("/hasil.json").json["results"][0]["roll_up"] == rule
    for table in ("/hasil.csv", "/hasil/dukcapil.csv"):
        for row in csv.DictReader(client.get(table).text.splitlines()):
            assert row["roll_up"] == rule
    named = rule == "pooled" or "rata-rata nilai 2 kelompok layanan" in words(
        client.get("/hasil/dukcapil").text
    )
    assert named
    checked = words(client.get(found.verify.removeprefix("http://127.0.0.1:8000")).text)
    assert ("rata-rata nilai 2 kelompok layanan" in checked) == (rule != "pooled")
    assert json.loads(render.paper("full", "json", found))["converted"] == str(value)
    for kind in ("notice", "summary", "full"):
        assert printed in words(render.paper(kind, "html", found).decode()), kind


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_code_of_a_paper_says_under_which_rule_it_was_made(two_services, report_data, config):
    codes = set()
    for rule in RULES:
        ruled = dataclasses.replace(config, values={**config.values, "ROLL_UP": rule})
        codes.add(report_data("2026-TW2", config=ruled).fingerprint)
    assert len(codes) == 3
