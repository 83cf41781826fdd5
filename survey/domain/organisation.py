"""Who serves residents, and where: organisation, units, services, counters and their links."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from calc.text import one_line

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_KEY, LONGEST_NAME = 40, 200  # as the schema's CHECKs
LONGEST_ADDRESS, LONGEST_PHONE = 200, 40


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

    @property
    def of_whole_unit(self) -> bool:
        """Whether its link belongs to no service and to no counter: a resident at this link may name the service."""
        return not (self.link.service or self.link.counter)

    def at(self, service: Service) -> Place:
        """The same link, as if it were one of that service."""
        return replace(self, link=replace(self.link, service=service.key), service=service)


def valid_key(text: str) -> str:
    """A key that stays for ever and stands in addresses and file names.

    Raises
    ------
    ValueError
        For anything but small letters, digits and single hyphens.
    """
    if not KEY.fullmatch(text) or len(text) > LONGEST_KEY:
        raise ValueError(
            f"Kunci '{text[:60]}' tidak dapat dipakai. Tulis huruf kecil, angka dan tanda hubung, "
            f"paling panjang {LONGEST_KEY}, misalnya 'dukcapil' atau 'ktp-el'."
        )
    return text


def valid_name(text: str) -> str:
    """A name as it is printed, with single spaces. ValueError for an empty, endless or unprintable one."""
    name = one_line(text)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(f"Nama harus 1 sampai {LONGEST_NAME} huruf.")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in "".join(text.split())):
        raise ValueError(
            "Nama memuat karakter yang tidak dapat dicetak. Ketik ulang tanpa menempel dari dokumen lain."
        )
    return name
