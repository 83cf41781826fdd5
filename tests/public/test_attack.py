"""An attacker with a solver reads everything that is public and asks of each withheld number what it can still be.

Unknowns are whole numbers: how many points each element got, and of the elements that few answered how many people. What
is public binds them: the index and the converted index within their rounding, every shown mean, the number of
respondents. A withheld mean is recovered when only one value is left; a group is given away when every answer must be
the highest (or the lowest) score.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import highspy
import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.rounding import round_half_up
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.tally import Tally
from calc.statistics.disclosure import public_index, unpublished_elements, withheld_elements

QUESTIONS = instrument("skm-2017")
E = len(QUESTIONS.elements)


def public(n: int, answers: Sequence[Sequence[int]]) -> Mapping[str, Any]:
    """What a page, its JSON and its CSV say: n, index, converted index or its limit, and means."""
    found = _result(answers)
    value, hidden = public_index(found), unpublished_elements(found)
    return {
        "n": n,
        "index": None if value.index is None else round_half_up(value.index, 4),
        "converted": value.converted,
        "low": value.limit if value.at_least else None,
        "means": [None if e.key in hidden else (e.n, round_half_up(e.mean, 4)) for e in found.elements],
        "true": [(e.n, e.total) for e in found.elements],
    }


def _result(answers: Sequence[Sequence[int]]) -> Any:
    table = np.array(answers, np.uint8)
    complete = table[(table > 0).all(axis=1)]
    tallies = [Tally.of_scores(each, 4) for each in (table, complete)]
    return result(QUESTIONS, tallies[0], convention("exact"), complete_tally=tallies[1])


def possible(told: Mapping[str, Any], people: Sequence[int], wanted: int) -> tuple[Fraction, Fraction] | None:
    """Least and greatest mean of a withheld element, if so many people answered each; None when that cannot be."""
    ends = []
    for sense in ("minimize", "maximize"):
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        totals = [solver.addVariable(lb=n, ub=4 * n, type=highspy.HighsVarType.kInteger) for n in people]
        for total, n, shown in zip(totals, people, told["means"], strict=True):
            if shown is not None:
                solver.addConstr(total / n >= float(shown[1]) - 0.00005 - 1e-9)
                solver.addConstr(total / n <= float(shown[1]) + 0.00005 + 1e-9)
        index = sum((total / (n * E) for total, n in zip(totals, people, strict=True)), start=totals[0] * 0)
        for name, factor, half in (("index", 1.0, 0.00005), ("converted", 25.0, 0.005)):
            if told[name] is not None:
                solver.addConstr(index * factor >= float(told[name]) - half - 1e-9)
                solver.addConstr(index * factor <= float(told[name]) + half + 1e-9)
        if told["low"] is not None:
            solver.addConstr(index * 25.0 >= float(told["low"]) - 1e-9)
        getattr(solver, sense)(totals[wanted])
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        ends.append(Fraction(round(solver.val(totals[wanted])), people[wanted]))
    return ends[0], ends[1]


def recovered(told: Mapping[str, Any]) -> list[int]:
    """Withheld elements of which only one mean is left. The attacker is told who was few, and tries every number."""
    found = []
    few = [at for at, (n, _) in enumerate(told["true"]) if n < 5]
    for wanted in [at for at, shown in enumerate(told["means"]) if shown is None]:
        left = set()
        for people in _numbers(told, few):
            span = possible(told, people, wanted)
            left |= set(span or ())
            if len(left) > 1:
                break
        if len(left) == 1:
            found.append(wanted)
    return found


def _numbers(told: Mapping[str, Any], few: Sequence[int]) -> Iterator[list[int]]:
    """How many people may have answered each element: the true numbers where they are enough, 1 to 4 for the first few."""
    true = [n for n, _ in told["true"]]
    if not few:
        yield true
        return
    for number in (true[few[0]], *(n for n in (1, 2, 3, 4) if n != true[few[0]])):
        yield [number if at == few[0] else n for at, n in enumerate(true)]


def crowd(rng: random.Random, n: int, mean: float, few: int) -> list[list[int]]:
    """Answers of n people around a mean; the complaint element was answered by so few (all, for 0)."""
    weights = {2.4: (2, 3, 4, 2), 3.2: (0.4, 1, 4, 4), 3.9: (0, 0, 1, 12)}[mean]
    table = [rng.choices((1, 2, 3, 4), weights, k=E) for _ in range(n)]
    for row in table[few:] if few else []:
        row[7] = 0
    return table


CASES = [
    (n, mean, few, seed)
    for n in (6, 12, 25, 40)
    for mean in (2.4, 3.2, 3.9)
    for few in (0, 1, 3)
    for seed in range(2)
]


@pytest.mark.parametrize(("n", "mean", "few", "seed"), CASES)
def test_no_withheld_element_is_recovered_from_all_that_is_public(n, mean, few, seed):
    rng = random.Random(f"{n} {mean} {few} {seed}")
    assert recovered(public(n, crowd(rng, n, mean, few))) == []


@pytest.mark.parametrize("n", [5, 8, 40])
@pytest.mark.parametrize("score", [4, 1])
def test_answers_that_are_all_alike_give_nobody_away(n, score):
    told = public(n, [[score] * E] * n)
    assert told["converted"] is None and told["means"] == [None] * E
    if score == 4:
        least, greatest = possible(told, [n] * E, 0) or (Fraction(0), Fraction(0))
        assert least < greatest == 4


def two_only(found: Any) -> frozenset[str]:
    """The rule of before: the small element and the next one."""
    few = sorted((e for e in found.elements if e.n), key=lambda e: e.n)
    return frozenset(e.key for e in few[:2]) if few[0].n < 5 else frozenset()


def test_the_attack_finds_what_a_simpler_rule_gives_away(monkeypatch):
    """Eight units of 25 people, of whom 1 to 4 answered one element: every one of them was recovered."""
    monkeypatch.setattr("tests.public.test_attack.unpublished_elements", two_only)
    lost = 0
    for seed in range(8):
        rng = random.Random(seed)
        told = public(25, crowd(rng, 25, 3.2, rng.randint(1, 4)))
        lost += bool(recovered(told))
    assert lost >= 2


def test_what_papers_withhold_is_not_recovered_either(monkeypatch):
    monkeypatch.setattr("tests.public.test_attack.unpublished_elements", withheld_elements)
    for seed in range(6):
        rng = random.Random(seed)
        assert 7 not in recovered(public(25, crowd(rng, 25, 3.2, rng.randint(1, 4))))
