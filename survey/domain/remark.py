"""Numbers and addresses in a resident's words that identify a person are masked on their way in.

What is caught: e-mail addresses, also written ``budi(at)contoh [dot] com``; telephone numbers of eight digits and more;
identity, family card and account numbers of ten digits and more; in digits of any script, in words ('nol delapan …')
or mixed, with up to three signs between two digits. Not everything can be: who wants to tell a number will find a way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MASKED = "•••"

# What people put between digits; what is drawn as nothing has been cleaned away before.
GAP = "[ \n\u00a0.()/_|:*~·•∙・\u2010-\u2015-]{0,3}"
EMAIL = re.compile(r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
# +62… and 08… of eight digits and more.
PHONE = re.compile(rf"(?<!\d)\(?(?:\+\s?62|08)(?:{GAP}\d){{6,}}")
# Identity, family card, passport-like and account numbers: ten digits and more.
NUMBER = re.compile(rf"(?<!\d)\d(?:{GAP}\d){{9,}}")

# '12-10-2025 14.30' and '08.00-12.00 13.00-15.00' have as many digits, too, and identify nobody.
_DATE = r"[0-3]?\d[-./ ][01]?\d[-./ ](?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d"
_TIME = r"(?:[01]?\d|2[0-4])[.:][0-5]\d(?:[.:][0-5]\d)?"
_MOMENTS = re.compile(rf"(?<!\d)(?:{_DATE}|{_TIME})(?!\d)")

# 'nol delapan satu …', also mixed with digits
DIGITS: Mapping[str, str] = {
    "nol": "0",
    "kosong": "0",
    "satu": "1",
    "dua": "2",
    "tiga": "3",
    "empat": "4",
    "lima": "5",
    "enam": "6",
    "tujuh": "7",
    "delapan": "8",
    "lapan": "8",
    "sembilan": "9",
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_DIGIT = rf"(?:\d|{'|'.join(sorted(DIGITS, key=len, reverse=True))})"
_BETWEEN = "[ \n,;\u00a0./_|:*~·•∙・\u2010-\u2015-]{0,3}"
SPELT = re.compile(rf"(?<!\w){_DIGIT}(?:{_BETWEEN}{_DIGIT}){{7,}}(?!\w)", re.IGNORECASE)
_ONE_DIGIT = re.compile(_DIGIT, re.IGNORECASE)

# budi(at)contoh.com, budi [at] contoh [dot] com, budi at contoh titik com
_AT = r"(?:\s{0,2}[(\[{<]\s?(?:at|@|et)\s?[)\]}>]\s{0,2}|\s{1,2}at\s{1,2}|\s{0,2}@\s{0,2})"
_ADDRESS = re.compile(r"@|[(\[{<]\s?(?:at|et)|\sat\s", re.IGNORECASE)
_DOT = r"(?:\.|\s{0,2}[(\[{<]\s?(?:dot|titik|\.)\s?[)\]}>]\s{0,2}|\s{1,2}(?:dot|titik|\.)\s{1,2})"
_ENDS = "(?:com|net|org|id|co|info|biz|gov|edu|me|io)"
SPOKEN = re.compile(
    rf"[\w.%+-]{{1,64}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,3}}?{_DOT}{_ENDS}(?:{_DOT}id)?(?!\w)",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """Put ••• for e-mail addresses, telephone numbers and numbers of ten digits and more."""
    if _ADDRESS.search(text):  # the two below look at every letter 64 times
        text = SPOKEN.sub(MASKED, EMAIL.sub(MASKED, text))
    for numbers in (PHONE, NUMBER):
        text = numbers.sub(lambda found: found[0] if _tells_time(found[0]) else MASKED, text)
    return SPELT.sub(_unless_short, text)


def _tells_time(digits: str) -> bool:
    """Whether nothing but dates and times of day stand there."""
    left = _MOMENTS.sub("", digits)
    return left != digits and not any(c.isdigit() for c in left)


def _unless_short(found: re.Match[str]) -> str:
    """Eight and nine digits only when they begin as a telephone number does; digits alone have been looked at."""
    words = _ONE_DIGIT.findall(found[0])
    digits = [DIGITS.get(word.lower(), word) for word in words]
    spelt = any(len(word) > 1 for word in words)
    return MASKED if spelt and (len(digits) >= 10 or digits[:2] == ["0", "8"]) else found[0]
