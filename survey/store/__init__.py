"""Store: what the toolkit asks of a database. The only SQL of the toolkit lives in this folder.

A Protocol for each noun is in `survey.store.protocols`; every method is tested once, in tests/store/test_contract.py,
for every adapter. Times are UTC datetimes with zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from survey.store.protocols.accounts import AccountStore, AuditStore, SessionStore
from survey.store.protocols.jobs import JobStore
from survey.store.protocols.maintenance import MaintenanceStore
from survey.store.protocols.organisation import OrganisationStore
from survey.store.protocols.papers import FollowUpStore, IssuedPaperStore, ReportTextStore
from survey.store.protocols.responses import ResponseStore, RetentionStore
from survey.store.protocols.tallies import TallyStore

if TYPE_CHECKING:
    from pathlib import Path

    from calc.scoring.tally_rows import Whole
    from survey.config import Config


class StoreError(Exception):
    """The store could not do it; the message is one Indonesian sentence with the cure."""


class StoreBusy(StoreError):
    """Could not be kept now (locked, full, read-only, gone); nothing was kept; try again later -> 503."""


class StoreRefused(StoreError):
    """The database is damaged, foreign, newer, or set weaker than durable; it was left untouched."""


class StoreDamaged(StoreRefused):
    """The database is not whole any more: empty, cut off, or its pages do not fit together."""


class ChangedAnswer(str):
    """A sentence of a recount that names an answer which is not what was received: no rebuilding mends that."""

    WORDS = "isinya bukan lagi seperti yang diterima (sidik digitalnya berbeda)"


def parted(found: Iterable[str]) -> tuple[list[str], list[str]]:
    """What a recount says of answers that are not what was received, and of tallies."""
    sentences = list(found)
    changed: list[str] = [sentence for sentence in sentences if isinstance(sentence, ChangedAnswer)]
    return changed, sentences[len(changed) :]


@dataclass(frozen=True)
class Receipt:
    """status : 'kept' (new), 'again' (the same was there), 'conflict' (id with other answers).

    Of a supplement also 'late' (its time is over) and 'unknown' (no such response of that place).
    """

    id: str
    status: str


class TallyRow(NamedTuple):
    """All responses of one service, questionnaire, local month and completeness.

    answered : number of items these responses answered, so that any minimum completeness is a sum of rows
    numbers : a row of `calc.scoring.tally_rows`; people : respondents by class, a list of `calc.scoring.classes`
    remarks : responses with a remark; channels : responses by channel
    """

    unit: str
    service: str
    instrument: str
    month: str
    answered: int
    numbers: Whole
    people: Whole
    remarks: int
    channels: Mapping[str, int]

    @property
    def n(self) -> int:
        """Responses."""
        return int(self.numbers[0])


class UnitTallies(NamedTuple):
    """Rows of units and one questionnaire, whatever the service; numbers : rows of `calc.scoring.tally_rows`"""

    unit: Sequence[str]
    month: Sequence[str]
    answered: Sequence[int]
    numbers: Whole


class Retained(NamedTuple):
    """What retention removes: remarks, times of answers (rounded to the day), and copies set aside (both).

    broken : answers that did not fit their digest before; their digest stays, so that it still gives them away
    """

    remarks: int
    times: int
    aside: int
    broken: int

    def plus(self, other: Retained) -> Retained:
        return Retained(*(one + two for one, two in zip(self, other, strict=True)))


class Store(
    ResponseStore,
    RetentionStore,
    TallyStore,
    OrganisationStore,
    ReportTextStore,
    FollowUpStore,
    IssuedPaperStore,
    AccountStore,
    SessionStore,
    AuditStore,
    JobStore,
    MaintenanceStore,
    Protocol,
):
    """All that the rest of the toolkit may ask."""


class Adapter(Protocol):
    """A module that opens the databases of one kind: `sqlite.store`, `postgres.store`.

    ONE_PROCESS : whether only one process may serve a database
    """

    ONE_PROCESS: bool

    def open_store(self, config: Config) -> Store:
        """StoreRefused when it is missing, damaged, foreign, older or newer than this version; it stays untouched."""

    def create_store(self, config: Config) -> Store:
        """Make a new, empty database and open it. StoreRefused when something is there."""

    def discard_store(self, config: Config) -> None:
        """Take back what `create_store` has just made."""

    def pending_steps(self, config: Config) -> list[str]:
        """Names of the schema steps that the database lacks."""

    def upgrade(self, config: Config) -> list[str]:
        """Apply them, each in one transaction with its record; the names of those applied."""


class Copier(Protocol):
    """A module that copies the databases of one kind: `sqlite.copy`, `postgres.dump`."""

    def size_of(self, config: Config) -> int:
        """Bytes that a copy takes, about."""

    def copy(self, config: Config, target: Path, done: Callable[[int], None]) -> None:
        """One moment of the database into an empty SQLite file; done : told the bytes copied, again and again."""
