"""Work in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from survey.store.jobs import Job


class JobStore(Protocol):
    """Work in the background."""

    def ask_job(self, job: Job, *, renew: bool = False) -> Job:
        """Let it wait for a worker; the one that is there already stays, a failed one begins anew.

        renew : a finished one, too
        """

    def job(self, unit: str, key: str) -> Job | None: ...
    def jobs(self, kind: str, unit: str) -> list[Job]:
        """Newest first."""

    def open_jobs(self, kinds: Sequence[str]) -> list[Job]:
        """Those that wait or are worked on."""

    def claim_job(self, worker: str, kinds: Sequence[str]) -> Job | None:
        """The next one that waits; it is this worker's alone, and costs a try."""

    def beat_job(self, job: Job, step: str, percent: int | None) -> bool:
        """Say that `job.worker` is alive, and how far it is. False when it lost the job to another."""

    def keep_job_file(self, job: Job, content: bytes) -> None:
        """The file that `job.worker` made, in many short transactions; nobody sees it before `end_job`."""

    def end_job(self, job: Job) -> bool:
        """Write what became of it: its state (also 'waiting' again), tries, error and size.

        False when `job.worker` lost it to another.
        """

    def job_file(self, job: Job) -> bytes: ...
    def clean_jobs(self, before: datetime, most: int) -> None:
        """Remove ready and failed ones that were asked for before then, and the oldest of more than `most`."""
