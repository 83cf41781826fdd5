"""From building an application to serving it: only here is the database claimed and unfinished work taken up.

Whatever builds an application (a command, a notebook, a worker that is about to be replaced) holds nothing. `skm serve`
and the worker of gunicorn begin by name; served in any other way, it begins with the first request.
"""

from __future__ import annotations

import ctypes
import logging
import threading
from contextlib import suppress

from flask import Flask

from survey.services import rhythm
from survey.store import StoreError, StoreRefused
from survey.web import context, errors

M_ARENA_MAX, HEAPS = -8, 2  # mallopt(3)

log = logging.getLogger("survey.serving")
_mutex = threading.Lock()


def begin(app: Flask) -> None:
    """Claim the database and wake what the last server left; a second time does nothing.

    Raises
    ------
    StoreRefused
        When only one process may serve this database, and another one does.
    """
    with _mutex:
        if app.extensions.get("skm_serving"):
            return
        here: context.Installation = app.extensions["skm"]
        here.store.claim()
        with suppress(StoreError):  # a store that cannot be written says so with every answer
            rhythm.note(here.store, here.config, here.clock())
        app.extensions["skm_serving"] = True
        _share_heaps()
    app.extensions["skm_jobs"].wake()


def _share_heaps() -> None:
    """glibc gives every thread a heap of its own and keeps in it what was freed: eight threads would hold the memory
    of eight long pages for ever. Elsewhere there is no such function."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


def follow(app: Flask) -> None:
    """Begin with the first request, where nobody did before; while another process serves, nothing is."""

    @app.before_request
    def first() -> None:
        if app.extensions.get("skm_serving"):
            return
        try:
            begin(app)
        except StoreRefused as error:
            log.error("penyimpanan: %s", error)
            errors.refuse(503, "Server lain sudah melayani data ini. Hentikan yang ini, atau yang lain.")
