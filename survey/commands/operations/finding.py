"""What a look at an installation found."""

from __future__ import annotations

from typing import NamedTuple

GOOD, NOTE, BAD = "baik", "perhatian", "rusak"


class Finding(NamedTuple):
    """mark : GOOD, NOTE or BAD; cure : what to do, '' when nothing."""

    mark: str
    words: str
    cure: str = ""
