"""skm serve: starts once, says where, logs nothing private, and stops without losing an answer."""

from __future__ import annotations

import errno
import json
import re
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from survey.commands.base import Mistake
from survey.commands.operations import serve
from survey.operations import installation
from survey.operations.server import Server
from tests.faults.site import is_open, until

ANSWERS = {
    key: "3" for key in "persyaratan prosedur waktu biaya produk kompetensi perilaku pengaduan sarana".split()
}


def _get(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def start(
    skm_command: Any, environ: dict[str, str], instance: Path
) -> Iterator[Callable[..., SimpleNamespace]]:
    """Start `skm serve --port 0` on `instance`; gives .process, .url and .said (what it printed)."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> SimpleNamespace:
        process = subprocess.Popen(
            skm_command("--instance", str(instance), "serve", "--port", "0", *arguments),
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        said = []
        for line in process.stdout:  # type: ignore[union-attr]
            said.append(line)
            if line.startswith("Meja kerja"):
                break
        url = "http://127.0.0.1:" + re.search(r"porta (\d+)", said[0])[1]  # type: ignore[index]
        return SimpleNamespace(process=process, url=url, said="".join(said))

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_says_where_it_listens_and_stops_cleanly(
    start: Any, place: Any, store: Any, number: signal.Signals
) -> None:
    store.close()
    server = start()
    assert f"{server.url}/s/DKC" in server.said and f"{server.url}/meja/" in server.said
    assert _get(f"{server.url}/healthz/live") == (200, '{"status":"ok"}\n')
    server.process.send_signal(number)
    out, _ = server.process.communicate(timeout=60)
    assert server.process.returncode == 0
    assert out.endswith("Server berhenti dengan baik.\n")


def test_a_server_started_with_nohup_outlives_its_terminal(start: Any) -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does; the server inherits it
    try:
        server = start()
    finally:
        signal.signal(signal.SIGHUP, former)
    server.process.send_signal(signal.SIGHUP)
    assert _get(f"{server.url}/healthz/live")[0] == 200
    server.process.terminate()
    assert server.process.wait(60) == 0


def test_a_second_server_on_the_same_installation_is_refused(start: Any, shell: Any, instance: Path) -> None:
    server = start()
    second = shell("--instance", str(instance), "serve", "--port", "0")
    assert second.returncode == 2 and second.stderr.count("\n") == 1
    assert f"proses nomor {server.process.pid}" in second.stderr
    assert _get(f"{server.url}/healthz/ready")[0] == 200


def test_a_server_that_was_killed_does_not_block_the_next_one(start: Any) -> None:
    first = start()
    first.process.kill()
    first.process.wait()
    assert _get(f"{start().url}/healthz/ready")[0] == 200


def test_a_port_in_use_is_named(shell: Any, instance: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = shell("--instance", str(instance), "serve", "--port", str(port))
    assert found.returncode == 2 and f"Porta {port} di 127.0.0.1 tidak dapat dipakai" in found.stderr
    assert "sudah dipakai program lain" in found.stderr and found.stderr.count("\n") == 1


def test_a_port_in_use_is_named_on_systems_that_number_errors_in_another_way(monkeypatch: Any) -> None:
    monkeypatch.setattr(errno, "EADDRINUSE", 48)  # as on macOS; Windows has 10048, Linux 98

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(48, "Address already in use")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(Mistake, match="sudah dipakai program lain"):
        serve._listen("127.0.0.1", 8000)


def test_the_log_has_routes_and_times_but_nobody_and_no_answers(start: Any, place: Any, store: Any) -> None:
    store.close()
    server = start()
    body = urlencode({"id": str(uuid4()), "saran": "rahasia-warga", **ANSWERS}).encode()
    request = urllib.request.Request(
        f"{server.url}/s/DKC4KTP7",
        data=body,
        headers={
            "Accept": "application/json",
            "User-Agent": "peramban-warga",
            "X-Forwarded-For": "203.0.113.7",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        assert reply.status == 201
    server.process.terminate()
    _, err = server.process.communicate(timeout=60)
    lines = [json.loads(line) for line in err.splitlines()]
    (line,) = [x for x in lines if x["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("POST", "/s/<code>", 201)
    assert set(line) == {"time", "level", "event", "id", "method", "route", "status", "ms"}
    for private in ("DKC4KTP7", "rahasia", "peramban", "203.0.113.7", "127.0.0.1", "persyaratan"):
        assert private not in err


def test_an_unexpected_error_is_logged_without_path_and_message(
    app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from survey.system.request_log import JsonLines

    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/rusak/<code>")
    def broken(code: str) -> str:
        raise RuntimeError(f"jawaban rahasia {code}")

    assert app.test_client().get("/rusak/ABC123").status_code == 500
    (record,) = [r for r in caplog.records if r.exc_info]
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "RuntimeError" and line["route"] == "/rusak/<code>"
    assert "broken" in line["trace"][-1]
    assert "rahasia" not in json.dumps(line) and "ABC123" not in json.dumps(line)


def test_what_the_guards_refuse_is_logged_too(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "skm.request")
    client.post("/s/DKC4KTP7", headers={"Origin": "https://evil.example"})
    client.post("/s/DKC4KTP7", data={"saran": "x" * 70_000})
    assert [r.skm["status"] for r in caplog.records if r.message == "request"] == [403, 413]


def test_requests_in_flight_at_sigterm_are_finished(instance: Path, config: Any, store: Any) -> None:
    """Eight slow requests are running when the server is told to stop; all eight get their answer."""
    from survey.app import create_app

    app = create_app(config, store=store)
    entered, go_on = threading.Semaphore(0), threading.Event()

    @app.get("/lambat")
    def slow() -> str:
        entered.release()
        go_on.wait(60)
        return "selesai"

    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = Server(app, listener)
    loop = threading.Thread(target=server.run)
    loop.start()
    replies: list[tuple[int, str]] = []
    clients = [threading.Thread(target=lambda: replies.append(_get(f"{url}/lambat"))) for _ in range(8)]
    for client in clients:
        client.start()
    for _ in clients:
        assert entered.acquire(timeout=60)
    server.drain()
    until(lambda: not is_open(int(url.rpartition(":")[2])))
    go_on.set()
    for client in clients:
        client.join(60)
    loop.join(60)
    assert not loop.is_alive()
    assert replies == [(200, "selesai")] * 8


def test_a_newcomer_gets_a_code_as_long_as_nobody_has_an_account(
    skm_here: Any, store: Any, place: Any
) -> None:
    from survey.commands.operations.serve import first_login_lines
    from survey.domain import account

    def codes() -> list[str]:
        return [words for label, words in first_login_lines(skm_here) if label == "Kode sekali pakai"]

    first, second = codes(), codes()
    assert first != second
    for code in first + second:
        assert store.invitation(account.code_hash(code)).role == "admin"
    store.save_account(account.Account("sekda", "admin", "x"))
    assert codes() == []


def test_a_newcomer_gets_a_report_of_the_last_finished_period(
    skm_here: Any, instance: Path, answered: Any
) -> None:
    from survey.commands.operations.serve import sample_report

    assert sample_report(skm_here) == instance / "laporan-dukcapil-2026-TW2.pdf"
    assert (instance / "laporan-dukcapil-2026-TW2.pdf").read_bytes().startswith(b"%PDF")


def test_without_answers_there_is_no_report_to_show(skm_here: Any, place: Any) -> None:
    from survey.commands.operations.serve import sample_report

    assert sample_report(skm_here) is None


def test_the_database_of_a_stopped_server_is_one_file(start: Any, instance: Path, config: Any) -> None:
    server = start()
    server.process.terminate()
    server.process.communicate(timeout=60)
    assert [p.name for p in instance.iterdir() if p.name.startswith("skm.db")] == ["skm.db"]
    installation.open_store(config).close()
