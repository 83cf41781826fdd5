"""Every sentence exists where it must, with the same blanks to fill."""

from __future__ import annotations

import json
import string
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from calc.instruments.reader import shipped
from survey.web.language import languages, words


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("code", [c for c in languages() if c != "id"])
def test_a_language_has_no_sentence_that_indonesian_lacks_and_fills_the_same_blanks(code: str) -> None:
    indonesian = words("id").sentences
    for key, sentence in words(code).sentences.items():
        assert key in indonesian, f"{code}.json: {key}"
        assert _fields(sentence) == _fields(indonesian[key]), f"{code}.json: {key}"
        assert sentence.strip(), f"{code}.json: {key}"


def test_english_is_complete() -> None:
    assert set(words("en").sentences) == set(words("id").sentences)


def test_a_file_of_sentences_names_no_key_twice(root: Path) -> None:
    def once(pairs: list[tuple[str, str]]) -> dict[str, str]:
        assert len(dict(pairs)) == len(pairs), [key for key, _ in pairs]
        return dict(pairs)

    for file in (root / "survey" / "web" / "words").glob("*.json"):
        json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=once)


@pytest.mark.parametrize("key", sorted(shipped()))
def test_an_instrument_asks_in_indonesian_and_english(key: str) -> None:
    instrument = shipped()[key]
    texts = [item.question for item in instrument.items]
    texts += [answer for item in instrument.items for answer in item.answers]
    texts += [field.label for field in instrument.profile]
    texts += [choice.label for field in instrument.profile for choice in field.choices]
    for text in texts:
        assert text.get("id", "").strip() and text.get("en", "").strip(), dict(text)


def test_the_sentences_of_click_are_compiled_as_written_and_are_those_that_click_says(root: Path) -> None:
    folder = root / "survey" / "locale" / "id" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as po, (folder / "messages.mo").open("rb") as mo:
        written = {tuple(m.id): tuple(m.string) for m in read_po(po) if m.id}
        assert {tuple(m.id): tuple(m.string) for m in read_mo(mo) if m.id} == written
    assert set(written) <= {tuple(said) for _, _, said, _, _ in extract_from_dir(Path(click.__file__).parent)}
