"""Documents as PDF: everything is printed, nothing overflows, stands alone or is obeyed."""

import hashlib
import io
import re
import subprocess
import sys
import tracemalloc
from dataclasses import replace

import pypdf
import pypdfium2
import pytest

from calc.render.outline import flat
from calc.render.pdf.document import pdf
from calc.render.pdf.table import TableBox
from calc.render.render import document, drawn
from calc.report.charts import picture
from calc.report.document import (
    Beside,
    Bullets,
    Caution,
    Column,
    Contents,
    Cover,
    Document,
    Figure,
    Heading,
    LongTable,
    NewPage,
    PageOf,
    Panel,
    ShareBar,
    Signature,
    Strong,
    Table,
    Text,
    Title,
    Together,
)
from calc.report.full import full
from tests.report_data import HOSTILE, LONG, RUNNING, report_data

PARAGRAPH = (
    "Masyarakat yang dilayani paling mengetahui apakah suatu pelayanan mudah diurus dan tepat waktu. " * 6
)


def paper(*blocks, **more) -> bytes:
    return pdf(Document("Judul", "Instansi", "Atas", "Bawah", tuple(blocks), **more))


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def pages(data: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in read(data).pages]


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words)


def rows(n: int, words: str = "baris") -> Table:
    columns = (Column("No.", 1, "right"), Column("Isi", 8))
    return Table(columns, tuple((str(i + 1), f"{words} {i + 1}") for i in range(n)), caption="Tabel 1. Isi")


def ink_in_margins(data: bytes) -> list[int]:
    """Pages with anything but white within 17 mm of the left or right edge, or 10 mm of the lower one."""
    found = []
    with pypdfium2.PdfDocument(data) as document:
        for number, page in enumerate(document, start=1):
            shot = page.render(scale=1).to_pil().convert("L")
            side, low = round(17 / 25.4 * 72), round(10 / 25.4 * 72)
            strips = (
                (0, 0, side, shot.height),
                (shot.width - side, 0, shot.width, shot.height),
                (0, shot.height - low, shot.width, shot.height),
            )
            if any(shot.crop(strip).getextrema() != (255, 255) for strip in strips):
                found.append(number)
    return found


def test_every_kind_of_block_is_printed():
    shapes = (
        picture.Rect(0, 0, 100, 10, "#0b5d66"),
        picture.Line(0, 0, 50, 20, "#1c2b36", dash=2),
        picture.Dot(20, 20, 3, "#1c2b36"),
        picture.Words(0, 30, "kata gambar", 8, "#1c2b36", room=200),
    )
    printed = " ".join(
        pages(
            paper(
                Cover("Pemerintah Contoh", "LAPORAN", ("Unit Contoh",), ("2026",), "85,24", "B", ("Mutu B",)),
                Contents(),
                Heading("PENDAHULUAN", 1, "satu", "BAB I"),
                Heading("Latar", 2, "latar", "1.1"),
                Text("Paragraf biasa"),
                Text(("Nilai ", Strong("85,24"), "; baik"), "lead"),
                Bullets(("butir satu", "butir dua"), ("a.", "b.")),
                Caution("Hati-hati"),
                Table((Column("Unsur", 2), Column("", 1)), (("U1", ShareBar(1, 2)), ("di", PageOf("latar")))),
                LongTable((Column("No.", 1),), 3, lambda a, b: [(f"R{i}",) for i in range(a, b)], (("S9",),)),
                Figure(picture.Picture(200, 40, shapes, "Gambar"), "Gambar 1. Batang"),
                Panel("Nilai IKM", "85,24", ("Mutu B", "Baik"), "B", (("Responden", "32 orang"),)),
                Signature("Tanjung Selor, 2026", "Kepala Dinas", "Nama Contoh", "NIP 1"),
                NewPage(),
                Together((Text("bersama satu"), Text("bersama dua"))),
                Beside(rows(2, "kiri"), rows(2, "kanan")),
                Title("Instansi Lain", "Ringkasan", "Unit Lain", ("Triwulan I",), "bagian"),
                verify="https://contoh.go.id/periksa",
            )
        )
    )
    for words in (
        "Pemerintah Contoh LAPORAN Unit Contoh",
        "85,24 Mutu B",
        "DAFTAR ISI",
        "BAB I PENDAHULUAN",
        "1.1 Latar",
        "Paragraf biasa",
        "Nilai 85,24; baik",
        "a. butir satu",
        "Perhatian. Hati-hati",
        "di 3",
        "R0 R1 R2",
        "S9",
        "kata gambar",
        "Gambar 1. Batang",
        "Responden 32 orang",
        "Kepala Dinas",
        "bersama dua",
        "kiri 2",
        "kanan 2",
        "Unit Lain",
        "https://contoh.go.id/periksa",
    ):
        assert words in printed, words


