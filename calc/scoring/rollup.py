"""One index of a unit from its services, under a named rule: all responses together, or an average of the services.

The regulation gives one index per service and no rule for combining them; offices do it in three ways, and the
letter can depend on which. So the rule is a setting, every paper names it, and the others are shown beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add
from typing import NamedTuple

from calc.instruments.model import Instrument
from calc.scoring import index, interval
from calc.scoring.convention import Convention, usual
from calc.scoring.interval import Estimate
from calc.scoring.result import About, ElementResult, Other, ProfileCount, Result
from calc.scoring.tally import Tally


@dataclass(frozen=True)
class RollUp:
    """The unit's index under one rule of combining its services.

    rule : 'pooled', 'services' or 'visits'; name : in Indonesian; chosen : the installation's rule
    reason : why there is no value, or which services are not in it; '' when neither
    """

    rule: str
    name: str
    converted: Decimal | None
    grade: str | None
    chosen: bool = False
    reason: str = ""


POOLED, SERVICES, VISITS = "pooled", "services", "visits"
RULES = {
    POOLED: "semua isian digabung",
    SERVICES: "rata-rata nilai layanan",
    VISITS: "rata-rata tertimbang jumlah pengguna",
}


class Part(NamedTuple):
    """The answers of one service; those given for no service are a part of their own.

    tally : responses that count; complete : of these, the ones without any blank
    population : users of the service, None when nobody recorded it
    is_service : False for the answers of no service, whose users nobody can record
    """

    name: str
    tally: Tally
    complete: Tally
    population: int | None = None
    is_service: bool = True


class _Weighing(NamedTuple):
    """Parts that enter an average, their weights (sum 1) and indexes.

    left_out : names of parts without an index; uncounted : of those whose users cannot be recorded
    reason : why there is no average, '' when there is one
    """

    parts: tuple[Part, ...] = ()
    weights: tuple[Fraction, ...] = ()
    indexes: tuple[Fraction, ...] = ()
    left_out: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    reason: str = ""

    def mean(self, values: Sequence[Fraction]) -> Fraction:
        """Exact weighted mean of one value per part."""
        return sum((w * v for w, v in zip(self.weights, values, strict=True)), Fraction(0))


def rule_in_force(instrument: Instrument, parts: Sequence[Part], rule: str, convention: Convention) -> str:
    """The rule itself, or 'pooled' where it cannot be followed or there is nothing to combine.

    Raises
    ------
    ValueError
        For an unknown rule.
    """
    return _in_force(instrument, parts, rule, convention)[0]


def roll_ups(
    instrument: Instrument, parts: Sequence[Part], convention: Convention, chosen: str = POOLED
) -> tuple[RollUp, ...]:
    """The index under each rule; `chosen` marks the one that is in force. Nothing for fewer than two parts."""
    if len(parts) < 2:
        return ()
    used = rule_in_force(instrument, parts, chosen, convention)
    found = []
    for rule, name in RULES.items():
        value, reason = _value(instrument, parts, rule, convention)
        converted = None if value is None else instrument.converted(value)
        grade = None if converted is None else instrument.band(converted).grade
        found.append(RollUp(rule, name, converted, grade, rule == used, reason))
    return tuple(found)


def rolled(
    instrument: Instrument,
    parts: Sequence[Part],
    rule: str,
    convention: Convention,
    *,
    about: About | None = None,
    profile: Sequence[ProfileCount] = (),
    remarks: Sequence[tuple[date, str]] = (),
) -> Result:
    """The unit's Result under a rule; n, sums, counts and classes always are those of all responses.

    Under 'services' every part has the same weight, under 'visits' its share of the recorded users: means, weighted
    means and index are the weighted averages of the parts' (after the convention's rounding steps), and the interval
    is the stratified one: variance = sum of weight² x variance of the part, each with its own correction for a
    finite population. Answers of no service are a part under 'services'; under 'visits' they are left out, since nobody
    can say how many users they stand for. One response of a part, or under 30 that are all alike, tell no variance:
    then there is no interval. Parts without an index are left out of the average, and the words say which.

    A rule that cannot be followed (users of a service not recorded) leaves all responses together, and says why.
    """
    pooled = index.result(
        instrument,
        _sum(instrument, [part.tally for part in parts]),
        convention,
        complete_tally=_sum(instrument, [part.complete for part in parts]),
        about=about,
        profile=profile,
        remarks=remarks,
    )
    used, weighing = _in_force(instrument, parts, rule, convention)
    if used == POOLED:
        return replace(pooled, roll_up_words=_pooled_words(parts, rule, weighing.reason))
    value = weighing.mean(weighing.indexes)
    converted = instrument.converted(value)
    band = instrument.band(converted)
    return replace(
        pooled,
        index=value,
        converted=converted,
        grade=band.grade,
        performance=band.performance,
        interval=index.printed(interval.bounds(_stratified(instrument, weighing, convention))),
        elements=_elements(instrument, weighing, convention, pooled.elements),
        other_conventions=_others(instrument, weighing, convention),
        complete_only=_complete_only(instrument, weighing, convention) if pooled.incomplete else None,
        roll_up=used,
        roll_up_words=_words(used, weighing),
    )


def estimate(
    instrument: Instrument,
    parts: Sequence[Part],
    rule: str,
    convention: Convention,
    population: int | None = None,
) -> Estimate | None:
    """The converted index and its sampling error, for `calc.scoring.comparison`; None without an index.

    population : users of the whole unit, used when all responses are together
    """
    used, weighing = _in_force(instrument, parts, rule, convention)
    if used != POOLED:
        return _stratified(instrument, weighing, convention)
    tally = _sum(instrument, [part.tally for part in parts])
    value = index.ni(instrument, tally, convention)
    if value is None:
        return None
    return interval.estimate(
        tally, index.shares(instrument, convention), instrument.factor, value, population
    )


def _in_force(
    instrument: Instrument, parts: Sequence[Part], rule: str, convention: Convention
) -> tuple[str, _Weighing]:
    """The rule that can be followed, and the average that it makes (none for 'pooled')."""
    if rule not in RULES:
        raise ValueError(f"aturan penggabungan '{rule}' tidak dikenal; pilih {', '.join(RULES)}")
    if rule == POOLED or len(parts) < 2:
        return POOLED, _Weighing()
    weighing = _weigh(instrument, parts, rule, convention)
    return POOLED if weighing.reason else rule, weighing


def _weigh(instrument: Instrument, parts: Sequence[Part], rule: str, convention: Convention) -> _Weighing:
    weighed = [part for part in parts if part.is_service or rule != VISITS]
    found = [(part, index.ni(instrument, part.tally, convention)) for part in weighed]
    known = tuple(part for part, value in found if value is not None)
    indexes = tuple(value for _, value in found if value is not None)
    left_out = tuple(part.name for part, value in found if value is None)
    if not known:
        return _Weighing(reason="Belum ada layanan yang mempunyai nilai.")
    if rule == SERVICES:
        return _Weighing(known, (Fraction(1, len(known)),) * len(known), indexes, left_out)
    unknown = [part.name for part in known if not part.population]
    if unknown:
        return _Weighing(reason=f"Jumlah pengguna belum dicatat untuk {', '.join(unknown)}.")
    users = [part.population or 0 for part in known]
    weights = tuple(Fraction(one, sum(users)) for one in users)
    uncounted = tuple(part.name for part in parts if not part.is_service)
    return _Weighing(known, weights, indexes, left_out, uncounted)


def _value(
    instrument: Instrument, parts: Sequence[Part], rule: str, convention: Convention
) -> tuple[Fraction | None, str]:
    """The index under a rule, or None and why."""
    if rule == POOLED:
        value = index.ni(instrument, _sum(instrument, [part.tally for part in parts]), convention)
        return value, "" if value is not None else "Belum semua unsur mempunyai jawaban."
    weighing = _weigh(instrument, parts, rule, convention)
    if weighing.reason:
        return None, weighing.reason
    return weighing.mean(weighing.indexes), _left_out_words(weighing)


def _stratified(instrument: Instrument, weighing: _Weighing, convention: Convention) -> Estimate:
    shares = index.shares(instrument, convention)
    found = [
        interval.estimate(part.tally, shares, instrument.factor, value, part.population)
        for part, value in zip(weighing.parts, weighing.indexes, strict=True)
    ]
    spreads = [
        (weight**2 * (one.variance or Fraction(0)), one.freedom)
        for weight, one in zip(weighing.weights, found, strict=True)
    ]
    known = all(one.tells for one in found)
    asked_of = [part.population for part in weighing.parts]
    n, users = sum(one.n for one in found), sum(one or 0 for one in asked_of)
    counted = all(asked_of) and users >= n
    return Estimate(
        value=weighing.mean([one.value for one in found]),
        variance=sum((spread for spread, _ in spreads), Fraction(0)) if known else None,
        freedom=interval.welch_freedom(spreads),
        n=n,
        lowest=weighing.mean([one.lowest for one in found]),
        highest=found[0].highest,
        census=all(one.census for one in found),
        unasked=Fraction(users - n, users) if counted else Fraction(1),
    )


def _elements(
    instrument: Instrument, weighing: _Weighing, convention: Convention, pooled: Sequence[ElementResult]
) -> tuple[ElementResult, ...]:
    own = [index.elements(instrument, part.tally, convention) for part in weighing.parts]
    found = []
    for whole, of_parts in zip(pooled, zip(*own, strict=True), strict=True):
        mean = weighing.mean([e.mean for e in of_parts if e.mean is not None])
        converted = instrument.converted(mean)
        band = instrument.band(converted)
        found.append(
            replace(
                whole,
                mean=mean,
                weighted=weighing.mean([e.weighted for e in of_parts if e.weighted is not None]),
                converted=converted,
                grade=band.grade,
                performance=band.performance,
            )
        )
    return tuple(found)


def _others(instrument: Instrument, weighing: _Weighing, chosen: Convention) -> tuple[Other, ...]:
    """The same rule under the other usual conventions."""
    found = []
    for convention in usual(instrument, chosen.minimum_answers):
        if convention.name != chosen.name:
            values = [index.ni(instrument, part.tally, convention) for part in weighing.parts]
            value = weighing.mean([value for value in values if value is not None])
            converted = instrument.converted(value)
            found.append(Other(convention.name, converted, instrument.band(converted).grade))
    return tuple(found)


def _complete_only(instrument: Instrument, weighing: _Weighing, convention: Convention) -> Decimal | None:
    found = [index.ni(instrument, part.complete, convention) for part in weighing.parts]
    known = [value for value in found if value is not None]
    if len(known) < len(found):
        return None
    return instrument.converted(weighing.mean(known))


def _words(rule: str, weighing: _Weighing) -> str:
    weighted = {
        SERVICES: "masing-masing berbobot sama",
        VISITS: "ditimbang menurut jumlah pengguna masing-masing",
    }[rule]
    words = f"Nilai unit adalah rata-rata nilai {len(weighing.parts)} kelompok layanan, {weighted}."
    return " ".join(sentence for sentence in (words, _left_out_words(weighing)) if sentence)


def _left_out_words(weighing: _Weighing) -> str:
    reasons = {
        "belum mempunyai nilai": weighing.left_out,
        "jumlah penggunanya tidak dapat dicatat": weighing.uncounted,
    }
    return " ".join(
        f"Tidak diikutkan karena {reason}: {', '.join(names)}." for reason, names in reasons.items() if names
    )


def _pooled_words(parts: Sequence[Part], rule: str, reason: str) -> str:
    if len(parts) < 2:
        return ""
    words = "Nilai unit dihitung dari semua isian digabung, tanpa memandang layanannya."
    return words if rule == POOLED else f"{words} Aturan '{RULES[rule]}' tidak dapat dipakai. {reason}"


def _sum(instrument: Instrument, tallies: Sequence[Tally]) -> Tally:
    return reduce(add, tallies, Tally.zero(len(instrument.items), instrument.scale))
