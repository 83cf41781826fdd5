"""Looking at a database file before it is opened for work, without changing a byte of it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, NoReturn

from sqlite_utils.utils import sqlite3

from survey.store import StoreBusy, StoreDamaged, StoreError, StoreRefused, schema
from survey.store.schema import shape

MAGIC = b"SQLite format 3\x00"
CHECKED = 32 * 1024 * 1024  # bytes; a larger file is left to `skm verify`, so that commands start at once
BESIDE = (
    "-wal",
    "-journal",
)  # what SQLite leaves beside a file when a process dies in the middle of its work

FROM_BACKUP = "Pulihkan dari cadangan terakhir"
ANOTHER_BACKUP = "Pakai cadangan yang lain"

# SQLite's primary result codes, https://www.sqlite.org/rescode.html
_CONSTRAINT, _CORRUPT, _NOT_A_DATABASE = 19, 11, 26
_NO_TEXT = "Could not decode to UTF-8"  # Python's, without a code
_LOCKED = (5, 6)
_REASONS = {
    5: "sedang dipakai proses lain",
    6: "sedang dipakai proses lain",
    8: "hanya dapat dibaca; periksa izin berkas dan foldernya",
    10: "tidak dapat ditulis karena kesalahan disk; periksa disk itu dan ruang kosongnya",
    13: "tidak dapat ditulis karena disk penuh; kosongkan disk",
    14: "tidak dapat dibuka; periksa izin berkas dan foldernya",
}


def inspect(
    path: Path, *, complete: bool = True, cure: str = FROM_BACKUP, checked: int = CHECKED
) -> set[str]:
    """Names of the schema steps that a database has.

    Only for a process that has not opened the file yet: it is read with the system's own calls, and closing such a
    file takes away the locks of every SQLite connection of the process (`look` is for the others).

    Parameters
    ----------
    complete : refuse a database that lacks steps of this version, too
    cure : what to do about a damaged file
    checked : bytes up to which the pages of the file are looked over

    Raises
    ------
    StoreRefused
        Missing, a folder, foreign, written by a newer version, or not upgraded yet.
    StoreDamaged
        Empty, cut off, damaged, or with other tables than the steps make.
    """
    check_head(path, cure=cure)
    applied = _applied(path, bool(journals_of(path)), cure, checked)
    if newer := schema.unknown(applied):
        _refuse(
            path, f"ditulis oleh versi yang lebih baru ({newer[-1]}). Pasang versi itu atau yang lebih baru"
        )
    if complete and (lacking := schema.pending(applied)):
        _refuse(path, f"belum diperbarui ({lacking[0].name}). Jalankan: skm upgrade")
    return applied


def look(path: Path) -> None:
    """Refuse a file that was damaged since it was opened, as far as a new connection with an empty memory can tell."""
    try:
        with contextlib.closing(opened(path, "ro")) as connection:
            told = [
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("application_id", "page_size", "page_count")
            ]
            applied = {row[0] for row in connection.execute("SELECT name FROM schema_step")}
            other = shape.differences(connection, applied)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    if told[0] != schema.APPLICATION_ID or (
        path.stat().st_size < told[1] * told[2] and not journals_of(path)
    ):
        _refuse(path, f"rusak. {FROM_BACKUP}", StoreDamaged)
    if other:
        _refuse_other(path, other, FROM_BACKUP)


def opened(path: Path, mode: str, **options: Any) -> sqlite3.Connection:
    """A connection to a file that may come from anywhere: what its schema calls is not trusted, odd pages are errors.

    mode : 'ro' or 'rw', as in https://www.sqlite.org/uri.html; the pragmas after https://www.sqlite.org/security.html
    """
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection: sqlite3.Connection = sqlite3.connect(uri, uri=True, **options)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def journals_of(path: Path) -> list[Path]:
    """Journals that hold work of this database; SQLite needs them beside it."""
    files = [path.with_name(path.name + end) for end in BESIDE]
    return [file for file in files if file.is_file() and file.stat().st_size]


def explained(error: sqlite3.Error, path: Path) -> StoreError:
    """SQLite's error as a sentence with its cure."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == _CONSTRAINT or isinstance(error, sqlite3.IntegrityError):
        return StoreError(f"Data ditolak oleh aturan pangkalan data ({error}). Tidak ada yang berubah.")
    if code in (_CORRUPT, _NOT_A_DATABASE) or _NO_TEXT in str(error):
        return StoreDamaged(f"{path.name} rusak. Hentikan server dan pulihkan dari cadangan terakhir.")
    reason = _REASONS.get(code, f"gagal ({error})")
    return StoreBusy(f"Penyimpanan {path.name} {reason}. Tidak ada yang tersimpan; coba lagi.")


