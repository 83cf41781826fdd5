"""ReportData -> JSON text: the Result's object with all that papers say beyond it, for scripts and for next year.

Numbers are printed as in `calc.render.result_json`: decimals are strings with a dot, so that no program
rounds them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from calc.render import result_json
from calc.report import small_cells
from calc.report.data import ReportData, TrendPoint
from calc.rounding import round_half_up
from calc.scoring.comparison import Change
from calc.scoring.result import About, ProfileCount, Result
from calc.statistics.disclosure import SMALLEST, publishable
from calc.statistics.pace import Pace
from calc.statistics.priority import Priority


def as_json(data: ReportData) -> str:
    """The data as one object; what has no value is null. Responses and remarks row by row are not in it.

    Null, too, is what papers withhold about few people (`calc.report.small_cells`).

    Its first keys are those of the result of the whole unit; every service is an object with the same keys.
    """
    withheld = small_cells.services(data.services)
    hidden = small_cells.roll_ups(data.roll_ups, data.services)
    own = {
        **_result(data.result),
        "profile": [_profile(field) for field in data.result.profile] if publishable(data.result) else [],
        "services": [_result(service, at in withheld) for at, service in enumerate(data.services)],
        "roll_ups": [
            _plain(
                replace(rule, converted=None, grade=None)
                if rule.rule in hidden or not publishable(data.result)
                else rule
            )
            for rule in data.roll_ups
        ],
        "trend": list(_points(data.trend)),
        "inside": list(_points(data.inside)),
        "reliability": None if _few_complete(data.result) else _plain(data.reliability),
        "priority": None if _few_complete(data.result) else _priority(data.priority),
        "samples": _plain(data.samples),
        "channels": dict(data.channels),
        "pace": _pace(data.result.about.pace),
        "follow_up": _plain(data.follow_up),
        "former_period": data.former_period,
        "former_follow_up": _plain(data.former_follow_up),
        "remarks": [
            {"theme": group.title, "count": sum(count for _, count in group.remarks)}
            for group in data.remarks
        ],
        "remark_count": data.remark_count,
        "fingerprint": data.fingerprint,
        "verify": data.verify,
        "version": data.version,
    }
    words = json.dumps(own, ensure_ascii=False, indent=2) + "\n"
    return words.encode("utf-8", "replace").decode()  # half a character in a name must not stop the file


def _pace(pace: Pace | None) -> dict[str, Any] | None:
    """The busiest minute of a link, and the seconds that filling in took in the middle."""
    if pace is None or pace.at is None:
        return None
    return {
        "most_in_a_minute": pace.most,
        "minute": pace.at.isoformat(timespec="minutes"),
        "median_seconds": pace.median,
    }


VALUE = ("index", "index_exact", "converted", "grade", "performance", "complete_only", "interval")
OF_ELEMENT = ("sum", "counts", "mean", "weighted", "converted", "grade", "performance")


def _result(result: Result, withheld: bool = False) -> dict[str, Any]:
    """withheld : the value would be that of few people, or would give theirs away."""
    told = {"about": _about(result.about), **result_json.as_json(result)}
    if withheld or not publishable(result):
        told |= {**dict.fromkeys(VALUE), "other_conventions": []}
    if _few_complete(result):
        told["complete_only"] = None
    hidden = {e.key for e in result.elements} if withheld else small_cells.elements(result)
    told["elements"] = [
        {**element, **dict.fromkeys(OF_ELEMENT)} if element["key"] in hidden else element
        for element in told["elements"]
    ]
    return told


def _priority(found: Priority | None) -> dict[str, Any] | None:
    """Without the short names of elements: the elements of the result have names."""
    if found is None:
        return None
    told: dict[str, Any] = _plain(found)
    for placed in told["elements"]:
        del placed["short"]
    return told


def _few_complete(result: Result) -> bool:
    """Whether few people answered everything, as it is where few answered an element."""
    return result.n - result.incomplete < SMALLEST


def _about(about: About) -> dict[str, Any]:
    return {
        "organisation": about.organisation,
        "unit": about.unit,
        "unit_key": about.unit_key,
        "service": about.service,
        "address": about.address,
        "period": about.period,
        "period_key": about.period_key,
        "start": _plain(about.start),
        "end": _plain(about.end),
        "cut": _plain(about.cut),
        "provisional": about.running,
        "other_answers": dict(about.other_answers),
    }


def _profile(field: ProfileCount) -> dict[str, Any]:
    classes = [{"key": key, "label": words, "n": n} for key, words, n in small_cells.classes(field)]
    return {"key": field.key, "label": field.label, "classes": classes, "not_stated": field.not_stated}


def _points(points: Sequence[TrendPoint]) -> Iterator[dict[str, Any]]:
    """Without a change where either of its two values is withheld: one minus the change would be the other."""
    before: Result | None = None
    for point in points:
        told = publishable(point.result) and (before is None or publishable(before))
        yield _point(point, point.change if told else None)
        before = before if point.result.converted is None else point.result


def _point(point: TrendPoint, change: Change | None) -> dict[str, Any]:
    """One period with what a chart of the trend needs."""
    whole = _result(point.result)
    kept = {key: whole[key] for key in ("n", "index", "converted", "grade", "interval")}
    about = _about(point.result.about)
    days = {key: about[key] for key in ("period", "period_key", "start", "end")}
    return {**days, **kept, "change": _plain(change)}


def _plain(value: Any) -> Any:
    """A record as an object, fields in order; numbers as in `calc.render.result_json`, days in ISO 8601."""
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Fraction):
        return str(round_half_up(value, 4))
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
