"""Several counts: nothing joined, zero and not counted never alike, one scale for all."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from casekit import catalogue, charts
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
V5 = "application/vnd.vegalite.v5+json"
COLUMNS = "who,year,number,rule,source_ids"
ROWS = [
    "a,2001,3,Every knock.,case:office",
    "a,2002,0,Every knock.,case:office",
    "a,2003,8,Every knock.,case:office",
    "a,2009,99,Every knock.,case:archive",
    "b,2003,5,Every visitor.,case:paper",
]
FIGURE = """\
[knocks]
form = "several counts"
table_name = "knocks"
title = "Knocks"
description = "One panel a rule."
rule = "who"
rule_labels = { a = "at the door", b = "let in" }
year = "year"
value = "number"
definition = "rule"
span = [2001, 2004]
unit = "number"
partial = { b = [2003] }
"""


@pytest.fixture
def case(small_case):
    package = small_case.root / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    resource = small_case.resource("knocks", COLUMNS.split(","))
    for field in resource["schema"]["fields"]:
        field["type"] = {"year": "year", "number": "integer"}.get(field["name"], field["type"])
    content["resources"].append(resource)
    small_case.write("data/datapackage.json", json.dumps(content))
    small_case.write("data/tables/knocks.csv", "\n".join([COLUMNS, *ROWS]) + "\n")
    small_case.write("data/figures/01-a.toml", FIGURE)
    return small_case


def drawn(name: str = "knocks"):
    return charts.draw(name, catalogue.figures()[name])


def specs(figure) -> list[dict]:
    return [bundle[V5] for bundle in figure.bundles() if V5 in bundle]


def layers(spec: dict) -> dict[str, tuple[dict, list[dict]]]:
    """Every layer by the type of its mark: encoding and rows."""
    found = {}
    for layer in spec["layer"]:
        data = layer.get("data", spec.get("data"))
        found[layer["mark"]["type"]] = (layer["encoding"], spec["datasets"][data["name"]])
    return found


def test_a_panel_for_each_rule_and_the_same_scales(case):
    figure = drawn()
    assert figure.captions == ("Knocks: at the door", "Knocks: let in")
    scales = [
        json.dumps([layers(one)["point"][0][axis]["scale"] for axis in "xy"])
        for one in specs(figure)
    ]
    assert len(scales) == 2 and len(set(scales)) == 1
    assert all(one["width"] == "container" for one in specs(figure))


def test_no_mark_joins_two_years(case):
    for one in specs(drawn()):
        assert {"line", "area", "trail"}.isdisjoint(layers(one))


def test_a_zero_that_was_counted_is_a_mark_and_a_year_not_counted_is_a_band(case):
    first, second = specs(drawn())
    points = layers(first)["point"][1]
    assert {row["year"]: row["value"] for row in points} == {2001: 3, 2002: 0, 2003: 8}
    bands = layers(first)["rect"][1]
    assert [(row["year"], row["end"]) for row in bands] == [(2003.5, 2004.5)]
    bands = layers(second)["rect"][1]
    assert [(row["year"], row["end"]) for row in bands] == [(2000.5, 2002.5), (2003.5, 2004.5)]


def test_part_of_a_year_is_drawn_hollow(case):
    encoding, rows = layers(specs(drawn())[1])["point"]
    assert [row["known"] for row in rows] == ["part of the year"]
    fill = dict(zip(*(encoding["fill"]["scale"][k] for k in ("domain", "range")), strict=True))
    assert fill["part of the year"] != fill["whole year"]


def test_the_description_tells_zero_from_not_counted(case):
    first, second = (one["description"] for one in specs(drawn()))
    assert "highest 8 in 2003; counted, and zero, in 2002; not counted in 2004." in first
    assert "counted in part in 2003; not counted in 2001 to 2002 and 2004." in second


def test_definitions_stand_under_the_charts_and_years_outside_are_not_there(case):
    figure = drawn()
    assert "at the door: Every knock." in figure.note
    assert "let in: Every visitor." in figure.note
    assert 2009 not in figure.data["year"].tolist()
    assert set(figure.sources) == {"case:office", "case:paper"}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("figures/01-a.toml", ', b = "let in" }', " }", "rule_labels: no label for b"),
        ("figures/01-a.toml", "{ b = [2003] }", "{ b = [2001] }", "has no count for all"),
        ("tables/knocks.csv", "a,2002,0,Every", "a,2001,0,Every", "two values"),
        ("tables/knocks.csv", "a,2002,0,Every knock.", "a,2002,0,Loud.", "one definition"),
        ("figures/01-a.toml", '"One panel a rule."', '" "', "say in a sentence"),
    ],
)
def test_what_would_mix_counts_is_refused(case, name, old, new, said):
    case.replace(f"data/{name}", old, new)
    with pytest.raises(CaseError) as error:
        drawn()
    assert said in str(error.value)


def test_the_figure_of_the_case_holds_the_numbers_of_the_table(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    entries = catalogue.figures()["missiles"]
    with (ROOT / "data/tables/missile_tests.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first, last = entries["span"]
    assert last == 2025, "Later counts belong behind a reveal."
    for name, one in zip(entries["rule_labels"], specs(drawn("missiles")), strict=True):
        points = {row["year"]: row["value"] for row in layers(one)["point"][1]}
        wanted = {
            int(row["year"]): float(row["launches"])
            for row in rows
            if row["series"] == name and first <= int(row["year"]) <= last
        }
        assert points == wanted
    part = {
        (row["series"], int(row["year"]))
        for row in rows
        if row["note"].startswith("Partial year") and int(row["year"]) <= last
    }
    marked = {(name, at) for name, years in entries["partial"].items() for at in years}
    assert part == marked
    catalogue.forget()
