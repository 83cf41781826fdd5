"""CSV sheets: separator found out, plain files cut up by numpy, others read row by row with exact errors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from calc.instruments.model import Instrument
from calc.reading.columns import Columns, ResponsesError, find_columns, recognised
from calc.reading.responses import Responses, collect, sort_groups
from calc.reading.rows import BEGINNINGS, COMPARED, Copies, is_footer, says_sum

SEPARATORS = (",", ";", "\t")
_CHUNK = (
    1 << 22
)  # bytes looked at together: large enough for numpy, small enough for the cache and old machines
_LONGEST_LABEL = 256
_LF, _CR = 10, 13
_BEGINNINGS, _SHORT = (
    np.array(
        [int.from_bytes(words.encode(), "little") for words in BEGINNINGS if len(words) == letters], np.uint32
    )
    for letters in (4, 3)
)


def read_csv(
    data: bytes, instrument: Instrument, by: str | None, order: str | None, lenient: bool, sheet: str | None
) -> Responses:
    """Read a CSV sheet. Errors and parameters as `calc.reading.reader.read_responses`."""
    if sheet is not None:
        raise ResponsesError("ini berkas CSV, yang hanya punya satu lembar; hilangkan --sheet")
    data = _utf8(data)
    stated, skipped, data = _stated_separator(data)
    separator, header = _separator(data, instrument, stated)
    columns = find_columns(header, instrument, by=by, order=order)
    plain = _read_plain(data, separator, columns, instrument.scale)
    if plain is not None:
        return plain
    rows = _rows(data, separator, columns, skipped)
    known: dict[object, int] = {"": 0, **{str(score): score for score in range(1, instrument.scale + 1)}}
    return collect(
        rows, columns, instrument, lenient, score=_score, label=lambda cell: str(cell).strip(), known=known
    )


def _utf8(data: bytes) -> bytes:
    """The file as UTF-8 without byte order mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode("utf-8")
        except UnicodeError:
            raise ResponsesError("berkas UTF-16 ini rusak; simpan ulang sebagai 'CSV UTF-8'") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise ResponsesError("berkas kosong; isi baris judul dan baris isian")
    if b"\0" in data:
        raise ResponsesError("ini bukan berkas CSV atau XLSX; ekspor ulang datanya sebagai 'CSV UTF-8'")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise ResponsesError(
            f"baris {row} berisi huruf yang bukan UTF-8; simpan ulang sebagai 'CSV UTF-8'"
        ) from None
    return data


def _stated_separator(data: bytes) -> tuple[str | None, int, bytes]:
    """Excel's first line ``sep=;`` names the separator: (separator, lines taken away, the rest)."""
    first, _, rest = data.partition(b"\n")
    line = first.decode("utf-8").rstrip("\r")
    if line.lower().startswith("sep=") and line[4:] in SEPARATORS:
        return line[4:], 1, rest
    return None, 0, data


def _separator(data: bytes, instrument: Instrument, stated: str | None) -> tuple[str, tuple[str, ...]]:
    """The separator under which the header names most columns of the questionnaire, and that header."""
    found: dict[tuple[str, ...], str] = {}
    for separator in [stated] if stated else SEPARATORS:
        try:
            header = tuple(next(_reader(data, separator), ()))
        except csv.Error:
            continue  # a quoted heading ends before another separator than this one
        found.setdefault(header, separator)
    if not found:
        raise ResponsesError(_broken(1))
    count = {header: recognised(header, instrument) for header in found}
    best = max(count.values())
    headers = [header for header in found if count[header] == best]
    if best and len(headers) > 1:
        raise ResponsesError(
            "pemisah kolom tidak jelas: baris judul memakai lebih dari satu macam pemisah; pakai koma, titik "
            "koma, atau tab saja"
        )
    # without any element column the longest header makes the most helpful complaint
    header = max(headers, key=len)
    return found[header], header


