"""Is this paper ours, what was it, and is it still what the answers say?

Every paper that left the house has a row; its code is computed again from the answers as they are kept now, in the way
that the row names. A paper from before there were rows is found by trying every way of computing on every period.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from calc.instruments.reader import InstrumentError
from calc.instruments.reader import instrument as shipped_instrument
from calc.scoring.convention import NAMES, Convention, ConventionError, check
from calc.scoring.convention import convention as named
from calc.scoring.rollup import POOLED, RULES
from calc.statistics.disclosure import publishable
from survey.domain.period import FREE, INDONESIAN, Period
from survey.services import results
from survey.services.fingerprint import fingerprint, fits, tallies_text
from survey.services.scope import Scope

if TYPE_CHECKING:
    from calc.instruments.model import Instrument
    from calc.scoring.result import Result
    from survey.config import Config
    from survey.domain.issued_paper import IssuedPaper
    from survey.domain.organisation import Unit
    from survey.services.results import Counted
    from survey.store import Store

MATCH, CHANGED, UNKNOWN, LONGER, BUSY = "match", "changed", "unknown", "longer", "busy"

_one_search = threading.Lock()  # trying every way on every period takes a core for a moment; anybody may ask


class Way(NamedTuple):
    """service : key of one service, None all of the unit; words : the convention in a sentence"""

    period: Period
    service: str | None
    convention: str
    minimum: int
    roll_up: str
    instrument: Instrument


class Verdict(NamedTuple):
    """What the check found.

    status : MATCH, the answers are still those; CHANGED, the paper is ours and they are not; UNKNOWN; LONGER, several
        codes begin so; BUSY, others are searching
    papers : rows of the code, first issued first; none for a paper from before there were rows
    way : how the paper was computed; None when it is unknown
    finished : its period is over, so that its answers do not change any more; was_running : it was not when it was made
    result : the numbers that the paper must show; only of a finished official period, and of enough people to publish
    """

    status: str
    papers: Sequence[IssuedPaper] = ()
    way: Way | None = None
    finished: bool = False
    result: Result | None = None
    was_running: bool = False


def check_code(
    store: Store, config: Config, unit: Unit, code: str, now: datetime, hint: Period | None = None
) -> Verdict:
    """Look up the digits that `survey.services.fingerprint.read_code` found, whatever period they are of.

    A code that fits proves that somebody holds the paper: it cannot be guessed or computed outside. So the numbers of
    a service are shown, too, which no public page lists.

    hint : the period that the address of an older paper names, tried first
    """

    def scope_of(period: Period, service: str | None = None, rule: str | None = None) -> Scope:
        return Scope(store, config, unit, period, now, service, roll_up=rule)

    with store.snapshot():
        papers = store.issued_papers(unit.key, code)
        if len({paper.code for paper in papers}) > 1:
            return Verdict(LONGER)
        if papers:
            row = papers[0]
            return _of_row(scope_of(Period.parse(row.period), row.service, row.roll_up), papers)
    if not _one_search.acquire(blocking=False):
        return Verdict(BUSY)
    try:
        with store.snapshot():
            last = store.papers_kept_since().astimezone(config.zone).date()
            periods = [hint] if hint and hint.kind != FREE else []
            months = [Period.parse(month) for month in store.months(unit.key)]
            periods += dict.fromkeys(Period.at(kind, month.start) for kind in INDONESIAN for month in months)
            older = (
                scope_of(period) for period in periods if period.start <= last
            )  # of a later one papers have a row
            return next(filter(None, (_of_older_paper(scope, code) for scope in older)), Verdict(UNKNOWN))
    finally:
        _one_search.release()


def _of_row(scope: Scope, papers: Sequence[IssuedPaper]) -> Verdict:
    row, finished = papers[0], scope.is_over
    try:
        instrument, convention = shipped_instrument(row.instrument), named(row.convention, row.minimum)
    except (InstrumentError, ConventionError):  # of a version that had others
        return Verdict(CHANGED, papers, None, finished)
    way = Way(scope.period, row.service, row.convention, row.minimum, row.roll_up, instrument)
    found = results.counted_as(scope, instrument, convention)
    if fingerprint(scope, found, row.roll_up) != row.code:
        was_running = row.cut < scope.bounds[1]
        return Verdict(CHANGED, papers, way, finished, was_running=was_running)
    return Verdict(MATCH, papers, way, finished, _told(scope, found))


def _of_older_paper(scope: Scope, code: str) -> Verdict | None:
    """The first way of computing this period whose paper has the code."""
    whole = results.counted(scope)
    for service in [None, *(service.key for service in scope.services), ""]:
        found = whole if service is None else results.of_service(scope.config, whole, service)
        for way in _ways(scope.but(service=service), found, code):
            told = _told(scope.but(service=service, roll_up=way.roll_up), _in(found, way))
            return Verdict(MATCH, (), way, scope.is_over, told)
    return None


def _ways(scope: Scope, found: Counted, code: str) -> Iterator[Way]:
    """Ways of computing whose paper has this code: any that `skm report` takes, with today's minimum or none."""
    if not found.groups:
        return
    tallies = tallies_text(found.groups)  # once for all ways
    minimums = dict.fromkeys((scope.config["MINIMUM_ANSWERS"], 0))
    rules = RULES if scope.service is None else (POOLED,)
    for name, minimum, rule in product(NAMES, minimums, rules):
        way = Way(scope.period, scope.service, name, minimum, rule, found.instrument)
        if not _is_possible(found.instrument, named(name, minimum)):
            continue
        if fits(code, fingerprint(scope, _in(found, way), rule, tallies)):
            yield way


def _is_possible(instrument: Instrument, convention: Convention) -> bool:
    try:
        check(instrument, convention)
    except ConventionError:
        return False
    return True


def _in(found: Counted, way: Way) -> Counted:
    """The same answers under the convention of a way."""
    return found._replace(convention=named(way.convention, way.minimum))


def _told(scope: Scope, found: Counted) -> Result | None:
    """The numbers that may be told; of a free range of days none: subtracted from a quarter it would tell the rest."""
    if scope.period.kind == FREE or not scope.is_over:
        return None
    result = results.result_of(scope, found)
    return result if publishable(result) else None
