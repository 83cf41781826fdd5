"""Document -> DOCX, for offices that must edit their report: real headings, tables, captions, charts as images."""

from __future__ import annotations

from calc.report.document import Document


class DocxError(ValueError):
    """What a DOCX cannot be made of; the message says so and names the cure."""


def docx(document: Document) -> bytes:
    """The paper as a file for Word and LibreOffice. Equal documents give equal bytes.

    Raises
    ------
    DocxError
        When python-docx is not installed.
    """
    try:
        import docx as _  # noqa: F401
    except ImportError:
        raise DocxError(
            "Untuk menulis DOCX diperlukan python-docx; pasang dengan pip install python-docx."
        ) from None
    from calc.render.docx.writer import written  # late: it needs the add-on

    return written(document)
