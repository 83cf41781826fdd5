"""How answers came in: the busiest minute of a link, the time that filling in took, copies that were set aside."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from calc.statistics.pace import Pace
from survey.desk.access import bp
from survey.desk.links import KINDS
from survey.domain.period import Period
from survey.services.conflicts import conflicts
from survey.services.pace import Paces
from survey.web import context

CONFLICTS = 200  # newest ones that are listed


class Rush(NamedTuple):
    """How quickly answers came; through : the links of the busiest minute in words"""

    pace: Pace
    through: str


def pace_of(period: Period, now: datetime) -> Rush:
    """Looked at once a minute at most."""
    here = context.here()
    paces: Paces = current_app.extensions["skm_paces"]
    seen = paces.of(here.store, here.config.zone, g.unit, period, now)
    return Rush(seen.pace, through(*seen.where) if seen.where else "")


def through(service: str, counter: str, channel: str) -> str:
    """The links through which answers of that place come: also one of the whole unit may ask for the service."""
    links = context.here().store.links(g.unit.key)
    codes = [
        x.code for x in links if (x.kind, x.counter) == (channel, counter) and x.service in (service, "")
    ]
    named = {s.key: s.name for s in context.here().store.services(g.unit.key)}
    counters = {c.key: c.name for c in context.here().store.counters(g.unit.key)}
    words = [KINDS.get(channel, channel).lower()]
    words += [named.get(service, service)] if service else []
    words += [counters.get(counter, counter)] if counter else []
    return " ".join([" atau ".join(codes), f"({', '.join(words)})"]).strip()


@bp.get("/unit/<unit>/salinan")
def conflicting(unit: str) -> ResponseReturnValue:
    """Copies with an id that other answers had already."""
    here = context.here()
    rows = conflicts(here.store, here.instruments, g.unit.key, CONFLICTS)
    values = {"rows": rows, "count": here.store.conflict_count(g.unit.key), "through": through}
    return render_template("meja/conflicts.html", unit=g.unit, **values)
