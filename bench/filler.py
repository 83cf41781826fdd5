"""Invented answers, many at once: the same arrays fill a real installation and every peer.

Ids are random. The counters are made from the answers by the store's own `rebuild`, and `recount` proves them at the
smallest size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from sqlite_utils.utils import sqlite3

from survey import installation
from survey.commands.init import create
from survey.organisation import Link, Organisation, Service, Unit
from survey.period import Period
from survey.response import Response
from survey.store.answers import row_of

UNITS, SERVICES, ITEMS, SCALE = 500, 3, 9, 4
BLANK = 0.03  # share of questions left out
REMARKED = 0.1  # share of respondents who write something
YEAR = 2025
PERIODS = tuple(Period.parse(f"{YEAR}-TW{number}") for number in (1, 2, 3, 4))
START, END = PERIODS[0].start, PERIODS[-1].end
CHUNK = 100_000
OPENED = datetime(YEAR - 1, 1, 1, tzinfo=UTC)
CODES = tuple(
    f"BNCH23{letter}{letter}" for letter in "ABCDEFGHJKLMNPQRSTUV"
)  # links of the first units, own phone
REMARK = "Pelayanan nomor {} ramah; ruang tunggu perlu kipas, kursi, dan air minum"
COLUMNS = """
    unit, id, service, counter, channel, instrument, answers, received_at, language, profile, remark, seconds,
    fingerprint
