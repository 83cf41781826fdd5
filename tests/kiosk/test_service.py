"""At the link of a whole unit the resident says first which service it was; elsewhere the link has said it."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from survey.domain.organisation import Link, Service

JSON = {"Accept": "application/json"}
QUESTION = "Layanan apa yang baru Bapak/Ibu terima?"
TWELVE = (  # with 60 letters each, about
    "Penerbitan Kartu Keluarga karena Perubahan Susunan Anggota",
    "Pencatatan Kelahiran di Luar Kabupaten Tempat Tinggal Ibu",
    "Surat Keterangan Pindah Datang Antarkabupaten dan Provinsi",
    "Kartu Identitas Anak bagi Warga di Bawah Usia Lima Tahun",
    "Perbaikan Biodata Penduduk berdasarkan Ijazah dan Dokumen",
    "Legalisasi Salinan Akta Perkawinan dan Kutipan Perceraian",
    "Pengakuan dan Pengesahan Anak menurut Penetapan Pengadilan",
    "Rekam Cetak KTP Elektronik Keliling untuk Daerah Pedalaman",
    "Konsolidasi dan Pengaktifan Nomor Induk yang Belum Daring",
    "Izin Tinggal Terbatas serta Tetap bagi Orang Asing Menetap",
    "Pemanfaatan Data Balikan oleh Rumah Sakit Umum dan Sekolah",
    "Pelaporan Kematian Warga Lanjut Usia melalui Ketua Rukun",
)


@pytest.fixture
def many(place: Any, store: Any) -> list[str]:
    """Twelve more services of dukcapil."""
    for n, name in enumerate(TWELVE, 1):
        assert 55 <= len(name) <= 60
        store.save_service(Service("dukcapil", f"surat-{n}", name))
    return list(TWELVE)


@pytest.fixture
def send(client: Any) -> Callable[..., Any]:
    return lambda code, **fields: client.post(
        f"/s/{code}", data={"id": str(uuid.uuid4()), "waktu": "3", **fields}, headers=JSON
    )


@pytest.fixture
def services(store: Any) -> Callable[[], list[str]]:
    """Service of every response that is kept."""
    return lambda: [response.service for response in store.responses(None, None, None)]


def asked(page: str) -> list[str]:
    """Services that a page offers."""
    return re.findall(r'name="layanan" value="([^"]*)"', page)


def test_the_link_of_a_unit_asks_and_those_of_a_service_and_a_counter_do_not(
    client: Any, unit_code: str, code: str, kiosk_code: str
) -> None:
    page = client.get(f"/s/{unit_code}").text
    assert QUESTION in page and asked(page) == ["ktp-el", "akta-lahir", ""]
    assert "Layanan lainnya / tidak ada di daftar" in page
    for other in (code, kiosk_code):
        assert QUESTION not in client.get(f"/s/{other}").text


def test_a_counter_of_no_service_is_not_asked_either(client: Any, place: Any, store: Any, now: Any) -> None:
    store.add_link(Link("DKC2LKT9", "dukcapil", "kiosk", now, counter="loket-2"))
    assert asked(client.get("/s/DKC2LKT9").text) == []


def test_a_unit_with_one_open_service_or_none_is_not_asked(client: Any, unit_code: str, store: Any) -> None:
    birth = next(service for service in store.services("dukcapil") if service.key == "akta-lahir")
    store.save_service(replace(birth, active=False))
    assert asked(client.get(f"/s/{unit_code}").text) == []
    store.save_service(birth)
    assert asked(client.get(f"/s/{unit_code}").text) == ["ktp-el", "akta-lahir", ""], "at once"
    store.save_service(replace(birth, name="Akta Kelahiran Baru"))
    assert "Akta Kelahiran Baru" in client.get(f"/s/{unit_code}").text, "at once"


def test_the_service_that_was_named_is_kept_with_the_rating(
    send: Any, unit_code: str, services: Any, store: Any
) -> None:
    assert send(unit_code, layanan="ktp-el").status_code == 201
    assert [row.service for row in store.tallies(None, None)] == ["ktp-el"]
    for none in ({}, {"layanan": ""}):
        assert send(unit_code, **none).status_code == 201
    assert sorted(services()) == ["", "", "ktp-el"]


def test_one_id_with_another_service_is_another_rating(send: Any, unit_code: str, services: Any) -> None:
    id = str(uuid.uuid4())
    statuses = [send(unit_code, id=id, layanan=key).status_code for key in ("ktp-el", "ktp-el", "akta-lahir")]
    assert statuses == [201, 200, 409] and services() == ["ktp-el"]


def test_a_service_that_cannot_be_named_here_is_refused_in_words(
    send: Any, client: Any, unit_code: str, code: str, kiosk_code: str, store: Any, services: Any
) -> None:
    birth = next(service for service in store.services("dukcapil") if service.key == "akta-lahir")
    store.save_service(replace(birth, active=False))
    refused = [
        send(unit_code, layanan="tiada"),
        send(unit_code, layanan="akta-lahir"),  # closed
        send(code, layanan="ktp-el"),  # the link has said it
        send(kiosk_code, layanan="ktp-el"),
    ]
    assert [reply.status_code for reply in refused] == [422] * 4
    assert all(reply.json["errors"]["layanan"].endswith(".") for reply in refused)
    assert services() == []
    page = client.post(f"/s/{unit_code}", data={"id": str(uuid.uuid4()), "waktu": "3", "layanan": "tiada"})
    assert page.status_code == 422 and 'name="waktu" value="3" checked' in page.text


def test_a_hostile_name_of_a_service_stays_a_text(client: Any, unit_code: str, store: Any) -> None:
    hostile = "\"><img src=x onerror=alert(1)><script>alert('1')</script>"
    store.save_service(Service("dukcapil", "jahat", hostile))
    assert "<img" not in client.get(f"/s/{unit_code}").text


# in the browser


@pytest.mark.parametrize("language", ["id", "id-mudah", "en"])
def test_the_question_comes_first_and_its_answer_goes_with_the_rating(
    resident: Any, live: SimpleNamespace, unit_code: str, rows: Any, language: str
) -> None:
    person = resident().open(f"{live.url}/s/{unit_code}?lang={language}")
    assert person.step() == "service" and not person.page.is_visible("[type=search]")
    person.tap("#q-layanan.on input[value='akta-lahir']")
    person.answer("343411234")
    assert person.taps == 10
    assert [(r.service, r.answers) for r in rows()] == [("akta-lahir", "343411234")]


def test_other_services_are_no_service_and_the_way_back_leads_to_the_question(
    resident: Any, live: SimpleNamespace, unit_code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{unit_code}")
    person.tap("#q-layanan.on input[value='ktp-el']")
    person.tap("#q-persyaratan.on input[value='3']")
    person.page.wait_for_selector("#q-prosedur.on")
    person.tap("[data-do=back]")
    person.tap("[data-do=back]")
    assert person.step() == "service" and person.page.is_checked("#q-layanan input[value='ktp-el']")
    person.tap("#q-layanan.on input[value='']")
    person.answer("343411234")
    assert [(r.service, r.answers) for r in rows()] == [("", "343411234")]


def test_from_eight_services_on_they_can_be_searched(
    many: list[str], resident: Any, live: SimpleNamespace, unit_code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{unit_code}")
    page = person.page
    seen = "[...document.querySelectorAll('#q-layanan label')].filter(l => !l.hidden).map(l => l.textContent)"
    page.fill("[type=search]", "anak  penetapan")
    assert page.evaluate(seen) == [many[6], "Layanan lainnya / tidak ada di daftar"]
    page.fill("[type=search]", "tiada")
    assert page.evaluate(seen) == ["Layanan lainnya / tidak ada di daftar"]
    assert "Tidak ada yang cocok" in page.inner_text("#none")
    page.fill("[type=search]", "ktp-el")
    page.keyboard.press("Enter")
    page.wait_for_selector("#q-persyaratan.on")
    person.answer("343411234")
    assert [r.service for r in rows()] == ["ktp-el"]


def test_a_key_in_the_search_answers_nothing(
    many: list[str], resident: Any, live: SimpleNamespace, unit_code: str
) -> None:
    person = resident().open(f"{live.url}/s/{unit_code}")
    person.page.focus("[type=search]")
    person.page.keyboard.type("2 12")
    assert person.page.locator("input:checked").count() == 0 and person.step() == "service"
    person.page.keyboard.press("Enter")
    person.page.wait_for_timeout(400)
    assert person.page.locator("input:checked").count() == 0 and person.step() == "service"


def test_a_number_key_chooses_that_service_also_where_they_can_be_searched(
    many: list[str], resident: Any, live: SimpleNamespace, unit_code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{unit_code}")
    person.page.focus("#q-layanan legend")
    person.page.keyboard.press("1")
    person.page.wait_for_selector("#q-persyaratan.on")
    person.answer("343411234")
    assert [r.service for r in rows()] == ["ktp-el"]


def test_without_script_the_services_are_a_list_that_works(
    many: list[str], new_page: Any, live: SimpleNamespace, unit_code: str, rows: Any
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{live.url}/s/{unit_code}")
    assert not page.is_visible("[type=search]")
    page.check("input[name=layanan][value='surat-5']")
    page.check("input[name=waktu][value='2']")
    page.fill("#saran", "Tanpa skrip")
    page.select_option("[name=usia]", "26-34")
    with page.expect_navigation():
        page.click("#send")
    (kept,) = rows()
    assert (kept.service, kept.answers, kept.remark) == ("surat-5", "--2------", "Tanpa skrip")
    assert kept.profile == {"usia": "26-34"}


def test_an_idle_tablet_forgets_the_service_too(
    place: Any, store: Any, now: Any, resident: Any, serve: Any
) -> None:
    store.add_link(Link("DKC2TAB9", "dukcapil", "kiosk", now))
    store.close()
    person = resident(viewport={"width": 800, "height": 1280}, own=True)
    person.page.clock.install()
    person.open(f"{serve().url}/s/DKC2TAB9")
    person.page.click("[data-do=begin]")
    person.page.click("#q-layanan.on input[value='ktp-el']")
    person.page.clock.run_for(31_000)
    assert person.step() == "start" and person.page.locator("input:checked").count() == 0


@pytest.mark.parametrize(("tablet", "most"), [("", 14_000), ("&kiosk", 14_336)], ids=["phone", "tablet"])
@pytest.mark.parametrize("language", ["id", "id-mudah", "en"])
def test_the_first_visit_with_twelve_services_of_60_letters_fits_in_the_first_packets(
    many: list[str], live: SimpleNamespace, unit_code: str, language: str, tablet: str, most: int
) -> None:
    """Headers included. A tablet gets more, once for weeks; both fit in the first ten packets (10 x 1,460 bytes)."""
    parts = urlsplit(live.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    connection.request(
        "GET",
        f"/s/{unit_code}?lang={language}{tablet}",
        headers={"Accept-Encoding": "gzip", "Connection": "close"},
    )
    raw = b""
    while piece := connection.sock.recv(65536):
        raw += piece
    page = gzip.decompress(raw.partition(b"\r\n\r\n")[2]).decode()
    assert all(name in page for name in many) and json.loads(
        re.search(r'id="told">(.*?)</script>', page, re.S)[1]
    )
    assert len(raw) <= most, len(raw)
