"""The answers: kept together with their tallies or not at all, never changed."""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from survey.domain.response import SUPPLEMENT_WITHIN, Response, Supplement
from survey.store import Receipt, StoreRefused
from survey.store.mapping import moment, moment_text, one, where
from survey.store.tallies import TalliesSql
from survey.store.tally_columns import tally_key
from survey.store.transaction import Connection, Row

MOST_ASIDE = 20  # bodies set aside for one id
MINUTES = 50  # busiest minutes of a unit that are looked into for the busiest of a link
PAGE = 2000  # responses read at once: short read transactions, flat memory
BATCH = 5000  # responses of one transaction of keep_many: fewer tallies to rewrite, others wait half a second

KEEP = """
    INSERT INTO response (unit, id, service, counter, channel, instrument, answers, received_at, language,
                          profile, remark, seconds, fingerprint)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, id) DO NOTHING
"""
_ASIDE = """
    INSERT INTO response_aside (unit, id, fingerprint, set_aside_at, body)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (unit, id, fingerprint) DO NOTHING
"""
_ASIDE_OF = "SELECT count(*) FROM response_aside WHERE unit = ? AND id = ?"
_SUPPLEMENT = """
    UPDATE response SET profile = ?, remark = ?, supplement_fingerprint = ?, supplemented_at = ?
    WHERE unit = ? AND id = ? AND supplemented_at IS NULL AND profile = '' AND remark = '' AND received_at >= ?
"""
_COLUMNS = """
    unit, id, service, counter, channel, instrument, answers, received_at, language, profile, remark, seconds
"""

_WITH_SUPPLEMENT = f"SELECT {_COLUMNS}, supplement_fingerprint FROM response WHERE unit = ? AND id = ?"  # noqa: S608
_SERVICE = "coalesce(service, '')"  # the whole unit's own answers are those of no service


