"""The method sheet: everything somebody needs to compute the value again and to check the paper."""

from __future__ import annotations

from calc.display import moment, number, whole
from calc.dossier import Dossier, in_fours
from calc.paper import sentences
from calc.paper.document import Block, Column, Table, Text
from calc.paper.numbering import appendix
from calc.paper.tabulation import weight_words


def method(dossier: Dossier) -> tuple[Block, ...]:
    """Lembar metode."""
    blocks: list[Block] = [
        appendix("Lembar Metode", "lampiran-metode"),
        Table(
            columns=(Column("Hal", 44, strong=True), Column("Keterangan", 130)),
            rows=tuple((label, words) for label, words in _facts(dossier) if words),
            caption="Cara nilai dihitung dan cara memeriksanya",
        ),
    ]
    if dossier.result.other_conventions:
        blocks += _others(dossier)
    return tuple(blocks)


def _facts(dossier: Dossier) -> list[tuple[str, str]]:
    result, asked = dossier.result, dossier.instrument
    about = result.about
    chosen = next((rule.name for rule in dossier.roll_ups if rule.chosen), "")
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
        ("Sidik data", in_fours(dossier.fingerprint)),
        ("Alamat pemeriksaan", dossier.verify),
        ("Perangkat", f"SKM toolkit {dossier.version}" if dossier.version else ""),
    ]


def _others(dossier: Dossier) -> list[Block]:
    result = dossier.result
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
