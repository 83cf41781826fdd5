"""Which column of a sheet holds which question: by element key, or by U1, U2, … in a stated order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from calc.instrument import Instrument

_NUMBERED = re.compile(r"u([0-9]+)")


class ResponsesError(ValueError):
    """A sheet of answers that cannot be used; the message names file, row, column and cure."""


@dataclass(frozen=True)
class Columns:
    """Where to find the answers in a row of cells.

    header : the header as the office wrote it
    items : position in the row of each item of the instrument, in the instrument's order
    by : position of the column that groups, None without grouping
    order : name of the order in which U1, U2, … were read; '' when the sheet left no choice
    """

    header: tuple[str, ...]
    items: tuple[int, ...]
    by: int | None
    order: str


def tidy(cell: str) -> str:
    """A heading as it is compared: without surrounding blanks, small letters."""
    return cell.strip().lower()


def recognised(header: Sequence[str], instrument: Instrument) -> int:
    """How many headings are columns of the questionnaire."""
    keys = set(instrument.item_keys)
    return sum(tidy(cell) in keys or _NUMBERED.fullmatch(tidy(cell)) is not None for cell in header)


def find_columns(
    header: Sequence[str], instrument: Instrument, *, by: str | None = None, order: str | None = None
) -> Columns:
    """Match a header with a questionnaire.

    Raises
    ------
    ResponsesError
        For missing, doubled or surplus element columns, a mixture of keys and U columns, an unknown order, or
        a grouping column that is not there exactly once.
    """
    names = [tidy(cell) for cell in header]
    sequence, taken = _sequence(instrument, order)
    if _uses_numbers(names, instrument):
        wanted = _numbered(instrument, sequence, names)
    else:
        wanted, taken = {key: key for key in instrument.item_keys}, ""
    missing = [wanted[key] for key in instrument.item_keys if wanted[key] not in names]
    if len(missing) == len(wanted):
        raise ResponsesError(
            f"tidak ada kolom unsur pada baris judul; baris pertama harus berisi U1 sampai "
            f"U{len(instrument.elements)} atau kunci unsur ({', '.join(instrument.item_keys)})"
        )
    if missing:
        raise ResponsesError(
            f"kolom {', '.join(map(_upper, missing))} tidak ada; tambahkan kolomnya atau pilih kuesioner "
            "yang sesuai dengan --instrument"
        )
    doubled = [wanted[key] for key in instrument.item_keys if names.count(wanted[key]) > 1]
    if doubled:
        raise ResponsesError(
            f"kolom {_upper(doubled[0])} ada lebih dari satu; hapus atau ganti nama salah satu"
        )
    return Columns(
        header=tuple(cell.strip() for cell in header),
        items=tuple(names.index(wanted[key]) for key in instrument.item_keys),
        by=None if by is None else _position(header, by),
        order=taken,
    )


def _uses_numbers(names: Sequence[str], instrument: Instrument) -> bool:
    """Whether the scores stand in U1, U2, …; beside all of them a 'waktu' may well be a time of day."""
    keys = set(instrument.item_keys).intersection(names)
    numbers = {name for name in names if _NUMBERED.fullmatch(name)}
    all_keys = len(keys) == len(instrument.item_keys)
    all_numbers = numbers.issuperset(f"u{i}" for i in range(1, len(instrument.elements) + 1))
    if keys and numbers and all_keys == all_numbers:
        raise ResponsesError(
            f"judul kolom bercampur ({_upper(min(numbers))} dan {min(keys)}); pakai U1, U2, … saja atau "
            "kunci unsur saja"
        )
    return all_numbers or (bool(numbers) and not keys)


def _numbered(instrument: Instrument, sequence: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Item key -> its U column."""
    several = [e.key for e in instrument.elements if len(instrument.items_of(e.key)) > 1]
    if several:
        raise ResponsesError(
            f"unsur '{several[0]}' punya beberapa pertanyaan, sehingga kolom U tidak cukup; beri judul kolom "
            f"dengan kunci pertanyaan ({', '.join(instrument.item_keys)})"
        )
    columns = {f"u{number}" for number in range(1, len(sequence) + 1)}
    surplus = [name for name in names if _NUMBERED.fullmatch(name) and name not in columns]
    if surplus:
        raise ResponsesError(
            f"kolom {_upper(surplus[0])} tidak dikenal pada kuesioner {instrument.key} ({len(sequence)} "
            "unsur); pilih kuesioner yang sesuai dengan --instrument atau ganti judul kolom itu"
        )
    element = {key: f"u{number}" for number, key in enumerate(sequence, start=1)}
    return {item.key: element[item.element] for item in instrument.items}


def _sequence(instrument: Instrument, order: str | None) -> tuple[tuple[str, ...], str]:
    """Element keys of U1, U2, …, and the name of that order for print ('' when there is only one)."""
    if order is None:
        name = instrument.default_order
        return instrument.orders[name], name if len(instrument.orders) > 1 else ""
    name = ",".join(tidy(part) for part in order.split(","))
    if name in instrument.orders:
        return instrument.orders[name], name
    keys = tuple(name.split(","))
    if sorted(keys) == sorted(element.key for element in instrument.elements):
        return keys, name
    raise ResponsesError(
        f"urutan '{order}' tidak dikenal; pilih {' atau '.join(instrument.orders)}, atau tulis semua kunci "
        "unsur menurut urutan kolomnya"
    )


def _position(header: Sequence[str], by: str) -> int:
    """Position of the one column with that heading."""
    found = [i for i, cell in enumerate(header) if tidy(cell) == tidy(by)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ResponsesError(f"kolom '{by}' ada lebih dari satu; ganti nama salah satu")
    known = ", ".join(cell.strip() for cell in header if cell.strip())
    raise ResponsesError(f"kolom '{by}' untuk --by tidak ada; yang ada: {known}")


def _upper(name: str) -> str:
    return name.upper() if _NUMBERED.fullmatch(name) else name
