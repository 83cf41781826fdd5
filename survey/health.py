"""Health for supervisors and load balancers: alive, and ready to keep answers. No versions, no paths."""

from __future__ import annotations

import shutil

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from survey import web
from survey.store import StoreError

bp = Blueprint("health", __name__, url_prefix="/healthz")

DISK_FLOOR = 200 * 1024 * 1024  # bytes; below it a night of answers and a backup may no longer fit


@bp.get("/live")
def live() -> ResponseReturnValue:
    return _answer({"status": "ok"}, 200)


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    problem = _problem()
    return _answer({"status": problem or "ok"}, 503 if problem else 200)


def _problem() -> str:
    """A word for what is missing, '' when answers can be kept."""
    here = web.here()
    try:
        here.store.check_writable()
    except StoreError:
        return "store"
    return "disk" if shutil.disk_usage(here.config.instance).free < DISK_FLOOR else ""


def _answer(body: dict[str, str], status: int) -> ResponseReturnValue:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "10"
    return response, status
