"""A resident for the browser tests: fills in forms as people do, and counts what arrived."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from survey.kiosk import page

FOREVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
KEYS = "persyaratan prosedur waktu biaya produk kompetensi perilaku sarana pengaduan".split()


class Resident:
    """One page in the hands of one person; `taps` counts the touches."""

    def __init__(self, page: Any) -> None:
        self.page, self.taps = page, 0

    def open(self, url: str) -> Resident:
        self.page.goto(url)
        return self

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.click(selector)

    def step(self) -> str:
        """Kind of the screen that is seen: start, service, question, thanks, staff."""
        return str(self.page.evaluate("document.documentElement.dataset.step"))

    def answer(self, scores: str) -> None:
        """Tap one card for each question, in the order asked."""
        for key, score in zip(KEYS, scores, strict=False):
            self.tap(f"#q-{key}.on input[value='{score}']")
        if len(scores) == 9:
            self.thanked()
        else:
            self.page.wait_for_selector(f"#q-{KEYS[len(scores)]}.on", state="attached")

    def thanked(self) -> None:
        """Wait for the thanks, and for what became of the first attempt to send."""
        self.page.wait_for_selector("#thanks:not([hidden])")
        self.page.wait_for_selector("#state:not(.sending)")

    def add(self, remark: str = "", **profile: str) -> None:
        """Write more below the thanks, and send it."""
        if remark:
            self.page.fill("#saran", remark)
        for key, choice in profile.items():
            self.page.select_option(f"[name={key}]", choice)
        self.tap("#send")
        self.page.wait_for_selector(".r.on", state="detached")
        self.thanked()

    def quick(self, score: str = "3") -> None:
        """A whole form at once through the page's own submission, for tests that need many."""
        self.page.evaluate(
            """score => {
                document.querySelectorAll(".q input[value='" + score + "']").forEach(i => i.checked = true);
                document.getElementById("f").requestSubmit(document.getElementById("send"));
            }""",
            score,
        )
        self.thanked()

    def state(self) -> str:
        return str(self.page.inner_text("#state"))

    def says(self, words: str) -> bool:
        """Wait until the page says so of the rating: a failed request takes as long as it takes."""
        self.page.wait_for_function("words => document.getElementById('state').innerText == words", arg=words)
        return True

    def kept(self, name: str = "queue") -> list[dict[str, Any]]:
        """Records in a store of the device's database."""
        return list(
            self.page.evaluate(
                """name => new Promise(done => {
                    const asked = indexedDB.open("skm");
                    asked.onupgradeneeded = () => asked.transaction.abort();
                    asked.onerror = () => done([]);
                    asked.onsuccess = () => {
                        const base = asked.result;
                        const all = base.transaction(name).objectStore(name).getAll();
                        all.onsuccess = () => { base.close(); done(all.result); };
                    };
                })""",
                name,
            )
        )


@pytest.fixture(autouse=True)
def pace(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Questions turn at once: the page's own pace, half a second a touch, is shown in test_cards and in the journey."""
    own, short = page.script, {"PAUSE=350,DEAF=300": "PAUSE=350,DEAF=20", "?150:PAUSE": "?10:PAUSE"}

    def hurried(tablet: bool, officer: bool) -> str:
        text = own(tablet, officer)
        for long, shorter in short.items():
            assert text.count(long) == 1, long
            text = text.replace(long, shorter)
        return text

    monkeypatch.setattr(page, "script", hurried)
    page.hashes.cache_clear()
    yield
    page.hashes.cache_clear()


@pytest.fixture
def resident(new_page: Callable[..., Any]) -> Callable[..., Resident]:
    """``resident(**settings)``: a person with a phone (reduced motion, so that tests do not wait)."""

    def start(**settings: Any) -> Resident:
        size = {"width": 390, "height": 844}
        return Resident(new_page(**{"viewport": size, "reduced_motion": "reduce", **settings}))

    return start


@pytest.fixture
def as_resident() -> type[Resident]:
    """For pages that a test opened itself."""
    return Resident


@pytest.fixture
def rows(live: SimpleNamespace) -> Callable[[], list[Any]]:
    """Every response that the live server keeps."""
    return lambda: list(live.store.responses(None, *FOREVER))


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait for something outside the page."""

    def wait(ready: Callable[[], bool], page: Any = None, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < end, "it did not happen in time"
            if page is not None:
                page.wait_for_timeout(100)
            else:
                time.sleep(0.1)

    return wait
