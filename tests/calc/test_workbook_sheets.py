"""Workbooks as offices keep them: several sheets, filtered rows, sums below the answers, and what would fill the memory."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from click.testing import CliRunner

from calc.instruments.reader import instrument
from calc.reading.columns import ResponsesError
from calc.reading.reader import read_responses
from survey.cli import main

openpyxl = pytest.importorskip("openpyxl")

SKM = instrument("skm-2017")
U = [f"U{i}" for i in range(1, 10)]
ORDER = "sarana,pengaduan"


def _book(hidden=(), states=None, **sheets):
    """A workbook of named sheets, each a list of rows; `hidden` (sheet, row) pairs."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = (states or {}).get(title, "visible")
    for title, row in hidden:
        book[title].row_dimensions[row].hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _read(data, **more):
    return read_responses(data, SKM, **{"order": ORDER, **more})


def _refused(data, **more):
    with pytest.raises(ResponsesError) as error:
        _read(data, **more)
    return str(error.value)


MONTHS = {
    "Januari": [U, [4] * 9],
    "Februari": [U, *[[1] * 9] * 5],
    "Maret": [U, *[[1] * 9] * 5],
}


def test_several_sheets_with_answers_are_refused_by_name_instead_of_one_taken_in_silence():
    """Only Januari was read: one respondent, IKM 100, where all eleven give 31,82."""
    words = _refused(_book(**MONTHS))
    assert "3 lembar berisi isian: 'Januari', 'Februari', 'Maret'" in words
    assert "--sheet NAMA" in words and "--sheet all" in words


def test_all_sheets_together_are_counted_and_named():
    """1 x 4 and 10 x 1: (4 + 10) / 11 = 1.2727, x 25 = 31.82."""
    found = _read(_book(**MONTHS), sheet="all")
    assert found.scores.shape == (11, 9)
    assert 25 * found.scores.mean() == pytest.approx(31.82, abs=0.005)
    assert "dihitung 3 lembar: 'Januari', 'Februari', 'Maret'" in found.notes


@pytest.mark.parametrize("asked", ["Februari", "februari", " FEBRUARI "])
def test_one_sheet_by_its_name_says_which_others_have_answers(asked):
    found = _read(_book(**MONTHS), sheet=asked)
    assert found.scores.tolist() == [[1] * 9] * 5
    assert found.notes == ("hanya lembar 'Februari' yang dihitung; 'Januari', 'Maret' juga berisi isian",)


def test_a_name_that_is_not_there_is_refused_with_those_that_are():
    assert "lembar 'April' tidak ada; yang ada: 'Januari', 'Februari', 'Maret'" in _refused(
        _book(**MONTHS), sheet="April"
    )


def test_the_only_sheet_with_answers_is_found_wherever_it_stands():
    data = _book(
        Petunjuk=[["Isi lembar kedua"]], Isian=[U, [3] * 9], Rekap=[["Unsur", *U], ["NRR", *[3] * 9]]
    )
    found = _read(data)
    assert found.scores.tolist() == [[3] * 9]
    assert found.notes == ("dibaca lembar 'Isian'; tanpa isian: 'Petunjuk', 'Rekap'",)


def test_a_hidden_sheet_with_answers_is_told_as_hidden():
    words = _refused(_book(states={"Lama": "hidden"}, Isian=[U, [3] * 9], Lama=[U, [1] * 9]))
    assert "'Isian', 'Lama' (tersembunyi)" in words


def test_groups_of_several_sheets_are_one_when_they_have_one_name():
    rows = {name: [["layanan", *U], ["KTP", *[score] * 9], [other, *[2] * 9]] for name, score, other in
            (("A", 4, "KK"), ("B", 3, "Akta"))}  # fmt: skip
    found = _read(_book(**rows), sheet="all", by="layanan")
    assert [(found.labels[code], scores[0]) for code, scores in zip(found.codes, found.scores.tolist(), strict=True)] == [
        ("KTP", 4), ("KK", 2), ("KTP", 3), ("Akta", 2),
    ]  # fmt: skip


