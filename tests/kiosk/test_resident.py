"""A resident fills in the form: by touch, by keyboard, in another language, without script."""

from __future__ import annotations

import re
import uuid
from types import SimpleNamespace
from typing import Any


def test_nine_elements_take_nine_taps_and_reach_the_store(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("343411234")
    assert person.taps == 9
    assert person.says("Terkirim")
    (kept,) = rows()
    assert (kept.answers, kept.remark, kept.channel) == ("343411234", "", "qr")
    assert uuid.UUID(kept.id).version == 4 and kept.seconds is not None
    assert person.kept() == []


def test_the_page_asks_nobody_else_and_sets_nothing(resident: Any, live: SimpleNamespace, code: str) -> None:
    person = resident()
    asked = []
    person.page.on("request", lambda r: asked.append(r.url))
    person.open(f"{live.url}/s/{code}")
    person.page.wait_for_timeout(300)
    assert asked == [f"{live.url}/s/{code}"]
    assert person.page.context.cookies() == []


def test_back_shows_the_answer_and_lets_it_be_changed_or_taken_back(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("12")
    person.tap("[data-do=back]")
    assert person.page.is_checked("#q-prosedur.on input[value='2']")
    assert person.page.inner_text("[data-do=next]") == "Lanjut"
    person.tap("[data-do=clear]")
    assert person.page.inner_text("[data-do=next]") == "Lewati"
    person.tap("[data-do=back]")
    person.tap("#q-persyaratan.on input[value='4']")
    person.page.wait_for_selector("#q-prosedur.on")
    for _ in range(7):
        person.tap("[data-do=next]")
    assert person.page.inner_text("#send") == "Lewati dan kirim"
    person.tap("#send")
    person.thanked()
    assert rows()[0].answers == "4--------"


def test_the_back_gesture_of_a_phone_goes_to_the_question_before(
    resident: Any, live: SimpleNamespace, code: str
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("34")
    person.page.go_back()
    assert person.page.is_checked("#q-prosedur.on input[value='4']")
    person.page.go_back()
    assert person.page.is_checked("#q-persyaratan.on input[value='3']")
    assert person.page.evaluate("JSON.stringify(history.state)") in ("null", '{"skm":1}')


def test_a_form_without_any_answer_is_not_sent_and_says_so(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    for _ in range(8):
        person.tap("[data-do=next]")
    person.tap("#send")
    assert "Pilih paling sedikit satu jawaban" in person.page.inner_text("#wrong")
    assert person.page.evaluate("document.activeElement.id") == "wrong"
    assert person.step() == "question" and rows() == [] and person.kept() == []


def test_everything_can_be_done_with_the_keyboard(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    page = resident().open(f"{live.url}/s/{code}").page
    page.keyboard.press("3")
    page.wait_for_selector("#q-prosedur.on")
    assert page.evaluate("document.activeElement.closest('.s').id") == "q-prosedur"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    assert page.is_visible("#q-prosedur"), "arrow keys only look around"
    page.keyboard.press("Enter")
    page.wait_for_selector("#q-waktu.on")
    assert page.inner_text("#where") == "Pertanyaan 3 dari 9"
    for key in "412341":
        page.keyboard.press(key)
        page.wait_for_timeout(250)
    assert page.inner_text("#where") == "Pertanyaan 9 dari 9"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    assert page.is_visible("#q-pengaduan") and rows() == [], "nor do they send"
    page.keyboard.press("Enter")
    page.wait_for_selector("#thanks:not([hidden])")
    page.focus("#saran")
    page.keyboard.type("Baik, 1 2 3\nTerima kasih")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.focus("#send")
    page.keyboard.press("Enter")
    page.wait_for_selector(".r.on", state="detached")
    page.wait_for_selector("#state.sent")
    (kept,) = rows()
    assert kept.answers == "324123412" and kept.profile == {"jenis_kelamin": "P"}
    assert kept.remark == "Baik, 1 2 3\nTerima kasih"


def test_each_new_question_has_the_focus_and_its_number_is_announced(
    resident: Any, live: SimpleNamespace, code: str
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("3333")
    assert person.page.evaluate("document.activeElement.tagName") == "LEGEND"
    assert "produk pelayanan" in person.page.evaluate("document.activeElement.textContent")
    assert person.page.get_attribute("#where", "role") == "status"
    assert person.page.inner_text("#where") == "Pertanyaan 5 dari 9"


def test_switching_the_language_keeps_answers_and_place(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("34341123")
    sizes = []
    person.page.on("response", lambda r: sizes.append(int(r.headers["content-length"])))
    for language, word in (
        ("en", "Skip and send"),
        ("id-mudah", "Lewati dan kirim"),
        ("en", "Skip and send"),
    ):
        person.page.click("summary")
        person.page.click(f"button[value={language}]")
        person.page.wait_for_selector(f"input[name=bahasa][value={language}]", state="attached")
        assert person.page.inner_text("#send") == word
    assert person.page.evaluate("document.documentElement.lang") == "en"
    assert len(sizes) == 2 and max(sizes) < 4000, "only the words travel, and only once"
    person.tap("#q-pengaduan.on input[value='4']")
    person.thanked()
    assert person.page.inner_text("#thanks h2") == "Thank you"
    (kept,) = rows()
    assert (kept.answers, kept.language) == ("343411234", "en")


def test_a_language_that_cannot_be_fetched_leaves_the_page_as_it_was(
    resident: Any, live: SimpleNamespace, code: str
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("34")
    person.page.context.set_offline(True)
    person.page.click("summary")
    person.page.click("[value=en]")
    person.page.wait_for_selector("#say:not(:empty)")
    assert person.page.is_visible("#q-waktu") and person.page.is_checked("#q-prosedur input[value='4']")


def test_a_language_that_comes_late_does_not_take_the_thanks_away(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    """The words were asked for before the last answer and arrive after it: thanks and remark stay."""
    person, held = resident().open(f"{live.url}/s/{code}"), []
    person.page.route("**/s/*bagian=isi*", lambda route: held.append(route))
    person.answer("34341123")
    person.page.click("summary")
    person.page.click("[value=en]")
    person.tap("#q-pengaduan.on input[value='4']")
    person.thanked()
    with person.page.expect_response("**/s/*bagian=isi*"):
        held[0].continue_()
    person.page.wait_for_timeout(300)
    assert person.step() == "thanks" and person.page.is_visible("#thanks")
    person.add("Terima kasih")
    assert [(r.answers, r.remark) for r in rows()] == [("343411234", "Terima kasih")]


def test_of_two_languages_the_one_that_was_asked_for_last_stays(
    resident: Any, live: SimpleNamespace, code: str
) -> None:
    person, held = resident().open(f"{live.url}/s/{code}"), []
    person.page.route("**/s/*lang=id-mudah*", lambda route: held.append(route))
    for language in ("id-mudah", "en"):
        person.page.click("summary")
        person.page.click(f"[value={language}]")
        if language == "id-mudah":
            person.page.click("summary")
    person.page.wait_for_selector("input[name=bahasa][value=en]", state="attached")
    with person.page.expect_response("**/s/*lang=id-mudah*"):
        held[0].continue_()
    person.page.wait_for_timeout(300)
    assert person.page.input_value("input[name=bahasa]") == "en"


def test_without_script_the_form_is_one_page_that_works(
    new_page: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{live.url}/s/{code}")
    page.fill("#saran", "Tanpa skrip")
    page.click("#send")
    assert page.is_visible("[role=alert]")
    page.click("[role=alert] a")
    assert page.url.endswith("#q-persyaratan")
    assert page.input_value("#saran") == "Tanpa skrip"
    page.check("input[name=waktu][value='2']")
    page.click("summary")
    page.click("button[value=en]")
    assert page.is_checked("input[name=waktu][value='2']") and page.inner_text("#send") == "Send"
    page.focus("input[name=waktu][value='2']")
    page.keyboard.press("Enter")
    assert rows() == [] and page.inner_text("#send") == "Send", "Enter neither sends nor switches"
    with page.expect_navigation():
        page.click("#send")
    assert "Thank you" in page.inner_text("h1")
    page.reload()
    (kept,) = rows()
    assert (kept.answers, kept.remark, kept.language) == ("--2------", "Tanpa skrip", "en")


def test_without_script_going_back_and_sending_other_answers_overwrites_nothing(
    new_page: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{live.url}/s/{code}")
    page.check("input[name=waktu][value='2']")
    with page.expect_navigation():
        page.click("#send")
    page.go_back()
    assert page.locator("input:checked").count() == 0
    page.check("input[name=waktu][value='4']")
    page.click("#send")
    assert sorted(r.answers for r in rows()) == ["--2------", "--4------"]


def test_a_hostile_name_stays_a_text_in_the_browser(
    resident: Any, live: SimpleNamespace, unit_code: str
) -> None:
    from dataclasses import replace

    hostile = "\"><img src=x onerror=window.bad=1><script>window.bad=1</script>'`"
    live.store.save_unit(replace(live.store.unit("dukcapil"), name=hostile))
    person = resident().open(f"{live.url}/s/{unit_code}")
    person.page.click("summary")
    person.page.click("[value=en]")
    person.page.wait_for_selector("html[lang=en]")
    assert person.page.inner_text("h1") == hostile
    assert person.page.evaluate("window.bad === undefined")
    person.tap("#q-layanan.on input[value='ktp-el']")
    person.answer("3")
    assert re.search("Question 2 of 9", person.page.inner_text("#where"))
