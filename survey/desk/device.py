"""A browser that knows an account: a signed cookie of the desk that says who has logged in here before.

It opens nothing. It only gives guesses from this browser a count of their own (`survey.domain.throttle`), so that
guesses from elsewhere cannot keep its owner out. It names no account in clear, is out of reach for
scripts, and is sent to the desk alone.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from survey.web import context

LIFE = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
MOST = 8  # accounts that one browser remembers, for a computer that is shared


def known(name: str) -> str | None:
    """What to call this browser when it guesses at this account; None when the account never logged in here."""
    kept = _read()
    here = _tag(kept["id"], name)
    return here if here in kept["of"] else None


def remember(name: str) -> None:
    """Let the reply of this request tell the browser that the account has logged in here."""
    kept = _read()
    here = _tag(kept["id"], name)
    kept["of"] = [*(tag for tag in kept["of"] if tag != here), here][-MOST:]
    text = _signer().dumps(kept)

    @after_this_request
    def tell(response: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        path = f"{request.script_root}/meja"
        response.set_cookie(
            _cookie(), text, max_age=LIFE, path=path, secure=secure, httponly=True, samesite="Lax"
        )
        return response


def _read() -> dict[str, Any]:
    """What the cookie says; that of a new browser when there is none, or none of ours."""
    try:
        kept = _signer().loads(request.cookies.get(_cookie(), ""), max_age=LIFE)
        return {"id": str(kept["id"]), "of": [str(tag) for tag in kept["of"]]}
    except (BadSignature, KeyError, TypeError):
        return {"id": secrets.token_urlsafe(18), "of": []}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context.here().config["SECRET_KEY"], salt="skm known browser")


def _cookie() -> str:
    return "__Secure-skm-perangkat" if current_app.config["SESSION_COOKIE_SECURE"] else "skm-perangkat"


def _tag(id: str, name: str) -> str:
    return hashlib.sha256(f"{id}\n{name}".encode()).hexdigest()[:32]
