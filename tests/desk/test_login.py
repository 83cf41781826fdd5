"""Coming in: passwords, codes, sessions, and the throttle that stops guessing but not the owner."""

from __future__ import annotations

import threading

import pytest

from survey.desk import login as entry
from survey.domain import account, throttle
from survey.domain.account import Account, Invitation
from survey.web import context

WRONG = "Nama akun atau kata sandi tidak cocok."


@pytest.fixture
def guess(token):
    """Try a password: ``guess(client, name, password, source=…)`` gives the reply."""

    def attempt(client, name, password, source="10.0.0.1"):
        csrf = token(client, "/meja/masuk")
        return client.post(
            "/meja/masuk",
            data={"name": name, "password": password, "csrf_token": csrf},
            environ_base={"REMOTE_ADDR": source},
        )

    return attempt


def code_form(client, token, code, **more):
    csrf = token(client, "/meja/masuk-pertama")
    return client.post("/meja/masuk-pertama", data={"code": code, "csrf_token": csrf, **more})


def test_the_right_password_opens_the_overview(login):
    page = login("kepala").get("/meja/")
    assert page.status_code == 200
    assert "Dinas Kependudukan dan Pencatatan Sipil" in page.text


def test_unknown_names_wrong_passwords_and_disabled_accounts_get_the_same_words(
    app, people, store, guess, password_hash
):
    store.save_account(Account("mantan", "viewer", password_hash, ("dukcapil",), active=False))
    pages = {
        guess(app.test_client(), name, password, source).text.split("csrf_token", 1)[0]
        for name, password, source in (
            ("kepala", "salah sama sekali", "10.0.0.1"),
            ("tidak.ada", "salah sama sekali", "10.0.0.2"),
            ("mantan", people.password, "10.0.0.3"),
        )
    }
    assert len(pages) == 1
    assert WRONG in pages.pop()


def test_an_unknown_name_costs_as_much_work_as_a_known_one(monkeypatch):
    verified = []
    monkeypatch.setattr(account._hasher.__class__, "verify", lambda self, h, p: verified.append(h) or True)
    gone = Account("x", "viewer", account._hasher.hash("y"), active=False)
    assert not account.password_fits(None, "apa saja")
    assert not account.password_fits(gone, "apa saja")
    assert len(verified) == 2


def test_a_cookie_from_before_the_login_is_not_the_session_afterwards(app, people, login, token):
    client = app.test_client()
    token(client, "/meja/masuk")
    before = client.get_cookie("skm").value
    login("kepala", client)
    assert client.get_cookie("skm").value != before
    attacker = app.test_client()
    attacker.set_cookie("skm", before)
    assert attacker.get("/meja/akun").status_code == 303


def test_a_token_that_somebody_planted_is_not_kept_at_the_login(app, people, login, store, now):
    planted, kept = account.new_session("kepala.rsud", now)
    store.add_session(kept)
    client = app.test_client()
    with client.session_transaction() as session:
        session["token"] = planted
    client.post("/meja/keluar", data={})  # no token: refused, the planted session lives on
    with client.session_transaction() as session:
        session["token"] = "planted"
    login("kepala", client)
    with client.session_transaction() as session:
        assert session["token"] != "planted"
        assert len(session["token"]) >= 43  # 32 bytes in base64: 256 bits


def test_logging_out_ends_the_session_also_for_a_copied_cookie(app, login, send):
    client = login("kepala")
    copy = app.test_client()
    copy.set_cookie("skm", client.get_cookie("skm").value)
    assert copy.get("/meja/akun").status_code == 200
    assert send(client, "/meja/keluar").headers["Location"] == "/meja/masuk"
    assert copy.get("/meja/akun").headers["Location"].startswith("/meja/masuk")
    assert client.get("/meja/akun").status_code == 303


def test_logging_out_needs_a_post(login):
    client = login("kepala")
    assert client.get("/meja/keluar").status_code == 405
    assert client.get("/meja/akun").status_code == 200


