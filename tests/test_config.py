"""Settings: where they come from, what they may be, and the sentence when they cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey.config import ConfigError, load
from survey.settings import SETTINGS


@pytest.fixture
def write(tmp_path: Path):
    """Write config.toml and return its folder."""

    def write(text: str) -> Path:
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_without_a_file_the_defaults_hold(tmp_path):
    config = load(tmp_path, {})
    assert config.values == {setting.name: setting.default for setting in SETTINGS}
    assert (config["TIMEZONE"], config["PERIOD"], config["CONVENTION"]) == (
        "Asia/Makassar",
        "quarter",
        "exact",
    )
    assert config.languages[0] == "id"
    assert config.instrument.key == "skm-2017"


def test_the_file_beats_the_default_the_environment_the_file_and_the_command_all(write):
    folder = write('PERIOD = "month"\nIDLE_WARNING = 40\nIDLE_WIPE = 60\nMAX_BODY = 9000\n')
    config = load(folder, {"SKM_IDLE_WARNING": "50", "SKM_MAX_BODY": "9500"}, MAX_BODY=9999)
    assert [config[name] for name in ("PERIOD", "IDLE_WARNING", "IDLE_WIPE", "MAX_BODY")] == [
        "month",
        50,
        60,
        9999,
    ]


def test_the_words_of_a_former_version_are_still_read(write):
    config = load(write('PERIOD = "triwulan"\nREPORT_TEMPLATE = "lama"\n'), {})
    assert (config["PERIOD"], config["REPORT_TEMPLATE"]) == ("quarter", "four-chapters")
    assert config.former == {"PERIOD": "triwulan", "REPORT_TEMPLATE": "lama"}
    assert load(write('PERIOD = "month"\n'), {"SKM_PERIOD": "tahun"})["PERIOD"] == "year"
    assert load(write('PERIOD = "month"\n'), {}).former == {}


def test_environment_values_take_the_type_of_the_setting(tmp_path):
    config = load(
        tmp_path, {"SKM_LANGUAGES": "en, id", "SKM_PROFILE": "0", "SKM_PROXIES": "1", "SKM_OTHER": "x"}
    )
    assert (config.languages, config["PROFILE"], config["PROXIES"]) == (("en", "id"), False, 1)
    assert load(tmp_path, {"SKM_TRUSTED_HOSTS": ""})["TRUSTED_HOSTS"] == []
    for word, truth in (("true", True), ("1", True), ("Ya", True), ("false", False), ("tidak", False)):
        assert load(tmp_path, {"SKM_PROFILE": word})["PROFILE"] is truth


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('PERIODE = "bulan"', r"config\.toml: setelan 'PERIODE' tidak dikenal\. Maksudnya PERIOD\?"),
        ('base_url = "http://x"', r"'base_url' tidak dikenal\. Maksudnya BASE_URL\?"),
        ("WARNA = 1", r"'WARNA' tidak dikenal\. Yang ada: DATABASE, SECRET_KEY"),
        ('IDLE_WIPE = "30"', r"IDLE_WIPE harus berupa bilangan bulat, bukan '30'"),
        ("IDLE_WIPE = 30.0", "bilangan bulat"),
        ("IDLE_WIPE = true", "bilangan bulat"),
        ("PROFILE = 1", "PROFILE harus berupa true atau false"),
        ('LANGUAGES = "id"', "LANGUAGES harus berupa daftar teks"),
        ("LANGUAGES = [1]", "daftar teks"),
        ("TIMEZONE = 8", "teks dalam tanda kutip"),
        ("PERIOD = ", r"config\.toml tidak dapat dibaca"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_cure(write, text, words):
    with pytest.raises(ConfigError, match=words):
        load(write(text), {})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TIMEZONE", "Asia/Bulungan", "TIMEZONE 'Asia/Bulungan' tidak dikenal. Pilih Asia/Jakarta"),
        ("TIMEZONE", "../../etc/passwd", "tidak dikenal"),
        ("TIMEZONE", "", "tidak dikenal"),
        ("PERIOD", "minggu", "Pilih month, quarter, half_year, year"),
        ("INSTRUMENT", "skm-2018", "INSTRUMENT: .*skm-2017"),
        ("CONVENTION", "0,1", "CONVENTION: "),
        ("LANGUAGES", [], "LANGUAGES kosong"),
        ("LANGUAGES", ["id", "xx"], "bahasa 'xx' belum ada. Yang ada: en, id"),
        ("LANGUAGES", ["id", "id"], "dua kali"),
        ("IDLE_WIPE", 20, "IDLE_WIPE harus lebih besar daripada IDLE_WARNING"),
        ("IDLE_WARNING", 0, "IDLE_WARNING harus dari 5"),
        ("MAX_BODY", 100, "MAX_BODY harus dari 8192"),
        ("MINIMUM_ANSWERS", 10, "MINIMUM_ANSWERS harus dari 0 sampai 9"),
        ("MINIMUM_ANSWERS", -1, "MINIMUM_ANSWERS|minimum"),
        ("PROXIES", -1, "PROXIES harus dari 0"),
        ("TRUSTED_HOSTS", ["https://x.go.id"], "bukan nama host"),
        ("SECURITY_CONTACT", "keamanan@contoh.go.id", "mailto:keamanan@contoh.go.id"),
        ("SECURITY_CONTACT", "https://x\nExpires: 1", "SECURITY_CONTACT"),
        ("SECURITY_CONTACT", "mailto:a b@c.id", "SECURITY_CONTACT"),
        ("DATABASE", "", "DATABASE kosong"),
        ("DATABASE", "folder/", "DATABASE kosong"),
        ("DATABASE", "mysql://root:rahasia@x/y", "DATABASE 'mysql://…' tidak dikenal"),
        ("DATABASE", "postgresql://skm:rahasia@server", "tanpa nama pangkalan data"),
        ("DATABASE", "postgres://[salah/skm", "salah tulis"),
        ("DATABASE", ":memory:", "tidak dikenal"),
    ],
)
def test_a_value_that_cannot_work_is_refused(tmp_path, name, value, words):
    with pytest.raises(ConfigError, match=words) as refused:
        load(tmp_path, {}, **{name: value})
    assert "rahasia" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "survei.contoh.go.id",
            "ftp://x",
            "http://",
            "http://x/skm",
            "https://x?a=1",
            "https://x#a",
            "https://x?",
        ),
        *(
            "https://nama:sandi@x",
            "http://x:99999",
            "http://x:0",
            "http://x y",
            "javascript:alert(1)",
            "http://[::1",
        ),
        "https://contoh\u202ego.id",
    ],
)
def test_a_base_address_is_a_bare_http_address(tmp_path, address):
    with pytest.raises(ConfigError, match="BASE_URL"):
        load(tmp_path, {}, BASE_URL=address)


@pytest.mark.parametrize(
    "address", ["https://survei.contoh.go.id", "http://192.168.1.7:8000/", "http://[::1]:8000"]
)
def test_a_good_base_address_carries_no_slash_at_its_end(tmp_path, address):
    assert load(tmp_path, {}, BASE_URL=address).base_url == address.rstrip("/")


@pytest.mark.parametrize("text", ["x", "-1", "1.0", "١", "1 2", ""])
def test_a_number_in_the_environment_is_a_whole_number(tmp_path, text):
    with pytest.raises(ConfigError, match="SKM_IDLE_WARNING harus bilangan bulat"):
        load(tmp_path, {"SKM_IDLE_WARNING": text})


def test_an_unclear_truth_in_the_environment_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="SKM_PROFILE harus true"):
        load(tmp_path, {"SKM_PROFILE": "mungkin"})


@pytest.mark.parametrize("key", ["", "short", "a" * 64, "12121212" * 8])
def test_a_server_does_not_start_with_a_key_that_others_can_guess(tmp_path, key):
    config = load(tmp_path, {}, SECRET_KEY=key)  # commands that serve nothing may run
    with pytest.raises(ConfigError, match="SECRET_KEY kosong, terlalu pendek, atau mudah ditebak"):
        config.require_secret()


def test_a_good_key_is_given_back(tmp_path):
    key = "4f1c9e3b7a2d5068c1e4f7092b3d6a85"
    assert load(tmp_path, {}, SECRET_KEY=key).require_secret() == key


def test_the_minimum_of_answers_reaches_the_convention(tmp_path):
    config = load(tmp_path, {}, MINIMUM_ANSWERS=5, CONVENTION="0.111")
    assert (config.convention.name, config.convention.minimum_answers) == ("0.111", 5)


def test_every_setting_is_explained_and_can_be_written_into_the_file(write):
    for setting in SETTINGS:
        assert len(setting.comment) > 10 and len(setting.meaning) > 10
    folder = write("\n".join(f"{setting.name} = {json.dumps(setting.default)}" for setting in SETTINGS))
    assert load(folder, {}).values == load(folder.parent, {}).values