def test_the_cover_has_neither_head_nor_page_number_and_all_other_pages_have_both():
    cover, *others = pages(pdf(full(report_data(30))))
    assert "Halaman" not in cover
    for number, page in enumerate(others, start=2):
        assert f"Halaman {number} dari {len(others) + 1}" in page
        assert "Laporan SKM · Dinas" in page


@pytest.mark.slow
@pytest.mark.parametrize("n, services", [(0, 1), (1, 1), (4, 2), (29, 3), (300, 1), (300, 3)])
def test_the_code_to_check_a_paper_takes_no_page_of_its_own(n, services):
    """Head, foot and the words beside the code are about 45 words; a page that says something has many more."""
    data = report_data(n, services)
    for kind in ("summary", "full", "tabulation"):
        found = [page for page in pages(drawn(document(kind, data), "pdf")) if data.verify[:40] in page]
        assert len(found[-1].split()) > 60, (kind, found[-1])


def test_the_code_in_the_foot_is_whole_also_where_much_stands_before_it():
    running = report_data(20_000, 1, about=RUNNING, scores=False)
    for kind in ("full", "summary"):
        for page in pages(drawn(document(kind, running), "pdf"))[1:]:
            assert f"kode {running.code} " in page, kind


@pytest.mark.parametrize("lines", range(30, 60))
def test_a_chapter_does_not_end_with_a_page_of_one_line_when_smaller_gaps_save_it(lines):
    blocks = [Heading("SATU", 1, "a"), *[Text("pengisi") for _ in range(lines)], Heading("DUA", 1, "b")]
    found = pages(paper(*blocks, Text("akhir")))
    assert not any(0 < page.count("pengisi") < 4 for page in found[:-1])


def test_a_chapter_that_is_too_long_to_be_tried_keeps_every_line_in_its_order():
    blocks = [Heading("SATU", 1, "a"), *[Text(f"baris{i}") for i in range(700)], Heading("DUA", 1, "b")]
    printed = " ".join(pages(paper(*blocks, Text("akhir"))))
    assert re.findall(r"baris(\d+)", printed) == [str(i) for i in range(700)]
    assert printed.index("baris699") < printed.index("DUA") < printed.index("akhir")


def test_rows_to_be_filled_in_by_hand_are_high_enough_for_a_hand():
    """A line of handwriting needs 8 mm (23 points); three lines of a cell are more."""
    columns = (Column("No.", 1), Column("Kegiatan", 6))
    low, high = (TableBox(Table(columns, (("1", ""),), lines=lines), 400).rows[0].height for lines in (1, 3))
    assert low < 23 < 36 < high


def test_the_contents_name_the_page_on_which_every_chapter_and_section_stands():
    document = full(report_data(300, 3))
    found = pages(pdf(document))
    contents = next(page for page in found if "DAFTAR ISI" in page)
    for heading in document.blocks:
        if isinstance(heading, Heading) and heading.level < 3:
            words = f"{heading.number} {heading.words}".strip()
            at = re.search(rf"{re.escape(words)} (\d+)\b", contents)
            assert at, words
            assert words in found[int(at[1]) - 1]


def test_the_outline_leads_to_chapters_and_below_them_to_sections():
    reader = read(pdf(full(report_data(30))))
    chapters = [entry for entry in reader.outline if not isinstance(entry, list)]
    assert [c.title for c in chapters][:3] == ["KATA PENGANTAR", "DAFTAR ISI", "BAB I PENDAHULUAN"]
    below = reader.outline[reader.outline.index(chapters[2]) + 1]
    assert [entry.title for entry in below] == [
        "1.1 Latar Belakang",
        "1.2 Dasar Pelaksanaan SKM",
        "1.3 Maksud dan Tujuan",
    ]


