"""Every paper that leaves the house is a row first: what cannot be written down is not handed out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from calc.scoring.rollup import POOLED
from survey.domain.issued_paper import IssuedPaper

if TYPE_CHECKING:
    from calc.report.data import ReportData
    from survey.config import Config

NOT_ISSUED = (
    "Laporan belum dapat diserahkan: setiap laporan dicatat dahulu, dan penyimpanan sedang tidak dapat menulis. "
    "Coba lagi sebentar; bila tetap begitu, jalankan: skm doctor"
)


def issued(
    config: Config, data: ReportData, kind: str, form: str, service: str | None, now: datetime, account: str
) -> IssuedPaper:
    """The row of a paper that is about to be handed out.

    Keep it with `Store.keep_issued_paper` before the paper is sent; after StoreBusy the paper must not be sent.

    Parameters
    ----------
    service : key of one service, as `survey.services.report_data.unit_report_data` was asked
    account : who gets it; '' for a command
    """
    result = data.result
    return IssuedPaper(
        code=data.fingerprint,
        kind=kind,
        form=form,
        unit=result.about.unit_key,
        period=result.about.period_key,
        service=service,
        instrument=result.instrument,
        convention=result.convention,
        minimum=config["MINIMUM_ANSWERS"],
        roll_up=config["ROLL_UP"] if service is None else POOLED,
        cut=result.about.cut or now,
        issued_at=now,
        account=account,
    )
