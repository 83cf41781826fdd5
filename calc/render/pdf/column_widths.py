"""How wide the columns of a table are: shares of the width, moved so that words stay whole and lines few."""

from __future__ import annotations

from collections.abc import Sequence

from calc.render.pdf import block_styles, text_layout
from calc.report.document import Column, Table

BRIEF = 8  # letters of a head that stays in one line
WRAPPED = 2  # lines of a cell from which its column takes what columns of numbers can spare


def spans(
    columns: Sequence[Column], width: float, least: Sequence[float] = (), usual: Sequence[float] = ()
) -> list[tuple[float, float]]:
    """(x, width) of every column, by their shares; none narrower than its longest word, where there is room.

    least, usual : of every column the room of its longest word, and of its longest cell in one line
    """
    whole = sum(column.share for column in columns) or 1.0
    wide = [width * column.share / whole for column in columns]
    if least and sum(least) <= width:
        wide = _widened(wide, least)
        if usual:
            wide = _lent(columns, wide, least, usual)
    found, x = [], 0.0
    for one in wide:
        found.append((x, one))
        x += one
    return found


def _widened(wide: list[float], least: Sequence[float]) -> list[float]:
    """Columns that lack room take it from the others, in proportion to what those can spare."""
    lack = sum(max(0.0, need - have) for have, need in zip(wide, least, strict=True))
    spare = sum(max(0.0, have - need) for have, need in zip(wide, least, strict=True))
    if not lack:
        return wide
    share = lack / spare if spare else 0.0
    return [
        need if have <= need else have - (have - need) * share for have, need in zip(wide, least, strict=True)
    ]


def _lent(
    columns: Sequence[Column], wide: Sequence[float], least: Sequence[float], usual: Sequence[float]
) -> list[float]:
    """What numbers do not need goes to the column of words whose cells would take the most lines."""
    found = list(wide)
    lines = [usual[at] / wide[at] if column.align == "left" else 0.0 for at, column in enumerate(columns)]
    most = max(range(len(columns)), key=lines.__getitem__)
    if lines[most] > WRAPPED:
        for at, column in enumerate(columns):
            spare = wide[at] - max(least[at], min(usual[at], wide[at]))
            if column.align != "left" and spare > 0:
                found[at] -= spare
                found[most] += spare
    return found


def cells_in_one_line(table: Table, side: float) -> list[float]:
    """For every column the room of its longest cell in one line, and of a head as short as 'TW III'."""
    found = []
    for at, column in enumerate(table.columns):
        cells = (row[at] for row in table.rows[:100])
        words = (cell[:400] for cell in cells if isinstance(cell, str))
        most = (
            text_layout.width_of(column.head, block_styles.HEAD.size, True)
            if len(column.head) <= BRIEF
            else 0.0
        )
        most = max([most, *(text_layout.width_of(each, block_styles.CELL.size, True) for each in words)])
        found.append(most + 2 * side + 0.1)
    return found


def longest_words(table: Table, side: float) -> list[float]:
    """For every column the room of its longest ordinary word; monsters of a hundred letters do not count."""
    found = []
    for at, column in enumerate(table.columns):
        strong = column.strong or table.total or table.marked is not None
        most = _longest(column.head, block_styles.HEAD.size, True)
        for row in table.rows[:100]:
            cell = row[at]
            if isinstance(cell, str) and not (table.total and row is table.rows[-1]):
                most = max(most, _longest(cell, block_styles.CELL.size, strong))
        found.append(most + 2 * side + 0.1)
    return found


def _longest(words: str, size: float, strong: bool) -> float:
    ordinary = [word for word in words[:400].split() if len(word) <= 24]
    return max((text_layout.width_of(word, size, strong) for word in ordinary), default=0.0)
