"""The table of cells says of every unit and period what its Result says."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from calc.instruments.reader import instrument
from calc.rounding import round_half_up
from calc.scoring.result import Reach
from survey.domain.organisation import Service, Unit
from survey.domain.period import Period
from survey.domain.response import Response
from survey.operations import installation
from survey.services import results
from survey.services.index_table import Cell
from survey.services.results import cells, overview

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
PERIODS = [
    Period.parse(key)
    for key in ("2026", "2026-S2", "2026-TW3", "2026-08", "2026-07", "2026-01", "2026-07-20..2026-08-20")
]


def _response(number, answers, asked="skm-2017", unit="dukcapil", at=NOON, service="", channel="qr"):
    return Response(str(UUID(int=number)), unit, service, "", channel, asked, answers, at)


def _answers(dice, key):
    k = len(instrument(key).items)
    text = "".join(dice.choice("-112344") if dice.random() < 0.3 else dice.choice("34") for _ in range(k))
    return text if text.strip("-") else "4" + text[1:]


@pytest.fixture
def units(place, store):
    for key in ("rsud", "dishub", "sepi"):
        store.save_unit(Unit(key, f"Unit {key}"))
    return store.units()


def _configured(instance, name, minimum, **settings):
    config = installation.load_config(instance, CONVENTION=name, MINIMUM_ANSWERS=min(minimum, 9), **settings)
    config.values["MINIMUM_ANSWERS"] = minimum  # as if set for an older, longer questionnaire
    return config


def _two_hundred(store, dice):
    """Random responses to three questionnaires."""
    responses = []
    for number in range(1, 201):
        key = dice.choice(["skm-2017", "skm-2017", "skm-2014", "ikm-2004"])
        day = dice.choice([NOON, NOON - timedelta(days=20), NOON - timedelta(days=200)])
        unit = dice.choice(["dukcapil", "rsud", "dishub"])
        key = {("rsud", NOON): "skm-2014", ("dishub", NOON): "ikm-2004"}.get((unit, day), key)
        service = dice.choice(["", "ktp-el"]) if unit == "dukcapil" else ""
        channel = dice.choice(["qr", "kiosk"])
        responses.append(_response(number, _answers(dice, key), key, unit, day, service, channel))
    assert store.keep_many(responses)["kept"] == 200


WAYS = pytest.mark.parametrize("name", ["exact", "0.111-nrr2-weighted2"])
MINIMA = pytest.mark.parametrize("minimum", [0, 5, 9, 12])


def _listed(one):
    """What a list says of a Result."""
    index = None if one.index is None else round_half_up(one.index, 4)
    names = (one.instrument, one.convention, one.roll_up)
    return Cell(
        one.n, one.converted, one.grade, one.performance, index, one.interval, *names, reach(one), fewest(one)
    )


def fewest(one):
    return 0 if one.converted is None else min(e.n for e in one.elements)


def reach(one):
    """Nothing to reach where there is no value."""
    return Reach() if one.converted is None else one.reach


@MINIMA
@WAYS
@pytest.mark.parametrize("rule", ["pooled", "services", "visits"])
def test_the_table_equals_the_results(store, units, instance, now, name, minimum, rule):
    """The same responses; known users, a census and a number of users that is too small; every rule for services."""
    config = _configured(instance, name, minimum, ROLL_UP=rule)
    _two_hundred(store, random.Random(f"{name} {minimum}"))
    for key, population in (("rsud", 33), ("dishub", 200)):
        store.save_unit(Unit(key, f"Unit {key}", population=population))
    for key, population in (("ktp-el", 8000), ("akta-lahir", 30)):
        store.save_service(Service("dukcapil", key, key, population=population))
    units = store.units()
    full = overview(store, config, units, PERIODS, now)
    assert cells(store, config, units, PERIODS, now) == {at: _listed(one) for at, one in full.items()}
    assert any(one.interval for one in full.values()) or minimum > 9
    assert len({one.instrument for one in full.values()}) == 3


def test_many_units_are_read_some_at_a_time(store, units, config, now, monkeypatch):
    """However many units there are, the counters of a few are in memory; what comes out is the same."""
    _two_hundred(store, random.Random(1))
    whole, asked = cells(store, config, units, PERIODS, now), []
    read = store.unit_tallies
    monkeypatch.setattr(results, "AT_ONCE", 2)
    monkeypatch.setattr(store, "unit_tallies", lambda keys, *rest: asked.append(keys) or read(keys, *rest))
    assert cells(store, config, units, PERIODS, now) == whole
    assert [len(keys) for keys in asked] == [2, 2]


def test_a_value_is_written_as_in_a_result(store, units, config, now):
    """Three answered questions of one respondent: 88.89 and 50.00, with two decimals."""
    store.keep(_response(1, "343434344"))
    store.keep(_response(2, "222222222", unit="rsud"))
    table = cells(store, config, units, [Period.parse("2026-TW3")], now)
    expected = Cell(
        1, Decimal("88.89"), "A", "Sangat Baik", Decimal("3.5556"), None, "skm-2017", "exact", fewest=1
    )
    assert table["dukcapil", "2026-TW3"] == expected
    assert str(table["rsud", "2026-TW3"].converted) == "50.00"


def test_a_unit_without_answers_and_an_unanswered_question_have_no_value(store, units, config, now):
    store.keep(_response(1, "44444444-"))
    table = cells(
        store, config, units, [Period.parse("2026-TW3"), Period.parse("2026-08-01..2026-08-31")], now
    )
    assert len(table) == 8
    for period in ("2026-TW3", "2026-08-01..2026-08-31"):
        for unit, n in (("dukcapil", 1), ("sepi", 0)):
            assert table[unit, period] == Cell(n, None, None, None, None, None, "skm-2017", "exact")


def test_nobody_asked_for_is_an_empty_table(store, units, config, now):
    assert cells(store, config, [], PERIODS, now) == {}
    assert cells(store, config, units, [], now) == {}


def test_a_period_without_the_present_questionnaire_is_that_of_its_latest_month(store, units, config, now):
    """Whatever the keys: fours in August to one, ones in July to the other, and the other way round."""
    for unit, august, july in (("dukcapil", "skm-2014", "ikm-2004"), ("rsud", "ikm-2004", "skm-2014")):
        for number, key, score, at in ((1, august, "4", NOON), (2, july, "1", NOON - timedelta(days=20))):
            store.keep(_response(number, score * len(instrument(key).items), key, unit, at))
        for period in (Period.parse("2026-TW3"), Period.parse("2026")):
            assert overview(store, config, units, [period], now)[unit, period.key].instrument == august
            assert cells(store, config, units, [period], now)[unit, period.key].converted == Decimal("100.00")


def test_within_a_month_the_first_questionnaire_by_key_is_taken(store, units, config, now):
    """Neither is the one that links ask; the service of an answer has no say in it."""
    store.keep(_response(1, "4" * 9, "skm-2014"))
    store.keep(_response(2, "1" * 14, "ikm-2004", service="ktp-el"))
    for key in ("2026-TW3", "2026-08-01..2026-08-15"):
        period = Period.parse(key)
        assert overview(store, config, units, [period], now)["dukcapil", key].instrument == "ikm-2004"
        assert cells(store, config, units, [period], now)["dukcapil", key].converted == Decimal("25.00")
