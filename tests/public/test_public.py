"""Everybody sees finished periods, nobody sees the open one, and page, paper and data say the same."""

import csv
import io
import json
import re
from html import unescape

import pypdf
import pytest

from calc.render.sheets.notice import notice
from calc.scoring.interval import CHANCE_ONLY
from survey.domain.organisation import Unit
from survey.domain.period import Period
from survey.services import results
from survey.services.scope import Scope


def words(page: str) -> str:
    """What a reader of the page sees."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def table(body: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body)))


def test_without_any_answer_a_unit_has_no_value(client, place):
    assert "Belum ada hasil yang dipublikasikan" in words(client.get("/hasil").text)
    assert "Belum ada hasil yang dipublikasikan" in words(client.get("/hasil/dukcapil").text)
    assert client.get("/hasil/dukcapil.json").json["published"] is False


def test_an_address_of_a_unit_that_is_not_there_leads_to_all_units(client, place):
    unknown = client.get("/hasil/tidak-ada")
    assert unknown.status_code == 404 and 'href="/hasil"' in unknown.text


def test_a_finished_period_is_published(client, kept):
    kept(30)
    # 3 + 4 + 3 + 4 + 3 + 4 + 3 + 4 + 4 = 32; 32 / 9 x 25 = 88.89: A
    shown = words(client.get("/hasil/dukcapil").text)
    for part in (
        "88,89",
        "Mutu A",
        "Sangat Baik",
        "30 orang",
        "Triwulan II Tahun 2026",
        "01-04-2026 s/d 30-06-2026",
    ):
        assert part in shown
    assert "88,89" in words(client.get("/hasil").text)


def test_the_open_period_is_not_published(client, kept, running):
    kept(30, when=running)
    assert "88,89" not in client.get("/hasil").text
    assert "88,89" not in client.get("/hasil/dukcapil").text
    assert client.get("/hasil/dukcapil?periode=2026-TW3").status_code == 404
    assert client.get("/hasil/dukcapil.json?periode=2026-TW3").status_code == 404
    assert client.get("/hasil.json").json["results"] == []


def test_an_open_period_is_published_once_it_is_over(client, kept, clock, running):
    kept(30, when=running)
    clock.forward(days=60)
    assert "88,89" in words(client.get("/hasil/dukcapil").text)


def test_fewer_than_five_answers_are_not_published_anywhere(client, kept):
    kept(4)
    for address in (
        "/hasil",
        "/hasil/dukcapil",
        "/hasil.json",
        "/hasil.csv",
        "/hasil/dukcapil.json",
        "/hasil/dukcapil.csv",
    ):
        body = client.get(address).text
        assert "88,89" not in body
        assert "88.89" not in body
        assert "Sangat Baik" not in body
    assert "Belum cukup responden" in words(client.get("/hasil/dukcapil").text)


def test_page_json_csv_and_paper_say_one_value_and_one_number(client, kept, config, store, clock):
    kept(20)
    kept(17, answers="333333333")
    # 20 x 32 + 17 x 27 = 1099 over 37 x 9 = 333 answers: 3.3003; x 25 = 82.51: B
    record = client.get("/hasil/dukcapil.json").json
    assert (record["index"], record["converted"], record["grade"], record["n"]) == (
        "3.3003",
        "82.51",
        "B",
        37,
    )
    assert "82,51" in words(client.get("/hasil/dukcapil").text)
    rows = table(client.get("/hasil/dukcapil.csv").text)
    assert (rows[0]["key"], rows[0]["converted"], rows[0]["n"]) == ("ikm", "82.51", "37")
    assert [row["key"] for row in rows[1:]] == [element["key"] for element in record["elements"]]
    assert table(client.get("/hasil.csv").text)[0]["converted"] == "82.51"
    assert client.get("/hasil.json").json["results"][0]["converted"] == "82.51"
    # beside the interval, wherever it is published
    assert CHANCE_ONLY in words(client.get("/hasil/dukcapil").text)
    assert record["interval_note"] == client.get("/hasil.json").json["interval_note"] == CHANCE_ONLY
    result = results.unit_result(
        Scope(store, config, store.unit("dukcapil"), Period.parse("2026-TW2"), clock.now)
    )
    paper = pypdf.PdfReader(io.BytesIO(notice(result))).pages[0].extract_text()
    assert "82,51" in paper
    assert "Jumlah: 37 orang" in paper


def test_the_data_name_period_method_and_licence(client, kept):
    kept(30)
    record = client.get("/hasil/dukcapil.json").json
    assert record["period"] == "2026-TW2"
    assert (record["start"], record["end"]) == ("2026-04-01", "2026-06-30")
    assert (record["instrument"], record["convention"]) == ("skm-2017", "exact")
    assert record["licence"]
    row = table(client.get("/hasil.csv").text)[0]
    assert (row["unit"], row["period"], row["start"], row["end"]) == (
        "dukcapil",
        "2026-TW2",
        "2026-04-01",
        "2026-06-30",
    )
    assert (row["instrument"], row["convention"], row["licence"]) == ("skm-2017", "exact", record["licence"])


def test_small_classes_are_withheld_on_the_page_and_in_the_data(client, kept):
    kept(20, profile={"jenis_kelamin": "L", "pendidikan": "SMA"})
    kept(3, profile={"jenis_kelamin": "P", "pendidikan": "S3"})
    kept(9, profile={"jenis_kelamin": "P", "pendidikan": "S1"})
    record = client.get("/hasil/dukcapil.json").json["respondents"]
    assert record["jenis_kelamin"] == [{"class": "L", "count": 20}, {"class": "P", "count": 12}]
    education = {one["class"]: one["count"] for one in record["pendidikan"]}
    assert (education["SMA"], education["S1"], education["S2/S3"]) == (20, None, None)
    shown = words(client.get("/hasil/dukcapil").text)
    assert "S1 = * orang" in shown
    assert "SMA = 20 orang" in shown
    assert "melindungi kelompok kecil" in shown


def test_an_element_that_few_answered_is_withheld_with_two_others(client, kept):
    """With one other, the index and the shown means would tell both: 3 answers have few possible means."""
    kept(20, answers="332-32233")
    kept(3, answers="223222322")
    record = client.get("/hasil/dukcapil.json").json
    hidden = [element["key"] for element in record["elements"] if element["mean"] is None]
    assert hidden == ["persyaratan", "prosedur", "biaya"]
    page = client.get("/hasil/dukcapil").text
    assert page.count('<td class="figure">*</td>') == 6


def test_answers_that_are_all_alike_give_nobody_away(client, kept):
    """100,00 and nine times 4,0000 would say what everybody answered. 100 - 5 x 75 / (27 x 5 respondents) = 97,22."""
    kept(5, answers="444444444")
    record = client.get("/hasil/dukcapil.json").json
    assert (record["n"], record["published"], record["grade"]) == (5, True, "A")
    assert (record["converted"], record["index"], record["converted_low"]) == (None, None, "97.22")
    assert {element["mean"] for element in record["elements"]} == {None}
    (listed,) = client.get("/hasil.json").json["results"]
    assert (listed["converted"], listed["converted_low"], listed["interval"]) == (None, "97.22", None)
    for address in ("/hasil", "/hasil/dukcapil", "/hasil.csv", "/hasil/dukcapil.csv"):
        said = client.get(address).text
        assert "97,22" in said or "97.22" in said, address
        assert not re.search(r"100[,.]00(?! *</)|\b4[,.]00", said.split("Tabel mutu")[0]), address
    assert "Hampir semua jawaban sama" in client.get("/hasil/dukcapil").text


def test_an_element_that_everybody_rated_alike_is_withheld_with_two_others(client, kept):
    for answers in ("432323232", "423232323", "443232322", "432233223", "423322332", "432323322"):
        kept(2, answers=answers)
    record = client.get("/hasil/dukcapil.json").json
    hidden = [element["key"] for element in record["elements"] if element["mean"] is None]
    assert "persyaratan" in hidden and len(hidden) >= 3  # the first question: twelve times 4
    assert record["converted"] is not None


def test_other_periods_can_be_chosen(client, kept):
    from datetime import UTC, datetime

    kept(30)
    kept(30, answers="333333333", when=datetime(2026, 2, 3, 2, 0, tzinfo=UTC))
    page = client.get("/hasil/dukcapil").text
    assert "?periode=2026-TW1" in page
    assert "75,00" in words(client.get("/hasil/dukcapil?periode=2026-TW1").text)  # 3 x 25
    assert client.get("/hasil/dukcapil.json").json["periods"] == ["2026-TW2", "2026-TW1"]


def test_a_period_of_few_answers_gives_way_to_the_one_before(client, kept):
    """Triwulan II has four answers: the list and the unit's page show Triwulan I."""
    from datetime import UTC, datetime

    kept(4)
    kept(30, answers="333333333", when=datetime(2026, 2, 3, 2, 0, tzinfo=UTC))
    for address in ("/hasil", "/hasil/dukcapil"):
        page = words(client.get(address).text)
        assert "Triwulan I Tahun 2026" in page
        assert "75,00" in page  # 3 x 25
    assert client.get("/hasil/dukcapil.json").json["period"] == "2026-TW1"


