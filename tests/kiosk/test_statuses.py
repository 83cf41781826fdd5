"""What the door of a link answers, with and without a page."""

from __future__ import annotations

import gzip
import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from survey.store import StoreBusy

JSON = {"Accept": "application/json"}
FOREVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def answers() -> dict[str, str]:
    """A whole answer of the nine-element questionnaire, with an id of its own."""
    keys = "persyaratan prosedur waktu biaya produk kompetensi perilaku pengaduan sarana".split()
    return {"id": str(uuid.uuid4()), **dict.fromkeys(keys, "3"), "biaya": "4"}


@pytest.fixture
def rows(store: Any) -> Any:
    """Every response in the store."""
    return lambda: list(store.responses(None, *FOREVER))


def test_a_rating_is_kept_and_its_receipt_names_it(client: Any, code: str, answers: dict, rows: Any) -> None:
    reply = client.post(f"/s/{code}", data=answers, headers=JSON)
    assert (reply.status_code, reply.json) == (201, {"id": answers["id"], "status": "kept"})
    (kept,) = rows()
    assert (kept.id, kept.unit, kept.service, kept.channel) == (answers["id"], "dukcapil", "ktp-el", "qr")
    # order of the questionnaire: persyaratan prosedur waktu biaya produk kompetensi perilaku sarana pengaduan
    assert kept.answers == "333433333"


def test_a_rating_sent_twice_is_kept_once_with_the_same_receipt(
    client: Any, code: str, answers: dict, rows: Any
) -> None:
    first = client.post(f"/s/{code}", data=answers, headers=JSON)
    again = client.post(f"/s/{code}", data=answers, headers=JSON)
    assert (again.status_code, again.json) == (200, first.json)
    assert len(rows()) == 1


def test_other_answers_under_the_same_id_are_refused_and_the_first_stay(
    client: Any, code: str, answers: dict, rows: Any
) -> None:
    client.post(f"/s/{code}", data=answers)
    reply = client.post(f"/s/{code}", data={**answers, "waktu": "1"}, headers=JSON)
    assert reply.status_code == 409
    assert reply.json["id"] == answers["id"] and reply.json["status"] == "conflict" and reply.json["error"]
    assert [r.answers for r in rows()] == ["333433333"]
    page = client.post(f"/s/{code}", data={**answers, "waktu": "1"})
    assert page.status_code == 409 and "formulir baru" in page.text and f'href="/s/{code}"' in page.text


@pytest.mark.parametrize("value", ["0", "5", "-1", "4.0", "4.9", "", "empat", "４", "1\n"])
def test_a_score_that_is_none_is_named_and_nothing_is_kept(
    client: Any, code: str, answers: dict, rows: Any, value: str
) -> None:
    reply = client.post(f"/s/{code}", data={**answers, "prosedur": value}, headers=JSON)
    assert reply.status_code == 422
    assert list(reply.json["errors"]) == ["prosedur"]
    assert rows() == []


def test_one_missing_answer_of_nine_is_kept_as_not_answered(
    client: Any, code: str, answers: dict, rows: Any
) -> None:
    del answers["sarana"]
    assert client.post(f"/s/{code}", data=answers).status_code == 201
    assert rows()[0].answers == "3334333-3"


def test_an_empty_form_comes_back_with_a_link_to_the_first_question(client: Any, code: str) -> None:
    reply = client.post(f"/s/{code}", data={"id": str(uuid.uuid4())})
    assert reply.status_code == 422
    assert 'role="alert"' in reply.text and 'href="#q-persyaratan"' in reply.text


def test_a_refused_form_comes_back_with_its_answers_and_its_id(client: Any, code: str, answers: dict) -> None:
    sent = {**answers, "waktu": "9", "saran": "Kursi <kurang>", "usia": "26-34"}
    page = client.post(f"/s/{code}", data=sent).text
    assert 'name="prosedur" value="3" checked' in page and '<option value="26-34" selected>' in page
    assert "Kursi &lt;kurang&gt;</textarea>" in page and f'value="{answers["id"]}"' in page
    assert 'href="#q-waktu"' in page and 'aria-describedby="e-waktu"' in page


def test_a_form_without_a_usable_id_comes_back_with_a_new_one(client: Any, code: str, answers: dict) -> None:
    page = client.post(f"/s/{code}", data={**answers, "id": "x"})
    assert page.status_code == 422
    (new,) = re.findall(r'name="id" form="f" value="([^"]+)"', page.text)
    assert client.post(f"/s/{code}", data={**answers, "id": new}).status_code == 201


def test_a_code_that_never_was_is_404_in_words(client: Any) -> None:
    for method in (client.get, client.post):
        page = method("/s/ZZZZ9999")
        assert page.status_code == 404 and "petugas" in page.text
        assert method("/s/ZZZZ9999", headers=JSON).json["error"]


