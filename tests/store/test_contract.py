"""The promises of a store about answers, for every adapter: kept once, counted once, all or nothing, as written."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from calc.scoring import classes
from calc.scoring.tally import Tally
from calc.scoring.tally_rows import tally_of
from survey.domain.organisation import Organisation, Service, Unit
from survey.domain.response import Supplement
from survey.store import StoreError, StoreRefused, parted, responses, revision
from tests.store.conftest import Office

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)

HOSTILE = [
    '<script>alert(1)</script> "><img src=x onerror=alert(1)>',
    "<b>unclosed <para> &nbsp; a < b & c",
    "=1+1 @SUM(A1) -5 +62",
    "'; DROP TABLE response; --",
    'kutip " koma , titik koma ; dan\nbaris baru',
    "👍🏽 ꦲꦏ꧀ꦱꦫ ᬅᬓ᭄ᬱᬭ العربية 中文",
    "%s {} {0} \\ \\n ${x}",
    "x" * 2000,
]


def test_a_rating_is_read_back_whole_after_a_restart(office, answer):
    sent = answer(
        service="ktp-el",
        counter="loket-1",
        channel="kiosk",
        answers="1234-4321",
        received_at=datetime(2026, 8, 12, 4, 0, 59, 999999, tzinfo=UTC),
        language="id-mudah",
        profile={"usia": "<17", "pekerjaan": "LAINNYA"},
        remark="Cepat.",
        seconds=41,
    )
    assert office.store.keep(sent).status == "kept"
    office.close()
    assert list(office.open().responses(["dukcapil"], None, None)) == [sent]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_come_back_letter_for_letter(store, answer, everything, words):
    store.keep(answer(remark=words))
    assert [r.remark for r in everything(store)] == [words]


def test_a_rating_sent_twice_is_kept_once(store, answer, count, everything):
    sent = answer()
    assert store.keep(sent).status == "kept"
    assert store.keep(sent).status == "again"
    assert (len(everything(store)), count(store)) == (1, 1)


def test_a_retry_that_comes_later_from_another_page_is_the_same_rating(store, answer, everything):
    sent = answer(profile={"usia": "<17"}, remark="Baik")
    store.keep(sent)
    later = dataclasses.replace(
        sent, received_at=sent.received_at + timedelta(days=1), language="en", seconds=99, channel="kiosk"
    )
    receipt = store.keep(later)
    assert (receipt.id, receipt.status) == (sent.id, "again")
    assert everything(store) == [sent]


@pytest.mark.parametrize(
    "change",
    [
        {"answers": "343434343"},
        {"service": "ktp-el"},
        {"counter": "loket-1"},
        {"remark": "Lain"},
        {"profile": {"usia": "<17"}},
    ],
)
def test_other_answers_under_the_same_id_are_set_aside_and_not_counted(
    store, answer, count, everything, change
):
    first = answer()
    second = dataclasses.replace(first, **change)
    store.keep(first)
    assert store.keep(second).status == "conflict"
    assert store.keep(second).status == "conflict"  # set aside once, however often it comes
    assert everything(store) == [first]
    assert count(store) == 1
    assert store.conflicts("dukcapil", 99) == [(first, second)]
    assert store.keep(first).status == "again"


def race(store: Any, make: Any) -> tuple[int, Counter[str]]:
    """Ten ratings, each sent at the same moment by eight phones' worth of retries: rows kept, statuses."""
    sent = [make() for _ in range(10)]
    together = threading.Barrier(8)

    def retry(_: int) -> list[str]:
        together.wait()
        return [store.keep(response).status for response in sent]

    with ThreadPoolExecutor(8) as phones:
        statuses = Counter(status for found in phones.map(retry, range(8)) for status in found)
    return len(list(store.responses(None, None, None))), statuses


def test_eight_retries_of_the_same_rating_at_once_are_kept_once(store, answer, count):
    rows, statuses = race(store, answer)
    assert rows == 10
    assert statuses == {"kept": 10, "again": 70}
    assert count(store) == 10
    assert store.recount() == []


def test_looking_first_and_keeping_then_would_double_ratings(store, answer, monkeypatch):
    """The test above can fail: with the usual look-then-keep the same race keeps more than ten."""
    seen: set[str] = set()
    keep = store.keep

    def look_then_keep(response):
        if response.id in seen:
            return responses.Receipt(response.id, "again")
        threading.Event().wait(0.001)  # the moment between looking and keeping
        seen.add(response.id)
        return keep(dataclasses.replace(response, id=str(uuid4())))  # no unique key

    monkeypatch.setattr(store, "keep", look_then_keep)
    assert race(store, answer)[0] > 10


