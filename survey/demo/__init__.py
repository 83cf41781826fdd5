"""The demo installation: 'Kabupaten Contoh', its offices and three quarters of answers, all invented."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources
from random import Random
from typing import TYPE_CHECKING, Any

from survey.demo.answers import Writer, quarters
from survey.demo.follow_ups import plan_follow_ups
from survey.domain.codes import LETTERS
from survey.domain.organisation import Counter, Link, Service, Unit

if TYPE_CHECKING:
    from survey.config import Config
    from survey.store import Store

SEED = 2017
ANSWERS = 3000
UNIT_KEYS = ("key", "name", "address", "phone", "population")


def load(store: Store, config: Config, now: datetime, answers: int = ANSWERS) -> None:
    """Fill an empty store; the same `now` gives the same content."""
    random = Random(SEED)  # noqa: S311 (a repeatable example, nothing secret)
    plan, places = quarters(now, config.zone), read("places")["units"]
    opened = plan[0].start
    for entry in places:
        _open_unit(store, entry, opened, random)
    writer = Writer(random, config.instrument, read("remarks"), places, plan)
    texts = read("follow_ups")
    for entry in places:
        plan_follow_ups(store, entry, plan, texts, now)
    store.keep_many(sorted(writer.responses(answers), key=lambda r: r.received_at))


def read(name: str) -> Mapping[str, Any]:
    """One of the data files of this folder."""
    return tomllib.loads((resources.files("survey.demo") / f"{name}.toml").read_text(encoding="utf-8"))


def _open_unit(store: Store, entry: Mapping[str, Any], at: datetime, random: Random) -> None:
    """A unit with its services; every service has a counter with a tablet; links for all of them."""
    unit = entry["key"]
    store.save_unit(Unit(**{key: entry[key] for key in UNIT_KEYS}))
    store.add_link(Link(_code(random), unit, "qr", at))
    for number, service in enumerate(entry["services"], 1):
        store.save_service(Service(unit, service["key"], service["name"], service["population"]))
        store.save_counter(Counter(unit, counter_key(number), f"Loket {number}", service=service["key"]))
        store.add_link(Link(_code(random), unit, "qr", at, service=service["key"]))
        store.add_link(
            Link(_code(random), unit, "kiosk", at, service=service["key"], counter=counter_key(number))
        )


def counter_key(number: int) -> str:
    return f"loket-{number}"


def _code(random: Random, letters: Sequence[str] = LETTERS) -> str:
    return "".join(random.choices(letters, k=8))
