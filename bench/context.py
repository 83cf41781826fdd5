"""One run of the benchmarks: its sizes, its folder, and installations that are filled once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import filler

ROOT = Path(__file__).resolve().parent.parent
CALL = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"


@dataclass
class Run:
    """folder : for databases, removed afterwards
    sizes : numbers of answers, smallest first
    rounds : turns of each way; pause : seconds that a load lasts
    python : the interpreter of the toolkit, whose packages are those of an installation (pandas would change it)
    """

    folder: Path
    sizes: tuple[int, ...]
    rounds: int = 5
    pause: float = 3.0
    python: Path = field(default_factory=lambda: toolkit_python())
    said: float = field(default_factory=time.monotonic)

    @property
    def largest(self) -> int:
        return self.sizes[-1]

    @property
    def million(self) -> int:
        """The size that most goals are about: 1,000,000, or the largest of a small run."""
        return max(size for size in self.sizes if size <= 1_000_000)

    def say(self, words: str) -> None:
        """Progress, for people, on standard error."""
        print(f"[{time.monotonic() - self.said:6.1f} s] {words}", file=sys.stderr, flush=True)

    def answers(self, size: int) -> filler.Answers:
        return filler.invented(size)

    def filled(self, size: int) -> Path:
        """An installation with that many answers; nobody writes to it."""
        folder = self.folder / f"filled-{size}"
        if not folder.exists():
            self.say(f"filling an installation with {size:,} answers")
            draft = folder.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            filler.install(draft)
            filler.fill(draft, self.answers(size))
            draft.rename(folder)
        return folder

    def own(self, size: int, name: str) -> Path:
        """A copy of it, to write to."""
        folder = self.folder / f"{name}-{size}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.filled(size), folder)
        return folder

    def skm(self, folder: Path, *arguments: str) -> list[str]:
        """The words that start `skm` in a process of its own."""
        return [str(self.python), "-c", CALL, "--instance", str(folder), *arguments]

    def finish(self, command: Sequence[str]) -> Usage:
        """Run a command to its end; what it took."""
        began = time.perf_counter()
        process = subprocess.Popen(
            command, env=environ(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        words = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode:
            raise RuntimeError(f"{' '.join(command[-4:])} ended with {process.returncode}: {words[-2000:]}")
        taken = time.perf_counter() - began
        return Usage(taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@dataclass(frozen=True)
class Usage:
    """seconds : on the clock; cpu : of processor; memory : largest resident set, MiB."""

    seconds: float
    cpu: float
    memory: float


def toolkit_python() -> Path:
    """That of `make run`, else the one that runs this."""
    own = ROOT / ".venv" / "bin" / "python"
    return own if own.exists() else Path(sys.executable)


def environ() -> dict[str, str]:
    """For child processes: this checkout, and no settings of whoever runs it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKM_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
