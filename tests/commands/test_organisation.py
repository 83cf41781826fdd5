"""Units, services, counters, people and links from the shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from survey.domain import account
from survey.operations import installation

Skm = Callable[..., SimpleNamespace]


@pytest.fixture
def reopened(config: Any) -> Any:
    """Look into the store after commands, which open and close it themselves."""
    stores = []

    def look() -> Any:
        stores.append(installation.open_store(config))
        return stores[-1]

    yield look
    for store in stores:
        store.close()


def test_an_office_is_set_up_and_its_links_are_there_at_once(skm: Skm) -> None:
    assert skm("unit", "add", "dukcapil", "--name", "Dinas Dukcapil", "--population", "12000").code == 0
    assert skm("service", "add", "dukcapil", "ktp-el", "--name", "KTP-el").code == 0
    assert skm("counter", "add", "dukcapil", "loket-1", "--name", "Loket 1", "--service", "ktp-el").code == 0
    links = json.loads(skm("link", "--format", "json").out)
    assert {(x["unit"], x["service"], x["counter"], x["kind"]) for x in links} == {
        ("dukcapil", "", "", "qr"),
        ("dukcapil", "ktp-el", "", "qr"),
        ("dukcapil", "ktp-el", "loket-1", "qr"),
        ("dukcapil", "ktp-el", "loket-1", "kiosk"),
    }
    for link in links:
        assert set(link) == {"code", "url", "unit", "service", "counter", "kind"}
        assert link["url"] == f"http://127.0.0.1:8000/s/{link['code']}"
        assert len(link["code"]) == 8 and link["code"].isupper() and not set("ILO01U") & set(link["code"])


def test_the_list_of_units_is_a_table_for_people_and_json_for_scripts(
    skm: Skm, place: Any, store: Any
) -> None:
    listed = json.loads(skm("unit", "list", "--format", "json").out)
    assert listed[0]["key"] == "dukcapil" and listed[0]["population"] == 12000 and listed[0]["active"] is True
    assert "Dinas Kependudukan dan Pencatatan Sipil" in skm("unit", "list").out
    assert [s["key"] for s in json.loads(skm("service", "list", "dukcapil", "--format", "json").out)] == [
        "ktp-el",
        "akta-lahir",
    ]
    assert "loket-1" in skm("counter", "list").out


def test_only_what_is_typed_is_changed(skm: Skm, place: Any, store: Any) -> None:
    assert skm("unit", "edit", "dukcapil", "--phone", "(0550) 55-0101").code == 0
    unit = store.unit("dukcapil")
    assert (unit.phone, unit.population) == ("(0550) 55-0101", 12000)
    assert unit.name == "Dinas Kependudukan dan Pencatatan Sipil"
    nothing = skm("unit", "edit", "dukcapil")
    assert nothing.code == 2 and "Tidak ada yang diubah" in nothing.err


def test_switching_off_and_on_keeps_everything_else(skm: Skm, place: Any, store: Any) -> None:
    for thing in (
        ("unit", "dukcapil"),
        ("service", "dukcapil", "ktp-el"),
        ("counter", "dukcapil", "loket-1"),
    ):
        assert skm(thing[0], "off", *thing[1:]).code == 0
    assert not store.unit("dukcapil").active
    assert [s.active for s in store.services("dukcapil")] == [False, True]
    assert skm("unit", "on", "dukcapil").code == 0
    assert store.unit("dukcapil").active and store.unit("dukcapil").population == 12000


@pytest.mark.parametrize("key", ["Dukcapil", "duk capil", "-a", "a-", "a--b", "../x", "", "a" * 41, "é"])
def test_a_key_that_could_not_stand_in_an_address_is_refused(skm: Skm, key: str) -> None:
    found = skm("unit", "add", "--name", "X", "--", key)
    assert found.code == 2 and "Kunci" in found.err and found.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("unit", "add", "dukcapil", "--name", "Lagi"), "Unit 'dukcapil' sudah ada"),
        (("unit", "add", "baru", "--name", "  "), "Nama harus"),
        (
            ("unit", "edit", "tidak-ada", "--name", "X"),
            "Unit 'tidak-ada' tidak ditemukan. Yang ada: dukcapil.",
        ),
        (("service", "add", "tidak-ada", "x", "--name", "X"), "Unit 'tidak-ada' tidak ditemukan"),
        (("service", "add", "dukcapil", "ktp-el", "--name", "X"), "Layanan 'ktp-el' sudah ada"),
        (("counter", "add", "dukcapil", "l-9", "--name", "X", "--service", "sim"), "Layanan 'sim' tidak ada"),
        (("counter", "off", "dukcapil", "loket-9"), "Loket 'loket-9' tidak ada pada unit 'dukcapil'"),
        (("link", "ZZZZZZZZ"), "Tautan 'ZZZZZZZZ' tidak ditemukan"),
        (("link", "--new", "tidak-ada"), "Unit 'tidak-ada' tidak ditemukan"),
        (("link", "--new", "dukcapil", "--service", "sim"), "Layanan 'sim' tidak ada"),
        (
            ("link", "--new", "dukcapil", "--service", "akta-lahir", "--counter", "loket-1"),
            "milik layanan 'ktp-el'",
        ),
        (("link", "--service", "ktp-el"), "hanya bersama --new"),
        (("user", "add", "X!", "--role", "admin"), "Nama akun"),
        (("user", "add", "kepala", "--role", "unit_head"), "Sebutkan unitnya"),
        (("user", "add", "kepala", "--unit", "tidak-ada"), "Unit 'tidak-ada' tidak ditemukan"),
        (("user", "off", "siapa"), "Akun 'siapa' tidak ditemukan"),
        (("period", "add", "2026-TW3"), "selalu ada"),
        (("period", "add", "2026-13"), "tidak dikenal"),
        (("period", "add", "2026-08-02..2026-08-01"), "terbalik"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    skm: Skm, place: Any, store: Any, arguments: tuple[str, ...], sentence: str
) -> None:
    def everything() -> tuple[Any, ...]:
        return (
            store.units(),
            store.services("dukcapil"),
            store.counters("dukcapil"),
            store.links(),
            store.accounts(),
            store.free_periods(),
        )

    before = everything()
    found = skm(*arguments)
    assert found.code == 2 and sentence in found.err, found.err
    assert found.out == "" and found.err.count("\n") == 1
    assert everything() == before


def test_a_link_is_made_for_a_counter_with_the_service_of_the_counter(skm: Skm, place: Any) -> None:
    made = json.loads(
        skm("link", "--new", "dukcapil", "--counter", "loket-1", "--kind", "kiosk", "--format", "json").out
    )
    assert [(x["service"], x["counter"], x["kind"]) for x in made] == [("ktp-el", "loket-1", "kiosk")]


def test_a_link_is_revoked_only_after_a_yes_and_then_leaves_the_list(skm: Skm, code: str, store: Any) -> None:
    refused = skm("link", "--revoke", code, input="n\n")
    assert refused.code == 130 and store.link(code).revoked_at is None
    assert skm("link", "--revoke", code.lower(), "--yes").code == 0
    assert store.link(code).revoked_at is not None
    assert code not in skm("link").out
    assert code in skm("link", "--all").out
    assert "sudah dicabut" in skm("link", "--revoke", code, "--yes").out


def test_one_link_can_be_asked_for_by_its_code(skm: Skm, code: str) -> None:
    assert [x["code"] for x in json.loads(skm("link", code, "--format", "json").out)] == [code]


def test_an_invited_person_gets_a_code_and_no_password(skm: Skm, place: Any, store: Any, now: Any) -> None:
    made = skm("user", "add", "kepala.dukcapil", "--unit", "dukcapil")
    assert made.code == 0, made.err
    code = made.out.partition("?kode=")[2].split()[0]
    found = store.invitation(account.code_hash(code))
    assert (found.account, found.role, found.units) == ("kepala.dukcapil", "unit_head", ("dukcapil",))
    assert found.valid(now) and store.accounts() == []


def test_a_person_who_forgot_the_password_gets_a_new_code_with_the_old_rights(
    skm: Skm, place: Any, store: Any
) -> None:
    store.save_account(account.Account("kepala", "operator", "x", ("dukcapil",)))
    code = skm("user", "add", "kepala").out.partition("?kode=")[2].split()[0]
    found = store.invitation(account.code_hash(code))
    assert (found.account, found.role, found.units) == ("kepala", "operator", ("dukcapil",))


def test_a_changed_role_counts_at_once_and_an_invitation_changes_none(
    skm: Skm, place: Any, store: Any
) -> None:
    store.save_account(account.Account("kepala", "unit_head", "x", ("dukcapil",)))
    assert "skm user edit" in skm("user", "add", "kepala", "--role", "admin").err
    assert skm("user", "edit", "kepala", "--role", "viewer").code == 0
    assert (store.account("kepala").role, store.account("kepala").units) == ("viewer", ("dukcapil",))


def test_the_last_admin_stays(skm: Skm, place: Any, store: Any) -> None:
    store.save_account(account.Account("sekretariat", "admin", "x"))
    for change in (("off", "sekretariat"), ("edit", "sekretariat", "--role", "viewer", "--unit", "dukcapil")):
        made = skm("user", *change)
        assert made.code == 2 and "terakhir" in made.err
    assert store.account("sekretariat").active and store.account("sekretariat").role == "admin"


def test_a_disabled_person_is_logged_out(skm: Skm, place: Any, store: Any, now: Any) -> None:
    store.save_account(account.Account("kepala", "unit_head", "x", ("dukcapil",)))
    _, session = account.new_session("kepala", now)
    store.add_session(session)
    assert skm("user", "off", "kepala").code == 0
    assert not store.account("kepala").active
    assert store.session(session.token_hash) is None


def test_a_free_range_of_days_appears_in_the_list_of_periods(skm: Skm, place: Any) -> None:
    assert skm("period", "add", "2026-07-15..2026-08-20", "--name", "Setelah pindah gedung").code == 0
    listed = json.loads(skm("period", "list", "--format", "json").out)
    assert listed[0]["key"] == "2026-TW3" and listed[0]["open"] is True
    assert listed[-1]["key"] == "2026-07-15..2026-08-20"
    assert (listed[-1]["start"], listed[-1]["end"]) == ("2026-07-15", "2026-08-20")


def test_a_lost_code_is_listed_and_can_be_cancelled(skm: Skm, place: Any, store: Any) -> None:
    made = skm("user", "add", "kepala", "--unit", "dukcapil")
    code = made.out.partition("?kode=")[2].split()[0]
    mark = account.code_hash(code)[:6]
    assert any(line.startswith(mark) and "kepala" in line for line in skm("user", "codes").out.splitlines())
    assert skm("user", "codes", "--cancel", mark).code == 0
    assert store.invitation(account.code_hash(code)).used_at is not None
    assert skm("user", "codes", "--cancel", mark).code == 2


def test_names_have_one_longest_length_for_commands_and_the_desk(skm: Skm, reopened: Any) -> None:
    assert skm("unit", "add", "dukcapil", "--name", "x" * 200).code == 0
    for arguments in (
        ("unit", "add", "lain", "--name", "x" * 201),
        ("unit", "edit", "dukcapil", "--name", "x" * 201),
        ("unit", "edit", "dukcapil", "--address", "x" * 201),
        ("unit", "edit", "dukcapil", "--phone", "0" * 41),
    ):
        found = skm(*arguments)
        assert found.code == 2 and "huruf" in found.err, arguments
    assert skm("unit", "edit", "dukcapil", "--phone", " (0550)\u200b 55 ").code == 0
    assert [(len(u.name), u.phone) for u in reopened().units()] == [(200, "(0550) 55")]


def test_a_unit_with_a_look_alike_name_needs_a_word_more(skm: Skm) -> None:
    assert skm("unit", "add", "dukcapil", "--name", "Dinas Dukcapil").code == 0
    twin = "D\u0456nas  DUKCAPIL"  # a Cyrillic i
    refused = skm("unit", "add", "tiruan", "--name", twin)
    assert refused.code == 2 and "mirip dengan nama unit 'Dinas Dukcapil' (dukcapil)" in refused.err
    assert "--yes" in refused.err
    assert skm("unit", "add", "tiruan", "--name", twin, "--yes").code == 0
    assert skm("unit", "add", "rsud", "--name", "RSUD").code == 0
    assert skm("unit", "edit", "rsud", "--name", "dinas dukcapil").code == 2
    assert skm("unit", "edit", "rsud", "--name", "dinas dukcapil", "--yes").code == 0
