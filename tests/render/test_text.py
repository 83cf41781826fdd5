"""Words on paper come through one door, whatever they are."""

import ast
import re
from pathlib import Path

import pytest

from calc.render.pdf import text_layout
from calc.render.pdf.text import CUT, clean, visual
from calc.render.pdf.text_layout import Style
from calc.render.sheets.text_box import fitted
from calc.report.document import Strong

TITLE = Style(17, 21, strong=True)


def words_of(lines):
    return " ".join(words for line in lines for _, words in line.runs)


def test_markup_in_words_is_printed_and_not_obeyed():
    words = "<b>a</b> &amp; <img src='/etc/passwd'/> {{ 7 * 7 }}"
    assert words_of(text_layout.lines(words, TITLE, 2000)) == words


def test_control_and_invisible_characters_are_removed():
    assert clean("a\x00b\x1bc\u202ed\u200be") == "abcde"


def test_a_lone_surrogate_goes_as_it_does_at_the_door():
    assert clean("a\ud800b") == "ab"


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("Bagus sekali 👍🏽🙏 terima kasih 👨‍👩‍👧 🇮🇩 ❤️", "Bagus sekali terima kasih ❤"),
        ("👍", "[emoji]"),
        ("🙏🙏 👍", "[emoji]"),
        ("中文 日本語, ꦱꦸ oke हिन्दी", "[…], […] oke […]"),
        ("nomor ๑๒๓", "nomor […]"),
    ],
)
def test_what_the_font_lacks_is_left_out_and_never_a_box(said, printed):
    assert clean(said) == printed


def test_arabic_letters_are_joined():
    # U+0628 U+064A U+062A (bait, house): initial form of ba, medial of ya, final of ta in Unicode's Arabic
    # Presentation Forms-B: FE91, FEF4, FE96
    assert clean("بيت") == "\ufe91\ufef4\ufe96"


def test_arabic_words_are_drawn_from_right_to_left_within_an_indonesian_line():
    drawn = words_of(text_layout.lines("Antre بيت lama sekali", TITLE, 2000))
    assert drawn == "Antre \ufe96\ufef4\ufe91 lama sekali"


@pytest.mark.parametrize(
    ("said", "drawn"),
    [  # UAX 9, rules N0 and L4; b, y, t: the drawn letters of the word from right to left
        ("بيت (3 kali datang) lagi", "\ufe96\ufef4\ufe91 (3 kali datang) lagi"),
        ("بيت (بيت) بيت", "\ufe96\ufef4\ufe91 (\ufe96\ufef4\ufe91) \ufe96\ufef4\ufe91"),
        ("kata (بيت) kata", "kata (\ufe96\ufef4\ufe91) kata"),
    ],
)
def test_brackets_beside_arabic_open_and_close_as_they_are_read(said, drawn):
    assert words_of(text_layout.lines(said, TITLE, 2000)) == drawn


def test_what_follows_arabic_stands_at_its_right_with_its_blank():
    runs = text_layout.lines(("بيت", Strong(" (4 kali)")), Style(10, 13), 2000)[0].runs
    assert "".join(words for _, words in runs) == "\ufe96\ufef4\ufe91 (4 kali)"


def test_every_line_of_arabic_is_turned_for_itself():
    """The first words of a remark stand in its first line, also when it needs two."""
    word = "بيت"  # about as wide as 'bait'
    lines = text_layout.lines(
        f"{word} ا {word}", Style(10, 13), text_layout.width_of(clean(f"{word} ا"), 10) + 1
    )
    assert [line.runs[0][1] for line in lines] == ["\ufe8d \ufe96\ufef4\ufe91", "\ufe96\ufef4\ufe91"]


def test_latin_lines_are_drawn_as_they_are_written():
    assert visual("Café (45 menit)") == "Café (45 menit)"


def test_decomposed_letters_are_composed():
    assert clean("Cafe\u0301") == "Café"


def test_line_breaks_and_tabs_become_one_space():
    assert clean(" baris\r\n\tdua \n") == "baris dua"


def test_a_limit_cuts_with_a_visible_mark():
    assert clean("abcdefghij", limit=5) == "abcd" + CUT


def test_words_within_the_limit_stay_whole():
    assert clean("abcde", limit=5) == "abcde"


@pytest.mark.parametrize("words", ["kata " * 400, "x" * 3000, "pendek"])
def test_fitted_words_stay_inside_their_box(words):
    found = fitted(words, TITLE, width=120, height=60)
    assert found.height <= 60
    assert max(line.width for line in found.lines) <= 120.01


def test_words_that_had_to_be_cut_say_so():
    assert words_of(fitted("kata " * 400, TITLE, width=120, height=60).lines).endswith(CUT)


def test_a_centred_name_leaves_no_single_word_on_its_last_line():
    style = Style(20, 25, strong=True, align="centre")
    found = fitted("Dinas Kependudukan dan Pencatatan Sipil", style, width=430, height=60)
    assert [len(line.runs[0][1].split()) for line in found.lines] == [2, 3]


def test_a_drawn_line_never_gets_wider_than_its_room():
    for words in ("x" * 500, "Dinas Kependudukan dan Pencatatan Sipil", ""):
        assert text_layout.width_of(text_layout.cut(words, 9, 100), 9) <= 100


def test_only_the_text_layout_draws_words(root: Path):
    """reportlab's Paragraph obeys markup in a remark; other ways to draw words skip what `clean` takes away."""
    draws = re.compile(
        r"reportlab\.platypus|Paragraph\b|\.draw\w*String\(|\.text(Out|Line|Lines)\(|beginText"
    )
    users = {
        p.relative_to(root).as_posix()
        for p in (root / "calc" / "render").rglob("*.py")
        if "docx" not in p.parts and draws.search(p.read_text(encoding="utf-8"))
    }
    assert users == {"calc/render/pdf/text_layout.py"}


def test_no_private_part_of_reportlab_or_docx_is_used(root: Path):
    used, own = set(), set()
    for folder in ("pdf", "sheets", "docx"):
        for path in (root / "calc" / "render" / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    own.add(node.name)
                elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                    (own if isinstance(node.ctx, ast.Store) else used).add(node.attr)
    assert not {name for name in used - own if not name.endswith("__")}


def test_only_the_render_folder_draws(root: Path):
    users = {
        p.relative_to(root).parts[:2]
        for wing in ("calc", "survey")
        for p in (root / wing).rglob("*.py")
        if re.search(r"^\s*(from|import) reportlab", p.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert users == {("calc", "render")}
