"""The answer cards: at one place for all questions, deaf to a hurried finger, with whole words on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

KEYS = "persyaratan prosedur waktu biaya produk kompetensi perilaku sarana pengaduan".split()
LANGUAGES = ["id", "id-mudah", "en"]
SCREENS = [(320, 568), (360, 640), (390, 844), (800, 1280), (1280, 800), (1920, 1080)]

BOXES = """() => [...document.querySelectorAll(".on .c")].map(card => {
    const box = card.getBoundingClientRect();
    return [box.left, box.top + scrollY, box.width, box.height].map(Math.round);
})"""

# A word is whole when all of it lies in one line.
BROKEN = """() => {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, seen = node.parentElement;
        if (!seen.checkVisibility({visibilityProperty: true}) || seen.closest("select, script, style")) continue;
        for (const word of node.textContent.matchAll(/[^\\s\\/\\-]+/g)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) found.push(word[0]);
        }
    }
    return found;
}"""


@pytest.fixture(autouse=True)
def pace() -> None:
    """The page's own."""


# All questions in turn, without the wait that a finger has to keep.
WALK = """each => {
    const said = {}, ask = eval(each), on = () => document.querySelector(".q.on");
    for (let n = 0; n < 9; n++) {
        said[on().id.slice(2)] = ask();
        document.querySelector("[data-do=next]").click();
    }
    return said;
}"""


def walk(person: Any, each: str) -> dict[str, Any]:
    """What the script `each` says of the screen of every question, in turn."""
    said: dict[str, Any] = person.page.evaluate(WALK.replace("eval(each)", each))
    assert list(said) == KEYS
    return said


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("tablet", [False, True], ids=["phone", "tablet"])
def test_the_cards_stand_at_the_same_place_for_all_questions(
    resident: Any, live: SimpleNamespace, code: str, kiosk_code: str, tablet: bool, size: tuple[int, int]
) -> None:
    person = resident(viewport={"width": size[0], "height": size[1]})
    for language in LANGUAGES:
        person.open(f"{live.url}/s/{kiosk_code if tablet else code}?lang={language}")
        if tablet:
            person.tap("[data-do=begin]")
        places = walk(person, BOXES)
        assert len(places["waktu"]) == 4
        assert {key: place for key, place in places.items() if place != places["waktu"]} == {}


def test_an_answered_question_has_its_cards_where_the_others_have_them(
    resident: Any, live: SimpleNamespace, code: str
) -> None:
    """'Hapus jawaban' comes and goes without moving them."""
    for width, height in ((320, 568), (390, 844)):
        person = resident(viewport={"width": width, "height": height}).open(f"{live.url}/s/{code}")
        fresh = person.page.evaluate(BOXES)
        person.answer("1")
        person.tap("[data-do=back]")
        person.page.wait_for_selector("[data-do=clear]:visible")
        assert person.page.evaluate(BOXES) == fresh


def test_the_same_finger_gives_the_same_answer_nine_times(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    """It gave 3,4,4,4,3,4,3,4,4 when the cards moved with the length of the question."""
    person = resident(viewport={"width": 360, "height": 640}).open(f"{live.url}/s/{code}")
    left, top, width, height = person.page.evaluate(BOXES)[2]
    for key in KEYS:
        person.page.wait_for_selector(f"html:not(.deaf) #q-{key}.on")
        person.page.mouse.click(left + width / 2, top + height / 2)
    person.thanked()
    assert [r.answers for r in rows()] == ["333333333"]


@pytest.fixture
def held(resident: Any, live: SimpleNamespace, code: str) -> Any:
    """A person whose clock stands still until the test moves it, at the first question; the page turns after 350 ms."""
    person = resident(reduced_motion="no-preference", own=True)
    person.page.clock.install()
    person.open(f"{live.url}/s/{code}")
    person.page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    person.page.clock.run_for(400)
    return person


def touch(page: Any) -> None:
    """The fourth card's place on the screen, whatever lies there."""
    left, top, width, height = page.evaluate(BOXES)[3]
    page.mouse.click(left + width / 2, top + height / 2)


def test_a_touch_within_300_ms_after_the_turn_is_not_an_answer(held: Any) -> None:
    page = held.page
    touch(page)
    page.clock.run_for(350)
    assert page.is_visible("#q-prosedur")
    page.clock.run_for(290)
    touch(page)
    page.clock.run_for(400)
    assert page.is_visible("#q-prosedur") and page.locator("#q-prosedur input:checked").count() == 0
    touch(page)
    page.clock.run_for(350)
    assert page.is_visible("#q-waktu")


def test_a_key_that_is_held_down_answers_one_question(held: Any) -> None:
    page = held.page
    page.keyboard.down("3")
    page.clock.run_for(500)
    for _ in range(10):
        page.keyboard.down("3")  # what a held key sends again and again, after half a second
        page.clock.run_for(33)
    page.keyboard.up("3")
    page.clock.run_for(400)
    assert page.is_visible("#q-prosedur") and page.locator("input:checked").count() == 1
    page.keyboard.press("3")
    page.clock.run_for(400)
    assert page.is_visible("#q-waktu")


def test_a_double_touch_on_the_last_answer_presses_nothing_on_the_thanks(
    resident: Any, live: SimpleNamespace, kiosk_code: str, rows: Any
) -> None:
    person = resident(viewport={"width": 800, "height": 1280}).open(f"{live.url}/s/{kiosk_code}")
    person.tap("[data-do=begin]")
    person.answer("44444444")
    person.page.wait_for_selector("html:not(.deaf) #q-pengaduan.on")
    box = person.page.locator("#q-pengaduan.on label >> nth=3").bounding_box()
    person.page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    person.thanked()
    assert person.step() == "thanks" and len(rows()) == 1


@pytest.mark.parametrize("width", [320, 360, 390, 800])
@pytest.mark.parametrize("letters", [100, 130, 200])
def test_no_word_is_broken_however_large_the_letters_are(
    resident: Any, live: SimpleNamespace, unit_code: str, letters: int, width: int
) -> None:
    person = resident(viewport={"width": width, "height": 740})
    person.page.add_init_script(
        f"document.addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '{letters}%')"
    )
    for language in LANGUAGES:
        person.open(f"{live.url}/s/{unit_code}?lang={language}")
        broken = {"service": person.page.evaluate(BROKEN)}
        person.tap("#q-layanan label:last-child")
        person.page.wait_for_selector(".q.on")
        broken |= walk(person, BROKEN)
        person.quick()
        broken["thanks"] = person.page.evaluate(BROKEN)
        assert {screen: words for screen, words in broken.items() if words} == {}, language


def test_the_bar_is_full_only_when_the_last_answer_is_given(
    resident: Any, live: SimpleNamespace, code: str
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    shown = walk(person, "() => document.getElementById('bar').style.width")
    # before question n of 9, n - 1 ninths are done
    done = [float(width.rstrip("%")) for width in shown.values()]
    assert done == pytest.approx([100 * n / 9 for n in range(9)], abs=0.01)
    assert "langsung terkirim" in person.page.inner_text("#q-pengaduan")
