"""Tallies: what the answers add up to, written in the same transaction, proven by counting again.

`tally` has a row for each service ('' for none), questionnaire, local month and number of answered items, so that any
official period and any minimum of answers is a sum of rows. `unit_tally` has the same for whole units: what lists of
hundreds of units read. No more rows come however many answers do. A row can be read in any SQLite browser:

n : responses
scores, products, blanks, blank_pairs : JSON lists of whole numbers, explained in `calc.scoring.tally_rows`
classes : respondents by class, a JSON list in the order of the questionnaire's profile questions and their classes
remarks : responses with a remark; channels : responses by channel, a JSON object

A list of nothing but zeros is ``[]``. `unit_tally` has the first five. `revision` counts the changes that published
results must follow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from calc.scoring import classes
from calc.scoring.tally_rows import Whole
from survey.domain.response import Response
from survey.store import ChangedAnswer, StoreRefused, TallyRow, UnitTallies
from survey.store.digests import Digests
from survey.store.mapping import marks, one, where
from survey.store.revision import is_past, revise
from survey.store.tally_columns import (
    Counts,
    TallyKey,
    columns_of,
    numbers_of,
    of_columns,
    of_responses,
    of_unit,
    values_of,
)
from survey.store.transaction import Connection, Query, Row, Transactions

Read = TypeVar("Read")
UnitKey = tuple[str, str, str, int]  # unit, instrument, month, answered

BROKEN = ": rekap rusak. Jalankan: skm verify --rebuild"

_LISTS = "n, scores, products, blanks, blank_pairs"
_REST = "classes, remarks, channels"


class _Table(NamedTuple):
    """Statements about one table of tallies; all but `of` name one row."""

    get: str
    new: str
    set: str
    end: str
    of: str


def _table(name: str, key: str, values: str) -> _Table:
    row, new = (columns.replace(",", " = ?,") + " = ?" for columns in (key, values))
    row, asked = row.replace(",", " AND"), marks(len(f"{values}, {key}".split(",")))
    return _Table(
        get=f"SELECT {values} FROM {name} WHERE {row}",  # noqa: S608 (names of our own schema)
        new=f"INSERT INTO {name} ({values}, {key}) VALUES ({asked}) ON CONFLICT ({key}) DO NOTHING",  # noqa: S608
        set=f"UPDATE {name} SET {new} WHERE {row}",  # noqa: S608
        end=f"DELETE FROM {name} WHERE {row}",  # noqa: S608
        of=f"SELECT {key}, {values} FROM {name} WHERE unit = ? ORDER BY {key}",  # noqa: S608
    )


_TALLY = _table("tally", "unit, service, instrument, month, answered", f"{_LISTS}, {_REST}")
_UNIT = _table("unit_tally", "unit, instrument, month, answered", _LISTS)


class TalliesSql(Transactions):
    """The tallies of `survey.store.Store`, in SQL that SQLite and PostgreSQL share.

    LOCK : what a SELECT needs so that nobody else changes the row before this transaction ends
    """

    LOCK = ""
    zone: ZoneInfo

    def tallies(
        self, units: Sequence[str] | None, months: Sequence[str] | None, service: str | None = None
    ) -> list[TallyRow]:
        condition, values = where(("unit", units), ("month", months), ("service", one(service)))
        found = self.rows(
            f"""
            SELECT unit, service, instrument, month, answered, {_LISTS}, {_REST} FROM tally
            WHERE {condition} ORDER BY unit, service, instrument, month, answered
            """,  # noqa: S608 (only column names and question marks are filled in)
            values,
        )
        told = _read(found, 5, of_columns)
        whole = {key: counts for key, counts in told.items() if counts is not None}
        if broken := [key for key in told if key not in whole]:
            raise StoreRefused(_place(broken[0]) + BROKEN)
        return [TallyRow._make((*row[:5], *whole[row[:5]])) for row in found]

    def unit_tallies(self, units: Sequence[str] | None, months: Sequence[str]) -> Mapping[str, UnitTallies]:
        condition, values = where(("unit", units), ("month", months))
        found = self.rows(
            f"SELECT unit, instrument, month, answered, {_LISTS} FROM unit_tally WHERE {condition}",  # noqa: S608
            values,
        )
        return {key: _together(rows) for key, rows in _by_questionnaire(found, 1).items()}

    def revision(self) -> int:
        found = self.rows("SELECT number FROM revision")
        return int(found[0][0]) if found else 0

    def months(self, unit: str | None = None) -> list[str]:
        condition, values = where(("unit", one(unit)))
        query = f"SELECT DISTINCT month FROM unit_tally WHERE {condition} ORDER BY month DESC"  # noqa: S608
        return [row[0] for row in self.rows(query, values)]

    def instruments(self, units: Sequence[str] | None) -> Mapping[str, int]:
        condition, values = where(("unit", units))
        query = f"SELECT instrument, sum(n) FROM unit_tally WHERE {condition} GROUP BY instrument ORDER BY instrument"  # noqa: S608
        return {key: int(n) for key, n in self.rows(query, values)}

    def recount(self, done: Callable[[int], None] = lambda responses: None) -> list[str]:
        changed: list[str] = []
        differences: list[str] = []
        for (unit,) in self.rows("SELECT key FROM unit ORDER BY key"):
            digests = Digests(unit)
            with self.snapshot() as query:
                counted, stored = (
                    of_unit(query, unit, self.zone, done, digests=digests),
                    _Stored.read(query, unit),
                )
            changed += digests.found()
            differences += stored.differences(counted)
        return changed + differences

    def rebuild(
        self,
        done: Callable[[int], None] = lambda responses: None,
        *,
        accept_changed: bool = False,
        noted: Callable[[list[str]], None] = lambda mended: None,
    ) -> list[str]:
        """Unit by unit, in a transaction that no answer's counting can come between."""
        found: list[str] = []
        for (unit,) in self.rows("SELECT key FROM unit ORDER BY key"):
            repair = partial(self._repair, unit=unit, done=done, accept=accept_changed, noted=noted)
            changed, mended = self.with_connection(repair)
            found += changed + mended
        return sorted(found, key=lambda sentence: not isinstance(sentence, ChangedAnswer))

    def _repair(
        self,
        connection: Connection,
        unit: str,
        done: Callable[[int], None],
        accept: bool,
        noted: Callable[[list[str]], None],
    ) -> tuple[list[str], list[str]]:
        """Answers that are not what was received, and differences that were mended: none beside such answers."""
        digests = Digests(unit)
        held = _Stored.read(connection.execute, unit, self.LOCK)
        counted = of_unit(connection.execute, unit, self.zone, done, digests=digests)
        stored = _Stored.read(connection.execute, unit)
        if not stored.has_rows_of(held):  # an answer that needed a new row did not have to wait for ours
            return self._repair(connection, unit, done, accept, noted)
        changed: list[str] = [*digests.found()]
        if changed and not accept:
            return changed, []
        found = stored.differences(counted)
        if found:
            for key in stored.tallies:
                connection.execute(_TALLY.end, key)
            for unit_key in stored.units:
                connection.execute(_UNIT.end, unit_key)
            self._add(connection, counted)
            revise(connection)
        if changed or found:
            noted([*changed, *found])
        return changed, found

    def _count(self, connection: Connection, new: Mapping[TallyKey, Sequence[Response]]) -> None:
        """Add answers to the tallies, inside the transaction that keeps them."""
        self._add(connection, {key: of_responses(key[2], own) for key, own in new.items()})

    def _count_supplement(
        self, connection: Connection, key: TallyKey, profile: Mapping[str, str], remarked: bool
    ) -> None:
        """Add to the classes of a response that is counted already.

        StoreRefused when its row is not there: the recount has to make it first.
        """
        # a second look, because a rebuild that ended in between has put another row in the place of the first
        there = connection.execute(_TALLY.get + self.LOCK, key).fetchone() or (
            connection.execute(_TALLY.get + self.LOCK, key).fetchone()
        )
        if there is None:
            raise StoreRefused(_place(key) + BROKEN)
        try:
            kept = _one(there, key[2])
        except ValueError:
            raise StoreRefused(_place(key) + BROKEN) from None
        people = kept.people + classes.count(key[2], [(profile, 1)])
        total = kept._replace(people=people, remarks=kept.remarks + remarked)
        connection.execute(_TALLY.set, (*values_of(total), *key))
        if is_past([key[3]], self.zone):
            revise(connection)

    def _add(self, connection: Connection, counts: Mapping[TallyKey, Counts]) -> None:
        """Rows are taken in one order, so that two writers do not wait for each other."""
        for key in sorted(counts):
            self._add_row(connection, _TALLY, key, partial(_tally_sum, key[2], counts[key]))
        units = _by_unit(counts)
        for unit_key in sorted(units):
            self._add_row(connection, _UNIT, unit_key, partial(_unit_sum, units[unit_key]))
        if is_past((key[3] for key in counts), self.zone):
            revise(connection)

    def _add_row(
        self,
        connection: Connection,
        table: _Table,
        key: TallyKey | UnitKey,
        total: Callable[[Row | None], Row],
    ) -> None:
        """total : the columns of the row when it has those that are there, or None"""
        there = connection.execute(table.get + self.LOCK, key).fetchone()
        if there is None:
            if connection.execute(table.new, (*total(None), *key)).rowcount == 1:
                return
            there = connection.execute(table.get + self.LOCK, key).fetchone()  # another writer was first
        try:
            values = total(there)
        except ValueError:
            raise StoreRefused(_place(key) + BROKEN) from None
        connection.execute(table.set, (*values, *key))


