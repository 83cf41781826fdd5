"""A rating is sent with its last answer, whatever the resident does next; what is added afterwards joins it once."""

from __future__ import annotations

import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survey.domain.organisation import Link, Unit
from survey.store import StoreBusy

JSON = {"Accept": "application/json"}
ALL_NINE = dict.fromkeys(
    "persyaratan prosedur waktu biaya produk kompetensi perilaku pengaduan sarana".split(), "3"
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
)
STORED = "Tersimpan di perangkat ini, belum terkirim"


def only_posts(answer: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda route: answer(route) if route.request.method == "POST" else route.continue_()


# the door


@pytest.fixture
def sent(client: Any, code: str) -> str:
    """Id of a whole rating that was kept at the link of ktp-el, without words."""
    id = str(uuid.uuid4())
    assert client.post(f"/s/{code}", data={"id": id, **ALL_NINE}, headers=JSON).status_code == 201
    return id


@pytest.fixture
def add(client: Any, code: str, sent: str) -> Callable[..., Any]:
    """``add(saran="…", usia="26-34")`` to that rating."""

    def post(at: str = code, **fields: str) -> Any:
        return client.post(f"/s/{at}/tambahan", data={"id": sent, **fields}, headers=JSON)

    return post


@pytest.fixture
def kept(store: Any) -> Callable[[], list[Any]]:
    return lambda: list(store.responses(None, None, None))


def test_what_is_added_joins_its_rating_and_the_receipt_names_it(
    add: Any, sent: str, kept: Any, store: Any
) -> None:
    reply = add(saran="NIK saya 3201012345678901, antre lama", usia="26-34", pekerjaan="")
    assert (reply.status_code, reply.json) == (201, {"id": sent, "status": "kept"})
    (row,) = kept()
    assert (row.id, row.answers, row.profile) == (sent, "333333333", {"usia": "26-34"})
    assert row.remark == "NIK saya •••, antre lama", "by the same door as every word"
    assert store.recount() == []


def test_the_same_again_is_200_and_other_words_are_409(add: Any, sent: str, kept: Any) -> None:
    assert add(saran="Satu").status_code == 201
    assert add(saran="Satu").status_code == 200
    other = add(saran="Dua")
    assert (other.status_code, other.json["status"], other.json["id"]) == (409, "conflict", sent)
    assert other.json["error"] and [r.remark for r in kept()] == ["Satu"]


def test_a_rating_that_came_with_words_of_its_own_takes_no_others(client: Any, code: str, kept: Any) -> None:
    """The form without script sends all at once, as it always did."""
    id = str(uuid.uuid4())
    body = {"id": id, **ALL_NINE, "saran": "Baik", "usia": "26-34"}
    assert client.post(f"/s/{code}", data=body, headers=JSON).status_code == 201
    more = client.post(f"/s/{code}/tambahan", data={"id": id, "saran": "Lain"}, headers=JSON)
    assert more.status_code == 409 and [(r.remark, r.profile) for r in kept()] == [
        ("Baik", {"usia": "26-34"})
    ]


def test_a_quarter_of_an_hour_later_it_is_410_and_set_aside(
    add: Any, clock: Any, kept: Any, store: Any
) -> None:
    clock.forward(minutes=15, seconds=1)
    late = add(saran="Terlambat")
    assert (late.status_code, late.json["status"]) == (410, "late") and "dihitung" in late.json["error"]
    assert [r.remark for r in kept()] == [""]
    assert [r.remark for _, r in store.conflicts("dukcapil", 99)] == ["Terlambat"]


def test_another_link_and_an_unknown_id_are_404(
    add: Any, client: Any, code: str, kiosk_code: str, kept: Any, store: Any, now: Any
) -> None:
    store.add_link(Link("DKC5AKTA", "dukcapil", "qr", now, service="akta-lahir"))
    store.save_unit(Unit("rsud", "Rumah Sakit Umum Daerah"))
    store.add_link(Link("RSD3QR57", "rsud", "qr", now))
    for at in (kiosk_code, "DKC5AKTA", "RSD3QR57"):
        assert add(at=at, saran="Asing").status_code == 404
    unknown = client.post(f"/s/{code}/tambahan", data={"id": str(uuid.uuid4()), "saran": "x"}, headers=JSON)
    assert (unknown.status_code, unknown.json["status"]) == (404, "unknown")
    assert client.post("/s/ZZZZ9999/tambahan", data={}, headers=JSON).status_code == 404
    assert [r.remark for r in kept()] == [""]


def test_bad_input_is_named_and_nothing_is_not_an_addition(
    add: Any, client: Any, code: str, kept: Any
) -> None:
    refused = {
        "saran": add(),
        "usia": add(usia="purba"),
        "id": client.post(f"/s/{code}/tambahan", data={"id": "x", "saran": "y"}, headers=JSON),
    }
    assert {name: reply.status_code for name, reply in refused.items()} == dict.fromkeys(refused, 422)
    assert all(list(reply.json["errors"]) == [name] for name, reply in refused.items())
    assert list(add(saran="x" * 2001).json["errors"]) == ["saran"]
    assert add(saran="x" * 65536).status_code == 413
    assert client.post(f"/s/{code}/tambahan", json={"saran": "x"}).status_code == 415
    assert client.get(f"/s/{code}/tambahan").status_code == 405
    assert [r.remark for r in kept()] == [""]


def test_a_busy_store_is_503_and_it_may_come_again(
    add: Any, app: Any, kept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Any) -> None:
        raise StoreBusy("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["skm"].store, "supplement", busy)
        reply = add(saran="Antre")
    assert reply.status_code == 503 and int(reply.headers["Retry-After"]) > 0 and reply.json["error"]
    assert add(saran="Antre").status_code == 201


# the device: all answered


def nothing(person: Any) -> None:
    """Walks away."""


def closes(person: Any) -> None:
    person.page.close()


def reloads(person: Any) -> None:
    person.page.reload()


@pytest.mark.parametrize("network", ["there", "away"])
@pytest.mark.parametrize("leave", [reloads, closes])
@pytest.mark.parametrize("tablet", [False, True], ids=["phone", "tablet"])
def test_all_answered_then_reloaded_or_closed_is_kept_once(
    resident: Any,
    live: SimpleNamespace,
    code: str,
    kiosk_code: str,
    rows: Any,
    until: Any,
    tablet: bool,
    leave: Callable[[Any], None],
    network: str,
) -> None:
    person = resident()
    context, address = person.page.context, f"{live.url}/s/{kiosk_code if tablet else code}"
    if network == "away":
        context.route("**/s/*", only_posts(lambda route: route.abort()))
    person.open(address)
    if tablet:
        person.tap("[data-do=begin]")
    person.answer("343411234")
    leave(person)
    context.unroute_all()
    again = context.new_page()
    again.goto(address)
    until(lambda: len(rows()) == 1, again)
    again.wait_for_selector("#count", state="hidden")
    assert [r.answers for r in rows()] == ["343411234"]


@pytest.mark.parametrize("network", ["there", "away"])
def test_all_answered_then_left_alone_is_kept_once_and_the_tablet_is_free_again(
    resident: Any, live: SimpleNamespace, kiosk_code: str, rows: Any, until: Any, network: str
) -> None:
    person = resident(viewport={"width": 800, "height": 1280}, own=True)
    page = person.page
    page.clock.install()
    if network == "away":
        page.route("**/s/*", only_posts(lambda route: route.abort()))
    person.open(f"{live.url}/s/{kiosk_code}")
    page.click("[data-do=begin]")
    for key in "343411234":
        page.keyboard.press(key)
        page.clock.run_for(400)
    page.wait_for_selector("#thanks:not([hidden])")
    until(lambda: len(rows()) == 1 or len(person.kept()) == 1, page)
    page.clock.run_for(31_000)
    assert person.step() == "start" and page.locator("input:checked").count() == 0
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: len(rows()) == 1, page)
    until(lambda: person.kept() == [], page)
    assert [r.answers for r in rows()] == ["343411234"]


def chromium(folder: Path, port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            "/usr/bin/chromium",
            "--headless=new",
            f"--remote-debugging-port={port}",
            f"--user-data-dir={folder}",
            *FLAGS,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture
def killable(browser: Any, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Start Chromium on one folder again and again: a page, and a way to kill all of it."""
    import os
    import socket

    running: list[subprocess.Popen[bytes]] = []

    def kill(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def start() -> Any:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        process = chromium(tmp_path / "profile", port)
        running.append(process)
        for _ in range(150):
            try:
                over = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
                break
            except Exception:
                time.sleep(0.2)
        page = over.contexts[0].new_page()
        page.set_default_timeout(20_000)
        page.emulate_media(reduced_motion="reduce")
        return SimpleNamespace(page=page, kill=lambda: kill(process))

    yield start
    for process in running:
        kill(process)


def test_all_answered_then_the_browser_is_killed_is_kept_once(
    killable: Any, live: SimpleNamespace, code: str, as_resident: Any, rows: Any, until: Any
) -> None:
    """SIGKILL to all its processes while the server cannot be reached."""
    first = killable()
    person = as_resident(first.page)
    first.page.route("**/s/*", only_posts(lambda route: route.abort()))
    person.open(f"{live.url}/s/{code}")
    person.answer("343411234")
    assert person.says(STORED) and len(person.kept()) == 1
    first.kill()
    assert rows() == []
    second = killable()
    second.page.goto(f"{live.url}/s/{code}")
    until(lambda: len(rows()) == 1, second.page)
    second.page.reload()
    assert [r.answers for r in rows()] == ["343411234"]


def test_all_answered_with_one_question_passed_by_is_sent_as_it_is(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    """The last question sends, whatever was left out on the way."""
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("343")
    person.tap("[data-do=next]")
    for key in "produk kompetensi perilaku sarana pengaduan".split():
        person.tap(f"#q-{key}.on input[value='2']")
    person.thanked()
    assert [r.answers for r in rows()] == ["343-22222"]


# the device: not all answered


@pytest.mark.parametrize("leave", [nothing, reloads])
def test_eight_answers_are_never_sent_and_never_stored(
    resident: Any, live: SimpleNamespace, kiosk_code: str, rows: Any, leave: Callable[[Any], None]
) -> None:
    person = resident(viewport={"width": 800, "height": 1280}, own=True)
    page = person.page
    page.clock.install()
    person.open(f"{live.url}/s/{kiosk_code}")
    page.click("[data-do=begin]")
    for key in "34341123":
        page.keyboard.press(key)
        page.clock.run_for(400)
    assert page.is_visible("#q-pengaduan")
    leave(person)
    page.clock.run_for(31_000)
    page.wait_for_selector("html[data-step=start]", state="attached")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.clock.run_for(31_000)
    assert page.locator("input:checked").count() == 0
    assert (person.kept(), person.kept("rejected"), rows()) == ([], [], [])


# the device: what is added


def test_thanks_come_at_once_and_then_remark_and_person_on_one_screen(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("343411234")
    page = person.page
    assert person.step() == "thanks" and page.is_visible("#saran")
    assert page.inner_text("#q-saran h2 >> nth=0") == "Ingin menambah saran?"
    assert page.locator("select:visible").count() == 4
    person.add("Petugas ramah.", usia="26-34", jenis_kelamin="P")
    assert person.says("Terkirim") and not page.is_visible("#saran") and not page.is_visible("#send")
    (kept,) = rows()
    assert (kept.answers, kept.remark) == ("343411234", "Petugas ramah.")
    assert kept.profile == {"usia": "26-34", "jenis_kelamin": "P"}
    assert live.store.recount() == [] and person.kept() == []


def test_the_thanks_do_not_wait_for_the_network(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    held: list[Any] = []
    person = resident()
    person.page.route("**/s/*", only_posts(held.append))
    person.open(f"{live.url}/s/{code}")
    for key in "persyaratan prosedur waktu biaya produk kompetensi perilaku sarana pengaduan".split():
        person.tap(f"#q-{key}.on input[value='3']")
    person.page.wait_for_selector("#thanks:not([hidden])")
    assert len(person.kept()) == 1 and person.state() == "Mengirim…" and rows() == []
    held[0].continue_()
    person.page.wait_for_selector("#state.sent")
    assert len(rows()) == 1


def test_selesai_adds_nothing_and_an_empty_addition_is_not_sent(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("343411234")
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    person.page.fill("#saran", "   ")
    person.tap("#send")
    assert "Tulis saran" in person.page.inner_text("#wrong")
    person.page.fill("#saran", "Tidak jadi")
    person.tap("[data-do=done]")
    assert person.page.is_visible("#thanks") and not person.page.is_visible("#saran")
    assert asked == [] and [r.remark for r in rows()] == [""]


def test_an_addition_waits_on_the_device_and_arrives_behind_its_rating(
    resident: Any, live: SimpleNamespace, code: str, rows: Any, until: Any
) -> None:
    person = resident()
    page = person.page
    order: list[str] = []
    page.context.route("**/s/**", only_posts(lambda route: route.abort()))
    person.open(f"{live.url}/s/{code}")
    person.answer("343411234")
    person.add("Antre lama")
    assert person.says(STORED) and len(person.kept()) == 2
    page.close()

    def seen(route: Any) -> None:
        order.append(route.request.url.rpartition("/")[2])
        route.continue_()

    page.context.unroute_all()
    page.context.route("**/s/**", only_posts(seen))
    again = page.context.new_page()
    again.goto(f"{live.url}/s/{code}")
    until(lambda: [r.remark for r in rows()] == ["Antre lama"], again)
    again.wait_for_selector("#count", state="hidden")
    assert order == [code, "tambahan"]
    assert live.store.recount() == []


def test_an_addition_whose_reply_was_lost_is_added_once(
    resident: Any, live: SimpleNamespace, code: str, rows: Any, until: Any
) -> None:
    def lost(route: Any) -> None:
        route.fetch()
        route.abort("connectionreset")

    person = resident().open(f"{live.url}/s/{code}")
    person.answer("343411234")
    person.page.route("**/tambahan", only_posts(lost))
    person.add("Antre lama")
    assert person.says(STORED) and [r.remark for r in rows()] == ["Antre lama"]
    person.page.unroute_all()
    person.page.evaluate("dispatchEvent(new Event('online'))")
    person.page.wait_for_selector("#state.sent", timeout=20_000)
    assert person.kept() == [] and [r.remark for r in rows()] == ["Antre lama"]
    assert live.store.recount() == []


def test_an_addition_that_is_too_late_is_said_and_stays_with_the_officer(
    resident: Any, live: SimpleNamespace, code: str, rows: Any, clock: Any
) -> None:
    person = resident().open(f"{live.url}/s/{code}")
    person.answer("343411234")
    clock.forward(minutes=20)
    person.page.fill("#saran", "Terlambat")
    person.tap("#send")
    person.page.wait_for_selector("#state.rejected")
    assert "tetap dihitung" in person.state()
    (refused,) = person.kept("rejected")
    assert refused["status"] == 410 and "Terlambat" in refused["body"]
    assert [r.remark for r in rows()] == [""]
    assert [r.remark for _, r in live.store.conflicts("dukcapil", 99)] == ["Terlambat"]


def test_without_a_database_an_addition_is_sent_at_once_or_stays_on_the_page(
    resident: Any, live: SimpleNamespace, code: str, rows: Any
) -> None:
    person = resident()
    person.page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {get() { throw Error('private'); }})"
    )
    person.open(f"{live.url}/s/{code}")
    person.answer("343411234")
    person.page.route("**/tambahan", only_posts(lambda route: route.abort()))
    person.page.fill("#saran", "Antre lama")
    person.tap("#send")
    person.page.wait_for_selector("#wrong:visible")
    assert person.page.input_value("#saran") == "Antre lama"
    person.page.unroute_all()
    person.tap("#send")
    person.page.wait_for_selector(".r.on", state="detached")
    assert [r.remark for r in rows()] == ["Antre lama"]
