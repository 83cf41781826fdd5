"""The answers and their counters: kept together or not at all, never changed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from calc.tally import Tally
from survey.response import Response
from survey.store import Receipt, TallyRow
from survey.store.mapping import marks, moment, moment_text

SCALE = 4  # the schema's CHECK lets through answers 1 to 4
PAGE = 2000  # responses read at once: short read transactions, flat memory
BATCH = (
    5000  # responses of one transaction of keep_many: fewer counters to rewrite, others wait half a second
)

_KEEP = """
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
_COUNTED = """
    SELECT counts FROM tally
    WHERE unit = ? AND service = ? AND channel = ? AND instrument = ? AND month = ? AND answered = ?
"""
_COUNT = """
    INSERT INTO tally (unit, service, channel, instrument, month, answered, items, n, counts)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, service, channel, instrument, month, answered)
    DO UPDATE SET n = excluded.n, counts = excluded.counts
"""
_COLUMNS = """
    unit, id, service, counter, channel, instrument, answers, received_at, language, profile, remark, seconds
"""

_SERVICE = "coalesce(service, '')"  # the whole unit's own answers are those of no service

TallyKey = tuple[str, str, str, str, str, int]  # the primary key of the tally table


class AnswersSql:
    """The promises of `survey.store.Store` about answers, in SQL that SQLite and PostgreSQL share."""

    zone: ZoneInfo
    write: Callable[[Callable[[Any], Any]], Any]
    rows: Callable[..., list[tuple[Any, ...]]]
    snapshot: Callable[[], Any]

    def keep(self, response: Response) -> Receipt:
        return self.write(lambda connection: self._keep_all(connection, [response])[0])

    def keep_many(self, responses: Iterable[Response]) -> Mapping[str, int]:
        """Keep a stream in transactions of thousands; how many had each status ('kept', 'again', 'conflict')."""
        counts: Counter[str] = Counter()
        stream = iter(responses)
        while batch := list(islice(stream, BATCH)):
            receipts = self.write(lambda connection, batch=batch: self._keep_all(connection, batch))
            counts.update(receipt.status for receipt in receipts)
        return counts

    def _keep_all(self, connection: Any, responses: Sequence[Response]) -> list[Receipt]:
        """Runs inside a transaction; responses of one place and month are counted together."""
        receipts, new = [], defaultdict(list)
        for response in responses:
            status = self._keep_one(connection, response)
            receipts.append(Receipt(response.id, status))
            if status == "kept":
                new[self._tally_key(response)].append(response.answers)
        for key, answers in new.items():
            _add(connection, key, answers)
        return receipts

    def _keep_one(self, connection: Any, response: Response) -> str:
        fingerprint = response.fingerprint
        if connection.execute(_KEEP, _row(response, fingerprint)).rowcount == 1:
            return "kept"
        there = connection.execute(
            "SELECT fingerprint FROM response WHERE unit = ? AND id = ?", (response.unit, response.id)
        ).fetchone()
        if there[0] == fingerprint:
            return "again"
        aside = (response.unit, response.id, fingerprint, moment_text(response.received_at), _body(response))
        connection.execute(_ASIDE, aside)
        return "conflict"

    def _tally_key(self, response: Response) -> TallyKey:
        month = response.received_at.astimezone(self.zone).isoformat()[:7]
        return (
            response.unit,
            response.service,
            response.channel,
            response.instrument,
            month,
            response.answered,
        )

    def tallies(
        self, units: Sequence[str] | None, months: Sequence[str] | None, service: str | None = None
    ) -> list[TallyRow]:
        where, values = _where(("unit", units), ("month", months), ("service", _one(service)))
        found = self.rows(
            f"""
            SELECT unit, service, channel, instrument, month, answered, items, counts FROM tally
            WHERE {where}
            ORDER BY unit, service, channel, instrument, month, answered
            """,  # noqa: S608 (only column names and question marks are filled in)
            values,
        )
        return [TallyRow(*row[:6], tally=Tally.from_bytes(row[7], row[6], SCALE)) for row in found]

    def responses(
        self,
        units: Sequence[str] | None,
        start: datetime | None,
        end: datetime | None,
        service: str | None = None,
    ) -> Iterator[Response]:
        """Unit by unit, oldest first within a unit; read in pages, so that no read transaction stays open."""
        if units is None:
            units = [row[0] for row in self.rows("SELECT DISTINCT unit FROM tally ORDER BY unit")]
        for unit in units:
            yield from self._responses_of(unit, start, end, service)

    def _responses_of(
        self, unit: str, start: datetime | None, end: datetime | None, service: str | None
    ) -> Iterator[Response]:
        since = moment_text(start) if start else "0"
        until = moment_text(end) if end else "9999-99"
        where, values = _where(("unit", [unit]), (_SERVICE, _one(service)))
        after = ""
        while True:
            page = self.rows(
                f"""
                SELECT {_COLUMNS} FROM response
                WHERE {where} AND received_at < ? AND (received_at, id) > (?, ?)
                ORDER BY received_at, id LIMIT {PAGE}
                """,  # noqa: S608
                (*values, until, since, after),
            )
            yield from map(_response, page)
            if len(page) < PAGE:
                return
            since, after = page[-1][7], page[-1][1]

    def profile_counts(
        self, unit: str, start: datetime, end: datetime, service: str | None = None
    ) -> Mapping[tuple[str, str], int]:
        where, values = _where(("unit", [unit]), (_SERVICE, _one(service)))
        found = self.rows(
            f"""
            SELECT profile, count(*) FROM response
            WHERE {where} AND received_at >= ? AND received_at < ? AND profile <> ''
            GROUP BY profile
            """,  # noqa: S608
            (*values, moment_text(start), moment_text(end)),
        )
        counts: Counter[tuple[str, str]] = Counter()
        for profile, people in found:
            for question, choice in json.loads(profile).items():
                counts[question, choice] += people
        return counts

    def remarks(
        self, unit: str, start: datetime, end: datetime, limit: int, service: str | None = None
    ) -> list[tuple[datetime, str]]:
        where, values = _where(("unit", [unit]), (_SERVICE, _one(service)))
        found = self.rows(
            f"""
            SELECT received_at, remark FROM response
            WHERE {where} AND received_at >= ? AND received_at < ? AND remark <> ''
            ORDER BY received_at DESC, id DESC LIMIT ?
            """,  # noqa: S608
            (*values, moment_text(start), moment_text(end), limit),
        )
        return [(moment(at), words) for at, words in found]

    def months(self, unit: str | None = None) -> list[str]:
        where, values = _where(("unit", _one(unit)))
        query = f"SELECT DISTINCT month FROM tally WHERE {where} ORDER BY month DESC"  # noqa: S608
        return [row[0] for row in self.rows(query, values)]

    def newest(self, unit: str) -> datetime | None:
        found = self.rows("SELECT max(received_at) FROM response WHERE unit = ?", (unit,))
        return moment(found[0][0]) if found[0][0] else None

    def set_aside(self, unit: str) -> list[Response]:
        found = self.rows(
            "SELECT id, body, set_aside_at FROM response_aside WHERE unit = ? ORDER BY set_aside_at, id",
            (unit,),
        )
        return [Response(id, unit, **json.loads(body), received_at=moment(at)) for id, body, at in found]

    def recount(self) -> list[str]:
        differences: list[str] = []
        for (unit,) in self.rows("SELECT key FROM unit ORDER BY key"):
            with self.snapshot() as query:
                counted = self._count_again(query, unit)
                stored = _stored_counts(query, unit)
            for key in sorted(counted.keys() | stored.keys()):
                if key in stored and stored[key] is None:
                    differences.append(f"{_place(key)}: rekap rusak")
                elif counted.get(key) != stored.get(key):
                    differences.append(_difference(key, counted.get(key), stored.get(key)))
        return differences

    def _count_again(self, query: Any, unit: str) -> dict[TallyKey, Tally]:
        texts: dict[TallyKey, list[str]] = defaultdict(list)
        cursor = query(
            """
            SELECT service, channel, instrument, received_at, answers FROM response
            WHERE unit = ? ORDER BY received_at
            """,
            (unit,),
        )
        months: dict[str, str] = {}  # the zone's arithmetic once an hour, not once a row
        for service, channel, instrument, received_at, answers in cursor:
            hour = received_at[:13]
            if hour not in months:
                months[hour] = moment(received_at).astimezone(self.zone).isoformat()[:7]
            answered = len(answers) - answers.count("-")
            texts[unit, service or "", channel, instrument, months[hour], answered].append(answers)
        return {key: _count(answers) for key, answers in texts.items()}


