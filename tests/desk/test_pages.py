"""What the pages of the desk say, and that strangers' words stay words."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from pypdf import PdfReader

from calc.scoring.interval import CHANCE_ONLY
from survey.domain.organisation import Organisation
from survey.jobs import renderer

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "<b>tebal <para> &nbsp; a < b & c",
    "{{ 7*7 }} {% raw %} {{ config }}",
    "</textarea></title></style><iframe src=javascript:alert(1)>",
    "javascript:alert(1)",
    "=1+1 @SUM(A1) -5 +62812",
    "😀🏽 ꦲꦏ꧀ꦱꦫ ᬅᬓ᭄ᬱᬭ السلام 你好",
]


def text_of(page: str) -> str:
    """The words that a reader sees: no tags, entities read, white space as one space."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_an_index_is_shown_with_its_grade_and_performance(login, answer):
    # Ten answers of 3 everywhere: NRR 3, index 3 x 25 = 75,00, which the regulation's table calls C, Kurang Baik
    # (65,00–76,60). Source: PermenPANRB 14/2017, table of grades.
    answer("333333333", times=10)
    words = text_of(login("kepala").get("/meja/unit/dukcapil").text)
    assert "75,00 C Kurang Baik" in words
    words = text_of(login("kepala").get("/meja/").text)
    assert "75,00 C Kurang Baik" in words


def test_pages_without_an_interval_do_not_explain_one(login, answer):
    answer("444444444", times=5)
    for page in ("/meja/", "/meja/unit/dukcapil"):
        assert CHANCE_ONLY not in login("kepala").get(page).text


def test_the_interval_is_said_in_plain_words(login, answer):
    answer("444444444", times=20)
    answer("333333333", times=20)
    words = text_of(login("kepala").get("/meja/unit/dukcapil").text)
    assert re.search(r"Selang kepercayaan 95 %: \d\d,\d\d – \d\d,\d\d", words)
    assert words.count(CHANCE_ONLY) == 1
    assert text_of(login("kepala").get("/meja/").text).count(CHANCE_ONLY) == 1


@pytest.mark.parametrize(("times", "marked"), [(29, True), (30, False)])
def test_fewer_than_thirty_answers_are_marked_as_indicative(login, answer, times, marked):
    answer("343434344", times=times)
    words = text_of(login("kepala").get("/meja/unit/dukcapil").text)
    assert ("Indikatif." in words) == marked


def test_the_number_of_answers_stands_against_the_target(login, answer):
    # Krejcie and Morgan (1970), table: N = 12,000 needs about 372 (between 370 for 10,000 and 375 for 15,000).
    answer("343434344", times=3)
    words = text_of(login("kepala").get("/meja/unit/dukcapil").text)
    assert "dari sasaran 372 responden" in words
    assert "12.000 pengguna layanan setahun" in words


def test_elements_come_lowest_first(login, answer):
    # order of the questionnaire's items and of the answers' characters may differ from the table's; the element
    # with the only low score must lead whatever its place
    answer("444444441", times=6)
    page = login("kepala").get("/meja/unit/dukcapil").text
    table = page.split("<caption>Nilai unsur</caption>")[1].split("</table>")[0]
    converted = re.findall(r'<td class="num">(\d+,\d\d)</td>\s*<td>', table)
    assert converted == ["25,00", *["100,00"] * 8]


def test_the_change_from_the_period_before_is_named(login, answer, now):
    answer("333333333", times=4, at=now - timedelta(days=92))  # Triwulan II: 75,00
    answer("444444444", times=4)  # Triwulan III: 100,00
    words = text_of(login("kepala").get("/meja/").text)
    assert "▲ naik 25,00" in words
    former = text_of(login("kepala").get("/meja/?periode=2026-TW2").text)
    assert "Triwulan II Tahun 2026" in former and "75,00" in former