def eight_at_once(stores: list[Any], make: Any) -> Counter[str]:
    """Eight writers, twenty ratings each, of two units and two services in every writer's own order: the statuses."""
    together = threading.Barrier(8)

    def work(number: int) -> list[str]:
        store = stores[number % len(stores)]
        together.wait(10)
        return [
            store.keep(
                make(answers="12344321"[place % 7 :] + "-" * (place % 7) + "4", **PLACES[place % 3])
            ).status
            for place in range(number, number + 20)
        ]

    with ThreadPoolExecutor(8) as writers:
        return Counter(status for found in writers.map(work, range(8)) for status in found)


PLACES: list[dict[str, str]] = [{}, {"service": "ktp-el"}, {"unit": "rsud"}]


def test_eight_writers_at_once_lose_nothing_and_count_everything(office, answer, count, everything):
    assert eight_at_once([office.store], answer) == {"kept": 160}
    assert (len(everything(office.store)), count(office.store), office.store.recount()) == (160, 160, [])


def test_eight_processes_worth_of_writers_at_once_lose_nothing(office, answer, count, everything):
    """As above through eight stores of their own, which know nothing of each other."""
    assert eight_at_once([office.open() for _ in range(12)], answer) == {"kept": 160}
    assert (len(everything(office.store)), count(office.store), office.store.recount()) == (160, 160, [])


