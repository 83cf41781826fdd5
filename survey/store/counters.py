"""The counters: what the answers add up to, written in the same transaction, proven by counting again.

`tally` has a row for each place, channel, questionnaire, local month and number of answers, with the cross-products
that an interval needs. `unit_month` has one small row for each unit, questionnaire and month: all that the indexes of
five hundred units need, and no more rows however many answers come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from calc import sums
from calc.sums import Sums
from calc.tally import Tally
from survey.response import Response
from survey.store import StoreRefused, TallyRow
from survey.store.mapping import moment, one, where

SCALE = 4  # the schema's CHECK lets through answers 1 to 4
BLOCK = 100_000  # answers counted at once: flat memory

TallyKey = tuple[str, str, str, str, str, int]  # unit, service, channel, instrument, month, answered
MonthKey = tuple[str, str, str]  # unit, instrument, month

BROKEN = ": rekap rusak. Jalankan: skm verify --rebuild"

_TALLY = """
    SELECT counts FROM tally
    WHERE unit = ? AND service = ? AND channel = ? AND instrument = ? AND month = ? AND answered = ?
"""
_NEW_TALLY = """
    INSERT INTO tally (n, counts, items, unit, service, channel, instrument, month, answered)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, service, channel, instrument, month, answered) DO NOTHING
"""
_SET_TALLY = """
    UPDATE tally SET n = ?, counts = ?, items = ?
    WHERE unit = ? AND service = ? AND channel = ? AND instrument = ? AND month = ? AND answered = ?
"""
_END_TALLY = """
    DELETE FROM tally
    WHERE unit = ? AND service = ? AND channel = ? AND instrument = ? AND month = ? AND answered = ?
"""
_MONTH = "SELECT counts FROM unit_month WHERE unit = ? AND instrument = ? AND month = ?"
_NEW_MONTH = """
    INSERT INTO unit_month (counts, items, unit, instrument, month) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (unit, instrument, month) DO NOTHING
"""
_SET_MONTH = "UPDATE unit_month SET counts = ?, items = ? WHERE unit = ? AND instrument = ? AND month = ?"
_END_MONTH = "DELETE FROM unit_month WHERE unit = ? AND instrument = ? AND month = ?"
_TALLIES_OF = """
    SELECT unit, service, channel, instrument, month, answered, items, counts, n FROM tally WHERE unit = ?
    ORDER BY service, channel, instrument, month, answered
"""
_MONTHS_OF = """
    SELECT unit, instrument, month, items, counts FROM unit_month WHERE unit = ? ORDER BY instrument, month
