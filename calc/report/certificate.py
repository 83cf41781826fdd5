"""Lembar keterangan nilai: one page that states a unit's value, and how anybody can check it."""

from __future__ import annotations

from collections.abc import Iterator

from calc.display import moment, number, whole
from calc.report import notice
from calc.report.data import ReportData
from calc.report.document import Block, Bullets, Caution, Document, Heading, Panel, Text, Title
from calc.report.wording import sentences
from calc.scoring.result import Result
from calc.statistics.disclosure import public_index, public_result, publishable

TITLE = "LEMBAR KETERANGAN NILAI"
SURVEY = "SURVEI KEPUASAN MASYARAKAT"
VOID = (
    "Lembar ini dibuat dari isian yang tersimpan dan tidak memerlukan tanda tangan; angkanya berlaku bila cocok dengan "
    "hasil pemeriksaan."
)


def certificate(data: ReportData) -> Document:
    """The page as a document. Fewer than 5 respondents: no value."""
    result = data.result
    about = result.about
    title = f"{TITLE.capitalize()} SKM – {sentences.subject(result)}"
    lines = tuple(
        words
        for words in (about.organisation, notice.service(result), sentences.period_words(result))
        if words
    )
    blocks: list[Block] = [
        Title(TITLE, SURVEY, notice.unit(result) or SURVEY, lines, "keterangan"),
        _panel(data),
    ]
    blocks += [Caution(words) for words in limits(result)]
    if steps := check_steps(data):
        blocks += [
            Heading("Cara memeriksa", 2, "periksa"),
            Bullets(steps, ("1.", "2.", "3.")),
            Text(VOID, "small"),
        ]
    return Document(
        title=title,
        author=about.organisation or about.unit or "Perangkat SKM",
        head="",
        foot="Lembar keterangan nilai SKM",
        blocks=tuple(blocks),
        verify=data.verify,
        subject=sentences.topic(result),
        made=about.cut,
    )


def facts(data: ReportData) -> Iterator[tuple[str, str]]:
    """What the value rests on: (label, words)."""
    result = public_result(data.result)
    yield "Jumlah responden", f"{whole(result.n)} orang"
    if notice.shown(result) and result.index is not None:
        yield "Nilai indeks (NI)", number(result.index, 4)
    if notice.shown(result) and result.interval is not None:
        low, high = number(result.interval.low), number(result.interval.high)
        words = f"{low} – {high}. {sentences.interval_limits(result)}".removesuffix(". ")
        yield f"Selang kepercayaan {number(result.interval.level * 100, 0)}%", words
    yield "Kuesioner", f"{result.instrument_title} ({result.regulation})"
    yield "Konvensi hitung", result.convention_words
    if combined := sentences.combination(result):
        yield "Gabungan layanan", combined
    if result.about.cut is not None:
        yield "Data sampai", moment(result.about.cut)
    if data.code:
        yield "Kode periksa", data.code


def check_steps(data: ReportData) -> tuple[str, ...]:
    """How to check the page; nothing when there is no address for it."""
    if not data.verify:
        return ()
    return (
        "Pindai kode QR atau ketik alamat yang tercetak.",
        "Pastikan alamat itu memang alamat resmi instansi.",
        "Cocokkan nilai, jumlah responden, dan kode periksa dengan yang tampil.",
    )


def limits(result: Result) -> list[str]:
    """What a reader must know before quoting the value; a public page names no value that is withheld."""
    if not publishable(result):
        few = f"Nilai tidak dicantumkan: responden kurang dari {sentences.PUBLISHED} orang."
        return [few] if result.n else []
    found = (
        sentences.cautions(public_result(result))
        if result.converted is not None
        else sentences.cautions(result)
    )
    return [*found, *filter(None, [public_index(result).note])]


def _panel(data: ReportData) -> Panel:
    result = data.result
    rows = tuple(facts(data))
    if not notice.shown(result):
        return Panel("Nilai IKM", notice.absence(result), (), None, rows)
    lines = (f"Mutu {result.grade}", result.performance or "")
    return Panel("Nilai IKM", public_index(result).words, lines, result.grade, rows)
