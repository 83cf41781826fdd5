"""skm calc as a user meets it: what it prints, what it refuses, what it leaves alone."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import main

U = [f"U{i}" for i in range(1, 10)]
# 32 rows with the sums of the public worked sheet: 105 104 110 109 113 110 111 110 110
SUMS = [105, 104, 110, 109, 113, 110, 111, 110, 110]


def _skm(*words, stdin=None):
    return CliRunner().invoke(main, ["calc", *map(str, words)], input=stdin)


def _refused(*words, stdin=None):
    """Exit code 2, nothing on standard output, one Indonesian sentence without traceback."""
    found = _skm(*words, stdin=stdin)
    assert found.exit_code == 2, found.output
    assert found.stdout == "" and "Traceback" not in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1
    return found.stderr


@pytest.fixture
def sheet(tmp_path, scores_of) -> Path:
    path = tmp_path / "isian.csv"
    rows = [",".join(map(str, row)) for row in scores_of(32, SUMS).tolist()]
    path.write_text("\n".join([",".join(U), *rows]) + "\n")
    return path


@pytest.fixture
def groups(tmp_path) -> Path:
    path = tmp_path / "layanan.csv"
    rows = [
        "KTP," + ",".join("4" * 9),
        "Akta," + ",".join("3" * 9),
        "KTP," + ",".join("2" * 9),
        "," + ",".join("1" * 9),
    ]
    path.write_text("\n".join(["layanan," + ",".join(U), *rows]) + "\n")
    return path


def test_the_json_object_has_the_figures_of_the_public_worked_sheet(sheet):
    """491/144 = 3.4097, x 25 = 85.24; U1 105/32 = 3.2813, weighted 0.3646, converted 82.03; with 0,11: 84.39."""
    found = json.loads(_skm(sheet, "--format", "json").stdout)
    promised = {
        "instrument": "skm-2017", "convention": "exact", "group": None, "n": 32, "incomplete": 0,
        "index": "3.4097", "index_exact": "491/144", "converted": "85.24", "grade": "B", "performance": "Baik",
    }  # fmt: skip
    assert promised.items() <= found.items()
    first = {
        "key": "persyaratan", "code": "U1", "n": 32, "sum": 105,
        "mean": "3.2813", "weighted": "0.3646", "converted": "82.03", "grade": "B",
    }  # fmt: skip
    assert first.items() <= found["elements"][0].items() and len(found["elements"]) == 9
    assert {"convention": "0.11", "converted": "84.39", "grade": "B"} in found["other_conventions"]
    assert found["interval"]["level"] == 0.95
    low, high, margin = (float(found["interval"][end]) for end in ("low", "high", "margin"))
    assert low < 85.24 < high and margin == pytest.approx((high - low) / 2, abs=0.011)


def test_the_order_taken_is_told(sheet):
    listed = json.loads(_skm(sheet, "--format", "json").stdout)
    asked = json.loads(_skm(sheet, "--format", "json", "--order", "sarana,pengaduan").stdout)
    assert (listed["order"], asked["order"]) == ("pengaduan,sarana", "sarana,pengaduan")
    assert listed["index"] == asked["index"]
    assert "U8 = pengaduan, U9 = sarana" in _skm(sheet).stdout
    assert "U8 = sarana, U9 = pengaduan" in _skm(sheet, "--order", "sarana,pengaduan").stdout


def test_the_table_is_indonesian_with_decimal_commas(sheet):
    text = _skm(sheet).stdout
    for words in (
        "Nilai IKM",
        "85,24",
        "B (Baik)",
        "3,4097  (tepatnya 491/144)",
        "1/9 (eksak)",
        "82,03",
        "0,3646",
    ):
        assert words in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_another_letter_under_another_convention_is_a_warning(tmp_path, scores_of):
    """Second semester 2020 of a public table: 77,33 B, with 0,11 76,56 C."""
    path = tmp_path / "isian.csv"
    rows = scores_of(345, [1037, 1038, 1033, 1197, 1039, 1039, 1044, 1043, 1135]).tolist()
    path.write_text("\n".join([",".join(U), *(",".join(map(str, row)) for row in rows)]))
    assert "PERINGATAN: mutu B bergantung pada konvensi hitung" in _skm(path).stdout
    assert "0.11 (76,56, mutu C)" in _skm(path).stdout


def test_the_warning_stays_away_when_all_agree(sheet):
    assert "PERINGATAN" not in _skm(sheet).stdout


def test_groups_come_as_a_list_in_alphabetical_order_with_the_unnamed_last(groups):
    found = json.loads(_skm(groups, "--by", "layanan", "--format", "json").stdout)
    assert [(r["group"], r["n"], r["converted"]) for r in found] == [
        ("Akta", 1, "75.00"),
        ("KTP", 2, "75.00"),
        ("", 1, "25.00"),
    ]
    text = _skm(groups, "--by", "layanan").stdout
    assert text.index("Akta") < text.index("KTP") < text.index("(kosong)")


def test_one_group_is_still_a_list(groups):
    path = groups.with_name("satu.csv")
    path.write_text("\n".join(groups.read_text().splitlines()[:2]))
    assert isinstance(json.loads(_skm(path, "--by", "layanan", "--format", "json").stdout), list)


def test_several_files_give_a_result_each(sheet, groups):
    found = json.loads(_skm(sheet, groups, "--format", "json").stdout)
    assert [(Path(r["group"]).name, r["n"]) for r in found] == [("isian.csv", 32), ("layanan.csv", 4)]


def test_standard_input_is_read(sheet):
    found = _skm("-", "--format", "json", stdin=sheet.read_bytes())
    assert json.loads(found.stdout)["converted"] == "85.24"
    assert "masukan standar: " in _refused("-", stdin=b"U1\n1\n")


def test_the_csv_has_a_line_per_element_with_the_figures_of_the_json(groups):
    lines = list(csv.DictReader(io.StringIO(_skm(groups, "--by", "layanan", "--format", "csv").stdout)))
    objects = json.loads(_skm(groups, "--by", "layanan", "--format", "json").stdout)
    assert len(lines) == 3 * 9
    for line, (one, e) in zip(lines, [(o, e) for o in objects for e in o["elements"]], strict=True):
        assert (line["group"], line["index_converted"]) == (one["group"], one["converted"])
        assert [line[k] for k in ("key", "mean", "weighted", "converted")] == [
            e[k] for k in ("key", "mean", "weighted", "converted")
        ]


def test_a_group_called_like_a_formula_is_harmless_in_a_spreadsheet(tmp_path):
    path = tmp_path / "isian.csv"
    path.write_text("unit," + ",".join(U) + "\n=1+1," + ",".join("3" * 9) + "\n")
    assert "\n'=1+1," in _skm(path, "--by", "unit", "--format", "csv").stdout


def test_control_characters_of_a_group_do_not_reach_the_terminal(tmp_path):
    path = tmp_path / "isian.csv"
    path.write_text("unit," + ",".join(U) + "\n\x1b[31mMerah," + ",".join("3" * 9) + "\n")
    assert "\x1b" not in _skm(path, "--by", "unit").stdout


def test_a_pdf_is_made_of_the_same_figures(sheet, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    target = tmp_path / "ikm.pdf"
    assert _skm(sheet, "-o", target).exit_code == 0
    text = "".join(page.extract_text() for page in pypdf.PdfReader(target).pages)
    assert "85,24" in text


def test_the_suffix_of_the_output_names_its_form(sheet, tmp_path):
    target = tmp_path / "hasil.json"
    assert _skm(sheet, "-o", target).exit_code == 0
    assert json.loads(target.read_text())["n"] == 32


def test_leniency_lists_what_it_did_not_count(tmp_path):
    path = tmp_path / "isian.csv"
    path.write_text(",".join(U) + "\n3,3,x,3,3,3,3,3,3\n4,4,4,4,4,4,4,4,4\n")
    assert "baris 2, kolom U3: 'x' bukan nilai" in _refused(path)
    found = _skm(path, "--lenient")
    assert (
        found.exit_code == 0 and "1 nilai yang salah dianggap tidak dijawab: baris 2 U3 'x'" in found.stdout
    )
    machine = _skm(path, "--lenient", "--format", "json")
    assert json.loads(machine.stdout)["incomplete"] == 1 and "baris 2 U3 'x'" in machine.stderr


def test_a_minimum_leaves_out_responses_and_says_so(tmp_path):
    path = tmp_path / "isian.csv"
    path.write_text("resp," + ",".join(U) + "\n1,4,4,4,4,4,4,4,4,4\n2,1,,,,,,,,\n3,,,,,,,,,\n")
    everyone = _skm(path).stdout
    assert "1 baris tidak menjawab satu unsur pun dan tetap dihitung" in everyone
    found = _skm(path, "--minimum", 5)
    assert "2 isian dengan kurang dari 5 jawaban tidak dihitung" in found.stdout and "100,00" in found.stdout


def test_a_minimum_that_nobody_reaches_gives_no_index(tmp_path):
    path = tmp_path / "isian.csv"
    path.write_text(",".join(U) + "\n1,,,,,,,,\n")
    assert "tidak dapat dihitung: belum ada isian" in _skm(path, "--minimum", 9).stdout
    found = json.loads(_skm(path, "--format", "json").stdout)
    assert (found["index"], found["index_exact"], found["grade"], found["interval"]) == (None,) * 4
    assert "tidak ada jawaban untuk Sistem, Mekanisme, dan Prosedur" in _skm(path).stdout


def test_a_population_narrows_the_interval_and_names_the_target(sheet):
    free = json.loads(_skm(sheet, "--format", "json").stdout)["interval"]
    bound = json.loads(_skm(sheet, "--format", "json", "--population", 100).stdout)
    assert float(free["low"]) < float(bound["interval"]["low"])
    assert bound["target"] == 80  # Krejcie and Morgan, N = 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--convention", "0.1111"], "Konvensi hitung '0.1111' tidak dikenal"),
        (["--convention", "0.071"], "tidak cocok untuk skm-2017"),
        (["--instrument", "skm-1999"], "'skm-1999' tidak dikenal"),
        (["--instrument", "ikm-2004"], "kolom U10, U11, U12, U13, U14 tidak ada"),
        (["--by", "layanan"], "kolom 'layanan' untuk --by tidak ada"),
        (["--order", "a,b"], "urutan 'a,b' tidak dikenal"),
        (["--population", "100", "--by", "U1"], "--population hanya untuk satu hasil"),
        (["--format", "docx"], "docx"),
        (["--minimum", "-1"], "-1"),
        (["--population", "0"], "0"),
        (["--unknown"], "--unknown"),
    ],
)
def test_a_mistake_in_the_call_is_one_sentence(sheet, words, message):
    assert message in _refused(sheet, *words)


def test_no_file_a_missing_file_and_a_folder_are_mistakes(tmp_path):
    assert "Sebutkan berkas isian" in _refused()
    assert "tidak ditemukan" in _refused(tmp_path / "tidak-ada.csv")
    assert "adalah folder" in _refused(tmp_path)
    assert "tidak dapat dibuka" in _refused("a\0b")


@pytest.mark.parametrize(
    "content", [b"", b"\0\1\2" * 100, b"PK\x03\x04" + b"x" * 50, b"\xff\xfe\xfd", b"\xe9,U1\n", b"\n\n"]
)
def test_a_file_of_another_kind_is_a_mistake(tmp_path, content):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    assert "data.csv: " in _refused(path)


def test_the_answers_are_not_overwritten_by_their_result(sheet):
    before = sheet.read_bytes()
    assert "adalah berkas isian itu sendiri" in _refused(sheet, "-o", sheet)
    assert sheet.read_bytes() == before


def test_a_mistake_leaves_an_older_result_alone(sheet, tmp_path):
    target = tmp_path / "hasil.json"
    target.write_text("lama")
    _refused(sheet, "--by", "tidak ada", "-o", target)
    assert target.read_text() == "lama"
    assert sorted(os.listdir(tmp_path)) == ["hasil.json", "isian.csv"]
    assert "folder" in _refused(sheet, "-o", tmp_path)
    assert "Tidak dapat menulis di folder" in _refused(sheet, "-o", tmp_path / "tidak" / "ada.json")


def test_a_binary_result_is_not_poured_onto_a_terminal(sheet):
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    command = [
        sys.executable,
        "-c",
        "from survey.cli import main; main()",
        "calc",
        str(sheet),
        "--format",
        "pdf",
    ]
    found = subprocess.run(command, stdout=follower, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(follower)
    os.close(leader)
    assert found.returncode == 2 and "tambahkan -o hasil.pdf" in found.stderr


def test_help_shows_an_example_and_every_convention():
    text = _skm("--help").stdout
    for words in ("skm calc isian.csv", "exact", "0.111", "0.071", "-nrr2", "-weighted2", "ikm-2004"):
        assert words in text


def test_other_formulas_follow_the_result(sheet):
    """Public sheet, 85,24; with 0,11 it is 84,3906 (published), 0,85 less."""
    text = _skm(sheet, "--explain").stdout
    head, _, after = text.partition("RUMUS LAIN ATAS ISIAN YANG SAMA (hitungan ini: 85,24, mutu B)")
    assert "Nilai IKM" in head
    (line,) = [line for line in after.splitlines() if line.startswith("Bobot 0,11 ")]
    assert line.split()[2:] == ["84,39", "−0,85", "B"]
    assert "jawaban terbaik pun hanya mencapai 99,00" in " ".join(after.split())
    assert "Sama dengan hitungan ini: " in after
    assert "RUMUS LAIN" not in _skm(sheet).stdout


def test_the_json_has_the_other_formulas_and_the_source_of_a_printed_value(sheet):
    found = json.loads(_skm(sheet, "--printed", "84,39", "--format", "json").stdout)
    one = next(one for one in found["explain"] if one["name"] == "bobot-2-desimal")
    assert (one["converted"], one["grade"], one["difference"], one["same"]) == ("84.39", "B", "-0.85", False)
    assert [match["name"] for match in found["printed"]["matches"]] == ["bobot-2-desimal"]
    assert "explain" not in json.loads(_skm(sheet, "--format", "json").stdout)


def test_a_printed_value_names_its_formula_in_words(sheet):
    assert "Nilai tercetak 84,39 dihasilkan oleh: Bobot 0,11." in _skm(sheet, "--printed", "84.39").stdout
    assert "Nilai tercetak 85,24 sama dengan hitungan ini." in _skm(sheet, "--printed", "85,24").stdout
    none = " ".join(_skm(sheet, "--printed", "12,3").stdout.split())
    assert "tidak dihasilkan oleh satu pun rumus ini; yang terdekat: Dikalikan 25/4 (21,3)" in none


def test_every_group_is_explained_by_its_name(groups):
    """Akta: one person of four, all 3; divided by all four 3/4 x 25 = 18,75."""
    text = _skm(groups, "--by", "layanan", "--explain").stdout
    akta = text.partition("Kelompok: Akta\nRUMUS LAIN")[2].partition("Kelompok:")[0]
    assert "Dibagi responden seluruh kelompok" in akta and "18,75" in akta


def test_many_groups_are_explained_in_json_only(tmp_path):
    path = tmp_path / "banyak.csv"
    rows = [f"L{i:02}," + ",".join("3" * 9) for i in range(21)]
    path.write_text("\n".join(["layanan," + ",".join(U), *rows]))
    text = _skm(path, "--by", "layanan", "--explain").stdout
    assert (
        "RUMUS LAIN" not in text and "Rumus lain tidak ditampilkan (21 kelompok); pakai --format json" in text
    )
    found = json.loads(_skm(path, "--by", "layanan", "--explain", "--format", "json").stdout)
    assert all(result["explain"] for result in found)


@pytest.mark.parametrize("form", ["csv", "pdf", "xlsx"])
def test_other_formulas_are_for_table_and_json_only(sheet, tmp_path, form):
    assert "table atau json" in _refused(sheet, "--explain", "--format", form, "-o", tmp_path / f"x.{form}")


@pytest.mark.parametrize("words", ["baik", "", "-1", "1e3", "90,56%"])
def test_a_printed_value_that_is_no_number_is_refused(sheet, words):
    assert "bukan nilai" in _refused(sheet, f"--printed={words}")