def test_a_chapter_begins_a_page_and_a_section_does_not():
    found = pages(
        paper(Heading("SATU", 1, "a"), Text("x"), Heading("dua", 2, "b"), Heading("TIGA", 1, "c"), Text("y"))
    )
    assert len(found) == 2
    assert "dua" in found[0]
    assert "TIGA" in found[1]


@pytest.mark.parametrize("lines", range(36, 47))
def test_a_heading_never_stands_alone_at_the_end_of_a_page(lines):
    """Whatever fills the page above it: the heading is followed by at least two lines on its own page."""
    blocks = [Text("pengisi") for _ in range(lines)]
    found = pages(paper(*blocks, Heading("Kepala bagian", 2, "k"), Text("mulai " + PARAGRAPH)))
    assert any("Kepala bagian mulai" in page for page in found)


@pytest.mark.parametrize("lines", range(30, 50, 3))
def test_a_caption_stays_with_its_table_and_its_figure(lines):
    drawn = picture.Picture(100, 90, (picture.Words(0, 10, "isi gambar", 8, "#1c2b36"),), "")
    fill = [Text("pengisi") for _ in range(lines)]
    for page in pages(paper(*fill, rows(12))) + pages(paper(*fill, Figure(drawn, "Gambar 1. Batang"))):
        assert ("Tabel 1. Isi" in page) <= ("baris" in page)
        assert ("Gambar 1. Batang" in page) == ("isi gambar" in page)


def test_a_table_over_several_pages_repeats_its_head_and_caption_and_loses_no_row():
    found = pages(paper(rows(200)))
    assert len(found) > 3
    assert all("No. Isi" in page for page in found)
    assert ["(lanjutan)" in page for page in found] == [False] + [True] * (len(found) - 1)
    assert re.findall(r"baris (\d+)", " ".join(found)) == [str(i + 1) for i in range(200)]


@pytest.mark.parametrize("count", range(36, 50))
def test_the_last_row_of_a_table_never_stands_alone(count):
    last = pages(paper(replace(rows(count), total=True)))[-1]
    assert len(re.findall(r"baris \d+", last)) != 1


def test_a_cell_longer_than_a_page_goes_on_over_the_next_pages():
    words = " ".join(f"kata{i}" for i in range(4000))
    found = pages(paper(Table((Column("No.", 1), Column("Isi", 9)), (("1", words), ("2", "sesudahnya")))))
    printed = re.findall(r"kata\d+", " ".join(found))
    assert printed == words.split()
    assert "sesudahnya" in found[-1]
    assert ink_in_margins(paper(Table((Column("Isi", 9),), ((words,),)))) == []


def test_words_in_narrow_columns_are_not_broken_while_others_have_room():
    columns = (Column("Responden", 1), Column("Keterangan", 20))
    assert "Responden Keterangan 12 Terlaksana" in " ".join(
        pages(paper(Table(columns, (("12", "Terlaksana"),))))
    )


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: repr(words[:14]))
def test_hostile_words_are_only_words_wherever_they_stand(words):
    from calc.render.pdf.text import clean

    data = paper(
        Text(words, "quote"),
        Table((Column(words[:300], 1), Column("b", 1)), ((words, "x"),), caption=words[:300]),
        Bullets((words,)),
        Heading(words[:200], 2, "k"),
        Text((Strong(words[:500]), words[:500])),
    )
    assert ink_in_margins(data) == []
    assert not any(len(page.images) for page in read(data).pages)
    if not re.search("[\u0600-\u06ff]", words) and len(words) < 20_000:
        assert squeezed(clean(words)) in squeezed(
            re.sub(r"Atas|Bawah Halaman \d+ dari \d+", "", " ".join(pages(data)))
        )


def test_names_of_120_characters_overflow_nowhere():
    data = pdf(full(report_data(300, 12, hostile=True)))
    assert ink_in_margins(data)[1:] == []  # the cover's field reaches the edges on purpose
    assert squeezed(" ".join(pages(data))).count(squeezed(LONG)) > 10


