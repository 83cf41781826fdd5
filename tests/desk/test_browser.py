"""The desk as people see it: accessible, inside the screen, quiet in the console."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from calc.report.data import FollowUp
from survey.domain.account import Account
from tests import background

PAGES = [
    "/meja/",
    "/meja/unit/dukcapil",
    "/meja/unit/dukcapil?dari=2026-08-09&sampai=2026-08-01",
    "/meja/unit/rsud",
    "/meja/unit/dukcapil/salinan",
    "/meja/unit/dukcapil/laporan",
    "/meja/unit/dukcapil/laporan/antrean",
    "/meja/unit/dukcapil/rtl",
    "/meja/unit/dukcapil/rtl/baru",
    "/meja/unit/dukcapil/rtl/1",
    "/meja/unit/dukcapil/rtl/1/hapus",
    "/meja/unit/dukcapil/kalimat",
    "/meja/unit/dukcapil/kalimat/penutup",
    "/meja/unit/dukcapil/kalimat/penutup?tingkat=instalasi",
    "/meja/unit/dukcapil/tautan",
    "/meja/unit/dukcapil/tautan/{code}/cabut",
    "/meja/akun",
    "/meja/pengguna",
    "/meja/pengguna/kepala",
    "/meja/pengguna/kepala/status",
    "/meja/kelola",
    "/meja/kelola/instansi",
    "/meja/kelola/unit-baru",
    "/meja/kelola/unit/dukcapil",
    "/meja/kelola/unit/dukcapil/layanan-baru",
    "/meja/kelola/unit/dukcapil/loket/loket-1",
    "/meja/catatan",
]
LONE = ["/meja/masuk", "/meja/masuk-pertama", "/meja/tidak-ada"]
LONG = "Mohonperpanjangjampelayanan" * 12


@pytest.fixture
def desk(live, password_hash, answer_live, now) -> SimpleNamespace:
    store = live.store
    from survey.domain.organisation import Unit

    store.save_unit(Unit("rsud", "Rumah Sakit Umum Daerah Contoh yang Namanya Sangat Panjang Sekali"))
    store.save_account(Account("admin", "admin", password_hash))
    store.save_account(Account("kepala", "unit_head", password_hash, ("dukcapil", "rsud")))
    answer_live(store)
    for period in ("2026-TW2", "2026-TW3"):
        promise = FollowUp(0, "waktu", LONG, 2026, 4, LONG[:120], note=LONG)
        store.save_follow_up("dukcapil", period, promise, now, "kepala")
    return live


@pytest.fixture
def answer_live(now):
    """Two quarters of answers of dukcapil, with remarks that do not break and profiles."""
    from datetime import timedelta
    from uuid import UUID

    from survey.domain.response import Response

    def fill(store):
        number = 0
        for at in (now - timedelta(days=92), now):
            for answers in ("343434344", "333333333", "42332342-", "444444444") * 9:
                number += 1
                store.keep(
                    Response(
                        id=str(UUID(int=number)),
                        unit="dukcapil",
                        service="ktp-el" if number % 2 else "",
                        counter="",
                        channel="qr",
                        instrument="skm-2017",
                        answers=answers,
                        received_at=at,
                        profile={"jenis_kelamin": "L" if number % 3 else "P"},
                        remark=LONG if number % 9 == 0 else "",
                    )
                )

    return fill


def complaints(page) -> list[str]:
    """What axe finds, each with the elements that it means."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {[n['html'][:120] for n in v['nodes']][:3]}" for v in found]


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_of_the_desk_is_accessible_and_stays_inside_the_screen(desk, new_page, code, width):
    page, console = new_page(viewport={"width": width, "height": 800}), []
    page.on("console", lambda m: console.append(m.text) if "Failed to load" not in m.text else None)
    for path in LONE:
        page.goto(desk.url + path)
        assert complaints(page) == [], path
        assert overflow(page) <= 0, path
    page.goto(desk.url + "/meja/masuk")
    page.get_by_label("Nama akun").fill("admin")
    page.get_by_label("Kata sandi").fill("kuda baterai jepit staples")
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/meja/")
    for path in PAGES:
        page.goto(desk.url + path.format(code=code))
        assert complaints(page) == [], path
        assert overflow(page) <= 0, path
    assert console == []  # neither a broken policy nor a script error


