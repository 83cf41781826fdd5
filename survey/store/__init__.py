"""Store: the list of promises that a database adapter keeps. The only SQL of the toolkit lives in this folder.

Every promise is tested once, in tests/store/test_contract.py, for every adapter. Times are UTC datetimes with zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from survey.store.jobs import Jobs

if TYPE_CHECKING:
    from calc.report.data import FollowUp
    from calc.scoring.tally_rows import Whole
    from survey.domain.account import Account, Invitation, Session
    from survey.domain.issued_paper import IssuedPaper
    from survey.domain.organisation import Counter, Link, Organisation, Place, Service, Unit
    from survey.domain.response import Response, Supplement


Done = TypeVar("Done")


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


class Store(Jobs, Protocol):
    """What the rest of the toolkit may ask. Nothing here edits or deletes an answer."""

    # answers
    def keep(self, response: Response) -> Receipt:
        """Response + tally + receipt in one durable transaction; a repeat keeps the first, a conflict sets aside."""

    def keep_many(self, responses: Iterable[Response]) -> Mapping[str, int]:
        """Keep a stream, thousands to a transaction; how many had each status."""

    def supplement(self, added: Supplement) -> Receipt:
        """Add profile and remark to a response that has neither, and to its tallies, in one durable transaction.

        Once, and within `survey.domain.response.SUPPLEMENT_WITHIN` of the response's own time; the same again is
        'again' for ever. What comes in conflict or late is set aside.
        """

    def tallies(
        self, units: Sequence[str] | None, months: Sequence[str] | None, service: str | None = None
    ) -> list[TallyRow]:
        """Tallies of units (None: all) and local months (None: all)."""

    def responses(
        self,
        units: Sequence[str] | None,
        start: datetime | None,
        end: datetime | None,
        service: str | None = None,
    ) -> Iterator[Response]:
        """Raw answers with start <= received_at < end, streaming: unit by unit, oldest first within a unit."""

    def response_pages(
        self,
        units: Sequence[str] | None,
        start: datetime | None,
        end: datetime | None,
        service: str | None = None,
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The same answers in the same order as rows, some thousands at a time, for exports.

        A row is (unit, id, service, counter, channel, instrument, answers, received_at, language, profile, remark,
        seconds) as stored: None for no service or counter, the time as UTC text, the profile as JSON text or ''.
        """

    def conflicts(self, unit: str, limit: int) -> list[tuple[Response, Response]]:
        """(kept, set aside) of the newest bodies that came with an id which other answers had already."""

    def conflict_count(self, unit: str) -> int:
        """How many bodies were set aside."""

    def old_words(self, before: datetime) -> Retained:
        """What `retain` would remove."""

    def retain(self, before: datetime, at: datetime, done: Callable[[int], None] = ...) -> Retained:
        """Remove the remarks of answers that came before, and their exact times: noon of the day stays.

        Answers, profiles and tallies stay; a response whose remark went still counts as one with a remark.
        """

    def busiest_minute(
        self, unit: str, start: datetime, end: datetime, unknown: str, service: str | None = None
    ) -> tuple[int, datetime, tuple[str, str, str]] | None:
        """Most answers of one (service, counter, channel) in one minute, that minute, and whose they were.

        unknown : time of day in UTC ('04:00:00.000000Z') that stands for a day without a time; not counted
        """

    def sittings(
        self, unit: str, start: datetime, end: datetime, limit: int, service: str | None = None
    ) -> list[int]:
        """Seconds that the newest responses took, as their devices told; no more than `limit` rows are looked at."""

    def remarks(
        self, unit: str, start: datetime, end: datetime, limit: int, service: str | None = None
    ) -> list[tuple[datetime, str]]:
        """Newest remarks first, empty ones left out."""

    def months(self, unit: str | None = None) -> list[str]:
        """Local months that have answers, newest first."""

    def newest(self, unit: str | None = None) -> datetime | None:
        """When the newest answer of a unit (None: of any) came in."""

    def unit_tallies(self, units: Sequence[str] | None, months: Sequence[str]) -> Mapping[str, UnitTallies]:
        """The same of whole units, by questionnaire."""

    def revision(self) -> int:
        """A number that grows in the transaction of every change to what published results are made of.

        Answers to the running month do not count, since no open period is published: everything else that changes
        tallies does (imports, a rebuild), and every save of organisation, unit and service.
        """

    def instruments(self, units: Sequence[str] | None) -> Mapping[str, int]:
        """How many responses each questionnaire has in units (None: all); questionnaires in order of their keys."""

    def recount(self, done: Callable[[int], None] = ...) -> list[str]:
        """Sentences naming what is wrong; empty when nothing is.

        First every answer that is not what was received (`ChangedAnswer`), then every difference between tallies and
        answers. done : called with the number of responses counted since the last call
        """

    def rebuild(
        self,
        done: Callable[[int], None] = ...,
        *,
        accept_changed: bool = False,
        noted: Callable[[list[str]], None] = ...,
    ) -> list[str]:
        """Make the tallies what the answers add up to, which are never touched; the differences mended.

        A unit with answers that are not what was received is left as it is, unless those are accepted; they are named
        before the rest. noted : called with what was accepted and mended in a unit, inside its transaction
        """

    # organisation
    def organisation(self) -> Organisation: ...
    def save_organisation(self, organisation: Organisation) -> None: ...
    def units(self) -> list[Unit]: ...
    def unit(self, key: str) -> Unit | None: ...
    def save_unit(self, unit: Unit) -> None: ...
    def services(self, unit: str) -> list[Service]: ...
    def save_service(self, service: Service) -> None: ...
    def counters(self, unit: str) -> list[Counter]: ...
    def save_counter(self, counter: Counter) -> None: ...
    def link(self, code: str) -> Link | None: ...
    def place(self, code: str) -> Place | None:
        """A link with all that it leads to, as it stands at this moment; None for a code that never was."""

    def links(self, unit: str | None = None) -> list[Link]: ...
    def add_link(self, link: Link) -> None: ...
    def revoke_link(self, code: str, at: datetime) -> bool: ...
    def free_periods(self) -> list[tuple[str, str]]:
        """(key, name) of free date ranges that the office registered."""

    def save_free_period(self, key: str, name: str) -> None: ...

    # papers
    def report_texts(self, unit: str, period: str) -> Mapping[str, str]:
        """The office's own words of exactly this level, by text block; unit '': installation, period '': all."""

    def save_report_text(
        self,
        unit: str,
        period: str,
        key: str,
        words: str,
        at: datetime,
        account: str,
        seen: str | None = None,
    ) -> bool:
        """Empty words: the block says again what it says of itself (or on the level above).

        seen : the words that these replace, '' for none; when others stand there by now, nothing is saved: False
        """

    def follow_up_periods(self, unit: str) -> list[str]:
        """Keys of the periods for which something was ever promised."""

    def follow_ups(self, unit: str, period: str) -> list[FollowUp]:
        """Promised repairs that the report of a period names, by number; removed ones left out."""

    def save_follow_up(
        self,
        unit: str,
        period: str,
        item: FollowUp,
        at: datetime,
        account: str,
        seen: FollowUp | None = None,
    ) -> FollowUp | None:
        """Keep it beside all its former versions; number 0: a new one, whose number is in what comes back.

        seen : what it replaces; when something else stands there by now, nothing is saved: None
        """

    def remove_follow_up(
        self,
        unit: str,
        period: str,
        number: int,
        at: datetime,
        account: str,
        seen: FollowUp | None = None,
    ) -> bool:
        """Take it out of the report; its history stays. False when it was not there, or is not what was seen."""

    def follow_up_history(self, unit: str, period: str, number: int) -> list[tuple[datetime, str, FollowUp]]:
        """(when, who, what it said then), oldest first; also of a removed one."""

    def keep_issued_paper(self, paper: IssuedPaper) -> None:
        """Before it is handed out; the same code, kind and form again keeps the first row."""

    def issued_papers(self, unit: str, code: str) -> list[IssuedPaper]:
        """Papers of a unit whose code begins with these hexadecimal digits, first issued first."""

    def papers_kept_since(self) -> datetime:
        """When this database began to keep them: an older paper has no row."""

    def paper_key(self) -> bytes:
        """32 bytes for the codes on papers: without them nobody can try which answers give a code."""

    # people
    def account(self, name: str) -> Account | None: ...
    def accounts(self) -> list[Account]: ...
    def save_account(self, account: Account) -> None: ...
    def add_invitation(self, invitation: Invitation) -> None:
        """Ends the other open codes of the same named account."""

    def open_invitations(self, now: datetime) -> list[Invitation]:
        """Codes that could still be used, the first to expire first."""

    def cancel_invitation(self, code_hash: str, at: datetime) -> bool:
        """Make a code useless; False when it was used or cancelled before."""

    def invitation(self, code_hash: str) -> Invitation | None: ...
    def use_invitation(self, code_hash: str, account: Account, at: datetime) -> bool:
        """Create or replace the account and mark the code used, in one transaction; False if it was used already."""

    def add_session(self, session: Session) -> None: ...
    def session(self, token_hash: str) -> Session | None: ...
    def touch_session(self, token_hash: str, at: datetime) -> None: ...
    def end_session(self, token_hash: str) -> None: ...
    def end_sessions(self, account: str) -> None: ...
    def end_all_logins(self, at: datetime) -> None:
        """End every session and every code that was not used yet; accounts and passwords stay."""

    def keep_form(self, key_hash: str, account: str, path: str, fields: str, at: datetime) -> None:
        """Keep for minutes what somebody sent when the session had ended; those older than an hour go.

        fields : as JSON text
        """

    def kept_form(self, key_hash: str, since: datetime) -> tuple[str, str, str] | None:
        """(account, path, fields) of a form kept since then."""

    def drop_form(self, key_hash: str) -> None: ...

    def add_login_failure(self, subject: str, at: datetime) -> None:
        """subject : 'account:<name>', 'source:<keyed hash>', …; never an address in clear."""

    def login_failures(self, subject: str, since: datetime) -> tuple[int, datetime | None]:
        """How many since then, and when the last was."""

    def audit(self, at: datetime, account: str, action: str, subject: str = "") -> None: ...
    def audit_log(self, limit: int) -> list[tuple[datetime, str, str, str]]: ...

    # housekeeping
    def together(self, work: Callable[[], Done]) -> Done:
        """What `work` asks of this store, in this thread, is one durable transaction; what it returns.

        All of it is kept or, when anything in it raises, nothing. Reads inside see what was written before them. It
        may run more than once (two writers met), so it does nothing but ask the store, and answers are not kept in it.
        """

    def note_upkeep(self, name: str, at: datetime, words: str = "") -> None:
        """Remember when something was last done for the database ('backup', 'verify', …) and how it went."""

    def upkeep(self, name: str) -> tuple[datetime, str] | None:
        """When it was last done, and the words noted."""

    def made_at(self) -> datetime:
        """When the database was first made; a copy of it says the same."""

    def schema_steps(self) -> set[str]:
        """Names of the schema steps that the database has at this moment."""

    def snapshot(self) -> AbstractContextManager[object]:
        """All reads of this thread inside see one moment; keep it short, a rollback journal lets writes wait."""

    def check_writable(self) -> None:
        """StoreError when a submission could not be kept now, and as it came: one is kept, read back and taken back."""

    def check_integrity(self) -> list[str]:
        """What the database engine itself finds wrong; empty when nothing."""

    def close(self) -> None: ...
