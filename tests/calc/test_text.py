"""One rule for words that people wrote, whoever wrote them: a table of cases, and its two other shapes."""

from __future__ import annotations

import pytest

from calc.text import clean, lines, one_line
from survey.desk.forms import FollowUpForm, NameField, TextForm
from survey.domain.organisation import valid_name
from survey.domain.remark import mask

# typed, kept: every case was written down from what the Unicode standard says of these characters
CASES = [
    # blanks and line ends
    ("  Baik \r\n\r\nsekali\t!  ", "Baik \n\nsekali !"),
    ("satu\u2028dua\u2029tiga\x85empat\rlima", "satu\ndua\ntiga\nempat\nlima"),
    ("satu\u00a0dua\u3000tiga\u2007empat\x0blima", "satu dua tiga empat lima"),
    (" \n\t ", ""),
    # control characters, halves of surrogate pairs, impossible and private characters
    ("a\x00b\x1b[31mc\x7fd\x9fe", "ab[31mcde"),
    ("rusak \ud83d sekali", "rusak  sekali"),
    ("\ufeffawal\ufffe\uffff\ufdd0\U0001fffe\ue000\U0010fffd", "awal"),
    # what turns its neighbours round
    ("uji\u202egnirb\u202c \u2066a\u2069 \u200eb\u200f \u061cc", "ujignirb a b c"),
    # invisible between letters or digits, where it hides a word from a search and a number from the mask
    ("08\u200b12\u20603\u00ad4\u200d5\u200c6\ufe0f7\u034f8\u31649", "08123456789"),
    ("Di\u200dnas\u200c Ke\u200bsehatan", "Dinas Kesehatan"),
    ("\U000e0001\U000e0061tanda\U000e01ef", "tanda"),
    # a joiner stays where letters take another form beside it, and inside an emoji
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("ꦏ꧀\u200cꦏ", "ꦏ꧀\u200cꦏ"),
    ("क\u200d\u200dष", "क\u200dष"),
    ("👨\u200d👩\u200d👧 👍🏽", "👨\u200d👩\u200d👧 👍🏽"),
    ("❤\ufe0f\u200d🔥 ☎\ufe0f", "❤\ufe0f\u200d🔥 ☎\ufe0f"),
    ("\u200dawal akhir\u200c", "awal akhir"),
    # composed, and otherwise letter for letter
    ("cafe\u0301", "café"),
    ("<b>tebal</b> & 'kutip' =1+1", "<b>tebal</b> & 'kutip' =1+1"),
    ("العربية 中文 ᬅᬓ᭄ᬱᬭ ꦲꦏ꧀ꦱꦫ", "العربية 中文 ᬅᬓ᭄ᬱᬭ ꦲꦏ꧀ꦱꦫ"),
]


@pytest.mark.parametrize(("typed", "kept"), CASES, ids=[ascii(typed)[:30] for typed, _ in CASES])
def test_words_are_kept_as_they_can_be_shown_everywhere(typed, kept):
    assert clean(typed) == kept
    assert clean(kept) == kept  # nothing is left to do the second time
    assert one_line(typed) == one_line(kept) == " ".join(kept.split())


@pytest.mark.slow
def test_no_single_character_changes_when_it_is_cleaned_twice():
    for first in range(0, 0x110000, 0x400):
        once = clean(" ".join(f"a{chr(code)}b" for code in range(first, first + 0x400)))
        assert clean(once) == once, hex(first)


def test_lines_are_tidied_one_by_one():
    assert lines(" satu  dua \r\n\r\n\r\n\r\n- \u200btiga\t") == "satu dua\n\n- tiga"


@pytest.mark.parametrize("written", ["Dinas\u200b\u202e Kesehatan\u00ad", "  Dinas\n Kesehatan "])
def test_command_desk_and_residents_words_go_the_same_way(written):
    assert valid_name(written) == one_line(written) == "Dinas Kesehatan"
    form = FollowUpForm(FormData(owner=written, action=written))
    assert (form.owner.data, form.action.data) == ("Dinas Kesehatan", "Dinas Kesehatan")
    assert TextForm(FormData(words=written)).words.data == lines(written)
    assert NameField is not None


def test_a_number_that_identifies_a_person_does_not_hide_behind_what_nobody_sees():
    assert mask(clean("NIK 3201\u200b1234\u20605678\u200d0001")) == "NIK •••"


class FormData(dict):
    """As a browser's form: one value for each name."""

    def getlist(self, name):
        return [self[name]] if name in self else []
