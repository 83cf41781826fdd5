"""What a paper's numbers were computed from, as a code that stands on the paper and can be checked later.

HMAC-SHA-256, with the database's own key, over a text of unit, period, way of computing and the tallies of every
answer. It does not depend on the order in which answers came. Not in it: classes of respondents and remarks.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from calc.report.data import TYPED
from calc.scoring.tally_rows import Whole, tally_of
from survey.store.tally_columns import SCALE

if TYPE_CHECKING:
    from survey.services.results import Counted
    from survey.services.scope import Scope
    from survey.store import TallyRow

LONGEST = 64
_DIGITS = re.compile(f"[0-9a-f]{{{TYPED},{LONGEST}}}")


def fingerprint(scope: Scope, found: Counted, roll_up: str, tallies: str | None = None) -> str:
    """64 hexadecimal digits, with the key of the database (`Store.paper_key`).

    tallies : what `tallies_text` gave for the same groups, for a caller that tries several ways of computing
    """
    service = scope.service
    lines = [
        "skm 1",
        f"unit {scope.unit.key}",
        f"period {scope.period.key}",
        "service " + ("*" if service is None else f"={service}"),
        f"instrument {found.instrument.key}",
        f"convention {found.convention.name}",
        f"minimum {found.convention.minimum_answers}",
        f"roll-up {roll_up}",
        *filter(None, [tallies_text(found.groups) if tallies is None else tallies]),
    ]
    return hmac.new(scope.store.paper_key(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def read_code(text: str) -> str:
    """A code as somebody typed or copied it, with spaces, dashes or a full stop: its digits; '' when it is none."""
    digits = re.sub(r"[\s.\u2010-\u2015-]", "", text[:200]).lower()
    return digits if _DIGITS.fullmatch(digits) else ""


def fits(code: str, whole: str) -> bool:
    """Whether the digits that `read_code` found begin a fingerprint."""
    return bool(code) and hmac.compare_digest(whole[: len(code)], code)


def tallies_text(groups: Iterable[TallyRow]) -> str:
    """A line for each service, questionnaire, month and completeness, in a fixed order."""
    return "\n".join(
        f"{group.service or '-'} {group.instrument} {group.month} {group.answered} {group.n} {_digest(group.numbers)}"
        for group in sorted(groups, key=lambda group: group[1:5])
    )


def _digest(numbers: Whole) -> str:
    """Of a tally as little-endian int64: n, counts, halves, then the upper triangles of squares and pairs."""
    tally = tally_of(numbers, SCALE)
    upper = np.triu_indices(tally.k)
    parts = ([tally.n], tally.counts.ravel(), tally.halves.ravel(), tally.squares[upper], tally.pairs[upper])
    return hashlib.sha256(np.concatenate(parts).astype("<i8").tobytes()).hexdigest()
