"""The counters: what the answers add up to, written in the same transaction, proven by counting again.

`tally` has a row for each place, channel, questionnaire, local month and number of answers, with the cross-products
that an interval needs, the respondents by class and the number of remarks. `unit_month` has one small row for each
unit, questionnaire and month: all that the indexes of five hundred units need, and no more rows however many answers
come. `unit_products` has one for each of these and number of answers: what their intervals need. `revision` counts the
changes that published results must follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from calc.scoring import classes, products, sums
from calc.scoring.sums import Sums
from calc.scoring.tally import Tally, add_bytes, n_of_bytes
from survey.domain.response import Response
from survey.store import ChangedAnswer, StoreRefused, TallyRow
from survey.store.digests import Digests
from survey.store.mapping import one, where
from survey.store.revision import is_past, revise
from survey.store.tally_rows import SCALE, SILENT_ONCE, Counts, TallyKey, of_responses, of_unit

MonthKey = tuple[str, str, str]  # unit, instrument, month
ProductsKey = tuple[str, str, str, int]  # unit, instrument, month, answered

BROKEN = ": rekap rusak. Jalankan: skm verify --rebuild"

_TALLY = """
    SELECT counts, classes FROM tally
    WHERE unit = ? AND service = ? AND channel = ? AND instrument = ? AND month = ? AND answered = ?
"""
_NEW_TALLY = """
    INSERT INTO tally (n, counts, items, classes, unit, service, channel, instrument, month, answered)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, service, channel, instrument, month, answered) DO NOTHING
"""
_SET_TALLY = """
    UPDATE tally SET n = ?, counts = ?, items = ?, classes = ?
    WHERE unit = ? AND service = ? AND channel = ? AND instrument = ? AND month = ? AND answered = ?
