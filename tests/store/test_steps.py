"""Schema steps over a database with answers in it: what they fill in is what was always counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from survey.domain.period import Period
from survey.operations import installation
from survey.services import results
from survey.services.scope import Scope
from survey.store import schema
from survey.store.tallies import fill_tallies

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight in the office
OLD_TABLES = re.compile(r"(CREATE|ALTER) TABLE (tally|unit_month|unit_products)\b")


@pytest.fixture
def old(office: Any, answer: Any) -> Any:
    """An office with answers, as the version before kept it: in other tables."""
    store, names = office.store, [step.name for step in schema.STEPS]
    at = names.index("0012 tallies")
    first = answer(remark="Antre", profile={"usia": "<17"})
    store.keep_many(
        [
            first,
            answer(answers="444444444", service="ktp-el", channel="kiosk", profile={"usia": "<17"}),
            answer(answers="4444-----", received_at=NEW_YEAR, profile={"usia": ">65"}),
            answer(answers="2" * 14, unit="rsud", instrument="ikm-2004", profile={"usia": "purba"}),
        ]
    )
    words = schema.POSTGRES if hasattr(store, "_connections") else schema.SQLITE
    former = [text for step in schema.STEPS[:at] for text in step.statements if OLD_TABLES.search(text)]
    for statement in ("DROP TABLE tally", "DROP TABLE unit_tally", *former):
        store.do(statement.format_map(words), ())
    for name in names[at:]:
        store.do("DELETE FROM schema_step WHERE name = ?", (name,))
    office.close()
    return office


def test_an_upgrade_counts_all_answers_into_the_new_tables(old):
    assert installation.upgrade(old.config)[0] == "0012 tallies"
    store = old.open()
    assert store.recount() == []

    def told(unit: str, period: str) -> Any:
        found = results.counted(Scope(store, old.config, store.unit(unit), Period.parse(period), NEW_YEAR))
        channels = {key: n for group in found.groups for key, n in group.channels.items()}
        return {pair: n for pair, n in found.by_class.items() if n}, found.remarks, channels

    assert told("dukcapil", "2026-TW3") == ({("usia", "<17"): 2}, 1, {"qr": 1, "kiosk": 1})
    assert told("dukcapil", "2027-01") == ({("usia", ">65"): 1}, 0, {"qr": 1})  # by the office's clock
    assert told("rsud", "2026-08") == ({}, 0, {"qr": 1})


def test_an_upgraded_database_counts_on(old, answer):
    installation.upgrade(old.config)
    store = old.open()
    store.keep(answer(profile={"usia": "<17"}, remark="Nanti"))
    found = results.counted(
        Scope(store, old.config, store.unit("dukcapil"), Period.parse("2026-08"), NEW_YEAR)
    )
    assert (found.tally.n, found.by_class["usia", "<17"], found.remarks) == (3, 3, 2)
    assert store.recount() == []


def test_a_step_that_does_not_count_the_answers_is_named_by_the_recount(old, monkeypatch):
    """The step is what makes it right: without it every former answer is missing."""
    steps = [step._replace(fill=None) if step.fill is fill_tallies else step for step in schema.STEPS]
    monkeypatch.setattr(schema, "STEPS", tuple(steps))
    installation.upgrade(old.config)
    found = old.open().recount()
    assert len([sentence for sentence in found if "rekap tidak ada" in sentence]) == 4


def test_an_upgrade_turns_the_rhythm_of_publication_into_the_words_of_now(office):
    office.store.note_upkeep("rhythm", NOON, "bulan:2026-02-01 semester:2026-08-01 tahun:2026-11-01 triwulan")
    office.store.do("DELETE FROM schema_step WHERE name LIKE '0014%'", ())
    office.close()
    assert installation.upgrade(office.config) == ["0014 stored words in English"]
    words = "month:2026-02-01 half_year:2026-08-01 year:2026-11-01 quarter"
    assert office.open().upkeep("rhythm") == (NOON, words)


def test_answers_are_counted_by_the_last_step_that_changes_their_tables():
    """The counting is that of today: in an earlier step it would meet tables that it does not know."""
    at = next(at for at, step in enumerate(schema.STEPS) if step.fill is fill_tallies)
    later = " ".join(text for step in schema.STEPS[at + 1 :] for text in step.statements)
    assert not re.search(r"TABLE (response|tally|unit_tally|unit)\b", later)
