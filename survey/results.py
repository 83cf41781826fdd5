"""store -> calc: the only bridge. Pages, papers and commands ask here for a Result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calc.result import Result
    from survey.config import Config
    from survey.organisation import Unit
    from survey.period import Period
    from survey.store import Store


def unit_result(
    store: Store,
    config: Config,
    unit: Unit,
    period: Period,
    now: datetime,
    *,
    service: str | None = None,
    convention: str | None = None,
    remarks: int = 0,
) -> Result:
    """Everything about one unit (or one service) and one period: index, elements, profile, about, remarks."""
    raise NotImplementedError  # H2


def overview(store: Store, config: Config, units: Sequence[Unit], periods: Sequence[Period], now: datetime) -> dict[tuple[str, str], Result]:
    """(unit key, period key) -> Result without profile and remarks, from counters read once."""
    raise NotImplementedError  # H2


def service_results(store: Store, config: Config, unit: Unit, period: Period, now: datetime) -> list[Result]:
    """One Result per service of the unit that has answers, in the services' order; about.service names it."""
    raise NotImplementedError  # H2


def periods_of(store: Store, config: Config, unit: Unit | None, now: datetime) -> list[Period]:
    """The open period first, then former ones (of the configured rhythm) with answers, newest first, then registered free ranges."""
    raise NotImplementedError  # H2
