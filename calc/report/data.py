"""Report data: all that the papers of one unit and period say beyond the Result. Frozen, no clock, no database.

Everything in it can be pickled: papers are drawn in another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from calc.instruments.model import Instrument
from calc.scoring.comparison import Change
from calc.scoring.result import Result
from calc.scoring.rollup import RollUp
from calc.statistics.priority import Priority
from calc.statistics.reliability import Reliability
from calc.statistics.sample import Sample


@dataclass(frozen=True)
class TrendPoint:
    """One period of the trend. change : to the point before it that has a value; None where unknown."""

    result: Result
    change: Change | None = None


TYPED = 12  # digits of a fingerprint that people compare: one in 281,474,976,710,656 fits by chance
STATUSES = {"planned": "Belum dilaksanakan", "running": "Sedang dilaksanakan", "done": "Selesai"}


@dataclass(frozen=True)
class FollowUp:
    """One promised repair (RTL).

    element : key of the element; year, quarter : when it is promised for, quarter 1 to 4
    status : one of STATUSES; done_on : day it was finished
    note : what was done, evidence, or why not
    period : name of the period in whose report it was written, where that is another one; '' else
    """

    number: int
    element: str
    action: str
    year: int
    quarter: int
    owner: str
    status: str = "planned"
    done_on: date | None = None
    note: str = ""
    period: str = ""


@dataclass(frozen=True)
class RemarkGroup:
    """Remarks about one theme, masked; (words, how often the same was written), most frequent first."""

    title: str
    remarks: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ReportData:
    """A unit (or one service) and one period, ready for every paper.

    services : one Result per service that has answers, in the services' order
    trend : oldest first, the last is `result` itself; periods without any answer left out
    inside : the shorter periods inside a half year or a year, oldest first; those without any answer left out
    follow_up : of this period and of all periods inside it
    former_follow_up : the same of the period before, named in former_period
    remarks : grouped and masked; remark_count counts all that were written in the period
    texts : key of a text block -> the office's own words instead of the default ones
    scores : uint8 of shape (n, items), one row per counted response in order of arrival, 0 = not answered;
        None unless the paper prints them
    fingerprint : what the numbers were computed from, 64 hexadecimal digits; '' when unknown
    verify : address where the paper can be checked, '' when unknown
    version : of this toolkit
    """

    result: Result
    instrument: Instrument
    services: tuple[Result, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    inside: tuple[TrendPoint, ...] = ()
    reliability: Reliability | None = None
    priority: Priority | None = None
    roll_ups: tuple[RollUp, ...] = ()
    samples: tuple[Sample, ...] = ()
    channels: tuple[tuple[str, int], ...] = ()  # words ('Kode QR', 'Tablet di loket') and responses
    places: tuple[str, ...] = ()  # counters where links stand
    follow_up: tuple[FollowUp, ...] = ()
    former_follow_up: tuple[FollowUp, ...] = ()
    former_period: str = ""
    remarks: tuple[RemarkGroup, ...] = ()
    remark_count: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)
    scores: NDArray[np.uint8] | None = field(default=None, compare=False, repr=False)
    fingerprint: str = ""
    verify: str = ""
    version: str = ""

    @property
    def code(self) -> str:
        """The first digits of the fingerprint in groups of four: '5f2a 9c01 77de'; '' when unknown."""
        return in_fours(self.fingerprint[:TYPED])


def in_fours(digits: str) -> str:
    """Digits in groups of four, so that people can compare them and lines can break."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
