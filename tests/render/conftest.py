"""Results to print: `made(n, …)` computes one from invented answers with a realistic spread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.result import About, Result
from calc.scoring.tally import Tally
from tests.report_data import ABOUT, HOSTILE, LONG, profile_of


def scores(n: int, k: int, scale: int, blanks: float) -> np.ndarray:
    rng = np.random.default_rng(20260701 + n)
    weights = np.array([[0.02, 0.10 + 0.02 * (i % 5), 0.50, 0.38 - 0.02 * (i % 5)] for i in range(k)])
    table = np.stack([rng.choice(np.arange(1, 5), size=n, p=w) for w in weights], axis=1)
    table = np.minimum(table, scale).astype(np.uint8)
    if blanks:
        table[rng.random(table.shape) < blanks] = 0
    return table


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
