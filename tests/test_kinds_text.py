"""Kinds of question about texts: highlight, code, compare, and what write can do with captions.

No case is read here, but for the widgets, which show the names of the case's codebook.
"""

from __future__ import annotations

import copy
import json
import math
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import pytest
from questions import MadeUpQuestions, changers, inputs, made, on_screen, options, path

from casekit.codebook import book, plain
from casekit.items import AnswerError, read_item
from casekit.widgets import highlight
from casekit.widgets.book import rule
from casekit.widgets.compare import spoken
from casekit.widgets.view import View

EVIL = "<img src=x onerror=alert(1)>"


CHECK = {"label": "Is it good?", "options": options("yes", "no")}


ITEMS = {
    "highlight": made(
        "highlight",
        [
            path("go-b", coded={"phrase": "we go", "as": ["B"]}),
            path("has-c", used=["C"]),
            path("b-leads", primary=["B"]),
            path("beyond", outside=True),
            path("not-good", checked=["no"]),
            path("as-key", all_right=True),
        ],
        # 1 Today, 2 “we 3 go” 4 on. | 5 They 6 wrote: 7 we 8 go
        passages=[{"text": "Today, “we go” on."}],
        around=[{"text": "They wrote: we go"}],
        codes=["A", "B", "C"],
        key=[{"phrase": "today", "code": "A"}, {"phrase": "we go", "code": "A"}],
        primary="A",
        check_yourself=CHECK,
    ),
    "code": made(
        "code",
        [
            path("s1-b", coded={"segment": "s1", "as": ["B"]}),
            path("s2-led-by-b", led={"segment": "s2", "as": ["B"]}),
            path("often-b", often={"segments": ["s1", "s2"], "as": "B", "times": 2}),
            path("many", too_many=True),
            path("low", alpha_below=0.667),
            path("one", alpha_one=True),
            path("flat", flattered=0.6),
            path("changed", revised=True),
            path("knew-two", recognised=2),
            path("sure", predicted_above=0.9),
            path("unsure", predicted_below=0.1),
            path("few-hits", guessed_at_most=0.4),
            path("hits", guessed_above=0.4),
            path("gap", note_blank=["why"]),
            path("not-good", checked=["no"]),
            path("as-key", all_right=True),
        ],
        codes=["A", "B", "C"],
        codes_label="Which codes?",
        primary_label="Primary:",
        scopes={"IN": "inside", "OUT": "outside"},
        scope_label="Scope:",
        limit=2,
        recognised="Known.",
        guess={"label": "Where?", "options": {"here": "here", "there": "there"}, "then": ["why"]},
        notes=[{"id": "why", "label": "Why?"}],
        predict={"label": "Alpha", "minimum": 0, "maximum": 1, "step": 0.1},
        check_yourself=CHECK,
        exchange=True,
        peers=[{"coder": "demo", "segment": "s1", "codes": ["A"]}],
        segments=[
            {
                "id": name,
                "text": f"Text {name}",
                "codes": codes,
                "primary": (codes or ["NONE"])[0],
                "scope": "IN",
                "guess": "here",
                "why": "So.",
            }
            for name, codes in (
                ("s1", ["A"]),
                ("s2", ["A", "B"]),
                ("s3", ["B"]),
                ("s4", ["C"]),
                ("s5", []),
            )
        ],
    ),
    "compare": made(
        "compare",
        [
            path("p-b", took={"place": "p", "as": ["b"]}),
            path("sure-of-q", sure=["q"]),
            path("all-zero", all_weights=0),
            path("as-key", all_right=True),
        ],
        places=[
            {"id": n, "original": "言葉", "languages": ["ja"], "gloss": "word", "version_1": "word"}
            for n in ("q", "p")
        ],
        questions=[
            {"place": "p", "heading": "One", "options": options("a", "b", right="a")},
            {"place": "q", "heading": "Two"},
        ],
        choice_label="What changed?",
        text_label="In your words",
        weight_label="Weight",
        sure_label="Certain",
    ),
    "write": made(
        "write",
        [
            path("said-so", declared={"what": "frame", "as": ["x"]}),
            path("motive", found=["motive"]),
            path("one-name", one_sided=["hill"]),
            path("link", linked=True),
        ],
        fields=[
            {"id": "caption", "label": "Caption", "limit": 80},
            {"id": "note", "label": "Note", "sealed": True},
        ],
        needed=["caption"],
        watched=["caption"],
        exchange="To hand on:",
        declare=[{"id": "frame", "label": "Frame?", "options": options("x", "y"), "sealed": True}],
        watch=[{"id": "motive", "phrases": ["secretly", "in fact intends"]}],
        pairs=[{"id": "hill", "first": ["High Hill", "高丘"], "second": ["Low Hill"]}],
        shown=[{"text": "A text to read", "label": "2001"}],
    ),
}
changed, with_path, _ = changers(ITEMS)


