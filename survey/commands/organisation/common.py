"""What the commands for unit, service and counter share: keys, options, links, lists."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

from calc.text import one_line, table
from survey.commands.base import Here, Mistake, act, command, unit_of
from survey.domain import link as links
from survey.domain.look_alike import look_alike
from survey.domain.organisation import (
    LONGEST_ADDRESS,
    LONGEST_PHONE,
    Counter,
    Link,
    Service,
    Unit,
    valid_key,
    valid_name,
)

if TYPE_CHECKING:
    from survey.store.protocols.organisation import OrganisationStore

T = TypeVar("T")
Thing = TypeVar("Thing", Unit, Service, Counter)

KEY = click.argument("key", metavar="KUNCI")
UNIT = click.argument("unit")
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


def _short(most: int, what: str, text: str) -> str:
    line = one_line(text)
    if len(line) > most:
        raise Mistake(f"{what} paling banyak {most} huruf.")
    return line


CHECKS: dict[str, Callable[[str], str]] = {
    "name": checked_name,
    "address": partial(_short, LONGEST_ADDRESS, "Alamat"),
    "phone": partial(_short, LONGEST_PHONE, "Telepon"),
}


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values as they are kept, without those that nobody typed (None)."""
    typed = {key: value for key, value in values.items() if value is not None}
    return {key: CHECKS[key](value) if key in CHECKS else value for key, value in typed.items()}


def changed(thing: Thing, values: Mapping[str, Any]) -> Thing:
    """A copy with the typed values. Mistake when nothing was typed."""
    given = checked(values)
    if not given:
        raise Mistake("Tidak ada yang diubah: sebutkan paling sedikit satu pilihan, misalnya --name.")
    return dataclasses.replace(thing, **given)


def add_link(here: Here, unit: str, kind: str, service: str = "", counter: str = "") -> Link:
    """Store a new link of a place and return it."""
    link = Link(links.new_code(), unit, kind, here.clock(), service=service, counter=counter)
    subject = "/".join(filter(None, (unit, link.code)))
    act(here, "link --new", subject, lambda: here.store.add_link(link))
    return link


def refuse_look_alike(store: OrganisationStore, name: str | None, sure: bool, own: str = "") -> None:
    """Mistake for a name that looks like that of another unit, unless somebody is sure."""
    other = look_alike(name, store.units(), own) if name and not sure else None
    if other is not None:
        raise Mistake(
            f"Nama itu mirip dengan nama unit '{other.name}' ({other.key}). Bila memang unit lain, ulangi dengan --yes."
        )


def address(here: Here, link: Link) -> str:
    return links.url(here.config, link.code)


def service_of(store: OrganisationStore, unit: str, key: str) -> Service:
    return among(store.services(unit), key, "Layanan", unit)


def counter_of(store: OrganisationStore, unit: str, key: str) -> Counter:
    return among(store.counters(unit), key, "Loket", unit)


def among(things: list[Thing], key: str, what: str, unit: str) -> Thing:
    for thing in things:
        if thing.key == key:
            return thing
    known = ", ".join(thing.key for thing in things)
    hint = f"Yang ada: {known}." if known else "Belum ada satu pun."
    raise Mistake(f"{what} '{key}' tidak ada pada unit '{unit}'. {hint}")


def show(things: Iterable[T], columns: Mapping[str, Callable[[T], object]], form: str) -> None:
    """Print things as a table or as a JSON list of objects; columns: name -> how to get the value."""
    rows = [{name: get(thing) for name, get in columns.items()} for thing in things]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        words: dict[object, str] = {None: "-", "": "-", True: "ya", False: "tidak"}
        cells = [
            tuple(
                str(words.get(v, v) if not isinstance(v, int) or isinstance(v, bool) else v)
                for v in row.values()
            )
            for row in rows
        ]
        click.echo(table([tuple(columns), *cells]))


