"""The improvement plans of this period, and what became of those of the former one."""

from __future__ import annotations

from calc.display import joined, whole
from calc.report.data import ReportData
from calc.report.wording.phrases import named, period_of
from calc.statistics.ranking import first, lowest


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


def ownerless(data: ReportData) -> int:
    return sum(not one.owner for one in data.follow_up)


def _owners(data: ReportData) -> str:
    """The end of the sentence on plans: who is responsible may be left open."""
    if open_ones := ownerless(data):
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


def _parts(total: int, done: int, running: int) -> str:
    if done == total:
        return "semuanya telah selesai"
    if not done and not running:
        return "belum ada yang dilaksanakan"
    rest = total - done - running
    parts = ((done, "telah selesai"), (running, "sedang dilaksanakan"), (rest, "belum dilaksanakan"))
    return joined([f"{whole(count)} {words}" for count, words in parts if count])
