"""Residents: the form while others read, and answers that are kept."""

from __future__ import annotations

import sys
import time
from statistics import median

from bench import filler
from bench.papers import reports
from bench.rows import BESIDE, JSON_READERS, REPORT_READERS, Seen
from bench.run import Run
from bench.servers import HELLO, Heard, Kind, asking, get, load, office, post, started

CLIENTS = 16
READ = 0.1  # seconds that a reader of open data looks at it; who reads reports has no pause
BODY = (
    "persyaratan=3&prosedur=4&waktu=3&biaya=4&produk=3&kompetensi=4&perilaku=4&sarana=3&pengaduan=4"
    "&jenis_kelamin=P&usia=26-34&pendidikan=SMA&pekerjaan=SWASTA&saran=&id=00000000-0000-4000-8000-000000000000"
    "&bahasa=id&detik=41"
)


def beside_readers(run: Run) -> dict[str, Seen]:
    """p99 of the form for one resident, alone and beside readers in the same rounds."""
    resident = Kind([get(f"/s/{code}") for code in filler.CODES])
    found = {}
    with office(run) as at:
        data = Kind([get("/hasil.json")], JSON_READERS, READ)
        papers = Kind([get(path, at.cookie) for path in reports(2)], REPORT_READERS)
        for name, readers in zip(BESIDE, ([data], [papers], [data, papers]), strict=True):
            alone, beside = [], []
            with asking(at.server, *readers, allowed=("200", "503")):  # starts what draws
                time.sleep(run.seconds)
            for _ in range(run.rounds):
                alone.append(load(at.server, resident, run.seconds)[0].p(0.99))
                with asking(at.server, *readers, allowed=("200", "503")):
                    time.sleep(0.3)
                    beside.append(load(at.server, resident, run.seconds)[0].p(0.99))
            found[name] = Seen(tuple(beside), tuple(alone))
    return found


def kept_answers(run: Run) -> dict[str, Seen]:
    """Milliseconds of processor for each answer, beside a bare page.

    Raises
    ------
    RuntimeError
        When not every answer that was promised is there.
    """
    residents = Kind([post(f"/s/{code}", BODY) for code in filler.CODES], CLIENTS)
    ours, hello, heard = [], [], []
    with office(run) as at, started([sys.executable, "-c", HELLO]) as bare:
        before = at.answers
        for _ in range(run.rounds):
            told, cpu = load(at.server, residents, run.seconds)
            ours.append(1000 * cpu / len(told.milliseconds))
            heard.append(told)
            told, cpu = load(bare, Kind([get("/")], CLIENTS), run.seconds)
            hello.append(1000 * cpu / len(told.milliseconds))
        check(sum(told.statuses.get("201", 0) for told in heard), at.answers - before)
    return {"CPU of the server": Seen(tuple(ours), tuple(hello), _words(heard, run.seconds))}


def check(promised: int, kept: int) -> None:
    """Raises RuntimeError when they are not as many."""
    if promised != kept:
        raise RuntimeError(f"{promised} answers were promised, {kept} kept")


def _words(heard: list[Heard], seconds: float) -> str:
    rate, p99 = (
        median(len(each.milliseconds) / seconds for each in heard),
        median(each.p(0.99) for each in heard),
    )
    return f"{rate:,.0f}/s, p99 {p99:.3g} ms"
