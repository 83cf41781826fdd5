"""Results to print: `made(n, …)` computes one from invented answers with a realistic spread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from calc.convention import convention
from calc.index import result
from calc.instrument import Instrument
from calc.instrument_file import instrument
from calc.result import About, ProfileCount, Result
from calc.tally import Tally

WITA = timezone(timedelta(hours=8))
ABOUT = About(
    organisation="Pemerintah Kabupaten Contoh",
    unit="Dinas Kependudukan dan Pencatatan Sipil",
    unit_key="dukcapil",
    address="Jalan Contoh Nomor 1",
    period="Triwulan III Tahun 2026",
    period_key="2026-TW3",
    start=date(2026, 7, 1),
    end=date(2026, 9, 30),
    cut=datetime(2026, 10, 1, 8, 5, tzinfo=WITA),
    population=12000,
)
LONG = (
    "Unit Pelaksana Teknis Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu, Koperasi, Usaha Kecil "
    "dan Menengah Wilayah"
)  # 120 characters
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '<img src="/etc/hostname"/>',
    "<b>tidak ditutup",
    "<para>&nbsp;</para>",
    "a < b & c",
    '<font color="[[].__class__]">x</font>',
    "panjang " * 250,
    "x" * 2000,
    "y" * 20000,
    "Bagus 👍🏽 sekali 😀",
    "ꦱꦸꦒꦼꦁ ᬲᬸᬓ᭄ᬱ 中文 شكرا",
    "=1+1",
    "+62812000000",
    "@SUM(A1)",
    "a\x00b\x1bc\u202ed\ud800e",
    "baris\npertama\r\nkedua\ttab; koma, 'kutip' \"ganda\"",
)


def scores(n: int, k: int, scale: int, blanks: float) -> np.ndarray:
    rng = np.random.default_rng(20260701 + n)
    weights = np.array([[0.02, 0.10 + 0.02 * (i % 5), 0.50, 0.38 - 0.02 * (i % 5)] for i in range(k)])
    table = np.stack([rng.choice(np.arange(1, 5), size=n, p=w) for w in weights], axis=1)
    table = np.minimum(table, scale).astype(np.uint8)
    if blanks:
        table[rng.random(table.shape) < blanks] = 0
    return table


def profile_of(questions: Instrument, n: int) -> tuple[ProfileCount, ...]:
    fields = []
    for field in questions.profile:
        k = len(field.choices)
        stated = n - n // 20
        shares = [stated * (k - i) * 2 // (k * (k + 1)) for i in range(k)]
        shares[0] += stated - sum(shares)
        classes = tuple(
            (c.key, c.label["id"], c.poster, s) for c, s in zip(field.choices, shares, strict=True)
        )
        fields.append(ProfileCount(field.key, field.label["id"], classes, n - stated))
    return tuple(fields)


@pytest.fixture(scope="session")
def made() -> Callable[..., Result]:
    """``made(n, key="skm-2017", name="exact", blanks=0.0, about=ABOUT, …)``; other arguments go to calc."""

    def make(
        n: int,
        key: str = "skm-2017",
        name: str = "exact",
        blanks: float = 0.0,
        about: About | None = ABOUT,
        **more: Any,
    ) -> Result:
        questions = instrument(key)
        table = scores(n, len(questions.items), questions.scale, blanks)
        full = table[(table > 0).all(axis=1)]
        tally, complete = (Tally.of_scores(t, questions.scale) for t in (table, full))
        if about is not None:
            more.setdefault("profile", profile_of(questions, n))
        return result(questions, tally, convention(name), about=about, complete_tally=complete, **more)

    return make


@pytest.fixture
def hostile() -> tuple[str, ...]:
    """Words that broke other report writers, one of each kind."""
    return HOSTILE


@pytest.fixture
def about() -> About:
    return ABOUT


@pytest.fixture
def long_name() -> str:
    assert len(LONG) == 120
    return LONG
