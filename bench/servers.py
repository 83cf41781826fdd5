"""Servers in processes of their own, clients that ask them, and what came of it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.run import ROOT, Run, environ, skm
from survey.domain import account
from survey.domain.account import Account
from survey.operations import installation

TICKS = os.sysconf("SC_CLK_TCK")
PASSWORD = "kuda baterai jepit staples"  # of an account that lives as long as the run
HELLO = """
import socket
from flask import Flask
from survey.operations.server import Server
app = Flask("hello")
app.add_url_rule("/", view_func=lambda: "hi")
listener = socket.create_server(("127.0.0.1", 0))
print(f"porta {listener.getsockname()[1]};", flush=True)
Server(app, listener).run()
"""


@dataclass(frozen=True)
class Server:
    """Where it is."""

    port: int
    pid: int

    @property
    def pids(self) -> list[int]:
        return [self.pid, *_descendants(self.pid)]

    @property
    def cpu(self) -> float:
        """Seconds of processor used so far."""
        return sum(_ticks(pid) for pid in self.pids) / TICKS

    @property
    def peak(self) -> float:
        """Largest resident set so far, MiB."""
        return sum(_kib(f"/proc/{pid}/status", "VmHWM") for pid in self.pids) / 1024

    @property
    def memory(self) -> float:
        """Resident set now, MiB."""
        return sum(_kib(f"/proc/{pid}/status", "VmRSS") for pid in self.pids) / 1024


@dataclass(frozen=True)
class Kind:
    """count : clients that send the requests (bytes as Latin-1 text) in turn, with a pause after each reply."""

    requests: list[str]
    count: int = 1
    pause: float = 0.0


@dataclass
class Heard:
    """What the clients of one kind were told."""

    statuses: dict[str, int] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    def p(self, share: float) -> float:
        """Milliseconds within which that share of the replies came."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Reply:
    """seconds : until its last byte; mark : its ETag; again : seconds after which to ask again, 0 when it is there."""

    seconds: float
    mark: str
    again: float


@dataclass(frozen=True)
class Office:
    """An installation with its server, its store beside it, and the cookie of somebody at the desk."""

    server: Server
    store: Any
    cookie: str

    @property
    def answers(self) -> int:
        """Answers that are really there."""
        return sum(self.store.instruments(None).values())


@contextmanager
def office(run: Run) -> Iterator[Office]:
    folder = run.own()
    with closing(installation.open_store(installation.load_config(folder))) as store:
        store.save_account(Account("bench", "admin", account.hash_password(PASSWORD)))
        with started(skm(folder, "serve", "--port", "0")) as server:
            yield Office(server, store, _login(server))


@contextmanager
def started(command: Sequence[str]) -> Iterator[Server]:
    """A server that says 'porta N;' when it listens."""
    process = subprocess.Popen(
        command, env=environ(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        told = next(filter(None, (re.search(r"porta (\d+);", line) for line in process.stdout)), None)
        if told is None:
            raise RuntimeError(f"{command[-3:]} ended before it listened")
        yield Server(int(told[1]), process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def get(path: str, cookie: str = "") -> str:
    more = f"Cookie: {cookie}\r\n" if cookie else "Accept-Encoding: gzip\r\n"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n{more}\r\n"


def post(path: str, body: str) -> str:
    """As tablets send it: a form, and JSON is understood."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
    return (
        f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )


@contextmanager
def asking(server: Server, *kinds: Kind, allowed: Sequence[str] = ("200", "201")) -> Iterator[list[Heard]]:
    """Clients that ask as long as this lasts; what they heard, one for each kind, is there at the end.

    Raises
    ------
    RuntimeError
        When another status came than the allowed ones.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.clients"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environ(),
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"port": server.port, "kinds": [asdict(kind) for kind in kinds]}) + "\n")
    process.stdin.flush()
    process.stdout.readline()
    found = [Heard() for _ in kinds]
    try:
        yield found
    finally:
        said, _ = process.communicate(timeout=120)
    for heard, told in zip(found, json.loads(said), strict=True):
        heard.statuses, heard.milliseconds = told["statuses"], told["milliseconds"]
        if not heard.statuses or set(heard.statuses) - set(allowed):
            raise RuntimeError(f"clients were told {heard.statuses}")


def load(server: Server, kind: Kind, seconds: float) -> tuple[Heard, float]:
    """What clients heard in that time, and the server's seconds of processor for it."""
    before = server.cpu
    with asking(server, kind) as (heard,):
        time.sleep(seconds)
    return heard, server.cpu - before


def fetch(server: Server, path: str, headers: dict[str, str], status: int = 200) -> Reply:
    """One request; 503 is answered with when to ask again.

    Raises
    ------
    RuntimeError
        When another status came.
    """
    began = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        reply.read()
    if reply.status not in (status, 503):
        raise RuntimeError(f"{path} gave {reply.status}")
    again = float(reply.headers.get("Retry-After", 1)) if reply.status == 503 else 0.0
    return Reply(time.perf_counter() - began, reply.headers.get("ETag", ""), again)


def _login(server: Server) -> str:
    """The cookie of a session at the desk."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", "/meja/masuk")
        reply = connection.getresponse()
        found = re.search(r'name="csrf_token" value="([^"]+)"', reply.read().decode())
        assert found is not None
        form = urlencode({"name": "bench", "password": PASSWORD, "csrf_token": found[1]})
        head = {
            "Cookie": str(reply.headers["Set-Cookie"]).partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", "/meja/masuk", form, head)
        reply = connection.getresponse()
        reply.read()
    if reply.status != 303:
        raise RuntimeError(f"no login: {reply.status}")
    cookies = [value.partition(";")[0] for name, value in reply.getheaders() if name == "Set-Cookie"]
    return "; ".join(cookies)


def _ticks(pid: int) -> int:
    with suppress(OSError):  # ended in between
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    return 0


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):  # ended in between
        for task in Path(f"/proc/{pid}/task").iterdir():  # a child belongs to the thread that began it
            for child in (task / "children").read_text().split():
                found += [int(child), *_descendants(int(child))]
    return found


def _kib(file: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path(file).read_text(), re.M)
    assert found is not None
    return int(found[1])