"""

_PROFILES = [
    json.dumps({"jenis_kelamin": g, "pendidikan": p, "pekerjaan": j, "usia": a}, sort_keys=True)
    for g, p, j, a in product(
        "LP",
        ("SD", "SMP", "SMA", "DIII", "S1"),
        ("PNS", "SWASTA", "WIRAUSAHA", "LAINNYA"),
        ("17-25", "26-34", "35-44", "45-54"),
    )
] + [""]
_SAID = [json.loads(text) if text else {} for text in _PROFILES]


@dataclass(frozen=True)
class Answers:
    """Answers of one year, oldest first, to all units.

    unit, service, period : integers of shape (n,); service 0 is the whole unit
    seconds : seconds since the year began, local time, shape (n,)
    scores : uint8 of shape (n, 9), 0 = not answered
    """

    unit: Any
    service: Any
    period: Any
    seconds: Any
    scores: Any

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def cell(self) -> Any:
        """Number of the unit and period of each answer, 0 … UNITS * 4 - 1."""
        return self.unit.astype(np.int32) * len(PERIODS) + self.period

    def sorted(self) -> Answers:
        """The same answers cell by cell."""
        order = np.argsort(self.cell.astype(np.uint16), kind="stable")
        return Answers(
            *(getattr(self, each)[order] for each in ("unit", "service", "period", "seconds", "scores"))
        )


def invented(n: int, seed: int = 2017) -> Answers:
    """From some 10,000 on every unit has answers in every month, so that more answers do not mean more counters."""
    random = np.random.default_rng(seed)
    share = np.exp(random.normal(0, 0.5, UNITS))
    unit = random.choice(UNITS, n, p=share / share.sum()).astype(np.int16)
    level = random.normal(3.15, 0.12, UNITS).astype(np.float32)
    length = (END - START).days * 86400
    seconds = np.sort(random.integers(0, length, n))
    for month in Period.parse(str(YEAR)).months or ():
        days = Period.parse(month)
        begin, end = np.searchsorted(seconds, [_begin(days.start), _begin(days.end)])
        first = unit[begin:end][:UNITS]  # the month's first answers go around the units
        first[:] = np.arange(len(first))
    bounds = [_begin(period.end) for period in PERIODS[:-1]]
    scores = np.empty((n, ITEMS), np.uint8)
    for first in range(0, n, CHUNK):  # a person's answers go together, as real ones do
        part = slice(first, min(first + CHUNK, n))
        size = part.stop - part.start
        mood = level[unit[part]] + random.normal(0, 0.45, size).astype(np.float32)
        drawn = mood[:, None] + random.normal(0, 0.5, (size, ITEMS)).astype(np.float32)
        scores[part] = np.clip(np.rint(drawn), 1, SCALE)
        scores[part][random.random((size, ITEMS), np.float32) < BLANK] = 0
    scores[~scores.any(axis=1), 0] = 3
    return Answers(
        unit,
        random.integers(0, SERVICES + 1, n).astype(np.int8),
        np.searchsorted(bounds, seconds, side="right").astype(np.int8),
        seconds,
        scores,
    )


def _begin(day: date) -> int:
    """Seconds of the year before a day."""
    return (day - START).days * 86400


def unit_key(number: int) -> str:
    return f"unit-{number:03d}"


def install(folder: Path, **settings: Any) -> None:
    """An installation with the units, three services each, and links; settings as in config.toml."""
    create(folder, Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH"), OPENED, settings=settings)
    store = installation.open_store(installation.load_config(folder))
    try:
        for number in range(UNITS):
            key = unit_key(number)
            store.save_unit(Unit(key, f"Unit Contoh {number}", population=20_000))
            for service in range(1, SERVICES + 1):
                store.save_service(Service(key, f"layanan-{service}", f"Layanan {service}"))
        for number, code in enumerate(CODES):
            store.add_link(Link(code, unit_key(number), "qr", OPENED, service="layanan-1"))
    finally:
        store.close()


def fill(folder: Path, answers: Answers, seed: int = 1) -> None:
    """Put answers into the SQLite file of an installation, in the order in which they would have come."""
    config = installation.load_config(folder)
    connection = sqlite3.connect(config.database, isolation_level=None)
    try:
        for setting in ("journal_mode = delete", "synchronous = off", "cache_size = -1500000"):
            connection.execute(f"PRAGMA {setting}")
        marks = ", ".join("?" * (COLUMNS.count(",") + 1))
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO response ({COLUMNS}) VALUES ({marks})", rows(answers, config, seed)
        )
        connection.execute("COMMIT")
    finally:
        connection.close()
    store = installation.open_store(config)
    try:
        store.rebuild()
    finally:
        store.close()


def rows(answers: Answers, config: Any, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """Answers as rows of the response table (COLUMNS)."""
    random = np.random.default_rng(seed)
    keys = [unit_key(number) for number in range(UNITS)]
    services = ["", *(f"layanan-{number}" for number in range(1, SERVICES + 1))]
    begin = np.datetime64(PERIODS[0].bounds(config.zone)[0].replace(tzinfo=None), "us")
    letters = np.array([ord(c) for c in "-1234"], np.uint8)
    for first in range(0, len(answers), CHUNK):
        part = slice(first, min(first + CHUNK, len(answers)))
        n = part.stop - part.start
        hexes = random.bytes(16 * n).hex()
        text = letters[answers.scores[part]].tobytes().decode()
        at = begin + answers.seconds[part] * np.timedelta64(1_000_000, "us")
        told = random.integers(0, len(_PROFILES), n).tolist()
        wrote = (random.random(n) < REMARKED).tolist()
        for i, (unit, service, moment) in enumerate(
            zip(
                answers.unit[part].tolist(),
                answers.service[part].tolist(),
                np.datetime_as_string(at).tolist(),
                strict=True,
            )
        ):
            h = hexes[32 * i : 32 * i + 32]
            response = Response(
                id=f"{h[:8]}-{h[8:12]}-4{h[13:16]}-8{h[17:20]}-{h[20:]}",
                unit=keys[unit],
                service=services[service],
                counter="",
                channel="qr" if told[i] & 1 else "kiosk",
                instrument="skm-2017",
                answers=text[9 * i : 9 * i + 9],
                received_at=datetime.fromisoformat(moment + "Z"),
                profile=_SAID[told[i]],
                remark=REMARK.format(first + i) if wrote[i] else "",
                seconds=30 + told[i],
            )
            yield row_of(response, response.fingerprint)
