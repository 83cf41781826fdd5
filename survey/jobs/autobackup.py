"""Backups that a running server makes by itself: each in a process of its own, when the last one is too old."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from survey.operations import maintenance
from survey.store import StoreError

if TYPE_CHECKING:
    from survey.config import Config
    from survey.store import Store

FIRST = 180.0  # seconds after the start: not while a machine is still busy with coming up
LATER = 600.0
ENOUGH = 2.0  # for a backup that is given up to clear its draft away
AFTER_FAILURE = 3600.0  # the folder will hardly be there again in ten minutes
SKM = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"

HERE = str(Path(__file__).resolve().parents[2])

logger = logging.getLogger("skm.backup")


class AutoBackup:
    """Looks now and then whether a backup is due, until it is stopped.

    Every look is a thread that ends, so that it keeps no connection to the database.
    """

    def __init__(self, config: Config, store: Store, clock: Callable[[], datetime]) -> None:
        self._config, self._store, self._clock = config, store, clock
        self._mutex = threading.Lock()
        self._timer: threading.Timer | None = None
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False
        self._said = ""
        self._made: datetime | None = None

    def start(self) -> AutoBackup:
        if self._config["BACKUP_EVERY"]:
            self._plan(FIRST)
        return self

    def stop(self) -> None:
        """No more looks; a backup under way is given up, which costs nothing but its draft."""
        with self._mutex:
            self._stopped = True
            if self._timer is not None:
                self._timer.cancel()
            if self._process is not None:
                self._process.terminate()
                try:
                    self._process.wait(ENOUGH)
                except subprocess.TimeoutExpired:
                    self._process.kill()

    def _plan(self, seconds: float) -> None:
        with self._mutex:
            if not self._stopped:
                self._timer = threading.Timer(seconds, self._look)
                self._timer.daemon = True
                self._timer.name = "backups"
                self._timer.start()

    def _look(self) -> None:
        again = LATER
        try:
            if self._due() and not self._make():
                again = AFTER_FAILURE
        except StoreError:
            pass  # the health page says so
        finally:
            self._plan(again)

    def _due(self) -> bool:
        """By the database's own list, and by this one's memory: one that could not be noted is not made again soon."""
        now, every = self._clock(), timedelta(hours=self._config["BACKUP_EVERY"])
        recent = self._made is not None and timedelta(0) <= now - self._made < every
        return not recent and maintenance.backup_is_due(self._store, self._config, now)

    def _make(self) -> bool:
        """Whether it was made; why not is said once, however often it fails."""
        with self._mutex:
            if self._stopped:
                return False
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": HERE},  # this toolkit, and nothing from the current folder
                creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows
            )
        with self._process as process:
            sentence = process.communicate()[1].strip()
        made = process.returncode == 0
        if made:
            self._made = self._clock()
            logger.info("backup made")
        elif not self._stopped and sentence != self._said:
            logger.error("backup failed", extra={"skm": {"sentence": sentence}})
        self._said = "" if made else sentence
        return made

    def _command(self) -> list[str]:
        """`skm backup` behind everything else that wants to run."""
        polite = ["nice", "-n", "10"] if shutil.which("nice") else []
        return [*polite, sys.executable, "-P", "-c", SKM, "--instance", str(self._config.instance), "backup"]
