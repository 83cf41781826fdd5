"""Clients that never finish their request: residents beside them are answered, and the server ends all the same."""

from __future__ import annotations

import contextlib
import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults import residents
from tests.faults.residents import Ledger, Line
from tests.faults.site import Site, until

HALVES = {
    "head": b"GET /s/DKC7TAB4 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: a",
    "body": b"POST /s/DKC7TAB4 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\na",
}
MANY = 2_300  # connections that one PC holds without effort


@contextlib.contextmanager
def half_sent(site: Site, half: str, count: int) -> Iterator[list[socket.socket]]:
    """So many connections on which a request has begun."""
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(socket.create_connection(("127.0.0.1", site.port))) for _ in range(count)]
        for connection in made:
            connection.sendall(HALVES[half])
        yield made


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has ended it."""
    try:
        return connection.recv(1000, socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def rate(site: Site, ledger: Ledger) -> float:
    """One more rating over a connection of its own, and how many seconds it took; it may be dropped."""
    sitting, began = ledger.begin(), time.monotonic()
    with contextlib.closing(Line(site.port)) as line:
        try:
            ledger.note(sitting, line.post(sitting.code, sitting.fields), 0.0)
        except OSError:
            ledger.drop()
    return time.monotonic() - began


def rates(site: Site, ledger: Ledger, seconds: float) -> list[float]:
    """What `rate` found, again and again for that long."""
    end, taken = time.monotonic() + seconds, []
    while time.monotonic() < end:
        taken.append(rate(site, ledger))
    return taken


def slowest_hundredth(taken: list[float]) -> float:
    return sorted(taken)[int(0.99 * len(taken))]


@pytest.mark.parametrize("half", HALVES)
def test_half_sent_requests_hold_up_no_resident(site: Site, half: str) -> None:
    site.serve()
    ledger = Ledger()
    with half_sent(site, half, 200):
        for _ in range(20):
            rate(site, ledger)
    assert (ledger.replies, ledger.dropped) == ({201: 20}, 0)


def test_a_server_that_waits_for_bodies_with_its_threads_is_seen(site: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr(residents, "PATIENCE", 2.0)
    site.serve(changes=("thread-for-each-body",))
    ledger = Ledger()
    with half_sent(site, "body", 200):
        rate(site, ledger)
    assert ledger.dropped == 1


@pytest.mark.parametrize("half", HALVES)
def test_thousands_of_slow_clients_cost_residents_little(
    site: Site, half: str, long: bool, figures: Any
) -> None:
    """Held for a minute in all, in turns with residents alone, so that both meet the same machine."""
    if not long:
        pytest.skip("takes minutes: FAULTS=long")
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    site.serve()
    ledger, alone, beside = Ledger(), [], []
    rates(site, ledger, 2)
    for _ in range(6):
        alone += rates(site, ledger, 10)
        with half_sent(site, half, MANY):
            beside += rates(site, ledger, 10)
    with half_sent(site, half, MANY) as held:
        until(lambda: all(is_closed(connection) for connection in held))
    ratio = slowest_hundredth(beside) / slowest_hundredth(alone)
    figures(alone_ms=round(1000 * slowest_hundredth(alone), 1), times_alone=round(ratio, 2))
    assert (set(ledger.replies), ledger.dropped) == ({201}, 0)
    assert ratio <= 3


def test_of_too_many_connections_the_one_that_has_waited_longest_goes(site: Site) -> None:
    """The server may open 256 files, half of them for connections."""
    site.serve(changes=("few-files",))
    ledger = Ledger()
    with half_sent(site, "head", 300) as held:
        rate(site, ledger)
        until(lambda: is_closed(held[0]))
        assert not is_closed(held[-1])
    assert (ledger.replies, ledger.dropped) == ({201: 1}, 0)


def test_a_server_without_a_limit_is_seen(site: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr(residents, "PATIENCE", 2.0)
    site.serve(changes=("few-files", "no-limit"))
    ledger = Ledger()
    with half_sent(site, "head", 300):
        rate(site, ledger)
    assert ledger.dropped == 1


def still_open_after(connection: socket.socket, seconds: float) -> bool:
    """Send a byte now and then, so that the connection is never silent."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            connection.sendall(b"a")
        except ConnectionError:
            return False
        time.sleep(0.05)
    return not is_closed(connection)


@pytest.mark.parametrize("half", HALVES)
def test_a_client_that_sends_a_byte_now_and_then_is_cut_off(site: Site, half: str) -> None:
    site.serve(changes=("hurried",))
    with half_sent(site, half, 1) as (connection,):
        until(lambda: not still_open_after(connection, 0.2))


def test_a_server_without_deadlines_is_seen(site: Site) -> None:
    site.serve(changes=("hurried", "no-deadlines"))
    with half_sent(site, "body", 1) as (connection,):
        assert still_open_after(connection, 3.0)


@pytest.mark.parametrize("half", HALVES)
def test_the_server_ends_beside_half_sent_requests(site: Site, half: str) -> None:
    server = site.serve()
    with half_sent(site, half, 50):
        rate(site, Ledger())  # they have all been read
        assert server.stop() == 0


def test_a_server_that_waits_for_every_client_is_seen(site: Site) -> None:
    server = site.serve(changes=("no-deadlines", "endless-drain"))
    with half_sent(site, "body", 1):
        rate(site, Ledger())
        with pytest.raises(subprocess.TimeoutExpired):
            server.stop(5.0)
