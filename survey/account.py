"""People who log in: roles, password rules, one-time codes and sessions. No storage here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ROLES = ("admin", "unit_head", "operator", "viewer")


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


@dataclass(frozen=True)
class Session:
    """token_hash : SHA-256 of the random token in the cookie; the token itself is never stored."""

    token_hash: str
    account: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Invitation:
    """A one-time code that lets a person choose a password; stored as a hash, used once, expires."""

    code_hash: str
    account: str
    role: str
    units: tuple[str, ...]
    expires_at: datetime
    used_at: datetime | None = None
