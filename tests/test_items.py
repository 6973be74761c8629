"""The engine's questions: every kind marks good answers and refuses bad ones with a sentence.

No case is read here; the questions are made up.
"""

from __future__ import annotations

import copy
import math
import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
from questions import MadeUpQuestions, changers, made, options, path

from casekit.items import KINDS, AnswerError, ItemError, read_item

ITEMS = {
    "choice": made("choice", [path("took-a", chosen=["a"])], options=options("a", "b", "c")),
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
        bins=options("left", "right"),
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
        fields=options("one", "two"),
        check_yourself={"label": "Is it good?", "options": options("yes", "no")},
    ),
}
changed, with_path, _ = changers(ITEMS)


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


def test_every_kind_is_tried():
    files = Path(__file__).parent.glob("test_kinds_*.py")
    tried = set(re.findall(r'made\(\s*"(\w+)"', "".join(f.read_text("utf-8") for f in files)))
    assert tried | set(ITEMS) == set(KINDS)


# What each answer brings. One row for every condition, both ways.
ROWS = [
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
    (
        "order",
        {"order": ["a", "b", "c"], "marks": dict.fromkeys("abc", "up")},
        ["one-mark", "in-order"],
    ),
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


SCORES = [
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
        "1 of 2 neighbouring pairs are in the right order; 2 of 3 marks are as in the reference.",
    ),
]


HUGE = 10**400
BAD_ANSWERS = [
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
    (changed("choice", options=options("a", "a")), "field options", "its own id"),
    (changed("choice", options=options("a")), "field options", "two or more"),
    (changed("choice", options=options("a", "b", rihgt=True)), "options[0]", "unknown field rihgt"),
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
    (changed("classify", bins=options("left", "left")), "field bins", "its own id"),
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
    (changed("write", fields=options("one", "one")), "field fields", "its own id"),
    (with_path("write", empty=["three"]), "empty", "one, two"),
    (with_path("write", checked=["perhaps"]), "checked", "yes, no"),
    (with_path("write", fewer_words="four"), "fewer_words", "a number"),
]


class TestKinds(MadeUpQuestions):
    items, good, rows, scores, bad, faults = ITEMS, GOOD, ROWS, SCORES, BAD_ANSWERS, FAULTS
    elsewhere: ClassVar = {
        "classify": {"ticked"},
        "write": {"declared", "found", "one_sided", "linked"},
    }


def test_blanks_are_filled_from_the_facts_of_all_options():
    (message, *_) = read_item(ITEMS["choose"]).mark({"chosen": ["a", "c"]}).messages
    assert message.text == "Only 3 of all are good."


# What a sentence is about


ABOUT = [
    ("choice", {"choice": "a"}, {"took-a": ("choice",)}),
    ("choose", {"chosen": ["a", "d"]}, {"has-d": ("d",)}),
    ("guess", GOOD["guess"], {"near": ()}),
]


@pytest.mark.parametrize(("kind", "answer", "expected"), ABOUT)
def test_a_sentence_names_the_parts_that_it_speaks_of(kind, answer, expected):
    feedback = read_item(ITEMS[kind]).mark(answer)
    assert {m.path: m.about for m in feedback.messages if m.path in expected} == expected


@pytest.mark.parametrize("kind", ITEMS)
def test_what_is_said_otherwise_is_about_the_whole(kind):
    item = read_item(changed(kind, feedback=[path("else")]))
    (message,) = item.mark(GOOD[kind]).messages
    assert message.about == ()


# A guess with a part that is known


def known_part(**fields: Any) -> dict:
    return changed("guess", known_to=2002, **fields)


def test_a_guess_goes_on_from_what_is_known():
    item = read_item(known_part())
    read = item.read({"points": {"one": {"2003": 6, "2004": 8}, "two": {"2003": 1, "2004": 0}}})
    assert read["one"] == {2001: 0, 2002: 4, 2003: 6, 2004: 8}
    assert read["two"] == {2001: 9, 2002: 5, 2003: 1, 2004: 0}
    assert item.known(item.lines[0]) == {2001: 0, 2002: 4}


def test_a_guess_is_held_against_what_was_not_known():
    item = read_item(known_part())
    feedback = item.mark({"points": {"one": {"2003": 6, "2004": 7}, "two": {"2003": 1, "2004": 3}}})
    assert feedback.score == "One: on average 1.0 away; Two: on average 3.0 away."


def test_a_known_year_cannot_be_guessed():
    item = read_item(known_part())
    with pytest.raises(AnswerError, match="One: a point needs a year and a number"):
        item.read({"points": {"one": {"2002": 6, "2004": 8}, "two": {"2003": 1, "2004": 0}}})


def test_something_must_be_left_to_guess():
    with pytest.raises(ItemError, match="true values in the years asked for"):
        read_item(changed("guess", known_to=2004))
