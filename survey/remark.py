"""Numbers and addresses in a resident's words that identify a person are masked on their way in."""

from __future__ import annotations

import re

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


def mask(text: str) -> str:
    """Put ••• for e-mail addresses, telephone numbers and numbers of ten digits and more."""
    text = PHONE.sub(MASKED, EMAIL.sub(MASKED, text))
    return NUMBER.sub(lambda found: found[0] if MOMENT.fullmatch(found[0]) else MASKED, text)
