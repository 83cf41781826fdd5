"""What the SQL of the store runs on: a connection of either database, and transactions of one call or of several."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

Done = TypeVar("Done")
Row = tuple[Any, ...]


class Cursor(Protocol):
    """What a statement found or changed."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Query(Protocol):
    """Runs one statement, whose values stand as ``?``."""

    def __call__(self, sql: str, values: Sequence[Any] = ..., /) -> Cursor: ...


class Connection(Protocol):
    """A connection with a transaction under way, of either database."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Cursor: ...


class Transactions(ABC):
    """What an adapter gives to the parts that share its SQL, and several calls of a store as one transaction.

    An act and its row in the audit log, for example, are both kept, or neither.
    """

    _local: threading.local

    @abstractmethod
    def write(self, work: Callable[[Connection], Done]) -> Done:
        """What `work` returns, run as one durable transaction, or in the one that is under way."""

    def do(self, sql: str, values: Sequence[Any]) -> int:
        """One statement in a transaction of its own; rows touched."""
        return self.write(lambda connection: connection.execute(sql, values).rowcount)

    @abstractmethod
    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a SELECT; those of the transaction that is under way."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Query]:
        """All reads of this thread inside see one unchanging state."""

    def together(self, work: Callable[[], Done]) -> Done:
        return self.with_connection(lambda connection: work())

    def with_connection(self, work: Callable[[Connection], Done]) -> Done:
        """`write`, whose connection also serves what `work` asks of the store itself, as in `together`."""

        def all_of_it(connection: Connection) -> Done:
            self._local.transaction = connection
            try:
                return work(connection)
            finally:
                self._local.transaction = None

        return work(mine) if (mine := self.open_one()) is not None else self.write(all_of_it)

    def open_one(self) -> Connection | None:
        """The connection on which this thread has a transaction under way; None outside of `together`."""
        found: Connection | None = getattr(self._local, "transaction", None)
        return found