def span(first: Any, last: Any, code: Any = "A") -> dict:
    return {"from": first, "to": last, "code": code}


def marked(*spans: dict, primary: str = "A", check: str = "yes") -> dict:
    return {"spans": list(spans), "primary": primary, "check": check}


def coding(*codes: str, **own: Any) -> dict:
    return {
        "codes": list(codes),
        "primary": codes[0] if codes else "NONE",
        "scope": "IN",
        "guess": "here",
        "notes": {"why": "because"},
        "known": False,
        **own,
    }


KEY = {"s1": ["A"], "s2": ["A", "B"], "s3": ["B"], "s4": ["C"], "s5": []}


def codings(first: dict | None = None, predicted: float = 0.5, check: str = "yes", **changed: Any):
    now = {name: coding(*codes) for name, codes in KEY.items()} | changed
    answer = {"codings": now, "predicted": predicted, "check": check}
    return {**answer, "first": first} if first else answer


def places(p: dict | None = None, q: dict | None = None) -> dict:
    base = {"choice": "a", "text": "Less.", "weight": 1, "sure": False}
    return {"places": {"p": {**base, **(p or {})}, "q": {**base, "choice": "", **(q or {})}}}


def caption(text: str, note: str = "", frame: str = "y") -> dict:
    return {"text": {"caption": text, "note": note}, "declared": {"frame": frame}}


GOOD = {
    "highlight": marked(span(1, 1), span(2, 3)),
    "code": codings(),
    "compare": places(),
    "write": caption("A plain line."),
}


# With the key, all alphas are 1; the guesses are all right.
CODED = ["one", "hits", "as-key"]


ROWS = [
    ("highlight", GOOD["highlight"], ["as-key"]),
    ("highlight", marked(span(1, 4)), ["as-key"]),
    ("highlight", marked(span(1, 1)), ["else"]),
    ("highlight", marked(span(3, 4, "B"), primary="B"), ["go-b", "b-leads"]),
    ("highlight", marked(span(4, 4, "B"), span(1, 3)), ["else"]),
    ("highlight", marked(span(1, 3), span(4, 4, "C")), ["has-c"]),
    ("highlight", marked(span(1, 3), span(8, 8)), ["beyond"]),
    ("highlight", marked(span(1, 3), check="no"), ["not-good", "as-key"]),
    ("code", GOOD["code"], CODED),
    ("code", codings(s1=coding("A", scope="OUT")), ["one", "hits"]),
    ("code", codings(s2=coding("B", "A")), ["s2-led-by-b", "one", "hits"]),
    ("code", codings(s1=coding("B")), ["s1-b", "low", "flat", "hits"]),
    (
        "code",
        codings(s1=coding("B"), s2=coding("B", "A")),
        ["s1-b", "s2-led-by-b", "often-b", "low", "flat", "hits"],
    ),
    ("code", codings(s2=coding("A", "B", "C")), ["many", "low", "flat", "hits"]),
    ("code", codings(first={"s1": coding("A")}, s1=coding("A")), CODED),
    # What was first counts: the correction earns no other sentence than that it is one.
    ("code", codings(first={"s1": coding("B")}), ["s1-b", "low", "flat", "changed", "hits"]),
    (
        "code",
        codings(s1=coding("A", known=True), s3=coding("B", known=True)),
        ["one", "knew-two", "hits", "as-key"],
    ),
    ("code", codings(predicted=0.95), ["one", "sure", "hits", "as-key"]),
    ("code", codings(predicted=0), ["one", "unsure", "hits", "as-key"]),
    (
        "code",
        codings(**{f"s{n}": coding(*KEY[f"s{n}"], guess="there") for n in (1, 2, 3)}),
        ["one", "few-hits", "as-key"],
    ),
    ("code", codings(s5=coding(notes={"why": " "})), ["one", "hits", "gap", "as-key"]),
    ("code", codings(check="no"), ["one", "hits", "not-good", "as-key"]),
    ("compare", GOOD["compare"], ["as-key"]),
    ("compare", places(p={"choice": "b"}), ["p-b"]),
    ("compare", places(p={"choice": "b"}, q={"sure": True}), ["p-b", "sure-of-q"]),
    ("compare", places(p={"sure": True}), ["as-key"]),
    ("compare", places(p={"weight": 0}, q={"weight": 0}), ["all-zero", "as-key"]),
    ("write", GOOD["write"], ["else"]),
    ("write", caption("A line.", frame="x"), ["said-so"]),
    ("write", caption("They SECRETLY sang."), ["motive"]),
    ("write", caption("It in fact\nintends nothing."), ["motive"]),
    ("write", caption("A secretly-named, unsecretly thing."), ["motive"]),
    ("write", caption("The unsecretly sung."), ["else"]),
    ("write", caption("A line.", note="secretly, on High Hill, see www.example.org"), ["else"]),
    ("write", caption("On high hill"), ["one-name"]),
    ("write", caption("去高丘看"), ["one-name"]),
    ("write", caption("On High Hill, or Low Hill"), ["else"]),
    ("write", caption("See https://example.org"), ["link"]),
    ("write", caption("See example.com now"), ["link"]),
    ("write", caption("With @somebody"), ["link"]),
]