def broken_on_the_way(store: Any, monkeypatch: pytest.MonkeyPatch, response: Any) -> int:
    """Rows that stay when the counters cannot be written after the response was."""

    def fail(*_: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(store, "_add", fail)
        with pytest.raises(RuntimeError):
            store.keep(response)
    return len(list(store.responses(["dukcapil"], None, None)))


def test_a_rating_without_its_count_is_not_kept_at_all(store, answer, monkeypatch, count):
    sent = answer()
    assert broken_on_the_way(store, monkeypatch, sent) == 0
    assert store.keep(sent).status == "kept"  # and the way is free again
    assert count(store) == 1


def test_without_the_transaction_half_a_rating_would_stay(office, answer, monkeypatch):
    """The test above can fail."""
    connection = office.loose()
    monkeypatch.setattr(office.store, "write", lambda work: work(connection))
    monkeypatch.setattr(office.store, "keep", partial(responses.ResponsesSql.keep, office.store))
    assert broken_on_the_way(office.store, monkeypatch, answer()) == 1


def test_a_rating_of_an_unknown_unit_is_refused_in_words(store, answer, everything, count):
    for change in ({"unit": "tiada"}, {"service": "tiada"}, {"counter": "tiada"}):
        with pytest.raises(StoreError, match="ditolak"):
            store.keep(answer(**change))
    assert (everything(store), count(store)) == ([], 0)


@pytest.mark.parametrize("text", ["343434345", "34343434 ", "4.9", "", "---------", "34343434٣", "abc", "0"])
def test_the_database_itself_refuses_answers_that_are_none(store, answer, text):
    row = responses.row_of(dataclasses.replace(answer(), answers=text), "f" * 64)
    with pytest.raises(StoreError):
        store.do(responses.KEEP, row)


def test_a_stream_is_kept_as_single_ratings_are(office, answer, count, monkeypatch):
    monkeypatch.setattr(responses, "BATCH", 7)  # several transactions, the last one not full
    sent = [answer(answers=a) for a in ("343434344", "4444-4444", "1--------") for _ in range(10)]
    other = dataclasses.replace(sent[0], answers="111111111")
    assert office.store.keep_many(iter([*sent, sent[5], other])) == {"kept": 30, "again": 1, "conflict": 1}
    again = office.open()
    assert sorted(r.id for r in again.responses(None, None, None)) == sorted(r.id for r in sent)
    assert count(again) == 30
    assert again.recount() == []


def test_counters_say_what_was_answered(store, answer):
    for text in ("343434344", "343434344", "4444-4444"):
        store.keep(answer(answers=text))
    whole, blank = sorted(store.tallies(["dukcapil"], ["2026-08"]), key=lambda row: -row.answered)
    assert (whole.answered, whole.n, blank.answered, blank.n) == (9, 2, 8, 1)
    assert tally_of(whole.numbers, 4) == Tally.of_answers(b"343434344343434344", 9, 4)
    assert tally_of(blank.numbers, 4).counts[4].tolist() == [0, 0, 0, 0]  # a blank is in no count
    assert whole[:4] == ("dukcapil", "", "skm-2017", "2026-08")
    assert whole.channels == {"qr": 2}


def test_counters_are_chosen_by_unit_month_and_service(store, answer, count):
    store.keep(answer())
    store.keep(answer(service="ktp-el"))
    store.keep(answer(unit="rsud"))
    store.keep(answer(received_at=datetime(2026, 9, 15, tzinfo=UTC)))
    assert count(store) == 4
    assert {(r.unit, r.service) for r in store.tallies(["dukcapil"], ["2026-08"])} == {
        ("dukcapil", ""),
        ("dukcapil", "ktp-el"),
    }
    assert [r.service for r in store.tallies(None, ["2026-08"], "ktp-el")] == ["ktp-el"]
    assert [r.unit for r in store.tallies(["dukcapil", "rsud"], ["2026-08"], "")] == ["dukcapil", "rsud"]
    assert store.tallies([], None) == store.tallies(None, []) == []
    assert store.months() == ["2026-09", "2026-08"]
    assert store.months("rsud") == ["2026-08"]


@pytest.mark.parametrize(
    ("zone", "midnight"),  # UTC hour at which 1 September 2026 begins there: WIB +7, WITA +8, WIT +9
    [("Asia/Jakarta", 17), ("Asia/Makassar", 16), ("Asia/Jayapura", 15)],
)
def test_a_rating_at_the_last_moment_of_the_month_counts_in_that_month(
    office, answer, monkeypatch, zone, midnight
):
    monkeypatch.setattr(office.store, "zone", __import__("zoneinfo").ZoneInfo(zone))
    first = datetime(2026, 8, 31, midnight, tzinfo=UTC)
    office.store.keep(answer(received_at=first - timedelta(microseconds=1)))
    office.store.keep(answer(received_at=first))
    assert [(row.month, row.n) for row in office.store.tallies(None, None)] == [
        ("2026-08", 1),
        ("2026-09", 1),
    ]
    assert office.store.recount() == []


def test_a_range_of_time_holds_its_start_and_not_its_end(store, answer, monkeypatch):
    monkeypatch.setattr(responses, "PAGE", 3)  # several pages, with equal times across their borders
    noon = datetime(2026, 8, 12, 4, tzinfo=UTC)
    for minutes in (0, 0, 0, 0, 1, 1, 2, 3):
        store.keep(answer(received_at=noon + timedelta(minutes=minutes)))
    store.keep(answer(unit="rsud", received_at=noon))

    def minutes_of(*args: Any) -> list[int]:
        return [(r.received_at - noon).seconds // 60 for r in store.responses(*args)]

    assert minutes_of(["dukcapil"], noon, noon + timedelta(minutes=3)) == [0, 0, 0, 0, 1, 1, 2]
    assert minutes_of(["dukcapil"], noon + timedelta(minutes=1), None) == [1, 1, 2, 3]
    assert len(minutes_of(None, None, None)) == 9
    assert len({r.id for r in store.responses(None, None, None)}) == 9
    assert minutes_of([], None, None) == []


def test_a_reader_that_stops_half_way_does_not_hold_up_the_next_rating(store, answer, monkeypatch):
    monkeypatch.setattr(responses, "PAGE", 2)
    for _ in range(5):
        store.keep(answer())
    half = store.responses(None, None, None)
    next(half)
    assert store.keep(answer()).status == "kept"
    assert len(list(half)) >= 4


def told(store: Any, **where: Any) -> Counter[Any]:
    """Respondents by class and remarks of August, as the counters say; classes of nobody left out."""
    found: Counter[Any] = Counter()
    for row in store.tallies(["dukcapil"], ["2026-08"], **where):
        people = {pair: int(row.people[at]) for pair, at in classes.places(row.instrument).items()}
        found.update({**people, "remarks": row.remarks})
    return +found


def test_respondents_by_class_and_remarks_are_counted_with_every_rating(store, answer):
    store.keep(answer(profile={"usia": "<17", "jenis_kelamin": "L"}, remark="Antre"))
    store.keep(answer(profile={"usia": "<17"}, service="ktp-el"))
    store.keep(answer(profile=None, remark="Panas"))
    store.keep_many([answer(profile={"usia": ">65"}), answer(profile={"jenis_kelamin": "P"})])
    store.keep(answer(profile={"usia": ">65"}, received_at=NOON + timedelta(days=40), remark="Nanti"))
    store.keep(answer(profile={"usia": ">65"}, unit="rsud", remark="Lain"))
    sexes = {("jenis_kelamin", "L"): 1, ("jenis_kelamin", "P"): 1}
    assert told(store) == {("usia", "<17"): 2, ("usia", ">65"): 1, **sexes, "remarks": 2}
    assert told(store, service="ktp-el") == {("usia", "<17"): 1}
    assert store.recount() == []


def test_a_rating_that_is_not_kept_counts_in_no_class(store, answer):
    first = answer(profile={"usia": "<17"}, remark="Antre")
    for response in (first, first, dataclasses.replace(first, profile={"usia": ">65"}, remark="Lain")):
        store.keep(response)
    assert told(store) == {("usia", "<17"): 1, "remarks": 1}
    assert store.recount() == []


def test_a_class_that_the_questionnaire_does_not_have_is_counted_in_none(store, answer):
    """From a questionnaire of former times, or an import: who named it is among those not stated."""
    store.keep(answer(profile={"usia": "purba", "hobi": "catur", "jenis_kelamin": "P"}))
    store.keep(answer(profile={"usia": "<17"}, instrument="kuesioner-lama"))
    assert told(store) == {("jenis_kelamin", "P"): 1}
    assert store.recount() == []


def test_a_list_that_was_never_classes_stops_the_answer_in_words_until_they_are_rebuilt(store, answer):
    store.keep(answer(profile={"usia": "<17"}))
    tamper(store, "UPDATE tally SET classes = '[1,2]'")
    for ask in (lambda: store.keep(answer()), lambda: store.tallies(None, None)):
        with pytest.raises(StoreRefused, match="rekap rusak"):
            ask()
    assert [sentence.endswith("rekap rusak") for sentence in store.rebuild()] == [True]
    store.keep(answer())
    assert (told(store), store.recount()) == ({("usia", "<17"): 1}, [])


def test_stored_words_that_are_no_profile_do_not_stop_a_recount(store, answer):
    for _ in range(3):
        store.keep(answer())
    for words in ('{"usia": ["<17"]}', "[1]", "{", '{"usia": null}'):
        store.do("UPDATE response SET profile = ?", (words,))
        changed, differences = parted(store.recount())
        assert (len(changed), differences) == (3, [])


def test_remarks_come_newest_first_and_empty_ones_do_not(store, answer):
    noon = datetime(2026, 8, 12, 4, tzinfo=UTC)
    for hour, words in enumerate(["pagi", "", "siang", "sore"]):
        store.keep(answer(remark=words, received_at=noon + timedelta(hours=hour)))
    store.keep(answer(remark="KTP", service="ktp-el", received_at=noon))
    end = noon + timedelta(hours=3)
    assert [words for _, words in store.remarks("dukcapil", noon, end, 9, "")] == ["siang", "pagi"]
    assert store.remarks("dukcapil", noon, end + timedelta(hours=1), 1) == [(end, "sore")]
    assert [words for _, words in store.remarks("dukcapil", noon, end, 9, "ktp-el")] == ["KTP"]
    assert store.newest("dukcapil") == end
    assert store.newest("rsud") is None


def test_all_reads_inside_a_snapshot_see_the_same_moment(office, adapter, answer, count):
    store = office.store
    store.keep(answer())
    if adapter == "sqlite-delete":  # a rollback journal lets the write wait for the reader instead
        pytest.skip("needs a database that writes beside readers")
    with store.snapshot():
        before = count(store)
        office.open().keep(answer())
        with store.snapshot():
            assert count(store) == before == 1
    assert count(store) == 2


def test_a_recount_finds_nothing_while_nothing_was_tampered_with(store, answer):
    for text in ("343434344", "4444-4444", "1--------"):
        store.keep(answer(answers=text))
        store.keep(answer(answers=text, service="ktp-el", channel="kiosk"))
    assert store.recount() == []


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        # 00.00 on 1 September is 18.30, 18.15 and 14.00 UTC of 31 August
        ("Asia/Kolkata", "18:10", "18:40"),
        ("Asia/Kathmandu", "18:10", "18:20"),
        ("Australia/Lord_Howe", "13:29:59.999999", "13:30"),
        ("Asia/Makassar", "15:59:59.999999", "16:00"),
    ],
)
def test_a_month_that_begins_within_an_hour_is_counted_as_it_was_kept(
    adapter, request, settings_of, answer, zone, before, after
):
    """Zones of 30 and 45 minutes; Lord Howe is 10.30 ahead of UTC in winter."""
    address = {"DATABASE": request.getfixturevalue("fresh_database")} if adapter == "postgres" else {}
    office = Office(settings_of(TIMEZONE=zone, **address))
    try:
        office.store.save_unit(Unit("dukcapil", "Dukcapil"))
        for time in (before, after):
            office.store.keep(answer(received_at=datetime.fromisoformat(f"2026-08-31T{time}Z")))
        assert [row.month for row in office.store.tallies(None, None)] == ["2026-08", "2026-09"]
        assert office.store.recount() == []
        assert office.store.rebuild() == []
    finally:
        office.close()


