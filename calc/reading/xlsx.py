"""XLSX sheets: the one that has answers, cell by cell; broken, huge and foreign files are refused."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from calc.instruments.model import Instrument
from calc.reading.columns import Columns, ResponsesError, find_columns, recognised
from calc.reading.responses import Responses, collect, together
from calc.reading.rows import LISTED, is_footer
from calc.reading.xlsx_archive import check, hidden_rows

EVERY = "all"  # the name that stands for every sheet with answers
_CELLS = (
    20_000_000  # in all sheets; a cell far to the right or below fills the room up to it, and costs memory
)
_TITLE_ROWS = 20  # above the headings of an office's sheet
_SAVE = "simpan ulang sebagai Excel Workbook (.xlsx) atau 'CSV UTF-8'"
_UNKNOWN_VALUE = "rumus tanpa nilai tersimpan"

Rows = list[tuple[object, ...]]


class _Sheet(NamedTuple):
    """rows : of all cells, the header first; hidden : whether the whole sheet is"""

    name: str
    hidden: bool
    rows: Rows
    header: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"'{self.name}'" + (" (tersembunyi)" if self.hidden else "")


def is_workbook(data: bytes) -> bool:
    """Whether a file is meant for a spreadsheet program: a zip file or an old Excel binary."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def read_xlsx(
    data: bytes, instrument: Instrument, by: str | None, order: str | None, lenient: bool, sheet: str | None
) -> Responses:
    """Read the sheets of a workbook that are asked for. Parameters and errors: `calc.reading.reader`."""
    check(data)
    load = _loader()
    try:
        sheets = _sheets(load, data)
        chosen, notes = _chosen(sheets, instrument, sheet)
        hidden = {one.name: hidden_rows(data, one.name) for one in chosen}
    except ResponsesError:
        raise
    except Exception:  # a damaged workbook breaks openpyxl in many ways; all mean the same to the office
        raise ResponsesError(f"berkas Excel ini rusak; buka di Excel atau LibreOffice lalu {_SAVE}") from None
    several = len(sheets) > 1
    parts = [_read(one, instrument, by, order, lenient, several, hidden[one.name]) for one in chosen]
    whole = together(parts) if len(parts) > 1 else parts[0]
    return replace(whole, notes=(*notes, *whole.notes))


def _read(
    one: _Sheet,
    instrument: Instrument,
    by: str | None,
    order: str | None,
    lenient: bool,
    several: bool,
    hidden: frozenset[int],
) -> Responses:
    """One sheet; with `several` in the book its name stands before every sentence."""
    where = f"lembar {one.title}"
    try:
        columns = find_columns(one.header, instrument, by=by, order=order)
        body = _body(one.rows, len(one.header), columns)
        found = collect(body, columns, instrument, lenient, score=_score, label=_label)
    except ResponsesError as error:
        raise ResponsesError(f"{where}, {error}" if several else str(error)) from error.__cause__
    notes = [*found.notes, *_hidden_note(one, hidden, min(columns.items))]
    if not several:
        return replace(found, notes=tuple(notes))
    bad = tuple(cell._replace(column=f"{cell.column} ({where})") for cell in found.bad)
    return replace(found, notes=tuple(f"{where}: {note}" for note in notes), bad=bad)


def _hidden_note(one: _Sheet, hidden: frozenset[int], first: int) -> list[str]:
    """first : as in `is_footer`: sums were not counted, hidden or not."""
    rows = ((row, one.rows[row - 1]) for row in sorted(hidden) if 1 < row <= len(one.rows))
    shown = [row for row, cells in rows if any(map(_label, cells)) and not is_footer(cells, first)]
    if not shown:
        return []
    named = ", ".join(map(str, shown[:LISTED])) + (", …" if len(shown) > LISTED else "")
    return [
        f"{len(shown)} baris tersembunyi atau tersaring ikut dibaca (baris {named}); hapus barisnya bila bukan isian"
    ]


def _chosen(
    sheets: Sequence[_Sheet], instrument: Instrument, asked: str | None
) -> tuple[list[_Sheet], list[str]]:
    """The sheets to read and what to tell about the others; never one of several in silence."""
    answered = [one for one in sheets if _has_answers(one, instrument)]
    if asked is not None and asked != EVERY:
        one = _named(sheets, asked)
        others = [other.title for other in answered if other is not one]
        note = f"hanya lembar {one.title} yang dihitung; {', '.join(others)} juga berisi isian"
        return [one], [note] if others else []
    if len(answered) > 1:
        names = ", ".join(one.title for one in answered)
        if asked is None:
            raise ResponsesError(
                f"{len(answered)} lembar berisi isian: {names}; pilih satu dengan --sheet NAMA, atau semuanya dengan "
                f"--sheet {EVERY}"
            )
        return answered, [f"dihitung {len(answered)} lembar: {names}", *_titled(sheets, instrument)]
    if answered:
        empty = [
            one.title
            for one in sheets
            if one is not answered[0] and one.rows and not _heading_below(one, instrument)
        ]
        note = f"dibaca lembar {answered[0].title}; tanpa isian: {', '.join(empty)}"
        return answered, [*([note] if empty else []), *_titled(sheets, instrument)]
    # nothing to count: the first sheet with words in it makes the most helpful complaint
    return [next((one for one in sheets if one.rows), sheets[0])], []


