"""The benchmark measures what it says: every row runs, a promised answer is a row, the table comes from the results."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from bench import filler, papers, readme, residents, table
from bench.__main__ import main, measured
from bench.clients import PLACEHOLDER, Client
from bench.rows import ROWS, Limit, Row, Seen
from bench.run import Run
from bench.servers import Kind, asking, get, office
from survey.operations import installation

SHORT = [
    row for row in ROWS if row.measure and row.key not in ("U7", "U9", "U10")
]  # those start other programs


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run that is over in seconds and measures nothing worth reading."""
    return Run(tmp_path, 300, units=20, rounds=1, seconds=0.2)


@pytest.mark.parametrize("row", SHORT, ids=lambda row: row.key)
def test_every_row_is_measured_for_each_of_its_limits(run: Run, row: Row, monkeypatch: Any) -> None:
    monkeypatch.setattr(filler, "UNITS", run.units)
    for module in (papers, residents):
        monkeypatch.setattr(module, "REPORT_READERS", 1)  # more wait for each other
    found = measured(row, run)
    assert list(found) == [limit.what for limit in row.limits]
    assert all(value > 0 for seen in found.values() for value in seen["values"])


def test_every_row_is_measured_or_says_why_not() -> None:
    assert [row.key for row in ROWS] == [f"U{number}" for number in range(1, 13)]
    assert all(bool(row.measure) == bool(row.limits) != bool(row.note) for row in ROWS)


def test_invented_answers_are_kept_whole(run: Run) -> None:
    with closing(installation.open_store(installation.load_config(run.own()))) as store:
        assert store.recount() == []
        kept = list(store.responses(None, None, None))
        assert len(store.months()) == 12
    assert len({response.id for response in kept}) == run.answers
    assert {response.unit for response in kept} == {filler.unit_key(number) for number in range(run.units)}


def test_an_answer_that_was_promised_and_is_not_there_ends_the_measurement() -> None:
    residents.check(5, 5)
    with pytest.raises(RuntimeError, match="5 answers were promised, 4 kept"):
        residents.check(5, 4)


def test_a_refused_request_ends_the_measurement(run: Run) -> None:
    with office(run) as at, pytest.raises(RuntimeError, match="404"):
        with asking(at.server, Kind([get("/s/NOWHERE2")])):
            time.sleep(0.1)


class _Full(BaseHTTPRequestHandler):
    """Sends the first request away for some time; notes when each came, and what it said."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        came: list[tuple[float, bytes]] = self.server.came  # type: ignore[attr-defined]
        came.append((time.monotonic(), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(503 if len(came) == 1 else 201)
        self.send_header("Retry-After", "0.3")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def full() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Full) as server:
        server.daemon_threads = True
        server.came = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_client_comes_again_when_it_was_told_to_and_sends_no_id_twice(full: Any) -> None:
    end = threading.Event()
    request = (
        f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PLACEHOLDER)}\r\n\r\n".encode() + PLACEHOLDER
    )
    client = Client(full.server_address[1], [request], 0.0, end)
    client.start()
    while client.statuses["201"] < 3:
        assert client.is_alive()
        time.sleep(0.01)
    end.set()
    client.join(20)
    times, bodies = zip(*full.came, strict=True)
    assert times[1] - times[0] >= 0.3
    assert len(set(bodies)) == len(bodies) == client.statuses.total() and PLACEHOLDER not in bodies


def test_a_row_says_how_it_grows_with_the_answers(run: Run) -> None:
    row = next(row for row in ROWS if row.key == "U5")
    assert isinstance(measured(row, run, few=30)["CPU"]["growth"], float)


@pytest.mark.parametrize(
    ("values", "beside", "verdict"),
    [
        ((30, 60, 40), (10, 60, 10), "met"),  # 40 ms; ratios 3, 1, 4
        ((10, 10, 10), (10, 10, 10), "stretch"),
        ((60, 60, 60), (60, 60, 60), "not met"),  # too long
        ((40, 40, 40), (10, 10, 10), "not met"),  # four times as long
    ],
)
def test_a_row_is_met_when_time_and_ratio_are(
    values: tuple[float, ...], beside: tuple[float, ...], verdict: str
) -> None:
    limit = Limit("p99", "ms", 50, None, "alone", 3, 1.5)
    assert limit.words == "≤ 50 ms and ≤ 3 × alone (1.5)"
    assert Seen(values, beside).verdict(limit) == verdict


SEEN = {"values": [0.9, 0.8, 1.1], "beside": [0.3, 0.2, 0.5], "note": "9/s", "growth": 0.3}
RESULTS = {
    "U4": {
        "date": "2026-11-24",
        "commit": "abc1234",
        "machine": "2 cores",
        "seen": {"CPU of the server": SEEN},
    }
}


def test_the_table_is_written_between_its_markers_and_nowhere_else() -> None:
    text = f"before\n{readme.START}\nold\n{readme.END}\nafter\n"
    written = readme.filled(text, RESULTS)
    assert written.startswith("before\n") and written.endswith("\nafter\n") and "old" not in written
    assert "U4: 2026-11-24, commit abc1234, 2 cores." in written
    told = "0.9 ms (0.8–1.1); 9/s | a GET of Flask hello 0.3 ms: 3.00 × | ≤ 0.85 ms (0.5) "
    told += "| **0.30 (≤ 0.05)** | **not met** |"
    assert told in written
    assert readme.filled(written, RESULTS) == written


@pytest.mark.parametrize(
    "text", ["", readme.START, f"{readme.END} {readme.START}", 2 * (readme.START + readme.END)]
)
def test_a_page_without_markers_is_left_alone(text: str) -> None:
    with pytest.raises(ValueError, match="bench:start"):
        readme.filled(text, RESULTS)


def test_the_docs_say_what_was_measured_last() -> None:
    text = readme.PAGE.read_text(encoding="utf-8")
    assert readme.filled(text, readme.results()) == text, "write it with: python -m bench.readme"


def test_rows_that_are_not_built_are_shown_without_a_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["U6", "U11"]) == 0
    assert capsys.readouterr().out.count("not built") == 2
    assert len(table.lines({})) == sum(max(1, len(row.limits)) for row in ROWS)
