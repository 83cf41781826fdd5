"""Conclusions, advice, and who answers for the report."""

from __future__ import annotations

from calc.display import joined, whole
from calc.report.data import ReportData
from calc.report.wording import sentences
from calc.report.wording.analysis import below_good, high_yet_weak
from calc.report.wording.collection import users_unknown
from calc.report.wording.follow_ups import ownerless
from calc.report.wording.phrases import cased, head_of, named, outcome, period_of, unit_of, valued
from calc.report.wording.trend import change_words
from calc.statistics.ranking import first, highest, lowest


def conclusion(data: ReportData) -> str:
    """5.1 Kesimpulan."""
    result = data.result
    period = period_of(result)
    if not result.n:
        return (
            f"Survei Kepuasan Masyarakat {unit_of(data)} pada {period} belum menghasilkan nilai, karena belum ada "
            "isian yang masuk."
        )
    items = [outcome(data)]
    if words := sentences.interval_words(result):
        items.append(" ".join(filter(None, (words, sentences.firmness(result)))))
    elif words := sentences.no_interval(result):
        items.append(words)
    low, high = lowest(result).elements, highest(result).elements
    if high:
        best = f"Unsur dengan nilai tertinggi adalah {joined([valued(e) for e in high])}."
        items.append(" ".join(filter(None, (best, high_yet_weak(result)))))
    if low:
        items.append(
            f"Unsur dengan nilai terendah adalah {joined([valued(e) for e in low])}. {below_good(result)}"
        )
    elif result.converted is not None:
        items.append(below_good(result))
    points = [point for point in data.trend if point.result.converted is not None]
    if len(points) >= 2 and result.converted is not None:
        items.append(change_words(points[-1], points[-2]))
    inside = [point for point in data.inside if point.result.converted is not None]
    if len(inside) >= 2 and result.converted is not None:
        items.append(change_words(inside[-1], inside[-2]))
    listed = "\n".join(f"- {item}" for item in items)
    return (
        f"Dari pelaksanaan Survei Kepuasan Masyarakat {unit_of(data)} pada {period} disimpulkan:\n\n{listed}"
    )


def advice(data: ReportData) -> str:
    """5.2 Saran."""
    result = data.result
    items = []
    if low := first(result):
        items.append(f"Perbaikan didahulukan pada unsur {joined([named(e) for e in low])}.")
    if not result.n:
        items += _collect(data)
    if data.follow_up:
        items.append(
            "Rencana tindak lanjut dilaksanakan menurut waktunya, dan penanggung jawabnya dilengkapi."
            if ownerless(data)
            else "Rencana tindak lanjut dilaksanakan menurut waktu dan penanggung jawab yang telah ditetapkan."
        )
    elif result.n:
        items.append("Rencana tindak lanjut ditetapkan, lengkap dengan waktu dan penanggung jawabnya.")
    if any(promise.status != "done" for promise in data.former_follow_up):
        items.append(
            f"Kegiatan dari {data.former_period or 'periode sebelumnya'} yang belum selesai dituntaskan."
        )
    if not result.n:
        pass
    elif result.target is not None and result.n < result.target and sentences.is_running(result):
        items.append(
            "Pengumpulan isian dilanjutkan sampai akhir periode, agar jumlahnya mencapai sedikitnya "
            f"{whole(result.target)} responden."
        )
    elif result.target is not None and result.n < result.target:
        items.append(
            f"Responden pada periode berikutnya ditambah sampai sedikitnya {whole(result.target)} orang, agar hasilnya "
            "lebih mewakili pengguna layanan."
        )
    if result.target is None:
        items += _unknown_users(data)
    if any(e.mean is None for e in result.elements) and result.n:
        items.append("Semua unsur ditanyakan dan dijawab, agar indeks dapat dihitung.")
    items.append("Survei dilaksanakan kembali secara berkala, dan hasilnya diumumkan kepada masyarakat.")
    return "\n".join(f"- {item}" for item in items)


def _unknown_users(data: ReportData) -> list[str]:
    """What is to be done where no minimum is known: count the users; and more answers where they only show a way."""
    result = data.result
    more = f"Responden ditambah sampai sedikitnya {sentences.INDICATIVE} orang, agar nilainya tidak hanya indikatif."
    return [
        *([more] if 0 < result.n < sentences.INDICATIVE else []),
        f"{users_unknown(data)} dicatat, agar jumlah responden minimum dapat ditentukan.",
    ]


def _collect(data: ReportData) -> list[str]:
    """What is to be done where nobody answered."""
    result = data.result
    when = "sampai akhir periode" if sentences.is_running(result) else "pada periode berikutnya"
    enough = (
        f", sampai sedikitnya {whole(result.target)} orang mengisinya" if result.target is not None else ""
    )
    return [
        "Ketersediaan kode QR dan tautan kuesioner di tempat pelayanan diperiksa.",
        f"Kuesioner ditawarkan kepada setiap penerima layanan {when}{enough}.",
    ]


def closing(data: ReportData) -> str:
    """The last sentence before the signature."""
    return "Demikian laporan ini disusun sebagai bahan perbaikan pelayanan dan pertanggungjawaban kepada masyarakat."


def signer(data: ReportData) -> str:
    """Who signs: role, name, number, a line each; only the role is known."""
    about = data.result.about
    return head_of(cased(about.unit)) if about.unit else "Pimpinan unit penyelenggara"


def place_and_date(data: ReportData) -> str:
    """Room for place and day of the signature; a report on the last quarter is signed in the next year."""
    cut = data.result.about.cut
    return f"……………………, …………………… {cut.year if cut else ''}".rstrip()
