"""store -> calc: the only bridge. Pages, papers and commands ask here for a Result.

Official periods are sums of tallies; a free range of days reads the raw answers of its unit. Answers to different
questionnaires are never added up: a period is computed on the questionnaire that links ask now, or, when nobody
answered that one, on the one of the latest month (within a month: the first by key).
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from calc.instruments.reader import instrument as shipped_instrument
from calc.rounding import round_half_up
from calc.scoring import classes, index, rollup
from calc.scoring.convention import Convention, ConventionError, check
from calc.scoring.convention import convention as named
from calc.scoring.result import About, ProfileCount, Result
from calc.scoring.rollup import POOLED, Part
from calc.scoring.tally import Tally
from calc.scoring.tally_rows import tally_of
from survey.domain.period import Period
from survey.services.index_table import Cell, cell_table
from survey.services.scope import Scope
from survey.store import TallyRow, UnitTallies
from survey.store.tally_columns import Counts, TallyKey, of_responses

if TYPE_CHECKING:
    from calc.instruments.model import Instrument
    from survey.config import Config
    from survey.domain.organisation import Organisation, Service, Unit
    from survey.domain.response import Response
    from survey.store import Store

NO_SERVICE = "Tanpa layanan tertentu"
AT_ONCE = 50  # units of a list whose tallies are in memory together
BLOCK = 10_000  # answers of a free range that are in memory together


class Counted(NamedTuple):
    """What a unit and period have, and what of it counts.

    groups : all answers of the period; convention : the one that is used, which fits the questionnaire
    """

    instrument: Instrument
    convention: Convention
    groups: Sequence[TallyRow]

    @property
    def counting(self) -> list[TallyRow]:
        """Answers to this questionnaire that are complete enough."""
        enough = self.convention.minimum_answers
        return [g for g in _of(self.instrument, self.groups) if g.answered >= enough]

    @property
    def tally(self) -> Tally:
        return _sum(self.instrument, self.counting)

    @property
    def complete(self) -> Tally:
        """Of the responses without any blank."""
        k = len(self.instrument.items)
        return _sum(self.instrument, [group for group in self.counting if group.answered == k])

    @property
    def by_class(self) -> Mapping[tuple[str, str], int]:
        """(profile question, class) -> respondents among those that count."""
        places = classes.places(self.instrument.key)
        total = np.zeros(len(places), np.int64)
        for group in self.counting:
            total += group.people
        return {pair: int(total[at]) for pair, at in places.items()}

    @property
    def remarks(self) -> int:
        """Responses with a remark, whether they count or not: words are read whole."""
        return sum(group.remarks for group in self.groups)


def unit_result(scope: Scope, remarks: int = 0) -> Result:
    """Everything about one unit (or one service) and one period: index, elements, profile, about, remarks.

    remarks : how many of the newest remarks to bring along

    Raises
    ------
    ConventionError
        For an unknown convention, or one that does not fit the questionnaire.
    """
    start, end = scope.bounds
    with scope.store.snapshot():  # so that the classes of the respondents sum to the number of responses
        result = result_of(scope, counted(scope))
        written = scope.store.remarks(scope.unit.key, start, end, remarks, scope.service) if remarks else []
    dated = tuple((at.astimezone(scope.config.zone).date(), words) for at, words in written)
    return dataclasses.replace(result, remarks=dated)


def result_of(scope: Scope, found: Counted) -> Result:
    """The same without remarks, from tallies that were read already."""
    about, profile = _about(scope, scope.store.organisation(), scope.own_service), _profile(found)
    if scope.service is not None:
        return _result(found, about, profile)
    return _rolled(found, about, scope.services, scope.rule, profile)


def counted(scope: Scope) -> Counted:
    """The tallies behind a result; errors as in `unit_result`."""
    found = _counted(scope.config, _groups(scope), scope.chosen)
    if scope.convention:
        check(found.instrument, scope.chosen)
    return found


def counted_as(scope: Scope, instrument: Instrument, convention: Convention) -> Counted:
    """The same in a way that somebody recorded, whatever the installation computes with today."""
    return Counted(instrument, convention, _groups(scope))


def of_service(config: Config, found: Counted, service: str) -> Counted:
    """One service of what is counted of a unit; '' the answers of no service."""
    return _counted(config, [group for group in found.groups if group.service == service], found.convention)


def history(scope: Scope, periods: Sequence[Period]) -> list[tuple[Result, Counted]]:
    """The same scope in many official periods, without profile and remarks; tallies are read once.

    A period in which a convention does not fit the questionnaire of that time has exact weights, and says so.
    """
    months = _months(periods)
    groups = scope.store.tallies([scope.unit.key], months, scope.service) if months else []
    organisation, found = scope.store.organisation(), []
    for period in periods:
        span = period.months or ()
        own = _counted(scope.config, [g for g in groups if g.month in span], scope.chosen)
        about = _about(scope.but(period=period), organisation, scope.own_service)
        whole = scope.service is None
        found.append((_rolled(own, about, scope.services, scope.rule) if whole else _result(own, about), own))
    return found


def parts(found: Counted, services: Sequence[Service]) -> list[Part]:
    """What a unit's index is rolled up from: services in their order, then the answers of no service."""
    keys = [service.key for service in services]
    named = {service.key: service for service in services}
    own: dict[str, list[TallyRow]] = defaultdict(list)
    for group in found.counting:
        own[group.service].append(group)
    made = []
    for key in sorted(own, key=lambda key: (not key, keys.index(key) if key in named else 0, key)):
        part = found._replace(groups=own[key])
        name = named[key].name if key in named else NO_SERVICE
        users = named[key].population if key in named else None
        made.append(Part(name, part.tally, part.complete, users, is_service=bool(key)))
    return made


