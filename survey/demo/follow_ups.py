"""Invented follow-up of the demo's finished quarters: what was promised, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from calc.report.data import FollowUp
from survey.domain.period import Period

if TYPE_CHECKING:
    from survey.demo.answers import Quarter
    from survey.store.protocols.papers import FollowUpStore

ACCOUNT = "contoh"
WRITTEN, REPAIRED = timedelta(days=10), timedelta(days=60)  # after the quarter that showed the need


def plan_follow_ups(
    store: FollowUpStore,
    unit: Mapping[str, Any],
    plan: Sequence[Quarter],
    texts: Mapping[str, Mapping[str, str]],
    now: datetime,
) -> None:
    """For each finished quarter the unit's weak elements; of the oldest all but the last were repaired in time."""
    weak = [key for key, level in sorted(unit["elements"].items(), key=lambda item: item[1]) if level < 0][:3]
    for quarter, following in pairwise(plan):
        oldest = quarter is plan[0]
        period = _period(quarter)
        for position, key in enumerate(weak):
            promised = FollowUp(
                0, key, texts[key]["action"], *_year_and_quarter(following), texts[key]["owner"]
            )
            written = min(quarter.end + WRITTEN, now)
            kept = store.save_follow_up(unit["key"], period.key, promised, written, ACCOUNT) or promised
            at = min(quarter.end + REPAIRED, now)
            if oldest and position < len(weak) - 1:
                done = replace(
                    kept,
                    status="done",
                    done_on=at.astimezone(quarter.zone).date(),
                    note=texts[key]["note"],
                )
                store.save_follow_up(unit["key"], period.key, done, at, ACCOUNT)
            elif oldest or position == 0:
                store.save_follow_up(unit["key"], period.key, replace(kept, status="running"), at, ACCOUNT)


def _period(quarter: Quarter) -> Period:
    return Period.at("quarter", quarter.start.astimezone(quarter.zone).date())


def _year_and_quarter(quarter: Quarter) -> tuple[int, int]:
    start = _period(quarter).start
    return start.year, (start.month + 2) // 3