def fill_tallies(connection: Connection, zone: ZoneInfo) -> None:
    """Count all answers into empty tables, inside the transaction of a schema step."""
    for (unit,) in connection.execute("SELECT key FROM unit ORDER BY key").fetchall():
        counts = of_unit(connection.execute, unit, zone)
        units = _by_unit(counts)
        for key in sorted(counts):
            connection.execute(_TALLY.new, (*values_of(counts[key]), *key))
        for unit_key in sorted(units):
            connection.execute(_UNIT.new, (*columns_of(units[unit_key]), *unit_key))


class _Stored(NamedTuple):
    """The tallies of one unit as they stand; None for a row that cannot be what was stored."""

    tallies: Mapping[TallyKey, Counts | None]
    units: Mapping[UnitKey, Whole | None]

    @classmethod
    def read(cls, query: Query, unit: str, lock: str = "") -> _Stored:
        """lock : LOCK to hold the rows until the transaction ends, taken in the order in which answers take them"""
        tallies = query(_TALLY.of + lock, (unit,)).fetchall()
        units = query(_UNIT.of + lock, (unit,)).fetchall()
        return cls(_read(tallies, 5, of_columns), _read(units, 4, _numbers))

    def has_rows_of(self, other: _Stored) -> bool:
        """Whether both have rows under the same keys, whatever is in them."""
        return self.tallies.keys() == other.tallies.keys() and self.units.keys() == other.units.keys()

    def differences(self, counted: Mapping[TallyKey, Counts]) -> list[str]:
        """One sentence for each row that is not what the answers add up to."""
        found = []
        for key in sorted(counted.keys() | self.tallies.keys()):
            if key in self.tallies and self.tallies[key] is None:
                found.append(f"{_place(key)}: rekap rusak")
            elif words := _difference(counted.get(key), self.tallies.get(key)):
                found.append(f"{_place(key)}: {words}")
        units = _by_unit(counted)
        for unit_key in sorted(units.keys() | self.units.keys()):
            one, other = units.get(unit_key), self.units.get(unit_key)
            if one is None or other is None or not np.array_equal(one, other):
                found.append(f"{_place(unit_key)}: rekap unit tidak sama dengan isian")
        return found


