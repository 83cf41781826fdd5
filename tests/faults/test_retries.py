"""Retries: whatever comes twice is kept once, and other answers under the same id are set aside."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from survey.store.schema import shape
from tests.faults.judge import judge
from tests.faults.residents import Ledger, Line, Reply, Sitting, crowd
from tests.faults.site import Site

COPIES = 16


def send_all_at_once(ports: Sequence[int], wanted: Sequence[Sequence[Sitting]]) -> list[list[Reply]]:
    """Each inner list in parallel, one connection for each copy; the replies in the same order."""
    together = threading.Barrier(len(wanted[0]), timeout=60)
    replies: list[list[Any]] = [[None] * len(copies) for copies in wanted]

    def device(number: int) -> None:
        with contextlib.closing(Line(ports[number % len(ports)])) as line:
            for row, copies in enumerate(wanted):
                together.wait()
                replies[row][number] = line.post(copies[number].code, copies[number].fields)

    threads = [threading.Thread(target=device, args=(number,)) for number in range(len(wanted[0]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def retry_in_parallel(ports: Sequence[int], ids: int) -> tuple[Ledger, list[list[Reply]]]:
    ledger = Ledger()
    wanted = [[ledger.begin()] * COPIES for _ in range(ids)]
    replies = send_all_at_once(ports, wanted)
    for copies, told in zip(wanted, replies, strict=True):
        for reply in told:
            copies[0].attempts = COPIES
            ledger.note(copies[0], reply, 0.0)
    return ledger, replies


def test_sixteen_copies_at_once_are_kept_once(site: Site, long: bool, figures: Any) -> None:
    ids = 200 if long else 40
    site.serve()
    ledger, replies = retry_in_parallel([site.port], ids)
    verdict = judge(site, ledger)
    figures(posts=ids * COPIES, rows=verdict.stored, **verdict.figures)
    assert verdict.faults == {}
    assert verdict.stored == ids
    for told in replies:
        assert Counter(reply.status for reply in told) == {201: 1, 200: COPIES - 1}


def test_a_table_without_its_key_is_seen(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "differences", lambda *_: [])  # else nothing would open it
    forget_the_key(site)
    site.serve(changes=("check-then-insert", "any-tables"))
    ledger, _ = retry_in_parallel([site.port], 40)
    assert "doubled" in judge(site, ledger).faults


def forget_the_key(site: Site) -> None:
    """Tables with the same rows and without any rule."""
    with site.raw() as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for table in ("response_aside", "response"):
            connection.execute(f"CREATE TABLE other AS SELECT * FROM {table}")
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE other RENAME TO {table}")


def contradict(site: Site, ports: Sequence[int], ids: int) -> list[str]:
    """Send each id with four different answers, four times each, all at once: what is not as it must be."""
    ledger = Ledger()
    wanted = []
    for _ in range(ids):
        first = ledger.begin()
        bodies = [dataclasses.replace(first, answers=each * 9) for each in "1234"]
        wanted.append([body for body in bodies for _ in range(COPIES // len(bodies))])
    replies = send_all_at_once(ports, wanted)
    kept = dict(site.rows("SELECT id, answers FROM response"))
    aside = Counter(id for (id,) in site.rows("SELECT id FROM response_aside"))
    wrong = []
    for copies, told in zip(wanted, replies, strict=True):
        id = copies[0].id
        winners = {copy.answers for copy, reply in zip(copies, told, strict=True) if reply.status == 201}
        if winners != {kept[id]}:
            wrong.append("another answer is kept than the one that was told so")
        for copy, reply in zip(copies, told, strict=True):
            right = (200, 201) if copy.answers == kept[id] else (409,)
            if reply.status not in right or reply.id != id:
                wrong.append(f"{reply.status} for {copy.answers} where {kept[id]} is kept")
        if aside[id] != 3:
            wrong.append(f"{aside[id]} set aside, not 3")
    return wrong


def test_of_contradicting_copies_the_first_is_kept_and_the_others_are_set_aside(site: Site) -> None:
    site.serve()
    assert contradict(site, [site.port], 20) == []
    assert site.skm("verify").returncode == 0


def test_a_store_where_the_last_one_wins_is_seen(site: Site) -> None:
    site.serve(changes=("last-one-wins",))
    wrong = contradict(site, [site.port], 20)
    assert "another answer is kept than the one that was told so" in wrong


def lose_replies(site: Site, new_ids: bool = False) -> Ledger:
    """Every third reply is lost on its way, after the answer was kept."""
    site.serve()
    with crowd(site.port, devices=8, deaf=1 / 3, new_ids=new_ids) as residents:
        residents.wait_for(100)
        return residents.finish()


def test_a_reply_that_is_lost_on_its_way_neither_loses_nor_doubles_an_answer(site: Site) -> None:
    ledger = lose_replies(site)
    assert ledger.dropped > 20
    assert judge(site, ledger).faults == {}


def test_a_device_that_makes_a_new_id_for_a_retry_is_seen(site: Site) -> None:
    """The id is the device's half of the promise."""
    assert "doubled" in judge(site, lose_replies(site, new_ids=True)).faults


def break_one_unit(site: Site, changes: Sequence[str] = ()) -> Ledger:
    """Let the counters of one unit be unreadable for a while, so that its answers fail among those of others."""
    with crowd(site.port, devices=16) as residents:
        site.serve(changes=changes)
        residents.wait_for(60)
        (scores,) = spoil(site, "x")
        while residents.ledger.replies[503] < 20:
            residents.wait_for(len(residents.ledger.acknowledged) + 20)
        spoil(site, scores)
        return residents.finish()


def spoil(site: Site, scores: str) -> list[str]:
    """Replace the scores of dukcapil as a unit; what they were."""
    with site.raw() as connection:
        connection.execute("BEGIN IMMEDIATE")
        before = connection.execute("SELECT scores FROM unit_tally WHERE unit = 'dukcapil'").fetchall()
        connection.execute("UPDATE unit_tally SET scores = ? WHERE unit = 'dukcapil'", (scores,))
        connection.execute("COMMIT")
    return [row[0] for row in before]


def test_an_answer_that_fails_among_others_is_undone_alone(site: Site) -> None:
    ledger = break_one_unit(site)
    assert judge(site, ledger).faults == {}


def test_a_shared_transaction_without_savepoints_is_seen(site: Site) -> None:
    ledger = break_one_unit(site, changes=("no-savepoints",))
    assert "miscounted" in judge(site, ledger).faults
