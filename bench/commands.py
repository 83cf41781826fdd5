"""Commands: verify, the tests, and what it takes to start."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench import filler
from bench.rows import Seen
from bench.run import ROOT, Run, environ, finish, skm
from bench.servers import HELLO, Kind, get, load, office, started

IMPORT = "import survey.app, survey.store.sqlite.store"
LONGEST = 300.0  # seconds for `make run`


def verify(run: Run) -> dict[str, Seen]:
    folder = run.own()
    return {"CPU": Seen(tuple(finish(skm(folder, "verify")).cpu for _ in range(min(3, run.rounds))))}


def checks(run: Run) -> dict[str, Seen]:
    """Both as they are, once: there is no short form of them."""
    return {target: Seen((finish(target.split()).seconds,)) for target in ("make fast", "make check")}


def start(run: Run) -> dict[str, Seen]:
    first = _first_start(run.folder / "checkout")
    ours, flask = [], []
    for _ in range(run.rounds + 1):
        ours.append(1000 * finish([sys.executable, "-c", IMPORT]).cpu)
        flask.append(1000 * finish([sys.executable, "-c", "import flask"]).cpu)
    with office(run) as at, started([sys.executable, "-c", HELLO]) as bare:
        load(at.server, Kind([get(f"/s/{filler.CODES[0]}")]), 0.2)
        load(bare, Kind([get("/")]), 0.2)
        memory = Seen((at.server.memory,), (bare.memory,))
    return {
        "make run from nothing": Seen((first,)),
        "import of the application, CPU": Seen(tuple(ours[1:]), tuple(flask[1:])),
        "idle server": memory,
    }


def _first_start(folder: Path) -> float:
    """Seconds of `make run` in a new checkout until its first page is there; pip's cache may help."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {name: value for name, value in environ().items() if name != "PYTHONPATH"}
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while process.poll() is None and time.perf_counter() - began < LONGEST:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"make run gave no page ({process.poll()})")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
        shutil.rmtree(folder)