def test_a_change_within_chance_is_called_uncertain(login, answer, now):
    # Half 3 and half 4, ten each, has a standard error near 2.8 points of the converted index (s = 12.8, n = 20):
    # twice the root of two of that is far more than the 1.25 points of one answer more.
    before = now - timedelta(days=92)
    answer("333333333", times=10, at=before)
    answer("444444444", times=10, at=before)
    answer("333333333", times=9)
    answer("444444444", times=11)
    assert "▲ naik 1,25 (belum pasti)" in text_of(login("kepala").get("/meja/").text)


def test_a_warning_names_the_convention_that_would_give_another_letter(login, answer, store):
    # 18 of all 4 and 14 of all 3: NRR (18x4 + 14x3)/32 = 3.5625, x 25 = 89.06 is A (from 88.31 on);
    # with weight 0,11: 3.5625 x 9 x 0.11 x 25 = 88.17 is B.
    answer("444444444", times=18)
    answer("333333333", times=14)
    words = text_of(login("kepala").get("/meja/unit/dukcapil").text)
    assert "89,06 A Sangat Baik" in words
    assert "Dengan konvensi 0.11 nilainya 88,17 dan mutunya menjadi B" in words


def test_the_log_tells_acts_of_commands_as_commands_of_the_server(login, store, now):
    store.audit(now, "", "user add", "siti.rahma")
    assert "perintah di server skm user add siti.rahma" in text_of(login("admin").get("/meja/catatan").text)


def test_the_day_of_the_newest_answer_is_told_as_that_of_the_unit_and_not_of_a_former_period(login, answer):
    answer("343434344", times=30)
    page = login("kepala").get("/meja/unit/dukcapil?periode=2026-TW3").text
    assert "Isian terakhir unit ini:" in page and "Isian terakhir:" not in page


def test_a_former_period_without_answers_says_when_the_last_answer_came(login, answer):
    answer("333333333")
    words = text_of(login("kepala").get("/meja/unit/dukcapil?periode=2025-TW1").text)
    assert "Belum ada isian pada periode ini" in words
    assert "isian terakhir masuk pada 12 Agustus 2026" in words


def test_a_unit_without_answers_leads_to_its_links(login):
    page = login("kepala").get("/meja/unit/dukcapil").text
    assert "Belum ada isian pada periode ini" in page
    assert 'href="/meja/unit/dukcapil/tautan"' in page


def test_a_new_installation_says_where_to_begin(app, first_code, token):
    client = app.test_client()
    words = "empat kata acak ini"
    csrf = token(client, "/meja/masuk-pertama")
    form = {"code": first_code, "name": "siti", "password": words, "again": words, "csrf_token": csrf}
    client.post("/meja/masuk-pertama", data=form)
    page = client.get("/meja/").text
    assert "Mulai di sini" in page and 'href="/meja/kelola/unit-baru"' in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("dari=2026-08-09&sampai=2026-02-31", "Tanggal akhir belum diisi atau tidak ada di kalender."),
        ("dari=&sampai=2026-02-01", "Tanggal awal belum diisi atau tidak ada di kalender."),
        ("dari=2026-08-09&sampai=2026-08-01", "Periode terbalik"),
        ("periode=besok", "tidak dikenal"),
        ("periode=2026-TW9", "tidak dikenal"),
        ("periode=' OR 1=1 --", "tidak dikenal"),
    ],
)
def test_an_impossible_period_gets_a_sentence_and_no_download(login, answer, query, words):
    answer("333333333")
    client = login("kepala")
    reply = client.get(f"/meja/unit/dukcapil?{query}")
    assert reply.status_code == 400
    assert words in text_of(reply.text)
    assert client.get(f"/meja/unit/dukcapil/laporan/kertas?jenis=notice&{query}").status_code == 400


def test_a_free_range_counts_its_days_only(login, answer, now):
    answer("333333333", times=2, at=now - timedelta(days=3))
    answer("444444444", times=2)
    words = text_of(login("kepala").get("/meja/unit/dukcapil?dari=2026-08-09&sampai=2026-08-10").text)
    assert "2 isian" in words and "75,00" in words


