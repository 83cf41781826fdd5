"""What papers and public pages say about a result in words: one place, so that both say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from calc.display import joined, long_date, moment, number, short_date, whole
from calc.rounding import round_half_up
from calc.scoring.interval import ENOUGH, limits
from calc.scoring.result import About, ProfileCount, Result
from calc.statistics.disclosure import (
    SMALLEST,
    PublicCount,
    public_classes,
    public_index,
    public_result,
    publishable,
)

INDICATIVE = 30  # below this many respondents an index is marked as indicative
PUBLISHED = SMALLEST  # below this many respondents no index is published
WITHHELD = "*"
PROVISIONAL = "Periode survei masih berjalan; semua angka bersifat sementara."
NOT_STATED = "Tidak menjawab"
ROUNDED = "Jumlah bagian tidak tepat 100% karena pembulatan."
NOTICE_FIELDS = ("jenis_kelamin", "pendidikan")  # what the regulation's notice tells of the respondents
THANKS = "TERIMA KASIH ATAS PENILAIAN YANG TELAH ANDA BERIKAN"
USE = (
    "Masukan Anda sangat bermanfaat untuk kemajuan unit kami agar terus memperbaiki dan meningkatkan "
    "kualitas pelayanan bagi masyarakat."
)


def subject(result: Result) -> str:
    """Whom the result is about, shortest form that tells it from its neighbours."""
    about = result.about
    if result.group is not None:
        return result.group.strip() or "(kelompok tanpa nama)"
    if about.unit and about.service:
        return f"{about.unit} · {about.service}"
    return about.unit or about.service or "Seluruh isian"


def period_words(result: Result) -> str:
    """``Triwulan III Tahun 2026 (1 Juli 2026 s.d. 30 September 2026)``; empty when nothing is known."""
    about = result.about
    days = ""
    if about.start and about.end:
        days = long_date(about.start)
        if about.end != about.start:
            days += f" s.d. {long_date(about.end)}"
    if about.period and days and not named_after_days(about):
        return f"{about.period} ({days})"
    return days or about.period


def named_after_days(about: About) -> bool:
    """Whether a period's name says its days already: '8 Juni – 14 Juli 2026', a free range without another name."""
    if not (about.start and about.end):
        return False
    said = set(re.findall(r"\d+", about.period))
    return {str(about.start.day), str(about.end.day), str(about.end.year)} <= said


def period_days(result: Result) -> str:
    """``01-07-2026 s/d 30-09-2026`` as the regulation's poster writes it; empty when not known."""
    about = result.about
    if not (about.start and about.end):
        return ""
    return f"{short_date(about.start)} s/d {short_date(about.end)}"


def topic(result: Result) -> str:
    """What a file is about, for archives and lists of files."""
    about = result.about
    whose = about.organisation if about.organisation != about.unit else ""
    return " · ".join(filter(None, ("Survei Kepuasan Masyarakat", whose, about.period, result.regulation)))


def is_running(result: Result) -> bool:
    """Whether the answers were counted before the period had ended: the value is not final."""
    return result.about.running


def interval_words(result: Result) -> str:
    """The confidence interval for readers who are no statisticians; empty without one."""
    interval = result.interval
    if interval is None:
        return ""
    if interval.low == interval.high:
        return (
            f"Selang kepercayaan {number(interval.level * 100, 0)}% tidak mempunyai lebar: hampir semua "
            "jawaban sama atau semua pengguna layanan sudah menjawab."
        )
    if result.n < ENOUGH:
        return (
            f"Dengan baru {result.n} responden, nilai bagi seluruh pengguna layanan secara kasar diperkirakan antara "
            f"{number(interval.low)} dan {number(interval.high)}."
        )
    return (
        f"Dengan tingkat kepercayaan {number(interval.level * 100, 0)}%, nilai bagi seluruh pengguna layanan "
        f"diperkirakan antara {number(interval.low)} dan {number(interval.high)}."
    )


