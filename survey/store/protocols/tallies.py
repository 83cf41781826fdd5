"""Tallies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from survey.store import TallyRow, UnitTallies


class TallyStore(Protocol):
    """What responses add up to, and how far that is right."""

    def tallies(
        self, units: Sequence[str] | None, months: Sequence[str] | None, service: str | None = None
    ) -> list[TallyRow]:
        """Tallies of units (None: all) and local months (None: all)."""

    def unit_tallies(self, units: Sequence[str] | None, months: Sequence[str]) -> Mapping[str, UnitTallies]:
        """The same of whole units, by questionnaire."""

    def months(self, unit: str | None = None) -> list[str]:
        """Local months that have answers, newest first."""

    def instruments(self, units: Sequence[str] | None) -> Mapping[str, int]:
        """How many responses each questionnaire has in units (None: all); questionnaires in order of their keys."""

    def revision(self) -> int:
        """A number that grows in the transaction of every change to what published results are made of.

        Answers to the running month do not count, since no open period is published: everything else that changes
        tallies does (imports, a rebuild), and every save of organisation, unit and service.
        """

    def recount(self, done: Callable[[int], None] = ...) -> list[str]:
        """Sentences naming what is wrong; empty when nothing is.

        First every answer that is not what was received (`ChangedAnswer`), then every difference between tallies and
        answers. done : called with the number of responses counted since the last call
        """

    def rebuild(
        self,
        done: Callable[[int], None] = ...,
        *,
        accept_changed: bool = False,
        noted: Callable[[list[str]], None] = ...,
    ) -> list[str]:
        """Make the tallies what the answers add up to, which are never touched; the differences mended.

        A unit with answers that are not what was received is left as it is, unless those are accepted; they are named
        before the rest. noted : called with what was accepted and mended in a unit, inside its transaction
        """
