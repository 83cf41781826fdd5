"""After the rhythm of publication was changed: old addresses say so, and nothing withheld comes out by subtraction."""

from datetime import UTC, datetime

import pytest

from survey.app import create_app
from survey.domain.period import Period

JULY, AUGUST, SEPTEMBER = (datetime(2026, month, 5, 2, 0, tzinfo=UTC) for month in (7, 8, 9))


@pytest.fixture
def changed(instance, store, clock):
    """A client of the installation after quarters were served in November and PERIOD was then changed."""
    from survey.operations import installation

    clock.now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

    def start(kind):
        for rhythm in ("quarter", kind):
            app = create_app(installation.load_config(instance, PERIOD=rhythm), store=store, clock=clock)
            client = app.test_client()
            client.get("/hasil")
        return client

    return start


def test_an_address_of_the_former_rhythm_says_so_and_shows_the_way_on(kept, changed):
    for month in (JULY, AUGUST, SEPTEMBER):
        kept(10, answers="332323233", when=month)
        kept(10, answers="223232322", when=month)
    client = changed("month")
    page = client.get("/hasil/dukcapil?periode=2026-TW3")
    assert page.status_code == 410
    assert "sekarang diterbitkan per bulan" in page.text and "?periode=2026-07" in page.text
    told = client.get("/hasil/dukcapil.json?periode=2026-TW3")
    assert (told.status_code, told.json["periods"]) == (410, ["2026-09", "2026-08", "2026-07"])
    assert client.get("/hasil/dukcapil.csv?periode=2026-TW3").status_code == 410
    assert (
        client.get("/hasil/dukcapil?periode=2026-08").status_code == 200
    )  # nothing was withheld in any of them


def test_a_month_of_three_people_does_not_come_out_of_the_quarter_and_the_other_months(kept, changed):
    """The quarter of 43 was public; two months of 20 each beside it would be the third, of three people."""
    for month in (JULY, AUGUST):
        kept(10, answers="332323233", when=month)
        kept(10, answers="223232322", when=month)
    kept(3, answers="111111111", when=SEPTEMBER)
    client = changed("month")
    listed = client.get("/hasil.json").json["results"]
    assert listed == []
    page = client.get("/hasil/dukcapil?periode=2026-07")
    assert page.status_code == 410 and "setelah periodenya selesai" in page.text
    assert client.get("/hasil/dukcapil").status_code == 200


def test_a_half_year_does_not_give_a_withheld_quarter_away(kept, changed):
    kept(10, answers="332323233", when=datetime(2026, 2, 5, 2, 0, tzinfo=UTC))
    kept(10, answers="223232322", when=datetime(2026, 2, 5, 2, 0, tzinfo=UTC))
    kept(3, answers="111111111", when=datetime(2026, 5, 5, 2, 0, tzinfo=UTC))
    assert changed("half_year").get("/hasil.json").json["results"] == []


def test_what_comes_after_the_change_is_published_in_the_new_rhythm(kept, changed, clock):
    kept(3, answers="111111111", when=SEPTEMBER)
    client = changed("month")
    kept(20, answers="332323233", when=datetime(2026, 12, 5, 2, 0, tzinfo=UTC))
    clock.now = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    assert [one["period"] for one in client.get("/hasil.json").json["results"]] == ["2026-12"]


def test_a_rhythm_that_was_never_another_needs_no_way_on(kept, client):
    kept(30, answers="332323233")
    assert client.get("/hasil/dukcapil?periode=2026-05").status_code == 404
    assert client.get("/hasil/dukcapil?periode=2026-TW2").status_code == 200


def test_periods_of_a_kind_that_came_back_are_not_their_own_overlap():
    from datetime import date

    from survey.services.rhythm import Former, overlapping

    formers = [Former("quarter", date(2026, 5, 10)), Former("month", date(2026, 8, 20))]
    third = Period.parse("2026-TW3")
    assert [p.key for p in overlapping(third, formers, date(2026, 1, 1))] == ["2026-07"]


def test_a_half_year_that_holds_a_published_quarter_does_not_give_the_quarter_after_the_change_away(
    kept, changed, clock
):
    """TW III of 20 was published, then PERIOD became 'half_year': half a year of 23 minus it would be the three of TW IV."""
    kept(10, answers="332323233", when=SEPTEMBER)
    kept(10, answers="223232322", when=SEPTEMBER)
    client = changed("half_year")  # in November
    kept(3, answers="111111111", when=datetime(2026, 12, 5, 2, 0, tzinfo=UTC))
    clock.now = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    assert client.get("/hasil.json").json["results"] == []
