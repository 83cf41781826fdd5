"""A resident's words on their way in: made printable, and numbers that identify a person masked."""

from __future__ import annotations

import re
import unicodedata

MASKED = "•••"

# Separators that people put between groups of digits; no slash, so that dates stay readable.
GAP = "[ \u00a0.()\u2010-\u2014-]{0,3}"
EMAIL = re.compile(r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
# +62… and 08… of eight digits and more.
PHONE = re.compile(rf"(?<!\d)\(?(?:\+\s?62|08)(?:{GAP}\d){{6,}}")
# Identity, family card, passport-like and account numbers: ten digits and more.
NUMBER = re.compile(rf"(?<!\d)\d(?:{GAP}\d){{9,}}")

# '12-10-2025 14.30' has ten digits and more, too, and identifies nobody.
MOMENT = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ]\d{4} {1,2}\d{1,2}\.\d{2}(?:\.\d{2})?")

LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# Directional overrides can turn the words after them round; Arabic text reads right without them.
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def clean(text: str) -> str:
    """Words that every page and paper can carry: NFC, newlines as \\n, no control characters."""
    kept = [c for c in LINE_ENDS.sub("\n", text).replace("\t", " ") if _printable(c)]
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def mask(text: str) -> str:
    """Put ••• for e-mail addresses, telephone numbers and numbers of ten digits and more."""
    text = PHONE.sub(MASKED, EMAIL.sub(MASKED, text))
    return NUMBER.sub(lambda found: found[0] if MOMENT.fullmatch(found[0]) else MASKED, text)


def _printable(c: str) -> bool:
    if c in " \n":
        return True
    noncharacter = ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF
    return not noncharacter and c not in BIDI and unicodedata.category(c) not in ("Cc", "Cs")
