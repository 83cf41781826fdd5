"""Papers at the desk: every kind at once, long ones in the background, each only for its own people."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from html import unescape

import pytest

from calc.report.document import Document, LongTable, Text, Together
from calc.report.kinds import KINDS
from survey.jobs import paper_builder
from survey.jobs.paper_builder import BUSY, watched
from survey.jobs.paper_queue import BUILDER, ENOUGH, PaperQueue
from survey.jobs.papers import GIVEN_UP, KEPT, KEPT_DAYS, TRIES, Shelf, Wanted
from survey.system.lock import only_one
from tests.held_builder import HELD

REPORT = "/meja/unit/dukcapil/laporan"
QUEUE = REPORT + "/antrean"
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7*7 }}'
MANY = 501  # one more than a paper lists while somebody waits

BEGINNINGS = {"pdf": b"%PDF-", "html": b"<!DOCTYPE html>", "docx": b"PK", "xlsx": b"PK", "json": b"{"}


@pytest.fixture
def shelf(config):
    return Shelf(config.instance)


@pytest.fixture
def built(config, now):
    """Let a builder of its own process make what waits; its exit code."""

    def run() -> int:
        command = [sys.executable, "-c", BUILDER, str(config.instance), now.isoformat()]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            return process.wait(60)  # with our end of the pipe open: it would end itself otherwise
        finally:
            process.stdin.close()

    return run


@pytest.fixture
def asleep(monkeypatch):
    """The server starts no builder, so that a test sees what waits."""
    monkeypatch.setattr("survey.jobs.paper_queue.PaperQueue.wake", lambda self: None)


def ask(send, client, **wanted):
    return send(client, REPORT, **{"jenis": "full", "act": "unduh", **wanted})


@pytest.mark.parametrize("kind", KINDS)
def test_a_short_paper_comes_at_once_in_every_form_with_a_name_that_says_what_it_is(
    login, send, answer, kind
):
    answer("343434344", times=8)
    client = login("pembaca")
    for form in KINDS[kind].forms:
        reply = client.get(ask(send, client, jenis=kind, bentuk=form).headers["Location"])
        assert reply.status_code == 200, reply.text
        assert reply.data.startswith(BEGINNINGS[form])
        wanted = f'attachment; filename="{KINDS[kind].file}-dukcapil-2026-TW3.{form}"'
        assert reply.headers["Content-Disposition"] == wanted
        assert reply.headers["Cache-Control"] == "no-store"


def test_a_preview_is_shown_in_a_sandbox_that_lets_nothing_in_but_its_own_style(login, send, answer, store):
    answer("343434344", times=8, remark=HOSTILE)
    store.save_unit(replace(store.unit("dukcapil"), name=f"Dinas {HOSTILE}"))
    client = login("kepala")
    address = ask(send, client, bentuk="docx", act="lihat").headers["Location"]
    reply = client.get(address)
    policy = reply.headers["Content-Security-Policy"]
    assert reply.content_type == "text/html; charset=utf-8"
    assert reply.headers["Content-Disposition"].startswith("inline")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "; sandbox" in policy
    assert "script-src" not in policy
    assert "<script" not in reply.text
    assert "<img" not in reply.text
    assert HOSTILE in unescape(reply.text)


def test_a_paper_of_one_service_has_the_answers_of_that_service_alone(login, send, answer):
    answer("343434344", times=6, service="ktp-el")
    answer("333333333", times=6, service="akta-lahir")
    client = login("kepala")
    reply = client.get(ask(send, client, jenis="notice", bentuk="html", layanan="ktp-el").headers["Location"])
    assert "keterangan" not in reply.headers["Content-Disposition"]
    assert "publikasi-dukcapil-ktp-el-2026-TW3.html" in reply.headers["Content-Disposition"]
    assert "88,89" in reply.text  # 32 of 9 answers: 32 / 9 x 25


@pytest.mark.parametrize(
    "wanted",
    [
        {"jenis": "rahasia"},
        {"jenis": "workbook", "bentuk": "pdf"},
        {"sistematika": "sendiri"},
        {"ukuran": "A9"},
        {"responden": "mungkin"},
        {"layanan": "poli"},  # of another unit
    ],
)
def test_a_paper_that_there_is_not_is_refused_in_words(login, send, answer, shelf, wanted):
    answer("343434344")
    client = login("kepala")
    reply = ask(send, client, **wanted)
    assert reply.status_code == 400
    assert "Laporan seperti itu tidak ada." in reply.text
    address = f"{REPORT}/kertas?" + "&".join(f"{name}={words}" for name, words in wanted.items())
    assert client.get(address).status_code == 400
    assert shelf.jobs() == []


def test_a_period_before_the_calendar_is_refused_in_words(login, answer):
    client = login("kepala")
    for page in ("laporan/kertas", "rtl", "kalimat"):
        reply = client.get(f"/meja/unit/dukcapil/{page}?periode=1970")
        assert reply.status_code == 400
        assert "Periode hanya dari tahun 1970" in reply.text


def test_a_long_paper_is_made_in_the_background_once_however_often_it_is_asked_for(
    login, send, answer, shelf, built, asleep, store
):
    answer("343434344", times=MANY)
    client = login("pembaca")
    first = ask(send, client, jenis="tabulation")
    assert first.status_code == 303
    assert first.headers["Location"].startswith(QUEUE + "#")
    assert ask(send, client, jenis="tabulation").headers["Location"] == first.headers["Location"]
    assert [job.state for job in shelf.jobs()] == ["waiting"]
    page = client.get(QUEUE).text
    assert "Menunggu giliran" in page
    assert '<meta http-equiv="refresh"' in page  # inside <noscript>: with script the page looks by itself
    assert store.audit_log(1)[0][2:] == ("minta laporan", "dukcapil/tabulasi-dukcapil-2026-TW3.pdf")

    assert built() == 0
    page = client.get(QUEUE).text
    assert "http-equiv" not in page
    job = shelf.jobs()[0]
    assert job.state == "ready"
    assert f"{QUEUE}/{job.key}" in page
    paper = client.get(f"{QUEUE}/{job.key}")
    assert paper.data.startswith(b"%PDF-")
    assert paper.headers["Content-Disposition"] == 'attachment; filename="tabulasi-dukcapil-2026-TW3.pdf"'
    ask(send, client, jenis="tabulation")
    assert len(shelf.jobs()) == 1

    answer("111111111")  # other answers, another paper
    ask(send, client, jenis="tabulation")
    assert [job.state for job in shelf.jobs()].count("waiting") == 1


def test_the_server_starts_the_builder_by_itself(login, send, answer, shelf):
    answer("343434344", times=MANY)
    client = login("kepala")
    ask(send, client, jenis="workbook")
    deadline = time.monotonic() + 60
    while shelf.jobs()[0].state != "ready" and time.monotonic() < deadline:
        time.sleep(0.2)
        client.get(QUEUE)
    assert client.get(f"{QUEUE}/{shelf.jobs()[0].key}").data.startswith(b"PK")


def test_a_long_paper_is_not_drawn_while_somebody_waits(login, answer):
    answer("343434344", times=MANY)
    reply = login("kepala").get(f"{REPORT}/kertas?jenis=tabulation")
    assert reply.status_code == 400
    assert "dibuat di latar" in reply.text


def test_only_what_prints_every_response_is_long():
    def is_long(kind, form, n, respondents=None):
        return Wanted("dukcapil", "2026-TW3", kind, form, respondents=respondents).is_long(n)

    assert not is_long("tabulation", "pdf", MANY - 1)
    assert is_long("workbook", "xlsx", MANY)
    assert is_long("full", "pdf", MANY)
    assert not is_long("full", "pdf", 20_000)  # so many are left out unless they are asked for
    assert is_long("full", "pdf", 20_000, True)
    assert not is_long("full", "pdf", MANY, False)
    assert not is_long("full", "json", 20_000, True)  # numbers only
    assert not is_long("summary", "pdf", 1_000_000)


def test_a_new_builder_clears_what_a_dead_one_left_and_nothing_of_the_server(shelf, now):
    job = shelf.ask(Wanted("dukcapil", "2026-TW3", "tabulation", "pdf"), "", MANY, now, "admin")
    half = shelf.folder / f"{job.key}.pdf.123.part"
    asked_now = shelf.folder / f"{job.key}.job.456.part"
    for path in (half, asked_now):
        path.write_bytes(b"%PDF-")
    shelf.begin()
    assert not half.exists()
    assert asked_now.exists()


def test_what_was_made_for_one_unit_is_not_there_for_another(login, people, shelf, now, asleep, send):
    job = shelf.ask(Wanted("dukcapil", "2026-TW3", "tabulation", "pdf"), "", MANY, now, "admin")
    shelf.finish(job, b"%PDF-")
    other = login("kepala.rsud")
    for path in (f"{QUEUE}/{job.key}", f"/meja/unit/rsud/laporan/antrean/{job.key}"):
        assert other.get(path).status_code == 404
        assert send(other, path + "/lagi").status_code == 404
    for strange in ("../../skm.db", "0" * 32, "builder.lock", "x"):
        assert login("admin").get(f"{QUEUE}/{strange}").status_code == 404


def test_a_paper_that_cannot_be_made_says_why_and_can_be_asked_again(login, shelf, now, built, send, asleep):
    # A form that this paper does not have: a page never asks for it, an older version might have.
    job = shelf.ask(Wanted("dukcapil", "2026-TW3", "tabulation", "docx"), "", MANY, now, "admin")
    assert built() == 0
    client = login("kepala")
    page = client.get(QUEUE).text
    assert "Tidak berhasil. Lembar pengolahan data per responden tidak dibuat sebagai" in unescape(page)
    assert "Coba lagi" in page
    assert client.get(f"{QUEUE}/{job.key}").headers["Location"] == QUEUE
    send(client, f"{QUEUE}/{job.key}/lagi")
    assert shelf.job(job.key).state == "waiting"


def test_a_paper_that_kills_its_builder_is_given_up_in_the_end(place, shelf, now, monkeypatch, built):
    wanted = Wanted("dukcapil", "2026-TW3", "tabulation", "pdf")
    job = shelf.ask(wanted, "", MANY, now, "admin")
    for _ in range(TRIES):
        # as a builder that runs out of memory leaves it: begun, and nothing more
        shelf.tell(job, "Membaca isian", 5)
        job = shelf.save(replace(job, tries=job.tries + 1))
    assert shelf.job(job.key).state == "building"  # it may well be alive
    shelf.begin()
    assert (shelf.job(job.key).state, shelf.job(job.key).failed) == ("failed", GIVEN_UP)
    assert shelf.next() is None
    again = shelf.ask(wanted, "", MANY, now, "admin")
    assert (again.key, again.state, again.tries) == (job.key, "waiting", 0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_builder_that_is_asked_to_end_gives_the_paper_its_try_back(
    place, answer, shelf, config, now, store
):
    # as systemd does when it stops the service: every process of it is asked, not only the server
    answer("343434344", times=MANY)
    store.close()
    asked = shelf.ask(Wanted("dukcapil", "2026-TW3", "full", "docx"), "", MANY, now, "admin")
    command = [sys.executable, "-c", HELD, str(config.instance), now.isoformat()]
    builder = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while shelf.job(asked.key).tries == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    builder.terminate()
    said = builder.communicate(timeout=60)[1]
    assert builder.returncode == 1
    assert (shelf.job(asked.key).tries, said) == (0, b"")


def test_a_paper_that_kills_its_builders_does_not_hold_up_those_behind_it(config, clock, shelf, monkeypatch):
    deadly, good = (
        shelf.ask(Wanted("dukcapil", year, "tabulation", "pdf"), "", MANY, clock.forward(seconds=1), "admin")
        for year in ("2025", "2026")
    )

    def build(self):
        self.shelf.begin()
        while (job := self.shelf.next()) is not None:
            self.shelf.tell(job, "Mulai", 0)
            self.shelf.save(replace(job, tries=job.tries + 1))
            if job.key == deadly.key:
                return -9
            self.shelf.finish(job, b"%PDF-")
        return 0

    monkeypatch.setattr(PaperQueue, "_build", build)
    monkeypatch.setattr("survey.jobs.paper_queue.LATER", 0.0)
    PaperQueue(config, clock)._work()
    assert [shelf.job(job.key).state for job in (deadly, good)] == ["failed", "ready"]


def test_builders_that_do_nothing_are_not_started_for_ever(config, clock, shelf, monkeypatch):
    shelf.ask(Wanted("dukcapil", "2026", "tabulation", "pdf"), "", MANY, clock.now, "admin")
    started = []
    monkeypatch.setattr(PaperQueue, "_build", lambda self: started.append(1) or 1)
    monkeypatch.setattr("survey.jobs.paper_queue.LATER", 0.0)
    PaperQueue(config, clock)._work()
    assert len(started) == ENOUGH


def test_whoever_looks_at_the_queue_sees_old_papers_go(login, shelf, clock):
    old = shelf.ask(Wanted("dukcapil", "2026-TW3", "tabulation", "pdf"), "", MANY, clock.now, "admin")
    shelf.finish(old, b"%PDF-")
    client = login("kepala")
    assert old.key in client.get(QUEUE).text
    clock.forward(days=KEPT_DAYS, seconds=1)
    assert old.key not in login("kepala").get(QUEUE).text
    assert not shelf.paper(old).exists()


def test_another_number_of_users_of_a_service_is_another_paper(login, send, answer, shelf, asleep, store):
    # it decides the index of the unit where services are weighted by their users
    answer("343434344", times=MANY, service="ktp-el")
    client = login("kepala")
    ask(send, client, jenis="tabulation")
    ktp = next(s for s in store.services("dukcapil") if s.key == "ktp-el")
    store.save_service(replace(ktp, population=(ktp.population or 0) + 1000))
    ask(send, client, jenis="tabulation")
    assert len(shelf.jobs()) == 2


def test_one_builder_at_a_time(place, shelf, now, built):
    job = shelf.ask(Wanted("dukcapil", "2026-TW3", "tabulation", "pdf"), "", MANY, now, "admin")
    with only_one(shelf.lock):
        assert built() == BUSY
    assert shelf.job(job.key).state == "waiting"
    assert built() == 0
    assert shelf.job(job.key).state == "ready"


def test_old_papers_go_and_waiting_ones_stay(shelf, now, clock):
    def wanted(number):
        return Wanted("dukcapil", f"{2000 + number}", "tabulation", "pdf")

    waiting = shelf.ask(wanted(0), "", MANY, now, "admin")
    old = shelf.ask(wanted(1), "", MANY, now, "admin")
    shelf.finish(old, b"%PDF-")
    later = clock.forward(days=KEPT_DAYS, seconds=1)
    shelf.clean(later)
    assert [job.key for job in shelf.jobs()] == [waiting.key]
    assert not shelf.paper(old).exists()
    for number in range(2, KEPT + 5):
        shelf.finish(shelf.ask(wanted(number), "", MANY, clock.forward(seconds=1), "admin"), b"%PDF-")
    shelf.clean(clock.now)
    assert sum(job.state == "ready" for job in shelf.jobs()) == KEPT
    assert shelf.job(waiting.key) is not None


def test_a_full_disk_is_named_and_leaves_no_half_paper(place, shelf, now, monkeypatch, store, config):
    monkeypatch.setattr("survey.system.disk.has_room", lambda folder: False)
    job = shelf.ask(Wanted("dukcapil", "2026-TW3", "tabulation", "pdf"), "", MANY, now, "admin")
    builder = paper_builder._Builder.__new__(paper_builder._Builder)
    builder._shelf, builder._config, builder._ahead = shelf, config, now - now
    builder._mutex = threading.Lock()
    builder._make(store, job)
    assert shelf.job(job.key).failed == "Disk hampir penuh."
    assert sorted(path.suffix for path in shelf.folder.iterdir()) == [".job"]


def test_a_request_that_cannot_be_written_down_is_refused_in_words(
    login, send, answer, monkeypatch, shelf, now, asleep
):
    answer("343434344", times=MANY)
    client = login("kepala")
    failed = shelf.ask(Wanted("dukcapil", "2026-TW2", "tabulation", "pdf"), "", MANY, now, "admin")
    shelf.fail(failed, "Disk hampir penuh.")

    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("survey.jobs.papers.write_whole", full)
    for reply in (ask(send, client, jenis="tabulation"), send(client, f"{QUEUE}/{failed.key}/lagi")):
        assert reply.status_code == 503
        assert "mungkin disk komputer server penuh" in reply.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("asked_at", "2026-01-01T00:00:00"), ("tries", "x"), ("wanted", 3), ("kind", []), ("period", "kapan")],
)
def test_a_note_that_was_spoiled_spoils_nothing_else(login, people, shelf, now, asleep, field, value):
    good, bad = (
        shelf.ask(Wanted("dukcapil", period, "tabulation", "pdf"), "", MANY, now, "admin")
        for period in ("2026-TW3", "2026-TW2")
    )
    note = shelf.folder / f"{bad.key}.job"
    told = json.loads(note.read_bytes())
    (told["wanted"] if field in told["wanted"] else told)[field] = value
    note.write_text(json.dumps(told), encoding="utf-8")
    (shelf.folder / f"{good.key}.progress").write_text("null", encoding="utf-8")
    page = login("kepala").get(QUEUE)
    assert page.status_code == 200
    assert good.key in page.text


def test_progress_follows_the_rows_that_were_drawn():
    told = []
    table = LongTable((), 100, lambda first, last: [("x",)] * (last - first))
    document = Document("", "", "", "", (Text("x"), Together((table,)), table))
    watch = watched(document, lambda step, percent: told.append(percent))
    for one in (watch.blocks[1].blocks[0], watch.blocks[2]):
        for first in range(0, 100, 50):
            assert len(one.rows(first, first + 50)) == 50
    # of the 89 points between 10 and 99 a quarter of the rows is 22, half 44, three quarters 66
    assert told == [32, 54, 76, 99]


def test_an_empty_period_says_what_to_do(login):
    page = login("kepala").get(QUEUE).text
    assert "Belum ada laporan panjang" in page
    assert login("kepala").get(REPORT).status_code == 200


@pytest.mark.skipif(not hasattr(os, "nice"), reason="the system knows no niceness")
def test_the_folder_of_papers_is_closed_to_others(shelf, now):
    shelf.ask(Wanted("dukcapil", "2026-TW3", "tabulation", "pdf"), "", MANY, now, "admin")
    assert shelf.folder.stat().st_mode & 0o077 == 0


def test_a_unit_that_is_gone_fails_in_words(shelf, now, place, store, config):
    with pytest.raises(ValueError, match="Unit ini sudah tidak ada"):
        paper_builder.build(
            store, config, Wanted("tidak-ada", "2026-TW3", "full", "pdf"), now, "admin", lambda *told: None
        )
