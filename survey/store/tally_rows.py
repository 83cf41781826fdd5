"""Counts: what one row of `tally` says of its responses, made from answers that come or from those that are kept."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from calc.scoring import classes
from calc.scoring.tally import Tally
from survey.domain.response import Response
from survey.store import StoreDamaged
from survey.store.digests import Digests
from survey.store.mapping import moment

FROM_BACKUP = "Pulihkan dari cadangan terakhir: skm restore"
SCALE = 4  # the schema's CHECK lets through answers 1 to 4
BLOCK = 100_000  # answers counted at once: flat memory

TallyKey = tuple[str, str, str, str, str, int]  # unit, service, channel, instrument, month, answered

_RAW = """
    SELECT service, channel, instrument, received_at, answers,
           CASE WHEN {silent} THEN profile ELSE '!' || profile END{more}
    FROM response WHERE unit = ?
"""
_MORE = ", counter, remark, fingerprint, id, supplement_fingerprint, supplemented_at"
SILENT = "remark = '' AND remark_removed_at IS NULL"
SILENT_ONCE = "remark = ''"  # before the schema step 0010, when no remark could have been removed


class Counts(NamedTuple):
    """Responses under one key; classes : bytes of `calc.scoring.classes`"""

    tally: Tally
    classes: bytes

    def plus(self, other: Counts) -> Counts:
        return Counts(self.tally + other.tally, classes.add(self.classes, other.classes))


def tally_key(response: Response, zone: ZoneInfo) -> TallyKey:
    """Which counters a response belongs to."""
    month = _local_month(response.received_at, zone)
    return (
        response.unit,
        response.service,
        response.channel,
        response.instrument,
        month,
        response.answered,
    )


def of_responses(questionnaire: str, responses: Sequence[Response]) -> Counts:
    people = ((response.profile or {}, bool(response.remark), 1) for response in responses)
    return Counts(_tally([r.answers for r in responses]), classes.count(questionnaire, people))


def of_unit(
    query: Callable[..., Any],
    unit: str,
    zone: ZoneInfo,
    done: Callable[[int], None] = lambda responses: None,
    silent: str = SILENT,
    digests: Digests | None = None,
) -> dict[TallyKey, Counts]:
    """All answers of a unit as they are kept, block by block; done is told how many since the last call.

    silent : condition for a response without a remark
    digests : compares every answer with what was received, in the same reading

    Raises
    ------
    StoreDamaged
        For an answer that is none: a time, scores or a profile that nobody could have sent.
    """
    rows = iter(query(_RAW.format(silent=silent, more="" if digests is None else _MORE), (unit,)))
    months: dict[str, str] = {}  # the zone's arithmetic once an hour, not once a row
    total: dict[TallyKey, Counts] = {}
    lengths: dict[str, int] = {}  # items of each questionnaire
    while block := list(islice(rows, BLOCK)):
        try:
            for key, raw in _grouped(block, unit, zone, months).items():
                counts = _of_raw(key[3], raw)
                if counts.tally.k != lengths.setdefault(key[3], counts.tally.k):
                    raise ValueError(f"{counts.tally.k} jawaban atas kuesioner {key[3]}")
                total[key] = total[key].plus(counts) if key in total else counts
            if digests is not None:
                digests.compare(block)
        except (ValueError, RecursionError) as error:  # no answer that was ever received
            raise StoreDamaged(f"Isian unit {unit} tidak terbaca ({error}). {FROM_BACKUP}.") from error
        done(len(block))
    return total


def _grouped(
    block: Iterable[Sequence[Any]], unit: str, zone: ZoneInfo, months: dict[str, str]
) -> dict[TallyKey, tuple[list[str], list[str]]]:
    """Answers, and profiles as they are stored, ``!`` before those with a remark."""
    raw: dict[TallyKey, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for service, channel, instrument, received_at, answers, said, *_ in block:
        month = months.get(received_at[:13])
        if month is None:
            month = months[received_at[:13]] = _month_of_hour(received_at[:13], zone)
        month = month or _local_month(moment(received_at), zone)
        answered = len(answers) - answers.count("-")
        texts, people = raw[unit, service or "", channel, instrument, month, answered]
        texts.append(answers)
        people.append(said)
    return raw


def _month_of_hour(hour: str, zone: ZoneInfo) -> str:
    """The local month of an hour of UTC; '' for one in which a month begins, as in zones of half hours."""
    first, last = (_local_month(moment(f"{hour}:{rest}Z"), zone) for rest in ("00:00.000000", "59:59.999999"))
    return first if first == last else ""


def _local_month(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat()[:7]


def _of_raw(questionnaire: str, raw: tuple[Sequence[str], Sequence[str]]) -> Counts:
    """Each profile is read once, however many have it."""
    answers, said = raw
    people = ((_profile(text.removeprefix("!")), text[:1] == "!", n) for text, n in Counter(said).items())
    return Counts(_tally(answers), classes.count(questionnaire, people))


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
