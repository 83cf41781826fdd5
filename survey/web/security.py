"""What every request must pass before a view sees it, and the security headers of every reply."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from survey.config import ConfigError
from survey.store import StoreBusy, StoreRefused
from survey.web import hosts
from survey.web.context import here
from survey.web.errors import fault, refuse, show_fault, show_store_fault
from survey.web.filters import add_filters

if TYPE_CHECKING:
    from survey.config import Config

csrf = CSRFProtect()

COOKIELESS = ("kiosk", "public")  # blueprints without a login: nothing there rides on a cookie
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
MAX_FIELDS = 200

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

FOREIGN_HOST = (
    "Server ini tidak dikenal dengan alamat itu. Bila alamatnya benar, pengelola menambahkannya pada "
    "TRUSTED_HOSTS atau BASE_URL di config.toml."
)
STALE_PAGE = "Halaman ini terlalu lama terbuka atau kuki diblokir. Muat ulang halaman, lalu kirim kembali."


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
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config["PROXIES"], x_proto=config["PROXIES"])  # type: ignore[method-assign]  # as Flask advises


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


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie; a request without one costs no signature check."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.environ.get("HTTP_COOKIE", ""):
            return self.session_class()
        return super().open_session(app, request)
