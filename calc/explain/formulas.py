"""The list of formulas met in offices' sheets and in other programs, right or wrong: adding one is adding a line.

All of them were read in the code of public applications or in published reports; which those are is of no use to
an office, so only the formula is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from calc.display import number, whole
from calc.explain import answers as who
from calc.explain import grades, steps
from calc.explain.answers import Answers, Means
from calc.explain.steps import Steps, Way
from calc.instruments.model import Instrument
from calc.rounding import round_half_up
from calc.scoring.sample_size import krejcie_morgan, slovin


@dataclass(frozen=True)
class Formula:
    """One way to get a printed value and a letter.

    name : short, for scripts
    kind : what goes wrong: 'bobot', 'pembulatan', 'responden', 'konversi', 'mutu' or 'unsur'
    title, why : Indonesian; {fields} of `facts` are filled in
    who : answers -> element means (None: does not apply)
    how : means -> unrounded converted value (None: does not apply)
    grade : its letter; decimals : how many it prints
    elements : whether it gives elements other means though the index may be the same
    """

    name: str
    kind: str
    title: str
    why: str
    who: Callable[[Answers], Means | None] = who.everyone
    how: Way = steps.own
    grade: grades.Rule = grades.own
    decimals: int = 2
    elements: bool = False
    applies: Callable[[Instrument], bool] = lambda instrument: True

    def value(self, answers: Answers) -> Fraction | None:
        """The converted value before its last rounding; None where the formula does not apply."""
        means = answers.by(self.who) if self.applies(answers.instrument) else None
        if means is None:
            return None
        known = [mean for mean in means if mean is not None]
        return self.how(answers, known) if len(known) == len(means) else None


def _not_exact(answers: Answers, means: Sequence[Fraction]) -> Fraction | None:
    return None if answers.convention.name == "exact" else Steps()(answers, means)


WEIGHTS = (
    Formula(
        "bobot-eksak", "bobot", "Bobot tepat 1/{N}, dibulatkan sekali",
        "Tidak ada yang hilang di tengah hitungan; jawaban terbaik menghasilkan tepat 100.",
        how=_not_exact,
    ),
    Formula(
        "bobot-2-desimal", "bobot", "Bobot {w2}",
        "{N} × {w2} hanya {sum2}, bukan 1: setiap nilai dikalikan {sum2}, dan jawaban terbaik pun hanya "
        "mencapai {max2}.",
        how=Steps(weight=2),
    ),
    Formula(
        "bobot-3-desimal", "bobot", "Bobot {w3}",
        "{N} × {w3} hanya {sum3}, bukan 1: jawaban terbaik pun hanya mencapai {max3}.",
        how=Steps(weight=3),
    ),
    Formula(
        "bobot-4-desimal", "bobot", "Bobot {w4}",
        "{N} × {w4} hanya {sum4}, bukan 1: jawaban terbaik pun hanya mencapai {max4}.",
        how=Steps(weight=4),
    ),
    Formula(
        "bobot-1-desimal", "bobot", "Bobot {w1}",
        "{N} × {w1} = {sum1}, bukan 1: jawaban terbaik menghasilkan {max1}, bukan 100.",
        how=Steps(weight=1),
    ),
    Formula(
        "bobot-sama", "bobot", "Bobot sama 1/{N}",
        "Kuesioner ini punya bobot sendiri untuk setiap unsur; bobot itu diabaikan.",
        how=steps.same_weights,
    ),
)  # fmt: skip

ROUNDINGS = (
    Formula(
        "nrr-2-desimal", "pembulatan", "NRR dibulatkan 2 desimal lebih dahulu",
        "Setiap NRR sudah dibulatkan sebelum dikalikan bobot, sehingga {N} selisih kecil ikut dijumlahkan.",
        how=Steps(mean=2),
    ),
    Formula(
        "tertimbang-2-desimal", "pembulatan", "NRR tertimbang dibulatkan 2 desimal",
        "Setiap NRR tertimbang dibulatkan sebelum dijumlahkan; {N} pembulatan dapat menggeser IKM sampai "
        "{slip} angka.",
        how=Steps(weighted=2),
    ),
    Formula(
        "bobot-3-tertimbang-2", "pembulatan", "Bobot {w3}, NRR tertimbang 2 desimal",
        "Bobot yang dipotong ditambah pembulatan NRR tertimbang sebelum dijumlahkan.",
        how=Steps(weight=3, weighted=2),
    ),
    Formula(
        "bobot-3-nrr-2-tertimbang-2", "pembulatan", "Bobot {w3}, NRR dan NRR tertimbang 2 desimal",
        "Dihitung dari angka yang tercetak pada tabel: bobot dipotong, lalu dua kali dibulatkan.",
        how=Steps(weight=3, mean=2, weighted=2),
    ),
    Formula(
        "bobot-2-tertimbang-2-ikm-1", "pembulatan", "Bobot {w2}, NRR tertimbang 2 desimal, IKM 1 desimal",
        "Bobot dipotong, NRR tertimbang dibulatkan, dan hasilnya dicetak dengan satu desimal saja.",
        how=Steps(weight=2, weighted=2), decimals=1,
    ),
    Formula(
        "tiga-desimal", "pembulatan", "NRR, NRR tertimbang, dan jumlahnya 3 desimal",
        "Dibulatkan tiga kali di tengah hitungan.",
        how=Steps(mean=3, weighted=3, total=3),
    ),
    Formula(
        "tertimbang-3-desimal", "pembulatan", "NRR tertimbang dibulatkan 3 desimal",
        "Setiap NRR tertimbang dibulatkan sebelum dijumlahkan; {N} pembulatan dapat menggeser IKM sampai "
        "{slip3} angka.",
        how=Steps(weighted=3),
    ),
    Formula(
        "bobot-3-tertimbang-3", "pembulatan", "Bobot {w3}, NRR tertimbang 3 desimal",
        "Bobot yang dipotong ditambah pembulatan NRR tertimbang sebelum dijumlahkan.",
        how=Steps(weight=3, weighted=3),
    ),
    Formula(
        "bobot-2-tertimbang-3", "pembulatan", "Bobot {w2}, NRR tertimbang 3 desimal",
        "Bobot yang dipotong ditambah pembulatan NRR tertimbang sebelum dijumlahkan.",
        how=Steps(weight=2, weighted=3),
    ),
    Formula(
        "bobot-3-nrr-3-tertimbang-3", "pembulatan", "Bobot {w3}, NRR dan NRR tertimbang 3 desimal",
        "Dihitung dari angka yang tercetak pada tabel: bobot dipotong, lalu dua kali dibulatkan.",
        how=Steps(weight=3, mean=3, weighted=3),
    ),
    Formula(
        "ni-3-desimal", "pembulatan", "NI dibulatkan 3 desimal sebelum dikonversi",
        "NI yang sudah dibulatkan dikalikan {factor}, sehingga IKM hanya dapat naik dalam langkah {step3}.",
        how=Steps(total=3),
    ),
    Formula(
        "bobot-3-ni-3", "pembulatan", "Bobot {w3}, NI 3 desimal",
        "Bobot dipotong, dan NI dibulatkan sebelum dikalikan {factor}.",
        how=Steps(weight=3, total=3),
    ),
    Formula(
        "bobot-2-ni-3", "pembulatan", "Bobot {w2}, NI 3 desimal",
        "Bobot dipotong, dan NI dibulatkan sebelum dikalikan {factor}.",
        how=Steps(weight=2, total=3),
    ),
    Formula(
        "ni-2-desimal", "pembulatan", "NI dibulatkan 2 desimal sebelum dikonversi",
        "NI yang sudah dibulatkan dikalikan {factor}, sehingga IKM hanya dapat naik dalam langkah {step}.",
        how=Steps(total=2),
    ),
    Formula(
        "per-orang", "pembulatan", "IKM tiap responden dibulatkan lebih dahulu",
        "Nilai setiap orang dibulatkan sebelum dirata-ratakan, dan orang yang menjawab sedikit ikut menentukan "
        "seluruh unsur.",
        how=steps.people_first,
    ),
    Formula(
        "per-orang-bulat", "pembulatan", "Rata-rata tiap orang per unsur dibulatkan ke bilangan bulat",
        "Orang yang menjawab 4 dan 3 pada satu unsur dicatat 4, bukan 3,5.",
        who=who.people_rounded,
    ),
    Formula(
        "rata-rata-berjalan", "pembulatan", "Rata-rata berjalan dengan 2 desimal",
        "Rata-rata yang disimpan dengan 2 desimal tidak bergerak lagi setelah paling banyak {frozen} jawaban; isian "
        "sesudahnya tidak berpengaruh.",
        how=steps.running_mean,
    ),
)  # fmt: skip

PEOPLE = (
    Formula(
        "kosong-nol", "responden", "Jawaban kosong dihitung 0",
        "{blank} jawaban kosong dianggap bernilai 0, padahal jawaban terendah adalah 1; pembaginya harus "
        "jumlah yang menjawab.",
        who=who.blanks_as_zero,
    ),
    Formula(
        "lengkap-saja", "responden", "Isian tidak lengkap dibuang",
        "{incomplete} dari {n} responden hilang, juga jawaban yang sudah mereka isi.",
        who=who.complete_only,
    ),
    Formula(
        "lengkap-dibagi-semua", "responden", "Isian lengkap dijumlahkan, dibagi semua responden",
        "Yang dijumlahkan {complete} isian, tetapi pembaginya {n}: pembilang dan penyebut dari orang yang berbeda.",
        who=who.complete_over_everyone,
    ),
    Formula(
        "unsur-kosong-nol", "responden", "Unsur tanpa jawaban dihitung 0",
        "Unsur yang tidak dijawab siapa pun tetap ikut membagi, seolah-olah semua orang sangat tidak puas.",
        who=who.empty_as_zero,
    ),
    Formula(
        "semua-jawaban", "responden", "Semua jawaban dirata-ratakan sekaligus",
        "Unsur yang lebih banyak dijawab menjadi lebih berat daripada bobotnya.",
        how=steps.all_answers,
    ),
    Formula(
        "dibagi-seluruh-berkas", "responden", "Dibagi responden seluruh kelompok",
        "Kelompok ini berisi {n} responden, tetapi jumlahnya dibagi {everybody}.",
        who=who.over_everybody,
    ),
    Formula(
        "dibagi-sampel", "responden", "Dibagi besar sampel",
        "Besar sampel menurut Krejcie-Morgan untuk {population} pengguna adalah {target}; itu sasaran, bukan "
        "pembagi. Yang menjawab {n} orang.",
        who=who.over_target,
    ),
    Formula(
        "dipangkas-krejcie", "responden", "Hanya {table} isian pertama (Krejcie-Morgan)",
        "Besar sampel untuk {users} orang adalah {table}; {over_table} isian selebihnya dibuang, padahal setiap "
        "jawaban warga harus dihitung.",
        who=who.first_of_table,
    ),
    Formula(
        "dipangkas-slovin", "responden", "Hanya {slovin} isian pertama (Slovin)",
        "Besar sampel untuk {users} orang adalah {slovin}; {over_slovin} isian selebihnya dibuang, padahal setiap "
        "jawaban warga harus dihitung.",
        who=who.first_of_slovin,
    ),
    Formula(
        "terburuk-dibuang", "responden", "{worst} isian terburuk dibuang",
        "Isian diurutkan menurut nilainya, lalu hanya 96 persen yang teratas dihitung: {worst} yang paling tidak "
        "puas hilang.",
        who=who.without_worst,
    ),
    Formula(
        "urutan-tertukar", "unsur", "Urutan {swapped} tertukar",
        "Indeksnya boleh sama, tetapi tabel unsur salah: {mixed}.",
        who=who.other_order, elements=True,
    ),
)  # fmt: skip

CONVERSIONS = (
    Formula(
        "kali-20", "konversi", "Dikalikan 20",
        "Angka 20 untuk lima pilihan jawaban; dengan empat pilihan nilai tertinggi hanya 80.",
        how=steps.times(20),
    ),
    Formula(
        "kali-25-per-4", "konversi", "Dikalikan 25/4",
        "Dibagi 4 dan tetap dikalikan 25 seolah-olah persen sudah dihitung; nilai tertinggi hanya 25.",
        how=steps.times(Fraction(25, 4)),
    ),
    Formula(
        "bagi-4-kali-100", "konversi", "Dibagi 4, dikalikan 100",
        "Cara lain untuk menulis dikalikan 25.",
        how=steps.share_of_best,
    ),
    Formula(
        "min-maks", "konversi", "Skala 0 sampai 100 (min-maks)",
        "Nilai 1 menjadi 0, bukan 25 seperti pada tabel peraturan; batas mutu tidak berlaku untuk angka ini.",
        how=steps.min_max,
    ),
    Formula(
        "persen-puas", "konversi", "Persen jawaban 3 dan 4",
        "Ini persentase jawaban yang puas, bukan IKM: jawaban 3 dan 4 dianggap sama, begitu pula 1 dan 2.",
        how=steps.satisfied,
    ),
    Formula(
        "pembagi-kurang-satu", "konversi", "Dibagi {less}, bukan {N}",
        "{N} unsur dijumlahkan tetapi dibagi {less}; nilainya dapat melebihi 100.",
        how=steps.one_term_less,
    ),
    Formula(
        "kali-100-per-kuadrat", "konversi", "Jumlah NRR × 100/{square}",
        "Skor tertinggi dikira {N}, padahal 4.",
        how=steps.over_square,
    ),
)  # fmt: skip

GRADES = (
    Formula(
        "lebih-dari", "mutu", "Batas dibaca 'lebih dari'",
        "Nilai yang tepat pada batas bawah turun satu mutu; peraturan memakai 'mulai dari'.",
        grade=grades.above,
    ),
    Formula(
        "kurang-dari-dua-sisi", "mutu", "Batas dibaca 'di antara' pada kedua sisi",
        "Nilai yang tepat pada batas, juga 100, tidak mendapat mutu.",
        grade=grades.between,
    ),
    Formula(
        "rentang-berlubang", "mutu", "Rentang tercetak dibandingkan dengan nilai yang belum dibulatkan",
        "Di antara dua rentang (misalnya 88,30 dan 88,31) ada lubang: nilai di situ tidak mendapat mutu.",
        grade=grades.closed,
    ),
    Formula(
        "dipotong-bulat", "mutu", "Nilai dipotong ke bilangan bulat sebelum dinilai",
        "Angka di belakang koma dibuang: 88,99 dinilai sebagai 88.",
        grade=grades.whole,
    ),
    Formula(
        "konversi-dua-kali", "mutu", "Dikalikan {factor} sekali lagi sebelum dinilai",
        "Nilai yang sudah dikonversi dikonversi lagi, sehingga hampir setiap unit mendapat mutu terbaik.",
        grade=grades.twice,
    ),
    Formula(
        "tabel-2004", "mutu", "Tabel mutu tahun 2004",
        "Tabel KEP/25/M.PAN/2/2004 lebih longgar (A mulai 81,26); untuk kuesioner ini berlaku tabel yang lain.",
        grade=grades.of_table("ikm-2004"), applies=grades.is_not_of_2004,
    ),
    Formula(
        "tabel-2017", "mutu", "Tabel mutu tahun 2017",
        "Tabel PermenPANRB 14/2017 (A mulai 88,31) tidak berlaku untuk kuesioner lama ini.",
        grade=grades.of_table("skm-2017"), applies=grades.is_of_2004,
    ),
    Formula(
        "batas-ni-2-desimal", "mutu", "Batas NI 2 desimal (2,60; 3,07; 3,54)",
        "Batas NI yang dibulatkan menggeser batas IKM menjadi 65,00; 76,75; 88,50.",
        grade=grades.borders("88.50", "76.75", "65.00"), applies=grades.is_of_2017,
    ),
    Formula(
        "batas-88,76", "mutu", "Batas 88,76; 76,66; 64,56",
        "Batas ini tidak ada dalam peraturan.",
        grade=grades.borders("88.76", "76.66", "64.56"), applies=grades.is_of_2017,
    ),
    Formula(
        "batas-66,14", "mutu", "Batas 88,31; 66,14; 43,97",
        "Batas ini tidak ada dalam peraturan; B dan C menjadi jauh lebih mudah.",
        grade=grades.borders("88.31", "66.14", "43.97"), applies=grades.is_of_2017,
    ),
    Formula(
        "batas-65,31", "mutu", "C mulai 65,31",
        "Peraturan menulis 65,00.",
        grade=grades.borders("88.31", "76.61", "65.31"), applies=grades.is_of_2017,
    ),
    Formula(
        "batas-88,40", "mutu", "A mulai 88,40",
        "Nilai 88,31 sampai 88,39 jatuh di luar semua rentang.",
        grade=grades.borders("88.40", "76.61", "65.00", hole=("88.31", "88.40")), applies=grades.is_of_2017,
    ),
    Formula(
        "batas-76,00", "mutu", "C berakhir pada 76,00",
        "Nilai 76,01 sampai 76,60 jatuh di luar semua rentang.",
        grade=grades.borders("88.31", "76.61", "65.00", hole=("76.01", "76.61")), applies=grades.is_of_2017,
    ),
)  # fmt: skip

FORMULAS = WEIGHTS + ROUNDINGS + PEOPLE + CONVERSIONS + GRADES


class Facts(Mapping[str, str]):
    """The numbers that titles and sentences name, printed when asked for."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    @cached_property
    def _all(self) -> dict[str, str]:
        a, instrument = self.answers, self.answers.instrument
        count, incomplete = len(instrument.elements), a.n - len(a.complete)
        table, by_slovin = krejcie_morgan(a.users) or 0, slovin(a.users) or 0
        best = instrument.scale * instrument.factor
        facts = {
            "N": str(count),
            "less": str(count - 1),
            "square": str(count**2),
            "factor": number(instrument.factor, 0),
            "step": number(instrument.factor / 100),
            "step3": number(instrument.factor / 1000, 3),
            "slip": number(Fraction(count, 200) * instrument.factor),
            "slip3": number(Fraction(count, 2000) * instrument.factor, 3),
            "n": whole(a.n),
            "incomplete": whole(incomplete),
            "complete": whole(len(a.complete)),
            "blank": whole(int((a.scores == 0).sum())),
            "everybody": whole(a.everybody),
            "population": whole(a.population),
            "target": whole(krejcie_morgan(a.population)),
            "frozen": whole(steps.frozen_after(instrument)),
            "users": whole(a.users),
            "table": whole(table),
            "over_table": whole(a.n - table),
            "slovin": whole(by_slovin),
            "over_slovin": whole(a.n - by_slovin),
            "worst": whole(a.n - int(round_half_up(who.KEPT * a.n, 0))),
            **_swapped(a),
        }
        for decimals in (1, 2, 3, 4):
            weight = steps.rounded(instrument.elements[0].weight, decimals)
            facts[f"w{decimals}"] = number(weight, decimals)
            facts[f"sum{decimals}"] = number(weight * count, decimals)
            facts[f"max{decimals}"] = number(weight * count * best)
        return facts

    def __getitem__(self, key: str) -> str:
        return self._all[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def _swapped(answers: Answers) -> dict[str, str]:
    """'U8/U9', and which mean each of these elements would be given instead of its own."""
    instrument, other = answers.instrument, who.swapped_keys(answers.instrument)
    own = {e.key: mean for e, mean in zip(instrument.elements, answers.means, strict=True)}
    mixed = [
        f"{e.name} mendapat NRR {number(own[other[e.key]], 2)}, bukan {number(own[e.key], 2)}"
        for e in instrument.elements
        if e.key in other
    ]
    return {
        "swapped": "/".join(e.code for e in instrument.elements if e.key in other),
        "mixed": "; ".join(mixed),
    }
