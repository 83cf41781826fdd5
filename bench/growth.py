"""How each operation grows with the answers that are there: b of time = a × answers ** b, 0 is flat."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from bench import filler, indexes
from bench.context import Run
from bench.measure import exponent
from bench.report import Row, seconds
from survey import account, installation
from survey.account import Account
from survey.response import Response

PART = "growth"
PASSWORD = "kuda baterai jepit staples"  # of an account that lives as long as the run
NOW = datetime(filler.YEAR + 1, 1, 15, 4, 0, tzinfo=UTC)  # every period of the year is over
FLAT, LINEAR = 0.05, 1.1
KEPT = 300  # submissions of a measurement

# operation -> (whether it may grow with the answers, share of them that it concerns)
BARS = {
    "one submission": FLAT,
    "index of one unit and period": FLAT,
    "indexes of all units and periods": FLAT,
    "page of one unit": None,
    "report of one unit as PDF": None,
    "recounting everything": LINEAR,
    "export of everything": LINEAR,
    "backup of everything": LINEAR,
}
NOTE = "reads counters and the newest remarks"


def measure(run: Run) -> Iterator[Row]:
    taken: dict[str, dict[int, float]] = {name: {} for name in BARS}
    sizes = [size for size in run.sizes if size <= run.million]
    for size in sizes:
        run.say(f"all operations with {size:,} answers")
        for name, value in _at(run, size):
            taken[name][size] = value
    for name, values in taken.items():
        grown, bar = exponent(sizes, list(values.values())), BARS[name]
        yield Row(
            PART,
            name,
            f"exponent {grown:.2f}",
            f"{sizes[0]:,} to {sizes[-1]:,} answers",
            f"{seconds(values[sizes[0]])} to {seconds(values[sizes[-1]])}",
            bar=f"≤ {bar}" if bar else "",
            met=None if bar is None else grown <= bar,
            readme=True,
            note=NOTE if bar is None else "",
        )


def _at(run: Run, size: int) -> Iterator[tuple[str, float]]:
    folder = run.own(size, "growth")
    config = installation.load_config(folder)
    with closing(installation.open_store(config)) as store:
        yield "one submission", _p50(lambda: store.keep(submission()), KEPT)
        yield "index of one unit and period", _p50(indexes.one(store, config), 5 * run.rounds)
        yield "indexes of all units and periods", _p50(indexes.ours(store, config), run.rounds)
        yield from _pages(store, config, run.rounds)
        yield "recounting everything", _p50(store.recount, 2)
    yield "export of everything", _command(run, folder, "export", "-o", "-")
    backups = run.folder / "backups"
    backups.mkdir(exist_ok=True)
    yield "backup of everything", _command(run, folder, "backup", "-o", str(backups), "--keep", "1")


def submission() -> Response:
    """A new answer of a resident."""
    return Response(
        id=str(uuid4()),
        unit=filler.unit_key(0),
        service="layanan-1",
        counter="",
        channel="qr",
        instrument="skm-2017",
        answers="343434433",
        received_at=datetime.now(UTC),
        profile={"jenis_kelamin": "P", "usia": "26-34", "pendidikan": "SMA", "pekerjaan": "SWASTA"},
        seconds=41,
    )


def _pages(store: Any, config: Any, rounds: int) -> Iterator[tuple[str, float]]:
    from calc.report.summary import summary
    from survey.app import create_app
    from survey.results import unit_result

    key, period = filler.unit_key(7), filler.PERIODS[2]
    client = _logged_in(create_app(config, store=store, clock=lambda: NOW), store)

    def page() -> None:
        reply = client.get(f"/meja/unit/{key}?periode={period.key}")
        assert reply.status_code == 200, reply.status

    def report() -> None:
        summary([unit_result(store, config, store.unit(key), period, NOW, remarks=20)])

    yield "page of one unit", _p50(page, rounds)
    yield "report of one unit as PDF", _p50(report, rounds)


def _logged_in(app: Any, store: Any) -> Any:
    store.save_account(Account("admin", "admin", account.hash_password(PASSWORD), ()))
    client = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/meja/masuk").text)
    assert found
    client.post("/meja/masuk", data={"name": "admin", "password": PASSWORD, "csrf_token": found[1]})
    return client


def _p50(work: Callable[[], Any], times: int) -> float:
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _command(run: Run, folder: Path, *arguments: str) -> float:
    """Seconds of a command, its start included."""
    return median(run.finish(run.skm(folder, *arguments)).seconds for _ in range(2))
