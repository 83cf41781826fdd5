"""Two units whose names nobody can tell apart are not made without a question."""

from __future__ import annotations

import pytest

from survey.domain.look_alike import skeleton

NAME = "Dinas Kependudukan dan Pencatatan Sipil"  # of the unit that is there
ALIKE = [
    NAME,
    NAME.upper(),
    "Dinas  Kependudukan dan Pencatatan Sipil",
    "Dinas Kependudukan dan Pencatatan-Sipil.",
    NAME.replace("a", "\u0430"),  # Cyrillic a
    NAME.replace("p", "\u0440").replace("e", "\u0435"),  # Cyrillic er and ie
    NAME.replace("i", "\u03b9"),  # Greek iota
    NAME.replace("D", "\uff24"),  # full-width D
    NAME.replace("u", "\u00fa"),  # with an accent
]
OTHERS = ["Dinas Kependudukan", "Dinas Kependudukan dan Pencatatan Sipil 2", "Rumah Sakit Umum Daerah"]


@pytest.mark.parametrize("name", ALIKE)
def test_what_looks_the_same_is_the_same_for_the_eye(name):
    assert skeleton(name) == skeleton(NAME) == "dinaskependudukandanpencatatansipil"


@pytest.mark.parametrize("name", OTHERS)
def test_another_name_is_another(name):
    assert skeleton(name) != skeleton(NAME)


def test_capitals_of_other_scripts_are_seen_through_too():
    assert skeleton("\u0410\u0420\u041e\u0422\u0415\u041a") == skeleton("APOTEK")  # Cyrillic
    assert skeleton("\u0391\u03a1\u039f\u03a4\u0395\u039a") == skeleton("APOTEK")  # Greek
    assert skeleton("RSUD 0") == skeleton("RSUD O")
