"""The export page by page: every answer in the column of its own question, however many questionnaires and pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from survey.domain.response import Response

Skm = Callable[..., SimpleNamespace]
CHANGED = {  # 2014's list asks nine questions, 'maklumat' instead of 'sarana'; see calc/instruments/skm-2014.toml
    "instrument": "skm-2014",
    "profile": None,
}


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_answers_to_two_questionnaires_stand_each_under_its_own_questions(
    skm: Skm, place: Any, store: Any, response: Callable[..., Response]
) -> None:
    store.keep(response(1, "123412341"))
    store.keep(response(2, "4321-4321", **CHANGED))
    rows = {row["instrument"]: row for row in _rows(skm("export", "-o", "-").out)}
    assert rows["skm-2017"]["persyaratan"] == "1" and rows["skm-2017"]["maklumat"] == ""
    from calc.instruments.reader import instrument

    for key, answers in (("skm-2017", "123412341"), ("skm-2014", "4321-4321")):
        asked = instrument(key).item_keys
        assert [rows[key][item] for item in asked] == [a.replace("-", "") for a in answers]
        others = [c for c in rows[key] if c in instrument("skm-2017").item_keys and c not in asked]
        assert all(rows[key][other] == "" for other in others)


def test_an_export_of_several_pages_has_every_answer_once_and_in_order(
    skm: Skm, place: Any, store: Any, response: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.store.responses.PAGE", 7)
    noon = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
    many = [response(n, received_at=noon + timedelta(seconds=n // 3)) for n in range(50)]
    store.keep_many(many)
    rows = _rows(skm("export", "-o", "-").out)
    assert [row["id"] for row in rows] == [r.id for r in sorted(many, key=lambda r: (r.received_at, r.id))]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-08-11T15:59:59.999999", "2026-08-11"),  # 23.59 WITA
        ("2026-08-11T16:00:00", "2026-08-12"),  # 00.00 WITA
        ("2026-08-12T15:59:59", "2026-08-12"),
        ("2026-08-12T16:00:00", "2026-08-13"),
    ],
)
def test_the_date_is_that_of_the_office(
    skm: Skm, place: Any, store: Any, response: Callable[..., Response], moment: str, day: str
) -> None:
    first = datetime(2026, 8, 12, 3, 0, tzinfo=UTC)
    store.keep(response(1, received_at=first))
    store.keep(response(2, received_at=datetime.fromisoformat(moment).replace(tzinfo=UTC)))
    assert {row["id"]: row["date"] for row in _rows(skm("export", "-o", "-").out)} == {
        response(1).id: "2026-08-12",
        response(2).id: day,
    }


def test_long_work_lets_the_server_go_first(
    skm: Skm, answered: list[Response], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr("os.nice", asked.append)
    assert skm("export", "-o", str(tmp_path / "x.csv")).code == 0
    assert skm("report", "dukcapil", "2026-TW3", "-o", str(tmp_path / "x.pdf")).code == 0
    assert len(asked) == 2 and all(by > 0 for by in asked)


def test_a_remark_with_separators_quotes_and_lines_comes_back_as_it_was(
    skm: Skm, place: Any, store: Any, response: Callable[..., Response]
) -> None:
    said = 'a,b;c "d"\r\ne\nf'
    store.keep(response(1, remark=said))
    assert _rows(skm("export", "--remarks", "-o", "-").bytes.decode())[0]["saran"] == said


@pytest.mark.parametrize(("form", "separator"), [("csv", ","), ("csv-id", ";")])
def test_an_answer_whose_remark_has_nothing_but_a_line_end_is_one_record(
    skm: Skm, place: Any, store: Any, response: Callable[..., Response], form: str, separator: str
) -> None:
    """Its second line was a record of its own, and a formula."""
    store.keep(response(1, remark="bagus\n=cmd|'/c calc'!A1"))
    store.keep(response(2, remark="＝1+1"))
    text = skm("export", "--format", form, "--remarks", "-o", "-").bytes.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
    assert {row["saran"] for row in rows} == {"bagus\n'=cmd|'/c calc'!A1", "'＝1+1"}
    assert [row["unit"] for row in rows] == ["dukcapil", "dukcapil"]
