"""What every page shares: the installation behind the request, security headers, error pages, filters."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache, wraps
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, jsonify, render_template, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header
from werkzeug.middleware.proxy_fix import ProxyFix

from calc import display
from calc.disclosure import public_index
from survey import disk, hosts
from survey.config import ConfigError
from survey.store import StoreBusy, StoreRefused

if TYPE_CHECKING:
    from calc.instrument import Instrument
    from survey.config import Config
    from survey.store import Store

log = logging.getLogger("survey.web")
csrf = CSRFProtect()

COOKIELESS = ("kiosk", "public")  # blueprints without a login: nothing there rides on a cookie
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
MAX_FIELDS = 200
HEAVY = 3  # of a server's eight threads
DRAWINGS = 2  # of these: one is drawn, one is next
STATIC = Path(__file__).parent / "static"

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

FAULTS = {
    400: ("Permintaan tidak terbaca", "Kembali ke halaman sebelumnya, muat ulang, lalu coba sekali lagi."),
    403: ("Tidak diizinkan", "Permintaan ini tidak datang dari halaman aplikasi ini."),
    404: (
        "Halaman tidak ditemukan",
        "Periksa kembali alamatnya; mungkin ada huruf yang kurang.",
    ),
    405: ("Cara akses tidak dikenal", "Buka halaman ini melalui tautan atau tombol yang tersedia."),
    410: ("Sudah tidak berlaku", "Tautan ini sudah dicabut. Mintalah tautan yang baru kepada petugas."),
    413: ("Isian terlalu besar", "Persingkat isian Anda, lalu kirim kembali."),
    429: ("Terlalu banyak percobaan", "Tunggu beberapa menit, lalu coba kembali."),
    500: (
        "Terjadi kesalahan",
        "Coba kembali nanti. Bila berulang, sampaikan kode ini kepada pengelola.",
    ),
    503: ("Sistem belum dapat melayani", "Coba kembali beberapa saat lagi."),
}
FOREIGN_HOST = (
    "Server ini tidak dikenal dengan alamat itu. Bila alamatnya benar, pengelola menambahkannya pada "
    "TRUSTED_HOSTS atau BASE_URL di config.toml."
)
STALE_PAGE = "Halaman ini terlalu lama terbuka atau kuki diblokir. Muat ulang halaman, lalu kirim kembali."


@dataclass(frozen=True)
class Installation:
    """All that a view may reach. `clock` returns the time in UTC with its zone; tests pass their own."""

    config: Config
    store: Store
    instruments: Mapping[str, Instrument]
    clock: Callable[[], datetime]


class Sentence(str):
    """Words of ours for an error page; other descriptions may quote the request and are not shown."""


def here() -> Installation:
    """The installation that serves this request."""
    return current_app.extensions["skm"]


def refuse(status: int, sentence: str) -> NoReturn:
    """End the request with an error page that says this sentence."""
    abort(status, Sentence(sentence))


def heavy(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page that takes long: at most HEAVY of them at once in this process, the others come again by themselves.

    So some of the server's threads are always free for residents.
    """
    return _limited(view, "skm_heavy", HEAVY, "Beberapa halaman lain sedang disusun.", 1)


def paper(view: Callable[..., Any]) -> Callable[..., Any]:
    """The same for what is drawn meanwhile: a thread that waits for a drawing serves nobody else."""
    return _limited(heavy(view), "skm_drawings", DRAWINGS, "Kertas Anda sedang menunggu giliran.", 2)


def _limited(
    view: Callable[..., Any], name: str, places: int, sentence: str, seconds: int
) -> Callable[..., Any]:
    @wraps(view)
    def limited(*arguments: Any, **named: Any) -> Any:
        gate = current_app.extensions.setdefault(name, BoundedSemaphore(places))
        if not gate.acquire(blocking=False):
            busy(sentence, seconds)
        try:
            return view(*arguments, **named)
        finally:
            gate.release()

    return limited


def busy(sentence: str, seconds: int) -> NoReturn:
    """End the request for now: 503 with a page that says so and loads the same address again, without script."""
    response = fault(503, sentence, again=True)
    response.headers["Retry-After"] = str(seconds)
    if request.method == "GET":
        response.headers["Refresh"] = str(seconds)
    abort(response)


