"""The promises of a store about places and people; every write is read back after a restart."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from survey.domain.account import Account, Invitation, Session
from survey.domain.organisation import Counter, Link, Organisation, Place, Service, Unit
from survey.store import StoreError

NOW = datetime(2026, 8, 12, 2, 30, 0, 123456, tzinfo=UTC)
HASH = "a" * 64


@pytest.fixture
def reopened(office):
    """The store after a restart."""

    def reopen():
        office.close()
        return office.open()

    return reopen


def test_the_organisation_is_replaced_and_there_is_only_one(store, reopened):
    store.save_organisation(Organisation("Kota Contoh", "PEMERINTAH KOTA CONTOH"))
    assert reopened().organisation() == Organisation("Kota Contoh", "PEMERINTAH KOTA CONTOH")


def test_units_stay_in_the_order_in_which_they_came(store, reopened):
    new = Unit("arsip", "Dinas Arsip", "Jalan Contoh 1", "0552-12345", 4000)
    store.save_unit(new)
    store.save_unit(Unit("dukcapil", "Dukcapil", active=False))  # renamed, closed
    again = reopened()
    assert [unit.key for unit in again.units()] == ["dukcapil", "rsud", "arsip"]
    assert again.unit("arsip") == new
    assert again.unit("dukcapil") == Unit("dukcapil", "Dukcapil", active=False)
    assert again.unit("tiada") is None


def test_services_and_counters_belong_to_their_unit(store, reopened):
    store.save_service(Service("dukcapil", "akta", "Akta", 900, active=False))
    store.save_service(Service("rsud", "akta", "Akta lahir"))
    store.save_counter(Counter("dukcapil", "loket-2", "Loket 2"))
    store.save_counter(Counter("dukcapil", "loket-1", "Loket Satu", service="akta"))
    again = reopened()
    assert again.services("dukcapil") == [
        Service("dukcapil", "ktp-el", "KTP elektronik"),
        Service("dukcapil", "akta", "Akta", 900, active=False),
    ]
    assert again.services("rsud") == [Service("rsud", "akta", "Akta lahir")]
    assert again.counters("dukcapil") == [
        Counter("dukcapil", "loket-1", "Loket Satu", service="akta"),
        Counter("dukcapil", "loket-2", "Loket 2"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda s: s.save_service(Service("tiada", "x", "X")),
        lambda s: s.save_counter(Counter("rsud", "x", "X", service="ktp-el")),  # a service of another unit
        lambda s: s.add_link(Link("ABCD2345", "tiada", "qr", NOW)),
        lambda s: s.add_link(Link("ABCD2345", "rsud", "qr", NOW, service="ktp-el")),
        lambda s: s.save_unit(Unit("kosong", "")),
        lambda s: s.save_account(Account("budi", "raja", HASH)),
        lambda s: s.save_account(Account("budi", "viewer", HASH, ("tiada",))),
        lambda s: s.add_session(Session(HASH, "tiada", NOW, NOW)),
    ],
)
def test_what_belongs_to_nothing_is_refused_and_nothing_changes(store, wrong):
    with pytest.raises(StoreError):
        wrong(store)
    assert [u.key for u in store.units()] == ["dukcapil", "rsud"]
    assert (store.accounts(), store.links(), len(store.services("rsud"))) == ([], [], 0)


def test_a_link_is_revoked_once_and_stays_visible(store, reopened):
    kept = Link("DKC2QR47", "dukcapil", "kiosk", NOW, service="ktp-el", counter="loket-1")
    store.add_link(kept)
    store.add_link(Link("RSD2QR47", "rsud", "qr", NOW))
    assert store.revoke_link("DKC2QR47", NOW) is True
    assert store.revoke_link("DKC2QR47", NOW + timedelta(days=1)) is False
    assert store.revoke_link("TIADA234", NOW) is False
    again = reopened()
    assert again.link("DKC2QR47") == dataclasses.replace(kept, revoked_at=NOW)
    assert [link.code for link in again.links()] == ["DKC2QR47", "RSD2QR47"]
    assert [link.code for link in again.links("rsud")] == ["RSD2QR47"]
    assert again.link("dkc2qr47") is None
    with pytest.raises(StoreError):
        again.add_link(kept)


def test_a_place_is_a_link_with_all_that_it_leads_to_as_it_stands_now(office, store):
    store.save_organisation(Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH"))
    store.add_link(Link("DKC2QR47", "dukcapil", "kiosk", NOW, service="ktp-el", counter="loket-1"))
    store.add_link(Link("RSD2QR47", "rsud", "qr", NOW))
    beside = office.open()  # as another process sees it
    for _ in range(2):
        assert beside.place("DKC2QR47") == Place(
            store.link("DKC2QR47"),
            store.organisation(),
            store.unit("dukcapil"),
            store.services("dukcapil")[0],
            store.counters("dukcapil")[0],
        )
    whole = beside.place("RSD2QR47")
    assert (whole.unit.key, whole.service, whole.counter) == ("rsud", None, None)
    assert beside.place("TIADA234") is None
    store.save_service(dataclasses.replace(store.services("dukcapil")[0], active=False))
    assert beside.place("DKC2QR47").service.active is False
    store.revoke_link("DKC2QR47", NOW)
    assert beside.place("DKC2QR47").link.revoked_at == NOW


def test_free_periods_are_renamed_not_doubled(store, reopened):
    store.save_free_period("2026-07-15..2026-08-20", "Survei")
    store.save_free_period("2026-07-15..2026-08-20", "Survei pelayanan keliling")
    assert reopened().free_periods() == [("2026-07-15..2026-08-20", "Survei pelayanan keliling")]


def test_an_account_is_replaced_whole(store, reopened):
    store.save_account(Account("siti", "unit_head", "hash 1", ("dukcapil", "rsud")))
    store.save_account(Account("budi", "admin", "hash 2"))
    store.save_account(Account("siti", "viewer", "hash 3", ("rsud",), active=False))
    again = reopened()
    assert again.account("siti") == Account("siti", "viewer", "hash 3", ("rsud",), active=False)
    assert again.accounts() == [Account("budi", "admin", "hash 2"), again.account("siti")]
    assert again.account("tiada") is None


def test_a_first_login_code_works_once_even_when_eight_use_it_at_once(store, reopened):
    code = Invitation(HASH, "siti", "unit_head", ("dukcapil", "rsud"), NOW + timedelta(days=7))
    store.add_invitation(code)
    assert store.invitation(HASH) == code

    def use(number: int) -> bool:
        return store.use_invitation(HASH, Account("siti", "unit_head", f"hash {number}", code.units), NOW)

    with ThreadPoolExecutor(8) as people:
        won = [number for number, used in enumerate(people.map(use, range(8))) if used]
    again = reopened()
    assert len(won) == 1
    assert again.account("siti").password_hash == f"hash {won[0]}"
    assert again.invitation(HASH) == dataclasses.replace(code, used_at=NOW)
    assert again.invitation("b" * 64) is None


def test_a_code_whose_account_cannot_be_made_stays_usable(store):
    store.add_invitation(Invitation(HASH, "siti", "viewer", (), NOW + timedelta(days=7)))
    with pytest.raises(StoreError):
        store.use_invitation(HASH, Account("siti", "viewer", "hash", ("tiada",)), NOW)
    assert store.account("siti") is None
    assert store.use_invitation(HASH, Account("siti", "viewer", "hash"), NOW)


def test_sessions_end_one_by_one_or_all_of_a_person(store, reopened):
    for name in ("siti", "budi"):
        store.save_account(Account(name, "admin", "hash"))
    for token, name in (("a", "siti"), ("b", "siti"), ("c", "siti"), ("d", "budi")):
        store.add_session(Session(token * 64, name, NOW, NOW))
    later = NOW + timedelta(minutes=5)
    store.touch_session("a" * 64, later)
    store.end_session("b" * 64)
    again = reopened()
    assert again.session("a" * 64) == Session("a" * 64, "siti", NOW, later)
    assert again.session("b" * 64) is None
    again.end_sessions("siti")
    assert [again.session(t * 64) is None for t in "acd"] == [True, True, False]


def test_a_form_is_kept_for_an_hour_under_its_key_alone(store, reopened):
    store.keep_form("a" * 64, "siti", "/meja/unit/dukcapil/kalimat/penutup?x=1", '{"words": ["é"]}', NOW)
    again = reopened()
    kept = ("siti", "/meja/unit/dukcapil/kalimat/penutup?x=1", '{"words": ["é"]}')
    assert again.kept_form("a" * 64, NOW) == kept
    assert again.kept_form("b" * 64, NOW) is None
    assert again.kept_form("a" * 64, NOW + timedelta(seconds=1)) is None
    again.keep_form("b" * 64, "budi", "/meja/", "{}", NOW + timedelta(hours=2))
    assert again.kept_form("a" * 64, NOW) is None  # gone, also from the table
    again.drop_form("b" * 64)
    assert again.kept_form("b" * 64, NOW) is None


def test_a_restored_copy_knows_no_form_that_somebody_was_writing(store):
    store.keep_form("a" * 64, "siti", "/meja/", "{}", NOW)
    store.end_all_logins(NOW)
    assert store.kept_form("a" * 64, NOW) is None


def test_failed_logins_are_counted_from_a_moment_on(store, reopened):
    for minutes in (0, 10, 20):
        store.add_login_failure("account:siti", NOW + timedelta(minutes=minutes))
    store.add_login_failure("source:f00d", NOW)
    again = reopened()
    last = NOW + timedelta(minutes=20)
    assert again.login_failures("account:siti", NOW + timedelta(minutes=10)) == (2, last)
    assert again.login_failures("account:tiada", NOW) == (0, None)
    assert again.login_failures("source:f00d", NOW) == (1, NOW)


def test_old_failed_logins_do_not_pile_up(store):
    store.add_login_failure("account:siti", NOW)
    store.add_login_failure("account:budi", NOW + timedelta(days=3))
    assert store.login_failures("account:siti", NOW - timedelta(days=9)) == (0, None)


def test_the_audit_log_is_read_newest_first(store, reopened):
    for number in range(3):
        store.audit(NOW, "siti", f"langkah {number}", "dukcapil")
    assert reopened().audit_log(2) == [
        (NOW, "siti", "langkah 2", "dukcapil"),
        (NOW, "siti", "langkah 1", "dukcapil"),
    ]


def test_a_time_without_its_zone_is_not_stored(store):
    with pytest.raises(ValueError, match="zone"):
        store.audit(datetime(2026, 8, 12), "siti", "masuk")
    assert store.audit_log(9) == []


def test_a_newer_code_ends_the_older_ones_of_the_same_account(store, now) -> None:
    from survey.domain import account

    old, first = account.invite("admin", (), now, "siti")
    new, second = account.invite("admin", (), now, "siti")
    store.add_invitation(first)
    store.add_invitation(second)
    assert store.invitation(account.code_hash(old)).used_at is not None
    assert store.use_invitation(account.code_hash(new), account.Account("siti", "admin", "x"), now)
    assert not store.use_invitation(account.code_hash(old), account.Account("siti", "admin", "y"), now)
    assert store.account("siti").password_hash == "x"