class ResponsesSql(TalliesSql):
    """The responses of `survey.store.Store`, in SQL that SQLite and PostgreSQL share."""

    def keep(self, response: Response) -> Receipt:
        return self.write(lambda connection: self._keep_all(connection, [response])[0])

    def keep_many(self, responses: Iterable[Response]) -> Mapping[str, int]:
        """Keep a stream in transactions of thousands; how many had each status ('kept', 'again', 'conflict')."""
        counts: Counter[str] = Counter()
        stream = iter(responses)
        while batch := list(islice(stream, BATCH)):
            receipts = self.write(partial(self._keep_all, responses=batch))
            counts.update(receipt.status for receipt in receipts)
        return counts

    def _keep_all(self, connection: Connection, responses: Sequence[Response]) -> list[Receipt]:
        """Runs inside a transaction; responses of one place and month are counted together."""
        receipts, new = [], defaultdict(list)
        for response, status in zip(responses, self._statuses(connection, responses), strict=True):
            receipts.append(Receipt(response.id, status))
            if status == "kept":
                new[tally_key(response, self.zone)].append(response)
        self._count(connection, new)
        return receipts

    def _try_to_keep(self, connection: Connection) -> None:
        """Inside a transaction: an answer goes all the way and is taken back; StoreRefused when it was changed."""
        units = connection.execute("SELECT key FROM unit ORDER BY key LIMIT 1").fetchall()
        connection.execute("UPDATE organisation SET id = id")  # a page for the disk
        if not units:
            return
        probe = Response(
            str(uuid.uuid4()),
            units[0][0],
            "",
            "",
            "qr",
            "skm-2017",
            "343412343",
            datetime.now(UTC),
            remark="-",
        )
        connection.execute("SAVEPOINT probe")
        self._keep_all(connection, [probe])
        kept = connection.execute(
            "SELECT answers, fingerprint, remark FROM response WHERE unit = ? AND id = ?",
            (probe.unit, probe.id),
        ).fetchall()
        connection.execute("ROLLBACK TO SAVEPOINT probe")
        if [tuple(row) for row in kept] != [(probe.answers, probe.fingerprint, probe.remark)]:
            raise StoreRefused("Pangkalan data menyimpan isian lain daripada yang dikirim.")

    def _statuses(self, connection: Connection, responses: Sequence[Response]) -> list[str]:
        statuses = []
        for response in responses:
            new = connection.execute(KEEP, row_of(response, response.fingerprint)).rowcount == 1
            statuses.append("kept" if new else self._seen(connection, response))
        return statuses

    def _seen(self, connection: Connection, response: Response) -> str:
        """What a response is whose id was there already; one with other answers is set aside."""
        fingerprint = response.fingerprint
        there = connection.execute(
            "SELECT fingerprint FROM response WHERE unit = ? AND id = ?", (response.unit, response.id)
        ).fetchone()
        if there[0] == fingerprint:
            return "again"
        self._put_aside(connection, response, fingerprint)
        return "conflict"

    def _put_aside(self, connection: Connection, response: Response, fingerprint: str) -> None:
        (before,) = connection.execute(_ASIDE_OF, (response.unit, response.id)).fetchone()
        if before >= MOST_ASIDE:  # who sends ever new answers with one id fills no disk
            return
        aside = (
            response.unit,
            response.id,
            fingerprint,
            moment_text(response.received_at),
            body_of(response),
        )
        connection.execute(_ASIDE, aside)

    def supplement(self, added: Supplement) -> Receipt:
        return Receipt(added.id, self.write(lambda connection: self._supplement(connection, added)))

    def _supplement(self, connection: Connection, added: Supplement) -> str:
        """Runs inside a transaction, which takes the row first: of two that come at once the second sees the first."""
        found = self._response_for(connection, added)
        if found is None:
            return "unknown"
        first, kept = found
        if kept == added.fingerprint:
            return "again"
        now, since = (moment_text(at) for at in (added.received_at, added.received_at - SUPPLEMENT_WITHIN))
        words = (_profile_text(added.profile), added.remark, added.fingerprint, now)
        if connection.execute(_SUPPLEMENT, (*words, added.unit, added.id, since)).rowcount == 1:
            self._count_supplement(connection, tally_key(first, self.zone), added.profile, bool(added.remark))
            return "kept"
        other = replace(first, profile=added.profile, remark=added.remark, received_at=added.received_at)
        self._put_aside(connection, other, added.fingerprint)
        return "conflict" if kept or first.profile or first.remark else "late"

    def _response_for(self, connection: Connection, added: Supplement) -> tuple[Response, str | None] | None:
        """The response that a supplement is for, and the fingerprint of the one that it has; None at a foreign link."""
        found = connection.execute(_WITH_SUPPLEMENT + self.LOCK, (added.unit, added.id)).fetchone()
        if found is None:
            return None
        first, whole_unit = response_of(found[:-1]), not (added.service or added.counter)
        own = first.counter == added.counter and (whole_unit or first.service == added.service)
        return (first, found[-1]) if own else None

    def responses(
        self,
        units: Sequence[str] | None,
        start: datetime | None,
        end: datetime | None,
        service: str | None = None,
    ) -> Iterator[Response]:
        for page in self.response_pages(units, start, end, service):
            yield from map(response_of, page)

    def response_pages(
        self,
        units: Sequence[str] | None,
        start: datetime | None,
        end: datetime | None,
        service: str | None = None,
    ) -> Iterator[list[Row]]:
        """Read page by page, so that no read transaction stays open."""
        if units is None:
            units = [row[0] for row in self.rows("SELECT DISTINCT unit FROM unit_tally ORDER BY unit")]
        for unit in units:
            yield from self._pages_of(unit, start, end, service)

    def _pages_of(
        self, unit: str, start: datetime | None, end: datetime | None, service: str | None
    ) -> Iterator[list[Row]]:
        since = moment_text(start) if start else "0"
        until = moment_text(end) if end else "9999-99"
        condition, values = where(("unit", [unit]), (_SERVICE, one(service)))
        after = ""
        while True:
            page = self.rows(
                f"""
                SELECT {_COLUMNS} FROM response
                WHERE {condition} AND received_at < ? AND (received_at, id) > (?, ?)
                ORDER BY received_at, id LIMIT {PAGE}
                """,  # noqa: S608
                (*values, until, since, after),
            )
            if page:
                yield page
            if len(page) < PAGE:
                return
            since, after = page[-1][7], page[-1][1]

    def remarks(
        self, unit: str, start: datetime, end: datetime, limit: int, service: str | None = None
    ) -> list[tuple[datetime, str]]:
        condition, values = where(("unit", [unit]), (_SERVICE, one(service)))
        found = self.rows(
            f"""
            SELECT received_at, remark FROM response
            WHERE {condition} AND received_at >= ? AND received_at < ? AND remark <> ''
            ORDER BY received_at DESC, id DESC LIMIT ?
            """,  # noqa: S608
            (*values, moment_text(start), moment_text(end), limit),
        )
        return [(moment(at), words) for at, words in found]

    def newest(self, unit: str | None = None) -> datetime | None:
        """One look into the index for each unit, so that it is quick however many answers there are."""
        units = [unit] if unit is not None else [row[0] for row in self.rows("SELECT key FROM unit")]
        sql = "SELECT max(received_at) FROM response WHERE unit = ?"
        found = [self.rows(sql, (key,))[0][0] for key in units]
        return max((moment(at) for at in found if at), default=None)

    def busiest_minute(
        self, unit: str, start: datetime, end: datetime, unknown: str, service: str | None = None
    ) -> tuple[int, datetime, tuple[str, str, str]] | None:
        """Minutes of the unit come from the index alone; only the fullest are looked into."""
        bounds = (moment_text(start), moment_text(end), unknown)
        condition, values = where(("unit", [unit]), (_SERVICE, one(service)))
        minutes = self.rows(
            f"""
            SELECT substr(received_at, 1, 16) AS minute, count(*) AS n FROM response
            WHERE {condition} AND received_at >= ? AND received_at < ? AND substr(received_at, 12) <> ?
            GROUP BY substr(received_at, 1, 16) ORDER BY count(*) DESC, substr(received_at, 1, 16) LIMIT {MINUTES}
            """,  # noqa: S608
            (*values, *bounds),
        )
        best: tuple[int, datetime, tuple[str, str, str]] | None = None
        for minute, n in minutes:
            if best is not None and best[0] >= n:
                break
            found = self.rows(
                f"""
                SELECT count(*), coalesce(service, ''), coalesce(counter, ''), channel FROM response
                WHERE {condition} AND received_at >= ? AND received_at < ? AND substr(received_at, 12) <> ?
                GROUP BY coalesce(service, ''), coalesce(counter, ''), channel ORDER BY 1 DESC, 2, 3, 4 LIMIT 1
                """,  # noqa: S608
                (*values, f"{minute}:00", f"{minute}:99", unknown),
            )
            if found and (best is None or found[0][0] > best[0]):
                most, *link = found[0]
                best = (int(most), moment(f"{minute}:00.000000Z"), (link[0], link[1], link[2]))
        return best

    def sittings(
        self, unit: str, start: datetime, end: datetime, limit: int, service: str | None = None
    ) -> list[int]:
        condition, values = where(("unit", [unit]), (_SERVICE, one(service)))
        found = self.rows(
            f"""
            SELECT seconds FROM response WHERE {condition} AND received_at >= ? AND received_at < ?
            ORDER BY received_at DESC, id DESC LIMIT ?
            """,  # noqa: S608
            (*values, moment_text(start), moment_text(end), limit),
        )
        return [int(seconds) for (seconds,) in found if seconds is not None]

    def conflict_count(self, unit: str) -> int:
        return int(self.rows("SELECT count(*) FROM response_aside WHERE unit = ?", (unit,))[0][0])

    def conflicts(self, unit: str, limit: int) -> list[tuple[Response, Response]]:
        columns = ", ".join(f"r.{name.strip()}" for name in _COLUMNS.split(","))
        found = self.rows(
            f"""
            SELECT a.body, a.set_aside_at, {columns} FROM response_aside a
            JOIN response r ON r.unit = a.unit AND r.id = a.id
            WHERE a.unit = ? ORDER BY a.set_aside_at DESC, a.id LIMIT ?
            """,  # noqa: S608
            (unit, limit),
        )
        return [(response_of(kept), aside_of(unit, kept[1], body, at)) for body, at, *kept in found]


