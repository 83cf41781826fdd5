"""Reading a questionnaire from its TOML file; a bad file is refused with its name, the place and the cure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from calc.instrument import Band, Choice, Element, Instrument, Item, ProfileField


class InstrumentError(ValueError):
    """A questionnaire file that cannot be used; the message names file, place and cure."""


def read_instrument(path: Path) -> Instrument:
    """Read one TOML file.

    Raises
    ------
    InstrumentError
        Naming the file, the element or item, and what to write there.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InstrumentError(f"{path.name}: tidak dapat dibaca sebagai TOML: {error}") from error
    return _Reader(path.name, path.stem, raw).instrument()


@cache
def shipped() -> Mapping[str, Instrument]:
    """All questionnaires that come with the toolkit, by key."""
    folder = resources.files("calc") / "instruments"
    found = {}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            with resources.as_file(entry) as path:
                instrument = read_instrument(path)
            found[instrument.key] = instrument
    return found


def instrument(key: str) -> Instrument:
    """The shipped questionnaire of that key.

    Raises
    ------
    InstrumentError
        For an unknown key, listing the known ones.
    """
    try:
        return shipped()[key]
    except KeyError:
        known = ", ".join(shipped())
        raise InstrumentError(f"Kuesioner '{key}' tidak dikenal. Pilih salah satu: {known}.") from None


