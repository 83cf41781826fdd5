"""The same answers by every formula of the list, and which formula a printed value came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import product

from calc.explain.answers import Answers
from calc.explain.formulas import CONVERSIONS, FORMULAS, PEOPLE, ROUNDINGS, WEIGHTS, Facts, Formula
from calc.explain.steps import Steps, own
from calc.instruments.model import Instrument
from calc.rounding import round_half_up
from calc.scoring.convention import Convention
from calc.scoring.tally import Scores

OURS = "hitungan ini"


@dataclass(frozen=True)
class Other:
    """What one formula prints.

    name, kind, title, why : of the formula, for these answers
    value : as printed; grade : its letter, None when it gives none
    difference : printed value less ours, None when ours has none
    same : value, letter and elements are ours
    """

    name: str
    kind: str
    title: str
    why: str
    value: Decimal
    grade: str | None
    difference: Decimal | None
    same: bool


@dataclass(frozen=True)
class Match:
    """A formula that prints the asked value; cut: only when it drops further decimals instead of rounding."""

    name: str
    title: str
    value: Decimal
    cut: bool = False


@dataclass(frozen=True)
class Origin:
    """Where a printed value may come from.

    printed : the value as written; small values are read as NI
    matches : single formulas, else pairs of them
    nearest : the closest single formula when nothing matches
    """

    printed: Decimal
    matches: tuple[Match, ...]
    nearest: Match | None


def explain(
    instrument: Instrument,
    scores: Scores,
    convention: Convention,
    *,
    population: int | None = None,
    everybody: int | None = None,
) -> tuple[Other, ...]:
    """What each formula that applies would print for these answers, in the order of the list.

    Parameters
    ----------
    scores : uint8 of shape (n, k), 0 = not answered; columns in the instrument's item order
    convention : ours, which the others are compared with
    population : service users, for the formulas that take a sample size into the index
    everybody : responses of all groups of the sheet together
    """
    answers = Answers(instrument, scores, convention, population, everybody or len(scores))
    ours, facts = _ours(answers), Facts(answers)
    found = (_other(formula, answers, ours, facts) for formula in FORMULAS if answers.n)
    return tuple(one for one in found if one is not None)


def origin(
    instrument: Instrument,
    scores: Scores,
    convention: Convention,
    printed: Decimal,
    *,
    population: int | None = None,
    everybody: int | None = None,
) -> Origin:
    """Which formula gives a value that an office has printed, compared with as many decimals as it was written.

    A value up to the scale (3,44) is taken for NI. Without a single formula, pairs are tried: one choice of
    responses with one way to compute; a pair can also fit by chance.
    """
    answers = Answers(instrument, scores, convention, population, everybody or len(scores))
    facts, divisor = Facts(answers), instrument.factor if printed <= instrument.scale else Fraction(1)
    single = _tried(_singles(), answers, facts, printed, divisor)
    if any(match.value == printed for match in single):
        return Origin(printed, tuple(m for m in single if m.value == printed), None)
    pairs = _tried(_pairs(), answers, facts, printed, divisor)
    matches = tuple(match for match in pairs if match.value == printed)
    nearest = min(single, key=lambda match: abs(match.value - printed), default=None)
    return Origin(printed, matches, None if matches else nearest)


def _ours(answers: Answers) -> tuple[Decimal, str] | None:
    known = [mean for mean in answers.means if mean is not None]
    value = own(answers, known) if len(known) == len(answers.means) else None
    if value is None:
        return None
    shown = round_half_up(value, 2)
    return shown, answers.instrument.band(shown).grade


def _other(
    formula: Formula, answers: Answers, ours: tuple[Decimal, str] | None, facts: Facts
) -> Other | None:
    exact = formula.value(answers)
    if exact is None:
        return None
    value = round_half_up(exact, formula.decimals)
    grade = formula.grade(answers.instrument, exact if formula.decimals == 2 else Fraction(value))
    moved = formula.elements and answers.by(formula.who) != answers.means
    return Other(
        name=formula.name,
        kind=formula.kind,
        title=formula.title.format_map(facts),
        why=formula.why.format_map(facts),
        value=value,
        grade=grade,
        difference=None if ours is None else value - ours[0],
        same=ours is not None and (value, grade) == ours and not moved,
    )


def _singles() -> Sequence[Formula]:
    """Ours, then every formula that gives a value of its own; the letters' rules do not."""
    ours = Formula(OURS, "", "Hitungan ini sendiri", "")
    others = WEIGHTS + ROUNDINGS + PEOPLE + CONVERSIONS
    return [ours, *(formula for formula in others if not formula.elements)]


def _pairs() -> Sequence[Formula]:
    """A choice of responses with a way to compute."""
    return [
        replace(how, name=f"{people.name}+{how.name}", title=f"{people.title}; {how.title}", who=people.who)
        for people, how in product(PEOPLE, WEIGHTS + ROUNDINGS)
        if isinstance(how.how, Steps) and people.how is own and not people.elements
    ]


def _tried(
    formulas: Sequence[Formula], answers: Answers, facts: Facts, printed: Decimal, divisor: Fraction
) -> list[Match]:
    """Each formula's value with the decimals of the printed one, rounded; cut when only so it fits."""
    decimals = max(0, -int(printed.as_tuple().exponent))
    found = []
    for formula in formulas:
        exact = formula.value(answers) if answers.n else None
        if exact is None:
            continue
        title = formula.title.format_map(facts)
        value, cut = round_half_up(exact / divisor, decimals), _cut(exact / divisor, decimals)
        fits_cut = cut == printed != value
        found.append(Match(formula.name, title, cut if fits_cut else value, fits_cut))
    return found


def _cut(value: Fraction, decimals: int) -> Decimal:
    return (
        Decimal(int(value * 10**decimals))
        .scaleb(-decimals)
        .quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)
    )
