"""Kinds about structure: judge, board, rate, matrix, update, estimate. Engine and views.

No case is read here; the questions are made up.
"""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import ipywidgets as widgets
import pytest
from questions import (
    MadeUpQuestions,
    changers,
    inputs,
    made,
    markup,
    on_screen,
    path,
    readable,
)

from casekit.items import AnswerError, read_item
from casekit.widgets import matrix as matrix_view
from casekit.widgets.view import View

EVIL = "<script>alert('x')</script>"


def piece(name: str, date: str, one: str, two: str) -> dict:
    return {
        "id": name,
        "text": f"Text of {name}. {EVIL}",
        "date": date,
        "note": f"Note on {name}.",
        "confidence": "high",
        "sources": [f"made:{name}"],
        "h1": one,
        "h2": two,
        "r1": "" if one == "N" else f"Because of {name}.",
        "r2": "" if two == "N" else f"Owing to {name}.",
    }


ITEMS: dict[str, dict] = {
    "judge": made(
        "judge",
        [
            path("x-true", judged={"statement": "x", "as": ["true"]}),
            path("y-fits", fits=["y"]),
            path("all-false", all_as="false"),
            path("as-the-key", all_right=True),
        ],
        question="True or false?",
        why="Why",
        verdicts={"true": "True", "false": "False", "open": "Open"},
        statements=[
            {"id": "x", "text": f"X {EVIL}", "words": "ア / 아", "lang": "ja/ko", "said_by": "Two"},
            {"id": "y", "text": "Y", "answer": "Disputed", "note": EVIL},
        ],
        reference={"x": ["false"], "y": ["open", "true"]},
    ),
    # Item 1 costs the first side 2 and pays the second 3; item 2 pays the first 3, and so on.
    "board": made(
        "board",
        [
            path("one-and-two", package=[["1", "2"]]),
            path("unlisted", listed=False),
            path("now-holds", holds=True),
            path("printed-fails", held=False),
            path("loose", binding_below=2),
            path("few-changes", changed_fewer=1),
            path("opinion", opinions=True),
        ],
        rows=[
            {"id": 1, "label": f"One {EVIL}", "a": -1, "b": -1, "c": 3, "bind": 2},
            {"id": 2, "label": "Two", "a": 3, "b": 0, "c": -2, "bind": 1},
            {"id": 3, "label": "Three", "a": -3, "b": 3, "c": 0, "bind": 0},
        ],
        sides=[
            {"id": "left", "label": "Left", "groups": {"a": "workers", "b": "owners"}},
            {"id": "right", "label": "Right", "groups": {"c": "people"}},
        ],
        floor=-3,
        most=2,
        binding="bind",
        binding_label="Binding",
        changes=2,
        lowest=-3,
        highest=3,
    ),
    "rate": made(
        "rate",
        [
            path("a-now-high", rated={"acts": ["a"], "scale": "now", "as": [2, 3]}),
            path("b-zero", zero="b"),
            path("b-above-a", above=["b", "a"]),
            path("took-a", picked=["a"]),
            path("c-rated", was_rated="c"),
        ],
        acts=[
            {"id": name, "text": f"Act {EVIL}", "reason": f"R {EVIL}", "confidence": "high"}
            | {"now": 1, "later": 2}
            for name in "cab"
        ],
        labels={"a": "act a", "b": f"act b {EVIL}", "c": "act c"},
        scales={"now": "paid now", "later": "paid later"},
        levels=["none", "little", "clear", "much"],
        pick="I would show",
        reserve=["c"],
    ),
    "matrix": made(
        "matrix",
        [
            path("p1-for-h1", marked={"evidence": "p1", "hypothesis": "h-one", "as": ["C"]}),
            path("late-for-two", only_for={"evidence": "late", "hypothesis": "h-two"}),
            path("heavy-p2", heaviest=["p2"]),
            path("no-trouble", untroubled=True),
            path("matches", by_matches=True),
            path("other", differs=True),
            path("fallen", fell="h-one"),
        ],
        hypotheses=[
            {"id": "h-one", "label": "One", "text": EVIL, "column": "h1", "reason": "r1"},
            {"id": "h-two", "label": "Two", "text": "t", "column": "h2", "reason": "r2"},
        ],
        evidence=[
            piece("late", "2020-02-01", "I", "C"),
            piece("p1", "2020-01-01", "C", "I"),
            piece("p2", "2020-01-14", "N", "I"),
        ],
        labels={"p1": "first", "p2": "second", "late": "third"},
        marks={"C": "C: expected", "I": "I: surprising", "N": "N: nothing"},
        day="2020-01-14",
        switch="Only what was known",
        question="Expected?",
        place_label="Rank",
        heaviest_label="Heaviest",
        wanted_label="Wanted",
    ),
    "update": made(
        "update",
        [
            path("p-over-3", ratio_above={"evidence": "p", "ratio": 3}),
            path("p-under-1", ratio_below={"evidence": "p", "ratio": 1}),
            path("both-count", all_above={"evidence": ["p", "q"], "ratio": 1.5}),
            path("high-and-jump", both_high={"both": 70, "jump": 10}),
            path("no-room", locked=True),
            path("off", off_by=15),
            path("turned", reordered=True),
        ],
        evidence=[
            {"id": "late", "text": "L", "date": "2020-02-01", "confidence": "medium"},
            {"id": "p", "text": f"P {EVIL}", "date": "2020-01-01", "confidence": "high"},
            {"id": "q", "text": "Q", "date": "2020-01-02", "note": EVIL},
        ],
        labels={"p": "Piece p", "q": "Piece q", "late": "Piece late"},
        day="2020-01-14",
        prior_label="Start",
        likely_label="if so",
        likely_if_not_label="if not",
        predicted_label="prediction",
        example={"prior": 50, "steps": [{"text": f"Thing {EVIL}", "ratio": 3}]},
    ),
    "estimate": made(
        "estimate",
        [
            path("too-much", above={"quantity": "n", "than": 10}),
            path("none", at_most={"quantity": "n", "than": 0}),
            path("n-near", near="n"),
            path("both-near", all_near=True),
            path("no", chosen={"question": "k", "as": ["no"]}),
        ],
        quantities=[
            {"id": "n", "label": "How many?", "unit": EVIL, "minimum": -50, "maximum": 50},
            {"id": "m", "label": "How far?", "unit": "km", "minimum": 0, "maximum": 9},
        ],
        accepted=[
            {"id": "m", "value": 4, "low": 3, "high": 5},
            {"id": "n", "value": 2, "low": 1, "high": 5},
        ],
        findings=[{"id": "f", "study": EVIL, "design": "D", "result": "R"}],
        caveats={"f": "Not this."},
        questions=[
            {
                "id": "k",
                "label": "Is it?",
                "options": [{"id": "yes", "label": "Yes"}, {"id": "no", "label": "No"}],
            }
        ],
    ),
}


