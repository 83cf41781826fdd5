"""Result -> the JSON object that scripts rely on: printed numbers are strings with a dot, exact ones fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from calc.rounding import round_half_up
from calc.scoring.interval import limits
from calc.scoring.result import ElementResult, Result


def as_json(result: Result) -> dict[str, Any]:
    """One result as plain lists, dicts, strings and numbers, ready for ``json.dumps``.

    What has no value (no answers, no spread) is null. `index_exact` is the exact index after the convention's
    rounding steps, before any rounding for display.
    """
    return {
        "instrument": result.instrument,
        "convention": result.convention,
        "convention_words": result.convention_words,
        "roll_up": result.roll_up,
        "order": result.order,
        "group": result.group,
        "n": result.n,
        "incomplete": result.incomplete,
        "index": _rounded(result.index, 4),
        "index_exact": None if result.index is None else str(result.index),
        "converted": _text(result.converted),
        "grade": result.grade,
        "performance": result.performance,
        "complete_only": _text(result.complete_only),
        "interval": _interval(result),
        "population": result.about.population,
        "target": result.target,
        "elements": [_element(element) for element in result.elements],
        "other_conventions": [
            {"convention": other.convention, "converted": str(other.converted), "grade": other.grade}
            for other in result.other_conventions
        ],
    }


def _element(element: ElementResult) -> dict[str, Any]:
    return {
        "key": element.key,
        "code": element.code,
        "name": element.name,
        "n": element.n,
        "sum": element.total,
        "counts": list(element.counts),
        "mean": _rounded(element.mean, 4),
        "weighted": _rounded(element.weighted, 4),
        "converted": _text(element.converted),
        "grade": element.grade,
        "performance": element.performance,
    }


def _interval(result: Result) -> dict[str, Any] | None:
    interval = result.interval
    if interval is None:
        return None
    return {
        "level": float(interval.level),
        "low": str(interval.low),
        "high": str(interval.high),
        "margin": _text(interval.margin),
        "note": limits(result.n, interval.low, interval.high) or None,
    }


def _rounded(value: Fraction | None, decimals: int) -> str | None:
    return None if value is None else str(round_half_up(value, decimals))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
