"""Whether the installation behind a request can keep answers."""

from __future__ import annotations

from flask import current_app

from survey.operations.readiness import Readiness
from survey.web import context


def here() -> Readiness:
    """That of the installation which serves this request."""
    extensions, of = current_app.extensions, context.here()
    found: Readiness = extensions.setdefault("skm-readiness", Readiness(of.config, of.store, of.clock))
    return found
