"""What the printed sheets of links say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from survey.domain.organisation import Link

if TYPE_CHECKING:
    from calc.render.sheets.link_sheet import Card
    from survey.config import Config
    from survey.store.protocols.organisation import OrganisationStore
from survey.domain.link import url


def cards(store: OrganisationStore, config: Config, links: Sequence[Link]) -> list[Card]:
    """What the printed sheets of these links say, in the same order."""
    from calc.render.sheets.link_sheet import (
        Card,  # late: reportlab takes longer to load than most commands to run
    )

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
