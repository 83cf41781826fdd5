"""How the answers were collected: by whom, how, where, when, and from how many."""

from __future__ import annotations

from calc.display import joined, moment, percent, whole
from calc.report.data import ReportData
from calc.report.wording import sentences
from calc.report.wording.phrases import cased, days_of, period_of, unit_of
from calc.scoring.result import Result
from calc.statistics.sample import Sample


def organisers(data: ReportData) -> str:
    """2.1 Pelaksana SKM."""
    about = data.result.about
    of = f" di lingkungan {cased(about.organisation)}" if about.organisation else ""
    return (
        f"Survei dilaksanakan oleh {unit_of(data)}{of}. Unit penyelenggara bertanggung jawab atas pengumpulan "
        "isian, pengolahan data, penyusunan laporan, dan tindak lanjut hasilnya."
    )


def method(data: ReportData) -> str:
    """2.2 Metode Pengumpulan Data."""
    asked = data.instrument
    items, elements = len(asked.items), len(asked.elements)
    questions = (
        f"{items} pertanyaan, satu untuk setiap unsur pelayanan"
        if items == elements
        else f"{items} pertanyaan untuk {elements} unsur pelayanan"
    )
    about_person = (
        " Pertanyaan tentang diri responden boleh tidak dijawab; nama dan nomor identitas tidak ditanyakan."
        if asked.profile
        else ""
    )
    return (
        f"Data dikumpulkan dengan kuesioner “{asked.title}” menurut {asked.regulation}. Kuesioner memuat {questions}. "
        f"Setiap pertanyaan dijawab dengan memilih satu dari {asked.scale} jawaban, dari nilai 1 untuk yang paling "
        f"kurang sampai nilai {asked.scale} untuk yang paling baik.{about_person} Kuesioner lengkap dimuat dalam "
        f"lampiran.{_channels(data)}"
    )


def place(data: ReportData) -> str:
    """2.3 Lokasi Pengumpulan Data."""
    about = data.result.about
    unit = cased(about.unit) or "unit penyelenggara"
    address = f", {about.address}" if about.address else ""
    words = f"Pengumpulan data dilakukan di tempat pelayanan {unit}{address}."
    if not data.places:
        return words
    places = "\n".join(f"- {_one_line(name)}" for name in data.places)
    return f"{words} Kuesioner disediakan pada:\n\n{places}"


def time(data: ReportData) -> str:
    """2.4 Waktu Pelaksanaan SKM."""
    result = data.result
    period, days = period_of(result), days_of(result)
    span = "" if days in ("", period) or sentences.named_after_days(result.about) else f", yaitu {days}"
    words = f"Survei dilaksanakan pada {period}{span}."
    if result.about.cut is not None:
        until = moment(result.about.cut)
        words += (
            f" Data yang diolah dalam laporan ini adalah isian yang diterima sampai {until}."
            if result.n
            else f" Sampai {until} belum ada isian yang diterima."
        )
    if sentences.is_running(result):
        words += (
            " Pada saat itu periode survei belum berakhir, sehingga seluruh angka dalam laporan ini bersifat "
            "sementara."
        )
    return words


def respondents(data: ReportData) -> str:
    """2.5 Penentuan Jumlah Responden: the outcome; the formula stands below it."""
    own = unit_sample(data)
    words = (
        "Responden adalah penerima layanan yang mengisi kuesioner setelah dilayani. Jumlah responden minimum "
        "ditentukan dari jumlah pengguna layanan dengan rumus Krejcie dan Morgan."
    )
    if own.population is None or own.krejcie_morgan is None:
        return (
            f"{words} {users_unknown(data)} belum dicatat, sehingga jumlah responden minimumnya belum dapat "
            f"ditentukan. {_gathered(own.n)}."
        )
    if not own.n:
        reached = ""
    elif own.n >= own.krejcie_morgan:
        reached = ", sehingga jumlah minimum itu terpenuhi"
    else:
        reached = f", sehingga masih kurang {whole(own.krejcie_morgan - own.n)} responden"
    return (
        f"{words} Dengan {whole(own.population)} pengguna layanan diperlukan paling sedikit "
        f"{whole(own.krejcie_morgan)} responden. {_gathered(own.n)}{reached}."
    )


def unit_sample(data: ReportData) -> Sample:
    """The unit's own row of the sample table, from the result where nobody made one."""
    for sample in data.samples:
        if not sample.name or sample.name == data.result.about.service:
            return sample
    return plain_sample(data.result)


def users_unknown(data: ReportData) -> str:
    """Whose number of users is missing: of the unit alone where services have theirs."""
    known = any(sample.population is not None for sample in data.samples)
    return "Jumlah pengguna seluruh layanan unit" if known else "Jumlah pengguna layanan"


def plain_sample(result: Result) -> Sample:
    """What the result itself knows of its sample."""
    return Sample(result.about.service, result.n, result.about.population, result.target, None, None)


def _gathered(n: int) -> str:
    return (
        f"Isian yang terkumpul berasal dari {whole(n)} responden" if n else "Belum ada isian yang terkumpul"
    )


def _channels(data: ReportData) -> str:
    total = sum(count for _, count in data.channels)
    if not total:
        return ""
    parts = [
        f"{_inside(words)} ({whole(count)} isian; {percent(count, total)})"
        for words, count in data.channels
        if count
    ]
    if len(parts) == 1:
        return f"\n\nSemua isian diterima melalui satu cara: {parts[0]}."
    return f"\n\nIsian diterima melalui {joined(parts)}."


def _inside(words: str) -> str:
    """'Kode QR' inside a sentence; 'QR …' stays."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _one_line(words: str) -> str:
    return " ".join(words.split())
