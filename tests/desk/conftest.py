"""People at the desk: accounts of every role, two units, answers, and clients that are logged in."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from survey.domain import account
from survey.domain.account import Account
from survey.domain.organisation import Counter, Link, Service, Unit
from survey.domain.response import Response

PASSWORD = "kuda baterai jepit staples"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
OTHER_CODE = "RSD2QR47"


@pytest.fixture(scope="session")
def password_hash() -> str:
    return account.hash_password(PASSWORD)


@pytest.fixture
def people(place: Any, store: Any, now: Any, password_hash: str) -> SimpleNamespace:
    """Accounts admin, kepala, operator, pembaca (all of dukcapil) and kepala.rsud (of rsud); unit rsud with a link."""
    store.save_unit(Unit("rsud", "Rumah Sakit Umum Daerah Contoh", population=500))
    store.save_service(Service("rsud", "poli", "Poliklinik"))
    store.save_counter(Counter("rsud", "loket-a", "Loket A", service="poli"))
    store.add_link(Link(OTHER_CODE, "rsud", "qr", now))
    for name, role, units in (
        ("admin", "admin", ()),
        ("kepala", "unit_head", ("dukcapil",)),
        ("operator", "operator", ("dukcapil",)),
        ("pembaca", "viewer", ("dukcapil",)),
        ("kepala.rsud", "unit_head", ("rsud",)),
    ):
        store.save_account(Account(name, role, password_hash, units))
    return SimpleNamespace(password=PASSWORD, other_code=OTHER_CODE)


@pytest.fixture
def token() -> Any:
    """The token of the first form of a page: ``token(client, "/meja/masuk")``."""

    def read(client: Any, path: str = "/meja/akun") -> str:
        found = TOKEN.search(client.get(path).text)
        assert found, f"no token on {path}"
        return found[1]

    return read


@pytest.fixture
def login(app: Any, people: Any, token: Any) -> Any:
    """A client with the session of that account: ``login("kepala")``."""

    def enter(name: str, client: Any = None, password: str = PASSWORD) -> Any:
        client = client or app.test_client()
        form = {"name": name, "password": password, "csrf_token": token(client, "/meja/masuk")}
        reply = client.post("/meja/masuk", data=form)
        assert reply.status_code == 303, reply.text
        return client

    return enter


@pytest.fixture
def send(token: Any) -> Any:
    """Post a form with the token of the session: ``send(client, path, name=…)``."""

    def post(client: Any, path: str, **data: Any) -> Any:
        return client.post(path, data={**data, "csrf_token": token(client)})

    return post


@pytest.fixture
def answer(store: Any, now: Any) -> Any:
    """Keep answers as given: ``answer("333333333", times=5, remark="…")``."""
    count = iter(range(1, 10_000))

    def keep(answers: str, *, times: int = 1, unit: str = "dukcapil", service: str = "", **more: Any) -> None:
        for _ in range(times):
            store.keep(
                Response(
                    id=str(UUID(int=next(count))),
                    unit=unit,
                    service=service,
                    counter="",
                    channel="qr",
                    instrument="skm-2017",
                    answers=answers,
                    received_at=more.get("at", now),
                    profile=more.get("profile"),
                    remark=more.get("remark", ""),
                )
            )

    return keep


@pytest.fixture
def kept(store: Any) -> Any:
    """Everything that the desk can change, to compare before and after."""

    def snapshot() -> Any:
        units = store.units()
        return (
            store.organisation(),
            units,
            [store.services(u.key) for u in units],
            [store.counters(u.key) for u in units],
            store.links(),
            store.accounts(),
            store.audit_log(1000),
        )

    return snapshot


@pytest.fixture
def between(store: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody else is first: ``between("save_unit", work)`` does the work just before the store is asked to save."""

    def hold(name: str, work: Any) -> None:
        real = getattr(store, name)

        def second(*arguments: Any, **options: Any) -> Any:
            monkeypatch.setattr(store, name, real)
            work()
            return real(*arguments, **options)

        monkeypatch.setattr(store, name, second)

    return hold
