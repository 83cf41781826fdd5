"""Counts of few people are withheld, and no arithmetic on the published rest brings them back."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from types import SimpleNamespace

import pytest

from calc.rounding import round_half_up
from calc.scoring.result import ProfileCount, Reach
from calc.statistics.disclosure import protect, public_classes, public_index, publishable, withheld_elements


def attack(n: int, k: int, rule=protect) -> dict:
    """Published table -> every table of k classes and n people (the rest did not say) that would look like it."""
    alike = defaultdict(list)
    for counts in product(range(n + 1), repeat=k):
        if sum(counts) <= n:
            alike[rule(counts)].append(counts)
    return alike


def attack_of_known_sum(n: int, k: int, rule=protect) -> dict:
    """The same when the attacker knows that everybody answered."""
    return {
        shown: full
        for shown, tables in attack(n, k, rule).items()
        if (full := [t for t in tables if sum(t) == n])
    }


def recovered(found: dict) -> list:
    """Published tables with a withheld count that only one value explains."""
    return [
        shown
        for shown, tables in found.items()
        for position, count in enumerate(shown)
        if count is None and len({table[position] for table in tables}) == 1
    ]


@pytest.mark.parametrize(
    ("n", "k"), [(n, 2) for n in range(5, 31)] + [(n, 3) for n in range(5, 23)] + [(12, 4), (16, 4)]
)
@pytest.mark.parametrize("knows", [attack, attack_of_known_sum])
def test_no_withheld_count_can_be_worked_out_from_the_total(n, k, knows):
    assert recovered(knows(n, k)) == []


def smallest_only(counts):
    return tuple(None if 0 < count < 5 else count for count in counts)


def first_of_the_next(counts):
    """Withholds one more class, but where two are equal the first: their order gives them away."""
    small = smallest_only(counts)
    large = [count for count in counts if count >= 5]
    if None not in small or not large:
        return small if None not in small else (None,) * len(counts)
    position = counts.index(min(large))
    return (*small[:position], None, *small[position + 1 :])


@pytest.mark.parametrize("rule", [smallest_only, first_of_the_next])
def test_simpler_rules_are_broken_by_the_same_attack(rule):
    assert recovered(attack_of_known_sum(20, 3, rule)) != []


def test_counts_of_one_to_four_are_never_shown():
    for counts in product(range(12), repeat=3):
        assert not [c for c in protect(counts) if c is not None and 0 < c < 5]


def test_a_table_without_small_counts_is_shown_whole():
    assert protect((0, 5, 40)) == (0, 5, 40)


def test_the_next_larger_class_is_withheld_with_the_small_one():
    assert protect((3, 7, 40)) == (None, None, 40)


def test_equal_next_classes_are_withheld_together_so_that_their_order_tells_nothing():
    assert protect((3, 7, 7, 40)) == (None, None, None, 40)


def test_only_small_counts_withhold_everything():
    assert protect((2, 4, 0)) == (None, None, None)


def test_only_the_classes_of_the_notice_are_published():
    classes = (("S1", "S1/D4", "S1", 20), ("S2", "S2", "S2", 3), ("S3", "S3", "S2", 6))
    shown = public_classes(ProfileCount("pendidikan", "Pendidikan", classes, 0))
    assert [(c.label, c.count) for c in shown] == [("S1", 20), ("S2/S3", 9)]


def test_five_respondents_are_published_and_four_are_not(made):
    assert [publishable(made(n)) for n in (0, 4, 5)] == [False, False, True]


def test_an_element_with_few_answers_takes_two_others_with_it(made):
    result = made(40)
    few = [replace(e, n=3) if e.key == "biaya" else e for e in result.elements]
    few[0] = replace(few[0], n=20)
    assert withheld_elements(replace(result, elements=tuple(few))) == {"biaya", few[0].key, few[1].key}
    assert withheld_elements(result) == frozenset()


def test_more_are_withheld_until_the_index_leaves_each_of_them_room(made):
    """Where all others are 4,00 the sum of three means says each: the three of them can only be what they are."""
    result = made(40)
    best = [replace(e, mean=Fraction(4)) for e in result.elements]
    best[3] = replace(best[3], n=3, mean=Fraction(3))
    assert len(withheld_elements(replace(result, elements=tuple(best)))) == 9


@pytest.mark.parametrize(
    ("n", "lost", "words"), [(5, 0, "≥ 97,22"), (5, 4, "≥ 97,22"), (5, 5, "97,22"), (40, 0, "≥ 99,65")]
)
def test_fewer_than_five_points_off_the_top_are_told_as_a_limit(n, lost, words):
    """One point of score is 75 / (27 n) of the index: n = 5, 0,5556 each, 100 - 5 x 0,5556 = 97,22."""
    converted = round_half_up(100 - Fraction(75 * lost, 27 * n), 2)
    found = public_index(
        SimpleNamespace(n=n, converted=converted, index=None, interval=None, reach=Reach(), fewest=n)
    )
    assert found.words == words


def test_the_lowest_value_is_told_as_a_limit_too():
    found = public_index(
        SimpleNamespace(n=5, converted=Decimal("25.00"), index=None, interval=None, reach=Reach(), fewest=5)
    )
    assert found.words == "≤ 27,78"
