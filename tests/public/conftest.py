"""Answers in a finished and in the open period: `kept(n, when, …)` puts them into the store of `place`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from survey.domain.response import Response

SECOND_QUARTER = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)
THIRD_QUARTER = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)  # open at the time of the tests


@pytest.fixture
def kept(place: Any, store: Any) -> Callable[..., None]:
    """``kept(12, answers="343434344", when=…, profile={…}, unit=…)``."""

    def keep(
        n: int,
        answers: str = "343434344",
        when: datetime = SECOND_QUARTER,
        profile: Mapping[str, str] | None = None,
        unit: str = "dukcapil",
    ) -> None:
        for _ in range(n):
            store.keep(
                Response(
                    id=str(uuid.uuid4()),
                    unit=unit,
                    service="ktp-el" if unit == "dukcapil" else "",
                    counter="",
                    channel="qr",
                    instrument="skm-2017",
                    answers=answers,
                    received_at=when,
                    profile=profile,
                )
            )

    return keep


@pytest.fixture
def finished() -> datetime:
    """A moment in Triwulan II 2026, which is over."""
    return SECOND_QUARTER


@pytest.fixture
def running() -> datetime:
    """A moment in Triwulan III 2026, which is still open."""
    return THIRD_QUARTER


@pytest.fixture
def kept_live(live: Any) -> Callable[[], None]:
    """Thirty answers in the finished quarter of the running server."""

    def keep() -> None:
        for number in range(30):
            live.store.keep(
                Response(
                    id=str(uuid.uuid4()),
                    unit="dukcapil",
                    service="ktp-el",
                    counter="",
                    channel="qr",
                    instrument="skm-2017",
                    answers="343434344" if number % 2 else "233333333",
                    received_at=SECOND_QUARTER,
                    profile={"jenis_kelamin": "LP"[number % 2], "pendidikan": "SMA"},
                )
            )

    return keep
