"""waitress with an end: stop accepting, finish what runs, then return."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from survey.operations.event_loop import HAS_EPOLL, EpollLoop, Loop

THREADS = 8
CONNECTIONS = 2000  # slow phones hold connections; the default of 100 is filled by them
LARGEST_HEAD = 16 * 1024  # browsers send less than 4 KiB; waitress alone gathers 256 KiB a connection
LARGEST_BODY = 4 * 1024 * 1024  # the application refuses sooner and in words; this one only guards memory
DRAIN = 10.0  # seconds that running requests get to finish
LOOK = 1.0  # seconds an idle loop waits: a signal in the instant before that does not wake it
SHARE = (
    0.0005  # seconds that a thread computes while others want to: Python's 0.005 are ten pages of residents
)
QUIET = 0.2  # seconds without work after which nobody is on the way any more

logger = logging.getLogger("skm.serve")


class Server:
    """Serves an application on sockets that listen already.

    waitress itself drops every request in flight at SIGTERM; `drain` makes `run` finish them first.
    """

    def __init__(self, app: Flask, sockets: list[socket.socket]) -> None:
        self._stopping = threading.Event()
        self._loop = EpollLoop() if HAS_EPOLL else Loop()
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(THREADS)
        proxied = bool(app.extensions["skm"].config["PROXIES"])
        settings = Adjustments(
            sockets=sockets,
            connection_limit=_connections(),
            max_request_header_size=LARGEST_HEAD,
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=not proxied,  # ProxyFix reads them when proxies are declared
            ident=None,
        )
        for each in sockets:
            self._loop.listen(app, each, settings, self._dispatcher)

    def run(self) -> None:
        """Serve until `drain` is called from a signal handler or another thread, then finish."""
        sys.setswitchinterval(SHARE)
        while not self._stopping.is_set():
            self._loop.turn(LOOK)
        self._finish(time.monotonic() + DRAIN)

    def drain(self) -> None:
        """Ask `run` to end; returns at once."""
        self._stopping.set()
        self._loop.wake()

    def _finish(self, deadline: float) -> None:
        loop, known = self._loop, -1
        while len(loop.channels()) > known and time.monotonic() < deadline:  # who knocked already is let in
            known = len(loop.channels())
            loop.turn(0.05)
        for listener in loop.listeners():
            wasyncore.dispatcher.close(listener)
        last_work = time.monotonic()
        while time.monotonic() < deadline and time.monotonic() - last_work < QUIET:
            loop.turn(0.05)
            if self._busy():
                last_work = time.monotonic()
        if self._busy():
            logger.warning("stopped with unfinished requests")
        self._dispatcher.shutdown(timeout=1)
        loop.close()

    def _busy(self) -> bool:
        """Whether a request is being received, worked on or answered."""
        return any(c.requests or c.request is not None or c.total_outbufs_len for c in self._loop.channels())


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
