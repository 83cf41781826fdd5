"""Who goes first on a busy machine: the residents."""

from __future__ import annotations

import os


def step_aside() -> None:
    """Let the server go first: long work beside it must not hold up a resident's answer."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(10)
