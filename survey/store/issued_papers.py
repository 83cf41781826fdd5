"""The papers that left the house: one row for each code, kind and form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from survey.domain.issued_paper import IssuedPaper
from survey.store.mapping import moment, moment_text
from survey.store.transaction import Transactions

STEP = "0008 issued papers"

_COLUMNS = """
    code, kind, form, unit, period, service, instrument, convention, minimum, roll_up, cut_at, issued_at, account
"""
_IS_THERE = "SELECT 1 FROM issued_paper WHERE unit = ? AND code = ? AND kind = ? AND form = ?"
_KEEP = f"""
    INSERT INTO issued_paper ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit, code, kind, form) DO NOTHING
"""  # noqa: S608 (names of our own schema)
_BEGINNING = f"""
    SELECT {_COLUMNS} FROM issued_paper WHERE unit = ? AND code >= ? AND code < ? ORDER BY issued_at, kind, form
"""  # noqa: S608


class IssuedPapersSql(Transactions):
    """The issued papers of `survey.store.Store`, in SQL that SQLite and PostgreSQL share."""

    def keep_issued_paper(self, paper: IssuedPaper) -> None:
        """Who takes the same paper again only reads: nothing has to be written, nothing can be busy."""
        if self.rows(_IS_THERE, (paper.unit, paper.code, paper.kind, paper.form)):
            return
        self.do(
            _KEEP,
            (
                paper.code,
                paper.kind,
                paper.form,
                paper.unit,
                paper.period,
                paper.service,
                paper.instrument,
                paper.convention,
                paper.minimum,
                paper.roll_up,
                moment_text(paper.cut),
                moment_text(paper.issued_at),
                paper.account,
            ),
        )

    def issued_papers(self, unit: str, code: str) -> list[IssuedPaper]:
        return [
            _paper(row) for row in self.rows(_BEGINNING, (unit, code, f"{code}g"))
        ]  # g follows every digit

    def papers_kept_since(self) -> datetime:
        return moment(self.rows("SELECT applied_at FROM schema_step WHERE name = ?", (STEP,))[0][0])


def _paper(row: Sequence[Any]) -> IssuedPaper:
    *values, cut, issued_at, account = row
    values += [moment(cut), moment(issued_at), account]
    return IssuedPaper(*values)
