"""Every paper that leaves the desk is a row: what it was, how it was computed, who took it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calc.report.kinds import KINDS
from survey.jobs.worker import Worker
from survey.store import StoreBusy
from tests.background import asked, until

UNIT = "/meja/unit/dukcapil"
PAPER = UNIT + "/laporan/kertas?periode=2026-TW3&jenis={}&bentuk={}"
EVERY = [(kind, form) for kind, one in KINDS.items() for form in one.forms]


@pytest.fixture
def rows(store):
    """What is written down: ``rows("kind", "form")``, oldest first."""

    def read(*columns):
        return store.rows(f"SELECT {', '.join(columns)} FROM issued_paper ORDER BY issued_at, kind, form")

    return read


def test_every_kind_in_every_form_is_a_row_with_its_way_of_computing_and_who_took_it(
    login, answer, rows, now
):
    answer("343434344", times=8, service="ktp-el")
    client = login("pembaca")
    for kind, form in EVERY:
        assert client.get(PAPER.format(kind, form) + "&layanan=ktp-el").status_code == 200
    assert sorted(rows("kind", "form")) == sorted(EVERY)
    columns = "unit", "period", "service", "instrument", "convention", "minimum", "roll_up", "account"
    how = ("dukcapil", "2026-TW3", "ktp-el", "skm-2017", "exact", 0, "pooled", "pembaca")
    assert set(rows(*columns)) == {how}
    assert {datetime.fromisoformat(at) for (at,) in rows("issued_at")} == {now.astimezone(UTC)}
    assert len({code for (code,) in rows("code")}) == 1


def test_a_paper_that_was_looked_at_can_be_printed_from_the_page_and_is_a_row(login, answer, rows):
    answer("343434344", times=8)
    assert login("kepala").get(PAPER.format("full", "html") + "&lihat=1").status_code == 200
    assert rows("kind", "form") == [("full", "html")]


def test_a_paper_whose_row_cannot_be_kept_is_not_handed_out(login, answer, store, monkeypatch):
    answer("343434344", times=8)
    client = login("kepala")
    kept = store.keep_issued_paper

    def busy(paper):
        raise StoreBusy("Disk penuh.")

    monkeypatch.setattr(store, "keep_issued_paper", busy)
    for path in (PAPER.format("certificate", "pdf"), PAPER.format("summary", "pdf")):
        reply = client.get(path)
        assert reply.status_code == 503
        assert "setiap laporan dicatat dahulu" in reply.text
        assert "Disk penuh" not in reply.text
    monkeypatch.setattr(store, "keep_issued_paper", kept)
    assert client.get(PAPER.format("certificate", "pdf")).status_code == 200


def test_the_same_paper_again_needs_nothing_to_be_written(login, answer, store, rows):
    answer("343434344", times=8)
    client = login("kepala")
    assert client.get(PAPER.format("certificate", "pdf")).status_code == 200
    store.do("CREATE TRIGGER bad BEFORE INSERT ON issued_paper BEGIN SELECT RAISE(ABORT, 'bad'); END", ())
    assert client.get(PAPER.format("certificate", "pdf")).status_code == 200
    assert len(rows("code")) == 1


def test_a_paper_made_in_the_background_is_a_row_of_who_asked_for_it(
    answer, place, config, store, clock, rows
):
    answer("343434344", times=8)
    job = asked(store, clock.now)
    Worker(config, store, clock).wake()
    until(lambda: store.job("dukcapil", job.id).state == "ready")
    assert rows("kind", "form", "account") == [("tabulation", "pdf", "admin")]


def test_a_paper_in_the_background_whose_row_cannot_be_kept_fails_in_words(
    answer, place, config, store, clock
):
    answer("343434344", times=8)
    job = asked(store, clock.now)
    store.do("ALTER TABLE issued_paper RENAME TO hidden", ())  # as a page that cannot be read
    Worker(config, store, clock).wake()
    until(lambda: not store.open_jobs(["report"]))
    there = store.job("dukcapil", job.id)
    assert (there.state, there.error) == ("failed", "Penyimpanan isian tidak dapat dibaca.")
    assert store.job_file(there) == b""
