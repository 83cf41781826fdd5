"""Reading results: all units of a person at a glance, one unit in full."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from calc.instruments.reader import instrument
from calc.report.wording.sentences import interval_limits
from calc.scoring.comparison import beyond_chance
from calc.scoring.interval import CHANCE_ONLY
from calc.scoring.result import Result
from calc.scoring.sample_size import krejcie_morgan
from calc.statistics.ranking import ordered as ordered_elements
from survey.desk import charts
from survey.desk.access import READERS, bp
from survey.desk.arrivals import pace_of
from survey.desk.periods import Choice, chosen, scope_now
from survey.domain.organisation import Unit
from survey.domain.period import Period
from survey.services import results
from survey.services.index_table import Cell
from survey.web import context, limits

FORMER = 7  # periods before the shown one in the trend
REMARKS = 20
FEW = 30  # fewer answers than this are marked as indicative
PRIVATE = 5  # classes of fewer respondents than this could point at a person
MANY = 8  # from so many units on the page offers search

ORDERS = {
    "nama": "nama unit",
    "terendah": "IKM terendah",
    "tertinggi": "IKM tertinggi",
    "turun": "perubahan terburuk",
    "responden": "responden terbanyak",
}


@dataclass(frozen=True)
class Row:
    """One unit on the overview."""

    unit: Unit
    now: Cell
    before: Cell | None

    @property
    def target(self) -> int | None:
        """Sample size by Krejcie and Morgan for the unit's service users."""
        return krejcie_morgan(self.unit.population)

    @property
    def change(self) -> Decimal | None:
        """Difference to the period before, in points of the converted index."""
        if self.before is None or self.now.converted is None or self.before.converted is None:
            return None
        return self.now.converted - self.before.converted

    @property
    def beyond_chance(self) -> bool:
        """The change is larger than the intervals of two independent samples explain."""
        if self.before is None or self.change is None:
            return False
        return beyond_chance(self.now, self.before, instrument(self.now.instrument).factor)


@bp.get("/")
@limits.heavy
def overview() -> ResponseReturnValue:
    choice = chosen(None)
    units = [u for u in context.here().store.units() if u.active and g.me.sees(u.key)]
    search = request.args.get("cari", "").strip()[:60]
    order = request.args.get("urut", "") if request.args.get("urut", "") in ORDERS else "nama"
    rows = rows_of(units, choice)
    shown = ordered([r for r in rows if search.casefold() in r.unit.name.casefold()], order)
    page = render_template(
        "meja/results.html",
        choice=choice,
        rows=shown,
        all_rows=rows,
        search=search,
        order=order,
        orders=ORDERS,
        many=len(units) >= MANY,
        few=FEW,
        reads=g.me.role in READERS,
        limits=CHANCE_ONLY if any(row.now.interval for row in shown) else "",
    )
    return page, choice.status


def rows_of(units: list[Unit], choice: Choice) -> list[Row]:
    here, period = context.here(), choice.period
    before = _earlier(period)
    periods = [period, before] if before else [period]
    found = results.cells(here.store, here.config, units, periods, here.clock())
    return [
        Row(u, found[u.key, period.key], found.get((u.key, before.key)) if before else None) for u in units
    ]


def _earlier(period: Period) -> Period | None:
    """The period before; None before the first year of the calendar."""
    try:
        return period.previous()
    except ValueError:
        return None


def ordered(rows: list[Row], order: str) -> list[Row]:
    """Rows in the order asked for; units without answers last."""
    if order in ("terendah", "tertinggi"):
        sign = 1 if order == "terendah" else -1
        return sorted(rows, key=lambda r: (r.now.converted is None, sign * (r.now.converted or 0)))
    if order == "turun":
        return sorted(rows, key=lambda r: (r.change is None, r.change or 0))
    if order == "responden":
        return sorted(rows, key=lambda r: -r.now.n)
    return sorted(rows, key=lambda r: r.unit.name.casefold())


@bp.get("/unit/<unit>")
@limits.heavy
def unit(unit: str) -> ResponseReturnValue:
    here, choice, scope = context.here(), chosen(g.unit), scope_now()
    result = results.unit_result(scope, REMARKS)
    former = former_results(choice)
    services = results.service_results(scope)
    others = any(each.interval for each in (*former, *services))
    page = render_template(
        "meja/unit_results.html",
        unit=g.unit,
        choice=choice,
        result=result,
        limits=interval_limits(result) or (CHANCE_ONLY if others else ""),
        former=former,
        services=services,
        bars=charts.bars(result),
        trend=charts.trend,
        remarks=result.remarks,
        newest=here.store.newest(g.unit.key),
        seen=pace_of(choice.period, scope.now),
        aside=here.store.conflict_count(g.unit.key),
        few=FEW,
        private=PRIVATE,
        lowest=lowest_words,
    )
    return page, choice.status


def lowest_words(result: Result) -> str:
    """The lowest element of a service for one cell; how many where several are equally low."""
    known = ordered_elements(result)
    low = [e.short for e in known if e.mean == known[0].mean]
    if not low or len(low) == len(known):
        return "–"
    return " dan ".join(low) if len(low) <= 2 else f"{len(low)} unsur sama rendah"


def former_results(choice: Choice) -> list[Result]:
    """Results of the shown period and of those before it, oldest first."""
    here = context.here()
    periods = [p for p in choice.former if p.start < choice.period.start][:FORMER]
    found = results.overview(here.store, here.config, [g.unit], [choice.period, *periods], here.clock())
    return [found[g.unit.key, p.key] for p in reversed([choice.period, *periods])]
