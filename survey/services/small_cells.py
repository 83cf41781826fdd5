"""Whether a public paper, beside all that is public already, would tell what is withheld about few people.

A unit's notice minus that of one of its services is the other services; a quarter minus two of its months is the third.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from calc.display import joined
from calc.report import small_cells
from calc.statistics.disclosure import publishable
from survey.domain.period import FREE, Period
from survey.services import results

if TYPE_CHECKING:
    from calc.report.data import ReportData
    from calc.scoring.result import Result
    from survey.config import Config
    from survey.domain.organisation import Unit
    from survey.store import Store

PUBLIC = ("notice", "certificate")  # kinds of paper that are put up for everybody

OTHER_SERVICES = (
    "Bila publikasi unit dan publikasi layanan-layanannya diumumkan bersama, nilai kelompok yang "
    "kurang dari lima orang, atau yang semuanya memberi jawaban sama, dapat dihitung dari selisihnya."
)
OTHER_PERIODS = (
    "Bila publikasi {whole} dan publikasi {parts} diumumkan bersama, nilai kelompok yang "
    "kurang dari lima orang, atau yang semuanya memberi jawaban sama, dapat dihitung dari selisihnya."
)


def revealing(
    store: Store, config: Config, unit: Unit, period: Period, kind: str, service: str | None, now: datetime
) -> str:
    """Why this paper should not be put up, as a sentence for the office; '' when it may.

    The notices of the unit, and of every service and period that may be published, are taken as published.
    """
    if kind not in PUBLIC:
        return ""
    for whole, parts, new, sentence, withheld in _beside(store, config, unit, period, service, now):
        if withheld or small_cells.leaves_few(whole, parts, new):
            return sentence
    return ""


def without_classes(
    data: ReportData,
    store: Store,
    config: Config,
    unit: Unit,
    period: Period,
    kind: str,
    service: str | None,
    now: datetime,
) -> ReportData:
    """What a public paper says: no counts of gender and education where these, beside the others, would leave few."""
    if kind not in PUBLIC or not any(
        small_cells.leaves_few_in_a_class(whole, parts)
        for whole, parts, *_ in _beside(store, config, unit, period, service, now)
    ):
        return data
    profile = tuple(replace(field, withheld=True) for field in data.result.profile)
    return replace(data, result=replace(data.result, profile=profile))


def _beside(
    store: Store, config: Config, unit: Unit, period: Period, service: str | None, now: datetime
) -> Iterator[tuple[Result, list[Result], Result, str, bool]]:
    """A public value, its public parts, the result of this paper, what to say, and whether that is withheld itself."""

    def result(of: Period, one: str | None = None) -> Result:
        return results.unit_result(store, config, unit, of, now, service=one)

    if service is not None:
        named = {one.key: result(period, one.key) for one in store.services(unit.key)}
        if service not in named or not publishable(named[service]):  # nothing of it is printed
            return
        of_none = result(period, "")  # answers of no service, which have no notice
        withheld = small_cells.services([*named.values(), of_none])
        public = {key: one for at, (key, one) in enumerate(named.items()) if at not in withheld}
        yield result(period), list(public.values()), named[service], OTHER_SERVICES, service not in public
    if period.kind != config["PERIOD"]:
        for longer, shorter in _overlapping(store, config, unit, period, now):
            parts = {one.name: found for one in shorter if publishable(found := result(one, service))}
            sentence = OTHER_PERIODS.format(whole=longer.name, parts=joined(list(parts)))
            yield result(longer, service), list(parts.values()), result(period, service), sentence, False


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
