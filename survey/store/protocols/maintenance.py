"""The database itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

Done = TypeVar("Done")


class MaintenanceStore(Protocol):
    """The database itself: transactions, checks, and what was done for it when."""

    def together(self, work: Callable[[], Done]) -> Done:
        """What `work` asks of this store, in this thread, is one durable transaction; what it returns.

        All of it is kept or, when anything in it raises, nothing. Reads inside see what was written before them. It
        may run more than once (two writers met), so it does nothing but ask the store, and answers are not kept in it.
        """

    def snapshot(self) -> AbstractContextManager[object]:
        """All reads of this thread inside see one moment; keep it short, a rollback journal lets writes wait."""

    def claim(self) -> None:
        """Serve this database from this process; StoreRefused when only one process may, and another one does."""

    def note_upkeep(self, name: str, at: datetime, words: str = "") -> None:
        """Remember when something was last done for the database ('backup', 'verify', …) and how it went."""

    def upkeep(self, name: str) -> tuple[datetime, str] | None:
        """When it was last done, and the words noted."""

    def made_at(self) -> datetime:
        """When the database was first made; a copy of it says the same."""

    def schema_steps(self) -> set[str]:
        """Names of the schema steps that the database has at this moment."""

    def check_writable(self) -> None:
        """StoreError when a submission could not be kept now, and as it came: one is kept, read back and taken back."""

    def check_integrity(self) -> list[str]:
        """What the database engine itself finds wrong; empty when nothing."""

    def durability(self) -> str:
        """One sentence: what keeps an answer that was confirmed."""

    def close(self) -> None: ...
