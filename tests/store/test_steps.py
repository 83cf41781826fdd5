"""Schema steps over a database with answers in it: what they fill in is what was always counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from survey.domain.period import Period
from survey.operations import installation
from survey.services import results
from survey.store import schema
from survey.store.tallies import fill_classes, fill_products

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight in the office
BEFORE_CLASSES = (
    "DROP INDEX response_remark",
    "ALTER TABLE tally DROP COLUMN classes",
    "DELETE FROM schema_step WHERE name LIKE '0006%' OR name LIKE '0007%'",
)
BEFORE_PUBLICATION = (
    "DROP TABLE unit_products",
    "DROP TABLE revision",
    "DELETE FROM schema_step WHERE name LIKE '0011%'",
)


@pytest.fixture
def old(office: Any, answer: Any) -> Any:
    """An office with five answers, as the version kept it that did not count classes."""
    store = office.store
    store.keep_many(
        [
            answer(profile={"usia": "<17", "jenis_kelamin": "L"}, remark="Antre"),
            answer(profile={"usia": "<17"}, service="ktp-el"),
            answer(answers="4444-----", channel="kiosk", remark="Panas"),
            answer(profile={"usia": ">65"}, received_at=NEW_YEAR),
            answer(profile={"usia": "purba"}, unit="rsud", remark="Lain"),
        ]
    )
    for statement in BEFORE_CLASSES:
        store.do(statement, ())
    office.close()
    return office


def test_an_upgrade_counts_the_classes_of_the_answers_that_were_there(old):
    assert installation.upgrade(old.config) == ["0006 classes", "0007 classes counted"]
    store, now = old.open(), datetime(2027, 2, 1, tzinfo=UTC)
    assert store.recount() == []

    def told(unit: str, period: str) -> Any:
        found = results.counted(store, old.config, store.unit(unit), Period.parse(period))
        return {pair: n for pair, n in found.by_class.items() if n}, found.remarks

    assert told("dukcapil", "2026-TW3") == ({("usia", "<17"): 2, ("jenis_kelamin", "L"): 1}, 2)
    assert told("dukcapil", "2027-01") == ({("usia", ">65"): 1}, 0)  # by the office's clock
    assert told("rsud", "2026-08") == ({}, 1)
    ages = results.unit_result(store, old.config, store.unit("rsud"), Period.parse("2026-08"), now).profile[1]
    assert (ages.key, ages.not_stated) == ("usia", 1)


def test_an_upgraded_database_counts_on(old, answer):
    installation.upgrade(old.config)
    store = old.open()
    store.keep(answer(profile={"usia": "<17"}, remark="Nanti"))
    found = results.counted(store, old.config, store.unit("dukcapil"), Period.parse("2026-08"))
    assert (found.by_class["usia", "<17"], found.remarks) == (3, 3)
    assert store.recount() == []


def test_a_step_that_does_not_count_the_classes_is_named_by_the_recount(old, monkeypatch):
    """The step is what makes it right: without it every class of former answers is missing."""
    steps = [step._replace(fill=None) if step.fill is fill_classes else step for step in schema.STEPS]
    monkeypatch.setattr(schema, "STEPS", tuple(steps))
    installation.upgrade(old.config)
    found = old.open().recount()
    assert len(found) == 5
    assert all("jumlah responden per kelas" in sentence for sentence in found)


@pytest.fixture
def before_publication(office: Any, answer: Any) -> Any:
    """An office with answers, as the version kept it that had no products of a month."""
    store = office.store
    store.keep_many(
        [
            answer(),
            answer(answers="444444444", service="ktp-el", channel="kiosk"),
            answer(answers="4444-----", received_at=NEW_YEAR),
            answer(answers="2" * 14, unit="rsud", instrument="ikm-2004"),
        ]
    )
    for statement in BEFORE_PUBLICATION:
        store.do(statement, ())
    office.close()
    return office


def test_an_upgrade_makes_the_products_of_months_that_were_there(before_publication):
    assert installation.upgrade(before_publication.config) == ["0011 publication"]
    store = before_publication.open()
    assert store.recount() == []
    assert len(store.unit_products(None, ["2026-08", "2027-01"])) == 3


def test_a_step_that_does_not_make_the_products_is_named_by_the_recount(before_publication, monkeypatch):
    steps = [step._replace(fill=None) if step.fill is fill_products else step for step in schema.STEPS]
    monkeypatch.setattr(schema, "STEPS", tuple(steps))
    installation.upgrade(before_publication.config)
    found = before_publication.open().recount()
    assert len(found) == 3
    assert all("rekap selang" in sentence for sentence in found)


def test_an_upgrade_turns_the_rhythm_of_publication_into_the_words_of_now(office):
    office.store.note_upkeep("rhythm", NOON, "bulan:2026-02-01 semester:2026-08-01 tahun:2026-11-01 triwulan")
    office.store.do("DELETE FROM schema_step WHERE name LIKE '0014%'", ())
    office.close()
    assert installation.upgrade(office.config) == ["0014 stored words in English"]
    words = "month:2026-02-01 half_year:2026-08-01 year:2026-11-01 quarter"
    assert office.open().upkeep("rhythm") == (NOON, words)
