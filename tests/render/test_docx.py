"""A paper as DOCX: what an office finds in it, and that Word and LibreOffice can open it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calc.render.docx.document import DocxError, docx
from calc.report.charts.picture import Picture, Rect
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
from tests.report_data import HOSTILE, LONG, report_data

python_docx = pytest.importorskip("docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WRITER = any(Path(folder).glob("*/program/libswlo.so") for folder in ("/usr/lib", "/opt"))


def page(*blocks, **more):
    return Document(
        **{"title": "Laporan", "author": "Pemerintah Kabupaten Contoh", "head": "", "foot": "", **more},
        blocks=blocks,
    )


def opened(document):
    return python_docx.Document(io.BytesIO(docx(document)))


def xml(document, part="word/document.xml"):
    return zipfile.ZipFile(io.BytesIO(docx(document))).read(part).decode()


@pytest.fixture(scope="module")
def report():
    return full(report_data(300, services=2, hostile=True))


@pytest.fixture(scope="module")
def file(report):
    return opened(report)


def test_chapters_and_sections_are_real_headings(report, file):
    def flat(blocks):
        for block in blocks:
            yield from flat(block.blocks) if isinstance(block, Together) else [block]

    wanted = [
        (min(b.level, 3), f"{b.number} {b.words}".strip())
        for b in flat(report.blocks)
        if isinstance(b, Heading)
    ]
    found = [(int(p.style.name[-1]), p.text) for p in file.paragraphs if p.style.name.startswith("Heading")]
    assert found == wanted
    assert len(found) > 20


def test_every_number_of_a_table_is_in_the_table_of_the_file():
    rows = (
        ("U1", "Persyaratan", "3,25", ShareBar(1, 4)),
        ("U2", ("Waktu ", Strong("lama")), "2,75", ShareBar(1, 4)),
    )
    heads = ("Kode", "Unsur", "NRR", "")
    columns = tuple(Column(head, 1, "right" if head == "NRR" else "left") for head in heads)
    (table,) = opened(page(Table(columns, rows, "Tabel 1. Nilai", note="NRR: rata-rata"))).tables
    # the bars' column is left out; their numbers stand beside them
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Kode", "Unsur", "NRR"],
        ["U1", "Persyaratan", "3,25"],
        ["U2", "Waktu lama", "2,75"],
    ]


def test_heads_of_tables_are_repeated_on_every_page(file):
    heads = [table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") for table in file.tables]
    assert sum(head is not None for head in heads) >= 10


def test_word_counts_tables_and_figures_as_the_paper_does(file):
    captions = [p for p in file.paragraphs if p.style.name == "Caption"]
    assert len(captions) > 10
    for kind in ("Tabel", "Gambar"):
        own = [p.text for p in captions if p.text.startswith(kind)]
        assert [int(re.match(r"\D+(\d+)\.", text)[1]) for text in own] == list(range(1, len(own) + 1))
        assert sum(f" SEQ {kind} " in "".join(p._p.itertext()) for p in captions) == len(own)


def test_a_number_that_word_would_count_otherwise_stays_as_it_is():
    table = Table((Column("a", 1),), (("b",),), "Tabel 7. Lain")
    assert "SEQ" not in xml(page(table))
    assert "Tabel 7. Lain" in [p.text for p in opened(page(table)).paragraphs]


def test_pictures_have_words_for_who_cannot_see_them():
    picture = Picture(490, 100, (Rect(0, 0, 50, 50, "#0b5d66"),), "Satu kotak.")
    made = opened(page(Figure(picture, "Gambar 1. Kotak")))
    (shape,) = made.inline_shapes
    assert shape._inline.docPr.get("descr") == "Satu kotak."
    assert round(shape.width.mm) == 170


def test_a_picture_higher_than_a_page_is_made_smaller():
    (shape,) = opened(page(Figure(Picture(100, 400, (), "Tinggi.")))).inline_shapes
    assert shape.height.mm <= 240.5


def test_pages_are_counted_below_and_named_above():
    made = page(Heading("Bab", 1, "b"), head="Laporan SKM · TW III", foot="IKM 85,24")
    section = opened(made).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.header.paragraphs[0].text == "Laporan SKM · TW III"
    for footer in (section.footer, section.first_page_footer):
        assert footer.paragraphs[0].text == "IKM 85,24\tHalaman 1 dari 1"
        assert {" PAGE ", " NUMPAGES "} <= set(footer._element.itertext())


def test_contents_list_chapters_until_word_has_counted_the_pages():
    made = page(
        Contents(),
        Heading("SATU", 1, "a", "BAB I"),
        Heading("Dalam", 2, "b", "1.1"),
        Heading("Kecil", 3, "c"),
    )
    text = xml(made)
    assert "TOC \\o" in text
    listed = [p.text for p in opened(made).paragraphs if p.style.name.startswith("toc")]
    assert [line.split("\t")[0] for line in listed] == ["BAB I SATU", "1.1 Dalam"]
    marks = set(re.findall(r'bookmarkStart [^>]*w:name="([^"]+)"', text))
    assert set(re.findall(r'w:anchor="([^"]+)"', text)) <= marks
    assert set(re.findall(r"PAGEREF (\S+)", text)) <= marks
    assert "updateFields" in xml(made, "word/settings.xml")


def test_the_file_is_indonesian_has_a_title_a_subject_and_the_day_of_its_data(file):
    core = file.core_properties
    assert (core.title, core.language) == (file.core_properties.title, "id-ID")
    assert core.title
    assert core.created == core.modified
    # the report_data counts answers up to 1 October 2026 08:05 in Makassar (UTC+8)
    assert core.created == datetime(2026, 10, 1, 0, 5, tzinfo=UTC)
    assert core.subject.startswith("Survei Kepuasan Masyarakat · ")
    languages = {one.get(f"{W}val") for one in file.styles.element.iter(f"{W}lang")}
    assert languages == {"id-ID"}


def test_the_template_of_the_library_leaves_no_picture_of_itself(report):
    with zipfile.ZipFile(io.BytesIO(docx(report))) as made:
        assert not [name for name in made.namelist() if "thumbnail" in name]


@pytest.mark.slow
def test_equal_papers_give_equal_bytes(report):
    assert docx(report) == docx(report)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words_wherever_they_stand(words):
    blocks = (
        Cover(words, words, (words,), (words,), words, "B", (words,)),
        Contents(words),
        Title(words, words, words, (words,), words, words),
        Heading(words, 2, words, words),
        Text((words, Strong(words)), "quote"),
        Bullets((words,), (words,)),
        Bullets((words,)),
        Caution(words),
        Table((Column(words, 1),), ((words,),), words, note=words),
        LongTable((Column(words, 1),), 1, lambda a, b: [(words,)], ((words,),), words, words),
        Figure(Picture(10, 10, (), words), words),
        Panel(words, words, (words,), words, ((words, words),)),
        Signature(words, words, words, words),
    )
    file = opened(Document(words, words, words, words, blocks))
    shown = re.sub(r"\s+", " ", words)[:20].replace("\x00", "").replace("\x1b", "").replace("\u202e", "")
    shown = shown.replace("\ud800", "").strip()
    assert sum(shown in p.text for p in file.paragraphs) >= 10
    assert shown in file.tables[-1].rows[0].cells[0].text or shown in file.tables[-2].rows[1].cells[0].text


def test_a_sheet_of_thousands_of_rows_says_where_it_is_instead():
    def rows(first, last):
        raise AssertionError("rows that are not printed were asked for")

    table = LongTable((Column("No", 1),), 20_000, rows, (("Jumlah",),))
    made = opened(page(table))
    assert [row.cells[0].text for row in made.tables[0].rows] == ["No", "Jumlah"]
    assert any("20.000 baris" in p.text for p in made.paragraphs)


def test_a_thousand_rows_are_all_there():
    table = LongTable(
        (Column("No", 1), Column("U1", 1, "right")), 1000, lambda a, b: [(str(i), "4") for i in range(a, b)]
    )
    assert len(opened(page(table)).tables[0]._tbl.findall(f"{W}tr")) == 1001


def test_every_block_is_written():
    made = opened(
        page(
            Text("pembuka", "lead"),
            NewPage(),
            Text("halaman baru"),
            Together((Text("bersama"),)),
            Beside(Text("kiri"), Text("kanan")),
            Beside(Text("sendiri")),
            Bullets(("satu",), ("a.",)),
            Table(
                (Column("Bagian", 1), Column("Hal.", 1)),
                (("Nilai", PageOf("n")), ("Lain", PageOf("tidak ada"))),
            ),
            Heading("Nilai", 1, "n"),
            Signature("Tempat, tanggal", "Kepala"),
            verify="https://skm.contoh.go.id/periksa?kode=A",
        )
    )
    text = [p.text for p in made.paragraphs]
    for words in ("pembuka", "bersama", "kiri", "kanan", "sendiri", "a.\tsatu", "Kepala"):
        assert words in text
    assert made.paragraphs[text.index("halaman baru")].paragraph_format.page_break_before
    assert any("https://skm.contoh.go.id/periksa?kode=A" in line for line in text)
    assert len(made.inline_shapes) == 1  # the QR code


def test_without_the_add_on_one_sentence_names_the_cure(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(DocxError, match="pip install python-docx"):
        docx(page(Text("x")))


@pytest.mark.slow
@pytest.mark.parametrize("n", [0, 1, 4, 29, 300])
def test_every_size_of_a_report_can_be_written(n):
    words = " ".join(p.text for p in opened(full(report_data(n, services=2))).paragraphs)
    assert "None" not in words


@pytest.mark.slow
@pytest.mark.skipif(
    not WRITER or shutil.which("soffice") is None, reason="LibreOffice Writer tidak terpasang"
)
def test_libreoffice_opens_a_report_and_prints_all_its_chapters(tmp_path):
    import pypdf

    (tmp_path / "laporan.docx").write_bytes(docx(full(report_data(300, services=12, hostile=True))))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        "laporan.docx",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=240)
    pages = [p.extract_text() for p in pypdf.PdfReader(tmp_path / "laporan.pdf").pages]
    for chapter in ("BAB I PENDAHULUAN", "BAB V PENUTUP", "Lampiran 5"):
        assert sum(chapter in text for text in pages) >= 2, chapter  # in the contents and where it stands
    assert any(f"Halaman 2 dari {len(pages)}" in re.sub(r"\s+", " ", text) for text in pages)


def test_a_name_of_120_characters_stays_whole():
    file = opened(page(Cover("Instansi", "Judul", (LONG,), ()), Signature("Tempat", LONG)))
    assert sum(p.text == LONG for p in file.paragraphs) == 2


def test_an_introduction_stays_with_the_table_or_panel_below_it():
    table = Table((Column("A", 1),), (("b",),), caption="Tabel 1. A")
    blocks = (
        Text("Satu."),
        Text("Dua."),
        table,
        Text("Tiga."),
        Panel("IKM", "80,00", (), "B", (("a", "b"),)),
    )
    made = opened(page(*blocks))
    kept = {p.text: p.paragraph_format.keep_with_next for p in made.paragraphs}
    assert (kept["Satu."], kept["Dua."], kept["Tiga."]) == (None, True, True)


def test_what_parts_a_table_from_the_next_one_takes_no_page_of_its_own():
    """After a table that fills its page an empty line of usual height would begin another one, with nothing on it."""
    file = python_docx.Document(io.BytesIO(docx(full(report_data(4, population=None)))))
    blank = [one for one in file.paragraphs if not one.text and one._p.getprevious().tag == f"{W}tbl"]
    assert blank
    for one in blank:  # exactly 2 points high; what follows keeps its distance
        assert one.paragraph_format.line_spacing == 2 * 12700
        assert one.paragraph_format.space_after == 14 * 12700


def test_pictures_lie_between_the_margins_in_libreoffice_too():
    """Where a picture names no distance, LibreOffice moves it 3,2 mm to the right, over the margin."""
    drawn = re.findall(
        rb"<wp:inline[^>]*>",
        zipfile.ZipFile(io.BytesIO(docx(full(report_data(40))))).read("word/document.xml"),
    )
    assert drawn
    assert all(b'distL="0"' in one and b'distR="0"' in one for one in drawn), drawn[0]
