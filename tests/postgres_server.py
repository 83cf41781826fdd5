"""A real PostgreSQL server of the tests' own: Debian's binaries, a fresh folder, a free port, durable settings.

``with PostgresServer() as server: server.url("skm")``; `stop("immediate")` and `start()` are a crash and its recovery.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

OWNER = "skm"  # the server's only role; its password is new for every server
SIGNALS = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
    "kill": signal.SIGKILL,
}
PATIENCE = 60.0  # seconds that a busy machine gets
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "10min",  # it would only disturb what is measured
    "logging_collector": "off",
    "lc_messages": "C",
}


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres` of the newest PostgreSQL here; None when there is none."""

    def version(folder: Path) -> int:
        return int(re.sub(r"\D", "", folder.parent.name) or 0)

    found = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if (p / "initdb").exists()]
    if found:
        return max(found, key=version)
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def missing() -> str:
    """Why no server can be started here, with the cure; '' when one can."""
    if binaries() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    try:
        import psycopg_pool  # noqa: F401
    except ImportError:
        return "psycopg is not installed: pip install .[postgres]"
    return ""


class PostgresServer:
    """Started by `with` or `start`, gone after `close`. Start it from a thread that outlives it: the server ends
    with the thread that started it, so that a killed test run leaves nothing behind.

    settings : lines of postgresql.conf over SETTINGS, for example ``fsync="off"``
    """

    def __init__(self, **settings: str) -> None:
        self.settings = {**SETTINGS, **settings}
        self.password = secrets.token_hex(8)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(
            tempfile.mkdtemp(prefix="pg-", dir="/tmp")
        )  # short: a socket's name has 107 bytes
        self._data = self._folder / "data"
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The postmaster's process number."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> PostgresServer:
        """Start it on the port it had before; return when it takes connections."""
        self.port = self.port or _free_port()
        command = [str(_bin() / "postgres"), "-D", str(self._data), "-k", str(self._folder)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", f"port={self.port}"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_as_owner(), *command], stdout=log, stderr=log, start_new_session=True
            )
        self._wait_until_ready()
        return self

    def stop(self, how: str = "fast") -> None:
        """'smart', 'fast', 'immediate' (a crash of all server processes) or 'kill' (of the first of them)."""
        if self._process is not None and self.running:
            self._process.send_signal(SIGNALS[how])
            self._process.wait(PATIENCE)

    def restart(self, how: str = "fast") -> None:
        self.stop(how)
        self.start()

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as the owner of everything."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def changed(self, setting: str, value: str) -> Iterator[None]:
        """A setting changed while the server runs, as its administrator would."""
        self.sql(f"ALTER SYSTEM SET {setting} = {value}")
        self.sql("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            self.sql(f"ALTER SYSTEM RESET {setting}")
            self.sql("SELECT pg_reload_conf()")

    @contextlib.contextmanager
    def database(self, encoding: str = "UTF8", options: str = "") -> Iterator[str]:
        """The address of a fresh, empty database that is dropped afterwards."""
        name = f"skm_{secrets.token_hex(4)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING {encoding} {options}')
        try:
            yield self.url(name)
        finally:
            if self.running:
                self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextlib.contextmanager
    def schema(self) -> Iterator[str]:
        """The address of an empty schema of its own in one database: as good as an empty database, and sooner made."""
        if not self.sql("SELECT 1 FROM pg_database WHERE datname = 'shared'"):
            self.sql("CREATE DATABASE shared TEMPLATE template0 ENCODING UTF8")
        name = f"skm_{secrets.token_hex(4)}"
        self.sql(f"CREATE SCHEMA {name}", "shared")
        try:
            yield f"{self.url('shared')}?options=-csearch_path%3D{name}"
        finally:
            if self.running:
                self.sql(f"DROP SCHEMA {name} CASCADE", "shared")

    def close(self) -> None:
        """Stop it and remove its folder; a second time does nothing."""
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> PostgresServer:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make(self) -> None:
        """initdb, as a user who may not be root."""
        secret = self._folder / "password"
        secret.write_text(self.password)
        if account := _owner():
            for path in (self._folder, secret):
                os.chown(path, account.pw_uid, account.pw_gid)
        command = [str(_bin() / "initdb"), "-D", str(self._data), "-U", OWNER, "--pwfile", str(secret)]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = subprocess.run([*_as_owner(), *command], capture_output=True, cwd="/", text=True, check=False)
        secret.unlink()
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in self.settings.items())

    def _wait_until_ready(self) -> None:
        import psycopg

        end = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if not self.running or time.monotonic() > end:
                    self.stop("immediate")
                    raise RuntimeError(f"PostgreSQL did not start: {self.log[-2000:]}") from error
            time.sleep(0.02)


def _bin() -> Path:
    found = binaries()
    if found is None:
        raise RuntimeError(missing())
    return found


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server: PostgreSQL refuses root. None: whoever we are."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _as_owner() -> list[str]:
    """The words before a command: another user when we are root, and an end when this thread ends."""
    account = _owner()
    if account is None:
        return ["setpriv", "--pdeathsig", "QUIT"]
    who = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return ["setpriv", *who, "--pdeathsig", "QUIT"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
