"""What the tests of questions share: rows of answers, the paths they take, arbitrary input.

A row is (question or kind, answer, paths): the answer, marked, takes exactly these paths, in this
order, and each of them says its sentence. `LessonQuestions` tries the questions of a lesson,
`MadeUpQuestions` the kinds of question; a file of tests inherits from one of them in a class
whose name begins with Test, and says there what is to be tried.
"""

from __future__ import annotations

import copy
import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import ipywidgets as widgets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casekit import catalogue, citations, passport, tables
from casekit.items import KINDS, AnswerError, Item, ItemError, read_item
from casekit.widgets.question import Question
from casekit.widgets.view import View

ROOT = Path(__file__).resolve().parents[1]
Row = tuple[str, Any, list[str]]


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a table as its file has them, read without the kit."""
    with (ROOT / "data" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_id(name: str) -> dict[str, dict[str, str]]:
    """Return the rows of a table as its file has them, by their first column."""
    return {next(iter(row.values())): row for row in rows_of(name)}


def content_of(name: str) -> str:
    """Return the file of a question as its author wrote it."""
    return (ROOT / "data" / "items" / f"{name}.toml").read_text("utf-8")


class Lesson:
    """A lesson's notebook as it is stored."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells = json.loads((ROOT / "lessons" / f"{name}.ipynb").read_text("utf-8"))["cells"]

    def source(self, kind: str) -> str:
        """Return the text of all cells of a kind, "code" or "markdown"."""
        return "\n".join("".join(c["source"]) for c in self.cells if c["cell_type"] == kind)

    def calls(self, function: str) -> list[str]:
        """Return what the cells give to ``ask`` or ``figure``, in the order of the lesson."""
        return re.findall(rf'{function}\("([^"]+)"\)', self.source("code"))

    def questions(self) -> list[str]:
        """Return the ids of all questions that name this lesson as theirs, sorted."""
        return [n for n in catalogue.item_ids() if catalogue.item(n).lesson == self.name]

    def stored(self, end: int | None = None) -> str:
        """Return the stored outputs of the cells, as JSON that keeps every script readable."""
        outputs = [cell.get("outputs", []) for cell in self.cells[:end]]
        return json.dumps(outputs, ensure_ascii=False)


def chosen(option: str) -> dict:
    """Return an answer to a question of the kind choice."""
    return {"choice": option}


def languages_quoted(prose: str, *also: tuple[str, str]) -> list[str]:
    """Return the language of each original quoted in a text; each stands in a table.

    ``also`` are pairs of language and text besides those of the table of statements.
    """
    quoted = re.findall(r'<span lang="(ko|ja)">[“「]([^”」]+)[”」]</span>', prose)
    known = [*also, *((row["language"], row["text_original"]) for row in rows_of("statements"))]
    for lang, words in quoted:
        assert any(lang == code and words in text for code, text in known), words
    return [lang for lang, _ in quoted]


def days_between(days: list[str]) -> list[int]:
    dated = [date.fromisoformat(day) for day in days]
    return [(later - earlier).days for earlier, later in pairwise(dated)]


def reference_is_that_of_the_table(name: str, table: dict[str, dict], column: str) -> None:
    """Compare the verdicts that a question of the kind judge accepts with a table's words."""
    item = catalogue.item(name)
    for one in item.statements:
        row = table[one.id]
        said = row[column].split()[0].strip(";,(").lower()
        first, *also = (item.verdicts[verdict] for verdict in item.reference[one.id])
        assert first.lower().removeprefix("it ").split()[0] == said
        assert one.answer == row[column]
        if "also_accept" in row and also:
            assert also == [row["also_accept"]]


