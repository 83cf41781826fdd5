"""What `skm calc --explain` and `--printed` add to a result: other formulas for the same answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from survey.commands.base import Mistake

if TYPE_CHECKING:
    from calc.explain import Origin, Other
    from calc.instruments.model import Instrument
    from calc.scoring.convention import Convention
    from survey.commands.calc import Counted

FORMATS = ("table", "json")
_NUMBER = re.compile(r"\d{1,3}([.,]\d{1,6})?")


class Asked(NamedTuple):
    """explain: whether other formulas are wanted; printed: a value whose formula is looked for."""

    explain: bool = False
    printed: Decimal | None = None


def asked(explain: bool, printed: str | None, form: str) -> Asked:
    """The options as a value. Mistake for another format, or a printed value that is no number."""
    if printed is not None and not _NUMBER.fullmatch(printed.strip()):
        raise Mistake(f"--printed {printed!r} bukan nilai; tulis seperti tercetak, misalnya --printed 90,56")
    if (explain or printed is not None) and form not in FORMATS:
        raise Mistake(f"--explain dan --printed hanya untuk --format table atau json, bukan {form}.")
    value = None if printed is None else Decimal(printed.strip().replace(",", "."))
    return Asked(explain or printed is not None, value)


def text(counted: Sequence[Counted], instrument: Instrument, convention: Convention, asked: Asked) -> str:
    """The part that follows the results; '' when it was not asked for."""
    if not asked.explain:
        return ""
    from calc.render.explanation import as_text
    from calc.render.plain import DETAILED, group_name

    if len(counted) > DETAILED:
        return f"\nRumus lain tidak ditampilkan ({len(counted)} kelompok); pakai --format json.\n"
    parts = []
    for one, others, origin in _found(counted, instrument, convention, asked):
        head = "" if one.result.group is None else f"Kelompok: {group_name(one.result)}\n"
        parts.append("\n" + head + as_text(one.result, others, origin))
    return "".join(parts)


def json(
    counted: Sequence[Counted], instrument: Instrument, convention: Convention, asked: Asked
) -> list[dict[str, Any]]:
    """For each result the keys to add: 'explain', and 'printed' when a value was given."""
    if not asked.explain:
        return [{} for _ in counted]
    from calc.render.explanation import as_json, origin_json

    added = []
    for _, others, origin in _found(counted, instrument, convention, asked):
        more: dict[str, Any] = {"explain": as_json(others)}
        added.append(more if origin is None else {**more, "printed": origin_json(origin)})
    return added


def _found(
    counted: Sequence[Counted], instrument: Instrument, convention: Convention, asked: Asked
) -> list[tuple[Counted, tuple[Other, ...], Origin | None]]:
    from calc.explain import explain, origin

    everybody = sum(one.result.n for one in counted)
    found = []
    for one in counted:
        around = {"population": one.result.about.population, "everybody": everybody}
        others = explain(instrument, one.scores, convention, **around)
        source = (
            None
            if asked.printed is None
            else origin(instrument, one.scores, convention, asked.printed, **around)
        )
        found.append((one, others, source))
    return found
