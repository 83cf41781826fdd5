"""Who serves residents, and where: organisation, units, services, counters and their links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Organisation:
    """The body whose installation this is.

    name : 'Kabupaten Contoh'
    government : the line over every paper, 'PEMERINTAH KABUPATEN CONTOH'
    """

    name: str
    government: str


@dataclass(frozen=True)
class Unit:
    """Unit penyelenggara. `key` is a short slug that stays for ever ('dukcapil')."""

    key: str
    name: str
    address: str = ""
    phone: str = ""
    population: int | None = None  # service users a year, for the sample target
    active: bool = True


@dataclass(frozen=True)
class Service:
    """Layanan of a unit; `key` is unique within the unit ('ktp-el')."""

    unit: str
    key: str
    name: str
    population: int | None = None
    active: bool = True


@dataclass(frozen=True)
class Counter:
    """Loket; may belong to one service or to the whole unit (service '')."""

    unit: str
    key: str
    name: str
    service: str = ""
    active: bool = True


@dataclass(frozen=True)
class Link:
    """A short code that leads a resident to the form of one place.

    code : 8 upper-case letters and digits that cannot be mistaken for each other
    kind : 'qr' (own phone) or 'kiosk' (shared tablet); becomes the channel of the answers
    """

    code: str
    unit: str
    kind: str
    made_at: datetime
    service: str = ""
    counter: str = ""
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Place:
    """A link with the words that the page shows: what the door needs to know about where one is."""

    link: Link
    organisation: Organisation
    unit: Unit
    service: Service | None
    counter: Counter | None
