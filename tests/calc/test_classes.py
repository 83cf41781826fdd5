"""Respondents by class and remarks as bytes that can be added."""

from __future__ import annotations

import pytest

from calc.scoring import classes

SKM = "skm-2017"


def test_people_are_counted_in_every_class_that_they_named_and_by_their_remarks():
    counts = classes.count(
        SKM,
        [
            ({"usia": "<17", "jenis_kelamin": "L"}, True, 1),
            ({"usia": "<17"}, False, 3),
            ({}, True, 2),
            ({"usia": "purba", "hobi": "catur"}, False, 5),
        ],
    )
    people, remarks = classes.read(counts, SKM)
    assert {pair: n for pair, n in people.items() if n} == {("usia", "<17"): 4, ("jenis_kelamin", "L"): 1}
    assert remarks == 3


def test_groups_are_added_and_no_count_runs_into_its_neighbour():
    """4,294,967,295 is the largest number that a count holds: 2**32 - 1."""
    most = classes.count(SKM, [({"usia": "<17", "jenis_kelamin": "P"}, True, 2**32 - 2)])
    people, remarks = classes.read(classes.add(most, classes.count(SKM, [({"usia": "<17"}, True, 1)])), SKM)
    assert {pair: n for pair, n in people.items() if n} == {
        ("jenis_kelamin", "P"): 2**32 - 2,
        ("usia", "<17"): 2**32 - 1,
    }
    assert remarks == 2**32 - 1


def test_no_bytes_are_nobody():
    some = classes.count(SKM, [({"usia": "<17"}, True, 2)])
    assert classes.add(b"", some) == classes.add(some, b"") == some
    assert classes.read(b"", SKM).remarks == 0
    assert not any(classes.read(b"", SKM).people.values())


def test_bytes_of_another_questionnaire_are_refused():
    with pytest.raises(ValueError, match="bytes, not 8"):
        classes.read(bytes(8), SKM)


def test_a_questionnaire_that_is_not_known_here_has_remarks_alone():
    counts = classes.count("kuesioner-lama", [({"usia": "<17"}, True, 2)])
    assert classes.read(counts, "kuesioner-lama") == ({}, 2)
