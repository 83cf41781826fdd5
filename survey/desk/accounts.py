"""Accounts, invitations and the audit log: pages of the secretariat."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from flask import abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from survey.desk.access import act, bp, note
from survey.desk.forms import InviteForm, PersonForm
from survey.desk.kept_forms import posted
from survey.domain import account as rules
from survey.domain.account import Account, Invitation
from survey.web import context, errors

LOG_LINES = 300

AnyPersonForm = TypeVar("AnyPersonForm", bound=PersonForm)


@bp.route("/pengguna", methods=["GET", "POST"])
def people() -> ResponseReturnValue:
    """All accounts; POST invites a new one and shows the code, this once."""
    form = with_units(InviteForm(posted()))
    if request.method == "GET":
        return people_page(form)
    valid = form.validate()
    if valid and form.name.data and context.here().store.account(form.name.data) is not None:
        form.name.errors = ["Akun ini sudah ada. Pilih nama lain, atau buka akunnya untuk kode baru."]
        valid = False
    if not valid:
        return people_page(form, 422)
    return show_code(form.name.data, form.role.data, units_of(form))


def people_page(form: InviteForm, status: int = 200) -> ResponseReturnValue:
    store = context.here().store
    names = {u.key: u.name for u in store.units()}
    accounts = sorted(store.accounts(), key=lambda a: (not a.active, a.name))
    codes = store.open_invitations(context.here().clock())
    return render_template(
        "meja/accounts.html", form=form, accounts=accounts, names=names, codes=codes, roles=rules.ROLE_NAMES
    ), status


def with_units(form: AnyPersonForm) -> AnyPersonForm:
    form.units.choices = [(u.key, u.name) for u in context.here().store.units()]
    return form


def units_of(form: PersonForm) -> tuple[str, ...]:
    """An admin sees all units, so none is written down."""
    return () if form.role.data == "admin" else tuple(form.units.data)


def show_code(name: str, role: str, units: tuple[str, ...]) -> ResponseReturnValue:
    """Make an invitation and show its code, which no other page can: only the hash is kept."""
    here = context.here()
    code, invitation = rules.invite(role, units, here.clock(), name)
    whom = f"{name or 'nama bebas'} sebagai {rules.ROLE_NAMES[role]}"
    act(lambda: here.store.add_invitation(invitation), "undang", whom)
    address = here.config.base_url + rules.CODE_PATH
    values = {"code": code, "invitation": invitation, "address": address, "role": rules.ROLE_NAMES[role]}
    return render_template("meja/invitation.html", **values)


def asked_account(name: str) -> Account:
    account = context.here().store.account(name)
    if account is None:
        abort(404)
    return account


@bp.route("/pengguna/<name>", methods=["GET", "POST"])
def person(name: str) -> ResponseReturnValue:
    """Role and units of an account."""
    account = asked_account(name)
    data = {"role": account.role, "units": list(account.units)}
    form = with_units(PersonForm(posted(), data=data))
    if request.method == "GET":
        return render_template("meja/person.html", form=form, account=account)
    valid = form.validate()
    if valid and account.name == g.me.name and form.role.data != "admin":
        form.role.errors = ["Peran Anda sendiri hanya dapat diubah oleh pengelola lain."]
        valid = False
    if not valid:
        return render_template("meja/person.html", form=form, account=account), 422
    changed = replace(account, role=form.role.data, units=units_of(form))
    role = rules.ROLE_NAMES[changed.role]
    act(lambda: context.here().store.save_account(changed), "ubah peran", f"{account.name}: {role}")
    flash(f"Peran dan unit {account.name} sudah disimpan.")
    return redirect(f"{request.script_root}/meja/pengguna", 303)


@bp.post("/pengguna/<name>/kode")
def renew_code(name: str) -> ResponseReturnValue:
    """A one-time code for somebody who forgot the password; the old password works until the code is used."""
    account = asked_account(name)
    return show_code(account.name, account.role, account.units)


@bp.post("/pengguna-kode/batal")
def cancel_code() -> ResponseReturnValue:
    """Make an unused code useless; `label` is the hash that the store keeps of it."""
    here, label = context.here(), request.form.get("label", "")
    found = here.store.invitation(label)
    if found is None or not here.store.together(lambda: cancelled(found)):
        abort(404)
    flash("Kode sudah dibatalkan.")
    return redirect(f"{request.script_root}/meja/pengguna", 303)


def cancelled(invitation: Invitation) -> bool:
    """Whether it could still be cancelled; then the log says so."""
    here = context.here()
    done = here.store.cancel_invitation(invitation.code_hash, here.clock())
    if done:
        note("batalkan kode", invitation.account or "nama bebas")
    return done


@bp.route("/pengguna/<name>/status", methods=["GET", "POST"])
def switch_account(name: str) -> ResponseReturnValue:
    """Switch an account off (its sessions end at once) or on again, after a page that says so."""
    account = asked_account(name)
    if account.name == g.me.name:
        errors.refuse(400, "Anda tidak dapat menonaktifkan akun Anda sendiri. Mintalah pengelola lain.")
    if request.method == "GET":
        return render_template("meja/account_status.html", account=account)
    store = context.here().store

    def switch() -> None:
        store.save_account(replace(account, active=not account.active))
        store.end_sessions(account.name)

    act(switch, "nonaktifkan akun" if account.active else "aktifkan akun", account.name)
    flash(f"Akun {account.name} sudah {'dinonaktifkan' if account.active else 'diaktifkan'}.")
    return redirect(f"{request.script_root}/meja/pengguna", 303)


@bp.get("/catatan")
def audit() -> ResponseReturnValue:
    return render_template(
        "meja/audit_log.html", log=context.here().store.audit_log(LOG_LINES), most=LOG_LINES
    )
