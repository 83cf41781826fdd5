"""Papers at the desk: every kind at once, long ones in the background, each only for its own people."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from calc.report.document import Document, LongTable, Text, Together
from calc.report.kinds import KINDS
from survey.jobs.reports import ReportRequest, build, watched
from survey.jobs.worker import KEPT_DAYS, Worker
from survey.store import StoreBusy
from tests.background import asked, failed, made, until

REPORT = "/meja/unit/dukcapil/laporan"
QUEUE = REPORT + "/antrean"
HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7*7 }}'
MANY = 501  # one more than a paper lists while somebody waits

BEGINNINGS = {"pdf": b"%PDF-", "html": b"<!DOCTYPE html>", "docx": b"PK", "xlsx": b"PK", "json": b"{"}


@pytest.fixture
def jobs(store):
    """The reports of dukcapil that were asked for in the background, newest first."""
    return lambda: store.jobs("report", "dukcapil")


@pytest.fixture
def built(config, clock, store):
    """Let a worker do what waits."""

    def run():
        Worker(config, store, clock).wake()
        until(lambda: not store.open_jobs(["report"]))

    return run


@pytest.fixture
def asleep(app, monkeypatch):
    """The server starts no worker, so that a test sees what waits."""
    monkeypatch.setattr(app.extensions["skm_jobs"], "wake", lambda: None)


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


def test_a_kept_address_with_the_former_word_of_an_outline_still_leads_to_its_report(login, answer):
    answer("343434344", times=6)
    address = f"{REPORT}/kertas?jenis=full&bentuk=html&periode=2026-TW3&sistematika="
    former, today = (login("kepala").get(address + word) for word in ("lama", "four-chapters"))
    assert former.status_code == today.status_code == 200
    assert former.text == today.text


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
def test_a_paper_that_there_is_not_is_refused_in_words(login, send, answer, jobs, wanted):
    answer("343434344")
    client = login("kepala")
    reply = ask(send, client, **wanted)
    assert reply.status_code == 400
    assert "Laporan seperti itu tidak ada." in reply.text
    address = f"{REPORT}/kertas?" + "&".join(f"{name}={words}" for name, words in wanted.items())
    assert client.get(address).status_code == 400
    assert jobs() == []


def test_a_period_before_the_calendar_is_refused_in_words(login, answer):
    client = login("kepala")
    for page in ("laporan/kertas", "rtl", "kalimat"):
        reply = client.get(f"/meja/unit/dukcapil/{page}?periode=1970")
        assert reply.status_code == 400
        assert "Periode hanya dari tahun 1970" in reply.text


def test_a_long_paper_is_made_in_the_background_once_however_often_it_is_asked_for(
    login, send, answer, jobs, built, asleep, store
):
    answer("343434344", times=MANY)
    client = login("pembaca")
    first = ask(send, client, jenis="tabulation")
    assert first.status_code == 303
    assert first.headers["Location"].startswith(QUEUE + "#")
    assert ask(send, client, jenis="tabulation").headers["Location"] == first.headers["Location"]
    assert [job.state for job in jobs()] == ["waiting"]
    page = client.get(QUEUE).text
    assert "Menunggu giliran" in page
    assert '<meta http-equiv="refresh"' in page  # inside <noscript>: with script the page looks by itself
    assert store.audit_log(1)[0][2:] == ("minta laporan", "dukcapil/tabulasi-dukcapil-2026-TW3.pdf")

    built()
    page = client.get(QUEUE).text
    assert "http-equiv" not in page
    job = jobs()[0]
    assert job.state == "ready"
    assert f"{QUEUE}/{job.id}" in page
    paper = client.get(f"{QUEUE}/{job.id}")
    assert paper.data.startswith(b"%PDF-")
    assert paper.headers["Content-Disposition"] == 'attachment; filename="tabulasi-dukcapil-2026-TW3.pdf"'
    ask(send, client, jenis="tabulation")
    assert len(jobs()) == 1

    answer("111111111")  # other answers, another paper
    ask(send, client, jenis="tabulation")
    assert [job.state for job in jobs()].count("waiting") == 1


def test_the_server_makes_it_by_itself(login, send, answer, jobs):
    answer("343434344", times=MANY)
    client = login("kepala")
    ask(send, client, jenis="workbook")
    until(lambda: client.get(QUEUE) and jobs()[0].state == "ready")
    assert client.get(f"{QUEUE}/{jobs()[0].id}").data.startswith(b"PK")


def test_a_long_paper_is_not_drawn_while_somebody_waits(login, answer):
    answer("343434344", times=MANY)
    reply = login("kepala").get(f"{REPORT}/kertas?jenis=tabulation")
    assert reply.status_code == 400
    assert "dibuat di latar" in reply.text


def test_only_what_prints_every_response_is_long():
    def is_long(kind, form, n, respondents=None):
        return ReportRequest("dukcapil", "2026-TW3", kind, form, respondents=respondents).is_long(n)

    assert not is_long("tabulation", "pdf", MANY - 1)
    assert is_long("workbook", "xlsx", MANY)
    assert is_long("full", "pdf", MANY)
    assert not is_long("full", "pdf", 20_000)  # so many are left out unless they are asked for
    assert is_long("full", "pdf", 20_000, True)
    assert not is_long("full", "pdf", MANY, False)
    assert not is_long("full", "json", 20_000, True)  # numbers only
    assert not is_long("summary", "pdf", 1_000_000)


def test_what_was_made_for_one_unit_is_not_there_for_another(login, people, store, now, asleep, send):
    job = made(store, asked(store, now))
    other = login("kepala.rsud")
    for path in (f"{QUEUE}/{job.id}", f"/meja/unit/rsud/laporan/antrean/{job.id}"):
        assert other.get(path).status_code == 404
        assert send(other, path + "/lagi").status_code == 404
    for strange in ("../../skm.db", "0" * 32, "jobs.lock", "x"):
        assert login("admin").get(f"{QUEUE}/{strange}").status_code == 404


def test_a_paper_that_cannot_be_made_says_why_and_can_be_asked_again(login, store, now, built, send, asleep):
    # A form that this paper does not have: a page never asks for it, an older version might have.
    job = asked(store, now, form="docx")
    built()
    client = login("kepala")
    page = client.get(QUEUE).text
    assert "Tidak berhasil. Lembar pengolahan data per responden tidak dibuat sebagai" in unescape(page)
    assert "Coba lagi" in page
    assert client.get(f"{QUEUE}/{job.id}").headers["Location"] == QUEUE
    send(client, f"{QUEUE}/{job.id}/lagi")
    assert store.job("dukcapil", job.id).state == "waiting"


def test_whoever_looks_at_the_queue_sees_old_papers_go(login, store, clock):
    old = made(store, asked(store, clock.now))
    client = login("kepala")
    assert old.id in client.get(QUEUE).text
    clock.forward(days=KEPT_DAYS, seconds=1)
    assert old.id not in login("kepala").get(QUEUE).text
    assert store.job_file(old) == b""


def test_a_download_that_broke_off_goes_on_where_it_was(login, store, now):
    """On a weak network a browser asks for the rest."""
    job = made(store, asked(store, now), b"%PDF-" + bytes(range(200)))
    reply = login("kepala").get(f"{QUEUE}/{job.id}", headers={"Range": "bytes=105-"})
    assert (reply.status_code, reply.data) == (206, bytes(range(100, 200)))


def test_another_number_of_users_of_a_service_is_another_paper(login, send, answer, jobs, asleep, store):
    # it decides the index of the unit where services are weighted by their users
    answer("343434344", times=MANY, service="ktp-el")
    client = login("kepala")
    ask(send, client, jenis="tabulation")
    ktp = next(s for s in store.services("dukcapil") if s.key == "ktp-el")
    store.save_service(replace(ktp, population=(ktp.population or 0) + 1000))
    ask(send, client, jenis="tabulation")
    assert len(jobs()) == 2


def test_a_request_that_cannot_be_written_down_is_refused_in_words(
    login, send, answer, monkeypatch, store, now, asleep
):
    answer("343434344", times=MANY)
    client = login("kepala")
    job = failed(store, asked(store, now, period="2026-TW2"))

    def full(*arguments, **options):
        raise StoreBusy("Disk penuh.")

    monkeypatch.setattr(store, "ask_job", full)
    for reply in (ask(send, client, jenis="tabulation"), send(client, f"{QUEUE}/{job.id}/lagi")):
        assert reply.status_code == 503
        assert "mungkin disk komputer server penuh" in reply.text


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


def test_a_unit_that_is_gone_fails_in_words(now, place, store, config):
    request = ReportRequest("tidak-ada", "2026-TW3", "full", "pdf")
    with pytest.raises(ValueError, match="Unit ini sudah tidak ada"):
        build(store, config, request, now, "admin", lambda *told: None)
