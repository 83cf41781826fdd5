"""Coming in and going out: login, first login with a one-time code, own password, own sessions."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from survey.desk import device, kept_forms
from survey.desk.access import act, begin_session, bp, end_session, next_page, note, this_session
from survey.desk.forms import ChangePasswordForm, CodeForm, FirstLoginForm, LoginForm
from survey.domain import account as people
from survey.domain import throttle
from survey.domain.account import Account, Invitation
from survey.web import context

WRONG = "Nama akun atau kata sandi tidak cocok."
WRONG_CODE = "Kode ini tidak berlaku: salah tulis, sudah dipakai, atau lewat tujuh hari."

# One password at a time: the throttle cannot be outrun by parallel tries, and argon2's memory stays bounded.
_one_at_a_time = threading.Lock()
# Browsers that nobody knows may wait here only with a few threads: the others belong to residents.
_strangers = threading.BoundedSemaphore(3)


class TooMany(Exception):
    """Not looked at: too many failures before, or too many people at once; `wait` is how long."""

    def __init__(self, wait: timedelta, *, crowd: bool = False) -> None:
        super().__init__(wait)
        self.wait, self.crowd = wait, crowd


@bp.route("/masuk", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    if g.me is not None:
        return redirect(next_page(), 303)
    form = LoginForm(request.form)
    if request.method == "GET":
        return login_page(form)
    if not form.validate():
        return login_page(form), 422
    try:
        account = check_password(form.name.data, form.password.data, device.known(form.name.data))
    except TooMany as error:
        return too_many("meja/login.html", form, error, waiting=kept_forms.waiting())
    if account is None:
        return login_page(form, WRONG), 401
    act(lambda: begin_session(account.name, context.here().clock()), "masuk", by=account.name)
    return redirect(next_page(), 303)


def login_page(form: LoginForm, problem: str | None = None) -> str:
    return render_template("meja/login.html", form=form, problem=problem, waiting=kept_forms.waiting())


def check_password(name: str, password: str, known: str | None = None) -> Account | None:
    """The account when the password is right and the throttle lets it be looked at.

    known : what the browser is called that has proved before to be this account's; None: a stranger

    Raises
    ------
    TooMany
        The password was not looked at.
    """
    if known is None and not _strangers.acquire(blocking=False):
        raise TooMany(timedelta(seconds=2), crowd=True)
    try:
        with _one_at_a_time:
            return look(name, password, known)
    finally:
        if known is None:
            _strangers.release()


def look(name: str, password: str, known: str | None) -> Account | None:
    """As `check_password`, for one at a time."""
    here = context.here()
    now = here.clock()
    if wait := failures_of(name, known, now).wait(now):
        raise TooMany(wait)
    account = here.store.account(name)
    if not people.password_fits(account, password):
        here.store.together(lambda: add_failure(subjects(name, known, now), now, account))
        return None
    if account is not None and people.needs_rehash(account.password_hash):
        account = replace(account, password_hash=people.hash_password(password))
        here.store.save_account(account)
    return account


def subjects(name: str, known: str | None, now: datetime) -> list[str]:
    """What a failure is counted for; nothing of it is undone by a success, which may be somebody else's."""
    if known is not None:
        return [throttle.device_subject(known)]
    secret = context.here().config["SECRET_KEY"]
    return [
        throttle.source_subject(name, request.remote_addr, secret, now),
        throttle.account_subject(name),
    ]


def failures_of(name: str, known: str | None, now: datetime) -> throttle.KnownDevice | throttle.Stranger:
    """Failures so far that count for this browser on this account."""
    count, counted = context.here().store.login_failures, subjects(name, known, now)
    if known is not None:
        return throttle.KnownDevice(count(counted[0], now - throttle.WINDOW))
    of_account, _ = count(counted[1], now - throttle.WINDOW)
    return throttle.Stranger(count(counted[0], now - throttle.DAY), of_account)


def add_failure(subjects: list[str], now: datetime, account: Account | None) -> None:
    """Counted, and in the log when there is such an account."""
    store = context.here().store
    for subject in subjects:
        store.add_login_failure(subject, now)
    if account is not None:
        note("gagal masuk", by=account.name)


def too_many(page: str, form: object, error: TooMany, **values: object) -> ResponseReturnValue:
    """429 with the form and the time to wait; the same words whether or not the account exists."""
    seconds = math.ceil(error.wait.total_seconds())
    time = f"{seconds} detik" if seconds < 60 else f"{-(-seconds // 60)} menit"
    problem = f"Terlalu banyak percobaan yang gagal. Coba lagi dalam {time}."
    if error.crowd:
        problem = f"Banyak yang sedang masuk. Coba lagi dalam {time}."
    elif seconds >= 60:
        problem += " Browser yang pernah dipakai masuk dengan akun ini tidak perlu menunggu."
    page = render_template(page, form=form, problem=problem, **values)
    return page, 503 if error.crowd else 429, {"Retry-After": str(seconds)}


