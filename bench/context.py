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
LAUNCH = """
import os, sys, time
began = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(pid, 0)
taken = time.perf_counter() - began
print(taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""  # a small process between: a child is said to have had the memory of its parent, too
CALL = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"


@dataclass
class Run:
    """folder : for databases that are written to, removed afterwards; kept : for those that are only read
    sizes : numbers of answers, smallest first
    rounds : turns of each way; pause : seconds that a load lasts
    python : the interpreter of the toolkit, whose packages are those of an installation (pandas would change it)
    """

    folder: Path
    kept: Path
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
        folder = self.kept / f"filled-{size}"
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

    def finish(self, command: Sequence[str], output: Path = Path(os.devnull)) -> Usage:
        """Run a command to its end, its output in a file; what it took."""
        with output.open("wb") as file:
            made = subprocess.run(
                [str(self.python), "-I", "-S", "-c", LAUNCH, *command],
                env=environ(),
                stdout=file,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                check=False,
            )
        *words, told = made.stderr.splitlines()
        if made.returncode:
            raise RuntimeError(f"{' '.join(command[-4:])} ended with {made.returncode}: {words[-5:]}")
        return Usage(*map(float, told.split()))


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
    return {**kept, "PYTHONPATH": str(ROOT)}
