"""The index of the unit: value, elements, distribution, services, grades, and how reliable the questionnaire is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from calc.display import NO_DATA, moment, number, whole
from calc.report import charts
from calc.report.chapters.services import by_service
from calc.report.data import ReportData
from calc.report.document import Block, Caution, Column, Figure, Heading, Panel, Table, Text, Together
from calc.report.elements import answer_table, element_table, grade_table
from calc.report.numbering import section
from calc.report.wording import sentences
from calc.report.wording.phrases import outcome
from calc.scoring.result import Result
from calc.statistics.reliability import ItemReliability, Reliability

# 0,70 is Nunnally's (1978), 0,60 what Indonesian reports accept
VERDICTS = ((Decimal("0.7"), "andal"), (Decimal("0.6"), "cukup andal"))
WEAK = "kurang andal"
MEASURE = "0,70 ke atas andal, 0,60 sampai 0,69 cukup andal, di bawahnya kurang andal"


def index(data: ReportData) -> tuple[Block, ...]:
    """Indeks Kepuasan Masyarakat: unit, elements, services."""
    result = data.result
    return (
        section("Indeks Kepuasan Masyarakat", "indeks"),
        *_value(data),
        *_elements(result),
        *by_service(data),
        *_grades(result),
        *_reliability(data),
    )


def _value(data: ReportData) -> Iterator[Block]:
    result = data.result
    yield Together((Text(outcome(data)), _panel(result)))
    for words in sentences.cautions(result):
        yield Caution(words)
    if words := sentences.interval_words(result):
        yield Text(
            " ".join(
                filter(
                    None,
                    (
                        words,
                        sentences.margin_words(result),
                        sentences.firmness(result),
                        sentences.interval_limits(result),
                    ),
                )
            )
        )
    elif words := sentences.no_interval(result):
        yield Text(words)


def _panel(result: Result) -> Panel:
    about = result.about
    facts = [("Responden", f"{whole(result.n)} orang")]
    if result.index is not None:
        facts.append(("Indeks (NI)", number(result.index, 4)))
    if result.interval is not None:
        low, high = number(result.interval.low), number(result.interval.high)
        facts.append((f"Selang {number(result.interval.level * 100, 0)}%", f"{low} – {high}"))
    facts.append(("Periode", sentences.period_words(result)))
    if about.cut is not None:
        facts.append(("Data sampai", moment(about.cut)))
    facts.append(("Kuesioner", f"{result.instrument_title} ({result.regulation})"))
    nothing = "Belum dapat dihitung" if result.n else "Belum ada data"
    return Panel(
        label="Nilai IKM",
        value=nothing if result.converted is None else number(result.converted),
        lines=(f"Mutu {result.grade}", result.performance or "") if result.grade else (),
        grade=result.grade,
        facts=tuple((label, words) for label, words in facts if words),
    )


def _elements(result: Result) -> Iterator[Block]:
    if not result.n:
        return
    heading = Heading("Nilai per unsur pelayanan", 3, "nilai-unsur")
    picture = Figure(charts.element_bars(result), "Nilai rata-rata per unsur pelayanan")
    yield Together((heading, element_table(result, "Nilai per unsur pelayanan"), picture))
    heading = Heading("Sebaran jawaban", 3, "sebaran")
    words = Text(
        "Nilai rata-rata yang sama dapat berasal dari jawaban yang berbeda-beda. Tabel dan gambar berikut menunjukkan "
        "berapa kali setiap nilai dipilih."
    )
    picture = Figure(charts.distribution(result), "Sebaran jawaban per unsur pelayanan")
    yield Together((heading, words, answer_table(result, "Sebaran jawaban per unsur pelayanan"), picture))


def _grades(result: Result) -> Iterator[Block]:
    if result.bands:
        yield Heading("Tabel mutu pelayanan", 3, "tabel-mutu")
        yield grade_table(result, f"Nilai persepsi, nilai interval, dan mutu pelayanan ({result.regulation})")


def _reliability(data: ReportData) -> Iterator[Block]:
    if not data.result.n:
        return
    heading = Heading("Keandalan kuesioner", 3, "keandalan")
    found = data.reliability
    if found is None:
        yield heading
        yield Text(
            "Keandalan kuesioner belum dapat dihitung: diperlukan sedikitnya tiga isian lengkap dengan jawaban yang "
            "beragam."
        )
        return
    yield Together((heading, Text(_alpha(found)), _items(data, found)))


def _items(data: ReportData, found: Reliability) -> Table:
    """Every question in the order of the elements, as in the other tables."""
    codes = [item.code for item in found.items]
    shorts = {element.code: element.short for element in data.instrument.elements}
    order = [element.code for element in data.instrument.elements]
    ranked = sorted(enumerate(found.items), key=lambda one: order.index(one[1].code))
    return Table(
        columns=(
            Column("Kode", 14, strong=True),
            Column("Pertanyaan", 88),
            Column("Korelasi butir–total", 24, "right"),
            Column("Alpha tanpa butir", 22, "right"),
            Column("Keterangan", 28),
        ),
        rows=tuple(
            (
                item.code
                if codes.count(item.code) == 1
                else f"{item.code}.{codes[: at + 1].count(item.code)}",
                shorts[item.code] if codes.count(item.code) == 1 else _question(data, item),
                number(item.correlation, 3),
                number(item.alpha_without, 3),
                {True: "Valid", False: "Perlu diperiksa", None: NO_DATA}[item.valid],
            )
            for at, item in ranked
        ),
        caption="Korelasi butir dan keandalan kuesioner",
        note=_critical(found),
    )


def _alpha(found: Reliability) -> str:
    if found.alpha is None:
        return (
            f"Alpha Cronbach dari {whole(found.n)} isian lengkap tidak dapat dihitung, karena jawabannya tidak "
            "beragam."
        )
    few = (
        f" Karena isian lengkap kurang dari {sentences.INDICATIVE}, angka ini hanya petunjuk awal."
        if found.n < sentences.INDICATIVE
        else ""
    )
    verdict = next((words for floor, words in VERDICTS if found.alpha >= floor), WEAK)
    judged = "" if few else f" Menurut ukuran yang lazim ({MEASURE}) kuesioner ini {verdict}."
    return (
        f"Dari {whole(found.n)} isian lengkap diperoleh alpha Cronbach {number(found.alpha, 3)}. Alpha yang mendekati "
        f"1 berarti jawaban atas semua pertanyaan saling sejalan.{judged} Pertanyaan disebut valid bila korelasinya "
        f"dengan jumlah jawaban lain mencapai nilai kritis.{few}"
    )


def _critical(found: Reliability) -> str:
    if found.critical is None:
        return ""
    return (
        f"Nilai kritis r {number(found.critical, 3)} (dua sisi, taraf kesalahan 5%, derajat kebebasan "
        f"{whole(found.n - 2)}); korelasi dihitung tanpa butir itu sendiri."
    )


def _question(data: ReportData, item: ItemReliability) -> str:
    return next((one.question["id"] for one in data.instrument.items if one.key == item.key), item.key)
