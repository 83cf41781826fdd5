"""Papers: the full report beside bare reportlab, and the same report from few and from many stored answers.

Times are of the processor: drawing waits for nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing

from bench import bare, filler, growth
from bench.context import Run
from bench.measure import alternate
from bench.report import Row, compared, seconds
from calc.dossier import Dossier
from calc.paper.full import full
from calc.report.pdf import pdf
from calc.report.press import paper
from survey import installation
from survey.dossiers import unit_dossier

PART = "papers"
REMARKS = 20  # as many in a large installation as in a small one: more remarks are more pages


def measure(run: Run) -> Iterator[Row]:
    run.say("papers: the full report beside bare reportlab")
    yield from _beside(run)
    run.say("papers: few and many stored answers")
    yield from _growth(run)


def _beside(run: Run) -> Iterator[Row]:
    """Ours from the dossier on, words and numbers included; theirs get the finished words."""
    with closing(_Office(run, run.million)) as office:
        dossier = office.dossier()
    document = full(dossier, respondents=False)
    sheets = pages(pdf(document))
    ways = {
        "ours": lambda: paper("full", "pdf", dossier, respondents=False),
        "drawing alone": lambda: pdf(document),
        "platypus": lambda: bare.platypus(document),
        "by hand": bare.by_hand(document, pdf),
    }
    taken = alternate(ways, run.rounds, clock=time.process_time)
    for name, peer, goal in (
        ("ours", "platypus", 2102),
        ("ours", "by hand", 21),
        ("drawing alone", "platypus", 0),
        ("drawing alone", "by hand", 0),
    ):
        yield compared(
            PART,
            f"full report of {sheets} pages" + (", its words made before" if name == "drawing alone" else ""),
            seconds(taken[name].median),
            {"platypus": "bare reportlab, platypus", "by hand": "bare canvas, every line placed by hand"}[
                peer
            ],
            seconds(taken[peer].median),
            taken[name].over(taken[peer]),
            goal=goal,
            readme=goal == 2102,
        )


def _growth(run: Run) -> Iterator[Row]:
    """Reading the dossier and drawing the report, the table of respondents left out."""
    few, many = run.sizes[0], run.million
    with closing(_Office(run, few)) as small, closing(_Office(run, many)) as large:
        taken = alternate({"few": small.report, "many": large.report}, run.rounds, clock=time.process_time)
        sheets = [pages(office.report()) for office in (small, large)]
    yield compared(
        PART,
        f"full report from {many:,} stored answers",
        seconds(taken["many"].median),
        f"from {few:,}",
        seconds(taken["few"].median),
        taken["many"].over(taken["few"]),
        at_most=1.5,
        readme=True,
        note=f"{sheets[1]} pages beside {sheets[0]}; read from the database and drawn",
    )


class _Office:
    """An installation with so many answers."""

    def __init__(self, run: Run, size: int) -> None:
        self.config = installation.load_config(run.filled(size))
        self.store = installation.open_store(self.config)

    def report(self) -> bytes:
        return paper("full", "pdf", self.dossier(), respondents=False)

    def dossier(self) -> Dossier:
        unit = self.store.unit(filler.unit_key(0))
        assert unit is not None
        return unit_dossier(self.store, self.config, unit, filler.PERIODS[1], growth.NOW, remarks=REMARKS)

    def close(self) -> None:
        self.store.close()


def pages(made: bytes) -> int:
    """How many pages a PDF of reportlab has."""
    return len(re.findall(rb"/Type /Page\b", made))