SCORES = [
    ("highlight", GOOD["highlight"], "2 of 2 coded phrases as in the reference; primary: as…"),
    ("highlight", marked(span(1, 1), span(4, 4, "B"), primary="B"), "1 of 2 coded phrases…"),
    (
        "code",
        codings(s1=coding("B"), s2=coding("A"), s5=coding(guess="there")),
        "4 of 5 primary codes as in the reference; 3 of 5 segments with exactly its codes; "
        "4 of 5 guesses right.",
    ),
    ("compare", places(p={"choice": "b"}), "0 of 1 as in the reference."),
]


def test_a_phrase_is_found_without_its_marks_and_at_its_first_place():
    item = read_item(ITEMS["highlight"])
    assert list(item.find("We GO")) == [2, 3]
    assert list(item.find("today we")) == [1, 2]
    assert list(item.find("go we")) == list(item.find("")) == []


def test_some_segments_are_enough_where_the_question_says_so():
    item = read_item({**copy.deepcopy(ITEMS["code"]), "at_least": 2})
    some = {"codings": {"s1": coding("A"), "s4": coding("C")}, "predicted": 0.5, "check": "yes"}
    assert item.mark(some).score.startswith("2 of 2")
    del some["codings"]["s4"]
    with pytest.raises(AnswerError, match="1 of 2"):
        item.mark(some)


