"""The engine's questions: every kind marks good answers and refuses bad ones with a sentence.

No case is read here; the questions are made up.
"""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casekit.items import KINDS, AnswerError, ItemError, read_item

COMMON = {
    "lesson": "00-made-up",
    "title": "A question",
    "minutes": 2,
    "difficulty": 1,
    "bloom": ["remember"],
    "outcomes": ["O1"],
    "instructor": "Ask why.",
    "prompt": "What is it?",
    "hints": ["Look.", "Look closer.", "It is the second."],
}


def path(name: str, say: str = "", /, **when: Any) -> dict:
    return {"path": name, "when": when or {"otherwise": True}, "say": say or f"This is {name}."}


def made(kind: str, feedback: list[dict], **own: Any) -> dict:
    return {"id": f"Q-{kind}", "kind": kind, **COMMON, "feedback": [*feedback, path("else")], **own}


def named(*ids: str, **also: Any) -> list[dict]:
    return [{"id": name, "label": name.upper(), **also} for name in ids]


ITEMS = {
    "choice": made("choice", [path("took-a", chosen=["a"])], options=named("a", "b", "c")),
    "choose": made(
        "choose",
        [
            path("all-good", "Only {k} of all are good.", all_have={"end": "good"})
            | {"counts": {"k": {"end": "good"}}},
            path("has-d", any_in=["d"]),
            path("without-a", none_in=["a"]),
            path("first-two", all_in=["a", "b"]),
        ],
        n=2,
        options=[
            {"id": name, "text": name.upper(), "end": end}
            for name, end in (("a", "good"), ("b", "good"), ("c", "good"), ("d", "bad"))
        ],
    ),
    "classify": made(
        "classify",
        [
            path("x-in-right", placed={"thing": "x", "in": ["right"]}),
            path("left-in-right", moved=["left", "right"]),
            path("all-left", all_in="left"),
            path("y-misplaced", misplaced=["y"]),
            path("two-wrong", wrong=2),
            path("as-the-key", all_right=True),
        ],
        bins=named("left", "right"),
        things=[
            {"id": "x", "text": "X", "key": "left"},
            {"id": "y", "text": "Y", "key": "right"},
            {"id": "z", "text": "Z"},
        ],
    ),
    "guess": made(
        "guess",
        [
            path("same", identical=1),
            path("up", rising=3),
            path("low", flat_below=2),
            path("no-zero", never_zero=True),
            path("near", close=1),
        ],
        lines=[
            {"id": "one", "label": "One", "truth": {2001: 0, 2002: 4, 2004: 8}},
            {"id": "two", "label": "Two", "truth": {2001: 9, 2002: 5, 2004: 0}},
        ],
        x_from=2001,
        x_to=2004,
        x_title="Year",
        y_title="Things",
        minimum=0,
        maximum=10,
        step=1,
    ),
    "order": made(
        "order",
        [
            path("c-before-b", before=["c", "b"]),
            path("a-marked-down", marked={"card": "a", "as": ["down"]}),
            path("one-mark", one_mark=True),
            path("in-order", all_right=True),
        ],
        cards=[
            {"id": name, "place": place, "title": name, "date": "2001", "mark": mark, "also": also}
            for name, place, mark, also in (
                ("a", 1, "up", ""),
                ("b", 2, "down", "up"),
                ("c", 3, "down", ""),
            )
        ],
        marks={"label": "Up or down?", "options": {"up": "up", "down": "down"}},
        shuffled=["c", "a", "b"],
    ),
    "probabilities": made(
        "probabilities",
        [
            path("near-equal", within=5),
            path("q-above-p", higher=["q", "p"]),
            path("no-room", extreme=True),
            path("fifty", all_equal=50),
        ],
        statements=[{"id": "p", "text": "P"}, {"id": "q", "text": "Q"}],
    ),
    "write": made(
        "write",
        [
            path("gap", empty=["one", "two"]),
            path("unsure", checked=["no"]),
            path("short", fewer_words=4),
        ],
        fields=named("one", "two"),
        check_yourself={"label": "Is it good?", "options": named("yes", "no")},
    ),
}

GOOD = {
    "choice": {"choice": "b"},
    "choose": {"chosen": ["a", "d"]},
    "classify": {"placed": {"x": "left", "y": "right", "z": "left"}},
    "guess": {"points": {"one": {"2001": 0, "2004": 8}, "two": {2001: 9, "2004": 0}}},
    "order": {"order": ["a", "b", "c"], "marks": {"a": "up", "b": "down", "c": "down"}},
    "probabilities": {"values": {"p": 60, "q": 20.5}},
    "write": {"text": {"one": "Because of this.", "two": "And that."}, "check": "yes"},
}