def _add(connection: Any, key: TallyKey, answers: Sequence[str]) -> None:
    tally, items = _count(answers), len(answers[0])
    there = connection.execute(_COUNTED, key).fetchone()
    if there is not None:
        tally = Tally.from_bytes(there[0], items, SCALE) + tally
    connection.execute(_COUNT, (*key, items, tally.n, tally.to_bytes()))


def _count(answers: Sequence[str]) -> Tally:
    return Tally.of_answers("".join(answers).encode("ascii"), len(answers[0]), SCALE)


def _stored_counts(query: Any, unit: str) -> dict[TallyKey, Tally | None]:
    cursor = query(
        """
        SELECT unit, service, channel, instrument, month, answered, items, n, counts FROM tally WHERE unit = ?
        """,
        (unit,),
    )
    return {tuple(row[:6]): _read_back(*row[6:]) for row in cursor.fetchall()}


def _read_back(items: int, n: int, counts: bytes) -> Tally | None:
    """A stored tally; None when it cannot be what was stored."""
    try:
        tally = Tally.from_bytes(counts, items, SCALE)
    except ValueError:
        return None
    return tally if tally.n == n else None


def _difference(key: TallyKey, counted: Tally | None, stored: Tally | None) -> str:
    people = [str(tally.n) if tally else "tidak ada" for tally in (counted, stored)]
    same = counted and stored and counted.n == stored.n
    return f"{_place(key)}: isian {people[0]}, rekap {people[1]}" + ("; jumlah nilai berbeda" if same else "")


def _place(key: TallyKey) -> str:
    unit, service, channel, instrument, month, answered = key
    return (
        f"unit {unit}, layanan {service or '-'}, kanal {channel}, kuesioner {instrument}, bulan {month}, "
        f"{answered} jawaban"
    )


def _row(response: Response, fingerprint: str) -> tuple[Any, ...]:
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
        _profile_text(response),
        response.remark,
        response.seconds,
        fingerprint,
    )


def _response(row: Sequence[Any]) -> Response:
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


def _profile_text(response: Response) -> str:
    return json.dumps(dict(response.profile), sort_keys=True, ensure_ascii=False) if response.profile else ""


def _body(response: Response) -> str:
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


def _one(value: str | None) -> Sequence[str] | None:
    return None if value is None else [value]


def _where(*conditions: tuple[str, Sequence[str] | None]) -> tuple[str, tuple[str, ...]]:
    """``unit IN (?, ?) AND month IN (?)`` with its values; a column without a list is left open."""
    given = [(column, tuple(values)) for column, values in conditions if values is not None]
    text = " AND ".join(f"{column} IN ({marks(len(values))})" for column, values in given)
    return text or "1 = 1", tuple(value for _, values in given for value in values)
