"""The benchmarks measure what they say: ways agree, ratios are of rounds, every 2xx is a row, tables come from results."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import counting, crowd, export, filler, indexes, measure, readme, report, servers, submit, ways
from bench.context import Run
from bench.load import HOLE, load
from bench.measure import Times
from survey import installation


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run that is over in seconds and measures nothing worth reading."""
    return Run(tmp_path, tmp_path, (300, 600), rounds=1, pause=0.1)


def test_ways_that_give_different_results_are_not_timed() -> None:
    with pytest.raises(measure.Disagreement, match="'wrong' does not give the result of 'right'"):
        measure.alternate({"right": lambda: [1, 2], "wrong": lambda: [1, 3]}, 1, same=measure.close)


def test_ways_take_turns() -> None:
    order: list[str] = []
    slow = 0.02  # longer than what is repeated within a round

    def way(name: str) -> Any:
        return lambda: (order.append(name), threading.Event().wait(slow))

    taken = measure.alternate({"a": way("a"), "b": way("b")}, 3)
    assert order == ["a", "b", "a", "b", "b", "a", "a", "b"]  # warm-up, then rounds that begin with either
    assert all(seconds >= slow for times in taken.values() for seconds in times.rounds)


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds() -> None:
    # 2/1, 30/10, 4/1: the second round was ten times as slow for both, which says nothing about either
    ratio = Times((2, 30, 4)).over(Times((1, 10, 1)))
    assert (ratio.value, ratio.low, ratio.high) == (3, 2, 4)


@pytest.mark.parametrize(("seconds", "power"), [([3, 3, 3], 0), ([1, 10, 100], 1), ([1, 100, 10_000], 2)])
def test_the_exponent_says_how_time_grows_with_size(seconds: list[float], power: float) -> None:
    assert measure.exponent([10, 100, 1000], seconds) == pytest.approx(power, abs=1e-9)


def test_invented_answers_are_kept_as_the_store_keeps_real_ones(run: Run) -> None:
    answers = run.answers(600)
    store = installation.open_store(installation.load_config(run.filled(600)))
    try:
        assert store.recount() == []
        kept = list(store.responses(None, None, None))
    finally:
        store.close()
    assert len(kept) == len({response.id for response in kept}) == 600
    letters = Counter("".join(response.answers for response in kept))
    assert letters == {"-1234"[score]: n for score, n in enumerate(np.bincount(answers.scores.ravel())) if n}
    zone = installation.load_config(run.filled(600)).zone
    assert {response.received_at.astimezone(zone).year for response in kept} == {filler.YEAR}


def test_every_way_to_an_index_is_run_and_compared(run: Run) -> None:
    rows = [*indexes.measure(run), *counting.measure(run)]
    beside = {row.peer for row in rows}
    assert {indexes.LIMIT, "SQLite GROUP BY, nine columns"} <= beside
    assert all(row.ratio is None or row.ratio > 0 for row in rows)


