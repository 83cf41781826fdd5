"""Copies that came with an id which other answers had already: what differs, without telling anybody's answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from calc.instruments.model import Instrument
    from survey.domain.response import Response
    from survey.store.protocols.responses import ResponseStore


class Conflict(NamedTuple):
    """kept_at, aside_at : when the one that counts and the other came; differs : Indonesian words, never empty"""

    id: str
    kept_at: datetime
    aside_at: datetime
    service: str
    counter: str
    channel: str
    differs: tuple[str, ...]


def conflicts(
    store: ResponseStore, instruments: Mapping[str, Instrument], unit: str, limit: int
) -> list[Conflict]:
    """The newest conflicting copies of a unit."""
    return [
        Conflict(
            kept.id,
            kept.received_at,
            aside.received_at,
            aside.service,
            aside.counter,
            aside.channel,
            _differs(instruments.get(kept.instrument), kept, aside),
        )
        for kept, aside in store.conflicts(unit, limit)
    ]


def _differs(asked: Instrument | None, kept: Response, aside: Response) -> tuple[str, ...]:
    found = []
    if kept.instrument != aside.instrument:
        return ("kuesioner",)
    if asked is None or len(kept.answers) != len(aside.answers):
        found += ["jawaban"] if kept.answers != aside.answers else []
    else:
        pairs = zip(asked.items, kept.answers, aside.answers, strict=False)
        other = {item.element for item, one, two in pairs if one != two}
        found += [element.code for element in asked.elements if element.key in other]
    for words, one, two in (
        ("data diri", kept.profile or {}, aside.profile or {}),
        ("saran", kept.remark, aside.remark),
        ("layanan atau loket", (kept.service, kept.counter), (aside.service, aside.counter)),
    ):
        if one != two:
            found.append(words)
    return tuple(found) or ("susunan isian",)
