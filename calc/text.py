"""Words that people wrote, made fit for every page, paper and table: one rule for residents, staff and commands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻−"
_ENDS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_FORMULA = re.compile(rf"(?:^|(?<=[{_ENDS}]))(?:[^\S{_ENDS}]|[\u200b\u2060\ufeff])*[{_SIGNS}]")
_CUT_ELSEWHERE = re.compile(rf"(?<=[,;\t])[\s\"]*[{_SIGNS}](?=[\w({_SIGNS}])")
_QUOTED = re.compile(rf"[,;\t\"{_ENDS}]|^\s|\s$")

LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# They tell how neighbours are drawn together: some scripts (Arabic, Javanese) and emoji need them, nothing else does.
JOINERS = frozenset("\u200c\u200d\ufe0f")
SHAPED = 0x0590  # the first script whose letters take another form beside a joiner
# Drawn as nothing, though Unicode files them as letters or marks: fillers, and selectors of variants.
_SPANS = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0E),
    (0xFFA0, 0xFFA0),
    (0xE0100, 0xE01EF),
)
INVISIBLE = frozenset(chr(code) for first, last in _SPANS for code in range(first, last + 1))


def clean(words: str) -> str:
    """Words as they may be kept and shown anywhere; cleaning twice changes nothing more.

    Composed (NFC); every line end is ``\\n``, every other blank a space; gone are control characters, all that is
    invisible or turns its neighbours round (categories Cc, Cf; fillers), surrogates, private and impossible characters.
    A zero-width joiner or non-joiner stays between letters of a script that is shaped by it, or inside an emoji; never
    beside a digit or a Latin letter, where it could only hide something.
    """
    if words.isascii() and words.isprintable():
        return words.strip()
    kept = [shown for char in LINE_ENDS.sub("\n", words) if (shown := _shown(char))]
    return unicodedata.normalize("NFC", "".join(_joined(kept))).strip()


def one_line(words: str) -> str:
    """The same on one line, with single spaces."""
    return " ".join(clean(words).split())


def lines(words: str) -> str:
    """The same with its lines: single spaces within one, and no more than one empty line at a time."""
    tidied = "\n".join(" ".join(line.split()) for line in clean(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", tidied)


def _shown(char: str) -> str:
    """A character as it is kept, '' for one that is not."""
    if char == "\n" or char in JOINERS:
        return char
    if char.isspace():
        return " "
    impossible = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    unseen = char in INVISIBLE or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")
    return "" if impossible or unseen else char


def _joined(chars: Sequence[str]) -> list[str]:
    """The same without joiners that join nothing."""
    kept: list[str] = []
    for char, following in zip(chars, [*chars[1:], ""], strict=False):
        if char not in JOINERS or _joins(char, kept[-1] if kept else "", following):
            kept.append(char)
    return kept


def _joins(joiner: str, before: str, after: str) -> bool:
    if joiner == "\ufe0f":  # asks for the coloured form of the symbol before it
        return before != "" and unicodedata.category(before) == "So"
    return _is_shaped(before) and _is_shaped(after)


def _is_shaped(char: str) -> bool:
    if not char or ord(char) < SHAPED or char in "\u200c\u200d":
        return False
    return (
        char == "\ufe0f"
        or unicodedata.category(char)[0] in "LM"
        or unicodedata.category(char) in ("So", "Sk")
    )


def table(rows: Sequence[Sequence[str]], left: Sequence[int] | None = None) -> str:
    """Columns as wide as their widest cell. left : those that hold words; then numbers stand to the right, and a
    rule under the heading. None: all are words."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    ruled = rows if left is None else [rows[0], ["-" * width for width in widths], *rows[1:]]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if left is None or at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in ruled
    )


# one line that begins with a letter or digit and has nothing to cut at: most cells of most tables
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z _.:/()-]*")


def csv_safe(words: str) -> str:
    """Words that no spreadsheet takes for a formula: an apostrophe stands before every line that begins with a sign.

    Signs are ``= + - @``, in their full-width and small forms too, also after blanks; and a tab or a carriage return
    first in the cell.
    """
    guarded = _FORMULA.sub(r"'\g<0>", words)
    return f"'{guarded}" if guarded.startswith(("\t", "\r")) else guarded


def csv_record(cells: Iterable[object], separator: str = ",", end: str = "\r\n") -> str:
    """One record of a CSV file, whatever its cells hold: None is empty, words are guarded, numbers are no words."""
    return separator.join(map(csv_cell, cells)) + end


def csv_cell(cell: object) -> str:
    """A cell as it stands in the file.

    Spreadsheets offer to cut a file at several separators. So words with any of these, a quote or a line end are quoted
    (the csv module of Python 3.11 leaves a line end unquoted when its own line terminator is another), and a sign
    behind a separator is guarded as well when something to compute follows: 'Rp5.000,-' stays as it is.
    """
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    if _PLAIN.fullmatch(cell):
        return cell
    safe = _CUT_ELSEWHERE.sub(r"'\g<0>", csv_safe(cell))
    if not _QUOTED.search(safe):
        return safe
    return '"' + safe.replace('"', '""') + '"'
