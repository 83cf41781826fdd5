"""Forms and replies travel as Flask's own would."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import flask
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.web.wire import Request, Response, pairs

SENT = st.text(st.sampled_from("ab=&&%+;41 é\u0000"), max_size=40) | st.text(max_size=40)


@given(SENT)
def test_a_form_is_read_as_python_reads_it(text: str) -> None:
    assert list(pairs(text)) == parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote")


def ask(kind: type[flask.Request], body: bytes, type: str) -> flask.Request:
    from werkzeug.test import EnvironBuilder

    return kind(EnvironBuilder(method="POST", data=body, content_type=type).get_environ())


@pytest.mark.parametrize("type", ["application/x-www-form-urlencoded", "application/json", "text/plain", ""])
@pytest.mark.parametrize("body", [b"a=1&a=2&b=&c=%C3%A9+x&d=%ff&e", b"", b"\xff=1", b"{}"])
def test_a_request_gives_the_fields_and_files_that_flask_gives(type: str, body: bytes) -> None:
    ours, theirs = ask(Request, body, type), ask(flask.Request, body, type)
    assert list(ours.form.items(multi=True)) == list(theirs.form.items(multi=True))
    assert list(ours.files) == list(theirs.files) == []
    assert ours.values.to_dict() == theirs.values.to_dict()


def test_an_upload_is_read_with_its_file() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x\r\n'
    body += b'Content-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\nisi\r\n--x--\r\n'
    asked = ask(Request, body, "multipart/form-data; boundary=x")
    assert (asked.form["a"], asked.files["f"].read()) == ("1", b"isi")


def told(kind: type[flask.Response], make: Any, method: str) -> tuple[Any, ...]:
    said: list[Any] = []
    made = make(kind)
    body = made({"REQUEST_METHOD": method, "wsgi.url_scheme": "http"}, lambda *what: said.extend(what))
    return said[0], sorted(said[1]), b"".join(body)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize(
    "make",
    [
        lambda kind: kind("isi"),
        lambda kind: kind("", 204),
        lambda kind: kind("isi", 304, headers={"Content-Length": "3", "ETag": '"x"'}),
        lambda kind: kind(iter([b"a", b"b"])),
        lambda kind: kind("", 302, headers={"Location": "/hasil?a=é"}),
        lambda kind: kind("isi", headers={"Content-Location": "/é"}),
        lambda kind: kind(["a", "b"]),
    ],
)
def test_a_reply_has_the_headers_and_body_that_flask_gives(make: Any, method: str) -> None:
    assert told(Response, make, method) == told(flask.Response, make, method)


def test_the_number_of_a_request_is_its_own(client: Any) -> None:
    numbers = [client.get("/healthz/live").headers.get_all("X-Request-ID") for _ in range(20)]
    assert all(len(number) == 1 and re.fullmatch("[0-9a-f]{16}", number[0]) for number in numbers)
    assert len({number[0] for number in numbers}) == 20
