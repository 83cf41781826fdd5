"""Readers of many units at once: the overview of the desk, and the open data."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

from bench import filler
from bench.rows import JSON_READERS, Seen
from bench.run import Run
from bench.servers import Kind, Office, asking, fetch, get, office

OVERVIEW = f"/meja/?periode={filler.QUARTERS[2]}"
QUICK = 5  # times within a round
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
            first = fetch(at.server, path, {})
            have = {"If-None-Match": first.mark}
            again = [fetch(at.server, path, {}).seconds for _ in range(QUICK)]
            known = [fetch(at.server, path, have, 304).seconds for _ in range(QUICK)]
            for name, seconds in (
                ("after a change", first.seconds),
                ("again", median(again)),
                ("304", median(known)),
            ):
                taken.setdefault(f"{path}, {name}", []).append(1000 * seconds)
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
