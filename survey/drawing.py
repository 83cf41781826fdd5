"""PDFs are drawn in a process of their own: a paper of many pages never holds up a tablet.

What is to be drawn goes there whole, and bytes come back; the process knows no database and no settings. It starts with
the first paper, works behind everything else that wants to run, and ends with the server, however that ends.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any

from survey.priority import step_aside

PAPERS = {
    "notice": "calc.report.notice:notice",
    "sheet": "calc.report.sheet:sheet",
    "paper": "calc.report.press:paper",
}
PATIENCE = 60.0  # seconds that somebody waits for a paper
RENEWED = 200  # papers until a fresh process takes over

_pools: dict[int, ProcessPoolExecutor] = {}  # by process: a forked one has its own
_mutex = threading.Lock()


class NotDrawn(Exception):
    """The paper took too long, or its process died twice; another try may do."""


def draw(paper: str, *arguments: Any, **options: Any) -> bytes:
    """One of PAPERS as a file, from what its function in `calc.report` takes.

    Raises
    ------
    NotDrawn
        After PATIENCE, or when the process was ended twice.
    """
    for _ in range(2):
        pool = _pool()
        try:
            return pool.submit(_drawn, PAPERS[paper], arguments, options).result(PATIENCE)  # type: ignore[no-any-return]
        except BrokenProcessPool:
            _forget(pool)
        except TimeoutError:
            _forget(pool)
            break
    raise NotDrawn(paper)


def _pool() -> ProcessPoolExecutor:
    with _mutex:
        if os.getpid() not in _pools:
            _pools[os.getpid()] = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=begin,
                max_tasks_per_child=RENEWED,
            )
        return _pools[os.getpid()]


def _forget(pool: ProcessPoolExecutor) -> None:
    """Let the next paper have a new process, and end what the old one is stuck in."""
    with _mutex:
        if _pools.get(os.getpid()) is pool:
            del _pools[os.getpid()]
    for child in list((pool._processes or {}).values()):
        child.kill()
    pool.shutdown(wait=False, cancel_futures=True)


def begin() -> None:
    """In the new process: be polite, leave Ctrl-C to the server, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    step_aside()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _drawn(where: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> bytes:
    module, name = where.split(":")
    return getattr(importlib.import_module(module), name)(*arguments, **options)  # type: ignore[no-any-return]