def overview(
    store: Store, config: Config, units: Sequence[Unit], periods: Sequence[Period], now: datetime
) -> dict[tuple[str, str], Result]:
    """(unit key, period key) -> Result without profile and remarks, from tallies read once."""
    organisation, found, rule = store.organisation(), {}, config["ROLL_UP"]
    months = _months(periods)
    for unit in units:  # one at a time: the tallies of hundreds do not fit into the memory of a small server
        tallies = store.tallies([unit.key], months)
        services = store.services(unit.key) if rule != POOLED else ()
        for period in periods:
            scope, span = Scope(store, config, unit, period, now), period.months
            groups = _groups(scope) if span is None else [group for group in tallies if group.month in span]
            own = _counted(config, groups, config.convention)
            found[unit.key, period.key] = _rolled(own, _about(scope, organisation, None), services, rule)
    return found


def cells(
    store: Store, config: Config, units: Sequence[Unit], periods: Sequence[Period], now: datetime
) -> dict[tuple[str, str], Cell]:
    """(unit key, period key) -> what a list says of it, with index and interval, the same as in `overview`.

    From arrays, some units at a time, so that the memory stays flat; an average over services needs the tallies of
    every service, and so its whole Result.
    """
    if config["ROLL_UP"] != POOLED:
        return {
            at: _cell_of(result)
            for unit in units
            for at, result in overview(store, config, [unit], periods, now).items()
        }
    found: dict[tuple[str, str], Cell] = {}
    spans = {period.key: period.months or (period.key,) for period in periods}
    months = _months(periods)
    for first in range(0, len(units), AT_ONCE):
        some = units[first : first + AT_ONCE]
        rows = [store.unit_tallies([unit.key for unit in some], months)] if months else []
        for period in periods:
            if period.months is None:
                rows += [_free_tallies(Scope(store, config, unit, period, now)) for unit in some]
        users = {unit.key: unit.population for unit in some}
        fitting = partial(_fitting, convention=config.convention)
        found.update(cell_table(rows, users, spans, config.instrument, fitting))
    return found


def _cell_of(result: Result) -> Cell:
    names = (result.instrument, result.convention, result.roll_up)
    if result.index is None:
        return Cell(result.n, None, None, None, None, None, *names)
    told = (result.n, result.converted, result.grade, result.performance, round_half_up(result.index, 4))
    return Cell(*told, result.interval, *names, result.reach, result.fewest)


def service_results(scope: Scope, whole: Counted | None = None) -> list[Result]:
    """One Result per service of the unit that has answers, in the services' order; about.service names it.

    Answers given through a link of the whole unit come last, under words of their own.

    whole : what is counted of the unit, where it was read already
    """
    organisation, results = scope.store.organisation(), []
    whole = whole or counted(scope)
    for service in [*scope.services, None]:
        key = service.key if service else ""
        own = [group for group in whole.groups if group.service == key]
        if own:
            about = _about(scope, organisation, service, NO_SERVICE)
            results.append(_result(whole._replace(groups=own), about))
    return results


def periods_of(store: Store, config: Config, unit: Unit | None, now: datetime) -> list[Period]:
    """The open period first, then former ones of the configured rhythm that have answers, newest first, then
    the free ranges that the office registered."""
    kind, today = config["PERIOD"], now.astimezone(config.zone).date()
    current = Period.at(kind, today)
    former = {Period.parse(month).start for month in store.months(unit.key if unit else None)}
    official = {current} | {Period.at(kind, day) for day in former if day <= today}
    return sorted(official, key=lambda p: p.start, reverse=True) + [
        Period.parse(key) for key, _ in store.free_periods()
    ]


def _months(periods: Iterable[Period]) -> list[str]:
    """Of the official periods; a free range of days has none."""
    return sorted({month for period in periods for month in period.months or ()})


def _groups(scope: Scope) -> list[TallyRow]:
    period, units = scope.period, [scope.unit.key]
    if period.months is not None:
        return scope.store.tallies(units, period.months, scope.service)
    return _count(scope.store.responses(units, *scope.bounds, scope.service), period.key)


