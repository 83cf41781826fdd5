"""Invented answers with a realistic spread: people, offices and elements differ, some leave blanks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from calc.instruments.model import Instrument
from survey.domain.period import Period
from survey.domain.response import Response

OPENS, CLOSES = time(8, 0), time(15, 30)
PERSON, MOOD = 0.42, 0.5  # spread between persons, and between the answers of one person, in score points
BLANK = 0.03  # share of questions left out
REMARK = 0.105  # share of respondents who write something
YOUNGEST_SHARE = 0.15  # of a full quarter, for an open quarter that has just begun

LANGUAGES = {"id": 85, "id-mudah": 12, "en": 3}
PROFILE_WEIGHTS = {  # classes that are not listed weigh 1
    "jenis_kelamin": {"L": 46, "P": 54},
    "usia": {"<17": 1, "17-25": 19, "26-34": 27, "35-44": 25, "45-54": 16, "55-65": 9, ">65": 3},
    "pendidikan": {"SD": 9, "SMP": 15, "SMA": 44, "DIII": 9, "S1": 20, "S2": 3, "S3": 0},
    "pekerjaan": {"PNS": 12, "TNI": 1, "POLRI": 1, "SWASTA": 29, "WIRAUSAHA": 24, "LAINNYA": 33},
}
SILENT = 0.08  # share of respondents who do not answer a profile question


@dataclass(frozen=True)
class Quarter:
    """start, end : UTC; `end` of the open quarter is now. days : its working days that have begun."""

    number: int
    zone: ZoneInfo
    start: datetime
    end: datetime
    days: tuple[date, ...]
    share: float


def quarters(now: datetime, zone: ZoneInfo) -> list[Quarter]:
    """Two finished quarters and the open one, oldest first."""
    today = now.astimezone(zone).date()
    open_one = Period.at("quarter", today)
    periods = [open_one.previous().previous(), open_one.previous(), open_one]
    return [_quarter(number, period, now, zone) for number, period in enumerate(periods)]


def _quarter(number: int, period: Period, now: datetime, zone: ZoneInfo) -> Quarter:
    start, end = period.bounds(zone)
    opening = (datetime.combine(day, OPENS, zone) for day in _days(period.start, period.end))
    days = tuple(at.date() for at in opening if at.weekday() < 5 and at + timedelta(hours=1) <= now)
    full = sum(day.weekday() < 5 for day in _days(period.start, period.end))
    return Quarter(number, zone, start, min(end, now), days, max(len(days) / full, YOUNGEST_SHARE))


def _days(first: date, after: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((after - first).days))


class Writer:
    """Writes responses of invented people at the given places and times.

    remarks, places : as in remarks.toml and places.toml
    """

    def __init__(
        self,
        random: Random,
        instrument: Instrument,
        remarks: Mapping[str, Any],
        places: Sequence[Mapping[str, Any]],
        plan: Sequence[Quarter],
    ) -> None:
        self.random, self.instrument, self.plan = random, instrument, plan
        self.remarks = remarks
        self.said: set[str] = set()
        self.desks = [(unit, n, service) for unit in places for n, service in enumerate(unit["services"], 1)]
        self.weights = [
            unit["share"] * service["share"] / sum(s["share"] for s in unit["services"])
            for unit, _, service in self.desks
        ]

    def responses(self, count: int) -> Iterator[Response]:
        """`count` responses, spread over places and quarters by their shares."""
        places = list(accumulate(self.weights))
        shares = list(accumulate(quarter.share for quarter in self.plan))
        for _ in range(count):
            unit, number, service = self.random.choices(self.desks, cum_weights=places)[0]
            quarter = self.random.choices(self.plan, cum_weights=shares)[0]
            yield self._response(unit, number, service, quarter)

    def _response(
        self, unit: Mapping[str, Any], number: int, service: Mapping[str, Any], quarter: Quarter
    ) -> Response:
        level = unit["level"] + service["level"] + unit["drift"] * quarter.number
        person = self.random.gauss(0, PERSON)
        kiosk = self.random.random() < 0.55
        return Response(
            id=str(UUID(int=self.random.getrandbits(128), version=4)),
            unit=unit["key"],
            service=service["key"],
            counter=f"loket-{number}" if kiosk else "",
            channel="kiosk" if kiosk else "qr",
            instrument=self.instrument.key,
            answers=self._answers(level + person, unit["elements"]),
            received_at=self._moment(quarter),
            language=self._pick(LANGUAGES),
            profile=self._profile(),
            remark=self._remark(person, service["key"]),
            seconds=max(18, round(self.random.lognormvariate(4.1, 0.4))),
        )

    def _answers(self, level: float, elements: Mapping[str, float]) -> str:
        scores = [self._score(level + elements.get(item.element, 0.0)) for item in self.instrument.items]
        return "".join(scores) if set(scores) != {"-"} else "3" + "-" * (len(scores) - 1)

    def _score(self, level: float) -> str:
        if self.random.random() < BLANK:
            return "-"
        return str(min(self.instrument.scale, max(1, round(self.random.gauss(level, MOOD)))))

    def _moment(self, quarter: Quarter) -> datetime:
        """Within office hours of a working day of the quarter, never later than its end."""
        if not quarter.days:
            begin, span = quarter.start, quarter.end - quarter.start
        else:
            day = self.random.choice(quarter.days)
            begin, close = (datetime.combine(day, at, quarter.zone).astimezone(UTC) for at in (OPENS, CLOSES))
            span = min(close, quarter.end) - begin
        return (begin + span * self.random.random()).replace(microsecond=0)

    def _profile(self) -> dict[str, str]:
        told = (f for f in self.instrument.profile if self.random.random() >= SILENT)
        return {
            field.key: self._pick(
                {c.key: PROFILE_WEIGHTS.get(field.key, {}).get(c.key, 1) for c in field.choices}
            )
            for field in told
        }

    def _remark(self, person: float, service: str) -> str:
        """Nothing mostly; else a sentence in the mood of the person, never the same text twice."""
        if self.random.random() >= REMARK:
            return ""
        mood = self._pick(
            {"positive": 4, "neutral": 3, "negative": 1}
            if person > 0
            else {"positive": 1, "neutral": 3, "negative": 4}
        )
        own = self.remarks["services"].get(service, {}).get(mood, [])
        sentences = own if own and self.random.random() < 0.4 else self.remarks[mood]
        text: str = self.random.choice(sentences)
        for _ in range(20):
            if text not in self.said:
                break
            text = f"{self.random.choice(sentences)} {self.random.choice(self.remarks['closings'][mood])}"
        self.said.add(text)
        return text

    def _pick(self, weights: Mapping[str, int]) -> str:
        return self.random.choices(list(weights), weights=list(weights.values()))[0]