def drawn(paper: str, *arguments: Any, **options: Any) -> bytes:
    """The file of one of `survey.drawing.PAPERS`; 503 with a sentence when it cannot be made now."""
    from survey import drawing  # late: what only papers need is not loaded before the first

    try:
        return drawing.draw(paper, *arguments, **options)
    except drawing.NotDrawn:
        log.error("not drawn: %s", paper)
        refuse(503, "Berkas belum dapat dibuat. Coba lagi sebentar.")


def secure(app: Flask) -> None:
    """Give an app whose extensions['skm'] is set everything in this file.

    Raises
    ------
    ConfigError
        For a secret key that is missing or shorter than 32 characters.
    """
    config: Config = app.extensions["skm"].config
    settings(app, config)
    csrf.init_app(app)
    add_filters(app, config)
    app.session_interface = Sessions()
    app.before_request(guard)
    app.after_request(protect)
    app.register_error_handler(HTTPException, show_fault)
    app.register_error_handler(CSRFError, lambda e: fault(400, STALE_PAGE))
    app.register_error_handler(StoreBusy, show_store_fault)
    app.register_error_handler(StoreRefused, show_store_fault)
    if config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config["PROXIES"], x_proto=config["PROXIES"])


def settings(app: Flask, config: Config) -> None:
    """Flask's own settings that follow from the installation's."""
    if len(str(config["SECRET_KEY"])) < 32:
        raise ConfigError("SECRET_KEY belum ada atau kurang dari 32 karakter: jalankan `skm init`.")
    https = config.base_url.startswith("https://")
    trusted = list(config["TRUSTED_HOSTS"])
    app.config.update(
        SECRET_KEY=config["SECRET_KEY"],
        # one path for both, because browsers demand Path=/ for the __Host- name
        SESSION_COOKIE_NAME="__Host-skm" if https else "skm",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=config["MAX_BODY"],
        MAX_FORM_MEMORY_SIZE=config["MAX_BODY"],
        MAX_FORM_PARTS=MAX_FIELDS,
        TRUSTED_HOSTS=[*trusted, base_host(config)] if trusted else None,
        WTF_CSRF_CHECK_DEFAULT=False,  # guard_form decides
        WTF_CSRF_TIME_LIMIT=None,  # lives as long as the session: a page open over lunch still works
        WTF_CSRF_SSL_STRICT=False,  # guard_origin does it, also behind a proxy
    )


def base_host(config: Config) -> str:
    return urlsplit(config.base_url).netloc


def add_filters(app: Flask, config: Config) -> None:
    """Numbers and dates for templates, from `calc.display`."""

    def day(value: date | datetime) -> str:
        return display.long_date(
            value.astimezone(config.zone).date() if isinstance(value, datetime) else value
        )

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=display.number,
        whole=display.whole,
        percent=display.percent,
        long_date=day,
        moment=lambda at: display.moment(at.astimezone(config.zone)),
        megabytes=disk.in_mb,
        public_value=lambda found: public_index(found).words,
    )
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """Address of a static file with the hash of its content, so that browsers may keep it for ever."""
    return f"{request.script_root}/static/{name}?v={content_hash(name)}"