def check_head(path: Path, *, cure: str = FROM_BACKUP) -> None:
    """Refuse what the first bytes and the length of a file show to be no whole database of ours.

    Another process may be writing: the head is read first, then the journals are looked for, then the length is taken.
    A head of a commit under way has its journal beside it, and a finished commit has its pages in the file.
    """
    chosen = cure if cure == ANOTHER_BACKUP else "Periksa setelan DATABASE"
    if path.is_dir():
        _refuse(path, f"adalah folder, bukan berkas pangkalan data. {chosen}")
    try:
        with path.open("rb") as file:
            head = file.read(100)
        # A process that died while it folded its journal in leaves a short file; the journal has the rest.
        unfinished = journals_of(path)
        size = path.stat().st_size
    except FileNotFoundError:
        _refuse(path, "tidak ada. Kembalikan berkas itu, atau pulihkan dari cadangan dengan: skm restore")
    except OSError as error:
        _refuse(path, f"tidak dapat dibaca ({error.strerror})")
    if not head:
        _refuse(path, f"kosong (0 bita). {cure}", StoreDamaged)
    if not head.startswith(MAGIC):
        _refuse(path, f"bukan pangkalan data SQLite. {chosen}")
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(head[28:32], "big")
    if len(head) < 100 or (size < page * max(pages, 1) and not unfinished):
        _refuse(path, f"terpotong: sebagian isinya hilang. {cure}", StoreDamaged)
    if int.from_bytes(head[68:72], "big") != schema.APPLICATION_ID:
        _refuse(path, f"milik aplikasi lain. {chosen}")


def _applied(path: Path, unfinished: bool, cure: str, checked: int) -> set[str]:
    """Schema steps, after a look over the pages; unfinished work is rolled back or forward by SQLite first."""
    mode = "rw" if unfinished else "ro"
    try:
        connection = opened(path, mode)
        try:
            applied = {row[0] for row in connection.execute("SELECT name FROM schema_step")}
            if path.stat().st_size <= checked:
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if found != "ok":
                    _refuse(path, f"rusak ({found}). {cure}", StoreDamaged)
            if not schema.unknown(applied) and (other := shape.differences(connection, applied)):
                _refuse_other(path, other, cure)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in _LOCKED:
            _refuse(path, "sedang dikunci proses lain. Hentikan proses itu, lalu coba lagi")
        if code in _REASONS:
            _refuse(path, _REASONS[code])
        _refuse(path, f"rusak atau tidak dapat dibuka ({error}). {cure}", StoreDamaged)
    return applied


def _refuse_other(path: Path, other: list[str], cure: str) -> NoReturn:
    """Tables that are not ours keep no answer, or keep another one than was sent."""
    _refuse(path, f"tidak lagi seperti yang dibuat SKM ({'; '.join(other[:3])}). {cure}", StoreDamaged)


def _refuse(path: Path, why: str, kind: type[StoreRefused] = StoreRefused) -> NoReturn:
    raise kind(f"{path.name} {why}. Berkas tidak diubah.")
