"""What holds for every page: headers, foreign origins, host names, sizes, error pages."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace

import pytest

from survey.store import StoreBusy

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"Accept": "application/json"}


def rebuilt(app, **settings):
    """The same application with other settings."""
    from survey.app import create_app

    here = app.extensions["skm"]
    config = replace(here.config, values={**here.config.values, **settings})
    return create_app(config, store=here.store, clock=here.clock)


def all_paths(app, code):
    """One address for every route, with things that are there."""
    values = {"unit": "dukcapil", "code": code, "name": "admin", "service": "ktp-el", "counter": "loket-1"}
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for name in rule.arguments:
            path = re.sub(rf"<(\w+:)?{name}>", values.get(name, "desk.css"), path)
        yield rule, path


def test_security_headers_are_on_every_route_and_every_error(app, place, code):
    client = app.test_client()
    replies = [(path, client.get(path)) for _, path in all_paths(app, code)]
    replies += [
        ("404", client.get("/tidak/ada")),
        ("405", client.post("/healthz/live")),
        ("400", client.post("/meja/masuk", data={})),
        ("413", client.post("/meja/masuk", data={"x": "y" * 70000})),
        ("403", client.post("/meja/masuk", data={}, headers={"Origin": "https://evil.example"})),
        ("308", client.get("/meja")),
    ]
    assert len(replies) > 30
    for path, reply in replies:
        policy = reply.headers["Content-Security-Policy"]
        directives = dict(d.strip().split(" ", 1) for d in policy.split(";"))
        assert directives["default-src"] == "'self'", path
        assert (
            directives["object-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
        ), path
        assert directives["form-action"] == "'self'", path
        assert "unsafe" not in policy and "*" not in policy and "http" not in policy, path
        assert reply.headers["X-Content-Type-Options"] == "nosniff", path
        assert reply.headers["Referrer-Policy"] == "same-origin", path
        assert "geolocation=()" in reply.headers["Permissions-Policy"], path
        assert reply.headers["X-Frame-Options"] == "DENY", path
        assert "Strict-Transport-Security" not in reply.headers, path  # plain http: it would lock a LAN out


def test_transport_security_is_promised_on_https_only(app, place):
    reply = app.test_client().get("/meja/masuk", base_url="https://localhost")
    assert reply.headers["Strict-Transport-Security"].startswith("max-age=")


def test_nothing_of_the_desk_and_no_error_is_kept_by_a_cache(app, place):
    client = app.test_client()
    for path in ("/meja/masuk", "/meja/", "/tidak/ada", "/meja/masuk-pertama"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_a_static_file_with_its_hash_may_be_kept_for_ever(app, place):
    client = app.test_client()
    address = re.search(r'href="(/static/desk\.css\?v=\w+)"', client.get("/meja/masuk").text)[1]
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/desk.css").headers.get("Cache-Control", "")


def test_the_pages_of_residents_set_no_cookie(app, code, kiosk_code):
    client = app.test_client()
    for path in (f"/s/{code}", f"/s/{kiosk_code}", "/s/TIDAKADA", "/hasil", "/hasil.json", "/healthz/live"):
        assert "Set-Cookie" not in client.get(path).headers, path
    assert "Set-Cookie" not in client.post(f"/s/{code}", data={"id": "x"}).headers


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),  # a client without either is left to the token
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
        ({"Origin": "http://localhost:81"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://localhost@evil.example"}, False),
    ],
)
def test_a_change_asked_for_by_another_site_is_refused(app, code, store, headers, allowed):
    form = {"id": "5f0c1f2e-8a3b-4c55-9d0e-1a2b3c4d5e6f", "persyaratan": "4"}
    reply = app.test_client().post(f"/s/{code}", data=form, headers=headers)
    assert (reply.status_code != 403) == allowed
    assert bool(store.months("dukcapil")) == allowed


def test_the_own_name_behind_a_proxy_is_an_own_origin(app, code):
    behind = rebuilt(app, BASE_URL="https://skm.contoh.go.id")
    form = {"id": "5f0c1f2e-8a3b-4c55-9d0e-1a2b3c4d5e6f", "persyaratan": "4"}
    headers = {"Origin": "https://skm.contoh.go.id", **JSON}
    assert behind.test_client().post(f"/s/{code}", data=form, headers=headers).status_code == 201


POISON = [
    "evil.example",
    "localhost.evil.example",
    "localhost@evil.example",
    "evil.example:80",
    "localhost:99999",
    "evil.example/path",
    "evil.example?x",
    "evil.example#x",
    "[::1",
    "evil example",
    "<script>",
    "skm.contoh.go.id.evil.example",
    "skm.contoh.go.id:443@evil.example",
    "..",
    "-evil.example",
    "xn--evil.example",
    "127.0.0.1.evil.example",
    "evil.example, localhost",
    "EVIL.EXAMPLE",
    "a" * 300,
]


@pytest.mark.parametrize("host", POISON)
@pytest.mark.parametrize("trusted", [[], ["skm.contoh.go.id"]])
def test_a_forged_host_name_reaches_no_page_and_no_redirect(app, place, code, host, trusted):
    client = rebuilt(app, TRUSTED_HOSTS=trusted).test_client()
    forged = {"X-Forwarded-Host": host, "Forwarded": f"host={host}"}
    for path in ("/meja", "/meja/", "/meja/masuk", "/tidak/ada", "/hasil", f"/s/{code}", "//meja/masuk"):
        reply = client.get(path, headers=forged, environ_overrides={"HTTP_HOST": host})
        assert reply.status_code == 400, path
        told = reply.text + reply.headers.get("Location", "") + str(reply.headers.get("Link", ""))
        assert "evil" not in told.lower() and (len(host) < 300 or host not in told), path
        location = reply.headers.get("Location", "/")
        assert location.startswith("/") and not location.startswith("//"), path


def test_trusted_names_and_the_own_address_are_served(app, place):
    client = rebuilt(app, TRUSTED_HOSTS=["skm.contoh.go.id"]).test_client()
    assert client.get("/meja/masuk", base_url="http://skm.contoh.go.id").status_code == 200
    assert client.get("/meja/masuk", base_url=app.extensions["skm"].config.base_url).status_code == 200


def test_without_a_list_the_server_answers_to_its_own_address_and_its_own_machine(app, place):
    import socket

    client = rebuilt(app, TRUSTED_HOSTS=[], BASE_URL="http://192.0.2.10:8000").test_client()
    known = ("192.0.2.10:8000", "localhost:8000", "127.0.0.1", "127.0.0.2:8000", "[::1]:8000")
    for host in (*known, socket.gethostname(), f"{socket.gethostname().upper()}:8000"):
        assert client.get("/meja/masuk", headers={"Host": host}).status_code == 200, host
    for host in ("evil.example", "192.0.2.11", "[2001:db8::1]", "0.0.0.0", "", "localhost.evil.example"):
        assert client.get("/meja/masuk", headers={"Host": host}).status_code == 400, host
    told = client.get("/meja/masuk", headers={"Host": "evil.example"}).text
    assert "TRUSTED_HOSTS" in told and "evil" not in told


def seen_address(app, **settings):
    """The address that the application believes in, for a request with forged headers."""
    from flask import request

    built = rebuilt(app, **settings)
    built.add_url_rule("/alamat", "kiosk.address", lambda: f"{request.remote_addr} {request.scheme}")
    headers = {"X-Forwarded-For": "203.0.113.9, 198.51.100.4", "X-Forwarded-Proto": "https"}
    return built.test_client().get("/alamat", headers=headers).text


def test_forwarding_headers_are_ignored_without_proxies(app, place):
    assert seen_address(app) == "127.0.0.1 http"


def test_with_one_proxy_only_its_own_word_counts(app, place):
    assert seen_address(app, PROXIES=1) == "198.51.100.4 https"


def test_a_body_of_the_limit_is_read_and_one_more_byte_is_not(app, code, store):
    client, limit = app.test_client(), 65536
    for path in (f"/s/{code}", "/meja/masuk"):
        head = "x="
        fits = client.post(
            path, data=head + "y" * (limit - 2), content_type="application/x-www-form-urlencoded"
        )
        assert fits.status_code != 413, path
        big = client.post(
            path, data=head + "y" * (limit - 1), content_type="application/x-www-form-urlencoded"
        )
        assert big.status_code == 413, path
    assert not store.months()


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_absurdly_many_fields_are_refused(app, code, store, kind):
    fields = {f"f{i}": "1" for i in range(300)}
    reply = app.test_client().post(f"/s/{code}", data=fields, content_type=kind)
    assert reply.status_code in (400, 413)
    assert not store.months()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../survey/web/security.py",
        "/static/%2e%2e/config.py",
        "/static/..%5cweb.py",
        "/instance/skm.db",
        "/instance/config.toml",
        "/.git/HEAD",
        "/static/../../etc/passwd",
        "/static//etc/passwd",
        "/setup.cfg",
        "/static/desk.css%00",
    ],
)
def test_nothing_but_static_files_is_served_as_a_file(app, place, path):
    assert app.test_client().get(path).status_code in (308, 404)


ERRORS = {404: "/tidak/ada", 405: "/healthz/live", 400: "/meja/masuk"}


@pytest.mark.parametrize("status", ERRORS)
def test_errors_speak_indonesian_as_a_page_and_as_json(app, place, status):
    client = app.test_client()
    method = client.get if status == 404 else client.post
    page = method(ERRORS[status], headers=HTML)
    assert page.status_code == status
    assert '<html lang="id">' in page.text and f"Kode {status}" in page.text
    told = method(ERRORS[status], headers=JSON)
    assert told.status_code == status
    assert set(json.loads(told.text)) == {"error"}
    assert "Traceback" not in page.text and "Werkzeug" not in page.text


def test_a_method_that_is_not_allowed_names_the_allowed_ones(app, place):
    assert "GET" in app.test_client().post("/healthz/live").headers["Allow"]


@pytest.fixture
def failing(app, place):
    """The application with pages that fail; as in service, not as in tests."""
    built = rebuilt(app)

    def fail():
        raise RuntimeError("SELECT password_hash FROM account -- /srv/skm/instance/skm.db")

    def busy():
        raise StoreBusy("/srv/skm/instance/skm.db terkunci")

    built.add_url_rule("/gagal", "public.fail", fail)
    built.add_url_rule("/sibuk", "public.busy", busy)
    return built


@pytest.mark.parametrize("headers", [HTML, JSON])
def test_a_failure_shows_an_id_that_the_log_has_and_nothing_else(failing, headers, caplog):
    with caplog.at_level(logging.ERROR):
        reply = failing.test_client().get("/gagal", headers=headers)
    assert reply.status_code == 500
    for secret in ("Traceback", "SELECT", "/srv", "RuntimeError", "password_hash", ".py"):
        assert secret not in reply.text
    (number,) = set(re.findall(r"\b[0-9A-F]{8}\b", reply.text))
    assert any(number in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("headers", [HTML, JSON])
def test_a_busy_store_says_when_to_come_back_and_not_where_it_lies(failing, headers, caplog):
    reply = failing.test_client().get("/sibuk", headers=headers)
    assert reply.status_code == 503
    assert int(reply.headers["Retry-After"]) > 0
    assert "/srv" not in reply.text and "terkunci" not in reply.text


def test_a_redirect_keeps_no_host_in_its_body_either(app, place):
    reply = app.test_client().get("/meja", environ_overrides={"HTTP_HOST": "127.0.0.99"})
    assert reply.status_code == 308
    assert reply.headers["Location"] == "/meja/"
    assert b"127.0.0.99" not in reply.data


def head_of(size):
    """A request whose head has so many bytes."""
    first = b"GET /healthz/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Fill: "
    return first + b"a" * (size - len(first) - 4) + b"\r\n\r\n"


@pytest.mark.parametrize("size", [17 * 1024, 200 * 1024])
def test_a_head_of_more_than_sixteen_kilobytes_is_refused(live, size):
    """431 when it came in one piece, 400 when it would have to be gathered."""
    assert answered(live, head_of(12 * 1024)).split()[1] == b"200"
    assert answered(live, head_of(size)).split()[1] in (b"400", b"431")


def test_a_head_that_never_ends_is_not_gathered(live):
    assert answered(live, head_of(18 * 1024)[:-4]).split()[1] == b"400"


def answered(live, sent):
    import socket
    from urllib.parse import urlsplit

    address = urlsplit(live.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as line:
        try:
            line.sendall(sent)
        except OSError:
            pass  # the answer came before the end was sent
        return line.recv(2000)
