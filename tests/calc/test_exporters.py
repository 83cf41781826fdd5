"""What programs export: one file for each kind, as that program quotes and separates. Quotes are never a reason to refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from calc.instruments.reader import instrument
from calc.reading.columns import ResponsesError
from calc.reading.reader import read_responses

SKM = instrument("skm-2017")
FILES = sorted((Path(__file__).parent / "exporters").glob("*.csv"))
ANSWERS = [[4] * 9, [3] * 9, [3, 4, 3, 4, 3, 4, 3, 4, 3]]


def test_every_kind_of_exporter_has_its_file():
    assert len(FILES) == 11


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_answers_are_read_from_what_a_program_exported(path):
    found = read_responses(path, SKM, order="sarana,pengaduan")
    assert found.scores.tolist() == ANSWERS
    assert found.notes == ()


def test_a_heading_whose_quote_is_never_closed_is_still_refused():
    with pytest.raises(ResponsesError, match="baris 1 tidak dapat dibaca sebagai CSV; periksa tanda kutip"):
        read_responses(b'"U1,U2\n4,4\n', SKM)