BAD_ANSWERS = [
    ("highlight", marked()),
    *(("highlight", marked(span(1, 1), bad)) for bad in (None, [], {}, "1–2", span(1, 1))),
    *(
        ("highlight", marked(span(1, 1), span(first, last)))
        for first, last in ((0, 1), (3, 2), (1, 9), (1.0, 2), ("1", "2"), (True, 2), (1, 10**400))
    ),
    *(("highlight", marked(span(1, 1), span(2, 2, code))) for code in ("Z", None, ["A"], {})),
    *(("highlight", marked(span(1, 1), primary=code)) for code in ("B", "", None, ["A"])),
    *(("highlight", marked(span(1, 1), check=check)) for check in ("", None, ["yes"], "maybe")),
    ("highlight", marked(*(span(a, b, c) for a in (1, 2, 3) for b in (4, 5, 6) for c in "ABC"))),
    ("code", {"codings": {}}),
    ("code", codings(s1=None)),
    ("code", codings(s1=[])),
    ("code", codings(s1=coding("Z"))),
    ("code", codings(s1=coding("A", "A"))),
    ("code", codings(s1=coding("A", codes="A"))),
    ("code", codings(s1=coding("A", codes=[["A"]]))),
    ("code", codings(s1=coding("A", primary="B"))),
    ("code", codings(s1=coding("A", primary=["A"]))),
    ("code", codings(s1=coding(primary="A"))),
    *(("code", codings(s1=coding("A", scope=bad))) for bad in ("", None, ["IN"], "UP")),
    *(("code", codings(s1=coding("A", guess=bad))) for bad in ("", None, ["here"], "up")),
    *(("code", codings(s1=coding("A", notes=bad))) for bad in ([], "why", {"why": 3})),
    ("code", codings(s1=coding("A", known="yes"))),
    ("code", codings(first={"s1": coding("Z")})),
    ("code", {**codings(), "first": ["s1"]}),
    *(("code", codings(predicted=bad)) for bad in (None, "1", -0.1, 1.1, math.nan, True)),
    ("code", codings(check="maybe")),
    ("code", codings(check=["yes"])),
    ("compare", {"places": {}}),
    ("compare", {"places": []}),
    *(("compare", places(p={"choice": bad})) for bad in ("", "z", None, ["a"])),
    *(("compare", places(p={"weight": bad})) for bad in (None, -1, 4, 1.5, "1", True, [1])),
    ("compare", places(q={"text": " "})),
    ("compare", places(q={"text": None})),
    ("compare", places(p={"sure": 1})),
    ("compare", {"places": {"p": ["a"], "q": {}}}),
    ("write", caption("")),
    ("write", caption(" ", note="A note.")),
    ("write", caption("x" * 81)),
    *(("write", caption("A line.", frame=bad)) for bad in ("", "z", None, ["x"])),
    ("write", {"text": {"caption": "A line."}}),
    ("write", {"text": {"caption": "A line."}, "declared": ["x"]}),
]


def test_a_text_as_long_as_the_limit_is_accepted():
    assert read_item(ITEMS["write"]).mark(caption(f"  {'x' * 80} ")).paths == ("else",)


ONE = ITEMS["code"]["segments"][0]


PLACE = ITEMS["compare"]["places"][0]


FAULTS = [
    (changed("highlight", passages=[{"text": " "}]), "passages", "words"),
    (changed("highlight", codes=["A", "A"]), "codes", "each once"),
    (changed("highlight", key=[]), "key", "one phrase"),
    (changed("highlight", key=[{"phrase": "we stay", "code": "A"}]), "we stay", "words of the"),
    (changed("highlight", key=[{"phrase": "we go", "code": "Z"}]), "key", "A, B, C"),
    (changed("highlight", primary="Z"), "primary", "A, B, C"),
    (with_path("highlight", coded={"phrase": "stay", "as": ["A"]}), "mine", "words of the text"),
    (with_path("highlight", coded={"phrase": "go", "as": ["Z"]}), "coded", "A, B, C"),
    (with_path("highlight", coded={"phrase": "go"}), "coded", "as = a list"),
    (with_path("highlight", used=["Z"]), "used", "A, B, C"),
    (with_path("highlight", checked=["maybe"]), "checked", "yes, no"),
    (changed("code", codes=["A"]), "codes", "two or more"),
    (changed("code", codes=["A", "B", "C", "D E"]), "codes, scopes and segments", "letters"),
    (changed("code", segments=[ONE, ONE]), "segments", "their own"),
    (changed("code", segments=[ONE | {"codes": ["Z"]}]), "segments, s1, codes", "A, B, C"),
    (changed("code", segments=[ONE | {"primary": "B"}]), "segments, s1, primary", "one of A"),
    (changed("code", segments=[ONE | {"scope": "UP"}]), "segments, s1, scope", "IN, OUT"),
    (changed("code", segments=[ONE | {"guess": "up"}]), "segments, s1, guess", "here, there"),
    (changed("code", limit=0), "limit", "a number"),
    (changed("code", at_least=6), "at_least", "a number"),
    (changed("code", scope_label=""), "scope_label", "with scopes"),
    (changed("code", notes=[{"id": "why", "label": "?"}] * 2), "notes", "their own"),
    (
        changed("code", peers=[{"coder": "x", "segment": "s1", "codes": ["Z"]}]),
        "peers, x, s1",
        "A, B, C",
    ),
    (
        changed("code", predict={"label": "?", "minimum": 1, "maximum": 1, "step": 1}),
        "predict, step",
        "fits",
    ),
    (with_path("code", coded={"segment": "s9", "as": ["A"]}), "coded", "s1, s2"),
    (with_path("code", led={"segment": "s1", "as": ["Z"]}), "led", "A, B, C"),
    (with_path("code", often={"segments": ["s9"], "as": "A", "times": 1}), "often", "s1, s2"),
    (with_path("code", often={"segments": ["s1"], "as": "A"}), "often", "times"),
    (with_path("code", note_blank=["how"]), "note_blank", "why"),
    (with_path("code", checked=["maybe"]), "checked", "yes, no"),
    (with_path("code", alpha_below="low"), "alpha_below", "a number"),
    (changed("compare", places=[PLACE, PLACE]), "places", "its own id"),
    (changed("compare", questions=ITEMS["compare"]["questions"][:1]), "questions", "every place"),
    (changed("compare", most=0), "most", "from 1"),
    (
        changed(
            "compare",
            questions=[
                {"place": "p", "heading": "One", "options": options("a", "b")},
                {"place": "q", "heading": "Two"},
            ],
        ),
        "questions, p",
        "right",
    ),
    (with_path("compare", took={"place": "z", "as": ["a"]}), "took", "q, p"),
    (with_path("compare", took={"place": "p", "as": ["z"]}), "took", "a, b"),
    (with_path("compare", sure=["z"]), "sure", "q, p"),
    (changed("write", needed=["z"]), "needed", "caption, note"),
    (changed("write", watched=["z"]), "watched", "caption, note"),
    (changed("write", watch=[{"id": "motive", "phrases": [" "]}]), "watch, motive", "phrases"),
    (changed("write", pairs=[{"id": "hill", "first": [], "second": ["x"]}]), "pairs", "both sides"),
    (changed("write", declare=ITEMS["write"]["declare"] * 2), "declare", "different id"),
    (
        changed("write", declare=[{"id": "frame", "label": "?", "options": options("x")}]),
        "declare, frame",
        "two options",
    ),
    (
        changed("write", fields=[{"id": "caption", "label": "?", "limit": -1}]),
        "limit",
        "0 for none",
    ),
    (with_path("write", declared={"what": "z", "as": ["x"]}), "declared", "frame"),
    (with_path("write", declared={"what": "frame", "as": ["z"]}), "declared", "x, y"),
    (with_path("write", found=["z"]), "found", "motive"),
    (with_path("write", one_sided=["z"]), "one_sided", "hill"),
    (with_path("write", linked="yes"), "linked", "true or false"),
]


