"""The office's own words in the full report: every block with the words in force, and where they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from calc.report.data import ReportData
from calc.report.texts import BLOCKS
from survey.desk.access import WRITERS, bp, note
from survey.desk.forms import TextForm
from survey.desk.kept_forms import posted
from survey.desk.periods import chosen, possible, scope_now
from survey.services.report_data import unit_report_data
from survey.web import context, errors

CHANGED = "Kalimat ini baru saja diubah orang lain. Di bawah ini yang Anda tulis; bandingkan dahulu, lalu simpan lagi."


class Level(NamedTuple):
    """key : in addresses; name : for people; unit, period : as the store keeps it; writes : this person may."""

    key: str
    name: str
    unit: str
    period: str
    writes: bool


@bp.get("/unit/<unit>/kalimat")
def texts(unit: str) -> ResponseReturnValue:
    choice, data = chosen(g.unit), data_now()
    own = {level.key: words_at(level) for level in levels()}
    rows = [(key, block, in_force(key, own), words_of(data, key)) for key, block in BLOCKS.items()]
    page = render_template(
        "meja/texts.html", unit=g.unit, choice=choice, rows=rows, writes=g.me.role in WRITERS
    )
    return page, choice.status


@bp.route("/unit/<unit>/kalimat/<block>", methods=["GET", "POST"])
def edit_text(unit: str, block: str) -> ResponseReturnValue:
    if block not in BLOCKS:
        abort(404)
    possible(g.unit)
    level, data = level_of(request.args.get("tingkat", "laporan")), data_now()
    there = words_at(level).get(block, "")
    usual = without(data, level, block)
    form = TextForm(
        posted(),
        data={"words": there or usual, "seen": mark(there)},
    )
    asked = request.form.get("act", "") if request.method == "POST" else ""
    if asked == "kembalikan":
        return page(block, level, form, there, usual, back=True)
    if asked and (form.validate() or asked == "pasti"):
        words = "" if asked == "pasti" or form.words.data.strip() == usual.strip() else form.words.data
        if form.seen.data == mark(there) and save(block, level, words, there):
            return saved(block, words)
        there = words_at(level).get(block, "")
        form.seen.data = mark(there)
        return page(block, level, form, there, usual, problem=CHANGED, status=409)
    return page(block, level, form, there, usual)


def page(
    block: str,
    level: Level,
    form: TextForm,
    there: str,
    usual: str,
    *,
    back: bool = False,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    shown = render_template(
        "meja/text.html",
        unit=g.unit,
        choice=chosen(g.unit),
        key=block,
        block=BLOCKS[block],
        level=level,
        levels=levels(),
        filled={one.key for one in levels() if block in words_at(one)},
        form=form,
        there=there,
        usual=usual,
        back=back,
        problem=problem,
    )
    return shown, 422 if form.errors and not back else status


def save(block: str, level: Level, words: str, seen: str) -> bool:
    """Whether the words could be saved: not when others stand there by now than those that were seen."""
    here = context.here()

    def both() -> bool:
        place = (level.unit, level.period, block)
        done = here.store.save_report_text(*place, words, here.clock(), g.me.name, seen=seen)
        if done:
            note(
                "ubah kalimat laporan" if words else "kembalikan kalimat laporan", f"{subject(level)}/{block}"
            )
        return done

    return here.store.together(both)


def saved(block: str, words: str) -> ResponseReturnValue:
    flash("Kalimat sudah disimpan." if words else "Kalimat bawaan berlaku lagi.")
    return redirect(
        url_for("desk.texts", unit=g.unit.key, periode=chosen(g.unit).period.key) + f"#{block}", 303
    )


def levels() -> list[Level]:
    """The nearest first; what is nearest to the report is in force."""
    period = chosen(g.unit).period
    return [
        Level("laporan", f"Laporan {period.name}", g.unit.key, period.key, True),
        Level("unit", "Semua laporan unit ini", g.unit.key, "", True),
        Level("instalasi", "Semua unit", "", "", g.me.role == "admin"),
    ]


def level_of(key: str) -> Level:
    """404 for one that there is not; a sentence for one that belongs to the administrators."""
    level = next((one for one in levels() if one.key == key), None)
    if level is None:
        abort(404)
    if not level.writes:
        errors.refuse(403, "Kalimat untuk semua unit hanya diubah oleh pengelola.")
    return level


def words_at(level: Level) -> Mapping[str, str]:
    return context.here().store.report_texts(level.unit, level.period)


def in_force(key: str, own: Mapping[str, Mapping[str, str]]) -> str:
    """Name of the level whose words are printed; '' for the usual ones."""
    return next((level.name for level in levels() if key in own[level.key]), "")


def words_of(data: ReportData, key: str) -> str:
    own = data.texts.get(key, "")
    return own if own.strip() else BLOCKS[key].default(data)


def without(data: ReportData, level: Level, block: str) -> str:
    """What the report would say if this level said nothing."""
    order = levels()
    farther = order[order.index(level) + 1 :]
    words = next((found for one in farther if (found := words_at(one).get(block, ""))), "")
    return words_of(replace(data, texts={block: words}), block)


def data_now() -> ReportData:
    """400 with a sentence for a period before the calendar begins."""
    try:
        return unit_report_data(scope_now())
    except ValueError as error:
        errors.refuse(400, str(error))


def mark(words: str) -> str:
    """Tells whether the words are still those that somebody saw when they began to write."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def subject(level: Level) -> str:
    return "/".join(filter(None, (level.unit, level.period))) or "semua unit"
