"""Jobs for tests, and work in the place of the real one, which a test holds in the middle or ends."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from survey.jobs.reports import ReportRequest

HERE = "tests.background"

# a server whose reports are never finished
SERVER = f"""
import sys
from survey.jobs import worker
worker.WORK["report"] = "{HERE}:hold"
sys.argv[0] = "skm"
from survey.cli import main
main()
"""


def until(happened: Callable[[], Any], patience: float = 60.0) -> Any:
    """What it gives once that is true; patience in seconds, for a busy machine."""
    deadline = time.monotonic() + patience
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return found


def asked(store: Any, now: Any, *, numbers: str = "", **request: Any) -> Any:
    """A report that waits; the tabulation of dukcapil as PDF unless something else is wished."""
    usual = {"unit": "dukcapil", "period": "2026-TW3", "kind": "tabulation", "form": "pdf"}
    return store.ask_job(ReportRequest(**{**usual, **request}).job(numbers, 600, now, "admin"))


def made(store: Any, job: Any, content: bytes = b"%PDF-") -> Any:
    """The job, finished by a worker; no other may wait."""
    mine = store.claim_job(f"worker of {job.id}", [job.kind])
    assert mine.id == job.id
    store.keep_job_file(mine, content)
    assert store.end_job(replace(mine, state="ready", size=len(content)))
    return store.job(job.unit, job.id)


def failed(store: Any, job: Any, error: str = "Disk hampir penuh.") -> Any:
    mine = store.claim_job(f"worker of {job.id}", [job.kind])
    assert mine.id == job.id
    assert store.end_job(replace(mine, state="failed", error=error))
    return store.job(job.unit, job.id)


def former_note(
    folder: Path, key: str, asked_at: datetime, content: bytes | None = None, failed: str = ""
) -> None:
    """A report as version 0.1.0 kept it: a note, and beside it the file once it was finished."""
    folder.mkdir(exist_ok=True)
    wanted = {**asdict(ReportRequest("dukcapil", "2026-TW3", "tabulation", "pdf")), "template": "lama"}
    told = {
        "asked_at": asked_at.isoformat(),
        "asked_by": "kepala",
        "responses": 600,
        "tries": 1,
        "failed": failed,
    }
    (folder / f"{key}.job").write_text(json.dumps({"wanted": wanted, **told}))
    if content is not None:
        (folder / f"{key}.pdf").write_bytes(content)


def hold(config: Any, job: Any, now: Any, tell: Any) -> Any:
    """Never ends; says so by its process number in the file `held`."""
    tell("Membaca isian", 5)
    draft = config.instance / "held.part"
    draft.write_text(str(os.getpid()))
    draft.rename(config.instance / "held")
    threading.Event().wait()


def until_go(config: Any, job: Any, now: Any, tell: Any) -> Any:
    """As the real one, but it begins only when the file `go` lies in the folder."""
    from survey.jobs.reports import build_in_process

    while not (config.instance / "go").exists():
        time.sleep(0.05)
    return build_in_process(config, job, now, tell)


def die(config: Any, job: Any, now: Any, tell: Any) -> Any:
    """As when the memory is full, for the reports of 2025; others are one letter."""
    if job.arguments["request"]["period"] == "2025":
        os._exit(9)
    return b"x", None
