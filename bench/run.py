"""One run of the benchmark: its sizes, its folder, installations that are filled once, and commands."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bench import filler

ROOT = Path(__file__).resolve().parent.parent
CALL = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"
OURS = ("ARGS", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")  # of the make that started this


@dataclass(frozen=True)
class Run:
    """folder : where the databases lie
    answers : stored when the measurement begins; units : that they are about
    rounds : of each measurement; seconds : that a load lasts
    """

    folder: Path
    answers: int
    units: int = filler.UNITS
    rounds: int = 5
    seconds: float = 3.0

    def own(self) -> Path:
        """A new installation with that many answers, to write to."""
        filled = self.folder / f"filled-{self.answers}-{self.units}"
        if not filled.exists():
            draft = filled.with_suffix(".draft")
            filler.install(draft, self.units)
            filler.fill(draft, self.answers, self.units)
            draft.rename(filled)
        own = self.folder / "own"
        shutil.rmtree(own, ignore_errors=True)
        return shutil.copytree(filled, own)


@dataclass(frozen=True)
class Usage:
    """seconds : on the clock; cpu : of processor, children included."""

    seconds: float
    cpu: float


def skm(folder: Path, *arguments: str) -> list[str]:
    """The words that start `skm` in a process of its own."""
    return [sys.executable, "-c", CALL, "--instance", str(folder), *arguments]


def finish(command: Sequence[str]) -> Usage:
    """Run a command to its end; what it took.

    Raises
    ------
    RuntimeError
        When it ends with another status than 0.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environ(), cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    taken = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[-4:])} ended with {process.returncode}")
    return Usage(taken, used.ru_utime + used.ru_stime)


def environ() -> dict[str, str]:
    """For child processes: this checkout, and no settings of whoever runs it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKM_")}
    return {**{name: value for name, value in kept.items() if name not in OURS}, "PYTHONPATH": str(ROOT)}


def machine() -> str:
    """On what it was measured, in one line."""
    from sqlite_utils.utils import sqlite3

    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("flask", "numpy", "reportlab"))
    return (
        f"{len(os.sched_getaffinity(0))} cores ({processor or platform.machine()}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.release().partition('-')[0]}; python {platform.python_version()}, "
        f"sqlite {sqlite3.sqlite_version}, {versions}"
    )


def commit() -> str:
    """The commit that is checked out, with '+' when something was changed; '' without git."""
    command = ["git", "describe", "--always", "--abbrev=7", "--exclude=*", "--dirty=+"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
