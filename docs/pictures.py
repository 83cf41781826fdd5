"""Make the pictures of the README from a demo installation: `make pictures`.

Needs what the tests need: Chromium, Playwright and pypdfium2.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent / "pictures"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
UNIT = "dukcapil"
SKM = str(Path(sys.executable).with_name("skm"))


def main() -> None:
    """A demo in a temporary folder, its server, and the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        instance = str(Path(folder) / "instance")
        invited = skm(instance, "init", "--demo")
        code = re.search(r"kode=(\S+)", invited)
        port = free_port()
        server = subprocess.Popen(  # noqa: S603
            [SKM, "--instance", instance, "serve", "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait(f"{url}/healthz/live")
            with sync_playwright() as started:
                browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                kiosk(browser, url, skm(instance, "link", "--format", "json"))
                assert code is not None, invited
                desk(browser, url, code[1])
                browser.close()
            paper(instance, Path(folder))
        finally:
            server.terminate()
            server.wait(20)


def kiosk(browser: Any, url: str, links: str) -> None:
    code = next(link["code"] for link in json.loads(links) if link["service"] and link["kind"] == "qr")
    page = browser.new_page(
        viewport={"width": 390, "height": 760}, device_scale_factor=2, reduced_motion="reduce", locale="id-ID"
    )
    page.goto(f"{url}/s/{code}")
    page.wait_for_timeout(300)
    page.screenshot(path=str(HERE / "kiosk-phone.png"))


def desk(browser: Any, url: str, code: str) -> None:
    page = browser.new_page(viewport={"width": 1180, "height": 900}, locale="id-ID")
    page.goto(f"{url}/meja/masuk-pertama?kode={code}")
    if page.locator("input[name=password]").count() == 0:
        page.click("main button[type=submit]")
    page.fill("input[name=name]", "sekretariat")
    page.fill("input[name=password]", "sungai kayan pagi hari")
    page.fill("input[name=again]", "sungai kayan pagi hari")
    page.click("main button[type=submit]")
    page.goto(f"{url}/meja/unit/{UNIT}")
    page.screenshot(path=str(HERE / "desk.png"))


def paper(instance: str, folder: Path) -> None:
    period = previous_quarter()
    skm(instance, "report", UNIT, period, "-o", str(folder / "summary.pdf"))
    page = pypdfium2.PdfDocument(folder / "summary.pdf")[0]
    page.render(scale=1.2).to_pil().save(HERE / "summary.png", optimize=True)
    skm(instance, "report", UNIT, period, "--kind", "full", "-o", str(folder / "full.pdf"))
    report = pypdfium2.PdfDocument(folder / "full.pdf")
    beside([report[number].render(scale=0.72).to_pil() for number in pages_to_show(report)]).save(
        HERE / "report.png", optimize=True
    )


def pages_to_show(report: Any) -> list[int]:
    """The cover, and the first pages that show the index, the distribution of answers and the trend."""
    texts = [page.get_textpage().get_text_range() for page in report]
    begin = next(
        i for i, words in enumerate(texts) if words.count("BAB I") == 1 and "Latar Belakang" in words
    )
    wanted = ("Indeks (NI)", "Sebaran jawaban per unsur", "Nilai IKM dari periode")
    return [0, *(next(i for i, words in enumerate(texts) if i > begin and mark in words) for mark in wanted)]


def beside(pages: list[Any]) -> Any:
    """Pages next to each other with a thin edge."""
    gap = 8
    width, height = pages[0].size
    sheet = Image.new("RGB", (len(pages) * (width + gap) + gap, height + 2 * gap), "#cfd8de")
    for position, page in enumerate(pages):
        sheet.paste(page, (gap + position * (width + gap), gap))
    return sheet


def previous_quarter() -> str:
    year, month = time.gmtime()[:2]
    quarter = (month - 1) // 3  # the number of the quarter before, 0 for last year's fourth
    return f"{year}-TW{quarter}" if quarter else f"{year - 1}-TW4"


def skm(instance: str, *arguments: str) -> str:
    command = [SKM, "--instance", instance, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"no answer from {url}")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    main()
