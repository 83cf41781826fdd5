"""What may be published about few people: no index of fewer than five, no count that points at somebody.

Hidden class counts cannot be got back by subtraction either; tests/report/test_disclosure.py tries to, for
every small table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from calc.result import ProfileCount, Result

SMALLEST = 5  # groups below this size are not published


@dataclass(frozen=True)
class PublicCount:
    """One class of a published profile question; count None: withheld."""

    label: str
    count: int | None


class Counted(Protocol):
    """Whatever says of how many people it is."""

    @property
    def n(self) -> int: ...


def publishable(result: Counted) -> bool:
    """Whether the index of a result may be shown to everybody."""
    return result.n >= SMALLEST


def protect(counts: Sequence[int], smallest: int = SMALLEST) -> tuple[int | None, ...]:
    """Class counts with small ones withheld (None), safe against subtraction from a known total.

    Counts of 1 to smallest - 1 are withheld, and with them every class of the next larger size, so that the
    withheld counts are never all equal. The rule looks at sizes only, never at positions: swapping two
    withheld counts gives the same published table, hence none of them is certain. Without a larger class
    everything is withheld, zeros too.
    """
    small = {count for count in counts if 0 < count < smallest}
    if not small:
        return tuple(counts)
    large = [count for count in counts if count >= smallest]
    if not large:
        return (None,) * len(counts)
    withheld = small | {min(large)}
    return tuple(None if count in withheld else count for count in counts)


def public_classes(field: ProfileCount) -> tuple[PublicCount, ...]:
    """A profile question in the classes of the public notice, small ones withheld.

    Only these classes are ever published: the finer ones beside them would give the withheld ones away.
    """
    members: dict[str, list[str]] = {}
    sums: dict[str, int] = {}
    for key, _, poster, count in field.classes:
        members.setdefault(poster, []).append(key)
        sums[poster] = sums.get(poster, 0) + count
    shown = protect(list(sums.values()))
    return tuple(
        PublicCount(_with_members(poster, members[poster]), count)
        for poster, count in zip(sums, shown, strict=True)
    )


def withheld_elements(result: Result) -> frozenset[str]:
    """Keys of elements whose value is not published: fewer than five answers, and then the next smallest too.

    With one element alone withheld, the index minus the other elements would be its value.
    """
    few = [e for e in result.elements if 0 < e.n < SMALLEST]
    if len(few) == 1:
        others = [e for e in result.elements if e.n >= SMALLEST]
        few += sorted(others, key=lambda e: e.n)[:1]
    return frozenset(e.key for e in few)


def _with_members(poster: str, keys: Sequence[str]) -> str:
    """``S2/S3`` when the notice's class S2 also counts S3."""
    others = [key for key in keys if key != poster]
    return "/".join([poster, *others]) if poster in keys and len(others) <= 2 else poster
