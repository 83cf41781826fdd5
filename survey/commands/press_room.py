"""Many papers on all cores: reports in, files out, never more than a few of them in memory.

The database is read by one process; the papers are drawn by others, which know only their data.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TYPE_CHECKING, Self

from survey.jobs import drawing

if TYPE_CHECKING:
    from calc.report.data import ReportData
    from survey.commands.report import Paper

AHEAD = 2  # papers that wait for each core: none is idle, and memory stays flat


class PressRoom:
    """Draws while more are handed in; `with` waits for the last one.

    keep : called with the name and bytes of each paper, in the order in which they are finished
    failed : name -> why, filled in as it happens
    done : called with 1 for each paper, made or failed
    """

    def __init__(
        self,
        paper: Paper,
        keep: Callable[[str, bytes], None],
        failed: dict[str, str],
        done: Callable[[int], object],
    ) -> None:
        self._paper, self._keep, self._failed, self._done = paper, keep, failed, done
        self._cores = _cores()
        self._pool = _pool(self._cores)
        self._under_way: dict[Future[bytes], tuple[str, ReportData]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            while kind is None and self._under_way:
                self._collect()
        finally:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def draw(self, name: str, data: ReportData) -> None:
        """Hand in a paper; returns once there is room for it."""
        while len(self._under_way) >= self._cores * AHEAD:
            self._collect()
        try:
            future = self._pool.submit(drawn, self._paper, data)
        except BrokenProcessPool:
            self._pool = _pool(self._cores)
            future = self._pool.submit(drawn, self._paper, data)
        self._under_way[future] = (name, data)

    def _collect(self) -> None:
        """Take what is finished; wait for one when nothing is."""
        finished, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
        for future in finished:
            name, data = self._under_way.pop(future)
            try:
                self._keep(name, self._bytes(future, data))
            except BrokenProcessPool:
                self._failed[name] = "proses yang menggambarnya berhenti (memori penuh?)"
            except Exception as error:
                self._failed[name] = str(error) or type(error).__name__
            self._done(1)

    def _bytes(self, future: Future[bytes], data: ReportData) -> bytes:
        """A process that dies takes its neighbours' papers along: each of them is tried again, alone."""
        try:
            return future.result()
        except BrokenProcessPool:
            with _pool(1) as alone:
                return alone.submit(drawn, self._paper, data).result()


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=drawing.begin)


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def drawn(paper: Paper, data: ReportData) -> bytes:
    """In a process of its own: the bytes of one paper."""
    from calc.render import render

    return render.paper(paper.kind, paper.form, data, **paper.rest)  # type: ignore[arg-type]
