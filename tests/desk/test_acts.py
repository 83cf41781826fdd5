"""What is done at the desk and who did it are kept together or not at all, for every form that the desk has."""

from __future__ import annotations

import contextlib

import pytest

from calc.report.data import FollowUp
from survey.domain import account
from survey.store import StoreError, schema
from tests.background import asked, failed

UNIT = "/meja/unit/dukcapil"
PERIOD = "?periode=2026-TW3"
NEW_PASSWORD = "gunung sungai lampu kertas"
PLAN = {"element": "waktu", "action": "Membeli printer", "quarter": "4", "year": "2026", "status": "planned"}

# endpoint -> who, address, form; {…} are filled in by `scene`
SCENES = {
    "desk.login": ("", "/meja/masuk", {"name": "kepala", "password": "{password}"}),
    "desk.first_login": (
        "",
        "/meja/masuk-pertama",
        {"code": "{first_code}", "name": "siti.rahma", "password": NEW_PASSWORD, "again": NEW_PASSWORD},
    ),
    "desk.logout": ("kepala", "/meja/keluar", {}),
    "desk.account": (
        "kepala",
        "/meja/akun",
        {"current": "{password}", "password": NEW_PASSWORD, "again": NEW_PASSWORD},
    ),
    "desk.end_sessions": ("kepala", "/meja/akun/keluar-semua", {}),
    "desk.ask_paper": (
        "kepala",
        f"{UNIT}/laporan{PERIOD}",
        {"jenis": "tabulation", "bentuk": "pdf", "act": "unduh"},
    ),
    "desk.retry_paper": ("kepala", UNIT + "/laporan/antrean/{job}/lagi", {}),
    "desk.new_follow_up": ("kepala", f"{UNIT}/rtl/baru{PERIOD}", PLAN),
    "desk.edit_follow_up": ("kepala", f"{UNIT}/rtl/1{PERIOD}", {**PLAN, "seen": "{seen}"}),
    "desk.remove_follow_up": ("kepala", f"{UNIT}/rtl/1/hapus{PERIOD}", {"seen": "{seen}"}),
    "desk.carry_follow_ups": ("kepala", f"{UNIT}/rtl/bawa{PERIOD}", {}),
    "desk.edit_text": (
        "kepala",
        f"{UNIT}/kalimat/penutup{PERIOD}",
        {"words": "Sekian.", "act": "simpan", "seen": "{seen}"},
    ),
    "desk.add_link": ("kepala", f"{UNIT}/tautan", {"kind": "qr", "service": "", "counter": ""}),
    "desk.revoke_link": ("kepala", UNIT + "/tautan/{link}/cabut", {}),
    "desk.people": ("admin", "/meja/pengguna", {"role": "viewer", "units": "dukcapil", "name": "budi"}),
    "desk.person": ("admin", "/meja/pengguna/pembaca", {"role": "operator", "units": "dukcapil"}),
    "desk.renew_code": ("admin", "/meja/pengguna/pembaca/kode", {}),
    "desk.cancel_code": ("admin", "/meja/pengguna-kode/batal", {"label": "{label}"}),
    "desk.switch_account": ("admin", "/meja/pengguna/pembaca/status", {}),
    "desk.organisation": ("admin", "/meja/kelola/instansi", {"name": "Baru", "government": "BARU"}),
    "desk.new_unit": ("admin", "/meja/kelola/unit-baru", {"key": "camat", "name": "Camat", "active": "ya"}),
    "desk.edit_unit": ("admin", "/meja/kelola/unit/dukcapil", {"name": "Disdukcapil", "active": "ya"}),
    "desk.new_service": (
        "admin",
        "/meja/kelola/unit/dukcapil/layanan-baru",
        {"key": "kk", "name": "Kartu Keluarga", "active": "ya"},
    ),
    "desk.edit_service": (
        "admin",
        "/meja/kelola/unit/dukcapil/layanan/ktp-el",
        {"name": "KTP", "active": "ya"},
    ),
    "desk.new_counter": (
        "admin",
        "/meja/kelola/unit/dukcapil/loket-baru",
        {"key": "loket-9", "name": "Loket 9", "service": "", "active": "ya"},
    ),
    "desk.edit_counter": (
        "admin",
        "/meja/kelola/unit/dukcapil/loket/loket-1",
        {"name": "Loket Depan", "service": "ktp-el", "active": "ya"},
    ),
}


