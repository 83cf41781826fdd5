"""Sites for fault tests; short by default, long with FAULTS=long (`make faults`), which prints its figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.site import Site

LONG = os.environ.get("FAULTS") == "long"


@pytest.fixture(scope="session")
def long() -> bool:
    """Whether the long form was asked for."""
    return LONG


@pytest.fixture
def new_site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Make installations: ``new_site(changes=…, folder=…)``; their servers end with the test."""
    made: list[Site] = []

    def make(folder: Path | None = None, **how: Any) -> Site:
        made.append(Site.make(folder or tmp_path / f"site-{len(made)}", **how))
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    return new_site()


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Put figures of a test into the table at the end: ``figures(kills=200, lost=0)``."""

    def put(**numbers: object) -> None:
        for name, number in numbers.items():
            record_property(name, number)

    return put


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line of figures for each test that has some."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    lines = [
        (r.nodeid.rpartition("::")[2], r.duration, r.user_properties)
        for r in reports
        if getattr(r, "when", "") == "call" and r.user_properties
    ]
    if lines:
        terminalreporter.section("what the faults did")
    for name, seconds, properties in lines:
        told = "  ".join(f"{key} {value}" for key, value in properties)
        terminalreporter.write_line(f"{name}\n    {told}  seconds {seconds:.1f}")
