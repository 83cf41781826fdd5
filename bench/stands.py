"""Small applications to measure beside, on the toolkit's own server: ``python -m bench.stands KIND [INSTANCE]``.

hello: bare Flask. widgets: the form through WTForms' own widgets. raw: WSGI that reads a form by hand and inserts it.
normal: the toolkit itself with SQLite's weaker setting, which may lose the last answers when the power fails.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, render_template_string
from sqlite_utils.utils import sqlite3

from survey.server import Server

SCHEMA = """
CREATE TABLE answer (id TEXT PRIMARY KEY, unit TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP, language TEXT, remark TEXT,
    gender TEXT, age TEXT, {}) STRICT;
CREATE INDEX answer_unit ON answer (unit, at);
"""
ITEMS = (
    "persyaratan",
    "prosedur",
    "waktu",
    "biaya",
    "produk",
    "kompetensi",
    "perilaku",
    "sarana",
    "pengaduan",
)
PAGE = """<!doctype html><html lang="id"><title>Survei</title><form method="post">
{% for field in form %}<fieldset><legend>{{ field.label.text }}</legend>{{ field() }}</fieldset>{% endfor %}
<button>Kirim</button></form></html>"""


def hello() -> Flask:
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hi")
    return app


def form() -> Any:
    """The form as Flask-WTF's examples build it: a field for every question."""
    from wtforms import Form, RadioField, SelectField, StringField, TextAreaField
    from wtforms.validators import AnyOf, Length, Optional, Regexp

    from calc.instrument_file import instrument

    asked = instrument("skm-2017")
    fields: dict[str, Any] = {
        item.key: RadioField(
            item.question["id"],
            choices=[(str(n), text["id"]) for n, text in enumerate(item.answers, 1)],
            validators=[Optional(), AnyOf("1234")],
        )
        for item in asked.items
    }
    for one in asked.profile:
        choices = [("", "-"), *((c.key, c.label["id"]) for c in one.choices)]
        fields[one.key] = SelectField(one.label["id"], choices=choices, validators=[Optional()])
    fields["saran"] = TextAreaField("Saran", validators=[Optional(), Length(max=2000)])
    fields["id"] = StringField("id", validators=[Regexp(r"[0-9a-f-]{36}")])
    return type("Widgets", (Form,), fields)


def widgets() -> Flask:
    app, made = Flask("widgets"), form()
    app.add_url_rule("/", view_func=lambda: render_template_string(PAGE, form=made()))
    return app


def raw(folder: Path) -> Callable[..., list[bytes]]:
    """No framework and no counters: what Python and SQLite take at least. WAL, NORMAL."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = normal")
    connection.executescript(SCHEMA.format(", ".join(f"{item} INTEGER" for item in ITEMS)))
    marks = ", ".join("?" * (6 + len(ITEMS)))
    insert = (
        f"INSERT INTO answer (id, unit, language, remark, gender, age, {', '.join(ITEMS)}) VALUES ({marks})"
    )

    def app(environ: Any, start: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        told = dict(parse_qsl(body.decode()))
        scores = [int(told[item]) if told.get(item) else None for item in ITEMS]
        if len(told["id"]) != 36 or any(s is not None and not 1 <= s <= 4 for s in scores):
            start("422 Unprocessable", [("Content-Length", "0")])
            return [b""]
        connection.execute(
            insert,
            (
                told["id"],
                "unit-000",
                told.get("bahasa"),
                told.get("saran"),
                told.get("jenis_kelamin"),
                told.get("usia"),
                *scores,
            ),
        )
        reply = b'{"id":"' + told["id"].encode() + b'","status":"kept"}'
        start("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(reply)))])
        return [reply]

    return app


def normal(folder: Path) -> Flask:
    from survey.app import create_app

    with weak():
        return create_app(folder)


@contextmanager
def weak() -> Iterator[None]:
    """Stores that this process opens meanwhile write with synchronous=NORMAL."""
    from survey.store import sqlite_connection

    at = sqlite_connection
    before = at.durable_mode, at.SYNCHRONOUS
    at.durable_mode, at.SYNCHRONOUS = (lambda *_: ("wal", "NORMAL")), {"NORMAL": 1}
    try:
        yield
    finally:
        at.durable_mode, at.SYNCHRONOUS = before


def main(kind: str, folder: str = "") -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    app: Any = (
        {"hello": hello, "widgets": widgets}[kind]()
        if not folder
        else {"raw": raw, "normal": normal}[kind](Path(folder))
    )
    if kind != "normal":
        bare = SimpleNamespace(config={"PROXIES": 0})
        if kind == "raw":
            app.extensions = {"skm": bare}
        else:
            app.extensions["skm"] = bare
    server = Server(app, [listener])
    print(f"porta {listener.getsockname()[1]};", flush=True)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
