"""store -> calc: the only bridge. Pages, papers and commands ask here for a Result.

Official periods are sums of counters; a free range of days reads the raw answers of its unit. Answers to different
questionnaires are never added up: a period is computed on the questionnaire that links ask now, or, when nobody
answered that one, on the one of the latest month (within a month: the first by key).
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from calc.instruments.reader import instrument as shipped_instrument
from calc.rounding import round_half_up
from calc.scoring import classes, index, products, rollup, sums
from calc.scoring.convention import Convention, ConventionError, check
from calc.scoring.convention import convention as named
from calc.scoring.indexes import of_elements
from calc.scoring.result import About, ProfileCount, Result
from calc.scoring.rollup import POOLED, Part
from calc.scoring.tally import Tally
from survey.domain.period import Period
from survey.services.index_table import Cell, ProductsRow, Row, index_table, interval_table

if TYPE_CHECKING:
    from calc.instruments.model import Instrument
    from calc.scoring.sums import Sums
    from survey.config import Config
    from survey.domain.organisation import Organisation, Service, Unit
    from survey.domain.response import Response
    from survey.store import Store, TallyRow

NO_SERVICE = "Tanpa layanan tertentu"
AT_ONCE = 50  # units of a list whose counters are in memory together

Place = tuple[str, str, str, int]  # service, channel, questionnaire, number of answers
Said = tuple[tuple[tuple[str, str], ...], bool]  # class by profile question, whether there is a remark


class Group(NamedTuple):
    """Counted answers of one questionnaire, month and completeness; what both ways of counting yield.

    classes : respondents by class and the number of remarks, bytes of `calc.scoring.classes`
    """

    service: str
    channel: str
    instrument: str
    month: str
    answered: int
    tally: Tally
    classes: bytes


class Counted(NamedTuple):
    """What a unit and period have, and what of it counts.

    groups : all answers of the period; convention : the one that is used, which fits the questionnaire
    """

    instrument: Instrument
    convention: Convention
    groups: Sequence[Group]

    @property
    def counting(self) -> list[Group]:
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
        total = b""
        for group in self.counting:
            total = classes.add(total, group.classes)
        return classes.read(total, self.instrument.key).people

    @property
    def remarks(self) -> int:
        """Responses with a remark, whether they count or not: words are read whole."""
        return sum(classes.read(group.classes, group.instrument).remarks for group in self.groups)


def unit_result(
    store: Store,
    config: Config,
    unit: Unit,
    period: Period,
    now: datetime,
    *,
    service: str | None = None,
    convention: str | None = None,
    remarks: int = 0,
) -> Result:
    """Everything about one unit (or one service) and one period: index, elements, profile, about, remarks.

    Parameters
    ----------
    service : key of one service; None for all of the unit
    convention : name of a way to compute; None for the installation's
    remarks : how many of the newest remarks to bring along

    Raises
    ------
    ConventionError
        For an unknown convention, or one that does not fit the questionnaire.
    """
    start, end = period.bounds(config.zone)
    with store.snapshot():  # so that the classes of the respondents sum to the number of responses
        found = counted(store, config, unit, period, service=service, convention=convention)
        result = result_of(store, config, unit, period, now, found, service)
        written = store.remarks(unit.key, start, end, remarks, service) if remarks else []
    dated = tuple((at.astimezone(config.zone).date(), words) for at, words in written)
    return dataclasses.replace(result, remarks=dated)


def result_of(
    store: Store,
    config: Config,
    unit: Unit,
    period: Period,
    now: datetime,
    found: Counted,
    service: str | None = None,
    roll_up: str | None = None,
) -> Result:
    """The same without remarks, from counters that were read already; roll_up : None the installation's rule."""
    services = store.services(unit.key)
    one = next((s for s in services if s.key == service), None)
    about = _about(store.organisation(), config, unit, period, now, one)
    profile = _profile(found)
    if service is not None:
        return _result(found, about, profile)
    return _rolled(found, about, services, roll_up or config["ROLL_UP"], profile)


