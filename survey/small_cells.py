"""Whether a public paper, beside all that is public already, would tell what is withheld about few people.

A unit's notice minus that of one of its services is the other services; a quarter minus two of its months is the third.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from calc import small_cells
from calc.disclosure import publishable
from survey import results
from survey.period import FREE, Period

if TYPE_CHECKING:
    from calc.result import Result
    from survey.config import Config
    from survey.organisation import Unit
    from survey.store import Store

PUBLIC = ("notice", "certificate")  # kinds of paper that are put up for everybody

OTHER_SERVICES = (
    "Nilai atau jumlah responden layanan lain yang kurang dari lima orang dapat dihitung dari selisih publikasi unit "
    "dan publikasi layanan ini."
)
OTHER_PERIODS = (
    "Nilai atau jumlah responden bagian lain yang kurang dari lima orang dapat dihitung dari selisih publikasi "
    "{periods} dan publikasi {this}."
)


def revealing(
    store: Store, config: Config, unit: Unit, period: Period, kind: str, service: str | None, now: datetime
) -> str:
    """Why this paper should not be put up, as a sentence for the office; '' when it may.

    The notices of the unit, and of every service and period that may be published, are taken as published.
    """
    if kind not in PUBLIC:
        return ""

    def result(of: Period, one: str | None = None) -> Result:
        return results.unit_result(store, config, unit, of, now, service=one)

    if service is not None and _by_services(
        store, config, unit, period, service, now, result(period, service)
    ):
        return OTHER_SERVICES
    this = result(period) if period.kind != config["PERIOD"] and service is None else None
    for whole in _overlapping(store, config, unit, period, now) if this is not None else ():
        if small_cells.leaves_few(*_ordered(result(whole), this)):
            return OTHER_PERIODS.format(periods=whole.name, this=period.name)
    return ""


def _by_services(
    store: Store, config: Config, unit: Unit, period: Period, service: str, now: datetime, own: Result
) -> bool:
    every = results.service_results(store, config, unit, period, now)
    withheld = small_cells.services(every)
    names = {one.key: one.name for one in store.services(unit.key)}
    at = next((at for at, one in enumerate(every) if one.about.service == names.get(service)), None)
    if at is None or not publishable(own):  # nothing of it is printed
        return False
    whole = results.unit_result(store, config, unit, period, now)
    return at in withheld or small_cells.leaves_few(whole, [own])


def _overlapping(store: Store, config: Config, unit: Unit, period: Period, now: datetime) -> Iterator[Period]:
    """Periods of the office's rhythm that hold this one, or that it holds."""
    for other in results.periods_of(store, config, unit, now):
        inside = other.start <= period.start and period.end <= other.end
        outside = period.start <= other.start and other.end <= period.end
        if other.kind not in (period.kind, FREE) and (inside or outside):
            yield other


def _ordered(one: Result, other: Result) -> tuple[Result, Sequence[Result]]:
    """The whole and its part."""
    return (one, [other]) if one.n >= other.n else (other, [one])