changed, with_path, with_part = changers(ITEMS)


def change(row: str = "3", group: str = "a", value: int = -2, source: str = "A book") -> dict:
    return {"row": row, "group": group, "value": value, "source": source}


def matrix(only_known: bool = False, **changed: Any) -> dict:
    marks = {
        "p1": {"h-one": "C", "h-two": "I"},
        "p2": {"h-one": "N", "h-two": "I"},
        "late": {"h-one": "I", "h-two": "C"},
    }
    if only_known:
        del marks["late"]
    for name, mark in changed.pop("marked", {}).items():
        evidence, hypothesis = name.split("/")
        marks[evidence][hypothesis] = mark
    rankings = {"then" if only_known else "now": ["h-one", "h-two"]}
    answer = {"only_known": only_known, "marks": marks, "rankings": rankings}
    return answer | {"heaviest": "p1", "wanted": "A diary"} | changed


def step(evidence: str, likely: float, likely_if_not: float, predicted: float) -> dict:
    return {
        "evidence": evidence,
        "likely": likely,
        "likely_if_not": likely_if_not,
        "predicted": predicted,
    }


# From 50 per cent: odds 1 × 2 = 2 (66.7), × 1 = 2 (66.7), × 0.5 = 1 (50).
STEPS = [step("p", 60, 30, 65), step("q", 50, 50, 66), step("late", 20, 40, 50)]


def belief(*steps: dict, prior: float = 50) -> dict:
    return {"prior": prior, "steps": list(steps) or copy.deepcopy(STEPS)}


def estimate(n: float, m: float = 9, k: str = "yes") -> dict:
    return {"values": {"n": n, "m": m}, "choices": {"k": k}}


GOOD: dict[str, dict] = {
    "judge": {"verdicts": {"x": "false", "y": "true"}, "reasons": {"x": "So.", "y": EVIL}},
    "board": {
        "chosen": ["1", "2"],
        "tried": [["1"], ["1", "2"]],
        "changes": [change(source=EVIL), change(row="1", group="b", value=1, source="")],
    },
    "rate": {"ratings": {"a": {"now": 1, "later": 2}, "b": {"now": 0, "later": 1}}, "pick": "b"},
    "matrix": matrix(rankings={"then": ["h-two", "h-one"], "now": ["h-one", "h-two"]}, wanted=EVIL),
    "update": belief(),
    "estimate": estimate(2, 4),
}


