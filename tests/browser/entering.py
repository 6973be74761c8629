"""Answers of every kind put into the question on the screen, with the keyboard alone.

``enter(keys, question, answer)`` takes an answer as the passport holds it and goes there from
whatever the screen shows now. ``as_kept`` says how the passport will hold it, ``two_answers``
makes a careless and a careful one.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from keys import Keys

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import make_sample_class

from casekit.items import Item
from casekit.items.code import NONE

WAYS: dict[str, Callable[..., None]] = {}


def enter(keys: Keys, question: Item, answer: dict[str, Any]) -> None:
    """Put an answer into the question that ``keys`` has begun, and commit nothing."""
    WAYS[question.kind](keys, question, answer)


def kind(name: str) -> Callable:
    def known(way: Callable[..., None]) -> Callable[..., None]:
        WAYS[name] = way
        return way

    return known


# Two answers


def two_answers(question: Item) -> list[dict[str, Any]]:
    """Return a careless and a careful answer, as the passport will hold them.

    Of many such pairs, one where what is said to the first names a mistake and what is said to
    the second does not; else one where they are told different things, if there is any.
    """
    best, pair = -1, []
    for number in range(200):
        made = _pair(question, random.Random(f"{question.id}/{number}"))
        if (found := _apart(question, *made)) > best:
            best, pair = found, made
        if best == 4:
            break
    return pair


def _apart(question: Item, careless: dict[str, Any], careful: dict[str, Any]) -> int:
    """Return how far two answers are told apart, from 0, not at all, to 4."""
    said = [question.mark(careless), question.mark(as_first(careful))]
    if careless == careful or said[0] == said[1]:
        return int(careless != careful) - 1
    if said[0].paths == said[1].paths:
        return 1
    wrong = {path.path for path in question.feedback if path.wrong}
    mistakes = [wrong.intersection(one.paths) for one in said]
    now = question.mark(careful).paths != said[0].paths
    return 2 + now + bool(mistakes[0] and not mistakes[1])


def as_first(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as it would be if no other had gone before: what came first counts most."""
    return {name: part for name, part in answer.items() if name != "first"}


def _pair(question: Item, chance: random.Random) -> list[dict[str, Any]]:
    careless = as_kept(question, make_sample_class.made(question, chance, 0, {}))
    careful = make_sample_class.made(question, chance, 1, {})
    if question.kind == "write":  # the texts of the sample class are the same for everybody
        careful["text"] = {
            box.id: f"2. {text}"[: box.limit or None] if text else ""
            for box, text in ((box, careful["text"][box.id]) for box in question.fields)
        }
    return [careless, as_kept(question, careful, careless)]