PEOPLE = "jumlah responden per kelas, saran, atau kanal berbeda"


def tamper(store: Any, statement: str) -> None:
    """Change rows behind the store's back."""
    store.do(statement, ())


def rows_of(store: Any, units: Any = None) -> list[Any]:
    """The rows of tallies as they can be compared."""
    return [
        (*row[:5], row.numbers.tolist(), row.people.tolist(), *row[7:]) for row in store.tallies(units, None)
    ]


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE response SET answers = '444444444'", "jumlah nilai berbeda"),
        ("UPDATE response SET answers = '34343434-'", "8 jawaban: isian 2, rekap tidak ada"),
        ("DELETE FROM response WHERE id IN (SELECT min(id) FROM response)", "isian 1, rekap 2"),
        ("DELETE FROM tally", "isian 2, rekap tidak ada"),
        ("UPDATE tally SET month = '2026-07'", "bulan 2026-07, 9 jawaban: isian tidak ada, rekap 2"),
        ("UPDATE tally SET scores = '[]'", "rekap rusak"),
        ("UPDATE tally SET scores = 'ABC'", "rekap rusak"),
        ("UPDATE tally SET products = '[1,2]'", "rekap rusak"),
        ("UPDATE tally SET n = 3", "rekap rusak"),
        ("UPDATE tally SET channels = 'x'", "rekap rusak"),
        ("UPDATE tally SET channels = '[2]'", "rekap rusak"),
        ("UPDATE tally SET classes = '[1]'", "rekap rusak"),
        ("UPDATE tally SET products = '[]'", "jumlah nilai berbeda"),
        ("UPDATE tally SET classes = '[]'", PEOPLE),
        ("UPDATE tally SET remarks = 1", PEOPLE),
        ("UPDATE tally SET channels = '{\"kiosk\":2}'", PEOPLE),
        ("UPDATE response SET profile = ''", PEOPLE),
        ("UPDATE response SET remark = ''", PEOPLE),
        ("UPDATE response SET channel = 'kiosk'", PEOPLE),
        ("DELETE FROM unit_tally", "bulan 2026-08, 9 jawaban: rekap unit tidak sama dengan isian"),
        ("UPDATE unit_tally SET month = '2026-07'", "bulan 2026-07, 9 jawaban: rekap unit tidak sama dengan"),
        ("UPDATE unit_tally SET n = 3", "rekap unit tidak sama dengan isian"),
        ("UPDATE unit_tally SET products = '[]'", "rekap unit tidak sama dengan isian"),
        ("UPDATE unit_tally SET scores = '[1]'", "rekap unit tidak sama dengan isian"),
    ],
)
def test_a_recount_names_every_place_where_answers_and_counters_differ(store, answer, tampering, words):
    for _ in range(2):
        store.keep(answer(profile={"usia": "<17"}, remark="Antre"))
    tamper(store, tampering)
    found = store.recount()
    assert any(words in sentence for sentence in found), found
    assert all("unit dukcapil" in sentence for sentence in found)


