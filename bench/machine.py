"""On what it was measured: machine and versions, for the head of every table."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from sqlite_utils.utils import sqlite3

PEERS = (
    "numpy",
    "flask",
    "waitress",
    "duckdb",
    "polars",
    "pandas",
    "connectorx",
    "sqlite-utils",
    "sqlalchemy",
)
PEERS += ("gunicorn", "granian", "psycopg", "reportlab")


def machine(folder: Path) -> dict[str, str]:
    """folder : where the databases of this run lie."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "disk": _disk(folder),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgresql(),
        **{name: version for name in PEERS if (version := _version(name))},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _disk(folder: Path) -> str:
    """File system and its kind of disk, of the mount point that holds a folder."""
    best = ("", "", "")
    for line in Path("/proc/mounts").read_text().splitlines():
        device, point, kind = line.split()[:3]
        if folder.resolve().is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, kind, device)
    return f"{best[1]} on {Path(best[2]).name}, {shutil.disk_usage(folder).free / 2**30:.0f} GiB free"


def _postgresql() -> str:
    for path in [
        *sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True),
        shutil.which("postgres"),
    ]:
        if path:
            found = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
            return found.stdout.split()[2] if found.returncode == 0 else ""
    return ""


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def words(of: dict[str, str]) -> str:
    """One line for people."""
    head = f"{of['cores']} cores ({of['processor']}), {of['memory']}, {of['disk'].partition(',')[0]}, {of['system']}"
    versions = ", ".join(
        f"{name} {of[name]}" for name in ("python", "sqlite", "postgresql", *PEERS) if of.get(name)
    )
    return f"{head}; {versions}"
