"""skm user: who may log in at the desk. People choose their own passwords with a one-time code."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter

import click

from survey.commands.base import Here, Mistake, act, command, command_group, unit_of
from survey.commands.operations.init import welcome
from survey.commands.organisation import common
from survey.domain import account

COLUMNS: dict[str, Callable[[account.Account], object]] = {
    "name": attrgetter("name"),
    "role": attrgetter("role"),
    "units": lambda a: ", ".join(a.units),
    "active": attrgetter("active"),
}


@command_group("user")
def user() -> None:
    """Pengguna meja kerja: daftar, undang, nonaktif.

    \b
    Contoh:
      skm user add kepala.dukcapil --role unit_head --unit dukcapil
      skm user list
    """


@command("list", user)
@common.format_option
@click.pass_obj
def list_users(here: Here, form: str) -> None:
    """Daftar akun yang sudah dibuat pemiliknya.

    \b
    Contoh:
      skm user list
    """
    common.show(here.store.accounts(), COLUMNS, form)


@command("add", user)
@click.argument("name", metavar="NAMA", required=False, default="")
@click.option(
    "--role",
    type=click.Choice(account.ROLES),
    help="Peran: pengelola, kepala unit (bawaan), operator atau pembaca.",
)
@click.option("--unit", "units", multiple=True, help="Kunci unit yang boleh dilihat; dapat diulang.")
@click.pass_obj
def add(here: Here, name: str, role: str | None, units: tuple[str, ...]) -> None:
    """Mengundang pengguna: mencetak kode sekali pakai untuk memilih kata sandi.

    Untuk NAMA yang sudah ada: kode pengganti bagi yang lupa kata sandi. Tanpa NAMA: pemegang kode memilih
    namanya.

    \b
    Contoh:
      skm user add kepala.dukcapil --role unit_head --unit dukcapil
      skm user add --role admin
    """
    if name and (problem := account.name_problem(name)):
        raise Mistake(problem)
    known = here.store.account(name) if name else None
    if known is not None:
        if role or units:
            raise Mistake(f"Akun '{name}' sudah ada. Ubah peran atau unitnya dengan: skm user edit {name}")
        role, units = known.role, known.units
    role = role or "unit_head"
    if role != "admin" and not units:
        raise Mistake(
            "Sebutkan unitnya dengan --unit; hanya pengelola (--role admin) yang melihat semua unit."
        )
    for key in units:
        unit_of(here.store, key)
    code, invitation = account.invite(role, units, here.clock(), name)
    act(here, "user add", name, lambda: here.store.add_invitation(invitation))
    click.echo(welcome(here.config.base_url, code))


@command("edit", user)
@click.argument("name", metavar="NAMA")
@click.option("--role", type=click.Choice(account.ROLES), help="Peran yang baru.")
@click.option("--unit", "units", multiple=True, help="Unit yang boleh dilihat, menggantikan yang lama.")
@click.pass_obj
def edit(here: Here, name: str, role: str | None, units: tuple[str, ...]) -> None:
    """Mengubah peran atau unit sebuah akun; berlaku seketika.

    \b
    Contoh:
      skm user edit kepala.dukcapil --role viewer --unit dukcapil
    """
    old = _account(here, name)
    if not (role or units):
        raise Mistake("Tidak ada yang diubah. Sebutkan --role atau --unit.")
    for key in units:
        unit_of(here.store, key)
    new = dataclasses.replace(old, role=role or old.role, units=units or old.units)
    if new.role != "admin":
        _keep_an_admin(here, name)
        if not new.units:
            raise Mistake("Sebutkan unitnya dengan --unit; hanya pengelola yang melihat semua unit.")
    act(here, "user edit", name, lambda: here.store.save_account(new))
    click.echo(f"Akun '{name}': {new.role}, unit {', '.join(new.units) or 'semua'}.")


@command("codes", user)
@click.option("--cancel", metavar="TANDA", help="Batalkan kode dengan tanda ini.")
@click.pass_obj
def codes(here: Here, cancel: str | None) -> None:
    """Kode sekali pakai yang belum dipakai; yang hilang atau keliru dapat dibatalkan.

    \b
    Contoh:
      skm user codes
      skm user codes --cancel 3f9a1c
    """
    waiting = here.store.open_invitations(here.clock())
    if cancel is not None:
        found = [i for i in waiting if i.code_hash[:6] == cancel.strip().lower()]
        if len(found) != 1:
            raise Mistake(f"Tidak ada kode bertanda '{cancel}'. Lihat daftarnya: skm user codes")
        code, account_name = found[0].code_hash, found[0].account
        act(here, "user codes", account_name, lambda: here.store.cancel_invitation(code, here.clock()))
        click.echo("Kode dibatalkan.")
        return
    for i in waiting:
        until = i.expires_at.astimezone(here.config.zone)
        whom = i.account or "nama bebas"
        units = ", ".join(i.units) or "semua unit"
        click.echo(f"{i.code_hash[:6]}  {whom}, {i.role}, {units}, sampai {until:%Y-%m-%d}")
    if not waiting:
        click.echo("Tidak ada kode yang belum dipakai.")


@command("off", user)
@click.argument("name", metavar="NAMA")
@click.pass_obj
def off(here: Here, name: str) -> None:
    """Menonaktifkan akun dan mengakhiri semua sesinya.

    \b
    Contoh:
      skm user off kepala.dukcapil
    """
    found = _account(here, name)
    _keep_an_admin(here, name)

    def switch() -> None:
        here.store.save_account(dataclasses.replace(found, active=False))
        here.store.end_sessions(name)

    act(here, "user off", name, switch)
    click.echo(f"Akun '{name}' nonaktif.")


@command("on", user)
@click.argument("name", metavar="NAMA")
@click.pass_obj
def on(here: Here, name: str) -> None:
    """Mengaktifkan kembali akun.

    \b
    Contoh:
      skm user on kepala.dukcapil
    """
    found = dataclasses.replace(_account(here, name), active=True)
    act(here, "user on", name, lambda: here.store.save_account(found))
    click.echo(f"Akun '{name}' aktif.")


def _keep_an_admin(here: Here, name: str) -> None:
    """Refuse to take away the last admin: nobody could invite people any more."""
    admins = [a.name for a in here.store.accounts() if a.role == "admin" and a.active]
    if admins == [name]:
        raise Mistake(f"'{name}' pengelola terakhir. Undang pengelola lain dahulu: skm user add --role admin")


def _account(here: Here, name: str) -> account.Account:
    found = here.store.account(name)
    if found is None:
        known = ", ".join(a.name for a in here.store.accounts())
        raise Mistake(
            f"Akun '{name}' tidak ditemukan. {f'Yang ada: {known}.' if known else 'Belum ada akun.'}"
        )
    return found