FORGED = [
    "UPDATE response SET answers = '444444444' WHERE id IN (SELECT min(id) FROM response WHERE unit = 'dukcapil')",
    "UPDATE response SET remark = 'Bagus' WHERE id IN (SELECT min(id) FROM response WHERE unit = 'dukcapil')",
    "UPDATE response SET profile = '' WHERE id IN (SELECT min(id) FROM response WHERE unit = 'dukcapil')",
    "UPDATE response SET profile = 'x' WHERE id IN (SELECT min(id) FROM response WHERE unit = 'dukcapil')",
    "UPDATE response SET service = 'ktp-el' WHERE id IN (SELECT min(id) FROM response WHERE unit = 'dukcapil')",
    "UPDATE response SET counter = 'loket-1' WHERE id IN (SELECT min(id) FROM response WHERE unit = 'dukcapil')",
    "UPDATE response SET instrument = 'skm-2004' WHERE id IN (SELECT min(id) FROM response WHERE unit = 'dukcapil')",
]


def edited(store: Any, statement: str) -> str:
    """An answer that somebody changes in the database itself; its id."""
    tamper(store, statement)
    return store.rows("SELECT min(id) FROM response WHERE unit = 'dukcapil'")[0][0]


def fill_two_units(store: Any, answer: Any) -> None:
    for _ in range(3):
        store.keep(answer(profile={"usia": "<17", "jenis_kelamin": "L"}, remark='Antre "lama"\n\U0001f44d'))
    store.keep(answer(unit="rsud"))


