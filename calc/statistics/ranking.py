"""Which elements come first when something is to be repaired: one rule for every page and paper.

The regulation's reports put the lowest elements first, usually three. Nobody could defend the place in the list as a
reason for repair, so equal values are named together or not at all. Equal is what prints alike: nobody can tell 75,121
from 75,124 where both are 75,12.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from calc.display import number, whole
from calc.scoring.result import ElementResult, Result

T = TypeVar("T")
FIRST = 3  # elements that a plan usually begins with


@dataclass(frozen=True)
class Extreme:
    """Elements at one end of the order, and a sentence about equal values at its border ('' for none)."""

    elements: tuple[ElementResult, ...]
    tie: str = ""


def first(result: Result) -> tuple[ElementResult, ...]:
    """The elements that are repaired first, most urgent first; nothing where none stands out."""
    return lowest(result).elements


def lowest(result: Result) -> Extreme:
    """The three lowest elements; see `_end`."""
    return _end(ordered(result))


def highest(result: Result) -> Extreme:
    """The three highest elements; see `_end`."""
    return _end(sorted(ordered(result), key=lambda e: -(e.mean or 0)))


def ordered(result: Result) -> list[ElementResult]:
    """All elements that have a value, lowest first; equal ones in the regulation's order."""
    return [e for e in result.lowest_first if e.mean is not None]


def by_need(result: Result, plans: Sequence[T], element: Callable[[T], str]) -> tuple[T, ...]:
    """Plans in the order of their elements, lowest first; those of another questionnaire last, else as they were.

    element : the key of a plan's element
    """
    place = {e.key: at for at, e in enumerate(result.lowest_first)}
    return tuple(sorted(plans, key=lambda one: place.get(element(one), len(place))))


def _end(ranked: Sequence[ElementResult]) -> Extreme:
    """The first three of an order (fewer of short lists), honest about equal values at the border.

    Elements as good as the third are named with it while they are no more than half of all; otherwise only those
    before the equal ones are named.
    """
    few = min(FIRST, len(ranked) // 2)
    if not few or ranked[0].converted == ranked[-1].converted:
        return Extreme(())
    border = ranked[few - 1].converted
    before = [e for e in ranked[:few] if e.converted != border]
    equal = [e for e in ranked if e.converted == border]
    both = (*before, *equal)
    if len(both) == few:
        return Extreme(both)
    all_as_good = f"{_count(len(equal))} unsur sama-sama bernilai {number(equal[0].converted)}"
    if len(both) <= len(ranked) // 2:
        return Extreme(both, f"{all_as_good}, sehingga disebutkan bersama.")
    return Extreme(tuple(before), f"{all_as_good}, sehingga tidak diurutkan di antara sesamanya.")


def _count(value: int) -> str:
    words = ("Nol", "Satu", "Dua", "Tiga", "Empat", "Lima", "Enam", "Tujuh", "Delapan", "Sembilan")
    return words[value] if value < len(words) else whole(value)