def _named(sheets: Sequence[_Sheet], asked: str) -> _Sheet:
    for same in (str, lambda name: " ".join(name.split()).casefold()):
        found = [one for one in sheets if same(one.name) == same(asked)]
        if len(found) == 1:
            return found[0]
    names = ", ".join(one.title for one in sheets)
    raise ResponsesError(f"lembar '{asked}' tidak ada; yang ada: {names}")


def _has_answers(one: _Sheet, instrument: Instrument) -> bool:
    """Whether the header names element columns and a row of a respondent stands below."""
    if recognised(one.header, instrument) < min(2, len(instrument.items)):
        return False
    first = next(at for at, name in enumerate(one.header) if recognised([name], instrument))
    return any(any(map(_label, cells)) and not is_footer(cells, first) for cells in one.rows[1:])


def _titled(sheets: Sequence[_Sheet], instrument: Instrument) -> list[str]:
    return [
        f"lembar {one.title} tidak dibaca, karena judul kolomnya bukan pada baris 1; hapus baris di atas judul"
        for one in sheets
        if _heading_below(one, instrument)
    ]


def _heading_below(one: _Sheet, instrument: Instrument) -> bool:
    """Whether the headings of element columns stand under a title."""
    headings = [one.header, *([_label(cell) for cell in cells] for cells in one.rows[1:_TITLE_ROWS])]
    first = next((at for at, cells in enumerate(headings) if recognised(cells, instrument) > 1), 0)
    return first > 0


def _loader() -> Any:
    try:
        import defusedxml  # noqa: F401, openpyxl reads with it where it is installed
        from openpyxl import load_workbook
    except ImportError:
        raise ResponsesError(
            "untuk membaca XLSX diperlukan openpyxl; pasang dengan pip install openpyxl defusedxml atau "
            "simpan sebagai 'CSV UTF-8'"
        ) from None
    return load_workbook


def _sheets(load: Any, data: bytes) -> list[_Sheet]:
    """All sheets of cells, in the order of the book."""
    found, left = [], _CELLS
    with closing(load(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)) as book:
        if not book.worksheets:
            raise ResponsesError("buku kerja ini tidak punya lembar data")
        for at, sheet in enumerate(book.worksheets):
            rows: Rows = []
            for cells in _cells(sheet):
                left -= len(cells) + 1
                if left < 0:
                    raise ResponsesError(
                        f"buku kerja ini berisi lebih dari {_CELLS // 1_000_000} juta sel (atau sel yang jauh dari "
                        "data); hapus yang tidak perlu atau simpan sebagai 'CSV UTF-8'"
                    )
                rows.append(cells)
            while rows and not any(map(_label, rows[-1])):
                rows.pop()
            if any(None in cells for cells in rows):
                rows = _mark_formulas(load, data, at, rows)
            header = [_label(cell) for cell in rows[0]] if rows else []
            while header and not header[-1]:
                header.pop()
            found.append(_Sheet(sheet.title, sheet.sheet_state != "visible", rows, tuple(header)))
    return found


def _cells(sheet: Any) -> Iterator[tuple[object, ...]]:
    sheet.reset_dimensions()  # the stated size is wrong in files of several programs
    yield from sheet.iter_rows(values_only=True)


class _Formula(str):
    """A formula whose value the file does not hold."""


def _mark_formulas(load: Any, data: bytes, at: int, rows: Rows) -> Rows:
    """Tell an empty cell from a formula that was never calculated: both read as None."""
    marked = []
    with closing(load(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)) as book:
        for cells, formulas in zip(rows, _cells(book.worksheets[at]), strict=False):
            pairs = zip_longest(cells, formulas)
            marked.append(
                tuple(
                    _Formula(_UNKNOWN_VALUE) if value is None and formula is not None else value
                    for value, formula in pairs
                )
            )
    return marked


def _body(rows: Rows, width: int, columns: Columns) -> Iterator[tuple[int, Sequence[object]]]:
    """(row number, cells) below the header; rows without content are left out."""
    first = min(columns.items)
    for number, cells in enumerate(rows[1:], start=2):
        if not any(_label(cell) for cell in cells):
            continue
        if any(_label(cell) for cell in cells[width:]) and not is_footer(cells, first):
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
