"""Colours of every paper and chart, '#rrggbb'. White words on a grade's colour reach AA; so do inks on white."""

from __future__ import annotations

INK = "#1c2b36"
MUTED = "#566572"
LINE = "#cfd8de"
TINT = "#f3f6f8"
ACCENT = "#0b5d66"
ACCENT_TINT = "#e3f0f1"
NOTE = "#8a5a00"
NOTE_TINT = "#fff6e3"
PAPER = "#ffffff"
GRADES = {"A": "#1a7a55", "B": "#1f6f94", "C": "#9c6110", "D": "#ad3a34"}


def grade_colour(grade: str | None) -> str:
    """A calm colour for a grade; never the only sign, the letter always stands beside it."""
    return GRADES.get(grade or "", MUTED)
