"""Tables in the open: marks in words and shapes, and no cell that says more than was found."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from casekit import catalogue, charts, citations
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = "title,date,who,kind,apples,pears,note,source_ids"
ROWS = [
    "A <i>letter</i>,2020-05-04,x;y,promise,y,nv,Read [@case:paper] twice.,case:office",
    "A note,2019,x,promise,nv,y,,case:office",
    "A treaty,2001-02-03,x;y,treaty,y,y,,case:paper",
]
MATRIX = """\
[texts]
form = "mark matrix"
table_name = "texts"
title = "What they name"
description = "Three texts."
corner = "text"
label = ["date", "title"]
marks = { apples = "Apples", pears = "Pears" }
group = "who"
group_labels = { "x;y" = "both", x = "one alone" }
words = { y = { shape = "●", word = "named" }, nv = { shape = "◌", word = "not verified" } }
"""
GRID = """\
[grid]
form = "name grid"
table_name = "texts"
title = "Who has what"
description = "Each cell names texts."
rows = "kind"
row_labels = { treaty = "treaties", promise = "promises" }
columns = "who"
column_labels = { "x;y" = "X and Y", x = "X alone" }
name = "title"
date = "date"
empty = "none here"
corner = "kind"
"""
OPEN = """\
[open]
form = "open table"
table_name = "texts"
title = "The texts"
description = "As they are."
shown = { date = "day", title = "text", note = "careful" }
keep = { kind = ["promise"] }
"""


class Cells(HTMLParser):
    """The rows of a page's open tables, each a list of (tag, text)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[list[str]]] = []
        self.tags: list[tuple[str, dict]] = []
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append([tag, ""])
            self.inside = True
        if tag == "br" and self.inside:
            self.rows[-1][-1][1] += " / "

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1][1] += data


@pytest.fixture
def case(small_case):
    package = small_case.root / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    resource = small_case.resource("texts", COLUMNS.split(","))
    for field in resource["schema"]["fields"]:
        if field["name"] == "who":
            field |= {"type": "list", "delimiter": ";"}
    content["resources"].append(resource)
    small_case.write("data/datapackage.json", json.dumps(content))
    small_case.write("data/tables/texts.csv", "\n".join([COLUMNS, *ROWS]) + "\n")
    small_case.write("data/figures/01-a.toml", MATRIX + GRID + OPEN)
    return small_case


def drawn(name: str):
    return charts.draw(name, catalogue.figures()[name])


def rows(name: str) -> list[list[str]]:
    return [[text for _, text in row] for row in Cells(drawn(name).html()).rows]


def test_every_mark_is_a_shape_and_a_word(case):
    assert rows("texts") == [
        ["text", "Apples", "Pears"],
        ["both"],
        ["3 February 2001 / A treaty", "● named", "● named"],
        ["4 May 2020 / A <i>letter</i>", "● named", "◌ not verified"],
        ["one alone"],
        ["2019 / A note", "◌ not verified", "● named"],
    ]


def test_the_shapes_are_not_read_aloud_and_rows_have_headings(case):
    page = Cells(drawn("texts").html())
    spans = [attrs for tag, attrs in page.tags if tag == "span" and "aria-hidden" in attrs]
    assert len(spans) == 6
    assert all(row[0][0] == "th" for row in page.rows)
    regions = [attrs for tag, attrs in page.tags if attrs.get("role") == "region"]
    assert [one["tabindex"] for one in regions] == ["0"]
    assert "i" not in {tag for tag, _ in page.tags}


def test_the_description_counts_what_was_found_and_never_says_no(case):
    said = drawn("texts").bundles()[0]["text/plain"]
    assert "3 rows. Apples: named in 2, not verified in 1; Pears: named in 2, not ver" in said
    assert not {"no", "absent"} & set(said.lower().replace(",", " ").split())