def test_a_free_range_is_not_published_because_it_could_be_subtracted(client, kept, store):
    kept(30)
    store.save_free_period("2026-05-01..2026-05-20", "Pekan layanan")
    assert client.get("/hasil/dukcapil?periode=2026-05-01..2026-05-20").status_code == 404
    assert client.get("/hasil/dukcapil.json").json["periods"] == ["2026-TW2"]


@pytest.mark.parametrize(
    "address",
    ["/hasil/tidak-ada", "/hasil/tidak-ada.json", "/hasil/tidak-ada.csv", "/hasil/dukcapil?periode=x"],
)
def test_unknown_units_and_periods_are_not_found(client, place, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/hasil", "/hasil/dukcapil", "/hasil.json", "/hasil.csv", "/hasil/dukcapil.json", "/hasil/dukcapil.csv"],
)
def test_everything_public_is_cacheable_and_sets_no_cookie(client, kept, clock, address):
    kept(30)
    first = client.get(address)
    assert first.status_code == 200
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"].startswith("public")
    clock.forward(hours=3)  # the same content later has the same mark
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_data_may_be_read_by_other_sites_and_pages_may_not(client, kept):
    kept(30)
    assert client.get("/hasil.json").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/hasil").headers


def test_hostile_names_are_printed_as_words_and_run_nowhere(client, store, kept):
    kept(1)
    store.save_unit(Unit("jahat", "=1+1<script>alert(1)</script>"))
    kept(30, unit="jahat")
    assert "<script>" not in client.get("/hasil").text
    assert "<script>" not in client.get("/hasil/jahat").text
    row = table(client.get("/hasil.csv").text)[0]
    assert row["unit_name"] == "'=1+1<script>alert(1)</script>"


