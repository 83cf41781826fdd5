"""Counts: what a row of tallies says of its responses, made from answers that come or from those that are kept."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from calc.scoring import classes
from calc.scoring.tally import Tally
from calc.scoring.tally_rows import Whole, items, lengths, row_of
from survey.domain.response import Response
from survey.store import StoreDamaged
from survey.store.digests import Digests
from survey.store.mapping import moment
from survey.store.transaction import Query, Row

FROM_BACKUP = "Pulihkan dari cadangan terakhir: skm restore"
SCALE = 4  # the schema's CHECK lets through answers 1 to 4
FEW = 8  # lists that are quicker read one by one
BLOCK = 100_000  # answers counted at once: flat memory

TallyKey = tuple[str, str, str, str, int]  # unit, service, instrument, month, answered
_Raw = tuple[list[str], list[str], list[str]]

_RAW = """
    SELECT service, channel, instrument, received_at, answers,
           CASE WHEN remark = '' AND remark_removed_at IS NULL THEN profile ELSE '!' || profile END{more}
    FROM response WHERE unit = ?
"""
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_MORE = ", counter, remark, fingerprint, id, supplement_fingerprint, supplemented_at"


class Counts(NamedTuple):
    """Responses under one key.

    numbers : a row of `calc.scoring.tally_rows`; people : respondents by class, a list of `calc.scoring.classes`
    remarks : responses with one; channels : responses by channel
    """

    numbers: Whole
    people: Whole
    remarks: int
    channels: Counter[str]

    def plus(self, other: Counts) -> Counts:
        """Both together. ValueError when they count different questionnaires."""
        return Counts(
            self.numbers + other.numbers,
            self.people + other.people,
            self.remarks + other.remarks,
            self.channels + other.channels,
        )

    def same(self, other: Counts) -> bool:
        lists = np.array_equal(self.numbers, other.numbers) and np.array_equal(self.people, other.people)
        return lists and self[2:] == other[2:]


def tally_key(response: Response, zone: ZoneInfo) -> TallyKey:
    """Which tally rows a response belongs to."""
    month = _local_month(response.received_at, zone)
    return (
        response.unit,
        response.service,
        response.instrument,
        month,
        response.answered,
    )


def of_responses(questionnaire: str, responses: Sequence[Response]) -> Counts:
    """Responses under one key, at least one."""
    return Counts(
        row_of(_tally([response.answers for response in responses])),
        classes.count(questionnaire, ((response.profile or {}, 1) for response in responses)),
        sum(bool(response.remark) for response in responses),
        Counter(response.channel for response in responses),
    )


def of_columns(columns: Sequence[Sequence[Any]], questionnaire: str) -> list[Counts]:
    """Counts of rows from the columns that `values_of` wrote. ValueError when one cannot be what was written."""
    *kept, people, remarks, channels = columns
    said = np.zeros((len(people), len(classes.places(questionnaire))), np.int64)
    _read(people, said)
    told = [Counter(_channels(text)) for text in channels]
    if [there.total() for there in told] != list(kept[0]):
        raise ValueError("other numbers of responses by channel")
    return list(map(Counts, numbers_of(kept), said, remarks, told))


def values_of(counts: Counts) -> Row:
    """The columns n, scores, products, blanks, blank_pairs; classes, remarks, channels."""
    return *columns_of(counts.numbers), _written(counts.people), counts.remarks, _JSON(counts.channels)


def columns_of(numbers: Whole) -> Row:
    """n, scores, products, blanks and blank_pairs of a row of `calc.scoring.tally_rows`."""
    return int(numbers[0]), *(_written(numbers[start:end]) for start, end in _ends(len(numbers)))


def numbers_of(columns: Sequence[Sequence[Any]]) -> Whole:
    """Rows (m, …) of `calc.scoring.tally_rows` from such columns of one questionnaire; errors as `of_columns`."""
    n, *lists = columns
    size = 1 + sum(lengths((lists[0][0].count(",") + 1) // SCALE, SCALE))
    numbers = np.zeros((len(n), size), np.int64)
    numbers[:, 0] = n
    for texts, (start, end) in zip(lists, _ends(size), strict=True):
        _read(texts, numbers[:, start:end])
    return numbers


def _written(numbers: Whole) -> str:
    """As a JSON list; ``[]`` for nothing but zeros, else all numbers padded to the width of the largest."""
    listed = numbers.tolist()
    largest = max(listed, default=0)
    return _form(len(listed), len(str(largest))) % tuple(listed) if largest else "[]"


@cache
def _form(length: int, digits: int) -> str:
    return f"[{','.join([f'%{digits}d'] * length)}]"


def _read(texts: Sequence[str], numbers: Whole) -> None:
    """Put lists that `_written` wrote into an array of zeros, a row for each; ValueError for another length."""
    length, alike = numbers.shape[1], defaultdict(list)
    for at, text in enumerate(texts):
        alike[len(text)].append(at)
    alike.pop(len("[]"), None)
    for size, places in alike.items():
        if len(places) > FEW and length and (size - 1) % length == 0:
            whole = "".join([texts[at] for at in places]).encode("ascii")
            numbers[places] = _of_one_width(whole, len(places), length)
            continue
        for at in places:
            one = np.fromstring(texts[at][1:-1], np.int64, sep=",")
            if len(one) != length:
                raise ValueError(f"a list of {len(one)} numbers, not {length}")
            numbers[at] = one


def _of_one_width(whole: bytes, rows: int, length: int) -> Whole:
    """Lists of equally wide numbers, all at once: digit by digit."""
    cells = np.frombuffer(whole, np.uint8).reshape(rows, -1)[:, :-1].reshape(rows, length, -1)
    digits = cells[:, :, 1:] ^ ord("0")  # 0 … 9, and 16 for a space
    if (cells[:, 1:, 0] != ord(",")).any() or ((digits > 9) & (digits != 16)).any():
        raise ValueError("no lists of equally wide numbers")
    digits &= 15
    numbers = digits[:, :, 0].astype(np.int64)
    for place in range(1, digits.shape[2]):
        numbers *= 10
        numbers += digits[:, :, place]
    return numbers


def _channels(text: str) -> dict[str, int]:
    found = json.loads(text)
    return {key: n for key, n in found.items() if isinstance(n, int)} if isinstance(found, dict) else {}


@cache
def _ends(size: int) -> list[tuple[int, int]]:
    """Where the lists of a row of so many numbers begin and end."""
    return list(pairwise(np.cumsum([1, *lengths(items(size, SCALE), SCALE)]).tolist()))


def of_unit(
    query: Query,
    unit: str,
    zone: ZoneInfo,
    done: Callable[[int], None] = lambda responses: None,
    digests: Digests | None = None,
) -> dict[TallyKey, Counts]:
    """All answers of a unit as they are kept, block by block; done is told how many since the last call.

    digests : compares every answer with what was received, in the same reading

    Raises
    ------
    StoreDamaged
        For an answer that is none: a time, scores or a profile that nobody could have sent.
    """
    rows = iter(query(_RAW.format(more="" if digests is None else _MORE), (unit,)))
    total: dict[TallyKey, Counts] = {}
    sizes: dict[str, int] = {}  # of a row, for each questionnaire
    while block := list(islice(rows, BLOCK)):
        try:
            for key, raw in _grouped(block, unit, zone).items():
                counts = _of_raw(key[2], *raw)
                if len(counts.numbers) != sizes.setdefault(key[2], len(counts.numbers)):
                    raise ValueError(f"{len(raw[0][0])} jawaban atas kuesioner {key[2]}")
                total[key] = total[key].plus(counts) if key in total else counts
            if digests is not None:
                digests.compare(block)
        except (ValueError, RecursionError) as error:  # no answer that was ever received
            raise StoreDamaged(f"Isian unit {unit} tidak terbaca ({error}). {FROM_BACKUP}.") from error
        done(len(block))
    return total


def _grouped(block: Iterable[Sequence[Any]], unit: str, zone: ZoneInfo) -> dict[TallyKey, _Raw]:
    """Answers, profiles as they are stored (``!`` before those with a remark), and channels."""
    raw: dict[TallyKey, _Raw] = defaultdict(lambda: ([], [], []))
    for service, channel, instrument, received_at, answers, said, *_ in block:
        month = _month_of_hour(received_at[:13], zone) or _local_month(moment(received_at), zone)
        answered = len(answers) - answers.count("-")
        texts, people, channels = raw[unit, service or "", instrument, month, answered]
        texts.append(answers)
        people.append(said)
        channels.append(channel)
    return raw


@lru_cache(100_000)  # the zone's arithmetic once an hour, not once a row
def _month_of_hour(hour: str, zone: ZoneInfo) -> str:
    """The local month of an hour of UTC; '' for one in which a month begins, as in zones of half hours."""
    first, last = (_local_month(moment(f"{hour}:{rest}Z"), zone) for rest in ("00:00.000000", "59:59.999999"))
    return first if first == last else ""


def _local_month(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat()[:7]


def _of_raw(
    questionnaire: str, answers: Sequence[str], said: Sequence[str], channels: Sequence[str]
) -> Counts:
    """Each profile is read once, however many have it."""
    people = Counter(said)
    return Counts(
        row_of(_tally(answers)),
        classes.count(questionnaire, ((_profile(text.removeprefix("!")), n) for text, n in people.items())),
        sum(n for text, n in people.items() if text[:1] == "!"),
        Counter(channels),
    )


@lru_cache(10_000)  # few are different, in thousands of groups
def _profile(text: str) -> Mapping[str, str]:
    """Class by question, as stored; a text that was never written so says nothing."""
    try:
        said = json.loads(text) if text else {}
    except ValueError:
        return {}
    pairs = said.items() if isinstance(said, dict) else ()
    return {question: choice for question, choice in pairs if isinstance(choice, str)}


def _tally(answers: Sequence[str]) -> Tally:
    return Tally.of_answers("".join(answers).encode("ascii"), len(answers[0]), SCALE)
