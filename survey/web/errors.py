"""Errors as pages, or as JSON for programs."""

from __future__ import annotations

import logging
import secrets
from functools import lru_cache
from typing import NoReturn

from flask import Response, abort, current_app, jsonify, render_template, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

log = logging.getLogger("survey.web")

FAULTS = {
    400: ("Permintaan tidak terbaca", "Kembali ke halaman sebelumnya, muat ulang, lalu coba sekali lagi."),
    403: ("Tidak diizinkan", "Permintaan ini tidak datang dari halaman aplikasi ini."),
    404: (
        "Halaman tidak ditemukan",
        "Periksa kembali alamatnya; mungkin ada huruf yang kurang.",
    ),
    405: ("Cara akses tidak dikenal", "Buka halaman ini melalui tautan atau tombol yang tersedia."),
    410: ("Sudah tidak berlaku", "Tautan ini sudah dicabut. Mintalah tautan yang baru kepada petugas."),
    413: ("Isian terlalu besar", "Persingkat isian Anda, lalu kirim kembali."),
    429: ("Terlalu banyak percobaan", "Tunggu beberapa menit, lalu coba kembali."),
    500: (
        "Terjadi kesalahan",
        "Coba kembali nanti. Bila berulang, sampaikan kode ini kepada pengelola.",
    ),
    503: ("Sistem belum dapat melayani", "Coba kembali beberapa saat lagi."),
}


class Sentence(str):
    """Words of ours for an error page; other descriptions may quote the request and are not shown."""


def refuse(status: int, sentence: str) -> NoReturn:
    """End the request with an error page that says this sentence."""
    abort(status, Sentence(sentence))


def show_fault(error: HTTPException) -> Response | HTTPException:
    """Error page for whatever a view or Flask refused; keeps headers such as Allow and Retry-After."""
    if error.code is None or error.code < 400:
        return error
    sentence = error.description if isinstance(error.description, Sentence) else None
    response = fault(error.code, sentence)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def show_store_fault(error: Exception) -> Response:
    """503: nothing was kept. The store's own sentence may name files, so only the log gets it."""
    log.error("penyimpanan: %s", error)
    response = fault(503)
    response.headers["Retry-After"] = "30"
    return response


def fault(status: int, sentence: str | None = None, *, again: bool = False) -> Response:
    """An error as a page, or as JSON when the caller asks for it; 500 carries an id that the log has too.

    again : it is no error, only not ready yet
    """
    title, cure = FAULTS.get(status, FAULTS[400] if status < 500 else FAULTS[500])
    sentence, number = sentence or cure, None
    if status == 500:
        number = secrets.token_hex(4).upper()
        log.error("kesalahan %s pada %s", number, request.endpoint)
    if wants_json():
        response = jsonify(error=sentence, **({"id": number} if number else {}))
    else:
        response = current_app.make_response(
            render_template(
                "error.html", status=status, title=title, sentence=sentence, number=number, again=again
            )
        )
    response.status_code = status
    return response


def wants_json() -> bool:
    """Whether the caller prefers JSON over a page."""
    return prefers_json(request.headers.get("Accept", ""))


@lru_cache(200)
def prefers_json(accept: str) -> bool:
    accepted = parse_accept_header(accept, MIMEAccept)
    return accepted.best_match(["text/html", "application/json"]) == "application/json"
