"""People who log in: roles, password rules, one-time codes, sessions. No storage here."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey.domain.codes import random_code
from survey.domain.common_passwords import COMMON, STEMS

ROLES = ("admin", "unit_head", "operator", "viewer")
ROLE_NAMES = {
    "admin": "Pengelola",
    "unit_head": "Kepala unit",
    "operator": "Operator",
    "viewer": "Pembaca",
}

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
MIN_PASSWORD, MAX_PASSWORD = 10, 200

CODE_LIFE = timedelta(days=7)
CODE_PATH = "/meja/masuk-pertama"  # where a code is typed

SESSION_IDLE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=12)

# argon2id at OWASP's floor (19 MiB, two passes, one lane): quick also on the smallest office machine
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True)
class Account:
    """units : unit keys this person may see; an admin sees all."""

    name: str
    role: str
    password_hash: str
    units: tuple[str, ...] = ()
    active: bool = True

    def sees(self, unit: str) -> bool:
        return self.role == "admin" or unit in self.units

    @property
    def role_name(self) -> str:
        return ROLE_NAMES[self.role]


@dataclass(frozen=True)
class Session:
    """token_hash : SHA-256 of the random token in the cookie; the token itself is never stored."""

    token_hash: str
    account: str
    created_at: datetime
    seen_at: datetime

    def alive(self, now: datetime) -> bool:
        """Neither idle for 30 minutes nor older than 12 hours."""
        return now - self.seen_at < SESSION_IDLE and now - self.created_at < SESSION_LIFE


@dataclass(frozen=True)
class Invitation:
    """A one-time code that lets a person choose a password; stored as a hash, used once, expires.

    account : name of the account; '' when the person chooses it
    """

    code_hash: str
    account: str
    role: str
    units: tuple[str, ...]
    expires_at: datetime
    used_at: datetime | None = None

    def valid(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at


def hash_password(password: str) -> str:
    """argon2id in PHC form."""
    return _hasher.hash(password)


def password_fits(account: Account | None, password: str) -> bool:
    """Whether this password opens the account; takes as long for nobody and for a disabled account."""
    known = account is not None and account.active
    try:
        _hasher.verify(account.password_hash if account is not None and known else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known


@cache
def _nobody() -> str:
    """A hash that no password fits."""
    return _hasher.hash(secrets.token_urlsafe(16))


def needs_rehash(password_hash: str) -> bool:
    """The hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(password_hash)


def name_problem(name: str) -> str | None:
    """What is wrong with an account name, as one sentence; None when nothing is."""
    if NAME.fullmatch(name):
        return None
    return "Nama akun terdiri atas 3–40 huruf kecil, angka, titik, garis bawah, atau tanda hubung."


def password_problem(password: str, names: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, as one sentence; None when nothing is.

    names : words that must not be the password, alone or with digits: the account, the organisation.
    """
    if len(password) < MIN_PASSWORD:
        return f"Kata sandi paling sedikit {MIN_PASSWORD} karakter. Pakailah beberapa kata."
    if len(password) > MAX_PASSWORD:
        return f"Kata sandi paling banyak {MAX_PASSWORD} karakter."
    plain = password.casefold()
    if plain in COMMON or _stem(plain) in STEMS or len(set(plain)) < 4:
        return "Kata sandi ini terlalu sering dipakai orang. Pilih kata-kata lain."
    if _stem(plain) in {_stem(name.casefold()) for name in names if name}:
        return "Kata sandi tidak boleh sama dengan nama akun atau nama instansi."
    return None


def _stem(text: str) -> str:
    """'P@ssword 2026!' without what people add to a word: digits, signs, spaces."""
    ends = "".join(c for c in text if not c.isalpha())
    return "".join(c for c in text.strip(ends).replace("@", "a").replace("0", "o") if c.isalpha())


def new_code() -> str:
    """A one-time code, 'XXXX-XXXX-XXXX'."""
    letters = random_code(12)
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


def code_hash(code: str) -> str:
    """SHA-256 (hex) of a code as people type it: small letters, spaces and dashes do not matter."""
    return _sha256("".join(c for c in code.upper() if c.isalnum()))


def invite(role: str, units: Iterable[str], now: datetime, account: str = "") -> tuple[str, Invitation]:
    """A new one-time code and the invitation to store; the code is shown once and never again."""
    if role not in ROLES:
        raise ValueError(f"Peran '{role}' tidak dikenal: {', '.join(ROLES)}.")
    code = new_code()
    return code, Invitation(code_hash(code), account, role, tuple(units), now + CODE_LIFE)


def new_session(account: str, now: datetime) -> tuple[str, Session]:
    """A new random token (256 bits) for the cookie and the session to store."""
    token = secrets.token_urlsafe(32)
    return token, Session(token_hash(token), account, now, now)


def token_hash(token: str) -> str:
    return _sha256(token)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
