"""store -> calc for papers: everything that the papers of one unit and one period say, read at one moment.

From tallies, whatever the number of answers; only the rows of a sheet per respondent are read from the answers.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from calc.report.data import TYPED, ReportData, TrendPoint
from calc.report.kinds import MOST, ROWS
from calc.report.remarks import grouped
from calc.scoring.comparison import Change, change
from calc.scoring.rollup import POOLED, estimate, roll_ups
from calc.scoring.tally import scores_of_answers
from calc.statistics.priority import derived
from calc.statistics.reliability import reliability
from calc.statistics.sample import samples
from survey.domain.period import FREE, LENGTH, Period
from survey.domain.remark import mask
from survey.services import pace, results
from survey.services.fingerprint import fingerprint
from survey.services.follow_ups import before, plans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from calc.report.data import FollowUp
    from calc.scoring.interval import Estimate
    from calc.scoring.result import Result
    from survey.config import Config
    from survey.domain.organisation import Service, Unit
    from survey.services.results import Counted
    from survey.services.scope import Scope
    from survey.store.protocols.papers import FollowUpStore, ReportTextStore

CHANNELS = {"qr": "Kode QR", "kiosk": "Tablet di loket"}
REMARKS = 200  # newest ones that a report groups by theme
NEWEST = 10  # that a summary prints as they were written


def unit_report_data(
    scope: Scope,
    *,
    scores: bool | Callable[[int], bool] | None = False,
    remarks: int = REMARKS,
    found: Counted | None = None,
) -> ReportData:
    """Everything for the papers of a unit (or one of its services) and a period.

    Parameters
    ----------
    scores : bring the answers of every respondent along, one byte each; None: up to MOST respondents; or a function
        that says so of the number of respondents
    remarks : how many of the newest remarks to bring along, grouped and masked
    found : what `results.counted` gave for the same, where it was read already

    Raises
    ------
    ConventionError
        For an unknown convention, or one that does not fit the questionnaire.
    """
    store, config, unit, period, service = scope.store, scope.config, scope.unit, scope.period, scope.service
    start, end = scope.bounds
    former = before(period, config["PERIOD"])
    with store.snapshot():
        found = found or results.counted(scope)
        result = results.result_of(scope, found)
        services = scope.services
        listed = scores(result.n) if callable(scores) else result.n <= MOST if scores is None else scores
        rule = scope.rule if service is None else POOLED
        parted = results.parts(found, services)
        about = dataclasses.replace(
            result.about, pace=pace.look(store, config.zone, unit, period, service).pace
        )
        code = fingerprint(scope, found, rule)
        written = [
            (at.astimezone(config.zone).date(), mask(words))
            for at, words in store.remarks(unit.key, start, end, remarks, service)
        ]
        own = results.service_results(scope, found) if service is None else ()
        return ReportData(
            dataclasses.replace(result, about=about, remarks=tuple(written[:NEWEST])),
            found.instrument,
            services=tuple(own),
            trend=_trend(scope, (result, found)),
            inside=_inside(scope),
            reliability=reliability(found.instrument, found.complete),
            priority=derived(
                found.instrument, found.complete, result.elements, found.tally, result.about.population
            ),
            roll_ups=roll_ups(found.instrument, parted, found.convention, rule) if service is None else (),
            samples=samples(result, own),
            channels=_channels(found),
            places=_places(scope, services),
            follow_up=_plans(store, unit, period),
            former_follow_up=_plans(store, unit, former),
            former_period=former.name,
            remarks=grouped([words for _, words in written], found.instrument),
            remark_count=found.remarks,
            texts=report_texts(store, unit.key, period.key),
            scores=_scores(scope, found) if listed else None,
            fingerprint=code,
            verify=check_address(config, unit, code),
            version=_version(),
        )


def scores_for(kind: str, respondents: bool | None = None) -> bool | None:
    """What `unit_report_data` needs to bring for a paper; respondents as in `calc.render.render.paper`."""
    return True if kind in ROWS else respondents if kind == "full" else False


def report_texts(store: ReportTextStore, unit: str, period: str) -> Mapping[str, str]:
    """The words in force for a report: its own before the unit's, before the whole installation's."""
    levels = (("", ""), ("", period), (unit, ""), (unit, period))
    return {key: words for level in levels for key, words in store.report_texts(*level).items()}


def check_address(config: Config, unit: Unit, code: str) -> str:
    """Where everybody can check a paper: the page with the code filled in, which finds everything else by it."""
    return f"{config.base_url}/hasil/{unit.key}/periksa?kode={code[:TYPED]}"


def _trend(scope: Scope, last: tuple[Result, Counted]) -> tuple[TrendPoint, ...]:
    """All stored periods of the same kind up to this one; a free range of days stands alone."""
    told = results.history(scope, list(_former(scope)))
    return _points(scope, [*((result, found) for result, found in told if result.n), last])


def _inside(scope: Scope) -> tuple[TrendPoint, ...]:
    """The office's shorter periods inside half a year or a year, with answers, oldest first; for months quarters."""
    period, own = scope.period, scope.config["PERIOD"]
    kind = {"month": "quarter"}.get(own, own)
    if period.kind == FREE or LENGTH[period.kind] <= max(LENGTH[kind], LENGTH["quarter"]):
        return ()
    days = [Period.parse(month).start for month in scope.store.months(scope.unit.key)]
    found = {Period.at(kind, day) for day in days if period.start <= day < period.end}
    told = results.history(scope, sorted(found, key=lambda p: p.start))
    return _points(scope, [(result, found) for result, found in told if result.n])


