"""Means that are withheld cannot be worked out by somebody who also knows the rule by which they are withheld: every
table of a small questionnaire is tried, and tables that would be published alike are compared."""

from collections import defaultdict
from fractions import Fraction
from itertools import combinations_with_replacement, product
from types import SimpleNamespace

import pytest

from calc.scoring.result import Reach
from calc.statistics.disclosure import SMALLEST, public_index, unpublished_elements

ELEMENTS, SCALE = 4, 3
REACH = Reach(Fraction(25), Fraction(75), ELEMENTS * (SCALE - 1))


def unit(n, totals):
    """n people who answered every question; the sum of scores of each element."""
    elements = [
        SimpleNamespace(key=at, n=n, mean=Fraction(total, n), counts=(0,) * SCALE)
        for at, total in enumerate(totals)
    ]
    converted = Fraction(25 * sum(totals), n * ELEMENTS)
    more = {"index": None, "interval": None, "reach": REACH, "fewest": n}
    return SimpleNamespace(n=n, elements=elements, converted=converted, **more)


def known(n):
    """(published, position) of every withheld mean that only one table explains."""
    alike = defaultdict(list)
    for totals in product(range(n, SCALE * n + 1), repeat=ELEMENTS):
        found = unit(n, totals)
        hidden, limit = unpublished_elements(found), public_index(found).limit
        shown = tuple(None if at in hidden else total for at, total in enumerate(totals))
        alike[limit or sum(totals), shown].append(totals)
    return [
        (published, at)
        for published, tables in alike.items()
        for at, total in enumerate(published[1])
        if total is None and len({table[at] for table in tables}) == 1
    ]


@pytest.mark.slow
@pytest.mark.parametrize("n", [5, 6])
def test_no_withheld_mean_is_known_to_somebody_who_knows_the_rule(n):
    assert known(n) == []


def test_nothing_that_is_shown_is_near_an_end():
    """Six people: fewer than five points off 'all 1' (6) or 'all 3' (18) is 6 to 10 and 14 to 18."""
    for totals in combinations_with_replacement(range(6, 19), ELEMENTS):
        shown = set(range(ELEMENTS)) - unpublished_elements(unit(6, totals))
        assert all(SMALLEST <= totals[at] - 6 and SMALLEST <= 18 - totals[at] for at in shown)


def test_a_rule_that_does_not_ask_how_much_room_is_left_is_broken_by_the_same_attack(monkeypatch):
    """Of two that are withheld, both all 3, the sum says so."""
    monkeypatch.setattr("calc.statistics.disclosure.LEAST", 2)
    monkeypatch.setattr("calc.statistics.disclosure._has_room", lambda *_: True)
    assert known(6) != []
