"""What a server asked of the kernel, and in which order: read from strace."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

CALLS = "recvfrom,sendto,pwrite64,fsync,fdatasync,unlink"
LINE = re.compile(r"(?P<pid>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)")
FILE = re.compile(r"(\d+)<([^>]*)>")


class Call(NamedTuple):
    """began, ended : positions in the order of events; file : what the descriptor stands for."""

    name: str
    file: str
    began: int
    ended: int
    words: str


def words(output: Path) -> tuple[str, ...]:
    """How to start a server under strace; the test is skipped where that cannot be."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: apt-get install strace")
    if (
        subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode
        != 0
    ):
        pytest.skip("strace may not watch processes here (ptrace is forbidden)")
    # -D: the server stays our child; -s: a whole database page
    return (
        "strace",
        "-D",
        "-f",
        "-qq",
        "-y",
        "-s",
        "4200",
        "-e",
        f"trace={CALLS}",
        "-e",
        "signal=none",
        "-o",
        str(output),
    )


def calls(output: Path) -> Iterator[Call]:
    """Every call that ended, in the order of its end."""
    unfinished: dict[str, tuple[int, str]] = {}
    for position, line in enumerate(output.read_text("latin-1").splitlines()):
        found = LINE.match(line)
        if found is None:
            continue
        if found["call"] and line.endswith("<unfinished ...>"):
            unfinished[found["pid"]] = (position, found["call"] + "(" + found["rest"])
            continue
        began, text = position, f"{found['call']}({found['rest']}"
        if found["resumed"]:
            began, text = unfinished.pop(found["pid"], (position, found["resumed"] + "("))
            text += found["rest"]
        name, _, rest = text.partition("(")
        file = FILE.match(rest)
        ended = rest.rpartition(") = ")[2]
        if not ended.startswith("-1"):
            yield Call(
                name, file[2] if file else rest.split('"')[1] if '"' in rest else "", began, position, rest
            )


def wait_for_end(output: Path) -> None:
    """strace writes on a little after the server has ended."""
    size = -1
    while size != (size := output.stat().st_size):
        time.sleep(0.2)
