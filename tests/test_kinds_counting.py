"""Kinds that count: a rule run over a record, forecasts that are scored, code that is checked.

The questions are made up; expected numbers are worked out by hand beside them.
"""

from __future__ import annotations

import html
import math
from typing import Any, ClassVar

import altair as alt
import ipywidgets as widgets
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from questions import MadeUpQuestions, changers, inputs, json_like, made, path, readable

from casekit import catalogue, passport
from casekit.items import read_item
from casekit.items.forecast import brier
from casekit.widgets import code_task
from casekit.widgets.code_task import check
from casekit.widgets.question import Question
from casekit.widgets.view import View

NASTY = '<script>alert("1")</script>'


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """The student's file; it does not exist yet."""
    place = tmp_path / "passport.jsonl"
    monkeypatch.setenv("CASEKIT_PASSPORT", str(place))
    return place


# One side is "a", the other "b". Group "now" belongs in any case, "old" only to a wide chain.
EVENTS = [
    # 2001-01-31 old, full talk there; 2001-03-01 now, full talk; 2001-03-31 now, short talk;
    # 2001-05-30 now, full talk the other way. Days between: 29, 30, 60.
    {"date": "2001-05-30", "label": "Fourth", "kind": "talk", "side": "b", "group": "now"},
    {"date": "2001-01-31", "label": "First", "kind": "talk", "side": "b", "group": "old"},
    {"date": "2001-03-01", "label": "Second", "kind": "talk", "side": "a", "group": "now"},
    {
        "date": "2001-03-31",
        "label": "Third",
        "kind": "call",
        "side": "b",
        "group": "now",
        "note": "A Short call",
    },
    {"date": "2001-06-09", "label": "Fifth", "kind": "call", "group": "old"},
]
RULE = made(
    "rule",
    [
        path("moved", changed=True),
        path("clash", contradicts=True),
        path("none", counts_none=True),
        path("all", counts_all=True),
        path("talks", counts_only=["talk"]),
        path("endless", no_limit=True),
        path("never", never_met=True),
    ],
    events=EVENTS,
    sorts=[
        {"id": "talk", "label": "a talk", "kinds": ["talk"], "directed": True},
        {"id": "short", "label": "a short call", "kinds": ["call"], "note_has": "short"},
        {"id": "call", "label": "a call", "kinds": ["call"]},
    ],
    switches=[
        {"id": "talks-only", "label": "talks only", "adds": ["talk"], "alone": True},
        {"id": "short", "label": "short calls", "adds": ["talk", "short"]},
        {"id": "call", "label": "calls", "adds": ["talk", "call"]},
        {"id": "wide", "label": "the old ones too", "widens": True},
    ],
    group="now",
    sides=["a", "b"],
    spans=[1, 2, 3, 12],
    words_label="In words:",
    noun="contacts",
)
FORECAST = made(
    "forecast",
    [
        path("worse", worse_than=0.25),
        path("better", beats_base=True),
        path("none", none_scored=True),
        path("middling", all_between=[40, 60]),
        path("sure", extremes=2),
        path("b-above-a", above=["b", "a"]),
        path("c-low", below={"question": "c", "than": 80}),
        path("d-no", settled_no=["d"]),
        path("unmoved", unmoved=2),
    ],
    questions=[
        {"id": "a", "text": "A?", "closes": "2001-03-01", "rule": "So.", "outcome": 1, "base": 0.5},
        {"id": "b", "text": "B?", "closes": "2001-02-01", "rule": "So.", "outcome": 0, "base": 0.2},
        {"id": "c", "text": "C?", "closes": "2001-04-01", "rule": "So.", "outcome": 1},
        {"id": "d", "text": "D?", "closes": "2002-04-01", "rule": "So.", "base": 0.1},
    ],
    others=[
        {"who": who, "id": name, "p": p}
        for who, ps in (("x", (0.8, 0.4, 0.6)), ("y", (0.6, 0.0, 1.0)), ("z", (0.7, 0.5, 0.5)))
        for name, p in zip("abc", ps, strict=True)
    ],
    others_label="three made-up others",
    move_label="What would move me:",
)
CODE = made(
    "code_task",
    [
        path("shape", failed=["names", "index"]),
        path("number", failed=["five", "near", "not-above"]),
        path("upside-down", found_below={"check": "five", "than": 0}),
        path("more", incomplete=True),
    ],
    starter="x = ____",
    checks=[
        {"id": "names", "name": "frame", "find": "columns", "has_all": ["p", "q"]},
        {"id": "index", "name": "column", "find": "index name", "expected": "who"},
        {"id": "five", "name": "x", "expected": [{"value": "5"}]},
        {"id": "near", "name": "x", "expected": 5.1, "tolerance": 0.2},
        {"id": "limits", "name": "x", "at_least": 0, "at_most": 9},
        {"id": "not-above", "name": "x", "not_above": "column"},
    ],
)
VERIFY = made(
    "classify",
    [path("x-ticked", ticked=["x"]), path("right", all_right=True)],
    bins=[{"id": "left", "label": "LEFT"}, {"id": "right", "label": "RIGHT"}],
    things=[
        {"id": name, "text": name.upper(), "key": "left", "second": "yes"} for name in "uvwxyz"
    ],
    verify={"label": "Check first.", "n": 2},
    second={"label": "On record", "entries": {"yes": "it is so"}},
)
ITEMS = {"rule": RULE, "forecast": FORECAST, "code_task": CODE, "classify": VERIFY}
changed, with_path, with_part = changers(ITEMS)


