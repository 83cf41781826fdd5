"""Classes: respondents by class of the profile questions, as a list of counts that can be added.

One count for each class of each question, in the questionnaire's order. A class that the questionnaire does not have is
counted nowhere: who named it has stated none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np

from calc.instruments.reader import InstrumentError, instrument
from calc.scoring.tally_rows import Whole


@cache
def places(questionnaire: str) -> Mapping[tuple[str, str], int]:
    """(question, class) -> position in the list; none for a questionnaire that is not among the shipped ones."""
    try:
        fields = instrument(questionnaire).profile
    except InstrumentError:
        fields = ()
    pairs = [(field.key, choice.key) for field in fields for choice in field.choices]
    return {pair: at for at, pair in enumerate(pairs)}


def count(questionnaire: str, people: Iterable[tuple[Mapping[str, str], int]]) -> Whole:
    """people : class by profile question, and how many respondents said just so"""
    at = places(questionnaire)
    counts = [0] * len(at)
    for said, number in people:
        for pair in said.items():
            if pair in at:
                counts[at[pair]] += number
    return np.array(counts, np.int64)
