"""Looking at a database file before it is opened for work, without changing a byte of it."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from sqlite_utils.utils import sqlite3

from survey.store import StoreRefused, schema

MAGIC = b"SQLite format 3\x00"
CHECKED = 32 * 1024 * 1024  # bytes; a larger file is left to `skm verify`, so that commands start at once


def inspect(path: Path, *, complete: bool = True) -> set[str]:
    """Names of the schema steps that a database has.

    Parameters
    ----------
    complete : refuse a database that lacks steps of this version, too

    Raises
    ------
    StoreRefused
        Missing, a folder, empty, cut off, foreign, damaged, written by a newer version, or not upgraded yet.
    """
    _check_head(path)
    applied = _applied(path)
    if newer := schema.unknown(applied):
        _refuse(
            path, f"ditulis oleh versi yang lebih baru ({newer[-1]}). Pasang versi itu atau yang lebih baru"
        )
    if complete and (lacking := schema.pending(applied)):
        _refuse(path, f"belum diperbarui ({lacking[0].name}). Jalankan: skm upgrade")
    return applied


def _check_head(path: Path) -> None:
    if path.is_dir():
        _refuse(path, "adalah folder, bukan berkas pangkalan data")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(100)
    except FileNotFoundError:
        _refuse(path, "tidak ada. Pulihkan dari cadangan, atau buat instalasi baru dengan: skm init")
    except OSError as error:
        _refuse(path, f"tidak dapat dibaca ({error.strerror})")
    if not head:
        _refuse(path, "kosong (0 bita). Pulihkan dari cadangan terakhir")
    if not head.startswith(MAGIC):
        _refuse(path, "bukan pangkalan data SQLite. Periksa setelan DATABASE, atau pulihkan dari cadangan")
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(head[28:32], "big")
    if len(head) < 100 or size < page * max(pages, 1):
        _refuse(path, "terpotong: sebagian isinya hilang. Pulihkan dari cadangan terakhir")
    if int.from_bytes(head[68:72], "big") != schema.APPLICATION_ID:
        _refuse(path, "milik aplikasi lain. Periksa setelan DATABASE")


def _applied(path: Path) -> set[str]:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            applied = {row[0] for row in connection.execute("SELECT name FROM schema_step")}
            if path.stat().st_size <= CHECKED:
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if found != "ok":
                    _refuse(path, f"rusak ({found}). Pulihkan dari cadangan terakhir")
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            _refuse(path, "sedang dikunci proses lain. Hentikan proses itu, lalu coba lagi")
        _refuse(path, f"rusak atau tidak dapat dibuka ({error}). Pulihkan dari cadangan terakhir")
    return applied


def _refuse(path: Path, why: str) -> NoReturn:
    raise StoreRefused(f"{path.name} {why}. Berkas tidak diubah.")
