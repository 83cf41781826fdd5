"""Plans of improvement (RTL) that a report on a period has: its own, and those of every period inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from survey.domain.period import FREE, Period

if TYPE_CHECKING:
    from calc.report.data import FollowUp
    from survey.store.protocols.papers import FollowUpStore


class Plan(NamedTuple):
    """A plan, and the period in whose report it was written."""

    period: Period
    item: FollowUp


def plans(store: FollowUpStore, unit: str, period: Period) -> list[Plan]:
    """Of the period and of all periods inside it, oldest first; a plan that was carried on stands once, as of last.

    Half a year and a year are the usual duty, while offices write their plans quarter by quarter.
    """
    found: dict[tuple[str, ...], Plan] = {}
    for one in sorted(_inside(store, unit, period), key=lambda p: (p.end, p.end - p.start)):
        for item in store.follow_ups(unit, one.key):
            same = (item.element, item.action)
            done = found[same].item.status == "done" if same in found else False
            if not done:
                found.pop(same, None)  # so that it stands where it was written last
            found[(*same, one.key) if done else same] = Plan(one, item)
    return list(found.values())


def before(period: Period, rhythm: str) -> Period:
    """The period whose plans a report looks back on; of a free range of days the office's own one before it.

    rhythm : the setting PERIOD

    Raises
    ------
    ValueError
        For a period before the calendar begins.
    """
    return (Period.at(rhythm, period.start) if period.kind == FREE else period).previous()


def _inside(store: FollowUpStore, unit: str, period: Period) -> list[Period]:
    known = [Period.parse(key) for key in store.follow_up_periods(unit)]
    return [one for one in known if period.start <= one.start and one.end <= period.end]
