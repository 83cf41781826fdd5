"""Papers that are made in the background: what was asked for, how far it is, and the finished files.

Everything is a small file in one folder of the installation, so that it outlives the server: ``<key>.job`` says what
is wanted, ``<key>.<form>`` is the finished paper, written whole and then named.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calc.report.kinds import KINDS, MOST, ROWS
from survey.domain.period import Period
from survey.system import disk

FOLDER = "papers"
LOCK = "builder.lock"
AT_ONCE = 500  # responses that a paper may list while somebody waits for it
KEPT_DAYS = 7
KEPT = 100  # papers in the folder; the oldest finished ones go first
TRIES = 3  # a builder that dies takes its paper with it; after so many deaths the paper is given up
FORMS = tuple({form: None for kind in KINDS.values() for form in kind.forms})
KEY = re.compile(r"[0-9a-f]{32}")

GIVEN_UP = "Pembuatan terhenti berkali-kali, mungkin karena memori komputer tidak cukup."


@dataclass(frozen=True)
class Wanted:
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
    def options(self) -> dict[str, object]:
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


@dataclass(frozen=True)
class Job:
    """A paper on the shelf.

    tries : builders that began it and died; failed : why it cannot be made, '' when it can
    state : 'waiting', 'building', 'ready' or 'failed'; percent : how far a builder is, None when it cannot tell
    """

    key: str
    wanted: Wanted
    asked_at: datetime
    asked_by: str
    responses: int
    tries: int = 0
    failed: str = ""
    state: str = "waiting"
    step: str = ""
    percent: int | None = None
    size: int = 0

    @property
    def open(self) -> bool:
        return self.state in ("waiting", "building")


class Shelf:
    """The folder; every method may be called by several processes at once."""

    def __init__(self, instance: Path) -> None:
        self.folder = instance / FOLDER
        self.lock = self.folder / LOCK

    def ask(self, wanted: Wanted, numbers: str, responses: int, now: datetime, account: str) -> Job:
        """The job of this paper from these numbers: the one that is there already, or a new one.

        numbers : says from which answers and words it is made; the same paper from the same numbers is made once
        """
        told = json.dumps([asdict(wanted), numbers], sort_keys=True)
        key = hashlib.sha256(told.encode()).hexdigest()[:32]
        there = self.job(key)
        if there is not None and there.state != "failed":
            return there
        self.clean(now)
        return self.save(Job(key, wanted, now, account, responses))

    def save(self, job: Job) -> Job:
        """Keep what is known about a job, whole or not at all."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        told = {
            "wanted": asdict(job.wanted),
            "asked_at": job.asked_at.isoformat(),
            "asked_by": job.asked_by,
            "responses": job.responses,
            "tries": job.tries,
            "failed": job.failed,
        }
        write_whole(self._note(job.key), json.dumps(told).encode())
        return job

    def again(self, job: Job) -> None:
        """One more chance for a paper that failed."""
        if job.state == "failed":
            self.save(replace(job, tries=0, failed=""))

    def job(self, key: str) -> Job | None:
        """None when there is no such job (any more), also for a file that cannot be read."""
        if not KEY.fullmatch(key):
            return None
        try:
            told = json.loads(self._note(key).read_bytes())
            job = Job(
                key,
                Wanted(**told["wanted"]),
                datetime.fromisoformat(told["asked_at"]).astimezone(UTC),
                told["asked_by"],
                told["responses"],
                told["tries"],
                told["failed"],
            )
            Period.parse(job.wanted.period)
            known = job.wanted.kind in KINDS and job.wanted.form in FORMS
            return self._with_state(job) if known else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def jobs(self, unit: str | None = None) -> list[Job]:
        """Of one unit or of all, newest first."""
        found = (self.job(path.stem) for path in self._notes())
        mine = [job for job in found if job is not None and unit in (None, job.wanted.unit)]
        return sorted(mine, key=lambda job: (job.asked_at, job.key), reverse=True)

    def next(self) -> Job | None:
        """The job that was asked first and is not made yet."""
        return next((job for job in reversed(self.jobs()) if job.open), None)

    def paper(self, job: Job) -> Path:
        return self.folder / f"{job.key}.{job.wanted.form}"

    def tell(self, job: Job, step: str, percent: int | None) -> None:
        """Say how far a paper is; nothing is lost when that cannot be written."""
        with contextlib.suppress(OSError):
            write_whole(self._progress(job.key), json.dumps([step, percent]).encode(), durable=False)

    def finish(self, job: Job, content: bytes) -> None:
        write_whole(self.paper(job), content)
        self._progress(job.key).unlink(missing_ok=True)

    def fail(self, job: Job, sentence: str) -> None:
        self.save(replace(job, failed=sentence))
        self._progress(job.key).unlink(missing_ok=True)

    def begin(self) -> None:
        """For a new builder: nobody else is building, so what looks begun was left by one that died."""
        left = [*self.folder.glob("*.progress")]
        left += [path for form in FORMS for path in self.folder.glob(f"*.{form}.*.part")]  # not a server's
        for path in left:
            path.unlink(missing_ok=True)

    def clean(self, now: datetime) -> None:
        """Remove finished and failed papers that are old, and the oldest of too many."""
        settled = [job for job in self.jobs() if not job.open]
        for position, job in enumerate(settled):
            if position >= KEPT or now - job.asked_at > timedelta(days=KEPT_DAYS):
                for path in (self.paper(job), self._progress(job.key), self._note(job.key)):
                    path.unlink(missing_ok=True)

    def _with_state(self, job: Job) -> Job:
        with contextlib.suppress(OSError):
            return replace(job, state="ready", size=self.paper(job).stat().st_size)
        if job.failed:
            return replace(job, state="failed")
        with contextlib.suppress(OSError, ValueError, TypeError):
            step, percent = json.loads(self._progress(job.key).read_bytes())
            return replace(job, state="building", step=step, percent=percent)
        if job.tries >= TRIES:
            return replace(job, state="failed", failed=GIVEN_UP)
        return job

    def _notes(self) -> Iterator[Path]:
        return self.folder.glob("*.job") if self.folder.is_dir() else iter(())

    def _note(self, key: str) -> Path:
        return self.folder / f"{key}.job"

    def _progress(self, key: str) -> Path:
        return self.folder / f"{key}.progress"


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Under its name there is all of it or what was there before, also after a power cut."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        if durable:
            disk.fsync_and_rename(draft, path)
        else:
            draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
