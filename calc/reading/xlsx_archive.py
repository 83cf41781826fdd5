"""The zip file around a workbook: refused before anything is unpacked when it is no workbook or too large."""

from __future__ import annotations

import io
import posixpath
import zipfile

from calc.reading.columns import ResponsesError

# Unpacked bytes. Cells are read one by one, but words are kept all at once and take some seven times their size.
_SHEET = 150_000_000
_OTHER_PART = 32_000_000
_ALL_PARTS = 300_000_000
_CHUNK = 1 << 16
_SAVE = "simpan ulang sebagai Excel Workbook (.xlsx) atau 'CSV UTF-8'"


def check(data: bytes) -> None:
    """Refuse what is no workbook, and what would unpack to more than an office's sheet ever does.

    Only the list of contents is read; unpacking never gives more than that list states.

    Raises
    ------
    ResponsesError
        Naming the cure.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ResponsesError(f"ini berkas Excel lama (.xls) atau Excel bersandi; {_SAVE}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        raise ResponsesError(f"berkas Excel ini rusak atau terpotong; {_SAVE}") from None
    if "xl/workbook.xml" not in sizes:
        raise ResponsesError(f"ini bukan lembar kerja Excel (.xlsx); {_SAVE}")
    parts = {
        name: size for name, size in sizes.items() if not name.startswith("xl/media/")
    }  # pictures stay packed
    for name, size in parts.items():
        if size > (_SHEET if name.startswith("xl/worksheets/") else _OTHER_PART):
            raise ResponsesError(_too_large(size))
    if sum(parts.values()) > _ALL_PARTS:
        raise ResponsesError(_too_large(sum(parts.values())))


def _too_large(size: int) -> str:
    return (
        f"isi berkas Excel ini terlalu besar ({size // 1_000_000} MB); hapus lembar dan kolom yang "
        "tidak perlu, atau simpan sebagai 'CSV UTF-8'"
    )


def hidden_rows(data: bytes, sheet: str) -> frozenset[int]:
    """Numbers of the rows of a sheet that are hidden, by hand or by a filter; none where that cannot be told."""
    from defusedxml.ElementTree import iterparse

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part_of(archive, sheet)
        if part not in archive.namelist() or not _mentions(archive, part, b"hidden="):
            return frozenset()
        found, number = set(), 0
        with archive.open(part) as file:
            steps = iterparse(file, events=("start", "end"))
            _, root = next(steps)
            for event, node in steps:
                if not node.tag.endswith("}row"):
                    continue
                if event == "start":
                    number = int(node.get("r", number + 1))
                    if node.get("hidden") in ("1", "true"):
                        found.add(number)
                else:
                    node.clear()
                    root.clear()
    return frozenset(found)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where the cells of a sheet stand in the archive."""
    from defusedxml.ElementTree import fromstring

    relation = next(
        (
            value
            for node in fromstring(archive.read("xl/workbook.xml")).iter()
            if node.tag.endswith("}sheet") and node.get("name") == sheet
            for name, value in node.attrib.items()
            if name.endswith("}id")
        ),
        None,
    )
    for node in fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        if node.get("Id") == relation:
            return posixpath.normpath(posixpath.join("/xl", node.get("Target", ""))).lstrip("/")
    return ""


def _mentions(archive: zipfile.ZipFile, part: str, words: bytes) -> bool:
    """Whether a part has these bytes; far quicker than its XML."""
    with archive.open(part) as file:
        end = b""
        while chunk := file.read(_CHUNK):
            if words in end + chunk:
                return True
            end = chunk[-len(words) :]
    return False
