"""Papers of one unit and one period: choose one, look at it, download it; long ones are made in the background."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from calc.report.kinds import KINDS, MEDIA, TEMPLATES
from calc.report.wording.sentences import is_running
from survey.config import word_of_now
from survey.desk.access import act, bp
from survey.desk.periods import chosen, scope_now
from survey.domain.period import INDONESIAN, Period
from survey.jobs.reports import REPORT, ReportJob, ReportRequest, report_of
from survey.jobs.worker import KEPT_DAYS
from survey.services import results
from survey.services.issuing import NOT_ISSUED, issued
from survey.services.report_data import unit_report_data
from survey.services.small_cells import revealing, without_classes
from survey.store import StoreBusy, StoreError
from survey.web import context, errors, limits

if TYPE_CHECKING:
    from calc.report.data import ReportData
    from survey.domain.organisation import Service
    from survey.jobs.worker import Worker
    from survey.services.results import Counted

PURPOSES = {
    "full": "Untuk diserahkan: semua bab menurut sistematika, dengan tabel, grafik, analisis, dan lampiran.",
    "summary": "Untuk dibaca pimpinan dalam lima menit: nilai, unsur, responden, dan layanan.",
    "notice": "Untuk ditempel dan disiarkan: nilai, mutu, dan responden dalam satu halaman.",
    "certificate": "Untuk dilampirkan: satu lembar dengan nilai dan kode QR, sehingga siapa pun dapat memeriksanya.",
    "tabulation": "Untuk pemeriksa: nilai setiap responden pada setiap unsur, dengan jumlah dan rata-ratanya.",
    "workbook": "Untuk dihitung ulang di Excel atau LibreOffice: semua rumus terbuka.",
}
FORMS = {
    "pdf": "PDF",
    "html": "Halaman web (HTML)",
    "docx": "Word (DOCX), dapat disunting",
    "xlsx": "Excel (XLSX)",
    "json": "Data untuk program lain (JSON)",
}
SIZES = {"A4": "A4", "A3": "A3"}
LISTS = {"": "Bila tidak terlalu banyak", "ya": "Ya, semua", "tidak": "Tidak"}
RESPONDENTS = {"": None, "ya": True, "tidak": False}
NO_ROOM = "Permintaan ini tidak dapat disimpan; mungkin disk komputer server penuh. Hubungi pengelola."


@bp.get("/unit/<unit>/laporan")
def papers(unit: str) -> ResponseReturnValue:
    return page(chosen(g.unit).status)


def page(status: int, problem: str | None = None) -> ResponseReturnValue:
    here, choice = context.here(), chosen(g.unit)
    service = request.args.get("layanan")
    values = {
        "unit": g.unit,
        "choice": choice,
        "problem": problem,
        "service": service if service in {s.key for s in services()} else None,
        "services": services(),
        "kinds": {key: KINDS[key] for key in PURPOSES},
        "purposes": PURPOSES,
        "forms": FORMS,
        "sizes": SIZES,
        "templates": TEMPLATES,
        "usual": here.config["REPORT_TEMPLATE"],
        "lists": LISTS,
        "jobs": context.here().store.jobs(REPORT, g.unit.key),
    }
    return render_template("meja/papers.html", **values), status


@bp.post("/unit/<unit>/laporan")
def ask_paper(unit: str) -> ResponseReturnValue:
    """Short papers are at an address of their own; long ones become jobs."""
    choice = chosen(g.unit)
    wanted, preview = read(request.form), request.form.get("act") == "lihat"
    if choice.problem or wanted is None:
        return page(400, choice.problem or "Laporan seperti itu tidak ada. Pilih jenis dan bentuknya lagi.")
    if preview:
        wanted = replace(wanted, form="html")
    here = context.here()
    found = None
    if wanted.may_be_long:
        found = results.counted(scope_now(wanted.service))
    if found is None or not wanted.is_long(found.tally.n):
        return redirect(address_of(wanted, preview), 303)
    data = report_data_of(wanted, scores=False, found=found)
    try:
        job = wanted.job(numbers_of(data), data.result.n, here.clock(), g.me.name)
        act(lambda: here.store.ask_job(job), "minta laporan", f"{g.unit.key}/{wanted.file_name}")
    except StoreError:
        return page(503, NO_ROOM)
    worker().wake()
    return redirect(url_for("desk.paper_jobs", unit=g.unit.key) + f"#{job.id}", 303)


@bp.get("/unit/<unit>/laporan/kertas")
@limits.paper
def paper(unit: str) -> ResponseReturnValue:
    wanted = read(request.args)
    if wanted is None or chosen(g.unit).problem:
        errors.refuse(400, "Laporan seperti itu tidak ada. Pilih lagi di halaman Laporan.")
    if "tetap" not in request.args and (reason := revealed_by(wanted)):
        return render_template(
            "meja/opening.html",
            unit=g.unit,
            choice=chosen(g.unit),
            name=named(wanted),
            reason=reason,
            all_the_same=address_of(wanted, "lihat" in request.args) + "&tetap=1",
            service=wanted.service,
            rhythm=INDONESIAN[context.here().config["PERIOD"]],
        )
    data = report_data_of(wanted, scores=lambda n: wanted.prints_rows(n) and not wanted.is_long(n))
    data = without_classes(data, scope_now(wanted.service), wanted.kind)
    if wanted.is_long(data.result.n):
        errors.refuse(400, "Laporan ini panjang dan dibuat di latar. Mintalah di halaman Laporan.")
    try:
        content = limits.drawn("paper", wanted.kind, wanted.form, data, **wanted.options)
    except ValueError as error:  # the press says what is missing
        errors.refuse(400, str(error))
    hand_out(data, wanted)
    return dressed(Response(content), wanted, "lihat" in request.args)


@bp.get("/unit/<unit>/laporan/antrean")
def paper_jobs(unit: str) -> ResponseReturnValue:
    """What was asked for in the background; looking also wakes the worker."""
    worker().wake()
    jobs = [report_of(job) for job in context.here().store.jobs(REPORT, g.unit.key)]
    return render_template(
        "meja/queue.html",
        unit=g.unit,
        choice=chosen(g.unit),
        jobs=jobs,
        named=named,
        period_name=lambda key: Period.parse(key).name,
        kept_days=KEPT_DAYS,
    )


@bp.get("/unit/<unit>/laporan/antrean/<job>")
def made_paper(unit: str, job: str) -> ResponseReturnValue:
    found, wanted, _ = job_of(job)
    if found.state != "ready":
        return redirect(url_for("desk.paper_jobs", unit=g.unit.key), 303)
    file = io.BytesIO(context.here().store.job_file(found))
    return dressed(send_file(file, MEDIA[wanted.form], etag=found.worker), wanted, "lihat" in request.args)


@bp.post("/unit/<unit>/laporan/antrean/<job>/lagi")
def retry_paper(unit: str, job: str) -> ResponseReturnValue:
    found, wanted, _ = job_of(job)
    try:
        act(
            lambda: context.here().store.ask_job(found),
            "minta laporan lagi",
            f"{g.unit.key}/{wanted.file_name}",
        )
    except StoreError:
        errors.refuse(503, NO_ROOM)
    worker().wake()
    flash("Laporan itu dicoba lagi.")
    return redirect(url_for("desk.paper_jobs", unit=g.unit.key), 303)


def worker() -> Worker:
    found: Worker = current_app.extensions["skm_jobs"]
    return found


def services() -> list[Service]:
    return context.here().store.services(g.unit.key)


def job_of(key: str) -> ReportJob:
    """404 for one that is gone, and for one of another unit."""
    job = context.here().store.job(g.unit.key, key)
    if job is None:
        abort(404)
    return report_of(job)


def read(asked: Mapping[str, str]) -> ReportRequest | None:
    """What a form or an address asks for; None when there is no such paper."""
    kind = asked.get("jenis", "full")
    form = asked.get("bentuk") or (KINDS[kind].forms[0] if kind in KINDS else "")
    template = asked.get("sistematika") or context.here().config["REPORT_TEMPLATE"]
    template = word_of_now("REPORT_TEMPLATE", template)
    size, lists = asked.get("ukuran") or "A4", asked.get("responden", "")
    service = asked.get("layanan") or None
    known = (
        kind in KINDS
        and form in KINDS[kind].forms
        and template in TEMPLATES
        and size in SIZES
        and lists in RESPONDENTS
        and (service is None or service in {s.key for s in services()})
    )
    if not known:
        return None
    return ReportRequest(
        g.unit.key, chosen(g.unit).period.key, kind, form, service, size, template, RESPONDENTS[lists]
    )


def address_of(wanted: ReportRequest, preview: bool) -> str:
    lists = next(words for words, value in RESPONDENTS.items() if value is wanted.respondents)
    return url_for(
        "desk.paper",
        unit=g.unit.key,
        periode=wanted.period,
        jenis=wanted.kind,
        bentuk=wanted.form,
        layanan=wanted.service or None,
        ukuran=wanted.size if wanted.kind == "notice" else None,
        sistematika=wanted.template if wanted.kind == "full" else None,
        responden=lists if wanted.kind == "full" and lists else None,
        lihat=1 if preview else None,
    )


def report_data_of(
    wanted: ReportRequest, scores: bool | Callable[[int], bool], found: Counted | None = None
) -> ReportData:
    """400 with a sentence for a period before the calendar begins."""
    try:
        return unit_report_data(scope_now(wanted.service), scores=scores, found=found)
    except ValueError as error:
        errors.refuse(400, str(error))


def hand_out(data: ReportData, wanted: ReportRequest) -> None:
    """Keep the row of a paper first; 503 with a sentence when that fails: then the paper is not sent either."""
    here = context.here()
    try:
        row = issued(here.config, data, wanted.kind, wanted.form, wanted.service, here.clock(), g.me.name)
        here.store.keep_issued_paper(row)
    except StoreBusy as error:
        errors.log.error("penyimpanan: %s", error)
        errors.refuse(503, NOT_ISSUED)


def revealed_by(wanted: ReportRequest) -> str:
    """Why a paper should not be put up; '' when it may."""
    return revealing(scope_now(wanted.service), wanted.kind)


def numbers_of(data: ReportData) -> str:
    """Says from which answers and words a paper is made, without the moment at which they were read."""
    told = (
        data.fingerprint,
        replace(data.result.about, cut=None),
        is_running(data.result),
        sorted(data.texts.items()),
        data.follow_up,
        data.former_follow_up,
        data.remarks,
        data.remark_count,
        data.places,
        data.verify,
        data.version,
        [replace(service.about, cut=None) for service in data.services],
        [(point.result.about.period_key, point.result.n, point.result.index) for point in data.trend],
        data.channels,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def named(wanted: ReportRequest) -> str:
    """``Laporan lengkap, dengan isian setiap responden, Akta Kelahiran``: what tells it from its neighbours."""
    full = wanted.kind == "full"
    return ", ".join(
        words
        for words, told in (
            (KINDS[wanted.kind].name, True),
            ("dengan isian setiap responden", full and wanted.respondents),
            ("sistematika empat bab", full and wanted.template == "four-chapters"),
            (next((s.name for s in services() if s.key == wanted.service), ""), wanted.service),
        )
        if told and words
    )


def dressed(response: Response, wanted: ReportRequest, preview: bool) -> Response:
    """Type, name and policy of a paper; a page is shown in a sandbox, with its own style and nothing else."""
    response.content_type = MEDIA[wanted.form]
    shown = preview and wanted.form in ("html", "pdf")
    way = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = f'{way}; filename="{wanted.file_name}"'
    if wanted.form == "html":
        from calc.render.html.document import (
            policy,  # late: the style of papers is not needed by the other pages
        )

        response.headers["Content-Security-Policy"] = (
            f"{policy()}; frame-ancestors 'none'; sandbox allow-popups"
        )
    return response
