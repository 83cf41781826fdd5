"""Answers with known sums, a questionnaire small enough for hand calculation, and the folder of public cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calc.instruments.model import Instrument
from calc.instruments.reader import instrument, read_instrument
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.result import Result
from calc.scoring.tally import Tally

HERE = Path(__file__).parent

# Two elements of unequal weight, the first with two questions.
SMALL = """
key = "kecil"
title = "Kuesioner kecil"
regulation = "Peraturan contoh"
scale = 4
factor = "25"

[[bands]]
floor = "50.00"
grade = "A"
performance = "Baik"

[[bands]]
floor = "25.00"
grade = "B"
performance = "Kurang"

[[elements]]
key = "cepat"
name = "Kecepatan"
definition = "cepatnya layanan"
weight = "1/4"

[[elements]]
key = "ramah"
name = "Keramahan"
definition = "ramahnya petugas"
weight = "3/4"

[[items]]
element = "cepat"
key = "cepat_loket"
question = "Apakah loket cepat?"
answers = ["tidak", "kurang", "ya", "sangat"]

[[items]]
element = "cepat"
key = "cepat_hasil"
question = "Apakah hasilnya cepat?"
answers = ["tidak", "kurang", "ya", "sangat"]

[[items]]
element = "ramah"
question = "Apakah petugas ramah?"
answers = ["tidak", "kurang", "ya", "sangat"]
"""


@pytest.fixture(scope="session")
def figures() -> list[dict[str, Any]]:
    """Published results with their sources, figures only."""
    return json.loads((HERE / "published_figures.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def cases() -> Path:
    """Folder of the public answer tables, beside the repository."""
    folder = HERE.parents[2] / "shared" / "cases"
    if not folder.is_dir():
        pytest.skip("tabel jawaban publik (../shared/cases) tidak ada di sini")
    return folder


@pytest.fixture(scope="session")
def skm() -> Instrument:
    return instrument("skm-2017")


@pytest.fixture
def small(tmp_path: Path) -> Instrument:
    """Two elements (weights 1/4 and 3/4), three questions."""
    path = tmp_path / "kecil.toml"
    path.write_text(SMALL, encoding="utf-8")
    return read_instrument(path)


@pytest.fixture(scope="session")
def small_text() -> str:
    return SMALL


def _scores(n: int, totals: Sequence[int]) -> np.ndarray:
    """n complete rows whose column sums are the totals: each column holds two neighbouring scores at most."""
    rows = np.arange(n)
    columns = [total // n + (rows < total % n) for total in totals]
    return np.stack(columns, axis=1).astype(np.uint8)


@pytest.fixture(scope="session")
def scores_of() -> Callable[[int, Sequence[int]], np.ndarray]:
    return _scores


@pytest.fixture(scope="session")
def from_totals() -> Callable[..., Result]:
    """Result of n complete responses with these sums per element, in the order of the instrument's items."""

    def compute(key: str, n: int, totals: Sequence[int], name: str = "exact") -> Result:
        asked = instrument(key)
        return result(asked, Tally.of_scores(_scores(n, totals), asked.scale), convention(name))

    return compute


@pytest.fixture(scope="session")
def three_questions(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    """Three elements with one question each."""
    path = tmp_path_factory.mktemp("kuesioner") / "tiga.toml"
    head = SMALL[: SMALL.index("[[elements]]")].replace('"kecil"', '"tiga"')
    body = "".join(
        f'[[elements]]\nkey = "{key}"\nname = "{key}"\ndefinition = "contoh"\nweight = "1/3"\n'
        f'[[items]]\nelement = "{key}"\nquestion = "?"\nanswers = ["a", "b", "c", "d"]\n'
        for key in ("satu", "dua", "tiga")
    )
    path.write_text(head + body, encoding="utf-8")
    return read_instrument(path)