def terms(*on: str, each_side: bool = False, least: int = 1, months: int = 12) -> dict:
    return {"on": list(on), "each_side": each_side, "least": least, "months": months}


def ruled(
    rule: dict, words: str = "Mine.", before: dict | None = None, first: str = "Mine."
) -> dict:
    return {"rule": rule, "words": words, "before": {"rule": before or rule, "words": first}}


def said(values: dict, known: tuple = (), **moves: str) -> dict:
    return {"values": values, "known": list(known), "moves": moves}


LEFT = dict.fromkeys("uvwxyz", "left")
GOOD = {
    "rule": ruled(terms("short", months=3)),
    "forecast": said({"a": 90, "b": 10, "c": 80, "d": 50}, a="News.", b="News.", c="News."),
    "code_task": {
        "found": {"names": ["p", "q"], "index": "who", "five": 5, "near": 5, "limits": 5}
        | {"not-above": [5, 6]}
    },
    "classify": {"placed": LEFT, "ticked": ["v", "w"]},
}


ROWS = [
    ("rule", GOOD["rule"], ["else"]),
    ("rule", ruled(terms("short"), before=terms("call")), ["moved"]),
    ("rule", ruled(terms("short"), first=""), ["moved"]),
    ("rule", ruled(terms("short"), words=" Mine.\n"), ["else"]),
    ("rule", ruled(terms("talks-only", "short")), ["clash"]),
    ("rule", ruled(terms("short", each_side=True, least=1, months=3)), ["clash"]),
    ("rule", ruled(terms()), ["none"]),
    ("rule", ruled(terms("wide")), ["none"]),
    ("rule", ruled(terms("short", "call")), ["all"]),
    ("rule", ruled(terms("talks-only")), ["talks"]),
    ("rule", ruled(terms("short", months=0)), ["endless"]),
    ("rule", ruled(terms("short", least=3, months=1)), ["never"]),
    ("forecast", GOOD["forecast"], ["better"]),
    # (0.3 − 1)², (0.6 − 0)², (0.9 − 1)² = 0.49, 0.36, 0.01: mean 0.2867
    ("forecast", said({"a": 30, "b": 60, "c": 90, "d": 30}), ["worse", "b-above-a", "unmoved"]),
    ("forecast", said({"a": 50, "b": 50, "c": 50, "d": 50}), ["middling", "c-low", "unmoved"]),
    (
        "forecast",
        said({"a": 100, "b": 0, "c": 95}, ("d",)),
        ["better", "sure", "d-no", "unmoved"],
    ),
    ("forecast", said({"a": 50, "b": 20, "c": 85}, ("d",), a="x", b="x"), ["d-no"]),
    ("forecast", said({"a": 40, "b": 30, "c": 85, "d": 11}, (), a="x", b="x", c="x"), ["else"]),
    ("forecast", said({"d": 10}, ("a", "b", "c"), d="x"), ["none", "d-no"]),
    ("code_task", GOOD["code_task"], ["else"]),
    ("code_task", {"found": {"five": 5}}, ["more"]),
    ("code_task", {"found": {"five": -5}}, ["number", "upside-down", "more"]),
    ("code_task", {"found": {"names": ["p"]}}, ["shape", "more"]),
    ("code_task", {"found": {"index": None}}, ["shape", "more"]),
    ("classify", GOOD["classify"], ["right"]),
    ("classify", {"placed": LEFT, "ticked": ["x", "w"]}, ["x-ticked", "right"]),
    ("classify", {"placed": {**LEFT, "u": "right"}, "ticked": ["v", "w"]}, ["else"]),
]


