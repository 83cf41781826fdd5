"""The text blocks of the full report that an office may word itself, and the words in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calc.report.data import ReportData
from calc.report.document import Block, Bullets, Text
from calc.report.wording import analysis, closing, collection, follow_ups, opening, trend

BULLET = "- "


@dataclass(frozen=True)
class TextBlock:
    """title : in Indonesian, for the list at the desk; default : makes the usual words; help : one sentence."""

    title: str
    default: Callable[[ReportData], str]
    help: str


_BLOCKS = {
    "pengantar": TextBlock(
        "Kata Pengantar", opening.foreword, "Halaman pengantar sebelum daftar isi, ditandatangani pimpinan."
    ),
    "latar_belakang": TextBlock(
        "Latar Belakang",
        opening.background,
        "Mengapa survei dilaksanakan, dengan dasar hukumnya secara umum.",
    ),
    "dasar": TextBlock(
        "Dasar Pelaksanaan SKM",
        opening.legal_basis,
        "Daftar peraturan; tambahkan peraturan daerah atau keputusan kepala unit bila ada.",
    ),
    "maksud": TextBlock("Maksud dan Tujuan", opening.aims, "Untuk apa survei dilaksanakan."),
    "sasaran": TextBlock("Sasaran", opening.targets, "Apa yang hendak dicapai melalui survei."),
    "manfaat": TextBlock("Manfaat", opening.benefits, "Apa gunanya hasil survei bagi unit dan masyarakat."),
    "pelaksana": TextBlock(
        "Pelaksana SKM",
        collection.organisers,
        "Siapa yang melaksanakan survei; sebutkan tim dan surat tugasnya bila ada.",
    ),
    "metode": TextBlock(
        "Metode Pengumpulan Data", collection.method, "Kuesioner yang dipakai dan cara isian diterima."
    ),
    "lokasi": TextBlock(
        "Lokasi Pengumpulan Data", collection.place, "Tempat pelayanan dan loket yang menyediakan kuesioner."
    ),
    "waktu": TextBlock(
        "Waktu Pelaksanaan SKM", collection.time, "Periode survei; tambahkan jadwal kegiatan bila perlu."
    ),
    "responden": TextBlock(
        "Penentuan Jumlah Responden",
        collection.respondents,
        "Pengantar tabel sampel; rumus dan tabelnya dicetak sendiri di bawahnya.",
    ),
    "kelemahan": TextBlock(
        "Analisis Kelemahan dan Kelebihan Unsur",
        analysis.strengths,
        "Uraian unsur yang lemah dan yang kuat; tambahkan penyebab yang diketahui unit.",
    ),
    "rencana": TextBlock(
        "Rencana Tindak Lanjut",
        follow_ups.plan,
        "Pengantar tabel rencana; sebutkan forum dan tanggal pembahasannya bila ada.",
    ),
    "tren": TextBlock("Tren Nilai SKM", trend.trend, "Uraian perubahan nilai dari periode ke periode."),
    "tindak_lanjut": TextBlock(
        "Tindak Lanjut Periode Sebelumnya",
        follow_ups.former,
        "Apa yang telah dikerjakan dari rencana periode sebelumnya.",
    ),
    "kesimpulan": TextBlock("Kesimpulan", closing.conclusion, "Ringkasan hasil survei dalam beberapa butir."),
    "saran": TextBlock("Saran", closing.advice, "Apa yang disarankan kepada unit setelah survei ini."),
    "penutup": TextBlock("Kalimat Penutup", closing.closing, "Kalimat terakhir sebelum tanda tangan."),
    "tempat_tanggal": TextBlock(
        "Tempat dan Tanggal Tanda Tangan",
        closing.place_and_date,
        "Satu baris, misalnya nama kota dan tanggal.",
    ),
    "penandatangan": TextBlock(
        "Penandatangan",
        closing.signer,
        "Tiga baris: jabatan, nama, lalu pangkat atau NIP; baris yang kosong disediakan ruang untuk ditulis.",
    ),
}
BLOCKS: Mapping[str, TextBlock] = MappingProxyType(_BLOCKS)


def words_of(data: ReportData, key: str) -> tuple[str, ...]:
    """Paragraphs of a block: the office's own words as they were written, else the usual ones.

    Empty lines part paragraphs; a line that begins with '- ' is a paragraph of its own.

    Raises
    ------
    KeyError
        For a block that there is not.
    """
    paragraphs: list[str] = []
    fresh = True
    for line in lines_of(data, key):
        if line and (fresh or line.startswith(BULLET)):
            paragraphs.append(line)
        elif line:
            paragraphs[-1] += "\n" + line
        fresh = not line
    return tuple(paragraphs)


def blocks_of(data: ReportData, key: str) -> tuple[Block, ...]:
    """The same as paragraphs and lists; lines of one paragraph that the office broke follow each other."""
    blocks: list[Block] = []
    items: list[str] = []
    for paragraph in words_of(data, key):
        words = " ".join(paragraph.split("\n"))
        if words.startswith(BULLET):
            items.append(words.removeprefix(BULLET).strip())
            continue
        if items:
            blocks.append(Bullets(tuple(items)))
            items = []
        blocks.append(Text(words))
    if items:
        blocks.append(Bullets(tuple(items)))
    return tuple(blocks)


def lines_of(data: ReportData, key: str) -> tuple[str, ...]:
    """The lines of a block as they were written, empty ones too; of a signature they are all that counts."""
    own = data.texts.get(key, "")
    words = own if own.strip() else BLOCKS[key].default(data)
    return tuple(line.strip() for line in words.strip().replace("\r\n", "\n").replace("\r", "\n").split("\n"))
