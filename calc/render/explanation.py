"""What other formulas print, as Indonesian text for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from textwrap import wrap
from typing import Any

from calc.display import NO_DATA, number
from calc.explain.compare import OURS, Match, Origin, Other
from calc.scoring.result import Result
from calc.text import table

_WIDTH = 100


def as_text(result: Result, others: Sequence[Other], origin: Origin | None = None) -> str:
    """What differs as a table with a reason each, then what agrees, then where a printed value comes from."""
    ours = "tidak dapat dihitung" if result.converted is None else f"{number(result.converted)}"
    letter = f", mutu {result.grade}" if result.grade else ""
    parts = [f"RUMUS LAIN ATAS ISIAN YANG SAMA (hitungan ini: {ours}{letter})"]
    different = [other for other in others if not other.same]
    if different:
        rows = [["Rumus", "IKM", "Selisih", "Mutu"], *(_row(other, result.grade) for other in different)]
        parts.append(table(rows, left=(0, 3)))
        parts.append("\n".join(["Mengapa berbeda", *(_reason(other) for other in different)]))
    same = "; ".join(other.title for other in others if other.same)
    if same:
        parts.append("\n".join(wrap(f"Sama dengan hitungan ini: {same}.", _WIDTH)))
    if not others:
        parts.append("Tidak ada isian yang dapat dihitung.")
    if origin is not None:
        parts.append("\n".join(wrap(_origin(origin), _WIDTH)))
    return "\n\n".join(parts) + "\n"


def as_json(others: Sequence[Other]) -> list[dict[str, Any]]:
    """One object per formula; printed numbers are strings with a dot, as in the result."""
    return [
        {
            "name": other.name,
            "kind": other.kind,
            "title": other.title,
            "converted": str(other.value),
            "grade": other.grade,
            "difference": None if other.difference is None else str(other.difference),
            "same": other.same,
            "why": other.why,
        }
        for other in others
    ]


def origin_json(origin: Origin) -> dict[str, Any]:
    """The printed value, the formulas that give it, and else the nearest one."""
    return {
        "value": str(origin.printed),
        "matches": [_match_json(match) for match in origin.matches],
        "nearest": None if origin.nearest is None else _match_json(origin.nearest),
    }


def _match_json(match: Match) -> dict[str, Any]:
    return {"name": match.name, "title": match.title, "value": str(match.value), "cut": match.cut}


def _row(other: Other, ours: str | None) -> list[str]:
    grade = other.grade or "tidak ada"
    if ours is not None and other.grade != ours:
        grade += f"  (bukan {ours})"
    return [other.title, _shown(other.value), _signed(other.difference), grade]


def _signed(value: Decimal | None) -> str:
    if value is None:
        return NO_DATA
    return ("+" if value > 0 else "") + number(value)


def _reason(other: Other) -> str:
    return "\n".join(wrap(f"{other.title}: {other.why}", _WIDTH, initial_indent="* ", subsequent_indent="  "))


def _origin(origin: Origin) -> str:
    printed = _shown(origin.printed)
    if any(match.name == OURS for match in origin.matches):
        return f"Nilai tercetak {printed} sama dengan hitungan ini."
    if origin.matches:
        names = "; ".join(_named(match) for match in origin.matches)
        doubt = "" if "+" not in origin.matches[0].name else "; gabungan dapat cocok karena kebetulan"
        return f"Nilai tercetak {printed} dihasilkan oleh: {names}{doubt}."
    if origin.nearest is None:
        return f"Nilai tercetak {printed} tidak dapat dicari: tidak ada isian yang dapat dihitung."
    near = f"{_named(origin.nearest)} ({_shown(origin.nearest.value)})"
    return (
        f"Nilai tercetak {printed} tidak dihasilkan oleh satu pun rumus ini; yang terdekat: {near}. "
        "Periksa apakah berkas ini berisi isian yang sama dengan yang dihitung dahulu."
    )


def _named(match: Match) -> str:
    return match.title + (" (angka berikutnya dibuang, tidak dibulatkan)" if match.cut else "")


def _shown(value: Decimal) -> str:
    """With the decimals that it has."""
    return number(value, max(0, -int(value.as_tuple().exponent)))
