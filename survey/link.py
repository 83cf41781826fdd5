"""Links as addresses and as printed cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from survey.code import random_code
from survey.organisation import Link

if TYPE_CHECKING:
    from datetime import datetime

    from calc.report.sheet import Card
    from survey.config import Config
    from survey.store import Store

CODE_LENGTH = 8  # 39 bits: nobody meets a code by chance, and it is not a secret


def new_code() -> str:
    """A code that no other link has, for all practical purposes."""
    return random_code(CODE_LENGTH)


def of_place(now: datetime, unit: str, service: str = "", counter: str = "") -> list[Link]:
    """The links that a new place begins with: a counter has one for its tablet, and everything one for phones."""
    kinds = ("kiosk", "qr") if counter else ("qr",)
    return [Link(new_code(), unit, kind, now, service=service, counter=counter) for kind in kinds]


def url(config: Config, code: str) -> str:
    """The address that a QR code carries; always from the settings, never from a request."""
    return f"{config.base_url}/s/{code}"


def cards(store: Store, config: Config, links: Sequence[Link]) -> list[Card]:
    """What the printed sheets of these links say, in the same order."""
    from calc.report.sheet import Card  # late: reportlab takes longer to load than most commands to run

    organisation = store.organisation().name
    units = {unit.key: unit.name for unit in store.units()}
    services = {(s.unit, s.key): s.name for unit in units for s in store.services(unit)}
    counters = {(c.unit, c.key): c.name for unit in units for c in store.counters(unit)}
    return [
        Card(
            url=url(config, link.code),
            short_address=url(config, link.code).partition("://")[2],
            organisation=organisation,
            unit=units[link.unit],
            service=services.get((link.unit, link.service), ""),
            counter=counters.get((link.unit, link.counter), ""),
            kind=link.kind,
        )
        for link in links
    ]