SCORES = [
    # Own: 0.01, 0.01, 0.04, mean 0.02. With a base rate, a and b: own 0.01, base (0.25 + 0.04) / 2.
    # x: 0.04, 0.16, 0.16, mean 0.12; y: 0.16, 0, 0, mean 0.0533; z: 0.09, 0.25, 0.25, mean 0.1967.
    # Averages 0.7, 0.3, 0.7: 0.09 each.
    (
        "forecast",
        GOOD["forecast"],
        "Brier score 0.020 on 3 questions; 0 is perfect, 0.25 is what 50 per cent earns every "
        "time. On 2 questions with a base rate: you 0.010, the base rate alone 0.145. "
        "On the same questions as your score, three made-up others: median 0.120, their average "
        "forecast 0.090.",
    ),
    (
        "forecast",
        said({"d": 30}, ("a", "b", "c")),
        "1 question on record; they close between 2002-04-01 and 2002-04-01.",
    ),
    ("forecast", said({}, tuple("abcd")), ""),
    (
        "code_task",
        {"found": {"five": 4}},
        "0 of 6 checks hold. Not given yet: frame, column, x.",
    ),
    ("code_task", GOOD["code_task"], "6 of 6 checks hold."),
]


BAD = [
    ("rule", ruled(terms("talks-only"), words=" ")),
    ("rule", {**GOOD["rule"], "before": None}),
    ("rule", {**GOOD["rule"], "before": {}}),
    ("rule", ruled(terms("all"))),
    ("rule", ruled({**terms(), "on": "talks"})),
    ("rule", ruled({**terms(), "on": [["talks"]]})),
    ("rule", ruled({**terms(), "each_side": 1})),
    *(("rule", ruled(terms(least=least))) for least in (0, 11, True, 1.5, "2", None)),
    *(("rule", ruled(terms(months=months))) for months in (-1, 5, True, 2.5, "3", None, [1])),
    *(
        ("forecast", said({**GOOD["forecast"]["values"], "b": value}))
        for value in (-1, 101, "50", None, True, math.nan, math.inf, 10**400, [50])
    ),
    ("forecast", said({"a": 1, "b": 2, "c": 3})),
    ("forecast", said({"a": 1, "b": 2, "c": 3}, ("e",))),
    ("forecast", said({"a": 1, "b": 2, "c": 3}, (["d"],))),
    ("forecast", {**GOOD["forecast"], "moves": []}),
    ("forecast", {**GOOD["forecast"], "moves": {"a": 3}}),
    ("forecast", {**GOOD["forecast"], "known": "d"}),
    ("code_task", {"found": {}}),
    ("code_task", {"found": {"other": 5}}),
    *(("code_task", {"found": {"five": bad}}) for bad in (math.nan, {}, [[1]], 10**400)),
    ("classify", {"placed": LEFT}),
    ("classify", {"placed": LEFT, "ticked": ["x"]}),
    ("classify", {"placed": LEFT, "ticked": ["x", "x"]}),
    ("classify", {"placed": LEFT, "ticked": ["x", "y", "z"]}),
    ("classify", {"placed": LEFT, "ticked": ["x", ["y"]]}),
    ("classify", {"placed": LEFT, "ticked": ["x", "q"]}),
    ("classify", {"placed": {"x": "left"}, "ticked": ["x", "y"]}),
]


