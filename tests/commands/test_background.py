"""A report that is being made when the server dies is finished by the next one, without anybody asking again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from survey.jobs.worker import Worker
from tests.background import SERVER, asked, until


@pytest.fixture
def serve(skm_command: Any, environ: dict[str, str], instance: Path) -> Iterator[Callable[..., Any]]:
    running: list[subprocess.Popen[bytes]] = []

    def run(held: bool = False) -> subprocess.Popen[bytes]:
        words = ["--instance", str(instance), "serve", "--port", "0"]
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", SERVER, *words] if held else skm_command(*words),
                env=environ,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize(("end", "tries"), [(signal.SIGKILL, 1), (signal.SIGTERM, 0)])
def test_a_server_that_ends_while_it_makes_a_report_makes_it_after_the_next_start(
    serve: Callable[..., Any], instance: Path, place: Any, store: Any, now: Any, end: int, tries: int
) -> None:
    """One that was asked to end gives the report its try back; one that was killed could not."""
    job = asked(store, now, kind="full", form="docx")
    first = serve(held=True)  # its worker stands still in the middle of the report
    worker = int(until((instance / "held").exists) and (instance / "held").read_text())
    until(lambda: store.job("dukcapil", job.id).percent == 5)  # seen by everybody
    first.send_signal(end)
    first.wait()
    until(lambda: not is_alive(worker))  # the worker's process goes with its server
    assert store.job("dukcapil", job.id).tries == tries

    serve()
    made = until(lambda: (there := store.job("dukcapil", job.id)).state == "ready" and there)
    assert store.job_file(made).startswith(b"PK")
    assert made.tries == tries + 1


def test_a_process_that_is_killed_in_the_middle_is_followed_by_another(
    instance: Path, place: Any, store: Any, config: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.jobs.worker.LATER", 0.0)
    job = asked(store, clock.now)
    does = Worker(config, store, clock)
    does.work["report"] = "tests.background:hold"
    does.wake()
    os.kill(int(until((instance / "held").exists) and (instance / "held").read_text()), signal.SIGKILL)
    does.work["report"] = "survey.jobs.reports:build_in_process"
    made = until(lambda: (there := store.job("dukcapil", job.id)).state == "ready" and there)
    assert (made.tries, store.job_file(made)[:5]) == (2, b"%PDF-")