class TestKinds(MadeUpQuestions):
    items, good, rows, scores, bad, faults = ITEMS, GOOD, ROWS, SCORES, BAD_ANSWERS, FAULTS
    elsewhere: ClassVar = {"write": {"empty", "checked", "fewer_words"}}

    def start(self, kind):
        return codings(first={"s1": coding("B")}) if kind == "code" else GOOD[kind]

    def accepted(self, item, answer):
        """What is accepted can be shown again, and shows nothing that is not harmless."""
        one = View.kinds[item.kind](item)
        one.show(answer)
        assert item.mark(one.answer()).paths == item.mark(answer).paths
        assert "<img" not in one.revealed(answer)

    def test_a_view_shows_an_answer_again(self, kind):
        for answer in [GOOD[kind], *(a for k, a, _ in ROWS if k == kind)]:
            one = view(kind)
            one.show(copy.deepcopy(answer))
            given_back = one.answer()
            if given_back.get("first"):  # all that was first is kept, changed or not
                wanted = {**answer["codings"], **answer["first"]}
                assert given_back.pop("first") == wanted
                answer = {k: v for k, v in answer.items() if k != "first"}
            answer = copy.deepcopy(answer)
            answer.pop("first", None)  # nothing had changed, so nothing is said of it
            if kind == "compare":
                answer["places"]["q"].pop("choice")
                given_back["places"]["q"].pop("choice", None)
            assert given_back == answer
            assert json.loads(json.dumps(given_back)) == given_back


def view(kind: str, **own: Any) -> Any:
    return View.kinds[kind](read_item(changed(kind, **own)))


@pytest.mark.parametrize("kind", ITEMS)
def test_a_fresh_view_holds_no_complete_answer_and_no_more_than_five_inputs(kind):
    one = view(kind)
    with pytest.raises(AnswerError):
        one.item.mark(one.answer())
    assert len(inputs(one.box)) <= 5 + (kind == "code")  # made up to hold one of everything
    assert all(c.description.strip() for c in inputs(one.box))


