"""One resident's answers, and the one door for raw ones. Below `Response` nobody checks again."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from wtforms import Field, Form

from calc.text import clean
from survey.domain.remark import mask

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from calc.instruments.model import Instrument
    from survey.domain.organisation import Place

Words = Callable[..., str]  # key and values of a sentence -> the sentence

MAX_REMARK = 2000
SUPPLEMENT_WITHIN = timedelta(minutes=15)  # since the server had the response; time to write a remark at ease
LONGEST_SITTING = 24 * 3600  # seconds; a longer time open says nothing about the resident
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NIL_UUID = "00000000-0000-0000-0000-000000000000"
FIELDS = ("jawaban", "profil", "id", "saran", "bahasa", "detik", "layanan")
SECONDS = re.compile(r"[0-9]{1,6}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{1,8})?")


@dataclass(frozen=True)
class Response:
    """answers : one character per item of the instrument, '1'…'4' or '-' for not answered.

    id : UUID in canonical lower-case form, made when the resident sends
    received_at : the server's clock, UTC; it alone decides the period
    profile : class key by profile question; only questions that were answered
    remark : the resident's words ('' for none), 10-16 digit numbers and e-mail addresses masked at this door
    seconds : how long the form was open by the device's clock; a hint, None if not told
    """

    id: str
    unit: str
    service: str
    counter: str
    channel: str
    instrument: str
    answers: str
    received_at: datetime
    language: str = "id"
    profile: Mapping[str, str] | None = None
    remark: str = ""
    seconds: int | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of what the resident said and where; equal for a retry, other for other answers.

        Language, seconds, channel and time are left out: a retry may differ in them.
        """
        return _digest(
            {
                "unit": self.unit,
                "service": self.service,
                "counter": self.counter,
                "instrument": self.instrument,
                "answers": self.answers,
                "profile": dict(self.profile or {}),
                "remark": self.remark,
            }
        )

    @property
    def answered(self) -> int:
        """Number of items with an answer."""
        return len(self.answers) - self.answers.count("-")


@dataclass(frozen=True)
class Supplement:
    """What a resident adds to a response that was sent: profile and remark, once, within `SUPPLEMENT_WITHIN`.

    id : of the response
    unit, service, counter : of the link that it came through; service and counter '' name the unit's own link, which
        takes answers for any service
    received_at : the server's clock, UTC
    profile, remark : as in `Response`; at least one of them says something
    """

    id: str
    unit: str
    service: str
    counter: str
    received_at: datetime
    profile: Mapping[str, str]
    remark: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of what was added and to which response; equal for a retry."""
        return _digest(
            {"unit": self.unit, "id": self.id, "profile": dict(self.profile), "remark": self.remark}
        )


def digests(kept: Response, supplemented: bool) -> tuple[str, str | None]:
    """What the two digests beside a kept response must be: of what was sent first, and of what was added (or None)."""
    if not supplemented:
        return kept.fingerprint, None
    added = Supplement(
        id=kept.id,
        unit=kept.unit,
        service=kept.service,
        counter=kept.counter,
        received_at=kept.received_at,
        profile=kept.profile or {},
        remark=kept.remark,
    )
    return replace(kept, profile=None, remark="").fingerprint, added.fingerprint


def _digest(said: Mapping[str, object]) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class BadResponse(ValueError):
    """What the door refused: errors maps field name -> one sentence in the resident's language."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


def read_response(
    form: MultiDict[str, str],
    place: Place,
    instrument: Instrument,
    now: datetime,
    *,
    channel: str,
    language: str,
    words: Words,
) -> Response:
    """Turn a submitted form (werkzeug MultiDict) into a Response, through a WTForms form.

    `language` is what the page was sent in; the form's own ``bahasa`` wins: residents switch on the page.

    Raises
    ------
    BadResponse
        Score other than 1…scale, no answer at all, id that is not a UUID, unknown profile class, remark too
        long. Unknown fields are ignored. ``errors`` names the item, the profile question, ``id``, ``saran``,
        or ``jawaban`` when nothing was answered.
    """
    said = _read(form, instrument, words, "response")
    return Response(
        id=said["id"],
        unit=place.link.unit,
        service=place.link.service,
        counter=place.link.counter,
        channel=channel,
        instrument=instrument.key,
        answers="".join(said["jawaban"].get(key, "-") for key in instrument.item_keys),
        received_at=now,
        language=said["bahasa"] or language,
        profile=said["profil"],
        remark=said["saran"],
        seconds=said["detik"],
    )


def read_supplement(
    form: MultiDict[str, str], place: Place, instrument: Instrument, now: datetime, *, words: Words
) -> Supplement:
    """Turn what was sent after a response into a Supplement, by the same rules.

    Raises
    ------
    BadResponse
        As `read_response` for ``id``, ``saran`` and the profile questions; ``saran``, too, when nothing was added.
    """
    said = _read(form, instrument, words, "supplement")
    if not (said["profil"] or said["saran"]):
        raise BadResponse({"saran": words("error.nothing_added")})
    return Supplement(
        id=said["id"],
        unit=place.link.unit,
        service=place.link.service,
        counter=place.link.counter,
        received_at=now,
        profile=said["profil"],
        remark=said["saran"],
    )


