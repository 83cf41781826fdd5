"""PDFs are drawn beside the server: it goes on meanwhile, and nothing of it stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from survey.jobs import renderer
from survey.jobs.process import WorkProcess

PATIENCE = 20.0

PARENT = """
import sys, time
from survey.jobs import renderer
renderer.PAPERS["who"] = "os:getpid"
if __name__ == "__main__":
    print(renderer.render("who"), flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers that say who drew them, and one that is never finished."""
    monkeypatch.setitem(renderer.PAPERS, "who", "os:getpid")
    monkeypatch.setitem(renderer.PAPERS, "polite", "os:getpriority")
    monkeypatch.setitem(renderer.PAPERS, "endless", "time:sleep")


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_paper_is_drawn_by_another_process_which_stays_for_the_next_and_lets_others_go_first():
    first = renderer.render("who")
    assert first != os.getpid()
    assert renderer.render("who") == first
    assert renderer.render("polite", os.PRIO_PROCESS, 0) >= 10


def test_after_its_process_died_the_next_paper_is_drawn_by_a_new_one():
    first = int(renderer.render("who"))
    os.kill(first, signal.SIGKILL)
    assert until(lambda: not is_alive(first))
    assert renderer.render("who") not in (first, os.getpid())


def test_a_paper_that_is_never_finished_is_given_up_and_holds_up_no_other(monkeypatch):
    stuck = int(renderer.render("who"))
    monkeypatch.setattr(renderer, "PATIENCE", 0.3)
    with pytest.raises(renderer.NotRendered):
        renderer.render("endless", 60)
    monkeypatch.undo()
    renderer.PAPERS["who"] = "os:getpid"
    try:
        assert renderer.render("who") != stuck
    finally:
        del renderer.PAPERS["who"]
    assert until(lambda: not is_alive(stuck))


def test_a_paper_that_is_given_up_takes_none_along_that_waits_behind_it(monkeypatch):
    """Its process is ended; who waited has a new one, and the time of waiting is not counted as drawing."""
    stuck, call = int(renderer.render("who")), WorkProcess.call
    begun = threading.Event()

    def called(process, where, *asked, patience):
        begun.set()
        return call(process, where, *asked, patience=0.5 if where == "time:sleep" else PATIENCE)

    monkeypatch.setattr(WorkProcess, "call", called)
    with ThreadPoolExecutor(3) as people:
        first = people.submit(renderer.render, "endless", 60)
        assert begun.wait(PATIENCE)
        behind = [people.submit(renderer.render, "who") for _ in range(2)]
        with pytest.raises(renderer.NotRendered):
            first.result(PATIENCE)
        drawers = {paper.result(2 * PATIENCE) for paper in behind}
    assert len(drawers) == 1
    assert drawers.isdisjoint({stuck, os.getpid()})


def test_what_the_papers_function_says_is_wrong_reaches_who_asked(monkeypatch):
    monkeypatch.setitem(renderer.PAPERS, "wrong", "builtins:int")
    with pytest.raises(ValueError, match="invalid literal"):
        renderer.render("wrong", "sepuluh")
    assert renderer.render("who") != os.getpid()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_does_not_outlive_its_server_however_that_ends(tmp_path, root, end):
    script = tmp_path / "server.py"
    script.write_text(PARENT)
    words = [sys.executable, str(script)]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.send_signal(end)
        parent.wait(PATIENCE)
    assert until(lambda: not is_alive(child))