@dataclasses.dataclass(frozen=True)
class Kind(Generic[Thing]):
    """Units, services or counters, and the commands that all three have.

    title : what a user calls one; sample : the arguments that name one, for the examples of --help
    listed : those of one unit (for units: all); save : adds one or replaces it
    """

    group: click.Group
    title: str
    sample: str
    columns: str
    listed: Callable[[OrganisationStore, str], list[Thing]]
    save: Callable[[OrganisationStore, Thing], None]

    @property
    def in_unit(self) -> bool:
        return self.title != "Unit"

    def command(
        self, name: str, sentence: str, example: str
    ) -> Callable[[Callable[..., object]], click.Command]:
        """A command with its help: one sentence and an example."""
        told = f"{sentence}\n\n\b\nContoh:\n  skm {self.group.name} {name}{example}"
        return lambda run: command(name, self.group, help=told)(click.pass_obj(run))

    def named(self, run: Callable[..., object]) -> Callable[..., object]:
        """With the arguments that name one of them."""
        return UNIT(KEY(run)) if self.in_unit else KEY(run)

    def find(self, store: OrganisationStore, key: str, unit: str) -> Thing:
        """Mistake, naming those that exist, for a unit or key that does not."""
        own = unit_of(store, unit if self.in_unit else key)
        return among(self.listed(store, own.key), key, self.title, unit)

    def refuse_double(self, store: OrganisationStore, key: str, unit: str = "") -> None:
        if any(thing.key == key for thing in self.listed(store, unit)):
            raise Mistake(f"{self.title} '{key}' sudah ada. Ubah dengan 'edit', atau pilih kunci lain.")

    def add(self, here: Here, made: Thing, no_link: bool) -> None:
        """Store a new one with the links that it begins with; none when none is wanted."""

        def work() -> list[Link]:
            self.save(here.store, made)
            return [] if no_link else links.begin(here.store, made, here.clock())

        begun = act(here, f"{self.group.name} add", _subject(made), work)
        where = "" if isinstance(made, Unit) else f" pada unit '{made.unit}'"
        click.echo(f"{self.title} '{made.key}' ditambahkan{where}.")
        for link in begun:
            click.echo(f"Tautan {link.kind}: {address(here, link)}")

    def _keep(self, here: Here, action: str, thing: Thing) -> None:
        act(here, f"{self.group.name} {action}", _subject(thing), lambda: self.save(here.store, thing))

    def add_list(self, sentence: str, example: str) -> None:
        @format_option
        def run(here: Here, form: str, unit: str | None = None) -> None:
            around = here.store.units() if unit is None else [unit_of(here.store, unit)]
            columns = {name: attrgetter(name) for name in self.columns.split()}
            inside = [thing for one in around for thing in self.listed(here.store, one.key)]
            show(inside if self.in_unit else around, columns, form)

        if self.in_unit:
            run = click.argument("unit", metavar="[UNIT]", required=False)(run)
        self.command("list", sentence, example)(run)

    def add_edit(self, sentence: str, example: str, *options: Callable[[Any], Any]) -> None:
        def run(here: Here, key: str, unit: str = "", sure: bool = True, **values: Any) -> None:
            before = self.find(here.store, key, unit)
            refuse_look_alike(here.store, values["name"], sure, key)
            self._keep(here, "edit", changed(before, values))
            click.echo(f"{self.title} '{key}' diubah.")

        for option in reversed(options):
            run = option(run)
        self.command("edit", sentence, f" {self.sample} {example}")(self.named(run))

    def add_switches(self, stays: str) -> None:
        """`off` and `on`."""
        thing = self.title.lower()
        self._add_switch("off", False, f"Menonaktifkan {thing}; {stays} tetap ada.", "nonaktif")
        self._add_switch("on", True, f"Mengaktifkan kembali {thing}.", "aktif")

    def _add_switch(self, name: str, active: bool, sentence: str, state: str) -> None:
        def run(here: Here, key: str, unit: str = "") -> None:
            self._keep(here, name, dataclasses.replace(self.find(here.store, key, unit), active=active))
            click.echo(f"{self.title} '{key}' {state}.")

        self.command(name, sentence, f" {self.sample}")(self.named(run))


def _subject(thing: Unit | Service | Counter) -> str:
    """``dukcapil`` for a unit, ``dukcapil/ktp-el`` for what belongs to one."""
    return "/".join(filter(None, (getattr(thing, "unit", ""), thing.key)))
