"""What a resident sent is never lost and never doubled, whatever the network does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
PORTAL = "<!doctype html><title>Wi-Fi</title><p>Silakan masuk ke jaringan."


def only_posts(answer: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda route: answer(route) if route.request.method == "POST" else route.continue_()


def test_25_forms_without_network_survive_a_closed_browser_and_arrive_once(
    browser: Any,
    live: SimpleNamespace,
    kiosk_code: str,
    tmp_path: Path,
    as_resident: Any,
    rows: Any,
    until: Any,
) -> None:
    def start() -> Any:
        return browser.browser_type.launch_persistent_context(
            str(tmp_path), executable_path="/usr/bin/chromium", args=list(FLAGS), reduced_motion="reduce"
        )

    first = start()
    person = as_resident(first.new_page()).open(f"{live.url}/s/{kiosk_code}")
    first.set_offline(True)
    for n in range(25):
        person.tap("[data-do=begin]")
        person.quick(str(n % 4 + 1))
        assert person.says("Tersimpan di perangkat ini, belum terkirim")
        person.tap("[data-do=home]")
    person.page.wait_for_selector("#count:has-text('25 isian di perangkat ini belum terkirim')")
    ids = {r["id"] for r in person.kept()}
    first.close()
    assert rows() == []

    second = start()
    try:
        person = as_resident(second.new_page()).open(f"{live.url}/s/{kiosk_code}")
        until(lambda: len(rows()) == 25, person.page, 60)
        person.page.wait_for_selector("#count", state="hidden")
        assert person.kept() == [] and {r.id for r in rows()} == ids and len(ids) == 25
        assert sorted(r.answers[0] for r in rows()) == sorted(str(n % 4 + 1) for n in range(25))
    finally:
        second.close()


def lost_reply(route: Any) -> None:
    """The server keeps it, and the reply never arrives."""
    route.fetch()
    route.abort("connectionreset")


def portal(route: Any) -> None:
    """A public network answers in the server's place."""
    route.fulfill(status=200, content_type="text/html", body=PORTAL)


def truncated(route: Any) -> None:
    reply = route.fetch()
    route.fulfill(status=reply.status, content_type="application/json", body=reply.text()[:20])


FAULTS: dict[str, Callable[[Any], None]] = {
    "the connection breaks before the request": lambda route: route.abort("connectionrefused"),
    "the reply is lost after the commit": lost_reply,
    "the server says 500": lambda route: route.fulfill(status=500, body="oops"),
    "the server says 503": lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}"),
    "a captive portal answers 200": portal,
    "a captive portal redirects": lambda route: route.fulfill(
        status=302, headers={"Location": "/healthz/live"}
    ),
    "a captive portal answers 404": lambda route: route.fulfill(
        status=404, content_type="text/html", body=PORTAL
    ),
    "the reply is cut short": truncated,
    "the receipt names another response": lambda route: route.fulfill(
        status=201, json={"id": "x", "status": "kept"}
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_on_the_way_loses_nothing_and_doubles_nothing(
    resident: Any, live: SimpleNamespace, code: str, rows: Any, until: Any, fault: str
) -> None:
    person = resident()
    person.page.route("**/s/*", only_posts(FAULTS[fault]))
    person.open(f"{live.url}/s/{code}")
    person.quick()
    assert person.says("Tersimpan di perangkat ini, belum terkirim")
    (waiting,) = person.kept()
    person.page.unroute("**/s/*")
    person.page.wait_for_selector(".state.sent")
    assert person.kept() == [] and [r.id for r in rows()] == [waiting["id"]]


def test_an_answer_waits_for_the_network_without_a_touch(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.page.context.set_offline(True)
    person.quick()
    assert "sinyal" in person.page.inner_text("#later")
    person.page.context.set_offline(False)
    person.page.wait_for_selector(".state.sent")
    assert len(rows()) == 1 and not person.page.is_visible("#later")


@pytest.fixture(params=["https or localhost", "plain http"])
def two_tabs(request: Any, browser: Any, live: SimpleNamespace, code: str, as_resident: Any) -> Any:
    """Two tabs of one browser; on plain http there are no locks, no worker and no crypto.randomUUID."""
    url, started = live.url, browser
    if request.param == "plain http":
        url, config = live.url.replace("127.0.0.1", "skm.test"), live.app.extensions["skm"].config
        object.__setattr__(config, "values", {**config.values, "TRUSTED_HOSTS": ("skm.test",)})
        started = browser.browser_type.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, "--host-resolver-rules=MAP skm.test 127.0.0.1"]
        )
    context = started.new_context(reduced_motion="reduce")
    tabs = [as_resident(context.new_page()).open(f"{url}/s/{code}") for _ in range(2)]
    secure = tabs[0].page.evaluate("[isSecureContext, !!navigator.locks, !!crypto.randomUUID]")
    assert secure == [request.param != "plain http"] * 3
    yield tabs
    context.close()
    if started is not browser:
        started.close()