def as_kept(
    question: Item, answer: dict[str, Any], before: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return an answer as the passport will hold it, once it is committed after ``before``."""
    shaped = KEPT.get(question.kind)
    return shaped(question, answer, before) if shaped else answer


def _board(question: Any, answer: dict, _: Any) -> dict:
    chosen = [name for name in question.by_id if name in answer["chosen"]]
    return {**answer, "chosen": chosen, "tried": [chosen]}


def _choose(question: Any, answer: dict, _: Any) -> dict:
    return {"chosen": [name for name in question.ids if name in answer["chosen"]]}


def _code(question: Any, answer: dict, before: Any) -> dict:
    """What was coded before the reference was seen stays first."""
    if before is None or before["codings"] == answer["codings"]:
        return answer
    return {**answer, "first": before.get("first", before["codings"])}


def _compare(question: Any, answer: dict, _: Any) -> dict:
    return {"places": {name: {"text": "", **one} for name, one in answer["places"].items()}}


def _guess(question: Any, answer: dict, _: Any) -> dict:
    known = {str(year) for year in question.open_years}
    return {
        "points": {
            line: {year: value for year, value in points.items() if year in known}
            for line, points in answer["points"].items()
        }
    }


def _rule(question: Any, answer: dict, before: Any) -> dict:
    """The rule before the count was seen is kept once and for all."""
    switches = [switch.id for switch in question.switches]

    def ordered(rule: dict) -> dict:
        return {**rule, "on": [name for name in switches if name in rule["on"]]}

    first = before["before"] if before else answer["before"]
    return {
        **answer,
        "rule": ordered(answer["rule"]),
        "before": {**first, "rule": ordered(first["rule"])},
    }


KEPT: dict[str, Callable[..., dict]] = {
    "board": _board,
    "choose": _choose,
    "code": _code,
    "compare": _compare,
    "guess": _guess,
    "rule": _rule,
}


# What several kinds have in common


def turn(keys: Keys, noun: str, wanted: int) -> None:
    """Turn to a page, counted from 1, by the shorter way; a question of one page has no buttons."""
    name = f"Next {noun}: "
    if not keys.has(name):
        assert wanted == 1
        return
    text = keys.box.locator("button", has_text=name).first.inner_text()
    following, count = map(int, re.fullmatch(rf"{name}(\d+) of (\d+)", text).groups())
    ahead = (wanted - following + 1) % count
    way, steps = ("Next", ahead) if ahead <= count / 2 else ("Previous", count - ahead)
    for step in range(1, steps + 1):
        keys.push(f"{way} {noun}: ")
        now = wanted - (steps - step) * (1 if way == "Next" else -1)
        keys.see(f"Next {noun}: {((now - 1) % count + 1) % count + 1} of {count}")


def place(names: Any, name: str) -> int:
    return list(names).index(name)


def ids(options: Any) -> list[str]:
    return [option.id for option in options]


def head(text: str) -> str:
    """Return as much of a label as surely tells it from the others."""
    return text.split("\n")[0].strip()


# One way a kind


@kind("choice")
def choice(keys: Keys, q: Any, answer: dict) -> None:
    keys.radio(place(ids(q.options), answer["choice"]))


@kind("choose")
def choose(keys: Keys, q: Any, answer: dict) -> None:
    for on in (False, True):  # what goes, then what comes: never too many at a time
        for option in q.options:
            if (option["id"] in answer["chosen"]) is on:
                keys.tick(option["text"], on)
    keys.settle()
    keys.see(f"Chosen: {len(answer['chosen'])} of {q.n}")


@kind("classify")
def classify(keys: Keys, q: Any, answer: dict) -> None:
    wanted = {thing.text: 1 + place(ids(q.bins), answer["placed"][thing.id]) for thing in q.things}
    ticks = {}
    if q.verify:
        for number, name in enumerate(answer["ticked"], 1):
            ticks[f"Tick {number} of {q.verify.n}:"] = 1 + place(ids(q.things), name)
    number = 1
    while wanted or ticks:
        turn(keys, "page", number)
        here = [name for name in (*wanted, *ticks) if keys.has(name)]
        assert here, f"{q.id}: page {number} asks for nothing that is left: {wanted}"
        for name in here:
            keys.menu(name, wanted.pop(name) if name in wanted else ticks.pop(name))
        number += 1
    keys.settle()


@kind("estimate")
def estimate(keys: Keys, q: Any, answer: dict) -> None:
    for one in q.quantities:
        keys.type(one.label, str(answer["values"][one.id]))
    for one in q.questions:
        keys.menu(one.label, 1 + place(ids(one.options), answer["choices"][one.id]))


@kind("forecast")
def forecast(keys: Keys, q: Any, answer: dict) -> None:
    for number, asked in enumerate(q.questions, 1):
        turn(keys, "question", number)
        known = asked.id in answer["known"]
        keys.tick("I already know", known)
        if not known:
            keys.settle()
            keys.slide_to("Probability of yes", answer["values"][asked.id])
            if q.move_label:
                keys.type(head(q.move_label), answer["moves"][asked.id])
        keys.push(f"Record {asked.id} and go on")
        said = "already known" if known else f"{answer['values'][asked.id]:g} per cent"
        keys.see(f"{asked.id}: {said}")


@kind("guess")
def guess(keys: Keys, q: Any, answer: dict) -> None:
    for number, line in enumerate(q.lines):
        if len(q.lines) > 1:
            keys.menu("Line:", number)
        keys.push("Remove all points of this line", "Points removed:")
        for year, value in answer["points"][line.id].items():
            keys.slide_to("Year:", int(year))
            keys.slide_to(f"{q.y_title}:", value, q.step)
            keys.push("Set this point", f"Set: {year}, {value:g}.")


@kind("judge")
def judge(keys: Keys, q: Any, answer: dict) -> None:
    for number, name in enumerate(q.ids, 1):
        turn(keys, q.noun, number)
        keys.radio(place(q.verdicts, answer["verdicts"][name]))
        if q.why:
            keys.type(q.why, answer["reasons"][name])


@kind("order")
def order(keys: Keys, q: Any, answer: dict) -> None:
    titles = {card.id: card.title for card in q.cards}
    for there, name in enumerate(answer["order"]):
        labels = keys.box.locator(".widget-radio-box label").all_inner_texts()
        now = [re.sub(r"^\d+\. ", "", text.strip()) for text in labels]
        here = next(n for n, text in enumerate(now) if text.startswith(f"{titles[name]} ("))
        if here != there:
            keys.radio(here)
            keys.settle()
        for step in range(here, there, -1):
            keys.push("Move earlier", f"Chosen: “{titles[name]}”, place {step} of {len(titles)}")
    for number, name in enumerate(answer["order"]):
        mark = answer["marks"][name]
        keys.radio(number)
        keys.settle()
        keys.menu(f"(card {number + 1}:", 1 + place(q.marks.options, mark))
        keys.settle()
        keys.see(f"{number + 1}. {titles[name]} ({q.marks.options[mark]}")


@kind("probabilities")
def probabilities(keys: Keys, q: Any, answer: dict) -> None:
    for statement in q.statements:
        keys.slide_to(f"{statement.text} (per cent)", answer["values"][statement.id])


@kind("rate")
def rate(keys: Keys, q: Any, answer: dict) -> None:
    for number, name in enumerate(q.ids, 1):
        turn(keys, "page", number)
        given = answer["ratings"].get(name, {})
        for scale, label in q.scales.items():
            keys.menu(f"Act {name}: {label}", 1 + given.get(scale, -1))
    turn(keys, "page", len(q.ids) + 1)
    keys.menu(q.pick, 1 + place(q.ids, answer["pick"]))


@kind("rule")
def rule(keys: Keys, q: Any, answer: dict) -> None:
    def put(one: dict) -> None:
        turn(keys, "page", 1)
        for switch in q.switches:
            keys.tick(switch.label, switch.id in one["rule"]["on"])
        turn(keys, "page", 2)
        keys.menu("Direction:", int(one["rule"]["each_side"]))
        keys.type(f"At least how many {q.noun}?", str(one["rule"]["least"]))
        keys.menu("Within:", 1 + place([*q.spans, 0], one["rule"]["months"]))
        keys.type(q.words_label, one["words"])

    if keys.has("Keep this rule and show the count"):
        put(answer["before"])
        keys.push("Keep this rule and show the count", "The rule is the one you had before")
    put(answer)


@kind("update")
def update(keys: Keys, q: Any, answer: dict) -> None:
    while not keys.has("Start from this belief"):
        keys.push("Take back the last step")
    keys.slide_to(q.prior_label, answer["prior"])
    keys.push("Start from this belief", f"You start from {answer['prior']} per cent.")
    taken: list[str] = []
    for step in answer["steps"]:
        name, label = step["evidence"], q.labels[step["evidence"]]
        keys.menu("Evidence to weigh now:", place(q.offered(taken), name))
        keys.settle()
        keys.slide_to(f"{label}: {q.likely_if_not_label}", step["likely_if_not"])
        keys.slide_to(f"{label}: {q.likely_label}", step["likely"])
        keys.slide_to(f"{label}: {q.predicted_label}", step["predicted"])
        taken.append(name)
        keys.push("Update", f"Weighed: {len(taken)} of {len(q.pieces)}.")


@kind("write")
def write(keys: Keys, q: Any, answer: dict) -> None:
    for one in q.declare:
        keys.menu(one.label, 1 + place(ids(one.options), answer["declared"][one.id]))
    for box in q.fields:
        keys.type(box.label, answer["text"][box.id])
    if q.check_yourself:
        keys.radio(place(ids(q.check_yourself.options), answer["check"]))


@kind("board")
def board(keys: Keys, q: Any, answer: dict) -> None:
    keys.push("Empty the package", "The package is empty.")
    for number, name in enumerate(answer["chosen"], 1):
        keys.radio(place(q.by_id, name))
        keys.push(f"Put in: {name}.", f"In the package: {number} of at most {q.most}.")
    if not q.changes:
        return
    while not keys.box.get_by_text(f"Changed cells: 0 of {q.changes}.").count():
        keys.push("Take back the last change")
    for number, one in enumerate(answer["changes"], 1):
        keys.radio(place(q.by_id, one["row"]))
        keys.menu("Group:", place(q.groups, one["group"]))
        keys.settle()
        keys.menu("New number", one["value"] - q.lowest)
        keys.type("Source for this number", one["source"])
        keys.push("Change this cell", f"Changed cells: {number} of {q.changes}.")


@kind("matrix")
def matrix(keys: Keys, q: Any, answer: dict) -> None:
    def fill(only_known: bool, rankings: dict) -> None:
        keys.tick(q.switch, only_known)
        keys.settle()
        shown = q.shown(only_known)
        for number, name in enumerate(shown, 1):
            turn(keys, "page", number)
            for one in q.ids:
                keys.menu(f"{name} under {one} ", 1 + place(q.marks, answer["marks"][name][one]))
        turn(keys, "page", len(shown) + 1)
        for number, one in enumerate(rankings["then" if only_known else "now"], 1):
            keys.menu(f"Place of {one} ", number)
        turn(keys, "page", len(shown) + 2)
        keys.menu(q.heaviest_label, 1 + place(shown, answer["heaviest"]) if heaviest else 0)

    heaviest = answer["only_known"] or answer["heaviest"] in q.shown(True)
    if answer["only_known"] or answer["rankings"].get("then"):
        fill(True, answer["rankings"])
    if not answer["only_known"]:
        heaviest = True
        fill(False, answer["rankings"])
    keys.type(q.wanted_label, answer["wanted"])


@kind("code")
def code(keys: Keys, q: Any, answer: dict) -> None:
    for number, segment in enumerate(q.segments, 1):
        if segment.id not in answer["codings"]:
            continue
        turn(keys, "page", number)
        keys.see(f"Segment {number} of {len(q.segments)} ({segment.id})")
        one = answer["codings"][segment.id]
        if q.limit == 1:
            keys.radio(place(q.codes, one["codes"][0]))
        else:
            _codes(keys, q, one)
        if q.scopes:
            keys.menu(head(q.scope_label), 1 + place(q.scopes, one["scope"]))
        later = q.guess.then if q.guess else []
        for box in sorted(q.notes, key=lambda box: box.id in later):
            if box.id in later[:1]:
                keys.menu(head(q.guess.label), 1 + place(q.guess.options, one["guess"]))
            keys.type(box.label, one["notes"][box.id])
        if q.guess and not later:
            keys.menu(head(q.guess.label), 1 + place(q.guess.options, one["guess"]))
        if q.recognised:
            keys.tick(head(q.recognised), one["known"])
    keys.settle()
    keys.see(f"Coded so far: {len(answer['codings'])} of {q.at_least or len(q.segments)}.")
    if q.predict or q.check_yourself:
        turn(keys, "page", len(q.segments) + 1)
    if q.predict:
        keys.slide_to(head(q.predict.label), answer["predicted"], q.predict.step)
    if q.check_yourself:
        keys.radio(place(ids(q.check_yourself.options), answer["check"]))


def _codes(keys: Keys, q: Any, one: dict) -> None:
    """Mark the codes of a segment, in their order, and say which is the primary one."""
    menu = keys.box.get_by_label(q.primary_label, exact=False)
    entries = menu.locator("option").all_inner_texts()
    marked = [text.split(":")[0] for text in entries[1:]]
    same = next(
        (n for n, (a, b) in enumerate(zip(marked, one["codes"], strict=False)) if a != b),
        min(len(marked), len(one["codes"])),
    )
    for name in marked[same:]:
        keys.radio(place(q.codes, name))
        keys.push(f"Take back {name}", f"Mark {name}")
    for name in one["codes"][same:]:
        keys.radio(place(q.codes, name))
        keys.push(f"Mark {name}", f"Take back {name}")
    if one["primary"] == NONE:
        keys.push("No code fits")
    else:
        keys.menu(head(q.primary_label), 1 + place(one["codes"], one["primary"]))


@kind("highlight")
def highlight(keys: Keys, q: Any, answer: dict) -> None:
    while not keys.box.get_by_text("Coded so far: 0.").count():
        keys.push("Remove the last one")
    for number, span in enumerate(answer["spans"], 1):
        keys.menu("From word:", span["from"] - 1)
        keys.menu("To word:", span["to"] - 1)
        keys.menu("Code:", 1 + place(q.codes, span["code"]))
        keys.push("Give these words this code", f"Coded so far: {number}.")
    codes = list(dict.fromkeys(span["code"] for span in answer["spans"]))
    keys.menu("Primary code:", 1 + place(codes, answer["primary"]))
    if q.check_yourself:
        keys.menu(q.check_yourself.label, 1 + place(ids(q.check_yourself.options), answer["check"]))


@kind("compare")
def compare(keys: Keys, q: Any, answer: dict) -> None:
    for number, asked in enumerate(q.questions, 1):
        turn(keys, "place", number)
        one = answer["places"][asked.place]
        if asked.options:
            keys.radio(place(ids(asked.options), one["choice"]))
        keys.type(head(q.text_label), one["text"])
        if q.weight_label:
            keys.menu(head(q.weight_label), 1 + one["weight"])
        if q.sure_label:
            keys.tick(head(q.sure_label), one["sure"])


@kind("code_task")
def code_task(keys: Keys, q: Any, answer: dict) -> None:
    """The answer comes from a cell; what the question shows of it is all that there is here."""
    keys.see(f"The last check: {q.score(q.read(answer))}")