def test_a_grid_names_what_is_there_and_says_what_an_empty_cell_means(case):
    assert rows("grid") == [
        ["kind", "X and Y", "X alone"],
        ["treaties", "A treaty (2001)", "none here"],
        ["promises", "A <i>letter</i> (2020)", "A note (2019)"],
    ]
    assert "3 in all: 2 for X and Y, 1 for X alone." in drawn("grid").bundles()[0]["text/plain"]


def test_an_open_table_shows_rows_without_their_citations(case):
    assert rows("open") == [
        ["day", "text", "careful"],
        ["2019", "A note", ""],
        ["4 May 2020", "A <i>letter</i>", "Read twice."],
    ]
    assert drawn("open").sources == ("case:office",)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("texts", ', nv = { shape = "◌", word = "not verified" }', "", "how to draw nv"),
        ("texts", 'shape = "◌"', 'shape = "●"', "a shape of its own"),
        ("texts", 'word = "not verified"', 'word = "named"', "a word of its own"),
        ("texts", 'word = "not verified"', 'word = ""', "a word of its own"),
        ("texts", ', x = "one alone"', "", "group_labels: no label for x"),
        ("grid", 'treaty = "treaties", ', "", "row_labels: no label for treaty"),
        ("grid", ', x = "X alone"', "", "column_labels: no label for x"),
        ("grid", 'empty = "none here"', 'empty = " "', "what an empty cell means"),
        ("open", '["promise"]', '["threat"]', "no row with kind threat"),
        ("open", "keep = { kind", "keep = { sort", "no column 'sort'"),
        ("open", 'description = "As they are."\n', "", "description is missing"),
    ],
)
def test_what_would_mislead_is_refused(case, name, old, new, said):
    case.replace("data/figures/01-a.toml", old, new)
    with pytest.raises(CaseError, match=f"figure '{name}'") as error:
        drawn(name)
    assert said in str(error.value)


def table(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def this_case(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    yield
    catalogue.forget()


def test_the_matrix_of_the_case_has_the_marks_of_its_table(this_case):
    entries = catalogue.figures()["statements"]
    words = {value: f"{word['shape']} {word['word']}" for value, word in entries["words"].items()}
    found = {}
    for row in rows("statements")[1:]:
        if len(row) > 1:
            title = row[0].split(" / ")[1]
            found[title, row[0].split(" / ")[0]] = row[1:]
    assert len(found) == len(table("joint_statements"))
    for row in table("joint_statements"):
        (marks,) = [m for (title, day), m in found.items() if title == row["title"]]
        assert marks == [words[row[column]] for column in entries["marks"]]
    assert words["nv"] == "◌ not verified"
    assert citations.unknown(drawn("statements").sources) == []


def test_the_missing_side_has_no_defence_treaty_in_the_table(this_case):
    head, first, *_ = rows("ties")
    cells = dict(zip(head, first, strict=True))
    assert cells["kind of tie"] == "defence treaty"
    assert cells["Japan and South Korea"] == "none in this table"
    pacts = {
        (row["parties"], row["signed"][:4])
        for row in table("alliances")
        if row["type"] == "defence pact"
    }
    assert {year for pair, year in pacts if pair == "USA;JPN"} == {"1951", "1960"}
    for year in ("1951", "1960"):
        assert f"({year})" in cells["Japan and the United States"]
    assert "(1953)" in cells["South Korea and the United States"]
    assert ("JPN;KOR", "") not in pacts and not [p for p, _ in pacts if p == "JPN;KOR"]


def test_the_periods_of_doubt_are_all_shown(this_case):
    shown = rows("doubt")
    wanted = [row for row in table("alliance_statements") if row["kind"] == "doubt-period"]
    assert len(shown) == len(wanted) + 1 == 5
    for line, row in zip(shown[1:], wanted, strict=True):
        assert line[:2] == [row["date"].replace("/", "–"), row["text"]]
        assert "[@" not in " ".join(line)
