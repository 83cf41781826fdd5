"""What somebody writes at the desk is not lost: not with the session, not by leaving the page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from survey.domain.account import Account

CLOSING = "/meja/unit/dukcapil/kalimat/penutup?periode=2026-TW3"
NEW_PLAN = "/meja/unit/dukcapil/rtl/baru?periode=2026-TW3"
WORDS = "Empat puluh baris.\r\n\r\n- butir <b>satu</b> & 'dua'"
BACK = "ditampilkan lagi. Belum tersimpan"
PASSWORD = "kuda baterai jepit staples"


def fields(page: str, form: int = -1) -> dict[str, str]:
    """Hidden fields of a form of a page, as a browser would send them; the header's form comes first."""
    part = page.split("<form")[form]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', part)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def come_in(token, people):
    """Log in at a browser that is there: ``come_in(client, name, path)`` gives the page after all redirects."""

    def enter(client, name, path):
        csrf = fields(client.get(path).text)["csrf_token"]
        form = {"name": name, "password": PASSWORD, "csrf_token": csrf}
        return client.post(path, data=form, follow_redirects=True)

    return enter


def test_a_text_sent_after_the_session_ended_is_shown_again_after_the_login_and_not_yet_saved(
    login, clock, come_in, store, place
):
    head = login("kepala")
    form = fields(head.get(CLOSING).text)
    clock.forward(minutes=31)
    reply = head.post(CLOSING, data={**form, "words": WORDS, "act": "simpan"})
    assert reply.status_code == 303 and reply.headers["Location"].startswith("/meja/masuk?next=")
    assert "Yang Anda tulis masih ada" in head.get(reply.headers["Location"]).text
    page = come_in(head, "kepala", reply.headers["Location"])
    assert BACK in page.text
    written = page.text.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    assert unescape(written).replace("\r\n", "\n").strip() == WORDS.replace("\r\n", "\n")
    assert store.report_texts("dukcapil", "2026-TW3") == {}
    saved = head.post(CLOSING, data={**fields(page.text), "words": WORDS, "act": "simpan"})
    assert saved.status_code == 303
    assert "Empat puluh baris." in store.report_texts("dukcapil", "2026-TW3")["penutup"]
    assert BACK not in head.get(CLOSING).text  # what was saved is kept no longer


def test_a_reload_of_the_page_shows_the_text_once_more(login, clock, come_in, place):
    head = login("kepala")
    form = fields(head.get(CLOSING).text)
    clock.forward(minutes=31)
    reply = head.post(CLOSING, data={**form, "words": "Kalimat saya.", "act": "simpan"})
    come_in(head, "kepala", reply.headers["Location"])
    assert "Kalimat saya." in head.get(CLOSING).text
    for _ in range(3):
        clock.forward(minutes=21)
        head.get("/meja/")
    assert "Kalimat saya." not in head.get(CLOSING).text  # kept for an hour


def test_a_whole_plan_comes_back_with_every_field(login, clock, come_in, place):
    head = login("kepala")
    form = fields(head.get(NEW_PLAN).text)
    clock.forward(hours=13)
    plan = {"element": "waktu", "action": "Menambah loket", "quarter": "2", "year": "2027", "owner": "Kabid"}
    reply = head.post(NEW_PLAN, data={**form, **plan, "status": "running", "done_on": "", "note": "Uji"})
    page = come_in(head, "kepala", reply.headers["Location"]).text
    assert BACK in page and "Menambah loket" in page and 'value="Kabid"' in page and "Uji" in page
    assert re.search(r'value="waktu" selected', page) and re.search(r'value="2027" selected', page)
    assert re.search(r'value="running" checked', page)


