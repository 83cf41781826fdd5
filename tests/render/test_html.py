"""A paper as a web page: whole, safe, readable by eye, ear and printer."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from calc.render.html.document import CHUNK, html, policy, style_source
from calc.report.document import (
    Beside,
    Bullets,
    Caution,
    Column,
    Cover,
    Document,
    Heading,
    LongTable,
    NewPage,
    PageOf,
    Panel,
    ShareBar,
    Signature,
    Strong,
    Table,
    Text,
    Title,
    Together,
)
from calc.report.full import full
from calc.report.tabulation import tabulation
from tests.report_data import HOSTILE, LONG, report_data

VOID = {"meta", "col", "br", "rect", "path", "circle"}
OURS = set(
    "html head meta title style body a header main nav footer h1 h2 h3 h4 p strong ul ol li span div dl dt dd "
    "blockquote table caption colgroup col thead tbody tfoot tr th td figure figcaption svg rect path circle text".split()
)


class Read(HTMLParser):
    """The page as its elements, in order: (tag, attributes, words inside)."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(page.decode())
        assert not self.open, [one[0] for one in self.open]

    def handle_starttag(self, tag, attrs):
        one = (tag, dict(attrs), [])
        self.found.append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for one in self.open:
            one[2].append(data)

    def all(self, *tags):
        return [one for one in self.found if one[0] in tags]

    def words(self, tag):
        return [re.sub(r"\s+", " ", "".join(inside)).strip() for _, _, inside in self.all(tag)]


def page(*blocks, **more):
    return Document(
        **{"title": "Laporan", "author": "Pemerintah Kabupaten Contoh", "head": "", "foot": "", **more},
        blocks=blocks,
    )


COLUMNS = (Column("Kode", 1), Column("Nilai", 1, "right"), Column("", 1))
TABLE = Table(
    COLUMNS, (("U1", "3,25", ShareBar(1, 4)), ("", "3,00", ShareBar(0, 4))), "Tabel 1. Nilai", total=True
)


@pytest.fixture(scope="module")
def report():
    return html(full(report_data(300, services=12, hostile=True)))


