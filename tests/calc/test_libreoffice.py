"""LibreOffice recomputes our workbooks from the answers alone and finds our values.

Every stored value is made wrong before, so that a figure which was only copied would be seen. One start of
LibreOffice, with a profile of its own, converts all books.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

import numpy as np
import pytest

from calc.instruments.reader import instrument
from calc.render.xlsx import book, workbook
from calc.report.data import ReportData
from calc.report.tabulation import index_label, recomputed
from calc.scoring.convention import convention, usual_names
from calc.scoring.index import result
from calc.scoring.tally import Tally
from tests.report_data import ABOUT, counted, invented, report_data

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice tidak terpasang"),
]

SKM = instrument("skm-2017")
WRONG = 77.25  # stored in every formula's cell before LibreOffice reads the book
# Always recalculate on load: LibreOffice's own default is to trust what is stored.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def of_sums(n, totals):
    """n complete answers with these sums of the columns."""
    rows = np.arange(n)
    return np.stack([t // n + (rows < t % n) for t in totals], axis=1).astype(np.uint8)


def at_the_halves(chosen):
    """Report data whose services lie exactly between two printed values, where a float's last bit decides.

    200 answers with sum S over nine elements: IKM = S / 72 with weights 1/9, which ends in 5 thousandths when
    S is an odd multiple of 9. With 0,11 it is S x 0,01375: every fourth S, and so on; all neighbours are tried too.
    """
    parts = []
    for total in [*range(5500, 5560), *range(6120, 6160), *range(6290, 6370)]:
        scores = of_sums(200, [total // 9 + (i < total % 9) for i in range(9)])
        parts.append(counted(SKM, scores, chosen, replace(ABOUT, service=f"Layanan {total}", population=900)))
    return replace(report_data(300, 0, name=chosen), services=tuple(parts))


def several():
    """Two elements of unequal weight, the first with two questions, and blanks."""
    (one, two, *_), (first, second, *_) = SKM.elements, SKM.items
    elements = (replace(one, weight=Fraction(1, 4)), replace(two, weight=Fraction(3, 4)))
    asked = replace(SKM, elements=elements, items=(first, replace(first, key="lagi"), second))
    scores = np.array([[4, 2, 1], [3, 0, 2], [1, 4, 4]], np.uint8)
    return asked, scores


@pytest.fixture(scope="session")
def many_reports():
    """Name -> report data: every convention, blanks, fourteen elements, one answer, none, an element without any."""
    found = {name: report_data(300, 3, name=name, blanks=0.1) for name in usual_names(SKM)}
    found["exact-nrr2"] = report_data(120, 2, name="exact-nrr2")
    found |= {
        f"fourteen {n}": report_data(60, 2, key="ikm-2004", name=n) for n in ("exact", "0.071-weighted2")
    }
    found |= {f"n={n}": report_data(n, 1) for n in (0, 1, 2)}
    found |= {rule: report_data(91, 4, rule=rule, blanks=0.05) for rule in ("services", "visits")}
    empty = invented(40, 9)
    empty[:, 4] = 0
    found["one element open"] = report_data(answers=empty, services=2)
    # 5.000 answers, sum 158.949: IKM = 158949 / 45000 x 25 = 88,305, which is printed 88,31 and is an A
    found["border"] = report_data(answers=of_sums(5000, [17661] * 9), services=0, remarks=False)
    asked, scores = several()
    found["several questions"] = ReportData(_group(asked, "exact", scores, None)[0], asked, scores=scores)
    halves = {name: at_the_halves(name) for name in usual_names(SKM)}
    return found | {f"halves {name}": one for name, one in halves.items()}


@pytest.fixture(scope="session")
def groups():
    """Name -> (questionnaire, convention, groups) of the workbooks of `skm calc`."""
    blanks = of_sums(40, [130, 128, 140, 150, 121, 133, 144, 100, 119])
    blanks[3:9, 2] = 0
    blanks[0, :] = 0
    empty = blanks.copy()
    empty[:, 4] = 0
    three = (blanks, empty, np.zeros((0, 9), np.uint8))
    asked, scores = several()
    return {
        "calc several": (asked, "exact", [_group(asked, "exact", scores, "a")]),
        "calc exact": (
            SKM,
            "exact",
            [_group(SKM, "exact", scores, f"{i}") for i, scores in enumerate(three)],
        ),
        "calc rounded": (SKM, "0.111-nrr2-weighted2", [_group(SKM, "0.111-nrr2-weighted2", blanks, "a")]),
    }


def _group(asked, chosen, scores, name):
    complete = Tally.of_scores(scores[(scores > 0).all(axis=1)], 4)
    found = result(asked, Tally.of_scores(scores, 4), convention(chosen), group=name, complete_tally=complete)
    return found, scores


@pytest.fixture(scope="session")
def recalculated(tmp_path_factory, many_reports, groups):
    """Name -> the workbook after LibreOffice has computed it."""
    folder = tmp_path_factory.mktemp("libreoffice")
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    books = {name: book(one) for name, one in many_reports.items()}
    books |= {name: workbook(of, asked, convention(chosen)) for name, (asked, chosen, of) in groups.items()}
    files = {name: folder / f"{number}.xlsx" for number, name in enumerate(books)}
    for name, data in books.items():
        files[name].write_bytes(spoiled(data))
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(folder / "out"), *map(str, files.values())]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {
        name: openpyxl.load_workbook(folder / "out" / file.name, data_only=True)
        for name, file in files.items()
    }


def spoiled(data):
    """The workbook with a wrong value in every cell that a formula computes."""
    buffer = io.BytesIO()
    wrong = f"</f><v>{WRONG}</v>".encode()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb' t="str"(>)(<f>)', rb"\1\2", content)
                content = re.sub(rb"</f><v>[^<]*</v>", wrong, content)
            new.writestr(name, content)
    return buffer.getvalue()


def same(found, expected):
    """Printed values to the last digit; exact ones as near as a float comes; no value as an empty cell."""
    if expected is None:
        return found in (None, "")
    if isinstance(expected, Fraction):
        return found == pytest.approx(float(expected), rel=1e-12)
    return found == (expected if isinstance(expected, str | int) else float(expected))


def differing(pairs):
    """Labels of the figures where LibreOffice's value is not ours."""
    return {label: (found, expected) for label, found, expected in pairs if not same(found, expected)}


