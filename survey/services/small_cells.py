"""Whether a public paper, beside all that is public already, would tell what is withheld about few people.

A unit's notice minus that of one of its services is the other services; a quarter minus two of its months is the third.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from calc.display import joined
from calc.report import small_cells
from calc.statistics.disclosure import publishable
from survey.domain.period import FREE, Period
from survey.services import results

if TYPE_CHECKING:
    from calc.report.data import ReportData
    from calc.scoring.result import Result
    from survey.services.scope import Scope

PUBLIC = ("notice", "certificate")  # kinds of paper that are put up for everybody

OTHER_SERVICES = (
    "Bila publikasi unit dan publikasi layanan-layanannya diumumkan bersama, nilai kelompok yang "
    "kurang dari lima orang, atau yang semuanya memberi jawaban sama, dapat dihitung dari selisihnya."
)
OTHER_PERIODS = (
    "Bila publikasi {whole} dan publikasi {parts} diumumkan bersama, nilai kelompok yang "
    "kurang dari lima orang, atau yang semuanya memberi jawaban sama, dapat dihitung dari selisihnya."
)


def revealing(scope: Scope, kind: str) -> str:
    """Why this paper should not be put up, as a sentence for the office; '' when it may.

    The notices of the unit, and of every service and period that may be published, are taken as published.
    """
    if kind not in PUBLIC:
        return ""
    for whole, parts, new, sentence, withheld in _beside(scope):
        if withheld or small_cells.leaves_few(whole, parts, new):
            return sentence
    return ""


def without_classes(data: ReportData, scope: Scope, kind: str) -> ReportData:
    """What a public paper says: no counts of gender and education where these, beside the others, would leave few."""
    if kind not in PUBLIC or not any(
        small_cells.leaves_few_in_a_class(whole, parts) for whole, parts, *_ in _beside(scope)
    ):
        return data
    profile = tuple(replace(field, withheld=True) for field in data.result.profile)
    return replace(data, result=replace(data.result, profile=profile))


def _beside(scope: Scope) -> Iterator[tuple[Result, list[Result], Result, str, bool]]:
    """A public value, its public parts, the result of this paper, what to say, and whether that is withheld itself."""
    period, service = scope.period, scope.service

    def result(of: Period, one: str | None = None) -> Result:
        return results.unit_result(scope.but(period=of, service=one))

    if service is not None:
        named = {one.key: result(period, one.key) for one in scope.services}
        if service not in named or not publishable(named[service]):  # nothing of it is printed
            return
        of_none = result(period, "")  # answers of no service, which have no notice
        withheld = small_cells.services([*named.values(), of_none])
        public = {key: one for at, (key, one) in enumerate(named.items()) if at not in withheld}
        yield result(period), list(public.values()), named[service], OTHER_SERVICES, service not in public
    if period.kind != scope.config["PERIOD"]:
        for longer, shorter in _overlapping(scope):
            parts = {one.name: found for one in shorter if publishable(found := result(one, service))}
            sentence = OTHER_PERIODS.format(whole=longer.name, parts=joined(list(parts)))
            yield result(longer, service), list(parts.values()), result(period, service), sentence, False


def _overlapping(scope: Scope) -> Iterator[tuple[Period, Sequence[Period]]]:
    """A longer period and the shorter ones inside it that are public, too, if this one is put up.

    Either a period of the office's rhythm that holds this one, beside all of this kind in there; or this one, beside
    all of the rhythm that it holds.
    """
    known = results.periods_of(scope.store, scope.config, scope.unit, scope.now)
    period, own = scope.period, [one for one in known if one.kind != FREE]
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
