"""A paper that left the house: what it was computed from and how, under the code that stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class IssuedPaper:
    """code : its fingerprint, 64 hexadecimal digits; kind, form : as in `calc.report.kinds`

    period : key; service : key of one service, '' the answers of no service, None all of the unit
    instrument, convention, minimum, roll_up : the way of computing, by which the code can be computed again
    cut : moment up to which answers were counted
    issued_at, account : when it was first handed out, and to whom; '' for a command
    """

    code: str
    kind: str
    form: str
    unit: str
    period: str
    service: str | None
    instrument: str
    convention: str
    minimum: int
    roll_up: str
    cut: datetime
    issued_at: datetime
    account: str
