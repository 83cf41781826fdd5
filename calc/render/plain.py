"""Results as plain text: a table to read on a terminal, and CSV for programs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from calc.display import NO_DATA, number, whole
from calc.rounding import round_half_up
from calc.scoring.interval import CHANCE_ONLY, ENOUGH
from calc.scoring.result import ElementResult, Result
from calc.text import csv_record, table

DETAILED = 20  # groups whose elements are listed one by one; more are for a spreadsheet
_CSV = "group instrument convention index index_converted index_grade code key name n sum mean weighted converted grade"


def as_text(results: Sequence[Result], notes: Sequence[str] = ()) -> str:
    """Aligned Indonesian text: an overview when there are several groups, then each result, then the notes."""
    parts = []
    if len(results) > 1:
        parts.append(_overview(results))
    if len(results) <= DETAILED:
        parts += [_one(result) for result in results]
    else:
        notes = [
            *notes,
            f"Unsur tiap kelompok tidak ditampilkan ({len(results)} kelompok); pakai --format csv, json, xlsx, "
            "atau pdf.",
        ]
    widths = [r.interval for r in results if r.interval is not None and r.interval.low < r.interval.high]
    if widths:
        parts.append(f"Selang: {CHANCE_ONLY}")
    if notes:
        parts.append("\n".join(f"Catatan: {note}" for note in notes))
    return "\n\n".join(parts) + "\n"


def as_csv(results: Sequence[Result]) -> str:
    """One line per element and group, headed; numbers with a dot, as `calc.render.result_json` prints them."""
    lines = [csv_record(_CSV.split(), end="\n")]
    for result in results:
        head = [
            printable(result.group or ""),
            result.instrument,
            result.convention,
            _machine(result.index),
            result.converted,
            result.grade,
        ]
        for e in result.elements:
            means = [_machine(e.mean), _machine(e.weighted), e.converted, e.grade]
            lines.append(csv_record([*head, e.code, e.key, e.name, e.n, e.total, *means], end="\n"))
    return "".join(lines)


def printable(words: str) -> str:
    """Words from a file without control characters, and not longer than a cell of a spreadsheet holds."""
    return "".join(c if c.isprintable() else " " for c in words)[:32_000]


def group_name(result: Result) -> str:
    """What to call a group on paper; a group of blank cells has a name too."""
    return "" if result.group is None else printable(result.group) or "(kosong)"


def _one(result: Result) -> str:
    lines = [f"{result.instrument_title} ({result.regulation})"]
    if result.group is not None:
        lines.insert(0, f"Kelompok: {group_name(result)}")
    lines += ["", *_aligned(_facts(result)), "", _elements(result), ""]
    lines += _conventions(result)
    return "\n".join(line.rstrip() for line in lines).rstrip()


def _facts(result: Result) -> list[tuple[str, str]]:
    responses = whole(result.n)
    if result.incomplete:
        responses += f", di antaranya {whole(result.incomplete)} tidak lengkap"
    facts = [
        ("Responden", responses),
        ("Konvensi hitung", f"{result.convention}: {result.convention_words}"),
    ]
    if result.order:
        facts.append(("Urutan kolom U", result.order))
    if result.index is None:
        empty = [e.name for e in result.elements if e.mean is None]
        reason = "belum ada isian" if not result.n else f"tidak ada jawaban untuk {', '.join(empty)}"
        return [*facts, ("IKM", f"tidak dapat dihitung: {reason}")]
    facts.append(("Nilai indeks (NI)", f"{number(result.index, 4)}  (tepatnya {result.index})"))
    facts.append(("Nilai IKM", number(result.converted)))
    facts.append(("Mutu pelayanan", f"{result.grade} ({result.performance})"))
    facts.append(("Selang kepercayaan 95%", _interval(result)))
    if result.complete_only is not None:
        complete = whole(result.n - result.incomplete)
        facts.append((f"IKM {complete} isian lengkap saja", number(result.complete_only)))
    if result.target is not None:
        population = whole(result.about.population)
        facts.append(("Sampel Krejcie-Morgan", f"{whole(result.target)} dari populasi {population}"))
    return facts


def _interval(result: Result) -> str:
    if result.interval is None:
        return f"{NO_DATA} (isian terlalu sedikit atau semuanya sama)"
    few = f" (ancar-ancar: kurang dari {ENOUGH} responden)" if result.n < ENOUGH else ""
    return f"{number(result.interval.low)} sampai {number(result.interval.high)}{few}"


def _elements(result: Result) -> str:
    head = ["Kode", "Unsur", "Jawaban", "Jumlah", "NRR", "Tertimbang", "Nilai", "Mutu"]
    return table([head, *map(_element_row, result.elements)], left=(0, 1, 7))


def _element_row(e: ElementResult) -> list[str]:
    scores = [number(e.mean, 4), number(e.weighted, 4), number(e.converted)]
    return [e.code, e.name, whole(e.n), whole(e.total), *scores, e.grade or NO_DATA]


def _conventions(result: Result) -> list[str]:
    if not result.other_conventions:
        return []
    rows = [[o.convention, number(o.converted), o.grade] for o in result.other_conventions]
    lines = [table([["Konvensi lain", "IKM", "Mutu"], *rows], left=(0, 2))]
    other = result.other_grade
    if other:
        names = ", ".join(f"{o.convention} ({number(o.converted)}, mutu {o.grade})" for o in other)
        lines += [
            "",
            f"PERINGATAN: mutu {result.grade} bergantung pada konvensi hitung; lain hasilnya dengan {names}.",
        ]
    return lines


def _overview(results: Sequence[Result]) -> str:
    rows = [["Kelompok", "Responden", "IKM", "Mutu", "Selang kepercayaan 95%"]]
    for r in results:
        interval = _interval(r) if r.interval else NO_DATA
        rows.append([group_name(r), whole(r.n), number(r.converted), r.grade or NO_DATA, interval])
    return table(rows, left=(0, 3))


def _aligned(facts: Sequence[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in facts)
    return [f"{name:<{width}} : {value}" for name, value in facts]


def _machine(value: Fraction | Decimal | None) -> str:
    return "" if value is None else str(round_half_up(value, 4))
