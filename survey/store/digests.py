"""Answers against their digests: whether what is kept is still what was received.

Every answer was kept with the SHA-256 of what the resident said and where, and of what was added: for one response
`survey.domain.response.digests` says which. The same texts are put together here from rows, many at a time,
for less than their reading takes. A change of both row and digest is not found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from survey.store import ChangedAnswer

NAMED = 100  # answers of a unit that are named one by one

_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Digests:
    """Compares the answers of one unit, block by block."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._count = 0
        self._named: list[ChangedAnswer] = []
        self._places: dict[tuple[Any, ...], tuple[str, str, str]] = {}

    def compare(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows as `survey.store.tally_columns` reads them: what it counts, then what only the digests need."""
        unit = _json(self._unit)
        for service, _, instrument, received_at, answers, said, *rest in rows:
            counter, remark, fingerprint, id, of_added, added_at = rest
            words = _json(remark) if remark else _EMPTY
            if added_at is None:
                before, after, _ = self._ends(service, counter, instrument, said)
                good = (
                    of_added is None
                    and _digest(f'{{"answers":"{answers}"{before}{words}{after}') == fingerprint
                )
            else:  # one digest of what was sent first, one of what was added
                before, after, _ = self._ends(service, counter, instrument, "")
                profile = self._ends(service, counter, instrument, said)[2]
                added = f'{{"id":{_json(id)},"profile":{profile},"remark":{words},"unit":{unit}}}'
                good = (
                    _digest(f'{{"answers":"{answers}"{before}{_EMPTY}{after}') == fingerprint
                    and _digest(added) == of_added
                )
            if not good:
                self._name(id, received_at)

    def found(self) -> list[ChangedAnswer]:
        """A sentence for each answer that is not what was received; the last one counts those that were too many."""
        more = self._count - len(self._named)
        rest = f"unit {self._unit}: {more} isian lain juga {ChangedAnswer.WORDS}"
        return [*self._named, *([ChangedAnswer(rest)] if more else [])]

    def _name(self, id: str, received_at: str) -> None:
        self._count += 1
        if self._count <= NAMED:
            words = f"unit {self._unit}, isian {id} tanggal {received_at[:10]}: {ChangedAnswer.WORDS}"
            self._named.append(ChangedAnswer(words))

    def _ends(
        self, service: str | None, counter: str | None, instrument: str, said: str
    ) -> tuple[str, str, str]:
        """The text between answers and remark, that after the remark, and the profile; made once for all alike."""
        place = (service, counter, instrument, said)
        ends = self._places.get(place)
        if ends is None:
            profile = _profile(said.removeprefix("!"))  # so marked when there is a remark
            where = f',"counter":{_json(counter or "")},"instrument":{_json(instrument)}'
            after = f',"service":{_json(service or "")},"unit":{_json(self._unit)}}}'
            ends = self._places[place] = (f'{where},"profile":{profile},"remark":', after, profile)
        return ends


@lru_cache(10_000)  # few are different, in thousands of places
def _profile(stored: str) -> str:
    try:
        return _json(json.loads(stored)) if stored else "{}"
    except ValueError:  # never written so
        return ""


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


_EMPTY = '""'
