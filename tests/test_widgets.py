"""Questions on the page: what is committed is saved, what is saved comes back, nothing leaks.

The controls are worked as a student works them; no browser is needed for that.
"""

from __future__ import annotations

import functools
import html
import itertools
import json
import os
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets
import pytest
from attrs import evolve

from casekit import ask, catalogue, passport
from casekit.catalogue import forget
from casekit.charts import draw
from casekit.items import AnswerError, read_item
from casekit.items.plain import form
from casekit.tables import CaseError
from casekit.widgets import Question
from casekit.widgets.draw import Draw
from casekit.widgets.estimate import _number
from casekit.widgets.view import View, safe
from casekit.work import when

ROOT = Path(__file__).resolve().parents[1]
V5 = "application/vnd.vegalite.v5+json"


@pytest.fixture(scope="module", autouse=True)
def this_case():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASEKIT_CASE", str(ROOT))
        patch.setattr("casekit.charts.draw", draw_once)
        forget()
        yield
    forget()


DRAWN: dict[str, SimpleNamespace] = {}


def draw_once(name: str, entries: dict) -> SimpleNamespace:
    """Draw a figure as the kit does, but once for all tests: drawing takes a while."""
    if name not in DRAWN:
        DRAWN[name] = SimpleNamespace(bundles=functools.cache(draw(name, entries).bundles))
    return DRAWN[name]


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """The student's file; it does not exist yet."""
    place = tmp_path / "student" / "passport.jsonl"
    monkeypatch.setenv("CASEKIT_PASSPORT", str(place))
    return place


LESSON = [
    path.stem
    for path in sorted((ROOT / "data" / "items").glob("*.toml"))
    if 'lesson = "01-history"' in path.read_text("utf-8")
]


# How each kind is filled in. Each returns the answer that was meant; another ``turn`` means
# another answer.


def fill_choice(view: View, turn: int) -> dict:
    chosen = view.item.options[turn].id
    view.radio.value = chosen
    return {"choice": chosen}


def fill_choose(view: View, turn: int) -> dict:
    wanted = [option["id"] for option in view.item.options][turn : turn + view.item.n]
    for name, box in view.boxes.items():
        box.value = name in wanted
    return {"chosen": wanted}


def fill_classify(view: View, turn: int) -> dict:
    chosen = view.item.bins[turn].id
    for menu in view.menus.values():
        menu.value = chosen
    return {"placed": {thing.id: chosen for thing in view.item.things}}


def fill_guess(view: View, turn: int) -> dict:
    item = view.item
    value = item.minimum + item.step * (turn + 1)
    for line, year in itertools.product(item.lines, (item.x_from, item.x_to)):
        view.line.value = line.id
        view.year.value = year
        view.value.value = value
        view.put.click()
    points = {str(item.x_from): value, str(item.x_to): value}
    return {"points": {line.id: points for line in item.lines}}


def fill_order(view: View, turn: int) -> dict:
    mark = list(view.item.marks.options)[turn]
    for card in view.item.shuffled:
        view.cards.value = card
        view.mark.value = mark
    return {"order": view.item.shuffled, "marks": dict.fromkeys(view.item.shuffled, mark)}


def fill_probabilities(view: View, turn: int) -> dict:
    for slider in view.sliders.values():
        slider.value = 10 + turn
    return {"values": {one.id: 10 + turn for one in view.item.statements}}


def fill_write(view: View, turn: int) -> dict:
    text = f"They met, and then they met again: {turn}."
    for box in view.boxes.values():
        box.value = text
    answer: dict = {"text": {box.id: text for box in view.item.fields}}
    if view.item.check_yourself:
        chosen = view.item.check_yourself.options[turn].id
        view.check.value = chosen
        answer["check"] = chosen
    return answer


FILL = {
    "choice": fill_choice,
    "choose": fill_choose,
    "classify": fill_classify,
    "guess": fill_guess,
    "order": fill_order,
    "probabilities": fill_probabilities,
    "write": fill_write,
}
KINDS = list(FILL)
ONE_OF_EACH = {catalogue.item(name).kind: name for name in reversed(LESSON)}


def question(name: str) -> Question:
    return Question(catalogue.item(name))


def fill(one: Question, turn: int = 0, reason: str = "Because of the dates.") -> dict:
    answer = FILL[one.item.kind](one.view, turn)
    if one.item.reason:
        one.reason.value = reason
    return answer


def committed(name: str, turn: int = 0) -> Question:
    one = question(name)
    fill(one, turn)
    one.commit.click()
    return one


def every(widget: widgets.Widget) -> list[widgets.Widget]:
    """A widget and all that stands in it."""
    return [widget, *(part for child in getattr(widget, "children", ()) for part in every(child))]


def html_of(one: Question) -> list[str]:
    """Everything on the page that a browser reads as HTML."""
    parts = every(one.box)
    found = [part.value for part in parts if isinstance(part, widgets.HTML)]
    for part in parts:
        for output in getattr(part, "outputs", ()):
            found += [text for kind, text in output["data"].items() if kind == "text/html"]
    return found


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def text_of(value: str) -> str:
    return Reader(value).text


def page(one: Question) -> str:
    """Everything on the page that can be read, charts and labels too."""
    parts = every(one.box)
    labels = [str(getattr(part, "description", "")) for part in parts]
    labels += [str(getattr(part, "options", "")) for part in parts]
    charts = [
        json.dumps(output["data"].get(V5, ""), ensure_ascii=False)
        for part in parts
        for output in getattr(part, "outputs", ())
    ]
    return "\n".join([*map(text_of, html_of(one)), *labels, *charts])


