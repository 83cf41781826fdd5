"""The method sheet: everything somebody needs to compute the value again and to check the paper."""

from __future__ import annotations

from calc.display import moment, number, whole
from calc.report.data import ReportData, in_fours
from calc.report.document import Block, Column, Table, Text
from calc.report.numbering import appendix
from calc.report.tabulation import weight_words
from calc.report.wording import sentences


def method(data: ReportData) -> tuple[Block, ...]:
    """Lembar metode."""
    blocks: list[Block] = [
        appendix("Lembar Metode", "lampiran-metode"),
        Table(
            columns=(Column("Hal", 44, strong=True), Column("Keterangan", 130)),
            rows=tuple((label, words) for label, words in _facts(data) if words),
            caption="Cara nilai dihitung dan cara memeriksanya",
        ),
    ]
    if data.result.other_conventions:
        blocks += _others(data)
    return tuple(blocks)


def _facts(data: ReportData) -> list[tuple[str, str]]:
    result, asked = data.result, data.instrument
    about = result.about
    chosen = next((rule.name for rule in data.roll_ups if rule.chosen), "")
    interval = " ".join(filter(None, (sentences.interval_words(result), sentences.firmness(result))))
    return [
        ("Kuesioner", f"{asked.title} ({asked.key})"),
        ("Dasar", asked.regulation),
        ("Konvensi hitung", result.convention_words),
        ("Bobot unsur", weight_words(asked, result)),
        (
            "Pembulatan",
            "Nilai dihitung sebagai pecahan tepat dan hanya dibulatkan pada langkah yang disebut konvensi hitung; "
            "angka 5 dibulatkan ke atas. Nilai IKM dibulatkan ke dua desimal, lalu dibandingkan dengan batas bawah "
            "setiap mutu.",
        ),
        (
            "Jawaban kosong",
            sentences.incomplete_words(result)
            or "Setiap unsur dibagi dengan jumlah jawabannya sendiri; jawaban kosong tidak pernah dihitung nol.",
        ),
        ("Gabungan layanan", result.roll_up_words or (f"Nilai unit: {chosen}." if chosen else "")),
        ("Selang kepercayaan", interval or sentences.no_interval(result)),
        ("Jumlah responden", sentences.sample_words(result) or f"{whole(result.n)} responden."),
        ("Catatan", " ".join(filter(None, (about.left_out, result.population_doubt)))),
        ("Periode", sentences.period_words(result)),
        ("Data sampai", moment(about.cut) if about.cut is not None else ""),
        ("Sidik data", in_fours(data.fingerprint)),
        ("Alamat pemeriksaan", data.verify),
        ("Perangkat", f"SKM toolkit {data.version}" if data.version else ""),
    ]


def _others(data: ReportData) -> list[Block]:
    result = data.result
    differ = bool(result.other_grade)
    words = "Isian yang sama dihitung dengan konvensi lain yang lazim dipakai. " + (
        "Sebagian konvensi memberi mutu yang berbeda." if differ else "Semua konvensi memberi mutu yang sama."
    )
    return [
        Text(words),
        Table(
            columns=(
                Column("Konvensi", 92),
                Column("Nilai IKM", 28, "right"),
                Column("Mutu", 16, "centre", strong=True),
                Column("Keterangan", 38),
            ),
            rows=(
                (
                    f"{sentences.convention_label(result.convention)} (laporan ini)",
                    number(result.converted),
                    result.grade or "–",
                    "",
                ),
                *(
                    (
                        sentences.convention_label(other.convention),
                        number(other.converted),
                        other.grade,
                        "" if other.grade == result.grade else "mutu berbeda",
                    )
                    for other in result.other_conventions
                ),
            ),
            caption="Nilai menurut konvensi hitung lain",
            marked=0,
        ),
    ]
