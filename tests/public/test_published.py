"""What everybody reads is made once for each change, whoever asks and however many; whoever has it is told so."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from calc.scoring import index_arrays
from survey.app import create_app
from survey.domain.organisation import Organisation, Service, Unit
from survey.operations import installation
from survey.public import cache
from survey.services import results

ADDRESSES = ("/hasil.json", "/hasil.csv", "/hasil")
OF_UNIT = ("/hasil/dukcapil", "/hasil/dukcapil.json", "/hasil/dukcapil.csv")
FIRST_QUARTER = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)
PATIENCE = 20.0


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each time that the indexes of units are computed."""
    calls: list[str] = []
    compute = index_arrays.converted

    def counted(*arguments: Any) -> Any:
        calls.append("computed")
        return compute(*arguments)

    monkeypatch.setattr(index_arrays, "converted", counted)
    return calls


@pytest.mark.parametrize("address", ADDRESSES + OF_UNIT)
def test_who_asks_again_gets_the_same_bytes_and_nothing_is_computed(client, kept, made, address):
    kept(30)
    first = client.get(address)
    assert made
    made.clear()
    again = client.get(address)
    assert (again.status_code, again.data, again.headers["ETag"]) == (200, first.data, first.headers["ETag"])
    assert made == []


@pytest.mark.parametrize("address", ADDRESSES + OF_UNIT)
def test_who_has_it_is_told_so_before_anything_is_read(client, kept, store, monkeypatch, address):
    kept(30)
    mark = client.get(address).headers["ETag"]
    for name in ("unit_tallies", "tallies", "months", "units"):
        monkeypatch.setattr(store, name, lambda *_: pytest.fail("read although nothing has changed"))
    again = client.get(address, headers={"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("address", ADDRESSES)
def test_answers_to_the_open_period_change_nothing(client, kept, running, made, monkeypatch, clock, address):
    from survey.store import revision

    monkeypatch.setattr(revision, "clock", lambda: clock.now)
    kept(30)
    mark = client.get(address).headers["ETag"]
    made.clear()
    kept(3, when=running)
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 304
    assert made == []


CHANGES = {
    "an answer that came late": lambda t: t.kept(1, answers="111111111"),
    "answers to an older period": lambda t: t.kept(5, when=FIRST_QUARTER),
    "a name": lambda t: t.store.save_unit(replace(t.store.unit("dukcapil"), name="Dinas Lain")),
    "a unit that is closed": lambda t: t.store.save_unit(replace(t.store.unit("dukcapil"), active=False)),
    "a government": lambda t: t.store.save_organisation(Organisation("Kota Contoh", "PEMERINTAH KOTA")),
    "another unit": lambda t: (t.store.save_unit(Unit("rsud", "RSUD")), t.kept(9, unit="rsud")),
    "a day that ends a period": lambda t: (
        t.kept(9, when=datetime(2026, 8, 3, tzinfo=UTC)),
        t.clock.forward(days=60),
    ),
}


UNSEEN = {("a government", "/hasil.csv"), ("answers to an older period", "/hasil")}  # they do not print it


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_everybody_gets_the_new_content(client, kept, store, clock, change, address):
    kept(30)
    kept(7, answers="333333333", when=FIRST_QUARTER)
    first = client.get(address)

    tools = SimpleNamespace(kept=kept, store=store, clock=clock)
    CHANGES[change](tools)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    if (change, address) in UNSEEN:
        assert again.status_code == 304
        return
    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]
    assert again.data != first.data


@pytest.mark.parametrize("address", OF_UNIT)
def test_after_a_change_the_page_of_a_unit_is_the_new_one(client, kept, store, address):
    kept(30)
    first = client.get(address)
    store.save_unit(replace(store.unit("dukcapil"), name="Dinas Lain"))
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "Dinas Lain" in again.text
    assert again.headers.get("Content-Disposition") == first.headers.get("Content-Disposition")


def test_what_is_not_there_is_asked_for_again_every_time_and_fills_no_memory(app, kept, monkeypatch):
    """Anybody may type any period; only pages that are there are remembered, and no more of them than fit."""
    kept(30)
    kept(30, when=FIRST_QUARTER)
    monkeypatch.setattr(cache, "MOST", 2)
    reader = app.test_client()
    assert reader.get("/hasil/dukcapil?periode=2019-TW1").status_code == 404
    assert reader.get("/hasil/tidak-ada").status_code == 404
    for address in (*ADDRESSES, *OF_UNIT, "/hasil/dukcapil?periode=2026-TW1"):
        assert reader.get(address).status_code == 200
    remembered = app.extensions["skm_published"]._made
    assert list(remembered) == ["/hasil/dukcapil.csv?", "/hasil/dukcapil?2026-TW1"]


def test_a_population_that_makes_a_census_is_seen_in_the_interval(client, kept, store):
    """Thirty of thirty users answered: nothing is left to chance, and both ends are the value."""
    kept(15)
    kept(15, answers="333333333")
    before = client.get("/hasil.json").json["results"][0]
    store.save_unit(replace(store.unit("dukcapil"), population=30))
    after = client.get("/hasil.json").json["results"][0]
    assert before["interval"]["low"] < before["converted"] < before["interval"]["high"]
    assert after["interval"]["low"] == after["converted"] == after["interval"]["high"]


def test_a_change_by_another_process_is_seen(client, kept, instance, clock, store):
    kept(30)
    first = client.get("/hasil.json")
    other = installation.open_store(installation.load_config(instance))
    try:
        other.save_unit(replace(other.unit("dukcapil"), name="Dinas Lain"))
    finally:
        other.close()
    again = client.get("/hasil.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.json["results"][0]["unit_name"] == "Dinas Lain"


def test_another_setting_is_another_content(instance, kept, store, clock, client):
    kept(30)
    first = client.get("/hasil.json")
    config = installation.load_config(instance, LICENCE="CC BY 4.0 (uji)")
    other = create_app(config, store=store, clock=clock).test_client().get("/hasil.json")
    assert other.headers["ETag"] != first.headers["ETag"]
    assert other.json["licence"] == "CC BY 4.0 (uji)"


def test_after_a_restart_the_same_content_has_the_same_mark(client, kept, config, store, clock):
    kept(30)
    mark = client.get("/hasil.csv").headers["ETag"]
    restarted = create_app(config, store=store, clock=clock).test_client()
    assert restarted.get("/hasil.csv", headers={"If-None-Match": mark}).status_code == 304


@pytest.mark.parametrize("address", ADDRESSES + OF_UNIT)
def test_it_is_sent_packed_to_who_can_unpack_it(client, kept, address):
    kept(30)
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.get(address, headers=again).status_code == 304


@pytest.mark.parametrize("rule", ["pooled", "services", "visits"])
def test_the_list_says_of_every_period_what_its_own_page_says(instance, kept, store, clock, rule):
    config = installation.load_config(instance, ROLL_UP=rule)
    store.save_service(Service("dukcapil", "ktp-el", "KTP", population=900))
    store.save_unit(Unit("rsud", "RSUD", population=44))
    for answers in ("343434344", "3-3333333", "444444444", "222222222"):
        kept(5, answers=answers)
        kept(4, answers=answers, when=FIRST_QUARTER)
        kept(9, answers=answers, unit="rsud")
    reader = create_app(config, store=store, clock=clock).test_client()
    rows = reader.get("/hasil.json").json["results"]
    assert [(row["unit"], row["period"]) for row in rows] == [
        ("dukcapil", "2026-TW2"),
        ("dukcapil", "2026-TW1"),
        ("rsud", "2026-TW2"),
    ]
    for row in rows:
        own = reader.get(f"/hasil/{row['unit']}.json?periode={row['period']}").json
        assert {name: own[name] for name in row} == row


def test_the_list_is_json_with_one_line_for_each_unit_and_period(client, kept):
    assert client.get("/hasil.json").json["results"] == []
    kept(30)
    lines = client.get("/hasil.json").text.splitlines()
    assert len(lines) == 3
    assert json.loads(lines[1])["unit"] == "dukcapil"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Results that are being computed until `go` is set."""

    class Slow:
        begun, go, calls = threading.Event(), threading.Event(), 0

    compute = results.cells

    def held(*arguments: Any) -> Any:
        Slow.calls += 1
        Slow.begun.set()
        assert Slow.go.wait(PATIENCE)
        return compute(*arguments)

    monkeypatch.setattr(results, "cells", held)
    yield Slow
    Slow.go.set()


def in_threads(count: int, work: Callable[[], Any]) -> tuple[list[threading.Thread], list[Any]]:
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(work()), daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, found


def test_first_readers_share_one_computation_and_few_wait_for_it(app, kept, slow):
    """Eight ask at once: one computes, two wait, five are told to come again in a second, by page, header and status."""
    kept(30)
    threads, found = in_threads(8, lambda: app.test_client().get("/hasil.json"))
    assert slow.begun.wait(PATIENCE)
    waiting = 1 + cache.WAITING
    end = time.monotonic() + PATIENCE
    while len(found) < len(threads) - waiting and time.monotonic() < end:
        time.sleep(0.01)
    assert {(reply.status_code, reply.headers["Retry-After"]) for reply in found} == {(503, "1")}
    assert {reply.headers["Refresh"] for reply in found} == {"1"}
    assert "Sebentar" in found[0].text
    slow.go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(reply.status_code for reply in found) == [200] * waiting + [503] * 5
    assert slow.calls == 1
    assert len({reply.data for reply in found if reply.status_code == 200}) == 1


def test_a_change_while_it_is_computed_is_not_lost(app, kept, store, slow):
    """What is computed from before the change is not kept as what is true after it."""
    kept(30)
    threads, _ = in_threads(1, lambda: app.test_client().get("/hasil.json"))
    assert slow.begun.wait(PATIENCE)
    store.save_unit(replace(store.unit("dukcapil"), name="Dinas Lain"))
    slow.go.set()
    threads[0].join(PATIENCE)
    assert app.test_client().get("/hasil.json").json["results"][0]["unit_name"] == "Dinas Lain"
    assert slow.calls == 2
