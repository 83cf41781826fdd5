"""Responses: keeping, reading and, in time, forgetting them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from survey.domain.response import Response, Supplement
    from survey.store import Receipt, Retained
    from survey.store.transaction import Row


class ResponseStore(Protocol):
    """Responses as they were received. Nothing here edits or deletes an answer."""

    def keep(self, response: Response) -> Receipt:
        """Response + tally + receipt in one durable transaction; a repeat keeps the first, a conflict sets aside."""

    def keep_many(self, responses: Iterable[Response]) -> Mapping[str, int]:
        """Keep a stream, thousands to a transaction; how many had each status."""

    def supplement(self, added: Supplement) -> Receipt:
        """Add profile and remark to a response that has neither, and to its tallies, in one durable transaction.

        Once, and within `survey.domain.response.SUPPLEMENT_WITHIN` of the response's own time; the same again is
        'again' for ever. What comes in conflict or late is set aside.
        """

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
    ) -> Iterator[list[Row]]:
        """The same answers in the same order as rows, some thousands at a time, for exports.

        A row is (unit, id, service, counter, channel, instrument, answers, received_at, language, profile, remark,
        seconds) as stored: None for no service or counter, the time as UTC text, the profile as JSON text or ''.
        """

    def newest(self, unit: str | None = None) -> datetime | None:
        """When the newest answer of a unit (None: of any) came in."""

    def remarks(
        self, unit: str, start: datetime, end: datetime, limit: int, service: str | None = None
    ) -> list[tuple[datetime, str]]:
        """Newest remarks first, empty ones left out."""

    def conflicts(self, unit: str, limit: int) -> list[tuple[Response, Response]]:
        """(kept, set aside) of the newest bodies that came with an id which other answers had already."""

    def conflict_count(self, unit: str) -> int:
        """How many bodies were set aside."""

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


class RetentionStore(Protocol):
    """What goes when the office's time of keeping is over."""

    def old_words(self, before: datetime) -> Retained:
        """What `retain` would remove."""

    def retain(self, before: datetime, at: datetime, done: Callable[[int], None] = ...) -> Retained:
        """Remove the remarks of answers that came before, and their exact times: noon of the day stays.

        Answers, profiles and tallies stay; a response whose remark went still counts as one with a remark.
        """
