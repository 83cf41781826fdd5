"""Words for forms that browsers and office programs draw: only what XML and every reader take, nothing obeyed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from calc.report.document import Strong, Words


@lru_cache(maxsize=4096)
def plain(words: str) -> str:
    """Any string as one line that HTML, XML and browsers agree on.

    Blanks of every kind become one space; control characters, halves of characters and marks that turn the
    direction of writing for all that follows go. Letters that a font lacks stay: another font has them.
    """
    shown = re.sub(r"\s+", " ", unicodedata.normalize("NFC", words))
    return "".join(filter(_allowed, shown)).strip()


def parts(words: Words) -> list[tuple[str, bool]]:
    """(plain words, bold) of a sentence; a part keeps the blank that parts it from its neighbour."""
    if isinstance(words, str):
        return [(plain(words), isinstance(words, Strong))]
    found = []
    for part in words:
        before, after = (" " if part[:1].isspace() else ""), (" " if part[-1:].isspace() else "")
        found.append((before + plain(part) + after, isinstance(part, Strong)))
    return found


def _allowed(char: str) -> bool:
    if char in "\u200c\u200d":  # joiners: needed inside letters and emoji
        return True
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs") and char not in "\ufffe\uffff"
