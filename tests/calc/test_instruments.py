"""Questionnaires: wording of the regulations, and every way in which a file can be wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc.instruments.reader import InstrumentError, instrument, read_instrument, shipped

# annex questionnaire of PermenPANRB 14/2017 as filled-in copies of several offices reproduce it
QUESTIONS_2017 = """
kesesuaian persyaratan pelayanan dengan jenis pelayanannya|Tidak sesuai|Kurang sesuai|Sesuai|Sangat sesuai
kemudahan prosedur pelayanan di unit ini|Tidak mudah|Kurang mudah|Mudah|Sangat mudah
kecepatan waktu dalam memberikan pelayanan|Tidak cepat|Kurang cepat|Cepat|Sangat cepat
kewajaran biaya/tarif dalam pelayanan|Sangat mahal|Cukup mahal|Murah|Gratis
kesesuaian produk pelayanan antara yang tercantum dalam standar pelayanan dengan hasil yang diberikan|Tidak sesuai|Kurang sesuai|Sesuai|Sangat sesuai
kompetensi/kemampuan petugas dalam pelayanan|Tidak kompeten|Kurang kompeten|Kompeten|Sangat kompeten
perilaku petugas dalam pelayanan terkait kesopanan dan keramahan|Tidak sopan dan ramah|Kurang sopan dan ramah|Sopan dan ramah|Sangat sopan dan ramah
kualitas sarana dan prasarana|Buruk|Cukup|Baik|Sangat Baik
penanganan pengaduan pengguna layanan|Tidak ada|Ada tetapi tidak berfungsi|Berfungsi kurang maksimal|Dikelola dengan baik
"""
# list of elements in the body of the regulation
ELEMENTS_2017 = """
Persyaratan|syarat yang harus dipenuhi dalam pengurusan suatu jenis pelayanan, baik persyaratan teknis maupun administratif
Sistem, Mekanisme, dan Prosedur|tata cara pelayanan yang dibakukan bagi pemberi dan penerima pelayanan, termasuk pengaduan
Waktu Penyelesaian|jangka waktu yang diperlukan untuk menyelesaikan seluruh proses pelayanan dari setiap jenis pelayanan
Biaya/Tarif|ongkos yang dikenakan kepada penerima layanan dalam mengurus dan/atau memperoleh pelayanan dari penyelenggara yang besarnya ditetapkan berdasarkan kesepakatan antara penyelenggara dan masyarakat
Produk Spesifikasi Jenis Pelayanan|hasil pelayanan yang diberikan dan diterima sesuai dengan ketentuan yang telah ditetapkan
Kompetensi Pelaksana|kemampuan yang harus dimiliki oleh pelaksana meliputi pengetahuan, keahlian, keterampilan, dan pengalaman
Perilaku Pelaksana|sikap petugas dalam memberikan pelayanan
Penanganan Pengaduan, Saran dan Masukan|tata cara pelaksanaan penanganan pengaduan dan tindak lanjut
Sarana dan Prasarana|segala sesuatu yang dapat dipakai sebagai alat dalam mencapai maksud dan tujuan
"""
ELEMENTS_2004 = (
    "Prosedur pelayanan|Persyaratan pelayanan|Kejelasan petugas pelayanan|Kedisiplinan petugas|Tanggung jawab petugas|"
    "Kemampuan petugas|Kecepatan pelayanan|Keadilan mendapatkan pelayanan|Kesopanan dan keramahan petugas|"
    "Kewajaran biaya|Kepastian biaya|Kepastian jadwal|Kenyamanan lingkungan|Keamanan pelayanan"
)


def test_the_questionnaire_of_2017_asks_in_the_words_of_its_annex():
    lines = [line.split("|") for line in QUESTIONS_2017.strip().splitlines()]
    for item, (question, *answers) in zip(instrument("skm-2017").items, lines, strict=True):
        asked = item.question["id"]
        assert asked.startswith(
            ("Bagaimana pendapat Saudara tentang ", "Bagaimana pemahaman Saudara tentang ")
        )
        assert asked.removesuffix("?").endswith(question)
        assert [answer["id"] for answer in item.answers] == answers


def test_the_elements_of_2017_stand_in_the_order_and_words_of_the_regulation():
    lines = [line.split("|") for line in ELEMENTS_2017.strip().splitlines()]
    for element, (name, definition) in zip(instrument("skm-2017").elements, lines, strict=True):
        assert element.name == name and definition in element.definition


def test_the_questionnaire_asks_sarana_eighth_while_the_list_has_pengaduan_eighth():
    found = instrument("skm-2017")
    assert found.item_keys[7:] == ("sarana", "pengaduan")
    assert [(e.code, e.key) for e in found.elements[7:]] == [("U8", "pengaduan"), ("U9", "sarana")]


def test_the_list_of_2014_has_maklumat_eighth_and_no_sarana():
    found = instrument("skm-2014")
    assert [e.key for e in found.elements[7:]] == ["maklumat", "pengaduan"]
    assert "sarana" not in found.item_keys


def test_the_fourteen_elements_of_2004_stand_in_their_order():
    assert "|".join(e.name for e in instrument("ikm-2004").elements) == ELEMENTS_2004
    fee = next(i for i in instrument("ikm-2004").items if i.key == "kepastian_biaya")
    assert [a["id"] for a in fee.answers] == [
        "Selalu tidak sesuai", "Kadang-kadang sesuai", "Banyak sesuainya", "Selalu sesuai",
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["skm-2017", "skm-2014", "ikm-2004"])
def test_a_shipped_questionnaire_is_complete(key):
    found = instrument(key)
    n = len(found.elements)
    assert {e.weight for e in found.elements} == {Fraction(1, n)}
    assert (found.scale, found.factor) == (4, 25)
    assert [b.grade for b in found.bands] == list("ABCD")
    assert [b.performance for b in found.bands] == ["Sangat Baik", "Baik", "Kurang Baik", "Tidak Baik"]
    for item in found.items:
        for text in (item.question, *item.answers):
            assert text["id"] and text["en"]
    assert {field.key for field in found.profile} == {"jenis_kelamin", "usia", "pendidikan", "pekerjaan"}


def test_every_shipped_questionnaire_is_called_like_its_file():
    assert set(shipped()) >= {"skm-2017", "skm-2014", "ikm-2004"}
    assert all(key == found.key for key, found in shipped().items())


def test_an_unknown_questionnaire_is_refused_with_the_known_ones():
    with pytest.raises(InstrumentError, match=r"'skm-2099' tidak dikenal.*skm-2017"):
        instrument("skm-2099")


def test_several_questions_may_score_one_element(small):
    assert small.items_of("cepat") == (0, 1) and small.items_of("ramah") == (2,)
    assert small.orders == {"daftar": ("cepat", "ramah")}


WEIGHT = 'weight = "1/4"'
FLOOR = 'floor = "50.00"'
ANSWERS = 'answers = ["tidak", "kurang", "ya", "sangat"]'
RAMAH = 'element = "ramah"'
BROKEN = [
    (WEIGHT, "", "unsur 'cepat' belum punya 'weight'; tulis weight = \"1/9\""),
    (WEIGHT, "weight = 0.25", "unsur 'cepat' punya 'weight' yang bukan pecahan: 0.25"),
    (WEIGHT, 'weight = "1/0"', "'weight' yang bukan pecahan: '1/0'"),
    (WEIGHT, 'weight = "-1/4"', "'weight' harus lebih besar dari 0"),
    (WEIGHT, 'weight = "1e400000"', "bukan pecahan"),
    (WEIGHT, "weight = 0x" + "f" * 5000, "bukan pecahan"),
    (WEIGHT, 'weight = "0.11"', "jumlah bobot 2 unsur adalah 43/50, seharusnya tepat 1; perbaiki weight"),
    (WEIGHT, WEIGHT + "\nwieght = 1", "unsur 'cepat': 'wieght' tidak dikenal; hapus atau perbaiki ejaannya"),
    ('key = "ramah"', 'key = "cepat"', "unsur 'cepat' tertulis dua kali"),
    ('key = "ramah"', 'key = "U2"', "unsur ke-2: key 'U2' harus huruf kecil"),
    ('key = "ramah"', 'key = "u2"', "bukan u1, u2"),
    ('name = "Keramahan"', "", "unsur 'ramah' belum punya 'name'"),
    ('name = "Keramahan"', "name = 7", "unsur 'ramah': 'name' harus berupa teks dalam tanda kutip, bukan 7"),
    ('definition = "ramahnya petugas"', 'definition = ""', "unsur 'ramah' belum punya 'definition'"),
    (RAMAH, 'element = "rmaah"', "pertanyaan ke-3: unsur 'rmaah' tidak ada di [[elements]]"),
    (RAMAH, 'element = "cepat"\nkey = "x"', "unsur 'ramah' tidak punya pertanyaan; tambahkan [[items]]"),
    ('key = "cepat_hasil"', 'key = "cepat_loket"', "pertanyaan 'cepat_loket' tertulis dua kali"),
    (ANSWERS, 'answers = ["tidak", "ya"]', "pertanyaan 'cepat_loket' punya 2 jawaban, skala 4 butuh 4"),
    (ANSWERS, 'answers = ["tidak", "", "ya", "sangat"]', "'cepat_loket' jawaban 2 belum punya"),
    (ANSWERS, 'answers = ["tidak", {en = "less"}, "ya", "sangat"]', "jawaban 2 belum punya 'answers' berbahasa Indonesia"),
    (ANSWERS, 'answers = "tidak"', "'answers' harus berupa daftar"),
    ('question = "Apakah loket cepat?"', "", "pertanyaan 'cepat_loket' belum punya 'question'"),
    ('question = "Apakah loket cepat?"', 'question = {id = "?", en = 3}', "'question' dalam bahasa 'en' bukan teks"),
    (FLOOR, 'floor = "lima puluh"', "pita mutu ke-1: floor 'lima puluh' harus angka"),
    (FLOOR, "floor = 50.0", "'floor' harus berupa teks dalam tanda kutip, bukan 50.0"),
    (FLOOR, 'floor = "50.005"', "paling banyak dua desimal"),
    (FLOOR, 'floor = "NaN"', "harus angka"),
    (FLOOR, 'floor = "20.00"', "urutkan pita dari batas bawah tertinggi"),
    (FLOOR, 'floor = "100.01"', "tidak dapat dicapai; tertinggi 100"),
    ('floor = "25.00"', 'floor = "30.00"', "pita mutu terendah mulai dari 30.00, padahal nilai terendah 25"),
    ('grade = "B"', 'grade = "A"', "grade 'A' tertulis dua kali"),
    ("scale = 4", "scale = 10", "scale = 10: nilai tertinggi harus 2 sampai 9"),
    ("scale = 4", 'scale = "4"', "'scale' harus berupa bilangan bulat"),
    ("scale = 4", "scale = true", "'scale' harus berupa bilangan bulat"),
    ('factor = "25"', "", "berkas belum punya 'factor'"),
    ('key = "kecil"', 'key = "lain"', "key = 'lain' harus sama dengan nama berkas ('kecil')"),
    ('title = "Kuesioner kecil"', "", "berkas belum punya 'title'"),
    ("[[bands]]", "[bands]", "TOML"),
    ('factor = "25"', 'factor = "25"\nelements = 3', "TOML"),
    ('factor = "25"', 'factor = "25"\n[orders]\nx = ["cepat"]', "orders 'x' harus memuat setiap unsur tepat satu kali"),
    ('factor = "25"', 'factor = "25"\n[orders]\ndefault = "y"\nx = ["ramah", "cepat"]', "orders: default 'y' tidak ada; pilih x"),
    ('factor = "25"', 'factor = "25"\norders = ["cepat"]', "'orders' harus berupa tabel"),
    ('factor = "25"', 'factor = "25"\nprofile = ["usia"]', "profil ke-1 harus berupa tabel"),
    ('factor = "25"', 'factor = "25"\nprofile = [{key = "usia", label = "Usia", choices = [3]}]', "pilihan ke-1 harus berupa tabel"),
    ('factor = "25"', 'factor = "25"\nprofile = [{key = "ramah", label = "x", choices = [{key = "a", label = "a"}]}]', "profil 'ramah' tertulis dua kali"),
    ('factor = "25"', 'factor = "25"\ncatatan = 1', "berkas: 'catatan' tidak dikenal"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BROKEN, ids=[message[:40] for _, _, message in BROKEN])
def test_a_broken_questionnaire_is_refused_with_file_place_and_cure(old, new, message, small_text, tmp_path):
    assert old in small_text
    path = tmp_path / "kecil.toml"
    path.write_text(small_text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InstrumentError) as error:
        read_instrument(path)
    assert str(error.value).startswith("kecil.toml: ") and message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"key = ", b"", b"a = " + b"[" * 5000, b"\0"])
def test_what_is_no_toml_is_refused(content, tmp_path):
    path = tmp_path / "kecil.toml"
    path.write_bytes(content)
    with pytest.raises(InstrumentError, match=r"kecil\.toml: "):
        read_instrument(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InstrumentError, match="tidak dapat dibuka"):
        read_instrument(tmp_path / "tidak-ada.toml")


def test_a_byte_order_mark_does_no_harm(small_text, tmp_path):
    path = tmp_path / "kecil.toml"
    path.write_text(small_text, encoding="utf-8-sig")
    assert read_instrument(path).key == "kecil"


# a whole document whose parts are replaced by anything that TOML can say
leaves = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["1/2", "25", "25.00", "satu", "dua"]),
    st.integers(-3, 30),
    st.floats(),
    st.booleans(),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from("key name weight definition element question answers floor grade label choices id default".split()),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)  # fmt: skip


def _places(document, path=()):
    """Every place of the document that could hold something else."""
    yield path
    parts = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in parts:
        yield from _places(value, (*path, key))


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_anywhere_in_the_file_only_its_own_error_is_raised(data, small_text):
    import copy
    import tomllib

    from calc.instruments.reader import _Reader

    document = copy.deepcopy(tomllib.loads(small_text + _PROFILE))
    places = [place for place in _places(document) if place]
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=2)):
        holder = document
        try:
            for key in place[:-1]:
                holder = holder[key]
            if data.draw(st.booleans()):
                holder[place[-1]] = data.draw(values)
            else:
                del holder[place[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # the first change took the second place away
    try:
        _Reader("kecil.toml", "kecil", document).instrument()
    except InstrumentError as error:
        assert str(error).startswith("kecil.toml: ")


_PROFILE = """
[[profile]]
key = "usia"
label = { id = "Usia" }
choices = [{ key = "a", label = "A" }, { key = "b", label = { id = "B", en = "B" }, poster = "a" }]

[orders]
default = "x"
x = ["cepat", "ramah"]
"""


@given(text=st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_is_a_questionnaire_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("acak") / "kecil.toml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(InstrumentError):
        read_instrument(path)


def test_the_cure_for_a_lowest_border_can_be_written(tmp_path, small_text):
    """Factor 50/3 (six answers to 100): '50/3' is no border, 16.66 is one."""
    text = small_text.replace('factor = "25"', 'factor = "50/3"')
    path = tmp_path / "kecil.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InstrumentError, match=r'tulis floor = "16\.66"'):
        read_instrument(path)
    path.write_text(text.replace('floor = "25.00"', 'floor = "16.66"'), encoding="utf-8")
    assert str(read_instrument(path).bands[-1].floor) == "16.66"