def _reader(data: bytes, separator: str) -> Iterator[list[str]]:
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    return csv.reader(text, delimiter=separator, strict=True)


def _rows(
    data: bytes, separator: str, columns: Columns, skipped: int
) -> Iterator[tuple[int, Sequence[object]]]:
    """(row number, cells) below the header; rows without content are left out."""
    number, width, first = skipped, len(columns.header), min(columns.items)
    try:
        for number, cells in enumerate(_reader(data, separator), start=skipped + 1):
            if number == skipped + 1 or not any(cell.strip() for cell in cells):
                continue
            if len(cells) != width and not is_footer(cells, first):
                raise ResponsesError(
                    f"baris {number} berisi {len(cells)} sel, baris judul {width}; samakan jumlah selnya"
                )
            yield number, cells
    except csv.Error:
        raise ResponsesError(_broken(number + 1)) from None


def _broken(row: int) -> str:
    return f"baris {row} tidak dapat dibaca sebagai CSV; periksa tanda kutip yang tidak ditutup"


def _score(cell: object, scale: int) -> int | None:
    words = str(cell).strip()
    if not words:
        return 0
    return int(words) if len(words) == 1 and "1" <= words <= str(scale) else None


def _read_plain(data: bytes, separator: str, columns: Columns, scale: int) -> Responses | None:
    """Count a plain file without looking at rows one by one; None when it is not plain enough.

    Plain: no quotes, every row as many cells as the header, every score cell empty or one digit. Whatever is
    refused here is read again row by row, which finds the exact place of a mistake.
    """
    if b'"' in data:
        return None
    data = data.rstrip(b"\r\n") + b"\n"
    start = data.index(b"\n") + 1
    if b"\r" in data[: start - 2]:
        return None  # lines that end with a carriage return alone
    if Copies(columns, str).told and data.count(b"\n") <= COMPARED:
        return None  # rows are compared whole
    scores: list[NDArray[np.uint8]] = []
    codes: list[NDArray[np.int32]] = []
    groups: dict[str, int] = {}
    while start < len(data):
        end = data.rfind(b"\n", start, start + _CHUNK) + 1
        if not end:
            return None
        table = _cells(np.frombuffer(data, np.uint8)[start:end], ord(separator), len(columns.header))
        if table is None or table.has_footer(min(columns.items)):
            return None
        part = table.scores(columns.items, scale)
        if part is None:
            return None
        kept = table.with_content(part, separator)
        scores.append(part[kept])
        if columns.by is None:
            codes.append(np.zeros(int(kept.sum()), np.int32))
        else:
            labels = table.labels(columns.by, kept, groups)
            if labels is None:
                return None
            codes.append(labels)
        start = end
    if not scores:
        return Responses(
            np.zeros((0, len(columns.items)), np.uint8), (), np.zeros(0, np.int32), columns.order
        )  # refused by the caller
    names, sorted_codes = sort_groups(groups, np.concatenate(codes))
    return Responses(np.concatenate(scores), names, sorted_codes, columns.order, notes=columns.notes)


