"""XLSX sheets: the first sheet of a workbook, cell by cell; broken, huge and foreign files are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from calc.columns import ResponsesError, find_columns
from calc.instrument import Instrument
from calc.responses import Responses, collect

_LARGEST = 300_000_000  # unpacked bytes: far above an office's sheet, far below a zip bomb
_SAVE = "simpan ulang sebagai Excel Workbook (.xlsx) atau 'CSV UTF-8'"
_UNKNOWN_VALUE = "rumus tanpa nilai tersimpan"


def is_workbook(data: bytes) -> bool:
    """Whether a file is meant for a spreadsheet program: a zip file or an old Excel binary."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def read_xlsx(
    data: bytes, instrument: Instrument, by: str | None, order: str | None, lenient: bool
) -> Responses:
    """Read the first sheet of a workbook. Errors and parameters as `calc.responses.read_responses`."""
    _check_archive(data)
    load = _loader()
    try:
        rows = list(_values(load, data))
        if any(None in cells for cells in rows):
            rows = _mark_formulas(load, data, rows)
    except ResponsesError:
        raise
    except Exception:  # a damaged workbook breaks openpyxl in many ways; all mean the same to the office
        raise ResponsesError(f"berkas Excel ini rusak; buka di Excel atau LibreOffice lalu {_SAVE}") from None
    if not rows:
        raise ResponsesError("lembar pertama kosong; isi baris judul dan baris isian")
    header = [_label(cell) for cell in rows[0]]
    while header and not header[-1]:
        header.pop()
    columns = find_columns(header, instrument, by=by, order=order)
    body = _body(rows, len(header))
    return collect(body, columns, instrument, lenient, score=_score, label=_label)


def _check_archive(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ResponsesError(f"ini berkas Excel lama (.xls) atau Excel bersandi; {_SAVE}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        raise ResponsesError(f"berkas Excel ini rusak atau terpotong; {_SAVE}") from None
    if "xl/workbook.xml" not in names:
        raise ResponsesError(f"ini bukan lembar kerja Excel (.xlsx); {_SAVE}")
    if size > _LARGEST:
        raise ResponsesError(
            f"isi berkas Excel ini terlalu besar ({size // 1_000_000} MB); simpan sebagai 'CSV UTF-8'"
        )


def _loader() -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise ResponsesError(
            "untuk membaca XLSX diperlukan openpyxl; pasang dengan pip install openpyxl defusedxml atau "
            "simpan sebagai 'CSV UTF-8'"
        ) from None
    return load_workbook


def _values(load: Any, data: bytes, *, formulas: bool = False) -> Iterator[tuple[object, ...]]:
    """Rows of the first sheet: cached values, or with `formulas` the formulas in their place."""
    book = load(io.BytesIO(data), read_only=True, data_only=not formulas, keep_links=False)
    with closing(book):
        if not book.worksheets:
            raise ResponsesError("buku kerja ini tidak punya lembar data")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the stated size is wrong in files of several programs
        yield from sheet.iter_rows(values_only=True)


class _Formula(str):
    """A formula whose value the file does not hold."""


def _mark_formulas(load: Any, data: bytes, rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Tell an empty cell from a formula that was never calculated: both read as None."""
    marked = []
    for cells, formulas in zip_longest(rows, _values(load, data, formulas=True), fillvalue=()):
        pairs = zip_longest(cells, formulas)
        marked.append(
            tuple(
                _Formula(_UNKNOWN_VALUE) if value is None and formula is not None else value
                for value, formula in pairs
            )
        )
    return marked


def _body(rows: list[tuple[object, ...]], width: int) -> Iterator[tuple[int, Sequence[object]]]:
    """(row number, cells) below the header, each `width` long; rows without content are left out."""
    for number, cells in enumerate(rows[1:], start=2):
        if not any(_label(cell) for cell in cells):
            continue
        if any(_label(cell) for cell in cells[width:]):
            raise ResponsesError(
                f"baris {number} berisi sel di luar kolom yang berjudul; beri judul atau hapus isinya"
            )
        yield number, (*cells[:width], *[None] * (width - len(cells)))


def _score(cell: object, scale: int) -> int | None:
    """A number without fraction or a digit typed as text; dates, TRUE and formulas are no scores."""
    if cell is None:
        return 0
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    if isinstance(cell, str):
        words = cell.strip()
        if not words:
            return 0
        return int(words) if len(words) == 1 and "1" <= words <= str(scale) else None
    return int(cell) if cell in range(1, scale + 1) else None


def _label(cell: object) -> str:
    """A cell as words: 2023.0 is '2023', a day is written 2023-07-15."""
    if cell is None or isinstance(cell, _Formula):
        return "" if cell is None else str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = cell.time().isoformat() == "00:00:00"
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