def test_the_export_is_compared_cell_by_cell_with_other_tools(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    export._agree(run)
    monkeypatch.setattr(export, "ORDER", "ORDER BY id")
    with pytest.raises(measure.Disagreement):
        export._agree(run)


class _Answering(BaseHTTPRequestHandler):
    """Keeps the bodies that it was sent; every third request is refused."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))  # type: ignore[attr-defined]
        self.send_response(503 if len(self.server.bodies) % 3 == 0 else 201)  # type: ignore[attr-defined]
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def answering() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Answering) as server:
        server.daemon_threads = True
        server.bodies = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_load_counts_every_reply_and_never_sends_an_id_twice(answering: Any) -> None:
    told = load(answering.server_address[1], servers.post("/"), 3, 0.3, 5_000, warm=0)
    bodies = answering.bodies
    assert sum(told["statuses"].values()) == len(bodies) == len(set(bodies)) > 10
    assert told["statuses"]["503"] == len(bodies) // 3
    assert not any(HOLE in body for body in bodies)
    assert all(len(body) == len(servers.BODY) for body in bodies)


class _Full(_Answering):
    """Sends every first request of a connection away for some time, and notes when each came."""

    def do_GET(self) -> None:
        times = self.server.bodies  # type: ignore[attr-defined]
        times.append(time.monotonic())
        self.send_response(503 if len(times) == 1 else 200)
        self.send_header("Retry-After", "0.3")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")


def test_a_reader_who_is_told_to_come_again_does_so_after_that_time(answering: Any) -> None:
    answering.RequestHandlerClass = _Full
    end = threading.Event()
    reader = crowd.Reader(answering.server_address[1], ["/a"], "", 10.0, end)
    reader.start()
    while reader.statuses["200"] == 0:
        assert reader.is_alive()
        time.sleep(0.01)
    end.set()
    reader.join(20)
    first, second = answering.bodies
    assert second - first >= 0.3
    assert reader.statuses == {"503": 1, "200": 1}


def test_every_submission_that_was_promised_is_a_row(run: Run) -> None:
    folder = ways.fresh(run, "counted")
    with servers.started(run.skm(folder, "serve", "--port", "0")) as server:
        way = ways.Way(server, servers.post(*ways.RESIDENTS), lambda: submit.rows(folder))
        way.burst(2, 0.3)
    submit._count(run, ExitStack(), {"SQLite": way})
    assert way.statuses["201"] == submit.rows(folder) > 5
    way.statuses["201"] += 1  # a reply without its row
    with pytest.raises(RuntimeError, match="rows"):
        submit._count(run, ExitStack(), {"SQLite": way})


def test_a_reply_other_than_2xx_ends_the_measurement(run: Run) -> None:
    folder = ways.fresh(run, "refused")
    with servers.started(run.skm(folder, "serve", "--port", "0")) as server:
        with pytest.raises(RuntimeError, match="404"):
            ways.Way(server, servers.post("/s/NOWHERE2")).burst(1, 0.1)


RESULTS: dict[str, Any] = {
    "machine": {
        "cores": "2",
        "processor": "P",
        "memory": "4 GiB",
        "disk": "ext4 on x, 9 GiB free",
        "system": "Linux",
    },
    "parts": {
        "indexes": {
            "made": "2026-11-24T10:00:00+00:00",
            "rows": [
                report.compared(
                    "indexes",
                    "all | cells",
                    "4 ms",
                    "DuckDB",
                    "2 s",
                    measure.Ratio(1 / 500, 1 / 510, 1 / 400),
                    goal=12,
                    readme=True,
                ).as_json(),
                report.compared("indexes", "hidden", "1 s", "pandas", "2 s", 0.5).as_json(),
                report.compared(
                    "submit", "slow", "9/s", "hello", "90/s", 0.1, at_least=0.5, readme=True
                ).as_json(),
            ],
        }
    },
}


def test_the_table_of_the_readme_is_written_between_its_markers_and_nowhere_else() -> None:
    text = f"before\n{readme.START}\nold\n{readme.END}\nafter\n"
    written = readme.filled(text, RESULTS)
    assert written.startswith("before\n") and written.endswith("\nafter\n") and "old" not in written
    assert "| all / cells | 4 ms | DuckDB | 2 s | 1/500 (1/510–1/400) | ≤ 1/200 (1/400) | S met |" in written
    assert "| slow | 9/s | hello | 90/s | 0.10 | ≥ 0.5 | **not met** |" in written
    assert "hidden" not in written and "2026-11-24" in written
    assert readme.filled(written, RESULTS) == written


@pytest.mark.parametrize(
    "text", ["", readme.START, f"{readme.END} {readme.START}", 2 * (readme.START + readme.END)]
)
def test_a_page_without_markers_is_left_alone(text: str) -> None:
    with pytest.raises(ValueError, match="bench:start"):
        readme.filled(text, RESULTS)


def test_the_manual_says_what_the_last_measurement_found(root: Path) -> None:
    if not readme.MEASURED.exists():
        pytest.skip("nothing was measured yet: make bench, then python -m bench.readme")
    results = json.loads(readme.MEASURED.read_text(encoding="utf-8"))
    text = (root / "docs" / "performance.md").read_text(encoding="utf-8")
    assert readme.filled(text, results) == text, "write it with: python -m bench.readme"
