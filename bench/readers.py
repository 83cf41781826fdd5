"""Readers of many units at once: the overview of the desk, and the open data."""

from __future__ import annotations

import time
from dataclasses import replace

from bench import filler
from bench.rows import JSON_READERS, Seen
from bench.run import Run
from bench.servers import Kind, Office, asking, fetch, get, office

OVERVIEW = f"/meja/?periode={filler.QUARTERS[2]}"
FILES = ("/hasil.json", "/hasil.csv")


def overview(run: Run) -> dict[str, Seen]:
    taken = []
    with office(run) as at:
        for number in range(run.rounds):
            _change(at, number)
            taken.append(1000 * fetch(at.server, OVERVIEW, {"Cookie": at.cookie}).seconds)
    return {"after a change": Seen(tuple(taken))}


def open_data(run: Run) -> dict[str, Seen]:
    """The first time after a change, again from memory, and for who has it already; then many readers and changes."""
    taken: dict[str, list[float]] = {}
    with office(run) as at:
        for number, path in enumerate(run.rounds * FILES):
            _change(at, number)
            first, again = fetch(at.server, path, {}), fetch(at.server, path, {})
            known = fetch(at.server, path, {"If-None-Match": again.mark}, 304)
            for name, reply in (("after a change", first), ("again", again), ("304", known)):
                taken.setdefault(f"{path}, {name}", []).append(1000 * reply.seconds)
        crowd = Kind([get(path) for path in FILES], JSON_READERS)
        with asking(at.server, crowd, allowed=("200", "503")):
            for number in range(run.rounds):
                time.sleep(run.seconds / run.rounds)
                _change(at, -number)
        found = {name: Seen(tuple(values)) for name, values in taken.items()}
        return {**found, "memory of the server": Seen((at.server.peak,))}


def _change(at: Office, number: int) -> None:
    """Something that all published pages show."""
    at.store.save_unit(replace(at.store.unit(filler.unit_key(0)), name=f"Unit Contoh, perubahan {number}"))
