"""Whether a public paper, beside all that is public already, would tell what is withheld about few people.

A unit's notice minus that of one of its services is the other services; a quarter minus two of its months is the third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from calc import small_cells
from calc.disclosure import publishable
from calc.display import joined
from survey import results
from survey.period import FREE, Period

if TYPE_CHECKING:
    from calc.result import Result
    from survey.config import Config
    from survey.organisation import Unit
    from survey.store import Store

PUBLIC = ("notice", "certificate")  # kinds of paper that are put up for everybody

OTHER_SERVICES = (
    "Bila publikasi unit dan publikasi layanan-layanannya diumumkan bersama, nilai atau jumlah "
    "kelompok yang kurang dari lima orang (misalnya satu jenjang pendidikan pada salah satu layanan) "
    "dapat dihitung dari selisihnya."
)
OTHER_PERIODS = (
    "Bila publikasi {whole} dan publikasi {parts} diumumkan bersama, nilai atau jumlah kelompok "
    "yang kurang dari lima orang (misalnya satu jenjang pendidikan) dapat dihitung dari selisihnya."
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

    if service is not None:
        of_services = {one.key: result(period, one.key) for one in store.services(unit.key)}
        of_none = result(period, "")  # answers of no service, which have no notice
        return OTHER_SERVICES if _by_services(result(period), of_services, of_none, service) else ""
    if period.kind == config["PERIOD"]:
        return ""
    for longer, shorter in _overlapping(store, config, unit, period, now):
        parts = [(one.name, found) for one in shorter if publishable(found := result(one))]
        if small_cells.leaves_few(result(longer), [found for _, found in parts], result(period)):
            return OTHER_PERIODS.format(whole=longer.name, parts=joined([name for name, _ in parts]))
    return ""


def _by_services(whole: Result, named: Mapping[str, Result], of_none: Result, service: str) -> bool:
    if not publishable(named[service]):  # nothing of it is printed
        return False
    withheld = small_cells.services([*named.values(), of_none])
    public = {key: one for at, (key, one) in enumerate(named.items()) if at not in withheld}
    return service not in public or small_cells.leaves_few(whole, list(public.values()), public[service])


def _overlapping(
    store: Store, config: Config, unit: Unit, period: Period, now: datetime
) -> Iterator[tuple[Period, Sequence[Period]]]:
    """A longer period and the shorter ones inside it that are public, too, if this one is put up.

    Either a period of the office's rhythm that holds this one, beside all of this kind in there; or this one, beside
    all of the rhythm that it holds.
    """
    own = [one for one in results.periods_of(store, config, unit, now) if one.kind != FREE]
    for longer in own:
        if longer.start <= period.start and period.end <= longer.end:
            yield longer, [period] if period.kind == FREE else list(_inside(longer, period.kind))
    if held := [one for one in own if period.start <= one.start and one.end <= period.end]:
        yield period, held[::-1]


def _inside(longer: Period, kind: str) -> Iterator[Period]:
    one = Period.at(kind, longer.start)
    while one.end <= longer.end:
        yield one
        one = Period.at(kind, one.end)
