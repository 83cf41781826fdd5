"""Words on paper come through one door, whatever they are."""

import re
from pathlib import Path

import pytest
from reportlab.lib.styles import ParagraphStyle

from calc.paper.document import Strong
from calc.report import style
from calc.report.text import CUT, MISSING, clean, fitted, line, text


def test_markup_in_words_is_printed_and_not_obeyed(hostile):
    for words in hostile:
        assert text(words, style.BODY).getPlainText(identify=True).replace("\xa0", " ") == clean(words)


def test_control_and_invisible_characters_are_removed():
    assert clean("a\x00b\x1bc\u202ed\u200be") == "abcde"


def test_a_lone_surrogate_goes_as_it_does_at_the_door():
    assert clean("a\ud800b") == "ab"


def test_characters_that_the_font_lacks_are_replaced_one_by_one():
    assert clean("中文 ꦱꦸ") == f"{MISSING * 2} {MISSING * 2}"


def test_arabic_and_accents_stay():
    assert clean("شكرا Café") == "شكرا Café"


def test_decomposed_letters_are_composed():
    assert clean("Cafe\u0301") == "Café"


def test_line_breaks_and_tabs_become_one_space():
    assert clean(" baris\r\n\tdua \n") == "baris dua"


def test_a_limit_cuts_with_a_visible_mark():
    assert clean("abcdefghij", limit=5) == "abcd" + CUT


def test_words_within_the_limit_stay_whole():
    assert clean("abcde", limit=5) == "abcde"


def test_bold_parts_keep_the_blank_that_parts_them():
    assert text((Strong("Konvensi. "), "Bobot 1/9"), style.BODY).getPlainText() == "Konvensi. Bobot 1/9"


@pytest.mark.parametrize("words", ["kata " * 400, "x" * 3000, "pendek"])
def test_fitted_words_stay_inside_their_box(words):
    paragraph, used = fitted(words, style.TITLE, width=120, height=60)
    assert paragraph.wrap(120, 1000)[1] == used <= 60
    left_over = [row[0] for row in paragraph.blPara.lines]  # what each broken line leaves of the 120 points
    assert min(left_over) >= -0.01


def test_words_that_had_to_be_cut_say_so():
    paragraph, _ = fitted("kata " * 400, style.TITLE, width=120, height=60)
    assert paragraph.getPlainText().endswith(CUT)


def test_a_centred_name_leaves_no_single_word_on_its_last_line():
    look = ParagraphStyle("centred", fontName=style.BOLD, fontSize=20, leading=25, alignment=1)
    paragraph, _ = fitted("Dinas Kependudukan dan Pencatatan Sipil", look, width=430, height=60)
    assert [len(row[1]) for row in paragraph.blPara.lines] == [2, 3]


def test_a_drawn_line_never_gets_wider_than_its_room():
    from reportlab.pdfbase.pdfmetrics import stringWidth

    for words in ("x" * 500, "Dinas Kependudukan dan Pencatatan Sipil", ""):
        assert stringWidth(line(words, style.PLAIN, 9, 100), style.PLAIN, 9) <= 100


def test_nothing_but_the_door_makes_a_paragraph(root):
    made = re.compile(r"\b(X?Paragraph|XPreformatted|Preformatted)\s*\(")
    found = [p.name for p in (root / "calc").rglob("*.py") if made.search(p.read_text(encoding="utf-8"))]
    assert found == ["text.py"]


def test_only_the_report_folder_draws(root: Path):
    users = {
        p.relative_to(root).parts[:2]
        for wing in ("calc", "survey")
        for p in (root / wing).rglob("*.py")
        if re.search(r"^\s*(from|import) reportlab", p.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert users == {("calc", "report")}
