"""Published results for everybody: pages, and the same as open data. No login, no cookie, no open period."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache, wraps
from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from calc.report.kinds import KINDS
from calc.report.wording import sentences
from calc.scoring.convention import convention as named
from calc.statistics.disclosure import public_index, public_result, publishable, unpublished_elements
from survey.domain.organisation import KEY, LONGEST_KEY
from survey.domain.period import INDONESIAN, Period
from survey.public import open_data
from survey.public.cache import SOON, Busy, Published
from survey.services import paper_check, results, rhythm
from survey.services.fingerprint import read_code
from survey.services.scope import Scope
from survey.web.context import Installation, here
from survey.web.limits import busy, heavy

if TYPE_CHECKING:
    from flask import Response

    from calc.scoring.result import Result
    from survey.domain.issued_paper import IssuedPaper
    from survey.domain.organisation import Unit
    from survey.services.index_table import Cell

bp = Blueprint("public", __name__)


class RhythmChanged(Exception):
    """An address of a period as it was published before the rhythm changed, and where to go on."""

    def __init__(self, unit: Unit, period: Period, near: list[Period]) -> None:
        super().__init__(period.key)
        self.unit, self.period, self.near = unit, period, near


@bp.errorhandler(RhythmChanged)
def gone(error: RhythmChanged) -> Response:
    """410: the results of these days are published under other addresses now, or not yet."""
    rhythm_now = INDONESIAN[here().config["PERIOD"]]
    if request.endpoint == "public.unit_page":
        ways = [(p.name, url_for("public.unit_page", unit=error.unit.key, periode=p.key)) for p in error.near]
        told = {"unit": error.unit, "period": error.period, "rhythm": rhythm_now, "ways": ways}
        body = render_template("hasil/rhythm.html", **told)
        return current_app.response_class(body, 410)
    told = {"error": RHYTHM.format(rhythm=rhythm_now), "periods": [p.key for p in error.near]}
    body = json.dumps(told, ensure_ascii=False) + "\n"
    return current_app.response_class(body, 410, mimetype="application/json")


View = Callable[..., "Response"]

RHYTHM = "Alamat ini tidak dipakai lagi: hasil sekarang diterbitkan per {rhythm}."
NO_CODE = "Kode terdiri atas paling sedikit 12 angka 0–9 atau huruf a–f. Ketik ulang."
LONGER_CODE = (
    "Lebih dari satu laporan mempunyai kode yang dimulai demikian. Ketik kodenya lebih panjang (Sidik data)."
)

CONTACT_HOLDS = timedelta(days=180)  # RFC 9116 wants an end less than a year away
KEEP_SECONDS = 300  # browsers and proxies may keep a page that long; afterwards they ask with the ETag


def from_memory(view: View) -> View:
    """A page that everybody reads alike: made once for each change, then sent from memory, its ETag looked at first.

    503 while it is made anew and enough wait for it.
    """

    @wraps(view)
    def kept(**named: str) -> Response:
        shelf: Published = current_app.extensions.setdefault("skm_published", Published())
        name = f"{request.path}?{request.args.get('periode', '')}"
        try:
            made = shelf.get(name, here(), lambda: view(**named))
        except Busy:
            busy("Hasil terbaru sedang disiapkan.", SOON)
        packed = request.accept_encodings["gzip"] > 0
        body = made.packed if packed else made.body
        response = current_app.response_class(body, made.status, made.headers)
        response.vary.add("Accept-Encoding")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        if made.status == 200:
            response.set_etag(f"{made.mark}-gzip" if packed else made.mark)
            response.make_conditional(request)
        return response

    return kept


@bp.get("/")
def home() -> ResponseReturnValue:
    """Who types the bare address wants to see something: the published results."""
    return redirect(url_for("public.index"), 302)


@bp.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Where a weakness is reported (RFC 9116); 404 while no contact is set."""
    config, until = here().config, here().clock() + CONTACT_HOLDS
    if not config["SECURITY_CONTACT"]:
        abort(404)
    lines = (
        f"Contact: {config['SECURITY_CONTACT']}",
        f"Expires: {until:%Y-%m-%d}T00:00:00Z",
        "Preferred-Languages: id, en",
        f"Canonical: {config.base_url}/.well-known/security.txt",
    )
    return reply("\n".join(lines) + "\n", "text/plain")


@bp.get("/robots.txt")
def robots() -> Response:
    """Search engines are welcome to the published results, and have no business at forms and desk."""
    return reply("User-agent: *\nDisallow: /s/\nDisallow: /meja/\nAllow: /hasil\n", "text/plain")


