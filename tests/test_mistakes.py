"""Each mistake of a list yields one sentence that names the file, the place in it, and the cure."""

import json
import re
import shutil
from pathlib import Path

import pytest

from casekit.catalogue import forget
from casekit.checks import check_case

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "ping-pong-1971"
LESSON = "lessons/01-ping-pong.ipynb"
SOURCES, EVENTS = "data/tables/sources.csv", "data/tables/events.csv"
FIGURES, PACKAGE = "data/figures/figures.toml", "data/datapackage.json"
P01, P02, P06 = (f"data/items/{name}.toml" for name in ("P01", "P02", "P06"))


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A copy of the example in a folder of its own."""
    for name in ("data", "lessons", "exercises", "solutions"):
        shutil.copytree(EXAMPLE / name, tmp_path / name)
    monkeypatch.setenv("CASEKIT_CASE", str(tmp_path))
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


def text(name, old, new):
    """Return what replaces a text, where it stands first in a file."""

    def make(root):
        content = (root / name).read_text(encoding="utf-8")
        assert old in content, f"{name} does not hold {old!r}"
        (root / name).write_text(content.replace(old, new, 1), encoding="utf-8")

    return make


def cell(number, change):
    """Return what changes one cell of the lesson; cells are counted from 1."""

    def make(root):
        book = json.loads((root / LESSON).read_text(encoding="utf-8"))
        change(book["cells"][number - 1])
        (root / LESSON).write_text(json.dumps(book), encoding="utf-8")

    return make


def prose(number, old, new):
    """Return what replaces a text in a cell of the lesson."""

    def change(part):
        source = "".join(part["source"])
        assert old in source, source
        part["source"] = source.replace(old, new)

    return cell(number, change)


def stored(number, **output):
    """Return what puts one output in the place of those that a cell of the lesson stores."""
    return cell(number, lambda part: part.update(outputs=[output]))


def displayed(number, kind, content):
    data = {kind: content, "text/plain": "what is shown"}
    return stored(number, output_type="display_data", data=data, metadata={})


def lines_of(name, change):
    """Return what changes the lines of a table below its header."""

    def make(root):
        head, *rows = (root / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (root / name).write_text(head + "".join(change(rows)), encoding="utf-8")

    return make


def new_question(root):
    content = (root / P06).read_text(encoding="utf-8")
    (root / "data/items/P07.toml").write_text(content.replace('"P06"', '"P07"'), encoding="utf-8")


def second_figure_file(root):
    shutil.copy(root / FIGURES, root / "data/figures/more.toml")
    content = (root / FIGURES).read_text(encoding="utf-8")
    alone = content.split("[list]")
    (root / FIGURES).write_text("[list]" + alone[1], encoding="utf-8")


# What is done wrong, how the one finding begins, and words of its cure.
MISTAKES = {
    # questions
    "unknown kind": (
        text(P06, 'kind = "choice"', 'kind = "quiz"'),
        f"{P06}, line 5, question: field kind: ",
        "expected one of board, choice",
    ),
    "no path for all other answers": (
        text(P06, "when = { otherwise = true }", 'when = { chosen = ["reciprocity"] }'),
        f"{P06}, line 30, question: field feedback: ",
        "expected exactly one path with when = { otherwise = true }",
    ),
    "a path with no sentence": (
        text(P06, 'say = "Then', 'tell = "Then'),
        f"{P06}, line 35, question: ",
        "the field say is missing",
    ),
    "a path for an option that is not there": (
        text(P06, 'chosen = ["sport"]', 'chosen = ["sports"]'),
        f"{P06}, line 36, question: field feedback, path 'sport', chosen: ",
        "expected one of reciprocity, friendship, sport",
    ),
    "a condition misspelt": (
        text(P06, 'chosen = ["sport"]', 'chose = ["sport"]'),
        f"{P06}, line 36, question: field feedback, path 'sport', when: ",
        "expected conditions among: chosen",
    ),
    "a hint missing": (
        text(P02, '  "Begin with the acts that name a team.",\n', ""),
        f"{P02}, line 13, question: field hints: ",
        "expected three hints",
    ),
    "a field missing": (
        text(P06, 'title = "The same again?"\n', ""),
        f"{P06}, line 1, question: the field title is missing",
        "add it.",
    ),
    "a field misspelt": (
        text(P06, "reason = ", "reasons = "),
        f"{P06}, line 13, question: unknown field reasons",
        "correct its name or delete it.",
    ),
    "a field misspelt that must be there": (
        text(P06, "prompt = ", "promt = "),
        f"{P06}, line 12, question: the field prompt is missing; add it; unknown field promt",
        "correct its name or delete it.",
    ),
    "a text for a number": (
        text(P06, "minutes = 3", 'minutes = "3"'),
        f"{P06}, line 6, question: expected a whole number, not '3'",
        "at field minutes",
    ),
    "TOML that cannot be read": (
        text(P06, 'lesson = "01-ping-pong"', 'lesson = "01-ping-pong'),
        f"{P06}, line 3, question: cannot be read: ",
        "mend it.",
    ),
    "an id that is not the file's": (
        text(P06, 'id = "P06"', 'id = "P6"'),
        f"{P06}, line 1, question: ",
        "expected id = 'P06', like the file",
    ),
    "an unknown lesson": (
        text(P06, 'lesson = "01-ping-pong"', 'lesson = "02-ping-pong"'),
        f"{P06}, line 3, lesson: there is no notebook '02-ping-pong'",
        "correct the name or write the lesson.",
    ),
    "a question that nobody asks": (
        new_question,
        "data/items/P07.toml, line 1, question: no notebook asks it",
        "put ask('P07') where it belongs",
    ),
    "a question's source that is not listed": (
        text(P06, '"case:frus-pd-130"', '"case:frus-pd-13"'),
        f"{P06}, line 15, sources: the source 'case:frus-pd-13' is not in the list",
        "correct it or add it.",
    ),
    "a figure revealed that is not there": (
        text(P02, 'reveal = ["events"]', 'reveal = ["event"]'),
        f"{P02}, line 19, reveal: there is no figure 'event'",
        "correct the id or add the figure.",
    ),
    "a question opened by none": (
        text(P06, "hints = []", 'hints = []\nopens_after = "P09"'),
        f"{P06}, line 15, opens_after: there is no question 'P09'",
        "correct the id.",
    ),
    "a question spoken of that is not there": (
        text(P06, 'say = "Then', 'say = "Go back to P09. Then'),
        f"{P06}, line 38, text: speaks of a question 'P09', and there is none",
        "correct the id.",
    ),
    "a column that a question's table lacks": (
        text(P02, 'title = "title"\ndate', 'title = "titel"\ndate'),
        f"{P02}, line ",
        "has no column titel",
    ),
    # figures
    "an unknown form": (
        text(FIGURES, '"event strip"', '"pie"'),
        f"{FIGURES}, line 1, figure 'events': form: ",
        "expected one of series, event strip",
    ),
    "a figure's table missing": (
        text(FIGURES, 'table_name = "events"\ntitle = "From', 'table_name = "acts"\ntitle = "From'),
        f"{FIGURES}, line 1, figure 'events': there is no table 'acts'",
        "the tables are: events, glossary, sources",
    ),
    "a figure without a description": (
        text(FIGURES, 'description = "One row', 'note = "One row'),
        f"{FIGURES}, line 14, figure 'list': has no description",
        "say in a sentence what it shows.",
    ),
    "a figure's entry misspelt": (
        text(FIGURES, "order = ", "sort = "),
        f"{FIGURES}, line 14, figure 'list': unknown entry sort",
        "it can have table_name",
    ),
    "a word for a value left out": (
        text(FIGURES, ', deed = "deed"', ""),
        f"{FIGURES}, line 1, figure 'events': ",
        "deed",
    ),
    "figures that cannot be read": (
        text(FIGURES, "[list]", "[list"),
        f"{FIGURES}, line 14, figures: cannot be read: ",
        "mend it.",
    ),
    "a figure twice": (
        second_figure_file,
        "data/figures/more.toml, line 1, figures: the figure 'list' stands in",
        "give each figure a heading and an id of its own.",
    ),
    # tables
    "a source that no row of the list has": (
        text(EVENTS, "case:ncuscr", "case:ncusc"),
        f"{EVENTS}, line 10, column source_ids: the source 'case:ncusc' is not in the list",
        "correct it or add it.",
    ),
    "a source without a title": (
        text(SOURCES, "Ping-Pong diplomacy (students' edition)", ""),
        f"{SOURCES}, line 3, column title: a value is required here",
        "fill it in.",
    ),
    "a source's id twice": (
        lines_of(SOURCES, lambda rows: [rows[0], *rows]),
        f"{SOURCES}, line 3, column id: the row 'case:bluebook-1971' stands twice",
        "delete one or give it a key of its own.",
    ),
    "rows out of order": (
        lines_of(EVENTS, lambda rows: [*rows[1:], rows[0]]),
        f"{EVENTS}, line 11, column event_id: the row 'e01' is out of order",
        "sort the rows by event_id.",
    ),
    "a column renamed": (
        text(EVENTS, "event_id,place,date", "event_id,place,day"),
        f"{EVENTS}, line 1, table: ",
        "make the two agree.",
    ),
    "a day that there is not": (
        text(EVENTS, "1971-04-06", "1971-04-31"),
        f"{EVENTS}, line 2, column date: there is no day 1971-04-31",
        "write a date such as 2020-01-31.",
    ),
    "a date written otherwise": (
        text(EVENTS, "1971-04-10", "10 April 1971"),
        f"{EVENTS}, line 3, column date: '10 April 1971' is not written as its description says",
        "write it so.",
    ),
    "a confidence that there is not": (
        text(EVENTS, ",high\n", ",certain\n"),
        f"{EVENTS}, line 2, column confidence: 'certain' is none of high, medium, low",
        "write one of them.",
    ),
    "a word for a number in a table": (
        text(EVENTS, "e03,3,", "e03,third,"),
        f"{EVENTS}, line 4, column place: 'third' is not a value of type integer",
        "correct it.",
    ),
    "a row cut off": (
        lines_of(EVENTS, lambda rows: [*rows[:-1], "e10,10\n"]),
        f"{EVENTS}, line 11, column date: a value is required here",
        "fill it in.",
    ),
    "a description that cannot be read": (
        text(PACKAGE, "{", "{{"),
        f"{PACKAGE}, line 1, tables: ",
        "mend it.",
    ),
    # notebooks
    "a citation misspelt": (
        prose(3, "case:britannica", "case:britanica"),
        f"{LESSON}, cell 3: the source 'case:britanica' is not in the list of sources",
        "correct it or add it.",
    ),
    "a date without a citation": (
        prose(7, "Below are", "They met in 1971.\n\nBelow are"),
        f"{LESSON}, cell 7: this sentence holds a date, figure or quotation and no citation",
        "add one, such as [@area:id].",
    ),
    "a citation not numbered": (
        prose(3, '[[3]](#Sources "@case:frus-17-112")', "[@case:frus-17-112]"),
        f"{LESSON}, cell 3: citations are not numbered",
        "run `make sync`.",
    ),
    "a word that the glossary lacks": (
        prose(10, "[signal]", "[message]"),
        f"{LESSON}, cell 10: the glossary has no term 'message'",
        "correct the link or add the term.",
    ),
    "no title": (
        prose(1, "# Ping", "Ping"),
        f"{LESSON}, notebook: has no title",
        "the first markdown cell holds the heading of level 1.",
    ),
    "minutes that do not add up": (
        prose(1, "8 to read", "9 to read"),
        f"{LESSON}, cell 1: 9 and 24 minutes are not 32",
        "write the sum.",
    ),
    "the set-up cell changed": (
        prose(2, "words", "words, check"),
        f"{LESSON}, cell 2: the first code cell is not the set-up cell",
        "write there exactly 'import sys",
    ),
    "a traceback stored": (
        stored(8, output_type="error", ename="E", evalue="e", traceback=[]),
        f"{LESSON}, cell 8: stores an error",
        "mend the cell, run it and save.",
    ),
    "a widget stored": (
        displayed(4, "application/vnd.jupyter.widget-view+json", {"model_id": "1"}),
        f"{LESSON}, cell 4: asks a question and stores outputs",
        "clear them, or store the notebook.",
    ),
    "a question without its tag": (
        cell(4, lambda part: part["metadata"].update(tags=[])),
        f"{LESSON}, cell 4: asks a question and needs the tag nbval-ignore-output",
        "copy a cell that asks one",
    ),
    "a chart stored without a description": (
        displayed(8, "application/vnd.vegalite.v5+json", {"mark": "point"}),
        f"{LESSON}, cell 8: stores a chart without a description",
        "say in words what it shows.",
    ),
    "a question asked that is not there": (
        prose(4, "P01", "P10"),
        f"{LESSON}, cell 4: there is no question 'P10'",
        "correct the id or add the question.",
    ),
    "an image without words": (
        prose(7, "Below are", "![](strip.png)\n\nBelow are"),
        f"{LESSON}, cell 7: has an image without alternative text",
        "say what it shows.",
    ),
    "a path of one machine": (
        prose(7, "Below are", "See `/data/mine/acts.csv`.\n\nBelow are"),
        f"{LESSON}, cell 7: holds a path of one machine",
        "make it relative.",
    ),
    "a notebook cut off": (
        text(LESSON, '"nbformat": 4,', ""),
        f"{LESSON}, notebook: is no valid notebook",
        "open and save it in Jupyter",
    ),
}
TWO_SENTENCES = re.compile(r"[.!?] +[A-Z]")
QUOTED = re.compile(r"“[^”]*”|`[^`]*`|'[^']*'|\"[^\"]*\"|\([^()]*\)")


def test_the_example_has_no_mistake(case):
    assert check_case(case) == []


def test_the_list_is_long():
    assert len(MISTAKES) >= 25


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_yields_one_sentence_with_file_place_and_cure(mistake, case):
    make, begins, cure = MISTAKES[mistake]
    make(case)
    forget()
    found = [str(finding) for finding in check_case(case)]
    assert len(found) == 1, found
    (said,) = found
    assert said.startswith(begins), said
    assert cure in said, said
    assert said.endswith("."), said
    assert "\n" not in said and not TWO_SENTENCES.search(QUOTED.sub("", said)), said
