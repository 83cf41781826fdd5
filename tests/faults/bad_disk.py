"""A disk that fails when it is told to: bad_disk.c, compiled here and loaded before the server's own libraries."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

ORDER = struct.Struct("5i")  # sync errno, sync percent, write errno, write percent, how many calls failed


def compiled(folder: Path) -> Path:
    """The library; the test is skipped where nothing can compile it."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build the failing disk with: apt-get install gcc libc6-dev")
    library = folder / "bad_disk.so"
    built = subprocess.run(
        [
            compiler,
            "-shared",
            "-fPIC",
            "-O1",
            "-o",
            str(library),
            str(Path(__file__).with_suffix(".c")),
            "-ldl",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode != 0:
        pytest.skip(f"the failing disk could not be compiled: {built.stderr.strip()[:200]}")
    return library


class BadDisk:
    """Start a server with `env`, then let its disk fail as often as you say."""

    def __init__(self, library: Path, folder: Path) -> None:
        self.orders = folder / "orders"
        self.orders.write_bytes(ORDER.pack(0, 0, 0, 0, 0))
        self.env = {"LD_PRELOAD": str(library), "BAD_DISK": str(self.orders)}

    def fail(self, *, sync: int = 0, write: int = 0, percent: int = 100) -> None:
        """sync, write : error number, 0 for none."""
        self._put(sync, percent, write, percent)

    def heal(self) -> None:
        self._put(0, 0, 0, 0)

    @property
    def failed(self) -> int:
        """How many calls failed so far."""
        return int(ORDER.unpack(self.orders.read_bytes())[-1])

    def _put(self, *numbers: int) -> None:
        with self.orders.open("r+b") as file:
            file.write(struct.pack("4i", *numbers))
