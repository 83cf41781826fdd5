"""A paper is written down before the desk hands it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from survey import web
from survey.issuing import NOT_ISSUED, issued
from survey.store import StoreBusy

if TYPE_CHECKING:
    from calc.dossier import Dossier


def hand_out(dossier: Dossier, kind: str, form: str, service: str | None = None) -> None:
    """503 with a sentence when the row cannot be kept: then the paper is not handed out either."""
    here = web.here()
    try:
        row = issued(here.config, dossier, kind, form, service, here.clock(), g.me.name)
        here.store.keep_issued_paper(row)
    except StoreBusy as error:
        web.log.error("penyimpanan: %s", error)
        web.refuse(503, NOT_ISSUED)
