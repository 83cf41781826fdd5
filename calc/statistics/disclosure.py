"""What may be published about few people: no index of fewer than five, no count or mean that points at somebody.

What is public is one system: a withheld count, mean or value cannot be worked out from all the rest either. That is
complementary suppression and top-coding (Hundepool et al., Statistical Disclosure Control, 2012, chapters 4 and 5);
tests/render/test_disclosure.py and tests/public/test_attack.py try to work it out, with a solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from calc.display import number
from calc.scoring.result import ElementResult, Interval, ProfileCount, Reach, Result

SMALLEST = 5  # groups below this size are not published
LEAST = 3  # elements that are withheld together, where any is
ROOM = Fraction(3, 2)  # of the four scores: what an attacker cannot tell apart
LIMITED = (
    "Hampir semua jawaban sama. Nilai yang tepat akan menunjukkan jawaban setiap orang, jadi hanya batasnya yang "
    "ditampilkan."
)
_HALF = Fraction(1, 2)  # a value of two decimals tells whole points, not more


@dataclass(frozen=True)
class PublicCount:
    """One class of a published profile question; count None: withheld."""

    label: str
    count: int | None


class Counted(Protocol):
    """Whatever says of how many people it is."""

    @property
    def n(self) -> int: ...


@dataclass(frozen=True)
class Public:
    """What everybody may know of an index.

    converted, index, interval : None where withheld
    limit : the converted index where only its end of the scale is told: it is at least (or at most) this
    at_least : which of the two
    """

    converted: Decimal | None = None
    index: Fraction | Decimal | None = None
    interval: Interval | None = None
    limit: Decimal | None = None
    at_least: bool = True

    @property
    def words(self) -> str:
        """``85,24``, ``≥ 97,22``, or '' where nothing may be told."""
        if self.limit is not None:
            return f"{'≥' if self.at_least else '≤'} {number(self.limit)}"
        return "" if self.converted is None else number(self.converted)

    @property
    def note(self) -> str:
        """Why there is only a limit, in words; '' where there is a value."""
        return LIMITED if self.limit is not None else ""


class Valued(Counted, Protocol):
    """A `Result`, or what a list knows of one."""

    @property
    def converted(self) -> Decimal | None: ...
    @property
    def index(self) -> Fraction | Decimal | None: ...
    @property
    def interval(self) -> Interval | None: ...
    @property
    def reach(self) -> Reach: ...
    @property
    def fewest(self) -> int: ...


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
    shown = (None,) * len(sums) if field.withheld else protect(list(sums.values()))
    return tuple(
        PublicCount(_with_members(poster, members[poster]), count)
        for poster, count in zip(sums, shown, strict=True)
    )


def public_index(result: Valued) -> Public:
    """The value that may be told of at least five respondents.

    100,00 would say that everybody gave the highest score everywhere. So a value that is fewer than five points of
    score, of all answers together, off an end of the scale is told as a limit, which depends on the number of
    respondents alone: whether it was none or four points stays open. Where fewer than five answered an element, it is a
    limit already when the index leaves that element's mean less room than one and a half scores. An interval that
    answers with almost no spread made is withheld: it would say that all gave the same.
    """
    if not publishable(result) or result.converted is None:
        return Public()
    if _far_from_ends(result.reach, result.n, float(result.converted)):
        return Public(result.converted, result.index, result.interval if _spreads(result) else None)
    reach, span = result.reach, result.reach.high - result.reach.low
    point = span / (reach.points * result.n)  # one answer one score higher
    least, step = (SMALLEST - _HALF) * point, SMALLEST * point
    if result.fewest < SMALLEST:
        least = step = max(step, ROOM * span / reach.points)
    value = Fraction(result.converted)
    for off, end, at_least in ((reach.high - value, reach.high, True), (value - reach.low, reach.low, False)):
        if off < least:
            hundredths = floor((end - step) * 100) if at_least else ceil((end + step) * 100)
            return Public(limit=Decimal(hundredths).scaleb(-2), at_least=at_least)
    return Public(result.converted, result.index, result.interval if _spreads(result) else None)


def public_result(result: Result) -> Result:
    """The same result with the value, interval and other conventions that everybody may know; for sentences and charts.

    Where there is only a limit, it stands in the place of the value.
    """
    found = public_index(result)
    if found.limit is None:
        return replace(result, interval=found.interval)
    return replace(
        result, index=None, converted=found.limit, interval=None, other_conventions=(), complete_only=None
    )


def _far_from_ends(reach: Reach, n: int, value: float) -> bool:
    """Whether nothing below can apply: lists ask for thousands, and fractions are slow."""
    low, high, points = reach.floats
    room = (high - low) / points * max(SMALLEST / n, float(ROOM))
    return low + room * 1.01 < value < high - room * 1.01


def _spreads(result: Valued) -> bool:
    """Whether the responses differ by five points or more, squares added, as the margin of error tells."""
    interval = result.interval
    if interval is None or interval.margin is None:
        return interval is not None
    if not interval.margin:  # everybody was asked: nothing about spread
        return True
    error = float(interval.margin) / 2  # Student's t is two, or a little more
    low, high, points = result.reach.floats
    return (error * points / (high - low)) ** 2 * result.n * (result.n - 1) >= SMALLEST


def withheld_elements(result: Result) -> frozenset[str]:
    """Keys of elements whose value is not printed: fewer than five answers, and as many more as hide these."""
    return _hidden(result, [e for e in result.elements if 0 < e.n < SMALLEST])


def unpublished_elements(result: Result) -> frozenset[str]:
    """The same for what everybody may read, where an element is withheld also when nearly all answers are the same end.

    A mean of 4,0000 would say that everybody gave 4; one that is fewer than five points off an end of the scale leaves
    too little open. Where the index itself is told as a limit no element is shown.
    """
    if not publishable(result) or public_index(result).converted is None:
        return frozenset(e.key for e in result.elements if e.n)
    return _hidden(result, [e for e in result.elements if 0 < e.n < SMALLEST or _near_an_end(e)])


def _near_an_end(element: ElementResult) -> bool:
    if element.mean is None:
        return False
    low, high = Fraction(1), Fraction(len(element.counts))
    return min(element.mean - low, high - element.mean) * element.n < SMALLEST


def _hidden(result: Result, first: Sequence[ElementResult]) -> frozenset[str]:
    """With one element alone withheld, the index minus the others would be its value; with two, the fractions of small
    numbers often tell. So there are three at least, and more until the index leaves each of them room."""
    hidden = list(first)
    others = sorted((e for e in result.elements if e.n and e not in hidden), key=lambda e: e.n)
    while hidden and others and (len(hidden) < LEAST or not all(_has_room(e, hidden) for e in hidden)):
        hidden.append(others.pop(0))
    return frozenset(e.key for e in hidden)


def _has_room(element: ElementResult, hidden: Sequence[ElementResult]) -> bool:
    """Whether its mean could lie one and a half scores, or five answers' worth, elsewhere with the same index."""
    mean, top = element.mean or Fraction(1), len(element.counts)
    others = [e.mean for e in hidden if e is not element and e.mean is not None]
    low = max(Fraction(1), mean - sum((top - one for one in others), Fraction(0)))
    high = min(Fraction(top), mean + sum((one - 1 for one in others), Fraction(0)))
    return high - low >= min(ROOM, Fraction(SMALLEST, element.n))


def _with_members(poster: str, keys: Sequence[str]) -> str:
    """``S2/S3`` when the notice's class S2 also counts S3."""
    others = [key for key in keys if key != poster]
    return "/".join([poster, *others]) if poster in keys and len(others) <= 2 else poster
