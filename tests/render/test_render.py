"""One door to every paper: each kind in each of its forms, and a sentence where there is no such paper."""

import pytest

from calc.render.render import paper
from calc.report.kinds import KINDS, TEMPLATES
from tests.report_data import report_data

FIRST_BYTES = {"pdf": b"%PDF-", "html": b"<!DOCTYPE html>", "docx": b"PK", "xlsx": b"PK", "json": b"{"}


@pytest.mark.slow
@pytest.mark.parametrize("n", [0, 30])
@pytest.mark.parametrize(("kind", "form"), [(kind, form) for kind in KINDS for form in KINDS[kind].forms])
def test_every_kind_comes_in_every_one_of_its_forms(kind, form, n):
    made = paper(kind, form, report_data(n))
    assert made.startswith(FIRST_BYTES[form])
    assert made == paper(kind, form, report_data(n))


@pytest.mark.parametrize("template", TEMPLATES)
def test_both_outlines_can_be_had(template):
    assert paper("full", "pdf", report_data(30), template=template).startswith(b"%PDF-")


def test_respondents_are_listed_when_asked_for():
    without, with_ = (len(paper("full", "pdf", report_data(400), respondents=r)) for r in (False, True))
    assert with_ > without


@pytest.mark.parametrize(
    ("kind", "form", "options", "sentence"),
    [
        ("laporan", "pdf", {}, "Jenis kertas 'laporan' tidak dikenal"),
        ("notice", "docx", {}, "tidak dibuat sebagai 'docx'"),
        ("workbook", "pdf", {}, "Pilih salah satu: xlsx"),
        ("notice", "pdf", {"size": "A5"}, "Pilih A4 atau A3"),
        ("full", "pdf", {"template": "kuno"}, "Sistematika 'kuno' tidak dikenal"),
    ],
)
def test_a_paper_that_does_not_exist_is_refused_with_what_there_is(kind, form, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        paper(kind, form, report_data(5), **options)


def test_a_tabulation_without_the_responses_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="Isian per responden belum dimuat"):
        paper("tabulation", "pdf", report_data(5, scores=False))
