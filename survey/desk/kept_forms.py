"""What somebody wrote is not lost with the session: kept for an hour, shown again to the same account, never executed.

Every form carries, signed, whose page it is. When it is sent without a living session, its fields are kept under a
random key that only this browser's signed cookie knows. After the login of the same account the page of the form shows
them again, and the person presses the button. Passwords and codes are never kept, nor are questions without a text.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from urllib.parse import quote

from flask import current_app, flash, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from survey.domain import account as people
from survey.web import context, errors, security

# Views whose forms people write in, and which show a form that `posted` gives them on GET.
KEPT = frozenset(
    {
        "desk.edit_text",
        "desk.new_follow_up",
        "desk.edit_follow_up",
        "desk.add_link",
        "desk.organisation",
        "desk.new_unit",
        "desk.edit_unit",
        "desk.new_service",
        "desk.edit_service",
        "desk.new_counter",
        "desk.edit_counter",
        "desk.people",
        "desk.person",
    }
)
LIFE = timedelta(hours=1)
SIGNED_FOR = (
    24 * 3600
)  # seconds; a page that stood open longer than a session can live is no page of this session
MOST = 4  # forms that one browser may have lost at the same time
OURS = ("csrf_token", "oleh")  # fields of every form, not written by anybody
BACK = "Yang Anda tulis sebelum sesi berakhir ditampilkan lagi. Belum tersimpan: periksa, lalu simpan."


def mark() -> str:
    """The signed name of the person whose page this is, for a hidden field of each form."""
    me = g.get("me")
    return _signer().dumps(me.name) if me is not None else ""


def posted() -> MultiDict[str, str] | None:
    """What a form is filled from: what was sent; on GET what was kept for this page, so that nothing is executed."""
    return request.form if request.method == "POST" else g.get("written")


def unsaved() -> bool:
    """Whether the forms of this page hold what was sent or kept, and not what is stored."""
    return request.method == "POST" or "written" in g


def login_needed() -> ResponseReturnValue:
    """To the login and from there back; a form that was sent is kept."""
    keep()
    return _to_login()


def _to_login() -> ResponseReturnValue:
    wanted = _path() if _has_page() else "/meja/"
    return redirect(f"{request.script_root}/meja/masuk?next={quote(wanted)}", 303)


def keep() -> bool:
    """Keep the form of this request when it is one that somebody wrote; whether it was."""
    writer = _writer()
    if request.method != "POST" or request.endpoint not in KEPT or not writer:
        return False
    fields = {name: values for name, values in request.form.lists() if name not in OURS}
    key = secrets.token_urlsafe(32)
    here = context.here()
    text = json.dumps(fields, ensure_ascii=False)
    here.store.keep_form(people.token_hash(key), writer, _path(), text, here.clock())
    session["titipan"] = [*_keys(), key][-MOST:]
    return True


def waiting() -> bool:
    """Whether this browser left a form that can be shown after the login."""
    return any(_kept(key) is not None for key in _keys())


def show_again() -> None:
    """Give the page what was kept for it, to the same account only; what is sent again is kept no longer."""
    for key in _keys():
        account, path, fields = _kept(key) or ("", "", "")
        if (account, path) != (g.me.name, _path()):
            continue
        if request.method == "POST":
            context.here().store.drop_form(people.token_hash(key))
            session["titipan"] = [one for one in _keys() if one != key]
        elif request.method == "GET":
            g.written = MultiDict(json.loads(fields))
            flash(BACK)


def stale(error: CSRFError) -> ResponseReturnValue:
    """A form of a former session, sent in a newer one or after it: shown again when it is the person's own."""
    return _to_login() if keep() else errors.fault(400, security.STALE_PAGE)


def carried() -> list[str]:
    """Keys that outlive the change of session at the login."""
    return _keys()


def _keys() -> list[str]:
    return [key for key in session.get("titipan", ()) if isinstance(key, str)]


def _kept(key: str) -> tuple[str, str, str] | None:
    here = context.here()
    return here.store.kept_form(people.token_hash(key), here.clock() - LIFE)


def _writer() -> str:
    try:
        return str(_signer().loads(request.form.get("oleh", ""), max_age=SIGNED_FOR))
    except BadSignature:
        return ""


def _has_page() -> bool:
    """Whether the address of this request can also be opened."""
    rules = current_app.url_map.iter_rules(request.endpoint)
    return request.endpoint in KEPT or any("GET" in (rule.methods or ()) for rule in rules)


def _path() -> str:
    return request.full_path.rstrip("?")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context.here().config["SECRET_KEY"], salt="skm writer of a form")
