"""One door to every paper: kind and form in, bytes out. Commands, desk and background jobs all come through here."""

from __future__ import annotations

from collections.abc import Callable

from calc.dossier import Dossier
from calc.paper.document import Document
from calc.paper.kinds import KINDS, TEMPLATES

SIZES = ("A4", "A3")


def paper(
    kind: str,
    form: str,
    dossier: Dossier,
    *,
    size: str = "A4",
    template: str = "baru",
    respondents: bool | None = None,
    prepare: Callable[[Document], Document] = lambda document: document,
) -> bytes:
    """The paper as a file. Equal dossiers give equal bytes.

    size : of the notice, 'A4' or 'A3'
    template : outline of the full report, one of TEMPLATES
    respondents : whether the full report lists every response; None: where there are few enough
    prepare : is given what is about to be drawn, where a document is, and gives back what to draw

    Raises
    ------
    ValueError
        With an Indonesian sentence: an unknown kind, form, size or template, or a dossier that lacks what the paper
        prints (responses, the add-on for DOCX or XLSX).
    """
    check(kind, form, size, template)
    if form == "xlsx":
        from calc.workbook import book  # late, as all below: each form loads a library of its own

        return book(dossier)
    if form == "json":
        from calc import dossier_json

        return dossier_json.as_json(dossier).encode()
    if form == "pdf" and kind == "notice":
        from calc.report.notice import notice

        return notice(dossier.result, size)
    if form == "pdf" and kind == "certificate":
        from calc.report.certificate import certificate

        return certificate(dossier)
    return drawn(prepare(document(kind, dossier, template, respondents)), form)


def check(kind: str, form: str, size: str = "A4", template: str = "baru") -> None:
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
    kind: str, dossier: Dossier, template: str = "baru", respondents: bool | None = None
) -> Document:
    """What the paper says, before it is drawn in any form."""
    if kind == "full":
        from calc.paper.full import full

        return full(dossier, template=template, respondents=respondents)
    if kind == "tabulation":
        from calc.paper.tabulation import tabulation

        return tabulation(dossier)
    if kind == "notice":
        from calc.paper.notice import notice

        return notice(dossier.result)
    if kind == "certificate":
        from calc.paper.certificate import certificate

        return certificate(dossier)
    from calc.paper.summary import summary

    return summary(
        [dossier.result],
        services=dossier.services,
        verify=dossier.verify,
        code=dossier.code,
        written=dossier.remark_count,
    )


def drawn(paper: Document, form: str) -> bytes:
    """A document in one of the forms that documents are drawn in."""
    if form == "html":
        from calc.report.html import html

        return html(paper)
    if form == "docx":
        from calc.report.docx import docx

        return docx(paper)
    from calc.report.pdf import pdf

    return pdf(paper)
