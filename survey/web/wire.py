"""Requests and responses as they travel: Flask's own, without the steps that a submission does not need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import flask
from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.utils import cached_property

URLENCODED = "application/x-www-form-urlencoded"
MENDED = ("location", "content-location")  # headers that Werkzeug may rewrite


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """What `urllib.parse.parse_qsl` finds; unquotes only what is quoted, which is next to nothing in a survey."""
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            if "%" in part or "+" in part:
                yield _unquoted(name), _unquoted(value)
            else:
                yield name, value


def _unquoted(text: str) -> str:
    return unquote(text.replace("+", " "), errors="werkzeug.url_quote")


class Request(flask.Request):
    @cached_property
    def form(self) -> ImmutableMultiDict[str, str]:  # type: ignore[override]
        """What Werkzeug reads; a form without files is read from the body at hand, not through a stream."""
        if self.mimetype != URLENCODED:
            return super().form
        try:
            sent = list(pairs(self.get_data(cache=True).decode()))
        except UnicodeDecodeError:
            sent = []
        self.__dict__["files"] = ImmutableMultiDict()
        return ImmutableMultiDict(sent)


class Response(flask.Response):
    def get_wsgi_headers(self, environ: Any) -> Headers:
        """The headers themselves instead of a copy, when there is nothing to mend in one."""
        names = {name.lower() for name, _ in self.headers}
        has_body = self.status_code >= 200 and self.status_code not in (204, 304)
        if has_body and "content-length" in names and names.isdisjoint(MENDED):
            return self.headers
        return super().get_wsgi_headers(environ)