def test_remarks_carry_their_local_day_and_only_readers_see_them(login, answer, now):
    # 11 August 22.30 UTC is 12 August 06.30 in Makassar
    answer("333333333", remark="Kipas angin mati", at=now.replace(day=11, hour=22))
    words = text_of(login("pembaca").get("/meja/unit/dukcapil").text)
    assert "Kipas angin mati 12 Agustus 2026" in words
    operator = login("operator")
    assert operator.get("/meja/unit/dukcapil").status_code == 403
    assert "Kipas angin" not in operator.get("/meja/").text


def test_classes_of_few_respondents_are_not_shown(login, answer):
    answer("333333333", times=4, profile={"jenis_kelamin": "L"})
    assert "Laki-laki" not in login("kepala").get("/meja/unit/dukcapil").text
    answer("333333333", profile={"jenis_kelamin": "L"})
    assert "Laki-laki" in login("kepala").get("/meja/unit/dukcapil").text


def test_the_former_address_of_a_paper_hands_on_its_period_and_nothing_else(login, place):
    client = login("kepala")
    for name, kind in (("publikasi", "notice"), ("ringkasan", "summary")):
        asked = "periode=2026-TW3&jenis=full&unit=rsud&_external=1&_scheme=javascript&_anchor=x"
        reply = client.get(f"/meja/unit/dukcapil/{name}.pdf?{asked}")
        address = f"/meja/unit/dukcapil/laporan/kertas?periode=2026-TW3&jenis={kind}&bentuk=pdf"
        assert (reply.status_code, reply.headers["Location"]) == (301, address)


def test_the_downloads_say_the_same_as_the_page(login, answer):
    answer("333333333", times=10)
    client = login("kepala")
    told = json.loads(client.get("/meja/unit/dukcapil/hasil.json").text)
    assert (told["converted"], told["grade"], told["n"]) == ("75.00", "C", 10)
    for name in ("publikasi", "ringkasan"):
        reply = client.get(f"/meja/unit/dukcapil/{name}.pdf?periode=2026-TW3", follow_redirects=True)
        assert reply.headers["Content-Disposition"].endswith(f'"{name}-dukcapil-2026-TW3.pdf"')
        words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(reply.data)).pages)
        assert "75,00" in words
    table = client.get("/meja/unit/dukcapil/unsur.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert [r["kode"] for r in rows] == [f"U{i}" for i in range(1, 10)]
    assert {(r["jumlah isian"], r["jumlah nilai"], r["nrr"], r["mutu"]) for r in rows} == {
        ("10", "30", "3,0000", "C")
    }


@pytest.mark.parametrize("size", ["A4", "A5", "A6", "A4x4"])
def test_sheets_can_be_printed_in_every_size(login, size):
    reply = login("operator").get(f"/meja/unit/dukcapil/lembar.pdf?ukuran={size}")
    assert reply.data.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "name", ["dinas kependudukan dan pencatatan  sipil", "Din\u0430s Kependudukan dan Pencatatan Sipil"]
)
def test_a_unit_with_a_look_alike_name_is_made_only_by_who_says_that_it_is_another(login, send, store, name):
    admin = login("admin")
    unit = {"key": "tiruan", "name": name, "address": "", "phone": "", "population": "", "active": "ya"}
    reply = send(admin, "/meja/kelola/unit-baru", **unit)
    assert reply.status_code == 422
    assert "mirip dengan nama unit" in reply.text and "(dukcapil)" in reply.text
    assert "Ya, ini unit lain daripada dukcapil" in reply.text
    assert store.unit("tiruan") is None
    assert send(admin, "/meja/kelola/unit-baru", **unit, sure="ya").status_code == 303
    assert store.unit("tiruan") is not None