def test_a_new_unit_with_its_status_comes_back(login, clock, come_in, place, store):
    admin = login("admin")
    path = "/meja/kelola/unit/dukcapil"
    form = fields(admin.get(path).text)
    clock.forward(minutes=31)
    change = {"name": "Dinas Baru", "address": "Jalan 2", "phone": "", "population": "", "active": "tidak"}
    reply = admin.post(path, data={**form, **change})
    page = come_in(admin, "admin", reply.headers["Location"]).text
    assert 'value="Dinas Baru"' in page and re.search(r'value="tidak" checked', page)
    assert store.unit("dukcapil").name != "Dinas Baru"


def test_another_account_at_the_same_browser_does_not_see_what_was_written(
    login, clock, come_in, store, password_hash, place
):
    store.save_account(Account("rekan", "unit_head", password_hash, ("dukcapil",)))
    head = login("kepala")
    form = fields(head.get(CLOSING).text)
    clock.forward(minutes=31)
    reply = head.post(CLOSING, data={**form, "words": "Rahasia kepala.", "act": "simpan"})
    page = come_in(head, "rekan", reply.headers["Location"])
    assert page.status_code == 200
    assert "Rahasia kepala." not in page.text and BACK not in page.text


def test_the_same_account_at_another_browser_does_not_see_it(app, login, clock, come_in, place):
    head = login("kepala")
    form = fields(head.get(CLOSING).text)
    clock.forward(minutes=31)
    reply = head.post(CLOSING, data={**form, "words": "Kalimat saya.", "act": "simpan"})
    page = come_in(app.test_client(), "kepala", reply.headers["Location"])
    assert page.status_code == 200 and "Kalimat saya." not in page.text


def test_a_tab_of_a_former_session_is_shown_again_in_the_new_one_and_not_executed(
    login, send, come_in, store, place
):
    head = login("kepala")
    form = fields(head.get(CLOSING).text)
    send(head, "/meja/keluar")  # in another tab
    login("kepala", head)
    reply = head.post(CLOSING, data={**form, "words": "Kalimat tab lama.", "act": "simpan"})
    assert reply.status_code == 303
    page = head.get(reply.headers["Location"], follow_redirects=True)
    assert "Kalimat tab lama." in page.text and BACK in page.text
    assert store.report_texts("dukcapil", "2026-TW3") == {}


def test_a_form_whose_session_cookie_is_gone_is_kept_once_and_announced_once(login, come_in, store, place):
    """A browser that was closed, or an evening: neither session nor token is there any more."""
    head = login("kepala")
    form = fields(head.get(CLOSING).text)
    head.delete_cookie("skm")
    reply = head.post(CLOSING, data={**form, "words": "Kalimat semalam.", "act": "simpan"})
    assert reply.status_code == 303 and store.rows("SELECT count(*) FROM kept_form") == [(1,)]
    page = come_in(head, "kepala", reply.headers["Location"]).text
    assert "Kalimat semalam." in page and page.count(BACK) == 1


def test_two_forms_that_lost_their_session_both_come_back(login, clock, come_in, place):
    head = login("kepala")
    one, other = fields(head.get(CLOSING).text), fields(head.get(NEW_PLAN).text)
    clock.forward(minutes=31)
    first = head.post(CLOSING, data={**one, "words": "Kalimat pertama.", "act": "simpan"})
    head.post(NEW_PLAN, data={**other, "element": "waktu", "action": "Rencana kedua"})
    assert "Kalimat pertama." in come_in(head, "kepala", first.headers["Location"]).text
    assert "Rencana kedua" in head.get(NEW_PLAN).text


@pytest.mark.parametrize("writer", ["", "kepala", "ImtlcGFsYSI.aaaa.bbbb"])
def test_a_form_without_our_mark_of_its_writer_is_not_kept(login, clock, store, place, writer):
    head = login("kepala")
    form = fields(head.get(CLOSING).text)
    clock.forward(minutes=31)
    head.post(CLOSING, data={**form, "oleh": writer, "words": "Kalimat asing.", "act": "simpan"})
    assert store.rows("SELECT count(*) FROM kept_form") == [(0,)]