def answer(kind: str, **changed: Any) -> dict:
    return {**copy.deepcopy(GOOD[kind]), **changed}


def elsewhere() -> str:
    """Return the text of the tests of the other kinds and of the lessons' questions."""
    here = Path(__file__).parent
    found = [*here.glob("test_kinds_*.py"), *here.glob("test_lesson*_items.py")]
    return "".join(path.read_text(encoding="utf-8") for path in found)


def test_every_kind_is_tried_here():
    assert set(ITEMS) == set(GOOD) <= set(KINDS)
    untested = [kind for kind in KINDS if kind not in ITEMS and f'"{kind}"' not in elsewhere()]
    assert not untested, f"No test knows the kinds {untested}."


# What each answer brings. One row for every condition, both ways.
MARKED = [
    ("choice", {"choice": "a"}, ["took-a"]),
    ("choice", {"choice": "b"}, ["else"]),
    ("choose", {"chosen": ["a", "c"]}, ["all-good"]),
    ("choose", {"chosen": ["c", "b"]}, ["all-good", "without-a"]),
    ("choose", {"chosen": ["a", "b"]}, ["all-good", "first-two"]),
    ("choose", {"chosen": ["d", "a"]}, ["has-d"]),
    ("choose", {"chosen": ["d", "c"]}, ["has-d", "without-a"]),
    ("classify", {"placed": {"x": "left", "y": "right", "z": "left"}}, ["as-the-key"]),
    ("classify", {"placed": {"x": "left", "y": "left", "z": "left"}}, ["all-left", "y-misplaced"]),
    ("classify", {"placed": {"x": "left", "y": "left", "z": "right"}}, ["y-misplaced"]),
    (
        "classify",
        {"placed": {"x": "right", "y": "right", "z": "left"}},
        ["x-in-right", "left-in-right"],
    ),
    (
        "classify",
        {"placed": {"x": "right", "y": "left", "z": "left"}},
        ["x-in-right", "left-in-right", "y-misplaced", "two-wrong"],
    ),
    ("guess", GOOD["guess"], ["near"]),
    (
        "guess",
        {"points": {"one": {2001: 0, 2004: 6}, "two": {2001: 0, 2004: 6}}},
        ["same", "up"],
    ),
    (
        "guess",
        {"points": {"one": {2001: 1, 2004: 1}, "two": {2001: 1, 2004: 1.5}}},
        ["same", "low", "no-zero"],
    ),
    ("guess", {"points": {"one": {2001: 9, 2002: 0}, "two": {2001: 0, 2002: 9}}}, ["else"]),
    ("order", {"order": ["a", "b", "c"], "marks": dict.fromkeys("abc", "up")}, None),
    ("order", GOOD["order"], ["in-order"]),
    (
        "order",
        {"order": ["a", "c", "b"], "marks": dict.fromkeys("abc", "down")},
        ["c-before-b", "a-marked-down", "one-mark"],
    ),
    (
        "order",
        {"order": ["b", "a", "c"], "marks": {"a": "up", "b": "down", "c": "up"}},
        ["else"],
    ),
    ("probabilities", {"values": {"p": 60, "q": 20}}, ["else"]),
    ("probabilities", {"values": {"p": 50, "q": 50}}, ["near-equal", "fifty"]),
    ("probabilities", {"values": {"p": 0, "q": 20}}, ["q-above-p", "no-room"]),
    ("write", GOOD["write"], ["else"]),
    ("write", {"text": {"one": "Only this one box."}, "check": "no"}, ["gap", "unsure"]),
    ("write", {"text": {"one": "One", "two": "two"}, "check": "yes"}, ["short"]),
]


@pytest.mark.parametrize(("kind", "given", "paths"), MARKED)
def test_the_paths_an_answer_takes(kind, given, paths):
    feedback = read_item(ITEMS[kind]).mark(given)
    assert list(feedback.paths) == (paths or ["one-mark", "in-order"])
    assert all(message.text for message in feedback.messages)


def test_every_condition_of_every_kind_is_tried_here():
    taken = {(kind, name) for kind, _, paths in MARKED for name in paths or []}
    for kind, content in ITEMS.items():
        tried = {name for p in content["feedback"] for name in p["when"]} - {"otherwise"}
        left = set(KINDS[kind].conditions) - tried
        assert not {name for name in left if name not in elsewhere()}
        assert {(kind, p["path"]) for p in content["feedback"]} - taken <= {
            (kind, "else"),
            (kind, "one-mark"),
        }


