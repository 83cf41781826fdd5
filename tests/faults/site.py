"""An installation of its own for one fault test: its server as a real process, its database seen from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils.utils import sqlite3

from survey.commands.operations.init import create
from survey.domain.organisation import Counter, Link, Organisation, Service, Unit
from survey.operations import installation

ROOT = Path(__file__).resolve().parent.parent.parent
CODES = ("RSD2QR47", "RSD4PL55", "DKC2QR47", "DKC7TAB4")  # two units; unit, service and counter links
PLAIN = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"
STARTS = 60.0  # seconds that a start may take on a machine that does much else


class Site:
    """One installation and its port; every server and command that is started here ends with the test.

    changes : names of `tests.faults.child.CHANGES` that all its processes live with, such as another journal
    """

    def __init__(self, folder: Path, *, changes: Sequence[str] = ()) -> None:
        """An installation that is there already, or that a command will make."""
        self.folder, self.changes = folder, tuple(changes)
        self.port = free_port()
        self.log = folder.with_name(folder.name + ".log")
        self.running: list[Server] = []

    @classmethod
    def make(cls, folder: Path, *, changes: Sequence[str] = (), **settings: Any) -> Site:
        """A new installation with two units and the links of CODES."""
        site = cls(folder, changes=changes)
        create(
            folder, Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH"), now(), settings=settings
        )
        with site.store() as store:
            fill(store)
        return site

    @property
    def database(self) -> Path:
        return installation.load_config(self.folder).database

    @property
    def server_url(self) -> str:
        """The address of its PostgreSQL database; '' when it has a file."""
        config = installation.load_config(self.folder)
        return str(config["DATABASE"]) if config.on_server else ""

    @contextlib.contextmanager
    def store(self) -> Iterator[Any]:
        """The store of this installation, opened in this process."""
        opened = installation.open_store(installation.load_config(self.folder))
        try:
            yield opened
        finally:
            opened.close()

    @contextlib.contextmanager
    def raw(self, timeout: float = 10.0) -> Iterator[Any]:
        """The database as another program opens it."""
        connection = sqlite3.connect(self.database, isolation_level=None, timeout=timeout)
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query finds, without any part of the toolkit."""
        if url := self.server_url:
            import psycopg

            with psycopg.connect(url) as connection:
                return connection.execute(sql).fetchall()  # type: ignore[arg-type]
        with self.raw() as connection:
            return connection.execute(sql).fetchall()  # type: ignore[no-any-return]

    def command(self, *words: str, changes: Sequence[str] = ()) -> list[str]:
        """The words that run `skm` on this installation in another process."""
        wanted = [*self.changes, *changes]
        run = ["-m", "tests.faults.child", *wanted, "--"] if wanted else ["-c", PLAIN]
        return [sys.executable, *run, "--instance", str(self.folder), *words]

    def skm(self, *words: str, changes: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words, changes=changes),
            env=environ(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def serve(
        self,
        *,
        changes: Sequence[str] = (),
        under: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        port: int | None = None,
    ) -> Server:
        """Start `skm serve` and wait until it answers. under : words of a program that starts it, such as strace."""
        port = self.port if port is None else port
        words = [*under, *self.command("serve", "--port", str(port), changes=changes)]
        server = Server(words, port, self.log, environ(env))
        self.running.append(server)
        server.wait_until_it_answers()
        return server

    def close(self) -> None:
        for server in self.running:
            server.kill()


class Server:
    """One `skm serve` process."""

    def __init__(self, words: Sequence[str], port: int, log: Path, env: Mapping[str, str]) -> None:
        self.port, self.log = port, log
        with log.open("ab") as said:
            self.process = subprocess.Popen(words, env=env, stdout=said, stderr=said, start_new_session=True)

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + STARTS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as line:
                line.sendall(b"GET /healthz/live HTTP/1.0\r\n\r\n")
                if line.recv(100).startswith(b"HTTP/1.1 200"):
                    return
            time.sleep(0.01)
        raise AssertionError(f"the server did not answer in {STARTS} s:\n{self.tail()}")

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stop(self, timeout: float = 60.0) -> int:
        """SIGTERM, and the exit code."""
        self.terminate()
        return self.process.wait(timeout)

    def kill(self) -> None:
        """kill -9 for it and all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]


def fill(store: Any) -> None:
    """Two units, one of them with a service and a counter, and the links of CODES."""
    store.save_unit(Unit("rsud", "Rumah Sakit Umum Daerah"))
    store.save_service(Service("rsud", "poli", "Poliklinik"))
    store.save_unit(Unit("dukcapil", "Dinas Kependudukan dan Pencatatan Sipil"))
    store.save_service(Service("dukcapil", "ktp-el", "KTP elektronik"))
    store.save_counter(Counter("dukcapil", "loket-1", "Loket 1", service="ktp-el"))
    store.add_link(Link(CODES[0], "rsud", "qr", now()))
    store.add_link(Link(CODES[1], "rsud", "qr", now(), service="poli"))
    store.add_link(Link(CODES[2], "dukcapil", "qr", now()))
    store.add_link(Link(CODES[3], "dukcapil", "kiosk", now(), service="ktp-el", counter="loket-1"))


def environ(more: Mapping[str, str] | None = None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SKM_")}
    return {**own, "PYTHONPATH": str(ROOT), **(more or {})}


def until(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something, as long as a busy machine may need."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def unread(port: int) -> int:
    """Bytes that came to a server of this machine and that it has not read yet (Linux, IPv4)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    established = "01"
    mine = [row for row in rows if row[1].endswith(f":{port:04X}") and row[3] == established]
    return sum(int(row[4].split(":")[1], 16) for row in mine)


def is_open(port: int) -> bool:
    """Whether somebody still listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def now() -> datetime:
    return datetime.now(UTC)