@cache
def content_hash(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def guard() -> None:
    """What every request must pass before a view sees it; what asks for a change, more."""
    guard_host()
    if request.method not in SAFE_METHODS:
        guard_origin()
        guard_body()
        guard_form()


def guard_host() -> None:
    """400 for a foreign Host; with a list in TRUSTED_HOSTS Flask has compared it already."""
    config, host = here().config, request.headers.get("Host")
    if host is None or config["TRUSTED_HOSTS"]:  # HTTP/1.0 names nobody, so nobody can be deceived
        return
    if not hosts.is_own(host, urlsplit(config.base_url).hostname or ""):
        refuse(400, FOREIGN_HOST)


def guard_origin() -> None:
    """Refuse changes that another site's page asks for, by Fetch Metadata, else by Origin.

    Every browser of today sends one of the two; a client that sends neither (a script, an old browser) is left
    to `guard_form`, which wants a token wherever a session means something.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        allowed = origin is None or urlsplit(origin).netloc in own_hosts()
    if not allowed:
        abort(403)


def own_hosts() -> set[str]:
    config = here().config
    return {request.host, base_host(config), *config["TRUSTED_HOSTS"]}


def guard_body() -> None:
    """413 for a body over the limit, 400 for absurdly many fields, before anything reads the form."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    if request.get_data(cache=True).count(b"&") >= MAX_FIELDS:
        abort(400)


def guard_form() -> None:
    """A token of the same session with every change, wherever a session cookie means something."""
    if request.endpoint and request.blueprint not in COOKIELESS:
        csrf.protect()


def protect(response: Response) -> Response:
    """Security headers for every reply, errors and static files too; what a view said itself stands."""
    hashes = g.get("csp_hashes", {})
    told = {name.lower() for name, _ in response.headers}
    wanted = protection(tuple(hashes.get("script", ())), tuple(hashes.get("style", ())), request.is_secure)
    response.headers.extend([header for header in wanted if header[0].lower() not in told])
    if request.blueprint == "desk" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    elif request.endpoint == "static" and request.args.get("v"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if "location" in told:
        response.headers["Location"] = own_address(response.headers["Location"])
        response.set_data(b"")  # Werkzeug's page repeats the address with the host
    return response


@lru_cache(50)
def protection(scripts: tuple[str, ...], styles: tuple[str, ...], https: bool) -> tuple[tuple[str, str], ...]:
    """The headers, with the hashes of the scripts and styles that stand in the page itself."""
    script, style = (" ".join(f" '{h}'" for h in hashes) for hashes in (scripts, styles))
    policy = (
        f"default-src 'self'; script-src 'self'{script}; style-src 'self'{style}; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    always = (
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", PERMISSIONS),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    )
    on_https = (
        ("Strict-Transport-Security", "max-age=31536000"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )
    return always + on_https if https else always


def own_address(location: str) -> str:
    """Take scheme and host off a redirect: all of ours stay here, and the router copies the Host header."""
    parts = urlsplit(location)
    if not parts.scheme and not parts.netloc:
        return location
    return "/" + parts.path.lstrip("/\\") + (f"?{parts.query}" if parts.query else "")


def show_fault(error: HTTPException) -> Response | HTTPException:
    """Error page for whatever a view or Flask refused; keeps headers such as Allow and Retry-After."""
    if error.code is None or error.code < 400:
        return error
    sentence = error.description if isinstance(error.description, Sentence) else None
    response = fault(error.code, sentence)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def show_store_fault(error: Exception) -> Response:
    """503: nothing was kept. The store's own sentence may name files, so only the log gets it."""
    log.error("penyimpanan: %s", error)
    response = fault(503)
    response.headers["Retry-After"] = "30"
    return response


def fault(status: int, sentence: str | None = None, *, again: bool = False) -> Response:
    """An error as a page, or as JSON when the caller asks for it; 500 carries an id that the log has too.

    again : it is no error, only not ready yet
    """
    title, cure = FAULTS.get(status, FAULTS[400] if status < 500 else FAULTS[500])
    sentence, number = sentence or cure, None
    if status == 500:
        number = secrets.token_hex(4).upper()
        log.error("kesalahan %s pada %s", number, request.endpoint)
    if wants_json():
        response = jsonify(error=sentence, **({"id": number} if number else {}))
    else:
        response = current_app.make_response(
            render_template(
                "error.html", status=status, title=title, sentence=sentence, number=number, again=again
            )
        )
    response.status_code = status
    return response


def wants_json() -> bool:
    """Whether the caller prefers JSON over a page."""
    return prefers_json(request.headers.get("Accept", ""))


@lru_cache(200)
def prefers_json(accept: str) -> bool:
    accepted = parse_accept_header(accept, MIMEAccept)
    return accepted.best_match(["text/html", "application/json"]) == "application/json"


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie; whoever brings none costs no signature check."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.environ.get("HTTP_COOKIE", ""):
            return self.session_class()
        return super().open_session(app, request)