FAULTS = [
    (with_part("rule", "events", 0, date="2001-05"), "a day"),
    (with_part("rule", "events", 0, date="2001-02-30"), "a day"),
    (with_part("rule", "events", 0, kind="walk"), "one of the sorts"),
    (changed("rule", events=[]), "events"),
    (changed("rule", sorts=RULE["sorts"][:1] * 2), "sorts"),
    (with_part("rule", "switches", 0, adds=["walk"]), "talk, short, call"),
    (changed("rule", spans=[]), "spans"),
    (changed("rule", spans=[0]), "spans"),
    (changed("rule", group=...), "field group is missing"),
    (with_path("rule", counts_only=["walk"]), "counts_only"),
    (with_path("rule", changed="yes"), "true or false"),
    (changed("forecast", questions=FORECAST["questions"][:1] * 2), "its own id"),
    *(
        (with_part("forecast", "questions", 0, outcome=bad), "outcome")
        for bad in (2, 0.5, "1", True)
    ),
    *((with_part("forecast", "questions", 0, base=bad), "base") for bad in (2, "0.5", True, [])),
    (with_part("forecast", "others", 0, p=70), "p from 0 to 1"),
    (changed("forecast", others_label=" "), "others_label"),
    (with_path("forecast", above=["a", "q"]), "a, b, c, d"),
    (with_path("forecast", below={"question": "q", "than": 3}), "a, b, c, d"),
    (with_path("forecast", below={"question": "a"}), "than"),
    (with_path("forecast", all_between=[60, 40]), "the lower first"),
    (with_path("forecast", settled_no=["q"]), "a, b, c, d"),
    (changed("code_task", checks=[]), "checks"),
    (with_part("code_task", "checks", 0, find="colour"), "find"),
    (with_part("code_task", "checks", 0, name="a b"), "a name as in Python"),
    (with_part("code_task", "checks", 0, expected=3), "exactly one thing"),
    (with_part("code_task", "checks", 0, has_all=[]), "exactly one thing"),
    (with_part("code_task", "checks", 0, has_all=[], expected=[]), "one value, or one row"),
    (with_part("code_task", "checks", 0, has_all=[], expected=[{"value": "1"}] * 2), "one row"),
    (with_part("code_task", "checks", 0, has_all=[], at_least="3"), "numbers"),
    (with_part("code_task", "checks", 0, has_all=[], not_above="z"), "frame, column, x"),
    (with_path("code_task", failed=["z"]), "names, index"),
    (with_path("code_task", found_below={"check": "z", "than": 1}), "names, index"),
    (changed("classify", verify={"label": "x", "n": 6}), "verify, n"),
    (changed("classify", second={"label": "x", "entries": {"no": "no"}}), "second"),
    (changed("classify", verify=...), "a part verify"),
    (with_path("classify", ticked=["q"]), "u, v, w"),
]


class TestKinds(MadeUpQuestions):
    items, good, rows, scores, bad, faults = ITEMS, GOOD, ROWS, SCORES, BAD, FAULTS
    elsewhere: ClassVar = {"classify": {"placed", "moved", "all_in", "misplaced", "wrong"}}


@pytest.mark.parametrize(
    ("rule", "labels", "gaps", "first"),
    [
        (terms("talks-only"), ["Second", "Fourth"], [90], "2001-03-01"),
        (terms("talks-only", "wide"), ["First", "Second", "Fourth"], [29, 90], "2001-01-31"),
        (terms("short"), ["Second", "Third", "Fourth"], [30, 60], "2001-03-01"),
        (terms("call"), ["Second", "Fourth"], [90], "2001-03-01"),
        (
            terms("short", "call", "wide"),
            ["First", "Second", "Third", "Fourth", "Fifth"],
            [29, 30, 60, 10],
            "2001-01-31",
        ),
        (terms("wide"), [], [], None),
        # The short call goes to no side: both sides had a turn when the fourth came.
        (
            terms("short", each_side=True, least=2, months=3),
            ["Second", "Third", "Fourth"],
            [30, 60],
            "2001-05-30",
        ),
        # Two months before 30 May begin after 30 March: 31 March is in, 1 March is not.
        (terms("short", least=2, months=2), ["Second", "Third", "Fourth"], [30, 60], "2001-03-31"),
        (terms("short", least=3, months=2), ["Second", "Third", "Fourth"], [30, 60], None),
        (terms("short", least=3, months=3), ["Second", "Third", "Fourth"], [30, 60], "2001-05-30"),
        (terms("short", least=3, months=0), ["Second", "Third", "Fourth"], [30, 60], "2001-05-30"),
    ],
)
def test_what_a_rule_counts(rule, labels, gaps, first):
    item = read_item(RULE)
    tally = item.tally(item.terms(rule))
    assert [event.label for event in tally.counted] == labels
    assert list(tally.gaps) == gaps
    assert (tally.first_met.isoformat() if tally.first_met else None) == first