def test_a_unit_is_asked_about_its_name_only_when_it_is_changed_into_anothers(login, send, store):
    admin, path = login("admin"), "/meja/kelola/unit/rsud"
    unit = {"address": "", "phone": "1", "population": "", "active": "ya"}
    assert "Nama yang mirip" not in admin.get(path).text
    assert send(admin, path, name=store.unit("rsud").name, **unit).status_code == 303
    taken = store.unit("dukcapil").name.upper()
    assert send(admin, path, name=taken, **unit).status_code == 422
    assert send(admin, path, name=taken, **unit, sure="ya").status_code == 303
    assert send(admin, path, name=taken, **unit).status_code == 303  # it has the name already


def sheet_words(pdf):
    import io

    from pypdf import PdfReader

    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_all_sheets_for_residents_are_printed_without_those_of_tablets(login, kiosk_code, code, unit_code):
    pages = sheet_words(login("operator").get("/meja/unit/dukcapil/lembar.pdf?ukuran=A5").data)
    assert len(pages) == 2
    assert all("Bagaimana layanan kami" in page for page in pages)
    assert not any(kiosk_code in page for page in pages)
    assert all(any(one in page for page in pages) for one in (code, unit_code))


def test_tablets_have_sheets_for_staff(login, kiosk_code):
    client = login("operator")
    for address in ("jenis=kiosk", f"kode={kiosk_code}"):
        reply = client.get(f"/meja/unit/dukcapil/lembar.pdf?{address}")
        (page,) = sheet_words(reply.data)
        assert "UNTUK PETUGAS" in page and f"Kode tautan: {kiosk_code}" in page
        assert "pasang-tablet-dukcapil" in reply.headers["Content-Disposition"]
    page = client.get("/meja/unit/dukcapil/tautan").text
    assert "lembar pasang semua tablet" in page and "Lembar pasang tablet" in page


def test_a_unit_with_tablets_only_has_no_sheet_for_residents(login, store, now):
    store.revoke_link("DKC2QR47", now)
    store.revoke_link("DKC4KTP7", now)
    client = login("operator")
    reply = client.get("/meja/unit/dukcapil/lembar.pdf")
    assert reply.status_code == 404
    assert "Tidak ada tautan ponsel warga yang aktif" in reply.text
    assert "Cetak semua QR" not in client.get("/meja/unit/dukcapil/tautan").text


def test_a_place_made_at_the_desk_begins_with_the_links_that_a_command_gives_it(login, send, store, app):
    # `skm unit add`, `skm service add`: one QR; `skm counter add`: one tablet and one QR
    admin = login("admin")
    path = "/meja/kelola/unit/camat"
    unit = {"key": "camat", "name": "Kecamatan Contoh", "address": "", "phone": "", "population": ""}
    send(admin, "/meja/kelola/unit-baru", **unit, active="ya")
    send(admin, f"{path}/layanan-baru", key="ktp", name="KTP", population="", active="ya")
    reply = send(admin, f"{path}/loket-baru", key="loket-1", name="Loket 1", service="ktp", active="ya")
    made = store.links("camat")
    assert sorted((x.service, x.counter, x.kind) for x in made) == [
        ("", "", "qr"),
        ("ktp", "", "qr"),
        ("ktp", "loket-1", "kiosk"),
        ("ktp", "loket-1", "qr"),
    ]
    assert all(app.test_client().get(f"/s/{x.code}").status_code == 200 for x in made)
    told = admin.get(reply.headers["Location"]).text
    tablet = next(x.code for x in made if x.kind == "kiosk")
    assert f"tautan tablet {tablet}" in told


def test_an_unknown_paper_size_gets_a_sentence(login):
    reply = login("operator").get("/meja/unit/dukcapil/lembar.pdf?ukuran=../../etc/passwd")
    assert reply.status_code == 400
    assert "Ukuran kertas" in reply.text


def test_a_new_link_works_at_once_and_a_revoked_one_never_again(login, send, store):
    client, before = login("operator"), {x.code for x in store.links("dukcapil")}
    reply = send(client, "/meja/unit/dukcapil/tautan", kind="kiosk", service="ktp-el", counter="loket-1")
    assert reply.status_code == 303
    (code,) = {x.code for x in store.links("dukcapil")} - before
    made = store.link(code)
    assert (made.kind, made.service, made.counter) == ("kiosk", "ktp-el", "loket-1")
    assert client.get(f"/s/{code}").status_code == 200
    path = f"/meja/unit/dukcapil/tautan/{code}/cabut"
    assert "tidak dapat dibatalkan" in client.get(path).text
    assert store.link(code).revoked_at is None  # looking is not revoking
    send(client, path)
    assert client.get(f"/s/{code}").status_code == 410
    assert send(client, path).status_code == 404


