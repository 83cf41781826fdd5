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
from multiprocessing.connection import Connection, wait
from pickle import PicklingError
from typing import Any

from survey.system.priority import step_aside

PAPERS = {
    "notice": "calc.render.sheets.notice:notice",
    "sheet": "calc.render.sheets.link_sheet:sheet",
    "paper": "calc.render.render:paper",
}
PATIENCE = 60.0  # seconds that a drawing may take
TURN = 60.0  # seconds that somebody waits for the papers before theirs
RENEWED = 200  # papers until a fresh process takes over


class NotDrawn(Exception):
    """The paper took too long, its turn did not come, or its process died twice; another try may do."""


def draw(paper: str, *arguments: Any, **options: Any) -> bytes:
    """One of PAPERS as a file, from what its function in `calc.report` takes.

    One paper is drawn at a time, so that one that is given up takes no other along, and waiting for the turn is not
    counted as drawing.

    Raises
    ------
    NotDrawn
        After PATIENCE or TURN, or when the process was ended twice.
    """
    here = _desk()
    if not here.turn.acquire(timeout=TURN):
        raise NotDrawn(paper)
    try:
        return here.drawn(paper, PAPERS[paper], arguments, options)  # type: ignore[no-any-return]
    finally:
        here.turn.release()


class _Desk:
    """Where papers of this process are drawn."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._drawer: _Drawer | None = None

    def drawn(self, paper: str, where: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        for _ in range(2):
            if self._drawer is None or self._drawer.left == 0:
                self.forget()
                self._drawer = _Drawer()
            try:
                return self._drawer.draw(where, arguments, options)
            except (EOFError, OSError):  # it died
                self.forget()
            except TimeoutError:
                self.forget()
                break
        raise NotDrawn(paper)

    def forget(self) -> None:
        """Let the next paper have a new process, and end what the old one is stuck in."""
        if self._drawer is not None:
            self._drawer.end()
        self._drawer = None


class _Drawer:
    """One drawing process. left : papers that it still may draw"""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.left = RENEWED
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), name="drawing", daemon=True)
        self._process.start()
        theirs.close()  # ours alone would keep the pipe open when it dies

    def draw(self, *asked: Any) -> Any:
        """Whatever the paper's function gives or raises; EOFError or OSError when the process dies meanwhile."""
        self.left -= 1
        self._pipe.send(asked)
        if not self._pipe.poll(PATIENCE):
            raise TimeoutError
        was_made, result = self._pipe.recv()
        if not was_made:
            raise result
        return result

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


_desks: dict[int, _Desk] = {}  # by process: a forked one has its own


def _desk() -> _Desk:
    return _desks.get(os.getpid()) or _desks.setdefault(os.getpid(), _Desk())


def _serve(pipe: Connection) -> None:
    """In the drawing process: one paper after the other."""
    begin()
    while True:
        try:
            where, arguments, options = pipe.recv()
        except EOFError:
            return
        try:
            told = (True, _drawn(where, arguments, options))
        except Exception as error:
            told = (False, error)
        try:
            pipe.send(told)
        except (TypeError, AttributeError, PicklingError):  # something that cannot travel
            pipe.send((False, RuntimeError(repr(told[1]))))


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