def test_a_disabled_account_is_out_at_once_and_stays_out(app, login, send, guess, people):
    head, admin = login("kepala"), login("admin")
    assert send(admin, "/meja/pengguna/kepala/status").status_code == 303
    assert head.get("/meja/akun").status_code == 303
    assert guess(app.test_client(), "kepala", people.password).status_code == 401


def test_a_session_ends_after_thirty_minutes_without_use(login, clock):
    client = login("kepala")
    clock.forward(minutes=29)
    assert client.get("/meja/akun").status_code == 200
    clock.forward(minutes=29)
    assert client.get("/meja/akun").status_code == 200
    clock.forward(minutes=31)
    assert client.get("/meja/akun").status_code == 303


def test_a_session_ends_after_twelve_hours_however_busy(login, clock):
    client = login("kepala")
    for _ in range(35):
        clock.forward(minutes=20)
        assert client.get("/meja/akun").status_code == 200
    clock.forward(minutes=21)
    assert client.get("/meja/akun").status_code == 303


def count_verifications(monkeypatch):
    looked_at = []
    real = account.password_fits

    def counting(known, password):
        looked_at.append(password)
        return real(known, password) if password.startswith("kuda") else False

    monkeypatch.setattr(account, "password_fits", counting)
    return looked_at


@pytest.mark.slow
def test_of_a_thousand_guesses_in_fifteen_minutes_at_most_twenty_are_looked_at(
    app, people, guess, clock, monkeypatch
):
    looked_at = count_verifications(monkeypatch)
    client = app.test_client()
    for i in range(1000):
        reply = guess(client, "kepala", f"tebakan {i}")
        assert reply.status_code in (401, 429)
        clock.forward(seconds=0.9)
    assert 5 <= len(looked_at) <= 20


def test_guesses_from_many_places_are_held_to_twenty_too(app, people, guess, clock, monkeypatch):
    looked_at = count_verifications(monkeypatch)
    client = app.test_client()
    for i in range(200):
        guess(client, "kepala", f"tebakan {i}", source=f"10.0.1.{i}")
        clock.forward(seconds=4)
    assert len(looked_at) <= 20


def test_the_owner_gets_in_from_elsewhere_while_somebody_is_guessing(app, people, guess, clock):
    attacker, owner = app.test_client(), app.test_client()
    for i in range(60):
        guess(attacker, "kepala", f"tebakan {i}")
        clock.forward(seconds=5)
    reply = guess(owner, "kepala", people.password, source="192.168.7.7")
    assert reply.status_code == 303


def test_the_owner_gets_in_from_the_same_network_a_quarter_of_an_hour_later(app, people, guess, clock):
    client = app.test_client()
    for i in range(100):
        guess(client, "kepala", f"tebakan {i}")
        clock.forward(seconds=5)
    assert guess(client, "kepala", people.password).status_code == 429
    clock.forward(minutes=15)
    assert guess(client, "kepala", people.password).status_code == 303


def test_wrong_passwords_for_one_account_do_not_make_another_one_at_that_address_wait(
    app, people, guess, clock
):
    attacker = app.test_client()
    for i in range(100):
        guess(attacker, "kepala", f"tebakan {i}")
        clock.forward(seconds=1)
    assert guess(attacker, "kepala", "satu lagi").status_code == 429
    assert guess(app.test_client(), "admin", people.password).status_code == 303


@pytest.mark.slow
def test_names_tried_at_random_from_one_address_do_not_make_others_there_wait(app, people, guess):
    attacker = app.test_client()
    for i in range(60):
        guess(attacker, f"nama{i}", "salah sama sekali")
    assert guess(app.test_client(), "admin", people.password).status_code == 303


def test_wrong_passwords_do_not_make_a_one_time_code_wait(app, people, guess, first_code, token):
    client = app.test_client()
    for i in range(30):
        guess(client, "kepala", f"tebakan {i}", source="127.0.0.1")
        code_form(client, token, f"AAAA-BBBB-{i:04d}")
    assert code_form(client, token, first_code).status_code == 200


def hammer(guess, clock, client, addresses, *, minutes):
    """Every address tries every half minute, for so long."""
    for _ in range(2 * minutes):
        for address in addresses:
            guess(client, "kepala", "salah sama sekali", source=address)
        clock.forward(seconds=30)


