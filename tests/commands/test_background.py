"""A paper that is being made when the server dies is finished by the next one, without anybody asking again."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from survey.jobs.papers import Shelf, Wanted
from survey.system.lock import Locked, only_one
from tests.held_builder import SERVER

PATIENCE = 60.0  # seconds, on a busy machine


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def serve(skm_command: Any, environ: dict[str, str], instance: Path) -> Iterator[Callable[[], Any]]:
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


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_a_server_that_ends_while_it_makes_a_paper_makes_it_after_the_next_start(
    serve: Callable[[], Any], instance: Path, place: Any, store: Any, now: Any, end: str
) -> None:
    store.close()
    shelf = Shelf(instance)
    asked = shelf.ask(Wanted("dukcapil", "2026-TW3", "full", "docx"), "", 600, now, "kepala")

    def job() -> Any:
        return shelf.job(asked.key)

    def nobody_builds() -> bool:
        try:
            with only_one(shelf.lock):
                return True
        except Locked:
            return False

    first = serve(held=True)  # its builder stands still in the middle of the paper
    until(lambda: job().tries == 1)
    assert job().state == "building"
    getattr(first, end)()
    first.wait()
    until(nobody_builds)  # the builder goes with its server
    assert job().tries == 0  # a server that ends is no fault of the paper

    serve()
    until(lambda: job().state == "ready")
    assert shelf.paper(job()).read_bytes().startswith(b"PK")
    until(nobody_builds)
    left = sorted(path.suffix for path in shelf.folder.iterdir())
    assert left == [".docx", ".job", ".lock"]