def test_a_revoked_code_is_410_in_words(client: Any, code: str, store: Any, now: Any, answers: dict) -> None:
    store.revoke_link(code, now)
    assert client.get(f"/s/{code}").status_code == 410
    page = client.post(f"/s/{code}", data=answers)
    assert page.status_code == 410 and "petugas" in page.text


@pytest.mark.parametrize("typed", [str.lower, lambda c: f"{c[:4]}-{c[4:]}", lambda c: f" {c}"])
def test_a_code_may_be_typed_as_people_type(client: Any, code: str, typed: Any) -> None:
    assert client.get(f"/s/{typed(code)}").status_code == 200


def test_a_form_that_stood_open_over_night_counts(
    client: Any, code: str, answers: dict, clock: Any, rows: Any
) -> None:
    client.get(f"/s/{code}")
    later = clock.forward(hours=12)
    assert client.post(f"/s/{code}", data=answers).status_code == 201
    assert rows()[0].received_at == later


def test_a_body_over_the_limit_is_413_and_one_at_the_limit_is_not(
    client: Any, code: str, answers: dict, rows: Any
) -> None:
    long = {**answers, "x": "x" * 65536}
    assert client.post(f"/s/{code}", data=long, headers=JSON).status_code == 413
    assert "Persingkat" in client.post(f"/s/{code}", data=long).text
    assert rows() == []
    fixed = len("&".join(f"{k}={v}" for k, v in answers.items()) + "&x=")
    assert client.post(f"/s/{code}", data={**answers, "x": "x" * (65536 - fixed)}).status_code == 201


