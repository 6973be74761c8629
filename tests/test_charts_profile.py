"""Profiles: counts as the table has them, few units said in words, a cross where there is none."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from casekit import catalogue, charts
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = "name,codes,lead,who,event,source_ids"
ROWS = [
    "n1,red;blue,red,Ann,2019-05-01,case:office",
    "n2,red,red,Ann,2019-05-01,case:office",
    "n3,,,Bob,2020-01-02,case:paper",
    "n4,blue,blue,Bob,,case:paper",
    "n5,blue,blue,Cem,2020-01-02,case:paper",
]
FIGURE = """\
[who]
form = "profile"
table_name = "notes"
title = "Who says what"
description = "Colours by speaker."
unit = "note"
units = "notes"
category = "codes"
categories = ["red", "blue", "green"]
first = "lead"
group = "who"
group_labels = { Ann = "Ann|of A", Bob = "both others", Cem = "both others" }
few = 3
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


def drawn(case, old: str = "", new: str = ""):
    if old:
        assert old in FIGURE
        case.write("data/figures/01-a.toml", FIGURE.replace(old, new))
        catalogue.forget()
    return charts.draw("who", catalogue.figures()["who"])


def counted(figure) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (row["group"], row["category"]): (row["notes with it"], row["notes in all"])
        for row in figure.data.to_dict("records")
    }


def test_every_group_and_category_is_counted(case):
    assert counted(drawn(case)) == {
        ("Ann of A", "red"): (2, 2),
        ("Ann of A", "blue"): (1, 2),
        ("Ann of A", "green"): (0, 2),
        ("both others", "red"): (0, 3),
        ("both others", "blue"): (2, 3),
        ("both others", "green"): (0, 3),
    }


def test_the_table_says_how_often_a_category_leads_and_its_share(case):
    rows = {(r["group"], r["category"]): r for r in drawn(case).data.to_dict("records")}
    assert rows["Ann of A", "red"]["leads the note"] == 2
    assert rows["Ann of A", "blue"]["leads the note"] == 0
    assert rows["both others", "blue"]["share (per cent)"] == 67


def test_few_units_are_said_in_words_and_drawn_hollow(case):
    figure = drawn(case)
    assert any("Ann of A (2 notes)" in line for line in figure.key)
    assert not any("both others" in line for line in figure.key)
    spec = figure.charts[0].to_dict()
    (values,) = spec["datasets"].values()
    assert {one["name"]: one["few"] for one in values} == {"Ann of A": True, "both others": False}
    assert len(drawn(case, "few = 3", "few = 1").key) == 1


def test_counts_are_printed_and_none_is_a_cross_not_an_empty_place(case):
    spec = drawn(case).charts[0].to_dict()
    marks = [layer["mark"] for layer in spec["layer"]]
    assert [mark["type"] for mark in marks] == ["point", "text", "text"]
    assert marks[1]["text"] == "×"
    (values,) = spec["datasets"].values()
    assert len(values) == 6
    assert {one["said"] for one in values} == {"2 of 2", "1 of 2", "0 of 2", "2 of 3", "0 of 3"}
    assert spec["width"] == "container"


def test_the_description_reads_the_grid_and_lists_absences_of_large_groups_only(case):
    said = drawn(case).charts[0].to_dict()["description"]
    assert said.startswith("Colours by speaker. Ann of A, 2 notes: red in 2, blue in 1.")
    assert said.endswith("both others, 3 notes: blue in 2; in none: red, green.")


def test_a_note_is_there_only_where_units_carry_several(case):
    assert "can carry several" in drawn(case).key[0]
    only = 'keep = { name = ["n2", "n4", "n5"] }\nfirst = "lead"'
    assert "can carry several" not in drawn(case, 'first = "lead"', only).key[0]


def test_the_group_can_stand_in_another_table(case):
    figure = drawn(
        case,
        FIGURE[FIGURE.index('group = "who"') : FIGURE.index("\nfew")],
        'group = "kind"\nlook_up = { table = "events", by = "event", id = "date" }\n'
        'group_labels = { warm = "warm", cool = "cool", "" = "no event" }',
    )
    found = {group: of for (group, _), (_, of) in counted(figure).items()}
    assert found == {"warm": 2, "cool": 2, "no event": 1}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (', Cem = "both others"', "", "no label for Cem"),
        ('"red", "blue", "green"', '"red", "green"', "blue is not among them"),
        ('group = "who"', 'group = "who"\nlook_up = { table = "events" }', "look_up"),
        (
            'group = "who"',
            'group = "kind"\nlook_up = { table = "events", by = "who", id = "date" }',
            "no row Ann",
        ),
        (
            'group = "who"',
            'group = "text"\nlook_up = { table = "events", by = "event", id = "row" }',
            "not unique",
        ),
        ('description = "Colours by speaker."', 'description = " "', "description"),
    ],
)
def test_a_wrong_figure_is_refused_with_a_sentence(case, old, new, says):
    with pytest.raises(CaseError, match=says):
        drawn(case, old, new)


def test_more_than_four_groups_stand_in_panels_each_with_its_own_words(case):
    names = [f"P{n}" for n in range(7)]
    lines = [f"n{n},red,red,{name},,case:office" for n, name in enumerate(names)]
    case.write("data/tables/notes.csv", "\n".join([COLUMNS, *lines]) + "\n")
    labels = ", ".join(f'{name} = "{name}"' for name in names)
    old = FIGURE[FIGURE.index("group_labels") : FIGURE.index("\nfew")]
    figure = drawn(case, old, f"group_labels = {{ {labels} }}")
    assert figure.captions == ("Who says what (1 of 2)", "Who says what (2 of 2)")
    first, second = (chart.to_dict()["description"] for chart in figure.charts)
    assert "P3, 1 note" in first and "P4" not in first
    assert "P4, 1 note" in second and "P6, 1 note" in second and "P3" not in second
    assert len(figure.data) == 21


def test_the_profiles_of_the_case_count_what_the_tables_hold(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    with (ROOT / "data/tables/segments.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["set"] in ("practice", "main", "reserve")]
    assert len(rows) == 28
    figure = charts.draw("x", catalogue.figures()["frames_by_country"])
    found = {(r["group"], r["category"]): r for r in figure.data.to_dict("records")}
    for label, code in (("Japan's officials", "JP"), ("South Korea's officials", "KR")):
        of = [r["codes_ref"].split(";") for r in rows if r["country"] == code]
        for frame in ("PROCESS", "PARTNER", "HISTORY", "ECON"):
            assert found[label, frame]["segments with it"] == sum(frame in one for one in of)
            assert found[label, frame]["segments in all"] == len(of)
    catalogue.forget()
