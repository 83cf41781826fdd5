"""How answers come in and who may see what: the web wing of the SKM toolkit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(*args: Any, **kwargs: Any) -> Flask:
    """Build the web application; see `survey.app.create_app`."""
    from survey.app import create_app as build  # late, so that commands without web start fast

    return build(*args, **kwargs)
