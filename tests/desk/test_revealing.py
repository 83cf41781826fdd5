"""A public paper that would tell, by subtraction, what is withheld about few people warns before it is made."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pypdf
import pytest

from survey.domain.organisation import Service
from survey.domain.period import Period
from survey.services.scope import Scope
from survey.services.small_cells import revealing

PAPERS = "/meja/unit/dukcapil/laporan/kertas?periode=2026-TW3"
AUGUST, SEPTEMBER = datetime(2026, 8, 5, 2, 0, tzinfo=UTC), datetime(2026, 9, 11, 2, 0, tzinfo=UTC)


@pytest.fixture
def two_services(place, store, answer):
    """Twenty answers to one service and four to the other: 24 people minus 20 are the four."""
    store.save_service(Service("dukcapil", "akta", "Akta kelahiran"))
    woman, man = {"jenis_kelamin": "P"}, {"jenis_kelamin": "L"}
    answer("343434344", times=12, service="ktp-el", profile=man)
    answer("333333333", times=8, service="ktp-el", profile=woman)
    answer("222222222", times=4, service="akta", profile=woman)


@pytest.mark.parametrize("kind", ["notice", "certificate"])
def test_the_notice_of_a_service_that_gives_the_other_away_warns_first(login, two_services, kind):
    client = login("kepala")
    page = client.get(f"{PAPERS}&jenis={kind}&layanan=ktp-el")
    assert page.status_code == 200 and page.mimetype == "text/html"
    assert "Jangan umumkan laporan ini" in page.text and "kurang dari lima orang" in page.text
    made = client.get(f"{PAPERS}&jenis={kind}&layanan=ktp-el&tetap=1")
    assert made.data.startswith(b"%PDF")


def test_the_notice_of_the_unit_and_papers_of_the_office_need_no_warning(login, two_services):
    client = login("kepala")
    for what in ("jenis=notice", "jenis=summary&layanan=ktp-el", "jenis=notice&layanan=akta"):
        assert client.get(f"{PAPERS}&{what}").data.startswith(b"%PDF"), what


def test_services_that_are_large_enough_need_no_warning(place, login, store, answer):
    store.save_service(Service("dukcapil", "akta", "Akta kelahiran"))
    answer("343434344", times=20, service="ktp-el")
    answer("222222222", times=6, service="akta")
    assert login("kepala").get(f"{PAPERS}&jenis=notice&layanan=ktp-el").data.startswith(b"%PDF")


def notice_words(client, service: str) -> str:
    pages = pypdf.PdfReader(io.BytesIO(client.get(f"{PAPERS}&jenis=notice&layanan={service}").data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_notices_of_services_say_nothing_of_men_where_one_man_of_another_would_be_left(
    place, login, store, answer
):
    """Unit: 13 men; the service: 12; so the other service, whose notice withholds it, has one."""
    store.save_service(Service("dukcapil", "akta", "Akta kelahiran"))
    answer("343434344", times=12, service="ktp-el", profile={"jenis_kelamin": "L"})
    answer("343434344", times=8, service="ktp-el", profile={"jenis_kelamin": "P"})
    answer("222222222", times=1, service="akta", profile={"jenis_kelamin": "L"})
    answer("222222222", times=9, service="akta", profile={"jenis_kelamin": "P"})
    client = login("kepala")
    said = notice_words(client, "ktp-el")
    assert "L = * orang" in said and "P = * orang" in said and "20 orang" in said
    assert "L = 13 orang" in notice_words(client, "")


def test_two_months_beside_the_quarter_give_the_third_away(place, store, config, clock, answer):
    answer("343434344", times=20, at=datetime(2026, 7, 5, 2, 0, tzinfo=UTC))
    answer("222222222", times=3, at=AUGUST)
    now, unit = clock.forward(days=60), store.unit("dukcapil")

    def why(period: str) -> str:
        return revealing(Scope(store, config, unit, Period.parse(period), now, None), "notice")

    assert "Triwulan III" in why("2026-07")  # 23 of the quarter minus 20 are three people
    assert why("2026-TW3") == ""
    answer("222222222", times=4, at=SEPTEMBER)
    assert why("2026-07") == ""  # seven are left


def test_the_warning_about_a_month_advises_the_rhythm_of_publication(place, login, store, clock, answer):
    """It is the whole unit's notice already: 'publish the whole unit only' would be no way out."""
    answer("343434344", times=20, at=datetime(2026, 7, 5, 2, 0, tzinfo=UTC))
    answer("222222222", times=3, at=AUGUST)
    clock.forward(days=60)
    page = login("kepala").get("/meja/unit/dukcapil/laporan/kertas?periode=2026-07&jenis=notice").text
    assert "Umumkan publikasi triwulan saja." in page and "seluruh unit saja" not in page