@pytest.mark.slow
def test_an_owner_at_a_browser_that_knows_the_account_comes_in_at_once_however_many_guess(
    app, people, guess, clock, monkeypatch
):
    count_verifications(monkeypatch)
    owner, attacker = app.test_client(), app.test_client()
    assert guess(owner, "kepala", people.password, source="192.168.7.7").status_code == 303
    owner.delete_cookie("skm")  # the session ends, the browser remains
    many = [f"10.0.2.{i}" for i in range(20)]
    hammer(guess, clock, attacker, many, minutes=45)
    assert guess(app.test_client(), "kepala", "salah sama sekali", source="10.0.2.1").status_code == 429
    assert guess(owner, "kepala", people.password, source="10.0.2.1").status_code == 303


@pytest.mark.slow
def test_an_owner_at_a_new_browser_waits_an_hour_at_most_while_twenty_addresses_guess_for_ever(
    app, people, guess, clock, monkeypatch
):
    # 12 looks in a quarter of an hour, of which addresses that failed before get six: a quarter of an hour that is full
    # costs six fresh addresses; 20 / 6 -> 4 quarters. Whoever guesses here acts before the owner at every moment, and
    # takes a fresh address only when those that were used get no look any more.
    count_verifications(monkeypatch)
    attacker, fresh, used, waited = app.test_client(), [f"10.0.2.{i}" for i in range(20)], [], 0.0
    while True:
        for address in used:
            guess(attacker, "kepala", "salah sama sekali", source=address)
        while fresh and guess(attacker, "kepala", "salah sama sekali", source=fresh[0]).status_code == 401:
            used.append(fresh.pop(0))
        reply = guess(app.test_client(), "kepala", people.password, source="192.168.7.7")
        if reply.status_code == 303:
            break
        assert reply.status_code == 429
        waited += 0.5
        assert waited <= 60
        clock.forward(seconds=30)
    assert waited >= 15  # the guessing was worth something: the test does not pass for nothing


def test_guesses_from_one_ipv6_network_count_as_one_source(app, people, guess, clock, monkeypatch):
    looked_at = count_verifications(monkeypatch)
    client = app.test_client()
    for i in range(200):
        guess(client, "kepala", f"tebakan {i}", source=f"2001:db8:7:1:{i:x}::1")
        clock.forward(seconds=4)
    assert len(looked_at) == 6  # of an address that has failed before
    owner = guess(app.test_client(), "kepala", people.password, source="2001:db8:7:2::1")
    assert owner.status_code == 303


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:7:1:aaaa::1", "2001:db8:7:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
        (None, ""),
    ],
)
def test_an_address_is_counted_as_what_one_customer_has(address, counted):
    assert throttle.source_of(address) == counted


@pytest.mark.slow
def test_also_a_browser_that_knows_the_account_gets_eight_looks_in_a_quarter_of_an_hour(
    app, people, guess, clock, monkeypatch
):
    looked_at = count_verifications(monkeypatch)
    client = app.test_client()
    assert guess(client, "kepala", people.password).status_code == 303
    client.delete_cookie("skm")
    looked_at.clear()
    for i in range(1000):
        guess(client, "kepala", f"tebakan {i}")
        clock.forward(seconds=0.9)
    assert len(looked_at) == 8


@pytest.mark.slow
def test_a_thousand_guesses_at_a_known_browser_and_a_thousand_elsewhere_are_looked_at_twenty_times(
    app, people, guess, clock, monkeypatch
):
    looked_at = count_verifications(monkeypatch)
    known, stranger = app.test_client(), app.test_client()
    assert guess(known, "kepala", people.password).status_code == 303
    known.delete_cookie("skm")
    looked_at.clear()
    for i in range(500):
        guess(known, "kepala", f"tebakan {i}")
        guess(stranger, "kepala", f"tebakan {i}", source=f"10.1.{i // 250}.{i % 250}")
        clock.forward(seconds=1.7)
    assert len(looked_at) == 20