def rated(a: tuple, b: tuple, c: tuple | None = None, pick: str = "b") -> dict:
    given = {"a": a, "b": b} | ({"c": c} if c else {})
    ratings = {n: dict(zip(("now", "later"), r, strict=True)) for n, r in given.items()}
    return {"ratings": ratings, "pick": pick}


def judged(x: str, y: str) -> dict:
    return {"verdicts": {"x": x, "y": y}, "reasons": {"x": "So.", "y": "Thus."}}


def board(*chosen: str, changes: tuple = ()) -> dict:
    return {"chosen": list(chosen), "changes": list(changes)}


# What each answer brings. One row for every condition, both ways.
ROWS = [
    ("judge", GOOD["judge"], ["y-fits", "as-the-key"]),
    ("judge", judged("true", "false"), ["x-true"]),
    ("judge", judged("false", "false"), ["all-false"]),
    ("judge", judged("open", "false"), ["else"]),
    # Left −2+3 = 1, workers 2, owners −1; right 3−2 = 1; binding 3.
    ("board", board("1", "2", changes=(change(),)), ["one-and-two", "now-holds"]),
    ("board", board("2", "1"), ["one-and-two", "now-holds", "few-changes"]),
    # Left −2: does not hold. Binding 2.
    ("board", board("1", changes=(change(),)), ["unlisted", "printed-fails"]),
    # With owners at +2 the left's total is 1: it holds, on an opinion.
    (
        "board",
        board("1", changes=(change("1", "b", 2, " "),)),
        ["unlisted", "now-holds", "printed-fails", "opinion"],
    ),
    # Workers at the floor of −3, though the left's total is 0.
    ("board", board("3"), ["unlisted", "printed-fails", "loose", "few-changes"]),
    ("rate", GOOD["rate"], ["else"]),
    ("rate", rated((2, 0), (0, 0)), ["a-now-high", "b-zero"]),
    ("rate", rated((1, 0), (1, 1), pick="a"), ["b-above-a", "took-a"]),
    ("rate", rated((1, 1), (1, 1), (3, 3)), ["c-rated"]),
    # The reference; one surprise in each row's favourite order: one 1, two 2.
    ("matrix", matrix(), ["p1-for-h1", "late-for-two"]),
    ("matrix", matrix(True), ["p1-for-h1", "no-trouble"]),
    (
        "matrix",
        matrix(heaviest="p2", marked={"p1/h-one": "N", "late/h-one": "C"}),
        ["heavy-p2", "no-trouble", "other"],
    ),
    # Two matches against one, but two surprises against none: ranked by matches.
    (
        "matrix",
        matrix(
            marked={
                "p1/h-one": "C",
                "p2/h-one": "C",
                "late/h-one": "I",
                "p1/h-two": "N",
                "p2/h-two": "N",
                "late/h-two": "C",
            }
        ),
        ["p1-for-h1", "late-for-two", "matches", "other"],
    ),
    (
        "matrix",
        matrix(rankings={"then": ["h-one", "h-two"], "now": ["h-two", "h-one"]}),
        ["p1-for-h1", "late-for-two", "fallen"],
    ),
    (
        "matrix",
        matrix(marked={"p1/h-one": "I", "p1/h-two": "I", "late/h-one": "C"}),
        ["other"],
    ),
    ("update", belief(), ["else"]),
    (
        "update",
        belief(step("p", 80, 20, 80), step("q", 80, 50, 85), STEPS[2]),
        ["p-over-3", "both-count", "off"],
    ),
    (
        "update",
        belief(step("q", 90, 75, 65), step("p", 20, 40, 40), STEPS[2]),
        ["p-under-1", "high-and-jump", "off", "turned"],
    ),
    ("update", belief(*(s | {"predicted": 0} for s in STEPS), prior=0), ["no-room"]),
    ("update", belief(*(s | {"predicted": 100} for s in STEPS), prior=100), ["no-room"]),
    ("estimate", estimate(11), ["too-much"]),
    ("estimate", estimate(0, 4), ["none"]),
    ("estimate", estimate(-3.5, k="no"), ["none", "no"]),
    ("estimate", estimate(1), ["n-near"]),
    ("estimate", estimate(5, 3), ["n-near", "both-near"]),
    ("estimate", estimate(7, 4), ["else"]),
]

