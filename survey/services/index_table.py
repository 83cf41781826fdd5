"""Respondents, index and grade of many units and periods at once, with or without intervals; no elements.

For lists and for choosing what to show: a hundred of these cost less than one whole Result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc.instruments.reader import instrument as shipped_instrument
from calc.scoring import index, indexes, products, sums
from calc.scoring.indexes import NONE
from calc.scoring.interval import LEVEL
from calc.scoring.intervals import intervals
from calc.scoring.result import Interval, Reach
from calc.scoring.rollup import POOLED

if TYPE_CHECKING:
    from calc.instruments.model import Band, Instrument
    from calc.scoring.convention import Convention

Row = tuple[str, str, str, int, bytes]  # unit, questionnaire, month, items, sums
ProductsRow = tuple[str, str, str, int, int, bytes]  # unit, questionnaire, month, answered, items, products


class Cell(NamedTuple):
    """One unit and period, named as in a `calc.scoring.result.Result`.

    n : responses that count; value and grade are None when an element has no answer
    index : NI with four decimals; it, interval and names are only there in a table with intervals
    fewest : answers to the element that fewest answered
    """

    n: int
    converted: Decimal | None
    grade: str | None
    performance: str | None
    index: Decimal | None = None
    interval: Interval | None = None
    instrument: str = ""
    convention: str = ""
    roll_up: str = POOLED
    reach: Reach = Reach()
    fewest: int = 0


class IndexTable(Mapping[tuple[str, str], Cell]):
    """(unit key, period key) -> Cell, which is made when asked for."""

    def __init__(
        self,
        units: Sequence[str],
        periods: Sequence[str],
        n: Sequence[Sequence[int]],
        hundredths: Sequence[Sequence[int]],
        bands: Sequence[Sequence[Band | None]],
        reaches: Sequence[Sequence[Reach]],
        fewest: Sequence[Sequence[int]],
    ) -> None:
        self._units = {key: at for at, key in enumerate(units)}
        self._periods = {key: at for at, key in enumerate(periods)}
        self._n, self._hundredths, self._bands = n, hundredths, bands
        self._reaches, self._fewest = reaches, fewest

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        unit, period = self._units[key[0]], self._periods[key[1]]
        n, band = self._n[unit][period], self._bands[unit][period]
        if band is None:
            return Cell(n, None, None, None)
        value, reach = Decimal(self._hundredths[unit][period]).scaleb(-2), self._reaches[unit][period]
        fewest = self._fewest[unit][period]
        return Cell(n, value, band.grade, band.performance, reach=reach, fewest=fewest)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((unit, period) for unit in self._units for period in self._periods)

    def __len__(self) -> int:
        return len(self._units) * len(self._periods)


def index_table(
    rows: Sequence[Row],
    units: Sequence[str],
    periods: Mapping[str, Sequence[str]],
    asked: Instrument,
    fitting: Callable[[Instrument], Convention],
) -> IndexTable:
    """Add up months into periods and compute every index.

    Parameters
    ----------
    rows : one for each unit, questionnaire and month that has answers
    periods : period key -> months
    asked : the questionnaire that links ask now; a period without answers to it is computed on that of its latest
        month (within a month: the first by key)
    fitting : the convention for a questionnaire
    """
    if not periods:
        return IndexTable(units, [], [], [], [], [], [])
    months = {month: at for at, month in enumerate(sorted({m for own in periods.values() for m in own}))}
    spans = [[months[month] for month in own] for own in periods.values()]
    keys = [asked.key, *sorted({row[1] for row in rows} - {asked.key})]
    by_month = [_laid_out(rows, key, fitting, units, months) for key in keys]
    chosen = _chosen([_latest(there, spans) for there, _ in by_month])
    n, hundredths, fewest = (np.zeros_like(chosen) for _ in range(3))
    bands, reaches = (np.full(chosen.shape, None, np.object_) for _ in range(2))
    for at, (key, (_, counted)) in enumerate(zip(keys, by_month, strict=True)):
        own, instrument = chosen == at, shipped_instrument(key)
        people, answered, totals = (_added(values, spans)[own] for values in counted)
        found = indexes.converted(instrument, answered, totals, fitting(instrument))
        n[own], hundredths[own] = people, found
        fewest[own] = indexes.of_elements(instrument, answered).min(axis=1)
        bands[own] = np.array([*instrument.bands, None], np.object_)[indexes.bands(instrument, found)]
        reaches[own] = index.reach(instrument, fitting(instrument))
    columns = (values.tolist() for values in (n, hundredths, bands, reaches, fewest))
    return IndexTable(units, list(periods), *columns)


def _laid_out(
    rows: Sequence[Row],
    key: str,
    fitting: Callable[[Instrument], Convention],
    units: Sequence[str],
    months: Mapping[str, int],
) -> tuple[NDArray[np.bool_], sums.Counted]:
    """Of one questionnaire by (unit, month): whether there are answers, and what counts of them."""
    instrument, at_unit = shipped_instrument(key), {unit: at for at, unit in enumerate(units)}
    own = [row for row in rows if row[1] == key]
    places = (
        np.array([at_unit[row[0]] for row in own], np.intp),
        np.array([months[row[2]] for row in own], np.intp),
    )
    shape = (len(units), len(months))
    there = np.zeros(shape, np.bool_)
    there[places] = True
    table = sums.many_from_bytes([row[4] for row in own], len(instrument.items))
    counted = []
    for values in sums.counted(table, fitting(instrument).minimum_answers):
        laid = np.zeros((*shape, *values.shape[1:]), np.int64)
        laid[places] = values
        counted.append(laid)
    return there, sums.Counted(*counted)


def _latest(there: NDArray[np.bool_], spans: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """(units, periods): the latest month that has answers, -1 where none has."""
    month = np.where(there, np.arange(there.shape[1]), -1)
    return np.stack([month[:, span].max(axis=1) for span in spans], axis=1)


def _chosen(latest: Sequence[NDArray[np.int64]]) -> NDArray[np.intp]:
    """(units, periods): number of the questionnaire that a cell is computed on; the first is the one asked now."""
    asked, *others = latest
    wins = np.where(asked < 0, asked, np.iinfo(np.int64).max)
    return np.stack([wins, *others]).argmax(axis=0)


def _added(values: NDArray[np.int64], spans: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """The months of every unit and period added up: (units, months, …) to (units, periods, …)."""
    return np.stack([values[:, span].sum(axis=1) for span in spans], axis=1)


def interval_table(
    rows: Sequence[ProductsRow],
    units: Mapping[str, int | None],
    periods: Mapping[str, Sequence[str]],
    asked: Instrument,
    fitting: Callable[[Instrument], Convention],
) -> dict[tuple[str, str], Cell]:
    """The same with index and interval, from rows with their products.

    Parameters
    ----------
    rows : one for each unit, questionnaire, month and number of answers
    units : unit key -> service users, None where nobody counted them
    periods, asked, fitting : as in `index_table`
    """
    if not (units and periods):
        return {}
    months = {month: at for at, month in enumerate(sorted({m for own in periods.values() for m in own}))}
    spans = [[months[month] for month in own] for own in periods.values()]
    keys = [asked.key, *sorted({row[1] for row in rows} - {asked.key})]
    own_rows = [_Rows.of([row for row in rows if row[1] == key], key, list(units), months) for key in keys]
    chosen = _chosen([_latest(own.there(len(units), len(months)), spans) for own in own_rows])
    found = {}
    places = [(unit, period) for unit in units for period in periods]
    users = [population for population in units.values() for _ in periods]
    for at, (key, own) in enumerate(zip(keys, own_rows, strict=True)):
        instrument = shipped_instrument(key)
        cells = np.flatnonzero((chosen == at).ravel())
        groups = own.added(spans, chosen == at, fitting(instrument).minimum_answers)
        table = _cells(instrument, fitting(instrument), groups, [users[cell] for cell in cells])
        found.update(zip((places[cell] for cell in cells), table, strict=True))
    return found


class _Rows(NamedTuple):
    """Rows of one questionnaire. unit, month : their positions; answered : items that the responses answered"""

    k: int
    unit: NDArray[np.intp]
    month: NDArray[np.intp]
    answered: NDArray[np.intp]
    numbers: products.Rows

    @classmethod
    def of(
        cls, rows: Sequence[ProductsRow], key: str, units: Sequence[str], months: Mapping[str, int]
    ) -> _Rows:
        k, at_unit = len(shipped_instrument(key).items), {unit: at for at, unit in enumerate(units)}
        unit, _, month, answered, _, numbers = zip(*rows, strict=True) if rows else ((),) * 6
        return cls(
            k,
            np.array([at_unit[each] for each in unit], np.intp),
            np.array([months[each] for each in month], np.intp),
            np.array(answered, np.intp),
            products.many(numbers, k),
        )

    def there(self, units: int, months: int) -> NDArray[np.bool_]:
        """(units, months): whether there are answers, complete enough or not."""
        found = np.zeros((units, months), np.bool_)
        found[self.unit, self.month] = True
        return found

    def added(
        self, spans: Sequence[Sequence[int]], own: NDArray[np.bool_], minimum: int
    ) -> products.Products:
        """What counts of each cell in `own`, which is of shape (units, periods)."""
        place = np.full(own.shape, -1, np.intp)
        place[own] = np.arange(own.sum())
        rows, codes = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        for period, span in enumerate(spans):
            inside = np.flatnonzero(np.isin(self.month, span) & (self.answered >= minimum))
            code = place[self.unit[inside], period]
            rows.append(inside[code >= 0])
            codes.append(code[code >= 0])
        taken = self.numbers[np.concatenate(rows)]
        return products.grouped(taken, np.concatenate(codes), int(own.sum()), self.k)


def _cells(
    instrument: Instrument,
    convention: Convention,
    groups: products.Products,
    users: Sequence[int | None],
) -> Iterator[Cell]:
    answered, totals = groups.answered, groups.totals
    hundredths = indexes.converted(instrument, answered, totals, convention)
    bands = indexes.bands(instrument, hundredths).tolist()
    columns = (
        groups.n.tolist(),
        hundredths.tolist(),
        indexes.ni(instrument, answered, totals, convention).tolist(),
        intervals(instrument, groups, convention, users).tolist(),
        indexes.of_elements(instrument, answered).min(axis=1).tolist(),
    )
    names = (instrument.key, convention.name, POOLED, index.reach(instrument, convention))
    for n, value, ni, ends, fewest, at in zip(*columns, bands, strict=True):
        if at == NONE:
            yield Cell(n, None, None, None, None, None, *names[:3])
            continue
        band = instrument.bands[at]
        interval = None if ends[0] == NONE else Interval(LEVEL, *(Decimal(end).scaleb(-2) for end in ends))
        value, ni = Decimal(value).scaleb(-2), Decimal(ni).scaleb(-4)
        yield Cell(n, value, band.grade, band.performance, ni, interval, *names, fewest)
