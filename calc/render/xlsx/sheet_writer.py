"""What all sheets are written with: styles, names of cells, words that are never formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from textwrap import wrap
from typing import Any

import xlsxwriter

from calc.render.plain import printable
from calc.report.charts import colours
from calc.text import csv_safe

LARGEST_SHEET = 1_048_000  # answers; a sheet has 1,048,576 rows
LINE = 15  # points
FIXED = datetime(2000, 1, 1, tzinfo=UTC)  # where no day is known

_HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "plain": {"align": "right"},
    "bold": {"bold": True},
    "head": _HEAD,
    "right": {**_HEAD, "align": "right"},
    "whole": {"num_format": "#,##0"},
    "two": {"num_format": "0.00"},
    "four": {"num_format": "0.0000"},
    "title": {"bold": True, "font_size": 13, "font_color": colours.ACCENT},
    "note": {"italic": True, "font_color": colours.MUTED},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "name": {"text_wrap": True},
    "label": {"bold": True, "valign": "top"},
    "left": {"align": "left"},
    "centre": {"align": "center"},
    "share": {"num_format": "0.0%"},
    "top_left": {
        "bold": True,
        "font_color": "white",
        "bg_color": colours.ACCENT,
        "text_wrap": True,
        "valign": "vcenter",
    },
}
_STYLES["top"] = {**_STYLES["top_left"], "align": "center"}
for _name in ("whole", "two", "four", "share", "centre", "label"):  # rows that others lead to stand out
    _STYLES[f"sum_{_name}"] = {
        **_STYLES[_name],
        "bold": True,
        "bg_color": colours.ACCENT_TINT,
        "top": 1,
        "top_color": colours.ACCENT,
    }


class WorkbookError(ValueError):
    """What does not fit into a workbook; the message says so and what to use instead."""


@contextmanager
def written(
    buffer: io.BytesIO, title: str, made: datetime | None = None
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A new workbook that ends up in the buffer, and its styles by name.

    made : the moment up to which answers were counted, the file's day; no clock, equal answers give equal bytes

    Rows must be written from the top down: they leave the memory as soon as the next one begins.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        day = (made or FIXED).astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": words_of(title), "created": day})
        yield book, {name: book.add_format(style) for name, style in _STYLES.items()}


class SheetWriter:
    """Writes into one sheet; rows and columns count from 0, `style` is a name."""

    def __init__(self, sheet: Any, styles: dict[str, Any]) -> None:
        self.sheet, self.styles = sheet, styles

    def words(self, row: int, column: int, words: str, style: str | None = None) -> None:
        """Words as words, whatever they style like."""
        self.sheet.write_string(row, column, words_of(words), self.styles[style] if style else None)

    def spread(self, row: int, first: int, last: int, words: str, width: int) -> None:
        """Words over the columns up to `last`, `width` letters wide; in as many lines as they need."""
        needed = lines(words_of(words), width)
        if needed == 1:
            self.words(row, first, words)
            return
        self.sheet.set_row(row, needed * LINE)
        self.sheet.merge_range(row, first, row, last, "", self.styles["wrapped"])
        self.words(row, first, words, "wrapped")

    def number(self, row: int, column: int, value: int | Fraction | Decimal | None, style: str) -> None:
        """A number; an empty cell when there is none."""
        if value is None:
            self.sheet.write_blank(row, column, None, self.styles[style])
        else:
            self.sheet.write_number(row, column, float(value), self.styles[style])

    def formula(self, row: int, column: int, formula: str, style: str, value: Any) -> None:
        """A live formula, and the value that programs show which do not calculate."""
        stored = "" if value is None else float(value) if isinstance(value, Fraction) else value
        self.sheet.write_formula(row, column, f"={formula}", self.styles[style], stored)

    def blank(self, row: int, first: int, last: int, style: str) -> None:
        """Empty cells that carry a row's style on."""
        for column in range(first, last + 1):
            self.sheet.write_blank(row, column, None, self.styles[style])

    def a4(self, *, landscape: bool = True) -> None:
        """As wide as one A4 page, with page numbers."""
        if landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&RHalaman &P dari &N")


def words_of(words: str) -> str:
    """No formula, no control character, no half of a character, and not longer than a cell holds."""
    return csv_safe(printable(words))


def lines(words: str, width: int) -> int:
    """Lines that words take in a column of so many characters: not all programs find out by themselves."""
    return sum(max(1, len(wrap(line, width - 4))) for line in words.splitlines() or [""])


def sheet_name(words: str, taken: set[str]) -> str:
    """A name that Excel accepts and that no other sheet has: 31 characters, no []:*?/\\, not 'History'."""
    base = re.sub(r"[\[\]:*?/\\]", " ", words).strip(" '")[:25] or "IKM"
    if base.lower() == "history":
        base += " 1"
    name, number = base, 2
    while name.lower() in taken:
        name, number = f"{base} ({number})", number + 1
    taken.add(name.lower())
    return name
