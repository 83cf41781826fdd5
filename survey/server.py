"""waitress with an end: stop accepting, finish what runs, then return."""

from __future__ import annotations

import logging
import socket
import threading
import time
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

THREADS = 8
CONNECTIONS = 2000  # slow phones hold connections; the default of 100 is filled by them
LARGEST_BODY = 4 * 1024 * 1024  # the application refuses sooner and in words; this one only guards memory
DRAIN = 10.0  # seconds that running requests get to finish
QUIET = 0.2  # seconds without work after which nobody is on the way any more

logger = logging.getLogger("skm.serve")


class Server:
    """Serves an application on sockets that listen already.

    waitress itself drops every request in flight at SIGTERM; `drain` makes `run` finish them first.
    """

    def __init__(self, app: Flask, sockets: list[socket.socket]) -> None:
        self._map: dict[int, Any] = {}
        self._stopping = threading.Event()
        proxied = bool(app.extensions["skm"].config["PROXIES"])
        made = create_server(
            app,
            map=self._map,
            sockets=sockets,
            threads=THREADS,
            connection_limit=_connections(),
            max_request_body_size=LARGEST_BODY,
            asyncore_use_poll=True,  # select() ends at 1024 connections
            clear_untrusted_proxy_headers=not proxied,  # ProxyFix reads them when proxies are declared
            ident=None,
        )
        self._dispatcher = made.task_dispatcher

    def run(self) -> None:
        """Serve until `drain` is called from a signal handler or another thread, then finish."""
        while self._map and not self._stopping.is_set():
            self._turn(30.0)
        self._finish(time.monotonic() + DRAIN)

    def drain(self) -> None:
        """Ask `run` to end; returns at once."""
        self._stopping.set()
        for listener in self._listeners():
            listener.pull_trigger()

    def _turn(self, timeout: float) -> None:
        wasyncore.loop(timeout=timeout, map=self._map, use_poll=True, count=1)

    def _listeners(self) -> list[Any]:
        return [entry for entry in list(self._map.values()) if getattr(entry, "accepting", False)]

    def _channels(self) -> list[Any]:
        return [entry for entry in self._map.values() if hasattr(entry, "requests")]

    def _finish(self, deadline: float) -> None:
        known = -1
        while len(self._channels()) > known and time.monotonic() < deadline:  # who knocked already is let in
            known = len(self._channels())
            self._turn(0.05)
        for listener in self._listeners():
            wasyncore.dispatcher.close(listener)
        last_work = time.monotonic()
        while time.monotonic() < deadline and time.monotonic() - last_work < QUIET:
            self._turn(0.05)
            if self._busy():
                last_work = time.monotonic()
        if self._busy():
            logger.warning("stopped with unfinished requests")
        self._dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._map)

    def _busy(self) -> bool:
        """Whether a request is being received, worked on or answered."""
        return any(c.requests or c.request is not None or c.total_outbufs_len for c in self._channels())


def _connections() -> int:
    """As many connections as wanted, or as many as the system allows files, less what the store needs."""
    try:
        import resource
    except ImportError:  # Windows
        return CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 100
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return max(soft - 100, 50)
    return CONNECTIONS
