"""Tables of the papers: one look, cells of words through the one door, long tables over several pages."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Table, TableStyle

from calc.display import number
from calc.report import style
from calc.report.text import text

Command = Any  # reportlab's tuples: name, first cell, last cell, values

EMBEDDED: Command = (
    "FONTNAME",
    (0, 0),
    (-1, -1),
    style.PLAIN,
)  # tables set Helvetica for every cell otherwise

BASE: tuple[Command, ...] = (
    EMBEDDED,
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 2.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.4),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, style.LINE),
)
WITH_HEAD: tuple[Command, ...] = (
    ("BACKGROUND", (0, 0), (-1, 0), style.TINT),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("LINEABOVE", (0, 0), (-1, 0), 0.8, style.ACCENT),
)


def table(
    rows: Sequence[Sequence[Flowable | str]],
    widths: Sequence[float],
    *,
    head: bool = True,
    extra: Sequence[Command] = (),
) -> Table:
    """A table of flowables; its head row is repeated on every page that it reaches."""
    commands = [*BASE, *(WITH_HEAD if head else ()), *extra]
    made = Table(
        [list(row) for row in rows], colWidths=list(widths), repeatRows=1 if head else 0, hAlign="LEFT"
    )
    made.setStyle(TableStyle(commands))
    return made


def cells(words: Sequence[str], styles: Sequence[ParagraphStyle]) -> list[Flowable]:
    """One row of words, each in its column's style."""
    return [text(word, one) for word, one in zip(words, styles, strict=True)]


def decimals_of(values: Sequence[Fraction | None], most: int = 4) -> int:
    """Decimals (2 to `most`) that print a column: as few as show every value exactly, else `most`.

    A convention that rounds means to two decimals is so printed with two.
    """
    known = [value for value in values if value is not None]
    for decimals in range(2, most):
        if all((value * 10**decimals).denominator == 1 for value in known):
            return decimals
    return most


def column(values: Sequence[Fraction | None]) -> list[str]:
    """The values of one column, all with the same number of decimals."""
    decimals = decimals_of(values)
    return [number(value, decimals) for value in values]