def _read(form: MultiDict[str, str], instrument: Instrument, words: Words, what: str) -> dict[str, Any]:
    """The fields of a form, by name; BadResponse names those that are wrong."""
    read = form_of_this_thread(instrument, what)
    read.process(form)
    if not read.validate():
        raise BadResponse(
            {name: words(f"error.{kind}", limit=MAX_REMARK) for name, kind in _wrong(read).items()}
        )
    return dict(read.data)


class SingleValueField(Field):
    """A field that is read in one go: `read` gives its value, or raises ValueError with the kind of error."""

    read: Callable[[list[str]], Any]

    def process(self, formdata: Any, data: object = None, extra_filters: object = None) -> None:
        self.data, self.process_errors = None, []
        try:
            self.data = self.read(formdata.getlist(self.name) if formdata is not None else [])
        except ValueError as kind:
            self.process_errors = [str(kind)]


class Choices(Field):
    """Many questions in one field: nine radio fields cost 0.4 ms of every submission.

    data : the chosen class of each question that was answered
    wrong : question -> kind of error
    """

    def __init__(
        self, *, questions: Mapping[str, frozenset[str]], kind: str, need_one: bool, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.questions, self.kind, self.need_one = questions, kind, need_one

    def process(self, formdata: Any, data: object = None, extra_filters: object = None) -> None:
        self.data, self.wrong, self.process_errors = {}, {}, []
        for name, classes in self.questions.items():
            given = formdata.getlist(name) if formdata is not None else []
            if not self.need_one and given == [""]:  # the empty line of a select
                continue
            if len(given) > 1 or (given and given[0] not in classes):
                self.wrong[name] = self.kind
            elif given:
                self.data[name] = given[0]
        if self.need_one and not (self.data or self.wrong):
            self.wrong[self.name] = "none"
        self.process_errors = list(self.wrong.values())


class Identity(SingleValueField):
    """The UUID of a response, in lower case."""

    def read(self, sent: list[str]) -> str:
        id = sent[0].lower() if len(sent) == 1 and UUID.fullmatch(sent[0]) else NIL_UUID
        if id == NIL_UUID:
            raise ValueError("id")
        return id


class Remark(SingleValueField):
    """The resident's words, printable and without numbers that identify a person."""

    def read(self, sent: list[str]) -> str:
        words = clean("\n".join(sent))
        if len(words) > MAX_REMARK:
            raise ValueError("remark")
        return mask(words)


class LanguageHint(SingleValueField):
    """The language in which the page stood when it was sent; '' when it does not say."""

    def read(self, sent: list[str]) -> str:
        return sent[0] if len(sent) == 1 and LANGUAGE.fullmatch(sent[0]) else ""


class SecondsHint(SingleValueField):
    """How long the form was open; None when the device does not say anything believable."""

    def read(self, sent: list[str]) -> int | None:
        told = sent[0] if len(sent) == 1 and SECONDS.fullmatch(sent[0]) else ""
        return int(told) if told and int(told) <= LONGEST_SITTING else None


_threads = threading.local()
_forms: dict[tuple[str, str], tuple[Instrument, type[Form]]] = {}


def form_class(instrument: Instrument, what: str = "response") -> type[Form]:
    """The WTForms form of a questionnaire, built once. what : 'response', or 'supplement' to one"""
    made = _forms.get((instrument.key, what))
    if made is None or made[0] is not instrument:
        scores = frozenset(str(score) for score in range(1, instrument.scale + 1))
        asked = {key: scores for key in instrument.item_keys}
        profile = {field.key: frozenset(c.key for c in field.choices) for field in instrument.profile}
        taken = [key for key in [*asked, *profile] if key in FIELDS or (key in asked and key in profile)]
        if taken:
            raise ValueError(
                f"Kuesioner {instrument.key}: key '{taken[0]}' sudah dipakai formulir; beri key lain."
            )
        fields = {
            "profil": Choices(questions=profile, kind="profile", need_one=False),
            "id": Identity(),
            "saran": Remark(),
        }
        if what == "response":
            answers = {"jawaban": Choices(questions=asked, kind="score", need_one=True)}
            fields = {**answers, **fields, "bahasa": LanguageHint(), "detik": SecondsHint()}
        kind = type(f"{what.title()}Form", (Form,), fields)
        made = _forms[instrument.key, what] = (instrument, kind)
    return made[1]


def form_of_this_thread(instrument: Instrument, what: str = "response") -> Form:
    """A form to be filled again and again: making one takes longer than reading what was sent."""
    kind, forms, key = form_class(instrument, what), _threads.__dict__, f"{what} {instrument.key}"
    form: Form | None = forms.get(key)
    if form is None or type(form) is not kind:
        form = forms[key] = kind()
    return form


def _wrong(form: Form) -> dict[str, str]:
    """Field name -> kind of error, in the order of the page."""
    found: dict[str, str] = {}
    for field in form:
        if isinstance(field, Choices):
            found |= field.wrong
        elif field.errors:
            found[field.name] = str(field.errors[0])
    return found
