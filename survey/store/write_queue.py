"""Write queue with group commit: the first waiting writer commits for all queued writers."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from survey.store import StoreBusy

MOST = 64  # writes of one turn

BUSY = "Penyimpanan sedang sibuk. Coba lagi sebentar."


class QueuedWrite:
    """Work that somebody waits for.

    shares : whether it may be done together with others that share
    until : when its owner stops waiting, by `time.monotonic`
    kept : set by the writer once the result is durable; without it the caller is told that nothing was kept
    """

    __slots__ = ("_awake", "error", "front", "kept", "result", "shares", "until", "work")

    def __init__(self, work: Any, until: float, shares: bool) -> None:
        self.work, self.until, self.shares = work, until, shares
        self.result: Any = None
        self.error: Exception | None = None
        self.kept = self.front = False
        self._awake = threading.Lock()
        self._awake.acquire()

    def wait(self, seconds: float = -1) -> bool:
        return self._awake.acquire(timeout=seconds)

    def wake(self) -> None:
        self._awake.release()


class WriteQueue:
    """Group commit without a thread of its own: the first waiting writer does the work of all.

    serve : is given the write in front and a way to take it with all that share its turn, and sets what became of
        each; one thread at a time is in it. A write that was taken is not withdrawn any more.
    """

    def __init__(self, serve: Callable[[QueuedWrite, Callable[[], list[QueuedWrite]]], None]) -> None:
        self._serve = serve
        self._mutex = threading.Lock()
        self._waiting: deque[QueuedWrite] = deque()
        self._taken = False

    def do(self, work: Any, patience: float, *, shares: bool = False) -> Any:
        """The result of the work, once it is durable.

        Raises
        ------
        StoreBusy
            When its turn did not come in time; it was withdrawn and will not be done.
        Exception
            Whatever the work or its commit raised.
        """
        write = QueuedWrite(work, time.monotonic() + patience, shares)
        with self._mutex:
            self._waiting.append(write)
            write.front = not self._taken
            self._taken = True
        if not write.front:
            self._wait(write)
        if write.front:
            begun: list[QueuedWrite] = []
            try:
                self._serve(write, lambda: self._take(begun))
            finally:
                self._end_turn(write, begun)
        if write.error is not None:
            raise write.error
        if not write.kept:
            raise StoreBusy(BUSY)
        return write.result

    def _wait(self, write: QueuedWrite) -> None:
        """Until the write is done or its owner is in front."""
        if write.wait(max(write.until - time.monotonic(), 0)):
            return
        with self._mutex:
            if write in self._waiting and not write.front:
                self._waiting.remove(write)
                raise StoreBusy(BUSY)
        write.wait()  # begun in this very moment: what becomes of it must be known before it is told

    def _end_turn(self, mine: QueuedWrite, begun: list[QueuedWrite]) -> None:
        """Wake the next writer and those whose work was done along."""
        with self._mutex:
            if not begun:
                self._waiting.remove(mine)
            following = self._waiting[0] if self._waiting else None
            self._taken = following is not None
            if following is not None:
                following.front = True
        if following is not None:
            following.wake()
        for write in begun[1:]:
            write.wake()

    def _take(self, begun: list[QueuedWrite]) -> list[QueuedWrite]:
        """The write in front, and those right behind it that share."""
        with self._mutex:
            begun.append(self._waiting.popleft())
            while begun[0].shares and self._waiting and self._waiting[0].shares and len(begun) < MOST:
                begun.append(self._waiting.popleft())
        return begun
