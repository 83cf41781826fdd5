"""An attacker with a solver reads the notices of a unit and of every service that has one, and asks of each number that
some notice withholds what it can still be: respondents of a class, and the points that a service got."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.report.small_cells import leaves_few, leaves_few_in_a_class, services
from calc.scoring.convention import convention
from calc.scoring.index import result
from calc.scoring.result import ProfileCount, Result
from calc.scoring.tally import Tally
from calc.statistics.disclosure import public_classes, public_index, publishable

QUESTIONS = instrument("skm-2017")
CLASSES = ("L", "P")
RUNS = int(os.environ.get("ATTACKS", "30"))
FOUND = (187, 292, 700)  # units in which whoever was left was known to be all of one class
WHOLE = highspy.HighsVarType.kInteger


def made(answers: Sequence[Sequence[int]], said: Sequence[str]) -> Result:
    """A unit or a service. said : 'L', 'P' or '' of each respondent."""
    classes = tuple((key, key, key, list(said).count(key)) for key in CLASSES)
    asked = ProfileCount("jenis_kelamin", "Jenis kelamin", classes, list(said).count(""))
    tally = Tally.of_scores(np.array(answers, np.uint8), QUESTIONS.scale)
    return result(QUESTIONS, tally, convention("exact"), profile=[asked])


def unit(rng: random.Random) -> tuple[Result, list[Result]]:
    """A unit of two to five services of few and many people; in some all answer alike."""
    parts, every, said = [], [], []
    for _ in range(rng.randint(2, 5)):
        n, women = rng.choice((1, 3, 4, 5, 6, 9, 20, 40)), rng.choice((0.05, 0.3, 0.5))
        weights = rng.choice(((0, 0, 0, 1), (1, 2, 4, 3), (0, 1, 4, 6)))
        own = [rng.choices((1, 2, 3, 4), weights, k=9) for _ in range(n)]
        who = [rng.choices(("L", "P", ""), (1 - women, women, 0.1))[0] for _ in range(n)]
        parts.append(made(own, who))
        every += own
        said += who
    return made(every, said), parts


class Attack:
    """Whole numbers that fit everything that is told. Every number of respondents is, also of services without a value."""

    def __init__(
        self, whole: Result, parts: Sequence[Result], allowed: frozenset[int], classes: bool = True
    ) -> None:
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.points = [self.solver.addVariable(lb=9 * p.n, ub=36 * p.n, type=WHOLE) for p in parts]
        self.people = [
            {key: self.solver.addVariable(lb=0, ub=p.n, type=WHOLE) for key in CLASSES} for p in parts
        ]
        for part, own in zip(parts, self.people, strict=True):
            self.solver.addConstr(own["L"] + own["P"] <= part.n)
        for at in sorted(allowed):
            self._told(parts[at], self.points[at], self.people[at], classes)
        sums = {key: sum((own[key] for own in self.people[1:]), self.people[0][key]) for key in CLASSES}
        self._told(whole, sum(self.points[1:], self.points[0] * 1.0), sums, True)

    def _told(self, result: Result, points: Any, people: Any, classes: bool) -> None:
        value = public_index(result)
        if value.converted is not None:
            for told, one, half in (
                (value.index, 9 * result.n, 0.00005),
                (value.converted, 0.36 * result.n, 0.005),
            ):
                self.solver.addConstr(points >= (float(told) - half) * one - 1e-7)
                self.solver.addConstr(points <= (float(told) + half) * one + 1e-7)
        if value.limit is not None:
            border = float(value.limit) * 0.36 * result.n
            self.solver.addConstr(points >= border - 1 if value.at_least else points <= border + 1)
        for one in public_classes(result.profile[0]) if publishable(result) and classes else ():
            if one.count is not None:
                self.solver.addConstr(people[one.label] * 1.0 == one.count)

    def fixed(self, number: Any) -> bool:
        """Whether only one value of a number is left."""
        ends = []
        for sense in ("minimize", "maximize"):
            getattr(self.solver, sense)(number * 1.0)
            assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(round(self.solver.val(number * 1.0)))
        return ends[0] == ends[1]


def notices(whole: Result, parts: Sequence[Result]) -> tuple[frozenset[int], bool]:
    """Services whose notice is made without a warning, and whether these say gender and education."""
    public = [at for at in range(len(parts)) if at not in services(parts) and publishable(parts[at])]
    told = [parts[at] for at in public]
    allowed = frozenset(at for at in public if not leaves_few(whole, told, parts[at]))
    return allowed, not leaves_few_in_a_class(whole, told)


def recovered(
    whole: Result, parts: Sequence[Result], allowed: frozenset[int], classes: bool = True
) -> list[str]:
    """What a notice withholds and the solver tells."""
    attack, found = Attack(whole, parts, allowed, classes), []
    for at, part in enumerate(parts):
        if public_index(part).converted is None and attack.fixed(attack.points[at]):
            found.append(f"points of {at}")
        for one, (*_, count) in zip(public_classes(part.profile[0]), part.profile[0].classes, strict=True):
            hidden = one.count is None or not publishable(part)
            if hidden and 0 < count < 5 and attack.fixed(attack.people[at][one.label]):
                found.append(f"{one.label} of {at}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", (*range(RUNS), *FOUND))
def test_notices_of_a_unit_and_its_services_tell_nothing_that_one_of_them_withholds(seed):
    whole, parts = unit(random.Random(seed))
    alone = recovered(whole, parts, frozenset())  # that of a unit of men only each service has only men
    assert [found for found in recovered(whole, parts, *notices(whole, parts)) if found not in alone] == []


def test_the_attack_finds_what_comes_out_when_every_service_has_a_notice():
    """24 people, 20 and 4; the four are told to the last point, and so is that one of them is a man."""
    rng = random.Random(1)
    answers = [rng.choices((2, 3, 4), k=9) for _ in range(24)]
    said = ["L"] * 12 + ["P"] * 8 + ["L"] + ["P"] * 3
    parts = [made(answers[:20], said[:20]), made(answers[20:], said[20:])]
    found = recovered(made(answers, said), parts, frozenset({0}))
    assert found == ["points of 1", "L of 1", "P of 1"]
    whole = made(answers, said)
    assert recovered(whole, parts, *notices(whole, parts)) == []
