"""Anybody can ask whether the code on a paper is that of the answers as they are kept now."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from survey.domain.organisation import Unit
from survey.domain.period import Period
from survey.services import paper_check
from survey.services.issuing import issued
from survey.services.report_data import unit_report_data
from survey.services.scope import Scope

PAGE = "/hasil/dukcapil/periksa"


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def paper(store, config, clock):
    """The address that a paper of dukcapil carries in its QR code; ``row=False``: of a time when none was kept."""

    def paper(period: str = "2026-TW2", *, row: bool = True, **options):
        unit = store.unit("dukcapil")
        found = unit_report_data(Scope(store, config, unit, Period.parse(period), clock(), **options))
        assert found.verify.startswith("http://127.0.0.1:8000/hasil/dukcapil/periksa?kode=")
        if row:
            service = options.get("service")
            store.keep_issued_paper(issued(config, found, "certificate", "pdf", service, clock(), "kepala"))
        return found.verify.removeprefix("http://127.0.0.1:8000")

    return paper


def test_a_paper_of_these_answers_is_found_good_and_its_numbers_are_told(client, kept, paper):
    kept(30)  # 32 / 9 x 25 = 88,89: A (see test_public.py)
    shown = words(client.get(paper()).text)
    told = ("Kode cocok", "Lembar keterangan nilai dengan kode periksa (PDF)", "Triwulan II Tahun 2026")
    for part in (*told, "Pertama dibuat 12 Agustus 2026", "88,89", "mutu A", "30 orang"):
        assert part in shown


def test_the_code_can_be_typed_in_groups_and_capitals(client, kept, paper):
    kept(30)
    code = parse_qs(urlsplit(paper()).query)["kode"][0]
    assert re.fullmatch("[0-9a-f]{12}", code)
    for typed in (
        f"{code[:4].upper()} {code[4:8]}-{code[8:]} ",
        f"{code[:4]}\u2013{code[4:8]}\u2011{code[8:]}.",
    ):
        found = client.get(PAGE, query_string={"periode": "2026-TW2", "kode": typed, "layanan": ""})
        assert "Kode cocok" in words(found.text), typed


def test_a_code_of_fewer_than_twelve_digits_is_none(client, kept, paper):
    kept(30)
    found = words(client.get(paper()[:-1]).text)
    assert "paling sedikit 12" in found and "cocok" not in found


def test_one_changed_answer_fails_the_paper(client, kept, paper, store):
    kept(30)
    address = paper()
    (first, *_) = store.responses(["dukcapil"], None, None)
    # what nobody can do with the toolkit: an answer changed in the database itself, 4 instead of the first 3
    store.do("UPDATE response SET answers = '443434344' WHERE id = ?", (first.id,))
    assert "Kode cocok" in words(client.get(address).text)  # the counters do not know it yet …
    assert store.recount() != []  # … `skm verify` does
    store.rebuild(accept_changed=True)
    shown = words(client.get(address).text)
    assert "Kode kami kenal, isiannya sudah lain" in shown and "88,89" not in shown
    assert "semestinya tidak berubah lagi" in shown


def test_one_more_answer_fails_the_paper(client, kept, paper):
    kept(30)
    address = paper()
    kept(1)
    assert "isiannya sudah lain" in words(client.get(address).text)


def test_two_answers_that_change_places_are_not_the_same_paper(client, kept, paper, store):
    # every count per question stays as it was: only who said what together has changed
    kept(5, answers="444444444")
    kept(5, answers="333333333")
    address = paper()
    one, *_ = store.responses(["dukcapil"], None, None)
    other = next(r for r in store.responses(["dukcapil"], None, None) if r.answers != one.answers)
    swapped = (one.answers[0] + other.answers[1:], other.answers[0] + one.answers[1:])
    for response, answers in zip((other, one), swapped, strict=True):
        store.do("UPDATE response SET answers = ? WHERE id = ?", (answers, response.id))
    store.rebuild(accept_changed=True)
    assert "isiannya sudah lain" in words(client.get(address).text)


def test_the_code_does_not_depend_on_the_order_in_which_answers_came(kept, store, config, clock, tmp_path):
    kept(3, answers="444444444")
    kept(2, answers="3-3333333")
    before = code_of(store, config, clock)
    answers = [response.answers for response in store.responses(None, None, None)]
    store.do("DELETE FROM response", ())
    store.rebuild()
    for text in reversed(answers):
        kept(1, answers=text)
    assert code_of(store, config, clock) == before


def code_of(store, config, clock):
    return unit_report_data(
        Scope(store, config, store.unit("dukcapil"), Period.parse("2026-TW2"), clock())
    ).fingerprint


def test_unit_period_service_and_way_of_computing_each_have_a_code_of_their_own(kept, paper, store):
    store.save_unit(Unit("rsud", "Rumah Sakit"))
    kept(30)
    addresses = [
        paper(),
        paper("2026"),
        paper("2026-S1"),
        paper("2026-05"),
        paper(service="ktp-el"),
        paper(convention="0.11"),
    ]
    assert len({parse_qs(urlsplit(address).query)["kode"][0] for address in addresses}) == 6


def test_a_wrong_code_is_searched_by_one_at_a_time_and_once_for_each_period_and_service(
    client, kept, monkeypatch
):
    # anybody may ask as often as they like, and there are dozens of ways of computing to try on each
    kept(30)
    looks, other = [], []
    once = paper_check.tallies_text

    def look(groups):
        looks.append(1)
        if not other:  # somebody else asks in the middle of it
            other.append(client.get(f"{PAGE}?kode=0123456789ac").status_code)
        return once(groups)

    monkeypatch.setattr(paper_check, "tallies_text", look)
    assert "Kode ini tidak kami kenal" in words(client.get(f"{PAGE}?kode=0123456789ab").text)
    # May, the second quarter, the first half and the year; all of the unit and the one service with answers
    assert (len(looks), other) == (4 * 2, [503])


def test_nothing_is_searched_where_every_paper_has_a_row(client, kept, store, monkeypatch):
    kept(30)
    store.do("UPDATE schema_step SET applied_at = '2025-12-31T00:00:00.000000Z' WHERE name LIKE '0008%'", ())
    monkeypatch.setattr(paper_check, "tallies_text", lambda groups: pytest.fail("searched"))
    assert "Kode ini tidak kami kenal" in words(client.get(f"{PAGE}?periode=2026-TW2&kode=0123456789ab").text)


def test_another_database_gives_the_same_answers_another_code(kept, store, config, clock):
    # so that nobody can try out which answers give a code
    kept(1)
    before = code_of(store, config, clock)
    store.do("UPDATE paper_key SET key = ?", ("0" * 64,))
    assert code_of(store, config, clock) != before


def test_a_paper_of_a_service_or_with_another_convention_is_found_good(client, kept, paper):
    kept(30)
    assert "Perekaman dan Pencetakan KTP-el" in words(client.get(paper(service="ktp-el")).text)
    shown = words(client.get(paper(convention="0.11")).text)
    # 32 / 9 means: (3 x 4 + 4 x 5) x 0,11 x 25 = 88,00
    assert "Kode cocok" in shown and "88,00" in shown and "mutu B" in shown


@pytest.mark.parametrize(
    "later", [{"MINIMUM_ANSWERS": 1}, {"MINIMUM_ANSWERS": 9}, {"CONVENTION": "0.111"}, {"ROLL_UP": "visits"}]
)
def test_a_paper_stays_good_when_the_office_computes_in_another_way_afterwards(
    client, kept, paper, config, monkeypatch, later
):
    kept(30)
    kept(10, answers="4---3----")
    before = words(client.get(paper()).text)
    assert "Kode cocok" in before and "40 orang" in before
    address = paper()
    for name, value in later.items():
        monkeypatch.setitem(config.values, name, value)
    assert words(client.get(address).text) == before


# the ten that fit nine elements, of the sixteen names that `skm report --convention` takes
FITTING = [
    "exact",
    "exact-nrr2",
    "exact-weighted2",
    "exact-nrr2-weighted2",
    *(
        f"0.{ones}{steps}"
        for ones in ("111", "11")
        for steps in ("", "-nrr2", "-weighted2", "-nrr2-weighted2")
    ),
]


@pytest.mark.parametrize("row", [True, False], ids=["with a row", "from before there were rows"])
@pytest.mark.parametrize("convention", FITTING)
def test_a_paper_with_any_convention_that_a_report_takes_is_found_good(client, kept, paper, convention, row):
    kept(30)
    assert "Kode cocok" in words(client.get(paper(convention=convention, row=row)).text)


def test_a_paper_from_before_there_were_rows_stays_good_when_the_minimum_was_none_then(
    client, kept, paper, config, monkeypatch
):
    kept(30)
    kept(10, answers="4---3----")
    address = paper(row=False)
    monkeypatch.setitem(config.values, "MINIMUM_ANSWERS", 5)
    shown = words(client.get(address).text)
    assert "Kode cocok" in shown and "40 orang" in shown and "Pertama dibuat" not in shown


@pytest.mark.parametrize("row", [True, False], ids=["with a row", "from before there were rows"])
@pytest.mark.parametrize(
    ("period", "service", "said"),
    [
        ("2026-05", None, "Mei 2026"),
        ("2026-TW2", "ktp-el", "Perekaman dan Pencetakan KTP-el"),
        ("2026-S1", None, "Semester I Tahun 2026"),
        ("2026", "ktp-el", "Tahun 2026"),
    ],
)
def test_a_code_that_is_typed_is_looked_up_in_every_period_and_service(
    client, kept, paper, period, service, said, row
):
    kept(30)
    code = parse_qs(urlsplit(paper(period, service=service, row=row)).query)["kode"][0]
    shown = words(client.get(f"{PAGE}?kode={code}").text)
    assert "Kode cocok" in shown and said in shown
    assert "<select" not in client.get(PAGE).text  # nothing to choose


def test_a_paper_of_a_free_range_of_days_is_found_by_its_row_and_tells_no_numbers(client, kept, paper, clock):
    kept(30)
    address = paper("2026-05-01..2026-05-20")
    shown = words(client.get(address).text)
    assert "Kode cocok" in shown and "1 Mei" in shown
    # beside the quarter it would tell what the other days say
    assert "88,89" not in shown and "30 orang" not in shown
    kept(1)
    shown = words(client.get(address).text)
    assert "isiannya sudah lain" in shown and "Pertama dibuat" in shown


def test_digits_that_begin_more_than_one_code_ask_for_more(client, kept, paper, store, config, clock):
    kept(30)
    code = parse_qs(urlsplit(paper()).query)["kode"][0]
    found = unit_report_data(Scope(store, config, store.unit("dukcapil"), Period.parse("2026-TW2"), clock()))
    whole = found.fingerprint
    other = whole[:20] + ("0" if whole[20] != "0" else "1") * 44
    row = issued(config, found, "full", "pdf", None, clock(), "")
    store.keep_issued_paper(replace(row, code=other))
    assert "Ketik kodenya lebih panjang" in words(client.get(f"{PAGE}?kode={code}").text)
    assert "Kode cocok" in words(client.get(f"{PAGE}?kode={whole[:21]}").text)


def test_a_paper_of_another_unit_is_not_known_here(client, kept, paper, store):
    kept(30)
    store.save_unit(Unit("rsud", "Rumah Sakit"))
    code = parse_qs(urlsplit(paper()).query)["kode"][0]
    assert "tidak kami kenal" in words(client.get(f"/hasil/rsud/periksa?kode={code}").text)


def test_nobody_who_took_a_paper_is_named(client, kept, paper):
    kept(30)
    assert "kepala" not in words(client.get(paper()).text)


def test_a_paper_of_a_year_shows_its_numbers_only_when_the_year_is_over(client, kept, paper, clock):
    kept(30)
    address = paper("2026")
    shown = words(client.get(address).text)
    assert "Kode cocok" in shown and "masih berjalan" in shown and "88,89" not in shown
    clock.forward(days=200)
    assert "88,89" in words(client.get(address).text)


def test_an_older_paper_of_a_running_period_is_said_to_be_older(client, kept, paper, running):
    kept(30, when=running)
    address = paper("2026-TW3")
    assert "Kode cocok" in words(client.get(address).text)
    kept(1, when=running)
    shown = words(client.get(address).text)
    assert "isiannya sudah lain" in shown and "isian bertambah sesudahnya" in shown


def test_the_numbers_told_are_those_of_the_code_also_when_an_answer_comes_meanwhile(
    client, kept, paper, store, monkeypatch
):
    kept(30)
    address = paper()
    read = store.paper_key

    def paper_key():
        kept(1, answers="111111111")
        return read()

    monkeypatch.setattr(store, "paper_key", paper_key)
    shown = words(client.get(address).text)
    assert "Kode cocok" in shown and "88,89" in shown and "30 orang" in shown


def test_fewer_than_five_people_are_never_told(client, kept, paper):
    kept(4)
    shown = words(client.get(paper()).text)
    assert "Kode cocok" in shown and "kurang dari lima" in shown and "88,89" not in shown


def test_without_answers_there_is_nothing_to_check(client, place):
    found = client.get(f"{PAGE}?periode=2026-TW2&kode=0123456789ab")
    assert found.status_code == 200 and "Kode ini tidak kami kenal" in words(found.text)


def test_the_page_asks_for_the_code_when_it_has_none_and_is_linked_from_the_unit(client, kept):
    kept(30)
    found = client.get(PAGE)
    assert found.status_code == 200 and 'name="kode"' in found.text and "<script" not in found.text
    assert f'href="{PAGE}"' in client.get("/hasil/dukcapil").text
    assert "Set-Cookie" not in found.headers


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"periode": "x"}, "tidak kami kenal"),
        ({"periode": ""}, "tidak kami kenal"),
        ({}, "tidak kami kenal"),
        ({"periode": "9999-TW4"}, "tidak kami kenal"),
        ({"periode": "2099"}, "tidak kami kenal"),
        ({"periode": "2026-07-01..2026-07-02"}, "tidak kami kenal"),
        ({"periode": "2026-TW2", "layanan": "tidak-ada"}, "tidak kami kenal"),
        ({"periode": "2026-TW2", "kode": "<script>alert(1)</script>"}, "paling sedikit 12"),
        ({"periode": "2026-TW2", "kode": "g" * 12}, "paling sedikit 12"),
        ({"periode": "2026-TW2", "kode": "a" * 65}, "paling sedikit 12"),
        ({"periode": "2026-TW2", "kode": "a" * 100_000}, "paling sedikit 12"),
        ({"periode": "2026-TW2", "kode": "\x00'; --" * 3}, "paling sedikit 12"),
        ({"periode": "<script>alert(1)</script>"}, "tidak kami kenal"),
        ({"periode": "2026-TW2", "layanan": "\x00<script>"}, "tidak kami kenal"),
        ({"periode": "2026-TW2", "kode": "１２３４５６７８９０１２"}, "paling sedikit 12"),
    ],
)
def test_whatever_is_typed_gets_a_sentence(client, place, asked, sentence):
    found = client.get(PAGE, query_string={"kode": "0123456789ab", **asked})
    assert found.status_code == 200 and sentence in words(found.text), words(found.text)
    assert "<script" not in found.text


@pytest.mark.parametrize("unit", ["tidak-ada", "%00", "%27%3B--", "DUKCAPIL"])
def test_a_unit_that_does_not_exist_is_not_found(client, place, unit):
    assert client.get(f"/hasil/{unit}/periksa?periode=2026-TW2&kode=0123456789ab").status_code == 404
