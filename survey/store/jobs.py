"""Work in the background: one row for each job, claimed by one worker at a time, and the finished files in parts.

No row says until when a worker has its job: clocks of machines differ, and are set. A worker counts `beat` up while it
works; one whose beat stands still for long enough has died, by the clock of the process that looks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from survey.store.mapping import marks, moment, moment_text
from survey.store.transaction import Connection, Transactions

WAITING, RUNNING, READY, FAILED = "waiting", "running", "ready", "failed"
PART = 512 * 1024  # bytes of a file in one transaction: residents' answers get in between

_COLUMNS = """
    unit, id, kind, asked_at, asked_by, arguments, priority, state, worker, beat, tries, step, percent, error, size
"""
# A failed job that is asked for again keeps its error, so that the same error is not told a second time.
_ASK = f"""
    INSERT INTO job ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', '', 0, 0, '', 0, '', 0)
    ON CONFLICT (unit, id) DO UPDATE SET asked_at = excluded.asked_at, asked_by = excluded.asked_by,
        state = 'waiting', tries = 0
    WHERE job.state IN ('failed', ?)
"""  # noqa: S608 (names of our own schema)
_NEXT = f"""
    SELECT {_COLUMNS} FROM job WHERE state = 'waiting' AND kind IN ({{kinds}})
    ORDER BY priority, asked_at, id LIMIT 1
"""  # noqa: S608
_CLAIM = """
    UPDATE job SET state = 'running', worker = ?, beat = 0, tries = tries + 1, step = '', percent = 0
    WHERE unit = ? AND id = ? AND state = 'waiting'
"""
_BEAT = """
    UPDATE job SET beat = beat + 1, step = ?, percent = ?
    WHERE unit = ? AND id = ? AND worker = ? AND state = 'running'
"""
_END = """
    UPDATE job SET state = ?, tries = ?, error = ?, size = ?
    WHERE unit = ? AND id = ? AND worker = ? AND state = 'running'
"""
_SETTLED = "SELECT unit, id, asked_at FROM job WHERE state IN ('ready', 'failed') ORDER BY asked_at DESC, id"
# not one that was asked for again in between
_STILL_SETTLED = "unit = ? AND id = ? AND asked_at = ? AND state IN ('ready', 'failed')"
_CLEAN_FILE = f"""
    DELETE FROM job_file WHERE unit = ? AND id = ? AND EXISTS (SELECT 1 FROM job WHERE {_STILL_SETTLED})
"""  # noqa: S608
_PARTS = "SELECT content FROM job_file WHERE unit = ? AND id = ? AND worker = ? ORDER BY part"


@dataclass(frozen=True)
class Job:
    """unit : '' for the whole installation; id : unique within it; arguments : of the kind, as JSON can hold them

    priority : the lowest number goes first, of equals the one that was asked first
    worker : who has or had it; beat : counted up while it works; tries : how often it was begun
    step, percent : how far it is, percent None when nobody can tell; error : why it failed (the last time)
    size : bytes of the finished file
    """

    unit: str
    id: str
    kind: str
    asked_at: datetime
    asked_by: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 0
    state: str = WAITING
    worker: str = ""
    beat: int = 0
    tries: int = 0
    step: str = ""
    percent: int | None = 0
    error: str = ""
    size: int = 0

    @property
    def open(self) -> bool:
        return self.state in (WAITING, RUNNING)


class JobsSql(Transactions):
    """`JobStore` in SQL that SQLite and PostgreSQL share."""

    def ask_job(self, job: Job, *, renew: bool = False) -> Job:
        arguments = json.dumps(job.arguments, sort_keys=True)
        asked = (job.unit, job.id, job.kind, moment_text(job.asked_at), job.asked_by, arguments, job.priority)
        self.do(_ASK, (*asked, READY if renew else FAILED))
        return self.job(job.unit, job.id) or job

    def job(self, unit: str, key: str) -> Job | None:
        found = self._jobs("unit = ? AND id = ?", (unit, key))
        return found[0] if found else None

    def jobs(self, kind: str, unit: str) -> list[Job]:
        return self._jobs("kind = ? AND unit = ?", (kind, unit))

    def open_jobs(self, kinds: Sequence[str]) -> list[Job]:
        return self._jobs(f"state IN ('waiting', 'running') AND kind IN ({marks(len(kinds))})", kinds)

    def claim_job(self, worker: str, kinds: Sequence[str]) -> Job | None:
        while found := self.rows(_NEXT.format(kinds=marks(len(kinds))), kinds):
            job = _job(found[0])
            if self.do(_CLAIM, (worker, job.unit, job.id)) == 1:
                return replace(job, state=RUNNING, worker=worker, beat=0, tries=job.tries + 1)
        return None

    def beat_job(self, job: Job, step: str, percent: int | None) -> bool:
        return self.do(_BEAT, (step, percent, job.unit, job.id, job.worker)) == 1

    def keep_job_file(self, job: Job, content: bytes) -> None:
        for part, start in enumerate(range(0, len(content), PART)):
            self.do(
                "INSERT INTO job_file (unit, id, worker, part, content) VALUES (?, ?, ?, ?, ?)",
                (job.unit, job.id, job.worker, part, content[start : start + PART]),
            )

    def end_job(self, job: Job) -> bool:
        place = (job.unit, job.id)

        def work(connection: Connection) -> bool:
            became = (job.state, job.tries, job.error, job.size)
            if connection.execute(_END, (*became, *place, job.worker)).rowcount != 1:
                return False
            stays = job.worker if job.state == READY else ""  # not what others began
            connection.execute(
                "DELETE FROM job_file WHERE unit = ? AND id = ? AND worker <> ?", (*place, stays)
            )
            return True

        return self.write(work)

    def job_file(self, job: Job) -> bytes:
        return b"".join(part for (part,) in self.rows(_PARTS, (job.unit, job.id, job.worker)))

    def clean_jobs(self, before: datetime, most: int) -> None:
        settled = self.rows(_SETTLED)
        old = [
            (unit, key, asked_at)
            for position, (unit, key, asked_at) in enumerate(settled)
            if position >= most or asked_at < moment_text(before)
        ]

        def work(connection: Connection) -> None:
            for row in old:
                connection.execute(_CLEAN_FILE, (*row[:2], *row))
                connection.execute(f"DELETE FROM job WHERE {_STILL_SETTLED}", row)  # noqa: S608

        if old:
            self.write(work)

    def _jobs(self, condition: str, values: Sequence[Any]) -> list[Job]:
        sql = f"SELECT {_COLUMNS} FROM job WHERE {condition} ORDER BY asked_at DESC, id DESC"  # noqa: S608
        return [_job(row) for row in self.rows(sql, values)]


def _job(row: Sequence[Any]) -> Job:
    unit, key, kind, asked_at, asked_by, arguments, *rest = row
    return Job(unit, key, kind, moment(asked_at), asked_by, json.loads(arguments), *rest)
