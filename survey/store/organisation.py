"""The organisation, its units, services, counters and links, and the free periods it registered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from survey.domain.organisation import Counter, Link, Organisation, Place, Service, Unit
from survey.store.mapping import moment, moment_text, optional_moment
from survey.store.revision import revise
from survey.store.transaction import Connection, Transactions

_LINK = "code, unit, kind, made_at, service, counter, revoked_at"


class OrganisationSql(Transactions):
    """Units, services, counters and links of `survey.store.Store`, in SQL that SQLite and PostgreSQL share."""

    def organisation(self) -> Organisation:
        found = self.rows("SELECT name, government FROM organisation")
        return Organisation(*found[0]) if found else Organisation("", "")

    def save_organisation(self, organisation: Organisation) -> None:
        self._publish(
            """
            INSERT INTO organisation (id, name, government) VALUES (1, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, government = excluded.government
            """,
            (organisation.name, organisation.government),
        )

    def _publish(self, sql: str, values: Sequence[Any]) -> None:
        """A change that published results show."""

        def save(connection: Connection) -> None:
            connection.execute(sql, values)
            revise(connection)

        self.write(save)

    def units(self) -> list[Unit]:
        return [_unit(row) for row in self.rows(f"{_UNIT} ORDER BY position, key")]

    def unit(self, key: str) -> Unit | None:
        found = self.rows(f"{_UNIT} WHERE key = ?", (key,))
        return _unit(found[0]) if found else None

    # A position is counted by INSERT … SELECT: distributed databases take no subquery between VALUES.

    def save_unit(self, unit: Unit) -> None:
        self._publish(
            """
            INSERT INTO unit (key, position, name, address, phone, population, active)
            SELECT ?, coalesce(max(position), 0) + 1, ?, ?, ?, ?, ? FROM unit WHERE 1 = 1
            ON CONFLICT (key) DO UPDATE SET name = excluded.name, address = excluded.address,
                phone = excluded.phone, population = excluded.population, active = excluded.active
            """,
            (unit.key, unit.name, unit.address, unit.phone, unit.population, int(unit.active)),
        )

    def services(self, unit: str) -> list[Service]:
        found = self.rows(
            "SELECT unit, key, name, population, active FROM service WHERE unit = ? ORDER BY position, key",
            (unit,),
        )
        return [_service(row) for row in found]

    def save_service(self, service: Service) -> None:
        self._publish(
            """
            INSERT INTO service (unit, key, position, name, population, active)
            SELECT ?, ?, coalesce(max(position), 0) + 1, ?, ?, ? FROM service WHERE unit = ?
            ON CONFLICT (unit, key) DO UPDATE SET name = excluded.name,
                population = excluded.population, active = excluded.active
            """,
            (
                service.unit,
                service.key,
                service.name,
                service.population,
                int(service.active),
                service.unit,
            ),
        )

    def counters(self, unit: str) -> list[Counter]:
        found = self.rows(
            "SELECT unit, key, name, service, active FROM counter WHERE unit = ? ORDER BY position, key",
            (unit,),
        )
        return [_counter(row) for row in found]

    def save_counter(self, counter: Counter) -> None:
        self.do(
            """
            INSERT INTO counter (unit, key, position, name, service, active)
            SELECT ?, ?, coalesce(max(position), 0) + 1, ?, ?, ? FROM counter WHERE unit = ?
            ON CONFLICT (unit, key) DO UPDATE SET name = excluded.name, service = excluded.service,
                active = excluded.active
            """,
            (
                counter.unit,
                counter.key,
                counter.name,
                counter.service or None,
                int(counter.active),
                counter.unit,
            ),
        )

    def link(self, code: str) -> Link | None:
        found = self.rows(f"SELECT {_LINK} FROM link WHERE code = ?", (code,))  # noqa: S608
        return _link(found[0]) if found else None

    def place(self, code: str) -> Place | None:
        found = self.rows(_PLACE, (code,))
        return _place(tuple(found[0])) if found else None

    def links(self, unit: str | None = None) -> list[Link]:
        where = "1 = 1" if unit is None else "unit = ?"
        found = self.rows(
            f"SELECT {_LINK} FROM link WHERE {where} ORDER BY unit, made_at, code",  # noqa: S608
            () if unit is None else (unit,),
        )
        return [_link(row) for row in found]

    def add_link(self, link: Link) -> None:
        self.do(
            "INSERT INTO link (code, unit, service, counter, kind, made_at) VALUES (?, ?, ?, ?, ?, ?)",
            (
                link.code,
                link.unit,
                link.service or None,
                link.counter or None,
                link.kind,
                moment_text(link.made_at),
            ),
        )

    def revoke_link(self, code: str, at: datetime) -> bool:
        """True when the link was there and not revoked before."""
        sql = "UPDATE link SET revoked_at = ? WHERE code = ? AND revoked_at IS NULL"
        return bool(self.do(sql, (moment_text(at), code)))

    def free_periods(self) -> list[tuple[str, str]]:
        return [(key, name) for key, name in self.rows("SELECT key, name FROM free_period ORDER BY key DESC")]

    def save_free_period(self, key: str, name: str) -> None:
        self.do(
            """
            INSERT INTO free_period (key, name) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET name = excluded.name
            """,
            (key, name),
        )


_PLACE = """
    SELECT link.code, link.unit, link.kind, link.made_at, link.service, link.counter, link.revoked_at,
        unit.key, unit.name, unit.address, unit.phone, unit.population, unit.active,
        service.unit, service.key, service.name, service.population, service.active,
        counter.unit, counter.key, counter.name, counter.service, counter.active,
        organisation.name, organisation.government
    FROM link
    JOIN unit ON unit.key = link.unit
    LEFT JOIN service ON service.unit = link.unit AND service.key = link.service
    LEFT JOIN counter ON counter.unit = link.unit AND counter.key = link.counter
    LEFT JOIN organisation ON organisation.id = 1
    WHERE link.code = ?
"""
_UNIT = "SELECT key, name, address, phone, population, active FROM unit"


def _unit(row: Sequence[Any]) -> Unit:
    key, name, address, phone, population, active = row
    return Unit(key, name, address, phone, population, bool(active))


def _service(row: Sequence[Any]) -> Service:
    unit, key, name, population, active = row
    return Service(unit, key, name, population, bool(active))


def _counter(row: Sequence[Any]) -> Counter:
    unit, key, name, service, active = row
    return Counter(unit, key, name, service or "", bool(active))


@lru_cache(2000)
def _place(row: tuple[Any, ...]) -> Place:
    """Every submission asks for its place, and nearly always gets the same row."""
    return Place(
        link=_link(row[:7]),
        organisation=Organisation(row[23] or "", row[24] or ""),
        unit=_unit(row[7:13]),
        service=_service(row[13:18]) if row[13] else None,
        counter=_counter(row[18:23]) if row[18] else None,
    )


def _link(row: Sequence[Any]) -> Link:
    code, unit, kind, made_at, service, counter, revoked_at = row
    return Link(
        code=code,
        unit=unit,
        kind=kind,
        made_at=moment(made_at),
        service=service or "",
        counter=counter or "",
        revoked_at=optional_moment(revoked_at),
    )
