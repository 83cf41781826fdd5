"""The resident's page as bytes: style and script within it, rendered once per place, language and questionnaire."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flask import render_template
from markupsafe import Markup

from survey.web.gzip_template import GzipTemplate
from survey.web.language import Words, say
from survey.web.language import words as words_of

if TYPE_CHECKING:
    from calc.instruments.model import Instrument
    from survey.domain.organisation import Place, Service

SOURCES = Path(__file__).parents[1] / "static" / "kiosk"
MANY_SERVICES = 8  # from here on they can be searched
SCRIPTS = ("queue.js", "steps.js", "send.js", "staff.js")
TABLET, PHONE = "idle.js", "phone.js"
OFFICER = "officer.js"  # only for an officer who opens the queue of a device
START = "start.js"
PLACEHOLDER = "00000000-0000-4000-8000-000000000000"  # stands where the id of a page without script goes
KEPT_PAGES = 400  # some 15 MB
TOLD = (  # sentences that the script says
    *("question", "skip", "skip_send", "next", "send", "sending", "sent", "stored", "not_sent"),
    *("more_send", "more_thanks", "service_none"),
    *("rejected", "waiting", "refused", "language_failed", "staff", "staff_send", "staff_close"),
)
TOLD_OFFICER = ("staff_export", "staff_delete", "staff_sure")


@dataclass(frozen=True)
class Sheet:
    """What one rendering of the form shows. Equal sheets without filling are the same bytes but for the id.

    questionnaire : the key of the instrument, signed; the form brings it back
    languages : those offered, in the order of the buttons
    services : among which the resident chooses first; none where the link has said it, or there is one only
    warn, wipe : seconds without touch until the tablet warns and wipes
    officer : asks for what waits on the device, and may take it away
    part : only what another language replaces, without style and script
    """

    place: Place
    instrument: Instrument = field(compare=False)
    questionnaire: str
    words: Words = field(compare=False)
    language: str
    languages: tuple[str, ...]
    action: str
    kiosk: bool
    profile: bool
    services: tuple[Service, ...]
    warn: int
    wipe: int
    part: bool = False
    officer: bool = False


class Pages:
    """Rendered forms, the most recently used ones."""

    def __init__(self, size: int = KEPT_PAGES) -> None:
        self._kept: OrderedDict[Sheet, GzipTemplate] = OrderedDict()
        self._size = size
        self._lock = Lock()

    def get(self, sheet: Sheet) -> GzipTemplate:
        """The form of a sheet with a hole for the id; a part has its hole at the end."""
        with self._lock:
            if sheet in self._kept:
                self._kept.move_to_end(sheet)
                return self._kept[sheet]
        before, _, after = tight(render(sheet, PLACEHOLDER)).partition(PLACEHOLDER)
        made = GzipTemplate(before.encode(), after.encode())
        with self._lock:
            self._kept[sheet] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


def render(
    sheet: Sheet,
    id: str,
    filled: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
) -> str:
    """The form as text.

    filled : what the resident answered so far, by field name
    errors : sentence by field name, in the order of the page
    notice : a sentence that belongs to no field
    """
    return render_template(
        "kiosk/app.html" if sheet.part else "kiosk/page.html",
        **frame(sheet.words, script(sheet.kiosk, sheet.officer)),
        sheet=sheet,
        offered=[words_of(code) for code in sheet.languages],
        place=sheet.place,
        instrument=sheet.instrument,
        profile=sheet.instrument.profile if sheet.profile else (),
        id=id,
        filled=filled or {},
        errors=errors or {},
        searched=len(sheet.services) >= MANY_SERVICES,
        notice=notice,
        told={key: sheet.words(f"kiosk.{key}") for key in TOLD + TOLD_OFFICER * sheet.officer}
        | {"nothing": sheet.words("error.none"), "nothing_added": sheet.words("error.nothing_added")},
    )


def frame(words: Words, script: str = "") -> dict[str, object]:
    """What every page of the resident needs."""
    return {
        "words": words,
        "say": lambda text: say(text, words.code),
        "face": face,
        "style": Markup(style()),  # noqa: S704 - our own files
        "script": Markup(script),  # noqa: S704 - our own files
    }


def face(score: int, scale: int) -> int:
    """Which of the four faces stands beside an answer."""
    return 1 + (score - 1) * 3 // (scale - 1)


def tight(text: str) -> str:
    """The page without indentation and empty lines, which residents would pay for."""
    return re.sub(r"\n\s+", "\n", text)


@cache
def style() -> str:
    text = re.sub(r"/\*.*?\*/", "", (SOURCES / "style.css").read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,>]) ?", r"\1", text).replace(": ", ":").replace(";}", "}").strip()


# A text between double quotes (the only ones in the sources), or spaces beside a sign that needs none.
SPACED = re.compile(r'("(?:\\.|[^"\\\n])*")| *([-{}()=<>+*/?:;,&|!]) *')


@cache
def script(tablet: bool, officer: bool) -> str:
    """What a page needs of our scripts, in one function, on one line.

    Sources keep comments on lines of their own, and end every statement.
    """
    lines = [
        line.strip()
        for name in (*SCRIPTS, TABLET if tablet else PHONE, *[OFFICER] * officer, START)
        for line in (SOURCES / name).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.strip().startswith("//")
    ]
    return f"(function(){{'use strict';{SPACED.sub(lambda found: found[1] or found[2], ''.join(lines))}}})()"


@cache
def hashes(tablet: bool, officer: bool) -> dict[str, list[str]]:
    """What the content security policy must allow: these two texts and nothing else."""
    return {"script": [_hash(script(tablet, officer))], "style": [_hash(style())]}


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