@bp.get("/hasil")
@from_memory
def index() -> Response:
    """Every unit with its newest published value."""
    units, periods = active(here()), finished(here(), None)
    found = results.cells(here().store, here().config, units, periods, here().clock())
    rows, formers = [], former(here())
    for unit in units:
        own = opened(here(), unit, periods, formers)
        period = next((p for p in own if is_public(found[unit.key, p.key])), None)
        rows.append((unit, period, found[unit.key, period.key] if period else None))
    return page("hasil/results.html", rows=rows, organisation=here().store.organisation())


@bp.get("/hasil.json")
@from_memory
def index_json() -> Response:
    """All published results of all units, newest first."""
    return reply(open_data.index_json(here().store.organisation(), published(here())), "application/json")


@bp.get("/hasil.csv")
@from_memory
def index_csv() -> Response:
    """The same as a table."""
    found = open_data.index_csv(here().store.organisation(), published(here()))
    return reply(found, "text/csv", "hasil-skm.csv")


@bp.get("/hasil/<unit>")
@from_memory
def unit_page(unit: str) -> Response:
    """The public notice of a unit as a page."""
    asked, period, periods = choice(unit)
    if period is None:
        return page("hasil/no_results.html", unit=asked, organisation=here().store.organisation())
    result = result_of(asked, period)
    return page("hasil/unit_results.html", unit=asked, period=period, periods=periods, **told(result))


@bp.get("/hasil/<unit>.json")
@from_memory
def unit_json(unit: str) -> Response:
    """The notice's figures with all elements."""
    asked, period, periods = choice(unit)
    if period is None:
        return data({"unit": asked.key, "unit_name": asked.name, "published": False, "periods": []})
    return data({**open_data.record(result_of(asked, period)), "periods": [p.key for p in periods]})


@bp.get("/hasil/<unit>.csv")
@from_memory
def unit_csv(unit: str) -> Response:
    """The same as a table: the index and every element."""
    asked, period, _ = choice(unit)
    if period is None:
        abort(404)
    result = result_of(asked, period)
    return reply(open_data.element_csv(result), "text/csv", f"hasil-skm-{asked.key}-{period.key}.csv")


@bp.get("/hasil/<unit>/periksa")
@heavy
def check_page(unit: str) -> Response:
    """Whether the code on a paper is that of the answers as they are kept now."""
    if not KEY.fullmatch(unit) or (asked := here().store.unit(unit)) is None:
        abort(404)
    return page("hasil/paper_check.html", unit=asked, typed=request.args, **checked(asked))


def checked(unit: Unit) -> dict[str, object]:
    """What the page of a check says; `wrong` is a sentence about what was typed."""
    store, config, now = here().store, here().config, here().clock()
    typed = request.args
    told: dict[str, object] = {"verdict": None, "wrong": "", "organisation": store.organisation()}
    if not typed.get("kode"):
        return told
    if not (code := read_code(typed["kode"])):
        return {**told, "wrong": NO_CODE}
    verdict = paper_check.check_code(store, config, unit, code, now, asked_period())
    if verdict.status == paper_check.LONGER:
        return {**told, "wrong": LONGER_CODE}
    if verdict.status == paper_check.BUSY:
        busy("Banyak yang sedang memeriksa laporan.", SOON)
    way, since = verdict.way, store.papers_kept_since()
    upgraded = since - store.made_at() > timedelta(hours=1)  # else every paper has a row from the first on
    names = {service.key: service.name for service in store.services(unit.key)}
    return {
        **told,
        "verdict": verdict,
        "service": service_words(way.service, names) if way else "",
        "convention": named(way.convention, way.minimum).words_for(way.instrument) if way else "",
        "kinds": {
            KINDS[p.kind].name: forms_of(p.kind, verdict.papers) for p in verdict.papers if p.kind in KINDS
        },
        "since": since if upgraded else None,
    }


def asked_period() -> Period | None:
    """The period in the address of a paper from before papers were kept; None for none, and for any nonsense."""
    try:
        return Period.parse(request.args.get("periode", "")[:LONGEST_KEY])
    except ValueError:
        return None


def service_words(service: str | None, names: Mapping[str, str]) -> str:
    if service is None:
        return "Semua layanan"
    return names.get(service, service) or results.NO_SERVICE


def forms_of(kind: str, papers: Sequence[IssuedPaper]) -> str:
    return ", ".join(paper.form.upper() for paper in papers if paper.kind == kind)


def finished(installation: Installation, unit: Unit | None) -> list[Period]:
    """Periods that are over, newest first, of the office's own rhythm; unit : leave out what is not open for it.

    The open period changes with every answer, and overlapping periods would let anyone subtract one from the
    other: neither is published (see `survey.services.rhythm`).
    """
    config, now = installation.config, installation.clock()
    today = now.astimezone(config.zone).date()
    known = results.periods_of(installation.store, config, unit, now)
    own = [p for p in known if p.kind == config["PERIOD"] and p.end <= today]
    return own if unit is None else opened(installation, unit, own, former(installation))


