"""Goals that no other part measures: the store alone, reading a form, recounting, intervals, QR, start, memory."""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from bench import filler, growth, peers, stands
from bench.context import ROOT, Run, environ
from bench.measure import Ratio, Times, alternate
from bench.report import Row, compared, seconds
from bench.servers import BODY, burst, get, post, stand, started
from bench.ways import RESIDENTS, fresh
from calc.instrument_file import instrument
from calc.interval import Share, interval
from calc.tally import Tally
from survey import installation
from survey.kiosk import find
from survey.language import words
from survey.response import read_response

PART = "goals"
ONCE = 200  # submissions of a round
PEOPLE, REPLICATES = 400, 2_000
REPORTS = 20
ADDRESS = "https://skm.contoh.go.id/s/DKC2QR47"
MANY_REPORTS = """
import sys, time
from pathlib import Path
from bench import filler, growth
from calc.report.summary import summary
from survey import installation
from survey.results import unit_result
config = installation.load_config(Path(sys.argv[1])); store = installation.open_store(config)
def make(number):
    unit = store.unit(filler.unit_key(number))
    summary([unit_result(store, config, unit, filler.PERIODS[1], growth.NOW, remarks=20)])
make(0); began = time.perf_counter()
for number in range(int(sys.argv[2])): make(number)
print(time.perf_counter() - began); store.close()
"""


def measure(run: Run) -> Iterator[Row]:
    for measured in (_store, _form, _recount, _interval, _reports, _qr, _start, _memory):
        run.say(f"goals: {measured.__name__[1:]}")
        yield from measured(run)


