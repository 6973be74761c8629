"""What a notebook calls: figures, sentences, sources and words, or one sentence about the fault."""

from __future__ import annotations

import html
import json
import re

import pandas as pd
import pytest
from nbformat import v4

import casekit
from casekit import CaseError, notebook

V5 = "application/vnd.vegalite.v5+json"
BOOK = "lessons/01-a"
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def shown(monkeypatch):
    """The media bundles displayed, in order."""
    bundles: list[dict] = []

    def display(what, raw=False):
        bundles.append(what if raw else {"text/markdown": what.data})

    monkeypatch.setattr(notebook, "display", display)
    return bundles


def listed(bundle: dict) -> list[str]:
    items = re.findall(r"<li>(.*?)</li>", bundle["text/html"])
    return [html.unescape(re.sub("<[^>]+>", "", item)) for item in items]


def test_the_face_offers_what_it_says():
    assert all(callable(getattr(casekit, name)) for name in casekit.__all__)


# figure


def test_a_figure_is_shown_with_caption_chart_and_table(small_case, shown):
    casekit.figure("strip")
    caption, chart, table = shown
    assert "Events" in caption["text/html"]
    assert chart[V5]["description"].startswith("One mark for each event.")
    assert "They met." in table["text/html"]
    assert "An Office" in table["text/html"]
    for bundle in shown:
        assert bundle["text/plain"]
        json.dumps(bundle, allow_nan=False)


@pytest.mark.parametrize("name", ["stripe", "", None, 3, "strip "])
def test_an_unknown_figure_is_told_with_those_that_are_known(small_case, shown, name):
    with pytest.raises(CaseError) as caught:
        casekit.figure(name)
    assert str(caught.value) == f"There is no figure {name!r}. The figures are: strip."
    assert shown == []


# say


def test_a_sentence_is_shown_as_it_is(shown):
    casekit.say('They met *twice* [[1]](#Sources "@case:paper").')
    assert shown == [{"text/markdown": 'They met *twice* [[1]](#Sources "@case:paper").'}]


# sources


def test_sources_stand_in_the_order_in_which_they_are_cited(small_case, shown):
    casekit.sources(BOOK)
    (bundle,) = shown
    assert bundle["text/html"].startswith("<ol>")
    assert [line.split(".")[0] for line in listed(bundle)] == ["An Archive", "The Paper"]
    assert bundle["text/plain"] == f"Sources of {BOOK}"


def test_a_new_first_citation_comes_first_at_once(small_case, shown):
    casekit.sources(BOOK)
    small_case.book.cells.insert(1, v4.new_markdown_cell("Before all that [@case:office]."))
    small_case.save()
    casekit.sources(BOOK)
    first = [[line.split(".")[0] for line in listed(bundle)] for bundle in shown]
    assert first == [["An Archive", "The Paper"], ["An Office", "An Archive", "The Paper"]]


def test_a_source_cited_twice_is_listed_once(small_case, shown):
    small_case.book.cells[2].source += "\n\nAgain [@case:archive; @case:paper]."
    small_case.save()
    casekit.sources(BOOK)
    assert len(listed(shown[0])) == 2


def test_an_unknown_source_is_named(small_case, shown):
    small_case.book.cells[2].source += "\n\nSo they say [@case:rumour; @bib:nobody1999]."
    small_case.save()
    with pytest.raises(CaseError, match="case:rumour, bib:nobody1999"):
        casekit.sources(BOOK)
    assert shown == []


# words


def test_words_are_shown_with_their_meaning_in_the_order_of_the_alphabet(small_case, shown):
    lines = ["term,definition", "Zeal,Warmth.", "audience cost,What one pays.", "Unused,No."]
    small_case.write("data/tables/glossary.csv", "\n".join(lines) + "\n")
    small_case.book.cells[0].source += '\n\n[much zeal](#Words-used-here "zeal")'
    small_case.save()
    casekit.words(BOOK)
    (bundle,) = shown
    found = re.findall(r"<li>(.*?)<br>(.*?)</li>", bundle["text/html"])
    assert [(re.sub("<[^>]+>", "", term), said) for term, said in found] == [
        ("audience cost", "What one pays."),
        ("Zeal", "Warmth."),
    ]


def test_words_missing_from_the_glossary_are_all_named(small_case, shown):
    small_case.book.cells[2].source += "\n\n[detente](#Words-used-here) [Ruse](#Words-used-here)"
    small_case.save()
    with pytest.raises(CaseError, match="no entry for: detente, ruse"):
        casekit.words(BOOK)
    assert shown == []


def test_a_term_in_another_language_is_marked_as_such(monkeypatch, small_case, shown):
    row = {
        "term": "Audience cost",
        "definition": "A price.",
        "term_ko": "청중 비용",
        "term_ja": None,
    }
    monkeypatch.setattr(notebook.tables, "table", lambda name: pd.DataFrame([row]))
    casekit.words(BOOK)
    assert '<span lang="ko">청중 비용</span>' in shown[0]["text/html"]
    assert 'lang="ja"' not in shown[0]["text/html"]


def test_glossary_and_sources_are_never_markup(small_case, shown):
    small_case.replace("data/tables/glossary.csv", "What a leader pays", EVIL)
    small_case.replace("data/tables/sources.csv", "An Archive", EVIL)
    casekit.words(BOOK)
    casekit.sources(BOOK)
    for bundle in shown:
        assert EVIL in html.unescape(bundle["text/html"])
        assert "<img" not in bundle["text/html"]


# A notebook that cannot be read

BROKEN = {
    "cut off": '{"cells": [',
    "empty": "",
    "a list": "[]",
    "without cells": "{}",
    "cells of nothing": '{"cells": null}',
    "a cell of nothing": '{"cells": [null]}',
    "a cell without source": '{"cells": [{}]}',
    "a source of nothing": '{"cells": [{"source": null}]}',
    "a source of numbers": '{"cells": [{"source": [1]}]}',
}


@pytest.mark.parametrize("call", [casekit.sources, casekit.words])
@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_notebook_is_told_in_a_sentence(small_case, shown, call, content):
    small_case.write(f"{BOOK}.ipynb", content)
    with pytest.raises(CaseError, match=r"The notebook lessons/01-a\.ipynb cannot be read"):
        call(BOOK)
    assert shown == []


@pytest.mark.parametrize("call", [casekit.sources, casekit.words])
def test_an_absent_or_unreadable_notebook_is_told_in_a_sentence(small_case, call):
    with pytest.raises(CaseError, match=r"The notebook lessons/99\.ipynb cannot be read"):
        call("lessons/99")
    small_case.path.write_bytes(b"\xff\xfe")
    with pytest.raises(CaseError, match="cannot be read"):
        call(BOOK)


def test_a_source_given_in_lines_is_read_too(small_case, shown):
    cells = [{"source": ["So [@case:", "office].\n"]}, {"source": "And [@case:paper]."}]
    small_case.write(f"{BOOK}.ipynb", json.dumps({"cells": cells}))
    casekit.sources(BOOK)
    assert [line.split(".")[0] for line in listed(shown[0])] == ["An Office", "The Paper"]