SCORES = [
    ("judge", judged("false", "false"), "1 of 2 as in the reference."),
    ("board", board("1", "2"), "It holds. Totals: Left 1, Right 1. Binding 3."),
    (
        "board",
        board("3"),
        "It does not hold: workers (Left) stands at −3. Totals: Left 0, Right 0. Binding 0.",
    ),
    (
        "board",
        board("1", changes=(change("1", "b", 2),)),
        "As printed: It does not hold: the total of Left is −2. Totals: Left −2, Right 3. "
        "Binding 2. With your changes: It holds. Totals: Left 1, Right 3. Binding 2.",
    ),
    ("rate", rated((3, 2), (2, 3)), "3 of 4 ratings lie within one step of the reference."),
    (
        "matrix",
        matrix(True, marked={"p1/h-two": "N"}),
        "Surprises you marked: h-one 0, h-two 1. 3 of 4 marks are as in the reference.",
    ),
    # 66.7 − 65, 66.7 − 66 and 50 − 50: 0.8 on average.
    (
        "update",
        belief(),
        "From 50 to 50 per cent. Your predictions were 1 point away on average.",
    ),
    (
        "estimate",
        estimate(1),
        "1 estimate lies in the interval that is accepted, of 2.",
    ),
]


def test_a_judge_without_reasons_asks_for_none():
    item = read_item({**ITEMS["judge"], "why": ""})
    assert item.mark({"verdicts": {"x": "false", "y": "true"}}).paths == ("y-fits", "as-the-key")


def test_beliefs_move_by_odds():
    item = read_item(ITEMS["update"])
    after = [walked.after for walked in item.read(belief()).steps]
    assert after == pytest.approx([200 / 3, 200 / 3, 50])
    # 50 per cent, ratio 3: odds 3 to 1.
    assert item.worked()[0][2] == pytest.approx(75)


def test_later_pieces_come_last():
    item = read_item(ITEMS["update"])
    assert item.offered([]) == ["p", "q"]
    assert item.offered(["q"]) == ["p"]
    assert item.offered(["q", "p"]) == ["late"]
    assert item.offered(["q", "p", "late"]) == []


HUGE = 10**400


BAD_NUMBERS = (None, "5", True, math.nan, math.inf, -math.inf, HUGE, -HUGE, [5])


BAD_ANSWERS = [
    ("judge", {"verdicts": {"x": "true"}, "reasons": {"x": "a", "y": "b"}}),
    ("judge", {"verdicts": {"x": "true", "y": ["true"]}, "reasons": {"x": "a", "y": "b"}}),
    ("judge", {"verdicts": {"x": "true", "y": "true"}}),
    ("judge", {"verdicts": {"x": "true", "y": "true"}, "reasons": {"x": "a", "y": " "}}),
    ("judge", {"verdicts": {"x": "true", "y": "true"}, "reasons": {"x": "a", "y": 3}}),
    ("board", board()),
    ("board", board("1", "2", "3")),
    ("board", board("9")),
    ("board", {"chosen": [1]}),
    ("board", {"chosen": [["1"]]}),
    ("board", {"chosen": ["1"], "tried": "1"}),
    ("board", {"chosen": ["1"], "tried": [["9"]]}),
    ("board", {"chosen": ["1"], "tried": [[]]}),
    ("board", {"chosen": ["1"], "tried": ["1"]}),
    ("board", {"chosen": ["1"], "changes": {}}),
    ("board", board("1", changes=({},))),
    ("board", board("1", changes=(3,))),
    ("board", board("1", changes=(change(row="9"),))),
    ("board", board("1", changes=(change(group="z"),))),
    ("board", board("1", changes=(change(value=4),))),
    ("board", board("1", changes=(change(value=-3),))),
    *(("board", board("1", changes=(change() | {"value": v},))) for v in (*BAD_NUMBERS, 1.5)),
    ("board", board("1", changes=(change() | {"source": None},))),
    ("board", board("1", changes=(change(), change(value=1)))),
    ("board", board("1", changes=(change(), change("1"), change("2")))),
    ("rate", {"ratings": {"a": {"now": 1, "later": 2}}, "pick": "a"}),
    ("rate", rated((1, 1), (1, 1), pick="c")),
    ("rate", rated((1, 1), (1, 1), pick="")),
    ("rate", rated((1, 1), (1, 4))),
    ("rate", rated((1, 1), (1, -1))),
    *(("rate", rated((1, 1), (1, value))) for value in (*BAD_NUMBERS, 1.5)),
    ("rate", {"ratings": {"a": {"now": 1, "later": 1}, "b": [1, 1]}, "pick": "a"}),
    ("rate", {**rated((1, 1), (1, 1)), "ratings": {**GOOD["rate"]["ratings"], "c": {"now": 1}}}),
    ("matrix", matrix(only_known=1)),
    ("matrix", matrix(True, marks=matrix()["marks"])),
    ("matrix", matrix(marked={"p1/h-one": ""})),
    ("matrix", matrix(marked={"p1/h-one": ["C"]})),
    ("matrix", matrix(marks={"p1": "C"})),
    ("matrix", matrix(True, rankings={"now": ["h-one", "h-two"]})),
    ("matrix", matrix(True, rankings={n: ["h-one", "h-two"] for n in ("then", "now")})),
    ("matrix", matrix(rankings={"now": ["h-one"]})),
    ("matrix", matrix(rankings={"now": ["h-one", "h-one"]})),
    ("matrix", matrix(rankings={"now": [["h-one"], "h-two"]})),
    ("matrix", matrix(rankings={"now": "h-one"})),
    ("matrix", matrix(rankings={"now": ["h-one", "h-two"], "soon": []})),
    ("matrix", matrix(True, heaviest="late")),
    ("matrix", matrix(heaviest="")),
    ("matrix", matrix(wanted="  ")),
    ("update", belief(*STEPS[:2])),
    ("update", belief(*STEPS, STEPS[0])),
    ("update", belief(*STEPS[:2], STEPS[1])),
    ("update", belief(*STEPS[:2], step("z", 5, 5, 5))),
    ("update", belief(*STEPS[:2], 3)),
    *(("update", belief(prior=value)) for value in (*BAD_NUMBERS, -1, 101)),
    *(
        ("update", belief(*STEPS[:2], STEPS[2] | {name: value}))
        for name in ("likely", "likely_if_not")
        for value in (*BAD_NUMBERS, 0, 100)
    ),
    *(("update", belief(*STEPS[:2], STEPS[2] | {"predicted": v})) for v in (*BAD_NUMBERS, 101)),
    *(("estimate", estimate(value)) for value in (*BAD_NUMBERS, 51, "", "two")),
    ("estimate", estimate(2, k="perhaps")),
    ("estimate", {"values": {"n": 2, "m": 3}}),
    ("estimate", {"values": {"n": 2, "m": 3}, "choices": {"k": ["yes"]}}),
    ("estimate", {"values": {"n": 2}, "choices": {"k": "yes"}}),
]