def test_a_mistake_in_one_of_several_sheets_names_the_sheet():
    words = _refused(_book(Satu=[U, [3] * 9], Dua=[U, [3] * 8 + [7]]), sheet="all")
    assert "lembar 'Dua', baris 2, kolom U9: '7' bukan nilai" in words
    found = _read(_book(Satu=[U, [3] * 9], Dua=[U, [3] * 8 + [7]]), sheet="all", lenient=True)
    assert [(bad.row, bad.column) for bad in found.bad] == [(2, "U9 (lembar 'Dua')")]


def test_a_csv_file_has_no_sheets():
    assert "ini berkas CSV" in _refused(b"U1\n", sheet="all")


def test_the_command_takes_the_sheet_and_prints_what_was_left(tmp_path):
    path = tmp_path / "isian.xlsx"
    path.write_bytes(_book(**MONTHS))
    run = CliRunner().invoke(main, ["calc", str(path), "--sheet", "Januari", "--order", ORDER])
    assert run.exit_code == 0
    assert "100,00" in run.output
    assert "Catatan: isian.xlsx: hanya lembar 'Januari' yang dihitung" in run.output


def test_hidden_and_filtered_rows_are_counted_and_said():
    """The screen shows three 4; with three hidden 1 the index is 62.50."""
    rows = [U, *[[4] * 9] * 3, *[[1] * 9] * 3]
    found = _read(_book(hidden=[("Isian", 5), ("Isian", 6), ("Isian", 7), ("Isian", 9)], Isian=rows))
    assert 25 * found.scores.mean() == 62.5
    assert len(found.notes) == 1
    assert found.notes[0].startswith("3 baris tersembunyi atau tersaring ikut dibaca (baris 5, 6, 7)")
    assert _read(_book(Isian=rows)).notes == ()


def test_a_hidden_row_of_sums_is_not_called_an_answer_that_was_counted():
    rows = [["nama", *U], ["Ani", *[4] * 9], ["Budi", *[1] * 9], ["Jumlah", *[3] * 9]]
    found = _read(_book(hidden=[("Isian", 3), ("Isian", 4)], Isian=rows))
    assert found.notes[1].startswith("1 baris tersembunyi atau tersaring ikut dibaca (baris 3)")


def test_a_sheet_with_a_title_above_its_headings_is_not_called_empty():
    found = _read(
        _book(Januari=[["Data Januari"], [], U, [1] * 9], Februari=[U, [3] * 9], Petunjuk=[["Isi"]])
    )
    assert found.scores.tolist() == [[3] * 9]
    assert found.notes == (
        "dibaca lembar 'Februari'; tanpa isian: 'Petunjuk'",
        "lembar 'Januari' tidak dibaca, karena judul kolomnya bukan pada baris 1; hapus baris di atas judul",
    )
    more = {"Maret": [U, [2] * 9], "Januari": [["Data Januari"], U, [1] * 9]}
    assert len(_read(_book(Februari=[U, [3] * 9], **more), sheet="all").notes) == 2


def test_the_order_of_u_columns_is_said_when_another_sheet_has_keys():
    found = _read(_book(Kunci=[SKM.item_keys, [3] * 9], Nomor=[U, [3] * 9]), sheet="all", order=None)
    assert found.order == "pengaduan,sarana"


FOOTERS = [
    "Jumlah", "JUMLAH", "Total", "Σ", "∑", "NRR", "NRR tertimbang", "NRR Tertimbang :", "Rata-rata", "rata - rata",
    "Rata-rata per unsur", "Rata2", "Jml", "Jml. Nilai/Unsur", "NRR tertimbang x 0.111", "Nilai rata-rata", "Nilai Rata-Rata per Unsur", "IKM", "IKM Unit Pelayanan",
    "Jumlah nilai per unsur", "Total Skor", "Mutu Pelayanan", "  Rerata ", "Nilai IKM", "Nilai IKM setelah dikonversi", "Indeks Kepuasan Masyarakat",
]  # fmt: skip