def test_a_browser_that_knows_one_account_is_a_stranger_to_another(app, people, guess, clock, monkeypatch):
    count_verifications(monkeypatch)
    client = app.test_client()
    assert guess(client, "pembaca", people.password).status_code == 303
    client.delete_cookie("skm")
    hammer(guess, clock, app.test_client(), [f"10.0.2.{i}" for i in range(12)], minutes=1)
    assert guess(client, "kepala", "salah sama sekali").status_code == 429


@pytest.mark.parametrize("forged", ["", "x", "e30.aaaa.bbbb", "eyJpZCI6IngiLCJvZiI6W119"])
def test_a_cookie_that_this_server_did_not_sign_makes_no_browser_known(app, people, guess, clock, forged):
    client = app.test_client()
    hammer(guess, clock, app.test_client(), [f"10.0.2.{i}" for i in range(12)], minutes=1)
    client.set_cookie("skm-perangkat", forged, path="/meja")
    assert guess(client, "kepala", people.password, source="10.0.2.3").status_code == 429


def test_the_cookie_of_a_known_browser_opens_nothing_and_stays_at_the_desk(app, people, guess):
    client = app.test_client()
    reply = guess(client, "kepala", people.password)
    flags = next(c for c in reply.headers.getlist("Set-Cookie") if c.startswith("skm-perangkat="))
    assert "HttpOnly" in flags and "SameSite=Lax" in flags and "Path=/meja" in flags
    assert "kepala" not in flags
    client.delete_cookie("skm")
    assert client.get("/meja/akun").status_code == 303


class Doorkeeper:
    """A semaphore that tells a test whenever somebody has got in."""

    def __init__(self, door):
        self.door, self.release, self.entered = door, door.release, threading.Semaphore(0)

    def acquire(self, blocking):
        got = self.door.acquire(blocking=blocking)
        if got:
            self.entered.release()
        return got


def test_no_more_than_three_strangers_wait_for_a_password_so_that_residents_find_a_thread(
    app, people, guess, code, monkeypatch
):
    looking, go_on = threading.Event(), threading.Event()

    def slow(known, password):
        looking.set()
        assert go_on.wait(30)
        return False

    monkeypatch.setattr(account, "password_fits", slow)
    inside = Doorkeeper(entry._strangers)
    monkeypatch.setattr(entry, "_strangers", inside)
    waiting = [
        threading.Thread(target=guess, args=(app.test_client(), f"nama{i}", "salah sama sekali"))
        for i in range(3)
    ]
    for thread in waiting:
        thread.start()
    assert looking.wait(30)
    assert all(inside.entered.acquire(timeout=30) for _ in range(3))
    reply = guess(app.test_client(), "kepala", people.password)
    assert reply.status_code == 503 and reply.headers["Retry-After"] == "2"
    assert "Banyak yang sedang masuk" in reply.text
    assert app.test_client().get(f"/s/{code}").status_code == 200
    go_on.set()
    for thread in waiting:
        thread.join(30)
        assert not thread.is_alive()


def test_a_guess_costs_the_store_the_same_however_many_there_were(store, now):
    from datetime import timedelta

    for i in range(150):
        store.add_login_failure(f"account:nama{i}", now)
    late = now + timedelta(days=3)
    store.add_login_failure("account:siti", late)
    left = store.rows("SELECT count(*) FROM login_failure")[0][0]
    assert left == 51  # the oldest hundred went
    store.add_login_failure("account:siti", late)
    assert store.rows("SELECT count(*) FROM login_failure")[0][0] == 2


def test_the_reply_says_how_long_to_wait(app, people, guess):
    client = app.test_client()
    for i in range(6):
        reply = guess(client, "kepala", f"tebakan {i}")
    assert reply.status_code == 429
    assert "Coba lagi dalam" in reply.text
    assert int(reply.headers["Retry-After"]) > 0


def test_a_forged_forwarding_header_does_not_make_a_new_source(app, people, token, clock, monkeypatch):
    looked_at = count_verifications(monkeypatch)
    client = app.test_client()
    for i in range(30):
        csrf = token(client, "/meja/masuk")
        client.post(
            "/meja/masuk",
            data={"name": "kepala", "password": f"tebakan {i}", "csrf_token": csrf},
            headers={"X-Forwarded-For": f"203.0.113.{i}", "X-Real-IP": f"203.0.113.{i}"},
        )
    assert len(looked_at) == 5  # the free tries of one address on one account


