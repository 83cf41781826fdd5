"""Several calls of a store as one transaction: an act and its row in the audit log are both kept, or neither."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

Done = TypeVar("Done")


class Transactions:
    """What an adapter gives to the parts that share its SQL; and the promise of `Store` about transactions.

    write : runs a function of the connection as one transaction; do : one statement so, rows that it changed
    rows : what a SELECT finds. `write` and `rows` ask `open_one` first.
    """

    _local: threading.local
    write: Callable[[Callable[[Any], Any]], Any]
    do: Callable[..., int]
    rows: Callable[..., list[tuple[Any, ...]]]

    def together(self, work: Callable[[], Done]) -> Done:
        def all_of_it(connection: Any) -> Done:
            self._local.transaction = connection
            try:
                return work()
            finally:
                self._local.transaction = None

        return work() if self.open_one() is not None else self.write(all_of_it)

    def open_one(self) -> Any:
        """The connection on which this thread has a transaction under way; None outside of `together`."""
        return getattr(self._local, "transaction", None)