def _store(run: Run) -> Iterator[Row]:
    """One answer with everything counted, beside one row without, each in its own transaction."""
    from sqlite_utils import Database
    from sqlite_utils.utils import sqlite3

    with ExitStack() as stack:
        with stands.weak():
            config = installation.load_config(fresh(run, "store-weak"))
            weak = stack.enter_context(closing(installation.open_store(config)))
        strong_config = installation.load_config(fresh(run, "store-full"))
        strong = stack.enter_context(closing(installation.open_store(strong_config)))
        plain = stack.enter_context(closing(_plain(fresh(run, "store-raw"), sqlite3)))
        tools = Database(stack.enter_context(closing(_plain(fresh(run, "store-tools"), sqlite3))))
        names = [name.strip() for name in filler.COLUMNS.split(",")]
        insert = f"INSERT INTO response ({filler.COLUMNS}) VALUES ({', '.join('?' * len(names))})"
        file = os.open(run.folder / "append", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        stack.callback(os.close, file)

        def appended() -> None:
            os.write(file, bytes(4096))
            os.fdatasync(file)

        ways: dict[str, Callable[[], object]] = {
            "NORMAL": lambda: weak.keep(growth.submission()),
            "raw INSERT": lambda: plain.execute(insert, _row()),
            "sqlite-utils insert": lambda: tools["response"].insert(dict(zip(names, _row(), strict=True))),
            "FULL": lambda: strong.keep(growth.submission()),
            "fdatasync after an append": appended,
        }
        taken = _medians(ways, run.rounds)
    for ours, peer, goal in (
        ("NORMAL", "raw INSERT", 1),
        ("FULL", "fdatasync after an append", 2),
        ("NORMAL", "sqlite-utils insert", 3),
    ):
        yield compared(
            PART,
            f"one answer into the store, {ours}, p50",
            seconds(taken[ours].median),
            peer,
            seconds(taken[peer].median),
            taken[ours].over(taken[peer]),
            goal=goal,
        )


def _plain(folder: Path, sqlite3: Any) -> Any:
    """The same table and indexes without the store around it."""
    connection = sqlite3.connect(folder / "skm.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = normal")
    connection.execute("PRAGMA foreign_keys = on")
    return connection


def _row() -> tuple[Any, ...]:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    where = (filler.unit_key(0), str(uuid4()), "layanan-1", None, "qr", "skm-2017")
    return (*where, "343434433", at, "id", '{"jenis_kelamin": "P", "usia": "26-34"}', "", 41, "0" * 64)


def _medians(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, Times]:
    """p50 of single calls, in turns: one slow fsync must not speak for all."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            single = []
            for _ in range(ONCE):
                began = time.perf_counter()
                work()
                single.append(time.perf_counter() - began)
            taken[name].append(median(single))
    return {name: Times(tuple(values)) for name, values in taken.items()}


def _form(run: Run) -> Iterator[Row]:
    """A submitted form read and checked, beside WTForms with a field for each question."""
    from werkzeug.datastructures import MultiDict

    config = installation.load_config(fresh(run, "form"))
    told: MultiDict[str, str] = MultiDict(parse_qsl(BODY, keep_blank_values=True))
    made, asked, spoken = stands.form(), instrument("skm-2017"), words("id")
    with closing(installation.open_store(config)) as store:
        place = find(store, filler.CODES[0])

    def ours() -> bool:
        read = read_response(told, place, asked, growth.NOW, channel="qr", language="id", words=spoken)
        return len(read.answers) == filler.ITEMS

    taken = alternate({"ours": ours, "peer": lambda: made(told).validate()}, run.rounds, same=bool.__eq__)
    yield compared(
        PART,
        "reading a form",
        seconds(taken["ours"].median),
        "WTForms, a field for each question",
        seconds(taken["peer"].median),
        taken["ours"].over(taken["peer"]),
        goal=4,
        note="WTForms stands at our door, too: one field for all questions",
    )


def _recount(run: Run) -> Iterator[Row]:
    """`skm verify` beside reading alone."""
    from sqlite_utils.utils import sqlite3

    size, file = run.million, run.kept / f"columns-{run.million}.db"
    peers.sqlite(run.answers(size), file)
    config = installation.load_config(run.filled(size))
    with ExitStack() as stack:
        store = stack.enter_context(closing(installation.open_store(config)))
        plain = stack.enter_context(closing(sqlite3.connect(file)))
        ways: dict[str, tuple[Callable[[], Any], int]] = {
            "SELECT sum of one column": (lambda: plain.execute("SELECT sum(u9) FROM answer").fetchone(), 15)
        }
        try:
            import connectorx
            import pandas

            query = "SELECT * FROM answer"
            ways["connectorx load"] = (lambda: connectorx.read_sql(f"sqlite://{file}", query), 16)
            warnings.filterwarnings("ignore", "pandas only supports SQLAlchemy", UserWarning)
            ways["pandas.read_sql"] = (lambda: pandas.read_sql(query, plain), 1602)
        except ImportError as missing:
            run.say(f"without loading: {missing.name} is not installed")
        calls = {"ours": store.recount, **{name: way for name, (way, _) in ways.items()}}
        taken = alternate(calls, min(3, run.rounds))
    for name, (_, goal) in ways.items():
        yield compared(
            PART,
            f"recounting {size:,} answers",
            seconds(taken["ours"].median),
            name,
            seconds(taken[name].median),
            taken["ours"].over(taken[name]),
            goal=goal,
        )


def _interval(run: Run) -> Iterator[Row]:
    """The 95 percent interval of one unit, beside the bootstrap that people write first."""
    scores = filler.invented(PEOPLE).scores
    tally, k = Tally.of_scores(scores, filler.SCALE), filler.ITEMS
    shares = [Share(Fraction(1, k), (item,)) for item in range(k)]
    factor = Fraction(25)
    index = (
        sum(Fraction(int(total), int(n)) for total, n in zip(tally.totals, tally.answered, strict=True)) / k
    )
    rows = [[int(score) for score in row] for row in scores]
    found: list[list[float]] = []

    def naive() -> None:
        found.append(_bootstrap(rows, random.Random(2017)))

    taken = alternate(
        {"ours": lambda: interval(tally, shares, factor, index), "naive": naive}, min(2, run.rounds)
    )
    ordered = sorted(found[0])
    width = ordered[int(0.975 * REPLICATES)] - ordered[int(0.025 * REPLICATES)]
    bounds = interval(tally, shares, factor, index)
    assert bounds is not None
    ours = float(bounds.high - bounds.low)
    yield compared(
        PART,
        f"interval of {PEOPLE} answers",
        seconds(taken["ours"].median),
        f"bootstrap in Python, {REPLICATES:,} times",
        seconds(taken["naive"].median),
        taken["ours"].over(taken["naive"]),
        goal=18,
    )
    off = max(ours / width, width / ours)
    yield compared(PART, "width of the interval", f"{ours:.2f}", "bootstrap", f"{width:.2f}", off, goal=19)


def _bootstrap(rows: list[list[int]], chance: random.Random) -> list[float]:
    """Converted index of as many people drawn from these, again and again."""
    found, k = [], len(rows[0])
    for _ in range(REPLICATES):
        drawn = chance.choices(rows, k=len(rows))
        columns = list(zip(*drawn, strict=True))
        means = [sum(column) / (len(column) - column.count(0)) for column in columns]
        found.append(sum(means) / k * 25)
    return found


def _reports(run: Run) -> Iterator[Row]:
    """Summaries of many units: two processes beside one."""
    folder, ratios, alone, both = run.filled(run.sizes[0]), [], 0.0, 0.0
    count = REPORTS if run.rounds > 2 else 3
    command = [str(run.python), "-c", MANY_REPORTS, str(folder), str(count)]
    for _ in range(min(3, run.rounds)):
        alone, both = max(_together([command])), max(_together([command, command]))
        ratios.append(2 * alone / both)
    ratios.sort()
    yield compared(
        PART,
        "reports of many units, 2 processes",
        f"{2 * count / both:.1f}/s",
        "1 process",
        f"{count / alone:.1f}/s",
        Ratio(median(ratios), ratios[0], ratios[-1]),
        goal=23,
    )


def _together(commands: list[list[str]]) -> list[float]:
    running = [
        subprocess.Popen(command, env=environ(), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for command in commands
    ]
    return [float(process.communicate()[0]) for process in running]


def _qr(run: Run) -> Iterator[Row]:
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.pdfgen.canvas import Canvas

    from calc.report import poster, qr

    def ours() -> None:
        qr.matrix.cache_clear()
        qr.rectangles.cache_clear()
        poster.draw_code(Canvas(io.BytesIO()), ADDRESS, 10, 10, 200)

    def widget() -> None:
        drawing = Drawing(200, 200)
        drawing.add(QrCodeWidget(ADDRESS, barLevel="Q", barWidth=200, barHeight=200))
        renderPDF.draw(drawing, Canvas(io.BytesIO()), 10, 10)

    taken = alternate({"ours": ours, "widget": widget}, run.rounds)
    yield compared(
        PART,
        "one QR code on paper",
        seconds(taken["ours"].median),
        "QrCodeWidget",
        seconds(taken["widget"].median),
        taken["ours"].over(taken["widget"]),
        goal=24,
    )


def _start(run: Run) -> Iterator[Row]:
    ours, theirs = [], []
    for _ in range(run.rounds + 2):
        load = "import survey.app, survey.store.sqlite"
        ours.append(run.finish([str(run.python), "-c", load]).cpu)
        theirs.append(run.finish([str(run.python), "-c", "import flask"]).cpu)
    own, flask = Times(tuple(ours[2:])), Times(tuple(theirs[2:]))
    yield compared(
        PART,
        "importing the application",
        f"{seconds(own.median)} CPU",
        "import flask",
        f"{seconds(flask.median)} CPU",
        own.over(flask),
        goal=29,
    )


def _memory(run: Run) -> Iterator[Row]:
    """After one page and one submission, at rest."""
    with ExitStack() as stack:
        folder = fresh(run, "memory")
        ours = stack.enter_context(started(run.skm(folder, "serve", "--port", "0")))
        hello = stack.enter_context(started(stand(run, "hello")))
        for request in (get(*RESIDENTS), post(*RESIDENTS)):
            burst(ours, request, 1, 0.2)
        burst(hello, get("/"), 1, 0.2)
        own, bare = _pss(ours.pid), _pss(hello.pid)
    yield compared(
        PART,
        "memory of the idle server",
        f"{own:.0f} MiB",
        "Flask hello on it",
        f"{bare:.0f} MiB",
        own / bare,
        goal=30,
    )


def _pss(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    assert found
    return int(found[1]) / 1024
