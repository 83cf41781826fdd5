"""Work in a process of its own: it goes behind everything else that wants to run, and ends with its server."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pickle import PicklingError
from typing import Any

from survey.system.priority import step_aside

BEAT = 2.0  # seconds between two signs of life that somebody wants to hear

Tell = Callable[[str, int | None], None]  # (step, percent)

_starting = threading.Lock()


class Died(Exception):
    """The process ended in the middle of its work: no memory, or somebody ended it."""


class WorkProcess:
    """One process, which does one thing after the other. calls : how many it was given"""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.calls = 0
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), name="work", daemon=True)
        with _starting:
            os.environ["PYTHONSAFEPATH"] = "1"  # nothing is imported from the current folder
            try:
                self._process.start()
            finally:
                del os.environ["PYTHONSAFEPATH"]
        theirs.close()  # ours alone would keep the pipe open when it dies

    def call(
        self,
        where: str,
        *arguments: Any,
        patience: float,
        beat: Callable[[tuple[str, int | None] | None], None] | None = None,
        **options: Any,
    ) -> Any:
        """What the function ``module:name`` returns.

        Parameters
        ----------
        patience : seconds
        beat : is called with each (step, percent) that the function tells, and with None when it told nothing for
            BEAT seconds; the function then takes `tell` as an option

        Raises
        ------
        Died, TimeoutError
            The process is of no use any more.
        Exception
            Whatever the function raises, with its traceback as a note.
        """
        self.calls += 1
        end = time.monotonic() + patience
        try:
            self._pipe.send((where, arguments, options, beat is not None))
        except ConnectionError as error:
            raise Died from error
        while (left := end - time.monotonic()) > 0:
            heard, value = self._heard(min(left, BEAT))
            if heard == "returned":
                return value
            if isinstance(value, Exception):
                raise value
            if beat is not None:
                beat(value)
        raise TimeoutError

    def _heard(self, seconds: float) -> tuple[str, Any]:
        try:
            return self._pipe.recv() if self._pipe.poll(seconds) else ("told", None)
        except (EOFError, ConnectionError) as error:
            raise Died from error

    def end(self) -> None:
        """Kill it, whatever it does; who waits for its work hears that it died."""
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection) -> None:
    """In the new process: one call after the other. Ctrl-C in a terminal is for the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    step_aside()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    while True:
        try:
            where, arguments, options, tells = pipe.recv()
        except EOFError:
            return
        if tells:
            options["tell"] = lambda step, percent: pipe.send(("told", (step, percent)))
        module, name = where.split(":")
        try:
            answer = ("returned", getattr(importlib.import_module(module), name)(*arguments, **options))
        except Exception as error:
            error.add_note(traceback.format_exc())
            answer = ("raised", error)
        try:
            pipe.send(answer)
        except (TypeError, AttributeError, PicklingError):  # something that cannot travel
            pipe.send(("raised", RuntimeError(repr(answer[1]))))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
