"""Everybody can use the page: small screens, large letters, screen readers, weak networks."""

from __future__ import annotations

import gzip
import http.client
import uuid
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

LANGUAGES = ["id", "id-mudah", "en"]
FIRST_VISIT = 14_000  # bytes on the wire: fits in ten packets of the first round trip


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing"
    )
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{v['id']}: {n['html'][:120]} {n['failureSummary']}" for v in found for n in v["nodes"]]


def sideways(page: Any) -> int:
    """How many pixels one would have to scroll to the side."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def screens(person: Any, tablet: bool) -> Any:
    """Every screen of one survey in turn, by name."""
    if tablet:
        yield "start"
        person.tap("[data-do=begin]")
    yield "question"
    person.page.click("summary")
    yield "languages"
    person.page.click("summary")
    person.answer("12")
    person.tap("[data-do=back]")
    yield "answered"
    for _ in range(7):
        person.tap("[data-do=next]")
    yield "last"
    if tablet:
        person.page.evaluate("document.getElementById('idle').showModal()")
        yield "warning"
        person.page.click("[data-do=stay]")
    person.page.context.set_offline(True)
    person.tap("#q-pengaduan.on input[value='3']")
    person.thanked()
    yield "stored"
    person.tap("#send")
    yield "nothing added"
    person.page.click("#count")
    yield "staff"
    person.page.click("#staff .nav button:last-child")
    if tablet:
        person.tap("[data-do=begin]")
        person.quick()
    person.add("Antre lama", usia="26-34")
    yield "added"
    person.page.context.set_offline(False)
    if not tablet:
        person.page.wait_for_selector(".state.sent")
        yield "sent"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tablet", [False, True], ids=["phone", "tablet"])
def test_axe_finds_nothing_on_any_screen(
    resident: Any, live: SimpleNamespace, code: str, kiosk_code: str, language: str, tablet: bool
) -> None:
    size = {"width": 800, "height": 1280} if tablet else {"width": 360, "height": 640}
    address = f"{live.url}/s/{kiosk_code if tablet else code}?lang={language}"
    person = resident(viewport=size, bypass_csp=True).open(address)
    found = {name: violations(person.page) for name in screens(person, tablet)}
    assert {name: v for name, v in found.items() if v} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_pages_without_script(
    new_page: Any, live: SimpleNamespace, code: str, language: str, now: Any
) -> None:
    # axe needs script, so the pages are fetched as a browser without script gets them, and shown as text
    page = new_page(bypass_csp=True)
    whole = {"id": str(uuid.uuid4()), "waktu": "3", "bahasa": language}
    shown = {
        "form": page.request.get(f"{live.url}/s/{code}?lang={language}"),
        "errors": page.request.post(f"{live.url}/s/{code}", form={"waktu": "9", "bahasa": language}),
        "thanks": page.request.post(f"{live.url}/s/{code}", form=whole),
        "conflict": page.request.post(f"{live.url}/s/{code}", form={**whole, "waktu": "1"}),
        "unknown": page.request.get(f"{live.url}/s/ZZZZ9999?lang={language}"),
    }
    live.store.revoke_link(code, now)
    shown["revoked"] = page.request.get(f"{live.url}/s/{code}?lang={language}")
    found = {}
    for name, reply in shown.items():
        page.set_content(
            reply.text().replace("<script>", "<template>").replace("</script>\n</head>", "</template></head>")
        )
        found[name] = violations(page)
    assert [r.status for r in shown.values()] == [200, 422, 201, 409, 404, 410]
    assert {name: v for name, v in found.items() if v} == {}


@pytest.mark.parametrize("tablet", [False, True], ids=["phone", "tablet"])
@pytest.mark.parametrize("letters", [100, 200])
def test_nothing_is_lost_at_320_pixels_or_with_letters_twice_as_large(
    resident: Any, live: SimpleNamespace, code: str, kiosk_code: str, letters: int, tablet: bool
) -> None:
    person = resident(viewport={"width": 320, "height": 640})
    person.page.add_init_script(
        f"document.addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '{letters}%')"
    )
    person.open(f"{live.url}/s/{kiosk_code if tablet else code}?lang=id")
    wide = {name: sideways(person.page) for name in screens(person, tablet)}
    assert {name: n for name, n in wide.items() if n > 0} == {}


@pytest.mark.parametrize("tablet", [False, True], ids=["phone", "tablet"])
def test_every_target_is_large(
    resident: Any, live: SimpleNamespace, code: str, kiosk_code: str, tablet: bool
) -> None:
    least = 100 if tablet else 64
    size = {"width": 800, "height": 1280} if tablet else {"width": 360, "height": 640}
    person = resident(viewport=size).open(f"{live.url}/s/{kiosk_code if tablet else code}")
    small = {}
    for name in screens(person, tablet):
        small[name] = person.page.evaluate(
            """least => [...document.querySelectorAll("button, label, summary, a")]
                .filter(e => e.offsetParent && !e.closest("h2") && e.getBoundingClientRect().height < least)
                .map(e => e.textContent.trim() + " " + e.getBoundingClientRect().height)""",
            least,
        )
    assert {name: s for name, s in small.items() if s} == {}


def wire(url: str, path: str) -> tuple[int, str]:
    """Bytes of one reply as they travel, headers and chunk marks included, and the unpacked text."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Connection": "close"})
    connection.sock.settimeout(10)
    raw = b""
    while piece := connection.sock.recv(65536):
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head.lower()
    return len(raw), gzip.decompress(body).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_visit_fits_in_14_kilobytes(
    live: SimpleNamespace, code: str, kiosk_code: str, language: str
) -> None:
    for address in (f"/s/{code}", f"/s/{kiosk_code}"):
        size, page = wire(live.url, f"{address}?lang={language}")
        assert size <= FIRST_VISIT, f"{address}: {size}"
        assert not [word for word in ("http://", "https://", " src=", "@import", "url(") if word in page]
