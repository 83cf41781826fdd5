"""skm link: the short codes that lead residents to the form of one place."""

from __future__ import annotations

import json

import click

from calc.text import table
from survey.commands.base import Here, Mistake, act, command, unit_of
from survey.commands.organisation import common
from survey.domain.organisation import Link


@command("link")
@click.argument("codes", metavar="[KODE]...", nargs=-1)
@common.format_option
@click.option("--all", "also_revoked", is_flag=True, help="Dengan tautan yang sudah dicabut.")
@click.option("--new", metavar="UNIT", help="Membuat tautan untuk unit ini.")
@click.option("--service", default="", help="Dengan --new: kunci layanan.")
@click.option("--counter", default="", help="Dengan --new: kunci loket.")
@click.option(
    "--kind",
    type=click.Choice(["qr", "kiosk"]),
    default="qr",
    show_default=True,
    help="Dengan --new: qr (ponsel warga) atau kiosk (tablet bersama).",
)
@click.option("--revoke", metavar="KODE", help="Mencabut tautan ini; formulirnya tidak dapat dibuka lagi.")
@click.option("--yes", is_flag=True, help="Langsung, tanpa bertanya.")
@click.pass_obj
def link(
    here: Here,
    codes: tuple[str, ...],
    form: str,
    also_revoked: bool,
    new: str | None,
    service: str,
    counter: str,
    kind: str,
    revoke: str | None,
    yes: bool,
) -> None:
    """Tautan survei: daftar, buat, cabut. Tanpa KODE: semua tautan yang berlaku.

    \b
    Contoh:
      skm link --format json
      skm link --new dukcapil --service ktp-el --counter loket-1 --kind kiosk
      skm link --revoke DKC4KTP7
    """
    if new is not None and (codes or revoke is not None):
        raise Mistake("Pilih salah satu: KODE, --new UNIT atau --revoke KODE.")
    if new is None and (service or counter):
        raise Mistake("--service dan --counter hanya bersama --new UNIT.")
    if new is not None:
        _show(here, [_make(here, new, service, counter, kind)], form)
    elif revoke is not None:
        _revoke(here, revoke, yes)
    else:
        _show(here, _chosen(here, codes, also_revoked), form)


def _make(here: Here, unit: str, service: str, counter: str, kind: str) -> Link:
    unit_of(here.store, unit)
    if service:
        common.service_of(here.store, unit, service)
    if counter:
        own = common.counter_of(here.store, unit, counter).service
        if service and own and own != service:
            raise Mistake(f"Loket '{counter}' milik layanan '{own}', bukan '{service}'.")
        service = service or own
    return common.add_link(here, unit, kind, service, counter)


def _revoke(here: Here, code: str, yes: bool) -> None:
    found = _find(here, code)
    if not yes:
        click.confirm(f"Cabut {common.address(here, found)}? Lembar QR-nya tidak berlaku lagi.", abort=True)
    if found.revoked_at is not None:
        click.echo(f"Tautan {found.code} sudah dicabut sebelumnya.")
        return
    subject = f"{found.unit}/{found.code}"
    act(here, "link --revoke", subject, lambda: here.store.revoke_link(found.code, here.clock()))
    click.echo(f"Tautan {found.code} dicabut.")


def _chosen(here: Here, codes: tuple[str, ...], also_revoked: bool) -> list[Link]:
    if codes:
        return [_find(here, code) for code in codes]
    return [each for each in here.store.links() if also_revoked or each.revoked_at is None]


def _find(here: Here, code: str) -> Link:
    found = here.store.link(code.strip().upper())
    if found is None:
        raise Mistake(f"Tautan '{code[:40]}' tidak ditemukan. Lihat semuanya dengan 'skm link'.")
    return found


def _show(here: Here, links: list[Link], form: str) -> None:
    rows = [
        {
            "code": each.code,
            "url": common.address(here, each),
            "unit": each.unit,
            "service": each.service,
            "counter": each.counter,
            "kind": each.kind,
            **({"revoked": each.revoked_at.date().isoformat()} if each.revoked_at else {}),
        }
        for each in links
    ]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    columns = ("code", "kind", "unit", "service", "counter", "url")
    cells = [
        (*(row[c] or "-" for c in columns), f"dicabut {row['revoked']}" if "revoked" in row else "")
        for row in rows
    ]
    click.echo(table([("kode", "jenis", "unit", "layanan", "loket", "alamat", ""), *cells]))