def test_a_rule_in_words():
    item = read_item(RULE)
    assert item.said(item.terms(terms("talks-only", least=2, months=3))) == (
        "Your rule counts 2 of 5 contacts on record: Second (1 March 2001), Fourth (30 May 2001). "
        "Days between them: 90; on average 90. The rule is first met on 30 May 2001."
    )
    assert item.said(item.terms(terms("wide"))) == "Your rule counts 0 of 5 contacts on record."
    assert "contradicts itself" in item.said(item.terms(terms("talks-only", "call")))


@pytest.mark.parametrize(
    ("pairs", "score"),
    [
        ([(1, 1)], 0),
        ([(0, 0), (1, 1)], 0),
        ([(0, 1)], 1),
        ([(0.5, 1), (0.5, 0)], 0.25),
        ([(0.7, 1), (0.2, 0)], 0.065),  # 0.09 and 0.04
        ([(0.9, 1), (0.9, 0), (0.4, 1)], 1.18 / 3),  # 0.01, 0.81 and 0.36
    ],
)
def test_the_brier_score(pairs, score):
    assert brier(pairs) == pytest.approx(score)


def test_the_brier_score_of_nothing():
    with pytest.raises(ValueError, match="at least one"):
        brier([])


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 1])), min_size=1))
def test_the_brier_score_lies_between_0_and_1(pairs):
    assert 0 <= brier(pairs) <= 1
    assert brier([(0.5, outcome) for _, outcome in pairs]) == 0.25


def test_what_was_known_is_left_out_of_the_score():
    score = read_item(FORECAST).mark(said({"b": 30}, ("a", "c", "d"))).score
    assert score.startswith("Brier score 0.090 on 1 question;")
    assert "three made-up others: median 0.160," in score  # of 0.16, 0 and 0.25


@pytest.mark.parametrize(
    ("check_id", "found", "holds"),
    [
        ("five", 5, True),
        ("five", 5.0, True),
        ("five", 5.1, False),
        ("five", "5", False),
        ("five", True, False),
        ("five", None, False),
        ("near", 5.3, True),
        ("near", 5.31, False),
        ("near", "not a number", False),
        ("limits", 9, True),
        ("limits", 9.1, False),
        ("limits", -0.1, False),
        ("limits", None, False),
        ("not-above", [5, 5], True),
        ("not-above", [5, 4], False),
        ("not-above", [5, None], False),
        ("not-above", 5, False),
        ("names", ["q", "r", "p"], True),
        ("names", ["q"], False),
        ("names", "pq", False),
        ("index", "who", True),
        ("index", 3, False),
    ],
)
def test_when_a_check_holds(check_id, found, holds):
    read = read_item(CODE).read({"found": {check_id: found}})
    assert (check_id in read.held) is holds
    assert (check_id in read.failed) is not holds


# On the page


def view(kind: str, content: dict | None = None) -> View:
    item = read_item(content or ITEMS[kind])
    return View.kinds[kind](item)


