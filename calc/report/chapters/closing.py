"""Conclusions, advice, and who answers for the report."""

from __future__ import annotations

from calc.report.chapters.front_matter import signature
from calc.report.data import ReportData
from calc.report.document import Block, Together
from calc.report.numbering import section
from calc.report.texts import blocks_of


def conclusion(data: ReportData) -> tuple[Block, ...]:
    """Kesimpulan."""
    return (section("Kesimpulan", "kesimpulan"), *blocks_of(data, "kesimpulan"))


def advice(data: ReportData) -> tuple[Block, ...]:
    """Saran."""
    return (section("Saran", "saran"), *blocks_of(data, "saran"))


def end(data: ReportData) -> tuple[Block, ...]:
    """The last sentence and the signature."""
    return (Together((*blocks_of(data, "penutup"), signature(data))),)