def test_words_are_highlighted_by_menu():
    one = view("highlight")
    one.start.value = 2
    assert (one.start.value, one.end.value, one.text.chosen) == (2, 1, [1, 2])
    one.end.value = 3
    one.put.click()
    assert "Choose a code first." in one.said.value
    one.code.value = "A"
    one.put.click()
    one.put.click()
    assert "have this code already" in one.said.value
    one.start.value = one.end.value = 1
    assert one.text.chosen == [1, 1]
    one.put.click()
    one.primary.value, one.check.value = "A", "yes"
    assert one.answer() == marked(span(2, 3), span(1, 1))
    assert len(inputs(one.box)) == 5
    one.drop.click()
    assert one.answer() == marked(span(2, 3))
    one.drop.click()
    assert (one.answer()["spans"], one.primary.value, len(inputs(one.box))) == ([], "", 3)


def test_words_are_highlighted_by_gesture_and_nothing_else_gets_through():
    one = view("highlight")
    one.text.chosen = [2, 4]  # as highlight.js does
    assert (one.start.value, one.end.value) == (2, 4)
    for wrong in ([], [4], [3, 2], [0, 1], [1, 99], [1, 2, 3]):
        one.text.chosen = wrong
        assert (one.start.value, one.end.value) == (2, 4)
    one.code.value = "B"
    one.put.click()
    assert one.text.spans == [span(2, 4, "B")]
    assert "2–4, ““we go” on.”: B" in one.said.value


def test_the_text_of_others_stands_apart():
    one = view("highlight", passages_label="The post", around_label="The report")
    assert one.text.words == ["Today,", "“we", "go”", "on.", "They", "wrote:", "we", "go"]
    assert (one.text.breaks, one.text.labels) == ([1, 5], ["The post", "The report"])


def test_segments_are_coded_one_at_a_time():
    one = view("code")
    assert "Segment 1 of 5 (s1)" in one.head.value
    one.codes.value = "B"
    assert one.mark.description == "Mark B"
    one.mark.click()
    assert one.mark.description == "Take back B"
    assert one.primary.value == "B"  # one code can only be primary
    one.codes.value = "A"
    one.mark.click()
    one.primary.value = "A"
    assert next(label for label, _ in one.codes.options).endswith("(marked)")
    one.codes.value = "B"
    one.mark.click()
    one.scope.value, one.guess.value, one.notes["why"].value = "IN", "here", "because"
    one.known.value = True
    assert "Coded so far: 0 of 5" in one.head.value or "Coded so far: 1 of 5" in one.head.value
    assert one.turn.on.description == "Next page: 2 of 6"
    one.turn.on.click()
    assert "Segment 2 of 5" in one.head.value and "Coded so far: 1 of 5" in one.head.value
    assert (one.scope.value, one.guess.value, one.known.value) == ("", "", False)
    assert one.answer()["codings"] == {"s1": coding("A", known=True)}
    one.none.click()
    one.scope.value, one.guess.value = "OUT", "there"
    assert one.answer()["codings"]["s2"]["primary"] == "NONE"
    for _ in range(4):
        one.turn.on.click()
    assert one.turn.on.description == "Next page: 1 of 6"
    assert [c.description for c in inputs(one.box)] == ["Alpha", "Is it good?"]
    one.turn.back.click()
    assert "Segment 5 of 5" in one.head.value


def test_nothing_of_the_reference_is_on_the_page_before_it_is_due():
    one = view("code")
    one.given = {name: coding(*codes) for name, codes in KEY.items()}
    one._draw()
    shown = " ".join(c.value for c in on_screen(one.box) if type(c).__name__ == "HTML")
    assert "So." not in shown and "Reference" not in shown
    assert one.discuss.box.layout.display == "none"


def test_first_answers_stay_first_once_the_reference_was_seen():
    one = view("code")
    start = codings(s1=coding("B"))
    one.show(start)
    one.revealed(start)
    assert one.answer() == start  # nothing changed: nothing more to save
    one.codes.value = "A"
    one.mark.click()
    one.primary.value = "A"
    one.codes.value = "B"
    one.mark.click()
    again = one.answer()
    assert again["first"] == start["codings"]
    assert again["codings"]["s1"]["codes"] == ["A"]
    assert "changed" in one.item.mark(again).paths
    one.revealed(again)
    assert one.answer() == again
    another = view("code")
    another.show(again)
    assert another.answer() == again


