"""Servers in processes of their own, and what a load on one of them brought."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.context import ROOT, Run, environ
from bench.measure import percentile

FASTEST = 12_000  # requests a second that are built beforehand
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 30.0
BODY = (
    "persyaratan=3&prosedur=4&waktu=3&biaya=4&produk=3&kompetensi=4&perilaku=4&sarana=3&pengaduan=4"
    "&jenis_kelamin=P&usia=26-34&pendidikan=SMA&pekerjaan=SWASTA&saran=&id=00000000-0000-4000-8000-000000000000"
    "&bahasa=id&detik=41"
)


@dataclass
class Server:
    """Where it is."""

    port: int
    pid: int

    @property
    def cpu(self) -> float:
        """Seconds of processor used so far, children included."""
        return sum(_cpu(pid) for pid in [self.pid, *_children(self.pid)])


@dataclass
class Load:
    """What one burst brought. milliseconds : of each measured request; cpu : seconds of the server's processor."""

    seconds: float
    statuses: Counter[str]
    milliseconds: list[float]
    cpu: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.milliseconds) / self.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu / max(1, self.statuses.total())

    def p(self, share: float) -> float:
        """Milliseconds within which that share of the requests was answered."""
        return percentile(self.milliseconds, share)


@contextmanager
def started(command: Sequence[str], extra: dict[str, str] | None = None, port: int = 0) -> Iterator[Server]:
    """A server that says 'porta N' when it listens, or one that listens on a port that we know."""
    process = subprocess.Popen(
        command,
        env={**environ(), **(extra or {})},
        cwd=ROOT,
        stdout=subprocess.DEVNULL if port else subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Server(port if port else _told(process), process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _told(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"porta (\d+);", line):
            return int(found[1])
    raise RuntimeError(f"{process.args!r} ended before it listened")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def get(*paths: str) -> list[str]:
    """Requests to be sent in turn, bytes as Latin-1 text."""
    return [_get(path) for path in paths]


def _get(path: str) -> str:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n"


def post(*paths: str) -> list[str]:
    """As tablets send it: a form, and JSON is understood."""
    return [_post(path) for path in paths]


def _post(path: str) -> str:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(BODY)}\r\n\r\n"
    return head + BODY


def burst(server: Server, requests: list[str], clients: int, seconds: float) -> Load:
    """Load a server for some seconds from a process of its own."""
    asked = {
        "port": server.port,
        "requests": requests,
        "clients": clients,
        "seconds": seconds,
        "expected": int(FASTEST * (seconds + 1)),
    }
    before = server.cpu
    made = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asked) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environ(),
        check=False,
    )
    if made.returncode:
        raise RuntimeError(f"load failed: {made.stderr[-2000:]}")
    told = json.loads(made.stdout)
    return Load(told["seconds"], Counter(told["statuses"]), told["milliseconds"], server.cpu - before)


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def stand(run: Run, kind: str, *arguments: str) -> list[str]:
    """The words that start one of `bench.stands` with the toolkit's own packages."""
    return [str(run.python), "-m", "bench.stands", kind, *arguments]
