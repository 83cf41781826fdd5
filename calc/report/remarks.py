"""Remarks grouped by what they are about: each goes to the element whose keywords it uses most.

The keywords are a file (themes.toml), because people will argue about them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from calc.instruments.model import Instrument
from calc.report.data import RemarkGroup

OTHER = "Lain-lain"


def grouped(remarks: Sequence[str], instrument: Instrument) -> tuple[RemarkGroup, ...]:
    """Groups in the order of the questionnaire's elements, the rest last; empty groups are left out.

    Remarks that differ only in capitals, spaces and the last full stop are one, counted. Within a group the most
    frequent come first, and what was written equally often stays in the order in which it came.
    """
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for words in remarks:
        same = " ".join(words.casefold().split()).rstrip(" .!")
        own = found.setdefault(theme(words, instrument), {})
        first, times = own.get(same, (words, 0))
        own[same] = (first, times + 1)
    titles = {e.key: e.name for e in instrument.elements} | {"": OTHER}
    return tuple(
        RemarkGroup(titles[key], tuple(sorted(found[key].values(), key=lambda remark: -remark[1])))
        for key in titles
        if key in found
    )


def theme(words: str, instrument: Instrument) -> str:
    """Key of the element that a remark is about; '' when no keyword says so."""
    said = " ".join(words.casefold().split())
    hits = {e.key: len({found[0] for found in _pattern(e.key).finditer(said)}) for e in instrument.elements}
    best = max(hits, key=lambda key: hits[key], default="")
    return best if hits.get(best) else ""


@cache
def _pattern(element: str) -> re.Pattern[str]:
    """Finds the keywords of an element; an element without any is never found."""
    words = _themes().get(element, ())
    if not words:
        return re.compile(r"(?!)")
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(_spelled(word) for word in longest_first) + r")\b")


def _spelled(keyword: str) -> str:
    return r"\w*".join(re.escape(part) for part in keyword.split("*"))


@cache
def _themes() -> dict[str, tuple[str, ...]]:
    """Element key -> keywords; an entry that is one word stands for another element's keywords."""
    text = (resources.files("calc.report") / "themes.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return {key: tuple(table[words] if isinstance(words, str) else words) for key, words in table.items()}
