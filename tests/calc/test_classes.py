"""Respondents by class as lists that can be added."""

from __future__ import annotations

from calc.scoring import classes

SKM = "skm-2017"


def test_people_are_counted_in_every_class_that_they_named():
    counts = classes.count(
        SKM,
        [
            ({"usia": "<17", "jenis_kelamin": "L"}, 1),
            ({"usia": "<17"}, 3),
            ({}, 2),
            ({"usia": "purba", "hobi": "catur"}, 5),
        ],
    )
    people = {pair: int(counts[at]) for pair, at in classes.places(SKM).items() if counts[at]}
    assert people == {("usia", "<17"): 4, ("jenis_kelamin", "L"): 1}


def test_a_questionnaire_that_is_not_known_here_has_no_classes():
    assert classes.count("kuesioner-lama", [({"usia": "<17"}, 2)]).tolist() == []