def counted(
    store: Store,
    config: Config,
    unit: Unit,
    period: Period,
    *,
    service: str | None = None,
    convention: str | None = None,
) -> Counted:
    """The counters behind a result; parameters and errors as in `unit_result`."""
    found = _counted(config, _groups(store, config, unit, period, service), chosen(config, convention))
    if convention:
        check(found.instrument, chosen(config, convention))
    return found


def counted_as(
    store: Store,
    config: Config,
    unit: Unit,
    period: Period,
    service: str | None,
    instrument: Instrument,
    convention: Convention,
) -> Counted:
    """The same in a way that somebody recorded, whatever the installation computes with today."""
    return Counted(instrument, convention, _groups(store, config, unit, period, service))


def of_service(config: Config, found: Counted, service: str) -> Counted:
    """One service of what is counted of a unit; '' the answers of no service."""
    return _counted(config, [group for group in found.groups if group.service == service], found.convention)


def chosen(config: Config, convention: str | None) -> Convention:
    """The convention of that name, or the installation's."""
    return named(convention, config["MINIMUM_ANSWERS"]) if convention else config.convention


def history(
    store: Store,
    config: Config,
    unit: Unit,
    periods: Sequence[Period],
    now: datetime,
    *,
    service: Service | None = None,
    convention: str | None = None,
    roll_up: str | None = None,
) -> list[tuple[Result, Counted]]:
    """One unit (or one service) in many official periods, without profile and remarks; counters are read once.

    roll_up : rule of combining services; None the installation's

    A period in which a convention does not fit the questionnaire of that time has exact weights, and says so.
    """
    months = sorted({month for period in periods for month in period.months or ()})
    rows = store.tallies([unit.key], months, service.key if service else None) if months else []
    groups, organisation, found = [_group(row) for row in rows], store.organisation(), []
    services, rule = store.services(unit.key), roll_up or config["ROLL_UP"]
    for period in periods:
        span = period.months or ()
        own = _counted(config, [g for g in groups if g.month in span], chosen(config, convention))
        about = _about(organisation, config, unit, period, now, service)
        result = _result(own, about) if service else _rolled(own, about, services, rule)
        found.append((result, own))
    return found


def parts(found: Counted, services: Sequence[Service]) -> list[Part]:
    """What a unit's index is rolled up from: services in their order, then the answers of no service."""
    keys = [service.key for service in services]
    named = {service.key: service for service in services}
    own: dict[str, list[Group]] = defaultdict(list)
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
    """(unit key, period key) -> Result without profile and remarks, from counters read once."""
    organisation, found = store.organisation(), {}
    named = {(unit.key, period.key): (unit, period) for unit in units for period in periods}
    for at, own, services, rule in _every(store, config, units, periods):
        about = _about(organisation, config, *named[at], now, None)
        found[at] = _rolled(own, about, services, rule)
    return found


def _every(
    store: Store, config: Config, units: Sequence[Unit], periods: Sequence[Period]
) -> Iterator[tuple[tuple[str, str], Counted, Sequence[Service], str]]:
    """(unit key, period key), what is counted there, the unit's services where they matter, the rule for them.

    One unit is read at a time: the counters of hundreds do not fit into the memory of a small server.
    """
    months = sorted({month for period in periods for month in period.months or ()})
    rule = config["ROLL_UP"]
    for unit in units:
        counters = [_group(row) for row in store.tallies([unit.key], months)]
        services = store.services(unit.key) if rule != POOLED else ()
        for period in periods:
            span = period.months
            groups = (
                _groups(store, config, unit, period, None)
                if span is None
                else [group for group in counters if group.month in span]
            )
            yield (unit.key, period.key), _counted(config, groups, config.convention), services, rule


