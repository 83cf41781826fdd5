"""The workbook of a report: answers, services, respondents and method of one unit and period."""

from __future__ import annotations

import io

from calc.render.xlsx.answers import Answers
from calc.render.xlsx.formulas import Formulas
from calc.render.xlsx.method import Method
from calc.render.xlsx.profile import Profile
from calc.render.xlsx.services import Services
from calc.render.xlsx.sheet_writer import LARGEST_SHEET, SheetWriter, WorkbookError, written
from calc.report.data import ReportData
from calc.report.tabulation import recomputed
from calc.report.wording.sentences import subject
from calc.scoring.convention import convention


def book(data: ReportData) -> bytes:
    """Four sheets: 'Pengolahan data', 'Layanan', 'Profil' and 'Metode'.

    Every figure that follows from others is a live formula with our value stored beside it, so that an auditor can
    recompute it and a program that does not calculate shows the same.

    Raises
    ------
    ValueError
        Without the responses, or when they are not the ones that the result was computed from.
    WorkbookError
        For more responses than a sheet holds.
    """
    found = recomputed(data)
    if found.n > LARGEST_SHEET:
        raise WorkbookError(
            "Isian terlalu banyak untuk satu lembar XLSX; pakai lembar pengolahan data (PDF)."
        )
    formulas = Formulas(data.instrument, convention(found.convention))
    buffer = io.BytesIO()
    with written(buffer, f"Pengolahan data SKM: {subject(found)}", found.about.cut) as (workbook, styles):

        def sheet(name: str) -> SheetWriter:
            return SheetWriter(workbook.add_worksheet(name), styles)

        Answers(sheet("Pengolahan data"), data, found, formulas).write()
        Services(sheet("Layanan"), data, found, formulas).write()
        Profile(sheet("Profil"), data, found).write()
        Method(sheet("Metode"), data, found).write()
    return buffer.getvalue()
