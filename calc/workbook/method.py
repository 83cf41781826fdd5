"""Sheet 'Metode': how the figures came about, so that whoever reads them next year can repeat them."""

from __future__ import annotations

from collections.abc import Iterator

from calc.display import moment, whole
from calc.dossier import Dossier
from calc.paper import sentences
from calc.result import Result
from calc.workbook.pen import LINE, Pen, lines

BLANKS = (
    "Jawaban kosong tidak dihitung nol; setiap unsur dibagi dengan jumlah jawabannya sendiri. Unsur tanpa satu pun "
    "jawaban membuat indeks tidak dapat dihitung."
)
BETWEEN = "Nilai dibulatkan ke dua desimal, lalu dibandingkan dengan batas bawah setiap mutu."
STORED = "Semua angka turunan di buku kerja ini adalah rumus hidup. Nilai yang tersimpan sama dengan nilai di laporan."

_WIDTH = 62  # characters of the wide column


class Method:
    """Writes facts, then what other conventions would give, then the table of grades."""

    def __init__(self, pen: Pen, dossier: Dossier, found: Result) -> None:
        self.pen, self.dossier, self.found = pen, dossier, found

    def write(self) -> None:
        pen = self.pen
        pen.sheet.set_column(0, 0, 30)
        pen.sheet.set_column(1, 1, _WIDTH)
        pen.sheet.set_column(2, 3, 15)
        pen.a4(landscape=False)
        pen.words(0, 0, "LEMBAR METODE", "title")
        row = 2
        for label, words in self._facts():
            pen.sheet.set_row(row, LINE * lines(words, _WIDTH))
            pen.words(row, 0, label, "label")
            pen.words(row, 1, words, "wrapped")
            row += 1
        row = self._value(row + 1)
        row = self._others(row + 1)
        self._grades(row + 1)

    def _facts(self) -> Iterator[tuple[str, str]]:
        """Labels and words; what is not known is left out."""
        dossier, result = self.dossier, self.dossier.result
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
            ("Sidik data", dossier.fingerprint),
            ("Alamat periksa", dossier.verify),
            ("Versi perangkat lunak", dossier.version),
            ("Rumus", STORED),
        )
        return (fact for fact in facts if fact[1])

    def _value(self, row: int) -> int:
        """The result itself as numbers that other sheets can point at."""
        pen, result = self.pen, self.dossier.result
        interval, complete = result.interval, result.n - result.incomplete
        only = result.complete_only if complete >= sentences.PUBLISHED else None
        lines = (
            ("Indeks (NI)", result.index, "four"),
            ("IKM", result.converted, "two"),
            ("Batas bawah selang", interval.low if interval else None, "two"),
            ("Batas atas selang", interval.high if interval else None, "two"),
            (f"IKM {whole(complete)} isian lengkap saja", only, "two"),
        )
        pen.words(row, 0, "HASIL", "title")
        for label, value, look in lines:
            if value is not None:
                row += 1
                pen.words(row, 0, label, "label")
                pen.number(row, 2, value, look)
        row += 1
        pen.words(row, 0, "Mutu pelayanan", "label")
        pen.words(row, 2, result.grade or "belum ada nilai", "plain")
        return row + 1

    def _others(self, row: int) -> int:
        pen, result = self.pen, self.dossier.result
        if not result.other_conventions or result.converted is None:
            return row
        pen.words(row, 0, "NILAI MENURUT KONVENSI LAIN", "title")
        row += 1
        for column, words in enumerate(("Konvensi", "Artinya", "IKM", "Mutu")):
            pen.words(row, column, words, "top_left" if column < 2 else "top")
        for other in result.other_conventions:
            row += 1
            pen.words(row, 0, other.convention)
            pen.words(row, 1, sentences.convention_label(other.convention))
            pen.number(row, 2, other.converted, "two")
            pen.words(row, 3, other.grade, "centre")
        return row + 2

    def _grades(self, row: int) -> None:
        pen = self.pen
        pen.words(row, 0, "TABEL MUTU", "title")
        row += 1
        for column, words in enumerate(("Mutu pelayanan", "Kinerja", "NI", "IKM")):
            pen.words(row, column, words, "top_left" if column < 2 else "top")
        for ni, nik, grade, performance, _ in self.found.bands:
            row += 1
            pen.words(row, 0, grade)
            pen.words(row, 1, performance)
            pen.words(row, 2, ni, "centre")
            pen.words(row, 3, nik, "centre")