def test_a_counter_of_another_service_is_refused(login, send, store):
    before = store.links("dukcapil")
    client = login("operator")
    reply = send(client, "/meja/unit/dukcapil/tautan", kind="qr", service="akta-lahir", counter="loket-1")
    assert reply.status_code == 422
    assert "melayani layanan lain" in reply.text
    reply = send(client, "/meja/unit/dukcapil/tautan", kind="qr", service="rahasia", counter="")
    assert reply.status_code == 422
    assert store.links("dukcapil") == before


def test_an_office_without_a_shell_can_open_a_unit(login, send, store, unit_code):
    admin = login("admin")
    unit = {"key": "camat", "name": " Kecamatan   Contoh ", "address": "", "phone": "", "population": "4.500"}
    assert send(admin, "/meja/kelola/unit-baru", **unit, active="ya").status_code == 303
    assert (store.unit("camat").name, store.unit("camat").population) == ("Kecamatan Contoh", 4500)
    service = {"key": "surat", "name": "Surat Pengantar", "population": "", "active": "ya"}
    assert send(admin, "/meja/kelola/unit/camat/layanan-baru", **service).status_code == 303
    counter = {"key": "loket", "name": "Loket 1", "service": "surat", "active": "ya"}
    assert send(admin, "/meja/kelola/unit/camat/loket-baru", **counter).status_code == 303
    changed = {**counter, "name": "Loket Depan", "active": "tidak"}
    assert send(admin, "/meja/kelola/unit/camat/loket/loket", **changed).status_code == 303
    (kept,) = store.counters("camat")
    assert (kept.name, kept.service, kept.active) == ("Loket Depan", "surat", False)
    assert "Tidak aktif" in admin.get("/meja/kelola/unit/camat").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "Dua Kata"},
        {"key": "dukcapil"},
        {"key": "a" * 41},
        {"key": "../x"},
        {"name": ""},
        {"name": "\u200b\u202e "},
        {"name": "x" * 201},
        {"population": "-5"},
        {"population": "1e9"},
        {"population": "0"},
        {"population": "12,5"},
        {"active": "mungkin"},
    ],
)
def test_a_wrong_unit_is_refused_beside_its_field_and_nothing_is_kept(login, send, store, wrong):
    before = store.units()
    good = {"key": "baru", "name": "Unit Baru", "population": "100", "active": "ya"}
    reply = send(login("admin"), "/meja/kelola/unit-baru", **{**good, **wrong})
    assert reply.status_code == 422
    (field,) = wrong
    assert f'id="{field}-error"' in reply.text
    assert re.search(rf'aria-describedby="[^"]*{field}-error"', reply.text)
    assert store.units() == before


def test_a_unit_whose_name_was_given_by_command_or_restored_can_be_edited_at_the_desk(login, send, store):
    long = "Dinas " + "x" * 194  # 200 letters, the most that the database keeps
    store.save_unit(replace(store.unit("dukcapil"), name=long))
    form = {"name": long, "phone": "(0550) 55-0101", "active": "ya", "population": ""}
    assert send(login("admin"), "/meja/kelola/unit/dukcapil", **form).status_code == 303
    assert (store.unit("dukcapil").name, store.unit("dukcapil").phone) == (long, "(0550) 55-0101")
    office = {"name": "x" * 200, "government": "y" * 200}
    assert send(login("admin"), "/meja/kelola/instansi", **office).status_code == 303
    assert store.organisation() == Organisation("x" * 200, "y" * 200)


