"""Every paper and page with an interval says in one sentence what it cannot tell."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import pypdf
import pytest

from calc.render import render
from calc.render.plain import as_text
from calc.report.kinds import KINDS, TEMPLATES
from calc.report.wording.sentences import fine_print, interval_words
from calc.scoring.interval import CHANCE_ONLY, limits
from tests.report_data import report_data

PAPERS = [
    (kind, form, template)
    for kind, known in KINDS.items()
    for form in known.forms
    for template in (TEMPLATES if kind == "full" else ["five-chapters"])
    if kind != "tabulation"  # answers and sums; it prints no interval
]


def _words(form, content):
    if form == "pdf":
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    if form in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
        content = "".join(parts).encode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", content.decode()))


@pytest.mark.parametrize(("kind", "form", "template"), PAPERS)
def test_a_paper_says_that_respondents_choose_themselves(kind, form, template):
    shown = report_data(120, services=2)
    assert shown.result.interval is not None
    assert CHANCE_ONLY in _words(form, render.paper(kind, form, shown, template=template))


@pytest.mark.parametrize("form", KINDS["full"].forms)
def test_below_thirty_the_report_promises_no_level_of_confidence(form):
    """The sentence for everybody named 95 percent also for six respondents; that is kept from thirty on."""
    few = report_data(12)
    words = _words(form, render.paper("full", form, few))
    assert "Dengan tingkat kepercayaan 95%" not in words
    assert (
        form == "json"
        or "Dengan baru 12 responden, nilai bagi seluruh pengguna layanan secara kasar" in words
    )
    assert form != "json" or "selang ini hanya ancar-ancar" in words


def test_the_public_notice_of_six_says_how_rough_it_is():
    few = report_data(6).result
    assert "Dengan baru 6 responden, nilai bagi seluruh pengguna layanan secara kasar" in interval_words(few)
    assert CHANCE_ONLY in " ".join(fine_print(few))


def test_where_everybody_answered_nobody_chose():
    """A census has no interval with a width, so there is nothing to warn of."""
    assert limits(500, Decimal("81.25"), Decimal("81.25")) == ""


def test_the_table_and_the_object_of_calc_say_it_once_for_each_result():
    result = report_data(120).result
    assert as_text([result, replace(result, group="lain")]).count(CHANCE_ONLY) == 1
    assert "ancar-ancar" not in as_text([result])
    assert "(ancar-ancar: kurang dari 30 responden)" in as_text([report_data(12).result])
    told = json.loads(render.paper("summary", "json", report_data(120)))
    assert told["interval"]["note"] == CHANCE_ONLY
