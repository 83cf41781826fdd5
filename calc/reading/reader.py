"""A file of responses, CSV or XLSX, told apart by its content."""

from __future__ import annotations

from pathlib import Path

from calc.instruments.model import Instrument
from calc.reading.columns import ResponsesError
from calc.reading.responses import Responses


def read_responses(
    source: Path | bytes,
    instrument: Instrument,
    *,
    by: str | None = None,
    order: str | None = None,
    lenient: bool = False,
    name: str = "data",
    sheet: str | None = None,
) -> Responses:
    """Read a sheet: CSV (comma, semicolon or tab, UTF-8) or XLSX, told apart by content.

    The first row is the header. Element columns are named by item key or U1, U2, …; other columns are
    ignored. A score cell holds 1 … scale or is empty (not answered). Rows without any content are skipped,
    as spreadsheets leave them behind, and rows whose first text says sum or mean (`calc.sheet_rows`), which `notes`
    name; a row that names a respondent but answers nothing counts as a response.

    Parameters
    ----------
    by : heading of the column that groups the responses
    order : name of the order of U1, U2, …, or all element keys in that order
    lenient : count a bad score cell as not answered and list it instead of refusing the sheet
    name : what to call bytes in a message; a path is called by its own name
    sheet : which sheet of a workbook, or 'all'; None: the only one that has answers

    Raises
    ------
    ResponsesError
        One Indonesian sentence naming file, row, column, value and cure.
    """
    from calc.reading.csv import read_csv
    from calc.reading.xlsx import is_workbook, read_xlsx

    if isinstance(source, Path):
        name, data = source.name, _bytes(source)
    else:
        data = source
    reader = read_xlsx if is_workbook(data) else read_csv
    try:
        responses = reader(data, instrument, by, order, lenient, sheet)
    except ResponsesError as error:
        raise ResponsesError(f"{name}: {error}.") from error.__cause__
    if not len(responses):
        raise ResponsesError(f"{name}: tidak ada satu pun baris isian di bawah baris judul.")
    return responses


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ResponsesError(f"{path}: berkas tidak ditemukan; periksa nama dan foldernya.") from None
    except IsADirectoryError:
        raise ResponsesError(f"{path} adalah folder; sebutkan nama berkas CSV atau XLSX.") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = getattr(error, "strerror", None) or "nama tidak sah"
        raise ResponsesError(f"{path}: berkas tidak dapat dibuka ({reason}).") from None