@pytest.mark.parametrize("words", FOOTERS)
@pytest.mark.parametrize("form", ["csv", "quoted", "xlsx"])
def test_a_row_of_sums_is_no_respondent_also_in_a_strict_run(words, form):
    """Two respondents and a mean of whole numbers: 'Responden 3' was said without a word."""
    header, rows = (
        ["nama", *U],
        [["Ani", *[3] * 9], ["Budi", *[4] * 9], [words, *[3, 4] * 4, 3], ["Total", *[7] * 9]],
    )
    if form == "xlsx":
        data = _book(Isian=[header, *rows])
    else:
        quote = '"' if form == "quoted" else ""
        data = "\n".join(
            ",".join(f"{quote}{cell}{quote}" for cell in row) for row in [header, *rows]
        ).encode()
    found = _read(data)
    assert found.scores.tolist() == [[3] * 9, [4] * 9]
    assert found.notes == (
        f"baris 4 ({words.strip()}), 5 (Total) berisi jumlah atau rata-rata, bukan isian responden, dan tidak dihitung",
    )
    assert _read(data, lenient=True).bad_total == 0


@pytest.mark.parametrize(
    "name",
    [
        "Totalia",
        "Jumlahwati",
        "Ratna",
        "Indah",
        "Nila",
        "Total Wijaya",
        "Muthia",
        "Ikmal",
        "NRR-7/2026 Budi",
        "SKM-001",
        "IKM 0 12",
        "Jmlah",
    ],
)
def test_a_name_that_only_begins_like_a_sum_is_a_respondent(name):
    row = ",".join([name, *["3"] * 9])
    assert len(_read(f"nama,{','.join(U)}\n{row}\n".encode())) == 1


def test_a_footer_needs_no_more_cells_than_it_has():
    """'Jumlah' in the first column, the index alone in the last: fewer cells than the header."""
    data = f"no,nama,{','.join(U)}\n1,Ani,{','.join('3' * 9)}\n,Jumlah,27\n,IKM,75\n"
    assert len(_read(data.encode())) == 1


def test_a_remark_that_says_total_hides_nobody():
    data = f"{','.join(U)},saran\n{','.join('3' * 9)},Total\n"
    assert len(_read(data.encode())) == 1


STAMPED = ["Timestamp", *U]


def test_rows_copied_with_their_time_are_hinted_at_and_counted():
    row = ["2026-07-01 09:00:11", 4, 3, 4, 3, 4, 3, 4, 3, 4]
    for data in (
        "\n".join(",".join(map(str, cells)) for cells in [STAMPED, row, ["x", *[3] * 9], row]).encode(),
        _book(Isian=[STAMPED, row, ["x", *[3] * 9], row]),
    ):
        found = _read(data)
        assert len(found) == 3
        assert len(found.notes) == 1
        assert found.notes[0].startswith("baris 2 dan 4 sama persis, termasuk waktu atau nomornya")


def test_the_same_answers_one_after_the_other_under_other_numbers_are_hinted_at():
    """Sent twice: another number, nothing else differs. Two who gave 4 to all are no copies: many do."""
    rows = [
        ["no", "usia", *U],
        [1, 30, *[4, 3] * 4, 4],
        [2, 30, *[4, 3] * 4, 4],
        [3, 31, *[4, 3] * 4, 4],
        *[[n, 40, *[4] * 9] for n in (4, 5)],
    ]
    found = _read("\n".join(",".join(map(str, cells)) for cells in rows).encode())
    assert len(found) == 5
    assert [note.split(" berurutan")[0] for note in found.notes] == ["baris 2 dan 3"]


def test_the_same_answers_a_minute_later_are_hinted_at_and_those_of_another_day_are_not():
    answers = ",".join("343434343")
    times = ("2026-07-01 09:00:11", "2026-07-01 09:01:40", "2026-07-02 09:00:11")
    found = _read("\n".join([",".join(STAMPED), *(f"{time},{answers}" for time in times)]).encode())
    assert [note.split(" berurutan")[0] for note in found.notes] == ["baris 2 dan 3"]


