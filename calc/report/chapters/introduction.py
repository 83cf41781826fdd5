"""Why the survey was held: background, legal basis, aims."""

from __future__ import annotations

from calc.report.data import ReportData
from calc.report.document import Block, Heading
from calc.report.numbering import section
from calc.report.texts import blocks_of


def background(data: ReportData) -> tuple[Block, ...]:
    """Latar Belakang."""
    return (section("Latar Belakang", "latar-belakang"), *blocks_of(data, "latar_belakang"))


def legal_basis(data: ReportData) -> tuple[Block, ...]:
    """Dasar Pelaksanaan SKM."""
    return (section("Dasar Pelaksanaan SKM", "dasar"), *blocks_of(data, "dasar"))


def aims(data: ReportData) -> tuple[Block, ...]:
    """Maksud dan Tujuan, with Sasaran and Manfaat below."""
    return (
        section("Maksud dan Tujuan", "maksud"),
        *blocks_of(data, "maksud"),
        Heading("Sasaran", 3, "sasaran"),
        *blocks_of(data, "sasaran"),
        Heading("Manfaat", 3, "manfaat"),
        *blocks_of(data, "manfaat"),
    )
