"""A dossier: what is unknown says so, and no row is lost."""

from __future__ import annotations

import json
import re

import pytest

from casekit import catalogue, charts
from casekit.tables import CaseError

COLUMNS = "name,theme,before,now,confidence,source_ids"
ROWS = [
    "Apples,fruit,2,3 baskets,high,case:paper",
    "Pears,fruit,none,Unknown; nobody looked,low,case:paper",
    "Plums <b>,fruit,1,four; the rest unknown,medium,case:archive",
    "Bread,other,,none on record,high,case:archive",
]
FIGURES = """\
[known]
form = "dossier"
table_name = "stock"
title = "Stock"
description = "What is there."
name = "name"
state = "now"
group = "theme"
group_labels = { fruit = "Fruit", other = "All else" }
corner = "Theme"
lines = { before = "Before", now = "Now" }
states = [
  { shape = "○", word = "unknown", starts = ["unknown"] },
  { shape = "◐", word = "known in part", has = ["unknown"] },
  { shape = "●", word = "answered" },
]

[sorted]
form = "dossier"
table_name = "stock"
title = "Stock"
description = "By theme."
name = "name"
state = "theme"
lines = { now = "Now" }
states = [
  { shape = "●", word = "from a tree", is = ["fruit"] },
  { shape = "□", word = "from an oven", is = ["other"] },
]

[plain]
form = "dossier"
table_name = "stock"
title = "Stock"
description = "No marks."
name = "name"
group = "theme"
group_labels = { fruit = "Fruit", other = "All else" }
lines = { before = "Before" }
"""


@pytest.fixture
def case(small_case):
    package = small_case.root / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    content["resources"].append(small_case.resource("stock", COLUMNS.split(",")))
    small_case.write("data/datapackage.json", json.dumps(content))
    small_case.write("data/tables/stock.csv", "\n".join([COLUMNS, *ROWS]) + "\n")
    small_case.write("data/figures/01-a.toml", FIGURES)
    return small_case


def drawn(name: str):
    return charts.draw(name, catalogue.figures()[name])


def pieces(name: str) -> list[str]:
    """The overview, if there is one, and each group."""
    return [part for part in re.split("(?=<details)", "".join(drawn(name).parts)) if part]


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_each_row_has_its_mark_as_a_shape_and_a_word(case):
    said = plain(pieces("known")[1])
    assert "Apples · ● answered" in said
    assert "Pears · ○ unknown · confidence: low" in said
    assert "Plums &lt;b&gt; · ◐ known in part · confidence: medium" in said


def test_nothing_on_record_is_an_answer_and_not_unknown(case):
    assert "Bread · ● answered" in plain(pieces("known")[2])


def test_an_empty_cell_is_no_entry(case):
    assert "Before: no entry" in plain(pieces("known")[2])


def test_the_overview_counts_marks_in_every_group(case):
    overview = plain(pieces("known")[0])
    assert overview == (
        "Theme ○ unknown ◐ known in part ● answered Fruit ○ 1 ◐ 1 ● 1 All else 0 0 ● 1"
    )
    assert drawn("known").description == (
        "What is there. 4 rows: unknown 1, known in part 1, answered 2."
    )


def test_shapes_are_not_read_aloud(case):
    for part in pieces("known"):
        bare = re.sub(r'<span aria-hidden="true">[○◐●]+</span>', "", part)
        bare = re.sub(r'<th scope="col".*?</th>', "", bare)
        assert not re.search("[○◐●]", bare)


def test_without_groups_rows_stand_by_their_state_and_the_first_is_open(case):
    first, second = pieces("sorted")
    assert plain(first).startswith("● from a tree (3) Apples")
    assert plain(second).startswith("□ from an oven (1) Bread")
    assert "<details" in first and " open>" in first and " open>" not in second


def test_without_a_state_there_are_no_marks(case):
    parts = pieces("plain")
    assert len(parts) == 2
    assert not re.search("[○◐●]", "".join(parts))
    assert drawn("plain").description == "No marks. 4 rows."


def test_a_table_without_rows_says_so(case):
    case.write("data/tables/stock.csv", COLUMNS + "\n")
    assert "No row of this table is shown" in drawn("known").html()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('fruit = "Fruit", ', "", "no label for fruit"),
        ('word = "unknown", starts = ["unknown"]', 'word = "unknown"', "needs one of"),
        ('shape = "◐"', 'shape = "●"', "shape of its own"),
        ('has = ["unknown"]', 'has = ["unknown"], colour = "red"', "unknown entry colour"),
        ('state = "now"\n', "", "both or neither"),
        ('is = ["other"]', 'is = ["ofen"]', "no state fits 'other'"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(case, old, new, says):
    case.replace("data/figures/01-a.toml", old, new)
    with pytest.raises(CaseError, match=says):
        drawn("known")
        drawn("sorted")
