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
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from survey.web import Installation

WAITING = 2  # requests that wait for one that makes it; more would take the threads of residents
SOON = 1  # seconds after which the others may ask again
PACKED = 4  # level of compression: a tenth of the size in a tenth of the time that the best takes

State = tuple[int, "date"]


class Made(NamedTuple):
    """body, and the same as gzip; mark : the ETag, from the content, so that it outlives a restart"""

    state: State
    body: bytes
    packed: bytes
    mark: str


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
        body = make().encode()
        mark = hashlib.sha256(body).hexdigest()[:32]
        made = Made(before, body, gzip.compress(body, PACKED, mtime=0), mark)
        if state_of(here) == before:
            self._made[name] = made
        return made


def state_of(here: Installation) -> State:
    return here.store.revision(), here.clock().astimezone(here.config.zone).date()