def test_a_practice_set_shows_the_rule_at_once_and_keeps_the_first_try():
    one = view("code", practice=True, agreement=False)
    one.reveal.click()
    assert "Code it first" in one.reference.value
    one.codes.value = "B"
    one.mark.click()
    one.scope.value, one.guess.value = "IN", "here"
    one.reveal.click()
    assert "Reference: A" in one.reference.value and "You: B" in one.reference.value
    one.mark.click()
    one.codes.value = "A"
    one.mark.click()
    assert one.answer()["codings"]["s1"]["codes"] == ["A"]
    assert one.answer()["first"]["s1"]["codes"] == ["B"]
    one.reveal.click()
    assert "You: B" in one.reference.value


def test_agreement_is_shown_code_by_code():
    one = view("code")
    answer = codings(s1=coding("B"))
    one.show(answer)
    shown = one.revealed(answer)
    assert "With demo" in shown
    # A: yes in s2 for both, in s1 for the reference: one of five differs. o = 2/10, e = 3·7·2/90;
    # kappa: p_o = 4/5, p_e = (1 · 2 + 4 · 3) / 25.
    line = re.search(r'<th scope="row">A</th>.*?</tr>', shown)[0]
    cells = re.findall(r"<td>(.*?)</td>", line)
    assert cells[:4] == ["1, 2", "80%", ".55", ".57"]
    assert "do not report" in cells
    assert one.discuss.box.layout.display is None


def test_one_code_a_segment_is_chosen_by_radio_button():
    one = view(
        "code",
        limit=1,
        scopes={},
        scope_label="",
        segments=[{"id": "s1", "text": "T", "primary": "A", "why": "So.", "guess": "here"}],
        feedback=[path("else")],
        recognised="",
        peers=[],
    )
    assert one.codes.value is None
    assert [c.description for c in inputs(one.box)] == ["Which codes?", "Where?", "Why?"]
    one.codes.value = "B"
    one.guess.value = "there"
    assert one.answer()["codings"]["s1"]["codes"] == ["B"]
    assert "Reference: A. You: B." in one.revealed({**one.answer(), "check": "yes"})


def test_places_are_compared_one_at_a_time():
    one = view("compare")
    assert "One" in one.head.value and '<span lang="ja">言葉</span>' in one.head.value
    one.choice.value, one.weight.value = "b", 0
    one.turn.on.click()
    assert "Two" in one.head.value and "Answered so far: 1 of 2" in one.head.value
    assert one.choice.layout.display == "none"
    one.text.value, one.weight.value, one.sure.value = "Less", 0, True
    assert one.item.mark(one.answer()).paths == ("p-b", "sure-of-q", "all-zero")
    one.turn.back.click()
    assert one.choice.value == "b"


@pytest.mark.parametrize(
    ("text", "languages", "html"),
    [
        ("a word", ["ja"], "a word"),
        ("夢 (dream)", ["ko"], '<span lang="ko">夢</span> (dream)'),
        ("夢, 長年の夢", ["ko"], '<span lang="ja">夢</span>, <span lang="ja">長年</span>'),
        ("日 / 한", ["ja", "ko"], '<span lang="ja">日</span> / <span lang="ko">한</span>'),
        (EVIL, ["ja"], "&lt;img"),
    ],
)
def test_runs_of_other_scripts_are_marked_with_their_language(text, languages, html):
    assert spoken(text, languages).startswith(html)


def test_a_caption_is_counted_and_handed_on_without_its_note():
    one = view("write")
    one.boxes["caption"].value = "x" * 83
    assert "83 of 80 characters, 3 too many" in one.counts["caption"].value
    one.boxes["caption"].value, one.boxes["note"].value = f"Line {EVIL}", "My secret"
    one.menus["frame"].value = "x"
    shown = one.revealed(one.answer())
    assert "To hand on:" in shown and "Line &lt;img" in shown
    assert "My secret" not in shown and "<img" not in shown and "X" not in shown
    assert "A text to read" in one.box.children[0].value


SHOWN = {"label", "text", "why", "note", "heading", "gloss", "original", "version_1", "coder"}


SHOWN |= {
    "codes_label",
    "primary_label",
    "choice_label",
    "text_label",
    "exchange",
    "passages_label",
}


