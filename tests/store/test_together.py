"""Several calls that are one transaction: all of them are kept, or none."""

from __future__ import annotations

import threading

import pytest

from survey.domain.organisation import Unit
from survey.store import StoreError
from tests.store.conftest import NOON


def acts(store):
    return [row[2] for row in store.audit_log(10)]


def test_what_is_done_together_is_there_together(store, office):
    def work():
        store.save_unit(Unit("camat", "Kecamatan"))
        store.audit(NOON, "admin", "tambah unit", "camat")
        return "selesai"

    assert store.together(work) == "selesai"
    other = office.open()
    assert (other.unit("camat").name, acts(other)) == ("Kecamatan", ["tambah unit"])


def test_nothing_of_it_is_kept_when_a_part_fails_and_the_store_goes_on(store, office):
    def work():
        store.save_unit(Unit("camat", "Kecamatan"))
        store.audit(NOON, "admin", "", "")  # the schema wants a word for every act

    with pytest.raises(StoreError):
        store.together(work)
    assert (office.open().unit("camat"), store.unit("camat"), acts(store)) == (None, None, [])
    store.save_unit(Unit("camat", "Kecamatan"))
    assert store.unit("camat") is not None


def test_an_error_of_the_caller_undoes_it_too(store):
    def work():
        store.save_unit(Unit("camat", "Kecamatan"))
        raise KeyError("camat")

    with pytest.raises(KeyError):
        store.together(work)
    assert store.unit("camat") is None


def test_reads_inside_see_what_was_written_and_nobody_else_does_before_the_end(store, office):
    other, seen = office.open(), []

    def work():
        store.save_unit(Unit("camat", "Kecamatan"))
        with store.snapshot():
            seen.append((store.unit("camat") is not None, other.unit("camat")))

    store.together(work)
    assert seen == [(True, None)]
    assert other.unit("camat") is not None


def test_one_inside_another_ends_with_the_outer(store):
    def work():
        store.together(lambda: store.save_unit(Unit("camat", "Kecamatan")))
        raise KeyError("camat")

    with pytest.raises(KeyError):
        store.together(work)
    assert store.unit("camat") is None


def test_an_answer_that_comes_in_between_waits_and_is_kept(store, office, answer, count):

    begun, go_on = threading.Event(), threading.Event()

    def work():
        store.save_unit(Unit("camat", "Kecamatan"))
        begun.set()
        assert go_on.wait(30)

    act = threading.Thread(target=store.together, args=(work,))
    act.start()
    assert begun.wait(30)
    sent = threading.Thread(target=store.keep, args=(answer(),))
    sent.start()
    go_on.set()
    act.join(30)
    sent.join(30)
    assert (count(store), store.unit("camat") is not None) == (1, True)
