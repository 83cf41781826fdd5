"""Links as addresses and as printed cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey.domain.codes import random_code
from survey.domain.organisation import Counter, Link, Service, Unit

if TYPE_CHECKING:
    from datetime import datetime

    from survey.config import Config
    from survey.store.protocols.organisation import OrganisationStore

CODE_LENGTH = 8  # 39 bits: nobody meets a code by chance, and it is not a secret


def new_code() -> str:
    """A code that no other link has, for all practical purposes."""
    return random_code(CODE_LENGTH)


def place_of(made: Unit | Service | Counter) -> tuple[str, str, str]:
    """Keys of its unit, service and counter; '' where it has none."""
    if isinstance(made, Unit):
        return made.key, "", ""
    return (made.unit, made.key, "") if isinstance(made, Service) else (made.unit, made.service, made.key)


def begin(store: OrganisationStore, made: Unit | Service | Counter, now: datetime) -> list[Link]:
    """Keep the links that a new place begins with: a counter has one for its tablet, and everything one for phones."""
    unit, service, counter = place_of(made)
    kinds = ("kiosk", "qr") if counter else ("qr",)
    first = [Link(new_code(), unit, kind, now, service=service, counter=counter) for kind in kinds]
    for link in first:
        store.add_link(link)
    return first


def url(config: Config, code: str) -> str:
    """The address that a QR code carries; always from the settings, never from a request."""
    return f"{config.base_url}/s/{code}"
