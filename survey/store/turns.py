"""Taking turns at one connection: whoever is in front works for all who wait behind, so that they share one commit."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from survey.store import StoreBusy

MOST = 64  # jobs of one turn
LONGEST = 0.05  # seconds after which a turn takes no further job: who waits for the commit waits no longer than that

BUSY = "Penyimpanan sedang sibuk. Coba lagi sebentar."


class Job:
    """Work that somebody waits for.

    until : when its owner stops waiting, by `time.monotonic`
    kept : set by who does it, once the result is durable; without it the owner is told that nothing was kept
    """

    __slots__ = ("_awake", "error", "front", "kept", "result", "until", "work")

    def __init__(self, work: Callable[[Any], Any], until: float) -> None:
        self.work, self.until = work, until
        self.result: Any = None
        self.error: Exception | None = None
        self.kept = self.front = False
        self._awake = threading.Lock()
        self._awake.acquire()

    def wait(self, seconds: float = -1) -> bool:
        return self._awake.acquire(timeout=seconds)

    def wake(self) -> None:
        self._awake.release()


class Turns:
    """A queue whose front does the work of all; no thread of its own, so nothing to start, stop or find dead.

    serve : does the jobs that an iterator yields and sets what became of each; one thread at a time is in it
    """

    def __init__(self, serve: Callable[[Iterator[Job]], None]) -> None:
        self._serve = serve
        self._mutex = threading.Lock()
        self._waiting: deque[Job] = deque()
        self._taken = False

    def do(self, work: Callable[[Any], Any], patience: float) -> Any:
        """What the work returns, once it is durable.

        Raises
        ------
        StoreBusy
            When its turn did not come in time; it was withdrawn and will not be done.
        Exception
            Whatever the work or its commit raised.
        """
        job = Job(work, time.monotonic() + patience)
        with self._mutex:
            self._waiting.append(job)
            job.front = not self._taken
            self._taken = True
        if not job.front:
            self._wait(job)
        if job.front:
            self._turn(job)
        if job.error is not None:
            raise job.error
        if not job.kept:
            raise StoreBusy(BUSY)
        return job.result

    def _wait(self, job: Job) -> None:
        """Until the job is done or its owner is in front."""
        if job.wait(max(job.until - time.monotonic(), 0)):
            return
        with self._mutex:
            if job in self._waiting and not job.front:
                self._waiting.remove(job)
                raise StoreBusy(BUSY)
        job.wait()  # begun in this very moment: what becomes of it must be known before it is told

    def _turn(self, mine: Job) -> None:
        begun: list[Job] = []
        try:
            self._serve(self._next(begun))
        finally:
            with self._mutex:
                if mine in self._waiting:  # the turn ended before its first job
                    self._waiting.remove(mine)
                follower = self._waiting[0] if self._waiting else None
                if follower is None:
                    self._taken = False
                else:
                    follower.front = True
            if follower is not None:
                follower.wake()
            for job in begun:
                if job is not mine:
                    job.wake()

    def _next(self, begun: list[Job]) -> Iterator[Job]:
        """Those who wait, also those who come meanwhile; a job that was yielded is not withdrawn any more."""
        end = time.monotonic() + LONGEST
        while len(begun) < MOST and (not begun or time.monotonic() < end):
            with self._mutex:
                if not self._waiting:
                    return
                job = self._waiting.popleft()
            begun.append(job)
            yield job
