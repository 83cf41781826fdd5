"""Element means, weighted index, conversion and grade of one group of answers: exact until it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from calc.display import number
from calc.instruments.model import Band, Element, Instrument
from calc.rounding import round_half_up
from calc.scoring import interval as spread
from calc.scoring.convention import Convention, check, usual
from calc.scoring.result import About, ElementResult, Interval, Other, ProfileCount, Reach, Result
from calc.scoring.sample_size import krejcie_morgan
from calc.scoring.tally import Tally


class ElementSums(NamedTuple):
    """Answers to the items of one element, and the sum of their scores."""

    n: int
    total: int


def result(
    instrument: Instrument,
    tally: Tally,
    convention: Convention,
    *,
    group: str | None = None,
    order: str = "",
    population: int | None = None,
    complete_tally: Tally | None = None,
    about: About | None = None,
    profile: Sequence[ProfileCount] = (),
    remarks: Sequence[tuple[date, str]] = (),
) -> Result:
    """Everything about one group of answers.

    An element's mean is the sum of the scores of its items over the number of answers to them: a blank is in
    neither. An element that nobody answered has no mean, and then the group has no index (None): leaving the
    element out would silently change the other weights. Nobody at all: likewise.

    Parameters
    ----------
    tally : of the responses that count (the convention's minimum_answers was applied when they were counted)
    population : service users, for the finite population correction and the sample target;
        default: about.population
    complete_tally : of those responses without any blank; needed as soon as there is a blank, because a tally
        knows blanks per item but not per person

    Raises
    ------
    ConventionError
        When the convention's weight belongs to another number of elements.
    ValueError
        When the tally counts other items than the instrument asks, or complete_tally is missing or wrong.
    """
    check(instrument, convention)
    complete = _complete(instrument, tally, complete_tally)
    about = about or About()
    if population is not None:
        about = replace(about, population=population)
    population = about.population
    sums = _sums(instrument, tally)
    index = _index(instrument, sums, convention)
    converted = None if index is None else instrument.converted(index)
    band = None if converted is None else instrument.band(converted)
    return Result(
        instrument=instrument.key,
        instrument_title=instrument.title,
        regulation=instrument.regulation,
        convention=convention.name,
        convention_words=convention.words_for(instrument),
        group=group,
        n=tally.n,
        incomplete=tally.n - complete.n,
        index=index,
        converted=converted,
        grade=band.grade if band else None,
        performance=band.performance if band else None,
        interval=_interval(instrument, tally, convention, index, population),
        elements=elements(instrument, tally, convention),
        bands=printed_bands(instrument),
        other_conventions=others(instrument, tally, convention),
        complete_only=(
            converted_index(instrument, _sums(instrument, complete), convention)
            if complete.n < tally.n
            else None
        ),
        order=order,
        profile=tuple(profile),
        about=about,
        target=krejcie_morgan(population),
        reach=reach(instrument, convention),
        remarks=tuple(remarks),
    )


def reach(instrument: Instrument, convention: Convention) -> Reach:
    """What a convention lets the converted index of a questionnaire be."""
    low = instrument.factor * sum((share.weight for share in shares(instrument, convention)), Fraction(0))
    return Reach(low, low * instrument.scale, len(instrument.elements) * (instrument.scale - 1))


def elements(instrument: Instrument, tally: Tally, convention: Convention) -> tuple[ElementResult, ...]:
    """Every element on its own, in the instrument's order."""
    return tuple(
        _element(instrument, element, its, tally, convention)
        for element, its in zip(instrument.elements, _sums(instrument, tally), strict=True)
    )


def ni(instrument: Instrument, tally: Tally, convention: Convention) -> Fraction | None:
    """The index (NI) after the convention's rounding steps, exact; None when an element has no answer."""
    return _index(instrument, _sums(instrument, tally), convention)


def of_means(
    instrument: Instrument, means: Sequence[Fraction | None], convention: Convention
) -> Fraction | None:
    """The index (NI) of exact element means, in the instrument's order, after the convention's rounding steps; None
    when an element has none."""
    total = Fraction(0)
    for element, mean in zip(instrument.elements, means, strict=True):
        weighted = _weighted(element, _mean(mean, convention), convention)
        if weighted is None:
            return None
        total += weighted
    return total


def converted_index(
    instrument: Instrument, sums: Sequence[ElementSums], convention: Convention
) -> Decimal | None:
    """The converted index of sums per element, in the instrument's order; None when one has no answer."""
    index = _index(instrument, sums, convention)
    return None if index is None else instrument.converted(index)


def others(instrument: Instrument, tally: Tally, chosen: Convention) -> tuple[Other, ...]:
    """The same answers under the other usual conventions of this number of elements."""
    sums = _sums(instrument, tally)
    found = []
    for convention in usual(instrument, chosen.minimum_answers):
        converted = converted_index(instrument, sums, convention)
        if convention.name != chosen.name and converted is not None:
            found.append(Other(convention.name, converted, instrument.band(converted).grade))
    return tuple(found)


def printed_bands(instrument: Instrument) -> tuple[tuple[str, str, str, str, str], ...]:
    """(NI range, NIK range, grade, performance, floor) as the regulation prints them, highest first.

    A band ends one hundredth below the next floor; the NI range is that range divided by the factor, unless
    the questionnaire brings the regulation's own words for it.
    """
    return _printed(instrument.bands, instrument.scale, instrument.factor)


@cache  # a page of fifty units asks for the same words fifty times, and formatting numbers is slow
def _printed(
    bands: tuple[Band, ...], scale: int, factor: Fraction
) -> tuple[tuple[str, str, str, str, str], ...]:
    rows = []
    high = Decimal(scale) * Decimal(factor.numerator) / Decimal(factor.denominator)
    for band in bands:
        ni_range = band.ni or f"{_plain(band.floor, factor)} – {_plain(high, factor)}"
        nik_range = f"{number(band.floor)} – {number(high)}"
        rows.append((ni_range, nik_range, band.grade, band.performance, str(band.floor)))
        high = band.floor - Decimal("0.01")
    return tuple(rows)


def shares(instrument: Instrument, convention: Convention) -> list[spread.Share]:
    """Weight and item columns of every element, as `calc.scoring.interval` wants them."""
    return [
        spread.Share(convention.weight_of(e.weight), instrument.items_of(e.key)) for e in instrument.elements
    ]


def _complete(instrument: Instrument, tally: Tally, complete: Tally | None) -> Tally:
    shape = (len(instrument.items), instrument.scale)
    if tally.counts.shape != shape:
        raise ValueError(f"{instrument.key} needs a tally of shape {shape}, not {tally.counts.shape}")
    if complete is None:
        if (tally.answered != tally.n).any():
            raise ValueError("there are blanks: result() needs complete_tally, the responses without any")
        return tally
    if complete.counts.shape != shape or (complete.answered != complete.n).any() or complete.n > tally.n:
        raise ValueError("complete_tally must count those of the same responses that have no blank")
    return complete


def _sums(instrument: Instrument, tally: Tally) -> list[ElementSums]:
    """One pair per element, in the instrument's order."""
    answered, totals = tally.answered.tolist(), tally.totals.tolist()
    columns = [instrument.items_of(element.key) for element in instrument.elements]
    return [ElementSums(sum(answered[i] for i in items), sum(totals[i] for i in items)) for items in columns]


def _exact(sums: ElementSums) -> Fraction | None:
    return None if sums.n == 0 else Fraction(sums.total, sums.n)


def _mean(exact: Fraction | None, convention: Convention) -> Fraction | None:
    if exact is None or convention.mean_decimals is None:
        return exact
    return Fraction(round_half_up(exact, convention.mean_decimals))


def _weighted(element: Element, mean: Fraction | None, convention: Convention) -> Fraction | None:
    if mean is None:
        return None
    weighted = mean * convention.weight_of(element.weight)
    decimals = convention.weighted_decimals
    return weighted if decimals is None else Fraction(round_half_up(weighted, decimals))


def _index(instrument: Instrument, sums: Sequence[ElementSums], convention: Convention) -> Fraction | None:
    return of_means(instrument, [_exact(its) for its in sums], convention)


def _element(
    instrument: Instrument, element: Element, sums: ElementSums, tally: Tally, convention: Convention
) -> ElementResult:
    mean = _mean(_exact(sums), convention)
    converted = None if mean is None else instrument.converted(mean)
    band = None if converted is None else instrument.band(converted)
    return ElementResult(
        key=element.key,
        code=element.code,
        name=element.name,
        short=element.short,
        n=sums.n,
        total=sums.total,
        counts=tuple(tally.counts[list(instrument.items_of(element.key))].sum(axis=0).tolist()),
        mean=mean,
        weighted=_weighted(element, mean, convention),
        converted=converted,
        grade=band.grade if band else None,
        performance=band.performance if band else None,
    )


def _interval(
    instrument: Instrument,
    tally: Tally,
    convention: Convention,
    index: Fraction | None,
    population: int | None,
) -> Interval | None:
    if index is None:
        return None
    return printed(
        spread.interval(tally, shares(instrument, convention), instrument.factor, index, population)
    )


def printed(bounds: spread.Bounds | None) -> Interval | None:
    """The interval as results carry it."""
    return None if bounds is None else Interval(spread.LEVEL, bounds.low, bounds.high, bounds.margin)


def _plain(converted: Decimal, factor: Fraction) -> str:
    """A converted value as NI with the decimals it needs, at least two: 3,064 but 2,60."""
    exact = Fraction(converted) / factor
    decimals = next((d for d in range(2, 8) if (exact * 10**d).denominator == 1), 4)
    return number(exact, decimals)
