"""One line of JSON per request: which page, what came of it, how long. Never who or what was answered."""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from flask import Flask, Response, g, request

logger = logging.getLogger("skm.request")
_encode = json.JSONEncoder(ensure_ascii=False).encode


class JsonLines(logging.Formatter):
    """A record as one JSON object; `extra={"skm": {…}}` adds fields."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "skm", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= _trouble(record.exc_info[1])
        return _encode(line)


def _trouble(error: BaseException) -> dict[str, object]:
    """What happened and where; the message could quote an answer, so only SKM_DEBUG shows it."""
    frames = [
        f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)
    ]
    message = {"message": str(error)} if os.environ.get("SKM_DEBUG") else {}
    return {"error": type(error).__name__, "trace": frames, **message}


def follow(app: Flask) -> None:
    """Log every request by its route rule: a raw path could carry a code, and so a place and a person."""

    def log_exception(exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        logger.error("exception", exc_info=exc_info[1], extra={"skm": _where()})

    app.log_exception = log_exception  # type: ignore[method-assign]  # Flask's own quotes the path

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def end(response: Response) -> Response:
        began = g.get("began")
        if began is not None:
            response.headers.add("X-Request-ID", g.request_id)
            _tell(_about(response, time.perf_counter() - began))
        return response


def _tell(what: dict[str, object]) -> None:
    """`logger.info` without its search for the line of code that called it, which costs more than the rest."""
    if logger.isEnabledFor(logging.INFO):
        logger.handle(
            logger.makeRecord(logger.name, logging.INFO, "", 0, "request", (), None, extra={"skm": what})
        )


def _about(response: Response, seconds: float) -> dict[str, object]:
    return {**_where(), "status": response.status_code, "ms": round(seconds * 1000, 1)}


def _where() -> dict[str, object]:
    rule = request.url_rule
    route = rule.rule if rule is not None else "-"
    return {"id": g.get("request_id", ""), "method": request.method, "route": route}


def to_stream(stream: TextIO) -> None:
    """Send the log of this process to a stream, as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.getLogger("skm").setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what is not HTTP is no trouble of ours
