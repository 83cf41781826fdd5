"""The report_data as JSON: what scripts and next year's report read."""

from __future__ import annotations

import json
from dataclasses import replace

from calc import as_json as result_json
from calc.render.report_json import as_json
from tests.report_data import invented, report_data


def test_the_first_keys_are_the_results_own_and_every_service_has_the_same():
    made = report_data(40, 2)
    read = json.loads(as_json(made))
    assert result_json(made.result).items() <= read.items()
    assert [one["about"]["service"] for one in read["services"]] == ["KTP-el", "Kartu Keluarga"]
    assert read["services"][1]["converted"] == str(made.services[1].converted)


def test_trend_promises_and_what_the_numbers_were_computed_from_are_in_it():
    made = report_data(40, 2)
    read = json.loads(as_json(made))
    assert [point["period"] for point in read["trend"]] == [p.result.about.period for p in made.trend]
    assert read["trend"][0]["change"] is None and set(read["trend"][-1]["change"]) == {
        "difference",
        "low",
        "high",
        "real",
    }
    assert [promise["element"] for promise in read["follow_up"]] == [f.element for f in made.follow_up]
    assert read["former_follow_up"][0]["done_on"] == "2026-08-20"
    assert read["fingerprint"] == "5f" * 32 and read["about"]["cut"] == "2026-10-01T08:05:00+08:00"
    assert [rule["rule"] for rule in read["roll_ups"]] == ["pooled", "services", "visits"]
    assert read["reliability"]["alpha"] == str(made.reliability.alpha)
    assert sum(one["n"] for one in read["profile"][0]["classes"]) + read["profile"][0]["not_stated"] == 40


def test_nobody_answered_gives_nulls_and_empty_lists():
    read = json.loads(as_json(report_data(0, 2)))
    assert read["n"] == 0 and read["converted"] is None and read["services"] == read["trend"] == []
    assert read["reliability"] is read["priority"] is None


def test_equal_report_data_gives_equal_text_and_half_a_character_does_not_stop_it():
    made = report_data(30, 1, hostile=True)
    broken = replace(made, former_period="Triwulan \ud800")
    assert as_json(made) == as_json(made)
    assert json.loads(as_json(broken).encode())["former_period"] == "Triwulan ?"


def test_residents_words_are_counted_and_not_handed_on():
    text = as_json(report_data(30, 1))
    assert "Antrean terlalu panjang" not in text
    assert {"theme": "Waktu dan antrean", "count": 5} in json.loads(text)["remarks"]


def few_answered(n, few):
    """n answers, of which only the first few say something to the last question."""
    table = invented(n, 9, 4, 0.0).copy()
    table[few:, -1] = 0
    return table


def test_a_period_of_few_people_does_not_come_back_as_a_change():
    """Four people in the first quarter of the trend: the value of the next one minus the change would be theirs."""
    read = json.loads(as_json(report_data(25, 0)))
    small, after, *_ = read["trend"]
    assert (small["n"], small["converted"], after["change"]) == (4, None, None)
    assert read["trend"][2]["change"] is not None


def test_a_withheld_mean_does_not_come_back_as_performance():
    """Four of 25 answered the last question: its mean is withheld with two others, in the diagram's numbers, too."""
    read = json.loads(as_json(report_data(25, 0, answers=few_answered(25, 4))))
    withheld = {one["key"] for one in read["elements"] if one["mean"] is None}
    assert len(withheld) == 3
    shown = {one["key"] for one in (read["priority"] or {"elements": []})["elements"] if one["performance"]}
    assert not shown & withheld


def test_nothing_is_told_of_fewer_than_five_complete_answers():
    for made in (report_data(4, 0), report_data(25, 0, answers=few_answered(25, 4))):
        read = json.loads(as_json(made))
        assert read["complete_only"] is read["reliability"] is read["priority"] is None
