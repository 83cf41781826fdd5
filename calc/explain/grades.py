"""Letters as other programs give them: holes between borders, borders that nobody published, other years' tables.

A rule takes the instrument and the exact converted value and gives a letter, or None where it has none.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from calc.instruments.model import Instrument
from calc.instruments.reader import instrument as questionnaire
from calc.rounding import round_half_up

Rule = Callable[[Instrument, Fraction], str | None]


def own(instrument: Instrument, value: Fraction) -> str | None:
    return instrument.band(value).grade


def above(instrument: Instrument, value: Fraction) -> str | None:
    """'More than' instead of 'at least': a value on a border falls one letter."""
    shown = round_half_up(value, 2)
    return next((b.grade for b in instrument.bands if shown > b.floor), instrument.bands[-1].grade)


def between(instrument: Instrument, value: Fraction) -> str | None:
    """'Less than' on both sides: the borders themselves have no letter."""
    shown = round_half_up(value, 2)
    on_border = any(shown == b.floor for b in instrument.bands)
    return None if on_border or shown >= instrument.scale * instrument.factor else own(instrument, value)


def closed(instrument: Instrument, value: Fraction) -> str | None:
    """The printed ranges (76,61 to 88,30) asked of the unrounded value: 88,305 lies in none."""
    high = Fraction(instrument.scale * instrument.factor)
    for band in instrument.bands:
        if Fraction(band.floor) <= value <= high:
            return band.grade
        high = Fraction(band.floor) - Fraction(1, 100)
    return None


def whole(instrument: Instrument, value: Fraction) -> str | None:
    """The value cut to a whole number first: 88,99 becomes 88."""
    return instrument.band(Fraction(int(value))).grade


def twice(instrument: Instrument, value: Fraction) -> str | None:
    """Converted once more before it is compared."""
    return instrument.band(value * instrument.factor).grade


def of_table(key: str) -> Rule:
    """The table of another questionnaire; for that questionnaire itself it is its own."""

    def rule(instrument: Instrument, value: Fraction) -> str | None:
        other = questionnaire(key)
        same = [b.grade for b in other.bands] == [b.grade for b in instrument.bands]
        return other.band(value).grade if same else own(instrument, value)

    return rule


def borders(*floors: str, hole: tuple[str, str] | None = None) -> Rule:
    """Other lower borders of A, B and C in the table of 2017; hole: values (from, below) without a letter."""
    levels = [Decimal(floor) for floor in floors]

    def rule(instrument: Instrument, value: Fraction) -> str | None:
        shown = round_half_up(value, 2)
        if hole and Decimal(hole[0]) <= shown < Decimal(hole[1]):
            return None
        grades = [band.grade for band in instrument.bands]
        return next((g for g, low in zip(grades, levels, strict=False) if shown >= low), grades[-1])

    return rule


def is_of_2017(instrument: Instrument) -> bool:
    """Whether the borders are those of PermenPANRB 14/2017."""
    return [str(band.floor) for band in instrument.bands] == ["88.31", "76.61", "65.00", "25.00"]


def is_of_2004(instrument: Instrument) -> bool:
    """Whether the borders are those of KEP/25/M.PAN/2/2004 (which 16/2014 kept)."""
    return [band.floor for band in instrument.bands] == [
        band.floor for band in questionnaire("ikm-2004").bands
    ]


def is_not_of_2004(instrument: Instrument) -> bool:
    return not is_of_2004(instrument)
