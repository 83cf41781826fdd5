"""Codes that people read from paper and type."""

from __future__ import annotations

import secrets

# Without I, L, O, U, 0 and 1, which eyes mistake for each other: 30 letters, 12 of them are 59 bits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_code(length: int) -> str:
    """That many letters, unpredictable."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))