def test_things_are_paged_and_ticked():
    one = view("classify")
    seen = []
    for place in range(3):
        assert 0 < len(inputs(one.box)) <= 5
        assert f"Page {place + 1} of 3" in one.where.value
        for menu in inputs(one.box):
            seen.append(menu.description)
            menu.value = "left" if place < 2 else "uv"[len(seen) - 7]
        one.turn.on.click()
    assert seen[:6] == ["1. U", "2. V", "3. W", "4. X", "5. Y", "6. Z"]
    assert seen[6:] == ["Check first. Tick 1 of 2:", "Check first. Tick 2 of 2:"]
    assert "All have a place. Ticked: 2 of 2" in one.where.value
    assert one.answer() == {"placed": LEFT, "ticked": ["u", "v"]}
    assert "it is so" not in readable(one.box)
    assert "it is so" in one.revealed(one.answer())
    assert "<ol><li><strong>U</strong>" in one.revealed(one.answer())


def test_few_things_stay_on_one_page_without_numbers():
    things = [{"id": name, "text": name.upper()} for name in "uvwxy"]
    content = changed("classify", things=things, verify=..., second=...)
    content["feedback"] = [path("else")]
    one = view("classify", content)
    labels = [part.description for part in one.box.children if part.description]
    assert labels == ["U", "V", "W", "X", "Y"]


def test_the_count_appears_when_asked_for_and_follows():
    one = view("rule")
    assert len(inputs(one.box)) == 4
    one.look.click()
    assert "within how many months" in one.count.value
    assert "counts" not in one.count.value
    one.turn.on.click()
    assert len(inputs(one.box)) == 4
    one.months.value, one.words.value = 3, "One a quarter."
    one.switches["short"].value = True
    assert "counts" not in one.count.value
    one.look.click()
    assert "counts 3 of 5 contacts" in one.count.value
    assert "The rule is the one you had before" in one.count.value
    assert one.item.mark(one.answer()).paths == ("else",)
    one.switches["short"].value = False
    one.switches["talks-only"].value = True
    assert "counts 2 of 5 contacts" in one.count.value
    assert "this is recorded" in one.count.value
    assert one.item.mark(one.answer()).paths == ("moved", "talks")
    one.switches["short"].value = True
    one.switches["talks-only"].value = False
    assert one.item.mark(one.answer()).paths == ("else",)


def test_a_commit_shows_the_count_too():
    one = view("rule")
    one.months.value, one.words.value = 3, "One a quarter."
    one.switches["short"].value = True
    answer = one.answer()
    assert "not counted" in one.revealed(answer)
    one.words.value = "Two a quarter."
    assert one.item.mark(one.answer()).paths == ("moved",)


def test_forecasts_are_recorded_one_at_a_time():
    one = view("forecast")
    assert len(inputs(one.box)) == 3
    assert "A?" in one.asked.value
    one.put.click()
    assert one.answer()["values"] == {"a": 50}
    assert "B?" in one.asked.value
    one.tick.value = True
    assert one.slider.disabled
    one.put.click()
    one.slider.value, one.move.value = 80, "News."
    one.put.click()
    assert "Recorded 3 of 4" in one.status.value
    assert "Still open: d." in one.status.value
    one.slider.value = 5
    one.put.click()
    assert one.answer() == said({"a": 50, "c": 80, "d": 5}, ("b",), a="", c="News.", d="")
    one.turn.on.click()
    assert one.tick.value
    one.tick.value = False
    one.put.click()
    assert one.answer()["known"] == []
    assert "All are recorded." in one.status.value


def nasty(value: Any) -> Any:
    """The question with its texts for the reader made dangerous."""
    readable = {
        "text",
        "label",
        "rule",
        "words_label",
        "noun",
        "starter",
        "open_task",
        "others_label",
    }
    readable |= {"move_label", "base_note", "note"}
    if isinstance(value, list):
        return [nasty(part) for part in value]
    if isinstance(value, dict):
        return {
            k: NASTY if k in readable and isinstance(v, str) else nasty(v) for k, v in value.items()
        }
    return value


@pytest.mark.parametrize("kind", ITEMS)
def test_texts_are_escaped(kind):
    content = nasty(ITEMS[kind])
    if kind == "rule":
        content["events"][3]["note"] = "short" + NASTY
    one = view(kind, content)
    if kind == "rule":
        one.show(GOOD[kind])
    pages = [part for part in one.box.children if isinstance(part, widgets.HTML)]
    everything = "".join(part.value for part in pages) + one.revealed(GOOD[kind])
    assert "<script" not in everything
    assert html.escape(NASTY) in everything


