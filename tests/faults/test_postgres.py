"""PostgreSQL that crashes, goes away and comes back, and two web processes on one database of which one is killed."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.faults.judge import Verdict, judge
from tests.faults.residents import Line, crowd
from tests.faults.site import Site, free_port
from tests.faults.test_retries import COPIES, contradict, retry_in_parallel

NOTICED = 15.0  # seconds within which a supervisor sees it


@pytest.fixture
def site(new_site: Callable[..., Site], fresh_database: str) -> Site:
    """An installation whose answers are on a PostgreSQL server."""
    return new_site(DATABASE=fresh_database)


def crash_again_and_again(
    site: Site, postgres: Any, crashes: int, changes: Sequence[str] = ()
) -> tuple[Verdict, float]:
    """Stop the database server as a power cut does, under load; the verdict, and the slowest way back."""
    slowest = 0.0
    site.serve(changes=changes)
    with crowd(site.port, devices=8) as residents:
        for _ in range(crashes):
            residents.wait_for(len(residents.ledger.acknowledged) + 20)
            time.sleep(random.uniform(0.05, 0.35))
            postgres.restart("immediate")
            there, began = len(residents.ledger.acknowledged), time.monotonic()
            residents.wait_for(there + 1)
            slowest = max(slowest, time.monotonic() - began)
        ledger = residents.finish()
    return judge(site, ledger), slowest


def test_nothing_acknowledged_is_lost_when_postgresql_crashes(
    site: Site, postgres: Any, long: bool, figures: Any
) -> None:
    crashes = 50 if long else 3
    verdict, slowest = crash_again_and_again(site, postgres, crashes)
    figures(crashes=crashes, **verdict.figures, recovery=f"{slowest:.1f}")
    assert verdict.faults == {}


def test_a_postgresql_that_confirms_too_early_is_seen(site: Site, postgres: Any) -> None:
    verdict, _ = crash_again_and_again(site, postgres, 2, changes=("confirmed-before-the-log",))
    assert "lost" in verdict.faults


def test_while_postgresql_is_away_ratings_get_503_and_then_a_receipt(
    site: Site, postgres: Any, long: bool, figures: Any
) -> None:
    site.serve()
    with crowd(site.port, devices=8) as residents, contextlib.closing(Line(site.port)) as line:
        residents.wait_for(50)
        postgres.stop()
        try:
            time.sleep(60 if long else 2)
            assert line.get("/healthz/live").status == 200
            assert line.get("/healthz/ready").status == 503
            refused = residents.ledger.replies[503]
        finally:
            postgres.start()
        there, began = len(residents.ledger.acknowledged), time.monotonic()
        residents.wait_for(there + 1)
        recovery = time.monotonic() - began
        while long and line.get("/healthz/ready").status != 200:  # a look is good for some seconds
            assert time.monotonic() - began < NOTICED
            time.sleep(0.2)
        ledger = residents.finish()
    verdict = judge(site, ledger)
    figures(**verdict.figures, refused=refused, recovery=f"{recovery:.1f}")
    assert (verdict.faults, refused > 0) == ({}, True)


def two_doors(site: Site, changes: Sequence[str] = ()) -> dict[int, Any]:
    """Two web processes of one installation, by port."""
    ports = (site.port, free_port())
    return {port: site.serve(port=port, changes=changes) for port in ports}


def test_nothing_is_lost_when_one_of_two_web_processes_is_killed(
    site: Site, long: bool, figures: Any
) -> None:
    kills = 50 if long else 3
    doors = two_doors(site)
    with crowd(*doors, devices=8) as residents:
        for _ in range(kills):
            residents.wait_for(len(residents.ledger.acknowledged) + 20)
            port = random.choice(list(doors))
            time.sleep(random.uniform(0.05, 0.2))
            doors[port].kill()
            doors[port] = site.serve(port=port)
        ledger = residents.finish()
    verdict = judge(site, ledger)
    figures(kills=kills, **verdict.figures)
    assert verdict.faults == {}


def test_sixteen_copies_over_two_web_processes_are_kept_once(site: Site, long: bool, figures: Any) -> None:
    ids = 200 if long else 20
    ledger, replies = retry_in_parallel(list(two_doors(site)), ids)
    verdict = judge(site, ledger)
    figures(posts=ids * COPIES, rows=verdict.stored, **verdict.figures)
    assert verdict.faults == {}
    assert verdict.stored == ids
    assert {reply.status for told in replies for reply in told} == {200, 201}
    assert all(sum(reply.status == 201 for reply in told) == 1 for told in replies)


def test_of_contradicting_copies_over_two_web_processes_the_first_is_kept(site: Site) -> None:
    assert contradict(site, list(two_doors(site)), 10) == []


def test_counters_without_row_locks_are_seen(site: Site) -> None:
    with crowd(*two_doors(site, changes=("no-row-locks",)), devices=16) as residents:
        residents.wait_for(200)
        ledger = residents.finish()
    assert "miscounted" in judge(site, ledger).faults
