"""Reports that versions before step 0013 kept as files in a folder of the installation: taken over by `skm upgrade`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calc.report.kinds import KINDS
from survey.config import word_of_now
from survey.domain.period import Period
from survey.jobs.reports import PRIORITY, REPORT, ReportRequest
from survey.store.jobs import READY, Job

if TYPE_CHECKING:
    from survey.store import Store

FOLDER = "papers"
FIRST = PRIORITY - 1  # claimed before all that wait


def are_left(instance: Path) -> bool:
    """Whether an upgrade ended before they were taken over."""
    return (instance / FOLDER).is_dir()


def take_over(instance: Path, store: Store) -> None:
    """Finished files can still be fetched, what waited or failed is made; the folder goes. While no server runs.

    All are taken over in one transaction, so that it can be done again after it was ended in the middle.
    """
    folder = instance / FOLDER
    store.together(lambda: _take(folder, store))
    shutil.rmtree(folder, ignore_errors=True)


def _take(folder: Path, store: Store) -> None:
    for job in _jobs(folder):
        if store.job(job.unit, job.id) is not None:
            continue
        file = folder / f"{job.id}.{job.arguments['request']['form']}"
        if not file.is_file():
            store.ask_job(job)
            continue
        store.ask_job(replace(job, priority=FIRST))
        if mine := store.claim_job("upgrade", [REPORT]):
            content = file.read_bytes()
            store.keep_job_file(mine, content)
            store.end_job(replace(mine, state=READY, size=len(content)))


def _jobs(folder: Path) -> Iterator[Job]:
    """What cannot be read is left out."""
    for note in folder.glob("*.job"):
        try:
            told = json.loads(note.read_bytes())
            wanted = told["wanted"]
            template = word_of_now("REPORT_TEMPLATE", wanted["template"])
            request = ReportRequest(**{**wanted, "template": template})
            Period.parse(request.period)
            if request.form in KINDS[request.kind].forms:
                arguments = {"request": asdict(request), "responses": int(told["responses"])}
                asked_at = datetime.fromisoformat(told["asked_at"])
                yield Job(request.unit, note.stem, REPORT, asked_at, told["asked_by"], arguments, PRIORITY)
        except (OSError, ValueError, TypeError, KeyError):
            continue
