"""What papers withhold about few people: the rules of `calc.statistics.disclosure`, for services, elements and classes.

Reports are handed on and put on the web; what would be one person's answers, or what subtraction would make so, is
'*' in all of their forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from calc.rounding import round_half_up
from calc.scoring.result import ProfileCount, Result
from calc.scoring.rollup import POOLED, RollUp
from calc.statistics.disclosure import (
    SMALLEST,
    protect,
    public_classes,
    public_index,
    publishable,
    withheld_elements,
)

MARK = "*"


def classes(field: ProfileCount) -> list[tuple[str, str, int | None]]:
    """(key, words, respondents) of every class that may be told apart; None: withheld."""
    labels: dict[str, list[str]] = {}
    for _, label, public, _ in field.classes:
        labels.setdefault(public, []).append(label)
    return [
        (key, " / ".join(words), one.count)
        for (key, words), one in zip(labels.items(), public_classes(field), strict=True)
    ]


def services(results: Sequence[Result]) -> frozenset[int]:
    """Positions of services whose value is withheld.

    Those of few respondents, and the next larger: the unit's value minus the other services would give it away.
    """
    return frozenset(
        at for at, n in enumerate(protect([one.n for one in results])) if n is None and results[at].n
    )


def roll_ups(rules: Sequence[RollUp], results: Sequence[Result]) -> frozenset[str]:
    """Rules whose value is withheld: beside the unit's own it is one equation more about withheld services."""
    if not services(results):
        return frozenset()
    return frozenset(one.rule for one in rules if not one.chosen)


def leaves_few(whole: Result, parts: Sequence[Result], new: Result) -> bool:
    """Whether a public value minus the public ones of all these parts tells about few people.

    What is left may be one to four people, or people who all said nearly the same. Parts of fewer than five people are
    not public, and so among what is left.

    new : the one of them that is about to be put up; where it tells a limit alone, no value can be computed from it
    """
    parts = [one for one in parts if publishable(one)]
    if not publishable(whole) or not parts:
        return False
    if 0 < whole.n - sum(one.n for one in parts) < SMALLEST:
        return True
    return public_index(new).converted is not None and _leaves_alike(whole, parts)


def leaves_few_in_a_class(whole: Result, parts: Sequence[Result]) -> bool:
    """Whether the same subtraction leaves one to four people in a class of the notice, or all of them in one."""
    parts = [one for one in parts if publishable(one)]
    if not publishable(whole) or not parts:
        return False
    of_whole, *of_parts = (
        {(f.key, c.label): c.count for f in one.profile for c in public_classes(f)} for one in (whole, *parts)
    )
    for name, count in of_whole.items():
        told = [
            (one.n, own)
            for one, counts in zip(parts, of_parts, strict=True)
            if (own := counts.get(name)) is not None
        ]
        people, left = whole.n - sum(n for n, _ in told), (count or 0) - sum(own for _, own in told)
        if count is not None and told and (0 < left < SMALLEST or 0 < left == people):
            return True
    return False


def _leaves_alike(whole: Result, parts: Sequence[Result]) -> bool:
    """Whether those who are left lie so near an end of the scale that no more than a limit may be told of them."""
    told = [(one.n, value) for one in parts if (value := public_index(one).converted) is not None]
    own, rest = public_index(whole).converted, whole.n - sum(n for n, _ in told)
    if own is None or whole.roll_up != POOLED or not told or rest < SMALLEST:
        return False
    points = whole.n * own - sum(n * value for n, value in told)
    left = replace(whole, n=rest, converted=round_half_up(Fraction(points) / rest, 2))
    return public_index(left).limit is not None


def elements(result: Result) -> frozenset[str]:
    """Keys of elements whose value is withheld: all of them for few respondents."""
    if not publishable(result):
        return frozenset(one.key for one in result.elements if one.n)
    return withheld_elements(result)