def aside_of(unit: str, id: str, body: str, at: str) -> Response:
    return Response(id, unit, **json.loads(body), received_at=moment(at))


def row_of(response: Response, fingerprint: str) -> Row:
    return (
        response.unit,
        response.id,
        response.service or None,
        response.counter or None,
        response.channel,
        response.instrument,
        response.answers,
        moment_text(response.received_at),
        response.language,
        _profile_text(response.profile),
        response.remark,
        response.seconds,
        fingerprint,
    )


def response_of(row: Sequence[Any]) -> Response:
    (
        unit,
        id,
        service,
        counter,
        channel,
        instrument,
        answers,
        received_at,
        language,
        profile,
        remark,
        seconds,
    ) = row
    return Response(
        id=id,
        unit=unit,
        service=service or "",
        counter=counter or "",
        channel=channel,
        instrument=instrument,
        answers=answers,
        received_at=moment(received_at),
        language=language,
        profile=json.loads(profile) if profile else {},
        remark=remark,
        seconds=seconds,
    )


def _profile_text(profile: Mapping[str, str] | None) -> str:
    return json.dumps(dict(profile), sort_keys=True, ensure_ascii=False) if profile else ""


def body_of(response: Response) -> str:
    """A response set aside, whole, as JSON text."""
    return json.dumps(
        {
            "service": response.service,
            "counter": response.counter,
            "channel": response.channel,
            "instrument": response.instrument,
            "answers": response.answers,
            "language": response.language,
            "profile": dict(response.profile or {}),
            "remark": response.remark,
            "seconds": response.seconds,
        },
        ensure_ascii=False,
        sort_keys=True,
    )
