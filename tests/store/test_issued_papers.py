"""The promises of a store about papers that left the house: a row each, the first of equals, found by its beginning."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from survey.domain.issued_paper import IssuedPaper
from survey.store import StoreError

from .conftest import NOON

CODE = "0123456789abcdef" * 4


def paper(**changes):
    usual = IssuedPaper(
        code=CODE,
        kind="summary",
        form="pdf",
        unit="dukcapil",
        period="2026-TW3",
        service=None,
        instrument="skm-2017",
        convention="0.111-nrr2-weighted2",
        minimum=5,
        roll_up="visits",
        cut=NOON,
        issued_at=NOON + timedelta(days=1),
        account="kepala",
    )
    return dataclasses.replace(usual, **changes)


@pytest.mark.parametrize("service", [None, "", "ktp-el"])
def test_a_paper_is_read_back_whole(store, office, service):
    kept = paper(service=service, period="2026-07-15..2026-08-20")
    store.keep_issued_paper(kept)
    assert office.open().issued_papers("dukcapil", CODE) == [kept]


def test_the_same_paper_again_keeps_its_first_row_and_another_kind_or_form_is_another(store):
    first = paper()
    store.keep_issued_paper(first)
    store.keep_issued_paper(paper(account="siti", issued_at=NOON + timedelta(days=9)))
    store.keep_issued_paper(paper(form="docx", issued_at=NOON + timedelta(days=2)))
    store.keep_issued_paper(paper(kind="full", issued_at=NOON))
    found = store.issued_papers("dukcapil", CODE)
    assert [(one.kind, one.form, one.account) for one in found] == [
        ("full", "pdf", "kepala"),
        ("summary", "pdf", "kepala"),
        ("summary", "docx", "kepala"),
    ]
    assert found[1] == first


def test_a_paper_is_found_by_the_beginning_of_its_code_in_its_unit(store):
    for end in "0f":
        store.keep_issued_paper(paper(code=CODE[:-1] + end))
    assert [one.code[-1] for one in store.issued_papers("dukcapil", CODE[:12])] == ["0", "f"]
    assert [one.code[-1] for one in store.issued_papers("dukcapil", CODE)] == ["f"]
    assert store.issued_papers("rsud", CODE[:12]) == []
    assert store.issued_papers("dukcapil", "1" + CODE[1:12]) == []
    assert store.issued_papers("dukcapil", CODE[:11] + "%") == []


def test_a_paper_of_a_unit_that_is_not_there_is_refused(store):
    with pytest.raises(StoreError):
        store.keep_issued_paper(paper(unit="tidak-ada"))


def test_a_database_says_since_when_it_keeps_them(store):
    assert store.papers_kept_since() >= store.made_at()
