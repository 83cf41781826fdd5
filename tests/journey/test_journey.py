"""From the printed code to the report: every step as people do it, on a real installation, server and browser."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parent.parent.parent
ASKED = "persyaratan prosedur waktu biaya produk kompetensi perilaku sarana pengaduan".split()
REMARK = "Papan petunjuk di pintu masuk <b>kurang</b> jelas."
PASSWORD = "perahu bambu menyusur hulu"


class Office:
    """A demo installation on a free port, with its commands and its running server."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder, self.url = folder, f"http://127.0.0.1:{self.port}"
        own = {k: v for k, v in os.environ.items() if not k.startswith("SKM_")}
        self.environ = {
            **own,
            "PYTHONPATH": str(ROOT),
            "SKM_BASE_URL": self.url,
            "SKM_INSTANCE": str(folder / "instance"),
        }
        self.server: subprocess.Popen[str] | None = None

    def _command(self, *arguments: str) -> list[str]:
        run = "import sys; sys.argv[0] = 'skm'; from survey.cli import main; main()"
        return [sys.executable, "-c", run, *arguments]

    def skm(self, *arguments: str) -> str:
        done = subprocess.run(
            self._command(*arguments),
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def open(self) -> None:
        self.server = subprocess.Popen(
            self._command("serve", "--port", str(self.port)),
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        while not self.server.stdout.readline().startswith("Meja kerja"):  # type: ignore[union-attr]
            assert self.server.poll() is None

    def close(self) -> int:
        assert self.server is not None
        self.server.terminate()
        self.server.communicate(timeout=60)
        return self.server.returncode

    def answers(self, unit: str, period: str) -> list[dict[str, str]]:
        """Rows of the export."""
        return list(
            csv.DictReader(io.StringIO(self.skm("export", "--unit", unit, "--period", period, "-o", "-")))
        )

    def computed(self, unit: str, period: str) -> dict[str, Any]:
        """What `skm calc` makes of the exported answers."""
        self.skm("export", "--unit", unit, "--period", period, "-o", "isian.csv")
        return dict(json.loads(self.skm("calc", "isian.csv", "--format", "json")))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    yield opened
    if opened.server is not None and opened.server.poll() is None:
        opened.server.kill()
        opened.server.communicate()


def _decoded(pdf: Path) -> list[str]:
    """Address in the QR code of each page, read from the page as an image."""
    document = pypdfium2.PdfDocument(pdf)
    read = [zxingcpp.read_barcodes(page.render(scale=2).to_pil())[0].text for page in document]
    document.close()
    return read


def _rate(page: Any, scores: str, remark: str = "") -> None:
    """Touch one card for each question, the last of which sends, and write a remark below the thanks."""
    for key, score in zip(ASKED, scores, strict=True):
        page.tap(f"#q-{key}.on label:has(input[value='{score}'])")
    page.wait_for_selector("#thanks:not([hidden])")
    if remark:
        page.fill("#saran", remark)
        page.tap("#send")
        page.wait_for_selector(".r.on", state="detached")
    page.wait_for_selector("#state:not(.sending)")


def test_from_the_printed_code_to_the_report_of_the_unit_head(
    office: Office, new_page: Any, tmp_path: Path
) -> None:
    unit, service = "dukcapil", "akta-kelahiran"
    code = office.skm("init", "--demo").partition("?kode=")[2].split()[0]
    period = json.loads(office.skm("period", "list", unit, "--format", "json"))[0]["key"]
    before = len(office.answers(unit, period))
    links = json.loads(office.skm("link", "--format", "json"))
    office.skm("sheet", unit, "-o", "lembar.pdf")
    office.open()

    # the resident scans the sheet at the counter of this service
    wanted = next(x["url"] for x in links if (x["unit"], x["service"], x["kind"]) == (unit, service, "qr"))
    printed = {address.lower(): address for address in _decoded(tmp_path / "lembar.pdf")}
    phone = new_page(viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    phone.goto(printed[wanted.lower()])
    _rate(phone, "444344334", REMARK)
    assert "Terkirim" in phone.inner_text("#state")

    # a second one has lost the network between opening and sending
    phone.goto(wanted)
    phone.context.set_offline(True)
    _rate(phone, "222222222")
    assert "Tersimpan di perangkat ini, belum terkirim" in phone.inner_text("#thanks")
    assert len(office.answers(unit, period)) == before + 1
    phone.context.set_offline(False)
    expect(phone.locator("#state")).to_contain_text("Terkirim")

    # a third one has a phone that runs no script
    plain = new_page(java_script_enabled=False, viewport={"width": 360, "height": 640})
    plain.goto(wanted)
    for key in ASKED:
        plain.check(f"input[name={key}][value='3']")
    plain.click("#send")
    assert "Terima kasih" in plain.inner_text("h1")

    # the unit head logs in with the one-time code and sees three more answers
    desk = new_page(viewport={"width": 1280, "height": 900})
    desk.goto(f"{office.url}/meja/masuk-pertama?kode={code}")
    desk.get_by_role("button", name="Lanjut").click()
    desk.get_by_label("Nama akun").fill("kepala.dukcapil")
    desk.get_by_label("Kata sandi baru", exact=True).fill(PASSWORD)
    desk.get_by_label("Ulangi kata sandi baru").fill(PASSWORD)
    desk.get_by_role("button", name="Simpan dan masuk").click()
    desk.wait_for_url("**/meja/")
    desk.goto(f"{office.url}/meja/unit/{unit}")
    shown = desk.inner_text("section[aria-labelledby=ikm]")
    value, grade = re.search(r"(\d\d,\d\d)\s*(?:Mutu\s*)?([A-D])\b", shown).groups()  # type: ignore[union-attr]
    people = re.search(r"(\d+)\s*isian", desk.inner_text("section[aria-labelledby=responden]"))[1]  # type: ignore[index]
    assert int(people) == before + 3
    assert REMARK in desk.inner_text("main")

    # the report says the same, and so does the calculation from the exported answers
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Ringkasan laporan").click()
    download.value.save_as(tmp_path / "ringkasan.pdf")
    paper = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "ringkasan.pdf").pages)
    assert value in paper and "Papan petunjuk" in paper
    computed = office.computed(unit, period)
    assert (computed["n"], computed["converted"].replace(".", ","), computed["grade"]) == (
        before + 3,
        value,
        grade,
    )
    assert re.search(rf"\b{grade}\b", paper)
    assert office.skm("verify").endswith(f"{3003} isian.\n")
    assert office.close() == 0


def test_the_code_of_the_first_login_opens_the_desk_only_once(office: Office, new_page: Any) -> None:
    code = office.skm("init", "--name", "Kota Contoh").partition("?kode=")[2].split()[0]
    office.open()
    for turn in ("first", "second"):
        page = new_page()
        page.goto(f"{office.url}/meja/masuk-pertama?kode={code}")
        page.get_by_role("button", name="Lanjut").click()
        if turn == "second":
            assert page.get_by_label("Nama akun").count() == 0
            assert page.get_by_role("alert").count() == 1
            break
        page.get_by_label("Nama akun").fill("sekretaris")
        page.get_by_label("Kata sandi baru", exact=True).fill(PASSWORD)
        page.get_by_label("Ulangi kata sandi baru").fill(PASSWORD)
        page.get_by_role("button", name="Simpan dan masuk").click()
        page.wait_for_url("**/meja/")
        assert "Kota Contoh" in page.inner_text("body")
