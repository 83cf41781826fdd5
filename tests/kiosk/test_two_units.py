"""The same id at links of two units is one answer, counted once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from survey.domain.organisation import Link, Unit
from survey.kiosk.sent_ids import SentIds

RSUD = "RSD2QR47"


@pytest.fixture
def two_units(place, store, now):
    store.save_unit(Unit("rsud", "Rumah Sakit Umum Daerah Contoh"))
    store.add_link(Link(RSUD, "rsud", "qr", now))


def rate(client, code, id, score="4"):
    form = {"persyaratan": score, "waktu": score, "id": id}
    return client.post(f"/s/{code}", data=form, headers={"Accept": "application/json"})


def counted(store):
    return sum(row.n for row in store.tallies(None, None))


def test_an_id_that_another_unit_has_is_refused_and_kept_aside_there(client, two_units, code, store):
    id = str(uuid4())
    assert rate(client, code, id).status_code == 201
    assert rate(client, RSUD, id).status_code == 409
    assert rate(client, RSUD, id, score="1").status_code == 409
    assert counted(store) == 1
    assert store.conflict_count("dukcapil") == 2
    assert rate(client, code, id).status_code == 200  # the first is what it was
    assert store.recount() == []


def test_both_units_go_on_with_ids_of_their_own(client, two_units, code, store):
    for link in (code, RSUD, code, RSUD):
        assert rate(client, link, str(uuid4())).status_code == 201
    assert counted(store) == 4


def test_an_answer_that_could_not_be_kept_does_not_bind_its_id(two_units, store, monkeypatch):
    from survey.store import StoreBusy

    class Busy:
        def keep(self, response):
            raise StoreBusy("penuh")

    class Answer:
        id, unit = "1", "dukcapil"

    ids = SentIds()
    with pytest.raises(StoreBusy):
        ids.keep(Busy(), Answer())
    assert not ids._units


def test_no_more_ids_are_remembered_than_said():
    class Store:
        def keep(self, response):
            return "kept"

    class Answer:
        def __init__(self, number):
            self.id, self.unit = str(number), "u"

    ids = SentIds(most=10)
    for number in range(50):
        ids.keep(Store(), Answer(number))
    assert len(ids._units) == 10
