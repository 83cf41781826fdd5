"""What becomes of open SQLite connections when their process splits in two (fork).

SQLite's locks, and what it remembers of them, belong to one process: a child that uses or closes its parent's
connections, or opens new ones beside them, can lose answers. So an idle store closes before the split and both sides
open it anew; one at work stays the parent's, and the child is refused.
"""

from __future__ import annotations

import ctypes
import os
import weakref
from typing import Protocol

from survey.store import StoreRefused

FORKED = (
    "Proses ini dibelah (fork) dari proses yang sedang memakai penyimpanan, jadi tidak boleh ikut memakainya. "
    "Mulailah proses baru (spawn)."
)


class Forkable(Protocol):
    """A store as this module sees it."""

    def close_idle(self) -> bool:
        """Close all idle connections; the next user opens them again. False when one is in use."""

    def connections(self) -> list[object]:
        """All that is open."""

    def disable(self) -> None:
        """Refuse all work from now on."""


_stores: weakref.WeakSet[Forkable] = weakref.WeakSet()
_at_work: list[tuple[Forkable, list[object]]] = []
_split_from_work = False


def watch(store: Forkable) -> None:
    """Have a store close its idle connections before every fork."""
    _stores.add(store)


def refuse_child() -> None:
    """StoreRefused in a process whose parent was at work when it split."""
    if _split_from_work:
        raise StoreRefused(FORKED)


def _before() -> None:
    _at_work[:] = [(store, store.connections()) for store in _stores if not store.close_idle()]


def _after_in_parent() -> None:
    _at_work.clear()


def _after_in_child() -> None:
    global _split_from_work
    _split_from_work = bool(_at_work)
    for store, connections in _at_work:
        store.disable()
        for connection in connections:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))  # never freed, so never closed


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
