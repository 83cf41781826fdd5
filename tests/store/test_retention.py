"""Old remarks and exact times go; answers, counters and indexes stay: the same on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest

from survey.domain.period import Period
from survey.domain.response import Supplement
from survey.services import results
from survey.services.scope import Scope
from survey.store import Retained, retention

CUT = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)  # 1 July, 00.00 WITA
OLD = datetime(2026, 5, 12, 1, 2, 3, 456_789, tzinfo=UTC)  # 09.02 WITA
LATE = datetime(2026, 6, 30, 15, 59, 59, 999_999, tzinfo=UTC)  # the last moment of June in the office
NEW = datetime(2026, 7, 1, 1, 2, 3, 4, tzinfo=UTC)
NOW = datetime(2026, 8, 12, tzinfo=UTC)


@pytest.fixture
def kept(store, answer):
    """Five answers before the cut, three of them with a remark, one of these in conflict; two after it."""
    store.keep_many(
        [
            answer(received_at=OLD, remark="Nama saya Budi"),
            answer(received_at=OLD, profile={"usia": "<17"}),
            answer(received_at=LATE, remark="Panas", service="ktp-el"),
            answer(received_at=OLD - timedelta(days=40), remark="Rumah saya di sana", unit="rsud"),
            answer(received_at=OLD, answers="4444-----"),
            answer(received_at=NEW, remark="Baru"),
            answer(received_at=NEW),
        ]
    )
    first = next(x for x in store.responses(["dukcapil"], None, None) if x.remark == "Panas")
    import dataclasses

    assert store.keep(dataclasses.replace(first, remark="Panas sekali")).status == "conflict"
    return store


def counters(store):
    return sorted(store.rows("SELECT * FROM tally")) + sorted(store.rows("SELECT * FROM unit_tally"))


def test_the_preview_counts_what_goes_and_changes_nothing(kept, everything):
    before = everything(kept)
    assert kept.old_words(CUT) == Retained(remarks=3, times=5, aside=1, broken=0)
    assert everything(kept) == before


def test_old_remarks_and_times_go_and_new_ones_stay(kept, everything):
    assert kept.retain(CUT, NOW) == Retained(remarks=3, times=5, aside=1, broken=0)
    told = sorted((x.received_at, x.remark) for x in everything(kept))
    noon = [datetime(2026, month, day, 4, 0, tzinfo=UTC) for month, day in ((4, 2), (5, 12), (6, 30))]
    assert told == [(noon[0], ""), *[(noon[1], "")] * 3, (noon[2], ""), (NEW, ""), (NEW, "Baru")]
    assert kept.remarks("dukcapil", OLD - timedelta(days=99), NOW, 99) == [(NEW, "Baru")]
    assert [x.remark for _, x in kept.conflicts("dukcapil", 99)] == [""]
    assert kept.old_words(CUT) == Retained(0, 0, 0, 0)
    assert kept.retain(CUT, NOW) == Retained(0, 0, 0, 0)  # once is enough


def test_counters_indexes_and_the_recount_stay_as_they_were(kept, office):
    store, unit = kept, kept.unit("dukcapil")
    before, index = (
        counters(store),
        results.unit_result(Scope(store, office.config, unit, Period.parse("2026-TW2"), NOW)),
    )
    store.retain(CUT, NOW)
    assert counters(store) == before
    after = results.unit_result(Scope(store, office.config, unit, Period.parse("2026-TW2"), NOW))
    assert (after.index, after.n, after.interval, after.profile) == (
        index.index,
        index.n,
        index.interval,
        index.profile,
    )
    assert store.recount() == []
    assert store.rebuild() == []
    found = results.counted(Scope(store, office.config, unit, Period.parse("2026-TW2"), NOW))
    assert found.remarks == 2  # they were written, whatever became of the words


def test_the_digest_of_an_answer_whose_remark_went_fits_what_is_left(kept, everything):
    kept.retain(CUT, NOW)
    stored = dict(kept.rows("SELECT id, fingerprint FROM response"))
    assert all(stored[x.id] == x.fingerprint for x in everything(kept))


def test_an_answer_that_was_edited_in_the_file_is_still_given_away_by_its_digest(kept, everything):
    """Else removing its remark would bless it."""
    edited = next(x for x in everything(kept) if x.remark == "Nama saya Budi")
    kept.do("UPDATE response SET answers = '444444444' WHERE unit = ? AND id = ?", (edited.unit, edited.id))
    assert kept.retain(CUT, NOW).broken == 1
    stored = dict(kept.rows("SELECT id, fingerprint FROM response"))
    wrong = [x.id for x in everything(kept) if stored[x.id] != x.fingerprint]
    assert wrong == [edited.id]


def test_nothing_of_a_removed_remark_is_left_in_the_file(kept, adapter, office):
    if adapter == "postgres":
        pytest.skip("PostgreSQL drops old rows at its next VACUUM; the command says so")
    folder = office.config.instance
    kept.retain(CUT, NOW)
    for file in folder.iterdir():
        if file.is_file():
            assert b"Nama saya Budi" not in file.read_bytes(), file.name
            assert b"Panas sekali" not in file.read_bytes(), file.name


def test_answers_without_a_time_make_no_minute_busy(kept):
    kept.retain(CUT, NOW)
    found = kept.busiest_minute("dukcapil", OLD - timedelta(days=99), CUT, "04:00:00.000000Z")
    assert found is None


def test_words_that_are_added_while_old_ones_go_are_not_lost_half(office, answer, monkeypatch):
    """Just after midnight: the answer is of yesterday, and its resident still writes. Held where rows were read."""
    late = LATE - timedelta(minutes=2)
    first = answer(received_at=late)
    office.store.keep(first)
    words = Supplement(
        first.id, first.unit, "", "", late + timedelta(minutes=5), profile={"usia": "<17"}, remark="Antre"
    )
    resident, other, noon = ThreadPoolExecutor(1), office.open(), retention.noon
    sent = []

    def held(at, zone):
        if not sent and at == late:
            sent.append(resident.submit(other.supplement, words))
            wait(sent, timeout=1)  # either it is kept by now, or it waits for us
        return noon(at, zone)

    monkeypatch.setattr(retention, "noon", held)
    office.store.retain(CUT, NOW)
    status = sent[0].result().status
    assert office.store.recount() == []
    (left,) = office.store.responses(["dukcapil"], None, None)
    assert (left.remark, left.profile) == (("Antre", {"usia": "<17"}) if status == "kept" else ("", {}))
    assert [x.remark for _, x in office.store.conflicts("dukcapil", 99)] == (
        [] if status == "kept" else ["Antre"]
    )
