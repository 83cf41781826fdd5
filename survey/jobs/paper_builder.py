"""Makes the papers of the shelf, one after the other, in a process of its own that a server starts and takes with it.

One such process per installation: whoever cannot have the lock ends at once. It goes behind everything else.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from calc.report.document import Block, Document, LongTable, Together
from survey.domain.period import Period
from survey.jobs.papers import Job, Shelf, Wanted
from survey.operations import installation
from survey.services.issuing import issued
from survey.store import StoreBusy, StoreError
from survey.system import disk
from survey.system.lock import Locked, only_one
from survey.system.priority import step_aside

if TYPE_CHECKING:
    from survey.config import Config
    from survey.store import Store

BUSY = 3  # exit code: another builder is at work
LONGEST = 1800.0  # seconds for one paper; nothing takes so long unless something is wrong
READ, DRAW = 5, 10  # percent when the answers are being read, and when the drawing begins

Told = Callable[[str, int | None], None]


def main() -> None:
    """`FOLDER NOW`: the installation, and the server's time (tests have their own)."""
    folder, now = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
    ahead = now - installation.utc_now()
    step_aside()
    shelf = Shelf(folder)
    try:
        with only_one(shelf.lock):
            _Builder(shelf, folder, ahead).work()
    except Locked:
        sys.exit(BUSY)


class _Builder:
    def __init__(self, shelf: Shelf, folder: Path, ahead: timedelta) -> None:
        self._shelf, self._ahead = shelf, ahead
        self._job: Job | None = None  # under way, as it was before this try
        self._mutex = threading.Lock()
        threading.Thread(target=self._end_with_server, name="server", daemon=True).start()
        # systemd asks every process of a service to end, not only the server
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=self._end, daemon=True).start())
        self._config = installation.load_config(folder)

    def work(self) -> None:
        self._shelf.begin()
        store = installation.open_store(self._config)
        try:
            while (job := self._shelf.next()) is not None:
                self._make(store, job)
        finally:
            store.close()

    def _make(self, store: Store, job: Job) -> None:
        """Made or failed, the shelf knows it; only the death of this process leaves the job, one try the poorer."""
        self._shelf.tell(job, "Mulai", 0)
        with self._mutex:
            self._job = job
            job = self._shelf.save(replace(job, tries=job.tries + 1))
        clock = threading.Timer(LONGEST, self._give_up, [job])
        clock.daemon = True
        clock.start()
        try:
            self._shelf.finish(job, self._built(store, job))
        except Exception as error:
            traceback.print_exc()
            self._shelf.fail(job, reason(error))
        finally:
            self._job = None
            clock.cancel()

    def _built(self, store: Store, job: Job) -> bytes:
        if not disk.has_room(self._shelf.folder):
            raise OSError(errno.ENOSPC, "disk almost full")
        return build(
            store,
            self._config,
            job.wanted,
            installation.utc_now() + self._ahead,
            job.asked_by,
            lambda step, percent: self._shelf.tell(job, step, percent),
        )

    def _give_up(self, job: Job) -> None:
        self._shelf.fail(job, f"Belum selesai setelah {LONGEST / 60:.0f} menit, lalu dihentikan.")
        os._exit(1)

    def _end_with_server(self) -> None:
        """Its end of the pipe closes however the server ends."""
        os.read(0, 1)  # not sys.stdin, whose lock would hold up the end of this process
        self._end()

    def _end(self) -> None:
        """Stopped by others: a paper given up for that reason was no failed try."""
        with self._mutex:
            if self._job is not None:
                self._shelf.save(self._job)
            os._exit(1)


def build(store: Store, config: Config, wanted: Wanted, now: datetime, account: str, told: Told) -> bytes:
    """The bytes of a paper, once it is written down that it was made, and for whom.

    Raises
    ------
    ValueError
        With an Indonesian sentence: the unit is gone, or the paper cannot be had so.
    """
    from calc.render import render  # late: a builder that finds nothing to do ends quickly
    from survey.services.report_data import scores_for, unit_report_data

    told("Membaca isian", READ)
    unit = store.unit(wanted.unit)
    if unit is None:
        raise ValueError("Unit ini sudah tidak ada.")
    data = unit_report_data(
        store,
        config,
        unit,
        Period.parse(wanted.period),
        now,
        service=wanted.service,
        scores=scores_for(wanted.kind, wanted.respondents),
    )
    told("Menyusun berkas", None)

    def prepare(document: Document) -> Document:
        told("Menyusun halaman", DRAW)
        return watched(document, told)

    content = render.paper(wanted.kind, wanted.form, data, **wanted.options, prepare=prepare)  # type: ignore[arg-type]
    store.keep_issued_paper(issued(config, data, wanted.kind, wanted.form, wanted.service, now, account))
    return content


def watched(document: Document, told: Told) -> Document:
    """The same document; its long tables tell how many of their rows were drawn."""
    whole = sum(table.count for table in _long_tables(document.blocks))
    if not whole:
        return document
    counter = _Counter(whole, told)
    return replace(document, blocks=tuple(_watched(block, counter) for block in document.blocks))


def _watched(block: Block, counter: _Counter) -> Block:
    if isinstance(block, LongTable):
        return replace(block, rows=counter.rows_of(block))
    if isinstance(block, Together):
        return Together(tuple(_watched(inner, counter) for inner in block.blocks))
    return block


def _long_tables(blocks: Sequence[Block]) -> list[LongTable]:
    found: list[LongTable] = []
    for block in blocks:
        if isinstance(block, LongTable):
            found.append(block)
        elif isinstance(block, Together):
            found += _long_tables(block.blocks)
    return found


class _Counter:
    """Rows that were asked for so far, whichever way and however often a form asks."""

    def __init__(self, whole: int, told: Told) -> None:
        self._whole, self._told, self._begun, self._said = whole, told, 0, DRAW

    def rows_of(self, table: LongTable) -> Callable[[int, int], Sequence[Sequence[str]]]:
        before, self._begun = self._begun, self._begun + table.count

        def rows(first: int, last: int) -> Sequence[Sequence[str]]:
            self._say(before + last)
            return table.rows(first, last)

        return rows

    def _say(self, reached: int) -> None:
        percent = DRAW + min(reached, self._whole) * (99 - DRAW) // self._whole
        if percent > self._said:
            self._said = percent
            self._told("Menggambar halaman", percent)


def reason(error: Exception) -> str:
    """Why a paper was not made, for the person who asked."""
    if isinstance(error, MemoryError):
        return "Memori komputer tidak cukup untuk laporan sepanjang ini."
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return "Disk hampir penuh." if full else "Berkas tidak dapat ditulis di komputer server."
    if isinstance(error, StoreBusy):
        return "Penyimpanan sedang tidak dapat menulis, dan setiap laporan dicatat dahulu."
    if isinstance(error, StoreError):
        return "Penyimpanan isian tidak dapat dibaca."
    if isinstance(error, ValueError) and error.args and str(error).endswith("."):
        return str(error)
    return f"Terjadi kesalahan pada program ({type(error).__name__}); sampaikan kepada pengelola."
