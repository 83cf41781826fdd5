"""Classes: respondents by class of the profile questions, and how many wrote a remark; counts that can be added.

Bytes: one little-endian uint32 for each class of each question in the questionnaire's order, last the responses with a
remark. Read as one large number they are added in one addition. No bytes at all are nobody. A class that the
questionnaire does not have is counted nowhere: who named it has stated none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from calc.instruments.reader import InstrumentError, instrument

WIDTH = 4  # bytes of one count


class Shape(NamedTuple):
    """size : bytes; ones : (question, class) -> the number that counts one respondent there; remark : one remark"""

    size: int
    ones: Mapping[tuple[str, str], int]
    remark: int


class Read(NamedTuple):
    """people : (question, class) -> respondents, every class of the questionnaire; remarks : responses with one"""

    people: Mapping[tuple[str, str], int]
    remarks: int


@cache
def shape(questionnaire: str) -> Shape:
    """Remarks alone for a questionnaire that is not among the shipped ones."""
    try:
        fields = instrument(questionnaire).profile
    except InstrumentError:
        fields = ()
    pairs = [(field.key, choice.key) for field in fields for choice in field.choices]
    ones = [1 << 8 * WIDTH * place for place in range(len(pairs) + 1)]
    return Shape(WIDTH * len(ones), dict(zip(pairs, ones, strict=False)), ones[-1])


def count(questionnaire: str, people: Iterable[tuple[Mapping[str, str], bool, int]]) -> bytes:
    """people : class by profile question, whether there is a remark, and how many responses are just so"""
    size, ones, remark = shape(questionnaire)
    total = 0
    for said, remarked, number in people:
        for pair in said.items():
            total += ones.get(pair, 0) * number
        if remarked:
            total += remark * number
    return total.to_bytes(size, "little")


def add(one: bytes, other: bytes) -> bytes:
    """Both groups of one questionnaire together: below 4 billion responses no count runs into its neighbour."""
    total = int.from_bytes(one, "little") + int.from_bytes(other, "little")
    return total.to_bytes(max(len(one), len(other)), "little")


def fits(counts: bytes, questionnaire: str) -> bool:
    """Whether they can be counts of this questionnaire."""
    return not counts or len(counts) == shape(questionnaire).size


def read(counts: bytes, questionnaire: str) -> Read:
    """ValueError for bytes that do not fit the questionnaire."""
    size, ones, _ = shape(questionnaire)
    if not fits(counts, questionnaire):
        raise ValueError(f"classes of {questionnaire} have {size} bytes, not {len(counts)}")
    *people, remarks = struct.unpack(f"<{size // WIDTH}I", counts or bytes(size))
    return Read(dict(zip(ones, people, strict=True)), remarks)
