"""Numbers, dates and static files for templates."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, request
from jinja2 import StrictUndefined

from calc import display
from calc.statistics.disclosure import public_index
from survey.system import disk

if TYPE_CHECKING:
    from survey.config import Config


STATIC = Path(__file__).parents[1] / "static"


def add_filters(app: Flask, config: Config) -> None:
    """Numbers and dates for templates, from `calc.display`."""

    def day(value: date | datetime) -> str:
        return display.long_date(
            value.astimezone(config.zone).date() if isinstance(value, datetime) else value
        )

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=display.number,
        whole=display.whole,
        percent=display.percent,
        long_date=day,
        moment=lambda at: display.moment(at.astimezone(config.zone)),
        megabytes=disk.in_mb,
        public_value=lambda found: public_index(found).words,
    )
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """Address of a static file with the hash of its content, so that browsers may keep it for ever."""
    return f"{request.script_root}/static/{name}?v={content_hash(name)}"


@cache
def content_hash(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
