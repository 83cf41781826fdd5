"""Rows of an office's sheet that are no respondents (sums below the answers), and rows that were sent twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from calc.reading.columns import Columns

Row = tuple[int, Sequence[object]]

LISTED = 6  # rows that a note names; the rest are counted
COMPARED = 200_000  # rows in which copies are looked for: more than an office types, little to remember
# The first four letters of every word that a footer begins with, for a reader that looks at millions of rows.
BEGINNINGS = tuple("juml jml tota gran nrr sum rata rera mean aver ikm skm inde nila skor mutu".split())

_HEAD = "|".join(
    "jumlah,jml,total,grand total,σ,∑,sum,nrr,rata rata,rata2,rerata,mean,average,ikm,skm,indeks kepuasan masyarakat,"
    "mutu".split(",")
)
_MORE = (
    "nilai|skor|per|tiap|setiap|unsur|tertimbang|konversi|setelah dikonversi|keseluruhan|responden|pelayanan|layanan"
    "|unit|akhir|[x×] 0 [0-9]+"  # a weight: x 0,111
)
_FOOTER = re.compile(rf"(?:(?:nilai|skor) )*(?:{_HEAD})(?: (?:{_HEAD}|{_MORE}))*")
_NUMBER = re.compile(r"[0-9.,]*")
# headings of columns that tell under which number, or when, an answer came
_NUMBERED = re.compile(
    "id|uuid|index|no|nomor|nomer|resp|responden|(?:no|id|nomor) (?:isian|responden|urut|respon)"
    "|responden (?:ke|no|nomor)|response id|instanceid|token|seed"
)
_TIMED = re.compile(
    "timestamp|cap waktu|stempel waktu|waktu.*|jam|tanggal.*|tgl.*|start|end|date.*|submission.*|submit.*|start ?date"
)
_DAY = 10  # letters of a day as programs write it: 2026-07-01, 01/07/2026


def is_footer(cells: Sequence[object], first_item: int) -> bool:
    """Whether the first text up to the first score column says sum or mean ('Jumlah', 'NRR tertimbang').

    first_item : position of the first score column; a label never stands to its right
    """
    return says_sum(_first_text(cells[: first_item + 1]))


def says_sum(words: str) -> bool:
    """Whether these words are the label of a sum or a mean."""
    return _FOOTER.fullmatch(_plain(words)) is not None


def respondents(rows: Iterable[Row], columns: Columns, left_out: list[tuple[int, str]]) -> Iterator[Row]:
    """The rows of respondents; what is left out is added to the list as (row number, its first text)."""
    first = min(columns.items)
    for number, cells in rows:
        if is_footer(cells, first):
            left_out.append((number, _first_text(cells)))
        else:
            yield number, cells


def _first_text(cells: Sequence[object]) -> str:
    words = (cell.strip() for cell in cells if isinstance(cell, str))
    return next((word for word in words if not _NUMBER.fullmatch(word)), "")


def footer_note(left_out: Sequence[tuple[int, str]]) -> str:
    """Which rows were not taken for respondents; '' for none."""
    if not left_out:
        return ""
    named = ", ".join(f"{number} ({words[:40]})" for number, words in left_out[:LISTED])
    more = f", dan {len(left_out) - LISTED} lainnya" if len(left_out) > LISTED else ""
    return f"baris {named}{more} berisi jumlah atau rata-rata, bukan isian responden, dan tidak dihitung"


class Copies:
    """Looks for rows that came twice; `seen` every row in the order of the sheet.

    Only in a sheet with a column that tells when or under which number an answer came: many people answer alike.
    """

    def __init__(self, columns: Columns, words: Callable[[object], str]) -> None:
        names = [_plain(name) for name in columns.header]
        free = [at for at in range(len(names)) if at not in columns.items]
        self._timed = [at for at in free if _TIMED.fullmatch(names[at])]
        own = [*self._timed, *(at for at in free if _NUMBERED.fullmatch(names[at]))]
        self.told = bool(own)
        self._words, self._items, self._width = words, columns.items, len(names)
        self._others = [at for at in range(len(names)) if at not in own]
        self._first: dict[int, int] = {}
        self._before: tuple[tuple[str, ...], int] | None = None
        self._same: list[tuple[int, int]] = []
        self._follow: list[tuple[int, int]] = []
        self._rows = 0

    def seen(self, number: int, cells: Sequence[object]) -> None:
        self._rows += 1
        if not self.told or self._rows > COMPARED:
            return
        words = tuple(map(self._words, cells[: self._width]))
        earlier = self._first.setdefault(hash(words), number)
        rest = (*(words[at] for at in self._others), *(words[at][:_DAY] for at in self._timed))
        if earlier != number:
            self._same.append((earlier, number))
        elif self._before is not None and self._before[0] == rest and self._says_something(words):
            self._follow.append((self._before[1], number))
        self._before = rest, number

    def _says_something(self, words: Sequence[str]) -> bool:
        """Whether two people would hardly say just this: answers that are not all one score."""
        return len({words[at] for at in self._items if words[at]}) > 1

    def notes(self) -> list[str]:
        """What was found, in sentences without a full stop."""
        found = []
        if self._same:
            found.append(
                f"{_pairs(self._same)} sama persis, termasuk waktu atau nomornya, mungkin tersalin dua kali; semuanya "
                "dihitung, hapus salinannya bila benar"
            )
        if self._follow:
            found.append(
                f"{_pairs(self._follow)} berurutan dan hanya berbeda nomor atau jam, mungkin terkirim dua kali; "
                "semuanya dihitung, hapus salinannya bila benar"
            )
        return found


def _pairs(found: Sequence[tuple[int, int]]) -> str:
    named = ", ".join(f"{first} dan {second}" for first, second in found[:LISTED])
    more = f", dan {len(found) - LISTED} pasang lainnya" if len(found) > LISTED else ""
    return f"baris {named}{more}"


def _plain(words: str) -> str:
    """Without case and signs between words: 'NRR-tertimbang :' is 'nrr tertimbang'."""
    return " ".join(re.sub(r"[^\w∑]|_", " ", words.casefold()).split())
