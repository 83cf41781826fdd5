"""PDF, DOCX, XLSX, HTML and JSON of one result show the same numbers: all five are read back and compared."""

from __future__ import annotations

import numpy as np
import pytest

from calc.render.render import paper
from tests.journey import reading
from tests.report_data import report_data

FORMS = {
    "json": ("full", reading.of_json),
    "xlsx": ("workbook", reading.of_workbook),
    "html": ("full", reading.of_html),
    "docx": ("full", reading.of_docx),
    "pdf": ("full", reading.of_pdf),
}
# A public worked sheet of 32 respondents: sums of U1 to U9; it prints NI 3,4097 and IKM 85,243
SUMS = [105, 104, 110, 109, 113, 110, 111, 110, 110]


@pytest.fixture(scope="module", autouse=True)
def _libraries():
    for name in ("docx", "openpyxl", "xlsxwriter", "pypdfium2"):
        pytest.importorskip(name)


def worked():
    rows = np.arange(32)
    answers = np.stack([t // 32 + (rows < t % 32) for t in SUMS], axis=1).astype(np.uint8)
    return report_data(answers=answers, services=2)


def read_back(made):
    """Form -> all figures that a reader finds in it."""
    return {form: read(paper(kind, form, made)) for form, (kind, read) in FORMS.items()}


CASES = {
    "the published sheet": (worked, 9, 2),
    "blanks, three services": (lambda: report_data(300, 3, blanks=0.1), 9, 3),
    "thousands, weight 0,11": (lambda: report_data(4321, 12, name="0.11"), 9, 12),
    "rounded steps": (lambda: report_data(80, 2, name="0.111-nrr2-weighted2", blanks=0.05), 9, 2),
    "mean of the services": (lambda: report_data(91, 4, rule="services", blanks=0.1), 9, 4),
    "fourteen elements": (lambda: report_data(70, 2, key="ikm-2004", name="0.071"), 14, 2),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_all_five_forms_show_the_same_numbers(case):
    make, elements, services = CASES[case]
    found = read_back(make())
    # n, NI, IKM, grade and the interval's two ends; six figures of each element, four of each service
    assert len(found["json"]) == 6 + 6 * elements + 4 * services
    for form, figures in found.items():
        assert figures == found["json"], form


def test_the_numbers_are_those_of_the_published_sheet():
    for form, figures in read_back(worked()).items():
        assert figures["n", ""] == "32" and figures["sum", "U1"] == "105", form
        assert figures["mean", "U1"] == "3.2813" and figures["index", ""] == "3.4097", (
            form
        )  # 105/32 = 3,28125
        assert figures["converted", ""] == "85.24" and figures["grade", ""] == "B", form


def test_one_answer_has_no_interval_in_any_form():
    found = read_back(report_data(1, 0, former=0))
    data = found.pop("json")  # made for other programs: it tells how many, and nobody's own answers
    assert {words for (name, _), words in data.items() if name != "n"} == {"None"}
    assert ("low", "") not in found["pdf"] and len(found["pdf"]) == 4 + 6 * 9
    for form, figures in found.items():
        assert figures == found["pdf"], form


def test_nobody_has_no_value_in_any_form():
    made = report_data(0, 0)
    assert reading.of_json(paper("full", "json", made))["converted", ""] == "None"
    assert reading.of_workbook(paper("workbook", "xlsx", made))["n", ""] == "0"
    for form in ("html", "docx", "pdf"):
        figures = FORMS[form][1](paper("full", form, made))
        assert not {("converted", ""), ("index", ""), ("mean", "U1")} & set(figures), form
