"""Small turns of speech from the numbers, shared by all sections: who, when, which elements stand out, by how much."""

from __future__ import annotations

from decimal import Decimal

from calc.display import joined, long_date, number, whole
from calc.report.data import ReportData
from calc.report.wording import sentences
from calc.report.wording.sentences import INDICATIVE, PUBLISHED
from calc.scoring.result import ElementResult, Result
from calc.statistics.ranking import ordered

QUARTERS = ("I", "II", "III", "IV")
JOINTS = frozenset("dan atau di ke dari untuk pada dengan dalam yang bagi serta".split())
SHORT = frozenset(
    "RSU RSUD RSIA UPT UPTD UPTB BLUD BLU SD SMA SMK PAUD KB KUA TNI POLRI KPU ASN UMKM IKM OPD TU".split()
)  # abbreviations with a vowel; those without are told by that


def unit_of(data: ReportData) -> str:
    """Whose survey it is, inside a sentence: the unit, or one service of it."""
    result = data.result
    about = result.about
    if result.group is not None or not (about.unit or about.service):
        return "unit penyelenggara pelayanan"
    if about.unit and about.service:
        return f"layanan {about.service} pada {cased(about.unit)}"
    return cased(about.unit) or f"layanan {about.service}"


def cased(name: str) -> str:
    """A name that was typed in capitals as a sentence writes it: 'Dinas Kesehatan dan KB'; others as they are."""
    words = name.split()
    if len(words) < 2 or name != name.upper():
        return name
    return " ".join(_cased(word, first=not at) for at, word in enumerate(words))


def _cased(word: str, first: bool) -> str:
    letters = "".join(char for char in word if char.isalpha())
    short = letters in SHORT or not set(letters) & set("AEIOU") or set(letters) <= set("IVX")
    if short or word.startswith("("):
        return word
    return word.lower() if word.lower() in JOINTS and not first else word.title()


HEADS = {  # title of the head -> first words of a unit's name, in whose place it stands
    "Lurah": ("Kantor Kelurahan", "Kantor Lurah", "Kelurahan"),
    "Camat": ("Kantor Kecamatan", "Kantor Camat", "Kecamatan"),
    "Sekretaris": ("Sekretariat",),
    "Inspektur": ("Inspektorat",),
}
DIRECTED = ("RSUD", "RSU", "RSIA", "Rumah Sakit")
LED = (
    "Dinas Badan Bagian Kantor Bidang Seksi UPT UPTD UPTB Puskesmas Balai Satuan Desa Sekolah SD SMP SMA SMK"
).split()


def head_of(unit: str) -> str:
    """Who signs for a unit: 'Lurah Tanjung Selor Hulu', 'Kepala Dinas Kesehatan', 'Direktur RSUD …'; else 'Pimpinan …'.

    The name says it for the usual offices; the office may write another title at the desk.
    """
    for title, beginnings in HEADS.items():
        for words in beginnings:
            if unit == words or unit.startswith(words + " "):
                return f"{title} {unit.removeprefix(words).strip()}".strip()
    if unit.startswith(tuple(words + " " for words in DIRECTED)):
        return f"Direktur {unit}"
    return f"Kepala {unit}" if unit.split()[0] in LED else f"Pimpinan {unit}"


def period_of(result: Result) -> str:
    """'Triwulan III Tahun 2026', its days, or 'periode ini' inside a sentence."""
    return result.about.period or days_of(result) or "periode ini"


def days_of(result: Result) -> str:
    """'1 Juli 2026 sampai dengan 30 September 2026'; '' when not known."""
    about = result.about
    if not (about.start and about.end):
        return ""
    if about.start == about.end:
        return long_date(about.start)
    return f"{long_date(about.start)} sampai dengan {long_date(about.end)}"


def year_of(result: Result) -> str:
    """The year that the paper is about; '' when not known."""
    about = result.about
    day = about.end or about.start or (about.cut.date() if about.cut else None)
    return str(day.year) if day else ""


def capital(words: str) -> str:
    """The same words at the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def named(element: ElementResult) -> str:
    """'Waktu Penyelesaian (U3)'."""
    return f"{element.name} ({element.code})"


def valued(element: ElementResult) -> str:
    """'Waktu Penyelesaian (U3; 74,20)' with the converted value."""
    return f"{element.name} ({element.code}; {number(element.converted)})"


def signed(value: Decimal) -> str:
    """'+1,20', '−0,35', '0,00'."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + number(abs(value))


def all_equal(result: Result) -> bool:
    """Whether no element prints another value than the others, so that none is low and none is high."""
    known = ordered(result)
    return len({e.converted for e in known}) == 1


def weak(result: Result) -> tuple[ElementResult, ...]:
    """Elements whose grade is below the second best ('Baik'), lowest first."""
    good = {band[2] for band in result.bands[:2]}
    return tuple(e for e in ordered(result) if e.grade is not None and e.grade not in good)


def good_enough(result: Result) -> str:
    """The grade that `weak` elements miss, with its word: 'B (Baik)'."""
    _, _, grade, performance, _ = result.bands[min(1, len(result.bands) - 1)]
    return f"{grade} ({performance})"


def outcome(data: ReportData) -> str:
    """One or two sentences on value, grade and what limits them; also for nobody and for no value."""
    result = data.result
    if not result.n:
        return f"Pada {period_of(result)} belum ada isian yang masuk, sehingga belum ada nilai indeks."
    if result.converted is None:
        blank = joined([named(e) for e in result.elements if e.mean is None])
        return (
            f"Dari {whole(result.n)} responden belum dapat dihitung indeks, karena unsur {blank} belum memperoleh "
            "jawaban."
        )
    words = (
        f"Dari {whole(result.n)} responden diperoleh nilai Indeks Kepuasan Masyarakat (IKM) sebesar "
        f"{number(result.converted)} dengan mutu pelayanan {result.grade} ({result.performance})."
    )
    return " ".join(filter(None, (words, limits(result))))


def limits(result: Result) -> str:
    """What limits the value, in one sentence or two; '' when nothing does."""
    found = []
    if sentences.is_running(result):
        found.append("Periode survei masih berjalan, sehingga nilai ini bersifat sementara.")
    if 0 < result.n < PUBLISHED:
        found.append(
            f"Karena responden kurang dari {PUBLISHED} orang, nilai ini hanya untuk keperluan internal dan tidak "
            "dipublikasikan."
        )
    elif 0 < result.n < INDICATIVE:
        found.append(f"Karena responden kurang dari {INDICATIVE} orang, nilai ini bersifat indikatif.")
    return " ".join(found)