FAULTS = [
    (changed("judge", verdicts={"true": "True"}), "verdicts", "two or more"),
    (changed("judge", reference={"x": ["false"]}), "reference", "every statement"),
    (changed("judge", reference={"x": ["false"], "y": []}), "reference, y", "one verdict"),
    (changed("judge", reference={"x": ["false"], "y": ["?"]}), "reference, y", "true, false"),
    (changed("judge", statements=ITEMS["judge"]["statements"][:1] * 2), "statements", "their own"),
    (with_path("judge", judged={"statement": "z", "as": ["true"]}), "judged", "x, y"),
    (with_path("judge", judged={"statement": "x", "as": ["?"]}), "judged", "true, false"),
    (with_path("judge", fits=["z"]), "fits", "x, y"),
    (with_path("judge", all_as="?"), "all_as", "true, false"),
    (changed("board", sides=[]), "sides", "groups"),
    (changed("board", sides=ITEMS["board"]["sides"][:1] * 2), "sides, groups", "once"),
    (with_part("board", "sides", 1, id="left"), "sides", "their own"),
    (with_part("board", "rows", 0, id=2), "rows", "their own"),
    (with_part("board", "rows", 0, id=None), "rows, id", "a number"),
    (with_part("board", "rows", 0, label=3), "rows, 1", "a label"),
    (with_part("board", "rows", 0, a=1.5), "rows, 1, a", "a whole number"),
    (with_part("board", "rows", 0, bind=True), "rows, 1, bind", "a whole number"),
    (changed("board", floor=0), "floor", "below 0"),
    (changed("board", most=4), "most", "1 to 3"),
    (changed("board", changes=-1), "changes", "0 or more"),
    (changed("board", highest=-3), "highest", "more than lowest"),
    (with_path("board", package=["1"]), "package", "list of packages"),
    (with_path("board", package=[["9"]]), "package", "1, 2, 3"),
    (changed("rate", scales={}), "scales", "at least one"),
    (changed("rate", levels=["one"]), "levels", "two or more"),
    (with_part("rate", "acts", 0, now=4), "acts, c, now", "0 to 3"),
    (with_part("rate", "acts", 0, text=4), "acts, text", "text"),
    (changed("rate", labels={"a": "A"}), "labels", "every act"),
    (changed("rate", reserve=["z"]), "reserve", "a, b, c"),
    (with_path("rate", rated={"acts": ["z"], "scale": "now", "as": [1]}), "rated", "a, b, c"),
    (with_path("rate", rated={"acts": ["a"], "scale": "z", "as": [1]}), "rated", "now, later"),
    (with_path("rate", rated={"acts": ["a"], "scale": "now"}), "rated", "as = "),
    (with_path("rate", above=["a", "z"]), "above", "a, b, c"),
    (with_path("rate", picked=["z"]), "picked", "a, b, c"),
    (with_path("rate", zero="z"), "zero", "a, b, c"),
    (with_path("rate", was_rated="z"), "was_rated", "a, b, c"),
    (with_part("matrix", "hypotheses", 1, id="h-one"), "hypotheses", "their own"),
    (with_part("matrix", "hypotheses", 1, column="h9"), "h9", "C/I/N"),
    (changed("matrix", marks={"C": "yes"}), "marks", "C, I and N"),
    (with_part("matrix", "evidence", 0, h1="X"), "evidence, late, h1", "C/I/N"),
    (with_part("matrix", "evidence", 0, r1=""), "evidence, late, r1", "a reason"),
    (with_part("matrix", "evidence", 0, sources="made:x"), "sources", "a list"),
    (with_part("matrix", "evidence", 0, date=3), "evidence, date", "text"),
    (changed("matrix", labels={"p1": "x"}), "labels", "every evidence"),
    (changed("matrix", day="2019-01-01"), "day", "known"),
    (
        with_path("matrix", marked={"evidence": "z", "hypothesis": "h-one", "as": ["C"]}),
        "path 'mine'",
        "p1, p2, late",
    ),
    (
        with_path("matrix", marked={"evidence": "p1", "hypothesis": "h-one", "as": ["X"]}),
        "marked",
        "marks",
    ),
    (with_path("matrix", only_for={"evidence": "p1", "hypothesis": "z"}), "mine", "h-one, h-two"),
    (with_path("matrix", heaviest=["z"]), "heaviest", "p1, p2, late"),
    (with_path("matrix", fell="z"), "fell", "h-one, h-two"),
    (changed("update", labels={"p": "x"}), "labels", "every evidence"),
    (changed("update", example={"prior": 0, "steps": []}), "example, prior", "between"),
    (changed("update", example={"prior": 5, "steps": []}), "example, steps", "one"),
    (
        changed("update", example={"prior": 5, "steps": [{"text": "a", "ratio": 0}]}),
        "example, steps",
        "above 0",
    ),
    (with_path("update", ratio_above={"evidence": "z", "ratio": 1}), "ratio_above", "p, q, late"),
    (with_path("update", ratio_below={"evidence": "p"}), "ratio_below", "a number"),
    (with_path("update", all_above={"evidence": ["z"], "ratio": 1}), "all_above", "p, q, late"),
    (with_path("update", both_high={"both": 70}), "both_high", "a number"),
    (changed("estimate", quantities=[]), "quantities", "one"),
    (changed("estimate", accepted=[]), "accepted", "every quantity"),
    (with_part("estimate", "accepted", 0, low=9), "accepted, m", "low, value, high"),
    (with_part("estimate", "quantities", 0, minimum=60), "quantities, n", "maximum"),
    (changed("estimate", findings=[]), "findings", "one"),
    (changed("estimate", caveats={}), "caveats", "every finding"),
    (with_part("estimate", "questions", 0, options=[]), "questions, k", "two options"),
    (with_path("estimate", above={"quantity": "z", "than": 1}), "above", "n, m"),
    (with_path("estimate", at_most={"quantity": "n", "than": "1"}), "at_most", "a number"),
    (with_path("estimate", near="z"), "near", "n, m"),
    (with_path("estimate", chosen={"question": "z", "as": ["yes"]}), "chosen", "k"),
    (with_path("estimate", chosen={"question": "k", "as": ["z"]}), "chosen", "yes, no"),
]


