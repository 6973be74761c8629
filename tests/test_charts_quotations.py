"""Quotations to read: nothing is altered, everything says whose words it is."""

from __future__ import annotations

import csv
import json
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from casekit import catalogue, charts, citations
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = (
    "id,date,speaker,channel,language,text_original,text_en,translation_kind,confidence,source_ids"
)
ROWS = [
    "s1,2020-01-02,Ann,letter,fr,Je viens <i>demain</i>,I come tomorrow,own,high,case:office",
    "s2,2020-01-02,Ann,letter,fr,,I may be late,reported,medium,case:paper",
    "s3,2020-01-03,Bob,radio,de,Ich bleibe,I stay,own,high,case:office",
]
FIGURE = """\
[letters]
form = "quotations"
table_name = "said"
title = "Who said what"
description = "Two texts."
note = "Read across."
languages = { fr = "French", de = "German" }
renderings = { own = "our rendering", reported = "as reported" }

[[letters.texts]]
heading = "A letter"
ids = ["s1", "s2"]

[[letters.texts]]
heading = "A talk"
ids = ["s3"]
"""


class Tables(HTMLParser):
    """The tables of a page: caption, headings, and cells as (language, text)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[dict] = []
        self.tags: set[str] = set()
        self.kind, self.lang = "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "table":
            self.tables.append({"caption": "", "th": [], "td": []})
        if tag in ("td", "th"):
            self.kind = tag
            self.tables[-1][tag].append([dict(attrs).get("lang") or "", ""])
        if tag == "caption":
            self.kind = tag

    def handle_endtag(self, tag):
        if tag == self.kind:
            self.kind = ""

    def handle_data(self, data):
        if self.kind == "caption":
            self.tables[-1]["caption"] += data
        elif self.kind:
            self.tables[-1][self.kind][-1][1] += data


@pytest.fixture
def case(small_case):
    package = small_case.root / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    content["resources"].append(small_case.resource("said", COLUMNS.split(",")))
    small_case.write("data/datapackage.json", json.dumps(content))
    small_case.write("data/tables/said.csv", "\n".join([COLUMNS, *ROWS]) + "\n")
    small_case.write("data/figures/01-a.toml", FIGURE)
    return small_case


def drawn():
    return charts.draw("letters", catalogue.figures()["letters"])


def test_each_text_is_a_table_that_says_who_where_and_when(case):
    page = Tables(drawn().html())
    assert [one["caption"] for one in page.tables] == [
        "A letter (Ann, letter, 2 January 2020)",
        "A talk (Bob, radio, 3 January 2020)",
    ]
    assert [[text for _, text in one["th"]] for one in page.tables] == [
        ["French", "English"],
        ["German", "English"],
    ]


def test_the_original_stands_beside_its_rendering_and_names_its_language(case):
    letter, talk = Tables(drawn().html()).tables
    assert letter["td"] == [
        ["fr", "Je viens <i>demain</i>"],
        ["", "I come tomorrowour rendering"],
        ["", "The original is not on record."],
        ["", "I may be lateas reported; confidence: medium"],
    ]
    assert talk["td"] == [["de", "Ich bleibe"], ["", "I stayour rendering"]]


def test_text_from_a_table_is_never_markup(case):
    assert "i" not in Tables(drawn().html()).tags


def test_what_is_displayed_is_one_bundle_with_the_description_as_its_text(case):
    (bundle,) = drawn().bundles()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "Who said what. Two texts."
    for part in ("Two texts.", "Read across.", "The Paper", "An Office"):
        assert part in bundle["text/html"]


def test_the_sources_are_those_of_the_quotations(case):
    assert drawn().sources == ("case:office", "case:paper")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"s1", "s2"', '"s1", "s9"', "has no row s9"),
        ('"s1", "s2"', '"s1", "s3"', "more than one speaker"),
        ('fr = "French", ', "", "languages: nothing stands there for fr"),
        (', reported = "as reported"', "", "renderings: nothing stands there for reported"),
        ('heading = "A talk"\n', "", "texts: each is"),
        ('ids = ["s3"]', "ids = []", "texts: each is"),
        ('description = "Two texts."\n', "", "description is missing"),
        ('description = "Two texts."', 'description = " "', "say in a sentence"),
    ],
)
def test_what_would_mislead_is_refused(case, old, new, said):
    case.replace("data/figures/01-a.toml", old, new)
    with pytest.raises(CaseError) as error:
        drawn()
    assert said in str(error.value)


def test_the_case_check_reads_the_form(case):
    assert [line for line in case.in_catalogue() if "letters" in line] == []
    case.replace("data/tables/said.csv", "case:paper", "case:nowhere")
    assert any("case:nowhere" in line for line in case.in_catalogue())


def test_the_figure_of_the_case_shows_the_words_of_the_table(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    entries = tomllib.loads((ROOT / "data/figures/03-drum-moment.toml").read_text("utf-8"))
    name, wanted = next((n, e) for n, e in entries.items() if e["form"] == "quotations")
    with (ROOT / "data/tables/statements.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    figure = charts.draw(name, catalogue.figures()[name])
    assert citations.unknown(figure.sources) == []
    tables = Tables(figure.html()).tables
    for table, text in zip(tables, wanted["texts"], strict=True):
        for place, one in enumerate(text["ids"]):
            (lang, original), (_, rendering) = table["td"][2 * place : 2 * place + 2]
            row = rows[one]
            if row["text_original"]:
                assert (lang, original) == (row["language"], row["text_original"])
            assert rendering.startswith(row["text_en"])
            assert row["speaker"] in table["caption"]
    catalogue.forget()
