"""Is this paper ours, and is it still what the answers say? The code on it is computed again from the counters."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from calc.convention import usual
from calc.disclosure import publishable
from calc.rollup import POOLED, RULES
from survey import results
from survey.fingerprint import counters_text, fingerprint, fits

if TYPE_CHECKING:
    from calc.result import Result
    from survey.config import Config
    from survey.organisation import Service, Unit
    from survey.period import Period
    from survey.results import Counted
    from survey.store import Store


class Verdict(NamedTuple):
    """What the check found.

    status : 'match', 'differs', or 'empty' when there are no answers
    finished : the period is over, so that its answers do not change any more
    result : the numbers that the paper must show; only of a finished period, and of enough people to publish
    """

    status: str
    finished: bool
    result: Result | None = None


def check(
    store: Store,
    config: Config,
    unit: Unit,
    period: Period,
    service: Service | None,
    code: str,
    now: datetime,
) -> Verdict:
    """Compare the digits that `survey.fingerprint.read_code` found with the counters of an official period.

    Whoever has a code that fits holds the paper: a code cannot be guessed or computed outside. So the numbers of a
    service are told, too, which no public page lists.
    """
    finished = period.end <= now.astimezone(config.zone).date()
    with store.snapshot():
        found = results.counted(store, config, unit, period, service=service.key if service else None)
        if not found.groups:
            return Verdict("empty", finished)
        way = _fitting(store.paper_key(), unit, period, service, found, code)
        if way is None:
            return Verdict("differs", finished)
        ((result, _),) = results.history(
            store,
            config,
            unit,
            [period],
            now,
            service=service,
            convention=way.convention,
            roll_up=way.roll_up,
        )
    return Verdict("match", finished, result if finished and publishable(result) else None)


class _Way(NamedTuple):
    """Names of a convention and of a rule of combining services."""

    convention: str
    roll_up: str


def _fitting(
    key: bytes, unit: Unit, period: Period, service: Service | None, found: Counted, code: str
) -> _Way | None:
    """The way of computing whose paper has this code: the installation's, or one that was asked for or set before."""
    minimum = found.convention.minimum_answers
    rules = RULES if service is None else (POOLED,)
    counters = counters_text(found.groups)  # once for all ways: anybody may ask, and a year has many of them
    for convention, rule in product((found.convention, *usual(found.instrument, minimum)), rules):
        counted = found._replace(convention=convention)
        whole = fingerprint(key, unit, period, service.key if service else None, counted, rule, counters)
        if fits(code, whole):
            return _Way(convention.name, rule)
    return None
