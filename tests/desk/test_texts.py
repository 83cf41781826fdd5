"""The office's own words in reports: which level is in force, who may write, and the way back to the usual words."""

from __future__ import annotations

from html import unescape

import pytest

from calc.report.texts import BLOCKS
from survey.services.report_data import report_texts

LIST = "/meja/unit/dukcapil/kalimat?periode=2026-TW3"
CLOSING = "/meja/unit/dukcapil/kalimat/penutup?periode=2026-TW3"
USUAL = "Demikian laporan ini disusun"
HOSTILE = '</textarea><script>alert(1)</script>"><img src=x onerror=alert(1)> {{ 7*7 }}'


def seen(client, path) -> str:
    return client.get(path).text.split('name="seen" value="')[1].split('"')[0]


def write(send, client, words, level="laporan", act="simpan", **more):
    path = f"{CLOSING}&tingkat={level}"
    return send(client, path, **{"words": words, "act": act, "seen": seen(client, path), **more})


def test_every_block_is_listed_with_the_words_that_will_be_printed(login, answer):
    answer("343434344", times=6)
    page = unescape(login("pembaca").get(LIST).text)
    for block in BLOCKS.values():
        assert block.title in page
    assert USUAL in page
    assert "Tulis sendiri" not in page  # a reader reads


def test_the_words_nearest_to_the_report_are_in_force(login, send, store, place):
    admin, head = login("admin"), login("kepala")
    write(send, admin, "Kalimat kabupaten.", "instalasi")
    assert "Kalimat sendiri: Semua unit" in head.get(LIST).text
    write(send, head, "Kalimat dinas.", "unit")
    write(send, head, "Kalimat triwulan.", "laporan")
    page = head.get(LIST).text
    assert "Kalimat triwulan." in page
    assert "Kalimat sendiri: Laporan Triwulan III Tahun 2026" in page
    assert report_texts(store, "dukcapil", "2026-TW3")["penutup"] == "Kalimat triwulan."
    assert report_texts(store, "dukcapil", "2026-TW2")["penutup"] == "Kalimat dinas."
    assert report_texts(store, "rsud", "2026-TW3")["penutup"] == "Kalimat kabupaten."
    assert [entry[2:] for entry in store.audit_log(2)] == [
        ("ubah kalimat laporan", "dukcapil/2026-TW3/penutup"),
        ("ubah kalimat laporan", "dukcapil/penutup"),
    ]


def test_only_the_administrator_words_the_reports_of_all_units(login, send, store, place):
    head, path = login("kepala"), f"{CLOSING}&tingkat=instalasi"
    assert head.get(path).status_code == 403
    assert send(head, path, words="x", act="simpan", seen="").status_code == 403
    assert "tingkat=instalasi" not in head.get(CLOSING).text
    assert store.report_texts("", "") == {}


def test_the_way_back_shows_what_will_be_printed_before_anything_is_lost(login, send, store, place):
    head = login("kepala")
    write(send, head, "Kalimat dinas.", "unit")
    write(send, head, "Kalimat triwulan.")
    page = write(send, head, "", act="kembalikan").text
    assert "Kembalikan ke kalimat bawaan?" in page
    assert page.index("Kalimat dinas.") < page.index("akan hilang") < page.index("Kalimat triwulan.")
    assert store.report_texts("dukcapil", "2026-TW3") == {"penutup": "Kalimat triwulan."}
    assert (
        send(head, CLOSING, act="pasti", seen=page.split('name="seen" value="')[1].split('"')[0]).status_code
        == 303
    )
    assert store.report_texts("dukcapil", "2026-TW3") == {}
    assert report_texts(store, "dukcapil", "2026-TW3")["penutup"] == "Kalimat dinas."


def test_the_usual_words_saved_unchanged_stay_the_usual_words(login, send, store, place):
    # else the numbers of today would be printed for ever
    head = login("kepala")
    page = head.get(CLOSING).text
    usual = unescape(page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]).strip()
    assert USUAL in usual
    write(send, head, usual.replace("\n", "\r\n"))
    assert store.report_texts("dukcapil", "2026-TW3") == {}


def test_words_that_another_has_changed_meanwhile_are_not_overwritten_unseen(login, send, store, place, now):
    head = login("kepala")
    old = seen(head, CLOSING)
    store.save_report_text("dukcapil", "2026-TW3", "penutup", "Kalimat rekan.", now, "admin")
    reply = send(head, CLOSING, words="Kalimat saya.", act="simpan", seen=old)
    assert reply.status_code == 409
    assert "Kalimat rekan." in reply.text
    assert "Kalimat saya." in reply.text
    assert store.report_texts("dukcapil", "2026-TW3") == {"penutup": "Kalimat rekan."}


@pytest.mark.parametrize("before", ["", "Kalimat lama."])
def test_of_two_who_save_at_the_same_moment_the_second_is_told_and_keeps_the_own_words(
    login, send, store, place, now, between, before
):
    store.save_report_text("dukcapil", "2026-TW3", "penutup", before, now, "admin")
    head = login("kepala")
    old = seen(head, CLOSING)
    colleague = ("dukcapil", "2026-TW3", "penutup", "Kalimat rekan.", now, "admin")
    between("save_report_text", lambda: store.save_report_text(*colleague))
    reply = send(head, CLOSING, words="Kalimat saya.", act="simpan", seen=old)
    assert reply.status_code == 409
    assert "baru saja diubah orang lain" in reply.text
    assert "Kalimat rekan." in reply.text
    assert "Kalimat saya." in reply.text
    assert store.report_texts("dukcapil", "2026-TW3") == {"penutup": "Kalimat rekan."}
    assert "ubah kalimat laporan" not in [row[2] for row in store.audit_log(5)]
    fresh = reply.text.split('name="seen" value="')[1].split('"')[0]
    assert send(head, CLOSING, words="Kalimat saya.", act="simpan", seen=fresh).status_code == 303


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("x" * 8001, "Paling banyak 8000 karakter."), ("  \n ", "Tulis kalimatnya, atau kembalikan")],
)
def test_words_that_cannot_be_kept_are_refused_in_words(login, send, store, place, words, sentence):
    reply = write(send, login("kepala"), words)
    assert reply.status_code == 422
    assert sentence in reply.text
    assert store.report_texts("dukcapil", "2026-TW3") == {}


def test_strange_words_stay_words_and_paragraphs_stay_paragraphs(login, send, store, place):
    head = login("kepala")
    write(send, head, f"{HOSTILE}\u202e\x00\r\n\r\n\r\n\r\n- butir satu\r\n- butir dua")
    kept = store.report_texts("dukcapil", "2026-TW3")["penutup"]
    assert kept == f"{HOSTILE}\n\n- butir satu\n- butir dua"
    for path in (LIST, CLOSING):
        page = head.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert HOSTILE in unescape(page)


def test_a_block_that_there_is_not_is_not_found(login, place):
    head = login("kepala")
    assert head.get("/meja/unit/dukcapil/kalimat/tidak-ada").status_code == 404
    assert head.get(CLOSING + "&tingkat=dunia").status_code == 404


def test_words_for_a_period_that_cannot_be_are_refused_and_not_written_into_the_open_one(
    login, send, store, place
):
    path = "/meja/unit/dukcapil/kalimat/penutup?periode=1900"
    reply = send(login("kepala"), path, words="Kalimat dinas.", act="simpan", seen="")
    assert reply.status_code == 400
    assert store.report_texts("dukcapil", "2026-TW3") == {}
