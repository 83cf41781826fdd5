"""Ids that came in lately, with the unit they came to: the same id at links of two units is one answer, not two.

The database cannot say it cheaply: its keys begin with the unit, so that a distributed PostgreSQL keeps an answer on
one machine; an index over all ids would cost every answer a write, and there a question to every machine. So the door
remembers the newest ids of this process. What comes after a restart, through another process, or later than 50,000
other answers is not found; an id is random, and no page of ours sends one twice to two units.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey.domain.response import Response
    from survey.store import Receipt
    from survey.store.protocols.responses import ResponseStore

MOST = 50_000  # some 10 MB


class SentIds:
    def __init__(self, most: int = MOST) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._units: OrderedDict[str, str] = OrderedDict()

    def keep(self, store: ResponseStore, response: Response) -> Receipt:
        """As `Store.keep`; an id that another unit has is a conflict there, and the second body is set aside there."""
        first = self._units.get(response.id)
        if first is not None and first != response.unit:
            return store.keep(replace(response, unit=first))
        receipt = store.keep(response)
        with self._lock:
            self._units[response.id] = response.unit
            if len(self._units) > self._most:
                self._units.popitem(last=False)
        return receipt
