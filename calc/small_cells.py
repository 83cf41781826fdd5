"""What papers withhold about few people: the rules of `calc.disclosure`, for services, elements and classes.

Reports are handed on and put on the web; what would be one person's answers, or what subtraction would make so, is
'*' in all of their forms.
"""

from __future__ import annotations

from collections.abc import Sequence

from calc.disclosure import SMALLEST, protect, public_classes, publishable, withheld_elements
from calc.dossier import RollUp
from calc.result import ProfileCount, Result

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


def leaves_few(whole: Result, parts: Sequence[Result]) -> bool:
    """Whether a public value minus public parts of it leaves one to four people, in all or in a class of the notice."""
    if not all(map(publishable, (whole, *parts))):
        return False
    if 0 < whole.n - sum(one.n for one in parts) < SMALLEST:
        return True
    told = [
        {(f.key, c.label): c.count for f in one.profile for c in public_classes(f)} for one in (whole, *parts)
    ]
    for name, count in told[0].items():
        counts = [own.get(name, 0) for own in told[1:]]
        if count is not None and None not in counts and 0 < count - sum(filter(None, counts)) < SMALLEST:
            return True
    return False


def elements(result: Result) -> frozenset[str]:
    """Keys of elements whose value is withheld: all of them for few respondents."""
    if not publishable(result):
        return frozenset(one.key for one in result.elements if one.n)
    return withheld_elements(result)
