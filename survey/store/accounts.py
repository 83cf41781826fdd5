"""People who log in: accounts, one-time codes, sessions, failed logins and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from survey.domain.account import Account, Invitation, Session
from survey.store.mapping import moment, moment_text, optional_moment
from survey.store.transaction import Connection, Transactions

KEEP_FORMS = timedelta(hours=1)
FORGET = timedelta(days=2)  # failed logins older than this tell nothing any more

# the oldest few, by their number: a failure costs the same however many there were
_FORGET = """
    DELETE FROM login_failure
    WHERE at < ? AND id IN (SELECT id FROM login_failure ORDER BY id LIMIT 100)
"""


class AccountsSql(Transactions):
    """Accounts, sessions and audit rows of `survey.store.Store`, in SQL that SQLite and PostgreSQL share."""

    def account(self, name: str) -> Account | None:
        found = self.rows("SELECT name, role, password_hash, active FROM account WHERE name = ?", (name,))
        units = self.rows("SELECT unit FROM account_unit WHERE account = ? ORDER BY unit", (name,))
        return _account(found[0], [row[0] for row in units]) if found else None

    def accounts(self) -> list[Account]:
        units: dict[str, list[str]] = {}
        for account, unit in self.rows("SELECT account, unit FROM account_unit ORDER BY account, unit"):
            units.setdefault(account, []).append(unit)
        found = self.rows("SELECT name, role, password_hash, active FROM account ORDER BY name")
        return [_account(row, units.get(row[0], ())) for row in found]

    def save_account(self, account: Account) -> None:
        self.write(lambda connection: _save_account(connection, account))

    def add_invitation(self, invitation: Invitation) -> None:
        def work(connection: Connection) -> None:
            _end_codes(connection, invitation.account, invitation.expires_at)
            connection.execute(
                "INSERT INTO invitation (code_hash, account, role, units, expires_at) VALUES (?, ?, ?, ?, ?)",
                (
                    invitation.code_hash,
                    invitation.account,
                    invitation.role,
                    " ".join(invitation.units),
                    moment_text(invitation.expires_at),
                ),
            )

        self.write(work)

    def invitation(self, code_hash: str) -> Invitation | None:
        found = self.rows(
            "SELECT code_hash, account, role, units, expires_at, used_at FROM invitation WHERE code_hash = ?",
            (code_hash,),
        )
        return _invitation(found[0]) if found else None

    def open_invitations(self, now: datetime) -> list[Invitation]:
        found = self.rows(
            """
            SELECT code_hash, account, role, units, expires_at, used_at FROM invitation
            WHERE used_at IS NULL AND expires_at > ? ORDER BY expires_at, code_hash
            """,
            (moment_text(now),),
        )
        return [_invitation(row) for row in found]

    def cancel_invitation(self, code_hash: str, at: datetime) -> bool:
        sql = "UPDATE invitation SET used_at = ? WHERE code_hash = ? AND used_at IS NULL"
        return bool(self.do(sql, (moment_text(at), code_hash)))

    def use_invitation(self, code_hash: str, account: Account, at: datetime) -> bool:
        def work(connection: Connection) -> bool:
            used = connection.execute(
                "UPDATE invitation SET used_at = ? WHERE code_hash = ? AND used_at IS NULL",
                (moment_text(at), code_hash),
            )
            if used.rowcount != 1:
                return False
            _save_account(connection, account)
            _end_codes(connection, account.name, at)
            return True

        return self.write(work)

    def add_session(self, session: Session) -> None:
        self.do(
            "INSERT INTO session (token_hash, account, created_at, seen_at) VALUES (?, ?, ?, ?)",
            (
                session.token_hash,
                session.account,
                moment_text(session.created_at),
                moment_text(session.seen_at),
            ),
        )

    def session(self, token_hash: str) -> Session | None:
        found = self.rows(
            "SELECT token_hash, account, created_at, seen_at FROM session WHERE token_hash = ?", (token_hash,)
        )
        if not found:
            return None
        token, account, *times = found[0]
        return Session(token, account, *map(moment, times))

    def touch_session(self, token_hash: str, at: datetime) -> None:
        self.do("UPDATE session SET seen_at = ? WHERE token_hash = ?", (moment_text(at), token_hash))

    def end_session(self, token_hash: str) -> None:
        self.do("DELETE FROM session WHERE token_hash = ?", (token_hash,))

    def end_sessions(self, account: str) -> None:
        self.do("DELETE FROM session WHERE account = ?", (account,))

    def end_all_logins(self, at: datetime) -> None:
        def work(connection: Connection) -> None:
            connection.execute("DELETE FROM session")
            connection.execute("DELETE FROM kept_form")
            connection.execute("UPDATE invitation SET used_at = ? WHERE used_at IS NULL", (moment_text(at),))

        self.write(work)

    def keep_form(self, key_hash: str, account: str, path: str, fields: str, at: datetime) -> None:
        def work(connection: Connection) -> None:
            connection.execute("DELETE FROM kept_form WHERE at < ?", (moment_text(at - KEEP_FORMS),))
            connection.execute(
                "INSERT INTO kept_form (key_hash, account, path, fields, at) VALUES (?, ?, ?, ?, ?)",
                (key_hash, account, path, fields, moment_text(at)),
            )

        self.write(work)

    def kept_form(self, key_hash: str, since: datetime) -> tuple[str, str, str] | None:
        found = self.rows(
            "SELECT account, path, fields FROM kept_form WHERE key_hash = ? AND at >= ?",
            (key_hash, moment_text(since)),
        )
        if not found:
            return None
        account, path, fields = found[0]
        return account, path, fields

    def drop_form(self, key_hash: str) -> None:
        self.do("DELETE FROM kept_form WHERE key_hash = ?", (key_hash,))

    def add_login_failure(self, subject: str, at: datetime) -> None:
        def work(connection: Connection) -> None:
            connection.execute(_FORGET, (moment_text(at - FORGET),))
            connection.execute(
                "INSERT INTO login_failure (subject, at) VALUES (?, ?)", (subject, moment_text(at))
            )

        self.write(work)

    def login_failures(self, subject: str, since: datetime) -> tuple[int, datetime | None]:
        found = self.rows(
            "SELECT count(*), max(at) FROM login_failure WHERE subject = ? AND at >= ?",
            (subject, moment_text(since)),
        )
        return int(found[0][0]), optional_moment(found[0][1])

    def audit(self, at: datetime, account: str, action: str, subject: str = "") -> None:
        self.do(
            "INSERT INTO audit (at, account, action, subject) VALUES (?, ?, ?, ?)",
            (moment_text(at), account, action, subject),
        )

    def audit_log(self, limit: int) -> list[tuple[datetime, str, str, str]]:
        """Newest first."""
        found = self.rows("SELECT at, account, action, subject FROM audit ORDER BY id DESC LIMIT ?", (limit,))
        return [(moment(at), account, action, subject) for at, account, action, subject in found]


def _account(row: Sequence[Any], units: Sequence[str]) -> Account:
    name, role, password_hash, active = row
    return Account(name, role, password_hash, tuple(units), bool(active))


def _invitation(row: Sequence[Any]) -> Invitation:
    code, account, role, units, expires_at, used_at = row
    return Invitation(code, account, role, tuple(units.split()), moment(expires_at), optional_moment(used_at))


def _end_codes(connection: Connection, account: str, at: datetime) -> None:
    """A newer code, or the use of one, ends the other open codes of a named account: a lost slip opens nothing."""
    if account:
        connection.execute(
            "UPDATE invitation SET used_at = ? WHERE account = ? AND used_at IS NULL",
            (moment_text(at), account),
        )


def _save_account(connection: Connection, account: Account) -> None:
    connection.execute(
        """
        INSERT INTO account (name, role, password_hash, active) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET role = excluded.role, password_hash = excluded.password_hash,
            active = excluded.active
        """,
        (account.name, account.role, account.password_hash, int(account.active)),
    )
    connection.execute("DELETE FROM account_unit WHERE account = ?", (account.name,))
    for unit in account.units:
        connection.execute("INSERT INTO account_unit (unit, account) VALUES (?, ?)", (unit, account.name))
