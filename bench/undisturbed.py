"""Residents while everything is exported and reports are made beside the server."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import filler
from bench.context import Run, environ
from bench.report import Row, compared
from bench.servers import Load, post, started
from bench.ways import PART, RESIDENTS, Way, over, words


def measure(run: Run) -> Iterator[Row]:
    """Residents while an export of everything and reports run beside the server, without end."""
    folder = run.own(run.million, "undisturbed")
    with started(run.skm(folder, "serve", "--port", "0")) as server:
        way = Way(server, post(*RESIDENTS))
        loads: dict[str, list[Load]] = {"alone": [], "beside": []}
        for _ in range(max(2, run.rounds // 2)):
            loads["alone"].append(way.burst(16, 2 * run.pause))
            with _busy(run, folder):
                loads["beside"].append(way.burst(16, 2 * run.pause))
    yield compared(
        PART,
        f"submission while {run.million:,} answers leave as CSV and reports are made, p99",
        words(loads["beside"]),
        "alone",
        words(loads["alone"]),
        over(loads["beside"], loads["alone"], lambda load: load.p(0.99)),
        at_most=2,
        readme=True,
    )


@contextmanager
def _busy(run: Run, folder: Path) -> Iterator[None]:
    """Both commands again and again, in processes of their own."""
    commands = (
        run.skm(folder, "export", "-o", str(run.folder / "busy.csv")),
        run.skm(
            folder, "report", filler.unit_key(1), filler.PERIODS[0].key, "-o", str(run.folder / "busy.pdf")
        ),
    )
    script = (
        "import subprocess, sys\nwhile True: subprocess.run(sys.argv[1:], check=True, capture_output=True)"
    )
    running = [
        subprocess.Popen([str(run.python), "-c", script, *command], env=environ(), start_new_session=True)
        for command in commands
    ]
    try:
        yield
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
