"""skm serve: one process for residents and the desk, which stops without losing anybody's answer."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import sys
import threading
import time
from typing import Any

import click
from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from survey import installation, log
from survey.commands.base import Here, Mistake, command
from survey.lock import Locked, only_one

THREADS = 8
CONNECTIONS = 2000  # slow phones hold connections; the default of 100 is filled by them
LARGEST_BODY = 4 * 1024 * 1024  # the application refuses sooner and in words; this one only guards memory
DRAIN = 10.0  # seconds that running requests get to finish
LOCK_FILE = "serve.lock"

logger = logging.getLogger("skm.serve")


class Server:
    """waitress with an end: stop accepting, finish what runs, then return."""

    def __init__(self, app: Flask, sockets: list[socket.socket]) -> None:
        self._map: dict[int, Any] = {}
        proxied = bool(app.extensions["skm"].config["PROXIES"])
        self._listeners = create_server(
            app,
            map=self._map,
            sockets=sockets,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            max_request_body_size=LARGEST_BODY,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=not proxied,  # ProxyFix reads them when proxies are declared
            ident=None,
        )
        self._dispatcher = self._listeners.task_dispatcher
        self._stopping = threading.Event()

    def run(self) -> None:
        """Serve until `drain` is called from a signal handler or another thread."""
        while self._map and not self._stopping.is_set():
            self._turn(30.0)
        self._finish(time.monotonic() + DRAIN)

    def drain(self) -> None:
        """Ask `run` to end; returns at once."""
        self._stopping.set()
        for entry in list(self._map.values()):
            if hasattr(entry, "accepting") and entry.accepting:
                entry.pull_trigger()

    def _turn(self, timeout: float) -> None:
        wasyncore.loop(timeout=timeout, map=self._map, use_poll=True, count=1)

    def _finish(self, deadline: float) -> None:
        self._turn(0.05)  # whoever knocked already is let in
        for entry in list(self._map.values()):
            if getattr(entry, "accepting", False):
                wasyncore.dispatcher.close(entry)
        quiet_since = time.monotonic()
        while time.monotonic() < deadline:
            self._turn(0.05)
            if self._busy():
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > 0.2:
                break
        else:
            logger.warning("stopped with unfinished requests")
        self._dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._map)

    def _busy(self) -> bool:
        """Whether a request is being received, worked on or answered."""
        channels = [c for c in self._map.values() if hasattr(c, "requests")]
        return any(c.requests or c.request is not None or c.total_outbufs_len for c in channels)


def make_server(app: Flask, sockets: list[socket.socket]) -> Server:
    """A server on sockets that listen already."""
    return Server(app, sockets)


@command("serve", short_help="Menjalankan server untuk warga dan meja kerja.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Alamat yang didengarkan; 0.0.0.0 untuk jaringan kantor.",
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Porta; 0 memilih sendiri."
)
@click.pass_obj
def serve(here: Here, host: str, port: int) -> None:
    """Menjalankan server untuk warga dan meja kerja, sampai Ctrl-C atau SIGTERM.

    \b
    Contoh:
      skm serve
      skm serve --host 0.0.0.0 --port 8080
    """
    with _only_server(here):
        listener = _listen(host, port)
        run(here, listener)


def run(here: Here, listener: socket.socket) -> None:
    """Serve one installation on a listening socket until a signal ends it."""
    from survey.app import create_app

    log.to_stream(sys.stderr)
    store = here.store
    app = create_app(here.config, store=store)
    server = make_server(app, [listener])
    _stop_on_signals(server)
    _announce(here, listener)
    try:
        server.run()
    finally:
        here.close()
    click.echo("Server berhenti dengan baik.")


@contextlib.contextmanager
def _only_server(here: Here) -> Any:
    """SQLite has one writing process; two would only get in each other's way."""
    if str(here.config["DATABASE"]).startswith("postgresql:"):
        yield
        return
    try:
        with only_one(here.config.instance / LOCK_FILE):
            yield
    except Locked as held:
        number = f" (proses nomor {held.pid})" if held.pid else ""
        raise Mistake(
            f"Server untuk instalasi ini sudah berjalan{number}. Hentikan atau pakailah yang itu."
        ) from None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except PermissionError:
        raise Mistake(
            f"Porta {port} hanya boleh dipakai oleh root. Pilih yang lain, misalnya --port 8000."
        ) from None
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Mistake(
            f"Tidak dapat mendengarkan di {host} porta {port} ({reason}). Pilih --host atau --port lain."
        ) from None


def _stop_on_signals(server: Server) -> None:
    def stop(number: int, frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)  # a second one ends it at once
        server.drain()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def _announce(here: Here, listener: socket.socket) -> None:
    """Where it listens and which addresses lead where, in plain words."""
    host, port = listener.getsockname()[:2]
    url = here.config.base_url
    click.echo(f"Server berjalan di {host} porta {port}. Ctrl-C menghentikan.")
    click.echo(f"Meja kerja : {url}/meja/")
    for link in [link for link in here.store.links() if link.revoked_at is None][:1]:
        click.echo(f"Contoh form: {url}/s/{link.code}  (semua tautan: skm link)")
    click.echo("", nl=False)
    sys.stdout.flush()


__all__ = ["Server", "installation", "make_server", "run", "serve"]
