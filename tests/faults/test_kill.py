"""kill -9 under load: what a resident was told is kept is there after the next start."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.judge import Verdict, judge
from tests.faults.residents import crowd
from tests.faults.site import Site

JOURNALS = {"wal": (), "rollback": ("rollback-journal",)}


def kill_again_and_again(
    site: Site, kills: int, acknowledged: int = 0, changes: tuple[str, ...] = (), devices: int = 16
) -> tuple[Verdict, int]:
    """Kill the server at a random moment of its work, until it died often enough and enough was acknowledged."""
    died = 0
    with crowd(site.port, devices=devices) as residents:
        while died < kills or len(residents.ledger.acknowledged) < acknowledged:
            server = site.serve(changes=changes)
            time.sleep(random.uniform(0.05, 0.35))
            server.kill()
            died += 1
        last = site.serve(changes=changes)
        ledger = residents.finish()
        assert last.stop() == 0
    return judge(site, ledger), died


@pytest.mark.parametrize("journal", JOURNALS)
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    new_site: Callable[..., Site], journal: str, long: bool, figures: Any
) -> None:
    site = new_site(changes=JOURNALS[journal])
    verdict, kills = kill_again_and_again(site, *((200, 20_000) if long else (4, 100)))
    figures(kills=kills, **verdict.figures)
    assert verdict.faults == {}
    assert site.skm("verify").returncode == 0


SABOTAGES = {
    "receipt-before-commit": "lost",
    "counted-apart": "miscounted",
}


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_server_that_is_not_safe_from_kills_is_seen(new_site: Callable[..., Site], sabotage: str) -> None:
    verdict, _ = kill_again_and_again(new_site(), 2, changes=(sabotage,))
    assert SABOTAGES[sabotage] in verdict.faults
