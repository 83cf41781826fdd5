"""What stands behind the last chapter: questionnaire, tabulation, remarks, glossary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calc.display import joined, whole
from calc.report import tabulation
from calc.report.data import RemarkGroup, ReportData
from calc.report.document import Block, Bullets, Column, Heading, Strong, Table, Text
from calc.report.kinds import KINDS, MOST
from calc.report.numbering import appendix

GLOSSARY = (
    (
        "Survei Kepuasan Masyarakat (SKM)",
        "Pengukuran tingkat kepuasan masyarakat atas pelayanan yang diterimanya.",
    ),
    (
        "Indeks Kepuasan Masyarakat (IKM)",
        "Nilai indeks (NI) yang dikonversi; angka yang diumumkan kepada masyarakat.",
    ),
    ("Unsur pelayanan", "Segi pelayanan yang dinilai, misalnya persyaratan atau waktu penyelesaian."),
    ("Nilai rata-rata (NRR)", "Jumlah nilai suatu unsur dibagi jumlah jawaban pada unsur itu."),
    ("NRR tertimbang", "NRR dikalikan bobot unsur."),
    ("Nilai indeks (NI)", "Jumlah NRR tertimbang semua unsur."),
    ("Mutu pelayanan", "Huruf A sampai D menurut nilai IKM."),
    ("Responden", "Penerima layanan yang mengisi kuesioner."),
    (
        "Selang kepercayaan 95%",
        "Rentang yang diperkirakan memuat nilai seluruh pengguna layanan; makin sempit, makin pasti nilainya.",
    ),
    ("Indikatif", "Nilai dari kurang dari 30 responden; menunjukkan arah, belum angka yang pasti."),
    ("Alpha Cronbach", "Ukuran sejalannya jawaban atas semua pertanyaan; paling tinggi 1."),
    ("Rencana tindak lanjut (RTL)", "Perbaikan yang dijanjikan, dengan waktu dan penanggung jawab."),
    ("Triwulan (TW)", "Tiga bulan kalender; satu tahun terdiri atas TW I sampai TW IV."),
)


def questionnaire(data: ReportData) -> tuple[Block, ...]:
    """The questions and answers as they were asked."""
    asked = data.instrument
    codes = {element.key: element.code for element in asked.elements}
    blocks: list[Block] = [
        appendix("Kuesioner", "lampiran-kuesioner"),
        Text(f"{asked.title}, menurut {asked.regulation}."),
        Table(
            columns=(
                Column("No.", 9),
                Column("Unsur", 13),
                Column("Pertanyaan", 52),
                *(Column(f"Jawaban bernilai {score}", 27.5) for score in range(1, asked.scale + 1)),
            ),
            rows=tuple(
                (
                    str(at),
                    codes[item.element],
                    item.question["id"],
                    *(answer["id"] for answer in item.answers),
                )
                for at, item in enumerate(asked.items, start=1)
            ),
            caption="Pertanyaan dan pilihan jawaban",
            note=_order([codes[item.element] for item in asked.items], list(codes.values())),
        ),
    ]
    if asked.profile:
        blocks.append(Text("Pertanyaan tentang diri responden (boleh tidak dijawab):"))
        blocks.append(
            Bullets(
                tuple(
                    f"{field.label['id']}: {', '.join(choice.label['id'] for choice in field.choices)}"
                    for field in asked.profile
                )
            )
        )
    return tuple(blocks)


def responses(data: ReportData, respondents: bool | None) -> tuple[Block, ...]:
    """Every response, when asked for or when they are few; else where they can be found."""
    heading = appendix("Pengolahan Data per Responden", "lampiran-tabulasi")
    n = data.result.n
    if respondents or (respondents is None and n <= MOST and data.scores is not None):
        return (heading, *tabulation.appendix(data))
    if not n:
        return (heading, Text("Pada periode ini belum ada isian, sehingga tidak ada yang ditabulasikan."))
    sheet = KINDS["tabulation"].name
    return (
        heading,
        Text(
            f"Isian per responden ({whole(n)} isian) disajikan dalam lembar tersendiri: {sheet}. Lembar itu memuat "
            "setiap isian dan penjumlahannya sehingga nilai dalam laporan ini dapat dihitung ulang."
        ),
    )


def remarks(data: ReportData) -> tuple[Block, ...]:
    """Residents' words by theme, the most frequent first."""
    return (appendix("Saran dan Masukan Responden", "lampiran-saran"), *_remarks(data))


def glossary(data: ReportData) -> tuple[Block, ...]:
    """The field's words for readers who meet them for the first time, and what each element means."""
    return (
        appendix("Daftar Istilah", "lampiran-istilah"),
        Table(
            columns=(Column("Istilah", 52, strong=True), Column("Arti", 122)),
            rows=GLOSSARY,
            caption="Istilah dalam laporan ini",
        ),
        Table(
            columns=(Column("Kode", 14, strong=True), Column("Unsur", 48), Column("Pengertian", 112)),
            rows=tuple((e.code, e.name, _sentence(e.definition)) for e in data.instrument.elements),
            caption="Pengertian unsur pelayanan",
        ),
    )


def _remarks(data: ReportData) -> Iterator[Block]:
    shown = sum(count for group in data.remarks for _, count in group.remarks)
    total = max(shown, data.remark_count)
    if not total:
        yield Text("Tidak ada saran atau masukan tertulis pada periode ini.")
        return
    words = f"Responden menuliskan {whole(total)} saran dan masukan."
    if not shown:
        yield Text(f"{words} Teksnya sudah dihapus menurut masa simpan kantor.")
        return
    if shown < total:
        words += f" Di bawah ini disajikan {whole(shown)} terbaru di antaranya."
    yield Text(
        f"{words} Saran dikelompokkan menurut hal yang disebut; data pribadi yang dikenali disamarkan, selebihnya "
        "dikutip sebagaimana ditulis."
    )
    for position, group in enumerate(data.remarks, start=1):
        if group.remarks:
            yield from _group(group, position)


def _group(group: RemarkGroup, position: int) -> Iterator[Block]:
    count = sum(times for _, times in group.remarks)
    yield Heading(f"{group.title} ({whole(count)})", 3, f"saran-{position}")
    for words, times in group.remarks:
        yield Text((words, Strong(f" ({whole(times)} kali)")) if times > 1 else words, "quote")


def _order(asked: Sequence[str], listed: Sequence[str]) -> str:
    """That questions stand in another order than the elements in the regulation; '' where they do not."""
    places = [listed.index(code) for code in asked]
    turned = [(asked[at], asked[at + 1]) for at in range(len(asked) - 1) if places[at] > places[at + 1]]
    if not turned:
        return ""
    which = joined([f"{later} ditanyakan sebelum {earlier}" for later, earlier in turned])
    return f"Kode mengikuti urutan unsur dalam peraturan; urutan pertanyaan mengikuti kuesioner, sehingga {which}."


def _sentence(words: str) -> str:
    """A definition as a sentence in a cell."""
    return words[:1].upper() + words[1:].rstrip(".") + "." if words else "–"
