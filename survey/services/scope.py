"""Whose results are asked for: one value that travels from a page, a paper or a command down to the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from calc.scoring.convention import Convention, convention

if TYPE_CHECKING:
    from datetime import date, datetime

    from survey.config import Config
    from survey.domain.organisation import Service, Unit
    from survey.domain.period import Period
    from survey.store import Store


@dataclass(frozen=True)
class Scope:
    """A unit (or one of its services) and a period, as the installation stands at a moment.

    now : UTC with its zone
    service : key of one service; '' the answers of no service; None all of the unit
    convention : name of a way to compute; None the installation's
    roll_up : rule of combining services; None the installation's
    """

    store: Store
    config: Config
    unit: Unit
    period: Period
    now: datetime
    service: str | None = None
    convention: str | None = None
    roll_up: str | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The period as half-open interval in UTC."""
        return self.period.bounds(self.config.zone)

    @property
    def today(self) -> date:
        """The day in the office."""
        return self.now.astimezone(self.config.zone).date()

    @property
    def is_over(self) -> bool:
        return self.period.end <= self.today

    @property
    def rule(self) -> str:
        return self.roll_up or str(self.config["ROLL_UP"])

    @property
    def chosen(self) -> Convention:
        """The convention in force. ConventionError for a name that there is not."""
        if self.convention is None:
            return self.config.convention
        return convention(self.convention, self.config["MINIMUM_ANSWERS"])

    @cached_property
    def services(self) -> list[Service]:
        """Of the unit, in their order; read once."""
        return self.store.services(self.unit.key)

    @property
    def own_service(self) -> Service | None:
        """The one that is asked for; None for all of the unit, for none, and for one that there is not."""
        return next((each for each in self.services if each.key == self.service), None)

    def but(self, **changes: Any) -> Scope:
        """The same with other parts."""
        return replace(self, **changes)
