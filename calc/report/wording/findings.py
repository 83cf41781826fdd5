"""What the numbers say: respondents, strong and weak elements, promises, trend, conclusions and advice."""

from __future__ import annotations

from calc.display import joined, number, whole
from calc.report.data import ReportData, TrendPoint
from calc.report.wording import sentences
from calc.report.wording.collection import users_unknown
from calc.report.wording.phrases import (
    all_equal,
    cased,
    good_enough,
    head_of,
    named,
    outcome,
    period_of,
    signed,
    unit_of,
    valued,
    weak,
)
from calc.scoring.comparison import Change
from calc.scoring.result import Result
from calc.statistics.ranking import first, highest, lowest


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
            f"lemah atau lebih kuat daripada yang lain.\n\n{_weak(result)}"
        )
    return "\n\n".join(filter(None, (_low(result), _weak(result), _high(result), _few(result))))


def plan(data: ReportData) -> str:
    """4.2 Rencana Tindak Lanjut, above the table."""
    if data.follow_up:
        planned = {one.element for one in data.follow_up}
        missing = [named(e) for e in first(data.result) if e.key not in planned]
        gathered = _gathered(data) if any(one.period for one in data.follow_up) else ""
        return (
            "Berdasarkan hasil survei, perbaikan pelayanan direncanakan sebagaimana tabel berikut. Setiap kegiatan "
            f"mempunyai waktu pelaksanaan{_owners(data)}.{gathered}"
            + (f" Belum ada rencana untuk unsur {joined(missing)}." if missing else "")
        )
    if not data.result.n:
        return (
            "Rencana tindak lanjut belum dicatat. Karena belum ada isian, unsur prioritas belum dapat ditentukan; "
            "tabel berikut disediakan untuk diisi."
        )
    if lowest(data.result).elements:
        return (
            "Rencana tindak lanjut belum dicatat. Tabel berikut memuat unsur dengan nilai terendah sebagai usulan "
            "prioritas; program, waktu, dan penanggung jawabnya diisi oleh unit."
        )
    return (
        "Rencana tindak lanjut belum dicatat. Karena tidak ada unsur yang menonjol lebih rendah, prioritas "
        "ditetapkan oleh unit; tabel berikut disediakan untuk diisi."
    )


def _ownerless(data: ReportData) -> int:
    return sum(not one.owner for one in data.follow_up)


def _owners(data: ReportData) -> str:
    """The end of the sentence on plans: who is responsible may be left open."""
    if open_ones := _ownerless(data):
        return f"; penanggung jawab {open_ones} kegiatan belum ditetapkan"
    return " dan penanggung jawab"


def _gathered(data: ReportData) -> str:
    """That plans of periods inside are in the table, and what became of all of them so far."""
    done, running = (sum(one.status == status for one in data.follow_up) for status in ("done", "running"))
    total = len(data.follow_up)
    return (
        f" Tabel memuat juga rencana dari periode di dalam {period_of(data.result)}. Dari {whole(total)} kegiatan, "
        f"{_parts(total, done, running)}."
    )


def trend(data: ReportData) -> str:
    """4.3 Tren Nilai SKM."""
    points = [point for point in data.trend if point.result.converted is not None]
    if not points:
        return "Belum ada nilai yang dapat dibandingkan dari periode ke periode."
    if len(points) == 1 and data.inside:
        only = points[0].result
        return (
            f"Nilai {_preliminary(only)}{period_of(only)} adalah {number(only.converted)}. Periode sejenis sebelumnya "
            f"belum mempunyai nilai untuk dibandingkan. {_inside(data)}"
        ).strip()
    if len(points) == 1:
        only = points[0].result
        return (
            f"Baru ada nilai dari satu periode, yaitu {period_of(only)} dengan nilai {_preliminary(only)}"
            f"{number(only.converted)}, "
            "sehingga tren belum dapat dinilai."
        )
    if data.result.converted is None:
        return (
            f"Periode ini belum mempunyai nilai. Tabel berikut memuat nilai {len(points)} periode sebelumnya."
        )
    words = (
        f"{_change(points[-1], points[-2])} Tabel berikut memuat nilai {len(points)} periode yang tercatat."
    )
    return f"{words}\n\n{_inside(data)}" if data.inside else words


def kind_inside(data: ReportData) -> str:
    """'triwulan di dalam Tahun 2026': what the shorter periods of the report are, and of what."""
    word = period_of(data.inside[0].result).split()[0].lower()
    return f"{word} di dalam {period_of(data.result)}"