def texts(value: object) -> list[str]:
    """Return every text inside a question, its tables filled in; not the names it looks for."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value, *value.values()]
    elif fields := getattr(value, "__attrs_attrs__", ()):
        names = [field.name for field in fields if field.name not in ("pairs", "when")]
        value = [getattr(value, name) for name in names]
    return [t for part in value for t in texts(part)] if isinstance(value, (list, tuple)) else []


def on_screen(widget: widgets.Widget) -> list[widgets.Widget]:
    """Return every widget that is shown, in the order of the screen."""
    if getattr(widget.layout, "display", None) == "none":
        return []
    inside = getattr(widget, "children", ())
    return [widget, *(one for child in inside for one in on_screen(child))]


def inputs(box: widgets.Widget) -> list[widgets.Widget]:
    """Return the controls on screen that take an answer."""
    quiet = (widgets.Box, widgets.HTML, widgets.Button, widgets.Output)
    return [w for w in on_screen(box) if not isinstance(w, quiet) and hasattr(w, "value")]


def markup(box: widgets.Widget) -> str:
    return "".join(w.value for w in on_screen(box) if isinstance(w, widgets.HTML))


def readable(box: widgets.Widget) -> str:
    """Return all that can be read on screen: markup, labels and the lines of menus."""
    said = markup(box)
    for one in on_screen(box):
        parts = (getattr(one, name, "") for name in ("description", "options", "outputs"))
        said += " ".join(["", *map(str, parts)])
    return said


def named_rows(rows: list[Row]) -> list:
    return [pytest.param(*row, id=f"{row[0]}-{'+'.join(row[2])}") for row in rows]


class LessonQuestions:
    """The tests that the questions of every lesson pass.

    ``rows`` holds the answers to try. A question of ``lessons`` without a row fails, and so does
    a path that no row takes. ``shows`` gives, by question, a table and a query: the rows whose
    sources the question must name. ``both_names`` is how the disputed islets are called in this
    lesson, in the order that is its turn. Exercises, whose ids do not begin with L, have three
    hints and ask for a reason; the rest says which do not.
    """

    lessons: ClassVar[tuple[str, ...]]
    rows: ClassVar[list[Row]]
    shows: ClassVar[dict[str, tuple[str, str]]] = {}
    both_names: ClassVar[str]
    without_hints: ClassVar[tuple[str, ...]] = ()
    without_reason: ClassVar[tuple[str, ...]] = ()
    without_sources: ClassVar[tuple[str, ...]] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        wanted = metafunc.fixturenames
        if "paths" in wanted:
            metafunc.parametrize(("name", "answer", "paths"), named_rows(self.rows))
        elif "name" in wanted:
            metafunc.parametrize("name", list(dict.fromkeys(name for name, _, _ in self.rows)))

    def test_an_answer_gets_the_sentences_meant_for_it(self, name, answer, paths):
        feedback = catalogue.item(name).mark(answer)
        assert list(feedback.paths) == paths
        for message in feedback.messages:
            assert message.text.strip()
            assert not re.search(r"\{\w+\}|[*`]", message.text)

    def test_every_path_is_reached_by_a_row_and_has_a_sentence_of_its_own(self, name):
        feedback = catalogue.item(name).feedback
        reached = {path for row, _, paths in self.rows if row == name for path in paths}
        assert reached == {path.path for path in feedback}
        assert len({path.say for path in feedback}) == len(feedback)

    def test_every_question_of_the_lesson_has_rows(self):
        found = {n for n in catalogue.item_ids() if catalogue.item(n).lesson in self.lessons}
        assert {name for name, _, _ in self.rows} == found

    def test_what_every_question_has(self, name):
        item, exercise = catalogue.item(name), not name.startswith("L")
        hints = 3 if exercise and name not in self.without_hints else 0
        assert len(set(item.hints)) == len(item.hints) == hints
        assert item.bloom and set(item.outcomes) <= {f"O{n}" for n in range(1, 8)}
        needed = (item.title, item.prompt, item.instructor, *item.hints)
        assert all(text.strip() for text in needed)
        shown = [*needed, item.reason, item.after, *(path.say for path in item.feedback)]
        assert not any(re.search(r"[*`]|\[@?\w+\d{4}", text) for text in shown)
        # An answer and a reason come before anything is revealed.
        if item.reveal or (exercise and name not in self.without_reason):
            assert item.reason.strip() or getattr(item, "why", "") or item.kind == "write"
        if name.endswith("-log"):
            first = {one.id: one.text for one in catalogue.item("E01").statements}
            assert all(first[one.id].endswith(one.text) for one in item.statements)

    def test_sources_are_known_and_hold_those_of_the_rows_shown(self, name):
        ids = catalogue.item(name).sources
        assert bool(ids) is (name not in self.without_sources)
        assert len(set(ids)) == len(ids)
        assert citations.unknown(ids) == []
        listed = [one for one in ids if not one.startswith(citations.BOOK)]
        assert list(tables.sources(listed)["id"]) == listed
        for table, query in [self.shows[name]] if name in self.shows else []:
            found = tables.table(table).query(query)
            columns = [c for c in found if c.endswith(("source_ids", "_source", "drawn_from"))]
            needed = {one for column in columns for given in found[column] for one in given}
            assert needed and needed <= set(ids)

    def test_both_names_stand_where_the_islets_are_mentioned(self, name):
        said = "\n".join(texts(catalogue.item(name)))
        if re.search("islets|Dokdo|Takeshima", said):
            assert self.both_names in said
        other = "/".join(reversed(self.both_names.split("/")))
        assert other not in said

    def test_the_view_shows_the_answer_again_and_reveals_harmless_text(self, name, answer, paths):
        item = catalogue.item(name)
        view = View.kinds[item.kind](item)
        assert "<script" not in markup(view.box)
        view.show(json.loads(json.dumps(answer)))
        again, revealed = view.answer(), view.revealed(answer)
        assert item.mark(again) == item.mark(answer)
        assert revealed == View.kinds[item.kind](item).revealed(again)
        assert "<script" not in revealed and not re.search(r"\bnan\b", revealed, re.IGNORECASE)
        if item.kind not in ("code", "forecast", "guess"):
            assert view.charts(answer) == []

    def test_a_committed_answer_is_saved_and_found_again(self, name, tmp_path, monkeypatch):
        monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
        answer = next(answer for row, answer, _ in self.rows if row == name)
        question = Question(catalogue.item(name))
        question.commit.click()
        assert "ck-error" in question.alert.value and not question.said.value
        question.view.show(answer)
        question.reason.value = "Because."
        question.commit.click()
        assert "ck-said" in question.said.value and not question.alert.value
        (entry,) = passport.read().of(name)
        again = Question(catalogue.item(name))
        assert again.said.value == question.said.value
        assert again.view.answer() == entry.answer == question.view.answer()


# Questions that are made up


def path(name: str, say: str = "", /, **when: Any) -> dict:
    """Return a path of feedback; without conditions, the one for all other answers."""
    return {"path": name, "when": when or {"otherwise": True}, "say": say or f"This is {name}."}


def made(kind: str, feedback: list[dict], **own: Any) -> dict:
    """Return what the file of a question holds; its last path is "else"."""
    return {
        "id": f"Q-{kind}",
        "kind": kind,
        "lesson": "00-made-up",
        "title": "A question",
        "minutes": 2,
        "difficulty": 1,
        "bloom": ["remember"],
        "outcomes": ["O1"],
        "instructor": "Ask why.",
        "prompt": "What is it?",
        "hints": ["Look.", "Look closer.", "It is the second."],
        "feedback": [*feedback, path("else")],
        **own,
    }


def options(*ids: str, right: str = "", **also: Any) -> list[dict]:
    marked = {right: {"right": True}}
    return [{"id": n, "label": n.upper(), **marked.get(n, {}), **also} for n in ids]


def changers(items: dict[str, dict]) -> tuple[Callable, Callable, Callable]:
    """Return three functions that give one of these questions with something changed.

    The first sets fields (``...`` takes one out), the second puts one path in the place of all,
    the third sets fields of the nth part of a list.
    """

    def changed(kind: str, /, **fields: Any) -> dict:
        whole = {**copy.deepcopy(items[kind]), **fields}
        return {name: value for name, value in whole.items() if value is not ...}

    def with_path(kind: str, /, **when: Any) -> dict:
        return changed(kind, feedback=[path("mine", **when), path("else")])

    def with_part(kind: str, field: str, number: int, /, **fields: Any) -> dict:
        whole = changed(kind)
        whole[field][number] |= fields
        return whole

    return changed, with_path, with_part


def places(value: Any, here: tuple = ()) -> Iterator[tuple]:
    """Yield every place inside a JSON-like value, the whole first."""
    yield here
    if isinstance(value, (dict, list)):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            yield from places(part, (*here, key))


def words(value: Any) -> set[str]:
    """Return every text inside a JSON-like value, keys included."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        value = [*value, *value.values()]
    return {text for part in value for text in words(part)} if isinstance(value, list) else set()