def test_a_key_or_a_foreign_field_in_an_edit_form_is_ignored(login, send, store):
    form = {"name": "Disdukcapil", "key": "lain", "unit": "rsud", "id": "7", "active": "ya", "population": ""}
    assert send(login("admin"), "/meja/kelola/unit/dukcapil", **form).status_code == 303
    assert store.unit("dukcapil").name == "Disdukcapil"
    assert store.unit("lain") is None
    assert store.unit("rsud").name == "Rumah Sakit Umum Daerah Contoh"


def test_an_invitation_shows_its_code_once_and_the_log_never(login, send, store):
    admin = login("admin")
    reply = send(admin, "/meja/pengguna", role="viewer", units="rsud", name="tamu")
    code = re.search(r'<p class="bigcode[^>]*>([^<]+)</p>', reply.text)[1]
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", code)
    assert code not in admin.get("/meja/pengguna").text
    assert code not in admin.get("/meja/catatan").text
    assert store.account("tamu") is None  # nobody has it before the code is used


@pytest.mark.parametrize(
    "wrong", [{"role": "dewa"}, {"role": "viewer", "units": ""}, {"role": "viewer", "units": "tidak-ada"}]
)
def test_an_invitation_without_a_real_role_or_unit_is_refused(login, send, wrong):
    reply = send(login("admin"), "/meja/pengguna", **{"units": "rsud", **wrong})
    assert reply.status_code == 422
    assert "bigcode" not in reply.text


def test_an_administrator_cannot_lock_out_themselves(login, send, store):
    admin, before = login("admin"), store.account("admin")
    assert send(admin, "/meja/pengguna/admin/status").status_code == 400
    assert send(admin, "/meja/pengguna/admin", role="viewer", units="rsud").status_code == 422
    assert store.account("admin") == before


def test_a_changed_role_counts_from_the_next_page_on(login, send):
    head, admin = login("kepala"), login("admin")
    send(admin, "/meja/pengguna/kepala", role="operator", units="dukcapil")
    assert head.get("/meja/unit/dukcapil").status_code == 403
    send(admin, "/meja/pengguna/kepala", role="viewer", units="rsud")
    assert head.get("/meja/unit/dukcapil").status_code == 404


def test_what_people_do_stands_in_the_log(login, send):
    operator, admin = login("operator"), login("admin")
    send(operator, "/meja/unit/dukcapil/tautan", kind="qr", service="", counter="")
    send(admin, "/meja/pengguna/pembaca/status")
    words = text_of(admin.get("/meja/catatan").text)
    assert re.search(r"operator buat tautan dukcapil/\w{8}", words)
    assert "admin nonaktifkan akun pembaca" in words
    assert "operator masuk" in words


def test_many_units_can_be_searched_and_sorted(login, store, answer):
    from survey.domain.organisation import Unit

    for i in range(9):
        store.save_unit(Unit(f"unit-{i}", f"Kecamatan Nomor {i}"))
        answer("4" * i + "3" * (9 - i), unit=f"unit-{i}")
    admin = login("admin")
    names = re.compile(r"Kecamatan Nomor (\d)</a></th>")
    assert names.findall(admin.get("/meja/?urut=tertinggi").text) == list("876543210")
    assert names.findall(admin.get("/meja/?urut=terendah").text) == list("012345678")
    assert names.findall(admin.get("/meja/?cari=nomor+4").text) == ["4"]
    assert "Tidak ada unit dengan nama itu" in admin.get("/meja/?cari=zzz").text
    assert len(names.findall(admin.get("/meja/?urut=1;DROP TABLE unit").text)) == 9


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_names_and_remarks_are_only_text_on_every_page(
    app, login, store, answer, people, unit_code, words
):
    store.save_organisation(replace(store.organisation(), name=words))
    store.save_unit(replace(store.unit("dukcapil"), name=words, address=words, phone=words))
    store.save_service(replace(store.services("dukcapil")[0], name=words))
    store.save_counter(replace(store.counters("dukcapil")[0], name=words))
    answer("343434344", times=6, service="ktp-el", remark=words)
    store.audit(app.extensions["skm"].clock(), words, words, words)
    client = login("admin")
    paths = [
        r.rule.replace("<unit>", "dukcapil")
        .replace("<code>", unit_code)
        .replace("<name>", "kepala")
        .replace("<service>", "ktp-el")
        .replace("<counter>", "loket-1")
        .replace("<block>", "penutup")
        for r in app.url_map.iter_rules()
        if r.endpoint.startswith("desk.")
        and "GET" in r.methods
        and not r.rule.endswith((".pdf", ".csv", ".json", "/kertas"))  # papers have tests of their own
    ]
    seen = 0
    for path in paths:
        page = client.get(path).text
        if any(c in words for c in "<>\"'"):
            assert words not in page, path
        assert "49" not in text_of(page) or "{{" not in words, path
        assert not re.search(r'<(script(?! src="/static/form.js)|img|svg/|iframe|b>|para)', page), path
        assert 'href="javascript' not in page, path
        seen += " ".join(words.split()) in text_of(page)
    assert seen >= 5  # it is shown, as text


