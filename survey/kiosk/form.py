"""Pages of the resident: the form behind a link, and the door through which answers come in.

No cookie, no session, no token: a form needs nobody's rights, so a forged request can do nothing
that a direct one cannot, and a page that stood open over night still counts.
"""

from __future__ import annotations

import gzip
import json
import logging
import uuid
from collections.abc import Mapping
from contextlib import suppress
from functools import cache

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from itsdangerous import BadSignature, Signer
from werkzeug.exceptions import RequestEntityTooLarge

from survey.domain.organisation import Place, Service
from survey.domain.response import UUID, BadResponse, read_response, read_supplement
from survey.kiosk.page import SOURCES, Pages, Sheet, frame, hashes, render
from survey.store import Receipt, StoreBusy, StoreRefused
from survey.store.protocols.organisation import OrganisationStore
from survey.web.context import here
from survey.web.errors import wants_json
from survey.web.language import Words, languages, words

bp = Blueprint("kiosk", __name__)
log = logging.getLogger("survey.kiosk")
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

RETRY_AFTER = "5"  # seconds; a busy store is free again soon
# Nothing here may come back from a cache: not a former resident's page, not the id of a page.
UNCACHED = (("Cache-Control", "no-store"), ("Vary", "Accept, Accept-Encoding"))
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")
SUPPLEMENT_REFUSED = {"conflict": 409, "late": 410, "unknown": 404}


class NoPlace(Exception):
    """The code leads nowhere (any more); key names the sentence, status the reply."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status, self.key = status, key


@bp.get("/s/<code>")
def show(code: str) -> Response:
    sheet = sheet_of(find(here().store, code), request.args)
    new = b"" if sheet.part else str(uuid.uuid4()).encode()
    page = pages().get(sheet)
    return deliver(page.gzipped(new) if zipped() else page.plain(new))


@bp.post("/s/<code>")
def take(code: str) -> Response:
    place = find(here().store, code)
    if request.mimetype not in FORMS:
        return notice(415, "type")
    if "ganti_bahasa" in request.form:
        return deliver_text(filled_in(sheet_of(place, request.form)))
    return keep(place)


@bp.post("/s/<code>/tambahan")
def add(code: str) -> Response:
    place = find(here().store, code)
    if request.mimetype not in FORMS:
        return notice(415, "type")
    return supplement(place)


@bp.get("/s/sw.js")
def worker() -> Response:
    """The service worker; it lives here because its reach is the folder of its address."""
    response = current_app.response_class((SOURCES / "sw.js").read_bytes(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.errorhandler(NoPlace)
def nowhere(error: NoPlace) -> Response:
    return notice(error.status, error.key)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    return notice(413, "too_large")


def find(store: OrganisationStore, code: str) -> Place:
    """The place of a code as a person may have typed it.

    Raises
    ------
    NoPlace
        404 for a code that never was, 410 for one that was revoked or whose place is closed.
    """
    place = store.place(code.upper().replace("-", "").replace(" ", "")[:32])
    if place is None:
        raise NoPlace(404, "unknown")
    parts = (place.unit, place.service, place.counter)
    if place.link.revoked_at or not all(part.active for part in parts if part is not None):
        raise NoPlace(410, "revoked")
    return place


def sheet_of(place: Place, asked: Mapping[str, str]) -> Sheet:
    """What the form of this request looks like. asked : the query of a GET, the fields of a POST."""
    config = here().config
    spoken, tablet, officer = spoken_in(asked), on_tablet(place), "antrean" in request.args
    g.csp_hashes = hashes(tablet, officer)
    questionnaire = questionnaire_of(asked.get("kuesioner", ""))
    return Sheet(
        place=place,
        instrument=here().instruments[questionnaire],
        questionnaire=seal().sign(questionnaire).decode(),
        words=spoken,
        language=spoken.code,
        languages=offered(),
        action=url_for("kiosk.show", code=place.link.code, kiosk="" if "kiosk" in request.args else None),
        kiosk=tablet,
        profile=bool(config["PROFILE"]),
        services=services_of(place),
        warn=config["IDLE_WARNING"],
        wipe=config["IDLE_WIPE"],
        part=request.method == "GET" and asked.get("bagian") == "isi",
        officer=officer,
    )


def services_of(place: Place) -> tuple[Service, ...]:
    """Services to choose from at the link of a whole unit; none where there is nothing to choose."""
    if not place.of_whole_unit:
        return ()
    open_ones = tuple(service for service in here().store.services(place.unit.key) if service.active)
    return open_ones if len(open_ones) > 1 else ()


def named(place: Place, key: str, spoken: Words) -> Place:
    """The place with the service that the resident named; '' names none.

    Raises
    ------
    BadResponse
        For a service that the unit does not have (any more), and at a link that has its service already.
    """
    if not key:
        return place
    if not place.of_whole_unit:
        raise BadResponse({"layanan": spoken("error.service_given")})
    for service in here().store.services(place.unit.key):
        if service.key == key and service.active:
            return place.at(service)
    raise BadResponse({"layanan": spoken("error.service")})


def on_tablet(place: Place) -> bool:
    """Whether one device is shared by all who answer here."""
    return place.link.kind == "kiosk" or "kiosk" in request.args


def questionnaire_of(shown: str) -> str:
    """Key of the questionnaire that the answers belong to.

    A page may be older than the setting: then it is the one that it showed, by our signature. A stranger's form
    cannot begin another.
    """
    key = ""
    if shown:
        with suppress(BadSignature):
            key = seal().unsign(shown).decode()
    return key if key in here().instruments else str(here().config["INSTRUMENT"])


def seal() -> Signer:
    return Signer(here().config.require_secret(), salt="kuesioner")


def offered() -> tuple[str, ...]:
    return spoken_here(tuple(here().config["LANGUAGES"]))


@cache
def spoken_here(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the wanted languages that have a file."""
    return tuple(code for code in wanted if code in languages()) or languages()[:1]