class _Reader:
    """Turns one parsed TOML document into an Instrument, failing by name with the cure."""

    def __init__(self, file: str, stem: str, raw: Mapping[str, Any]) -> None:
        self.file, self.stem, self.raw = file, stem, raw

    def fail(self, sentence: str) -> InstrumentError:
        return InstrumentError(f"{self.file}: {sentence}")

    def need(self, table: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
        value = table.get(key)
        if not isinstance(value, kind) or isinstance(value, bool) or value in ("", [], {}):
            wanted = {str: "teks dalam tanda kutip", int: "bilangan bulat", list: "daftar", dict: "tabel"}
            raise self.fail(f"{where} belum punya '{key}'; tulis {key} = … ({wanted[kind]})")
        return value

    def text(self, table: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
        value = table.get(key)
        if isinstance(value, str) and value:
            return {"id": value}
        if isinstance(value, dict) and value.get("id"):
            wrong = [lang for lang, words in value.items() if not isinstance(words, str) or not words]
            if wrong:
                raise self.fail(f"{where}: '{key}' dalam bahasa '{wrong[0]}' bukan teks; isi atau hapus")
            return dict(value)
        raise self.fail(f"{where} belum punya '{key}' berbahasa Indonesia; tulis {key} = {{ id = \"…\" }}")

    def instrument(self) -> Instrument:
        raw = self.raw
        key = self.need(raw, "key", str, "berkas")
        if key != self.stem:
            raise self.fail(f"key = \"{key}\" harus sama dengan nama berkas ('{self.stem}')")
        scale = self.need(raw, "scale", int, "berkas")
        if not 2 <= scale <= 9:
            raise self.fail(f"scale = {scale}: nilai tertinggi harus 2 sampai 9")
        elements = tuple(self.elements())
        items = tuple(self.items({e.key for e in elements}, scale))
        for element in elements:
            if not any(item.element == element.key for item in items):
                raise self.fail(f"unsur '{element.key}' tidak punya pertanyaan; tambahkan [[items]] untuknya")
        orders, default = self.orders(elements)
        return Instrument(
            key=key,
            title=self.need(raw, "title", str, "berkas"),
            regulation=self.need(raw, "regulation", str, "berkas"),
            scale=scale,
            factor=self.fraction(raw, "factor", "berkas"),
            elements=elements,
            items=items,
            bands=tuple(self.bands()),
            profile=tuple(self.profile()),
            orders=orders,
            default_order=default,
        )

    def fraction(self, table: Mapping[str, Any], key: str, where: str) -> Fraction:
        value = table.get(key)
        try:
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise ValueError
            number = Fraction(value)
        except (ValueError, ZeroDivisionError):
            cure = f'tulis {key} = "1/9" atau {key} = "0.11" (pecahan dalam tanda kutip)'
            problem = (
                f"belum punya '{key}'" if value is None else f"punya '{key}' yang bukan pecahan: {value!r}"
            )
            raise self.fail(f"{where} {problem}; {cure}") from None
        if number <= 0:
            raise self.fail(f"{where}: '{key}' harus lebih besar dari 0, bukan {value}")
        return number

    def elements(self) -> Sequence[Element]:
        found: list[Element] = []
        for number, row in enumerate(self.need(self.raw, "elements", list, "berkas"), start=1):
            key = self.need(row, "key", str, f"unsur ke-{number}")
            where = f"unsur '{key}'"
            if any(key == other.key for other in found):
                raise self.fail(f"{where} tertulis dua kali; beri nama lain atau hapus satu")
            name = self.need(row, "name", str, where)
            found.append(
                Element(
                    key=key,
                    code=f"U{number}",
                    name=name,
                    short=row.get("short", name),
                    definition=self.need(row, "definition", str, where),
                    weight=self.fraction(row, "weight", where),
                )
            )
        total = sum((e.weight for e in found), Fraction(0))
        if total != 1:
            raise self.fail(f"jumlah bobot semua unsur {total}, seharusnya tepat 1; perbaiki weight")
        return found

    def items(self, elements: set[str], scale: int) -> Sequence[Item]:
        found: list[Item] = []
        for number, row in enumerate(self.need(self.raw, "items", list, "berkas"), start=1):
            element = self.need(row, "element", str, f"pertanyaan ke-{number}")
            if element not in elements:
                raise self.fail(f"pertanyaan ke-{number}: unsur '{element}' tidak ada di [[elements]]")
            key = row.get("key", element)
            where = f"pertanyaan '{key}'"
            if any(key == other.key for other in found):
                raise self.fail(f"{where} tertulis dua kali; beri key yang berbeda")
            answers = self.need(row, "answers", list, where)
            if len(answers) != scale:
                raise self.fail(f"{where} punya {len(answers)} jawaban; skala {scale} butuh {scale} jawaban")
            words = tuple(
                self.text({"answers": a}, "answers", f"{where} jawaban {i}") for i, a in enumerate(answers, 1)
            )
            found.append(
                Item(key=key, element=element, question=self.text(row, "question", where), answers=words)
            )
        return found

    def bands(self) -> Sequence[Band]:
        found: list[Band] = []
        for number, row in enumerate(self.need(self.raw, "bands", list, "berkas"), start=1):
            where = f"pita mutu ke-{number}"
            try:
                floor = Decimal(self.need(row, "floor", str, where))
            except InvalidOperation:
                raise self.fail(f'{where}: floor harus angka dalam tanda kutip, misalnya "76.61"') from None
            if found and floor >= found[-1].floor:
                raise self.fail(f"{where}: urutkan pita dari batas bawah tertinggi ke terendah")
            grade = self.need(row, "grade", str, where)
            found.append(Band(floor, grade, self.need(row, "performance", str, where)))
        return found

    def profile(self) -> Sequence[ProfileField]:
        found: list[ProfileField] = []
        for number, row in enumerate(self.raw.get("profile", []), start=1):
            key = self.need(row, "key", str, f"profil ke-{number}")
            where = f"profil '{key}'"
            choices = tuple(
                Choice(
                    key=self.need(c, "key", str, where),
                    label=self.text(c, "label", where),
                    poster=c.get("poster", c["key"]),
                )
                for c in self.need(row, "choices", list, where)
            )
            found.append(ProfileField(key=key, label=self.text(row, "label", where), choices=choices))
        return found

    def orders(self, elements: Sequence[Element]) -> tuple[dict[str, tuple[str, ...]], str]:
        listed = tuple(e.key for e in elements)
        table = self.raw.get("orders", {})
        orders = {name: tuple(keys) for name, keys in table.items() if name != "default"}
        for name, keys in orders.items():
            if sorted(keys) != sorted(listed):
                raise self.fail(f"orders '{name}' harus memuat setiap unsur tepat satu kali")
        if not orders:
            return {"daftar": listed}, "daftar"
        default = table.get("default", next(iter(orders)))
        if default not in orders:
            raise self.fail(f"orders: default '{default}' tidak ada; pilih {', '.join(orders)}")
        return orders, default