def test_no_address_of_anybody_is_kept(store, app, people, guess, instance):
    guess(app.test_client(), "kepala", "salah sama sekali", source="198.51.100.77")
    store.close()
    kept = b"".join(f.read_bytes() for f in instance.iterdir() if f.is_file())
    assert b"account:kepala" in kept  # the failure itself is there
    assert b"198.51.100.77" not in kept


OUTSIDE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/meja//evil.example",
    "/meja/..//evil.example",
    "/%2f%2fevil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/meja/\tx",
    "/meja/\r\nSet-Cookie: a=b",
    "/meja@evil.example",
    "///evil.example",
    "/hasil",
    "https:///evil.example/meja/",
]


@pytest.mark.parametrize("wanted", OUTSIDE)
def test_after_the_login_nobody_is_sent_outside_the_desk(app, people, token, wanted):
    client = app.test_client()
    csrf = token(client, "/meja/masuk")
    reply = client.post(
        "/meja/masuk",
        query_string={"next": wanted},
        data={"name": "kepala", "password": people.password, "csrf_token": csrf},
    )
    assert reply.status_code == 303
    assert reply.headers["Location"] == "/meja/"


def test_after_the_login_one_is_where_one_wanted_to_go(app, people, token):
    client = app.test_client()
    asked = client.get("/meja/unit/dukcapil?periode=2026-TW2").headers["Location"]
    csrf = token(client, asked)
    form = {"name": "kepala", "password": people.password, "csrf_token": csrf}
    assert client.post(asked, data=form).headers["Location"] == "/meja/unit/dukcapil?periode=2026-TW2"


def test_the_first_code_makes_an_administrator_with_an_own_password_and_works_once(
    app, first_code, store, token, login, people
):
    client = app.test_client()
    assert code_form(client, token, first_code.lower().replace("-", " ")).status_code == 200
    reply = code_form(
        client,
        token,
        first_code,
        name="Siti.Rahma",
        password="empat kata acak ini",
        again="empat kata acak ini",
    )
    assert reply.status_code == 303
    assert client.get("/meja/pengguna").status_code == 200
    assert store.account("siti.rahma").role == "admin"
    assert "empat kata" not in store.account("siti.rahma").password_hash
    late = code_form(app.test_client(), token, first_code)
    assert late.status_code == 401
    login("siti.rahma", password="empat kata acak ini")


def test_a_code_dies_after_seven_days(app, first_code, token, clock, people):
    clock.forward(days=7)
    assert code_form(app.test_client(), token, first_code).status_code == 401


def test_a_code_without_a_name_cannot_take_over_an_account_that_exists(app, first_code, store, token, people):
    before = store.account("kepala")
    reply = code_form(
        app.test_client(),
        token,
        first_code,
        name="kepala",
        password="empat kata acak ini",
        again="empat kata acak ini",
    )
    assert reply.status_code == 422
    assert "sudah dipakai" in reply.text
    assert store.account("kepala") == before


def test_a_code_given_before_a_demotion_does_not_bring_the_old_role_back(app, store, token, people, now):
    code, invitation = account.invite("admin", (), now, "kepala")
    store.add_invitation(invitation)
    words = "empat kata acak ini"
    assert code_form(app.test_client(), token, code, password=words, again=words).status_code == 303
    assert store.account("kepala").role == "unit_head"


