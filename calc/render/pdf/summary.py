"""The summary as a PDF, of results without report data (the command `skm calc`)."""

from __future__ import annotations

from collections.abc import Sequence

from calc.render.pdf.document import pdf
from calc.report import summary as words
from calc.scoring.result import Result


def summary(results: Sequence[Result]) -> bytes:
    """A PDF with a part for each result; more than one get an overview with page numbers in front.

    Raises
    ------
    ValueError
        Without any result.
    """
    return pdf(words.summary(results))
