"""From kept answers to results: which answers a period counts, and that both ways of counting agree."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from calc.instruments.reader import instrument
from survey.domain.organisation import Unit
from survey.domain.period import Period
from survey.domain.response import Response
from survey.operations import installation
from survey.services.results import NO_SERVICE, overview, periods_of, service_results, unit_result
from survey.services.scope import Scope

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)  # 12.00 WITA
TW3 = Period.parse("2026-TW3")


@pytest.fixture
def keep(place, store):
    """Keep a response of unit dukcapil: ``keep("444444444", service="ktp-el")``."""
    numbers = iter(range(1, 10_000))

    def keep(answers: str, **changes: Any) -> None:
        usual = {
            "id": str(UUID(int=next(numbers))),
            "unit": "dukcapil",
            "service": "",
            "counter": "",
            "channel": "qr",
            "instrument": "skm-2017",
            "received_at": NOON,
        }
        assert store.keep(Response(**{**usual, **changes}, answers=answers)).status == "kept"

    return keep


@pytest.fixture
def result(place, store, config, now):
    """The result of dukcapil: ``result("2026-TW3", remarks=3)``."""

    def result(period: str = "2026-TW3", **options: Any) -> Any:
        remarks, chosen = options.pop("remarks", 0), options.pop("config", config)
        unit = store.unit("dukcapil")
        return unit_result(Scope(store, chosen, unit, Period.parse(period), now, **options), remarks)

    return result


def test_the_index_is_that_of_a_hand_calculation(keep, result):
    # all fours, all threes, and one who answered only the first question with 1:
    # NRR persyaratan (4+3+1)/3 = 8/3, the other eight (4+3)/2 = 7/2; NI = (8/3 + 8 x 7/2) / 9 = 92/27 = 3,4074;
    # NIK = 25 x 92/27 = 85,185... = 85,19: B (76,61-88,30)
    for answers in ("444444444", "333333333", "1--------"):
        keep(answers)
    found = result()
    assert (found.n, found.incomplete, found.index) == (3, 1, Fraction(92, 27))
    assert (found.converted, found.grade, found.performance) == (Decimal("85.19"), "B", "Baik")
    assert found.complete_only == Decimal("87.50")  # 25 x 7/2
    assert found.elements[0].mean == Fraction(8, 3)


def test_responses_below_the_minimum_do_not_count_anywhere(keep, result, instance):
    for answers, sex in (("444444444", "L"), ("333333333", "P"), ("1--------", "P")):
        keep(answers, profile={"jenis_kelamin": sex})
    strict = installation.load_config(instance, MINIMUM_ANSWERS=5)
    for period in ("2026-TW3", "2026-07-02..2026-09-30"):
        found = result(period, config=strict)
        assert (found.n, found.incomplete, found.converted) == (2, 0, Decimal("87.50"))
        sexes = next(p for p in found.profile if p.key == "jenis_kelamin")
        assert [people for *_, people in sexes.classes] == [1, 1]
        assert sexes.not_stated == 0
        assert "kurang dari 5" in found.convention_words


def test_a_period_counts_its_own_days_in_the_offices_time(keep, result):
    # WITA is UTC+8: the third quarter is 30 June 16:00 UTC to 30 September 16:00 UTC
    start, end = datetime(2026, 6, 30, 16, tzinfo=UTC), datetime(2026, 9, 30, 16, tzinfo=UTC)
    for moment in (start - timedelta(microseconds=1), start, end - timedelta(microseconds=1), end):
        keep("444444444", received_at=moment)
    assert [result(p).n for p in ("2026-TW2", "2026-TW3", "2026-TW4", "2026", "2026-S2")] == [1, 2, 1, 4, 3]
    assert [result(p).n for p in ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")] == [1, 1, 0, 1, 1]
    assert [result(f"{day}..{day}").n for day in ("2026-06-30", "2026-07-01", "2026-09-30")] == [1, 1, 1]


def test_counters_and_raw_answers_give_the_same_result(keep, result, monkeypatch):
    dice = random.Random(14)
    for _ in range(60):
        answers = "".join(dice.choice("-12344") for _ in range(9))
        if answers.strip("-"):
            keep(
                answers,
                service=dice.choice(["", "ktp-el"]),
                received_at=NOON + timedelta(days=dice.randrange(-40, 40)),
                profile={"usia": dice.choice(["<17", ">65"])},
                remark=dice.choice(["", "Baik"]),
            )
    for service in (None, "ktp-el", ""):
        with monkeypatch.context() as patch:
            counted = result(service=service, remarks=5)
            patch.setattr(Period, "months", property(lambda period: None))
            raw = result(service=service, remarks=5)
        assert counted.n > 10
        assert raw == counted


def test_nobody_at_all_has_no_index_and_no_grade(result):
    for period in ("2026-TW3", "2026-07-02..2026-07-03"):
        found = result(period)
        assert (found.n, found.index, found.converted, found.grade, found.interval) == (
            0,
            None,
            None,
            None,
            None,
        )


def test_respondents_of_all_classes_and_of_none_make_up_the_total(keep, result):
    keep("444444444", profile={"jenis_kelamin": "L", "usia": "17-25"})
    keep("444444444", profile={"jenis_kelamin": "P"})
    keep("444444444")
    profile = {p.key: p for p in result().profile}
    assert [c[3] for c in profile["jenis_kelamin"].classes] == [1, 1]
    assert profile["jenis_kelamin"].not_stated == 1
    assert profile["usia"].not_stated == 2
    for question in profile.values():
        assert sum(c[3] for c in question.classes) + question.not_stated == 3


def test_a_rating_that_comes_in_between_is_in_all_tables_or_in_none(keep, result, store, config, monkeypatch):
    if store.journal != "wal":
        pytest.skip("with a rollback journal the rating waits until the result is read")
    other, tallies = installation.open_store(config), store.tallies

    def tallies_then_a_rating(*args: Any) -> Any:
        found = tallies(*args)
        new = Response(
            str(UUID(int=77)),
            "dukcapil",
            "",
            "",
            "qr",
            "skm-2017",
            "1" * 9,
            NOON,
            profile={"usia": "<17"},
            remark="X",
        )
        other.keep(new)
        return found

    keep("444444444", profile={"usia": "<17"})
    monkeypatch.setattr(store, "tallies", tallies_then_a_rating)
    found = result(remarks=5)
    other.close()
    assert found.n == 1
    assert all(question.not_stated >= 0 for question in found.profile)
    assert found.remarks == ()
    monkeypatch.undo()
    assert result().n == 2


def test_remarks_carry_the_offices_date_newest_first(keep, result):
    # 31 August 16:30 UTC is 1 September 00:30 WITA
    keep("444444444", remark="lama", received_at=datetime(2026, 8, 31, 15, 59, tzinfo=UTC))
    keep("444444444", remark="baru", received_at=datetime(2026, 8, 31, 16, 30, tzinfo=UTC))
    assert result(remarks=5).remarks == ((date(2026, 9, 1), "baru"), (date(2026, 8, 31), "lama"))
    assert result(remarks=1).remarks == ((date(2026, 9, 1), "baru"),)
    assert result().remarks == ()


def test_a_result_says_whose_it_is_and_what_it_covers(keep, result, store, now):
    store.save_unit(Unit("dukcapil", "Dinas Contoh", "Jalan Contoh 1", population=10_000))
    keep("444444444")
    found = result()
    about = found.about
    assert (about.organisation, about.unit, about.unit_key) == (
        "PEMERINTAH KABUPATEN CONTOH",
        "Dinas Contoh",
        "dukcapil",
    )
    assert (about.address, about.service, about.period) == ("Jalan Contoh 1", "", "Triwulan III Tahun 2026")
    assert (about.start, about.end) == (date(2026, 7, 1), date(2026, 9, 30))
    assert about.cut == now and about.cut.utcoffset() == timedelta(hours=8)
    assert (about.population, found.target) == (10_000, 370)  # Krejcie and Morgan (1970), table
    # the service has its own population: 8,000 in the fixture, 367 in the table
    assert (result(service="ktp-el").about.population, result(service="ktp-el").target) == (8_000, 367)


def test_a_finished_period_is_cut_at_its_end_so_that_its_paper_stays_the_same(keep, result):
    keep("444444444", received_at=datetime(2026, 5, 5, tzinfo=UTC))
    assert result("2026-TW2").about.cut == datetime(2026, 6, 30, 16, tzinfo=UTC)


def test_services_are_told_apart_and_the_whole_unit_comes_last(keep, store, config, now, result):
    keep("444444444", service="akta-lahir")
    keep("222222222", service="ktp-el")
    keep("333333333")
    found = service_results(Scope(store, config, store.unit("dukcapil"), TW3, now))
    assert [(r.about.service, r.converted) for r in found] == [
        ("Perekaman dan Pencetakan KTP-el", Decimal("50.00")),
        ("Akta Kelahiran", Decimal("100.00")),
        (NO_SERVICE, Decimal("75.00")),
    ]
    assert result().converted == Decimal("75.00")
    assert result(service="ktp-el").converted == Decimal("50.00")


def test_the_overview_says_of_every_unit_and_period_what_its_own_page_says(keep, store, config, now):
    store.save_unit(Unit("rsud", "Rumah Sakit"))
    keep("444444444")
    keep("2-2222222", unit="rsud")
    keep("333333333", received_at=datetime(2026, 5, 5, tzinfo=UTC))
    periods = [TW3, Period.parse("2026-TW2"), Period.parse("2026-08-10..2026-08-20")]
    table = overview(store, config, store.units(), periods, now)
    assert {key: r.n for key, r in table.items()} == {
        ("dukcapil", "2026-TW3"): 1,
        ("dukcapil", "2026-TW2"): 1,
        ("dukcapil", "2026-08-10..2026-08-20"): 1,
        ("rsud", "2026-TW3"): 1,
        ("rsud", "2026-TW2"): 0,
        ("rsud", "2026-08-10..2026-08-20"): 1,
    }
    for (unit, period), found in table.items():
        own = unit_result(Scope(store, config, store.unit(unit), Period.parse(period), now))
        assert (found.index, found.elements, found.about) == (own.index, own.elements, own.about)


def test_answers_to_two_questionnaires_are_never_added_up(keep, result):
    old = "1" * len(instrument("ikm-2004").items)
    keep(old, instrument="ikm-2004", received_at=NOON - timedelta(days=20))
    found = result()
    assert (found.instrument, found.n, found.about.left_out) == ("ikm-2004", 1, "")  # the only one answered
    keep("444444444")
    for period in ("2026-TW3", "2026-07-02..2026-09-30"):
        found = result(period)
        assert (found.instrument, found.n, found.converted) == ("skm-2017", 1, Decimal("100.00"))
        assert found.about.left_out.startswith("Pada periode ini juga ada 1 isian kuesioner ikm-2004")
        assert all(sum(c[3] for c in p.classes) + p.not_stated == 1 for p in found.profile)


def test_another_convention_may_be_asked_for(keep, result):
    keep("343434344")  # sum 32; 0,11 x 32 = 3,52; x 25 = 88,00; exact 32/9 x 25 = 88,888... = 88,89
    assert (result().converted, result().grade) == (Decimal("88.89"), "A")
    assert (result(convention="0.11").converted, result(convention="0.11").grade) == (Decimal("88.00"), "B")


def test_periods_are_listed_open_first_then_newest_then_free_ones(keep, store, config, now):
    assert [p.key for p in periods_of(store, config, None, now)] == ["2026-TW3"]
    keep("444444444", received_at=datetime(2025, 2, 5, tzinfo=UTC))
    keep("444444444", received_at=datetime(2026, 4, 5, tzinfo=UTC))
    store.save_free_period("2026-07-15..2026-08-20", "Survei keliling")
    unit = store.unit("dukcapil")
    assert [p.key for p in periods_of(store, config, unit, now)] == [
        "2026-TW3",
        "2026-TW2",
        "2025-TW1",
        "2026-07-15..2026-08-20",
    ]
    store.save_unit(Unit("rsud", "Rumah Sakit"))
    assert [p.key for p in periods_of(store, config, store.unit("rsud"), now)] == [
        "2026-TW3",
        "2026-07-15..2026-08-20",
    ]


def test_a_convention_of_another_questionnaire_gives_exact_weights_for_former_answers(keep, result, instance):
    """An office that now multiplies with 0,111 still reads the 14 elements it asked before."""
    keep("3" * 14, instrument="ikm-2004")
    moved = installation.load_config(instance, CONVENTION="0.111")
    found = result(config=moved)
    assert (found.instrument, found.convention, str(found.converted)) == ("ikm-2004", "exact", "75.00")