@pytest.fixture
def scene(app, store, now, people, login, token, answer, unit_code, first_code, monkeypatch):
    """Everything that the forms need is there; ``scene(endpoint)`` gives a way to send the form of that page."""
    monkeypatch.setattr("survey.jobs.reports.AT_ONCE", 5)  # so that six answers make a long paper
    monkeypatch.setattr(app.extensions["skm_jobs"], "wake", lambda: None)
    answer("343434344", times=6)
    for period in ("2026-TW2", "2026-TW3"):
        store.save_follow_up(
            "dukcapil", period, FollowUp(0, "waktu", f"Loket {period}", 2026, 4, ""), now, "admin"
        )
    _, invitation = account.invite("viewer", ("dukcapil",), now, "ani")
    store.add_invitation(invitation)
    job = failed(store, asked(store, now, kind="workbook", form="xlsx"))
    there = {
        "password": people.password,
        "first_code": first_code,
        "job": job.id,
        "link": unit_code,
        "label": invitation.code_hash,
    }

    def make(endpoint):
        who, path, form = SCENES[endpoint]
        client = login(who) if who else app.test_client()
        path = path.format(**there)
        if "{seen}" in form.values():
            there["seen"] = client.get(path).text.split('name="seen" value="')[1].split('"')[0]
        data = {name: value.format(**there) for name, value in form.items()}
        data["csrf_token"] = token(client, "/meja/akun" if who else "/meja/masuk")

        def send():
            try:
                return client.post(path, data=data).status_code
            except StoreError:  # what is no sentence for anybody is raised again in tests
                return 500

        return send

    return make


@pytest.fixture
def held(store):
    """Every row of every table: ``held()``; ``held("audit")`` of one table."""
    return lambda *tables: {name: store.rows(f"SELECT * FROM {name}") for name in tables or schema.tables()}


@contextlib.contextmanager
def failing(store, tables):
    """No row of these tables can be written, as on a disk whose page is bad."""
    acts = [(name, act) for name in tables for act in ("INSERT", "UPDATE", "DELETE")]
    for name, act in acts:
        store.do(
            f"CREATE TRIGGER bad_{name}_{act} BEFORE {act} ON {name} BEGIN SELECT RAISE(ABORT, 'bad'); END",
            (),
        )
    yield
    for name, act in acts:
        store.do(f"DROP TRIGGER bad_{name}_{act}", ())


def test_every_form_of_the_desk_is_tried_here(app):
    posts = {
        r.endpoint for r in app.url_map.iter_rules() if r.endpoint.startswith("desk.") and "POST" in r.methods
    }
    assert posts == set(SCENES)


@pytest.mark.parametrize("endpoint", SCENES)
def test_an_act_at_the_desk_is_kept_with_its_row_in_the_log_or_not_at_all(scene, store, held, endpoint):
    send = scene(endpoint)
    before = held()
    with failing(store, ["audit"]):
        assert send() >= 500
        assert held() == before
    others = [name for name in schema.tables() if name != "audit"]
    with failing(store, others):
        assert send() >= 500
        assert held() == before
    assert send() < 400
    after = held()
    assert len(after["audit"]) == len(before["audit"]) + 1
    assert any(after[name] != before[name] for name in others)


def test_a_failed_login_is_counted_with_its_row_in_the_log_or_not_at_all(app, store, people, token, held):
    client = app.test_client()
    form = {"name": "kepala", "password": "salah sekali", "csrf_token": token(client, "/meja/masuk")}
    before = held()
    with failing(store, ["audit"]), contextlib.suppress(StoreError):
        assert client.post("/meja/masuk", data=form).status_code >= 500
    assert held() == before
    assert client.post("/meja/masuk", data=form).status_code == 401
    assert held("audit") != {"audit": before["audit"]}
