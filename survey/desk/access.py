"""Who may open which page of the desk: one table, asked before every view; the rest is closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Blueprint, abort, g, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from survey.desk import device, kept_forms
from survey.domain import account as people
from survey.domain.account import Account
from survey.store import StoreBusy
from survey.web import context, errors, readiness

Done = TypeVar("Done")

bp = Blueprint("desk", __name__, url_prefix="/meja")

PUBLIC: frozenset[str] = frozenset()
STAFF = frozenset(people.ROLES)
READERS = frozenset({"admin", "unit_head", "viewer"})
HANDLERS = frozenset({"admin", "unit_head", "operator"})
WRITERS = frozenset({"admin", "unit_head"})  # of plans and words in reports
ADMIN = frozenset({"admin"})

# A view with a <unit> in its address is open only to people of that unit; for others it does not exist.
ROUTES = {
    "desk.login": PUBLIC,
    "desk.first_login": PUBLIC,
    "desk.logout": STAFF,
    "desk.overview": STAFF,
    "desk.account": STAFF,
    "desk.end_sessions": STAFF,
    "desk.unit": READERS,
    "desk.conflicting": READERS,
    "desk.former_paper": READERS,
    "desk.result_json": READERS,
    "desk.elements_csv": READERS,
    "desk.papers": READERS,
    "desk.ask_paper": READERS,
    "desk.paper": READERS,
    "desk.paper_jobs": READERS,
    "desk.made_paper": READERS,
    "desk.retry_paper": READERS,
    "desk.follow_ups": READERS,
    "desk.new_follow_up": WRITERS,
    "desk.edit_follow_up": WRITERS,
    "desk.remove_follow_up": WRITERS,
    "desk.carry_follow_ups": WRITERS,
    "desk.texts": READERS,
    "desk.edit_text": WRITERS,
    "desk.links": HANDLERS,
    "desk.add_link": HANDLERS,
    "desk.revoke_link": HANDLERS,
    "desk.sheet": HANDLERS,
    "desk.people": ADMIN,
    "desk.person": ADMIN,
    "desk.renew_code": ADMIN,
    "desk.cancel_code": ADMIN,
    "desk.switch_account": ADMIN,
    "desk.office": ADMIN,
    "desk.organisation": ADMIN,
    "desk.new_unit": ADMIN,
    "desk.edit_unit": ADMIN,
    "desk.new_service": ADMIN,
    "desk.edit_service": ADMIN,
    "desk.new_counter": ADMIN,
    "desk.edit_counter": ADMIN,
    "desk.audit": ADMIN,
}

OWN_PATH = re.compile(r"/meja(/[A-Za-z0-9._~=&?%-]+)*/?")
TOUCH_EVERY = timedelta(minutes=1)  # a page view need not write; the idle time is 30 minutes


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Find the person behind the cookie, then let through what the table allows."""
    allowed = ROUTES.get(request.endpoint or "")
    if allowed is None:
        abort(404)
    g.token = session.get("token")
    g.forms = kept_forms.carried()
    g.me = person_of_session(context.here().clock())
    if allowed is PUBLIC:
        return None
    if g.me is None:
        return kept_forms.login_needed()
    if (unit := (request.view_args or {}).get("unit")) is not None:
        g.unit = context.here().store.unit(unit)
        if g.unit is None or not g.me.sees(g.unit.key):
            abort(404)
    if g.me.role not in allowed:
        errors.refuse(403, f"Peran {g.me.role_name} tidak mencakup halaman ini. Mintalah kepada pengelola.")
    kept_forms.show_again()
    return None


bp.register_error_handler(CSRFError, kept_forms.stale)
bp.add_app_template_global(kept_forms.mark, "writer")


@bp.context_processor
def frame() -> dict[str, object]:
    """What the frame of every desk page needs; read only when the page asks, so error pages stand alone."""
    return {
        "me": g.get("me"),
        "organisation": lambda: context.here().store.organisation(),
        "unsaved": kept_forms.unsaved,
        "warnings": lambda: readiness.here().warnings(),
    }


def person_of_session(now: datetime) -> Account | None:
    """The active account of a living session, else None."""
    token = session.get("token")
    if not isinstance(token, str):
        return None
    store, key = context.here().store, people.token_hash(token)
    kept = store.session(key)
    account = store.account(kept.account) if kept is not None and kept.alive(now) else None
    if kept is None or account is None or not account.active:
        return None
    if now - kept.seen_at >= TOUCH_EVERY:
        try:
            store.touch_session(key, now)
        except StoreBusy:
            pass  # reading goes on while the store cannot write
    return account


def begin_session(name: str, now: datetime) -> None:
    """A new token for a person who has just proved who they are; what the browser brought along ends."""
    end_session()
    token, kept = people.new_session(name, now)
    context.here().store.add_session(kept)
    session.clear()
    session["token"] = token
    if g.forms:
        session["titipan"] = g.forms
    device.remember(name)


def this_session() -> str:
    """What the throttle calls a browser with a session: a session proves that the browser is known."""
    return people.token_hash(session["token"])[:32]


def end_session() -> None:
    """End the session that the browser brought along, also for a copy of its cookie."""
    if isinstance(g.token, str):
        context.here().store.end_session(people.token_hash(g.token))


def next_page() -> str:
    """Where to go after the login: an own page of the desk, whatever the address asks for."""
    wanted = request.args.get("next", "")
    path = wanted if OWN_PATH.fullmatch(wanted) and ".." not in wanted else "/meja/"
    return request.script_root + path


def act(work: Callable[[], Done], action: str, subject: str = "", *, by: str | None = None) -> Done:
    """Change something and write into the audit log who did: both are kept, or neither.

    The row comes first: what is done outside the store, such as a job on the shelf, is begun only beside it.
    """

    def both() -> Done:
        note(action, subject, by=by)
        return work()

    return context.here().store.together(both)


def note(action: str, subject: str = "", *, by: str | None = None) -> None:
    """Write into the audit log who did what; within `Store.together` with what was done."""
    here = context.here()
    here.store.audit(here.clock(), by if by is not None else g.me.name, action, subject)