def test_there_is_one_title_and_no_heading_level_is_left_out(report):
    read = Read(report)
    levels = [int(tag[1]) for tag, _, _ in read.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert read.found[0][1]["lang"] == "id"


def test_a_paper_without_cover_has_its_title_over_it_and_parts_are_chapters():
    assert Read(html(page(Text("isi")))).words("h1") == ["Laporan"]
    one = Title("Pemerintah", "Ringkasan", "Dinas A", (), "a")
    assert Read(html(page(one, Heading("Nilai", 2, "n")))).words("h1") == ["Dinas A"]
    other = Title("Pemerintah", "Ringkasan", "Dinas B", (), "b")
    two = Read(html(page(one, Heading("Nilai", 2, "n"), other)))
    assert (two.words("h1"), two.words("h2")) == (["Laporan"], ["Dinas A", "Dinas B"])


def test_a_paper_of_several_parts_is_named_after_the_page_about_them_all():
    overview, one = (
        Title("Pemerintah", "", "Ringkasan", (), "isi"),
        Title("", "Ringkasan", "Dinas A", (), "a"),
    )
    links = Table((Column("Bagian", 1), Column("Hal.", 1)), (("Dinas A", PageOf("a")),))
    read = Read(html(page(overview, links, one, Heading("Nilai", 2, "n"))))
    assert (read.words("h1"), read.words("h2"), read.words("h3")) == (["Ringkasan"], ["Dinas A"], ["Nilai"])
    assert not read.all("nav")
    assert [attrs["aria-label"] for _, attrs, _ in read.all("a") if "aria-label" in attrs] == [
        "lihat Dinas A"
    ]


def test_a_heading_that_skips_a_level_is_read_as_the_next_level():
    read = Read(html(page(Heading("Bab", 1, "b"), Heading("Rinci", 3, "r"))))
    assert [tag for tag, _, _ in read.all("h2", "h3", "h4")] == ["h2", "h3"]


def test_contents_lead_to_every_chapter_and_section(report):
    read = Read(report)
    names = [attrs["id"] for _, attrs, _ in read.found if "id" in attrs]
    assert len(names) == len(set(names))
    targets = [attrs["href"] for _, attrs, _ in read.all("a") if attrs.get("href", "").startswith("#")]
    assert len(targets) > 20
    assert {target[1:] for target in targets} <= set(names)


def test_tables_have_names_and_heads_that_belong_to_columns_and_rows(report):
    read = Read(report)
    assert len(read.all("caption")) >= 10
    heads = read.all("th")
    assert all(attrs.get("scope") in ("col", "row") for _, attrs, _ in heads)
    assert all("".join(inside).strip() for _, _, inside in heads)
    (right,) = [attrs for _, attrs, inside in Read(html(page(TABLE))).all("td") if inside == ["3,25"]]
    assert right["class"] == "right"


def test_pictures_say_in_words_what_they_show(report):
    read = Read(report)
    drawn = [attrs for _, attrs, _ in read.all("svg") if attrs.get("aria-hidden") != "true"]
    assert len(drawn) >= 5
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 20 for attrs in drawn)
    assert len(read.all("figure")) == len(read.all("figcaption"))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words_wherever_they_stand(words):
    blocks = (
        Cover(words, words, (words,), (words,), words, "B", (words,)),
        Title(words, words, words, (words,), words, words),
        Heading(words, 2, words, words),
        Text((words, Strong(words)), "quote"),
        Bullets((words,), (words,)),
        Bullets((words,)),
        Caution(words),
        Table((Column(words, 1),), ((words,),), words, note=words),
        LongTable((Column(words, 1),), 1, lambda a, b: [(words,)], ((words,),), words, words),
        Panel(words, words, (words,), words, ((words, words),)),
        Signature(words, words, words, words),
    )
    made = html(
        Document(words, words, words, words, blocks, words[:200].encode("utf-8", "ignore").decode() or "x")
    )
    read = Read(made)
    assert {tag for tag, _, _ in read.found} <= OURS
    assert not [
        name for _, attrs, _ in read.found for name in attrs if name.startswith("on") or name == "style"
    ]
    assert all(re.match(r"#|https?://", attrs["href"]) for _, attrs, _ in read.all("a"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", made.decode())


def test_the_policy_of_the_page_allows_its_own_style_and_nothing_else(report):
    text = report.decode()
    (style,) = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert style_source() == f"'sha256-{digest}'"
    assert policy().startswith("default-src 'none'; style-src 'sha256-")
    (stated,) = [a["content"] for _, a, _ in Read(report).all("meta") if "http-equiv" in a]
    assert stated == policy()
    assert not re.search(r"url\(|@import", style)
    assert not [
        attrs for _, attrs, _ in Read(report).found if {"src", "data", "srcset", "background"} & attrs.keys()
    ]


def test_a_long_table_is_asked_for_in_pieces_and_all_its_rows_are_there():
    asked = []

    def rows(first, last):
        asked.append(last - first)
        return [(str(i), "4") for i in range(first + 1, last + 1)]

    table = LongTable((Column("No", 1), Column("U1", 1, "right")), 20_000, rows, (("Jumlah", "80.000"),))
    read = Read(html(page(table)))
    assert max(asked) <= CHUNK
    assert sum(asked) == 20_000
    assert len(read.all("tr")) == 20_000 + 2
    assert read.words("tfoot") == ["Jumlah80.000"]


def test_the_last_row_that_sums_stands_apart_and_the_own_row_is_marked():
    read = Read(html(page(TABLE, Table(COLUMNS[:2], (("A", "1"), ("B", "2")), marked=1))))
    assert "3,00" in read.words("tfoot")[0]
    assert [inside for _, attrs, inside in read.all("tr") if attrs.get("class") == "marked-row"] == [
        ["B", "2"]
    ]


def test_pages_are_links_where_there_are_no_pages():
    table = Table(
        (Column("Bagian", 1), Column("Hal.", 1)), (("Nilai", PageOf("n")), ("Lain", PageOf("tidak ada")))
    )
    read = Read(html(page(table, Heading("Nilai", 1, "n"))))
    (target,) = [attrs["id"] for _, attrs, _ in read.all("h2")]
    assert f"#{target}" in [attrs.get("href") for _, attrs, _ in read.all("a")]


def test_blanks_between_bold_and_plain_parts_are_kept():
    assert b"<p>Nilai <strong>85,24</strong> (B).</p>" in html(
        page(Text(("Nilai ", Strong("85,24"), " (B).")))
    )


def test_the_address_to_check_is_a_link_only_when_it_is_one():
    good = html(page(Text("x"), verify="https://skm.contoh.go.id/periksa?kode=A&b=1"))
    assert b'href="https://skm.contoh.go.id/periksa?kode=A&amp;b=1"' in good
    assert 'aria-label="Kode QR' in good.decode()
    assert b"href=" not in html(page(Text("x"), verify="javascript:alert(1)")).split(b"<footer")[1]


def test_every_block_is_drawn_and_equal_papers_give_equal_bytes():
    blocks = (
        Heading("Bab", 1, "b", "BAB I"),
        NewPage(),
        Together((Text("bersama"),)),
        Beside(Text("kiri"), Text("kanan")),
        Beside(Text("sendiri")),
        Panel("IKM", "Belum ada data", (), None, (("Responden", "0"),)),
        Bullets(("satu",), ("a.",)),
        Signature("Tempat, tanggal", "Kepala"),
    )
    made = html(page(*blocks))
    assert made == html(page(*blocks))
    for words in ("bersama", "kiri", "kanan", "sendiri", "Belum ada data", "Kepala"):
        assert words in made.decode()


@pytest.mark.parametrize("n", [0, 1, 4, 29, 300])
def test_every_size_of_a_report_is_a_whole_page(n):
    read = Read(html(full(report_data(n, services=2))))
    assert len(read.all("h1")) == 1
    assert "None" not in " ".join(read.words("main"))


def test_no_page_is_wider_than_its_window_and_axe_finds_nothing(new_page, tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    made = full(report_data(29, services=12, hostile=True))  # few respondents: axe looks at every cell
    (tmp_path / "laporan.html").write_bytes(html(made))
    # axe itself is a script, which the page's own policy forbids
    opened = new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    opened.goto((tmp_path / "laporan.html").as_uri())
    for width in (1280, 800, 360):
        opened.set_viewport_size({"width": width, "height": 900})
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(opened).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_a_browser_applies_the_style_and_runs_no_script_of_the_page(new_page, tmp_path):
    made = html(page(Cover("Instansi", "Judul", (LONG,), ()), TABLE))
    (tmp_path / "laporan.html").write_bytes(
        made.replace(b"</main>", b"<script>document.title='x'</script></main>")
    )
    opened = new_page()
    complaints = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.goto((tmp_path / "laporan.html").as_uri())
    assert opened.title() == "Laporan"
    assert opened.locator("td.right").first.evaluate("e => getComputedStyle(e).textAlign") == "right"
    assert len(complaints) == 1  # about the script that this test put in


def test_the_sheet_of_all_respondents_has_a_page_too():
    read = Read(html(tabulation(report_data(300))))
    assert len(read.all("tr")) > 300
