"""Does the jobs of the store, one after the other; every web process has a worker, and nobody leads.

One process of an installation's folder works at a time; on a database server, those of several machines do. A job whose
worker died is taken up by another one, which sees that its beat stands still.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from survey.jobs import reports
from survey.jobs.process import BEAT, Died, WorkProcess
from survey.operations import installation
from survey.store import StoreError
from survey.store.jobs import FAILED, READY, RUNNING, WAITING, Job
from survey.system.lock import Locked, only_one

if TYPE_CHECKING:
    from survey.config import Config
    from survey.domain.issued_paper import IssuedPaper
    from survey.store import Store

LOCK = "jobs.lock"
KEPT_DAYS = 7
KEPT = 100  # finished jobs; the oldest ones go first
TRIES = 3  # a process that dies takes its job with it; after so many deaths the job is given up
LONGEST = 1800.0  # seconds for one job; nothing takes so long unless something is wrong
LEASE = 30.0  # seconds that a beat may stand still
SOON = 1.0  # seconds until the next look, when another one works
LATER = 15.0  # the same after a process died, maybe because the server ends

GIVEN_UP = "Pembuatan terhenti berkali-kali, mungkin karena memori komputer tidak cukup."
TOO_LONG = f"Belum selesai setelah {LONGEST / 60:.0f} menit, lalu dihentikan."

# kind -> function ``module:name`` of (config, job, now, tell); it gives the file and the row of a paper, or b'', None
WORK = {reports.REPORT: "survey.jobs.reports:build_in_process"}

logger = logging.getLogger("skm.jobs")


class Lost(Exception):
    """Another worker has the job by now."""


class Worker:
    """work : the kinds of jobs that this one does, as in WORK"""

    def __init__(self, config: Config, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock = store, clock
        self.work = dict(WORK)
        self._config = config
        self._lease = 0.0 if installation.one_process(config) else LEASE  # who has the lock is alone
        self._still: dict[tuple[str, str, int], float] = {}  # (job, worker, beat) -> seen so since
        self._mutex = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._process: WorkProcess | None = None

    def wake(self) -> None:
        """See to it that what waits is being done; cheap, so every look at the queue may call it."""
        with contextlib.suppress(StoreError):  # what cannot be removed now can be later
            self.store.clean_jobs(self.clock() - timedelta(days=KEPT_DAYS), KEPT)
        with contextlib.suppress(StoreError), self._mutex:
            alive = self._thread is not None and self._thread.is_alive()
            if not (alive or self._stopped.is_set()) and self.store.open_jobs([*self.work]):
                self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """No more jobs; the one that is being done waits for the next start, and loses no try."""
        self._stopped.set()
        with self._mutex:
            if self._process is not None:
                self._process.end()
        if self._thread is not None:
            self._thread.join()

    def run(self, job: Job) -> Job:
        """Do a claimed job in a process of its own and write down what became of it.

        Raises
        ------
        Died
            It has to be done again.
        """
        try:
            content, row = self.make(job)
            self.store.keep_job_file(job, content)
            done = replace(job, state=READY, error="", size=len(content))
            self.store.together(lambda: self._hand_over(done, row))
            logger.info("%s made", job.kind)
            return done
        except Lost:
            return job
        except TimeoutError:
            error, details = TOO_LONG, ""
        except Exception as found:
            if isinstance(found, Died):
                raise
            error, details = reports.reason(found), "".join(getattr(found, "__notes__", ()))[-2000:]
        if error != job.error:
            logger.error("%s failed", job.kind, extra={"skm": {"sentence": error, "details": details}})
        failed = replace(job, state=FAILED, error=error)
        self.store.end_job(failed)
        return failed

    def _hand_over(self, done: Job, row: IssuedPaper | None) -> None:
        """The row of the paper and the end of the job are one transaction."""
        if row is not None:
            self.store.keep_issued_paper(row)
        if not self.store.end_job(done):
            raise Lost

    def make(self, job: Job) -> tuple[bytes, IssuedPaper | None]:
        """What its function gives, made in a process of its own. Whatever it raises; Died, Lost, TimeoutError."""
        last = time.monotonic()
        progress: tuple[str, int | None] = ("", 0)

        def beat(told: tuple[str, int | None] | None) -> None:
            nonlocal last, progress
            progress = told or progress
            if time.monotonic() - last >= BEAT:
                last = time.monotonic()
                with contextlib.suppress(StoreError):  # the next one may be written
                    if not self.store.beat_job(job, *progress):
                        raise Lost

        with self._mutex:
            if self._stopped.is_set():
                raise Died
            process = self._process = WorkProcess()
        try:
            where, now = self.work[job.kind], self.clock()
            made: tuple[bytes, IssuedPaper | None] = process.call(
                where, self._config, job, now, patience=LONGEST, beat=beat
            )
            return made
        finally:
            with self._mutex:
                self._process = None
            process.end()

    def _work(self) -> None:
        """Until nothing is open; looks again while another process works, which may die."""
        while not self._stopped.is_set():
            with contextlib.suppress(Locked, StoreError), only_one(self._config.instance / LOCK):
                while not self._stopped.is_set() and self._do_next():
                    pass
            with contextlib.suppress(StoreError):
                if not self.store.open_jobs([*self.work]):
                    return
            self._stopped.wait(SOON)

    def _do_next(self) -> bool:
        self._free_abandoned()
        job = self.store.claim_job(uuid4().hex, [*self.work])
        if job is None:
            return False
        try:
            self.run(job)
        except Died:
            stopped = self._stopped.wait(LATER)
            self._free(replace(job, tries=job.tries - stopped))
        return True

    def _free_abandoned(self) -> None:
        now = time.monotonic()
        running = [job for job in self.store.open_jobs([*self.work]) if job.state == RUNNING]
        keys = {(job.id, job.worker, job.beat): job for job in running}
        self._still = {key: self._still.get(key, now) for key in keys}
        for key, job in keys.items():
            if now - self._still[key] >= self._lease:
                self._free(job)

    def _free(self, job: Job) -> None:
        """Let it wait for another worker, or fail after too many deaths."""
        if job.tries < TRIES:
            self.store.end_job(replace(job, state=WAITING))
        else:
            self.store.end_job(replace(job, state=FAILED, error=GIVEN_UP))
