"""Respondents, converted index and grade of many units and periods at once; no interval, no elements.

For lists and for choosing what to show: a hundred of these cost less than one whole Result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc import indexes, sums
from calc.instrument_file import instrument as shipped_instrument

if TYPE_CHECKING:
    from calc.convention import Convention
    from calc.instrument import Band, Instrument

Row = tuple[str, str, str, int, bytes]  # unit, questionnaire, month, items, sums


class Cell(NamedTuple):
    """One unit and period. n : responses that count; the rest is None when an element has no answer."""

    n: int
    converted: Decimal | None
    grade: str | None
    performance: str | None


class IndexTable(Mapping[tuple[str, str], Cell]):
    """(unit key, period key) -> Cell, which is made when asked for."""

    def __init__(
        self,
        units: Sequence[str],
        periods: Sequence[str],
        n: Sequence[Sequence[int]],
        hundredths: Sequence[Sequence[int]],
        bands: Sequence[Sequence[Band | None]],
    ) -> None:
        self._units = {key: at for at, key in enumerate(units)}
        self._periods = {key: at for at, key in enumerate(periods)}
        self._n, self._hundredths, self._bands = n, hundredths, bands

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        unit, period = self._units[key[0]], self._periods[key[1]]
        n, band = self._n[unit][period], self._bands[unit][period]
        if band is None:
            return Cell(n, None, None, None)
        return Cell(n, Decimal(self._hundredths[unit][period]).scaleb(-2), band.grade, band.performance)

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
        return IndexTable(units, [], [], [], [])
    months = {month: at for at, month in enumerate(sorted({m for own in periods.values() for m in own}))}
    spans = [[months[month] for month in own] for own in periods.values()]
    keys = [asked.key, *sorted({row[1] for row in rows} - {asked.key})]
    by_month = [_laid_out(rows, key, fitting, units, months) for key in keys]
    chosen = _chosen([_latest(there, spans) for there, _ in by_month])
    n, hundredths = np.zeros_like(chosen), np.zeros_like(chosen)
    bands = np.full(chosen.shape, None, np.object_)
    for at, (key, (_, counted)) in enumerate(zip(keys, by_month, strict=True)):
        own, instrument = chosen == at, shipped_instrument(key)
        people, answered, totals = (_added(values, spans)[own] for values in counted)
        found = indexes.converted(instrument, answered, totals, fitting(instrument))
        n[own], hundredths[own] = people, found
        bands[own] = np.array([*instrument.bands, None], np.object_)[indexes.bands(instrument, found)]
    return IndexTable(units, list(periods), n.tolist(), hundredths.tolist(), bands.tolist())


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
