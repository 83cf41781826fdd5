"""The summary as a PDF, for whoever has results and no dossier (the command `skm calc`)."""

from __future__ import annotations

from collections.abc import Sequence

from calc.paper import summary as words
from calc.report.pdf import pdf
from calc.result import Result


def summary(results: Sequence[Result]) -> bytes:
    """A PDF with a part for each result; more than one get an overview with page numbers in front.

    Raises
    ------
    ValueError
        Without any result.
    """
    return pdf(words.summary(results))
