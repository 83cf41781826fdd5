"""Promised repairs (rencana tindak lanjut) of one unit and one period: the list, one row, what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from calc.report.data import STATUSES, FollowUp
from calc.scoring.result import ElementResult, Result
from calc.statistics.ranking import by_need, first
from survey.desk.access import WRITERS, bp, note
from survey.desk.forms import FollowUpForm
from survey.desk.kept_forms import posted
from survey.desk.periods import chosen, possible, scope_now
from survey.domain.period import ROMAN, Period
from survey.services import results
from survey.services.follow_ups import Plan, before, plans
from survey.web import context, errors

CHANGED = "Rencana ini baru saja diubah orang lain. Di bawah ini yang Anda tulis; bandingkan dahulu, lalu simpan lagi."
CHANGED_FIRST = (
    "Rencana ini baru saja diubah orang lain. Periksa yang kini tertulis, lalu hapus bila tetap perlu."
)


class Suggestion(NamedTuple):
    element: ElementResult
    year: int
    quarter: int


@bp.get("/unit/<unit>/rtl")
def follow_ups(unit: str) -> ResponseReturnValue:
    store, choice = context.here().store, chosen(g.unit)
    result = result_of()
    found = by_need(result, plans(store, g.unit.key, choice.period), element_of)
    kept = [plan.item for plan in found if plan.period.key == choice.period.key]
    former = by_need(result, plans(store, g.unit.key, former_period()), element_of)
    page = render_template(
        "meja/follow_ups.html",
        unit=g.unit,
        choice=choice,
        kept=kept,
        inside=[plan for plan in found if plan.period.key != choice.period.key],
        former=former,
        former_period=former_period(),
        unfinished=unfinished(former, [plan.item for plan in found]),
        suggestions=suggestions(result, [plan.item for plan in found]),
        names={e.key: f"{e.name} ({e.code})" for e in result.elements},
        statuses=STATUSES,
        roman=ROMAN,
        writes=g.me.role in WRITERS,
    )
    return page, choice.status


@bp.route("/unit/<unit>/rtl/baru", methods=["GET", "POST"])
def new_follow_up(unit: str) -> ResponseReturnValue:
    possible(g.unit)
    form = form_of(FollowUp(0, request.args.get("unsur", ""), "", *next_quarter(), ""))
    if request.method == "POST" and form.validate():
        save(planned(0, form), "tambah rencana")
        return saved("Rencana sudah ditambahkan.")
    return page("Rencana baru", form)


@bp.route("/unit/<unit>/rtl/<number>", methods=["GET", "POST"])
def edit_follow_up(unit: str, number: str) -> ResponseReturnValue:
    item = follow_up_of(number)
    form = form_of(item)
    if request.method == "POST" and form.validate():
        if form.seen.data == mark(item) and save(planned(item.number, form), "ubah rencana", item):
            return saved("Rencana sudah disimpan.")
        item = follow_up_of(number)
        form.seen.data = mark(item)
        return page(f"Rencana {item.number}", form, item, CHANGED, status=409)
    return page(f"Rencana {item.number}", form, item)


@bp.route("/unit/<unit>/rtl/<number>/hapus", methods=["GET", "POST"])
def remove_follow_up(unit: str, number: str) -> ResponseReturnValue:
    item, here, period = follow_up_of(number), context.here(), chosen(g.unit).period

    def remove() -> bool:
        place = (g.unit.key, period.key, item.number)
        done = here.store.remove_follow_up(*place, here.clock(), g.me.name, seen=item)
        if done:
            note("hapus rencana", f"{g.unit.key}/{period.key}/{item.number}")
        return done

    if request.method == "GET":
        return removal_page(item)
    if request.form.get("seen") != mark(item) or not here.store.together(remove):
        return removal_page(follow_up_of(number), CHANGED_FIRST), 409
    flash("Rencana sudah dihapus dari laporan.")
    return redirect(list_address(), 303)


def removal_page(item: FollowUp, problem: str | None = None) -> str:
    return render_template(
        "meja/remove_follow_up.html",
        unit=g.unit,
        item=item,
        period=chosen(g.unit).period,
        names={e.key: e.name for e in result_of().elements},
        roman=ROMAN,
        seen=mark(item),
        problem=problem,
    )


@bp.post("/unit/<unit>/rtl/bawa")
def carry_follow_ups(unit: str) -> ResponseReturnValue:
    """What the former period left open, promised again; what is here already is not doubled."""
    period, former, soonest = possible(g.unit), former_period(), next_quarter()
    count = context.here().store.together(lambda: carry(former, period, soonest))
    flash(f"{count} rencana dibawa ke {period.name}." if count else "Tidak ada rencana yang perlu dibawa.")
    return redirect(list_address(), 303)


def carry(former: Period, period: Period, soonest: tuple[int, int]) -> int:
    """Promise again what was left open, not before the soonest year and quarter; how many there were."""
    here = context.here()
    kept = [plan.item for plan in plans(here.store, g.unit.key, period)]
    found = unfinished(plans(here.store, g.unit.key, former), kept)
    for item in found:
        year, quarter = max((item.year, item.quarter), soonest)
        fresh = replace(item, number=0, year=year, quarter=quarter)
        here.store.save_follow_up(g.unit.key, period.key, fresh, here.clock(), g.me.name)
    if found:
        note("bawa rencana", f"{g.unit.key}/{period.key}: {len(found)}")
    return len(found)


def carried(item: FollowUp, kept: list[FollowUp]) -> FollowUp | None:
    """The same promise in the list, or the promise itself when it is done; None while it must be carried."""
    same = (one for one in kept if (one.element, one.action) == (item.element, item.action))
    return item if item.status == "done" else next(same, None)


def unfinished(former: Sequence[Plan], kept: list[FollowUp]) -> list[FollowUp]:
    """What the former period left open and is not in the list yet."""
    return [plan.item for plan in former if carried(plan.item, kept) is None]


def element_of(plan: Plan) -> str:
    return plan.item.element


def suggestions(result: Result, kept: list[FollowUp]) -> list[Suggestion]:
    """The elements that the report begins with and nothing is promised for yet."""
    promised = {item.element for item in kept}
    return [Suggestion(e, *next_quarter()) for e in first(result) if e.key not in promised]


def next_quarter() -> tuple[int, int]:
    """Year and quarter just after the chosen period: a repair follows the report."""
    end = chosen(g.unit).period.end
    return end.year, (end.month - 1) // 3 + 1


def former_period() -> Period:
    """400 with a sentence for a period before the calendar begins."""
    try:
        return before(chosen(g.unit).period, context.here().config["PERIOD"])
    except ValueError as error:
        errors.refuse(400, str(error))


def result_of() -> Result:
    return results.unit_result(scope_now())


def follow_up_of(number: str) -> FollowUp:
    kept = context.here().store.follow_ups(g.unit.key, possible(g.unit).key)
    found = next((item for item in kept if str(item.number) == number), None)
    if found is None:
        abort(404)
    return found


def form_of(item: FollowUp) -> FollowUpForm:
    """The form with the elements of the questionnaire, the years around the period and what is there already."""
    form = FollowUpForm(
        posted(),
        data={
            "element": item.element,
            "action": item.action,
            "quarter": str(item.quarter),
            "year": str(item.year),
            "owner": item.owner,
            "status": item.status,
            "done_on": item.done_on.isoformat() if item.done_on else "",
            "note": item.note,
            "seen": mark(item),
        },
    )
    elements = [(e.key, f"{e.code} {e.name}") for e in result_of().elements]
    if item.number and item.element not in dict(elements):
        elements.append((item.element, item.element))  # of another questionnaire
    form.element.choices = [("", "Pilih unsur"), *elements]
    years = {*range(next_quarter()[0] - 1, next_quarter()[0] + 4), item.year}
    form.year.choices = [(str(year), str(year)) for year in sorted(years)]
    form.today = context.here().clock().astimezone(context.here().config.zone).date()
    return form


def mark(item: FollowUp) -> str:
    """Tells whether a row is still what somebody saw when they began to write."""
    return hashlib.sha256(repr(item).encode()).hexdigest()[:16]


def planned(number: int, form: FollowUpForm) -> FollowUp:
    return FollowUp(
        number,
        form.element.data,
        form.action.data,
        int(form.year.data),
        int(form.quarter.data),
        form.owner.data,
        form.status.data,
        form.day,
        form.note.data,
    )


def save(item: FollowUp, action: str, seen: FollowUp | None = None) -> bool:
    """Whether it could be saved: not when something else stands there by now than what was seen."""
    here, period = context.here(), chosen(g.unit).period

    def both() -> bool:
        kept = here.store.save_follow_up(g.unit.key, period.key, item, here.clock(), g.me.name, seen=seen)
        if kept is not None:
            note(action, f"{g.unit.key}/{period.key}/{kept.number}")
        return kept is not None

    return here.store.together(both)


def saved(sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(list_address(), 303)


def page(
    title: str,
    form: FollowUpForm,
    item: FollowUp | None = None,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    store, period = context.here().store, chosen(g.unit).period
    history = store.follow_up_history(g.unit.key, period.key, item.number) if item else []
    shown = render_template(
        "meja/follow_up.html",
        unit=g.unit,
        period=period,
        title=title,
        form=form,
        item=item,
        problem=problem,
        history=list(reversed(history)),
        names=dict(form.element.choices),
        statuses=STATUSES,
        roman=ROMAN,
    )
    return shown, 422 if form.errors else status


def list_address() -> str:
    return url_for("desk.follow_ups", unit=g.unit.key, periode=chosen(g.unit).period.key)
