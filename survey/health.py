"""Health for supervisors and load balancers: alive, and ready to keep answers. No versions, no paths.

A server is 'not ready' only for what keeps answers from being kept, so that a balancer never takes the last one away
for an old backup; what else needs a person is listed as warnings, and `?strict=1` turns these into 503 for a monitor.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from survey.web import readiness

bp = Blueprint("health", __name__, url_prefix="/healthz")

RETRY = "10"  # seconds


@bp.get("/live")
def live() -> ResponseReturnValue:
    return _answer({"status": "ok"}, 200)


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    here = readiness.here()
    checks, warnings = here.checks(), [warning.word for warning in here.warnings()]
    troubles = [name for name, holds in checks.items() if not holds]
    if request.args.get("strict") == "1":
        troubles += warnings
    body: dict[str, object] = {
        "status": troubles[0] if troubles else "ok",
        "checks": {name: "ok" if holds else "failed" for name, holds in checks.items()},
        "warnings": warnings,
    }
    return _answer(body, 503 if troubles else 200)


def _answer(body: dict[str, object], status: int) -> ResponseReturnValue:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = RETRY
    return response, status
