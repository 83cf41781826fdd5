"""Whatever an office is called, its papers are printed."""

import io
import re
from dataclasses import replace

import pypdf
import pytest

from calc.render.pdf.document import pdf
from calc.render.sheets.link_sheet import Card, sheet
from calc.render.sheets.notice import notice
from calc.report.summary import summary

NAMES = (
    "<b>tidak ditutup",
    '<img src="/etc/hostname"/>',
    "a < b & c",
    "",
    "\x00",
    "x" * 2000,
    "panjang " * 250,
    "=1+1",
)


def words(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert not any(len(page.images) for page in reader.pages)
    return re.sub(r"\s+", "", " ".join(page.extract_text() for page in reader.pages))


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name[:12]))
def test_every_paper_prints_every_name_as_words(made, about, name):
    result = made(30, about=replace(about, organisation=name, unit=name, service=name, period=name))
    card = Card("http://skm.id/s/A", name, name, name, name, name)
    start = re.sub(r"[\s\x00]+", "", name)[:25]
    papers = (notice(result), pdf(summary([result, replace(result, group=name)])), sheet([card], "A6"))
    for paper in papers:
        assert start.casefold() in words(paper).casefold()
