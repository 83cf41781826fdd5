"""The server's side of papers made in the background: it starts a builder while something waits on the shelf.

Every web process has one of these and nobody leads: the builder's lock lets one through, and whoever was refused looks
again, so that a paper is finished also when the process that began it is gone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from survey.jobs.paper_builder import BUSY
from survey.jobs.papers import Job, Shelf

if TYPE_CHECKING:
    from survey.config import Config

BUILDER = "from survey.jobs.paper_builder import main; main()"
HERE = str(Path(__file__).resolve().parents[2])
SOON, LATER = 1.0, 5.0  # seconds until the next look: another one builds; a builder died
ENOUGH = 3  # builders in a row that died without having done anything: a person must look

logger = logging.getLogger("skm.papers")


class PaperQueue:
    def __init__(self, config: Config, clock: Callable[[], datetime]) -> None:
        self.shelf = Shelf(config.instance)
        self._config, self._clock = config, clock
        self._mutex = threading.Lock()
        self._worker: tuple[int, threading.Thread] | None = None

    def wake(self) -> None:
        """See to it that what waits is being made; cheap, so every look at the queue may call it."""
        with contextlib.suppress(OSError):  # what cannot be removed now can be later
            self.shelf.clean(self._clock())
        if self.shelf.next() is None:
            return
        with self._mutex:
            if self._worker is not None:
                process, thread = self._worker
                if process == os.getpid() and thread.is_alive():  # a forked process has none
                    return
            thread = threading.Thread(target=self._work, name="papers", daemon=True)
            self._worker = (os.getpid(), thread)
            thread.start()

    def _work(self) -> None:
        died = 0
        wait = threading.Event().wait
        while died < ENOUGH and (first := self.shelf.next()) is not None:
            code = self._build()
            died = 0 if code in (0, BUSY) or self._went_on(first) else died + 1
            if code:
                wait(SOON if code == BUSY else LATER)

    def _went_on(self, first: Job) -> bool:
        """Whether a builder got anywhere: the paper that was first is done with, or has one try less."""
        now = self.shelf.next()
        return now is None or (now.key, now.tries) != (first.key, first.tries)

    def _build(self) -> int:
        """One builder until nothing waits; its end of our pipe tells it when this process is no more."""
        command = [sys.executable, "-P", "-c", BUILDER, str(self._config.instance), self._clock().isoformat()]
        with subprocess.Popen(  # noqa: S603 (our own code)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": HERE, "SKM_BASE_URL": self._config.base_url},
            start_new_session=True,  # Ctrl-C in a terminal is for the server; it takes the builder with it
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows
        ) as process:
            assert process.stderr is not None
            said = process.stderr.read().decode(errors="replace").strip()
            code = process.wait()
        if said:
            logger.error("paper not made", extra={"skm": {"sentence": said[-2000:]}})
        return code