def cells(
    store: Store, config: Config, units: Sequence[Unit], periods: Sequence[Period], now: datetime
) -> dict[tuple[str, str], Cell]:
    """(unit key, period key) -> what a list says of it, with index and interval, the same as in `overview`.

    From arrays, some units at a time, so that the memory stays flat; an average over services needs the counters of
    every service, and so its whole Result.
    """
    if config["ROLL_UP"] != POOLED:
        found = {}
        for unit in units:
            told = overview(store, config, [unit], periods, now)
            found.update({at: _cell_of(result) for at, result in told.items()})
        return found
    found = {}
    for first in range(0, len(units), AT_ONCE):
        found.update(_interval_cells(store, config, units[first : first + AT_ONCE], periods))
    return found


def _interval_cells(
    store: Store, config: Config, units: Sequence[Unit], periods: Sequence[Period]
) -> dict[tuple[str, str], Cell]:
    months = sorted({month for period in periods for month in period.months or ()})
    rows = store.unit_products([unit.key for unit in units], months) if months else []
    for period in periods:
        if period.months is None:
            rows = rows + [row for unit in units for row in _free_products(store, config, unit, period)]
    return interval_table(
        rows,
        {unit.key: unit.population for unit in units},
        {period.key: period.months or (period.key,) for period in periods},
        config.instrument,
        lambda instrument: _fitting(instrument, config.convention),
    )


def _cell_of(result: Result) -> Cell:
    names = (result.instrument, result.convention, result.roll_up)
    if result.index is None:
        return Cell(result.n, None, None, None, None, None, *names)
    told = (result.n, result.converted, result.grade, result.performance, round_half_up(result.index, 4))
    return Cell(*told, result.interval, *names, result.reach, result.fewest)


def indexes(
    store: Store, config: Config, units: Sequence[Unit], periods: Sequence[Period]
) -> Mapping[tuple[str, str], Cell]:
    """(unit key, period key) -> n, converted index and grade, the same as in `overview` and far cheaper.

    An average over services is not: it needs the counters of every service.
    """
    if config["ROLL_UP"] != POOLED:
        return {at: _cell(own, *rest) for at, own, *rest in _every(store, config, units, periods)}
    spans = {period.key: period.months or (period.key,) for period in periods}
    months = sorted({month for period in periods for month in period.months or ()})
    rows = store.unit_months([unit.key for unit in units], months) if months else []
    for period in periods:
        if period.months is None:
            rows = rows + [row for unit in units for row in _free_rows(store, config, unit, period)]
    return index_table(
        rows,
        [unit.key for unit in units],
        spans,
        config.instrument,
        lambda instrument: _fitting(instrument, config.convention),
    )


def _cell(found: Counted, services: Sequence[Service], rule: str) -> Cell:
    """A unit and period under the rule, without the rest of a Result: pages list many units."""
    own = parts(found, services)
    n = sum(part.tally.n for part in own)
    value = rollup.ni(found.instrument, own, rule, found.convention)
    if value is None:
        return Cell(n, None, None, None)
    converted = round_half_up(value * found.instrument.factor, 2)
    band = found.instrument.band(converted)
    reach = index.reach(found.instrument, found.convention)
    answered = np.stack([part.tally.answered for part in own]).sum(axis=0, keepdims=True)
    fewest = int(of_elements(found.instrument, answered).min())
    return Cell(n, converted, band.grade, band.performance, reach=reach, fewest=fewest)


def service_results(
    store: Store,
    config: Config,
    unit: Unit,
    period: Period,
    now: datetime,
    whole: Counted | None = None,
) -> list[Result]:
    """One Result per service of the unit that has answers, in the services' order; about.service names it.

    Answers given through a link of the whole unit come last, under words of their own.

    whole : what is counted of the unit, where it was read already
    """
    organisation, results = store.organisation(), []
    whole = whole or counted(store, config, unit, period)
    for service in [*store.services(unit.key), None]:
        key = service.key if service else ""
        own = [group for group in whole.groups if group.service == key]
        if own:
            about = _about(organisation, config, unit, period, now, service, NO_SERVICE)
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


