"""One door to every paper: kind and form in, bytes out. Commands, desk and background jobs all come through here."""

from __future__ import annotations

from collections.abc import Callable

from calc.report.data import ReportData
from calc.report.document import Document
from calc.report.kinds import KINDS, TEMPLATES

SIZES = ("A4", "A3")


def paper(
    kind: str,
    form: str,
    data: ReportData,
    *,
    size: str = "A4",
    template: str = "five-chapters",
    respondents: bool | None = None,
    prepare: Callable[[Document], Document] = lambda document: document,
) -> bytes:
    """The paper as a file. Equal reports give equal bytes.

    size : of the notice, 'A4' or 'A3'
    template : outline of the full report, one of TEMPLATES
    respondents : whether the full report lists every response; None: where there are few enough
    prepare : is given what is about to be drawn, where a document is, and gives back what to draw

    Raises
    ------
    ValueError
        With an Indonesian sentence: an unknown kind, form, size or template, or a data that lacks what the paper
        prints (responses, the add-on for DOCX or XLSX).
    """
    check(kind, form, size, template)
    if form == "xlsx":
        from calc.render.xlsx import book  # late, as all below: each form loads a library of its own

        return book(data)
    if form == "json":
        from calc.render import report_json

        return report_json.as_json(data).encode()
    if form == "pdf" and kind == "notice":
        from calc.render.sheets.notice import notice

        return notice(data.result, size)
    if form == "pdf" and kind == "certificate":
        from calc.render.sheets.certificate import certificate

        return certificate(data)
    return drawn(prepare(document(kind, data, template, respondents)), form)


def check(kind: str, form: str, size: str = "A4", template: str = "five-chapters") -> None:
    """Whether such a paper exists; a ValueError with an Indonesian sentence otherwise."""
    if kind not in KINDS:
        raise ValueError(f"Jenis kertas '{kind}' tidak dikenal. Pilih salah satu: {', '.join(KINDS)}.")
    forms = KINDS[kind].forms
    if form not in forms:
        raise ValueError(
            f"{KINDS[kind].name} tidak dibuat sebagai '{form}'. Pilih salah satu: {', '.join(forms)}."
        )
    if size not in SIZES:
        raise ValueError(f"Ukuran kertas '{size}' tidak dikenal. Pilih A4 atau A3.")
    if template not in TEMPLATES:
        raise ValueError(f"Sistematika '{template}' tidak dikenal. Pilih salah satu: {', '.join(TEMPLATES)}.")


def document(
    kind: str, data: ReportData, template: str = "five-chapters", respondents: bool | None = None
) -> Document:
    """What the paper says, before it is drawn in any form."""
    if kind == "full":
        from calc.report.full import full

        return full(data, template=template, respondents=respondents)
    if kind == "tabulation":
        from calc.report.tabulation import tabulation

        return tabulation(data)
    if kind == "notice":
        from calc.report.notice import notice

        return notice(data.result)
    if kind == "certificate":
        from calc.report.certificate import certificate

        return certificate(data)
    from calc.report.summary import summary

    return summary(
        [data.result],
        services=data.services,
        verify=data.verify,
        code=data.code,
        written=data.remark_count,
    )


def drawn(paper: Document, form: str) -> bytes:
    """A document in one of the forms that documents are drawn in."""
    if form == "html":
        from calc.render.html.document import html

        return html(paper)
    if form == "docx":
        from calc.render.docx.document import docx

        return docx(paper)
    from calc.render.pdf.document import pdf

    return pdf(paper)