def test_a_wrong_form_says_what_to_mend_and_ties_it_to_its_field(desk, new_page):
    page = new_page(viewport={"width": 360, "height": 800})
    page.goto(desk.url + "/meja/masuk")
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("alert").wait_for()
    field = page.get_by_label("Nama akun")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text() == "Perbaiki: Tulis nama akun Anda."
    assert page.get_by_role("alert").count() == 1
    assert complaints(page) == []


def test_the_keyboard_reaches_the_content_first(desk, new_page):
    page = new_page()
    page.goto(desk.url + "/meja/masuk")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "name"


def test_the_qr_on_the_page_leads_to_the_printed_address(desk, new_page, code):
    import io

    from PIL import Image

    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed: pip install .[test]")
    page = new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=2)
    log_in(page, desk.url)
    page.goto(desk.url + "/meja/unit/dukcapil/tautan")
    card = page.locator(f"#{code}")
    picture = Image.open(io.BytesIO(card.locator("svg.qr").screenshot()))
    (found,) = zxing.read_barcodes(picture)
    assert found.text == f"{desk.url}/s/{code}"
    assert found.text in card.inner_text()


def log_in(page, url, name="kepala"):
    page.goto(url + "/meja/masuk")
    page.get_by_label("Nama akun").fill(name)
    page.get_by_label("Kata sandi").fill("kuda baterai jepit staples")
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/meja/")


@pytest.mark.parametrize("width", [700, 800, 1280])
def test_no_button_word_of_a_plan_is_cut_on_a_middling_screen(desk, new_page, width):
    page = new_page(viewport={"width": width, "height": 900})
    log_in(page, desk.url)
    page.goto(desk.url + "/meja/unit/dukcapil/rtl")
    links = page.locator("table a")
    assert links.count() >= 3
    assert {link.evaluate("a => a.getClientRects().length") for link in links.all()} == {1}
    assert overflow(page) <= 0


def test_a_long_paper_appears_on_the_open_page_when_it_is_ready(desk, new_page, now, monkeypatch):
    monkeypatch.setitem(desk.app.extensions["skm_jobs"].work, "report", "tests.background:until_go")
    background.asked(desk.store, now)
    page = new_page(viewport={"width": 360, "height": 800})
    log_in(page, desk.url)
    page.goto(desk.url + "/meja/unit/dukcapil/laporan/antrean")
    assert page.get_by_text("1 laporan sedang dibuat").count() == 1
    (desk.config.instance / "go").touch()
    page.get_by_text("Unduh").wait_for(timeout=60_000)  # no reload: the page looks by itself
    assert complaints(page) == []
    with page.expect_download() as download:
        page.get_by_text("Unduh").click()
    assert download.value.suggested_filename == "tabulasi-dukcapil-2026-TW3.pdf"


def test_a_preview_opens_beside_the_desk_with_its_style_and_nothing_broken(desk, new_page):
    page, said = new_page(viewport={"width": 800, "height": 900}), []
    log_in(page, desk.url)
    page.goto(desk.url + "/meja/unit/dukcapil/laporan")
    page.context.on("console", lambda m: said.append(m.text))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Pratinjau Publikasi hasil").click()
    preview = opened.value
    preview.wait_for_load_state()
    assert preview.locator("h1").count() == 1
    assert preview.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
    assert said == []


def test_the_queue_can_be_followed_without_script(desk, new_page, now):
    background.asked(desk.store, now)
    page = new_page(java_script_enabled=False)
    log_in(page, desk.url)
    page.goto(desk.url + "/meja/unit/dukcapil/laporan/antrean")
    page.get_by_text("Unduh").wait_for(timeout=60_000)  # the page asks for itself again
