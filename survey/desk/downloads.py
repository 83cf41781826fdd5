"""Files of one unit and one period: the public notice, the summary, and its numbers for machines."""

from __future__ import annotations

import json

from flask import Response, g

from calc import display
from calc.result import Result
from calc.result_json import as_json
from calc.text import csv_record
from survey import results, web
from survey.desk.guard import bp
from survey.desk.handing_out import hand_out
from survey.desk.periods import chosen, possible
from survey.dossiers import unit_dossier

PDF = "application/pdf"
COLUMNS = "kode;unsur;jumlah isian;jumlah nilai;nrr;nrr tertimbang;nilai konversi;mutu;kinerja".split(";")


@bp.get("/unit/<unit>/publikasi.pdf")
@web.paper
def notice(unit: str) -> Response:
    return paper("notice", "publikasi")


@bp.get("/unit/<unit>/ringkasan.pdf")
@web.paper
def summary(unit: str) -> Response:
    return paper("summary", "ringkasan")


def paper(kind: str, name: str) -> Response:
    here = web.here()
    dossier = unit_dossier(here.store, here.config, g.unit, possible(g.unit), here.clock(), scores=False)
    content = web.drawn("paper", kind, "pdf", dossier)
    hand_out(dossier, kind, "pdf")
    return file(content, PDF, name, "pdf")


@bp.get("/unit/<unit>/hasil.json")
@web.heavy
def result_json(unit: str) -> Response:
    body = json.dumps(as_json(asked_result()), ensure_ascii=False, indent=1)
    return file(body, "application/json", "hasil", "json")


@bp.get("/unit/<unit>/unsur.csv")
@web.heavy
def elements_csv(unit: str) -> Response:
    return file(element_table(asked_result()), "text/csv; charset=utf-8", "unsur", "csv")


def asked_result() -> Result:
    """The result of the unit and period in the address."""
    here = web.here()
    return results.unit_result(here.store, here.config, g.unit, possible(g.unit), here.clock())


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