def test_an_absurd_name_does_not_break_the_cover_or_the_panel():
    absurd = "panjang " * 300
    data = paper(
        Cover(absurd, absurd, (absurd, absurd), (absurd,), "Belum ada data", None, (absurd,)),
        Panel(absurd[:40], absurd[:60], (absurd[:40],), "A", ((absurd[:30], absurd), ("b", absurd))),
        Signature(absurd, absurd, "Nama"),
    )
    assert ink_in_margins(data) in ([], [1])


def test_a_total_that_is_as_good_as_can_be_is_printed_large_in_one_line():
    assert "100,00" in " ".join(pages(paper(Panel("Nilai IKM", "100,00", ("Mutu A",), "A", ()))))


def test_only_embedded_fonts_are_used_and_language_and_title_are_told():
    reader = read(pdf(full(report_data(30, hostile=True))))
    names = set()
    for page in reader.pages:
        fonts = page["/Resources"].get("/Font", {})
        for font in fonts.values():
            font = font.get_object()
            names.add(re.sub(r"^[A-Z]{6}\+", "", str(font["/BaseFont"])))
            assert "/FontFile2" in font["/FontDescriptor"].get_object()
    assert {name.split("+")[-1] for name in names} == {"DejaVuSans", "DejaVuSans-Bold"}
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "id-ID"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title


def test_a_paper_says_what_it_is_about_and_carries_the_day_of_its_data():
    about = read(pdf(full(report_data(30)))).metadata
    assert about.subject == (
        "Survei Kepuasan Masyarakat · Pemerintah Kabupaten Contoh · Triwulan III Tahun 2026 · PermenPANRB Nomor 14 Tahun 2017"
    )
    assert about["/CreationDate"] == about["/ModDate"] == "D:20261001080500+08'00'"


def test_names_in_the_title_of_a_file_keep_every_letter():
    """A window's title is drawn by the reader's own font, which may have what ours lacks."""
    made = Document("Laporan بيت 👍", "A", "", "", (Text("a"),))
    assert read(pdf(made)).metadata.title == "Laporan بيت 👍"


def test_the_outline_is_shown_when_a_report_is_opened():
    assert read(pdf(full(report_data(30)))).trailer["/Root"]["/PageMode"] == "/UseOutlines"