@pytest.mark.parametrize("forgery", FORGED)
def test_an_answer_that_was_changed_in_the_database_is_named_by_its_id(store, answer, forgery):
    fill_two_units(store, answer)
    assert store.recount() == []
    id = edited(store, forgery)
    changed, _ = parted(store.recount())
    assert [id in sentence and "unit dukcapil" in sentence for sentence in changed] == [True]
    assert "bukan lagi seperti yang diterima" in changed[0]


@pytest.mark.parametrize("forgery", FORGED[:2])
def test_a_rebuild_leaves_a_unit_alone_whose_answers_were_changed_until_they_are_accepted(
    store, answer, forgery
):
    fill_two_units(store, answer)
    id, before = edited(store, forgery), rows_of(store, ["dukcapil"])
    tamper(store, "DELETE FROM tally WHERE unit = 'rsud'")
    changed, mended = parted(store.rebuild())
    assert [id in sentence for sentence in changed] == [True]
    assert all("unit rsud" in sentence for sentence in mended)
    assert mended  # other units are not kept waiting
    assert rows_of(store, ["dukcapil"]) == before

    noted: list[str] = []
    changed, mended = parted(store.rebuild(accept_changed=True, noted=noted.extend))
    assert len(changed) == 1
    assert noted == [*changed, *mended]
    changed, differences = parted(store.recount())
    assert (len(changed), differences) == (1, [])  # never forgotten


def test_what_is_noted_of_a_rebuild_is_kept_with_it_or_not_at_all(store, answer):
    store.keep(answer())
    tamper(store, "DELETE FROM tally")
    before = rows_of(store)

    def noted(mended: list[str]) -> None:
        raise KeyError(mended[0])

    with pytest.raises(KeyError):
        store.rebuild(noted=noted)
    assert rows_of(store) == before


def test_of_very_many_changed_answers_a_hundred_are_named_and_the_others_counted(store, answer):
    store.keep_many(answer() for _ in range(130))
    tamper(store, "UPDATE response SET answers = '444444444'")
    changed, _ = parted(store.recount())
    assert len(changed) == 101
    assert "30 isian lain juga" in changed[-1]


def test_an_addition_to_an_answer_has_its_own_digest_that_gives_a_change_away(store, answer):
    sent = [answer(), answer(service="ktp-el", counter="loket-1"), answer()]
    for response, remark in zip(sent, ['Antre "lama"', "", "Baik"], strict=True):
        store.keep(response)
        place = (response.id, response.unit, response.service, response.counter)
        store.supplement(Supplement(*place, NOON, {"usia": "<17", "jenis_kelamin": "L"}, remark))
    assert store.recount() == []
    for column, value in (
        ("remark", "Bagus"),
        ("profile", '{"usia": ">65"}'),
        ("answers", "444444444"),
        ("supplemented_at", None),
        ("supplement_fingerprint", "0" * 64),
        ("supplement_fingerprint", None),
    ):
        id = sent[0].id
        there = store.rows(f"SELECT {column} FROM response WHERE id = ?", (id,))[0][0]
        store.do(f"UPDATE response SET {column} = ? WHERE id = ?", (value, id))
        assert [id in sentence for sentence in parted(store.recount())[0]] == [True], column
        store.do(f"UPDATE response SET {column} = ? WHERE id = ?", (there, id))
    assert store.recount() == []


def test_a_remark_that_was_removed_for_its_age_is_no_change_and_hides_none(store, answer):
    for _ in range(2):
        store.keep(answer(remark="Antre", profile={"usia": "<17"}))
    id = edited(store, FORGED[0])
    store.retain(NOON + timedelta(days=1), NOON + timedelta(days=400))
    changed, _ = parted(store.recount())
    assert [id in sentence for sentence in changed] == [True]


def test_hostile_words_are_no_changed_answers(store, answer):
    for words in HOSTILE:
        store.keep(answer(remark=words, profile={"usia": words[:20]}))
    assert store.recount() == []


