"""Spreadsheets that compute the index themselves: answers, live formulas, and our numbers as their stored values."""

from __future__ import annotations

from calc.render.xlsx.groups import MOST_SHEETS, workbook
from calc.render.xlsx.report import book
from calc.render.xlsx.sheet_writer import LARGEST_SHEET, WorkbookError

__all__ = ("LARGEST_SHEET", "MOST_SHEETS", "WorkbookError", "book", "workbook")
