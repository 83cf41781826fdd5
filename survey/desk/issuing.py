"""A paper is written down before the desk hands it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from survey.services.issuing import NOT_ISSUED, issued
from survey.store import StoreBusy
from survey.web import context, errors, security

if TYPE_CHECKING:
    from calc.report.data import ReportData


def hand_out(data: ReportData, kind: str, form: str, service: str | None = None) -> None:
    """503 with a sentence when the row cannot be kept: then the paper is not handed out either."""
    here = context.here()
    try:
        row = issued(here.config, data, kind, form, service, here.clock(), g.me.name)
        here.store.keep_issued_paper(row)
    except StoreBusy as error:
        security.log.error("penyimpanan: %s", error)
        errors.refuse(503, NOT_ISSUED)
