"""Sentences of the pages by key: words/<language>.json; what a language lacks is said in Indonesian."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

DEFAULT = "id"


@dataclass(frozen=True)
class Words:
    """The sentences of one language.

    code : 'id', 'en', 'id-mudah', …
    """

    code: str
    sentences: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of that key with its {values} filled in.

        Raises
        ------
        KeyError
            For a key that Indonesian does not have: a mistake in the page, found by its test.
        """
        sentence = self.sentences.get(key) or words(DEFAULT).sentences[key]
        return sentence.format(**values) if values else sentence

    @property
    def html_lang(self) -> str:
        """The BCP 47 tag for <html lang>: 'id-mudah' is Indonesian with a private mark."""
        return "id-x-mudah" if self.code == "id-mudah" else self.code


@cache
def words(code: str) -> Words:
    """Sentences of a language; KeyError for one without a file."""
    file = resources.files("survey") / "web" / "words" / f"{code}.json"
    if code not in languages():
        raise KeyError(code)
    return Words(code, json.loads(file.read_text(encoding="utf-8")))


@cache
def languages() -> tuple[str, ...]:
    """Codes of all languages that have a file, Indonesian first."""
    found = {
        e.name[:-5]
        for e in (resources.files("survey") / "web" / "words").iterdir()
        if e.name.endswith(".json")
    }
    return (DEFAULT, *sorted(found - {DEFAULT}))


def say(text: Mapping[str, str], code: str) -> str:
    """The words of an instrument's text in a language, else in Indonesian."""
    return text.get(code) or text[DEFAULT]
