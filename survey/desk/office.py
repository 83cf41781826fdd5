"""The organisation, its units, services and counters: so that an office without a shell can work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from survey import link as links
from survey import web
from survey.desk.forms import CounterForm, KeyedForm, OrganisationForm, ServiceForm, UnitForm
from survey.desk.guard import act, bp
from survey.desk.written import posted
from survey.look_alike import look_alike
from survey.organisation import Counter, Link, Organisation, Service, Unit


@bp.get("/kelola")
def office() -> ResponseReturnValue:
    store = web.here().store
    units = [(u, len(store.services(u.key)), len(store.counters(u.key))) for u in store.units()]
    return render_template("meja/kelola.html", units=units)


@bp.route("/kelola/instansi", methods=["GET", "POST"])
def organisation() -> ResponseReturnValue:
    store = web.here().store
    form = OrganisationForm(posted(), obj=store.organisation())
    if request.method == "POST" and form.validate():
        changed = Organisation(form.name.data, form.government.data)
        act(lambda: store.save_organisation(changed), "ubah instansi", changed.name)
        return saved("Nama instansi sudah disimpan.", "kelola")
    return form_page("Nama instansi", form)


@bp.route("/kelola/unit-baru", methods=["GET", "POST"])
def new_unit() -> ResponseReturnValue:
    store = web.here().store
    form = UnitForm(posted())
    form.taken = frozenset(u.key for u in store.units())
    form.name.description = "Nama resmi unit penyelenggara, seperti pada laporan."
    form.ask_about(look_alike(form.name.data or "", store.units()))
    if request.method == "POST" and form.validate():
        made = Unit(form.key.data, **unit_values(form))
        first = links.of_place(web.here().clock(), made.key)
        act(lambda: with_links(store.save_unit, made, first), "tambah unit", made.key)
        return saved(
            f"Unit sudah ditambahkan, {beside(first)}. Sekarang tambahkan layanannya.",
            f"kelola/unit/{made.key}",
        )
    return form_page("Unit baru", form)


@bp.route("/kelola/unit/<unit>", methods=["GET", "POST"])
def edit_unit(unit: str) -> ResponseReturnValue:
    store = web.here().store
    form = existing(UnitForm, g.unit)
    renamed = form.name.data if form.name.data != g.unit.name else ""
    form.ask_about(look_alike(renamed or "", store.units(), g.unit.key))
    if request.method == "POST" and form.validate():
        changed = replace(g.unit, **unit_values(form))
        act(lambda: store.save_unit(changed), "ubah unit", changed.key)
        return saved("Data unit sudah disimpan.", f"kelola/unit/{g.unit.key}")
    services, counters = store.services(g.unit.key), store.counters(g.unit.key)
    values = {"unit": g.unit, "form": form, "services": services, "counters": counters}
    values["names"] = {s.key: s.name for s in services}
    return render_template("meja/kelola-unit.html", **values), 422 if form.errors else 200


def with_links(save: Callable[[Any], None], made: Unit | Service | Counter, first: list[Link]) -> None:
    """Keep a new place with the links that it begins with, as the commands do."""
    save(made)
    for link in first:
        web.here().store.add_link(link)


def beside(first: list[Link]) -> str:
    """Which links a new place has."""
    told = {"qr": "tautan QR", "kiosk": "tautan tablet"}
    return "beserta " + " dan ".join(f"{told[link.kind]} {link.code}" for link in first)


def unit_values(form: UnitForm) -> dict[str, object]:
    return {
        "name": form.name.data,
        "address": form.address.data,
        "phone": form.phone.data,
        "population": form.population.data,
        "active": form.active.data == "ya",
    }


@bp.route("/kelola/unit/<unit>/layanan-baru", methods=["GET", "POST"])
def new_service(unit: str) -> ResponseReturnValue:
    store = web.here().store
    form = ServiceForm(posted())
    form.taken = frozenset(s.key for s in store.services(g.unit.key))
    if request.method == "POST" and form.validate():
        values = {"population": form.population.data, "active": form.active.data == "ya"}
        made = Service(g.unit.key, form.key.data, form.name.data, **values)
        first = links.of_place(web.here().clock(), made.unit, made.key)
        act(lambda: with_links(store.save_service, made, first), "tambah layanan", f"{made.unit}/{made.key}")
        return saved(f"Layanan sudah ditambahkan, {beside(first)}.", f"kelola/unit/{g.unit.key}")
    return form_page("Layanan baru", form, g.unit)


@bp.route("/kelola/unit/<unit>/layanan/<service>", methods=["GET", "POST"])
def edit_service(unit: str, service: str) -> ResponseReturnValue:
    store = web.here().store
    found = next((s for s in store.services(g.unit.key) if s.key == service), None)
    if found is None:
        abort(404)
    form = existing(ServiceForm, found)
    if request.method == "POST" and form.validate():
        values = {"population": form.population.data, "active": form.active.data == "ya"}
        changed = replace(found, name=form.name.data, **values)
        act(lambda: store.save_service(changed), "ubah layanan", f"{changed.unit}/{changed.key}")
        return saved("Layanan sudah disimpan.", f"kelola/unit/{g.unit.key}")
    return form_page(found.name, form, g.unit)


@bp.route("/kelola/unit/<unit>/loket-baru", methods=["GET", "POST"])
def new_counter(unit: str) -> ResponseReturnValue:
    store = web.here().store
    form = with_services(CounterForm(posted()))
    form.taken = frozenset(c.key for c in store.counters(g.unit.key))
    if request.method == "POST" and form.validate():
        made = Counter(g.unit.key, form.key.data, **counter_values(form))
        first = links.of_place(web.here().clock(), made.unit, made.service, made.key)
        act(lambda: with_links(store.save_counter, made, first), "tambah loket", f"{made.unit}/{made.key}")
        return saved(f"Loket sudah ditambahkan, {beside(first)}.", f"kelola/unit/{g.unit.key}")
    return form_page("Loket baru", form, g.unit)


@bp.route("/kelola/unit/<unit>/loket/<counter>", methods=["GET", "POST"])
def edit_counter(unit: str, counter: str) -> ResponseReturnValue:
    store = web.here().store
    found = next((c for c in store.counters(g.unit.key) if c.key == counter), None)
    if found is None:
        abort(404)
    form = with_services(existing(CounterForm, found))
    if request.method == "POST" and form.validate():
        changed = replace(found, **counter_values(form))
        act(lambda: store.save_counter(changed), "ubah loket", f"{changed.unit}/{changed.key}")
        return saved("Loket sudah disimpan.", f"kelola/unit/{g.unit.key}")
    return form_page(found.name, form, g.unit)


def counter_values(form: CounterForm) -> dict[str, object]:
    return {"name": form.name.data, "service": form.service.data, "active": form.active.data == "ya"}


def with_services(form: CounterForm) -> CounterForm:
    services = web.here().store.services(g.unit.key)
    form.service.choices = [("", "Seluruh layanan unit"), *((s.key, s.name) for s in services)]
    return form


def existing(kind: type[KeyedForm], thing: Unit | Service | Counter) -> KeyedForm:
    """The form of something that is there: its key stays as it is."""
    form = kind(posted(), obj=thing, data={"active": "ya" if thing.active else "tidak"})
    if posted() is None:
        form.active.data = "ya" if thing.active else "tidak"
    del form.key
    return form


def form_page(title: str, form: Form, unit: Unit | None = None) -> ResponseReturnValue:
    page = render_template("meja/isian.html", title=title, form=form, unit=unit)
    return page, 422 if form.errors else 200


def saved(sentence: str, path: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(f"{request.script_root}/meja/{path}", 303)