def test_a_busy_store_is_503_and_the_page_keeps_the_answers(
    client: Any, app: Any, code: str, answers: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(response: Any) -> None:
        raise StoreBusy("database is locked")

    monkeypatch.setattr(app.extensions["skm"].store, "keep", keep)
    reply = client.post(f"/s/{code}", data=answers, headers=JSON)
    assert reply.status_code == 503 and int(reply.headers["Retry-After"]) > 0 and reply.json["error"]
    page = client.post(f"/s/{code}", data=answers)
    assert page.status_code == 503 and int(page.headers["Retry-After"]) > 0
    assert 'name="prosedur" value="3" checked' in page.text and answers["id"] in page.text
    assert "database is locked" not in page.text


def test_a_tablet_is_never_told_to_wait(client: Any, kiosk_code: str, answers: dict) -> None:
    for _ in range(120):
        sent = {**answers, "id": str(uuid.uuid4())}
        assert client.post(f"/s/{kiosk_code}", data=sent, headers=JSON).status_code == 201


def test_the_channel_is_the_kind_of_the_link_or_kiosk_when_asked(
    client: Any, code: str, kiosk_code: str, rows: Any, answers: dict
) -> None:
    for address in (f"/s/{code}", f"/s/{code}?kiosk", f"/s/{kiosk_code}"):
        client.post(address, data={**answers, "id": str(uuid.uuid4())})
    assert sorted(r.channel for r in rows()) == ["kiosk", "kiosk", "qr"]


def test_an_answer_belongs_to_the_questionnaire_that_the_page_showed(
    client: Any, code: str, app: Any, answers: dict, rows: Any
) -> None:
    other = next(key for key in app.extensions["skm"].instruments if key != "skm-2017")
    page = client.get(f"/s/{code}").text
    shown = re.search(r'name="kuesioner" value="(skm-2017\.[\w-]+)"', page)[1]
    object.__setattr__(
        app.extensions["skm"].config, "values", {**app.extensions["skm"].config.values, "INSTRUMENT": other}
    )
    client.post(f"/s/{code}", data={**answers, "kuesioner": shown})
    assert rows()[0].instrument == "skm-2017"


def test_switching_the_language_without_script_keeps_the_answers_and_stores_nothing(
    client: Any, code: str, answers: dict, rows: Any
) -> None:
    page = client.post(f"/s/{code}", data={**answers, "saran": "Baik", "bahasa": "id", "ganti_bahasa": "en"})
    assert page.status_code == 200 and '<html lang="en"' in page.text
    assert 'name="biaya" value="4" checked' in page.text and "Baik</textarea>" in page.text
    assert "How fast was the service?" in page.text
    assert rows() == []


def test_the_language_of_the_page_is_kept_with_the_answer(
    client: Any, code: str, answers: dict, rows: Any
) -> None:
    client.post(f"/s/{code}", data={**answers, "bahasa": "id-mudah"})
    assert rows()[0].language == "id-mudah"


def test_an_unknown_language_is_answered_in_the_offices_first(client: Any, code: str) -> None:
    assert '<html lang="id"' in client.get(f"/s/{code}?lang=xx", headers={"Accept-Language": "en"}).text
    assert '<html lang="en"' in client.get(f"/s/{code}?lang=en").text
    assert '<html lang="id-x-mudah"' in client.get(f"/s/{code}?lang=id-mudah").text


def test_other_kinds_of_body_and_other_methods_are_refused(client: Any, code: str) -> None:
    assert client.post(f"/s/{code}", json={"waktu": "3"}).status_code == 415
    assert client.put(f"/s/{code}").status_code == 405
    assert client.post(f"/s/{code}", data={f"f{n}": "1" for n in range(500)}).status_code == 400


def test_hostile_names_and_words_are_only_text(client: Any, store: Any, unit_code: str) -> None:
    from dataclasses import replace

    hostile = "\"><img src=x onerror=alert(1)><script>alert('1')</script>{{7*7}}"
    store.save_unit(replace(store.unit("dukcapil"), name=hostile))
    for page in (
        client.get(f"/s/{unit_code}").text,
        client.get(f"/s/{unit_code}?bagian=isi").text,
        client.post(f"/s/{unit_code}", data={"saran": f"</textarea>{hostile}"}).text,
    ):
        assert (
            "<img" not in page and "<script>alert" not in page and "49" not in page.split("<body>")[-1][:900]
        )


def test_a_renamed_unit_shows_its_new_name_at_once(client: Any, store: Any, unit_code: str) -> None:
    from dataclasses import replace

    client.get(f"/s/{unit_code}")
    store.save_unit(replace(store.unit("dukcapil"), name="Disdukcapil Baru"))
    assert "Disdukcapil Baru" in client.get(f"/s/{unit_code}").text


def test_every_page_has_its_own_id_packed_or_not(client: Any, code: str) -> None:
    packed = client.get(f"/s/{code}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.headers["Vary"]
    plain = client.get(f"/s/{code}")
    assert "Content-Encoding" not in plain.headers
    pages = [gzip.decompress(packed.data).decode(), plain.text, client.get(f"/s/{code}").text]
    ids = [re.search(r'name="id" form="f" value="([^"]+)"', page)[1] for page in pages]
    assert len({str(uuid.UUID(i)) for i in ids}) == 3
    assert len({page.replace(i, "") for page, i in zip(pages, ids, strict=True)}) == 1


def test_no_page_may_be_kept_by_a_cache_and_none_sets_a_cookie(client: Any, code: str, answers: dict) -> None:
    for reply in (client.get(f"/s/{code}"), client.post(f"/s/{code}", data=answers)):
        assert reply.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in reply.headers


def test_the_policy_allows_exactly_the_style_and_the_script_of_the_page(client: Any, code: str) -> None:
    import base64
    import hashlib

    reply = client.get(f"/s/{code}")
    policy = reply.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        for text in re.findall(rf"<{tag}>(.*?)</{tag}>", reply.text, re.S):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
    assert " style=" not in reply.text and not re.search(r"\son\w+=", reply.text.split("</head>")[1])


@pytest.mark.parametrize("language", ["id", "id-mudah", "en"])
def test_the_page_names_unit_service_and_every_answer(
    client: Any, code: str, app: Any, language: str
) -> None:
    from html import unescape

    page = unescape(client.get(f"/s/{code}?lang={language}").text)
    instrument = app.extensions["skm"].instruments["skm-2017"]
    for item in instrument.items:
        assert item.question.get(language, item.question["id"]) in page
        for answer in item.answers:
            assert f">{answer.get(language, answer['id'])}<" in page
    for words in ("Kabupaten Contoh", "Dinas Kependudukan dan Pencatatan Sipil", "Pencetakan KTP-el"):
        assert words in page
    told = json.loads(re.search(r'id="told">(.*?)</script>', page, re.S)[1])
    assert all(told.values())


def test_an_office_may_leave_out_the_questions_about_the_person(serve: Any, place: Any, store: Any) -> None:
    import urllib.request

    store.close()
    url = f"{serve(PROFILE=False).url}/s/{place.link.code}"
    with urllib.request.urlopen(url) as reply:
        page = reply.read().decode()
    assert 'name="waktu"' in page and 'name="usia"' not in page


def test_the_worker_is_served_where_it_reaches_the_forms(client: Any) -> None:
    reply = client.get("/s/sw.js")
    assert reply.status_code == 200 and reply.mimetype == "text/javascript"
    assert reply.headers["Cache-Control"] == "no-cache"


def test_a_stranger_cannot_begin_another_questionnaire(client: Any, code: str, store: Any) -> None:
    body = {"id": "5c0e0b5e-6a0f-4f0e-9d5e-0d6f0a3a1b2c", "kuesioner": "ikm-2004", "persyaratan": "3"}
    assert client.post(f"/s/{code}", data=body).status_code == 201
    assert [row.instrument for row in store.tallies(None, None)] == ["skm-2017"]


def test_a_closed_service_takes_no_answers(client: Any, code: str, store: Any) -> None:
    from dataclasses import replace

    service = next(s for s in store.services("dukcapil") if s.key == "ktp-el")
    store.save_service(replace(service, active=False))
    body = {"id": "5c0e0b5e-6a0f-4f0e-9d5e-0d6f0a3a1b2d", "persyaratan": "3"}
    assert client.get(f"/s/{code}").status_code == client.post(f"/s/{code}", data=body).status_code == 410
    assert store.tallies(None, None) == []