def test_guessing_codes_is_throttled_like_guessing_passwords(app, people, token):
    client = app.test_client()
    statuses = [code_form(client, token, f"AAAA-BBBB-{i:04d}").status_code for i in range(8)]
    assert statuses == [401] * 5 + [429] * 3


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("pendek", "paling sedikit 10"),
        ("bismillah123", "terlalu sering"),
        ("P@ssword2026", "terlalu sering"),
        ("1234567890", "terlalu sering"),
        ("aaaaaaaaaaaa", "terlalu sering"),
        ("siti.rahma2026", "tidak boleh sama"),
        ("Kabupaten Contoh", "tidak boleh sama"),
        ("x" * 201, "paling banyak"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(app, first_code, store, token, people, password, words):
    reply = code_form(
        app.test_client(), token, first_code, name="siti.rahma", password=password, again=password
    )
    assert reply.status_code == 422
    assert words in reply.text
    assert store.account("siti.rahma") is None


@pytest.mark.parametrize(
    "password", ["kuda baterai jepit", "correct horse battery", "sepuluh 10", "ñandú ñandú ñ"]
)
def test_a_password_needs_no_signs_and_capitals_only_length(password):
    assert account.password_problem(password, ("siti", "Kabupaten Contoh")) is None


def test_codes_have_twelve_unmistakable_letters_and_only_their_hash_is_kept():
    code, invitation = account.invite(
        "viewer", ["dukcapil"], __import__("datetime").datetime.now().astimezone()
    )
    assert len(code) == 14 and code.count("-") == 2
    assert not set(code) & set("IOLU01")
    assert code not in repr(invitation)
    assert invitation.code_hash == account.code_hash(" " + code.lower().replace("-", ""))
    assert isinstance(invitation, Invitation)


def test_changing_the_password_asks_for_the_old_one_and_ends_the_other_sessions(app, login, send, people):
    here, elsewhere = login("kepala"), login("kepala")
    new = "empat kata acak ini"
    wrong = send(here, "/meja/akun", current="bukan ini pasti", password=new, again=new)
    assert wrong.status_code == 422
    reply = send(here, "/meja/akun", current=people.password, password=new, again=new)
    assert reply.status_code == 303
    assert here.get("/meja/akun").status_code == 200
    assert elsewhere.get("/meja/akun").status_code == 303
    login("kepala", password=new)


def test_two_different_new_passwords_change_nothing(login, send, people, store):
    client, before = login("kepala"), store.account("kepala")
    reply = send(
        client,
        "/meja/akun",
        current=people.password,
        password="empat kata acak ini",
        again="empat kata acak itu",
    )
    assert reply.status_code == 422
    assert "tidak sama" in reply.text
    assert store.account("kepala") == before


def test_all_own_sessions_can_be_ended_at_once(login, send):
    here, elsewhere = login("kepala"), login("kepala")
    send(here, "/meja/akun/keluar-semua")
    assert here.get("/meja/akun").status_code == 303
    assert elsewhere.get("/meja/akun").status_code == 303


def test_a_hash_with_old_costs_is_renewed_at_the_login(login, store, people):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(people.password)
    store.save_account(Account("kepala", "unit_head", weak, ("dukcapil",)))
    login("kepala")
    assert "m=19456,t=2,p=1" in store.account("kepala").password_hash


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(app, people, token):
    reply = app.test_client().get("/meja/masuk")
    flags = reply.headers["Set-Cookie"]
    assert flags.startswith("skm=")
    assert "HttpOnly" in flags and "SameSite=Lax" in flags and "Path=/" in flags
    assert "Expires" not in flags and "Max-Age" not in flags


def test_on_https_the_cookie_is_secure_and_bound_to_the_host(config, store, place):
    from dataclasses import replace

    from survey.app import create_app

    https = replace(config, values={**config.values, "BASE_URL": "https://skm.contoh.go.id"})
    client = create_app(https, store=store).test_client()
    flags = client.get("/meja/masuk", base_url="https://skm.contoh.go.id").headers["Set-Cookie"]
    assert flags.startswith("__Host-skm=")
    assert "Secure" in flags and "Path=/" in flags and "Domain" not in flags


def test_a_short_or_missing_secret_key_stops_the_start(config, store):
    from dataclasses import replace

    from survey.app import create_app
    from survey.config import ConfigError

    for key in ("", "dev", "x" * 31):
        with pytest.raises(ConfigError, match="SECRET_KEY"):
            create_app(replace(config, values={**config.values, "SECRET_KEY": key}), store=store)
    assert context.Installation  # the module itself is fine
