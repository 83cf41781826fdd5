"""Words as they can be drawn: only characters that the embedded fonts have, in the order in which they are drawn."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from arabic_reshaper import ArabicReshaper
from bidi import get_display

from calc.render.pdf.fonts import DRAWABLE
from calc.text import one_line

CUT = "…"
UNREADABLE = "[…]"  # words in a script that the font lacks
ONLY_PICTURES = "[emoji]"  # a remark of nothing but emoji is still an answer
_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
RIGHT_TO_LEFT = re.compile(f"[{_LETTERS}]")
_TURNED = [  # brackets around right-to-left words, as they stand after turning
    (re.compile(rf"\{end}([^\{end}\{begin}]*[{_LETTERS}][^\{end}\{begin}]*)\{begin}"), rf"{begin}\1{end}")
    for begin, end in ("()", "[]", "{}")
]
_LACKED = "\0"  # for the moment: no word has it
# the fonts have every form of a letter, but of the joined words only the pair of lam and alef
_SHAPER = ArabicReshaper({"ARABIC LIGATURE ALLAH": False})


def clean(words: str, limit: int | None = None) -> str:
    """Any string as one line that the embedded fonts can draw.

    Composed (NFC); blanks of every kind become one space; control and invisible characters go, and so do emoji and
    other signs that the font lacks ('[emoji]' where nothing else is left); words in a script that it lacks become
    '[…]'; Arabic letters take the forms in which they join. Longer than `limit` characters is cut and ends in '…'.
    """
    shown = _cleaned(words) if len(words) < 500 else _clean(words)
    return shown if limit is None or len(shown) <= limit else shown[: limit - 1].rstrip() + CUT


def visual(line: str) -> str:
    """A line of `clean` words as it is drawn from left to right; Arabic and Hebrew run the other way (UAX 9).

    The line itself runs from left to right, as the paper does: what follows Arabic words stands at their right.
    """
    if not RIGHT_TO_LEFT.search(line):
        return line
    drawn = str(get_display(line, base_dir="L"))
    for brackets, turned in _TURNED:  # the library leaves them as they were written
        drawn = brackets.sub(turned, drawn)
    return drawn


def _clean(words: str) -> str:
    shown = one_line(words)
    if shown.isascii():
        return shown
    if RIGHT_TO_LEFT.search(shown):
        shown = _SHAPER.reshape(shown)
    drawn = "".join(map(_drawable, shown))
    drawn = re.sub(f"{_LACKED}[{_LACKED} ]*(?<! )", UNREADABLE, drawn)
    drawn = re.sub(" +", " ", drawn).strip()
    pictures = not drawn and any(unicodedata.category(char)[0] == "S" for char in shown)
    return ONLY_PICTURES if pictures else drawn


_cleaned = lru_cache(maxsize=4096)(_clean)  # most words of a paper come again: heads, names, numbers


def _drawable(char: str) -> str:
    """The character, a mark for a letter or digit that the font lacks, or nothing."""
    category = unicodedata.category(char)
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f":  # joiners, and what chooses a colour or a form
        return ""
    if ord(char) in DRAWABLE:
        return char
    return _LACKED if category[0] in "LN" else ""
