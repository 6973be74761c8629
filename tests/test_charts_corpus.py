"""A corpus: both versions of every text, its language, whose rendering, and how many carry it."""

from __future__ import annotations

import json
import re

import pytest

from casekit import catalogue, charts
from casekit.tables import CaseError

COLUMNS = "id,who,at,lang,own,en,by,n,stage,source_ids,confidence"
ROWS = [
    "a,Ann,2020-01-02,ko,<b>안녕</b> 하세요,Hello <b>there</b>,ours,1,late,case:office,high",
    "b,Ann,2020-01-02,ko,또,Again,ours,3,late,case:office,medium",
    "c,Bob,2019-05,ja,,Known here only (또 만나요; また),agency,2,early,case:paper,high",
]
FIGURE = """\
[words]
form = "corpus"
table_name = "quotes"
title = "The words"
description = "Both versions."
rendering = "en"
who = ["who", "at"]
group = "stage"
group_labels = { early = "Before", late = "After" }
original = "own"
language = "lang"
languages = { ko = "Korean", ja = "Japanese" }
rendered_by = "by"
renderings = { ours = "our rendering", agency = "an agency" }
witnesses = "n"
one_witness = "one source"
more_witnesses = "{n} sources"
scripts = { hangul = "ko", "kana and han" = "ja" }
order = ["id"]
"""


@pytest.fixture
def case(small_case):
    package = small_case.root / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    resource = small_case.resource("quotes", COLUMNS.split(","))
    for field in resource["schema"]["fields"]:
        if field["name"] == "n":
            field["type"] = "integer"
    content["resources"].append(resource)
    small_case.write("data/datapackage.json", json.dumps(content))
    small_case.write("data/tables/quotes.csv", "\n".join([COLUMNS, *ROWS]) + "\n")
    small_case.write("data/figures/01-a.toml", FIGURE)
    return small_case


def page(case, old: str = "", new: str = "") -> str:
    if old:
        assert old in FIGURE
        case.write("data/figures/01-a.toml", FIGURE.replace(old, new))
        catalogue.forget()
    return charts.draw("words", catalogue.figures()["words"]).html()


def test_original_and_rendering_stand_side_by_side_with_the_language_set(case):
    said = page(case)
    assert re.search(r'<td lang="ko"[^>]*>&lt;b&gt;안녕&lt;/b&gt; 하세요</td>', said)
    assert "Hello &lt;b&gt;there&lt;/b&gt;" in said
    assert "<b>" not in said


def test_each_line_says_whose_rendering_it_is_and_how_many_sources_carry_it(case):
    said = page(case)
    assert "<em>our rendering; one source</em>" in said
    assert "<em>our rendering; 3 sources; confidence: medium</em>" in said
    assert "<em>an agency; 2 sources</em>" in said


def test_a_missing_original_says_so(case):
    assert page(case).count("The original is not on record.") == 1


def test_foreign_letters_inside_a_rendering_carry_their_language(case):
    said = page(case)
    assert '<span lang="ko">또 만나요</span>; <span lang="ja">また</span>' in said
    plain = page(case, 'scripts = { hangul = "ko", "kana and han" = "ja" }\n', "")
    assert "<span lang" not in plain


def test_groups_are_folds_in_the_order_given_with_counts(case):
    said = page(case)
    assert re.findall(r"<summary>([^<]*)</summary>", said)[:2] == [
        "Before (1: Japanese 1)",
        "After (2: Korean 2)",
    ]


def test_texts_of_one_speaker_and_day_share_a_heading(case):
    said = page(case)
    heads = re.findall(r'<th scope="rowgroup"[^>]*>([^<]*)</th>', said)
    assert heads == ["Bob, May 2019", "Ann, 2 January 2020"]


def test_summaries_without_an_original_need_one_column(case):
    said = page(case, 'original = "own"\n', "")
    assert 'lang="ja" style' not in said
    assert 'colspan="1"' in said
    assert "Before (1)" in said


def test_words_can_stand_in_the_place_of_codes(case):
    assert "Robert, May 2019" in page(case, "order =", 'values = { Bob = "Robert" }\norder =')


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (', late = "After"', "", "no label for late"),
        (', ja = "Japanese"', "", "languages: nothing stands there for ja"),
        (', agency = "an agency"', "", "renderings: nothing stands there for agency"),
        ('"{n} sources"', '"several"', "more_witnesses"),
        ('one_witness = "one source"\n', "", "one_witness"),
        ('hangul = "ko"', 'latin = "en"', "scripts: latin"),
    ],
)
def test_a_wrong_figure_is_refused_with_a_sentence(case, old, new, says):
    with pytest.raises(CaseError, match=says):
        page(case, old, new)
