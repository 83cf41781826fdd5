"""Nobody's own answers stand in a report, its summary or its JSON: not as a value, and not by subtraction."""

import json
from dataclasses import replace

import pytest

from calc.render import report_json
from calc.render.outline import flat
from calc.report import charts, small_cells
from calc.report.data import ReportData
from calc.report.document import Document, Figure, Heading, Table
from calc.report.full import full
from calc.report.summary import summary
from calc.scoring.result import ProfileCount
from tests.report_data import report_data


def with_services(*sizes: int) -> ReportData:
    made = report_data(300, len(sizes))
    return replace(
        made, services=tuple(replace(one, n=n) for one, n in zip(made.services, sizes, strict=True))
    )


def tables(document: Document, words: str) -> list[Table]:
    return [b for b in flat(document.blocks) if isinstance(b, Table) and words in b.caption]


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ((200, 90, 10), set()),
        ((200, 97, 3), {1, 2}),  # 300 answers - 200 known ones = 100: the next larger is withheld, too
        ((150, 140, 4, 3, 2, 1), {1, 2, 3, 4, 5}),
        ((3, 1), {0, 1}),  # nobody is large enough
        ((299, 1), {0, 1}),
        ((300,), set()),
        ((300, 0), set()),
    ],
)
def test_a_service_of_few_is_withheld_with_the_one_that_would_give_it_away(sizes, hidden):
    assert small_cells.services(with_services(*sizes).services) == hidden


def test_the_tables_of_services_show_nobody_s_answers():
    report = full(with_services(200, 97, 3))
    (values,), (elements,) = tables(report, "Nilai per layanan"), tables(report, "konversi unsur per layanan")
    assert [row[2] for row in values.rows] == ["200", "97", "3"]  # how many is no secret
    assert [set(row[3:7]) == {"*"} for row in values.rows] == [False, True, True]
    assert [set(row[2:]) == {"*"} for row in elements.rows] == [False, True, True]
    assert "Tidak ditampilkan" in values.note
    assert "Tidak ditampilkan" in elements.note


def test_an_element_that_few_answered_in_a_service_is_withheld_with_the_next_two():
    made = with_services(200, 100)
    first, *others = made.services[0].elements
    least = sorted(sorted(range(len(others)), key=lambda at: others[at].n)[:2])
    service = replace(made.services[0], elements=(replace(first, n=2), *others))
    (found,) = tables(full(replace(made, services=(service, made.services[1]))), "konversi unsur")
    assert [at for at, cell in enumerate(found.rows[0][2:]) if cell == "*"] == [0, *(at + 1 for at in least)]


def test_the_chart_of_services_says_nothing_more_than_their_table():
    picture = charts.services(with_services(200, 97, 3).services)
    said = [one.words for one in picture.shapes if type(one).__name__ == "Words"]
    assert said.count("tidak ditampilkan") == 2
    assert picture.words.count("(mutu") == 1


def test_the_summary_withholds_what_the_report_does():
    made = with_services(200, 97, 3)
    found = next(
        b
        for b in flat(summary([made.result], services=made.services).blocks)
        if isinstance(b, Table) and any(c.head == "Layanan" for c in b.columns)
    )
    assert [set(row[3:7]) == {"*"} for row in found.rows] == [False, True, True]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_fewer_than_five_respondents_are_described_by_no_class(n):
    report = full(report_data(n))
    assert not [b for b in flat(report.blocks) if isinstance(b, Heading) and b.key.startswith("responden-")]
    assert not [b for b in flat(report.blocks) if isinstance(b, Figure) and "Responden menurut" in b.caption]
    told = json.loads(report_json.as_json(report_data(n)))
    assert told["profile"] == []


def test_the_json_of_a_report_carries_no_single_answers():
    told = json.loads(report_json.as_json(with_services(200, 97, 3)))
    assert told["converted"] is not None
    for service, shown in zip(told["services"], (True, False, False), strict=True):
        assert (service["converted"] is not None) == shown
        assert (service["index_exact"] is not None) == shown
        for element in service["elements"]:
            assert (element["counts"] is not None) == shown
            assert (element["sum"] is not None) == shown
    alone = json.loads(report_json.as_json(report_data(1)))
    assert alone["n"] == 1
    assert {alone[key] for key in ("index", "index_exact", "converted", "grade", "interval")} == {None}
    assert {element["counts"] and 1 for element in alone["elements"]} == {None}
    assert [point["converted"] for point in alone["trend"]] == [None] * len(alone["trend"])


def test_classes_that_the_notice_counts_together_are_one_class_in_the_report():
    """Beside the notice's 'S2/S3 = 7' the report's 'S2 = 5' would tell that two have an S3."""
    field = ProfileCount(
        "pendidikan",
        "Pendidikan",
        (("SMA", "SMA", "SMA", 60), ("S1", "S1", "S1", 30), ("S2", "S2", "S2", 5), ("S3", "S3", "S2", 2)),
        0,
    )
    assert small_cells.classes(field) == [("SMA", "SMA", 60), ("S1", "S1", 30), ("S2", "S2 / S3", 7)]


def test_no_chart_and_no_table_of_elements_is_printed_of_services_that_are_all_withheld():
    report = full(with_services(24, 3, 2))
    assert tables(report, "Nilai per layanan")
    assert not tables(report, "konversi unsur")
    assert not [b for b in flat(report.blocks) if isinstance(b, Figure) and "per layanan" in b.caption]


def test_other_rules_of_combining_services_give_no_second_equation_about_the_withheld_ones():
    """Two withheld values a and b follow from their weighted and their plain mean: 97a + 3b and a + b."""
    made = with_services(200, 97, 3)
    (found,) = tables(full(made), "aturan penggabungan")
    assert [row[1] == "*" for row in found.rows] == [not rule.chosen for rule in made.roll_ups]
    told = json.loads(report_json.as_json(made))["roll_ups"]
    assert [rule["converted"] is None for rule in told] == [not rule["chosen"] for rule in told]
    (found,) = tables(full(with_services(200, 90, 10)), "aturan penggabungan")
    assert "*" not in [row[1] for row in found.rows]


def test_the_json_of_four_respondents_has_no_value_under_any_rule():
    told = json.loads(report_json.as_json(report_data(4, 2)))
    assert told["converted"] is None
    assert [rule["converted"] for rule in told["roll_ups"]] == [None] * len(told["roll_ups"])
    assert told["roll_ups"]
