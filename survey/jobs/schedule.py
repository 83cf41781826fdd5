"""Jobs that a running server asks for by itself: a backup when the last one is too old."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from survey.jobs.reports import reason
from survey.operations import maintenance
from survey.store import StoreError
from survey.store.jobs import FAILED, READY, Job

if TYPE_CHECKING:
    from survey.config import Config
    from survey.jobs.worker import Worker

BACKUP = "backup"  # the kind of the job, and its only id
PRIORITY = 20  # nobody waits
FIRST = 180.0  # seconds after the start: not while a machine is still busy with coming up
LATER = 600.0
AFTER_FAILURE = timedelta(hours=1)  # the folder will hardly be there again in ten minutes

logger = logging.getLogger("skm.jobs")


class BackupSchedule:
    """Looks now and then whether a backup is due, until it is stopped.

    Every look is a thread that ends, so that it keeps no connection to the database.
    """

    def __init__(self, config: Config, worker: Worker, work: str) -> None:
        """work : the function that makes a backup, as for `Worker.work`"""
        self._config, self._worker = config, worker
        self._mutex = threading.Lock()
        self._timer: threading.Timer | None = None
        self._stopped = False
        self._last: Job | None = None  # the last backup of which no row could be written
        worker.work[BACKUP] = work

    def start(self) -> BackupSchedule:
        if self._config["BACKUP_EVERY"]:
            self._plan(FIRST)
        return self

    def stop(self) -> None:
        with self._mutex:
            self._stopped = True
            if self._timer is not None:
                self._timer.cancel()

    def _plan(self, seconds: float) -> None:
        with self._mutex:
            if not self._stopped:
                self._timer = threading.Timer(seconds, self._look)
                self._timer.daemon = True
                self._timer.name = "backups"
                self._timer.start()

    def _look(self) -> None:
        try:
            if self._is_due():
                self._ask()
            self._worker.wake()
        except StoreError:
            pass  # the health page says so
        finally:
            self._plan(LATER)

    def _is_due(self) -> bool:
        """By the notes of the database, and by the last job: one that could not be noted is not made again soon."""
        now, last = self._worker.clock(), self._last or self._worker.store.job("", BACKUP)
        if last is not None:
            every = timedelta(hours=self._config["BACKUP_EVERY"])
            pause = AFTER_FAILURE if last.state == FAILED else every
            if last.open or timedelta(0) <= now - last.asked_at < pause:
                return False
        return maintenance.backup_is_due(self._worker.store, self._config, now)

    def _ask(self) -> None:
        job, self._last = Job("", BACKUP, BACKUP, self._worker.clock(), "", priority=PRIORITY), None
        try:
            self._worker.store.ask_job(job, renew=True)
        except StoreError:  # a database that takes no row needs its backup most
            self._last = replace(job, state=READY)
            try:
                self._worker.make(job)
            except Exception as error:
                self._last = replace(job, state=FAILED)
                logger.error("backup failed", extra={"skm": {"sentence": reason(error)}})
