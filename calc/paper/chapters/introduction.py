"""Why the survey was held: background, legal basis, aims."""

from __future__ import annotations

from calc.dossier import Dossier
from calc.paper.document import Block, Heading
from calc.paper.numbering import section
from calc.paper.texts import blocks_of


def background(dossier: Dossier) -> tuple[Block, ...]:
    """Latar Belakang."""
    return (section("Latar Belakang", "latar-belakang"), *blocks_of(dossier, "latar_belakang"))


def legal_basis(dossier: Dossier) -> tuple[Block, ...]:
    """Dasar Pelaksanaan SKM."""
    return (section("Dasar Pelaksanaan SKM", "dasar"), *blocks_of(dossier, "dasar"))


def aims(dossier: Dossier) -> tuple[Block, ...]:
    """Maksud dan Tujuan, with Sasaran and Manfaat below."""
    return (
        section("Maksud dan Tujuan", "maksud"),
        *blocks_of(dossier, "maksud"),
        Heading("Sasaran", 3, "sasaran"),
        *blocks_of(dossier, "sasaran"),
        Heading("Manfaat", 3, "manfaat"),
        *blocks_of(dossier, "manfaat"),
    )
