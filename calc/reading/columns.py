"""Which column of a sheet holds which question: by element key, or by U1, U2, … in a stated order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calc.instruments.model import Instrument

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
    notes : headings that look like an element and were not read as one, in sentences without a full stop
    """

    header: tuple[str, ...]
    items: tuple[int, ...]
    by: int | None
    order: str
    notes: tuple[str, ...] = ()


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
    taken_numbers = _uses_numbers(names, instrument)
    if taken_numbers:
        wanted = _numbered(instrument, sequence, names)
    else:
        wanted, taken = {key: key for key in instrument.item_keys}, ""
    missing = sorted({wanted[key] for key in instrument.item_keys} - set(names), key=_place_in(instrument))
    if len(missing) >= len(wanted) - (1 if len(wanted) > 2 and not taken_numbers else 0):
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
    grouped = None if by is None else _position(header, by)
    return Columns(
        header=tuple(cell.strip() for cell in header),
        items=tuple(names.index(wanted[key]) for key in instrument.item_keys),
        by=grouped,
        order=taken,
        notes=_unread(header, instrument, grouped) if taken_numbers else (),
    )


def _place_in(instrument: Instrument) -> Callable[[str], int]:
    """The order of the questionnaire: U columns by number, keys as they are asked."""
    keys = list(instrument.item_keys)
    return lambda name: int(name[1:]) if _NUMBERED.fullmatch(name) else keys.index(name)


def _unread(header: Sequence[str], instrument: Instrument, by: int | None) -> tuple[str, ...]:
    """Columns called like an element beside U1, U2, …: a 'waktu' is mostly a time stamp, but the office should know."""
    keys = set(instrument.item_keys)
    names = [f"'{cell.strip()}'" for at, cell in enumerate(header) if tidy(cell) in keys and at != by]
    if not names:
        return ()
    return (f"kolom {', '.join(names)} tidak dibaca sebagai unsur, karena unsurnya ada di kolom U",)


def _uses_numbers(names: Sequence[str], instrument: Instrument) -> bool:
    """Whether the scores stand in U1, U2, …; beside all of them a 'waktu' may well be a time of day."""
    keys = set(instrument.item_keys).intersection(names)
    numbers = {name for name in names if _NUMBERED.fullmatch(name)}
    all_keys = len(keys) == len(instrument.item_keys)
    all_numbers = numbers.issuperset(f"u{i}" for i in range(1, len(instrument.elements) + 1))
    if len(keys) == 1 and len(numbers) > 1:
        return True  # a time stamp called 'waktu' beside U columns of which one is missing
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
