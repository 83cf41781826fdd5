"""Counting answers that are in memory already into the units and periods they belong to.

Each way gives the converted index of every group, from sums and numbers of answers (the kindest question to a
database; the toolkit counts every score, which says more).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bench import peers
from bench.context import Run
from bench.filler import ITEMS, SCALE, Answers
from bench.measure import alternate, close
from bench.report import Row, compared, seconds
from calc.tally import grouped

PART = "counting"
OURS = "calc.tally.grouped"
LIMIT = "summing the same bytes"
MANY = 2_000_000  # from here on, fewer rounds


def measure(run: Run) -> Iterator[Row]:
    for size in (run.million, 10 * run.million):
        answers = run.answers(size)
        for how, those in (("as they came", answers), ("group by group", answers.sorted())):
            run.say(f"counting {size:,} answers, {how}")
            yield from _at(run, those, how)


def ours(answers: Answers) -> Any:
    counts = grouped(answers.scores, answers.cell, peers.CELLS, SCALE)
    with np.errstate(invalid="ignore"):
        means = (counts @ np.arange(1, SCALE + 1)) / counts.sum(axis=2)
    return means.sum(axis=1) / ITEMS * 25


def _at(run: Run, answers: Answers, how: str) -> Iterator[Row]:
    size = len(answers)
    ways = {OURS: lambda: ours(answers)} | peers.loaded(answers, None, run.say)
    taken = alternate(ways, 3 if size > MANY else run.rounds, same=close)
    limit = alternate({OURS: ways[OURS], LIMIT: peers.byte_sum(answers)}, run.rounds)
    for peer, times in {**taken, LIMIT: limit[LIMIT]}.items():
        if peer == OURS:
            continue
        own = limit[OURS] if peer == LIMIT else taken[OURS]
        ordered = how == "group by group"
        bar: dict[str, Any] = (
            {"goal": 17} if "1 thread" in peer and not ordered and size == run.million else {}
        )
        if ordered and "2 threads" in peer:
            bar = {"at_most": 1}
        yield compared(
            PART,
            f"{size:,} × {ITEMS} into {peers.CELLS:,} groups, {how}",
            seconds(own.median),
            peer,
            seconds(times.median),
            own.over(times),
            readme=peer == LIMIT or "2 threads" in peer,
            **bar,
        )