def test_blanks_are_filled_from_the_facts_of_all_options():
    (message, *_) = read_item(ITEMS["choose"]).mark({"chosen": ["a", "c"]}).messages
    assert message.text == "Only 3 of all are good."


@pytest.mark.parametrize(
    ("kind", "given", "score"),
    [
        ("choice", {"choice": "a"}, ""),
        ("classify", GOOD["classify"], "2 of 2 as in the reference."),
        (
            "guess",
            {"points": {"one": {2001: 0, 2004: 6}, "two": {2001: 10, 2004: 1}}},
            # One: 0, 2 and 2 away; two: 1, 2 and 1.
            "One: on average 1.3 away; Two: on average 1.3 away.",
        ),
        (
            "order",
            {"order": ["a", "c", "b"], "marks": {"a": "down", "b": "up", "c": "down"}},
            "1 of 2 neighbouring pairs are in the right order; "
            "2 of 3 marks are as in the reference.",
        ),
    ],
)
def test_scores_in_words(kind, given, score):
    assert read_item(ITEMS[kind]).mark(given).score == score


HUGE = 10**400
BAD_ANSWERS = [
    *((kind, bad) for kind in ITEMS for bad in (None, 3, "a", [], {}, [GOOD[kind]], True)),
    ("choice", {"choice": 3}),
    ("choice", {"choice": ["a"]}),
    ("choice", {"choice": "z"}),
    ("choose", {"chosen": "ab"}),
    ("choose", {"chosen": ["a"]}),
    ("choose", {"chosen": ["a", "a"]}),
    ("choose", {"chosen": ["a", "b", "c"]}),
    ("choose", {"chosen": ["a", "z"]}),
    ("choose", {"chosen": ["a", ["b"]]}),
    ("choose", {"chosen": ["a", "b", {}]}),
    ("classify", {"placed": []}),
    ("classify", {"placed": {"x": "left", "y": "left"}}),
    ("classify", {"placed": {"x": "left", "y": "left", "z": "middle"}}),
    ("classify", {"placed": {"x": "left", "y": "left", "z": ["left"]}}),
    ("guess", {"points": {"one": {2001: 1, 2002: 2}}}),
    ("guess", {"points": {"one": {2001: 1, 2002: 2}, "two": [1, 2]}}),
    ("guess", {"points": {"one": {2001: 1, 2002: 2}, "other": {2001: 1, 2002: 2}}}),
    *(
        ("guess", {"points": {"one": points, "two": {2001: 1, 2002: 2}}})
        for points in (
            {2001: 1},
            {2001: 1, 1999: 2},
            {2001: 1, "²": 2},
            {2001: 1, "2002.0": 2},
            {2001: 1, True: 2},
            {2001: 1, 2002: "2"},
            {2001: 1, 2002: None},
            {2001: 1, 2002: True},
            {2001: 1, 2002: math.nan},
            {2001: 1, 2002: math.inf},
            {2001: 1, 2002: HUGE},
            {2001: 1, 2002: -1},
        )
    ),
    ("order", answer("order", order=["a", "b"])),
    ("order", answer("order", order=["a", "b", "b"])),
    ("order", answer("order", order=["a", "b", "z"])),
    ("order", answer("order", order=["a", "b", ["c"]])),
    ("order", answer("order", order="abc")),
    ("order", {"order": ["a", "b", "c"]}),
    ("order", answer("order", marks={"a": "up", "b": "up"})),
    ("order", answer("order", marks={"a": "up", "b": "up", "c": "sideways"})),
    ("order", answer("order", marks={"a": "up", "b": "up", "c": ["up"]})),
    *(
        ("probabilities", {"values": {"p": 10, "q": value}})
        for value in (-1, 101, "50", None, True, math.nan, math.inf, -math.inf, HUGE, [50])
    ),
    ("probabilities", {"values": {"p": 10}}),
    ("probabilities", {"values": [10, 20]}),
    ("write", {"text": {"one": " ", "two": ""}, "check": "yes"}),
    ("write", {"text": {"one": 3, "two": "x"}, "check": "yes"}),
    ("write", {"text": {"one": None, "two": "x"}, "check": "yes"}),
    ("write", {"text": "Because.", "check": "yes"}),
    ("write", {"text": {"one": "Because."}}),
    ("write", {"text": {"one": "Because."}, "check": "perhaps"}),
    ("write", {"text": {"one": "Because."}, "check": ["yes"]}),
]


