"""Conclusions, advice, and who answers for the report."""

from __future__ import annotations

from calc.dossier import Dossier
from calc.paper.chapters.front import signature
from calc.paper.document import Block, Together
from calc.paper.numbering import section
from calc.paper.texts import blocks_of


def conclusion(dossier: Dossier) -> tuple[Block, ...]:
    """Kesimpulan."""
    return (section("Kesimpulan", "kesimpulan"), *blocks_of(dossier, "kesimpulan"))


def advice(dossier: Dossier) -> tuple[Block, ...]:
    """Saran."""
    return (section("Saran", "saran"), *blocks_of(dossier, "saran"))


def end(dossier: Dossier) -> tuple[Block, ...]:
    """The last sentence and the signature."""
    return (Together((*blocks_of(dossier, "penutup"), signature(dossier))),)
