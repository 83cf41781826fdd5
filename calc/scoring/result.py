"""Result: everything that a page or a paper says about one unit and one period.

Desk page, public page, PDF, XLSX and JSON all read this one frozen value, so they cannot disagree.
Exact values are fractions; what is printed was rounded half-up once (`calc.rounding`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from calc.display import whole

if TYPE_CHECKING:
    from calc.statistics.pace import Pace


@dataclass(frozen=True)
class ElementResult:
    """One element (unsur) of a result.

    n : answers counted (the divisor of the mean; blanks are not in it)
    total : sum of the scores
    counts : answers that gave score 1, 2, … (length = the instrument's scale)
    mean : NRR after the convention's rounding steps; None without answers
    weighted : NRR x weight after the convention's rounding steps
    converted : mean x factor, two decimals
    """

    key: str
    code: str
    name: str
    short: str
    n: int
    total: int
    counts: tuple[int, ...]
    mean: Fraction | None
    weighted: Fraction | None
    converted: Decimal | None
    grade: str | None
    performance: str | None


@dataclass(frozen=True)
class Interval:
    """Confidence interval of the converted index, two decimals, cut to the reachable range.

    margin : half of the interval before it was cut (margin of error)
    """

    level: Decimal
    low: Decimal
    high: Decimal
    margin: Decimal | None = None


@dataclass(frozen=True)
class Reach:
    """Between what a converted index can lie, and how far one response moves it.

    low, high : all answers lowest, all answers highest
    points : points of score between the two, of one response; a mean over elements counts one per element
    """

    low: Fraction = Fraction(25)
    high: Fraction = Fraction(100)
    points: int = 27

    @cached_property
    def floats(self) -> tuple[float, float, int]:
        """The same for a first look."""
        return float(self.low), float(self.high), self.points


@dataclass(frozen=True)
class Other:
    """The same answers under another usual convention."""

    convention: str
    converted: Decimal
    grade: str


@dataclass(frozen=True)
class ProfileCount:
    """Respondents by class of one profile question; classes in the instrument's order, then not stated.

    classes : (key, Indonesian label, poster class, count)
    withheld : no count may be told, because of what else is public
    """

    key: str
    label: str
    classes: tuple[tuple[str, str, str, int], ...]
    not_stated: int
    withheld: bool = False


@dataclass(frozen=True)
class About:
    """Whose result it is and what it covers; empty for a bare file.

    start, end : first day and last day (both inclusive, as people write them), local dates
    cut : moment up to which answers were counted, with its zone
    population : service users in the period's reference year, for the sample target; None if unknown
    other_answers : (questionnaire, responses) of the same days that answered another questionnaire; not counted
    pace : how quickly the answers came in; None where nobody looked
    """

    organisation: str = ""
    unit: str = ""
    unit_key: str = ""
    address: str = ""
    service: str = ""  # empty: all services of the unit
    period: str = ""  # 'Triwulan III 2026'
    period_key: str = ""
    start: date | None = None
    end: date | None = None
    cut: datetime | None = None
    population: int | None = None
    other_answers: tuple[tuple[str, int], ...] = ()
    pace: Pace | None = field(default=None, compare=False)

    @property
    def running(self) -> bool:
        """Whether the answers were counted before the period had ended: the value is not final."""
        return self.cut is not None and self.end is not None and self.cut.date() <= self.end

    @property
    def left_out(self) -> str:
        """One Indonesian sentence about other_answers, '' when there are none."""
        if not self.other_answers:
            return ""
        parts = ", ".join(f"{whole(n)} isian kuesioner {key}" for key, n in self.other_answers)
        return f"Pada periode ini juga ada {parts}; tidak dihitung di sini karena kuesionernya berbeda."


@dataclass(frozen=True)
class Result:
    """The index of one group of answers.

    n : responses counted
    incomplete : of these, responses with at least one blank
    index : NI after the convention's rounding steps, exact; None when an element has no answer at all
    converted : index x factor rounded half-up to two decimals; the grade is decided on this value
    complete_only : converted index of the complete responses alone, when there are incomplete ones
    order : which column order of U8/U9 was read, '' when it did not matter
    target : sample size by Krejcie and Morgan for about.population
    roll_up : rule that made one index of the services: 'pooled' (all responses together), 'services', 'visits'; under
        the others n, sums and counts still are of all responses, but means and index are averages over services
    roll_up_words : that rule in Indonesian sentences; '' where there was nothing to combine
    """

    instrument: str
    instrument_title: str
    regulation: str
    convention: str
    convention_words: str
    group: str | None
    n: int
    incomplete: int
    index: Fraction | None
    converted: Decimal | None
    grade: str | None
    performance: str | None
    interval: Interval | None
    elements: tuple[ElementResult, ...]
    bands: tuple[tuple[str, str, str, str, str], ...]  # NI range, NIK range, grade, performance, floor
    other_conventions: tuple[Other, ...] = ()
    complete_only: Decimal | None = None
    order: str = ""
    profile: tuple[ProfileCount, ...] = ()
    about: About = field(default_factory=About)
    target: int | None = None
    remarks: tuple[tuple[date, str], ...] = ()  # newest first; residents' words, hostile until escaped
    roll_up: str = "pooled"
    roll_up_words: str = ""
    reach: Reach = Reach()

    @property
    def population_doubt(self) -> str:
        """One Indonesian sentence when fewer service users are recorded than answered, else ''."""
        users = self.about.population
        if users is None or users >= self.n:
            return ""
        return (
            f"Jumlah pengguna layanan yang tercatat ({whole(users)}) lebih kecil daripada jumlah responden; "
            "periksa angka itu."
        )

    @property
    def fewest(self) -> int:
        """Answers to the element that fewest answered."""
        return min((e.n for e in self.elements), default=0)

    @property
    def lowest_first(self) -> tuple[ElementResult, ...]:
        """Elements by mean, lowest first; ties in the regulation's order; elements without answers last."""
        known = [e for e in self.elements if e.mean is not None]
        blank = [e for e in self.elements if e.mean is None]
        return tuple(sorted(known, key=lambda e: e.mean or Fraction(0)) + blank)

    @property
    def other_grade(self) -> tuple[Other, ...]:
        """Other conventions that would give another letter."""
        return tuple(o for o in self.other_conventions if o.grade != self.grade)
