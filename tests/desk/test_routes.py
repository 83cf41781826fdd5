"""Every page of the application is public on purpose or guarded, for every role and unit."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from calc.report.data import FollowUp
from survey.desk.access import ROUTES
from tests.background import asked, made

PUBLIC_BLUEPRINTS = {"kiosk", "public", "health"}
PUBLIC_ENDPOINTS = {"static"}
PEOPLE = {"admin": "admin", "kepala": "unit_head", "operator": "operator", "pembaca": "viewer"}


JOBS: dict[str, str] = {}  # unit -> its finished paper


@pytest.fixture
def papers(people, store, now):
    """A promised repair and a finished paper of each unit."""
    for unit in ("dukcapil", "rsud"):
        store.save_follow_up(
            unit, "2026-TW3", FollowUp(0, "waktu", "Tambah loket", 2026, 4, ""), now, "admin"
        )
        JOBS[unit] = made(store, asked(store, now, unit=unit)).id


def rules(app, method):
    return [r for r in app.url_map.iter_rules() if r.endpoint.startswith("desk.") and method in r.methods]


def path_of(rule: Rule, unit: str, code: str) -> str:
    """An address of that rule: things of the unit, an account that is there."""
    places = {"rsud": ("poli", "loket-a")}
    service, counter = places.get(unit, ("ktp-el", "loket-1"))
    values = {"unit": unit, "code": code, "name": "pembaca", "service": service, "counter": counter}
    values |= {"number": "1", "block": "penutup", "job": JOBS.get(unit, "0" * 32)}
    path = rule.rule
    for name in rule.arguments - set(rule.defaults or ()):
        path = path.replace(f"<{name}>", values[name])
    return path


def test_every_route_is_public_on_purpose_or_has_a_row_in_the_role_table(app):
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.rpartition(".")[0]
        known = rule.endpoint in PUBLIC_ENDPOINTS or blueprint in PUBLIC_BLUEPRINTS or rule.endpoint in ROUTES
        assert known, f"{rule.endpoint} ({rule.rule}) is neither public nor in the role table"


def test_the_role_table_has_no_row_without_a_page(app):
    assert set(ROUTES) == {r.endpoint for r in app.url_map.iter_rules() if r.endpoint.startswith("desk.")}


def test_a_page_without_a_row_is_closed_to_everybody(app, login, monkeypatch):
    monkeypatch.delitem(ROUTES, "desk.account")
    assert login("admin").get("/meja/akun").status_code == 404


def test_whoever_is_not_logged_in_is_asked_to_log_in_on_every_page(app, people, unit_code):
    client = app.test_client()
    for rule in rules(app, "GET"):
        if not ROUTES[rule.endpoint]:
            continue
        reply = client.get(path_of(rule, "dukcapil", unit_code))
        assert reply.status_code == 303, rule
        assert reply.headers["Location"].startswith("/meja/masuk?next=/meja/"), rule


@pytest.mark.parametrize("name", PEOPLE)
def test_each_role_opens_exactly_the_pages_of_its_row_and_of_its_own_units(
    app, people, papers, login, answer, unit_code, name
):
    answer("343434344", times=6)
    answer("343434344", times=6, unit="rsud")
    client, role = login(name), PEOPLE[name]
    for rule in rules(app, "GET"):
        allowed = ROUTES[rule.endpoint]
        if not allowed:
            continue
        status = client.get(path_of(rule, "dukcapil", unit_code), follow_redirects=True).status_code
        assert status == (200 if role in allowed else 403), (rule, "own")
        if "unit" not in rule.arguments:
            continue
        status = client.get(path_of(rule, "rsud", people.other_code), follow_redirects=True).status_code
        assert status == (200 if role == "admin" else 404), (rule, "other unit")
        assert client.get(path_of(rule, "tidak-ada", unit_code)).status_code == 404, (rule, "missing unit")


@pytest.mark.parametrize("name", [*PEOPLE, "kepala.rsud"])
def test_a_change_that_the_role_or_the_unit_does_not_allow_changes_nothing(
    app, people, login, token, kept, unit_code, name
):
    client = login(name)
    role, csrf, before = PEOPLE.get(name, "unit_head"), token(client), kept()
    for rule in rules(app, "POST"):
        allowed = ROUTES[rule.endpoint]
        own = name != "kepala.rsud" or "unit" not in rule.arguments
        if not allowed or (role in allowed and own):
            continue
        reply = client.post(path_of(rule, "dukcapil", unit_code), data={"csrf_token": csrf})
        assert reply.status_code == (403 if own else 404), rule
        assert kept() == before, rule


def test_the_link_of_another_unit_cannot_be_revoked_through_the_own_unit(people, login, send, store):
    client = login("kepala")
    path = f"/meja/unit/dukcapil/tautan/{people.other_code}/cabut"
    assert client.get(path).status_code == 404
    assert send(client, path).status_code == 404
    assert store.link(people.other_code).revoked_at is None
    sheet = client.get(f"/meja/unit/dukcapil/lembar.pdf?kode={people.other_code}")
    assert sheet.status_code == 404


@pytest.mark.parametrize("given", ["nothing", "empty", "rubbish", "of another session"])
def test_every_change_without_a_token_of_this_session_is_refused_and_changes_nothing(
    app, people, login, token, kept, unit_code, given
):
    client, other = login("admin"), login("kepala")
    data = {"nothing": {}, "empty": {"csrf_token": ""}, "rubbish": {"csrf_token": "x.y.z"}}.get(given)
    data = {"csrf_token": token(other)} if data is None else data
    before, posts = kept(), rules(app, "POST")
    assert len(posts) > 15
    for rule in posts:
        reply = client.post(path_of(rule, "dukcapil", unit_code), data={**data, "name": "x", "role": "admin"})
        assert reply.status_code == 400, rule
        assert kept() == before, rule
    assert client.get("/meja/akun").status_code == 200  # still logged in: nothing happened
