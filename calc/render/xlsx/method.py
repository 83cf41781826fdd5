"""Sheet 'Metode': how the figures came about, so that they can be repeated next year."""

from __future__ import annotations

from collections.abc import Iterator

from calc.display import moment, whole
from calc.render.xlsx.sheet_writer import LINE, SheetWriter, lines
from calc.report.data import ReportData
from calc.report.wording import sentences
from calc.scoring.result import Result

BLANKS = (
    "Jawaban kosong tidak dihitung nol; setiap unsur dibagi dengan jumlah jawabannya sendiri. Unsur tanpa satu pun "
    "jawaban membuat indeks tidak dapat dihitung."
)
BETWEEN = "Nilai dibulatkan ke dua desimal, lalu dibandingkan dengan batas bawah setiap mutu."
STORED = "Semua angka turunan di buku kerja ini adalah rumus hidup. Nilai yang tersimpan sama dengan nilai di laporan."

_WIDTH = 62  # characters of the wide column


class Method:
    """Writes facts, then what other conventions would give, then the table of grades."""

    def __init__(self, writer: SheetWriter, data: ReportData, found: Result) -> None:
        self.writer, self.data, self.found = writer, data, found

    def write(self) -> None:
        writer = self.writer
        writer.sheet.set_column(0, 0, 30)
        writer.sheet.set_column(1, 1, _WIDTH)
        writer.sheet.set_column(2, 3, 15)
        writer.a4(landscape=False)
        writer.words(0, 0, "LEMBAR METODE", "title")
        row = 2
        for label, words in self._facts():
            writer.sheet.set_row(row, LINE * lines(words, _WIDTH))
            writer.words(row, 0, label, "label")
            writer.words(row, 1, words, "wrapped")
            row += 1
        row = self._value(row + 1)
        row = self._others(row + 1)
        self._grades(row + 1)

    def _facts(self) -> Iterator[tuple[str, str]]:
        """Labels and words; what is not known is left out."""
        data, result = self.data, self.data.result
        about = result.about
        facts = (
            ("Instansi", about.organisation),
            ("Unit pelayanan", sentences.subject(result)),
            ("Periode", sentences.period_words(result)),
            ("Data sampai", moment(about.cut) if about.cut else ""),
            ("Kuesioner", f"{result.instrument_title} ({result.regulation}), kunci {result.instrument}"),
            ("Responden", whole(result.n)),
            ("Konvensi hitung", f"{result.convention}: {result.convention_words}"),
            ("Urutan kolom U", result.order),
            ("Jawaban kosong", BLANKS),
            ("Isian tidak lengkap", sentences.incomplete_words(result)),
            ("Penggabungan layanan", result.roll_up_words),
            ("Mutu", BETWEEN),
            ("Selang kepercayaan", sentences.interval_words(result) or sentences.no_interval(result)),
            ("Batas selang", sentences.interval_limits(result)),
            ("Sampel", sentences.sample_words(result)),
            *(("Perhatian", words) for words in sentences.cautions(result)),
            ("Sidik data", data.fingerprint),
            ("Alamat periksa", data.verify),
            ("Versi perangkat lunak", data.version),
            ("Rumus", STORED),
        )
        return (fact for fact in facts if fact[1])

    def _value(self, row: int) -> int:
        """The result itself as numbers that other sheets can point at."""
        writer, result = self.writer, self.data.result
        interval, complete = result.interval, result.n - result.incomplete
        only = result.complete_only if complete >= sentences.PUBLISHED else None
        lines = (
            ("Indeks (NI)", result.index, "four"),
            ("IKM", result.converted, "two"),
            ("Batas bawah selang", interval.low if interval else None, "two"),
            ("Batas atas selang", interval.high if interval else None, "two"),
            (f"IKM {whole(complete)} isian lengkap saja", only, "two"),
        )
        writer.words(row, 0, "HASIL", "title")
        for label, value, style in lines:
            if value is not None:
                row += 1
                writer.words(row, 0, label, "label")
                writer.number(row, 2, value, style)
        row += 1
        writer.words(row, 0, "Mutu pelayanan", "label")
        writer.words(row, 2, result.grade or "belum ada nilai", "plain")
        return row + 1

    def _others(self, row: int) -> int:
        writer, result = self.writer, self.data.result
        if not result.other_conventions or result.converted is None:
            return row
        writer.words(row, 0, "NILAI MENURUT KONVENSI LAIN", "title")
        row += 1
        for column, words in enumerate(("Konvensi", "Artinya", "IKM", "Mutu")):
            writer.words(row, column, words, "top_left" if column < 2 else "top")
        for other in result.other_conventions:
            row += 1
            writer.words(row, 0, other.convention)
            writer.words(row, 1, sentences.convention_label(other.convention))
            writer.number(row, 2, other.converted, "two")
            writer.words(row, 3, other.grade, "centre")
        return row + 2

    def _grades(self, row: int) -> None:
        writer = self.writer
        writer.words(row, 0, "TABEL MUTU", "title")
        row += 1
        for column, words in enumerate(("Mutu pelayanan", "Kinerja", "NI", "IKM")):
            writer.words(row, column, words, "top_left" if column < 2 else "top")
        for ni, nik, grade, performance, _ in self.found.bands:
            row += 1
            writer.words(row, 0, grade)
            writer.words(row, 1, performance)
            writer.words(row, 2, ni, "centre")
            writer.words(row, 3, nik, "centre")