class _Cells:
    """Cells of whole rows in one buffer: where each starts and ends, shape (rows, columns)."""

    def __init__(self, buffer: NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> None:
        self.buffer, self.starts, self.ends = buffer, starts, ends

    def scores(self, items: Sequence[int], scale: int) -> NDArray[np.uint8] | None:
        """uint8 of shape (rows, items), or None when a cell is neither empty nor a score."""
        found = np.empty((len(self.starts), len(items)), np.uint8)
        for item, column in enumerate(items):
            first = self.starts[:, column]
            length = self.ends[:, column] - first
            value = self.buffer[first] - np.uint8(ord("0"))  # wraps far above the scale below '0'
            empty = length == 0
            if not (empty | ((length == 1) & (value >= 1) & (value <= scale))).all():
                return None
            found[:, item] = np.where(empty, 0, value)
        return found

    def has_footer(self, first_item: int) -> bool:
        """Whether a row may be a sum or a mean. Few cells are read: those that begin like one, each wording once."""
        last = len(self.buffer) - 1
        for column in range(first_item + 1):
            first, length = self.starts[:, column], self.ends[:, column] - self.starts[:, column]
            if length.max(initial=0) < 2:
                continue  # scores
            code = np.zeros(len(first), np.uint32)
            for at in range(4):
                letter = np.where(at < length, self.buffer[np.minimum(first + at, last)], 32)
                small = np.where((letter >= 65) & (letter <= 90), letter | 32, letter)
                code |= small.astype(np.uint32) << np.uint32(8 * at)
            begins = np.isin(code, _BEGINNINGS) | np.isin(code & 0xFFFFFF, _SHORT)
            begins |= (code & 0xFF <= 32) | (code & 0xFF >= 0xC2)  # a blank, or a sign like Σ
            rows = np.flatnonzero((length > 0) & begins)
            said = {self.buffer[first[row] : first[row] + length[row]].tobytes() for row in rows}
            if any(says_sum(words.decode("utf-8")) for words in said):
                return True
        return False

    def with_content(self, scores: NDArray[np.uint8], separator: str) -> NDArray[np.bool_]:
        """Mask of shape (rows,): false for rows that hold separators and blanks only."""
        kept = np.ones(len(scores), bool)
        for row in np.flatnonzero(~scores.any(axis=1)):
            line = self.buffer[self.starts[row, 0] : self.ends[row, -1]].tobytes().decode("utf-8")
            kept[row] = any(cell.strip() for cell in line.split(separator))
        return kept

    def labels(
        self, column: int, kept: NDArray[np.bool_], groups: dict[str, int]
    ) -> NDArray[np.int32] | None:
        """Codes of the labels in one column, new ones added to `groups`; None for a label too long.

        Each label is padded with NUL to whole 8-byte words, and rows are told apart word by word.
        """
        starts = self.starts[kept, column]
        lengths = self.ends[kept, column] - starts
        longest = int(lengths.max(initial=0))
        if longest > _LONGEST_LABEL:
            return None
        width = max(8, -(-longest // 8) * 8)
        padded = np.concatenate([self.buffer, np.zeros(width, np.uint8)])
        letters = np.lib.stride_tricks.sliding_window_view(padded, width)[starts]
        letters[np.arange(width) >= lengths[:, None]] = 0
        code = np.zeros(len(starts), np.int64)
        for word in np.ascontiguousarray(letters).view(np.uint64).T:
            known, inverse = np.unique(word, return_inverse=True)
            _, code = np.unique(code * len(known) + inverse, return_inverse=True)
        _, examples = np.unique(code, return_index=True)
        names = [letters[row, : lengths[row]].tobytes().decode("utf-8").strip() for row in examples]
        new = np.array([groups.setdefault(name, len(groups)) for name in names], np.int32)
        return new[code]


def _cells(buffer: NDArray[np.uint8], separator: int, width: int) -> _Cells | None:
    """Cut rows into cells, or None when a row does not have `width` cells or a line ends in another way."""
    ends = np.flatnonzero((buffer == separator) | (buffer == _LF))
    rows, rest = divmod(len(ends), width)
    if rest or not rows:
        return None
    is_line_end = buffer[ends].reshape(rows, width) == _LF
    if not is_line_end[:, -1].all() or is_line_end[:, :-1].any():
        return None
    starts = np.empty_like(ends)
    starts[0] = 0
    starts[1:] = ends[:-1] + 1
    cells = _Cells(buffer, starts.reshape(rows, width), ends.reshape(rows, width))
    returns = int(np.count_nonzero(buffer == _CR))
    if returns:
        last = cells.ends[:, -1]
        if returns != rows or not (buffer[last - 1] == _CR).all():
            return None
        last -= 1
    return cells
