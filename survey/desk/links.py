"""Links of a unit: what each leads to, its QR, new ones, revoking, sheets to print."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from calc.render.qr import qr_svg_path
from survey.desk.access import act, bp
from survey.desk.forms import LinkForm
from survey.desk.kept_forms import posted
from survey.domain import link as codes
from survey.domain.organisation import Counter, Link, Service
from survey.services import link_cards
from survey.web import context, errors, limits

SIZES = {
    "A4": "A4, satu per halaman",
    "A5": "A5, satu per halaman",
    "A6": "A6, satu per halaman",
    "A4x2": "A4, dua per halaman",
    "A4x4": "A4, empat per halaman",
}
WHOLE_UNIT = "Seluruh layanan unit"
KINDS = {"qr": "Ponsel warga", "kiosk": "Tablet bersama"}


@dataclass(frozen=True)
class Shown:
    """A link with the words of its place and its QR as (side, SVG path)."""

    link: Link
    url: str
    service: str
    counter: str
    kind: str
    qr: tuple[int, str]


def shown(link: Link) -> Shown:
    store = context.here().store
    services = {s.key: s.name for s in store.services(link.unit)}
    counters = {c.key: c.name for c in store.counters(link.unit)}
    url = codes.url(context.here().config, link.code)
    service = services.get(link.service, link.service) or WHOLE_UNIT
    return Shown(
        link,
        url,
        service,
        counters.get(link.counter, link.counter),
        KINDS.get(link.kind, link.kind),
        qr_svg_path(url),
    )


@bp.get("/unit/<unit>/tautan")
def links(unit: str) -> ResponseReturnValue:
    return page(new_form())


def page(form: LinkForm, status: int = 200) -> ResponseReturnValue:
    found = in_order(context.here().store.links(g.unit.key))
    active = [shown(link) for link in found if link.revoked_at is None]
    revoked = [shown(link) for link in found if link.revoked_at is not None]
    values = {"unit": g.unit, "active": active, "revoked": revoked, "form": form, "sizes": SIZES}
    values["has"] = {x.link.kind for x in active}
    return render_template("meja/links.html", **values), status


def in_order(links: list[Link]) -> list[Link]:
    """The whole unit first, then its services as the office lists them, each before its counters."""
    order = {s.key: i for i, s in enumerate(context.here().store.services(g.unit.key))}
    return sorted(links, key=lambda x: (order.get(x.service, -1), x.counter, x.made_at))


def new_form() -> LinkForm:
    """The form with the unit's active services and counters to choose from."""
    form = LinkForm(posted())
    form.service.choices = [("", WHOLE_UNIT), *((s.key, s.name) for s in services())]
    names = {s.key: s.name for s in services()}
    form.counter.choices = [
        ("", "Tanpa loket tertentu"),
        *((c.key, f"{c.name} – {names[c.service]}" if c.service in names else c.name) for c in counters()),
    ]
    return form


def services() -> list[Service]:
    return [s for s in context.here().store.services(g.unit.key) if s.active]


def counters() -> list[Counter]:
    return [c for c in context.here().store.counters(g.unit.key) if c.active]


@bp.post("/unit/<unit>/tautan")
def add_link(unit: str) -> ResponseReturnValue:
    form = new_form()
    if not form.validate():
        return page(form, 422)
    counter = next((c for c in counters() if c.key == form.counter.data), None)
    service = form.service.data or (counter.service if counter is not None else "")
    if counter is not None and counter.service and counter.service != service:
        form.counter.errors = ["Loket ini melayani layanan lain. Pilih layanan itu, atau loket lain."]
        return page(form, 422)
    here = context.here()
    made = Link(codes.new_code(), g.unit.key, form.kind.data, here.clock(), service, form.counter.data)
    act(lambda: here.store.add_link(made), "buat tautan", f"{g.unit.key}/{made.code}")
    flash(f"Tautan {made.code} sudah dibuat dan langsung dapat dipakai.")
    return redirect(f"{request.script_root}/meja/unit/{g.unit.key}/tautan#{made.code}", 303)


@bp.route("/unit/<unit>/tautan/<code>/cabut", methods=["GET", "POST"])
def revoke_link(unit: str, code: str) -> ResponseReturnValue:
    here = context.here()
    link = here.store.link(code)
    if link is None or link.unit != g.unit.key or link.revoked_at is not None:
        abort(404)
    if request.method == "GET":
        return render_template("meja/revoke_link.html", unit=g.unit, shown=shown(link))
    act(lambda: here.store.revoke_link(code, here.clock()), "cabut tautan", f"{g.unit.key}/{code}")
    flash(f"Tautan {code} sudah dicabut. Lembar yang memuatnya perlu diganti.")
    return redirect(f"{request.script_root}/meja/unit/{g.unit.key}/tautan", 303)


@bp.get("/unit/<unit>/lembar.pdf")
@limits.paper
def sheet(unit: str) -> Response:
    """Printable sheets of all active links for phones, of all tablets (?jenis=kiosk), or of one link (?kode=)."""
    size, only = request.args.get("ukuran", "A4"), request.args.get("kode")
    kind = "kiosk" if request.args.get("jenis") == "kiosk" else "qr"
    links = [x for x in in_order(context.here().store.links(g.unit.key)) if x.revoked_at is None]
    found = [x for x in links if (x.code == only if only is not None else x.kind == kind)]
    if size not in SIZES:
        errors.refuse(400, "Ukuran kertas yang tersedia: A4, A5, atau A6.")
    if not found:
        errors.refuse(
            404, f"Tidak ada tautan {KINDS[kind].lower()} yang aktif untuk dicetak. Buat tautan dahulu."
        )
    pdf = limits.drawn("sheet", link_cards.cards(context.here().store, context.here().config, found), size)
    what = "pasang-tablet" if found[0].kind == "kiosk" else "lembar-qr"
    name = f"{what}-{g.unit.key}-{only or 'semua'}-{size}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, content_type="application/pdf", headers=headers)