@bp.route("/masuk-pertama", methods=["GET", "POST"])
def first_login() -> ResponseReturnValue:
    if request.method == "GET":
        form = CodeForm(request.args, data={"code": request.args.get("kode", "")[:40]})
        return render_template("meja/code.html", form=form, problem=None)
    code = CodeForm(request.form)
    if not code.validate():
        return render_template("meja/code.html", form=code, problem=None), 422
    try:
        invitation = check_code(code.code.data)
    except TooMany as error:
        return too_many("meja/code.html", code, error)
    if invitation is None:
        return render_template("meja/code.html", form=code, problem=WRONG_CODE), 401
    return choose_password(code.code.data, invitation)


def check_code(code: str) -> Invitation | None:
    """The invitation of a code that still opens something.

    A right code is never held back: it is the way in when others keep guessing, and nobody meets 59 random bits by
    trying. Wrong ones are counted, so that a program is told to stop.

    Raises
    ------
    TooMany
        For a wrong code after too many others.
    """
    here = context.here()
    now = here.clock()
    invitation = here.store.invitation(people.code_hash(code))
    known = here.store.account(invitation.account) if invitation is not None else None
    if invitation is None or not invitation.valid(now) or (known is not None and not known.active):
        subject = throttle.code_subject(request.remote_addr, here.config["SECRET_KEY"], now)
        if wait := throttle.remaining(here.store.login_failures(subject, now - throttle.WINDOW), now):
            raise TooMany(wait)
        here.store.add_login_failure(subject, now)
        return None
    if known is not None:  # role and units may have changed since the code was given out
        invitation = replace(invitation, role=known.role, units=known.units)
    return invitation


def choose_password(code: str, invitation: Invitation) -> ResponseReturnValue:
    """Second step of the first login: name (when the invitation has none) and password, then straight in."""
    here = context.here()
    form = FirstLoginForm(request.form)
    if invitation.account:
        del form.name
    name = invitation.account or form.name.data
    form.names = (name or "", here.store.organisation().name)
    values = {"form": form, "code": code, "invitation": invitation, "problem": None}
    if "password" not in request.form:
        return render_template("meja/first_login.html", **values)
    valid = form.validate()
    if valid and not invitation.account and here.store.account(name) is not None:
        form.name.errors = ["Nama akun ini sudah dipakai. Pilih nama lain."]
        valid = False
    if not valid:
        return render_template("meja/first_login.html", **values), 422
    now = here.clock()
    made = Account(name, invitation.role, people.hash_password(form.password.data), invitation.units)

    def enter() -> bool:
        if not here.store.use_invitation(people.code_hash(code), made, now):
            return False
        here.store.end_sessions(made.name)
        begin_session(made.name, now)
        note("kata sandi pertama", by=made.name)
        return True

    if not here.store.together(enter):
        return render_template("meja/code.html", form=CodeForm(request.form), problem=WRONG_CODE), 401
    flash("Selamat datang. Kata sandi Anda sudah disimpan.")
    return redirect(request.script_root + "/meja/", 303)


@bp.post("/keluar")
def logout() -> ResponseReturnValue:
    act(end_session, "keluar")
    session.clear()
    return redirect(request.script_root + "/meja/masuk", 303)


@bp.route("/akun", methods=["GET", "POST"])
def account() -> ResponseReturnValue:
    here = context.here()
    form = ChangePasswordForm(request.form)
    form.names = (g.me.name, here.store.organisation().name)
    if request.method == "GET":
        return render_template("meja/account.html", form=form, problem=None)
    if not form.validate():
        return render_template("meja/account.html", form=form, problem=None), 422
    try:
        known = check_password(g.me.name, form.current.data, this_session())
    except TooMany as error:
        return too_many("meja/account.html", form, error)
    if known is None:
        form.current.errors = ["Kata sandi sekarang tidak cocok."]
        return render_template("meja/account.html", form=form, problem=None), 422
    changed = replace(known, password_hash=people.hash_password(form.password.data))

    def change() -> None:
        here.store.save_account(changed)
        here.store.end_sessions(changed.name)
        begin_session(changed.name, here.clock())

    act(change, "ganti kata sandi")
    flash("Kata sandi sudah diganti. Semua perangkat lain harus masuk lagi.")
    return redirect(request.script_root + "/meja/akun", 303)


@bp.post("/akun/keluar-semua")
def end_sessions() -> ResponseReturnValue:
    act(lambda: context.here().store.end_sessions(g.me.name), "keluar dari semua perangkat")
    session.clear()
    return redirect(request.script_root + "/meja/masuk", 303)
