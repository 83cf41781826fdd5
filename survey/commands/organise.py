"""What the commands for unit, service and counter share: keys, options, links, lists."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from calc.text import one_line
from survey import link as links
from survey.commands.base import Here, Mistake, act, table
from survey.look_alike import look_alike
from survey.organisation import LONGEST_ADDRESS, LONGEST_PHONE, Link, valid_key, valid_name

if TYPE_CHECKING:
    from survey.store import Store

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="Bentuk keluaran.",
)
sure_option = click.option("--yes", "sure", is_flag=True, help="Juga bila namanya mirip dengan unit lain.")
no_link_option = click.option("--no-link", is_flag=True, help="Tanpa membuat tautan.")
population_option = click.option(
    "--population", type=click.IntRange(1), help="Jumlah pengguna layanan setahun, untuk target sampel."
)


def checked_key(text: str) -> str:
    """A key that stays for ever and stands in addresses and files.

    Raises
    ------
    Mistake
        For anything but small letters, digits and single dashes.
    """
    try:
        return valid_key(text)
    except ValueError as error:
        raise Mistake(str(error)) from None


def checked_name(text: str) -> str:
    """A name as it is printed. Mistake for an empty, endless or unprintable one."""
    try:
        return valid_name(text)
    except ValueError as error:
        raise Mistake(str(error)) from None


def checked_address(text: str) -> str:
    return _short(text, LONGEST_ADDRESS, "Alamat")


def checked_phone(text: str) -> str:
    return _short(text, LONGEST_PHONE, "Telepon")


def _short(text: str, most: int, what: str) -> str:
    line = one_line(text)
    if len(line) > most:
        raise Mistake(f"{what} paling banyak {most} huruf.")
    return line


CHECKS = {"name": checked_name, "address": checked_address, "phone": checked_phone}


def changed(thing: Any, **values: Any) -> Any:
    """A copy with the given values; what was not typed (None) stays. Mistake when nothing was typed."""
    given = {
        key: CHECKS[key](value) if key in CHECKS else value
        for key, value in values.items()
        if value is not None
    }
    if not given:
        raise Mistake("Tidak ada yang diubah: sebutkan paling sedikit satu pilihan, misalnya --name.")
    return dataclasses.replace(thing, **given)


def add_link(here: Here, unit: str, kind: str, service: str = "", counter: str = "") -> Link:
    """Store a new link of a place and return it."""
    link = Link(links.new_code(), unit, kind, here.clock(), service=service, counter=counter)
    subject = "/".join(filter(None, (unit, link.code)))
    act(here, "link --new", subject, lambda: here.store.add_link(link))
    return link


def refuse_look_alike(store: Store, name: str | None, sure: bool, own: str = "") -> None:
    """Mistake for a name that looks like that of another unit, unless somebody is sure."""
    other = look_alike(name, store.units(), own) if name and not sure else None
    if other is not None:
        raise Mistake(
            f"Nama itu mirip dengan nama unit '{other.name}' ({other.key}). Bila memang unit lain, ulangi dengan --yes."
        )


def add_place(
    here: Here,
    save: Callable[[Any], None],
    made: Any,
    no_link: bool,
    unit: str,
    service: str = "",
    counter: str = "",
) -> list[Link]:
    """Store a new unit, service or counter with the links that it begins with; none when none is wanted."""
    begun = [] if no_link else links.of_place(here.clock(), unit, service, counter)

    def work() -> list[Link]:
        save(made)
        for link in begun:
            here.store.add_link(link)
        return begun

    what = type(made).__name__.lower()
    return act(here, f"{what} add", subject_of(made), work)


def subject_of(thing: Any) -> str:
    """``dukcapil`` for a unit, ``dukcapil/ktp-el`` for what belongs to one."""
    return "/".join(filter(None, (getattr(thing, "unit", ""), thing.key)))


def keep(here: Here, action: str, save: Callable[[Any], None], thing: Any) -> None:
    """Store a changed unit, service or counter."""
    act(here, action, subject_of(thing), lambda: save(thing))


def address(here: Here, link: Link) -> str:
    return links.url(here.config, link.code)


def announce(here: Here, made: Iterable[Link]) -> None:
    """Say where new links lead."""
    for link in made:
        click.echo(f"Tautan {link.kind}: {address(here, link)}")


def service_of(store: Store, unit: str, key: str) -> Any:
    return _among(store.services(unit), key, "Layanan", unit)


def counter_of(store: Store, unit: str, key: str) -> Any:
    return _among(store.counters(unit), key, "Loket", unit)


def _among(things: list[Any], key: str, what: str, unit: str) -> Any:
    for thing in things:
        if thing.key == key:
            return thing
    known = ", ".join(thing.key for thing in things)
    hint = f"Yang ada: {known}." if known else "Belum ada satu pun."
    raise Mistake(f"{what} '{key}' tidak ada pada unit '{unit}'. {hint}")


def refuse_double(things: Iterable[Any], key: str, what: str) -> None:
    if any(thing.key == key for thing in things):
        raise Mistake(f"{what} '{key}' sudah ada. Ubah dengan 'edit', atau pilih kunci lain.")


def show(things: Iterable[Any], columns: Mapping[str, Callable[[Any], Any]], form: str) -> None:
    """Print things as a table or as a JSON list of objects; columns: name -> how to get the value."""
    rows = [{name: get(thing) for name, get in columns.items()} for thing in things]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        words = {None: "-", "": "-", True: "ya", False: "tidak"}
        cells = [
            tuple(
                str(words.get(v, v) if not isinstance(v, int) or isinstance(v, bool) else v)
                for v in row.values()
            )
            for row in rows
        ]
        click.echo(table(cells, tuple(columns)))
