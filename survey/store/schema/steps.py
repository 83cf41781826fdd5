"""The list of named steps that build the database, for SQLite and PostgreSQL alike.

Order is important. Add new steps at the end of the list; a released step is never changed. Words in braces are
filled from the adapter's dialect. Keys begin with the unit, so that a distributed PostgreSQL can split by it.
No column holds a name, number, network address or device of a respondent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from survey.store.follow_ups import fill_paper_key
from survey.store.issued_papers import STEP as ISSUED_PAPERS
from survey.store.tallies import fill_tallies
from survey.store.transaction import Connection


class Step(NamedTuple):
    """name : recorded when it was applied; statements : SQL with dialect words in braces.

    fill : puts into what is new what was there says, on the connection and in the transaction of the statements; the
        zone is the office's
    """

    name: str
    statements: tuple[str, ...]
    fill: Callable[[Connection, ZoneInfo], None] | None = None


STEPS = (
    Step(
        "0001 organisation",
        (
            """
            CREATE TABLE organisation (
                id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                government TEXT NOT NULL CHECK (length(government) BETWEEN 1 AND 200)
            ){strict}
            """,
            """
            CREATE TABLE unit (
                key TEXT NOT NULL PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 40),
                position INTEGER NOT NULL,
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                address TEXT NOT NULL DEFAULT '',
                phone TEXT NOT NULL DEFAULT '',
                population INTEGER CHECK (population >= 0),
                active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
            ){strict}
            """,
            """
            CREATE TABLE service (
                unit TEXT NOT NULL REFERENCES unit (key),
                key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 40),
                position INTEGER NOT NULL,
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                population INTEGER CHECK (population >= 0),
                active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
                PRIMARY KEY (unit, key)
            ){strict}
            """,
            """
            CREATE TABLE counter (
                unit TEXT NOT NULL REFERENCES unit (key),
                key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 40),
                position INTEGER NOT NULL,
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                service TEXT,
                active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
                PRIMARY KEY (unit, key),
                FOREIGN KEY (unit, service) REFERENCES service (unit, key)
            ){strict}
            """,
            """
            CREATE TABLE link (
                code TEXT NOT NULL PRIMARY KEY CHECK (length(code) BETWEEN 4 AND 40),
                unit TEXT NOT NULL REFERENCES unit (key),
                service TEXT,
                counter TEXT,
                kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 20),
                made_at TEXT NOT NULL CHECK (length(made_at) = 27),
                revoked_at TEXT CHECK (length(revoked_at) = 27),
                FOREIGN KEY (unit, service) REFERENCES service (unit, key),
                FOREIGN KEY (unit, counter) REFERENCES counter (unit, key)
            ){strict}
            """,
            "CREATE INDEX link_unit ON link (unit)",
            """
            CREATE TABLE free_period (
                key TEXT NOT NULL PRIMARY KEY CHECK (length(key) = 22),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200)
            ){strict}
            """,
        ),
    ),
    Step(
        "0002 answers",
        (
            """
            CREATE TABLE response (
                unit TEXT NOT NULL REFERENCES unit (key),
                id TEXT NOT NULL CHECK (length(id) = 36),
                service TEXT,
                counter TEXT,
                channel TEXT NOT NULL CHECK (length(channel) BETWEEN 1 AND 20),
                instrument TEXT NOT NULL CHECK (length(instrument) BETWEEN 1 AND 60),
                answers TEXT NOT NULL CHECK (
                    length(answers) BETWEEN 1 AND 100
                    AND replace(replace(replace(replace(replace(answers, '1', ''), '2', ''), '3', ''), '4', ''),
                        '-', '') = ''
                    AND replace(answers, '-', '') <> ''
                ),
                received_at TEXT NOT NULL CHECK (length(received_at) = 27),
                language TEXT NOT NULL CHECK (length(language) BETWEEN 1 AND 20),
                profile TEXT NOT NULL DEFAULT '',
                remark TEXT NOT NULL DEFAULT '' CHECK (length(remark) <= 2000),
                seconds INTEGER CHECK (seconds BETWEEN 0 AND 86400),
                fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
                PRIMARY KEY (unit, id),
                FOREIGN KEY (unit, service) REFERENCES service (unit, key),
                FOREIGN KEY (unit, counter) REFERENCES counter (unit, key)
            ){strict}
            """,
            "CREATE INDEX response_time ON response (unit, received_at, id)",
            """
            CREATE TABLE response_aside (
                unit TEXT NOT NULL,
                id TEXT NOT NULL,
                fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
                set_aside_at TEXT NOT NULL CHECK (length(set_aside_at) = 27),
                body TEXT NOT NULL,
                PRIMARY KEY (unit, id, fingerprint),
                FOREIGN KEY (unit, id) REFERENCES response (unit, id)
            ){strict}
            """,
            """
            CREATE TABLE tally (
                unit TEXT NOT NULL REFERENCES unit (key),
                service TEXT NOT NULL,
                channel TEXT NOT NULL,
                instrument TEXT NOT NULL,
                month TEXT NOT NULL CHECK (length(month) = 7),
                answered INTEGER NOT NULL CHECK (answered > 0),
                items INTEGER NOT NULL CHECK (items >= answered),
                n INTEGER NOT NULL CHECK (n > 0),
                counts {blob} NOT NULL,
                PRIMARY KEY (unit, service, channel, instrument, month, answered)
            ){strict}
            """,
        ),
    ),
    Step(
        "0003 people",
        (
            """
            CREATE TABLE account (
                name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
                role TEXT NOT NULL CHECK (role IN ('admin', 'unit_head', 'operator', 'viewer')),
                password_hash TEXT NOT NULL,
                active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
            ){strict}
            """,
            """
            CREATE TABLE account_unit (
                unit TEXT NOT NULL REFERENCES unit (key),
                account TEXT NOT NULL REFERENCES account (name),
                PRIMARY KEY (unit, account)
            ){strict}
            """,
            """
            CREATE TABLE invitation (
                code_hash TEXT NOT NULL PRIMARY KEY CHECK (length(code_hash) = 64),
                account TEXT NOT NULL CHECK (length(account) <= 100),
                role TEXT NOT NULL CHECK (role IN ('admin', 'unit_head', 'operator', 'viewer')),
                units TEXT NOT NULL,
                expires_at TEXT NOT NULL CHECK (length(expires_at) = 27),
                used_at TEXT CHECK (length(used_at) = 27)
            ){strict}
            """,
            """
            CREATE TABLE session (
                token_hash TEXT NOT NULL PRIMARY KEY CHECK (length(token_hash) = 64),
                account TEXT NOT NULL REFERENCES account (name),
                created_at TEXT NOT NULL CHECK (length(created_at) = 27),
                seen_at TEXT NOT NULL CHECK (length(seen_at) = 27)
            ){strict}
            """,
            "CREATE INDEX session_account ON session (account)",
            """
            CREATE TABLE login_failure (
                id {serial},
                subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
                at TEXT NOT NULL CHECK (length(at) = 27)
            ){strict}
            """,
            "CREATE INDEX login_failure_subject ON login_failure (subject, at)",
            """
            CREATE TABLE audit (
                id {serial},
                at TEXT NOT NULL CHECK (length(at) = 27),
                account TEXT NOT NULL,
                action TEXT NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
                subject TEXT NOT NULL DEFAULT ''
            ){strict}
            """,
        ),
    ),
    Step(
        "0004 unit months, upkeep",
        (
            """
            CREATE TABLE unit_month (
                unit TEXT NOT NULL REFERENCES unit (key),
                instrument TEXT NOT NULL,
                month TEXT NOT NULL CHECK (length(month) = 7),
                items INTEGER NOT NULL CHECK (items > 0),
                counts {blob} NOT NULL,
                PRIMARY KEY (unit, instrument, month)
            ){strict}
            """,
            """
            CREATE TABLE upkeep (
                name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 40),
                at TEXT NOT NULL CHECK (length(at) = 27),
                words TEXT NOT NULL DEFAULT ''
            ){strict}
            """,
        ),
    ),
    Step(
        "0005 papers",
        (
            # unit '': the whole installation, hence no reference; period '': every period
            """
            CREATE TABLE report_text (
                unit TEXT NOT NULL,
                period TEXT NOT NULL CHECK (length(period) <= 22),
                key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 60),
                words TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 20000),
                at TEXT NOT NULL CHECK (length(at) = 27),
                account TEXT NOT NULL CHECK (length(account) <= 100),
                PRIMARY KEY (unit, period, key)
            ){strict}
            """,
            """
            CREATE TABLE follow_up (
                unit TEXT NOT NULL REFERENCES unit (key),
                period TEXT NOT NULL CHECK (length(period) BETWEEN 4 AND 22),
                number INTEGER NOT NULL CHECK (number > 0),
                version INTEGER NOT NULL CHECK (version > 0),
                element TEXT NOT NULL CHECK (length(element) BETWEEN 1 AND 60),
                action TEXT NOT NULL CHECK (length(action) BETWEEN 1 AND 2000),
                year INTEGER NOT NULL CHECK (year BETWEEN 1970 AND 9998),
                quarter INTEGER NOT NULL CHECK (quarter BETWEEN 1 AND 4),
                owner TEXT NOT NULL CHECK (length(owner) <= 200),
                status TEXT NOT NULL CHECK (status IN ('planned', 'running', 'done')),
                done_on TEXT CHECK (length(done_on) = 10),
                note TEXT NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
                removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
                at TEXT NOT NULL CHECK (length(at) = 27),
                account TEXT NOT NULL CHECK (length(account) <= 100),
                PRIMARY KEY (unit, period, number, version)
            ){strict}
            """,
            """
            CREATE TABLE paper_key (
                id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
                key TEXT NOT NULL CHECK (length(key) = 64)
            ){strict}
            """,
        ),
        fill_paper_key,
    ),
    Step(
        "0006 classes",
        (
            "ALTER TABLE tally ADD COLUMN classes {blob} NOT NULL DEFAULT {no_bytes}",
            "CREATE INDEX response_remark ON response (unit, received_at, id) WHERE remark <> ''",
        ),
    ),
    Step("0007 classes counted", ()),  # 0012 counts them
    Step(
        ISSUED_PAPERS,
        (
            # service NULL: all of the unit, '': the answers of no service; hence no reference
            """
            CREATE TABLE issued_paper (
                unit TEXT NOT NULL REFERENCES unit (key),
                code TEXT NOT NULL CHECK (length(code) = 64),
                kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
                form TEXT NOT NULL CHECK (length(form) BETWEEN 1 AND 10),
                period TEXT NOT NULL CHECK (length(period) BETWEEN 4 AND 22),
                service TEXT CHECK (length(service) <= 40),
                instrument TEXT NOT NULL CHECK (length(instrument) BETWEEN 1 AND 60),
                convention TEXT NOT NULL CHECK (length(convention) BETWEEN 1 AND 40),
                minimum INTEGER NOT NULL CHECK (minimum >= 0),
                roll_up TEXT NOT NULL CHECK (length(roll_up) BETWEEN 1 AND 20),
                cut_at TEXT NOT NULL CHECK (length(cut_at) = 27),
                issued_at TEXT NOT NULL CHECK (length(issued_at) = 27),
                account TEXT NOT NULL CHECK (length(account) <= 100),
                PRIMARY KEY (unit, code, kind, form)
            ){strict}
            """,
        ),
    ),
    Step(
        "0010 retention, kept forms",
        (
            # of a response whose remark was removed when it was old; it still counts as one with a remark
            "ALTER TABLE response ADD COLUMN remark_removed_at TEXT CHECK (length(remark_removed_at) = 27)",
            """
            CREATE TABLE kept_form (
                key_hash TEXT NOT NULL PRIMARY KEY CHECK (length(key_hash) = 64),
                account TEXT NOT NULL CHECK (length(account) <= 100),
                path TEXT NOT NULL CHECK (length(path) BETWEEN 1 AND 2000),
                fields TEXT NOT NULL CHECK (length(fields) <= 1000000),
                at TEXT NOT NULL CHECK (length(at) = 27)
            ){strict}
            """,
        ),
    ),
    Step(
        "0011 publication",
        (
            """
            CREATE TABLE unit_products (
                unit TEXT NOT NULL REFERENCES unit (key),
                instrument TEXT NOT NULL,
                month TEXT NOT NULL CHECK (length(month) = 7),
                answered INTEGER NOT NULL CHECK (answered > 0),
                items INTEGER NOT NULL CHECK (items >= answered),
                counts {blob} NOT NULL,
                PRIMARY KEY (unit, instrument, month, answered)
            ){strict}
            """,
            """
            CREATE TABLE revision (
                id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
                number INTEGER NOT NULL CHECK (number > 0)
            ){strict}
            """,
        ),
    ),
    # fingerprint stays that of the response as it was first sent
    Step(
        "0009 supplement",
        (
            "ALTER TABLE response ADD COLUMN supplement_fingerprint TEXT CHECK (length(supplement_fingerprint) = 64)",
            "ALTER TABLE response ADD COLUMN supplemented_at TEXT CHECK (length(supplemented_at) = 27)",
        ),
    ),
    Step(
        "0014 stored words in English",
        (
            """
            UPDATE upkeep SET words = replace(replace(replace(replace(words,
                'bulan', 'month'), 'triwulan', 'quarter'), 'semester', 'half_year'), 'tahun', 'year')
            WHERE name = 'rhythm'
            """,
        ),
    ),
    Step(
        "0013 jobs",
        (
            # unit '': of the whole installation, hence no reference
            """
            CREATE TABLE job (
                unit TEXT NOT NULL CHECK (length(unit) <= 40),
                id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 40),
                kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 20),
                asked_at TEXT NOT NULL CHECK (length(asked_at) = 27),
                asked_by TEXT NOT NULL CHECK (length(asked_by) <= 100),
                arguments TEXT NOT NULL,
                priority INTEGER NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'ready', 'failed')),
                worker TEXT NOT NULL,
                beat INTEGER NOT NULL,
                tries INTEGER NOT NULL CHECK (tries >= 0),
                step TEXT NOT NULL,
                percent INTEGER CHECK (percent BETWEEN 0 AND 100),
                error TEXT NOT NULL,
                size INTEGER NOT NULL CHECK (size >= 0),
                PRIMARY KEY (unit, id)
            ){strict}
            """,
            "CREATE INDEX job_state ON job (state, priority, asked_at)",
            """
            CREATE TABLE job_file (
                unit TEXT NOT NULL,
                id TEXT NOT NULL,
                worker TEXT NOT NULL,
                part INTEGER NOT NULL,
                content {blob} NOT NULL,
                PRIMARY KEY (unit, id, worker, part),
                FOREIGN KEY (unit, id) REFERENCES job (unit, id)
            ){strict}
            """,
        ),
    ),
    # Counts all answers anew, as they are counted today: a later step that changes `response` or the tallies takes
    # `fill_tallies` from here.
    Step(
        "0012 tallies",
        (
            "DROP TABLE tally",
            "DROP TABLE unit_month",
            "DROP TABLE unit_products",
            """
            CREATE TABLE tally (
                unit TEXT NOT NULL REFERENCES unit (key),
                service TEXT NOT NULL,
                instrument TEXT NOT NULL,
                month TEXT NOT NULL CHECK (length(month) = 7),
                answered INTEGER NOT NULL CHECK (answered > 0),
                n INTEGER NOT NULL CHECK (n > 0),
                scores TEXT NOT NULL,
                products TEXT NOT NULL,
                blanks TEXT NOT NULL,
                blank_pairs TEXT NOT NULL,
                classes TEXT NOT NULL,
                remarks INTEGER NOT NULL CHECK (remarks >= 0),
                channels TEXT NOT NULL,
                PRIMARY KEY (unit, service, instrument, month, answered)
            ){keyed}
            """,
            """
            CREATE TABLE unit_tally (
                unit TEXT NOT NULL REFERENCES unit (key),
                instrument TEXT NOT NULL,
                month TEXT NOT NULL CHECK (length(month) = 7),
                answered INTEGER NOT NULL CHECK (answered > 0),
                n INTEGER NOT NULL CHECK (n > 0),
                scores TEXT NOT NULL,
                products TEXT NOT NULL,
                blanks TEXT NOT NULL,
                blank_pairs TEXT NOT NULL,
                PRIMARY KEY (unit, instrument, month, answered)
            ){keyed}
            """,
        ),
        fill_tallies,
    ),
)