@pytest.mark.parametrize(("kind", "given"), BAD_ANSWERS)
def test_a_bad_answer_is_refused_with_a_sentence(kind, given):
    with pytest.raises(AnswerError) as error:
        read_item(ITEMS[kind]).mark(given)
    said = str(error.value)
    assert said[0].isupper() or said.split()[0] in {"1", "2", "3"}
    assert said.endswith(".")


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
) | st.sampled_from(["a", "b", "c", "d", "x", "left", "up", "one", "2001", "yes"])
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=4)
            | st.sampled_from(["choice", "chosen", "placed", "points", "order", "marks", "one"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def places(value: Any, here: tuple = ()) -> list[tuple]:
    """Return every place inside a JSON-like value, the whole first."""
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [here, *(place for key, part in parts for place in places(part, (*here, key)))]


@st.composite
def damaged(draw: st.DrawFn, whole: Any) -> Any:
    """A value with one of its parts replaced by anything, or taken out."""
    value = copy.deepcopy(whole)
    *way, last = draw(st.sampled_from(places(whole)[1:]))
    inside = value
    for key in way:
        inside = inside[key]
    if draw(st.booleans()):
        inside[last] = draw(JSON)
    else:
        del inside[last]
    return value


@pytest.mark.parametrize("kind", ITEMS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_answer_does_anything_but_bring_feedback_or_a_refusal(kind, data):
    item = read_item(ITEMS[kind])
    given_answer = data.draw(JSON | damaged(GOOD[kind]))
    try:
        feedback = item.mark(given_answer)
    except AnswerError as error:
        assert str(error)
    else:
        assert feedback.messages


@pytest.mark.parametrize("kind", ITEMS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_description_does_anything_but_make_a_question_or_name_its_fault(kind, data):
    content = data.draw(damaged(ITEMS[kind]))
    try:
        item = read_item(content, "made-up.toml")
    except ItemError as error:
        assert str(error).startswith("made-up.toml: Question ")
        return
    for given_answer in [GOOD[kind], *(a for k, a, _ in MARKED if k == kind)]:
        try:
            assert item.mark(given_answer).messages
        except AnswerError as error:
            assert str(error)


def changed(kind: str, /, **fields: Any) -> dict:
    """Return a made-up question with other fields; ``...`` takes one out."""
    content = {**copy.deepcopy(ITEMS[kind]), **fields}
    return {name: value for name, value in content.items() if value is not ...}


def with_path(kind: str, /, **when: Any) -> dict:
    return changed(kind, feedback=[path("mine", **when), path("else")])


# The fault, and what the message must name: the field and what was expected there.
FAULTS = [
    (changed("choice", kind="riddle"), "field kind", "choice, choose"),
    (changed("choice", kind=...), "field kind", "choice, choose"),
    (changed("choice", kind=["choice"]), "field kind", "choice, choose"),
    (changed("choice", prompt=...), "field prompt", "missing"),
    (changed("choice", id=...), "field id", "missing"),
    (changed("choice", promt="What?"), "promt", "unknown field"),
    (changed("choice", minutes="two"), "field minutes", "a whole number"),
    (changed("choice", minutes=1.5), "field minutes", "a whole number"),
    (changed("choice", minutes=True), "field minutes", "a whole number"),
    (changed("choice", minutes=0), "field minutes", "at least 1"),
    (changed("choice", difficulty=4), "field difficulty", "1 (easy), 2 or 3"),
    (changed("choice", title=3), "field title", "text"),
    (changed("choice", bloom="remember"), "field bloom", "a list"),
    (changed("choice", hints=["One.", "Two."]), "field hints", "three hints"),
    (changed("choice", hints="One."), "field hints", "a list"),
    (changed("choice", feedback={}), "field feedback", "a list"),
    (changed("choice", feedback=["Well."]), "field feedback[0]", "a table"),
    (changed("choice", feedback=[path("a", chosen=["a"])]), "field feedback", "exactly one path"),
    (changed("choice", feedback=[path("a"), path("b")]), "field feedback", "exactly one path"),
    (
        changed("choice", feedback=[path("a"), path("a", chosen=["a"])]),
        "field feedback",
        "a different name",
    ),
    (changed("choice", feedback=[path("a") | {"say": " "}]), "path 'a', say", "a sentence"),
    (changed("choice", feedback=[path("a") | {"when": 3}]), "field feedback[0].when", "a table"),
    (with_path("choice", chosen=["z"]), "path 'mine', chosen", "a, b, c"),
    (with_path("choice", chosen="a"), "path 'mine', chosen", "a list of ids"),
    (with_path("choice", guessed=["a"]), "path 'mine', when", "chosen"),
    (with_path("choice", otherwise=True, chosen=["a"]), "path 'mine', when", "stands alone"),
    (with_path("choice", otherwise=False), "path 'mine', when", "chosen"),
    (changed("choice", options=named("a", "a")), "field options", "its own id"),
    (changed("choice", options=named("a")), "field options", "two or more"),
    (changed("choice", options=named("a", "b", rihgt=True)), "options[0]", "unknown field rihgt"),
    (changed("choose", n=4), "field n", "1 to 3"),
    (changed("choose", options=[{"id": "a"}, {"id": "b"}]), "field options", "an id and a text"),
    (changed("choose", options=[{"id": "a", "text": "A"}] * 3), "field options", "different id"),
    (with_path("choose", any_in=["z"]), "path 'mine', any_in", "a, b, c, d"),
    (with_path("choose", all_have={"end": 3}), "path 'mine', all_have", "facts"),
    (
        changed("choose", feedback=[path("else", "There are {n} of them.")]),
        "path 'else'",
        "a count for each blank",
    ),
    (changed("classify", bins=named("left", "left")), "field bins", "its own id"),
    (changed("classify", things=[{"id": "x", "text": "X"}] * 2), "field things", "their own"),
    (changed("classify", things=[{"id": "x", "text": "X", "key": "up"}]), "things, x", "left"),
    (with_path("classify", placed={"thing": "q", "in": ["left"]}), "placed", "x, y, z"),
    (with_path("classify", placed={"thing": "x", "in": ["up"]}), "placed", "left, right"),
    (with_path("classify", placed={"thing": "x"}), "placed", "in = a list of ids"),
    (with_path("classify", moved=["left"]), "moved", "two ids"),
    (with_path("classify", moved=["left", "up"]), "moved", "left, right"),
    (with_path("classify", all_in=["left"]), "all_in", "one id"),
    (with_path("classify", all_in="up"), "all_in", "left, right"),
    (with_path("classify", misplaced=["q"]), "misplaced", "x, y, z"),
    (with_path("classify", wrong="two"), "wrong", "a number"),
    (with_path("classify", all_right="yes"), "all_right", "true or false"),
    (changed("guess", x_to=2001), "field x_to", "a year after"),
    (changed("guess", maximum=0), "field maximum", "more than minimum"),
    (changed("guess", step=0), "field step", "a step"),
    (changed("guess", lines=[]), "field lines", "one or more"),
    (changed("guess", lines=ITEMS["guess"]["lines"][:1] * 2), "field lines", "its own id"),
    (
        changed("guess", lines=[{"id": "one", "label": "One", "truth": {1900: 1}}]),
        "lines, one",
        "true values",
    ),
    (
        changed("guess", lines=[{"id": "one", "label": "One", "truth": {"1900": 1}}]),
        "lines[0].truth",
        "a whole number",
    ),
    (with_path("guess", close=math.nan), "close", "a number"),
    (changed("order", shuffled=["a", "b", "c"]), "field shuffled", "not the true one"),
    (changed("order", shuffled=["a", "b"]), "field shuffled", "every card id once"),
    (changed("order", cards=ITEMS["order"]["cards"][:1] * 2), "field cards", "its own id"),
    (changed("order", cards=ITEMS["order"]["cards"][1:]), "cards, place", "1, 2, 3"),
    (
        changed("order", marks={"label": "Up?", "options": {"up": "up"}}),
        "cards, b, mark",
        "one of up",
    ),
    (with_path("order", before=["a"]), "before", "two ids"),
    (with_path("order", before=["a", "z"]), "before", "a, b, c"),
    (with_path("order", marked={"card": "z", "as": ["up"]}), "marked", "a, b, c"),
    (with_path("order", marked={"card": "a", "as": ["over"]}), "path 'mine'", "up, down"),
    (changed("probabilities", statements=[]), "field statements", "one or more"),
    (with_path("probabilities", higher=["p", "z"]), "higher", "p, q"),
    (changed("write", fields=named("one", "one")), "field fields", "its own id"),
    (with_path("write", empty=["three"]), "empty", "one, two"),
    (with_path("write", checked=["perhaps"]), "checked", "yes, no"),
    (with_path("write", fewer_words="four"), "fewer_words", "a number"),
]


@pytest.mark.parametrize(("content", "field", "expected"), FAULTS)
def test_a_fault_is_named_with_question_field_and_expectation(content, field, expected):
    with pytest.raises(ItemError) as error:
        read_item(content, "made-up.toml")
    said = str(error.value)
    assert said.startswith("made-up.toml: Question ")
    assert str(content.get("id", "without an id")) in said
    assert field in said
    assert expected in said