def test_no_template_lets_raw_words_through(root):
    for file in (root / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        if file.parent.name == "kiosk":
            continue  # the kiosk's own tests look at its inlined style and script
        assert not re.search(r"\|\s*safe|autoescape|Markup", text), file
        assert not re.search(r"\son[a-z]+=|style=|<script(?! src=.\{\{ asset\()", text), file
    for file in (root / "survey" / "desk").glob("*.py"):
        assert "Markup" not in file.read_text(encoding="utf-8"), file


def test_the_first_year_of_the_calendar_has_no_period_before(login) -> None:
    admin = login("admin")
    for query in ("periode=1970", "periode=1970-TW1", "dari=1970-01-01&sampai=1970-01-05"):
        assert admin.get(f"/meja/?{query}").status_code == 200, query


@pytest.mark.parametrize(
    "paper", ["laporan/kertas?jenis=notice", "laporan/kertas?jenis=summary", "lembar.pdf"]
)
def test_a_paper_that_cannot_be_drawn_now_says_so_in_words(login, place, monkeypatch, paper):
    def not_now(*_, **__):
        raise renderer.NotRendered(paper)

    monkeypatch.setattr(renderer, "render", not_now)
    reply = login("kepala").get(f"/meja/unit/dukcapil/{paper}")
    assert reply.status_code == 503
    assert "Berkas belum dapat dibuat. Coba lagi sebentar." in reply.text


def test_papers_are_drawn_outside_the_server(login, place, answer, monkeypatch):
    """Every PDF of the desk: reportlab is not even loaded by the server."""
    program = """
import sys
from survey.app import create_app
import survey.desk.downloads, survey.desk.links, survey.public.pages
assert not [name for name in sys.modules if name.startswith("reportlab")], "reportlab is loaded"
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    drawn = []
    monkeypatch.setattr(renderer, "render", lambda paper, *_, **__: drawn.append(paper) or b"%PDF-")
    client = login("kepala")
    for paper in ("laporan/kertas?jenis=notice", "laporan/kertas?jenis=summary", "lembar.pdf"):
        assert client.get(f"/meja/unit/dukcapil/{paper}").data == b"%PDF-"
    assert drawn == ["paper", "paper", "sheet"]  # also a notice is a paper with a code


def test_the_overview_of_many_units_is_read_from_arrays(login, answer, store, monkeypatch):
    """Five hundred units at once: no Result is built for a row, and the page says what each Result says."""
    from calc.scoring import index

    for score in "433":
        answer(score * 9, unit="rsud")
    answer("343434344", times=4)
    reader = login("admin")
    monkeypatch.setattr(index, "result", lambda *_, **__: pytest.fail("a whole Result for a row"))
    page = reader.get("/meja/").text
    # rsud: (4 + 3 + 3) / 3 x 25 = 83,33; dukcapil: 32 / 9 x 25 = 88,89
    assert "83,33" in page
    assert "88,89" in page
