"""What reports and other papers say, and which were issued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from calc.report.data import FollowUp
    from survey.domain.issued_paper import IssuedPaper


class ReportTextStore(Protocol):
    """The office's own words in reports."""

    def report_texts(self, unit: str, period: str) -> Mapping[str, str]:
        """The office's own words of exactly this level, by text block; unit '': installation, period '': all."""

    def save_report_text(
        self,
        unit: str,
        period: str,
        key: str,
        words: str,
        at: datetime,
        account: str,
        seen: str | None = None,
    ) -> bool:
        """Empty words: the block says again what it says of itself (or on the level above).

        seen : the words that these replace, '' for none; when others stand there by now, nothing is saved: False
        """


class FollowUpStore(Protocol):
    """Promised repairs of a report, with all their versions."""

    def follow_up_periods(self, unit: str) -> list[str]:
        """Keys of the periods for which something was ever promised."""

    def follow_ups(self, unit: str, period: str) -> list[FollowUp]:
        """Promised repairs that the report of a period names, by number; removed ones left out."""

    def save_follow_up(
        self,
        unit: str,
        period: str,
        item: FollowUp,
        at: datetime,
        account: str,
        seen: FollowUp | None = None,
    ) -> FollowUp | None:
        """Keep it beside all its former versions; number 0: a new one, whose number is in what comes back.

        seen : what it replaces; when something else stands there by now, nothing is saved: None
        """

    def remove_follow_up(
        self,
        unit: str,
        period: str,
        number: int,
        at: datetime,
        account: str,
        seen: FollowUp | None = None,
    ) -> bool:
        """Take it out of the report; its history stays. False when it was not there, or is not what was seen."""

    def follow_up_history(self, unit: str, period: str, number: int) -> list[tuple[datetime, str, FollowUp]]:
        """(when, who, what it said then), oldest first; also of a removed one."""


class IssuedPaperStore(Protocol):
    """Papers that were handed out, by the code that is printed on them."""

    def keep_issued_paper(self, paper: IssuedPaper) -> None:
        """Before it is handed out; the same code, kind and form again keeps the first row."""

    def issued_papers(self, unit: str, code: str) -> list[IssuedPaper]:
        """Papers of a unit whose code begins with these hexadecimal digits, first issued first."""

    def papers_kept_since(self) -> datetime:
        """When this database began to keep them: an older paper has no row."""

    def paper_key(self) -> bytes:
        """32 bytes for the codes on papers: without them nobody can try which answers give a code."""
