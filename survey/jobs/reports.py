"""Long reports: what is asked for, and how a worker's process makes it."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from calc.report.document import Block, Document, LongTable, Together
from calc.report.kinds import KINDS, MOST, ROWS, Options
from survey.domain.period import Period
from survey.jobs.process import Tell
from survey.operations import installation
from survey.services.issuing import issued
from survey.store import StoreBusy, StoreError
from survey.store.jobs import Job
from survey.system import disk

if TYPE_CHECKING:
    from survey.config import Config
    from survey.domain.issued_paper import IssuedPaper
    from survey.store import Store

REPORT = "report"  # the kind of these jobs
PRIORITY = 10  # somebody waits
AT_ONCE = 500  # responses that a paper may list while somebody waits for it
READ, DRAW = 5, 10  # percent when the answers are being read, and when the drawing begins


@dataclass(frozen=True)
class ReportRequest:
    """One paper, as `survey.services.report_data.unit_report_data` and `calc.render.render.paper` understand it.

    service : key of one service, None for the whole unit; respondents : None leaves it to the number of responses
    """

    unit: str
    period: str
    kind: str
    form: str
    service: str | None = None
    size: str = "A4"
    template: str = "five-chapters"
    respondents: bool | None = None

    @property
    def options(self) -> Options:
        """The named arguments of `calc.render.render.paper`."""
        return {"size": self.size, "template": self.template, "respondents": self.respondents}

    @property
    def file_name(self) -> str:
        """``laporan-dukcapil-2026-TW3.pdf``; every part is a checked key."""
        parts = [KINDS[self.kind].file, self.unit, *filter(None, [self.service])]
        return f"{'-'.join(parts)}-{self.period.replace('..', '_')}.{self.form}"

    def prints_rows(self, responses: int) -> bool:
        """Whether it has a line for every response."""
        lists = self.respondents or (self.respondents is None and responses <= MOST)
        return self.kind in ROWS or bool(self.kind == "full" and self.form != "json" and lists)

    def is_long(self, responses: int) -> bool:
        """Whether it prints so many responses that nobody should wait for it with an open page."""
        return self.prints_rows(responses) and responses > AT_ONCE

    @property
    def may_be_long(self) -> bool:
        """Whether that depends on the number of responses at all; 'all that there are' may be few enough to list."""
        return self.prints_rows(MOST)

    def job(self, numbers: str, responses: int, now: datetime, account: str) -> Job:
        """The job of this paper from these numbers.

        numbers : says from which answers and words it is made; the same paper from the same numbers is one job
        """
        told = json.dumps([asdict(self), numbers], sort_keys=True)
        key = hashlib.sha256(told.encode()).hexdigest()[:32]
        arguments = {"request": asdict(self), "responses": responses}
        return Job(self.unit, key, REPORT, now, account, arguments, PRIORITY)


class ReportJob(NamedTuple):
    """A job with what it is about; responses : as many as there were when it was asked for"""

    job: Job
    request: ReportRequest
    responses: int


def report_of(job: Job) -> ReportJob:
    return ReportJob(job, ReportRequest(**job.arguments["request"]), job.arguments["responses"])


def build_in_process(config: Config, job: Job, now: datetime, tell: Tell) -> tuple[bytes, IssuedPaper]:
    """In the worker's process: `build` from a store of its own. OSError when the answers need the rest of the disk."""
    if not disk.has_room(config.instance):
        raise OSError(errno.ENOSPC, "disk almost full")
    store = installation.open_store(config)
    try:
        return build(store, config, report_of(job).request, now, job.asked_by, tell)
    finally:
        store.close()


def build(
    store: Store, config: Config, request: ReportRequest, now: datetime, account: str, tell: Tell
) -> tuple[bytes, IssuedPaper]:
    """The bytes of a paper, and the row that must be kept before it is handed out.

    Raises
    ------
    ValueError
        With an Indonesian sentence: the unit is gone, or the paper cannot be had so.
    """
    from calc.render import render  # late: the server itself renders nothing
    from survey.services.report_data import scores_for, unit_report_data
    from survey.services.scope import Scope

    tell("Membaca isian", READ)
    unit = store.unit(request.unit)
    if unit is None:
        raise ValueError("Unit ini sudah tidak ada.")
    scope = Scope(store, config, unit, Period.parse(request.period), now, request.service)
    data = unit_report_data(scope, scores=scores_for(request.kind, request.respondents))
    tell("Menyusun berkas", None)

    def prepare(document: Document) -> Document:
        tell("Menyusun halaman", DRAW)
        return watched(document, tell)

    content = render.paper(request.kind, request.form, data, **request.options, prepare=prepare)
    return content, issued(config, data, request.kind, request.form, request.service, now, account)


def watched(document: Document, tell: Tell) -> Document:
    """The same document; its long tables tell how many of their rows were asked for, however often a form asks."""
    whole, said = 0, DRAW

    def say(reached: int) -> None:
        nonlocal said
        percent = DRAW + min(reached, whole) * (99 - DRAW) // max(whole, 1)
        if percent > said:
            said = percent
            tell("Menggambar halaman", percent)

    def rows_of(table: LongTable, before: int) -> Callable[[int, int], Sequence[Sequence[str]]]:
        def rows(first: int, last: int) -> Sequence[Sequence[str]]:
            say(before + last)
            return table.rows(first, last)

        return rows

    def watch(block: Block) -> Block:
        nonlocal whole
        if isinstance(block, Together):
            return Together(tuple(map(watch, block.blocks)))
        if not isinstance(block, LongTable):
            return block
        whole += block.count
        return replace(block, rows=rows_of(block, whole - block.count))

    return replace(document, blocks=tuple(map(watch, document.blocks)))


def reason(error: Exception) -> str:
    """Why a job was not done, for the person who asked."""
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
