"""The workbook of a report: answers, services, respondents and method of one unit and period."""

from __future__ import annotations

import io

from calc.convention import convention
from calc.dossier import Dossier
from calc.paper.sentences import subject
from calc.paper.tabulation import recomputed
from calc.workbook.answers import Answers
from calc.workbook.formulas import Formulas
from calc.workbook.method import Method
from calc.workbook.pen import LARGEST_SHEET, Pen, WorkbookError, written
from calc.workbook.profile import Profile
from calc.workbook.services import Services


def book(dossier: Dossier) -> bytes:
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
    found = recomputed(dossier)
    if found.n > LARGEST_SHEET:
        raise WorkbookError(
            "Isian terlalu banyak untuk satu lembar XLSX; pakai lembar pengolahan data (PDF)."
        )
    formulas = Formulas(dossier.instrument, convention(found.convention))
    buffer = io.BytesIO()
    with written(buffer, f"Pengolahan data SKM: {subject(found)}", found.about.cut) as (workbook, looks):

        def sheet(name: str) -> Pen:
            return Pen(workbook.add_worksheet(name), looks)

        Answers(sheet("Pengolahan data"), dossier, found, formulas).write()
        Services(sheet("Layanan"), dossier, found, formulas).write()
        Profile(sheet("Profil"), dossier, found).write()
        Method(sheet("Metode"), dossier, found).write()
    return buffer.getvalue()