class TestKinds(MadeUpQuestions):
    items, good, rows, scores, bad, faults = ITEMS, GOOD, ROWS, SCORES, BAD_ANSWERS, FAULTS


@pytest.fixture(autouse=True)
def made_up_sources(monkeypatch):
    monkeypatch.setattr(matrix_view, "source_items", lambda ids: [f"Source {i}" for i in ids])


def view(kind: str, **fields: Any) -> Any:
    return View.kinds[kind](read_item(changed(kind, **fields)))


@pytest.mark.parametrize("kind", ITEMS)
def test_no_text_of_others_becomes_markup(kind):
    there = view(kind)
    there.show(copy.deepcopy(GOOD[kind]))
    shown = markup(there.box) + there.revealed(GOOD[kind])
    pages = getattr(there, "pages", None)
    for _ in range(pages.count if pages else 0):
        pages.on.click()
        shown += markup(there.box)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("kind", ITEMS)
def test_every_input_has_a_label_and_few_stand_on_screen(kind):
    there = view(kind)
    pages = getattr(there, "pages", None)
    for _ in range(pages.count if pages else 1):
        shown = [one for one in inputs(there.box) if not isinstance(one, widgets.Checkbox)]
        assert len(shown) <= 5
        assert all(one.description.strip() for one in shown)
        if pages:
            pages.on.click()


