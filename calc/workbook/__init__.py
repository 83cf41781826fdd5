"""Spreadsheets that compute the index themselves: answers, live formulas, and our numbers as their stored values."""

from __future__ import annotations

from calc.workbook.groups import MOST_SHEETS, workbook
from calc.workbook.pen import LARGEST_SHEET, WorkbookError
from calc.workbook.report import book

__all__ = ("LARGEST_SHEET", "MOST_SHEETS", "WorkbookError", "book", "workbook")
