"""The installation behind a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from calc.instruments.model import Instrument
    from survey.config import Config
    from survey.store import Store


@dataclass(frozen=True)
class Installation:
    """All that a view may reach. `clock` returns the time in UTC with its zone; tests pass their own."""

    config: Config
    store: Store
    instruments: Mapping[str, Instrument]
    clock: Callable[[], datetime]


def here() -> Installation:
    """The installation that serves this request."""
    found: Installation = current_app.extensions["skm"]
    return found