"""


class CountersSql:
    """The promises of `survey.store.Store` about counters, in SQL that SQLite and PostgreSQL share.

    LOCK : what a SELECT needs so that nobody else changes the row before this transaction ends
    """

    LOCK = ""
    zone: ZoneInfo
    write: Callable[[Callable[[Any], Any]], Any]
    rows: Callable[..., list[tuple[Any, ...]]]
    snapshot: Callable[[], Any]

    def tallies(
        self, units: Sequence[str] | None, months: Sequence[str] | None, service: str | None = None
    ) -> list[TallyRow]:
        condition, values = where(("unit", units), ("month", months), ("service", one(service)))
        found = self.rows(
            f"""
            SELECT unit, service, channel, instrument, month, answered, items, counts FROM tally
            WHERE {condition}
            ORDER BY unit, service, channel, instrument, month, answered
            """,  # noqa: S608 (only column names and question marks are filled in)
            values,
        )
        return [TallyRow(*row[:6], tally=_whole(row[:6], row[7], row[6])) for row in found]

    def unit_months(
        self, units: Sequence[str] | None, months: Sequence[str]
    ) -> list[tuple[str, str, str, int, bytes]]:
        condition, values = where(("unit", units), ("month", months))
        query = f"SELECT unit, instrument, month, items, counts FROM unit_month WHERE {condition}"  # noqa: S608
        found = self.rows(query, values)
        for unit, instrument, month, items, counts in found:
            if len(counts) != sums.size(items):
                raise StoreRefused(_month((unit, instrument, month)) + BROKEN)
        return found  # type: ignore[return-value]

    def months(self, unit: str | None = None) -> list[str]:
        condition, values = where(("unit", one(unit)))
        query = f"SELECT DISTINCT month FROM unit_month WHERE {condition} ORDER BY month DESC"  # noqa: S608
        return [row[0] for row in self.rows(query, values)]

    def instruments(self, units: Sequence[str] | None) -> Mapping[str, int]:
        condition, values = where(("unit", units))
        query = (
            f"SELECT instrument, sum(n) FROM tally WHERE {condition} GROUP BY instrument ORDER BY instrument"  # noqa: S608
        )
        return {key: int(n) for key, n in self.rows(query, values)}

    def recount(self, done: Callable[[int], None] = lambda responses: None) -> list[str]:
        differences: list[str] = []
        for (unit,) in self.rows("SELECT key FROM unit ORDER BY key"):
            with self.snapshot() as query:
                counted, stored = _counted(query, unit, self.zone, done), _Stored.read(query, unit)
            differences += stored.differences(counted)
        return differences

    def rebuild(self, done: Callable[[int], None] = lambda responses: None) -> list[str]:
        """Unit by unit, in a transaction that no answer's counting can come between."""
        repaired: list[str] = []
        for (unit,) in self.rows("SELECT key FROM unit ORDER BY key"):
            repaired += self.write(lambda connection, unit=unit: self._repair(connection, unit, done))
        return repaired

    def _repair(self, connection: Any, unit: str, done: Callable[[int], None]) -> list[str]:
        held = _Stored.read(connection.execute, unit, self.LOCK)
        counted = _counted(connection.execute, unit, self.zone, done)
        stored = _Stored.read(connection.execute, unit)
        if not stored.has_rows_of(held):  # an answer that needed a new row did not have to wait for ours
            return self._repair(connection, unit, done)
        found = stored.differences(counted)
        if found:
            for key in stored.tallies:
                connection.execute(_END_TALLY, key)
            for month in stored.months:
                connection.execute(_END_MONTH, month)
            self._add(connection, counted)
        return found

    def _count(self, connection: Any, new: Mapping[TallyKey, Sequence[str]]) -> None:
        """Add answer texts to the counters, inside the transaction that keeps them."""
        self._add(connection, {key: _tally(answers) for key, answers in new.items()})

    def _add(self, connection: Any, tallies: Mapping[TallyKey, Tally]) -> None:
        """Rows are taken in one order, so that two writers do not wait for each other."""
        for key in sorted(tallies):
            self._add_tally(connection, key, tallies[key])
        by_month = _by_month(tallies)
        for month in sorted(by_month):
            self._add_month(connection, month, by_month[month])

    def _add_tally(self, connection: Any, key: TallyKey, tally: Tally) -> None:
        there = connection.execute(_TALLY + self.LOCK, key).fetchone()
        if there is None:
            if connection.execute(_NEW_TALLY, (tally.n, tally.to_bytes(), tally.k, *key)).rowcount == 1:
                return
            there = connection.execute(_TALLY + self.LOCK, key).fetchone()  # another writer was first
        total = _whole(key, there[0], tally.k) + tally
        connection.execute(_SET_TALLY, (total.n, total.to_bytes(), total.k, *key))

    def _add_month(self, connection: Any, key: MonthKey, added: Sums) -> None:
        k = len(added)
        there = connection.execute(_MONTH + self.LOCK, key).fetchone()
        if there is None:
            if connection.execute(_NEW_MONTH, (sums.to_bytes(added), k, *key)).rowcount == 1:
                return
            there = connection.execute(_MONTH + self.LOCK, key).fetchone()
        stored = _read_sums(k, there[0])
        if stored is None:
            raise StoreRefused(_month(key) + BROKEN)
        total = sums.add(stored, added)
        connection.execute(_SET_MONTH, (sums.to_bytes(total), k, *key))


def tally_key(response: Response, zone: ZoneInfo) -> TallyKey:
    """Which counters a response belongs to."""
    month = response.received_at.astimezone(zone).isoformat()[:7]
    return (
        response.unit,
        response.service,
        response.channel,
        response.instrument,
        month,
        response.answered,
    )


def fill_unit_months(connection: Any) -> None:
    """Make the rows of `unit_month` from those of `tally`: the other half of the schema step that adds the table.

    What cannot be read is passed over: the recount after an upgrade names it, and only the new schema can mend it.
    """
    rows = connection.execute(
        "SELECT unit, service, channel, instrument, month, answered, items, counts FROM tally"
    ).fetchall()
    tallies = {}
    for *key, items, counts in rows:
        with suppress(ValueError):
            tally = Tally.from_bytes(counts, items, SCALE)
            sums.sums_of_tally(tally, key[-1])
            tallies[tuple(key)] = tally
    for month, total in _by_month(tallies).items():
        connection.execute(_NEW_MONTH, (sums.to_bytes(total), len(total), *month))


