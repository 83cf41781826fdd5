"""Full reports: one from the click, and those of all units."""

from __future__ import annotations

import time
from dataclasses import replace

from bench import filler
from bench.rows import REPORT_READERS, WAITING, Seen
from bench.run import Run, finish, skm
from bench.servers import Kind, Office, asking, fetch, get, office

FEW = 10  # units of a short run


def reports(quarter: int) -> list[str]:
    """Addresses of the full reports of all units, so that no two readers ask for the same."""
    return [
        f"/meja/unit/{filler.unit_key(number)}/laporan/kertas?periode={filler.QUARTERS[quarter]}"
        "&jenis=full&bentuk=pdf&responden=tidak"
        for number in range(filler.UNITS)
    ]


def from_the_click(run: Run) -> dict[str, Seen]:
    alone, beside = [], []
    with office(run) as at:
        # each asks for one, and reads it until the end
        others = Kind([get(path, at.cookie) for path in reports(2)], REPORT_READERS, pause=3600)
        paths = iter(reports(1))
        _until_there(at, next(paths))  # starts what draws
        for _ in range(run.rounds):
            alone.append(_until_there(at, next(paths)))
            with asking(at.server, others, allowed=("200", "503")):
                beside.append(_until_there(at, next(paths)))
    return {"alone": Seen(tuple(alone)), WAITING: Seen(tuple(beside))}


def all_units(run: Run) -> dict[str, Seen]:
    """Once: it takes minutes."""
    few = replace(run, units=FEW) if run.answers < 1_000_000 else run
    folder, out = few.own(), few.folder / "papers"
    taken = finish(skm(folder, "report", "--all", filler.QUARTERS[2], "--kind", "full", "-o", str(out)))
    made = len(list(out.glob("*.pdf")))
    if made != few.units:
        raise RuntimeError(f"{made} reports of {few.units} units")
    return {"`skm report --all`": Seen((taken.seconds,), note=f"{made} reports")}


def _until_there(at: Office, path: str) -> float:
    """Seconds from the click until the paper is there, waiting as the page says."""
    began = time.perf_counter()
    while again := fetch(at.server, path, {"Cookie": at.cookie}).again:
        time.sleep(again)
    return time.perf_counter() - began