def json_like(whole: Any) -> st.SearchStrategy:
    """Values of any form, in which the words of a good one are frequent."""
    known = st.sampled_from(sorted(words(whole)))
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | known
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(max_size=4) | known, inner, max_size=5)
        ),
        max_leaves=12,
    )


@st.composite
def damaged(draw: st.DrawFn, whole: Any, anything: st.SearchStrategy) -> Any:
    """A value with one of its parts replaced by anything, or taken out."""
    value = copy.deepcopy(whole)
    *way, last = draw(st.sampled_from(list(places(whole))[1:]))
    inside = value
    for key in way:
        inside = inside[key]
    if draw(st.booleans()):
        inside[last] = draw(anything)
    else:
        del inside[last]
    return value


# A lesson's file and another run the same test with other questions.
ARBITRARY = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)


class MadeUpQuestions:
    """The tests that every kind of question passes, on a made-up question of it.

    ``items`` and ``good`` hold a question and an answer by kind; ``rows`` has a row for every
    path, and so for every condition, but those of ``elsewhere``, which another file tries.
    ``bad`` are (kind, answer) to be refused, ``scores`` (kind, answer, how the score begins), and
    ``faults`` a question with a fault and words that the message must hold: field, expectation.
    """

    items: ClassVar[dict[str, dict]]
    good: ClassVar[dict[str, Any]]
    rows: ClassVar[list[Row]]
    elsewhere: ClassVar[dict[str, set[str]]] = {}
    scores: ClassVar[list[tuple[str, Any, str]]]
    bad: ClassVar[list[tuple[str, Any]]]
    faults: ClassVar[list[tuple]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        wanted = metafunc.fixturenames
        if "paths" in wanted:
            metafunc.parametrize(("kind", "answer", "paths"), named_rows(self.rows))
        elif "score" in wanted:
            metafunc.parametrize(("kind", "answer", "score"), self.scores)
        elif "content" in wanted:
            metafunc.parametrize(
                ("content", "named"), [(content, named) for content, *named in self.faults]
            )
        elif "answer" in wanted:
            no_form = (None, 3, "a", [], {}, True)
            bad = [(kind, one) for kind in self.items for one in (*no_form, [self.good[kind]])]
            metafunc.parametrize(("kind", "answer"), [*bad, *self.bad])
        elif "kind" in wanted:
            metafunc.parametrize("kind", list(self.items))

    def start(self, kind: str) -> Any:
        """Return the answer that is damaged: one that holds all that an answer can hold."""
        return self.good[kind]

    def accepted(self, item: Item, answer: Any) -> None:
        """Try more on an arbitrary answer that was accepted."""

    def test_the_paths_an_answer_takes(self, kind, answer, paths):
        feedback = read_item(self.items[kind]).mark(answer)
        assert list(feedback.paths) == paths
        for message in feedback.messages:
            assert message.text
            assert all(isinstance(part, str) and part for part in message.about)
            assert len(set(message.about)) == len(message.about)

    def test_every_condition_and_every_path_is_tried_here(self, kind):
        paths = self.items[kind]["feedback"]
        tried = {name for one in paths for name in one["when"]} - {"otherwise"}
        assert tried == set(KINDS[kind].conditions) - self.elsewhere.get(kind, set())
        taken = {name for row, _, names in self.rows for name in names if row == kind}
        assert taken | {"else"} == {one["path"] for one in paths}

    def test_scores_in_words(self, kind, answer, score):
        said = read_item(self.items[kind]).mark(answer).score
        assert said == score or (score.endswith("…") and said.startswith(score[:-1]))

    def test_a_bad_answer_is_refused_with_a_sentence(self, kind, answer):
        with pytest.raises(AnswerError) as error:
            read_item(self.items[kind]).mark(answer)
        assert re.fullmatch(r"[A-Z0-9].*[.)]", str(error.value), re.DOTALL)

    def test_a_fault_is_named_with_question_field_and_expectation(self, content, named):
        with pytest.raises(ItemError) as error:
            read_item(content, "made-up.toml")
        said = str(error.value)
        assert said.startswith(f"made-up.toml: Question {content.get('id', 'without an id')}")
        assert all(part in said for part in named)

    @ARBITRARY
    @given(data=st.data())
    def test_no_answer_does_anything_but_bring_feedback_or_a_refusal(self, kind, data):
        item, start = read_item(self.items[kind]), self.start(kind)
        answer = data.draw(json_like(start) | damaged(start, json_like(start)))
        try:
            feedback = item.mark(answer)
        except AnswerError as error:
            assert str(error)
        else:
            assert feedback.messages
            self.accepted(item, answer)

    @ARBITRARY
    @given(data=st.data())
    def test_no_description_does_anything_but_make_a_question_or_name_its_fault(self, kind, data):
        good = self.good[kind]
        content = data.draw(damaged(self.items[kind], json_like(good)))
        try:
            item = read_item(content, "made-up.toml")
        except ItemError as error:
            assert str(error).startswith("made-up.toml: Question ")
            return
        for answer in [good, *(answer for row, answer, _ in self.rows if row == kind)]:
            try:
                assert item.mark(answer).messages
            except AnswerError as error:
                assert str(error)

    def test_a_view_shows_an_answer_again(self, kind):
        view = View.kinds[kind](read_item(self.items[kind]))
        answer = json.loads(json.dumps(self.good[kind]))
        view.show(copy.deepcopy(answer))
        assert json.loads(json.dumps(view.answer())) == answer
        assert view.item.mark(view.answer()) == view.item.mark(answer)

    def test_an_untouched_view_gives_no_answer(self, kind):
        view = View.kinds[kind](read_item(self.items[kind]))
        if kind == "probabilities":  # a slider always stands somewhere; a reason must be written
            assert view.answer() == {"values": {"p": 50, "q": 50}}
            return
        with pytest.raises(AnswerError):
            view.item.mark(view.answer())
