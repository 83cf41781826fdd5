"""Which period a desk page shows: the open one, a former one, or two dates that somebody typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import g, request

from survey.domain.organisation import Unit
from survey.domain.period import FREE, Period
from survey.services import results
from survey.services.scope import Scope
from survey.web import context, errors


@dataclass(frozen=True)
class Choice:
    """period : what the page shows; problem : why not what was asked; offered : what the page lets choose."""

    period: Period
    offered: tuple[Period, ...]
    problem: str | None = None

    @property
    def status(self) -> int:
        return 400 if self.problem else 200

    @property
    def former(self) -> tuple[Period, ...]:
        """Official periods that are over, newest first."""
        return tuple(p for p in self.offered[1:] if p.kind != FREE)

    @property
    def query(self) -> dict[str, str]:
        """What the addresses of downloads carry."""
        return {"periode": self.period.key}


def chosen(unit: Unit | None) -> Choice:
    """The period that the address asks for; an impossible one gives the open period and a sentence.

    Found once for each request, however many parts of a page ask.
    """
    known: dict[str | None, Choice] = g.setdefault("choices", {})
    key = unit.key if unit else None
    if key not in known:
        known[key] = _chosen(unit)
    return known[key]


def _chosen(unit: Unit | None) -> Choice:
    here = context.here()
    now = here.clock()
    offered = tuple(results.periods_of(here.store, here.config, unit, now))
    open_period = (
        offered[0] if offered else Period.at(here.config["PERIOD"], now.astimezone(here.config.zone).date())
    )
    try:
        period = asked() or open_period
    except ValueError as error:
        return Choice(open_period, offered or (open_period,), str(error))
    if period.key not in {p.key for p in offered}:
        offered = (*offered, period)
    return Choice(period, offered)


def scope_now(service: str | None = None) -> Scope:
    """The unit in the address and the chosen period."""
    here = context.here()
    return Scope(here.store, here.config, g.unit, chosen(g.unit).period, here.clock(), service)


def possible(unit: Unit) -> Period:
    """The chosen period; 400 with a sentence for an impossible one, where taking the open one instead would mislead."""
    choice = chosen(unit)
    if choice.problem:
        errors.refuse(400, choice.problem)
    return choice.period


def asked() -> Period | None:
    """ValueError carries the sentence for the page."""
    first, last = (request.args.get(name, "").strip() for name in ("dari", "sampai"))
    if first or last:
        return Period.free(day(first, "awal"), day(last, "akhir"))
    key = request.args.get("periode", "")
    return Period.parse(key) if key else None


def day(text: str, which: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Tanggal {which} belum diisi atau tidak ada di kalender.") from None