def _count(responses: Iterable[Response], month: str) -> list[TallyRow]:
    """Raw answers as rows; the period's key stands for the month."""
    stream, total = iter(responses), dict[TallyKey, Counts]()
    while block := list(islice(stream, BLOCK)):
        own: dict[TallyKey, list[Response]] = defaultdict(list)
        for one in block:
            own[one.unit, one.service, one.instrument, month, one.answered].append(one)
        for key, given in own.items():
            counts = of_responses(key[2], given)
            total[key] = total[key].plus(counts) if key in total else counts
    return [TallyRow(*key, *counts) for key, counts in total.items()]


def _free_tallies(scope: Scope) -> Mapping[str, UnitTallies]:
    """A free range of days as if it were a month."""
    own: dict[str, list[TallyRow]] = defaultdict(list)
    for group in _groups(scope):
        own[group.instrument].append(group)
    found = {}
    for key, groups in own.items():
        answered, numbers = zip(*((group.answered, group.numbers) for group in groups), strict=True)
        names = [scope.unit.key] * len(groups), [scope.period.key] * len(groups)
        found[key] = UnitTallies(*names, answered, np.stack(numbers))
    return found


def _instrument(config: Config, groups: Sequence[TallyRow]) -> Instrument:
    answered = {group.instrument for group in groups}
    if not answered or config.instrument.key in answered:
        return config.instrument
    latest = max(group.month for group in groups)
    return shipped_instrument(min(group.instrument for group in groups if group.month == latest))


def _counted(config: Config, groups: Sequence[TallyRow], convention: Convention) -> Counted:
    instrument = _instrument(config, groups)
    return Counted(instrument, _fitting(instrument, convention), groups)


def _result(found: Counted, about: About, profile: Sequence[ProfileCount] = ()) -> Result:
    return index.result(
        found.instrument,
        found.tally,
        found.convention,
        complete_tally=found.complete,
        about=dataclasses.replace(about, other_answers=_others(found.instrument, found.groups)),
        profile=profile,
    )


def _rolled(
    found: Counted,
    about: About,
    services: Sequence[Service],
    rule: str,
    profile: Sequence[ProfileCount] = (),
) -> Result:
    """The result of a whole unit under the rule of combining its services."""
    return rollup.rolled(
        found.instrument,
        parts(found, services),
        rule,
        found.convention,
        about=dataclasses.replace(about, other_answers=_others(found.instrument, found.groups)),
        profile=profile,
    )


def _fitting(instrument: Instrument, convention: Convention) -> Convention:
    """The convention, or exact weights where it belongs to another questionnaire.

    An office that moved from 14 elements to 9 still reads its former periods; the Result names what was used.
    """
    try:
        check(instrument, convention)
    except ConventionError:
        return named("exact", convention.minimum_answers)
    return convention


def _others(instrument: Instrument, groups: Sequence[TallyRow]) -> tuple[tuple[str, int], ...]:
    """Responses to other questionnaires, by questionnaire."""
    counts: Counter[str] = Counter()
    for group in groups:
        if group.instrument != instrument.key:
            counts[group.instrument] += group.n
    return tuple(sorted(counts.items()))


def _of(instrument: Instrument, groups: Sequence[TallyRow]) -> list[TallyRow]:
    return [group for group in groups if group.instrument == instrument.key]


def _sum(instrument: Instrument, groups: Sequence[TallyRow]) -> Tally:
    if not groups:
        return Tally.zero(len(instrument.items), instrument.scale)
    return tally_of(np.sum([group.numbers for group in groups], axis=0), instrument.scale)


def _about(scope: Scope, organisation: Organisation, service: Service | None, otherwise: str = "") -> About:
    """Whose result; a finished period is cut at its end, so that the same answers print the same paper."""
    unit, period = scope.unit, scope.period
    cut = min(scope.now.astimezone(UTC), scope.bounds[1]).astimezone(scope.config.zone)
    whole_unit = service is None and not otherwise
    return About(
        organisation=organisation.government or organisation.name,
        unit=unit.name,
        unit_key=unit.key,
        address=unit.address,
        service=service.name if service else otherwise,
        period=period.name,
        period_key=period.key,
        start=period.start,
        end=period.last_day,
        cut=cut.replace(second=0, microsecond=0),
        population=unit.population if whole_unit else service.population if service else None,
    )


def _profile(found: Counted) -> list[ProfileCount]:
    """Respondents by class, of exactly the responses that the index counts: shares sum to n."""
    instrument, n, counts = found.instrument, found.tally.n, found.by_class
    return [
        ProfileCount(
            key=field.key,
            label=field.label["id"],
            classes=tuple((c.key, c.label["id"], c.poster, counts[field.key, c.key]) for c in field.choices),
            not_stated=n - sum(counts[field.key, c.key] for c in field.choices),
        )
        for field in instrument.profile
    ]
