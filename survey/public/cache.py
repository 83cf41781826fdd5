"""What everybody may read, made once for each state of the data and sent from memory until that changes.

The state is a number and a day: `Store.revision` grows with every change to what published results are made of, and a
new day may end a period. Both are known before any work, so that a client with the newest version gets 304 at once.
Settings do not change while a server runs.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from flask import Response

    from survey.web.context import Installation

WAITING = 2  # requests that wait for one that makes it; more would take the threads of residents
SOON = 1  # seconds after which the others may ask again
PACKED = 4  # level of compression: a tenth of the size in a tenth of the time that the best takes

MOST = 300  # replies in memory, some 20 kB each: the lists, and the pages of units that were read last
OK = 200

State = tuple[int, "date"]


class Made:
    """A reply as it is sent. mark : its ETag, from the content, so that it outlives a restart"""

    def __init__(self, state: State, reply: Response) -> None:
        self.state, self.status = state, reply.status_code
        self.headers = [pair for pair in reply.headers if pair[0] != "Content-Length"]
        self.body = reply.get_data()
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
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._mutex = threading.Lock()
        self._places = threading.BoundedSemaphore(1 + WAITING)

    def get(self, name: str, here: Installation, make: Callable[[], Response]) -> Made:
        """What is published under a name.

        Parameters
        ----------
        make : gives the reply from the store as it is now; called when nothing of this state is there

        Raises
        ------
        Busy
            When enough wait for it.
        """
        there = self._made.get(name)
        if there is not None and there.state == state_of(here):
            with suppress(KeyError):  # it was the oldest, and went in this moment
                self._made.move_to_end(name)
            return there
        if not self._places.acquire(blocking=False):
            raise Busy(name)
        try:
            with self._mutex:
                return self._newest(name, here, make)
        finally:
            self._places.release()

    def _newest(self, name: str, here: Installation, make: Callable[[], Response]) -> Made:
        """State, content, state again: where both are the same, the content is of that state, without a long read
        transaction, for which writes would wait under a rollback journal."""
        before = state_of(here)
        there = self._made.get(name)
        if there is not None and there.state == before:
            return there  # somebody else made it meanwhile
        made = Made(before, make())
        if made.status == OK and state_of(here) == before:
            self._made[name] = made
            while len(self._made) > MOST:
                self._made.popitem(last=False)
        return made


def state_of(here: Installation) -> State:
    return here.store.revision(), here.clock().astimezone(here.config.zone).date()
