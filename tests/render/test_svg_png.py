"""Pictures as SVG and PNG."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from calc.render.png import png
from calc.render.svg import svg
from calc.report import charts
from calc.report.charts.picture import Dot, Line, Picture, Rect, Words
from tests.report_data import HOSTILE, report_data

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def unit():
    return report_data(300, services=12)


def test_hostile_words_are_only_words_in_an_svg():
    shapes = tuple(Words(0, 10, words, 8, "#000000", room=200) for words in HOSTILE)
    root = ElementTree.fromstring(svg(Picture(200, 20, shapes, " ".join(HOSTILE))))
    assert {child.tag for child in root.iter()} == {f"{SVG}svg", f"{SVG}text"}
    assert root[0].text == "<script>alert(1)</script>"
    assert set(root.attrib) == {"viewBox", "role", "aria-label", "font-family"}


def test_an_svg_is_an_image_with_words_and_takes_the_width_it_is_given(unit):
    picture = charts.element_bars(unit.result)
    root = ElementTree.fromstring(svg(picture))
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.words
    assert "width" not in root.attrib
    assert root.get("viewBox").startswith("0 0 490 ")


def test_words_that_have_less_room_than_they_need_end_in_dots():
    shapes = (Words(0, 10, "Surat Keterangan Pindah Datang", 8, "#000000", room=60),)
    assert ElementTree.fromstring(svg(Picture(99, 20, shapes, "")))[0].text.endswith("…")


def test_a_png_shows_each_shape_where_it_is():
    shapes = (
        Rect(10, 10, 20, 10, "#ff0000"),
        Dot(50, 15, 4, "#00ff00"),
        Line(70, 5, 70, 25, "#0000ff", 2),
        Words(80, 20, "MMM", 12, "#000000", True),
    )
    image = Image.open(io.BytesIO(png(Picture(120, 30, shapes, ""), 2))).convert("RGB")
    assert image.size == (240, 60)
    at = {point: image.getpixel(point) for point in ((40, 30), (100, 30), (140, 30), (2, 2))}
    assert at == {
        (40, 30): (255, 0, 0),
        (100, 30): (0, 255, 0),
        (140, 30): (0, 0, 255),
        (2, 2): (255, 255, 255),
    }
    assert min(image.crop((160, 20, 200, 42)).convert("L").getextrema()) < 90


def test_equal_pictures_give_equal_bytes(unit):
    picture = charts.services(unit.services)
    assert png(picture) == png(picture)
    assert svg(picture) == svg(picture)


def test_hostile_words_can_be_painted():
    shapes = tuple(Words(0, 10, words, 8, "#000000", room=200) for words in HOSTILE)
    assert png(Picture(200, 20, shapes, "")).startswith(b"\x89PNG")


def test_a_broken_line_has_gaps():
    image = Image.open(
        io.BytesIO(png(Picture(60, 10, (Line(0, 5, 60, 5, "#000000", 2, 4),), ""), 2))
    ).convert("L")
    row = [image.getpixel((x, 10)) < 128 for x in range(image.width)]
    assert 0.3 < sum(row) / len(row) < 0.7