def test_two_tabs_send_two_answers_one_at_a_time(
    two_tabs: Any, live: SimpleNamespace, rows: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, store = two_tabs[0].page.context, live.app.extensions["skm"].store
    running, most, keep = [0], [0], store.keep

    def slow(response: Any) -> Any:
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.2)
        running[0] -= 1
        return keep(response)

    context.route("**/s/*", only_posts(lambda route: route.abort()))
    for score in "123":
        for tab in two_tabs:
            tab.page.reload()
            tab.quick(score)
    context.unroute("**/s/*")
    assert len(two_tabs[0].kept()) == 6
    monkeypatch.setattr(store, "keep", slow)
    for tab in two_tabs:
        tab.page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: len(rows()) == 6, two_tabs[0].page)
    until(lambda: two_tabs[0].kept() == [], two_tabs[0].page)
    assert most[0] == 1
    assert len({r.id for r in rows()}) == 6 and sorted(r.answers[0] for r in rows()) == list("112233")


def test_without_a_database_the_answer_is_sent_at_once_or_the_form_stays(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident()
    person.page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {get() { throw Error('private'); }})"
    )
    person.page.route("**/s/*", only_posts(lost_reply))
    person.open(f"{live.url}/s/{code}")
    person.answer("34341123")
    person.tap("#q-pengaduan.on input[value='4']")
    person.page.wait_for_selector("#wrong:visible")
    assert "Belum terkirim" in person.page.inner_text("#wrong")
    assert person.page.locator("input:checked").count() == 9
    person.page.unroute("**/s/*")
    person.tap("#send")
    person.thanked()
    assert "Terkirim" in person.state()
    assert len(rows()) == 1, "the same id was sent again"


