"""Strong and weak elements."""

from __future__ import annotations

from calc.display import joined, number, whole
from calc.report.data import ReportData
from calc.report.wording import sentences
from calc.report.wording.phrases import all_equal, good_enough, named, valued, weak
from calc.scoring.result import Result
from calc.statistics.ranking import highest, lowest


def strengths(data: ReportData) -> str:
    """4.1 Analisis Permasalahan/Kelemahan dan Kelebihan Unsur Layanan."""
    result = data.result
    known = [e for e in result.elements if e.mean is not None]
    if not known:
        return "Belum ada jawaban yang dapat dianalisis pada periode ini."
    if all_equal(result):
        if len(known) == 1:
            return (
                f"Baru satu unsur yang memperoleh jawaban, yaitu {named(known[0])}, sehingga belum dapat "
                "dibandingkan."
            )
        whose = "Semua unsur" if len(known) == len(result.elements) else "Semua unsur yang sudah dinilai"
        return (
            f"{whose} memperoleh nilai yang sama, yaitu {number(known[0].converted)}. Tidak ada unsur yang lebih "
            f"lemah atau lebih kuat daripada yang lain.\n\n{below_good(result)}"
        )
    return "\n\n".join(filter(None, (_low(result), below_good(result), _high(result), _few(result))))


def _low(result: Result) -> str:
    end = lowest(result)
    if not end.elements:
        return f"Tidak ada unsur yang menonjol sebagai yang terendah. {end.tie}".strip()
    words = f"Nilai terendah diperoleh unsur {joined([valued(e) for e in end.elements])}."
    return " ".join(filter(None, (words, "Perbaikan sebaiknya didahulukan pada unsur tersebut.", end.tie)))


def _high(result: Result) -> str:
    end = highest(result)
    if not end.elements:
        return f"Tidak ada unsur yang menonjol sebagai yang tertinggi. {end.tie}".strip()
    words = f"Nilai tertinggi diperoleh unsur {joined([valued(e) for e in end.elements])}."
    return " ".join(filter(None, (words, end.tie, high_yet_weak(result))))


def high_yet_weak(result: Result) -> str:
    """That the best elements of a unit need not be good."""
    under = [e for e in highest(result).elements if e in weak(result)]
    if not under:
        return ""
    names = joined([named(e) for e in under])
    return f"Walaupun tertinggi di unit ini, mutu {names} masih di bawah {good_enough(result)}."


def below_good(result: Result) -> str:
    found, border = weak(result), good_enough(result)
    known = [e for e in result.elements if e.mean is not None]
    if not found:
        return f"Tidak ada unsur dengan mutu di bawah {border}."
    if len(found) == len(known):
        return f"Semua unsur yang dinilai bermutu di bawah {border}."
    low = lowest(result).elements
    if set(found) == set(low):
        return f"Hanya unsur terendah tersebut yang bermutu di bawah {border}."
    if low and set(low) < set(found):
        more = joined([valued(e) for e in found if e not in low])
        return f"Selain unsur terendah tersebut, yang juga bermutu di bawah {border} adalah {more}."
    return f"Unsur dengan mutu di bawah {border}: {joined([valued(e) for e in found])}."


def _few(result: Result) -> str:
    if result.n >= sentences.INDICATIVE:
        return ""
    return (
        f"Karena hanya ada {whole(result.n)} responden, urutan unsur mudah berubah oleh satu atau dua isian dan "
        "sebaiknya dibaca sebagai petunjuk awal."
    )
