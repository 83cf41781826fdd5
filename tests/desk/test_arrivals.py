"""A thousand answers from one script are seen at the desk and said in papers; an honest crowd is not accused."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from calc.statistics.pace import Pace
from survey.domain.organisation import Service
from survey.services.scope import Scope

UNIT = "/meja/unit/dukcapil"


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def send_form(app, place):
    """Post a rating as a script does, without a pause."""

    def post(code, n, seconds="2", score="4", id=None):
        client = app.test_client()
        form = {key: score for key in "persyaratan prosedur waktu biaya produk kompetensi perilaku".split()}
        form |= {"pengaduan": score, "sarana": score, "detik": seconds}
        for _ in range(n):
            reply = client.post(
                f"/s/{code}", data={**form, "id": id or str(uuid4())}, headers={"Accept": "application/json"}
            )
            assert reply.status_code in (201, 409)

    return post


@pytest.mark.slow
def test_a_thousand_answers_of_one_script_are_seen_at_the_desk(login, send_form, code):
    send_form(code, 1000)
    page = text_of(login("kepala").get(UNIT).text)
    assert "Paling banyak 1.000 isian dalam satu menit melalui tautan" in page
    assert code in page and "12 Agustus 2026" in page
    assert "Waktu mengisi tengah 2 detik." in page
    assert "asal isian perlu ditelusuri" in page


@pytest.mark.slow
def test_they_are_said_in_summary_and_full_report_and_in_its_json(
    app, send_form, code, store, config, now, place
):
    from survey.domain.period import Period
    from survey.services.report_data import unit_report_data

    send_form(code, 1000)
    report_data = unit_report_data(
        Scope(store, config, store.unit("dukcapil"), Period.parse("2026-TW3"), now)
    )
    from calc.render.render import paper

    for kind in ("summary", "full"):
        told = text_of(paper(kind, "html", report_data).decode())
        assert "Sebanyak 1.000 isian dalam satu menit masuk melalui tautan yang sama" in told, kind
        assert "Separuh isian selesai dalam 2 detik atau kurang." in told, kind
        assert "wajar pada acara bersama" in told, kind
    told = json.loads(paper("full", "json", report_data))["pace"]
    assert told == {"most_in_a_minute": 1000, "minute": "2026-08-12T10:30+08:00", "median_seconds": 2}


def test_an_ordinary_day_is_told_at_the_desk_without_a_warning_and_not_in_papers(
    login, answer, store, config, now, clock, place
):
    from survey.domain.period import Period
    from survey.services.report_data import unit_report_data

    for hour in range(10):
        answer("343434344", times=4, at=now + timedelta(hours=hour, seconds=1))
    clock.forward(hours=12)
    page = login("kepala").get(UNIT).text
    assert "Paling banyak 4 isian dalam satu menit" in text_of(page)
    assert "ditelusuri" not in page
    report_data = unit_report_data(
        Scope(store, config, store.unit("dukcapil"), Period.parse("2026-TW3"), clock.now)
    )
    assert report_data.result.about.pace.caution == ""


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        (Pace(29, None, 60, 500), False),
        (Pace(5, None, 9, 29), False),  # too few times are known
        (Pace(5, None, 10, 500), False),
        (Pace(5, None, 9, 30), True),
        (Pace(0), False),
    ],
)
def test_what_is_out_of_the_ordinary_is_one_answer_every_two_seconds_or_less_than_ten_seconds_each(
    pace, said
):
    assert bool(pace.caution) is said


def test_a_caution_names_what_may_be_behind_it_and_accuses_nobody(now):
    words = Pace(30, now, 60, 500).caution
    assert "Sebanyak 30 isian dalam satu menit" in words and "acara bersama" in words
    for word in ("palsu", "curang", "robot", "manipulasi", "mencurigakan"):
        assert word not in words


def test_the_page_asks_the_database_once_a_minute_however_often_it_is_opened(
    login, answer, store, clock, monkeypatch, place
):
    answer("343434344", times=3)
    asked = []
    real = type(store).busiest_minute
    monkeypatch.setattr(
        type(store), "busiest_minute", lambda self, *a, **k: asked.append(a) or real(self, *a, **k)
    )
    head = login("kepala")
    for _ in range(5):
        assert head.get(UNIT).status_code == 200
    assert len(asked) == 1
    clock.forward(seconds=61)
    head.get(UNIT)
    assert len(asked) == 2


def test_conflicting_copies_can_be_seen_at_the_desk_and_nobodys_answers_are(
    login, send_form, code, clock, store
):
    id = str(uuid4())
    send_form(code, 1, id=id)
    clock.forward(minutes=5)
    send_form(code, 1, id=id, score="1", seconds="3")
    head = login("kepala")
    page = head.get(UNIT).text
    assert "1 salinan yang berbeda" in text_of(page) and f'href="{UNIT}/salinan"' in page
    told = text_of(head.get(f"{UNIT}/salinan").text)
    assert "12 Agustus 2026" in told and code in told
    assert "U1, U2, U3, U4, U5, U6, U7, U8, U9" in told
    assert id not in told and not re.search(r"U1 ?[:→=] ?[14]", told)
    assert login("kepala.rsud").get(f"{UNIT}/salinan").status_code == 404
    assert login("operator").get(f"{UNIT}/salinan").status_code == 403


def test_a_unit_without_conflicting_copies_says_so(login):
    head = login("kepala")
    assert "salinan yang berbeda" not in head.get(UNIT).text
    assert "Belum ada kiriman dengan nomor yang sama" in head.get(f"{UNIT}/salinan").text


def test_a_burst_of_one_service_is_told_with_its_link(login, store, answer, now):
    store.save_service(Service("dukcapil", "kk", "Kartu Keluarga"))
    answer("343434344", times=31, service="kk", at=now + timedelta(seconds=2))
    page = text_of(login("kepala").get(UNIT).text)
    assert "Paling banyak 31 isian" in page and "Kartu Keluarga" in page
