"""Invented answers of one year, kept by the store itself: ``python -m bench.filler FOLDER ANSWERS``.

They come month by month and within a month unit by unit, as offices enter their paper forms: in the order of their
times every transaction would rewrite the counters of all units.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import numpy as np

from survey.commands.operations.init import create
from survey.config import Config
from survey.domain.organisation import Link, Organisation, Service, Unit
from survey.domain.period import Period
from survey.domain.response import Response
from survey.operations import installation

UNITS, SERVICES, ITEMS, SCALE = 500, 3, 9, 4
BLANK = 0.03  # share of questions left out
REMARKED = 0.1  # share of respondents who write something
YEAR = 2025
QUARTERS = tuple(f"{YEAR}-TW{number}" for number in (1, 2, 3, 4))
OPENED = datetime(YEAR - 1, 1, 1, tzinfo=UTC)
CODES = tuple(f"BNCH23{letter}{letter}" for letter in "ABCDEFGHJKLMNPQRSTUV")  # links of the first units
REMARK = "Pelayanan nomor {} ramah; ruang tunggu perlu kipas, kursi, dan air minum"
PROFILES = [
    {"jenis_kelamin": gender, "pendidikan": school, "pekerjaan": work, "usia": age}
    for gender, school, work, age in product(
        "LP",
        ("SD", "SMP", "SMA", "DIII", "S1"),
        ("PNS", "SWASTA", "WIRAUSAHA", "LAINNYA"),
        ("17-25", "26-34", "35-44", "45-54"),
    )
]
LETTERS = np.frombuffer(b"-1234", np.uint8)


def unit_key(number: int) -> str:
    return f"unit-{number:03d}"


def install(folder: Path, units: int = UNITS) -> None:
    """A new installation with the units, three services each, and links."""
    create(folder, Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH"), OPENED, settings={})
    with closing(installation.open_store(installation.load_config(folder))) as store:
        for number in range(units):
            key = unit_key(number)
            store.save_unit(Unit(key, f"Unit Contoh {number}", population=20_000))
            for service in range(1, SERVICES + 1):
                store.save_service(Service(key, f"layanan-{service}", f"Layanan {service}"))
        for number, code in enumerate(CODES[:units]):
            store.add_link(Link(code, unit_key(number), "qr", OPENED, service="layanan-1"))


def fill(folder: Path, answers: int, units: int = UNITS) -> None:
    """Keep that many answers in an installation."""
    config = installation.load_config(folder)
    with closing(installation.open_store(config)) as store:
        store.keep_many(responses(answers, units, config))


def responses(answers: int, units: int, config: Config, seed: int = 2017) -> Iterator[Response]:
    """Every unit has answers in every month when there are enough, so that more answers are not more counters."""
    random = np.random.default_rng(seed)
    share = np.exp(random.normal(0, 0.5, units))
    level = random.normal(3.15, 0.12, units)
    for number in range(12):
        month = Period.parse(f"{YEAR}-{number + 1:02d}")
        start, end = month.bounds(config.zone)
        n = answers * (number + 1) // 12 - answers * number // 12
        unit = random.choice(units, n, p=share / share.sum())
        unit[:units] = np.arange(min(n, units))
        unit.sort()
        # one respondent's answers resemble each other, as real ones do
        mood = level[unit] + random.normal(0, 0.45, n)
        scores = np.clip(np.rint(mood[:, None] + random.normal(0, 0.5, (n, ITEMS))), 1, SCALE).astype(
            np.uint8
        )
        scores[random.random((n, ITEMS)) < BLANK] = 0
        scores[~scores.any(axis=1), 0] = 3
        text, ids = LETTERS[scores].tobytes().decode(), random.bytes(16 * n)
        service, profile = random.integers(0, SERVICES + 1, n), random.integers(0, len(PROFILES) + 1, n)
        moment = random.integers(0, int((end - start).total_seconds()), n)
        wrote = random.random(n) < REMARKED
        for i in range(n):
            yield Response(
                id=str(UUID(bytes=ids[16 * i : 16 * i + 16], version=4)),
                unit=unit_key(int(unit[i])),
                service=f"layanan-{service[i]}" if service[i] else "",
                counter="",
                channel="qr" if profile[i] & 1 else "kiosk",
                instrument="skm-2017",
                answers=text[ITEMS * i : ITEMS * i + ITEMS],
                received_at=start + timedelta(seconds=int(moment[i])),
                profile=PROFILES[profile[i]] if profile[i] < len(PROFILES) else {},
                remark=REMARK.format(i) if wrote[i] else "",
                seconds=30 + int(profile[i]),
            )


if __name__ == "__main__":
    install(Path(sys.argv[1]))
    fill(Path(sys.argv[1]), int(sys.argv[2]))
