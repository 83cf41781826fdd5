"""Which papers there are, what they are called, and in which forms each can be had."""

from __future__ import annotations

from typing import NamedTuple, TypedDict


class Kind(NamedTuple):
    """name : for people; forms : endings of files, the first is the usual one; file : in a file's name."""

    name: str
    forms: tuple[str, ...]
    file: str


class Options(TypedDict):
    """Named arguments of `calc.render.render.paper`."""

    size: str
    template: str
    respondents: bool | None


KINDS = {
    "notice": Kind("Publikasi hasil satu halaman", ("pdf", "html"), "publikasi"),
    "certificate": Kind("Lembar keterangan nilai dengan kode periksa", ("pdf", "html"), "keterangan"),
    "summary": Kind("Ringkasan", ("pdf", "html", "docx", "json"), "ringkasan"),
    "full": Kind("Laporan lengkap", ("pdf", "html", "docx", "json"), "laporan"),
    "tabulation": Kind("Lembar pengolahan data per responden", ("pdf", "html"), "tabulasi"),
    "workbook": Kind("Buku kerja dengan rumus", ("xlsx",), "buku-kerja"),
}
ROWS = ("tabulation", "workbook")  # these print every response
MOST = 1000  # responses up to which their table stands in the full report without being asked for

TEMPLATES = {
    "five-chapters": "Sistematika lima bab (sejak 2022)",
    "four-chapters": "Sistematika empat bab (2019–2021)",
}
MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
