"""Responses: a table of answers in arrays, from a CSV or XLSX sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calc.instruments.model import Instrument
from calc.reading.columns import Columns, ResponsesError
from calc.reading.rows import Copies, footer_note, respondents

_LISTED = 20  # bad cells that a lenient reading names; the rest are counted


class BadCell(NamedTuple):
    """A cell that is no score. row : as the office sees it, the header is row 1."""

    row: int
    column: str
    value: str


@dataclass(frozen=True, eq=False)
class Responses:
    """Answers of n responses to the k items of an instrument.

    scores : uint8 of shape (n, k), 0 = not answered; columns in the instrument's item order
    labels : names of the groups, sorted, '' last; empty without grouping
    codes : int32 of shape (n,), position in labels; zeros without grouping
    order : how U8 and U9 were read, '' when the sheet left no choice
    bad : the first cells that a lenient reading counted as not answered
    bad_total : how many there were
    notes : what else the office should know of the reading, sentences without file name and full stop
    """

    scores: NDArray[np.uint8]
    labels: tuple[str, ...]
    codes: NDArray[np.int32]
    order: str = ""
    bad: tuple[BadCell, ...] = ()
    bad_total: int = 0
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def answered(self) -> NDArray[np.intp]:
        """Number of answers of each response, shape (n,)."""
        return np.asarray(np.count_nonzero(self.scores, axis=1), dtype=np.intp)

    def at_least(self, minimum: int) -> Responses:
        """Only the responses with that many answers; groups keep their names."""
        return self.where(self.answered >= minimum) if minimum > 0 else self

    def complete(self) -> Responses:
        """Only the responses without a blank."""
        return self.at_least(self.scores.shape[1])

    def where(self, mask: NDArray[np.bool_]) -> Responses:
        """Only the responses where the mask of shape (n,) is true."""
        return self if mask.all() else replace(self, scores=self.scores[mask], codes=self.codes[mask])


def collect(
    rows: Iterable[tuple[int, Sequence[object]]],
    columns: Columns,
    instrument: Instrument,
    lenient: bool,
    *,
    score: Callable[[object, int], int | None],
    label: Callable[[object], str],
    known: Mapping[object, int] | None = None,
) -> Responses:
    """Read rows of cells one by one: the exact way, for sheets that are not plain digits.

    Parameters
    ----------
    rows : (row number, cells); rows without content are left out already, lengths are checked already
    score : cell and scale -> 0 … scale, or None for a cell that is no score
    label : cell of the grouping column -> name of the group
    known : cells whose score needs no call, for speed
    """
    scores = bytearray()
    groups: dict[str, int] = {}
    codes: list[int] = []
    bad: list[BadCell] = []
    bad_total = 0
    usual = (known or {}).get
    left_out: list[tuple[int, str]] = []
    copies = Copies(columns, label)
    for number, cells in respondents(rows, columns, left_out):
        copies.seen(number, cells)
        for position in columns.items:
            value = usual(cells[position])
            if value is None:
                value = score(cells[position], instrument.scale)
            if value is None:
                cell = BadCell(number, columns.header[position], _shown(cells[position]))
                if not lenient:
                    raise ResponsesError(_sentence(cell, instrument.scale))
                bad_total += 1
                bad += [cell][: _LISTED - len(bad)]
                value = 0
            scores.append(value)
        if columns.by is not None:
            codes.append(groups.setdefault(label(cells[columns.by]), len(groups)))
    table = np.frombuffer(bytes(scores), np.uint8).reshape(-1, len(columns.items))
    labels, group_codes = sort_groups(groups, np.array(codes or [0] * len(table), np.int32))
    notes = filter(None, (*columns.notes, footer_note(left_out), *copies.notes()))
    return Responses(table, labels, group_codes, columns.order, tuple(bad), bad_total, tuple(notes))


def together(parts: Sequence[Responses]) -> Responses:
    """The responses of several sheets as one; groups of the same name are one."""
    groups = {
        words: code for code, words in enumerate(dict.fromkeys(w for part in parts for w in part.labels))
    }
    codes = [
        np.array([groups[words] for words in part.labels], np.int32)[part.codes] if groups else part.codes
        for part in parts
    ]
    labels, sorted_codes = sort_groups(groups, np.concatenate(codes))
    return Responses(
        np.concatenate([part.scores for part in parts]),
        labels,
        sorted_codes,
        next((part.order for part in parts if part.order), ""),  # sheets with keys have none
        tuple(bad for part in parts for bad in part.bad)[:_LISTED],
        sum(part.bad_total for part in parts),
        tuple(note for part in parts for note in part.notes),
    )


def sort_groups(
    groups: dict[str, int], codes: NDArray[np.int32]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Labels in alphabetical order ('' last), and the codes that go with them."""
    if not groups:
        return (), codes
    labels = sorted(groups, key=lambda words: (words == "", words))
    new = np.empty(len(labels), np.int32)
    new[[groups[words] for words in labels]] = np.arange(len(labels), dtype=np.int32)
    return tuple(labels), new[codes]


def _sentence(cell: BadCell, scale: int) -> str:
    return (
        f"baris {cell.row}, kolom {cell.column}: {cell.value} bukan nilai; isi 1 sampai {scale} atau "
        "kosongkan bila tidak dijawab (--lenient menghitungnya sebagai tidak dijawab)"
    )


def _shown(value: object) -> str:
    words = str(value)
    return repr(words if len(words) <= 40 else words[:39] + "…")