def spoken_in(asked: Mapping[str, str]) -> Words:
    """The language somebody chose on this page, else the office's first.

    Not the browser's: many phones here are set to English by people who read Indonesian better.
    """
    chosen = asked.get("ganti_bahasa") or asked.get("bahasa") or request.args.get("lang") or ""
    return words(chosen if chosen in offered() else offered()[0])


def keep(place: Place) -> Response:
    """Hand the answers to the store, and say what became of them. Only a client that wants HTML gets a page."""
    form, at = request.form, here()
    spoken = spoken_in(form)
    try:
        response = read_response(
            form,
            named(place, form.get("layanan", ""), spoken),
            at.instruments[questionnaire_of(form.get("kuesioner", ""))],
            at.clock(),
            channel="kiosk" if on_tablet(place) else place.link.kind,
            language=spoken.code,
            words=spoken,
        )
        return receipt(place, spoken, current_app.extensions["skm_ids"].keep(at.store, response))
    except BadResponse as bad:
        if wants_json():
            return answer(422, errors=bad.errors)
        return deliver_text(filled_in(sheet_of(place, form), errors=bad.errors), 422)
    except (StoreBusy, StoreRefused) as fault:
        sentence = spoken("kiosk.busy")
        if wants_json():
            return later(fault, answer(503, error=sentence))
        return later(fault, deliver_text(filled_in(sheet_of(place, form), notice=sentence), 503))


def later(fault: Exception, reply: Response) -> Response:
    log.error("isian belum tersimpan: %s", fault)
    reply.headers["Retry-After"] = RETRY_AFTER
    return reply


def supplement(place: Place) -> Response:
    """Profile and remark of somebody whose answers are kept already, and what became of them, as JSON.

    Only the page's own script sends here: a form without script brings them with the answers.
    """
    form, at = request.form, here()
    spoken = spoken_in(form)
    try:
        instrument = at.instruments[questionnaire_of(form.get("kuesioner", ""))]
        kept = at.store.supplement(read_supplement(form, place, instrument, at.clock(), words=spoken))
    except BadResponse as bad:
        return answer(422, errors=bad.errors)
    except (StoreBusy, StoreRefused) as fault:
        return later(fault, answer(503, error=spoken("kiosk.busy")))
    if kept.status in ("kept", "again"):
        return answer(201 if kept.status == "kept" else 200, id=kept.id, status="kept")
    sentence = spoken(f"kiosk.supplement_{kept.status}")
    return answer(SUPPLEMENT_REFUSED[kept.status], id=kept.id, status=kept.status, error=sentence)


def receipt(place: Place, spoken: Words, kept: Receipt) -> Response:
    """201 new, 200 the same again with the same receipt, 409 other answers under the same id."""
    if kept.status == "conflict":
        if wants_json():
            return answer(409, id=kept.id, status="conflict", error=spoken("kiosk.conflict"))
        fresh = sheet_of(place, request.form).action
        return deliver_text(message(spoken, "errors", "conflict", fresh=fresh), 409)
    status = 201 if kept.status == "kept" else 200
    if wants_json():
        return answer(status, id=kept.id, status="kept")
    sheet = sheet_of(place, request.form)
    return deliver_text(message(spoken, "thanks", "thanks_text", sheet=sheet), status)


def filled_in(sheet: Sheet, errors: Mapping[str, str] | None = None, notice: str = "") -> str:
    """The form once more with the answers so far and the id that it came with."""
    came = request.form.get("id", "")
    id = came if UUID.fullmatch(came) and "id" not in (errors or {}) else str(uuid.uuid4())
    return render(sheet, id, request.form, errors, notice)


def message(words: Words, title: str, text: str, *, sheet: Sheet | None = None, fresh: str = "") -> str:
    """A page that only says something. sheet : whose thanks these are; fresh : address of an empty form."""
    return render_template(
        "kiosk/message.html",
        **frame(words),
        title=words(f"kiosk.{title}"),
        text=words(f"kiosk.{text}"),
        sheet=sheet,
        fresh=fresh,
    )


def notice(status: int, key: str) -> Response:
    """A refusal that has no form to show."""
    spoken = spoken_in(request.args)
    if key in ("unknown", "revoked"):
        title, text = key, f"{key}_text"
    else:
        title, text = "errors", key
    if wants_json():
        return answer(status, error=spoken(f"kiosk.{text}"))
    return deliver_text(message(spoken, title, text), status)


def answer(status: int, /, **body: object) -> Response:
    text = _encode(body) + "\n"
    return current_app.response_class(text, status, headers=UNCACHED, mimetype="application/json")


def deliver_text(text: str, status: int = 200) -> Response:
    return deliver(gzip.compress(text.encode(), 6, mtime=0) if zipped() else text.encode(), status)


def deliver(body: bytes, status: int = 200) -> Response:
    """A page as it travels; `zipped` decided how."""
    g.setdefault("csp_hashes", hashes(tablet=False, officer=False))
    response = current_app.response_class(body, status, headers=UNCACHED)
    # how the tablet tells our page from the login page of a public network
    response.headers["SKM-Page"] = "1"
    if zipped():
        response.headers["Content-Encoding"] = "gzip"
    return response


def zipped() -> bool:
    return request.accept_encodings["gzip"] > 0


def pages() -> Pages:
    kept: Pages = current_app.extensions.setdefault("skm-pages", Pages())
    return kept