def test_what_a_student_writes_is_escaped(file):
    entry = passport.save("E21", {"rule": {}}, NASTY)
    assert entry.reason == NASTY
    one = view("rule")
    one.show(ruled(terms("short"), words=NASTY, first=NASTY))
    assert "<script" not in readable(one.count) + one.revealed(one.answer())


@pytest.fixture
def task(monkeypatch):
    """A made-up task that `check` finds under its name."""
    item = read_item(CODE)
    monkeypatch.setattr(code_task, "item_ids", lambda: [item.id, "other"])
    known = {item.id: item, "other": read_item(RULE)}
    monkeypatch.setattr(code_task, "item", known.__getitem__)
    return item


def checked(capsys, *names: Any, **values: Any) -> str:
    check(*names, **values)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert err == ""
    return out


FRAME = pd.DataFrame({"p": [1, 2], "q": [3, 4]})


COLUMN = pd.Series([6.0, 8.0], index=pd.Index(["ann", "bob"], name="who"))


def test_a_good_result_is_told_and_saved(task, capsys, file):
    said_now = checked(capsys, task.id, frame=FRAME, column=COLUMN, x=5)
    assert "6 of 6 checks hold." in said_now
    assert "This is else." in said_now
    (entry,) = passport.read().of(task.id)
    assert entry.answer["found"]["not-above"] == [5, 7]
    checked(capsys, task.id, frame=FRAME, column=COLUMN, x=5)
    assert len(passport.read().of(task.id)) == 1


def test_the_explanation_stays_with_a_later_check(task, capsys, file):
    passport.save(task.id, {"found": {"five": 4}}, "Because.", 2)
    checked(capsys, task.id, x=5)
    last = passport.read().of(task.id)[-1]
    assert (last.reason, last.hints, last.answer["found"]["five"]) == ("Because.", 2, 5)


def test_the_page_shows_the_last_check_and_keeps_the_explanation(task, capsys, file):
    question = Question(task)
    assert "x = ____" in readable(question.box)
    assert html.escape(task.call) in readable(question.box)
    assert "No check has been run yet." in question.view.result.value
    question.commit.click()
    assert "Run the check in a cell first" in question.alert.value
    checked(capsys, task.id, x=5)
    assert "of 6 checks hold" in question.view.result.value
    question.commit.click()
    assert "of 6 checks hold" in question.said.value
    assert "of 6 checks hold" in Question(task).view.result.value


class Rude:
    """An object that takes no question."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(NASTY)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError(NASTY)

    def __hash__(self) -> int:
        raise RuntimeError(NASTY)

    def __len__(self) -> int:
        raise SystemExit(1)

    def __float__(self) -> float:
        raise SystemExit(1)

    def __repr__(self) -> str:
        raise RuntimeError(NASTY)

    __str__ = __repr__
    __bool__ = __repr__


class LikesAll(str):
    """A text that is equal to everything."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


VALUES = [
    None,
    "five",
    b"5",
    [],
    {},
    [FRAME],
    object(),
    Rude(),
    Rude,
    pd.NA,
    pd.NaT,
    math.nan,
    math.inf,
    10**400,
    1j,
    FRAME,
    FRAME["p"],
    pd.DataFrame(),
    pd.Series(dtype=object),
    pd.Series([object(), object()]),
    alt.Chart(FRAME).mark_point(),
    lambda: 1 / 0,
    LikesAll("x"),
]


@pytest.mark.parametrize("place", range(len(VALUES)))
@pytest.mark.parametrize("name", ["frame", "column", "x"])
def test_whatever_is_given_ends_in_a_sentence(task, capsys, name, place):
    said_now = checked(capsys, task.id, **{name: VALUES[place]})
    assert "checks hold." in said_now
    assert NASTY not in said_now
    found = passport.read().of(task.id)[-1].answer["found"]
    assert found


@given(value=st.from_type(type).flatmap(st.from_type) | json_like(GOOD))
@settings(max_examples=60, deadline=None)
def test_no_sort_of_value_gets_out(value):
    item = read_item(CODE)
    found, troubles = code_task._observed(item, {"frame": value, "column": value, "x": value})
    assert item.mark({"found": found}).messages
    assert all(text.endswith(".") for text in troubles)


