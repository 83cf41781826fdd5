"""Names that look the same: other letters of the same shape, capitals, spaces and signs do not make another name.

A small table after Unicode's confusables (UTS 39), for the scripts whose letters pass for Latin ones: Cyrillic, Greek.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from survey.domain.organisation import Unit

_SAME = {
    **dict(zip("авекмнорстухіјѕһԁԛԝ", "abekmhopctyxijshdqw", strict=True)),
    **dict(zip("αβεζηικμνορτυχ", "abezhikmvoptyx", strict=True)),
    "ı": "i",
    "0": "o",
}


def skeleton(name: str) -> str:
    """What is left of a name for the eye: letters and digits, small, Latin where they look so, without marks."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(_SAME.get(c, c) for c in plain if c.isalnum())


def look_alike(name: str, units: Iterable[Unit], own: str = "") -> Unit | None:
    """The unit (other than the one with the key `own`) whose name looks like this one."""
    wanted = skeleton(name)
    return next((unit for unit in units if unit.key != own and skeleton(unit.name) == wanted), None)
