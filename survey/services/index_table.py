"""Respondents, index, interval and grade of many units and periods at once; no elements.

For lists and for choosing what to show: a hundred of these cost less than one whole Result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc.instruments.reader import instrument as shipped_instrument
from calc.scoring import index, index_arrays
from calc.scoring.index_arrays import NONE
from calc.scoring.interval import LEVEL
from calc.scoring.interval_arrays import intervals
from calc.scoring.result import Interval, Reach
from calc.scoring.rollup import POOLED
from calc.scoring.tally_rows import Tallies, Whole, added, lengths, tallies_of

if TYPE_CHECKING:
    from calc.instruments.model import Instrument
    from calc.scoring.convention import Convention
    from survey.store import UnitTallies


class Cell(NamedTuple):
    """One unit and period, named as in a `calc.scoring.result.Result`.

    n : responses that count; value and grade are None when an element has no answer
    index : NI with four decimals
    fewest : answers to the element that fewest answered
    """

    n: int
    converted: Decimal | None
    grade: str | None
    performance: str | None
    index: Decimal | None = None  # type: ignore[assignment]  # not that of tuples: named as in Result
    interval: Interval | None = None
    instrument: str = ""
    convention: str = ""
    roll_up: str = POOLED
    reach: Reach = Reach()
    fewest: int = 0


def cell_table(
    tallies: Sequence[Mapping[str, UnitTallies]],
    units: Mapping[str, int | None],
    periods: Mapping[str, Sequence[str]],
    asked: Instrument,
    fitting: Callable[[Instrument], Convention],
) -> dict[tuple[str, str], Cell]:
    """(unit key, period key) -> Cell: months added up into periods, and every index computed.

    Parameters
    ----------
    tallies : by questionnaire
    units : unit key -> service users, None where nobody counted them
    periods : period key -> months
    asked : the questionnaire that links ask now; a period without answers to it is computed on that of its latest
        month (within a month: the first by key)
    fitting : the convention for a questionnaire
    """
    if not (units and periods):
        return {}
    months = {month: at for at, month in enumerate(sorted({m for own in periods.values() for m in own}))}
    spans = [[months[month] for month in own] for own in periods.values()]
    keys = [asked.key, *sorted({key for some in tallies for key in some} - {asked.key})]
    own_rows = [
        _Rows.of([some[key] for some in tallies if key in some], key, list(units), months) for key in keys
    ]
    chosen = _chosen([_latest(own.there(len(units), len(months)), spans) for own in own_rows])
    found: dict[tuple[str, str], Cell] = {}
    places = [(unit, period) for unit in units for period in periods]
    users = [population for population in units.values() for _ in periods]
    for at, (key, own) in enumerate(zip(keys, own_rows, strict=True)):
        instrument = shipped_instrument(key)
        cells = np.flatnonzero((chosen == at).ravel())
        rows = own.added(spans, chosen == at, fitting(instrument).minimum_answers)
        groups = tallies_of(rows, len(instrument.items), instrument.scale)
        table = _cells(instrument, fitting(instrument), groups, [users[cell] for cell in cells])
        found.update(zip((places[cell] for cell in cells), table, strict=True))
    return found


class _Rows(NamedTuple):
    """Rows of one questionnaire. unit, month : their positions; answered : items that the responses answered"""

    unit: NDArray[np.intp]
    month: NDArray[np.intp]
    answered: NDArray[np.intp]
    numbers: Whole

    @classmethod
    def of(
        cls, some: Sequence[UnitTallies], key: str, units: Sequence[str], months: Mapping[str, int]
    ) -> _Rows:
        asked, at_unit = shipped_instrument(key), {unit: at for at, unit in enumerate(units)}
        nothing = np.zeros((0, 1 + sum(lengths(len(asked.items), asked.scale))), np.int64)
        return cls(
            np.array([at_unit[unit] for own in some for unit in own.unit], np.intp),
            np.array([months[month] for own in some for month in own.month], np.intp),
            np.array(list(chain.from_iterable(own.answered for own in some)), np.intp),
            some[0].numbers if len(some) == 1 else np.concatenate([nothing, *(own.numbers for own in some)]),
        )

    def there(self, units: int, months: int) -> NDArray[np.bool_]:
        """(units, months): whether there are answers, complete enough or not."""
        found = np.zeros((units, months), np.bool_)
        found[self.unit, self.month] = True
        return found

    def added(self, spans: Sequence[Sequence[int]], own: NDArray[np.bool_], minimum: int) -> Whole:
        """What counts of each cell in `own`, which is of shape (units, periods)."""
        place = np.full(own.shape, -1, np.intp)
        place[own] = np.arange(own.sum())
        rows, codes = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        for period, span in enumerate(spans):
            inside = np.flatnonzero(np.isin(self.month, span) & (self.answered >= minimum))
            code = place[self.unit[inside], period]
            rows.append(inside[code >= 0])
            codes.append(code[code >= 0])
        return added(self.numbers, np.concatenate(rows), np.concatenate(codes), int(own.sum()))


def _latest(there: NDArray[np.bool_], spans: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """(units, periods): the latest month that has answers, -1 where none has."""
    month = np.where(there, np.arange(there.shape[1]), -1)
    return np.stack([month[:, span].max(axis=1) for span in spans], axis=1)


def _chosen(latest: Sequence[NDArray[np.int64]]) -> NDArray[np.intp]:
    """(units, periods): number of the questionnaire that a cell is computed on; the first is the one asked now."""
    asked, *others = latest
    wins = np.where(asked < 0, asked, np.iinfo(np.int64).max)
    chosen: NDArray[np.intp] = np.stack([wins, *others]).argmax(axis=0)
    return chosen


def _cells(
    instrument: Instrument,
    convention: Convention,
    groups: Tallies,
    users: Sequence[int | None],
) -> Iterator[Cell]:
    answered, totals = groups.answered, groups.totals
    hundredths = index_arrays.converted(instrument, answered, totals, convention)
    bands = index_arrays.bands(instrument, hundredths).tolist()
    columns = (
        groups.n.tolist(),
        hundredths.tolist(),
        index_arrays.ni(instrument, answered, totals, convention).tolist(),
        intervals(instrument, groups, convention, users).tolist(),
        index_arrays.of_elements(instrument, answered).min(axis=1).tolist(),
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