def _inside(data: ReportData) -> str:
    """How the value moved inside half a year or a year."""
    points = [point for point in data.inside if point.result.converted is not None]
    if len(points) < 2:
        return f"Baru satu {kind_inside(data)} yang mempunyai nilai." if points else ""
    return f"{_change(points[-1], points[-2])} Tabel berikut memuat nilai setiap {kind_inside(data)}."


def former(data: ReportData) -> str:
    """4.4 Tindak lanjut periode sebelumnya."""
    before = data.former_period or "periode sebelumnya"
    promises = data.former_follow_up
    if not promises:
        return f"Tidak ada rencana tindak lanjut dari {before} yang tercatat."
    done = sum(promise.status == "done" for promise in promises)
    running = sum(promise.status == "running" for promise in promises)
    became = _parts(len(promises), done, running)
    words = f"Dari {whole(len(promises))} kegiatan yang direncanakan pada {before}, {became}."
    if done < len(promises):
        words += " Kegiatan yang belum selesai dilanjutkan sampai tuntas."
    return words


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
        items.append(" ".join(filter(None, (best, _high_yet_weak(result)))))
    if low:
        items.append(
            f"Unsur dengan nilai terendah adalah {joined([valued(e) for e in low])}. {_weak(result)}"
        )
    elif result.converted is not None:
        items.append(_weak(result))
    points = [point for point in data.trend if point.result.converted is not None]
    if len(points) >= 2 and result.converted is not None:
        items.append(_change(points[-1], points[-2]))
    inside = [point for point in data.inside if point.result.converted is not None]
    if len(inside) >= 2 and result.converted is not None:
        items.append(_change(inside[-1], inside[-2]))
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
            if _ownerless(data)
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


def verdict(change: Change | None) -> str:
    """Whether a change is more than chance, for a table cell."""
    if change is None:
        return "Belum dapat dinilai"
    if not change.real:
        return "Tidak berbeda nyata"
    return "Naik nyata" if change.difference > 0 else "Turun nyata"


def unlike(now: Result, then: Result) -> str:
    """What forbids to compare two periods: 'Kuesioner', 'Cara hitung' or 'Aturan gabungan layanan'; '' for nothing."""
    if now.instrument != then.instrument:
        return "Kuesioner"
    if now.convention != then.convention:
        return "Cara hitung"
    return "Aturan gabungan layanan" if now.roll_up != then.roll_up else ""


def _preliminary(result: Result) -> str:
    """'sementara ' before what a running period has so far."""
    return "sementara " if sentences.is_running(result) else ""


def _change(this: TrendPoint, before: TrendPoint) -> str:
    now, then = this.result, before.result
    start = f"Nilai {_preliminary(now)}{period_of(now)} adalah {number(now.converted)}, "
    if now.converted == then.converted:
        start += f"sama dengan nilai {period_of(then)}."
    else:
        start += f"sedangkan nilai {period_of(then)} adalah {number(then.converted)}."
    if other := unlike(now, then):
        return f"{start} {other} kedua periode berbeda, sehingga kedua nilai tidak dibandingkan."
    change = this.change
    if now.converted == then.converted and (change is None or not change.real):
        return start
    if change is None:
        return f"{start} Data belum cukup untuk menilai apakah perbedaannya lebih dari kebetulan."
    spread = f"{signed(change.difference)} (selang kepercayaan 95%: {signed(change.low)} sampai {signed(change.high)})"
    if not change.real:
        return f"{start} Perubahan sebesar {spread} masih dapat terjadi karena kebetulan."
    way = "Kenaikan" if change.difference > 0 else "Penurunan"
    ends = sorted((abs(change.low), abs(change.high)))  # both on the same side of 0
    size = f"{number(abs(change.difference))} (selang kepercayaan 95%: {number(ends[0])} sampai {number(ends[1])})"
    return f"{start} {way} sebesar {size} lebih besar daripada yang dapat terjadi karena kebetulan."


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
    return " ".join(filter(None, (words, end.tie, _high_yet_weak(result))))


def _high_yet_weak(result: Result) -> str:
    """That the best elements of a unit need not be good."""
    under = [e for e in highest(result).elements if e in weak(result)]
    if not under:
        return ""
    names = joined([named(e) for e in under])
    return f"Walaupun tertinggi di unit ini, mutu {names} masih di bawah {good_enough(result)}."


def _weak(result: Result) -> str:
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


def _parts(total: int, done: int, running: int) -> str:
    if done == total:
        return "semuanya telah selesai"
    if not done and not running:
        return "belum ada yang dilaksanakan"
    rest = total - done - running
    parts = ((done, "telah selesai"), (running, "sedang dilaksanakan"), (rest, "belum dilaksanakan"))
    return joined([f"{whole(count)} {words}" for count, words in parts if count])