def interval_limits(result: Result) -> str:
    """What no interval can tell, beside it on every paper; empty without one. Few answers are said in other words."""
    interval = result.interval
    return "" if interval is None else limits(ENOUGH, interval.low, interval.high)


def margin_words(result: Result) -> str:
    """The margin of error: t times the standard error; empty without a spread."""
    margin = result.interval.margin if result.interval is not None else None
    if not margin:
        return ""
    return f"Batas kesalahannya ± {number(margin)}; selang disesuaikan dengan ujung skala, jadi tidak persis simetris."


def no_interval(result: Result) -> str:
    """Why there is an index without an interval; '' where there is one, or no index. For papers of the office only:
    that all answered alike would give away what each of them said."""
    if result.interval is not None or result.index is None:
        return ""
    if result.n == 1:
        return "Selang kepercayaan tidak dapat dihitung, karena baru satu responden."
    if all_alike(result):
        return (
            f"Semua {whole(result.n)} responden memberi jawaban yang sama persis, sehingga sebaran pendapat tidak "
            "tampak dan selang kepercayaan tidak dapat dihitung. Cara isian dikumpulkan perlu diperiksa."
        )
    return "Selang kepercayaan tidak dapat dihitung dari sebaran jawaban yang ada."


def all_alike(result: Result) -> bool:
    """Whether several people all gave every element the same score."""
    return result.n > 1 and not result.incomplete and all(max(e.counts) == e.n for e in result.elements)


def rounded(counts: Sequence[int], of: int, decimals: int = 1) -> bool:
    """Whether the printed shares of counts that are all of a whole do not sum to 100."""
    shares = [round_half_up(Fraction(count * 100, of), decimals) for count in counts] if of else []
    return sum(counts) == of > 0 and sum(shares) != 100


def grade_of(result: Result, converted: Decimal) -> str:
    """Grade of another converted value by the result's own table; lower borders only."""
    for _, _, grade, _, floor in result.bands:
        if converted >= Decimal(floor.replace(",", ".")):
            return grade
    return result.bands[-1][2] if result.bands else ""


def reached(result: Result) -> list[str]:
    """Grades that the interval reaches, lowest first; empty without interval."""
    if result.interval is None or result.grade is None:
        return []
    order = [band[2] for band in reversed(result.bands)]
    low, high = (order.index(grade_of(result, v)) for v in (result.interval.low, result.interval.high))
    return order[low : high + 1]


def is_firm(result: Result) -> bool:
    """Whether the whole interval lies in the grade (also when there is no interval to say otherwise)."""
    return set(reached(result)) <= {result.grade}


def firmness(result: Result) -> str:
    """Whether the whole interval lies in the grade, or which others it reaches; empty without interval.

    Of few answers the interval is rough: that it stays in the grade proves nothing.
    """
    others = [grade for grade in reached(result) if grade != result.grade]
    if others:
        return f"Mutu {result.grade} belum pasti: selang juga mencapai mutu {joined(others)}."
    return (
        f"Mutu {result.grade} dapat diandalkan: seluruh selang berada dalam mutu {result.grade}."
        if reached(result) and result.n >= ENOUGH
        else ""
    )


def sample_words(result: Result) -> str:
    """Respondents against the target of Krejcie and Morgan; empty when the population is not known."""
    if result.target is None:
        return ""
    users = result.about.population
    of = f" dari {whole(users)} pengguna layanan" if users is not None else ""
    goal = f"Sampel minimum menurut Krejcie dan Morgan{of}: {whole(result.target)} responden"
    if result.n >= result.target:
        return f"{goal}; terkumpul {whole(result.n)}, terpenuhi."
    return f"{goal}; terkumpul {whole(result.n)}, kurang {whole(result.target - result.n)}."


