"""Promised repairs at the desk: written, mended, kept with their history, carried over, removed only on purpose."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from calc.report.data import FollowUp

LIST = "/meja/unit/dukcapil/rtl?periode=2026-TW3"
NEW = "/meja/unit/dukcapil/rtl/baru?periode=2026-TW3"
GOOD = {
    "element": "waktu",
    "action": "Menambah satu loket cetak",
    "quarter": "4",
    "year": "2026",
    "owner": "Kepala Bidang",
    "status": "planned",
    "done_on": "",
    "note": "",
}
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)> {{ 7*7 }}'


def row(number: int = 1, **changes) -> FollowUp:
    values = {"element": "waktu", "action": "Menambah satu loket cetak", "year": 2026, "quarter": 4}
    return FollowUp(number, **{**values, "owner": "Kepala Bidang", **changes})


def seen(client, path) -> str:
    return client.get(path).text.split('name="seen" value="')[1].split('"')[0]


def test_the_unit_head_promises_a_repair_and_the_report_has_it(login, send, store, answer):
    answer("343434344", times=6)
    client = login("kepala")
    assert send(client, NEW, **GOOD).headers["Location"] == LIST
    assert store.follow_ups("dukcapil", "2026-TW3") == [row()]
    page = client.get(LIST).text
    assert "Menambah satu loket cetak" in page
    assert "TW IV 2026" in page
    assert store.audit_log(1)[0][1:] == ("kepala", "tambah rencana", "dukcapil/2026-TW3/1")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"action": "  "}, "Tulis apa yang akan dikerjakan."),
        ({"action": "x" * 501}, "Paling banyak 500 karakter."),
        ({"element": ""}, "Pilih unsur yang diperbaiki."),
        ({"element": "cuaca"}, "Pilih salah satu."),
        ({"quarter": "5"}, "Pilih salah satu."),
        ({"year": "1999"}, "Pilih salah satu."),
        ({"status": "lupa"}, "Pilih salah satu."),
        ({"status": "done"}, "Tulis tanggal selesainya, atau pilih status lain."),
        ({"status": "done", "done_on": "2026-02-30"}, "Tanggal ini tidak ada di kalender."),
        ({"status": "done", "done_on": "2026-08-13"}, "Tanggal selesai belum tiba."),  # today is the 12th
        ({"done_on": "2026-08-01"}, "Tanggal selesai hanya untuk status Selesai."),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_is_kept(login, send, store, place, changes, sentence):
    reply = send(login("kepala"), NEW, **{**GOOD, **changes})
    assert reply.status_code == 422
    assert sentence in reply.text
    assert "Belum tersimpan" in reply.text
    assert store.follow_ups("dukcapil", "2026-TW3") == []


def test_what_was_done_is_noted_and_the_history_keeps_what_was_promised(login, send, store, place, now):
    store.save_follow_up("dukcapil", "2026-TW3", row(0), now, "admin")
    client, path = login("kepala"), "/meja/unit/dukcapil/rtl/1?periode=2026-TW3"
    done = {**GOOD, "status": "done", "done_on": "2026-08-10", "note": "Loket 3 dibuka."}
    assert send(client, path, **done, seen=seen(client, path)).status_code == 303
    kept = row(status="done", done_on=date(2026, 8, 10), note="Loket 3 dibuka.")
    assert store.follow_ups("dukcapil", "2026-TW3") == [kept]
    page = client.get(path).text
    history = page[page.index("Riwayat") :]
    assert history.index("Selesai") < history.index("Belum dilaksanakan")  # newest first
    assert "oleh admin" in history
    assert "oleh kepala" in history


def test_what_another_has_changed_meanwhile_is_not_overwritten_unseen(login, send, store, place, now):
    store.save_follow_up("dukcapil", "2026-TW3", row(0), now, "admin")
    client, path = login("kepala"), "/meja/unit/dukcapil/rtl/1?periode=2026-TW3"
    old = seen(client, path)
    store.save_follow_up("dukcapil", "2026-TW3", row(1, action="Membeli printer"), now, "admin")
    reply = send(client, path, **{**GOOD, "action": "Menambah dua loket"}, seen=old)
    assert reply.status_code == 409
    assert "baru saja diubah orang lain" in reply.text
    assert "Membeli printer" in reply.text  # what stands now
    assert "Menambah dua loket" in reply.text  # what was written is not lost
    assert store.follow_ups("dukcapil", "2026-TW3")[0].action == "Membeli printer"
    fresh = reply.text.split('name="seen" value="')[1].split('"')[0]
    assert send(client, path, **{**GOOD, "action": "Menambah dua loket"}, seen=fresh).status_code == 303


def test_of_two_who_save_at_the_same_moment_the_second_is_told_and_keeps_the_own_words(
    login, send, store, place, now, between
):
    store.save_follow_up("dukcapil", "2026-TW3", row(0), now, "admin")
    client, path = login("kepala"), "/meja/unit/dukcapil/rtl/1?periode=2026-TW3"
    old = seen(client, path)
    colleague = ("dukcapil", "2026-TW3", row(1, action="Membeli printer"), now, "admin")
    between("save_follow_up", lambda: store.save_follow_up(*colleague))
    reply = send(client, path, **{**GOOD, "action": "Menambah dua loket"}, seen=old)
    assert reply.status_code == 409
    assert "baru saja diubah orang lain" in reply.text
    assert "Membeli printer" in reply.text
    assert "Menambah dua loket" in reply.text
    assert store.follow_ups("dukcapil", "2026-TW3")[0].action == "Membeli printer"
    assert "ubah rencana" not in [row[2] for row in store.audit_log(5)]


def test_a_row_that_another_has_changed_is_not_removed_unseen(login, send, store, place, now, between):
    store.save_follow_up("dukcapil", "2026-TW3", row(0), now, "admin")
    client, path = login("kepala"), "/meja/unit/dukcapil/rtl/1/hapus?periode=2026-TW3"
    for change in ("Membeli printer", "Membeli dua printer"):
        old = seen(client, path)
        colleague = ("dukcapil", "2026-TW3", row(1, action=change), now, "admin")
        if change == "Membeli printer":  # before the button is pressed
            store.save_follow_up(*colleague)
        else:  # while it is
            between("remove_follow_up", lambda colleague=colleague: store.save_follow_up(*colleague))
        reply = send(client, path, seen=old)
        assert reply.status_code == 409
        assert change in reply.text
        assert "baru saja diubah orang lain" in reply.text
    assert store.follow_ups("dukcapil", "2026-TW3") == [row(1, action="Membeli dua printer")]
    assert send(client, path, seen=seen(client, path)).status_code == 303
    assert store.follow_ups("dukcapil", "2026-TW3") == []


def test_a_row_is_removed_only_after_it_was_shown(login, send, store, place, now):
    store.save_follow_up("dukcapil", "2026-TW3", row(0), now, "admin")
    client, path = login("kepala"), "/meja/unit/dukcapil/rtl/1/hapus?periode=2026-TW3"
    page = client.get(path).text
    assert "Hapus rencana ini?" in page
    assert "Menambah satu loket cetak" in page
    assert store.follow_ups("dukcapil", "2026-TW3") == [row()]
    send(client, path, seen=seen(client, path))
    assert store.follow_ups("dukcapil", "2026-TW3") == []
    assert store.audit_log(1)[0][2] == "hapus rencana"
    assert client.get(path).status_code == 404


def test_the_three_lowest_elements_are_suggested_until_something_is_promised(login, store, answer, now):
    # Order of the questionnaire: persyaratan prosedur waktu biaya produk kompetensi perilaku pengaduan sarana (U1–U9).
    answer("441432444", times=6)  # lowest: U3 (1), U6 (2), U5 (3)
    client = login("kepala")
    page = client.get(LIST).text
    offered = [part.split("&")[0].split('"')[0] for part in page.split("unsur=")[1:]]
    assert offered == ["waktu", "kompetensi", "produk"]
    store.save_follow_up("dukcapil", "2026-TW3", row(0), now, "admin")
    assert "unsur=waktu" not in client.get(LIST).text
    form = client.get(f"{NEW}&unsur=produk").text
    assert '<option value="produk" selected>' in form
    assert '<option value="4" selected>IV</option>' in form  # the quarter after Triwulan III


def test_open_promises_of_the_former_period_are_carried_over_once(login, send, store, place, now):
    for item in (
        row(0, quarter=3),
        row(0, element="sarana", action="Mengecat ruang tunggu", status="done", done_on=date(2026, 7, 1)),
        row(0, element="biaya", action="Memasang papan tarif", quarter=1, year=2027),
    ):
        store.save_follow_up("dukcapil", "2026-TW2", item, now, "admin")
    client = login("kepala")
    assert "Bawa ke Triwulan III Tahun 2026" in client.get(LIST).text
    for _ in range(2):
        send(client, "/meja/unit/dukcapil/rtl/bawa?periode=2026-TW3")
    kept = store.follow_ups("dukcapil", "2026-TW3")
    assert [(item.action, item.quarter, item.year) for item in kept] == [
        ("Menambah satu loket cetak", 4, 2026),  # its quarter is over: the one after this period
        ("Memasang papan tarif", 1, 2027),  # still ahead
    ]
    assert "Bawa ke" not in client.get(LIST).text


def test_a_reader_sees_the_promises_and_cannot_change_them(login, send, store, place, now):
    store.save_follow_up("dukcapil", "2026-TW3", row(0), now, "admin")
    client = login("pembaca")
    page = client.get(LIST).text
    assert "Menambah satu loket cetak" in page
    assert "/rtl/1" not in page
    assert "Tambah rencana" not in page
    assert send(client, NEW, **GOOD).status_code == 403


def test_strange_words_stay_words(login, send, store, place):
    client = login("kepala")
    send(client, NEW, **{**GOOD, "action": HOSTILE, "owner": HOSTILE, "note": HOSTILE + "\u202eterbalik\x00"})
    for path in (
        LIST,
        "/meja/unit/dukcapil/rtl/1?periode=2026-TW3",
        "/meja/unit/dukcapil/rtl/1/hapus?periode=2026-TW3",
    ):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert HOSTILE in unescape(page)
    assert store.follow_ups("dukcapil", "2026-TW3")[0].note == HOSTILE + "terbalik"


def test_an_empty_list_says_what_to_do(login, place):
    page = login("kepala").get(LIST).text
    assert "Belum ada rencana pada periode ini" in page
    assert "Tulis apa yang akan diperbaiki" in page


@pytest.mark.parametrize("period", ["1900", "2026-TW5", "2026-09-01..2026-08-01"])
def test_a_plan_for_a_period_that_cannot_be_is_refused_and_not_written_into_the_open_one(
    login, send, store, place, now, period
):
    store.save_follow_up("dukcapil", "2026-TW3", row(0), now, "admin")  # the open period
    client, address = login("kepala"), "/meja/unit/dukcapil/rtl"
    for path in ("baru", "1", "1/hapus", "bawa"):
        reply = send(client, f"{address}/{path}?periode={period}", **GOOD)
        assert reply.status_code == 400
        assert "Periode" in unescape(reply.text)
    assert store.follow_ups("dukcapil", "2026-TW3") == [row()]


@pytest.mark.parametrize("element", ["cuaca", "<script>", "z" * 3000])
def test_a_link_cannot_bring_along_an_element_that_the_questionnaire_does_not_have(
    login, send, store, place, element
):
    reply = send(login("kepala"), f"{NEW}&unsur={element}", **{**GOOD, "element": element})
    assert reply.status_code == 422
    assert "Pilih salah satu." in reply.text
    assert store.follow_ups("dukcapil", "2026-TW3") == []


def test_the_desk_suggests_the_elements_that_the_report_begins_with(login, answer):
    """One is low and eight are equal: none of the eight is suggested because of its place in the list."""
    answer("333333323", times=6)
    page = login("kepala").get(LIST).text
    assert [part.split("&")[0].split('"')[0] for part in page.split("unsur=")[1:]] == ["sarana"]


def test_nothing_is_suggested_where_no_element_stands_out(login, answer):
    answer("333333333", times=6)
    assert "unsur=" not in login("kepala").get(LIST).text


def test_plans_stand_in_the_order_of_the_elements_that_need_them_most(login, store, answer, now):
    answer("441432444", times=6)  # lowest: waktu (1), kompetensi (2)
    for element in ("kompetensi", "waktu"):
        store.save_follow_up(
            "dukcapil", "2026-TW3", row(0, element=element, action=f"Rencana {element}"), now, "admin"
        )
    page = login("kepala").get(LIST).text
    assert page.index("Rencana waktu") < page.index("Rencana kompetensi")


def test_the_list_of_a_year_shows_the_plans_of_its_quarters_that_the_report_prints_too(
    login, store, place, now
):
    store.save_follow_up("dukcapil", "2026-TW2", row(0, action="Menambah kursi"), now, "admin")
    page = login("kepala").get("/meja/unit/dukcapil/rtl?periode=2026").text
    assert "Belum ada rencana pada periode ini" not in page
    assert "Menambah kursi" in page and "Triwulan II Tahun 2026" in page
    assert "/meja/unit/dukcapil/rtl/1?periode=2026-TW2" in unescape(
        page
    )  # it is changed where it was written


def test_the_list_of_half_a_year_looks_back_on_the_quarters_of_the_one_before(login, send, store, place, now):
    store.save_follow_up("dukcapil", "2026-TW2", row(0, action="Menambah kursi"), now, "admin")
    client, path = login("kepala"), "/meja/unit/dukcapil/rtl?periode=2026-S2"
    page = client.get(path).text
    assert "Menambah kursi" in page
    assert "/meja/unit/dukcapil/rtl/1?periode=2026-TW2" in unescape(page)
    send(client, "/meja/unit/dukcapil/rtl/bawa?periode=2026-S2")
    assert [one.action for one in store.follow_ups("dukcapil", "2026-S2")] == ["Menambah kursi"]
    assert "Bawa ke" not in client.get(path).text


def test_a_free_range_of_days_looks_back_on_a_period_that_the_office_had(login, store, place, now):
    page = login("kepala").get("/meja/unit/dukcapil/rtl?periode=2026-06-08..2026-07-14").text
    assert "Rencana Triwulan I Tahun 2026" in page
    assert "Mei" not in page


def test_a_plan_that_a_quarter_inside_carries_on_is_not_offered_again(login, send, store, place, now):
    for period in ("2026-TW2", "2026-TW3"):
        store.save_follow_up("dukcapil", period, row(0, action="Menambah kursi"), now, "admin")
    client = login("kepala")
    assert "Bawa ke" not in client.get("/meja/unit/dukcapil/rtl?periode=2026-S2").text
    send(client, "/meja/unit/dukcapil/rtl/bawa?periode=2026-S2")
    assert store.follow_ups("dukcapil", "2026-S2") == []