def evil(value: Any) -> Any:
    """The same description with a tag in every text that is shown."""
    if isinstance(value, list):
        return [evil(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"{part} {EVIL}" if key in SHOWN and isinstance(part, str) else evil(part)
        for key, part in value.items()
    }


@pytest.mark.parametrize("kind", ITEMS)
def test_no_text_becomes_markup(kind):
    content = evil(copy.deepcopy(ITEMS[kind]))
    assert json.dumps(content).count("<img") >= 5
    one = View.kinds[kind](read_item(content))
    answer = copy.deepcopy(GOOD[kind])
    one.show(answer)
    html = [c.value for c in on_screen(one.box) if type(c).__name__ == "HTML"]
    assert all("<img" not in said for said in [*html, one.revealed(answer)])
    for c in on_screen(one.box):
        assert not getattr(c, "description_allow_html", False)


def test_the_rule_of_the_book_is_plain_text():
    known = book()
    assert len(known.codes) == 10
    for code in known.codes:
        assert "Include" in rule(code, known)
        assert not re.search(r"[`*]|\[@", rule(code, known))
    assert plain("`A` **and** *b* [@bib:x].") == "A and b."
    assert rule("Z", known) == ""


SCRIPT = Path(highlight.__file__).with_name("highlight.js").read_text(encoding="utf-8")


PAGE = """
class Node {
  constructor(name) { this.name = name; this.children = []; this.dataset = {}; this.on = {}; }
  appendChild(child) { child.parentNode = this; this.children.push(child); }
  replaceChildren(...all) { this.children = []; all.forEach((one) => this.appendChild(one)); }
  addEventListener(name, does) { this.on[name] = does; }
  get text() { return (this.textContent ?? "") + this.children.map((c) => c.text).join(""); }
}
globalThis.document = {
  createElement: (name) => new Node(name),
  createTextNode: (text) => Object.assign(new Node("#text"), { textContent: text }),
};
const values = {
  words: ["<b>one</b>", "two", "three"], breaks: [1, 3], labels: ["Post", "Report"],
  spans: [{ from: 1, to: 2, code: "A<i>" }], chosen: [1, 1], lang: "en",
};
const heard = {};
const model = {
  get: (name) => values[name], set: (name, value) => { values[name] = value; },
  save_changes: () => heard["change:chosen"](),
  on: (name, does) => { heard[name] = does; }, off: (name) => { delete heard[name]; },
};
const el = new Node("div");
const stop = module.render({ model, el });
const box = el.children[0];
const find = (node, n) => node.dataset.word === n
  ? node : node.children.map((c) => find(c, n)).find(Boolean);
const word = (n) => find(box, n).children[0];
const did = [];
const press = (from, to) => {
  box.on.pointerdown({ target: from });
  box.on.pointerup({ target: to });
  did.push([...values.chosen]);
};
press(word("3"), word("2"));   // a stroke backwards
press(word("2"), word("2"));   // a tap, and the next tap makes a span of it
press(word("3"), word("3"));
press(word("1"), word("1"));   // a tap after that begins anew
box.on.pointerdown({ target: word("3") });
box.on.pointercancel({});      // the finger scrolled
box.on.pointerup({ target: word("3") });
did.push([...values.chosen]);
press(box, word("2"));         // from nowhere
const names = (node) => [node.name, ...node.children.flatMap(names)];
const shown = { did, text: box.text, names: names(box), mark: find(box, "2").name };
stop();
console.log(JSON.stringify({ ...shown, left: Object.keys(heard) }));
"""


def test_the_script_writes_text_and_never_markup():
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "write(", "eval(", "Function("):
        assert way not in SCRIPT
    assert "http" not in SCRIPT and "import " not in SCRIPT


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node here")
def test_the_script_marks_words_by_stroke_and_by_tap():
    code = SCRIPT.replace("export default", "const module =").replace("export ", "") + PAGE
    command = ["node", "--input-type=module", "-e", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["did"] == [[2, 3], [2, 2], [2, 3], [1, 1], [1, 1], [1, 1]]
    assert said["text"] == "Post<b>one</b> two [A<i>] Reportthree "
    assert set(said["names"]) == {"div", "p", "span", "mark", "#text"}
    assert said["mark"] == "mark"
    assert said["left"] == []