COUNTERS = [
    "UPDATE tally SET n = 3",
    "UPDATE tally SET scores = '[]'",
    "UPDATE tally SET classes = '[]'",
    "UPDATE tally SET month = '2026-07'",
    "DELETE FROM tally",
    "DELETE FROM unit_tally",
    "UPDATE unit_tally SET scores = '[]'",
]


@pytest.mark.parametrize("tampering", COUNTERS)
def test_a_rebuild_makes_the_counters_right_and_touches_no_answer(store, answer, everything, tampering):
    for text in ("343434344", "4444-4444", "1--------"):
        store.keep(answer(answers=text, profile={"usia": "<17"}, remark="Antre"))
    right, said = rows_of(store), everything(store)
    tamper(store, tampering)
    assert store.rebuild() != []
    assert (rows_of(store), everything(store), store.recount()) == (right, said, [])
    assert store.rebuild() == []


@pytest.mark.parametrize("days", [0, 40], ids=["a row there is", "a new month"])
def test_a_rating_that_comes_in_the_middle_of_a_rebuild_is_counted(store, answer, count, days):
    store.keep(answer())
    came: list[Future[Any]] = []

    def in_the_middle(_: int) -> None:
        if not came:
            came.append(resident.submit(store.keep, answer(received_at=NOON + timedelta(days))))
            wait(came, 0.3)  # or it waits for the rebuild

    with ThreadPoolExecutor(1) as resident:
        assert store.rebuild(in_the_middle) == []
        assert came[0].result().status == "kept"
    assert (count(store), store.recount()) == (2, [])


def test_a_broken_counter_stops_the_answer_in_words_until_it_is_rebuilt(store, answer, count):
    store.keep(answer())
    for table in ("tally", "unit_tally"):
        tamper(store, f"UPDATE {table} SET scores = '[]'")
        with pytest.raises(StoreRefused, match="rekap rusak"):
            store.keep(answer())
        store.rebuild()
    assert store.keep(answer()).status == "kept"
    assert count(store) == 2


def test_a_broken_row_is_named_to_who_reads_it(store, answer):
    store.keep_many([answer(), answer(unit="rsud")])
    tamper(store, "UPDATE unit_tally SET products = '[1]' WHERE unit = 'rsud'")
    tamper(store, "UPDATE tally SET products = '[1]' WHERE unit = 'rsud'")
    with pytest.raises(StoreRefused, match=r"^unit rsud, kuesioner.*bulan 2026-08, 9 jawaban: rekap rusak"):
        store.unit_tallies(None, ["2026-08"])
    with pytest.raises(StoreRefused, match=r"^unit rsud, layanan -, .*bulan 2026-08, 9 jawaban: rekap rusak"):
        store.tallies(None, ["2026-08"])


def test_the_tally_of_a_unit_is_that_of_its_services_for_each_number_of_answers(store, answer):
    """By hand: 3 and 4 on all nine items are 9 + 16 on every pair; the one of eight answers stands alone."""
    store.keep(answer(answers="333333333"))
    store.keep(answer(answers="444444444", service="ktp-el", channel="kiosk"))
    store.keep(answer(answers="2222-2222"))
    (key, rows), *others = store.unit_tallies(["dukcapil"], ["2026-08"]).items()
    assert (key, others, set(rows.unit), set(rows.month)) == ("skm-2017", [], {"dukcapil"}, {"2026-08"})
    told = {
        answered: tally_of(numbers, 4) for answered, numbers in zip(rows.answered, rows.numbers, strict=True)
    }
    assert sorted(told) == [8, 9]
    assert (told[9].n, told[9].squares.tolist()) == (2, [[25] * 9] * 9)
    assert (told[8].n, told[8].pairs[4].tolist(), told[8].squares[0].tolist()) == (
        1,
        [0] * 9,
        [4] * 4 + [0] + [4] * 4,
    )
    assert store.unit_tallies(None, ["2026-07"]) == {}


def test_a_row_can_be_read_by_a_person(store, answer):
    """'3-4343434' and '4-4343434': item 1 has a 3 and a 4; (3 + 4) x 4 for items 1 and 3; item 2 was left blank."""
    store.keep(answer(answers="3-4343434", profile={"jenis_kelamin": "P"}, remark="Antre"))
    store.keep(answer(answers="4-4343434", profile={"jenis_kelamin": "P"}, channel="kiosk"))
    columns = "n, scores, products, blanks, blank_pairs, classes, remarks, channels"
    ((n, *lists, remarks, channels),) = store.rows(f"SELECT {columns} FROM tally")
    assert (n, remarks, channels) == (2, 1, '{"kiosk":1,"qr":1}')
    scores, products, blanks, blank_pairs, people = map(json.loads, lists)
    assert (len(scores), scores[:12]) == (36, [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2])
    assert (len(products), products[:2]) == (36, [0, 28])
    assert (len(blanks), blanks[1::9]) == (81, [7, 0, 8, 6, 8, 6, 8, 6, 8])
    assert blank_pairs == []  # nothing but zeros
    assert people[:2] == [0, 2]
    assert lists[1][:8] == "[ 0,28,2"  # all as wide as the widest, so that many are read in one go


