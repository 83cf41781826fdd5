"""Keys and names of units, services and counters."""

from __future__ import annotations

import pytest

from survey.domain.organisation import valid_key, valid_name


@pytest.mark.parametrize("key", ["dukcapil", "ktp-el", "a", "2-b", "x" * 40])
def test_a_key_is_small_letters_digits_and_single_hyphens(key):
    assert valid_key(key) == key


@pytest.mark.parametrize(
    "key", ["", "Dukcapil", "ktp_el", "-a", "a-", "a--b", "a b", "é", "x" * 41, "a\n", "../a", "٣"]
)
def test_anything_else_is_no_key(key):
    with pytest.raises(ValueError, match="huruf kecil, angka dan tanda hubung"):
        valid_key(key)


def test_a_name_is_printed_with_single_spaces():
    assert valid_name("  Dinas \n Kependudukan\tdan  Sipil ") == "Dinas Kependudukan dan Sipil"
    assert valid_name("Cafe\u0301 <b>") == "Café <b>"
    assert len(valid_name("x" * 200)) == 200


@pytest.mark.parametrize("name", ["", " \n ", "x" * 201, "Dinas\x00", "Dinas\x1b[31m", "Dinas \ud800"])
def test_an_empty_endless_or_unprintable_name_is_refused(name):
    with pytest.raises(ValueError, match=r"^Nama "):
        valid_name(name)
