"""Who reads while residents rate: the open data, the overview, full reports; and the memory of the server meanwhile."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench import filler
from bench.context import ROOT, Run, environ
from bench.measure import Times
from bench.report import Row
from bench.servers import Load, Server, get, started
from bench.ways import RESIDENTS, Way, over, words
from survey import account, installation
from survey.account import Account

PART = "readers"
PASSWORD = "kuda baterai jepit staples"
PERIOD = filler.PERIODS[2].key
OVERVIEW = f"/meja/?periode={PERIOD}"
JSON_READERS, REPORT_READERS = 8, 12
READ = 0.1  # seconds that a reader of open data looks at it; who reports has no pause


def measure(run: Run) -> Iterator[Row]:
    folder = run.own(run.million, "readers")
    config = installation.load_config(folder)
    with closing(installation.open_store(config)) as store:
        store.save_account(Account("bench", "admin", account.hash_password(PASSWORD)))
        with started(run.skm(folder, "serve", "--port", "0")) as server:
            cookie = _login(server)
            yield _overview(run, server, cookie)
            yield from _open_data(run, server, store)
            yield from _residents(run, server, cookie)
            yield _memory(server)


def _overview(run: Run, server: Server, cookie: str) -> Row:
    taken = [_timed(server, OVERVIEW, {"Cookie": cookie}) for _ in range(run.rounds)]
    told = f"{_words([each.seconds for each in taken])}, {_cpu(taken)}"
    return _within(f"U2: desk overview of {filler.UNITS} units, {run.million:,} answers", told, taken, 0.25)


def _open_data(run: Run, server: Server, store: Any) -> Iterator[Row]:
    """The first time after a change, again from memory, and who has it already."""
    unit = store.unit(filler.unit_key(0))
    for path in ("/hasil.json", "/hasil.csv"):
        first, again, known = [], [], []
        for number in range(run.rounds):
            store.save_unit(replace(unit, name=f"Unit Contoh {path} {number}"))
            first.append(_timed(server, path, {}))
            again.append(_timed(server, path, {}))
            known.append(_timed(server, path, {"If-None-Match": again[-1].mark}, 304))
        what = f"U3: {path}, {filler.UNITS} units, {run.million:,} answers"
        yield _within(
            f"{what}, first time", f"{_words([e.seconds for e in first])}, {_cpu(first)}", first, 0.1
        )
        yield _within(f"{what}, again", _words([e.seconds for e in again]), again, 0.01)
        yield _within(f"{what}, 304", _words([e.seconds for e in known]), known, 0.01)


def _residents(run: Run, server: Server, cookie: str) -> Iterator[Row]:
    way = Way(server, get(*RESIDENTS))
    units = [filler.unit_key(number) for number in range(REPORT_READERS)]
    reports = [
        f"/meja/unit/{unit}/laporan/kertas?periode={PERIOD}&jenis=full&bentuk=pdf&responden=tidak"
        for unit in units
    ]
    readers = {
        f"{JSON_READERS} readers of /hasil.json": [
            {"paths": ["/hasil.json"], "count": JSON_READERS, "pause": READ}
        ],
        f"{REPORT_READERS} readers of full reports": [
            {"paths": reports, "count": REPORT_READERS, "cookie": cookie}
        ],
    }
    readers["both"] = list(chain(*readers.values()))
    for name, kinds in readers.items():
        loads: dict[str, list[Load]] = {"alone": [], "beside": []}
        with _crowd(server, kinds):  # the first reports start the drawing process
            time.sleep(run.pause)
        for _ in range(max(3, run.rounds // 2)):
            loads["alone"].append(way.burst(1, run.pause))
            with _crowd(server, kinds) as crowd:
                time.sleep(0.3)
                loads["beside"].append(way.burst(1, run.pause))
            run.say(f"{name}: {crowd}")
        ratio = over(loads["beside"], loads["alone"], lambda load: load.p(0.99))
        p99 = median(load.p(0.99) for load in loads["beside"])
        yield Row(
            PART,
            f"U1: form beside {name}, p99",
            words(loads["beside"]),
            "alone",
            words(loads["alone"]),
            ratio.value,
            ratio.low,
            ratio.high,
            "≤ 3 and ≤ 50 ms",
            ratio.value <= 3 and p99 <= 50,
            stretch=ratio.value <= 1.5 and p99 <= 50,
            readme=True,
        )


def _memory(server: Server) -> Row:
    """Largest resident set of the server itself after all that; its drawing process is apart."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{server.pid}/status").read_text())
    assert told is not None
    used = int(told[1]) / 1024
    what = "U3: memory of the server whatever was read, MiB at most"
    return Row(PART, what, f"{used:.0f}", bar="≤ 200", met=used <= 200, readme=True)


class _Reply:
    """seconds : until its last byte; cpu : of the server; mark : its ETag"""

    def __init__(self, seconds: float, cpu: float, mark: str) -> None:
        self.seconds, self.cpu, self.mark = seconds, cpu, mark


def _timed(server: Server, path: str, headers: dict[str, str], status: int = 200) -> _Reply:
    used, began = server.cpu, time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        reply.read()
    finally:
        connection.close()
    if reply.status != status:
        raise RuntimeError(f"{path} gave {reply.status}")
    return _Reply(time.perf_counter() - began, server.cpu - used, reply.headers.get("ETag", ""))


def _within(what: str, ours: str, taken: list[_Reply], most: float) -> Row:
    seconds = Times(tuple(each.seconds for each in taken)).median
    return Row(PART, what, ours, bar=f"≤ {most * 1000:.0f} ms", met=seconds <= most, readme=True)


def _words(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.3g} ms ({min(seconds) * 1000:.3g}–{max(seconds) * 1000:.3g})"


def _cpu(taken: list[_Reply]) -> str:
    return f"CPU {median(each.cpu for each in taken) * 1000:.0f} ms"


def _login(server: Server) -> str:
    """The cookie of a session at the desk."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with closing(connection):
        connection.request("GET", "/meja/masuk")
        reply = connection.getresponse()
        found = re.search(r'name="csrf_token" value="([^"]+)"', reply.read().decode())
        assert found is not None
        form = urlencode({"name": "bench", "password": PASSWORD, "csrf_token": found[1]})
        head = {
            "Cookie": str(reply.headers["Set-Cookie"]).partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", "/meja/masuk", form, head)
        reply = connection.getresponse()
        reply.read()
        if reply.status != 303:
            raise RuntimeError(f"no login: {reply.status}")
        cookies = [value.partition(";")[0] for name, value in reply.getheaders() if name == "Set-Cookie"]
        return "; ".join(cookies)


@contextmanager
def _crowd(server: Server, readers: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """Readers beside; what came of them is in the list at the end, and only 200 and 503 may."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.crowd"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environ(),
    )
    found: list[Any] = []
    assert process.stdin is not None
    process.stdin.write(json.dumps({"port": server.port, "readers": readers}) + "\n")
    process.stdin.flush()
    try:
        yield found
    finally:
        said, _ = process.communicate(timeout=120)
    found += json.loads(said)
    if wrong := {status for kind in found for status in kind} - {"200", "503"}:
        raise RuntimeError(f"readers were told {wrong}")