def _by_unit(counts: Mapping[TallyKey, Counts]) -> dict[UnitKey, Whole]:
    """The rows of `unit_tally` that those of `tally` add up to."""
    found: dict[UnitKey, Whole] = {}
    for (unit, _, instrument, month, answered), own in counts.items():
        key = (unit, instrument, month, answered)
        found[key] = found[key] + own.numbers if key in found else own.numbers
    return found


def _tally_sum(questionnaire: str, added: Counts, there: Row | None) -> Row:
    return values_of(added if there is None else _one(there, questionnaire).plus(added))


def _unit_sum(added: Whole, there: Row | None) -> Row:
    return columns_of(added if there is None else numbers_of([[value] for value in there])[0] + added)


def _one(values: Row, questionnaire: str) -> Counts:
    return of_columns([[value] for value in values], questionnaire)[0]


def _by_questionnaire(rows: Sequence[Row], at: int) -> Mapping[str, list[Row]]:
    """at : position of the questionnaire in a row"""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[at]].append(row)
    return found


def _read(
    rows: Sequence[Row], keys: int, read: Callable[[Sequence[Row], str], Iterable[Read]]
) -> dict[Any, Read | None]:
    """Rows by their first columns, those of one questionnaire read together; None for what cannot be read."""
    found: dict[Any, Read | None] = {}
    told: Iterable[Read | None]
    for questionnaire, own in _by_questionnaire(rows, keys - 3).items():
        columns = list(zip(*own, strict=True))
        try:
            told = read(columns[keys:], questionnaire)
        except ValueError:
            several = len(own) > 1
            told = [one for row in own for one in _read([row], keys, read).values()] if several else [None]
        found.update(zip(zip(*columns[:keys], strict=True), told, strict=True))
    return found


def _numbers(columns: Sequence[Row], questionnaire: str) -> Whole:
    return numbers_of(columns)


def _together(rows: Sequence[Row]) -> UnitTallies:
    """Rows of `unit_tally` for one questionnaire. StoreRefused when one cannot be what was stored."""
    unit, _, month, answered, *lists = zip(*rows, strict=True)
    try:
        return UnitTallies(unit, month, answered, numbers_of(lists))
    except ValueError:
        broken = [key for key, numbers in _read(rows, 4, _numbers).items() if numbers is None]
        raise StoreRefused(_place((broken or [rows[0][:4]])[0]) + BROKEN) from None


def _difference(counted: Counts | None, stored: Counts | None) -> str:
    """What is different, '' for nothing."""
    people = [str(int(one.numbers[0])) if one else "tidak ada" for one in (counted, stored)]
    words = f"isian {people[0]}, rekap {people[1]}"
    if not counted or not stored or people[0] != people[1]:
        return words
    if not np.array_equal(counted.numbers, stored.numbers):
        return f"{words}; jumlah nilai berbeda"
    return "" if counted.same(stored) else f"{words}; jumlah responden per kelas, saran, atau kanal berbeda"


def _place(key: TallyKey | UnitKey) -> str:
    unit, *service, instrument, month, answered = key
    words = "".join(f", layanan {one or '-'}" for one in service)
    return f"unit {unit}{words}, kuesioner {instrument}, bulan {month}, {answered} jawaban"
