"""Accounts, sessions and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from survey.domain.account import Account, Invitation, Session


class AccountStore(Protocol):
    """Accounts and the codes that invite to them."""

    def account(self, name: str) -> Account | None: ...
    def accounts(self) -> list[Account]: ...
    def save_account(self, account: Account) -> None: ...
    def add_invitation(self, invitation: Invitation) -> None:
        """Ends the other open codes of the same named account."""

    def open_invitations(self, now: datetime) -> list[Invitation]:
        """Codes that could still be used, the first to expire first."""

    def cancel_invitation(self, code_hash: str, at: datetime) -> bool:
        """Make a code useless; False when it was used or cancelled before."""

    def invitation(self, code_hash: str) -> Invitation | None: ...
    def use_invitation(self, code_hash: str, account: Account, at: datetime) -> bool:
        """Create or replace the account and mark the code used, in one transaction; False if it was used already."""


class SessionStore(Protocol):
    """Who is logged in, what was sent after a session had ended, and failed logins."""

    def add_session(self, session: Session) -> None: ...
    def session(self, token_hash: str) -> Session | None: ...
    def touch_session(self, token_hash: str, at: datetime) -> None: ...
    def end_session(self, token_hash: str) -> None: ...
    def end_sessions(self, account: str) -> None: ...
    def end_all_logins(self, at: datetime) -> None:
        """End every session and every code that was not used yet; accounts and passwords stay."""

    def keep_form(self, key_hash: str, account: str, path: str, fields: str, at: datetime) -> None:
        """Keep for minutes what somebody sent when the session had ended; those older than an hour go.

        fields : as JSON text
        """

    def kept_form(self, key_hash: str, since: datetime) -> tuple[str, str, str] | None:
        """(account, path, fields) of a form kept since then."""

    def drop_form(self, key_hash: str) -> None: ...
    def add_login_failure(self, subject: str, at: datetime) -> None:
        """subject : 'account:<name>', 'source:<keyed hash>', …; never an address in clear."""

    def login_failures(self, subject: str, since: datetime) -> tuple[int, datetime | None]:
        """How many since then, and when the last was."""


class AuditStore(Protocol):
    """Who did what, and when."""

    def audit(self, at: datetime, account: str, action: str, subject: str = "") -> None: ...
    def audit_log(self, limit: int) -> list[tuple[datetime, str, str, str]]: ...
