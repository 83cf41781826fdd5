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
from survey.config import FORMER_WORDS
from survey.domain.period import Period
from survey.jobs.reports import PRIORITY, REPORT, ReportRequest
from survey.store.jobs import READY, Job

if TYPE_CHECKING:
    from survey.store.protocols.jobs import JobStore

FOLDER = "papers"
TEMPLATES = FORMER_WORDS["REPORT_TEMPLATE"]


def take_over(instance: Path, store: JobStore) -> None:
    """Finished files can still be fetched, what waited or failed is made; the folder goes. While no server runs."""
    folder = instance / FOLDER
    found = [(job, folder / f"{job.id}.{job.arguments['request']['form']}") for job in _jobs(folder)]
    for job, file in sorted(
        found, key=lambda pair: not pair[1].is_file()
    ):  # finished first: none else waits then
        store.ask_job(job)
        if file.is_file() and (mine := store.claim_job("upgrade", [REPORT])):
            content = file.read_bytes()
            store.keep_job_file(mine, content)
            store.end_job(replace(mine, state=READY, size=len(content)))
    shutil.rmtree(folder, ignore_errors=True)


def _jobs(folder: Path) -> Iterator[Job]:
    """What cannot be read is left out."""
    for note in folder.glob("*.job"):
        try:
            told = json.loads(note.read_bytes())
            wanted = told["wanted"]
            request = ReportRequest(
                **{**wanted, "template": TEMPLATES.get(wanted["template"], wanted["template"])}
            )
            Period.parse(request.period)
            if request.form in KINDS[request.kind].forms:
                arguments = {"request": asdict(request), "responses": int(told["responses"])}
                asked_at = datetime.fromisoformat(told["asked_at"])
                yield Job(request.unit, note.stem, REPORT, asked_at, told["asked_by"], arguments, PRIORITY)
        except (OSError, ValueError, TypeError, KeyError):
            continue
