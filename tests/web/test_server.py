"""What the application is told about a request, whatever way it was sent, and what the client gets of the reply."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, jsonify, request

from survey.operations import server
from survey.operations.connections import Connection
from survey.operations.server import LARGEST_BODY, LARGEST_HEAD, PIECE, Server

CLOSE = "Host: skm.test\r\nConnection: close\r\n"


@pytest.fixture
def ask() -> Iterator[Callable[[str], bytes]]:
    """Send a request as it stands, and give the reply as it came."""
    app = Flask("echo")

    @app.route("/large/<int:size>")
    def large(size: int) -> bytes:
        return bytes(size)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def told(path: str) -> Any:
        return jsonify(
            path=path,
            form=request.form,
            length=request.content_length,
            cookie=request.headers.get("Cookie"),
            forwarded=request.headers.get("X-Forwarded-For"),
        )

    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    running = Server(app, listener)
    thread = threading.Thread(target=running.run)
    thread.start()

    def asked(text: str) -> bytes:
        with socket.create_connection(address, timeout=60) as line:
            line.sendall(text.encode())
            return b"".join(iter(lambda: line.recv(1 << 20), b""))

    asked.address = address  # type: ignore[attr-defined]
    yield asked
    running.drain()
    thread.join()


def told(reply: bytes) -> Any:
    return Flask("echo").json.loads(reply.partition(b"\r\n\r\n")[2])


def test_a_body_in_chunks_is_a_body(ask: Any) -> None:
    """As curl sends what it reads from a pipe; RFC 9112, 7.1."""
    head = f"POST /form HTTP/1.1\r\n{CLOSE}Content-Type: application/x-www-form-urlencoded\r\n"
    found = told(ask(f"{head}Transfer-Encoding: chunked\r\n\r\n4\r\na=1&\r\n3\r\nb=2\r\n0\r\n\r\n"))
    assert (found["form"], found["length"]) == ({"a": "1", "b": "2"}, 7)


def test_a_long_body_arrives_whole(ask: Any) -> None:
    body = "a=" + "x" * 300_000
    head = f"POST /form HTTP/1.1\r\n{CLOSE}Content-Type: application/x-www-form-urlencoded\r\n"
    assert told(ask(f"{head}Content-Length: {len(body)}\r\n\r\n{body}"))["form"] == {"a": body[2:]}


def test_a_body_without_end_is_not_kept(ask: Any) -> None:
    """The application is told its length, and refuses it for that."""
    size = LARGEST_BODY + 1_000_000
    found = told(ask(f"POST /form HTTP/1.1\r\n{CLOSE}Content-Length: {size}\r\n\r\n" + "x" * size))
    assert (found["form"], found["length"]) == ({}, size)


def test_a_whole_address_and_letters_beyond_ascii_lead_to_their_page(ask: Any) -> None:
    assert told(ask(f"GET http://skm.test/caf%C3%A9 HTTP/1.1\r\n{CLOSE}\r\n"))["path"] == "café"


def test_a_header_with_an_underscore_stands_for_no_other(ask: Any) -> None:
    """A proxy that sets X-Forwarded-For leaves X_Forwarded_For as the client sent it."""
    assert told(ask(f"GET /a HTTP/1.1\r\n{CLOSE}X_Forwarded_For: 203.0.113.7\r\n\r\n"))["forwarded"] is None


def test_cookies_in_two_headers_are_two_cookies(ask: Any) -> None:
    assert told(ask(f"GET /a HTTP/1.1\r\n{CLOSE}Cookie: a=1\r\nCookie: b=2\r\n\r\n"))["cookie"] == "a=1; b=2"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3_000_000])
def test_a_reply_of_any_length_arrives_whole(ask: Any, size: int) -> None:
    assert ask(f"GET /large/{size} HTTP/1.1\r\n{CLOSE}\r\n").partition(b"\r\n\r\n")[2] == bytes(size)


@pytest.mark.parametrize("hosts", ["", "Host: a\r\nHost: b\r\n"])
def test_a_request_with_no_host_or_two_is_refused(ask: Any, hosts: str) -> None:
    assert ask(f"GET /a HTTP/1.1\r\n{hosts}\r\n").split()[1] == b"400"


def test_a_request_that_tells_two_lengths_is_refused_with_all_behind_it(ask: Any) -> None:
    """RFC 9112, 6.3: a proxy that believes the other one takes the second request for a body."""
    lengths = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
    first = f"POST /form HTTP/1.1\r\nHost: skm.test\r\n{lengths}\r\n0\r\n\r\n"
    reply = ask(f"{first}GET /hidden HTTP/1.1\r\n{CLOSE}\r\n")
    assert (reply.split()[1], reply.count(b"HTTP/1.1 ")) == (b"400", 1)


def test_an_address_that_is_none_is_the_client_s_mistake(ask: Any) -> None:
    """RFC 3986, 3.2.2: a bracket that is never closed."""
    assert ask(f"GET http://[skm.test/a HTTP/1.1\r\n{CLOSE}\r\n").split()[1] == b"400"


def test_a_long_address_is_refused_also_when_it_comes_at_once(ask: Any) -> None:
    assert ask(f"GET /{'a' * LARGEST_HEAD} HTTP/1.1\r\n{CLOSE}\r\n").split()[1] == b"431"
    assert ask(f"GET /a?{'a' * LARGEST_HEAD} HTTP/1.1\r\n{CLOSE}\r\n").split()[1] == b"431"


def test_a_client_that_does_not_read_its_reply_is_let_go(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TO_READ", 0.5)
    let_go, abort = threading.Event(), Connection.abort
    monkeypatch.setattr(Connection, "abort", lambda self: (abort(self), let_go.set()))
    with socket.create_connection(ask.address, timeout=60) as line:
        line.sendall(b"GET /large/50000000 HTTP/1.1\r\nHost: skm.test\r\n\r\n")
        got = len(line.recv(1))  # the reply has begun, and is longer than all buffers on the way
        assert let_go.wait(60)
        with contextlib.suppress(ConnectionError):
            while some := line.recv(1 << 20):
                got += len(some)
    assert got < 50_000_000