def nothing_revealed(one: Question) -> bool:
    return one.said.value == "" and one.shown.outputs == ()


def test_lesson_1_holds_every_kind_tried_here():
    assert set(ONE_OF_EACH) == set(KINDS)


# Commit


@pytest.mark.parametrize("name", LESSON)
def test_a_commit_saves_one_answer_and_says_what_is_meant_for_it(name, file):
    one = question(name)
    assert nothing_revealed(one)
    assert "Not saved yet" in one.saved.value
    answer = fill(one)
    assert one.view.answer() == answer
    assert nothing_revealed(one)
    assert not file.exists(), "Something was saved before the commit."

    one.commit.click()
    assert one.alert.value == ""
    (entry,) = passport.read(file).entries
    assert (entry.item, entry.attempt, entry.answer) == (name, 1, answer)
    assert entry.reason == ("Because of the dates." if one.item.reason else "")
    said = text_of(one.said.value)
    for message in one.item.mark(answer).messages:
        assert "".join(message.text.split("\n\n")) in said
    assert one.item.after.replace("\n\n", "") in said
    assert entry.codename in one.saved.value
    assert "attempt 1" in one.saved.value


@pytest.mark.parametrize("name", LESSON)
def test_no_feedback_stands_on_the_page_before_the_commit(name):
    one = question(name)
    fill(one)
    before = page(one)
    assert one.item.title in before
    secret = [path.say for path in one.item.feedback] + [one.item.after]
    if one.item.kind == "choose":
        secret += [option["sequel_12m"] for option in one.item.options]
    if one.item.kind == "classify":
        secret += [thing.note for thing in one.item.things]
    if one.item.kind == "order":
        secret += [text for card in one.item.cards for text in (card.date, card.line_1, card.note)]
    if one.item.kind == "write":
        secret += one.item.models
    assert [text for text in secret if text and text in before] == []


@pytest.mark.parametrize("name", [n for n in ONE_OF_EACH.values() if catalogue.item(n).reason])
@pytest.mark.parametrize("reason", ["", "  \n\t"])
def test_without_a_reason_nothing_is_saved_or_revealed(name, reason, file):
    one = question(name)
    answer = fill(one, reason=reason)
    one.commit.click()
    assert "Write the reason first" in text_of(one.alert.value)
    assert 'role="alert"' in one.alert.value
    assert nothing_revealed(one)
    assert not file.exists()
    assert one.view.answer() == answer
    one.reason.value = "Now I have one."
    one.commit.click()
    assert one.alert.value == ""
    assert len(passport.read(file).entries) == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "probabilities"])
def test_an_empty_answer_is_not_saved(kind, file):
    one = question(ONE_OF_EACH[kind])
    one.reason.value = "A reason without an answer."
    one.commit.click()
    assert len(text_of(one.alert.value)) > 10
    assert nothing_revealed(one)
    assert not file.exists()


@pytest.mark.parametrize("name", ONE_OF_EACH.values())
def test_the_same_answer_is_saved_once_and_another_is_a_second_attempt(name, file):
    one = committed(name)
    assert "without a change" not in one.saved.value
    told = []
    one.saved.observe(lambda change: told.append(change.new), "value")
    for _ in range(2):
        told.clear()
        one.commit.click()
        assert told, "The page hears nothing of a commit."
        assert "without a change, so it stays attempt 1." in told[-1]
    assert len(passport.read(file).entries) == 1
    second = fill(one, turn=1)
    one.commit.click()
    first, last = passport.read(file).entries
    assert first.answer != last.answer == second
    assert (first.attempt, last.attempt) == (1, 2)
    assert first.codename == last.codename
    assert "attempt 2" in one.saved.value and "without" not in one.saved.value
    assert "attempt 3" in one.commit.description


def test_the_same_answer_with_another_reason_is_a_second_attempt(file):
    one = committed("E04")
    one.reason.value = "I have thought again."
    one.commit.click()
    assert [entry.reason for entry in passport.read(file).entries] == [
        "Because of the dates.",
        "I have thought again.",
    ]


def test_a_first_answer_taken_up_again_is_a_third_attempt(file):
    one = committed("E06F")
    for turn in (1, 0):
        fill(one, turn)
        one.commit.click()
    assert [entry.attempt for entry in passport.read(file).entries] == [1, 2, 3]


def test_hints_come_one_at_a_time_and_are_counted(file):
    one = question("E04")
    hints = one.item.hints
    assert not any(hint in page(one) for hint in hints)
    for shown in (1, 2, 3):
        assert one.hint.description == f"Show hint {shown} of 3"
        one.hint.click()
        said = text_of(one.hints.value)
        assert [hint for hint in hints if hint in said] == hints[:shown]
    assert one.hint.description == "No more hints"
    assert not one.hint.disabled, "It would lose the focus."
    one.hint.click()
    assert text_of(one.hints.value) == said
    fill(one)
    one.commit.click()
    assert passport.read(file).entries[0].hints == 3


def test_the_hints_seen_are_those_before_the_commit(file):
    one = question("E04")
    one.hint.click()
    fill(one)
    one.commit.click()
    one.hint.click()
    fill(one, turn=1)
    one.commit.click()
    assert [entry.hints for entry in passport.read(file).entries] == [1, 2]


@pytest.mark.parametrize("name", [n for n in LESSON if not catalogue.item(n).hints])
def test_a_question_without_hints_offers_none(name):
    one = question(name)
    assert one.hint not in every(one.box)


