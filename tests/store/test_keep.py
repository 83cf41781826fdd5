"""Answers are kept once, with their counters, or not at all."""

from __future__ import annotations

import hashlib
import threading
import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlite_utils.utils import sqlite3

from survey import installation
from survey.response import Response
from survey.store import StoreBusy, StoreError, StoreRefused


@pytest.fixture
def response(place: Any, now: Any) -> Response:
    return Response(
        id=str(uuid.uuid4()),
        unit="dukcapil",
        service="ktp-el",
        counter="",
        channel="qr",
        instrument="skm-2017",
        answers="343434344",
        received_at=now,
        profile={"jenis_kelamin": "P"},
        remark="<b>Cepat & 'ramah'</b>",
    )


def people(store: Any) -> int:
    return sum(row.tally.n for row in store.tallies(None, None))


def test_a_rating_sent_twice_is_kept_once(store: Any, response: Response) -> None:
    assert [store.keep(response).status for _ in range(3)] == ["kept", "again", "again"]
    assert list(store.responses(None, None, None)) == [response]
    assert people(store) == 1


def test_other_answers_under_the_same_id_are_set_aside_and_the_first_stay(
    store: Any, response: Response
) -> None:
    store.keep(response)
    assert store.keep(replace(response, answers="111111111")).status == "conflict"
    assert [kept.answers for kept in store.responses(None, None, None)] == ["343434344"]
    assert len(store.rows("SELECT body FROM response_aside")) == 1
    assert store.recount() == []


def test_parallel_retries_of_the_same_ratings_give_one_row_each(store: Any, response: Response) -> None:
    ratings = [replace(response, id=str(uuid.uuid4())) for _ in range(5)]
    statuses: list[str] = []

    def send() -> None:
        statuses.extend(store.keep(rating).status for rating in ratings)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == ["again"] * 35 + ["kept"] * 5
    assert people(store) == 5
    assert store.recount() == []


def test_a_rating_whose_counting_fails_is_not_kept_at_all(
    store: Any, response: Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("survey.store.answers._add", broken)
    with pytest.raises(StoreBusy):
        store.keep(response)
    assert list(store.responses(None, None, None)) == []
    monkeypatch.undo()
    assert store.keep(response).status == "kept"


def test_a_score_outside_the_scale_cannot_enter_the_database(store: Any, response: Response) -> None:
    for answers in ("943434344", "---------", "", "34343434x"):
        with pytest.raises((StoreError, ValueError)):
            store.keep(replace(response, answers=answers))
    assert list(store.responses(None, None, None)) == []


def test_a_changed_answer_is_found_by_the_recount(store: Any, response: Response) -> None:
    store.keep(response)
    store.do("UPDATE response SET answers = '443434344' WHERE id = ?", (response.id,))
    assert len(store.recount()) == 1


def test_what_was_kept_is_there_after_reopening(store: Any, config: Any, response: Response) -> None:
    store.keep(response)
    store.close()
    again = installation.open_store(config)
    assert list(again.responses(["dukcapil"], None, None, "ktp-el")) == [response]
    assert people(again) == 1
    again.close()


def test_the_journal_and_its_synchronisation_are_durable(store: Any) -> None:
    from survey.store.sqlite import durable_mode

    # The WAL-reset bug is in 3.7.0 to 3.51.2, fixed in 3.51.3, 3.50.7 and 3.44.6
    assert durable_mode((3, 40, 1)) == durable_mode((3, 51, 2)) == ("delete", "EXTRA")
    assert {durable_mode(v) for v in ((3, 51, 3), (3, 50, 7), (3, 44, 6), (3, 53, 4))} == {("wal", "FULL")}
    assert store.journal == durable_mode()[0]


@pytest.mark.parametrize("damage", ["empty", "cut", "foreign", "text"])
def test_a_damaged_database_is_refused_and_not_touched(config: Any, damage: str) -> None:
    path = config.database
    whole = path.read_bytes()
    bodies = {
        "empty": b"",
        "cut": whole[:4096],
        "foreign": whole[:68] + b"\0\0\0\0" + whole[72:],
        "text": b"bukan pangkalan data" * 500,
    }
    path.write_bytes(bodies[damage])
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(StoreRefused, match=path.name):
        installation.open_store(config)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_missing_database_is_never_made_anew(config: Any) -> None:
    config.database.unlink()
    with pytest.raises(StoreRefused, match="tidak ada"):
        installation.open_store(config)
    assert not config.database.exists()
