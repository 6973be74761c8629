"""Cases of agreement: a second coder made from the reference, and measures that are computed."""

from __future__ import annotations

import json

import pytest

from casekit import catalogue, charts
from casekit.tables import CaseError

COLUMNS = "id,codes,source_ids"
ROWS = ["a,red,case:office", "b,red;blue,case:office", "c,,case:paper", "d,blue,case:paper"]
FIGURE = """\
[cases]
form = "agreement cases"
table_name = "notes"
title = "Small samples"
description = "Two coders."
unit = "id"
codes = "codes"

[[cases.cases]]
heading = "One missed"
code = "red"
drop = ["b"]
add = []

[[cases.cases]]
heading = "Alike"
code = "blue"
drop = []
add = []

[[cases.cases]]
heading = "Turned round"
code = "red"
drop = ["a", "b"]
add = ["c", "d"]
"""


@pytest.fixture
def case(small_case):
    package = small_case.root / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    resource = small_case.resource("notes", COLUMNS.split(","))
    for field in resource["schema"]["fields"]:
        if field["name"] == "codes":
            field |= {"type": "list", "delimiter": ";"}
    content["resources"].append(resource)
    small_case.write("data/datapackage.json", json.dumps(content))
    small_case.write("data/tables/notes.csv", "\n".join([COLUMNS, *ROWS]) + "\n")
    small_case.write("data/figures/01-a.toml", FIGURE)
    return small_case


def page(case, old: str = "", new: str = "") -> str:
    if old:
        assert old in FIGURE
        case.write("data/figures/01-a.toml", FIGURE.replace(old, new, 1))
        catalogue.forget()
    return charts.draw("cases", catalogue.figures()["cases"]).html()


def test_agreement_is_computed_from_the_marks(case):
    """By hand: of 8 values 3 are yes, D_o = 2, D_e = 30/7, alpha = 1 - 14/30 = 0.533."""
    said = page(case)
    first = said.split("Alike (blue)")[0]
    assert "Percent agreement is 75%, over 4 units." in first
    assert "Kappa is 0.500, over 4 units." in first
    assert "Alpha is 0.533, over 4 units." in first
    assert "nothing that rests on this code is reported" in first


def test_coders_who_are_alike_may_report_and_opposites_may_not(case):
    said = page(case)
    _, alike, turned = said.replace("Turned round (red)", "Alike (blue)").split("<p><strong>Alike")
    assert "Alpha is 1.000" in alike and "may be reported" in alike
    assert "Percent agreement is 0%" in turned and "Kappa is -1.000" in turned


def test_every_unit_has_a_column_and_both_coders_a_row(case):
    first = page(case).split("Alike (blue)")[0]
    for name in "abcd":
        assert f">{name}</th>" in first
    assert first.count('<th scope="row"') == 2
    assert (first.count(">yes</td>"), first.count(">–</td>")) == (3, 5)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('drop = ["b"]', 'drop = ["c"]', "red does not stand in c"),
        ('drop = ["b"]', 'drop = ["z"]', "red does not stand in z"),
        ("add = []", 'add = ["a"]', "a must be a unit without it"),
        ("add = []", 'add = ["z"]', "z must be a unit without it"),
        ("add = []\n", "", "cases: each is"),
    ],
)
def test_a_case_that_cannot_be_is_refused_with_a_sentence(case, old, new, says):
    with pytest.raises(CaseError, match=says):
        page(case, old, new)
