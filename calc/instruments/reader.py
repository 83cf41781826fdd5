"""Reading a questionnaire from its TOML file; a bad file is refused with its name, the place and the cure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from calc.instruments.model import Band, Choice, Element, Instrument, Item, ProfileField

_KINDS = {str: "teks dalam tanda kutip", int: "bilangan bulat", list: "daftar", dict: "tabel"}
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COLUMN = re.compile(r"u[0-9]+")
_FRACTION = re.compile(r"-?[0-9]{1,9}(/[0-9]{1,9}|\.[0-9]{1,9})?")
_FLOOR = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")
_TOP = "key title regulation scale factor orders bands elements items profile"


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
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InstrumentError(f"{path.name}: berkas tidak dapat dibuka ({error.strerror})") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, absurd numbers, nested without end
        raise InstrumentError(
            f"{path.name}: bukan berkas TOML yang benar ({error}); perbaiki di sana dan simpan sebagai UTF-8"
        ) from error
    return _Reader(path.name, path.stem, raw).instrument()


@cache
def shipped() -> Mapping[str, Instrument]:
    """All questionnaires that come with the toolkit, by key."""
    folder = resources.files("calc.instruments")
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
        wanted = _KINDS[kind]
        if value is None or value in ("", [], {}):
            raise self.fail(f"{where} belum punya '{key}'; tulis {key} = … ({wanted})")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fail(f"{where}: '{key}' harus berupa {wanted}, bukan {_shown(value)}")
        return value

    def optional(self, table: Mapping[str, Any], key: str, default: str, where: str) -> str:
        return str(self.need(table, key, str, where)) if key in table else default

    def key(self, table: Mapping[str, Any], where: str, default: str | None = None) -> str:
        """A name that also serves as column and form field."""
        key = default if default is not None and "key" not in table else self.need(table, "key", str, where)
        if not _KEY.fullmatch(key) or _COLUMN.fullmatch(key):
            raise self.fail(
                f"{where}: key {_shown(key)} harus huruf kecil, angka, atau garis bawah, diawali huruf, "
                'dan bukan u1, u2, …; contoh: key = "persyaratan"'
            )
        return key

    def rows(
        self, table: Mapping[str, Any], key: str, where: str, row: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The tables of a list with their place ('unsur ke-3')."""
        for number, value in enumerate(self.need(table, key, list, where), start=1):
            if not isinstance(value, dict):
                raise self.fail(f"{row} ke-{number} harus berupa tabel dengan key = …, bukan {_shown(value)}")
            yield f"{row} ke-{number}", value

    def known(self, table: Mapping[str, Any], keys: str, where: str) -> None:
        """Refuse a word that nothing reads: mostly a typing error in an optional one."""
        for key in table:
            if key not in keys.split():
                raise self.fail(f"{where}: '{key}' tidak dikenal; hapus atau perbaiki ejaannya ({keys})")

    def once(self, key: str, taken: Collection[str], where: str) -> None:
        if key in taken:
            raise self.fail(f"{where} tertulis dua kali; beri nama lain atau hapus satu")

    def text(self, table: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return {"id": value}
        if isinstance(value, dict) and value.get("id"):
            wrong = [lang for lang, words in value.items() if not isinstance(words, str) or not words.strip()]
            if wrong:
                raise self.fail(f"{where}: '{key}' dalam bahasa '{wrong[0]}' bukan teks; isi atau hapus")
            return dict(value)
        raise self.fail(f"{where} belum punya '{key}' berbahasa Indonesia; tulis {key} = {{ id = \"…\" }}")

    def fraction(self, table: Mapping[str, Any], key: str, where: str) -> Fraction:
        value = table.get(key)
        cure = f'tulis {key} = "1/9" atau {key} = "0.11" (pecahan dalam tanda kutip)'
        if value is None:
            raise self.fail(f"{where} belum punya '{key}'; {cure}")
        words = _shown(value) if isinstance(value, int) and not isinstance(value, bool) else value
        words = words if isinstance(words, str) else ""
        if not _FRACTION.fullmatch(words) or not Fraction(words.split("/")[-1] if "/" in words else "1"):
            raise self.fail(f"{where} punya '{key}' yang bukan pecahan: {_shown(value)}; {cure}")
        number = Fraction(words)
        if number <= 0:
            raise self.fail(f"{where}: '{key}' harus lebih besar dari 0, bukan {_shown(value)}")
        return number

    def instrument(self) -> Instrument:
        raw, where = self.raw, "berkas"
        self.known(raw, _TOP, where)
        key = self.need(raw, "key", str, where)
        if key != self.stem:
            raise self.fail(f"key = {_shown(key)} harus sama dengan nama berkas ('{self.stem}')")
        scale = self.need(raw, "scale", int, where)
        if not 2 <= scale <= 9:
            raise self.fail(f"scale = {_shown(scale)}: nilai tertinggi harus 2 sampai 9")
        elements = self.elements()
        items = self.items({e.key for e in elements}, scale)
        for element in elements:
            if not any(item.element == element.key for item in items):
                raise self.fail(f"unsur '{element.key}' tidak punya pertanyaan; tambahkan [[items]] untuknya")
        factor = self.fraction(raw, "factor", where)
        orders, default = self.orders(elements)
        return Instrument(
            key=key,
            title=self.need(raw, "title", str, where),
            regulation=self.need(raw, "regulation", str, where),
            scale=scale,
            factor=factor,
            elements=elements,
            items=items,
            bands=self.bands(factor, scale),
            profile=self.profile({item.key for item in items}),
            orders=orders,
            default_order=default,
        )

    def elements(self) -> tuple[Element, ...]:
        found: list[Element] = []
        for place, row in self.rows(self.raw, "elements", "berkas", "unsur"):
            key = self.key(row, place)
            where = f"unsur '{key}'"
            self.known(row, "key name short definition weight", where)
            self.once(key, [e.key for e in found], where)
            name = self.need(row, "name", str, where)
            found.append(
                Element(
                    key=key,
                    code=f"U{len(found) + 1}",
                    name=name,
                    short=self.optional(row, "short", name, where),
                    definition=self.need(row, "definition", str, where),
                    weight=self.fraction(row, "weight", where),
                )
            )
        total = sum((e.weight for e in found), Fraction(0))
        if total != 1:
            raise self.fail(
                f"jumlah bobot {len(found)} unsur adalah {_shown(total)}, seharusnya tepat 1; "
                f'perbaiki weight, misalnya weight = "1/{len(found)}" untuk setiap unsur'
            )
        return tuple(found)

    def items(self, elements: Collection[str], scale: int) -> tuple[Item, ...]:
        found: list[Item] = []
        for place, row in self.rows(self.raw, "items", "berkas", "pertanyaan"):
            element = self.need(row, "element", str, place)
            if element not in elements:
                raise self.fail(
                    f"{place}: unsur {_shown(element)} tidak ada di [[elements]]; perbaiki ejaannya "
                    f"({', '.join(sorted(elements))})"
                )
            key = self.key(row, place, default=element)
            where = f"pertanyaan '{key}'"
            self.known(row, "key element question answers", where)
            self.once(key, [item.key for item in found], where)
            answers = self.need(row, "answers", list, where)
            if len(answers) != scale:
                raise self.fail(
                    f"{where} punya {len(answers)} jawaban, skala {scale} butuh {scale}; lengkapi answers"
                )
            words = tuple(
                self.text({"answers": a}, "answers", f"{where} jawaban {i}") for i, a in enumerate(answers, 1)
            )
            question = self.text(row, "question", where)
            found.append(Item(key=key, element=element, question=question, answers=words))
        return tuple(found)

    def bands(self, factor: Fraction, scale: int) -> tuple[Band, ...]:
        found: list[Band] = []
        for where, row in self.rows(self.raw, "bands", "berkas", "pita mutu"):
            self.known(row, "floor grade performance ni", where)
            words = self.need(row, "floor", str, where)
            if not _FLOOR.fullmatch(words):
                raise self.fail(
                    f"{where}: floor {_shown(words)} harus angka dengan paling banyak dua desimal dalam "
                    'tanda kutip, misalnya floor = "76.61"'
                )
            floor = Decimal(words)
            if found and floor >= found[-1].floor:
                raise self.fail(f"{where}: urutkan pita dari batas bawah tertinggi ke terendah")
            if floor > factor * scale:
                raise self.fail(f"{where}: floor {words} tidak dapat dicapai; tertinggi {factor * scale}")
            grade = self.need(row, "grade", str, where)
            self.once(grade, [band.grade for band in found], f"{where}: grade '{grade}'")
            performance = self.need(row, "performance", str, where)
            found.append(Band(floor, grade, performance, self.optional(row, "ni", "", where)))
        if found[-1].floor > factor:
            raise self.fail(
                f"pita mutu terendah mulai dari {found[-1].floor}, padahal nilai terendah {factor}; "
                f'tulis floor = "{_floor(factor)}" pada pita terakhir'
            )
        return tuple(found)

    def profile(self, items: Collection[str]) -> tuple[ProfileField, ...]:
        found: list[ProfileField] = []
        if "profile" not in self.raw:
            return ()
        for place, row in self.rows(self.raw, "profile", "berkas", "profil"):
            key = self.key(row, place)
            where = f"profil '{key}'"
            self.known(row, "key label choices", where)
            self.once(key, {field.key for field in found} | set(items), where)
            choices = self.choices(row, where)
            found.append(ProfileField(key=key, label=self.text(row, "label", where), choices=choices))
        return tuple(found)

    def choices(self, row: Mapping[str, Any], where: str) -> tuple[Choice, ...]:
        found: list[Choice] = []
        for place, choice in self.rows(row, "choices", where, f"{where} pilihan"):
            self.known(choice, "key label poster", place)
            key = self.need(choice, "key", str, place)
            self.once(key, [c.key for c in found], f"{where} pilihan '{key}'")
            label = self.text(choice, "label", place)
            found.append(Choice(key=key, label=label, poster=self.optional(choice, "poster", key, place)))
        return tuple(found)

    def orders(self, elements: Sequence[Element]) -> tuple[dict[str, tuple[str, ...]], str]:
        listed = tuple(e.key for e in elements)
        table = self.need(self.raw, "orders", dict, "berkas") if "orders" in self.raw else {}
        orders: dict[str, tuple[str, ...]] = {}
        for name in table:
            if name == "default":
                continue
            keys = self.need(table, name, list, "orders")
            if sorted(map(str, keys)) != sorted(listed):
                raise self.fail(
                    f"orders '{name}' harus memuat setiap unsur tepat satu kali: {', '.join(listed)}"
                )
            orders[name] = tuple(map(str, keys))
        if not orders:
            return {"daftar": listed}, "daftar"
        default = self.optional(table, "default", next(iter(orders)), "orders")
        if default not in orders:
            raise self.fail(f"orders: default {_shown(default)} tidak ada; pilih {', '.join(orders)}")
        return orders, default


def _floor(factor: Fraction) -> str:
    """The lowest border that may be written for a factor: two decimals at most, never above it."""
    return str(factor if factor.denominator == 1 else Decimal(int(factor * 100)).scaleb(-2))


def _shown(value: object) -> str:
    """A value in a message: short, on one line."""
    try:
        words = repr(value) if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits, lists nested without end
        words = "nilai ini"
    return words if len(words) <= 60 else words[:59] + "…"
