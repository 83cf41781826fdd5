"""Published results as plain data: the JSON and CSV beside the public pages. Nothing about few people."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from calc.disclosure import publishable, withheld_elements
from calc.paper.sentences import NOTICE_FIELDS, public_field
from calc.rounding import round_half_up
from survey.web import here

if TYPE_CHECKING:
    from calc.result import Result


INDEX_COLUMNS = (
    "unit",
    "unit_name",
    "period",
    "period_name",
    "start",
    "end",
    "n",
    "index",
    "converted",
    "grade",
    "performance",
    "low95",
    "high95",
    "instrument",
    "convention",
    "licence",
    "roll_up",
)
ELEMENT_COLUMNS = ("level", "key", "code", "name", "n", "mean", "converted", "grade", "performance")
PLACE_COLUMNS = (
    "unit",
    "unit_name",
    "period",
    "period_name",
    "start",
    "end",
    "instrument",
    "convention",
    "licence",
)


def record(result: Result) -> dict[str, Any]:
    """One result for the public: rounded numbers are strings with a dot; null where nothing may be told."""
    return {
        **place(result),
        "n": result.n,
        "published": publishable(result) and result.converted is not None,
        **value(result),
        "regulation": result.regulation,
        "convention_words": result.convention_words,
        "elements": [element for element in elements(result)],
        "respondents": respondents(result),
    }


def licence() -> str | None:
    """The licence that the office put its results under; None when it names none."""
    return here().config["LICENCE"] or None


def place(result: Result) -> dict[str, Any]:
    """Whose result it is, and how it was made."""
    about = result.about
    return {
        "organisation": about.organisation,
        "unit": about.unit_key,
        "unit_name": about.unit,
        "period": about.period_key,
        "period_name": about.period,
        "start": about.start.isoformat() if about.start else None,
        "end": about.end.isoformat() if about.end else None,
        "instrument": result.instrument,
        "convention": result.convention,
        "licence": licence(),
        "roll_up": result.roll_up,
    }


def value(result: Result) -> dict[str, Any]:
    """The index; null for fewer than five respondents or an element without answers."""
    shown = publishable(result) and result.index is not None
    interval = result.interval if shown else None
    return {
        "index": str(round_half_up(result.index, 4)) if shown and result.index is not None else None,
        "converted": str(result.converted) if shown else None,
        "grade": result.grade if shown else None,
        "performance": result.performance if shown else None,
        "interval": {"level": float(interval.level), "low": str(interval.low), "high": str(interval.high)}
        if interval
        else None,
    }


def elements(result: Result) -> list[dict[str, Any]]:
    """Every element; its value null when it rests on few answers (`calc.disclosure`)."""
    withheld = withheld_elements(result)
    rows = []
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


def respondents(result: Result) -> dict[str, list[dict[str, Any]]]:
    """Gender and education in the notice's classes; count null: withheld."""
    return {
        key: [{"class": one.label, "count": one.count} for one in classes]
        for key in NOTICE_FIELDS
        if (classes := public_field(result, key))
    }


def index_csv(results: Sequence[Result]) -> str:
    """One row for each unit and period."""
    rows = []
    for result in results:
        told = value(result)
        interval = told.pop("interval") or {"low": None, "high": None}
        found = {**place(result), "n": result.n, **told, "low95": interval["low"], "high95": interval["high"]}
        rows.append([found[name] for name in INDEX_COLUMNS])
    return _csv(INDEX_COLUMNS, rows)


def element_csv(result: Result) -> str:
    """One row for the index ('ikm') and one for each element; place and method in every row."""
    where = place(result)
    told = value(result)
    index = {"level": "ikm", "key": "ikm", "code": "IKM", "name": "Indeks Kepuasan Masyarakat", "n": result.n}
    index |= {**told, "mean": told["index"]}
    rows = [index, *({"level": "unsur", **one} for one in elements(result))]
    return _csv(
        (*PLACE_COLUMNS, *ELEMENT_COLUMNS, "roll_up"),  # newer columns at the end
        (
            [where[c] for c in PLACE_COLUMNS] + [row[c] for c in ELEMENT_COLUMNS] + [result.roll_up]
            for row in rows
        ),
    )


def _csv(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(["" if cell is None else _harmless(cell) for cell in row])
    return target.getvalue()


def _harmless(cell: Any) -> Any:
    """A name that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
