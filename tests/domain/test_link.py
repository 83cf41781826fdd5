"""Codes that people read from paper, and the addresses made of them."""

from __future__ import annotations

from survey.config import load
from survey.domain import link
from survey.services import link_cards


def test_a_code_is_eight_letters_that_eyes_do_not_mistake():
    codes = {link.new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert {len(code) for code in codes} == {8}
    letters = set("".join(codes))
    assert not letters & set("ILOU01")
    assert letters == set("23456789ABCDEFGHJKMNPQRSTVWXYZ")  # all thirty turn up in 16,000 draws


def test_an_address_comes_from_the_settings(tmp_path):
    config = load(tmp_path, {}, BASE_URL="https://survei.contoh.go.id/")
    assert link.url(config, "DKC2QR47") == "https://survei.contoh.go.id/s/DKC2QR47"


def test_a_printed_card_names_the_place_of_its_link(store, place, tmp_path):
    config = load(tmp_path, {}, BASE_URL="https://survei.contoh.go.id")
    unit, service, tablet = link_cards.cards(
        store, config, [store.link(c) for c in ("DKC2QR47", "DKC4KTP7", "DKC7TAB4")]
    )
    assert (unit.unit, unit.service, unit.counter) == ("Dinas Kependudukan dan Pencatatan Sipil", "", "")
    assert service.service == "Perekaman dan Pencetakan KTP-el"
    assert (tablet.counter, tablet.kind) == ("Loket 1", "kiosk")
    assert service.short_address == "survei.contoh.go.id/s/DKC4KTP7"
    assert service.organisation == "Kabupaten Contoh"