@pytest.mark.parametrize(
    ("names", "values", "words"),
    [
        ((), {}, "A check begins with the name of its task"),
        (("Q-nothing",), {"x": 1}, "The tasks are: Q-code_task."),
        (("other",), {"x": 1}, "The tasks are: Q-code_task."),
        ((3,), {"x": 1}, "A check begins"),
        (("Q-code_task", 5), {}, "A check begins"),
        (([],), {}, "A check begins"),
        (("Q-code_task",), {}, "Give the values by name"),
        (("Q-code_task",), {"y": 1}, "asks for no value called y"),
    ],
)
def test_a_call_that_is_not_right_says_how(task, capsys, file, names, values, words):
    assert words in checked(capsys, *names, **values)
    assert not file.exists()


def test_a_name_that_takes_no_question(task, capsys):
    assert "A check begins" in checked(capsys, Rude())


def test_a_passport_that_cannot_be_written_is_said_and_the_result_too(task, capsys, monkeypatch):
    def full(*_: Any) -> None:
        raise passport.PassportError("Not saved: the disk is full.")

    monkeypatch.setattr(passport, "save", full)
    said_now = checked(capsys, task.id, x=5)
    assert "checks hold." in said_now
    assert "Not saved: the disk is full." in said_now


def test_a_fault_of_the_module_is_a_sentence(task, capsys, monkeypatch):
    monkeypatch.setattr(type(task), "mark", lambda *_: 1 / 0)
    assert "The check itself failed." in checked(capsys, task.id, x=5)


CHARTED = FRAME.assign(who=["ann", "bob"], gap=[None, 3.0])


@pytest.mark.parametrize(
    ("one", "value", "found"),
    [
        ({"find": "length"}, FRAME, 2),
        ({"find": "columns"}, FRAME, ["p", "q"]),
        ({"find": "index name"}, COLUMN, "who"),
        ({"find": "entry", "at": "bob"}, COLUMN, 8),
        ({"find": "entry", "at": "carl"}, COLUMN, None),
        ({"find": "entry", "at": "bob", "by": "who", "column": "q"}, CHARTED, 4),
        ({"find": "rows", "at": "ann"}, COLUMN, 1),
        ({"find": "rows", "at": "ann", "by": "who"}, CHARTED, 1),
        ({"find": "empty", "column": "gap"}, CHARTED, 1),
        ({"find": "empty at start", "column": "gap"}, CHARTED, True),
        ({"find": "empty at start", "column": "p"}, CHARTED, False),
        ({"find": "largest"}, COLUMN, 8),
        ({"find": "smallest"}, COLUMN, 6),
        ({"find": "median"}, COLUMN, 7),
        ({"find": "mean", "last": 1}, COLUMN, 8),
        ({"find": "call", "args": [[1, 2], [3]]}, lambda a, b: len(a) + len(b), 3),
        ({"find": "call", "args": [[1]]}, lambda a: math.nan, "not a number"),
        ({"find": "value"}, pd.Timestamp("2001-02-03 04:05:06.7", tz="UTC"), "2001-02-03 04:05:06"),
        ({"find": "value"}, FRAME["p"].mean(), 1.5),
        (
            {"find": "channels"},
            alt.layer(
                alt.Chart(FRAME).mark_point().encode(x="p:Q", size=alt.value(3)),
                alt.Chart(FRAME).mark_text().encode(text="q:N", tooltip=["p:Q", "q:N"]),
            ),
            ["text", "tooltip", "x"],
        ),
    ],
)
def test_what_a_check_finds(one, value, found):
    content = changed("code_task", checks=[{"id": "c", "name": "x", "expected": 1, **one}])
    content["feedback"] = [path("else")]
    seen, troubles = code_task._observed(read_item(content), {"x": value})
    assert seen == {"c": found}
    assert bool(troubles) is (found is None)


def test_the_real_tasks_are_found_by_their_names(capsys):
    tasks = [n for n in catalogue.item_ids() if catalogue.item(n).kind == "code_task"]
    assert ", ".join(tasks) in checked(capsys)