def _points(scope: Scope, told: Sequence[tuple[Result, Counted]]) -> tuple[TrendPoint, ...]:
    """Each with its change to the one before it that has a value."""
    services = scope.services
    points, before = [], None
    for result, found in told:
        this = _Measured(result, found, _estimate(result, found, services))
        points.append(TrendPoint(result, _change(this, before)))
        before = this if result.index is not None else before
    return tuple(points)


def _plans(store: FollowUpStore, unit: Unit, period: Period) -> tuple[FollowUp, ...]:
    """With the name of the period that each was written for, where it is another one."""
    return tuple(
        dataclasses.replace(item, period="" if of.key == period.key else of.name)
        for of, item in plans(store, unit.key, period)
    )


class _Measured(NamedTuple):
    result: Result
    found: Counted
    estimate: Estimate | None


def _estimate(result: Result, found: Counted, services: Sequence[Service]) -> Estimate | None:
    """The index with its sampling error, under the rule that made the result."""
    own = results.parts(found, services)
    return estimate(found.instrument, own, result.roll_up, found.convention, result.about.population)


def _change(this: _Measured, before: _Measured | None) -> Change | None:
    """None for answers that cannot be compared: another questionnaire, convention or rule."""
    if before is None or any(
        getattr(this.result, name) != getattr(before.result, name)
        for name in ("instrument", "convention", "roll_up")
    ):
        return None
    return change(this.estimate, before.estimate)


def _former(scope: Scope) -> Iterator[Period]:
    """Periods of the same kind before this one that have answers, oldest first."""
    period = scope.period
    if period.kind == FREE:
        return
    months = scope.store.months(scope.unit.key)
    found = {Period.at(period.kind, Period.parse(month).start).key for month in months}
    for one in sorted(map(Period.parse, found), key=lambda p: p.start):
        if one.start < period.start:
            yield one


def _channels(found: Counted) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for group in found.counting:
        counts.update(group.channels)
    known = [key for key in CHANNELS if counts[key]] + sorted(counts.keys() - CHANNELS.keys())
    return tuple((CHANNELS.get(key, key), counts[key]) for key in known)


def _places(scope: Scope, services: Sequence[Service]) -> tuple[str, ...]:
    """Counters where a link stood in the period, each once; links of the unit or a service stand in its premises."""
    store, unit, (start, end) = scope.store, scope.unit, scope.bounds
    position = {one.key: at for at, one in enumerate(services)}
    counters = {one.key: one for one in store.counters(unit.key)}
    found = {}
    for link in store.links(unit.key):
        stood = link.made_at < end and (link.revoked_at is None or link.revoked_at > start)
        counter = counters.get(link.counter)
        served = link.service or (counter.service if counter else "")
        if stood and counter is not None and scope.service in (None, served):
            of = f" ({services[position[served]].name})" if served else ""
            found[position.get(served, len(position)), counter.name] = counter.name + of
    return tuple(found[order] for order in sorted(found))


def _scores(scope: Scope, found: Counted) -> NDArray[np.uint8]:
    """uint8 of shape (n, items): exactly the responses that the index counts, in order of arrival."""
    k, enough = len(found.instrument.items), found.convention.minimum_answers
    answers = bytearray()
    for page in scope.store.response_pages([scope.unit.key], *scope.bounds, scope.service):
        for row in page:
            text = row[6]
            if row[5] == found.instrument.key and k - text.count("-") >= enough:
                answers += text.encode("ascii")
    return scores_of_answers(answers, k, found.instrument.scale)


def _version() -> str:
    try:
        return metadata.version("skm-toolkit")
    except metadata.PackageNotFoundError:  # run from a folder of sources
        return ""
