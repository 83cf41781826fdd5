"""The organisation, its units, services and counters: so that an office without a shell can work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from survey.desk.access import act, bp
from survey.desk.forms import CounterForm, KeyedForm, OrganisationForm, ServiceForm, UnitForm
from survey.desk.kept_forms import posted
from survey.domain import link as links
from survey.domain.look_alike import look_alike
from survey.domain.organisation import Counter, Link, Organisation, Service, Unit
from survey.web import context

AnyForm = TypeVar("AnyForm", bound=KeyedForm)
Thing = TypeVar("Thing", Unit, Service, Counter)
Part = TypeVar("Part", Service, Counter)


@bp.get("/kelola")
def office() -> ResponseReturnValue:
    store = context.here().store
    units = [(u, len(store.services(u.key)), len(store.counters(u.key))) for u in store.units()]
    return render_template("meja/organisation.html", units=units)


@bp.route("/kelola/instansi", methods=["GET", "POST"])
def organisation() -> ResponseReturnValue:
    store = context.here().store
    form = OrganisationForm(posted(), obj=store.organisation())
    if request.method == "POST" and form.validate():
        changed = Organisation(form.name.data, form.government.data)
        act(lambda: store.save_organisation(changed), "ubah instansi", changed.name)
        return saved("Nama instansi sudah disimpan.")
    return form_page("Nama instansi", form)


@bp.route("/kelola/unit-baru", methods=["GET", "POST"])
def new_unit() -> ResponseReturnValue:
    store = context.here().store
    form = UnitForm(posted())
    form.taken = frozenset(u.key for u in store.units())
    form.name.description = "Nama resmi unit penyelenggara, seperti pada laporan."
    form.ask_about(look_alike(form.name.data or "", store.units()))
    if request.method == "POST" and form.validate():
        made = Unit(form.key.data, **values_of(form))
        first = begun(store.save_unit, made, "tambah unit", made.key)
        return saved(f"Unit sudah ditambahkan, {first}. Sekarang tambahkan layanannya.", f"/{made.key}")
    return form_page("Unit baru", form)


@bp.route("/kelola/unit/<unit>", methods=["GET", "POST"])
def edit_unit(unit: str) -> ResponseReturnValue:
    store = context.here().store
    form = existing(UnitForm, g.unit)
    renamed = form.name.data if form.name.data != g.unit.name else ""
    form.ask_about(look_alike(renamed or "", store.units(), g.unit.key))
    if request.method == "POST" and form.validate():
        changed = replace(g.unit, **values_of(form))
        act(lambda: store.save_unit(changed), "ubah unit", changed.key)
        return saved("Data unit sudah disimpan.", f"/{g.unit.key}")
    services, counters = store.services(g.unit.key), store.counters(g.unit.key)
    values = {"unit": g.unit, "form": form, "services": services, "counters": counters}
    values["names"] = {s.key: s.name for s in services}
    return render_template("meja/place.html", **values), 422 if form.errors else 200


@bp.route("/kelola/unit/<unit>/layanan-baru", methods=["GET", "POST"])
def new_service(unit: str) -> ResponseReturnValue:
    store = context.here().store
    return new("Layanan", Service, ServiceForm(posted()), store.services(g.unit.key), store.save_service)


@bp.route("/kelola/unit/<unit>/layanan/<service>", methods=["GET", "POST"])
def edit_service(unit: str, service: str) -> ResponseReturnValue:
    store = context.here().store
    return edit("Layanan", service, ServiceForm, store.services(g.unit.key), store.save_service)


@bp.route("/kelola/unit/<unit>/loket-baru", methods=["GET", "POST"])
def new_counter(unit: str) -> ResponseReturnValue:
    store = context.here().store
    return new("Loket", Counter, CounterForm(posted()), store.counters(g.unit.key), store.save_counter)


@bp.route("/kelola/unit/<unit>/loket/<counter>", methods=["GET", "POST"])
def edit_counter(unit: str, counter: str) -> ResponseReturnValue:
    store = context.here().store
    return edit("Loket", counter, CounterForm, store.counters(g.unit.key), store.save_counter)


def new(
    title: str, record: type[Part], form: KeyedForm, others: list[Part], save: Callable[[Part], None]
) -> ResponseReturnValue:
    """A service or a counter of this unit that is not there yet."""
    with_services(form)
    form.taken = frozenset(one.key for one in others)
    if request.method == "POST" and form.validate():
        made = record(g.unit.key, form.key.data, **values_of(form))
        first = begun(save, made, f"tambah {title.lower()}", f"{made.unit}/{made.key}")
        return saved(f"{title} sudah ditambahkan, {first}.", f"/{g.unit.key}")
    return form_page(f"{title} baru", form, g.unit)


def edit(
    title: str, key: str, kind: type[KeyedForm], those: list[Part], save: Callable[[Part], None]
) -> ResponseReturnValue:
    """A service or a counter of this unit; 404 when it has none of that key."""
    found = next((one for one in those if one.key == key), None)
    if found is None:
        abort(404)
    form = with_services(existing(kind, found))
    if request.method == "POST" and form.validate():
        changed = replace(found, **values_of(form))
        act(lambda: save(changed), f"ubah {title.lower()}", f"{changed.unit}/{changed.key}")
        return saved(f"{title} sudah disimpan.", f"/{g.unit.key}")
    return form_page(found.name, form, g.unit)


def begun(save: Callable[[Thing], None], made: Thing, action: str, subject: str) -> str:
    """Keep a new place with the links that it begins with, as the commands do; says which."""

    def work() -> list[Link]:
        save(made)
        return links.begin(context.here().store, made, context.here().clock())

    told = {"qr": "tautan QR", "kiosk": "tautan tablet"}
    first = act(work, action, subject)
    return "beserta " + " dan ".join(f"{told[link.kind]} {link.code}" for link in first)


def values_of(form: KeyedForm) -> dict[str, Any]:
    """What a form says about a place, but for its key."""
    told = {field.name: field.data for field in form if field.name not in ("key", "sure")}
    return {**told, "active": told["active"] == "ya"}


def with_services(form: AnyForm) -> AnyForm:
    if isinstance(form, CounterForm):
        services = context.here().store.services(g.unit.key)
        form.service.choices = [("", "Seluruh layanan unit"), *((s.key, s.name) for s in services)]
    return form


def existing(kind: type[AnyForm], thing: Unit | Service | Counter) -> AnyForm:
    """The form of something that is there: its key stays as it is."""
    active = "ya" if thing.active else "tidak"
    form = kind(posted(), obj=thing, data={"active": active})
    if posted() is None:
        form.active.data = active
    del form.key
    return form


def form_page(title: str, form: Form, unit: Unit | None = None) -> ResponseReturnValue:
    page = render_template("meja/form.html", title=title, form=form, unit=unit)
    return page, 422 if form.errors else 200


def saved(sentence: str, unit: str = "") -> ResponseReturnValue:
    """To the list of units, or to one of them."""
    flash(sentence)
    return redirect(f"{request.script_root}/meja/kelola{f'/unit{unit}' if unit else ''}", 303)
