"""The rhythm of publication: what was published by quarters is not put beside months where that tells more.

A quarter minus two of its months is the third. So the database remembers which rhythm (`PERIOD`) was published until
when. A period of the rhythm of now that shares days with formerly published ones is public only where nothing of any of
them is withheld: then it tells nothing that was not public already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from calc.statistics.disclosure import public_classes, public_index, unpublished_elements
from survey.domain.period import Period

if TYPE_CHECKING:
    from calc.scoring.result import Result
    from survey.config import Config
    from survey.store.protocols.maintenance import MaintenanceStore

NAME = (
    "rhythm"  # in the list of what was done for the database: '<kind>:<day>' of former ones, '<kind>' of now
)


class Former(NamedTuple):
    """A rhythm that was published until a day, the day not included."""

    kind: str
    until: date


def note(store: MaintenanceStore, config: Config, now: datetime) -> None:
    """Remember the rhythm of now; called when serving begins."""
    said = _said(store)
    if not said:
        store.note_upkeep(NAME, now, config["PERIOD"])
    elif said[-1] != config["PERIOD"]:
        today = now.astimezone(config.zone).date()
        store.note_upkeep(NAME, now, " ".join([*said[:-1], f"{said[-1]}:{today}", config["PERIOD"]]))


def former(store: MaintenanceStore, config: Config, now: datetime) -> list[Former]:
    """Rhythms of the past, oldest first; the last one also while its end is not noted yet."""
    said = _said(store)
    pairs = (words.partition(":") for words in said[:-1])
    found = [Former(kind, date.fromisoformat(until)) for kind, _, until in pairs]
    if said and said[-1] != config["PERIOD"]:
        found.append(Former(said[-1], now.astimezone(config.zone).date()))
    return found


def _said(store: MaintenanceStore) -> list[str]:
    noted = store.upkeep(NAME)
    return noted[1].split() if noted else []


def overlapping(period: Period, formers: list[Former], first: date) -> Iterator[Period]:
    """Formerly published periods of another kind that share days with this one; first : the day of the first answer."""
    for kind, until in formers:
        if kind == period.kind:
            continue
        one = Period.at(kind, max(period.start, first))
        while one.start < period.end and one.end <= until:
            yield one
            one = Period.at(kind, one.end)


def is_open(period: Period, others: list[Period], result: Callable[[Period], Result]) -> bool:
    """Whether a period may be public beside formerly published ones that share its days.

    Where it lies inside a longer one, its neighbours in there count, too: the longer one minus all of them is nothing.
    So do, inside a longer period, those of a former rhythm that never were published: it minus the others is them.
    """
    if not others:
        return True
    every = {period, *others}
    for other in others:
        if other.start <= period.start and period.end <= other.end:
            one = Period.at(period.kind, other.start)
            while one.end <= other.end:
                every.add(one)
                one = Period.at(period.kind, one.end)
        elif period.start <= other.start and other.end <= period.end:
            one = Period.at(other.kind, period.start)
            while one.end <= period.end:
                every.add(one)
                one = Period.at(other.kind, one.end)
    return all(_tells_all(result(each)) for each in every)


def _tells_all(result: Result) -> bool:
    """Whether nothing of it is withheld; nobody is nothing."""
    if not result.n:
        return True
    classes = [one.count for field in result.profile for one in public_classes(field)]
    return (
        public_index(result).converted is not None
        and not unpublished_elements(result)
        and None not in classes
    )