def _groups(store: Store, config: Config, unit: Unit, period: Period, service: str | None) -> list[Group]:
    if period.months is not None:
        rows = store.tallies([unit.key], period.months, service)
        return [_group(row) for row in rows]
    start, end = period.bounds(config.zone)
    return _count(store.responses([unit.key], start, end, service), period.key)


def _group(row: TallyRow) -> Group:
    return Group(row.service, row.channel, row.instrument, row.month, row.answered, row.tally, row.classes)


def _count(responses: Iterable[Response], month: str) -> list[Group]:
    """Raw answers counted into groups; the period's key stands for the month."""
    texts: dict[Place, list[str]] = defaultdict(list)
    people: dict[Place, Counter[Said]] = defaultdict(Counter)
    for response in responses:
        place = (response.service, response.channel, response.instrument, response.answered)
        texts[place].append(response.answers)
        people[place][tuple((response.profile or {}).items()), bool(response.remark)] += 1
    return [
        Group(
            service, channel, key, month, answered, _tally(shipped_instrument(key), own), _classes(key, said)
        )
        for ((service, channel, key, answered), own), said in zip(texts.items(), people.values(), strict=True)
    ]


def _free_rows(store: Store, config: Config, unit: Unit, period: Period) -> list[Row]:
    """A free range of days as if it were a month."""
    found: dict[str, Sums] = {}
    for group in _groups(store, config, unit, period, None):
        own = sums.sums_of_tally(group.tally, group.answered)
        found[group.instrument] = sums.add(found[group.instrument], own) if group.instrument in found else own
    return [(unit.key, key, period.key, len(own), sums.to_bytes(own)) for key, own in found.items()]


def _free_products(store: Store, config: Config, unit: Unit, period: Period) -> list[ProductsRow]:
    """The same with products."""
    return [
        (
            unit.key,
            group.instrument,
            period.key,
            group.answered,
            group.tally.k,
            products.of_tally(group.tally),
        )
        for group in _groups(store, config, unit, period, None)
    ]


def _tally(instrument: Instrument, answers: Sequence[str]) -> Tally:
    return Tally.of_answers("".join(answers).encode("ascii"), len(instrument.items), instrument.scale)


def _classes(instrument: str, people: Mapping[Said, int]) -> bytes:
    counted = ((dict(said), remarked, n) for (said, remarked), n in people.items())
    return classes.count(instrument, counted)


def _instrument(config: Config, groups: Sequence[Group]) -> Instrument:
    answered = {group.instrument for group in groups}
    if not answered or config.instrument.key in answered:
        return config.instrument
    latest = max(group.month for group in groups)
    return shipped_instrument(min(group.instrument for group in groups if group.month == latest))


def _counted(config: Config, groups: Sequence[Group], convention: Convention) -> Counted:
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


def _others(instrument: Instrument, groups: Sequence[Group]) -> tuple[tuple[str, int], ...]:
    """Responses to other questionnaires, by questionnaire."""
    counts: Counter[str] = Counter()
    for group in groups:
        if group.instrument != instrument.key:
            counts[group.instrument] += group.tally.n
    return tuple(sorted(counts.items()))


def _of(instrument: Instrument, groups: Sequence[Group]) -> list[Group]:
    return [group for group in groups if group.instrument == instrument.key]


def _sum(instrument: Instrument, groups: Sequence[Group]) -> Tally:
    total = Tally.zero(len(instrument.items), instrument.scale)
    for group in groups:
        total = total + group.tally
    return total


def _about(
    organisation: Organisation,
    config: Config,
    unit: Unit,
    period: Period,
    now: datetime,
    service: Service | None,
    otherwise: str = "",
) -> About:
    """Whose result; a finished period is cut at its end, so that the same answers print the same paper."""
    end = period.bounds(config.zone)[1]
    cut = min(now.astimezone(UTC), end).astimezone(config.zone)
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