"""
_SET_CLASSES = """
    UPDATE tally SET classes = ?
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
_PRODUCTS = """
    SELECT counts FROM unit_products WHERE unit = ? AND instrument = ? AND month = ? AND answered = ?
"""
_NEW_PRODUCTS = """
    INSERT INTO unit_products (counts, items, unit, instrument, month, answered) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, instrument, month, answered) DO NOTHING
"""
_SET_PRODUCTS = """
    UPDATE unit_products SET counts = ?, items = ?
    WHERE unit = ? AND instrument = ? AND month = ? AND answered = ?
"""
_END_PRODUCTS = """
    DELETE FROM unit_products WHERE unit = ? AND instrument = ? AND month = ? AND answered = ?
"""
_PRODUCTS_OF = """
    SELECT unit, instrument, month, answered, items, counts FROM unit_products WHERE unit = ?
    ORDER BY instrument, month, answered
"""
_TALLIES_OF = """
    SELECT unit, service, channel, instrument, month, answered, items, counts, n, classes FROM tally WHERE unit = ?
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
    together: Callable[[Callable[[], Any]], Any]
    open_one: Callable[[], Any]

    def tallies(
        self, units: Sequence[str] | None, months: Sequence[str] | None, service: str | None = None
    ) -> list[TallyRow]:
        condition, values = where(("unit", units), ("month", months), ("service", one(service)))
        found = self.rows(
            f"""
            SELECT unit, service, channel, instrument, month, answered, items, counts, classes FROM tally
            WHERE {condition}
            ORDER BY unit, service, channel, instrument, month, answered
            """,  # noqa: S608 (only column names and question marks are filled in)
            values,
        )
        return [
            TallyRow(*row[:6], tally=_whole(row[:6], row[7], row[6]), classes=_fitting(row[:6], row[8]))
            for row in found
        ]

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

    def unit_products(
        self, units: Sequence[str] | None, months: Sequence[str]
    ) -> list[tuple[str, str, str, int, int, bytes]]:
        condition, values = where(("unit", units), ("month", months))
        found = self.rows(
            f"SELECT unit, instrument, month, answered, items, counts FROM unit_products WHERE {condition}",  # noqa: S608
            values,
        )
        lengths = {(row[4], len(row[5])) for row in found}  # few, however many rows
        if wrong := {pair for pair in lengths if products.size(pair[0]) != pair[1]}:
            broken = next(row for row in found if (row[4], len(row[5])) in wrong)
            raise StoreRefused(_months_answers(broken[:4]) + BROKEN)
        return found  # type: ignore[return-value]

    def revision(self) -> int:
        found = self.rows("SELECT number FROM revision")
        return int(found[0][0]) if found else 0

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
            changed, mended = self.together(lambda unit=unit: self._repair(unit, done, accept_changed, noted))
            found += changed + mended
        return sorted(found, key=lambda sentence: not isinstance(sentence, ChangedAnswer))

    def _repair(
        self, unit: str, done: Callable[[int], None], accept_changed: bool, noted: Callable[[list[str]], None]
    ) -> tuple[list[str], list[str]]:
        """Answers that are not what was received, and differences that were mended: none beside such answers."""
        connection, digests = self.open_one(), Digests(unit)
        held = _Stored.read(connection.execute, unit, self.LOCK)
        counted = of_unit(connection.execute, unit, self.zone, done, digests=digests)
        stored = _Stored.read(connection.execute, unit)
        if not stored.has_rows_of(held):  # an answer that needed a new row did not have to wait for ours
            return self._repair(unit, done, accept_changed, noted)
        changed: list[str] = [*digests.found()]
        if changed and not accept_changed:
            return changed, []
        found = stored.differences(counted)
        if found:
            for key in stored.tallies:
                connection.execute(_END_TALLY, key)
            for month in stored.months:
                connection.execute(_END_MONTH, month)
            for row in stored.products:
                connection.execute(_END_PRODUCTS, row)
            self._add(connection, counted)
            revise(connection)
        if changed or found:
            noted([*changed, *found])
        return changed, found

    def _count(self, connection: Any, new: Mapping[TallyKey, Sequence[Response]]) -> None:
        """Add answers to the counters, inside the transaction that keeps them."""
        self._add(connection, {key: of_responses(key[3], own) for key, own in new.items()})

    def _count_supplement(
        self, connection: Any, key: TallyKey, profile: Mapping[str, str], remarked: bool
    ) -> None:
        """Add to the classes of a response that is counted already.

        StoreRefused when its row is not there: the recount has to make it first.
        """
        # a second look, because a rebuild that ended in between has put another row in the place of the first
        there = connection.execute(_TALLY + self.LOCK, key).fetchone() or (
            connection.execute(_TALLY + self.LOCK, key).fetchone()
        )
        if there is None:
            raise StoreRefused(_place(key) + BROKEN)
        added = classes.count(key[3], [(profile, remarked, 1)])
        connection.execute(_SET_CLASSES, (classes.add(_fitting(key, there[1]), added), *key))
        if is_past([key[4]], self.zone):
            revise(connection)

    def _add(self, connection: Any, counts: Mapping[TallyKey, Counts]) -> None:
        """Rows are taken in one order, so that two writers do not wait for each other."""
        for key in sorted(counts):
            self._add_counts(connection, key, counts[key])
        tallies = {key: own.tally for key, own in counts.items()}
        by_month, by_answers = _by_month(tallies), _by_answers(tallies)
        for month in sorted(by_month):
            self._add_month(connection, month, by_month[month])
        for row in sorted(by_answers):
            self._add_products(connection, row, by_answers[row])
        if is_past((month for _, _, month in by_month), self.zone):
            revise(connection)

    def _add_counts(self, connection: Any, key: TallyKey, added: Counts) -> None:
        there = connection.execute(_TALLY + self.LOCK, key).fetchone()
        if there is None:
            row = (added.tally.n, added.tally.to_bytes(), added.tally.k, added.classes, *key)
            if connection.execute(_NEW_TALLY, row).rowcount == 1:
                return
            there = connection.execute(_TALLY + self.LOCK, key).fetchone()  # another writer was first
        counts, by_class = there
        try:
            counts = add_bytes(counts, added.tally.to_bytes())
        except ValueError:
            raise StoreRefused(_place(key) + BROKEN) from None
        total = classes.add(_fitting(key, by_class), added.classes)
        connection.execute(_SET_TALLY, (n_of_bytes(counts), counts, added.tally.k, total, *key))

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

    def _add_products(self, connection: Any, key: ProductsKey, added: Tally) -> None:
        counts, k = products.of_tally(added), added.k
        there = connection.execute(_PRODUCTS + self.LOCK, key).fetchone()
        if there is None:
            if connection.execute(_NEW_PRODUCTS, (counts, k, *key)).rowcount == 1:
                return
            there = connection.execute(_PRODUCTS + self.LOCK, key).fetchone()
        try:
            total = products.add(there[0], counts)
        except ValueError:
            raise StoreRefused(_months_answers(key) + BROKEN) from None
        connection.execute(_SET_PRODUCTS, (total, k, *key))


def fill_unit_months(connection: Any, zone: ZoneInfo) -> None:
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


def fill_products(connection: Any, zone: ZoneInfo) -> None:
    """Make the rows of `unit_products` from those of `tally`, as `fill_unit_months` makes its own."""
    for (unit,) in connection.execute("SELECT key FROM unit ORDER BY key").fetchall():
        found: dict[TallyKey, Tally] = {}
        for *key, items, counts, n, _ in connection.execute(_TALLIES_OF, (unit,)).fetchall():
            tally = _read_tally(items, counts, n)
            if tally is not None:
                found[tuple(key)] = tally  # type: ignore[index]
        for row, total in _by_answers(found).items():
            connection.execute(_NEW_PRODUCTS, (products.of_tally(total), total.k, *row))


def fill_classes(connection: Any, zone: ZoneInfo) -> None:
    """Count the classes of answers that were there before the column.

    A row that is missing stays so: the recount after an upgrade names it.
    """
    for (unit,) in connection.execute("SELECT key FROM unit ORDER BY key").fetchall():
        for key, counts in of_unit(connection.execute, unit, zone, silent=SILENT_ONCE).items():
            connection.execute(_SET_CLASSES, (counts.classes, *key))


class _Stored:
    """The counters of one unit as they stand; None for a row that cannot be what was stored."""

    def __init__(
        self,
        tallies: Mapping[TallyKey, Counts | None],
        months: Mapping[MonthKey, Sums | None],
        rows: Mapping[ProductsKey, bytes],
    ) -> None:
        self.tallies, self.months, self.products = tallies, months, rows

    @classmethod
    def read(cls, query: Callable[..., Any], unit: str, lock: str = "") -> _Stored:
        """lock : LOCK to hold the rows until the transaction ends, taken in the order in which answers take them"""
        tallies = query(_TALLIES_OF + lock, (unit,)).fetchall()
        months = query(_MONTHS_OF + lock, (unit,)).fetchall()
        rows = query(_PRODUCTS_OF + lock, (unit,)).fetchall()
        return cls(
            {tuple(row[:6]): _read_counts(*row[6:], row[3]) for row in tallies},
            {tuple(row[:3]): _read_sums(*row[3:]) for row in months},
            {tuple(row[:4]): row[5] if len(row[5]) == products.size(row[4]) else b"" for row in rows},
        )

    def has_rows_of(self, other: _Stored) -> bool:
        """Whether both have rows under the same keys, whatever is in them."""
        return all(
            ours.keys() == theirs.keys()
            for ours, theirs in (
                (self.tallies, other.tallies),
                (self.months, other.months),
                (self.products, other.products),
            )
        )

    def differences(self, counted: Mapping[TallyKey, Counts]) -> list[str]:
        """One sentence for each row that is not what the answers add up to."""
        found = []
        for key in sorted(counted.keys() | self.tallies.keys()):
            if key in self.tallies and self.tallies[key] is None:
                found.append(f"{_place(key)}: rekap rusak")
            elif counted.get(key) != self.tallies.get(key):
                found.append(_difference(key, counted.get(key), self.tallies.get(key)))
        tallies = {key: own.tally for key, own in counted.items()}
        by_month = _by_month(tallies)
        for month in sorted(by_month.keys() | self.months.keys()):
            if not _same(by_month.get(month), self.months.get(month)):
                found.append(f"{_month(month)}: rekap bulanan tidak sama dengan isian")
        by_answers = {key: products.of_tally(tally) for key, tally in _by_answers(tallies).items()}
        for row in sorted(by_answers.keys() | self.products.keys()):
            if by_answers.get(row) != self.products.get(row):
                found.append(f"{_months_answers(row)}: rekap selang tidak sama dengan isian")
        return found


def _by_month(tallies: Mapping[TallyKey, Tally]) -> dict[MonthKey, Sums]:
    """The rows of `unit_month` that tallies add up to."""
    found: dict[MonthKey, Sums] = {}
    for (unit, _, _, instrument, month, answered), tally in tallies.items():
        key, own = (unit, instrument, month), sums.sums_of_tally(tally, answered)
        found[key] = sums.add(found[key], own) if key in found else own
    return found


def _by_answers(tallies: Mapping[TallyKey, Tally]) -> dict[ProductsKey, Tally]:
    """What the rows of `unit_products` are made of."""
    found: dict[ProductsKey, Tally] = {}
    for (unit, _, _, instrument, month, answered), tally in tallies.items():
        key = (unit, instrument, month, answered)
        found[key] = found[key] + tally if key in found else tally
    return found


def _read_counts(items: int, counts: bytes, n: int, by_class: bytes, questionnaire: str) -> Counts | None:
    """A stored row; None when it cannot be what was stored."""
    tally = _read_tally(items, counts, n)
    if tally is None or not classes.fits(by_class, questionnaire):
        return None
    return Counts(tally, classes.add(by_class, classes.count(questionnaire, ())))  # nobody in full length


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


def _fitting(key: TallyKey, stored: bytes) -> bytes:
    """Stored classes as they are. StoreRefused when they cannot be what was stored."""
    if not classes.fits(stored, key[3]):
        raise StoreRefused(_place(key) + BROKEN)
    return stored


def _read_sums(items: int, counts: bytes) -> Sums | None:
    try:
        return sums.from_bytes(counts, items)
    except ValueError:
        return None


def _same(one: Sums | None, other: Sums | None) -> bool:
    return one is not None and other is not None and np.array_equal(one, other)


def _difference(key: TallyKey, counted: Counts | None, stored: Counts | None) -> str:
    people = [str(one.tally.n) if one else "tidak ada" for one in (counted, stored)]
    words = f"{_place(key)}: isian {people[0]}, rekap {people[1]}"
    if not counted or not stored or counted.tally.n != stored.tally.n:
        return words
    if counted.tally != stored.tally:
        return f"{words}; jumlah nilai berbeda"
    return f"{words}; jumlah responden per kelas atau jumlah saran berbeda"


def _place(key: TallyKey) -> str:
    unit, service, channel, instrument, month, answered = key
    return (
        f"unit {unit}, layanan {service or '-'}, kanal {channel}, kuesioner {instrument}, bulan {month}, "
        f"{answered} jawaban"
    )


def _month(key: MonthKey) -> str:
    unit, instrument, month = key
    return f"unit {unit}, kuesioner {instrument}, bulan {month}"


def _months_answers(key: Sequence[Any]) -> str:
    unit, instrument, month, answered = key
    return f"{_month((unit, instrument, month))}, {answered} jawaban"