def test_pages_turn_in_a_circle_and_say_where_they_lead():
    there = view("judge")
    assert there.pages.on.description == "Next statement: 2 of 2"
    there.pages.on.click()
    assert "Statement 2 of 2" in readable(there.box)
    there.pages.on.click()
    assert "Statement 1 of 2" in readable(there.box)


def test_a_student_judges_statement_by_statement():
    there = view("judge")
    for verdict, why in (("false", "So."), ("true", EVIL)):
        there.radio.value = verdict
        there.why.value = why
        there.pages.on.click()
    assert there.answer() == GOOD["judge"]
    assert there.radio.value == "false"
    revealed = there.revealed(there.answer())
    assert '<span lang="ja">ア</span> / <span lang="ko">아</span>' in revealed
    assert "Reference: Disputed." in revealed
    assert "Reference: False." in revealed


def test_a_student_puts_a_package_together():
    there = view("board")
    there.put.click()
    there.note.click()
    assert "the total of Left is −2" in there.totals.value
    there.rows.value = "2"
    assert there.put.description == "Put in: 2. Two"
    there.put.click()
    assert there.put.description == "Take out: 2. Two"
    assert "in the package" in {n: label for label, n in there.rows.options}["2"]
    assert "It holds." in there.totals.value
    there.rows.value = "3"
    there.put.click()
    assert "full (2 items)" in there.said.value
    there.group.value, there.value.value, there.source.value = "a", -2, EVIL
    there.change.click()
    there.rows.value = "1"
    there.group.value, there.value.value = "b", 1
    there.change.click()
    assert there.answer() == GOOD["board"]
    assert "opinion (no source)" in there.changed.value
    assert "1 (opinion; printed −1)" in there.numbers.value
    assert "−2 (changed, with a source; printed −3)" in there.numbers.value
    there.rows.value = "2"
    there.change.click()
    assert "Change up to 2 cells" in there.changed.value
    there.undo.click()
    assert "opinion" not in there.numbers.value
    there.empty.click()
    assert there.answer()["chosen"] == []


def test_a_board_without_changes_offers_none():
    there = view("board", changes=0)
    assert "Change this cell" not in readable(there.box)
    assert "changes" not in there.answer()


def test_a_student_rates_act_by_act():
    there = view("rate")
    for now, later in ((1, 2), (0, 1)):
        there.menus["now"].value, there.menus["later"].value = now, later
        there.pages.on.click()
    assert "leave it unrated" in readable(there.box)
    there.menus["now"].value = 3
    there.menus["now"].value = -1
    there.pages.on.click()
    there.pick.value = "b"
    assert there.answer() == GOOD["rate"]
    revealed = there.revealed(there.answer())
    assert "<td>1 / 1</td><td>2 / 2</td><td>3 / 3</td>" in revealed
    assert "<td>– / 1</td>" in revealed


def fill(there: Any, marks: dict) -> None:
    """Mark every column on screen, beginning with the first page."""
    for name in there.shown:
        for one, mark in marks[name].items():
            there.menus[one].value = mark
        there.pages.on.click()


def test_a_student_fills_the_matrix_on_the_day_and_afterwards():
    there = view("matrix")
    marks = matrix()["marks"]
    fill(there, {"p1": marks["p1"], "p2": marks["p2"]})
    there.ranks["h-one"].value, there.ranks["h-two"].value = 2, 1
    there.pages.on.click()
    there.heaviest.value, there.wanted.value = "p1", EVIL
    on_the_day = there.answer()
    assert on_the_day == matrix(True, rankings={"then": ["h-two", "h-one"]}, wanted=EVIL)
    there.item.mark(on_the_day)

    there.switch.value = False
    assert there.shown == ["p1", "p2", "late"]
    there.pages.go(2)
    for one, mark in marks["late"].items():
        there.menus[one].value = mark
    there.pages.on.click()
    assert there.ranks["h-one"].value == 0, "A second ranking starts anew."
    there.ranks["h-one"].value, there.ranks["h-two"].value = 1, 2
    assert there.answer() == GOOD["matrix"]
    assert "Your two rankings" in there.revealed(there.answer())


