"""Whether the installation behind a request can keep answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from survey.web import context

if TYPE_CHECKING:
    pass
from survey.operations.readiness import Readiness


def here() -> Readiness:
    """That of the installation which serves this request."""
    extensions, of = current_app.extensions, context.here()
    return extensions.setdefault("skm-readiness", Readiness(of.config, of.store, of.clock))  # type: ignore[no-any-return]
