"""The summary: two to four pages for each result, with index, elements, respondents, method and remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from calc.display import NO_DATA, long_date, moment, number, percent, whole
from calc.report import charts, small_cells
from calc.report.chapters.respondents import SMALL
from calc.report.chapters.services import service_table
from calc.report.document import (
    Beside,
    Block,
    Caution,
    Column,
    Document,
    Figure,
    Heading,
    PageOf,
    Panel,
    ShareBar,
    Strong,
    Table,
    Text,
    Title,
    Together,
    Words,
)
from calc.report.elements import element_table, grade_table
from calc.report.wording import sentences
from calc.scoring.result import ElementResult, ProfileCount, Result
from calc.statistics.disclosure import publishable
from calc.statistics.ranking import highest, lowest

PAPER = "Ringkasan Hasil Survei Kepuasan Masyarakat"
FEW_CLASSES = 16  # longer tables of respondents get the whole width, so that they can be parted over pages


def summary(
    results: Sequence[Result],
    *,
    services: Sequence[Result] = (),
    verify: str = "",
    code: str = "",
    written: int = 0,
) -> Document:
    """A part for each result; more than one get an overview in front.

    services : of the unit that the only result is about, for a table of their values
    code : short form of the fingerprint, for the foot of every page
    written : how many remarks there are, where the only result has the newest of them

    Raises
    ------
    ValueError
        Without any result.
    """
    if not results:
        raise ValueError("Tidak ada hasil untuk diringkas.")
    first = results[0]
    several = len(results) > 1
    blocks: list[Block] = [*_overview(results)] if several else []
    for position, result in enumerate(results):
        blocks += _part(result, _key(position), services, written)
    about = f"{len(results)} bagian" if several else sentences.subject(first)
    return Document(
        title=f"{PAPER} – {about}",
        author=first.about.organisation or first.about.unit or "Perangkat SKM",
        head="" if several else _head(first),
        foot=_foot(results) + (f" · kode {code}" if code else ""),
        blocks=tuple(blocks),
        verify=verify,
        subject=sentences.topic(first),
        made=first.about.cut,
    )


def _overview(results: Sequence[Result]) -> Iterator[Block]:
    """One row for each result, in the order in which they follow."""
    first = results[0]
    line = (period,) if (period := sentences.period_words(first)) else ()
    yield Title(first.about.organisation, "", PAPER, line, "isi", "Daftar isi")
    yield Table(
        columns=(
            Column("Bagian", 82),
            Column("Responden", 22, "right"),
            Column("IKM", 20, "right", strong=True),
            Column("Mutu", 14, "centre", strong=True),
            Column("Kinerja", 24),
            Column("Hal.", 14, "right"),
        ),
        rows=tuple(
            (
                sentences.subject(result),
                whole(result.n),
                number(result.converted),
                result.grade or NO_DATA,
                result.performance or (NO_DATA if result.n else "Belum ada data"),
                PageOf(_key(position)),
            )
            for position, result in enumerate(results)
        ),
    )


def _part(result: Result, key: str, services: Sequence[Result], written: int) -> Iterator[Block]:
    """Everything about one result."""
    yield _title(result, key)
    yield _panel(result)
    for words in sentences.cautions(result):
        yield Caution(words)
    if not result.n:
        yield Text("Belum ada isian yang masuk.")
    yield Heading("Nilai per unsur", 2, f"{key}-unsur")
    yield element_table(result, "")
    if result.n:
        scale = charts.scale_of(result)
        heading = Heading(f"Nilai rata-rata per unsur (1 sampai {scale})", 2, f"{key}-grafik")
        yield Together((heading, Figure(charts.element_bars(result))))
        yield from _extremes(result)
        if len(services) > 1:
            yield Heading("Nilai per layanan", 2, f"{key}-layanan")
            yield service_table(services)
        yield from _profile(result, key)
    if result.bands:
        heading = Heading(f"Tabel mutu pelayanan ({result.regulation})", 2, f"{key}-mutu")
        yield Together((heading, grade_table(result, "")))
    yield from _method(result, key)
    yield from _remarks(result, key, written)


def _title(result: Result, key: str) -> Title:
    """Organisation, paper, unit, service, period: who and when, before any figure."""
    about = result.about
    lines = []
    if about.service:
        lines.append(f"Layanan: {about.service}")
    elif about.unit:
        lines.append("Semua layanan")
    if result.group is not None and about.unit:
        lines.append(about.unit)
    if period := sentences.period_words(result):
        lines.append(period)
    whom = sentences.subject(result) if result.group is not None else about.unit or "Seluruh isian"
    line = (" · ".join(lines),) if lines else ()
    return Title(about.organisation, PAPER, whom, line, key, _head(result))


def _panel(result: Result) -> Panel:
    facts = tuple(_facts(result))
    if result.converted is None:
        words = "Belum dapat dihitung" if result.n else "Belum ada data"
        return Panel("Nilai IKM", words, (), None, facts)
    lines = (f"Mutu {result.grade}", result.performance or "")
    return Panel("Nilai IKM (konversi)", number(result.converted), lines, result.grade, facts)


def _facts(result: Result) -> Iterator[tuple[str, str]]:
    about = result.about
    yield "Responden", f"{whole(result.n)} orang"
    if result.index is not None:
        yield "Indeks (NI)", number(result.index, 4)
    if result.interval is not None:
        spread = f"{number(result.interval.low)} – {number(result.interval.high)}"
        # only bad news needs a word beside the figures; the sentence stands under 'Cara menghitung'
        doubt = "" if sentences.is_firm(result) else "; mutu belum pasti"
        yield f"Selang {number(result.interval.level * 100, 0)}%", f"{spread}{doubt}"
    if period := sentences.period_words(result):
        yield "Periode", period
    if about.cut is not None:
        yield "Data sampai", moment(about.cut)
    if result.target is not None:
        enough = "terpenuhi" if result.n >= result.target else "belum terpenuhi"
        yield "Sampel", f"{whole(result.n)} responden; paling sedikit {whole(result.target)} ({enough})"
    yield "Dasar", f"{result.regulation} · {result.instrument_title}"


def _extremes(result: Result) -> Iterator[Block]:
    """The lowest elements (first candidates for repair) beside the highest, the same that the full report names."""
    ends: list[list[Words]] = [
        [_ranked(element) for element in end(result).elements] for end in (highest, lowest)
    ]
    if any(ends):
        yield Table(
            columns=(Column("Unsur tertinggi", 1), Column("Unsur terendah, prioritas perbaikan", 1)),
            rows=tuple(zip_longest(*(end or ["Tidak ada yang menonjol"] for end in ends), fillvalue="")),
        )


def _ranked(element: ElementResult) -> tuple[str, ...]:
    value = f" – {number(element.converted)} ({element.grade}, {element.performance})"
    return (Strong(f"{element.code} {element.short[:60]}"), value)


def _profile(result: Result, key: str) -> Iterator[Block]:
    """Who answered: one small table for each question, two beside each other."""
    asked = [field for field in result.profile if field.classes and not sentences.unanswered(field)]
    if not asked or not publishable(result):
        return
    yield Heading("Profil responden", 2, f"{key}-profil")
    short = [field for field in asked if len(field.classes) <= FEW_CLASSES]
    for left, right in zip(short[::2], [*short[1::2], None], strict=False):
        other = _profile_table(right, result.n) if right else None
        yield Beside(_profile_table(left, result.n), other)
    for field in asked:
        if field not in short:
            yield _profile_table(field, result.n)
    counts = [[count for *_, count in small_cells.classes(f)] + [f.not_stated] for f in asked]
    if any(None in some for some in counts):
        yield Text(SMALL, "small")
    if any(None not in some and sentences.rounded([c or 0 for c in some], result.n) for some in counts):
        yield Text("Jumlah bagian dapat berbeda sedikit dari 100% karena pembulatan.", "small")


def _profile_table(field: ProfileCount, n: int) -> Table:
    counted = [(label, count) for _, label, count in small_cells.classes(field)]
    return Table(
        columns=(
            Column(field.label, 38),
            Column("Orang", 13, "right"),
            Column("Bagian", 16, "right"),
            Column("", 16),
        ),
        rows=tuple(
            (label, sentences.WITHHELD, "", ShareBar(0, n))
            if count is None
            else (label, whole(count), percent(count, n), ShareBar(count, n))
            for label, count in [*counted, (sentences.NOT_STATED, field.not_stated)]
        ),
    )


def _method(result: Result, key: str) -> Iterator[Block]:
    """How the figure was made, in sentences that can be checked."""
    yield Heading("Cara menghitung", 2, f"{key}-cara")
    yield Text((Strong("Konvensi hitung. "), result.convention_words))
    if combined := sentences.combination(result):
        yield Text((Strong("Gabungan layanan. "), combined))
    if words := sentences.interval_words(result):
        lines = (words, sentences.firmness(result), sentences.interval_limits(result))
        yield Text((Strong("Selang kepercayaan. "), " ".join(filter(None, lines))))
    elif words := sentences.no_interval(result):
        yield Text((Strong("Selang kepercayaan. "), words))
    if words := sentences.incomplete_words(result):
        yield Text((Strong("Isian tidak lengkap. "), words))
    if words := sentences.sample_words(result):
        yield Text((Strong("Jumlah responden. "), words))
    if result.other_conventions:
        lead = (Strong("Konvensi lain. "), "Isian yang sama dengan konvensi lain yang lazim dipakai:")
        yield Together((Text(lead), _other_table(result)))


def _other_table(result: Result) -> Table:
    return Table(
        columns=(
            Column("Konvensi", 92),
            Column("Nilai konversi", 28, "right"),
            Column("Mutu", 16, "centre", strong=True),
            Column("", 38),
        ),
        rows=tuple(
            (
                sentences.convention_label(other.convention),
                number(other.converted),
                other.grade,
                "mutu berbeda" if other.grade != result.grade else "",
            )
            for other in result.other_conventions
        ),
    )


def _remarks(result: Result, key: str, written: int) -> Iterator[Block]:
    """Residents' words, newest first, each a paragraph of its own; of more than are printed, how many there are."""
    if not result.remarks:
        return
    yield Heading("Saran dan masukan responden", 2, f"{key}-saran")
    if written > len(result.remarks):
        yield Text(f"Dimuat {len(result.remarks)} saran terbaru dari {whole(written)} yang ditulis.", "small")
    for day, words in result.remarks:
        yield Text((Strong(long_date(day) + ":"), " " + words), "quote")


def _head(result: Result) -> str:
    return " · ".join(words for words in (sentences.subject(result), result.about.period) if words)


def _key(position: int) -> str:
    return f"bagian-{position + 1}"


def _foot(results: Sequence[Result]) -> str:
    first = results[0]
    running = ["sementara"] if any(map(sentences.is_running, results)) else []
    if len(results) > 1:
        return f"{len(results)} bagian · {whole(sum(r.n for r in results))} responden"
    words = [f"IKM {number(first.converted)}" if first.converted is not None else "Belum ada nilai"]
    words += [f"{whole(first.n)} responden", *running]
    if first.about.cut is not None:
        words.append(f"data sampai {moment(first.about.cut)}")
    return " · ".join(words)