@pytest.mark.parametrize("name", LESSON)
def test_charts_appear_only_after_the_commit_and_in_the_form_of_outputs(name):
    one = question(name)
    fill(one)
    assert one.shown.outputs == ()
    one.commit.click()
    outputs = one.shown.outputs
    assert isinstance(outputs, tuple)
    assert all(set(output) == {"output_type", "data", "metadata"} for output in outputs)
    assert {output["output_type"] for output in outputs} <= {"display_data"}
    assert all(output["metadata"] == {} for output in outputs)
    json.dumps(outputs, allow_nan=False)
    charts = [output["data"][V5] for output in outputs if V5 in output["data"]]
    forms = [catalogue.figures()[figure]["form"] for figure in one.item.reveal]
    drawn = sum(form != "cross table" for form in forms) + (one.item.kind == "guess")
    assert len(charts) >= drawn
    assert bool(charts) == bool(drawn)
    assert bool(outputs) == bool(one.item.reveal or one.item.kind == "guess")


# Restore


@pytest.mark.parametrize("name", ONE_OF_EACH.values())
def test_a_question_shown_anew_begins_with_the_last_answer(name):
    committed(name)
    one = committed(name, turn=1)
    again = question(name)
    assert again.view.answer() == one.view.answer()
    assert again.reason.value == one.reason.value
    assert again.said.value == one.said.value != ""
    assert again.shown.outputs == one.shown.outputs
    assert again.saved.value == one.saved.value
    assert again.commit.description == one.commit.description
    assert again.alert.value == ""


def test_showing_anew_writes_nothing(file):
    committed("E04")
    before = file.read_bytes()
    again = question("E04")
    again.commit.click()
    assert file.read_bytes() == before


def stored(file: Path, name: str, answer: Any, **changed: Any) -> bytes:
    """Put a line into the passport as another version of the module might have written it."""
    entry = {
        "case": "c",
        "version": "0",
        "codename": "calm-bay-11",
        "item": name,
        "attempt": 1,
        "time": "2026-01-13T09:00:00+00:00",
        "answer": answer,
        "reason": "An old reason.",
        "hints": 0,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(entry | changed) + "\n", encoding="utf-8")
    return file.read_bytes()