def incomplete_words(result: Result) -> str:
    """How blanks were treated; empty when there are none."""
    if not result.incomplete:
        return ""
    words = (
        f"Sebanyak {whole(result.incomplete)} dari {whole(result.n)} isian tidak lengkap. Setiap unsur dibagi dengan "
        "jumlah jawaban unsur itu sendiri; jawaban kosong tidak pernah dihitung nol."
    )
    complete = result.n - result.incomplete
    if result.complete_only is not None and complete >= PUBLISHED:
        words += f" Dari {whole(complete)} isian lengkap saja, nilainya {number(result.complete_only)}."
    return words


def cautions(result: Result) -> list[str]:
    """What a reader must know before trusting the figure, gravest first."""
    found = [PROVISIONAL] if is_running(result) else []
    if 0 < result.n < PUBLISHED:
        found.append(
            f"Hanya {result.n} responden. Nilai ini tidak untuk dipublikasikan "
            f"(paling sedikit {PUBLISHED} responden)."
        )
    elif 0 < result.n < INDICATIVE:
        found.append(f"Nilai bersifat indikatif karena baru {result.n} responden (kurang dari {INDICATIVE}).")
    if result.n and result.converted is None:  # a limit stands there without an index
        blank = ", ".join(e.code for e in result.elements if e.mean is None)
        found.append(f"Indeks belum dapat dihitung: unsur {blank} belum punya jawaban.")
    for other in result.other_grade:
        if result.grade is not None:
            found.append(
                f"Konvensi hitung menentukan mutu: dengan {convention_label(other.convention)} nilainya "
                f"{number(other.converted)}, mutu {other.grade}, bukan {result.grade}."
            )
    pace = result.about.pace.caution if result.about.pace else ""
    return found + [doubt for doubt in (pace, result.population_doubt, result.about.left_out) if doubt]


def public_field(result: Result, key: str) -> tuple[PublicCount, ...]:
    """A profile question as the notice shows it; nothing when nothing may be shown, or nobody was asked or answered."""
    field = next((field for field in result.profile if field.key == key), None)
    if field is None or not publishable(result) or unanswered(field):
        return ()
    return public_classes(field)


def unanswered(field: ProfileCount) -> bool:
    """Whether nobody answered a question about the person: a table of zeros would say that there were none."""
    return not any(count for *_, count in field.classes)


def combination(result: Result) -> str:
    """How the services make one value; empty where all responses are simply counted together."""
    return result.roll_up_words if result.roll_up != "pooled" else ""


def fine_print(result: Result) -> list[str]:
    """Sentences below the public notice, on paper and on the page: method, limits and marks."""
    limited = public_index(result).note
    result = public_result(result)
    words = [f"Dihitung menurut {result.regulation}. {result.convention_words}"]
    if combined := combination(result):
        words.append(combined)
    if is_running(result) and result.about.cut is not None:
        words.insert(0, f"Nilai sementara: periode masih berjalan, data sampai {moment(result.about.cut)}.")
    if publishable(result) and result.n < INDICATIVE:
        words.append(f"Nilai bersifat indikatif: kurang dari {INDICATIVE} responden.")
    if publishable(result):
        words += [limited, interval_words(result), interval_limits(result)]
    if any(one.count is None for key in NOTICE_FIELDS for one in public_field(result, key)):
        words.append(f"{WITHHELD} Tidak ditampilkan untuk melindungi kelompok kecil.")
    return [sentence for sentence in words if sentence]


def convention_label(name: str) -> str:
    """A convention's name in words: ``0.11-nrr2`` gives ``bobot 0,11, NRR 2 desimal``."""
    weight, *steps = name.split("-")
    words = ["bobot tepat 1/N" if weight == "exact" else f"bobot {weight.replace('.', ',')}"]
    known = {"nrr2": "NRR 2 desimal", "weighted2": "NRR tertimbang 2 desimal"}
    return ", ".join(words + [known.get(step, step) for step in steps])