def test_many_rows_are_read_as_each_alone(store, answer):
    """Forty months, with lists of several widths: more than are read one by one."""
    dice = Random(1)
    for month in range(40):
        for _ in range(dice.randrange(1, 14)):
            text = "".join(dice.choice("-1234") for _ in range(8)) + "4"
            store.keep(answer(answers=text, received_at=NOON + timedelta(days=30 * month)))
    months = store.months()
    together = store.unit_tallies(None, months)["skm-2017"]
    alone = {
        (month, answered): numbers.tolist()
        for each in months
        for _, month, answered, numbers in zip(*store.unit_tallies(None, [each])["skm-2017"], strict=True)
    }
    pairs = zip(together.month, together.answered, together.numbers.tolist(), strict=True)
    assert {(month, answered): numbers for month, answered, numbers in pairs} == alone
    assert len(alone) > 60 and store.recount() == []


@pytest.fixture
def running(monkeypatch):
    """The machine's clock says noon of 12 August: answers of August come into the running month."""
    monkeypatch.setattr(revision, "clock", lambda: NOON)


def test_answers_to_the_running_month_change_nothing_that_is_published(running, store, answer):
    before = store.revision()
    store.keep(answer())
    assert store.revision() == before


@pytest.mark.parametrize("days", [-40, 40], ids=["a month that is over", "a month to come"])
def test_every_answer_to_another_month_is_a_new_revision_also_for_other_processes(
    running, office, answer, days
):
    store, other = office.store, office.open()
    before = other.revision()
    store.keep_many([answer(received_at=NOON + timedelta(days)), answer()])
    assert other.revision() == store.revision() > before


def test_in_its_last_hour_a_month_counts_as_over(monkeypatch, store, answer):
    """An answer that is counted at 23.59 may be seen only after midnight, when the month is published."""
    last = datetime(2026, 8, 31, 15, 59, tzinfo=UTC)  # 23.59 WITA
    monkeypatch.setattr(revision, "clock", lambda: last)
    before = store.revision()
    store.keep(answer(received_at=last))
    assert store.revision() > before


def test_a_rebuild_that_mends_is_a_new_revision_and_one_that_finds_nothing_is_none(running, store, answer):
    store.keep(answer())
    before = store.revision()
    assert store.rebuild() == []
    assert store.revision() == before
    tamper(store, "DELETE FROM unit_tally")
    assert store.rebuild()
    assert store.revision() > before


@pytest.mark.parametrize(
    "save",
    [
        lambda store: store.save_organisation(Organisation("Kota Contoh", "PEMERINTAH KOTA CONTOH")),
        lambda store: store.save_unit(dataclasses.replace(store.unit("rsud"), population=7)),
        lambda store: store.save_unit(dataclasses.replace(store.unit("rsud"), active=False)),
        lambda store: store.save_service(Service("dukcapil", "ktp-el", "KTP")),
    ],
    ids=["organisation", "population", "closed", "service"],
)
def test_what_places_are_called_and_how_many_use_them_is_a_new_revision(store, save):
    before = store.revision()
    save(store)
    assert store.revision() > before


def test_what_was_done_for_the_database_is_remembered(store):
    assert store.upkeep("backup") is None
    store.note_upkeep("backup", NOON, "gagal")
    store.note_upkeep("backup", NOON + timedelta(hours=1))
    assert store.upkeep("backup") == (NOON + timedelta(hours=1), "")


def test_nothing_that_tells_who_answered_has_a_column(store):
    """Rank 31 of the threats: no name, number, network address, browser or cookie of a respondent is kept."""
    with store.snapshot() as query:
        columns = {column[0] for column in query("SELECT * FROM response").description}
    assert columns == {
        *("unit", "id", "service", "counter", "channel", "instrument", "answers", "received_at"),
        *("language", "profile", "remark", "seconds", "fingerprint", "remark_removed_at"),
        *("supplement_fingerprint", "supplemented_at"),
    }