def test_a_full_device_still_sends_over_the_network(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident()
    person.page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    person.open(f"{live.url}/s/{code}")
    person.quick()
    assert "Terkirim" in person.state() and len(rows()) == 1


def test_a_refusal_is_final_shown_and_set_aside(
    resident: Any, live: SimpleNamespace, code: str, rows: Any, now: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    live.store.revoke_link(code, now)
    person.answer("343411234")
    assert "ditolak" in person.state() and "petugas" in person.state()
    (refused,) = person.kept("rejected")
    assert refused["status"] == 410 and person.kept() == [] and rows() == []
    person.page.wait_for_selector("#count:has-text('1 isian ditolak')")


def test_the_officer_sees_the_queue_saves_it_and_removes_one(
    resident: Any, live: SimpleNamespace, kiosk_code: str, rows: Any, until: Any
) -> None:
    person = resident().open(f"{live.url}/s/{kiosk_code}?antrean")
    assert person.page.inner_text("#staff p") == "0 isian di perangkat ini belum terkirim · 0 isian ditolak"
    person.page.click("#staff button:has-text('Tutup')")
    person.page.route("**/s/*", only_posts(lambda route: route.abort()))
    for score in "34":
        person.tap("[data-do=begin]")
        person.quick(score)
        person.tap("[data-do=home]")
    person.page.click("#count")
    person.page.wait_for_selector("#staff li:nth-child(2)")
    assert person.page.locator("#staff li").count() == 2
    assert person.page.locator("#staff li button").count() == 0  # residents see and send, nothing else
    assert person.page.locator("#staff button:has-text('Simpan sebagai berkas')").count() == 0
    person.open(f"{live.url}/s/{kiosk_code}?antrean")
    person.page.wait_for_selector("#staff li:nth-child(2) button")
    with person.page.expect_download() as saved:
        person.page.click("#staff button:has-text('Simpan sebagai berkas')")
    file = json.loads(Path(saved.value.path()).read_text())
    assert {r["id"] for r in file["queue"]} == {r["id"] for r in person.kept()} and file["rejected"] == []
    person.page.click("#staff li:first-child button")
    person.page.click("#staff li:first-child button:has-text('Ya, hapus')")
    person.page.wait_for_selector("#staff li:nth-child(2)", state="detached")
    person.page.unroute("**/s/*")
    person.page.click("#staff button:has-text('Kirim sekarang')")
    until(lambda: person.kept() == [], person.page)
    assert len(rows()) == 1


def test_a_closed_list_of_the_queue_does_not_come_back(
    resident: Any, live: SimpleNamespace, kiosk_code: str
) -> None:
    """'Kirim sekarang' looks again after two seconds; by then the next resident may be answering."""
    person = resident(own=True)
    person.page.clock.install()
    person.open(f"{live.url}/s/{kiosk_code}?antrean")
    person.page.click("#staff button:has-text('Kirim sekarang')")
    person.page.click("#staff button:has-text('Tutup')")
    person.tap("[data-do=begin]")
    person.page.clock.run_for(2500)
    person.page.wait_for_timeout(100)  # what was asked of the device's database comes back
    assert person.step() == "question" and not person.page.is_visible("#staff")


def test_a_new_page_script_finds_what_an_older_one_kept(
    resident: Any, live: SimpleNamespace, code: str, rows: Any, until: Any
) -> None:
    """Ten records as version 1 of the device's database holds them: whatever comes later has to send these."""
    person = resident()
    person.page.route("**/s/*", only_posts(lambda route: route.abort()))
    person.open(f"{live.url}/s/{code}")
    person.quick()
    person.page.evaluate(
        """url => new Promise(done => {
            const asked = indexedDB.open("skm", 1);
            asked.onsuccess = () => {
                const deal = asked.result.transaction("queue", "readwrite");
                for (let n = 0; n < 10; n++) {
                    const id = "00000000-0000-4000-8000-00000000000" + n;
                    deal.objectStore("queue").put({id: id, at: n, tries: 0, url: url, body: "waktu=3&id=" + id});
                }
                deal.oncomplete = () => { asked.result.close(); done(); };
            };
        })""",
        f"{live.url}/s/{code}",
    )
    person.page.unroute("**/s/*")
    person.page.reload()
    until(lambda: len(rows()) == 11, person.page)
    until(lambda: person.kept() == [], person.page)


@pytest.mark.parametrize(
    ("sound", "spoilt", "fault"),
    [
        ("&&said.id==(record.of||record.id)", "", "the receipt names another response"),
        (
            "(reply.status==200||reply.status==201)&&said.id==(record.of||record.id)",
            "reply.ok",
            "the server says 503",
        ),
        (
            "const got=await post(next);",
            "await drop('queue', next.id); const got = await post(next);",
            "the server says 500",
        ),
    ],
    ids=["any receipt counts", "any reply counts", "removed before the receipt"],
)
def test_a_spoilt_sender_is_caught_by_the_checks_above(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    resident: Any,
    live: SimpleNamespace,
    code: str,
    rows: Any,
    sound: str,
    spoilt: str,
    fault: str,
) -> None:
    from survey.kiosk import page

    whole = page.script(tablet=False, officer=False)
    assert whole.count(sound) == 1
    monkeypatch.setattr(page, "script", lambda *_: whole.replace(sound, spoilt))
    page.hashes.cache_clear()
    request.addfinalizer(page.hashes.cache_clear)
    person = resident()
    made_up = FAULTS[fault] if "reply.ok" != spoilt else lambda route: route.fulfill(status=200, json={})
    person.page.route("**/s/*", only_posts(made_up))
    person.open(f"{live.url}/s/{code}")
    person.quick()
    assert person.kept() == [] and rows() == [], "lost, so the fault matrix would have gone red"
