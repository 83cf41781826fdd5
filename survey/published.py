"""What everybody may read, made once for each state of the data and sent from memory until that changes.

The state is a number and a day: `Store.revision` grows with every change to what published results are made of, and a
new day may end a period. Both are known before any work, so that whoever has the newest already is told so at once.
Settings do not change while a server runs.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from survey.web import Installation

WAITING = 2  # requests that wait for one that makes it; more would take the threads of residents
SOON = 1  # seconds after which the others may ask again
PACKED = 4  # level of compression: a tenth of the size in a tenth of the time that the best takes

State = tuple[int, "date"]


class Made:
    """body : what is sent; mark : its ETag, from the content, so that it outlives a restart"""

    def __init__(self, state: State, text: str) -> None:
        self.state, self.body = state, text.encode()
        self.mark = hashlib.sha256(self.body).hexdigest()[:32]

    @cached_property
    def packed(self) -> bytes:
        """The same as gzip, once somebody wants it so."""
        return gzip.compress(self.body, PACKED, mtime=0)


class Busy(Exception):
    """Others are waiting for it already; ask again after SOON seconds."""


class Published:
    """Of one application. However many ask at once, one makes it, a few wait, and the others are sent away."""

    def __init__(self) -> None:
        self._made: dict[str, Made] = {}
        self._mutex = threading.Lock()
        self._places = threading.BoundedSemaphore(1 + WAITING)

    def get(self, name: str, here: Installation, make: Callable[[], str]) -> Made:
        """What is published under a name.

        Parameters
        ----------
        make : gives the text from the store as it is now; called when nothing of this state is there

        Raises
        ------
        Busy
            When enough wait for it.
        """
        there = self._made.get(name)
        if there is not None and there.state == state_of(here):
            return there
        if not self._places.acquire(blocking=False):
            raise Busy(name)
        try:
            with self._mutex:
                return self._newest(name, here, make)
        finally:
            self._places.release()

    def _newest(self, name: str, here: Installation, make: Callable[[], str]) -> Made:
        """State, content, state again: where both are the same, the content is of that state, without a long read
        transaction, for which writes would wait under a rollback journal."""
        before = state_of(here)
        there = self._made.get(name)
        if there is not None and there.state == before:
            return there  # somebody else made it meanwhile
        made = Made(before, make())
        if state_of(here) == before:
            self._made[name] = made
        return made


def state_of(here: Installation) -> State:
    return here.store.revision(), here.clock().astimezone(here.config.zone).date()
