"""What a questionnaire is: elements with weights, items with answers, grades with lower borders.

An instrument is a TOML file in ``calc/instruments`` (read by `calc.instruments.reader`). A released file is
never edited; a change is a new file with a new key, because stored answers point at the key they answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from calc.rounding import round_half_up

Text = Mapping[str, str]  # language code -> words; 'id' is always there


@dataclass(frozen=True)
class Element:
    """One of the regulation's elements (unsur).

    key : the element's meaning, never its position ('pengaduan', not 'U8')
    code : how tables number it ('U8')
    weight : share of the index, an exact fraction; all weights of an instrument sum to 1
    """

    key: str
    code: str
    name: str
    short: str
    definition: str
    weight: Fraction


@dataclass(frozen=True)
class Item:
    """One question. `answers` are the words for score 1, 2, … up to the instrument's scale."""

    key: str
    element: str
    question: Text
    answers: tuple[Text, ...]


@dataclass(frozen=True)
class Band:
    """A grade from `floor` (inclusive) up to the next band's floor, on the converted index.

    ni : the regulation's own range of the unconverted index, where it does not follow from the floors
    """

    floor: Decimal
    grade: str
    performance: str
    ni: str = ""


@dataclass(frozen=True)
class Choice:
    """One class of a profile question; `poster` is the class that the public notice counts it in."""

    key: str
    label: Text
    poster: str


@dataclass(frozen=True)
class ProfileField:
    """A voluntary question about the respondent, answered by one class."""

    key: str
    label: Text
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Instrument:
    """A questionnaire of one regulation and version.

    elements : in the order of the regulation's list (the order of every table)
    items : in the order in which they are asked; the order of scores in a stored answer text
    scale : the highest score (lowest is 1)
    factor : converted index = index x factor
    bands : highest floor first
    orders : name of a column order -> element keys for columns U1, U2, … of a sheet
    """

    key: str
    title: str
    regulation: str
    scale: int
    factor: Fraction
    elements: tuple[Element, ...]
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    profile: tuple[ProfileField, ...]
    orders: Mapping[str, tuple[str, ...]]
    default_order: str

    @property
    def item_keys(self) -> tuple[str, ...]:
        return tuple(item.key for item in self.items)

    def element(self, key: str) -> Element:
        """The element of that key; KeyError names the instrument."""
        for element in self.elements:
            if element.key == key:
                return element
        raise KeyError(f"{self.key} has no element '{key}'")

    def items_of(self, element: str) -> tuple[int, ...]:
        """Positions (columns of a score array) of the items that score one element."""
        return tuple(i for i, item in enumerate(self.items) if item.element == element)

    def converted(self, value: Fraction) -> Decimal:
        """An index or an element mean times `factor`, as it is printed: rounded half-up to two decimals."""
        return round_half_up(value * self.factor, 2)

    def band(self, converted: Fraction | Decimal) -> Band:
        """Grade of a converted index: rounded half-up to two decimals, then lower borders only.

        Every value has exactly one grade; below the lowest border (weight 0,11 reaches 24,75) it is the
        lowest. Source: table of PermenPANRB 14/2017; for the gaps in its ranges see docs/statistics.md.
        """
        shown = round_half_up(converted, 2)
        for band in self.bands:
            if shown >= band.floor:
                return band
        return self.bands[-1]
