"""Reads the figures back out of a report in each of its forms, by what is printed there and nothing else.

Every reader gives the same mapping: (what, of whom) -> the figure as digits with a decimal point. `what` is 'n',
'index', 'converted', 'grade', 'low', 'high', 'sum', 'mean' or 'weighted'; `of whom` is '' for the unit, the code of an
element ('U1') or the name of a service.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from typing import Any

Figures = dict[tuple[str, str], str]
Rows = list[list[str]]

_ELEMENT = ("n", "sum", "mean", "weighted", "converted", "grade")
_SERVICE = ("n", "index", "converted", "grade")
_UNIT = {
    ("n", ""): r"Responden:?\s+([\d.]+) orang",
    ("index", ""): r"Indeks \(NI\):?\s+(\d,\d{4})",
    ("converted", ""): r"Nilai IKM\s+(\d+,\d\d)\s+Mutu [A-D]",
    ("grade", ""): r"Nilai IKM\s+\d+,\d\d\s+Mutu ([A-D])",
    ("low", ""): r"Selang 95%:?\s+(\d+,\d\d) – \d+,\d\d",
    ("high", ""): r"Selang 95%:?\s+\d+,\d\d – (\d+,\d\d)",
}


def of_json(data: bytes) -> Figures:
    """JSON: every key has its name already."""
    read = json.loads(data)
    found = {(what, ""): read[what] for what in _SERVICE}
    if read["interval"]:
        found |= {(bound, ""): read["interval"][bound] for bound in ("low", "high")}
    for element in read["elements"]:
        found |= {(what, element["code"]): element[what] for what in _ELEMENT}
    for service in read["services"]:
        found |= {(what, service["about"]["service"]): service[what] for what in _SERVICE}
    return {key: shortest(str(value)) for key, value in found.items()}


def of_workbook(data: bytes) -> Figures:
    """XLSX: the values that are stored beside the formulas."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    answers, method = _labelled(book["Pengolahan data"]), _labelled(book["Metode"])
    found = _workbook_elements(answers) | _workbook_services(book["Layanan"])
    if "IKM unit pelayanan **)" in answers:
        found["index", ""] = _digits(answers["Jumlah NRR tertimbang *)"][0], 4)
        found["converted", ""] = _digits(answers["IKM unit pelayanan **)"][0], 2)
        found["grade", ""] = answers["Mutu pelayanan"][0]
    else:  # the office combines its services in another way than by adding all answers
        found["index", ""] = _digits(method["Indeks (NI)"][1], 4)
        found |= _workbook_official(book["Layanan"])
    for label, bound in (("Batas bawah selang", "low"), ("Batas atas selang", "high")):
        if label in method:
            found[bound, ""] = _digits(method[label][1], 2)
    return found


def of_html(data: bytes) -> Figures:
    """HTML: tables by their heads, the unit's own figures from the words."""
    page = _Page()
    page.feed(data.decode())
    return _of_tables(page.tables, " ".join(page.words))