def test_without_time_or_number_equal_rows_are_simply_equal_people():
    rows = "\n".join(["layanan," + ",".join(U), *["KTP," + ",".join("434343434")] * 4])
    assert _read(rows.encode()).notes == ()


def test_a_time_stamp_called_waktu_beside_the_u_columns_is_said_not_to_be_read():
    found = _read(f"Waktu,{','.join(U)}\n09.12,{','.join('3' * 9)}\n".encode())
    assert found.scores.tolist() == [[3] * 9]
    assert found.notes == ("kolom 'Waktu' tidak dibaca sebagai unsur, karena unsurnya ada di kolom U",)


def test_a_time_stamp_called_waktu_alone_is_no_element_column():
    """One hit of nine was answered with 'kolom persyaratan, prosedur, biaya … tidak ada'."""
    words = _refused(b"waktu,Pertanyaan 1,Pertanyaan 2\n09.12,3,4\n")
    assert "tidak ada kolom unsur pada baris judul" in words


def test_missing_columns_are_named_in_the_order_of_the_questionnaire():
    """'U5, U6, U7, U9, U8' was said."""
    assert "kolom U5, U6, U7, U8, U9 tidak ada" in _refused(b"U1,U2,U3,U4\n3,3,3,3\n", order=None)
    assert "kolom U9 tidak ada" in _refused(f"waktu,{','.join(U[:8])}\nx{',3' * 8}\n".encode())
    keys = list(SKM.item_keys)
    words = _refused(",".join([keys[8], keys[3], keys[0]]).encode() + b"\n3,3,3\n")
    assert (
        f"kolom {', '.join(key for key in keys if key not in (keys[8], keys[3], keys[0]))} tidak ada" in words
    )


def _padded(part, size):
    """A workbook in which one part unpacks to `size` bytes: words that repeat pack to a thousandth."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_book(Isian=[["nama", *U], ["Ani", *[3] * 9]]))) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        with new.open(part, "w", force_zip64=True) as file:
            for _ in range(size // 1_000_000):
                file.write(b"<si><t>" + b"x" * 999_984 + b"</t></si>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("part", "size"),
    [
        ("xl/sharedStrings.xml", 184_000_000),
        ("xl/styles.xml", 40_000_000),
        ("xl/worksheets/sheet1.xml", 160_000_000),
    ],
)
def test_a_workbook_whose_part_unpacks_to_far_too_much_is_refused_before_a_byte_is_unpacked(
    part, size, monkeypatch
):
    """507 kB with 184 MB of words took 1,275 MB of memory and a minute; no part of it is opened now."""
    data = _padded(part, size)
    assert len(data) < 600_000
    opened = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda self, name, *more, **rest: opened.append(name))
    assert re.search(rf"terlalu besar \({size // 1_000_000} MB\)", _refused(data))
    assert opened == []


def test_many_parts_that_are_large_together_are_refused_too(monkeypatch):
    from calc.reading import xlsx_archive

    monkeypatch.setattr(xlsx_archive, "_ALL_PARTS", 3_000_000)
    assert "terlalu besar (4 MB)" in _refused(_padded("xl/worksheets/sheet2.xml", 4_000_000))


def test_a_cell_far_to_the_right_of_every_row_is_refused_instead_of_filled_up():
    """XFD is the last of 16,384 columns: 2,000 such rows would be 33 million cells out of 60 kB."""
    rows = "".join(f'<row r="{r}"><c r="XFD{r}"><v>3</v></c></row>' for r in range(1, 2001))
    assert "juta sel" in _refused(_with_rows(rows))


@pytest.mark.slow
def test_a_row_with_an_impossible_number_is_refused_instead_of_counted_up_to():
    assert "juta sel" in _refused(_with_rows('<row r="999999999"><c r="A999999999"><v>3</v></c></row>'))


def _with_rows(rows):
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_book(Isian=[U, [3] * 9]))) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(
                    rb"<sheetData>.*</sheetData>", b"<sheetData>" + rows.encode() + b"</sheetData>", content
                )
            new.writestr(name, content)
    return buffer.getvalue()
