"""How the answers came together: organisers, method, place, time, sample."""

from __future__ import annotations

from calc.display import NO_DATA, number, whole
from calc.report.data import ReportData
from calc.report.document import Block, Bullets, Column, Heading, Table, Text, Together
from calc.report.numbering import section
from calc.report.texts import blocks_of
from calc.report.wording import sentences
from calc.report.wording.collection import plain_sample, unit_sample
from calc.statistics.sample import Sample

FORMULA = "S = λ² · N · P · Q / (d² · (N − 1) + λ² · P · Q)"
SYMBOLS = (
    "S: jumlah responden minimum; N: jumlah pengguna layanan; λ² = 3,841 (derajat kebebasan 1, taraf kesalahan 5%); "
    "P = Q = 0,5; d = 0,05. Hasilnya dibulatkan ke bilangan bulat terdekat."
)
NEVER_A_DIVISOR = (
    "Semua isian yang sah dihitung, juga yang melebihi jumlah minimum. Jumlah minimum hanya ukuran kecukupan dan tidak "
    "pernah menjadi pembagi nilai."
)


def organisers(data: ReportData) -> tuple[Block, ...]:
    """Pelaksana SKM."""
    return (section("Pelaksana SKM", "pelaksana"), *blocks_of(data, "pelaksana"))


def method(data: ReportData) -> tuple[Block, ...]:
    """Metode Pengumpulan Data, with the way the value is computed."""
    return (
        section("Metode Pengumpulan Data", "metode"),
        *blocks_of(data, "metode"),
        Heading("Pengolahan data", 3, "pengolahan"),
        *_processing(data),
    )


def place(data: ReportData) -> tuple[Block, ...]:
    """Lokasi Pengumpulan Data."""
    return (section("Lokasi Pengumpulan Data", "lokasi"), *blocks_of(data, "lokasi"))


def time(data: ReportData) -> tuple[Block, ...]:
    """Waktu Pelaksanaan SKM."""
    return (section("Waktu Pelaksanaan SKM", "waktu"), *blocks_of(data, "waktu"))


def sample(data: ReportData) -> tuple[Block, ...]:
    """Penentuan Jumlah Responden: words, formula, and respondents against the target of unit and services."""
    blocks: list[Block] = [
        section("Penentuan Jumlah Responden", "responden"),
        *blocks_of(data, "responden"),
        Together((Text("Rumus Krejcie dan Morgan (1970):"), Text(FORMULA, "lead"), Text(SYMBOLS, "small"))),
        _table(data),
        Text(NEVER_A_DIVISOR),
    ]
    if words := _others(unit_sample(data)):
        blocks.append(Text(words))
    if words := data.result.population_doubt:
        blocks.append(Text(words))
    return (Together(tuple(blocks)),)


def _processing(data: ReportData) -> tuple[Block, ...]:
    result, asked = data.result, data.instrument
    factor = number(asked.factor, 0) if asked.factor.denominator == 1 else str(asked.factor)
    steps = (
        "Nilai rata-rata (NRR) unsur = jumlah nilai unsur / jumlah jawaban pada unsur itu",
        "NRR tertimbang = NRR unsur × bobot unsur; jumlah bobot semua unsur adalah 1",
        "Nilai indeks (NI) = jumlah NRR tertimbang semua unsur",
        f"Nilai IKM (nilai konversi) = NI × {factor}",
    )
    blocks: list[Block] = [Bullets(steps, ("a.", "b.", "c.", "d."))]
    last = [result.roll_up_words] if result.roll_up_words else []
    last += [f"Mutu pelayanan ditentukan dari nilai IKM menurut tabel mutu {asked.regulation}."]
    if words := sentences.incomplete_words(result):
        last.append(words)
    return (*blocks, Text(" ".join([result.convention_words, *last])))


def _table(data: ReportData) -> Table:
    samples = data.samples or (plain_sample(data.result),)
    if (
        len(samples) == 2
        and samples[0].n == samples[1].n
        and samples[1].population in (None, samples[0].population)
    ):
        samples = samples[:1]  # one service is the unit: nothing new in its row
    own = data.result.about.service
    return Table(
        columns=(
            Column("Layanan", 58),
            Column("Pengguna layanan (N)", 27, "right"),
            Column("Responden minimum (S)", 27, "right"),
            Column("Responden", 22, "right", strong=True),
            Column("Keterangan", 40),
        ),
        rows=tuple(
            (
                one.name or ("Seluruh layanan" if not own else own),
                whole(one.population),
                whole(one.krejcie_morgan),
                whole(one.n),
                _judged(one),
            )
            for one in samples
        ),
        caption="Jumlah responden terhadap jumlah minimum",
        note=f"{NO_DATA} jumlah pengguna layanan belum dicatat."
        if any(one.population is None for one in samples)
        else "",
    )


def _judged(one: Sample) -> str:
    if one.krejcie_morgan is None:
        return "Belum dapat ditentukan"
    if one.name and one.population is not None and one.n > one.population:
        return "Melebihi pengguna layanan; periksa angkanya"
    if one.n >= one.krejcie_morgan:
        return "Terpenuhi"
    return f"Kurang {whole(one.krejcie_morgan - one.n)}"


def _others(own: Sample) -> str:
    """What other usual rules would ask of the unit; '' when unknown."""
    if own.slovin is None or own.cochran is None:
        return ""
    return (
        f"Sebagai pembanding, dengan tingkat kesalahan 5% rumus Slovin meminta {whole(own.slovin)} responden dan rumus "
        f"Cochran {whole(own.cochran)} responden."
    )
