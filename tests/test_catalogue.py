"""The catalogue finds questions and figures, or says in one sentence which file is wrong."""

from __future__ import annotations

import tomllib

import pytest

from casekit import CaseError, catalogue

ITEM = "data/items/E01.toml"
FIGURES = "data/figures/01-a.toml"
CHOOSE = """
id = "E02"
lesson = "01-a"
title = "Choose"
kind = "choose"
minutes = 1
difficulty = 1
bloom = ["remember"]
outcomes = ["O1"]
instructor = "Ask why."
prompt = "Which?"
hints = []
n = 1

[options]
table = "events"
where = { row = "talks" }
fields = { id = "date", text = "text", tone = "kind" }

[[feedback]]
path = "otherwise"
when = { otherwise = true }
say = "So it is."
"""


def told(call, *args) -> str:
    """The sentence of the fault; nothing but a sentence is allowed."""
    with pytest.raises(CaseError) as caught:
        call(*args)
    said = str(caught.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert "Traceback" not in said
    return said


# Questions


def test_a_question_is_found_by_its_id(small_case):
    assert catalogue.item_ids() == ["E01"]
    question = catalogue.item("E01")
    assert (question.id, question.title) == ("E01", "A question")
    assert catalogue.item("E01") is question, "It was read twice."


@pytest.mark.parametrize("name", ["E02", "", "E01.toml", "../items/E01", "e01"])
def test_an_unknown_question_is_told_with_those_that_are_known(small_case, name):
    said = told(catalogue.item, name)
    assert said == f"There is no question {name!r}. The questions are: E01."


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('id = "E01"', 'id = "E10"', ["E01", "E10", "like the file"]),
        ('id = "E01"', 'id = "E01', ["cannot be read", "line 1"]),
        ('kind = "choice"', 'kind = "riddle"', ["E01", "kind", "choice", "riddle"]),
        ('title = "A question"\n', "", ["E01", "title", "missing"]),
        ("minutes = 1", 'minutes = "1"', ["E01", "minutes", "whole number"]),
        ("minutes = 1", "minutes = 1\nmood = 2", ["E01", "mood"]),
        ("when = { otherwise = true }", "when = { luck = 1 }", ["E01", "feedback"]),
    ],
)
def test_a_wrong_question_is_told_by_file_and_field(small_case, old, new, names):
    small_case.replace(ITEM, old, new)
    said = told(catalogue.item, "E01")
    assert said.startswith(ITEM)
    assert [name for name in names if name not in said] == []


def test_a_question_that_is_no_text_is_told(small_case):
    (small_case.root / ITEM).write_bytes(b"\xff\xfe")
    assert told(catalogue.item, "E01").startswith(f"{ITEM} cannot be read")


def test_a_corrected_question_is_read_at_once_after_a_fault(small_case):
    path = small_case.root / ITEM
    good = path.read_text("utf-8")
    path.write_text(good.replace('id = "E01"', "id ="), encoding="utf-8")
    told(catalogue.item, "E01")
    path.write_text(good, encoding="utf-8")
    assert catalogue.item("E01").id == "E01"


# Facts from tables


def test_facts_come_from_the_table(small_case):
    small_case.write("data/items/E02.toml", CHOOSE)
    assert catalogue.item("E02").options == [
        {"id": "2019-05-01", "text": "They met.", "tone": "warm"},
        {"id": "2020-01-02", "text": "They did not.", "tone": "cool"},
    ]


def test_an_empty_cell_is_an_empty_text(small_case):
    small_case.replace("data/tables/events.csv", "talks,cool", "talks,")
    small_case.write("data/items/E02.toml", CHOOSE)
    assert [option["tone"] for option in catalogue.item("E02").options] == ["warm", ""]


@pytest.mark.parametrize(
    ("where", "dates"),
    [
        ('kind = "warm"', ["2019-05-01"]),
        ('kind = ["warm", "cool"]', ["2019-05-01", "2020-01-02"]),
        ('kind = ["warm", "cool"], date = "2020-01-02"', ["2020-01-02"]),
        ('kind = "icy"', []),
    ],
)
def test_only_the_rows_asked_for_are_taken(small_case, where, dates):
    rule = {"table": "events", "fields": {"id": "date"}}
    rule["where"] = tomllib.loads(f"where = {{ {where} }}")["where"]
    assert [one["id"] for one in catalogue._filled({"cards": rule})["cards"]] == dates


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('table = "events"', 'table = "evens"', ["'evens'", "events"]),
        ('table = "events"', "table = 7", ["no table 7"]),
        ('tone = "kind"', 'tone = "mood"', ["'events'", "mood"]),
        ('tone = "kind"', "tone = 7", ["'events'", "7"]),
        ('row = "talks"', 'theme = "talks"', ["'events'", "theme"]),
        ('where = { row = "talks" }', 'where = "row=talks"', ["table, fields", "where"]),
        ('fields = { id = "date", text = "text", tone = "kind" }', "", ["table, fields"]),
        ('fields = { id = "date", text = "text", tone = "kind" }', 'fields = ["date"]', ["fields"]),
        ("[options]", "[options]\nsort = true", ["table, fields"]),
        (
            '[options]\ntable = "events"\nwhere = { row = "talks" }\n'
            'fields = { id = "date", text = "text", tone = "kind" }',
            '[options]\nseries = "rain"',
            ["series"],
        ),
    ],
)
def test_a_wrong_reference_is_told_by_file_and_table(small_case, old, new, names):
    assert old in CHOOSE
    small_case.write("data/items/E02.toml", CHOOSE.replace(old, new))
    said = told(catalogue.item, "E02")
    assert said.startswith("data/items/E02.toml: ")
    assert [name for name in names if name not in said] == []


# Figures


def test_figures_are_found_with_the_file_they_stand_in(small_case):
    found = catalogue.figures()
    assert list(found) == ["strip"]
    assert found["strip"]["form"] == "event strip"
    assert found["strip"]["file"] == FIGURES


def test_two_figures_with_one_id_are_told_with_both_files(small_case):
    text = (small_case.root / FIGURES).read_text("utf-8")
    small_case.write("data/figures/02-b.toml", text)
    said = told(catalogue.figures)
    assert said.startswith("data/figures/02-b.toml: ")
    assert "'strip'" in said
    assert FIGURES in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[strip", "cannot be read"),
        ("[strip]\na = 1\n[strip]\n", "cannot be read"),
        ('title = "Events"\n', "'title' stands outside any [figure]"),
    ],
)
def test_a_wrong_file_of_figures_is_told(small_case, text, said):
    small_case.write(FIGURES, text)
    found = told(catalogue.figures)
    assert found.startswith(FIGURES)
    assert said in found


def test_a_case_without_questions_and_figures_has_none(small_case):
    (small_case.root / ITEM).unlink()
    (small_case.root / FIGURES).unlink()
    catalogue.forget()
    assert catalogue.item_ids() == []
    assert catalogue.figures() == {}


def test_what_has_changed_is_read_anew_once_the_old_is_forgotten(small_case):
    path = small_case.root / ITEM
    catalogue.item("E01")
    text = path.read_text("utf-8").replace("A question", "Another question")
    path.write_text(text, encoding="utf-8")
    catalogue.forget()
    assert catalogue.item("E01").title == "Another question"
