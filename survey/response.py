"""One resident's answers, and the one door for raw ones. Below `Response` nobody checks again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calc.instrument import Instrument
    from survey.organisation import Place

MAX_REMARK = 2000


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
        """SHA-256 (hex) of what the resident said and where; equal for a retry, other for other answers."""
        raise NotImplementedError  # H2

    @property
    def answered(self) -> int:
        """Number of items with an answer."""
        return len(self.answers) - self.answers.count("-")


class BadResponse(ValueError):
    """What the door refused: errors maps field name -> one sentence in the resident's language."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


def read_response(
    form: Any, place: Place, instrument: Instrument, now: datetime, *, channel: str, language: str, words: Any
) -> Response:
    """Turn a submitted form (werkzeug MultiDict) into a Response, through a WTForms form.

    Raises
    ------
    BadResponse
        Score other than 1…scale, no answer at all, id that is not a UUID, unknown profile class, remark too
        long. Unknown fields are ignored.
    """
    raise NotImplementedError  # H2
