"""Pages that take long: how many at once, so that residents always find a free thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from typing import NoReturn, ParamSpec, TypeVar

from flask import abort, current_app, request

from survey.web.errors import fault, refuse

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger("survey.web")

HEAVY = 3  # of a server's eight threads
DRAWINGS = 2  # of these: one is drawn, one is next


def heavy(view: Callable[P, R]) -> Callable[P, R]:
    """A page that takes long: at most HEAVY of them at once in this process, the others come again by themselves.

    So some of the server's threads are always free for residents.
    """
    return _limited(view, "skm_heavy", HEAVY, "Beberapa halaman lain sedang disusun.", 1)


def paper(view: Callable[P, R]) -> Callable[P, R]:
    """The same for what is drawn meanwhile: a thread that waits for a drawing serves nobody else."""
    return _limited(heavy(view), "skm_drawings", DRAWINGS, "Kertas Anda sedang menunggu giliran.", 1)


def _limited(view: Callable[P, R], name: str, places: int, sentence: str, seconds: int) -> Callable[P, R]:
    @wraps(view)
    def limited(*arguments: P.args, **named: P.kwargs) -> R:
        gate = current_app.extensions.setdefault(name, BoundedSemaphore(places))
        if not gate.acquire(blocking=False):
            busy(sentence, seconds)
        try:
            return view(*arguments, **named)
        finally:
            gate.release()

    return limited


def busy(sentence: str, seconds: int) -> NoReturn:
    """End the request for now: 503 with a page that says so and loads the same address again, without script."""
    response = fault(503, sentence, again=True)
    response.headers["Retry-After"] = str(seconds)
    if request.method == "GET":
        response.headers["Refresh"] = str(seconds)
    abort(response)


def drawn(paper: str, *arguments: object, **options: object) -> bytes:
    """The file of one of `survey.jobs.renderer.PAPERS`; 503 with a sentence when it cannot be made now."""
    from survey.jobs import renderer  # late: what only papers need is not loaded before the first

    try:
        return renderer.render(paper, *arguments, **options)
    except renderer.NotRendered:
        log.error("not drawn: %s", paper)
        refuse(503, "Berkas belum dapat dibuat. Coba lagi sebentar.")