def test_nothing_later_is_on_screen_or_in_the_answer_while_the_switch_is_on():
    there = view("matrix")
    there.show(copy.deepcopy(GOOD["matrix"]))
    there.pages.go(2)
    assert "Text of late" in readable(there.box)
    there.pages.go(4)
    there.heaviest.value = "late"
    there.switch.value = True
    shown = ""
    for _ in range(there.pages.count):
        shown += readable(there.box)
        there.pages.on.click()
    assert there.pages.count == 4
    given = there.answer()
    assert given["heaviest"] == ""
    revealed = there.revealed({**given, "heaviest": "p1"})
    for said in (shown, json.dumps(given), revealed):
        assert "p1" in said
        assert "third" not in said
        assert "Text of late" not in said
        assert '"late"' not in said and "late" not in said.replace("later", "").replace("ulate", "")
    assert "made:p1" in revealed
    there.switch.value = False
    assert there.answer()["marks"]["late"] == GOOD["matrix"]["marks"]["late"]


def test_a_place_given_twice_is_refused():
    there = view("matrix")
    there.show(copy.deepcopy(GOOD["matrix"]))
    there.pages.go(3)
    there.ranks["h-two"].value = 1
    with pytest.raises(AnswerError):
        there.item.mark(there.answer())


def test_the_matrix_says_where_and_why_the_reference_differs():
    there = view("matrix")
    revealed = there.revealed(matrix(marked={"p1/h-two": "C", "p2/h-one": "C"}))
    assert "p1 × h-two: yours C: expected, reference I: surprising. Owing to p1." in revealed
    assert "p2 × h-one: yours C: expected, reference N: nothing. It says nothing" in revealed
    assert "<td>C (I)</td>" in revealed


def test_a_student_predicts_before_the_update_is_shown():
    there = view("update")
    assert "ratio 3 → 75 %." in readable(there.box)
    there.prior.value = 50
    there.begin.click()
    assert "late" not in str(there.piece.options)
    there.likely_if_not.value, there.likely.value, there.predicted.value = 30, 60, 65
    assert "67" not in there.told.value
    there.update.click()
    assert "from 50 to 67 per cent; you predicted 65" in there.told.value
    assert (there.likely.value, there.likely_if_not.value) == (50, 50)
    there.predicted.value = 66
    there.update.click()
    assert there.piece.value == "late"
    there.likely_if_not.value, there.likely.value, there.predicted.value = 40, 20, 50
    there.update.click()
    assert there.answer() == GOOD["update"]
    there.undo.click()
    assert len(there.answer()["steps"]) == 2
    for _ in range(3):
        there.undo.click()
    assert there.answer() == {"prior": None, "steps": []}


@pytest.mark.parametrize("prior", [0, 100])
def test_a_belief_without_room_can_be_walked_on_screen(prior):
    there = view("update")
    there.show(belief(*(s | {"predicted": prior} for s in STEPS), prior=prior))
    assert f"<td>{prior} %</td>" in there.told.value


def test_the_view_asks_for_the_second_likelihood_first():
    there = view("update")
    there.begin.click()
    shown = on_screen(there.box)
    assert shown.index(there.likely_if_not) < shown.index(there.likely)


@pytest.mark.parametrize(
    ("written", "number"), [("2", 2), (" −3,5 ", -3.5), ("2.25", 2.25), ("1e1", 10)]
)
def test_a_number_can_be_written_in_several_ways(written, number):
    there = view("estimate")
    there.boxes["n"].value, there.boxes["m"].value = written, "4"
    there.menus["k"].value = "yes"
    assert there.answer() == estimate(number, 4)
    there.item.mark(there.answer())


@pytest.mark.parametrize("written", ["", "two", "nan", "inf", "1e999", "<b>"])
def test_what_is_no_number_is_refused_and_can_be_written_down(written):
    there = view("estimate")
    there.boxes["n"].value, there.boxes["m"].value = written, "4"
    there.menus["k"].value = "yes"
    json.dumps(there.answer(), allow_nan=False)
    with pytest.raises(AnswerError, match="How many"):
        there.item.mark(there.answer())


def test_the_finding_comes_with_interval_and_caveat():
    there = view("estimate")
    revealed = there.revealed(estimate(2, 4))
    assert "accepted here as near: 1 to 5" in revealed
    assert "What it does not show: Not this." in revealed
    assert "1 to 5" not in readable(there.box)
