"""The numbers of one unit and one period as files for machines."""

from __future__ import annotations

import json

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from calc import display
from calc.render.result_json import as_json
from calc.scoring.result import Result
from calc.text import csv_record
from survey.desk.access import bp
from survey.desk.periods import chosen, possible, scope_now
from survey.services import results
from survey.web import limits

COLUMNS = "kode;unsur;jumlah isian;jumlah nilai;nrr;nrr tertimbang;nilai konversi;mutu;kinerja".split(";")


@bp.get("/unit/<unit>/publikasi.pdf", defaults={"kind": "notice"})
@bp.get("/unit/<unit>/ringkasan.pdf", defaults={"kind": "summary"})
def former_paper(unit: str, kind: str) -> ResponseReturnValue:
    """Where notice and summary were before all papers had one address: bookmarks still lead to them."""
    key, first, last = (request.args.get(name) for name in ("periode", "dari", "sampai"))
    address = url_for("desk.paper", unit=unit, periode=key, dari=first, sampai=last, jenis=kind, bentuk="pdf")
    return redirect(address, 301)


@bp.get("/unit/<unit>/hasil.json")
@limits.heavy
def result_json(unit: str) -> Response:
    body = json.dumps(as_json(asked_result()), ensure_ascii=False, indent=1)
    return file(body, "application/json", "hasil", "json")


@bp.get("/unit/<unit>/unsur.csv")
@limits.heavy
def elements_csv(unit: str) -> Response:
    return file(element_table(asked_result()), "text/csv; charset=utf-8", "unsur", "csv")


def asked_result() -> Result:
    """The result of the unit and period in the address."""
    possible(g.unit)
    return results.unit_result(scope_now())


def element_table(result: Result) -> bytes:
    """Elements as CSV for Indonesian spreadsheets: semicolons, decimal commas, a mark for Excel."""
    lines = [csv_record(COLUMNS, ";")]
    for e in result.elements:
        means = [display.number(v, 4) if v is not None else "" for v in (e.mean, e.weighted)]
        converted = display.number(e.converted) if e.converted is not None else ""
        lines.append(
            csv_record([e.code, e.name, e.n, e.total, *means, converted, e.grade, e.performance], ";")
        )
    return "".join(lines).encode("utf-8-sig")


def file(body: bytes | str, kind: str, name: str, ending: str) -> Response:
    """A download whose name says unit and period; both come from checked keys."""
    period = chosen(g.unit).period.key.replace("..", "_")
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{g.unit.key}-{period}.{ending}"'
    return response