def test_inactive_units_are_not_listed(client, store, kept):
    kept(30)
    store.save_unit(Unit("lama", "Kantor Lama", active=False))
    assert "Kantor Lama" not in client.get("/hasil").text


def test_json_is_readable_text_in_indonesian(client, kept):
    kept(30)
    body = client.get("/hasil/dukcapil.json")
    assert body.mimetype == "application/json"
    assert json.loads(body.text)["unit_name"] == "Dinas Kependudukan dan Pencatatan Sipil"


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_public_pages_have_no_accessibility_fault_and_do_not_scroll_sideways(
    live, kept_live, new_page, width
):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    kept_live()
    page = new_page(viewport={"width": width, "height": 800})
    for address in ("/hasil", "/hasil/dukcapil"):
        page.goto(live.url + address)
        faults = axe.run(page).response["violations"]
        assert [fault["id"] for fault in faults] == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_bare_address_leads_to_the_results(client):
    reply = client.get("/")
    assert (reply.status_code, reply.headers["Location"]) == (302, "/hasil")


def test_where_nobody_said_who_they_are_no_page_or_file_counts_none_of_each(client, kept):
    """6 answers without a word about the person: 'L = 0 orang, P = 0 orang' would be untrue."""
    kept(6)
    assert client.get("/hasil/dukcapil.json").json["respondents"] == {}
    assert "= 0 orang" not in words(client.get("/hasil/dukcapil").text)
    kept(20, profile={"jenis_kelamin": "L"})
    record = client.get("/hasil/dukcapil.json").json["respondents"]
    assert list(record) == ["jenis_kelamin"]
