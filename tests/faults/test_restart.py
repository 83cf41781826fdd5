"""Restarts under traffic: whoever knocked is answered, the server ends cleanly and is soon back."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from tests.faults.judge import judge
from tests.faults.residents import Ledger, Line, crowd
from tests.faults.site import Site, is_open, unread, until

READY = 3.0  # seconds in which an office PC is back


def test_restarts_under_traffic_lose_and_double_nothing(site: Site, long: bool, figures: Any) -> None:
    restarts, codes, starts = (100 if long else 3), [], []
    with crowd(site.port, devices=8, pace=0.35) as residents:  # some twenty ratings a second
        server = site.serve()
        for _ in range(restarts):
            residents.wait_for(len(residents.ledger.acknowledged) + 8)
            codes.append(server.stop())
            began = time.monotonic()
            server = site.serve()
            starts.append(time.monotonic() - began)
        ledger = residents.finish()
    verdict = judge(site, ledger)
    slow = sum(seconds > READY for seconds in starts)
    figures(restarts=restarts, **verdict.figures, slowest_start=f"{max(starts):.1f}", starts_over_3_s=slow)
    assert verdict.faults == {}
    assert codes == [0] * restarts


def stop_while_eight_wait(
    site: Site, changes: Sequence[str] = (), number: signal.Signals = signal.SIGTERM
) -> tuple[Ledger, int]:
    """Eight ratings wait for a locked database when the signal comes; then the lock goes away."""
    ledger, server = Ledger(), site.serve(changes=("patient", *changes))
    sittings = [ledger.begin() for _ in range(8)]
    lines = [Line(site.port) for _ in sittings]

    def send(sitting: Any, line: Line) -> None:
        with contextlib.closing(line):
            sitting.attempts += 1
            try:
                ledger.note(sitting, line.post(sitting.code, sitting.fields), 0.0)
            except OSError:
                ledger.drop()

    devices = [threading.Thread(target=send, args=pair) for pair in zip(sittings, lines, strict=True)]
    with site.raw() as other:
        other.execute("BEGIN EXCLUSIVE")
        for device in devices:
            device.start()
        until(lambda: [line.asked for line in lines] == [1] * 8 and unread(site.port) == 0)
        server.process.send_signal(number)
        until(lambda: not is_open(site.port))
        other.execute("ROLLBACK")
    for device in devices:
        device.join()
    return ledger, server.process.wait(60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_ratings_that_wait_when_the_server_is_told_to_stop_are_answered(
    site: Site, number: signal.Signals
) -> None:
    ledger, code = stop_while_eight_wait(site, number=number)
    assert (ledger.dropped, ledger.replies, code) == (0, {201: 8}, 0)
    assert judge(site, ledger).faults == {}


@pytest.mark.parametrize(("change", "number"), [("no-drain", signal.SIGTERM), ("no-hangup", signal.SIGHUP)])
def test_a_server_that_ends_at_once_is_seen(site: Site, change: str, number: signal.Signals) -> None:
    ledger, _ = stop_while_eight_wait(site, changes=(change,), number=number)
    assert ledger.dropped == 8


@pytest.mark.parametrize("journal", ["wal", "rollback"])
def test_a_stopped_server_leaves_one_file(site: Site, journal: str) -> None:
    changes = ("rollback-journal",) if journal == "rollback" else ()
    server = site.serve(changes=("patient", *changes))
    with crowd(site.port, devices=4) as residents:
        residents.wait_for(20)
        residents.finish()
    server.stop()
    assert [path.name for path in site.folder.glob("skm.db*")] == ["skm.db"]
