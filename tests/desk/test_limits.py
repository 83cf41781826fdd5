"""Pages that take long are few at once: whoever comes too many is told to come again, and residents find a free thread."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from survey.desk import periods
from survey.jobs import renderer
from survey.operations import server
from survey.services import results
from survey.web import limits

PATIENCE = 20.0
REPORT = "/meja/unit/dukcapil/laporan/kertas?periode=2026-TW3&jenis=full&bentuk=pdf"
PAPERS = (
    REPORT,
    "/meja/unit/dukcapil/laporan/kertas?periode=2026-TW3&jenis=notice",
    "/meja/unit/dukcapil/laporan/kertas?periode=2026-TW3&jenis=summary",
    "/meja/unit/dukcapil/lembar.pdf",
)


class Held:
    """Something that waits inside until `go` is set; `inside` counts who is there."""

    def __init__(self) -> None:
        self.inside, self.go = threading.Semaphore(0), threading.Event()

    def wait(self) -> None:
        self.inside.release()
        assert self.go.wait(PATIENCE)


@pytest.fixture
def held() -> Any:
    made = Held()
    yield made
    made.go.set()


@pytest.fixture
def asking(login: Any) -> Any:
    """Ask for addresses at once, each in a thread of its own: ``asking("kepala", …)`` gives threads and replies."""

    def ask(*addresses: str) -> tuple[list[threading.Thread], list[Any]]:
        replies: list[Any] = []
        clients = [login("kepala") for _ in addresses]

        def one(client: Any, address: str) -> None:
            replies.append(client.get(address))

        threads = [
            threading.Thread(target=one, args=each, daemon=True)
            for each in zip(clients, addresses, strict=True)
        ]
        for thread in threads:
            thread.start()
        return threads, replies

    return ask


@pytest.mark.parametrize("address", PAPERS)
def test_few_wait_for_a_drawing_and_the_others_get_a_page_that_comes_again(
    answer, asking, held, monkeypatch, client, code, address
):
    """Six ask, two are let in; the other four have a page, and a resident beside them has the form."""
    answer("343434344", times=6)

    def draw(*_: Any, **__: Any) -> bytes:
        held.wait()
        return b"%PDF-"

    monkeypatch.setattr(renderer, "render", draw)
    threads, replies = asking(*[address] * 6)
    for _ in range(limits.DRAWINGS):
        assert held.inside.acquire(timeout=PATIENCE)
    end = time.monotonic() + PATIENCE
    while len(replies) < 4 and time.monotonic() < end:
        time.sleep(0.01)
    assert [reply.status_code for reply in replies] == [503] * 4
    assert {(reply.headers["Retry-After"], reply.headers["Refresh"]) for reply in replies} == {("1", "1")}
    assert "Sebentar" in replies[0].text
    assert "menunggu giliran" in replies[0].text
    assert client.get(f"/s/{code}").status_code == 200
    held.go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(reply.status_code for reply in replies) == [200] * 2 + [503] * 4


def test_heavy_pages_leave_threads_to_residents(answer, asking, held, monkeypatch, client, code):
    """Three of the server's eight threads at most: the fourth overview is told to come again."""
    cells = results.cells
    monkeypatch.setattr(results, "cells", lambda *given: (held.wait(), cells(*given))[1])
    threads, replies = asking(*["/meja/"] * 5)
    for _ in range(limits.HEAVY):
        assert held.inside.acquire(timeout=PATIENCE)
    end = time.monotonic() + PATIENCE
    while len(replies) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert [reply.status_code for reply in replies] == [503] * 2
    assert "Beberapa halaman lain sedang disusun" in replies[0].text
    assert client.get(f"/s/{code}").status_code == 200
    held.go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(reply.status_code for reply in replies) == [200] * 3 + [503] * 2


def test_more_threads_than_all_that_may_be_held_are_there():
    """Heavy pages, and who makes or waits for what is published: residents have the rest."""
    from survey.public import cache

    assert limits.HEAVY + 1 + cache.WAITING <= server.THREADS - 2


def test_a_page_that_failed_gives_its_place_back(answer, login, monkeypatch):
    def fail(*_: Any, **__: Any) -> bytes:
        raise renderer.NotRendered("paper")

    answer("343434344", times=6)
    reader = login("kepala")
    monkeypatch.setattr(renderer, "render", fail)
    for _ in range(limits.HEAVY + 1):
        assert "Berkas belum dapat dibuat" in reader.get(REPORT).text
    monkeypatch.setattr(renderer, "render", lambda *_, **__: b"%PDF-")
    assert reader.get(REPORT).status_code == 200


def test_the_page_that_waits_is_json_for_programs_and_keeps_nothing(answer, login, monkeypatch):
    answer("343434344", times=6)
    reader = login("kepala")
    monkeypatch.setattr(limits, "DRAWINGS", 0)
    reader.application.extensions["skm_drawings"] = threading.BoundedSemaphore(1)
    reader.application.extensions["skm_drawings"].acquire()
    reply = reader.get(REPORT, headers={"Accept": "application/json"})
    assert (reply.status_code, reply.json) == (503, {"error": "Kertas Anda sedang menunggu giliran."})
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.fixture
def counted(monkeypatch: Any) -> dict[str, int]:
    """How often counters and periods are read."""
    calls = {"counters": 0, "periods": 0}

    def count(name: str, work: Any) -> Any:
        def counting(*given: Any, **named: Any) -> Any:
            calls[name] += 1
            return work(*given, **named)

        return counting

    monkeypatch.setattr(results, "counted", count("counters", results.counted))
    monkeypatch.setattr(periods.results, "periods_of", count("periods", results.periods_of))
    return calls


@pytest.mark.parametrize("kind", ["full", "summary", "tabulation"])
def test_a_report_reads_its_counters_once(answer, login, monkeypatch, counted, kind):
    """Not once to see how long it is, once to list the respondents, and once more to draw."""
    answer("343434344", times=6)
    reader = login("kepala")
    monkeypatch.setattr(renderer, "render", lambda *_, **__: b"%PDF-")
    counted.update(counters=0, periods=0)
    address = f"/meja/unit/dukcapil/laporan/kertas?periode=2026-TW3&jenis={kind}&bentuk=pdf"
    assert reader.get(address).status_code == 200
    assert counted == {"counters": 1, "periods": 1}


@pytest.mark.parametrize(("kind", "times"), [("notice", 0), ("full", 1)])
def test_asking_for_a_paper_reads_what_it_must_know(answer, login, send, counted, kind, times):
    """Where nothing depends on the number of responses, none is read; else the counters, once."""
    answer("343434344", times=6)
    reader = login("kepala")
    send_to = "/meja/unit/dukcapil/laporan?periode=2026-TW3"
    token_page = reader.get("/meja/akun")
    assert token_page.status_code == 200
    counted.update(counters=0, periods=0)
    assert send(reader, send_to, jenis=kind, bentuk="pdf").status_code == 303
    assert counted == {"counters": times, "periods": 1}
