"""The summary says what the Result says, for few and many, for one and several."""

import hashlib
import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pypdf
import pytest

from calc.display import number
from calc.render.pdf.document import pdf
from calc.render.pdf.text import clean
from calc.report.summary import summary as document
from calc.scoring.result import About, Other


def summary(results) -> bytes:
    return pdf(document(results))


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """All text of a PDF with blanks joined."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read(pdf).pages))


def squeezed(string: str) -> str:
    return re.sub(r"\s+", "", string)


def images(reader: pypdf.PdfReader) -> int:
    return sum(len(page.images) for page in reader.pages)


def fonts(reader: pypdf.PdfReader) -> dict[str, bool]:
    """Name of every font of a PDF -> whether it is embedded."""
    found = {}
    for number_ in range(1, len(reader.xref[0]) + 1 if 0 in reader.xref else 2):
        obj = reader.get_object(number_)
        if isinstance(obj, dict) and obj.get("/Type") == "/Font":
            descriptor = obj.get("/FontDescriptor")
            found[str(obj["/BaseFont"])] = bool(descriptor and "/FontFile2" in descriptor.get_object())
    return found


@pytest.mark.parametrize("n", [0, 1, 4, 29, 300, 20000])
def test_the_printed_value_letter_and_number_are_those_of_the_result(made, n):
    result = made(n)
    printed = words(summary([result]))
    assert f"{n:,}".replace(",", ".") + " orang" in printed
    if n == 0:
        assert "Belum ada data" in printed
        assert "Mutu B" not in printed
    else:
        assert number(result.converted) in printed
        assert f"Mutu {result.grade}" in printed
        assert result.performance in printed


@pytest.mark.parametrize(("n", "pages"), [(0, 1), (1, 2), (29, 2), (300, 2)])
def test_an_ordinary_unit_needs_no_more_than_two_pages(made, n, pages):
    assert len(read(summary([made(n)])).pages) == pages


def test_every_element_is_printed_with_its_figures(made):
    result = made(300, blanks=0.05)
    printed = words(summary([result]))
    for element in result.elements:
        assert f"{element.code} {element.name}" in printed
        assert f"{element.n} {element.total}" in printed
        assert number(element.mean, 4) in printed
        assert number(element.weighted, 4) in printed
        assert f"{number(element.converted)} {element.grade}" in printed


def test_the_last_row_is_the_index_and_not_the_sum_of_printed_parts(made):
    # weighted means of b01 printed with four decimals add to 3.4096, the index is 491/144 = 3.4097
    # (sums 105 104 110 109 113 110 111 110 110 of 32 answers: airawant/e-survei, docs/contoh.xlsx)
    from fractions import Fraction

    result = made(32)
    sums = (105, 104, 110, 109, 113, 110, 111, 110, 110)
    elements = tuple(
        replace(e, total=s, mean=Fraction(s, 32), weighted=Fraction(s, 288))
        for e, s in zip(result.elements, sums, strict=True)
    )
    printed = words(
        summary([replace(result, elements=elements, index=Fraction(491, 144), converted=Decimal("85.24"))])
    )
    assert "Indeks (NI) dan nilai konversi (IKM) 3,4097 85,24" in printed


def test_means_that_were_rounded_to_two_decimals_are_printed_with_two(made):
    result = made(300, name="0.11-nrr2")
    printed = words(summary([result]))
    first = result.elements[0]
    assert f"{first.total} {number(first.mean, 2)} {number(first.weighted, 4)}" in printed


def test_period_cut_and_sample_are_told_in_indonesian(made):
    printed = words(summary([made(300)]))
    assert "Triwulan III Tahun 2026 (1 Juli 2026 s.d. 30 September 2026)" in printed
    assert "1 Oktober 2026 pukul 08.05 WITA" in printed
    # Krejcie and Morgan: 12,000 users need 3.841*12000*0.25 / (0.0025*11999 + 3.841*0.25) = 372.2
    assert "300 responden; paling sedikit 372 (belum terpenuhi)" in printed
    assert "12.000 pengguna layanan" in printed


def test_few_answers_are_marked(made):
    assert "indikatif" in words(summary([made(29)]))
    assert "indikatif" not in words(summary([made(30)]))
    assert "tidak untuk dipublikasikan" in words(summary([made(4)]))


def test_another_letter_under_another_convention_is_a_warning(made):
    result = made(300)
    other = Other("0.11", Decimal("76.56"), "C")
    printed = words(summary([replace(result, other_conventions=(other,))]))
    assert "dengan bobot 0,11 nilainya 76,56, mutu C, bukan B" in printed
    same = words(summary([replace(result, other_conventions=(Other("0.11", Decimal("78.80"), "B"),))]))
    assert "Perhatian" not in same


def test_an_interval_over_a_border_says_that_the_grade_is_not_firm(made):
    result = made(300)
    wide = replace(result, interval=replace(result.interval, low=Decimal("76.60"), high=Decimal("88.31")))
    assert "belum pasti: selang juga mencapai mutu C dan A" in words(summary([wide]))
    inside = replace(result, interval=replace(result.interval, low=Decimal("76.61"), high=Decimal("88.30")))
    assert "Mutu B dapat diandalkan" in words(summary([inside]))


def test_blanks_and_the_complete_only_value_are_told(made):
    result = made(300, blanks=0.05)
    printed = words(summary([result]))
    assert f"{result.incomplete} dari 300 isian tidak lengkap" in printed
    assert (
        f"Dari {300 - result.incomplete} isian lengkap saja, nilainya {number(result.complete_only)}"
        in printed
    )


def test_the_grade_row_of_the_result_is_marked(made):
    assert "3 3,0644 – 3,532 76,61 – 88,30 B Baik ◄ hasil ini" in words(summary([made(300)]))


def test_fourteen_elements_fit(made):
    result = made(300, key="ikm-2004", name="0.071")
    printed = words(summary([result]))
    assert all(f"{e.code} {e.name}" in printed for e in result.elements)
    assert len(read(summary([result])).pages) <= 4


def test_a_bare_file_needs_no_unit_and_no_period(made):
    printed = words(summary([made(32, about=None)]))
    assert "Seluruh isian" in printed
    assert "Periode" not in printed
    assert "Profil responden" not in printed


def test_several_results_get_contents_with_the_right_pages(made):
    results = [made(n, about=None, group=f"Loket {n}") for n in (12, 40, 80)]
    reader = read(summary(results))
    first = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    for result in results:
        title = f"Loket {result.n}"
        bookmark = next(o for o in reader.outline if o.title == title)
        page = reader.get_destination_page_number(bookmark) + 1
        assert title in reader.pages[page - 1].extract_text()
        assert re.search(
            rf"{title} {result.n} {number(result.converted)} {result.grade} \w+( Baik)? {page}\b", first
        ), first


def test_pages_are_counted(made):
    reader = read(summary([made(300)]))
    total = len(reader.pages)
    for position, page in enumerate(reader.pages, start=1):
        assert f"Halaman {position} dari {total}" in page.extract_text()


def test_a_group_without_a_name_gets_one(made):
    assert "(kelompok tanpa nama)" in words(summary([made(12, about=None, group="")]))


def test_all_fonts_are_embedded(made):
    found = fonts(read(summary([made(300)])))
    assert len(found) == 2
    assert all(found.values()), found


def test_the_document_says_its_language_and_title(made):
    reader = read(summary([made(300)]))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "id-ID"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Dinas Kependudukan dan Pencatatan Sipil" in reader.metadata.title
    assert reader.metadata.author == "Pemerintah Kabupaten Contoh"


def test_hostile_remarks_are_printed_as_words(made, hostile):
    remarks = tuple((date(2026, 9, 30) - timedelta(days=i), each) for i, each in enumerate(hostile))
    reader = read(summary([made(30, remarks=remarks)]))
    heads = re.compile(
        r"Dinas Kependudukan dan Pencatatan Sipil · Triwulan III Tahun 2026|Halaman \d+ dari \d+|IKM [^H]+?WITA"
    )
    printed = squeezed(heads.sub("", " ".join(page.extract_text() for page in reader.pages)))
    for each in hostile:
        if not re.search("[\u0600-\u06ff]", each):  # readers turn Arabic round
            assert squeezed(clean(each)) in printed, each[:60]
    assert images(reader) == 0


def test_long_names_are_printed_whole_and_stay_on_the_paper(made, about, long_name):
    result = made(300, about=replace(about, unit=long_name, service=long_name, organisation=long_name))
    pdf = summary([result])
    assert squeezed(words(pdf)).count(squeezed(long_name)) >= 3
    assert leftmost_and_rightmost(pdf) == (True, True)


def leftmost_and_rightmost(pdf: bytes) -> tuple[bool, bool]:
    """Whether the margins of every page, 17 mm left and right, are white."""
    import pypdfium2

    left = right = True
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        picture = page.render(scale=1).to_pil().convert("L")
        band = round(17 / 25.4 * 72)
        left &= picture.crop((0, 0, band, picture.height)).getextrema() == (255, 255)
        right &= picture.crop((picture.width - band, 0, picture.width, picture.height)).getextrema() == (
            255,
            255,
        )
    document.close()
    return left, right


def test_no_result_is_refused():
    with pytest.raises(ValueError, match="Tidak ada hasil"):
        summary([])


def test_the_same_result_gives_the_same_bytes_in_another_process(made, tmp_path):
    result = made(40, about=About(unit="Dinas Contoh"), remarks=[(date(2026, 9, 1), "Baik & ramah")])
    here = hashlib.sha256(summary([result])).hexdigest()
    code = (
        "import hashlib, pickle, sys; from calc.render.pdf.document import pdf; from calc.report.summary import summary;"
        "print(hashlib.sha256(pdf(summary([pickle.load(open(sys.argv[1], 'rb'))]))).hexdigest())"
    )
    import pickle

    (tmp_path / "result").write_bytes(pickle.dumps(result))
    there = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "result")], capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == here
    assert hashlib.sha256(summary([result])).hexdigest() == here


def test_a_unit_with_services_has_one_short_paper_with_a_row_for_each(made):
    unit = replace(made(231), about=About(unit="Dinas Contoh", period="Triwulan III Tahun 2026"))
    parts = [replace(made(n), about=replace(unit.about, service=f"Layanan {n}")) for n in (117, 68, 46)]
    reader = read(pdf(document([unit], services=parts)))
    assert reader.metadata.title.endswith("Dinas Contoh") and len(reader.pages) <= 4
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]
    for n, part in zip((117, 68, 46), parts, strict=True):
        value = str(part.converted).replace(".", ",")
        assert re.search(rf"Layanan {n} {n} \d,\d{{4}} {value} ", " ".join(pages))
    assert all("231 responden" in page for page in pages)