class _Stored:
    """The counters of one unit as they stand; None for a row that cannot be what was stored."""

    def __init__(
        self, tallies: Mapping[TallyKey, Tally | None], months: Mapping[MonthKey, Sums | None]
    ) -> None:
        self.tallies, self.months = tallies, months

    @classmethod
    def read(cls, query: Callable[..., Any], unit: str, lock: str = "") -> _Stored:
        """lock : LOCK to hold the rows until the transaction ends, taken in the order in which answers take them"""
        tallies = query(_TALLIES_OF + lock, (unit,)).fetchall()
        months = query(_MONTHS_OF + lock, (unit,)).fetchall()
        return cls(
            {tuple(row[:6]): _read_tally(*row[6:]) for row in tallies},
            {tuple(row[:3]): _read_sums(*row[3:]) for row in months},
        )

    def has_rows_of(self, other: _Stored) -> bool:
        """Whether both have rows under the same keys, whatever is in them."""
        return self.tallies.keys() == other.tallies.keys() and self.months.keys() == other.months.keys()

    def differences(self, counted: Mapping[TallyKey, Tally]) -> list[str]:
        """One sentence for each row that is not what the answers add up to."""
        found = []
        for key in sorted(counted.keys() | self.tallies.keys()):
            if key in self.tallies and self.tallies[key] is None:
                found.append(f"{_place(key)}: rekap rusak")
            elif counted.get(key) != self.tallies.get(key):
                found.append(_difference(key, counted.get(key), self.tallies.get(key)))
        by_month = _by_month(counted)
        for month in sorted(by_month.keys() | self.months.keys()):
            if not _same(by_month.get(month), self.months.get(month)):
                found.append(f"{_month(month)}: rekap bulanan tidak sama dengan isian")
        return found


def _counted(
    query: Callable[..., Any], unit: str, zone: ZoneInfo, done: Callable[[int], None]
) -> dict[TallyKey, Tally]:
    """The tallies of one unit from its answers, block by block."""
    rows = iter(
        query(
            "SELECT service, channel, instrument, received_at, answers FROM response WHERE unit = ?", (unit,)
        )
    )
    months: dict[str, str] = {}  # the zone's arithmetic once an hour, not once a row
    total: dict[TallyKey, Tally] = {}
    while block := list(islice(rows, BLOCK)):
        for key, answers in _texts(block, unit, zone, months).items():
            tally = _tally(answers)
            total[key] = total[key] + tally if key in total else tally
        done(len(block))
    return total


def _texts(
    block: Iterable[Sequence[str]], unit: str, zone: ZoneInfo, months: dict[str, str]
) -> dict[TallyKey, list[str]]:
    texts: dict[TallyKey, list[str]] = defaultdict(list)
    for service, channel, instrument, received_at, answers in block:
        hour = received_at[:13]
        if hour not in months:
            months[hour] = moment(received_at).astimezone(zone).isoformat()[:7]
        answered = len(answers) - answers.count("-")
        texts[unit, service or "", channel, instrument, months[hour], answered].append(answers)
    return texts


def _by_month(tallies: Mapping[TallyKey, Tally]) -> dict[MonthKey, Sums]:
    """The rows of `unit_month` that tallies add up to."""
    found: dict[MonthKey, Sums] = {}
    for (unit, _, _, instrument, month, answered), tally in tallies.items():
        key, own = (unit, instrument, month), sums.sums_of_tally(tally, answered)
        found[key] = sums.add(found[key], own) if key in found else own
    return found


def _tally(answers: Sequence[str]) -> Tally:
    return Tally.of_answers("".join(answers).encode("ascii"), len(answers[0]), SCALE)


def _read_tally(items: int, counts: bytes, n: int | None = None) -> Tally | None:
    """A stored tally; None when it cannot be what was stored."""
    try:
        tally = Tally.from_bytes(counts, items, SCALE)
    except ValueError:
        return None
    return tally if n in (None, tally.n) else None


def _whole(key: TallyKey, counts: bytes, items: int) -> Tally:
    """A stored tally that pages and answers need. StoreRefused when it cannot be what was stored."""
    tally = _read_tally(items, counts)
    if tally is None:
        raise StoreRefused(_place(key) + BROKEN)
    return tally


def _read_sums(items: int, counts: bytes) -> Sums | None:
    try:
        return sums.from_bytes(counts, items)
    except ValueError:
        return None


def _same(one: Sums | None, other: Sums | None) -> bool:
    return one is not None and other is not None and np.array_equal(one, other)


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


def _month(key: MonthKey) -> str:
    unit, instrument, month = key
    return f"unit {unit}, kuesioner {instrument}, bulan {month}"
