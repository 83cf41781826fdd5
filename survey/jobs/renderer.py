"""Papers are rendered beside the server: one at a time while somebody waits, or many on all cores.

What is to be rendered goes whole to another process, and bytes come back; it knows no database and no settings.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from survey.jobs.process import Died, WorkProcess

PAPERS = {
    "notice": "calc.render.sheets.notice:notice",
    "sheet": "calc.render.sheets.link_sheet:sheet",
    "paper": "calc.render.render:paper",
}
PATIENCE = 60.0  # seconds that rendering may take while somebody waits
TURN = 60.0  # seconds that somebody waits for the papers before theirs
LONGEST = 1800.0  # seconds for one of many
RENEWED = 200  # papers until a fresh process takes over
AHEAD = 2  # papers that wait for each core: none is idle, and memory stays flat


class NotRendered(Exception):
    """The paper took too long, its turn did not come, or its process died twice; another try may do."""


class Renderer:
    """One process that stays for the next paper, one paper at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: WorkProcess | None = None

    def render(
        self, paper: str, arguments: tuple[object, ...], options: Mapping[str, Any], patience: float
    ) -> bytes:
        """The file that the paper's function makes; whatever it raises, NotRendered.

        One paper that is given up takes no other along, and waiting for the turn is not counted as rendering.
        """
        if not self._turn.acquire(timeout=TURN):
            raise NotRendered(paper)
        try:
            for _ in range(2):
                if self._process is None or self._process.calls >= RENEWED:
                    self.end()
                    self._process = WorkProcess()
                try:
                    file: bytes = self._process.call(PAPERS[paper], *arguments, patience=patience, **options)
                    return file
                except Died:
                    self.end()
            raise NotRendered("proses yang menggambarnya berhenti (memori penuh?)")
        except TimeoutError:
            self.end()
            raise NotRendered(paper) from None
        finally:
            self._turn.release()

    def end(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None


_renderers: dict[int, Renderer] = {}  # by process: a forked one has its own


def render(paper: str, *arguments: object, **options: object) -> bytes:
    """One of PAPERS as a file, from what its function in `calc.report` takes.

    Raises
    ------
    NotRendered
        After PATIENCE or TURN, or when the process was ended twice.
    """
    mine = _renderers.get(os.getpid()) or _renderers.setdefault(os.getpid(), Renderer())
    return mine.render(paper, arguments, options, PATIENCE)


def render_all(
    papers: Iterable[tuple[str, str, tuple[object, ...], Mapping[str, Any]]],
) -> Iterator[tuple[str, bytes | BaseException]]:
    """(name, bytes or the exception) of each (name, paper, arguments, options), as soon as it is finished.

    Papers are taken from what is given only as there is room for them.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = [Renderer() for _ in range(cores)]
    under_way: dict[Future[bytes], str] = {}

    def one(paper: str, arguments: tuple[object, ...], options: Mapping[str, Any]) -> bytes:
        renderer = free.pop()
        try:
            return renderer.render(paper, arguments, options, LONGEST)
        finally:
            free.append(renderer)

    def finished() -> Iterator[tuple[str, bytes | BaseException]]:
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            yield under_way.pop(future), future.exception() or future.result()

    with ThreadPoolExecutor(cores) as threads:
        for name, paper, arguments, options in papers:
            under_way[threads.submit(one, paper, arguments, options)] = name
            while len(under_way) >= cores * AHEAD:
                yield from finished()
        while under_way:
            yield from finished()
    for renderer in free:
        renderer.end()