SHAPES = [
    {},
    {"nonsense": 1},
    {"choice": ["a"], "chosen": "a", "placed": [], "points": 3, "order": {}, "values": 1},
    {"choice": "ghost", "chosen": ["ghost"], "placed": {"ghost": "x"}, "values": {"ghost": 5}},
    {"points": {"visits": {"1492": 1, "1066": 2}}, "order": ["ghost"], "marks": {"ghost": "x"}},
    {"text": {"ghost": "x"}, "check": "ghost"},
    {"text": [["x"]], "order": [["x"]], "marks": [], "values": {"a": None}, "placed": None},
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answer", SHAPES)
def test_a_stored_answer_of_another_shape_is_told_and_kept(kind, answer, file):
    name = ONE_OF_EACH[kind]
    before = stored(file, name, answer)
    one = question(name)
    assert "does not fit this question any more" in text_of(one.alert.value)
    assert nothing_revealed(one)
    assert one.view.answer() == View.kinds[kind](one.item).answer(), "Half of it was taken over."
    assert file.read_bytes() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_answer_that_does_not_fit_can_be_answered_anew(kind, file):
    name = ONE_OF_EACH[kind]
    before = stored(file, name, {"nonsense": 1})
    one = question(name)
    new = fill(one)
    one.commit.click()
    assert one.alert.value == ""
    assert file.read_bytes().startswith(before)
    last = passport.read(file).entries[-1]
    assert (last.attempt, last.answer) == (2, new)


def test_what_an_old_answer_holds_beside_is_left_aside(file):
    answer = fill(question("E04"))
    stored(file, "E04", answer | {"marks": answer["marks"] | {"ghost": "both"}, "more": 1})
    again = question("E04")
    assert again.view.answer() == answer
    assert "10 of 10" in text_of(again.view.said.value)

    answer = fill(question("E05A"))
    stored(file, "E05A", {"points": answer["points"] | {"ghost": "x"}})
    again = question("E05A")
    assert again.view.answer() == answer
    assert not nothing_revealed(again)


def test_a_damaged_passport_is_told_and_the_last_good_answer_shown(file):
    one = committed("E06F")
    with file.open("ab") as end:
        end.write(b'{"case": "torn')
    again = question("E06F")
    assert "1 line of your passport file could not be read" in text_of(again.alert.value)
    assert again.view.answer() == one.view.answer()


def test_answers_of_other_questions_are_left_alone():
    committed("E06F")
    other = question("L1-recall-2")
    assert nothing_revealed(other)
    assert other.view.answer() == {"choice": ""}


# What cannot be saved


def unsaved(one: Question, answer: dict) -> None:
    assert nothing_revealed(one)
    assert one.view.answer() == answer
    assert one.reason.value == "Because of the dates."


def test_a_passport_that_cannot_be_opened_is_told_and_the_answer_stays(file):
    file.mkdir(parents=True)
    one = question("E04")
    assert "cannot be opened" in text_of(one.alert.value)
    answer = fill(one)
    one.commit.click()
    assert "cannot be opened" in text_of(one.alert.value)
    unsaved(one, answer)


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_told_and_the_answer_stays(kind, file, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    one = question(ONE_OF_EACH[kind])
    answer = fill(one)
    one.reason.value = "Because of the dates."
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        one.commit.click()
    assert "No space left" in text_of(one.alert.value)
    unsaved(one, answer)
    one.commit.click()
    assert one.alert.value == ""
    assert passport.read(file).entries[0].answer == answer


def test_an_answer_that_is_too_long_is_told(file):
    one = question("E06H")
    fill(one)
    next(iter(one.view.boxes.values())).value = "x" * (passport.LONGEST + 1)
    one.commit.click()
    assert "longer than 20,000 characters" in text_of(one.alert.value)
    assert nothing_revealed(one)
    assert not file.exists()


def test_a_fault_of_the_module_is_told_and_not_hidden(monkeypatch):
    one = question("E04")
    answer = fill(one)
    monkeypatch.setattr(one.view, "revealed", lambda _: 1 // 0)
    one.commit.click()
    assert "Something in the module failed" in text_of(one.alert.value)
    assert one.view.answer() == answer


# Malicious text

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</p></div></details><a href='javascript:alert(1)'>x</a>",
    "<p onclick=alert(1) style=position:fixed>x",
    "\u202e<b>txet\u202c \x00<i>",
    "&lt;script&gt;&#60;",
]
ALL = " ".join(PAYLOADS)
ELEMENTS = {"style", "p", "div", "span", "strong", "br", "ol", "ul", "li", "details", "summary"}
ELEMENTS |= {"table", "thead", "tbody", "tr", "th", "td", "a", "blockquote", "dl", "dt", "dd"}
ATTRIBUTES = {"class", "role", "lang", "href", "scope", "tabindex", "aria-label", "style"}


def harmless(one: Question) -> None:
    found = html_of(one)
    assert len(found) > 4
    for value in found:
        value.encode("utf-8")
        for tag, attrs in Reader(value).elements:
            assert tag in ELEMENTS, value
            assert set(attrs) <= ATTRIBUTES, value
            assert attrs.get("href", "https://").startswith(("https://", "http://"))
    for part in every(one.box):
        assert not getattr(part, "description_allow_html", False)
        assert not getattr(part, "tooltip_allow_html", False)


TEXTS = {"title", "prompt", "reason", "after", "say", "label", "text", "note", "date"}
TEXTS |= {"line_1", "line_2", "term_1", "term_2", "y_title", "lang", "lang_1", "label_1"}


def poisoned(value: Any, payload: str) -> Any:
    """A question with a payload in every text."""
    if isinstance(value, list):
        return [poisoned(part, payload) for part in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for key, part in value.items():
        own = isinstance(part, str) and key in TEXTS
        result[key] = f"{payload} {part}" if own else poisoned(part, payload)
    return result


def poison(kind: str, payload: str) -> dict:
    path = ROOT / "data" / "items" / f"{ONE_OF_EACH[kind]}.toml"
    content = catalogue._filled(tomllib.loads(path.read_text("utf-8")), None, set())
    content |= {"reason": "Why?", "after": "And now.", "hints": [f"{payload} Look."] * 3}
    content |= {"reveal": []}
    content.pop("evening", None)  # read by the catalogue, not by the question
    if kind == "order":
        options = content["marks"]["options"]
        content["marks"]["options"] = {name: f"{payload} {options[name]}" for name in options}
    if kind == "classify":
        for thing in content["things"]:
            thing |= {"note": "So.", "lang": "ko"}
    if kind == "write":
        content["models"] = [payload]
    return poisoned(content, payload)


@pytest.mark.parametrize("kind", KINDS)
def test_text_of_a_question_and_of_a_student_is_never_markup(kind, file):
    payload = ALL
    one = Question(read_item(poison(kind, payload)))
    for _ in one.item.hints:
        one.hint.click()
    one.commit.click()
    fill(one, reason=payload)
    if kind == "write":
        for box in one.view.boxes.values():
            box.value = payload
    one.commit.click()
    assert one.alert.value == ""
    harmless(one)
    assert f"{payload} And now." in text_of(one.said.value)
    assert f"{payload} Look." in text_of(one.hints.value)
    again = Question(one.item)
    harmless(again)
    assert again.reason.value == payload == passport.read(file).entries[-1].reason


@pytest.mark.parametrize(
    ("kind", "payload"),
    [*((kind, PAYLOADS[1]) for kind in KINDS), *(("choice", payload) for payload in PAYLOADS)],
)
def test_a_passport_that_others_have_written_is_never_markup(kind, payload, file):
    name = ONE_OF_EACH[kind]
    answer = fill(question(name))
    more = {"reason": payload, "codename": payload, "version": payload, "case": payload}
    stored(file, name, answer | {payload: payload}, **more)
    one = question(name)
    harmless(one)
    assert f"codename {payload}." in text_of(one.saved.value)
    stored(file, name, {payload: payload}, **more)
    with file.open("a", encoding="utf-8") as end:
        end.write(payload)
    harmless(question(name))


def test_the_name_of_a_passport_is_never_markup(tmp_path, monkeypatch):
    place = tmp_path / "<img src=x onerror=alert(1)>.jsonl"
    monkeypatch.setenv("CASEKIT_PASSPORT", str(place))
    one = committed("E06F")
    harmless(one)
    assert place.name in text_of(one.saved.value)
    place.unlink()
    place.mkdir()
    one.commit.click()
    harmless(one)
    assert place.name in text_of(one.alert.value)


def test_half_a_character_does_not_stop_a_commit(file):
    one = question("E06H")
    fill(one)
    for box in one.view.boxes.values():
        box.value = "warm\ud83d words"
    one.commit.click()
    one.commit.click()
    assert one.alert.value == ""
    (entry,) = passport.read(file).entries
    assert set(entry.answer["text"].values()) == {"warm? words"}
    harmless(question("E06H"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_safe_text_is_the_same_text(payload):
    assert html.unescape(safe(payload)) == payload
    ((tag, attrs),) = Reader(safe("x", payload)).elements
    assert tag == "span"
    assert set(attrs) == {"lang"}


# Controls


def controls(one: Question) -> list[widgets.Widget]:
    plain = (widgets.HTML, widgets.Output, widgets.Box, Draw)
    paged = getattr(one.view, "menus", {}).values()
    return [part for part in (*every(one.box), *paged) if not isinstance(part, plain)]


@pytest.mark.parametrize("name", LESSON)
def test_every_control_has_a_label(name):
    one = question(name)
    found = controls(one)
    assert one.commit in found
    assert len(found) >= 2
    assert [part for part in found if not part.description.strip()] == []
    fill(one)
    assert [part for part in found if not part.description.strip()] == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_control_is_made_anew_while_it_may_have_the_focus(kind):
    one = question(ONE_OF_EACH[kind])
    before = [id(part) for part in every(one.box)]
    fill(one)
    one.hint.click()
    one.commit.click()
    fill(one, turn=1)
    assert [id(part) for part in every(one.box)] == before


def labels(view: View) -> list[str]:
    return [label for label, _ in view.cards.options]


def test_a_card_moves_with_its_mark_and_stays_chosen():
    one = question("E04")
    view, titles = one.view, one.view.titles
    order = list(one.item.shuffled)
    third = order[2]
    view.cards.value = third
    view.mark.value = "rupture"
    view.earlier.click()
    assert view.answer()["order"] == [order[0], third, order[1], *order[3:]]
    assert view.cards.value == third
    assert view.mark.value == "rupture"
    assert labels(view)[1] == f"2. {titles[third]} (rupture)"
    assert labels(view)[2] == f"3. {titles[order[1]]} (not marked yet)"
    assert "place 2 of 10" in text_of(view.said.value)
    assert "Marked so far: 1 of 10" in text_of(view.said.value)
    view.later.click()
    assert view.answer() == {"order": order, "marks": {third: "rupture"}}
    assert titles[third] in view.mark.description


def test_the_first_card_cannot_move_earlier_nor_the_last_later():
    view = question("E04").view
    order = view.answer()["order"]
    view.cards.value = order[0]
    assert view.earlier.description == "Move earlier (it is the first)"
    assert view.later.description == "Move later"
    assert not view.earlier.disabled, "It would lose the focus."
    view.earlier.click()
    assert view.answer()["order"] == order
    view.cards.value = order[-1]
    assert view.earlier.description == "Move earlier"
    assert view.later.description == "Move later (it is the last)"
    view.later.click()
    assert view.answer()["order"] == order
    assert view.cards.value == order[-1]


def test_choosing_a_card_shows_its_own_mark_and_a_mark_can_be_taken_back():
    view = question("E04").view
    first, second, *_ = view.answer()["order"]
    view.cards.value = first
    view.mark.value = "both"
    view.cards.value = second
    assert view.mark.value == ""
    view.mark.value = "warming"
    view.cards.value = first
    assert view.mark.value == "both"
    view.mark.value = ""
    assert view.answer()["marks"] == {second: "warming"}
    assert "not marked yet" in labels(view)[0]


def drawn_points(view: View) -> list[tuple[str, int, float]]:
    """The points on the paper, by line."""
    lines = view.drawing.points.items()
    return sorted((line, int(year), v) for line, points in lines for year, v in points.items())


def recorded(spec: dict) -> list[tuple[str, int, float]]:
    rows = [row for rows in spec["datasets"].values() for row in rows]
    return sorted({(row["what"], row["year"], row["value"]) for row in rows})


def test_a_point_is_set_moved_and_removed():
    view = question("E05A").view
    view.year.value, view.value.value = 2004, 3
    view.put.click()
    assert view.answer() == {"points": {"visits": {"2004": 3}}}
    assert view.year.value == 2005, "The next year is at hand."
    assert "Set: 2004, 3." in text_of(view.said.value)
    assert drawn_points(view) == [("visits", 2004, 3)]
    assert "2004: 3." in view.drawing.said
    view.year.value, view.value.value = 2004, 1
    view.put.click()
    assert view.answer() == {"points": {"visits": {"2004": 1}}}
    view.year.value = 2004
    view.drop.click()
    assert view.answer() == {"points": {"visits": {}}}
    assert "Removed: 2004." in text_of(view.said.value)
    assert drawn_points(view) == []
    view.drop.click()
    assert "No point in that year." in text_of(view.said.value)


def test_the_last_year_stays_at_hand():
    view = question("E05A").view
    view.year.value = view.item.x_to
    view.put.click()
    assert view.year.value == view.item.x_to


def test_all_points_of_a_line_can_be_removed():
    view = question("E05B").view
    for line, year in (("japan", 2013), ("japan", 2020), ("south-korea", 2013)):
        view.line.value, view.year.value = line, year
        view.put.click()
    view.line.value = "japan"
    view.clear.click()
    assert "Points removed: 2." in text_of(view.said.value)
    assert [line for line, _, _ in drawn_points(view)] == ["south-korea"]


def stroke(view: View, line: str, *points: tuple) -> None:
    """Draw as the browser says that it was drawn."""
    content = {"line": line, "points": [list(point) for point in points]}
    view.drawing._handle_custom_msg(content, [])


def test_a_stroke_sets_a_point_a_year_and_leaves_the_sliders_at_its_end():
    view = question("E05A").view
    stroke(view, "visits", (2000, 2.0), (2001, 2.6), (2002, 4))
    assert view.answer() == {"points": {"visits": {"2000": 2, "2001": 3, "2002": 4}}}
    assert (view.year.value, view.value.value) == (2002, 4)
    assert view.drawing.here == {"line": "visits", "year": 2002, "value": 4}
    assert "Drawn: 2000 to 2002." in text_of(view.said.value)
    stroke(view, "visits", (2001, 0))
    assert view.answer()["points"]["visits"] == {"2000": 2, "2001": 0, "2002": 4}
    assert "Drawn: 2001, 0." in text_of(view.said.value)


def test_the_ring_on_the_paper_follows_the_controls():
    view = question("E05B").view
    view.line.value, view.year.value, view.value.value = "south-korea", 2018, 70
    assert view.drawing.here == {"line": "south-korea", "year": 2018, "value": 70}


def test_a_stroke_of_another_line_chooses_that_line():
    view = question("E05B").view
    stroke(view, "south-korea", (2014, 20), (2015, 30))
    assert view.line.value == "south-korea"
    assert view.answer()["points"] == {"japan": {}, "south-korea": {"2014": 20, "2015": 30}}


NO_STROKES = [
    None,
    "x",
    [],
    {},
    {"line": "visits"},
    {"line": "ghost", "points": [[2000, 1]]},
    {"line": ["visits"], "points": [[2000, 1]]},
    {"line": "visits", "points": {"2000": 1}},
    {"line": "visits", "points": []},
    *(
        {"line": "visits", "points": [point]}
        for point in (
            [1492, 1],
            [2000.5, 1],
            [2000, -1],
            [2000, 6],
            [2000, float("nan")],
            [2000, float("inf")],
            [2000, "1"],
            ["2000", 1],
            [2000, None],
            [True, 1],
            [2000, 1, 1],
            [[2000], 1],
            "20",
            PAYLOADS[1],
        )
    ),
]


@pytest.mark.parametrize("content", NO_STROKES)
def test_what_is_no_stroke_changes_nothing(content):
    view = question("E05A").view
    before = (view.answer(), view.said.value, view.drawing.here)
    view.drawing._handle_custom_msg(content, [])
    assert (view.answer(), view.said.value, view.drawing.here) == before
    assert view.drawing.told == 1, "The paper would keep what was refused."


def test_of_a_stroke_that_fits_in_part_that_part_is_taken():
    view = question("E05A").view
    stroke(view, "visits", (1, 1), (2000, 1), (2001, 99), ("<b>", 1), (2002, 2))
    assert view.answer()["points"]["visits"] == {"2000": 1, "2002": 2}


def test_an_endless_stroke_is_cut_off():
    view = question("E05A").view
    stroke(view, "visits", *[(2000, 1)] * 100_000, (2001, 1))
    assert view.answer()["points"]["visits"] == {"2000": 1}


def test_a_drawn_guess_is_saved_and_drawn_anew(file):
    one = question("E05A")
    stroke(one.view, "visits", *((year, 3) for year in range(2000, 2011)))
    one.reason.value = "They met each year."
    one.commit.click()
    again = question("E05A")
    assert drawn_points(again.view) == drawn_points(one.view)
    assert len(drawn_points(again.view)) == 11
    assert passport.read(file).entries[0].answer == one.view.answer()


KNOWN = {
    "id": "Q",
    "kind": "guess",
    "lesson": "00-made-up",
    "title": "And then?",
    "minutes": 1,
    "difficulty": 1,
    "bloom": ["analyse"],
    "outcomes": ["O1"],
    "instructor": "",
    "prompt": "Draw on.",
    "hints": [],
    "feedback": [{"path": "else", "when": {"otherwise": True}, "say": "So it was."}],
    "x_from": 2000,
    "x_to": 2006,
    "x_title": "Year",
    "y_title": "How many",
    "minimum": 0,
    "maximum": 10,
    "step": 0.5,
    "known_to": 2003,
    "lines": [{"id": "a", "label": "A", "truth": {2000: 1.0, 2002: 3.0, 2005: 9.0, 2006: 8.0}}],
}


def test_the_known_part_is_on_the_paper_and_what_is_asked_for_is_not():
    view = Question(read_item(KNOWN)).view
    (line,) = view.drawing.frame["lines"]
    assert line["known"] == [[2000, 1.0], [2002, 3.0]]
    assert (view.year.min, view.year.max) == (2004, 2006)
    assert "A, on record: 2000: 1, 2002: 3." in view.drawing.said
    state = json.dumps(view.drawing.get_state(["frame", "points", "here", "said"]))
    assert "9" not in state and "8" not in state, "The paper holds what is not to be seen yet."


def test_the_known_part_cannot_be_drawn_over():
    view = Question(read_item(KNOWN)).view
    stroke(view, "a", (2002, 7), (2003, 7), (2004, 7.2))
    assert view.answer() == {"points": {"a": {"2004": 7}}}


def test_a_second_line_is_set_by_itself():
    view = question("E05B").view
    view.year.value, view.value.value = 2013, 40
    view.put.click()
    view.line.value = "south-korea"
    view.year.value, view.value.value = 2020, 12
    view.put.click()
    assert view.answer()["points"] == {"japan": {"2013": 40}, "south-korea": {"2020": 12}}
    view.year.value = 2013
    view.drop.click()
    assert view.answer()["points"]["japan"] == {"2013": 40}, "The other line lost a point."
    said = text_of(view.said.value)
    assert "Respondents in Japan, of South Korea: 2013: 40." in said
    assert "Respondents in South Korea, of Japan: 2020: 12." in said


def test_one_line_offers_no_menu_of_lines():
    assert question("E05A").view.line not in every(question("E05A").view.box)
    one = question("E05B")
    assert one.view.line in every(one.box)


@pytest.mark.parametrize("name", ["E05A", "E05B"])
def test_the_record_is_drawn_beside_the_guess_only_after_the_commit(name):
    one = question(name)
    fill(one)
    assert "on record" not in page(one)
    one.commit.click()
    spec = next(output["data"][V5] for output in one.shown.outputs if V5 in output["data"])
    found = recorded(spec)
    record = sorted((year, value) for what, year, value in found if what.endswith("on record"))
    true = [pair for line in one.item.lines for pair in one.item.true(line).items()]
    assert record == sorted(true)
    assert any(what.endswith("your guess") for what, _, _ in found)
    assert [line["known"] for line in one.view.drawing.frame["lines"]] == [
        [] for _ in one.item.lines
    ]


def test_the_number_of_ticks_is_said():
    one = question("E06")
    said = []
    for box in itertools.islice(one.view.boxes.values(), 5):
        said.append(text_of(one.view.count.value))
        box.value = True
    assert said == [f"Chosen: {number} of 4." for number in range(5)]
    one.reason.value = "By heart."
    one.commit.click()
    assert "you have chosen 5" in text_of(one.alert.value)


# Feedback beside the control that it speaks of


def said_on(one: Question, path: str) -> str:
    """The text of a path as it is read."""
    return "".join(next(p.say for p in one.item.feedback if p.path == path).split("\n\n"))


def after(one: Question, control: widgets.Widget) -> str:
    """What can be read right after a control, before the next one."""
    found = ""
    parts = every(one.box)
    for part in itertools.islice(parts, parts.index(control) + 1, None):
        if not isinstance(part, widgets.HTML):
            break
        if part.layout.display != "none":
            found += text_of(part.value)
    return found


def sorted_into(one: Question, **wrong: str) -> Question:
    """Put every thing where it belongs, but those named."""
    for thing in one.item.things:
        one.view.menus[thing.id].value = wrong.get(thing.id, thing.key)
    one.reason.value = "Because."
    one.commit.click()
    assert one.alert.value == ""
    return one


def test_feedback_stands_beside_its_row_and_below():
    one = sorted_into(question("L3-check"), kits="separates")
    said = said_on(one, "preparation")
    menus = one.view.menus
    assert said in after(one, menus["kits"])
    assert after(one, menus["praise"]) == after(one, menus["remains"]) == ""
    assert said in text_of(one.said.value)
    again = question("L3-check")
    assert said in after(again, again.view.menus["kits"]), "It did not come back."
    sorted_into(one, praise="separates")
    assert after(one, menus["kits"]) == "", "It speaks of an answer that is gone."
    assert said_on(one, "praise") in after(one, menus["praise"])


def test_of_rows_on_several_pages_it_is_said_where_feedback_stands():
    one = question("E02")
    view = one.view
    for thing in one.item.things:
        view.menus[thing.id].value = thing.key
    wrong = next(thing for thing in one.item.things if thing.key == "fact")
    view.menus[wrong.id].value = "quotation"
    for menu, thing in zip(view.ticks, one.item.things, strict=False):
        menu.value = thing.id
    one.reason.value = "Because."
    one.commit.click()
    assert one.alert.value == ""
    number = list(view.menus).index(wrong.id) + 1
    page = next(n for n, part in enumerate(view.pages, 1) if view.menus[wrong.id] in part)
    assert f"Feedback stands beside: {number} (page {page})" in text_of(view.where.value)
    view.turn.go(page - 1)
    assert said_on(one, "fact-as-quotation") in after(one, view.menus[wrong.id])


def test_feedback_on_a_card_comes_with_the_card():
    one = question("E04")
    view = one.view
    for card in one.item.shuffled:
        view.cards.value, view.mark.value = card, "both"
    view.cards.value, view.mark.value = "EV2015", "warming"
    one.reason.value = "Because."
    one.commit.click()
    said = said_on(one, "2015-only-warming")
    view.cards.value = "EV1998"
    assert said not in text_of(view.remark.value)
    view.cards.value = "EV2015"
    assert said in after(one, view.mark)
    marked = [label for label in labels(view) if "with feedback" in label]
    assert any(view.titles["EV2015"] in label for label in marked)
    assert len(marked) < len(view.order)


def test_feedback_on_a_box_stands_beside_the_box():
    one = question("L3-hook")
    fill(one)
    one.view.boxes["absent"].value = ""
    one.commit.click()
    said = said_on(one, "nothing-absent")
    assert said in after(one, one.view.boxes["absent"])
    assert said not in after(one, one.view.boxes["present"])


@pytest.mark.parametrize("name", LESSON)
def test_what_stands_beside_a_control_is_also_said_below(name):
    one = committed(name)
    below = text_of(one.said.value)
    for said in one.view.remarks.values():
        assert text_of(said) in below or all(
            text_of(part) in below for part in said.split("</p>") if part
        )


WHOLE_PARTS = {"pick", "ranking", "heaviest", "prior"}  # parts that no row, card or box has


@pytest.mark.parametrize("name", catalogue.item_ids())
def test_every_part_that_a_sentence_can_speak_of_has_its_place(name):
    """Whatever the conditions would name for the example answer, the view has it on a page."""
    item = catalogue.item(name)
    example = form(item, True).example
    try:
        answer = item.read(example)
    except AnswerError:
        pytest.skip("the example is not an answer of this question")
    view = View.kinds[item.kind](item)
    parts = set(view.margins) | WHOLE_PARTS
    for holder in ("ids", "shuffled", "pieces", "columns"):
        parts |= set(getattr(item, holder, ()))
    for path in item.feedback:
        for condition, argument in path.when.items():
            if condition == "otherwise":
                continue
            named = item.conditions[condition].about(item, answer, argument)
            assert set(named) <= parts, f"{path.path}: no place for {set(named) - parts}"


# Earlier attempts


def test_earlier_attempts_can_be_opened(file):
    one = committed("E06F")
    assert one.history.value == "" and one.history.layout.display == "none"
    fill(one, turn=1, reason="I have thought again.")
    one.commit.click()
    one.commit.click()
    first, _ = passport.read(file).entries
    shown = Reader(one.history.value)
    assert [tag for tag, _ in shown.elements][:2] == ["details", "summary"]
    assert "Earlier attempts at this question (1)" in shown.text
    assert "Attempt 1" in shown.text and "Attempt 2" not in shown.text
    assert first.time[:10] in shown.text and first.time[11:19] in shown.text
    label = next(o.label for o in one.item.options if o.id == first.answer["choice"])
    assert label in shown.text and first.answer["choice"] not in shown.text.split()
    (message,) = one.item.mark(first.answer).messages
    assert message.text.replace("\n\n", "") in shown.text
    assert question("E06F").history.value == one.history.value, "It did not come back."


def test_attempts_stand_latest_first_with_reason_and_hints(file):
    one = question("E04")
    for turn in range(3):
        fill(one, turn, reason=f"Reason {turn}.")
        one.commit.click()
        one.hint.click()
    text = text_of(one.history.value)
    assert "(2)" in text and text.index("Attempt 2") < text.index("Attempt 1")
    assert "Reason 0." in text and "Reason 1." in text and "Reason 2." not in text
    assert "1 hint opened" in text


@pytest.mark.parametrize("kind", KINDS)
def test_an_earlier_attempt_is_never_markup(kind, file):
    name = ONE_OF_EACH[kind]
    answer = fill(question(name))
    stored(file, name, {ALL: ALL}, reason=ALL, codename=PAYLOADS[1])
    one = question(name)
    assert one.view.answer() == View.kinds[kind](one.item).answer()
    fill(one)
    one.commit.click()
    harmless(one)
    told = text_of(one.history.value)
    assert "does not fit the question as it stands now" in told and "<script>" in told
    assert passport.read(file).entries[-1].answer == answer


# ask


def test_ask_shows_the_question(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    ask("E04")
    (box,) = shown
    assert isinstance(box, widgets.VBox)
    assert any("Put sixty years in order" in part.value for part in box.children[:1])


@pytest.mark.parametrize("name", ["E99", "", "../E04", "e04", 4, None])
def test_ask_of_an_unknown_question_names_those_that_are_known(name):
    with pytest.raises(CaseError) as caught:
        ask(name)
    assert repr(name) in str(caught.value)
    for known in LESSON:
        assert known in str(caught.value)


def test_a_finer_number_from_a_cell_stays_until_its_slider_is_moved():
    item = catalogue.item("E01")
    names = [one.id for one in item.statements]
    view = View.kinds["probabilities"](item)
    stored = {"values": {**dict.fromkeys(names, 20), names[0]: 33.7}}
    view.show(stored)
    assert view.sliders[names[0]].value == 34 and view.answer() == stored
    view.sliders[names[0]].value = 40
    assert view.answer()["values"][names[0]] == 40


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.5", 1.5), ("1,5", 1.5), ("−2", -2), ("0,125", 0.125), ("1500", 1500)],
)
def test_a_number_is_read_with_a_point_or_a_comma(text, number):
    assert _number(text) == number


@pytest.mark.parametrize("text", ["1,500", "-12,000,000", "some", "", "inf"])
def test_a_number_that_may_be_two_is_none(text):
    assert _number(text) == text


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("2026-01-14T09:00:00+09:00", "2026-01-14 00:00 UTC"),
        ("2026-01-14T09:00:59+00:00", "2026-01-14 09:00 UTC"),
        ("0001-01-01T00:00:00+09:00", "0001-01-01T00:00:00+09:00"),
    ],
)
def test_a_time_is_shown_in_utc_wherever_it_was_written(time, shown, file):
    entry = passport.save("E01", {}, file=file)
    assert when(evolve(entry, time=time)) == shown


def test_nothing_moves():
    """What the kit draws stands still, so nobody has to ask for less motion."""
    root = Path(__file__).resolve().parents[1] / "casekit"
    drawn = [path for path in root.rglob("*") if path.suffix in {".css", ".js", ".py", ".html"}]
    assert {path.suffix for path in drawn} >= {".css", ".js"}
    moves = re.compile(r"@keyframes|scroll-behavior|\.animate\(|(transition|animation)[a-z-]*\s*:")
    assert [path.name for path in drawn if moves.search(path.read_text(encoding="utf-8"))] == []
