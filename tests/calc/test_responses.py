"""Sheets of answers as offices bring them: what is read, what is refused and how, CSV and XLSX alike."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import sys
import zipfile
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.instruments.reader import instrument
from calc.reading import csv as csv_sheet
from calc.reading import xlsx, xlsx_archive
from calc.reading.columns import ResponsesError
from calc.reading.reader import read_responses

SKM = instrument("skm-2017")
KEYS = list(SKM.item_keys)
U = [f"U{i}" for i in range(1, 10)]
QUESTIONNAIRE = "sarana,pengaduan"  # then columns U1..U9 are the items in the order they are asked


def _csv(rows, header=U, separator=",", end="\n"):
    return end.join(separator.join(map(str, row)) for row in [header, *rows]).encode() + end.encode()


def _xlsx(rows, header=U, **sheets):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [header, *rows]:
        book.active.append(list(row))
    for title in sheets:
        book.create_sheet(title)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _read(data, **more):
    return read_responses(data, SKM, **{"order": QUESTIONNAIRE, **more})


def _refused(data, **more):
    with pytest.raises(ResponsesError) as error:
        _read(data, **more)
    sentence = str(error.value)
    assert sentence.startswith("data: ") and sentence.endswith(".") and "\n" not in sentence
    return sentence


ROWS = [[3, 4, 3, 4, 3, 4, 3, 4, 3], [1, 2, "", 4, 1, 2, 3, 4, 1]]
READ = [[3, 4, 3, 4, 3, 4, 3, 4, 3], [1, 2, 0, 4, 1, 2, 3, 4, 1]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_separator_and_line_end_is_found_out(separator, end):
    assert _read(_csv(ROWS, separator=separator, end=end)).scores.tolist() == READ


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + _csv(ROWS),
        _csv(ROWS).decode().encode("utf-16"),
        b"sep=;\r\n" + _csv(ROWS, separator=";"),
        _csv(ROWS).rstrip(b"\n"),
        _csv(ROWS) + b"\n\r\n",
        _csv(ROWS) + b",,,,,,,,\n , ,,,,,,,\n",
        _csv([ROWS[0], [""] * 9, ROWS[1]]),
        _csv([[f'"{cell}"' for cell in row] for row in ROWS]),
        _csv([[f" {cell} " for cell in row] for row in ROWS]),
        _csv(ROWS, header=[f" {name.lower()} " for name in U]),
        _csv(ROWS, header=KEYS),
        _csv(ROWS, header=[key.upper() for key in KEYS]),
    ],
    ids=[
        "bom", "utf-16", "sep-line", "no-last-line-end", "blank-lines", "blank-rows-at-the-end", "blank-row-between",
        "quotes", "blanks-around", "small-u", "keys", "capital-keys",
    ],
)  # fmt: skip
def test_the_same_answers_are_read_from_every_dialect(data):
    assert _read(data).scores.tolist() == READ


def test_other_columns_and_their_contents_are_ignored():
    rows = [['Budi; "B"', *ROWS[0], "3,5"], ["=1+1", *ROWS[1], "saran\nbaru"]]
    text = io.StringIO()
    csv.writer(text).writerows([["nama", *U, "saran"], *rows])
    assert _read(text.getvalue().encode()).scores.tolist() == READ


def test_u_columns_follow_the_regulations_list_unless_told_otherwise():
    """Asked: sarana 8th, pengaduan 9th. The list: U8 is pengaduan, U9 sarana."""
    row = [[1, 1, 1, 1, 1, 1, 1, 2, 3]]
    listed = read_responses(_csv(row), SKM)
    assert (listed.order, listed.scores.tolist()) == ("pengaduan,sarana", [[1, 1, 1, 1, 1, 1, 1, 3, 2]])
    asked = read_responses(_csv(row), SKM, order=" Sarana, pengaduan ")
    assert (asked.order, asked.scores.tolist()) == ("sarana,pengaduan", row)


def test_element_keys_leave_no_choice_of_order():
    found = read_responses(_csv(ROWS, header=KEYS), SKM, order="pengaduan,sarana")
    assert (found.order, found.scores.tolist()) == ("", READ)


def test_an_order_may_be_written_out_in_full():
    order = ",".join(reversed(KEYS))
    found = read_responses(_csv(ROWS), SKM, order=order)
    assert found.scores.tolist() == [row[::-1] for row in READ] and found.order == order


def test_fourteen_columns_are_read_with_their_questionnaire():
    asked = instrument("ikm-2004")
    header = [f"U{i}" for i in range(1, 15)]
    found = read_responses(_csv([[3] * 14], header=header), asked)
    assert found.scores.tolist() == [[3] * 14] and found.order == ""


def test_a_day_column_called_like_an_element_does_not_disturb_u_columns():
    assert _read(_csv([[*row, "2026-08-12"] for row in ROWS], header=[*U, "Waktu"])).scores.tolist() == READ


def test_groups_are_sorted_with_the_unnamed_last():
    rows = [["KTP", *[3] * 9], ["", *[2] * 9], [" Akta ", *[1] * 9], ["KTP", *[4] * 9]]
    for data in (_csv(rows, header=["layanan", *U]), _xlsx(rows, header=["layanan", *U])):
        found = _read(data, by="LAYANAN")
        assert found.labels == ("Akta", "KTP", "")
        assert [found.labels[code] for code in found.codes] == ["KTP", "", "Akta", "KTP"]


def test_long_and_foreign_group_names_are_told_apart():
    names = [
        "Dinas Kependudukan dan Pencatatan Sipil A",
        "Dinas Kependudukan dan Pencatatan Sipil B",
        "é" * 9,
        "x" * 300,
    ]
    plain = _read(_csv([[name, *[3] * 9] for name in names[:3]], header=["unit", *U]), by="unit")
    assert plain.labels == tuple(sorted(names[:3])) and len(set(plain.codes)) == 3
    long = _read(_csv([[name, *[3] * 9] for name in names], header=["unit", *U]), by="unit")
    assert set(long.labels) == set(names)


def test_a_row_that_answers_nothing_but_names_someone_is_a_response():
    found = _read(_csv([["1", *ROWS[0]], ["2", *[""] * 9]], header=["resp", *U]))
    assert found.scores.tolist() == [READ[0], [0] * 9]
    assert len(found.at_least(1)) == 1 and len(found.complete()) == 1


@pytest.mark.parametrize(
    "value", ["0", "5", "3.0", "3,5", "a", "-", "٣", "３", "+3", "03", "4 ", "1e0", "TRUE", "33"]
)
@pytest.mark.parametrize("others", [[], ['"x"']], ids=["plain", "quoted"])
def test_anything_but_a_score_is_refused_with_row_column_and_value(value, others):
    if value == "4 ":
        assert _read(_csv([["4 "] * 9])).scores.tolist() == [[4] * 9]
        return
    row = [3, 3, f'"{value}"' if "," in value else value, *[3] * 6, *others]
    sentence = _refused(_csv([[3] * 9 + others, row], header=U + ["saran"] * len(others)))
    assert f"baris 3, kolom U3: {value!r} bukan nilai; isi 1 sampai 4 atau kosongkan" in sentence


def test_the_row_is_the_one_that_the_office_sees():
    """Header is row 1; the blank row and the line break inside a cell do not shift it."""
    data = (
        b"saran,"
        + ",".join(U).encode()
        + b'\n"dua\nbaris",3,3,3,3,3,3,3,3,3\n,,,,,,,,,\nx,3,3,3,3,3,3,3,3,9\n'
    )
    assert "baris 4, kolom U9: '9'" in _refused(data)


def test_leniency_counts_bad_cells_as_not_answered_and_lists_them():
    found = _read(_csv([[3, "x", *[3] * 7], [9, *[3] * 8]]), lenient=True)
    assert found.scores.tolist() == [[3, 0, *[3] * 7], [0, *[3] * 8]]
    assert [tuple(cell) for cell in found.bad] == [
        (2, "U2", "'x'"),
        (3, "U1", "'9'"),
    ] and found.bad_total == 2


def test_a_lenient_list_is_capped_but_counted_in_full():
    found = _read(_csv([["?"] * 9] * 100), lenient=True)
    assert (found.bad_total, len(found.bad)) == (900, 20)
    assert len(_read(_csv([["z" * 5000] * 9]), lenient=True).bad[0].value) < 50


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_csv([[3] * 8]), "baris 2 berisi 8 sel, baris judul 9"),
        (_csv([[3] * 9, [3] * 10]), "baris 3 berisi 10 sel, baris judul 9"),
        (_csv(ROWS, header=[*U[:8], "nama"]), "kolom U9 tidak ada"),
        (_csv([[3] * 9], header=[*KEYS[:7], "x", "y"]), "kolom sarana, pengaduan tidak ada"),
        (_csv([[3] * 10], header=[*U, "u3"]), "kolom U3 ada lebih dari satu"),
        (_csv([[3] * 10], header=[*KEYS, "Biaya"]), "kolom biaya ada lebih dari satu"),
        (_csv([[3] * 10], header=[*U, "U10"]), r"kolom U10 tidak dikenal pada kuesioner skm-2017 \(9 unsur\)"),
        (_csv([[3] * 9], header=[*U[:5], *KEYS[5:]]), "judul kolom bercampur"),
        (_csv([[3] * 18], header=[*U, *KEYS]), "judul kolom bercampur"),
        (_csv([]), "tidak ada satu pun baris isian"),
        (_csv([[""] * 9]), "tidak ada satu pun baris isian"),
        (b"", "berkas kosong"),
        (b"\xef\xbb\xbf \n", "berkas kosong"),
        (b"nama,alamat\na,b\n", "tidak ada kolom unsur pada baris judul"),
        (b"U1;U2,U3\n1;2,3\n", "pemisah kolom tidak jelas"),
        (_csv([["caf\xe9", *[3] * 9]], header=["n", *U]).decode().encode("latin-1"), "baris 2 berisi huruf yang bukan UTF-8"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b"\x7fELF\x02\x01\x00\x00", "bukan berkas CSV atau XLSX"),
        (b"\x89PNG\r\n\x1a\n\x00", "bukan berkas CSV atau XLSX"),
        (_csv(ROWS) + b'"3,3\n', "tanda kutip"),
        (b'"U1', "tanda kutip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel lama"),
        (b"PK\x03\x04broken", "rusak"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_used_is_refused_in_one_sentence(data, message):
    assert re.search(message, _refused(data))


def test_an_unknown_order_is_refused_with_the_known_ones():
    assert "pengaduan,sarana atau sarana,pengaduan" in _refused(_csv(ROWS), order="sarana")


def test_a_missing_or_doubled_group_column_is_refused():
    assert "yang ada: unit, U1" in _refused(_csv([["a", *ROWS[0]]], header=["unit", *U]), by="layanan")
    assert "lebih dari satu" in _refused(_csv([["a", "b", *ROWS[0]]], header=["x", "X", *U]), by="x")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ResponsesError, match="tidak ditemukan"):
        read_responses(tmp_path / "tidak-ada.csv", SKM)
    with pytest.raises(ResponsesError, match="adalah folder"):
        read_responses(tmp_path, SKM)


def test_several_questions_of_an_element_need_their_own_headings(small):
    with pytest.raises(ResponsesError, match="kunci pertanyaan"):
        read_responses(b"U1,U2\n3,3\n", small)
    found = read_responses(b"ramah;cepat_hasil;cepat_loket\n1;2;3\n", small)
    assert found.scores.tolist() == [[3, 2, 1]]


# sheets of spreadsheet programs


def test_numbers_and_digits_of_a_workbook_are_scores():
    found = _read(_xlsx([[3, 3.0, "3", " 3 ", None, 4, 1, 2, ""]]))
    assert found.scores.tolist() == [[3, 3, 3, 3, 0, 4, 1, 2, 0]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(3.5, "'3.5'"), (True, "'True'"), (date(2026, 8, 3), "2026-08-03"), ("=1+2", "rumus"), ("tiga", "'tiga'"), (0, "'0'"), (5, "'5'"), (1e300, "1e")],
)  # fmt: skip
def test_other_cells_of_a_workbook_are_refused_with_their_place(value, shown):
    sentence = _refused(_xlsx([[3] * 9, [3, value, *[3] * 7]]))
    assert "baris 3, kolom U2" in sentence and shown in sentence


def test_empty_rows_and_unheaded_empty_cells_of_a_workbook_are_skipped():
    found = _read(_xlsx([[3] * 9, [None] * 12, [4] * 9 + [None, ""]]))
    assert found.scores.tolist() == [[3] * 9, [4] * 9]


def test_a_cell_outside_the_headed_columns_of_a_workbook_is_refused():
    assert "baris 2 berisi sel di luar kolom" in _refused(_xlsx([[3] * 9 + ["catatan"]]))


def test_years_and_days_of_a_workbook_name_groups_plainly():
    rows = [[2023.0, *[3] * 9], [date(2023, 7, 1), *[3] * 9], [2022, *[3] * 9]]
    assert _read(_xlsx(rows, header=["tahun", *U]), by="tahun").labels == ("2022", "2023", "2023-07-01")


def test_an_empty_sheet_beside_that_of_the_answers_changes_nothing():
    assert _read(_xlsx(ROWS, Lain="")).scores.tolist() == READ


def test_a_truncated_workbook_is_refused():
    whole = _xlsx(ROWS)
    for cut in (30, len(whole) // 2, len(whole) - 5):
        assert "rusak" in _refused(whole[:cut])


@pytest.mark.parametrize(
    "target", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize(
    "garbage", [b"", b"<a>", b"\0\xff" * 50, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_a_workbook_with_a_damaged_part_is_refused(target, garbage):
    """With lxml beside it (extra docx), openpyxl leaves an entity alone and finds no sheet instead of a fault."""
    words = _refused(_with_part(_xlsx(ROWS), target, garbage))
    assert "rusak" in words or "tidak punya lembar data" in words


def test_a_workbook_that_unpacks_without_end_is_refused_before_unpacking(monkeypatch):
    """A limit of 2 MB in place of 150, so that the bomb is quickly made."""
    monkeypatch.setattr(xlsx_archive, "_SHEET", 2_000_000)
    monkeypatch.setattr(xlsx, "_loader", None)  # unpacking would fail
    bomb = _with_part(_xlsx(ROWS), "xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    assert len(bomb) < 20_000
    assert "terlalu besar (3 MB)" in _refused(bomb)


def test_a_zip_file_of_another_kind_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "bukan lembar kerja Excel" in _refused(buffer.getvalue())


def test_a_workbook_without_openpyxl_says_how_to_get_it(monkeypatch):
    data = _xlsx(ROWS)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert "pip install" in _refused(data)


def _with_part(book, target, content):
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            new.writestr(name, content if name == target else old.read(name))
    return buffer.getvalue()


# the fast way and the exact way


cells = st.sampled_from(["", "1", "2", "3", "4", " 4", "x", "5", '"2"', " "])
names = st.sampled_from(["", "a", "b ", "Dinas Contoh dengan nama panjang", "é", " "])


@given(
    st.lists(st.tuples(names, st.lists(cells, min_size=3, max_size=3)), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=200, deadline=None)
def test_the_fast_way_reads_exactly_what_the_exact_way_reads(three_questions, rows, separator, end):
    data = _csv([[name, *row] for name, row in rows], ["unit", "U1", "U2", "U3"], separator, end)

    def outcome():
        try:
            found = read_responses(data, three_questions, by="unit")
        except ResponsesError as error:
            return str(error)
        return found.scores.tolist(), found.labels, found.codes.tolist()

    fast = outcome()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_sheet, "_read_plain", lambda *_: None)
        assert outcome() == fast


def test_a_large_file_is_cut_into_chunks_at_line_ends(monkeypatch):
    scores = np.random.default_rng(5).integers(0, 5, (5000, 9))
    groups = [f"unit-{code}" for code in np.random.default_rng(6).integers(0, 40, 5000)]
    rows = [
        [group, *[score or "" for score in row]] for group, row in zip(groups, scores.tolist(), strict=True)
    ]
    monkeypatch.setattr(csv_sheet, "_CHUNK", 1000)
    monkeypatch.setattr(csv_sheet, "collect", None)  # the exact way would fail
    found = _read(_csv(rows, header=["unit", *U]), by="unit")
    assert found.scores.tolist() == scores.tolist()
    assert [found.labels[code] for code in found.codes] == groups


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_garbage_is_refused_in_one_sentence(data):
    with pytest.raises(ResponsesError):
        _read(data)


@given(st.binary(max_size=60), st.integers(0, 5000))
@settings(max_examples=40, deadline=None)
def test_a_damaged_workbook_is_read_or_refused_but_never_breaks(piece, place):
    book = bytearray(_BOOK)
    place %= len(book)
    book[place : place + len(piece)] = piece
    try:
        _read(bytes(book))
    except ResponsesError:
        pass


_BOOK = _xlsx(ROWS) if importlib.util.find_spec("openpyxl") else b"PK\x03\x04"