def test_the_same_report_data_gives_the_same_bytes_in_another_process():
    code = (
        "import hashlib; from calc.render.render import paper; from tests.report_data import report_data;"
        "print(hashlib.sha256(paper('full', 'pdf', report_data(60, 3, hostile=True))).hexdigest())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1
    here = pdf(full(report_data(60, 3, hostile=True)))
    assert runs == {hashlib.sha256(here).hexdigest() + "\n"}


def long_table(count: int, asked: list[int] | None = None) -> LongTable:
    def made(first: int, last: int) -> list[tuple[str, ...]]:
        if asked is not None:
            asked.append(last - first)
        return [(f"R{i}", *"444332113") for i in range(first, last)]

    columns = (Column("No. Resp", 3), *(Column(f"U{i}", 1, "right") for i in range(1, 10)))
    return LongTable(columns, count, made, (("Jumlah", *["9"] * 9),), note="Catatan akhir.")


def test_a_long_table_is_made_a_page_at_a_time_and_ends_with_its_sums():
    asked: list[int] = []
    found = pages(paper(long_table(1000, asked)))
    assert sum(asked) == 1000
    assert max(asked) < 80
    assert re.findall(r"R(\d+)", " ".join(found)) == [str(i) for i in range(1000)]
    assert all("No. Resp U1" in page for page in found)
    assert "Jumlah" in found[-1] and "R999" in found[-1] and "Catatan akhir." in found[-1]


@pytest.mark.parametrize("count", range(50, 68))
def test_the_sums_of_a_long_table_never_stand_without_rows_above_them(count):
    last = pages(paper(long_table(count)))[-1]
    assert f"R{count - 1}" in last and "Jumlah" in last


def test_memory_grows_with_the_pages_of_a_long_table_and_with_nothing_else():
    """Ten times the rows, 87 pages more: about 50 kB each, which are the drawing commands that reportlab keeps."""

    def peak(count: int) -> int:
        tracemalloc.start()
        paper(long_table(count))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    paper(long_table(100))  # caches are full
    small, large = peak(600), peak(6000)
    assert large - small < 87 * 60_000, (small, large)


LONG_SERVICES = tuple(
    f"Penerbitan Surat Keterangan Pindah Datang Warga Negara Indonesia Antarkabupaten dalam Provinsi ke-{at}"
    for at in range(1, 13)
)


def with_long_services() -> Document:
    made = report_data(300, 12)
    named = zip(made.services, LONG_SERVICES, strict=True)
    return full(
        replace(
            made,
            services=tuple(replace(one, n=25, about=replace(one.about, service=name)) for one, name in named),
        )
    )


@pytest.mark.slow
@pytest.mark.parametrize("n", [29, 30, 120, 300])
def test_a_chart_of_respondents_stands_on_the_page_of_its_table_and_heading(n):
    found = pages(pdf(full(report_data(n))))
    for field in ("jenis kelamin", "usia", "pendidikan terakhir", "pekerjaan"):
        (page,) = [words for words in found if re.search(rf"Gambar \d+\. Responden menurut {field}", words)]
        assert re.search(rf"Tabel \d+\. Responden menurut {field}", page), field
        assert page.lower().count(field) >= 3, field  # its heading as well


@pytest.mark.parametrize("above", range(20, 48))
def test_at_least_three_rows_of_a_parted_table_stand_on_each_page(above):
    """Its sum is one of them: a row and the sum alone look forgotten."""
    columns = (Column("No.", 1), Column("Isi", 8))
    lines = tuple((f"r{at}", "isi") for at in range(1, 21))
    before = [Text("Baris.") for _ in range(above)]
    made = pages(paper(*before, Table(columns, (*lines, ("", "JUMLAH")), caption="Tabel 1. Isi", total=True)))
    counts = [len(re.findall(r"\br\d+\b|JUMLAH", words)) for words in made]
    assert all(count >= 3 for count in counts if count), counts


def test_a_short_introduction_stays_with_its_table():
    columns = (Column("No.", 1), Column("Isi", 8))
    table = Table(columns, tuple((str(at), "isi") for at in range(9)), caption="Tabel 1. Isi")
    for above in range(30, 42):
        before = [Text("Baris.") for _ in range(above)]
        made = pages(paper(*before, Heading("Kepala", 2, "k"), Text("Tabel berikut memuat isinya."), table))
        (page,) = [words for words in made if "Tabel 1. Isi" in words]
        assert "Kepala Tabel berikut memuat isinya." in page, above


def test_long_names_of_services_take_no_more_lines_than_they_need():
    names = [
        b
        for b in flat(with_long_services().blocks)
        if isinstance(b, Table) and "layanan" in b.caption.lower()
    ]
    values, elements = (
        next(t for t in names if words in t.caption) for words in ("Nilai per layanan", "konversi")
    )
    for table, most in ((values, 3), (elements, 3)):
        grid = TableBox(table, 492.0)
        lines = [len(cell.lines) for row in grid.rows for cell in row.cells]
        assert max(lines) <= most, table.caption


def test_short_heads_stay_in_one_line_beside_long_words():
    columns = (
        Column("No.", 10),
        Column("Unsur", 40),
        *(Column(f"TW {q}", 14.5, "centre") for q in ("I", "III")),
    )
    grid = TableBox(Table(columns, (("1", "Penanganan Pengaduan, Saran dan Masukan " * 3, "", ""),)), 200.0)
    assert [len(cell.lines) for cell in grid.head.cells] == [1, 1, 1, 1]


def test_services_carry_their_number_in_both_tables_and_in_the_chart():
    report = with_long_services()
    tables = [b for b in flat(report.blocks) if isinstance(b, Table) and b.columns[1].head == "Layanan"]
    assert len(tables) == 2
    for table in tables:
        assert [row[0] for row in table.rows] == [str(at) for at in range(1, 13)]
    (chart,) = [b for b in flat(report.blocks) if isinstance(b, Figure) and "IKM per layanan" in b.caption]
    numbers = [one.words for one in chart.picture.shapes if isinstance(one, picture.Words) and one.x == 12]
    assert numbers == [str(at) for at in range(1, 13)]