def test_the_values_were_wrong_before(many_reports):
    sheet = openpyxl.load_workbook(io.BytesIO(spoiled(book(many_reports["n=1"]))), data_only=True)["Layanan"]
    assert sheet["D6"].value == WRONG


def test_sums_means_index_and_grades_below_the_answers_are_ours(many_reports, recalculated):
    wrong = {name: differing(_answers(recalculated[name], one)) for name, one in many_reports.items()}
    assert {name: figures for name, figures in wrong.items() if figures} == {}


def _answers(found, made):
    sheet, own = found["Pengolahan data"], recomputed(made)
    rows = {
        row[0]: row[1:] for row in sheet.iter_rows(min_row=9, values_only=True) if isinstance(row[0], str)
    }
    names = (
        "Σ Nilai/Unsur",
        "Jumlah jawaban",
        "NRR/Unsur",
        "NRR tertimbang/Unsur",
        "Nilai/Unsur",
        "Mutu/Unsur",
    )
    items = [len(made.instrument.items_of(e.key)) for e in own.elements]
    for at, e in zip(accumulate([0, *items[:-1]]), own.elements, strict=True):
        ours = (e.total, e.n, e.mean, e.weighted, e.converted, e.grade)
        for label, expected in zip(names, ours, strict=True):
            yield f"{label} {e.code}", rows[label][at], expected
        for score, count in enumerate(e.counts, start=1):
            yield f"{score} {e.code}", rows[f"Jawaban bernilai {score}"][at], count
    yield "NI", rows["Jumlah NRR tertimbang *)"][0], own.index
    yield "IKM", rows[index_label(made, own)][0], own.converted
    yield "Mutu", rows["Mutu pelayanan"][0], own.grade
    yield "IKM above", sheet["B6"].value, own.converted
    yield "Mutu above", sheet["C6"].value, own.grade


def test_every_service_is_computed_from_its_sums_as_we_do_also_on_the_halves(many_reports, recalculated):
    wrong = {name: differing(_services(recalculated[name], one)) for name, one in many_reports.items()}
    assert {name: figures for name, figures in wrong.items() if figures} == {}


def _services(found, made):
    rows = {row[0]: row[1:] for row in found["Layanan"].iter_rows(min_row=6, values_only=True) if row[0]}
    parts = [(part.about.service, part) for part in made.services]
    for name, part in [*parts, ("Seluruh isian unit", recomputed(made))]:
        n, ni, ikm, grade = rows[name][:4]
        yield from ((f"n {name}", n, part.n), (f"NI {name}", ni, part.index))
        yield from ((f"IKM {name}", ikm, part.converted), (f"Mutu {name}", grade, part.grade))
    for rule in made.roll_ups:
        yield rule.name, rows[rule.name][2], rule.converted


def test_the_halves_are_halves(many_reports):
    """So that the test above tries what it says: some values end in 5 thousandths exactly."""
    services = many_reports["halves exact"].services
    assert sum((one.index * 25 * 1000) % 10 == 5 for one in services) >= 10
    assert many_reports["border"].result.index * 25 == Fraction("88.305")
    assert many_reports["border"].result.grade == "A"


def test_shares_of_the_respondents_add_up(recalculated):
    rows = list(recalculated["exact"]["Profil"].iter_rows(min_row=5, values_only=True))
    sums = [row for row in rows if row[0] == "Jumlah"]
    assert len(sums) >= 5 and all(row[1] == 300 and row[2] == 1 for row in sums)
    assert all(
        row[2] in (None, "")
        for row in recalculated["n=0"]["Profil"].iter_rows(min_row=6, values_only=True)
        if row[0] == "Jumlah"
    )


def test_the_workbooks_of_skm_calc_are_recomputed_too(groups, recalculated):
    wrong = {}
    for name, (_, _, of) in groups.items():
        for sheet, (found, _) in zip(recalculated[name].worksheets, of, strict=True):
            wrong |= {f"{name} {sheet.title}: {k}": v for k, v in differing(_calc(sheet, found)).items()}
    assert wrong == {}


def _calc(sheet, found):
    rows = {row[1]: row[2:9] for row in sheet.iter_rows(max_row=18, max_col=9, values_only=True) if row[1]}
    yield "IKM", rows["IKM"][4], found.converted
    yield "Mutu", rows["Mutu pelayanan"][4], found.grade
    for e in found.elements:
        total, n, _, mean, weighted, converted, grade = rows[e.name]
        for label, value, expected in (
            ("Σ", total, e.total),
            ("n", n, e.n),
            ("NRR", mean, e.mean),
            ("weighted", weighted, e.weighted),
            ("NIK", converted, e.converted),
            ("grade", grade, e.grade),
        ):
            yield f"{label} {e.code}", value, expected