def of_docx(data: bytes) -> Figures:
    """DOCX: the same from Word's tables."""
    import docx

    document = docx.Document(io.BytesIO(data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return _of_tables(tables, " ".join(words for rows in tables for row in rows for words in row))


def of_pdf(data: bytes) -> Figures:
    """PDF: the words of all pages as somebody would copy them."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    found = _of_unit(text)
    elements = _between(text, r"Tabel \d+\. Nilai per unsur pelayanan Kode", "NRR: nilai rata-rata unsur")
    row = r"(U\d+) .+? ([\d.]+) ([\d.]+) (\d,\d{2,4}) (\d,\d{2,4}) (\d+,\d\d) ([A-D])\b"
    for code, *figures in re.findall(row, elements):
        found |= _row(_ELEMENT, code, figures)
    services = _between(text, r"Tabel \d+\. Nilai per layanan No\.", r"Gambar \d+\.|Tabel \d+\.")
    row = r"\d+ (\D.*?) ([\d.]+) (\d,\d{4}) (\d+,\d\d) (?:\d+,\d\d – \d+,\d\d|–) ([A-D])\b"
    for name, *figures in re.findall(row, services):
        found |= _row(_SERVICE, name, figures)
    return found


class _Page(HTMLParser):
    """Words of a page, and the cells of its tables."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Rows] = []
        self.words: list[str] = []
        self.cell = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.cell = False

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(" ".join(data.split()))
        if self.cell:
            self.tables[-1][-1][-1] += data


def _of_tables(tables: Sequence[Rows], text: str) -> Figures:
    found = _of_unit(text)
    for row in _table(tables, "Unsur pelayanan", "NRR tertimbang"):
        if re.fullmatch(r"U\d+", row["Kode"]):
            heads = ("Jawaban", "Σ nilai", "NRR", "NRR tertimbang", "Konversi", "Mutu")
            found |= _row(_ELEMENT, row["Kode"], [row[head] for head in heads])
    for row in _table(tables, "Layanan", "NI"):
        found |= _row(_SERVICE, row["Layanan"], [row[head] for head in ("Responden", "NI", "IKM", "Mutu")])
    return found


def _table(tables: Sequence[Rows], *heads: str) -> Iterator[dict[str, str]]:
    """Rows of the first table that has these heads."""
    for rows in tables:
        if rows and set(heads) <= set(rows[0]):
            yield from (dict(zip(rows[0], row, strict=False)) for row in rows[1:])
            return


def _of_unit(text: str) -> Figures:
    found = {}
    for key, pattern in _UNIT.items():
        hit = re.search(pattern, text)
        if hit:
            found[key] = _plain(hit[1])
    return found


def _row(names: Sequence[str], whom: str, words: Sequence[str]) -> Figures:
    return {(what, whom): _plain(word) for what, word in zip(names, words, strict=True)}


def _plain(words: str) -> str:
    """``1.234,50`` as ``1234.5``."""
    return shortest(words.replace(".", "").replace(",", "."))


def shortest(words: str) -> str:
    """Without zeros at the end: a form may print ``2,96`` for what is exactly 2,9600."""
    return words.rstrip("0").rstrip(".") if "." in words else words


def _between(text: str, first: str, last: str) -> str:
    begun = re.search(first, text)
    return re.split(last, text[begun.end() :], maxsplit=1)[0] if begun else ""


def _labelled(sheet: Any) -> dict[str, Sequence[Any]]:
    return {row[0]: row[1:] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], str)}


def _workbook_elements(rows: dict[str, Sequence[Any]]) -> Figures:
    codes = [code for code in rows["No. Resp"] if code]
    labels = {
        "n": ("Jumlah jawaban", 0),
        "sum": ("Σ Nilai/Unsur", 0),
        "mean": ("NRR/Unsur", 4),
        "weighted": ("NRR tertimbang/Unsur", 4),
        "converted": ("Nilai/Unsur", 2),
        "grade": ("Mutu/Unsur", 0),
    }
    return {
        (what, code): _digits(rows[label][at], decimals)
        for what, (label, decimals) in labels.items()
        for at, code in enumerate(codes)
    }


def _workbook_services(sheet: Any) -> Figures:
    found = {}
    for name, n, index, converted, grade in sheet.iter_rows(min_row=6, max_col=5, values_only=True):
        if name == "Seluruh isian unit":
            return found | {("n", ""): _digits(n, 0)}
        words = [_digits(n, 0), _digits(index, 4), _digits(converted, 2), grade]
        found |= {(what, name): word for what, word in zip(_SERVICE, words, strict=True)}
    raise AssertionError("the sheet of services has no row of the whole unit")


def _workbook_official(sheet: Any) -> Figures:
    """The rule that is marked as used, and the elements under it."""
    found = {}
    for name, n, mean, converted, grade, last in sheet.iter_rows(max_col=6, values_only=True):
        if last == "ya":
            found |= {("converted", ""): _digits(converted, 2), ("grade", ""): grade}
        code = re.match(r"U\d+(?= )", str(name))
        if code:
            words = (_digits(n, 0), _digits(mean, 4), _digits(last, 4), _digits(converted, 2), grade)
            names = ("n", "mean", "weighted", "converted", "grade")
            found |= {(what, code[0]): word for what, word in zip(names, words, strict=True)}
    return found


def _digits(value: Any, decimals: int) -> str:
    """A stored number as a spreadsheet shows it with so many decimals; words as they are."""
    if isinstance(value, str | None):
        return value or "None"
    return shortest(str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)))