def test_a_form_of_another_site_is_neither_kept_nor_shown(login, store, place):
    head = login("kepala")
    form = fields(head.get(CLOSING).text)
    reply = head.post(
        CLOSING,
        data={**form, "csrf_token": "x", "words": "Kalimat asing.", "act": "simpan"},
        headers={"Origin": "https://evil.example"},
    )
    assert reply.status_code == 403
    assert store.rows("SELECT count(*) FROM kept_form") == [(0,)]


def test_a_password_is_never_kept(login, clock, store, place):
    head = login("kepala")
    form = fields(head.get("/meja/akun").text, 2)
    clock.forward(minutes=31)
    head.post("/meja/akun", data={**form, "current": PASSWORD, "password": "x" * 12, "again": "x" * 12})
    assert store.rows("SELECT count(*) FROM kept_form") == [(0,)]


def test_after_a_login_for_an_act_without_a_page_of_its_own_one_comes_to_the_overview(
    login, clock, come_in, place
):
    head = login("kepala")
    form = fields(head.get("/meja/").text, 1)
    clock.forward(minutes=31)
    reply = head.post("/meja/unit/dukcapil/rtl/bawa?periode=2026-TW3", data=form)
    assert reply.headers["Location"] == "/meja/masuk?next=/meja/"
    assert come_in(head, "kepala", reply.headers["Location"]).status_code == 200


def test_every_form_that_people_write_in_comes_back_and_no_other_is_kept():
    from survey.desk.access import ROUTES
    from survey.desk.kept_forms import KEPT

    assert set(ROUTES) >= KEPT
    assert not KEPT & {"desk.login", "desk.first_login", "desk.account"}


# in a browser


def enter(live, page):
    page.goto(live.url + "/meja/masuk")
    page.get_by_label("Nama akun").fill("kepala")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/meja/")


@pytest.fixture
def head_at_work(live, new_page, password_hash):
    live.store.save_account(Account("kepala", "unit_head", password_hash, ("dukcapil",)))
    page = new_page(viewport={"width": 360, "height": 800})
    enter(live, page)
    page.goto(live.url + CLOSING)
    return page


def test_leaving_a_changed_form_asks_first_and_leaving_an_unchanged_one_does_not(live, head_at_work):
    page, asked = head_at_work, []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    page.goto(live.url + "/meja/")
    assert asked == []
    page.goto(live.url + CLOSING)
    text = page.get_by_label("Kalimat", exact=True)
    text.focus()
    text.press("End")
    text.type(" Tambahan.")
    page.get_by_role("link", name="Akun saya").click()
    page.wait_for_timeout(0)
    assert asked == ["beforeunload"]
    assert "Tambahan." in text.input_value()  # still here
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile("/kalimat[?]"))
    assert asked == ["beforeunload"]  # sending asks nothing


def test_what_was_typed_over_an_ended_session_is_in_the_field_again_after_the_login(
    live, head_at_work, clock
):
    page = head_at_work
    page.get_by_label("Kalimat", exact=True).fill("Empat puluh baris saya.")
    clock.forward(minutes=31)
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile("/meja/masuk.next="))
    assert page.get_by_text("Yang Anda tulis masih ada").is_visible()
    page.get_by_label("Nama akun").fill("kepala")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(re.compile("/kalimat/penutup"))
    assert page.get_by_label("Kalimat", exact=True).input_value() == "Empat puluh baris saya."
    assert page.get_by_text(BACK).is_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Kalimat", exact=True).focus()
    page.get_by_role("link", name="Akun saya").click()
    page.wait_for_timeout(0)
    assert asked == ["beforeunload"]  # not saved yet
    page.get_by_role("button", name="Simpan").click()
    page.wait_for_url(re.compile("/kalimat[?]"))
    assert "Empat puluh baris saya." in live.store.report_texts("dukcapil", "2026-TW3")["penutup"]
