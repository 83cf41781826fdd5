"""The shared tablet forgets: after thanks, after a while without touch, and whatever the next person tries."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

TABLET = {"width": 800, "height": 1280}
SECRET = "Rahasia warga pertama"


@pytest.fixture
def on_clock(resident: Any, live: SimpleNamespace, kiosk_code: str) -> Any:
    """A tablet whose clock the test moves; somebody touched 'Mulai'."""
    person = resident(viewport=TABLET, own=True)
    person.page.clock.install()
    person.open(f"{live.url}/s/{kiosk_code}")
    person.page.click("[data-do=begin]")
    return person


def press(person: Any, keys: str) -> Any:
    for key in keys:
        person.page.keyboard.press(key)
        person.page.clock.run_for(400)
    return person


@pytest.fixture
def at_last(on_clock: Any) -> Any:
    """Somebody answered eight questions, and not the ninth."""
    return press(on_clock, "11111111")


@pytest.fixture
def at_remark(on_clock: Any, until: Any) -> Any:
    """Somebody answered everything, wrote a remark, and did not send it."""
    press(on_clock, "111111111")
    on_clock.page.wait_for_selector("#state.sent")
    on_clock.page.fill("#saran", SECRET)
    on_clock.page.select_option("[name=usia]", "26-34")
    return on_clock


def nothing_left(page: Any) -> bool:
    """Neither in the document, nor in its fields, address, history or storage."""
    return bool(
        page.evaluate(
            """secret => !document.documentElement.outerHTML.includes(secret)
                && !document.querySelector("input:checked")
                && document.getElementById("saran").value === ""
                && [...document.querySelectorAll("select")].every(field => field.value === "")
                && history.state === null && !location.href.includes("=")
                && !localStorage.length && !sessionStorage.length && !document.cookie
                && !new URLSearchParams(new FormData(document.getElementById("f"))).toString().includes("=1&")""",
            SECRET,
        )
    )


def test_one_tap_begins_and_nine_taps_rate(
    resident: Any, live: SimpleNamespace, kiosk_code: str, rows: Any
) -> None:
    person = resident(viewport=TABLET).open(f"{live.url}/s/{kiosk_code}")
    assert person.step() == "start"
    person.tap("[data-do=begin]")
    person.answer("444444444")
    assert person.taps == 10
    assert (rows()[0].channel, rows()[0].counter) == ("kiosk", "loket-1")


def test_a_phone_link_becomes_a_tablet_when_asked(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident(viewport=TABLET).open(f"{live.url}/s/{code}?kiosk")
    person.tap("[data-do=begin]")
    person.quick()
    assert rows()[0].channel == "kiosk"


@pytest.mark.browser
@pytest.mark.parametrize("where", ["at_last", "at_remark"])
def test_after_20_seconds_it_warns_and_counts_down_and_lanjutkan_keeps_everything(
    request: pytest.FixtureRequest, where: str
) -> None:
    page = request.getfixturevalue(where).page
    words = page.input_value("#saran")
    page.clock.run_for(19_000)
    assert not page.is_visible("#idle")
    page.clock.run_for(1_500)
    assert page.is_visible("#idle") and int(page.inner_text("#left")) in (9, 10)
    page.clock.run_for(3_000)
    assert int(page.inner_text("#left")) in (6, 7)
    page.click("[data-do=stay]")
    assert not page.is_visible("#idle") and page.input_value("#saran") == words
    assert page.locator("input:checked").count() == (0 if words else 8)
    page.clock.run_for(19_000)
    assert not page.is_visible("#idle")


@pytest.mark.browser
@pytest.mark.parametrize(("where", "answers"), [("at_last", []), ("at_remark", ["111111111"])])
def test_after_30_seconds_nothing_of_the_person_is_left_but_what_was_sent(
    request: pytest.FixtureRequest, rows: Any, where: str, answers: list[str]
) -> None:
    person = request.getfixturevalue(where)
    page = person.page
    page.clock.run_for(31_000)
    assert person.step() == "start" and not page.is_visible("#idle")
    assert nothing_left(page)
    assert person.kept() == [] and [(r.answers, r.remark) for r in rows()] == [(a, "") for a in answers]
    page.keyboard.press("Control+z")
    assert nothing_left(page)


def test_a_tablet_that_slept_wipes_when_it_wakes(at_remark: Any) -> None:
    page = at_remark.page
    with page.expect_navigation():  # after an hour the page is old, too, and loads itself anew
        page.clock.fast_forward(3_700_000)
    page.wait_for_selector("html[data-step=start]", state="attached")
    assert nothing_left(page)


@pytest.mark.parametrize("way", ["back and forth", "reload", "kept page"])
def test_the_next_person_cannot_bring_answers_back(at_remark: Any, live: SimpleNamespace, way: str) -> None:
    page = at_remark.page
    if way == "reload":
        page.reload()
    elif way == "kept page":  # what a browser tells a page that it had kept whole
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    else:
        page.goto(f"{live.url}/healthz/live")
        page.go_back()
    page.wait_for_selector("html[data-step=start]", state="attached")
    assert nothing_left(page)


def test_the_browser_is_asked_not_to_fill_in_or_restore(client: Any, kiosk_code: str) -> None:
    page = client.get(f"/s/{kiosk_code}").text
    assert re.search(r'<form id="f"[^>]* autocomplete="off"', page)


def test_thanks_make_room_for_the_next_person(
    resident: Any, live: SimpleNamespace, kiosk_code: str, rows: Any
) -> None:
    person = resident(viewport=TABLET, own=True)
    person.page.clock.install()
    person.open(f"{live.url}/s/{kiosk_code}")
    person.tap("[data-do=begin]")
    person.quick("1")
    assert nothing_left(person.page)
    person.add(SECRET, usia="26-34")
    assert nothing_left(person.page)
    person.tap("[data-do=home]")
    assert person.step() == "start" and nothing_left(person.page)
    person.tap("[data-do=begin]")
    person.quick("2")
    person.page.clock.run_for(12_500)
    person.page.wait_for_selector("html[data-step=start]", state="attached")
    assert len({r.id for r in rows()}) == 2


def test_the_second_touch_of_a_hurried_finger_does_not_hold_the_thanks(on_clock: Any) -> None:
    """Who touches the last answer twice has not begun to write: twelve seconds later the next person may begin."""
    page = press(on_clock, "111111111").page
    page.wait_for_selector("#state.sent")
    for deaf, step in (("add", "start"), ("remove", "thanks")):
        if step == "thanks":
            page.click("[data-do=begin]")
            press(on_clock, "111111111")
            page.wait_for_selector("#state.sent")
        page.evaluate(
            f"document.documentElement.classList.{deaf}('deaf'); dispatchEvent(new Event('pointerdown'))"
        )
        page.clock.run_for(13_000)
        assert on_clock.step() == step


def test_a_new_person_starts_in_the_offices_language(
    resident: Any, live: SimpleNamespace, kiosk_code: str
) -> None:
    person = resident(viewport=TABLET).open(f"{live.url}/s/{kiosk_code}")
    person.tap("[data-tongue=en]")
    person.page.wait_for_selector("html[lang=en]")
    person.tap("[data-do=begin]")
    person.quick()
    assert person.page.inner_text("#thanks h2") == "Thank you"
    person.tap("[data-do=home]")
    assert person.page.get_attribute("html", "lang") == "id"


def test_languages_are_there_without_a_network(resident: Any, live: SimpleNamespace, kiosk_code: str) -> None:
    person = resident(viewport=TABLET).open(f"{live.url}/s/{kiosk_code}")
    person.page.wait_for_load_state("networkidle")
    person.page.context.set_offline(True)
    person.tap("[data-tongue=en]")
    assert person.page.inner_text("[data-do=begin]") == "Start"


def test_a_tablet_that_was_opened_once_opens_again_while_the_network_is_away(
    resident: Any, live: SimpleNamespace, kiosk_code: str, until: Any
) -> None:
    person = resident(viewport=TABLET).open(f"{live.url}/s/{kiosk_code}")
    kept = "caches.match(location.href, {ignoreVary: true}).then(found => !!found)"
    until(lambda: person.page.evaluate(kept), person.page)
    person.page.context.set_offline(True)
    person.page.reload()
    assert person.step() == "start"
    person.tap("[data-do=begin]")
    person.quick()
    assert len(person.kept()) == 1


def test_a_tablet_without_script_returns_to_an_empty_form(
    new_page: Any, live: SimpleNamespace, kiosk_code: str
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{live.url}/s/{kiosk_code}")
    page.check("input[name=waktu][value='2']")
    page.click("#send")
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.click("main a")
    assert page.locator("input:checked").count() == 0