def test_the_command_refuses_it_and_says_how_it_is_made_all_the_same(
    two_services, instance, store, clock, tmp_path
):
    from click.testing import CliRunner

    from survey.cli import main

    store.close()
    words = [
        "--instance",
        str(instance),
        "report",
        "dukcapil",
        "2026-TW3",
        "--kind",
        "notice",
        "--service",
        "ktp-el",
    ]
    found = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "x.pdf")])
    assert found.exit_code == 2 and "--reveal" in found.stderr
    assert not (tmp_path / "x.pdf").exists()
    assert CliRunner().invoke(main, [*words, "--reveal", "-o", str(tmp_path / "x.pdf")]).exit_code == 0


def test_no_month_is_told_when_all_others_beside_the_quarter_leave_few(place, store, config, clock, answer):
    """10 + 10 + 2 people: each of the first two months leaves twelve, but both together the two of September."""
    for day, times in ((datetime(2026, 7, 5, 2, 0, tzinfo=UTC), 10), (AUGUST, 10), (SEPTEMBER, 2)):
        answer("343434344", times=times, at=day)
    now, unit = clock.forward(days=60), store.unit("dukcapil")
    for period in ("2026-07", "2026-08"):
        assert "Triwulan III" in revealing(
            Scope(store, config, unit, Period.parse(period), now, None), "notice"
        )


def test_the_year_gives_away_a_quarter_that_all_others_leave(place, store, config, clock, answer):
    """20 + 20 + 3 people in three quarters of 2026, which are published by quarters."""
    for day, times in (
        (datetime(2026, 2, 5, tzinfo=UTC), 20),
        (datetime(2026, 5, 5, tzinfo=UTC), 20),
        (AUGUST, 3),
    ):
        answer("343434344", times=times, at=day)
    now, unit = clock.forward(days=200), store.unit("dukcapil")
    assert "Tahun 2026" in revealing(Scope(store, config, unit, Period.parse("2026"), now, None), "notice")


def test_two_services_beside_the_unit_do_not_give_the_men_of_the_third_away(place, login, store, answer):
    """Men: 10, 8 and 2, women 10 each. Only the third withholds its men; 20 - 10 - 8 are they."""
    for key, men in (("ktp-el", 10), ("akta", 8), ("kk", 2)):
        store.save_service(Service("dukcapil", key, key.upper()))
        answer("343434344", times=men, service=key, profile={"jenis_kelamin": "L"})
        answer("343434344", times=10, service=key, profile={"jenis_kelamin": "P"})
    assert "L = * orang" in notice_words(login("kepala"), "ktp-el")


def test_the_rest_may_not_be_people_who_all_gave_the_same(place, store, config, clock, answer):
    """Of 25 people the six of the other service all gave 4: its own notice would say '≥', the difference says 100."""
    store.save_service(Service("dukcapil", "akta", "Akta kelahiran"))
    answer("343434344", times=19, service="ktp-el")
    answer("444444444", times=6, service="akta")
    now, unit, period = clock.now, store.unit("dukcapil"), Period.parse("2026-TW3")
    assert "layanan-layanannya" in revealing(Scope(store, config, unit, period, now, "ktp-el"), "notice")
    assert (
        revealing(Scope(store, config, unit, period, now, "akta"), "notice") == ""
    )  # a limit takes nothing away


def test_a_month_of_a_service_is_not_announced_beside_its_quarter_when_that_leaves_few(
    place, store, config, clock, answer
):
    def why(period: str) -> str:
        unit = store.unit("dukcapil")
        return revealing(Scope(store, config, unit, Period.parse(period), clock.now, "ktp-el"), "notice")

    for month, times in ((7, 20), (8, 3)):
        answer("323232323", times=times, service="ktp-el", at=datetime(2026, month, 5, 2, 0, tzinfo=UTC))
        answer("232323232", times=20, service="akta-lahir", at=datetime(2026, month, 5, 2, 0, tzinfo=UTC))
    assert why("2026-TW3") == ""
    assert "Triwulan III" in why("2026-07")
