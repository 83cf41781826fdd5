"""Published results as plain data: the JSON and CSV beside the public pages. Nothing about few people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from calc.report.wording.sentences import NOTICE_FIELDS, public_field
from calc.rounding import round_half_up
from calc.scoring.interval import CHANCE_ONLY, limits
from calc.statistics.disclosure import public_index, publishable, unpublished_elements
from calc.text import csv_record
from survey.web.context import here

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from calc.scoring.result import Result
    from survey.domain.organisation import Organisation, Unit
    from survey.domain.period import Period
    from survey.services.index_table import Cell


LIMITS = ("converted_low", "converted_high")  # where the value itself may not be told
WHERE = ("unit", "unit_name", "period", "period_name", "start", "end")
HOW = ("instrument", "convention", "licence")
INDEX = ("n", "index", "converted", "grade", "performance", "low95", "high95")
ELEMENT = ("level", "key", "code", "name", "n", "mean", "converted", "grade", "performance")
NEWER = ("roll_up", *LIMITS)  # at the end, so that no program finds another column in its place
INDEX_COLUMNS = (*WHERE, *INDEX, *HOW, *NEWER)


def record(result: Result) -> dict[str, object]:
    """One result for the public: rounded numbers are strings with a dot; null where nothing may be told."""
    return {
        **place(result),
        "n": result.n,
        "published": publishable(result) and result.converted is not None,
        **value(result),
        "interval_note": interval_note(result),
        "regulation": result.regulation,
        "convention_words": result.convention_words,
        "elements": [element for element in elements(result)],
        "respondents": respondents(result),
    }


def interval_note(result: Result) -> str | None:
    """What the published interval cannot tell, in words; null without one."""
    interval = public_index(result).interval
    return limits(result.n, interval.low, interval.high) or None if interval else None


def licence() -> str | None:
    """The licence that the office put its results under; None when it names none."""
    return here().config["LICENCE"] or None


def place(result: Result) -> dict[str, object]:
    """Whose result it is, and how it was made."""
    about = result.about
    where = (about.organisation, about.unit_key, about.unit, about.period_key, about.period)
    return _place(*where, about.start, about.end, result)


def _place(
    organisation: str,
    unit: str,
    unit_name: str,
    period: str,
    period_name: str,
    start: date | None,
    end: date | None,
    found: Result | Cell,
) -> dict[str, object]:
    return {
        "organisation": organisation,
        "unit": unit,
        "unit_name": unit_name,
        "period": period,
        "period_name": period_name,
        "start": start.isoformat() if start else None,
        "end": end.isoformat() if end else None,
        "instrument": found.instrument,
        "convention": found.convention,
        "licence": licence(),
        "roll_up": found.roll_up,
    }


def listed(organisation: Organisation, unit: Unit, period: Period, cell: Cell) -> dict[str, Any]:
    """One line of the list of all units and periods."""
    name = organisation.government or organisation.name
    where = _place(name, unit.key, unit.name, period.key, period.name, period.start, period.last_day, cell)
    return {**where, "n": cell.n, **value(cell)}


def value(result: Result | Cell) -> dict[str, object]:
    """The index; null for fewer than five respondents or an element without answers.

    Where only a limit may be told, `converted_low` or `converted_high` says it, and the grade still is the true one.
    """
    shown = publishable(result) and result.converted is not None
    found = public_index(result)
    interval, limit = found.interval, None if found.limit is None else str(found.limit)
    return {
        "index": None if found.index is None else str(_with_four(found.index)),
        "converted": None if found.converted is None else str(found.converted),
        "converted_low": limit if found.at_least else None,
        "converted_high": None if found.at_least else limit,
        "grade": result.grade if shown else None,
        "performance": result.performance if shown else None,
        "interval": {"level": float(interval.level), "low": str(interval.low), "high": str(interval.high)}
        if interval
        else None,
    }


def _with_four(index: Fraction | Decimal) -> Decimal:
    """With four decimals; a list has been rounded already."""
    return index if isinstance(index, Decimal) else round_half_up(index, 4)


def elements(result: Result) -> list[dict[str, object]]:
    """Every element; its value null when it rests on few answers (`calc.statistics.disclosure`)."""
    withheld = unpublished_elements(result)
    rows: list[dict[str, object]] = []
    for one in result.elements:
        shown = publishable(result) and one.mean is not None and one.key not in withheld
        rows.append(
            {
                "key": one.key,
                "code": one.code,
                "name": one.name,
                "n": one.n if shown else None,
                "mean": str(round_half_up(one.mean, 4)) if shown and one.mean is not None else None,
                "converted": str(one.converted) if shown else None,
                "grade": one.grade if shown else None,
                "performance": one.performance if shown else None,
            }
        )
    return rows


def respondents(result: Result) -> dict[str, list[dict[str, object]]]:
    """Gender and education in the notice's classes; count null: withheld."""
    return {
        key: [{"class": one.label, "count": one.count} for one in classes]
        for key in NOTICE_FIELDS
        if (classes := public_field(result, key))
    }


def index_json(organisation: Organisation, found: Iterable[tuple[Unit, Period, Cell]]) -> str:
    """One line for each unit and period."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    whole = {"organisation": organisation.name, "licence": licence(), "interval_note": CHANCE_ONLY}
    head = f'{encode(whole)[:-1]}, "results": ['
    lines = ",\n".join(encode(listed(organisation, *each)) for each in found)
    return f"{head}\n{lines}\n]}}\n" if lines else f"{head}]}}\n"


def index_csv(organisation: Organisation, found: Iterable[tuple[Unit, Period, Cell]]) -> str:
    """One row for each unit and period."""
    rows = []
    for each in found:
        told = listed(organisation, *each)
        interval = told.pop("interval") or {"low": None, "high": None}
        told |= {"low95": interval["low"], "high95": interval["high"]}
        rows.append([told[name] for name in INDEX_COLUMNS])
    return _csv(INDEX_COLUMNS, rows)


def element_csv(result: Result) -> str:
    """One row for the index ('ikm') and one for each element; place and method in every row."""
    where = place(result)
    told = value(result)
    index = {"level": "ikm", "key": "ikm", "code": "IKM", "name": "Indeks Kepuasan Masyarakat", "n": result.n}
    index |= {**told, "mean": told["index"]}
    rows = [index, *({"level": "unsur", **one} for one in elements(result))]
    columns = (*WHERE, *HOW, *ELEMENT, *NEWER)
    return _csv(columns, ([{**where, **row}.get(column) for column in columns] for row in rows))


def _csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    return "".join(map(csv_record, [header, *rows]))