def former(installation: Installation) -> list[rhythm.Former]:
    return rhythm.former(installation.store, installation.config, installation.clock())


def opened(
    installation: Installation, unit: Unit, periods: list[Period], formers: list[rhythm.Former]
) -> list[Period]:
    """Those that may be public beside what was published in another rhythm."""
    months = installation.store.months(unit.key) if formers else []
    if not months:
        return periods
    first, found = Period.parse(months[-1]).start, cache(lambda period: result_of(unit, period))
    return [p for p in periods if rhythm.is_open(p, list(rhythm.overlapping(p, formers, first)), found)]


def active(installation: Installation) -> list[Unit]:
    """Active units by name."""
    return sorted((u for u in installation.store.units() if u.active), key=lambda u: u.name.casefold())


def published(installation: Installation) -> list[tuple[Unit, Period, Cell]]:
    """What is published of active units, by their names, each from its newest period."""
    units, periods = active(installation), finished(installation, None)
    found = results.cells(installation.store, installation.config, units, periods, installation.clock())
    formers = former(installation)
    every = (
        (unit, period, found[unit.key, period.key])
        for unit in units
        for period in opened(installation, unit, periods, formers)
    )
    return [(unit, period, cell) for unit, period, cell in every if is_public(cell)]


def is_public(result: Result | Cell) -> bool:
    return publishable(result) and result.converted is not None


def choice(key: str) -> tuple[Unit, Period | None, list[Period]]:
    """The unit asked for, the finished period (?periode=, else the newest) and all others; or 404."""
    unit = here().store.unit(key)
    if unit is None:
        abort(404)
    periods = finished(here(), unit)
    wanted = request.args.get("periode")
    if wanted is None:
        return unit, default(unit, periods), periods
    period = next((p for p in periods if p.key == wanted), None)
    if period is None:
        refuse_former(unit, wanted, periods)
        abort(404)
    return unit, period, periods


def refuse_former(unit: Unit, wanted: str, periods: list[Period]) -> None:
    """RhythmChanged for a period that is over, but is not published in the rhythm of now."""
    installation = here()
    formers = former(installation)
    try:
        period = Period.parse(wanted[:LONGEST_KEY])
    except ValueError:
        return
    today = installation.clock().astimezone(installation.config.zone).date()
    kinds = {installation.config["PERIOD"], *(kind for kind, _ in formers)}
    if formers and period.kind in kinds and period.end <= today:
        near = [p for p in periods if p.start < period.end and period.start < p.end]
        raise RhythmChanged(unit, period, near or periods[:1])


def default(unit: Unit, periods: list[Period]) -> Period | None:
    """The newest period whose value is published, as in the list of units; else the newest finished one."""
    found = results.cells(here().store, here().config, [unit], periods, here().clock())
    shown = [p for p in periods if is_public(found[unit.key, p.key])]
    return next(iter(shown or periods), None)


def result_of(unit: Unit, period: Period) -> Result:
    installation = here()
    return results.unit_result(
        Scope(installation.store, installation.config, unit, period, installation.clock())
    )


def told(result: Result) -> dict[str, object]:
    """What the page shows, withheld where the paper withholds it."""
    labels = {field.key: field.label for field in result.profile}
    fields = [
        (labels[key], sentences.public_field(result, key)) for key in sentences.NOTICE_FIELDS if key in labels
    ]
    return {
        "result": result,
        "shown": is_public(result),
        "fields": [(label, classes) for label, classes in fields if classes],
        "withheld": unpublished_elements(result),
        "value": public_index(result),
        "days": sentences.period_days(result),
        "firmness": sentences.firmness(public_result(result)) if is_public(result) else "",
        "fine_print": sentences.fine_print(result),
        "mark": sentences.WITHHELD,
        "thanks": sentences.THANKS,
        "use": sentences.USE,
    }


def page(template: str, **values: object) -> Response:
    return reply(render_template(template, licence=open_data.licence(), **values), "text/html")


def data(value: dict[str, object]) -> Response:
    return reply(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "application/json")


def reply(body: str, kind: str, file: str | None = None) -> Response:
    """An answer that browsers and proxies may keep for a while."""
    response = current_app.response_class(body, mimetype=kind)
    response.headers["Cache-Control"] = f"public, max-age={KEEP_SECONDS}"
    if kind != "text/html":
        # open data: nothing here depends on who asks, so other sites may read it
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if file:
        response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


@bp.after_request
def once(response: Response) -> Response:
    """What is the same as before is not sent again to who has it."""
    if response.status_code == 200 and "ETag" not in response.headers:
        response.add_etag()
        response.make_conditional(request)
    return response
