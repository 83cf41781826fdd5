"""What tests stand on: a fresh installation, its clock, its pages, a real server and a real browser."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from survey.domain.organisation import Counter, Link, Organisation, Place, Service, Unit
from survey.operations import installation
from tests.devices import Devices

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = (
    "--no-sandbox",  # Chromium asks for it when it runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START = datetime(2026, 8, 12, 2, 30, tzinfo=UTC)  # Wednesday, 10.30 WITA, in the middle of Triwulan III

QR_CODE = "DKC2QR47"  # the whole unit, own phone
SERVICE_CODE = "DKC4KTP7"  # service ktp-el, own phone
KIOSK_CODE = "DKC7TAB4"  # counter loket-1 of ktp-el, shared tablet


class FakeClock:
    """A clock that stands still until a test moves it: `clock.now = …` or `clock.forward(hours=2)`."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


STARTED = {"postgres", "shell", "skm_command"}  # fixtures that stand for other programs


def pytest_configure() -> None:
    """Servers of tests hear signals, also when the tests run below `nohup` or behind `&`, which have children ignore them.

    A handler ends with exec; to be ignored is inherited.
    """
    for number in (signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make fast` leaves out: tests in a browser, of faults, and of other programs that start slowly."""
    for item in items:
        names = {*getattr(item, "fixturenames", ()), *item.name.partition("[")[2].rstrip("]").split("-")}
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.faults)
        if "bench" in item.path.parts or names & STARTED:
            item.add_marker(pytest.mark.slow)
        if "browser" in names:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's SKM_* variables do not reach a test."""
    for name in [n for n in os.environ if n.startswith("SKM_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def clock() -> FakeClock:
    """A settable clock; starts on Wednesday 12 August 2026, 10.30 WITA."""
    return FakeClock(START)


@pytest.fixture
def now(clock: FakeClock) -> datetime:
    """The time at which the test starts."""
    return clock.now


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """One installation made as `skm init` makes it, copied for every test that wants one."""
    from survey.commands.operations.init import create

    folder = tmp_path_factory.mktemp("made") / "instance"
    invited = create(folder, Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH"), START)
    return SimpleNamespace(folder=folder, code=invited)


@pytest.fixture
def instance(_made: SimpleNamespace, tmp_path: Path) -> Path:
    """A fresh installation, as after `skm init`: no units, no accounts, one first-login code."""
    return Path(shutil.copytree(_made.folder, tmp_path / "instance"))


@pytest.fixture
def first_code(_made: SimpleNamespace) -> str:
    """The one-time code that `skm init` printed for `instance`."""
    return str(_made.code)


@pytest.fixture
def config(instance: Path) -> Any:
    return installation.load_config(instance)


@pytest.fixture
def store(config: Any) -> Iterator[Any]:
    opened = installation.open_store(config)
    yield opened
    opened.close()


@pytest.fixture
def place(store: Any, now: datetime) -> Place:
    """Unit dukcapil with services ktp-el and akta-lahir, counters loket-1 (of ktp-el) and loket-2, three links.

    The place is that of `code`: the link of service ktp-el for residents' own phones.
    """
    fill(store, now)
    return Place(
        link=store.link(SERVICE_CODE),
        organisation=store.organisation(),
        unit=store.unit("dukcapil"),
        service=store.services("dukcapil")[0],
        counter=None,
    )


def fill(store: Any, now: datetime) -> None:
    """Put the unit of `place` into a store."""
    store.save_unit(
        Unit(
            "dukcapil",
            "Dinas Kependudukan dan Pencatatan Sipil",
            address="Jalan Contoh Nomor 1, Tanjung Contoh",
            population=12000,
        )
    )
    store.save_service(Service("dukcapil", "ktp-el", "Perekaman dan Pencetakan KTP-el", population=8000))
    store.save_service(Service("dukcapil", "akta-lahir", "Akta Kelahiran"))
    store.save_counter(Counter("dukcapil", "loket-1", "Loket 1", service="ktp-el"))
    store.save_counter(Counter("dukcapil", "loket-2", "Loket 2"))
    store.add_link(Link(QR_CODE, "dukcapil", "qr", now))
    store.add_link(Link(SERVICE_CODE, "dukcapil", "qr", now, service="ktp-el"))
    store.add_link(Link(KIOSK_CODE, "dukcapil", "kiosk", now, service="ktp-el", counter="loket-1"))


@pytest.fixture
def code(place: Place) -> str:
    """A link of service ktp-el of dukcapil, for residents' own phones."""
    return place.link.code


@pytest.fixture
def unit_code(place: Place) -> str:
    """A link of the whole unit dukcapil, for residents' own phones."""
    return QR_CODE


@pytest.fixture
def kiosk_code(place: Place) -> str:
    """The link of the tablet on loket-1 of dukcapil."""
    return KIOSK_CODE


@pytest.fixture
def app(config: Any, store: Any, clock: FakeClock) -> Any:
    from survey.app import create_app

    built = create_app(config, store=store, clock=clock)
    built.testing = True
    return built


@pytest.fixture
def client(app: Any) -> Any:
    return app.test_client()


@pytest.fixture
def serve(instance: Path, clock: FakeClock) -> Iterator[Callable[..., SimpleNamespace]]:
    """Start real servers: ``serve(clock=…, **settings)`` gives .url, .app, .store, .config, .clock, .stop()."""
    running: list[SimpleNamespace] = []

    def start(*, clock: Callable[[], datetime] = clock, **settings: Any) -> SimpleNamespace:
        from survey.app import create_app
        from survey.operations.server import Server

        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = installation.load_config(instance, **{"BASE_URL": url, **settings})
        store = installation.open_store(config)
        app = create_app(config, store=store, clock=clock)
        server = Server(app, listener)
        thread = threading.Thread(target=server.run, name="live server", daemon=True)
        thread.start()

        def stop() -> None:
            if thread.is_alive():
                server.drain()
                thread.join(15)
                store.close()

        running.append(
            SimpleNamespace(
                url=url, app=app, store=store, config=config, clock=clock, stop=stop, server=server
            )
        )
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def live(serve: Callable[..., SimpleNamespace], place: Place, store: Any) -> SimpleNamespace:
    """A real server over the installation of `place`: .url, .store, .app, .config, .clock, .stop()."""
    store.close()  # one process, one open store: as in service
    return serve()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server of this test run's own."""
    from tests import postgres_server

    if reason := postgres_server.missing():
        pytest.skip(reason)
    with postgres_server.PostgresServer() as server:
        yield server


@pytest.fixture
def fresh_database(postgres: Any) -> Iterator[str]:
    """The address of an empty database (for the server: a schema), gone after the test."""
    with postgres.schema() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; one per session."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"Chromium is not installed ({CHROMIUM}): apt-get install chromium")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install .[test]"
    )
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def _devices(browser: Any) -> Devices:
    return Devices(browser)


@pytest.fixture
def new_page(_devices: Devices) -> Iterator[Callable[..., Any]]:
    """Open pages, each on a device of its own: ``new_page(viewport={…}, java_script_enabled=False, locale="en")``.

    own=True : on a device that no other test gets, for one whose clock the test takes
    """
    with contextlib.ExitStack() as lent:

        def start(own: bool = False, **settings: Any) -> Any:
            return lent.enter_context(_devices.lend({"locale": "id-ID", **settings}, own)).new_page()

        yield start


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A phone-sized page that hears touches."""
    return new_page(viewport={"width": 390, "height": 844}, has_touch=True)
