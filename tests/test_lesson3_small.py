"""The small questions of Lesson 3: every answer gets the sentence meant for it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from casekit import catalogue, citations

ROOT = Path(__file__).resolve().parents[1]
IDS = [
    "L3-check",
    "L3-contrast",
    "L3-cost",
    "L3-hook",
    "L3-levels",
    "L3-log",
    "L3-recall-1",
    "L3-recall-2",
]


@pytest.fixture(autouse=True)
def this_case(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    yield
    catalogue.forget()


def chosen(choice: str) -> dict:
    return {"choice": choice}


def sorted_(kits: str = "shared", praise: str = "shared", remains: str = "separates") -> dict:
    return {"placed": {"kits": kits, "praise": praise, "remains": remains}}


def contrast(check: str, attraction: str = "It draws.", force: str = "It corners.") -> dict:
    return {"text": {"attraction": attraction, "force": force}, "check": check}


def lists(check: str, present: str = "Two people", absent: str = "Interpreters") -> dict:
    return {"text": {"present": present, "absent": absent}, "check": check}


def levels(shown: str, style: str = "Posted by the guest.") -> dict:
    return {
        "text": {
            "shown": shown,
            "style": style,
            "suggests": "A band; friendship.",
            "assumes": "That power is personal.",
        }
    }


SEEN = "Two people in blue behind drum kits."
ROWS = [
    ("L3-check", sorted_(), ["otherwise"]),
    ("L3-check", sorted_(kits="separates"), ["preparation"]),
    ("L3-check", sorted_(praise="separates"), ["praise"]),
    ("L3-check", sorted_(remains="shared"), ["remains"]),
    (
        "L3-check",
        sorted_("separates", "separates", "shared"),
        ["preparation", "praise", "remains"],
    ),
    ("L3-contrast", contrast("both"), ["otherwise"]),
    ("L3-contrast", contrast("one"), ["one-country"]),
    ("L3-contrast", contrast("propaganda"), ["force-as-propaganda"]),
    ("L3-contrast", contrast("both", force=""), ["half-written"]),
    ("L3-contrast", contrast("both", attraction=" "), ["half-written"]),
    ("L3-cost", chosen("drums"), ["drums"]),
    ("L3-cost", chosen("clip"), ["clip"]),
    ("L3-cost", chosen("sentence"), ["sentence"]),
    ("L3-cost", chosen("remains"), ["remains"]),
    ("L3-cost", chosen("interview"), ["otherwise"]),
    ("L3-hook", lists("people"), ["otherwise"]),
    ("L3-hook", lists("things"), ["only-things"]),
    ("L3-hook", lists("meanings"), ["not-to-be-seen"]),
    ("L3-hook", lists("people", absent=""), ["nothing-absent"]),
    ("L3-hook", lists("people", present=""), ["nothing-present"]),
    ("L3-levels", levels(SEEN), ["otherwise"]),
    ("L3-levels", levels("Two people send a message."), ["jumps-to-ideas"]),
    ("L3-levels", levels("Soft  Power on stage."), ["jumps-to-ideas"]),
    ("L3-levels", levels("Two relaxed people."), ["feelings-first"]),
    ("L3-levels", levels("A powerful, closely shot pair in blue."), ["otherwise"]),
    ("L3-levels", levels("Friendship as a signal."), ["jumps-to-ideas", "feelings-first"]),
    ("L3-levels", levels(SEEN, style=""), ["box-empty"]),
    ("L3-log", {"values": {"B": 80, "C": 55}}, ["otherwise"]),
    ("L3-log", {"values": {"B": 100, "C": 55}}, ["no-room"]),
    ("L3-log", {"values": {"B": 50, "C": 50}}, ["fifty"]),
    ("L3-log", {"values": {"B": 40, "C": 60}}, ["lasting-above-telling"]),
    ("L3-log", {"values": {"B": 60, "C": 60}}, ["otherwise"]),
    ("L3-recall-1", chosen("tables"), ["otherwise"]),
    ("L3-recall-1", chosen("twice"), ["two-meetings"]),
    ("L3-recall-1", chosen("larger"), ["larger-power"]),
    ("L3-recall-2", chosen("closer"), ["otherwise"]),
    ("L3-recall-2", chosen("allies"), ["allied"]),
    ("L3-recall-2", chosen("apart"), ["pushed-apart"]),
]


def rows(name: str) -> dict[str, dict[str, str]]:
    """A table as its file has it, by its first column."""
    with (ROOT / "data" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def content(name: str) -> str:
    return (ROOT / "data" / "items" / f"{name}.toml").read_text("utf-8")


@pytest.mark.parametrize(("name", "answer", "paths"), ROWS)
def test_an_answer_gets_the_sentences_meant_for_it(name, answer, paths):
    feedback = catalogue.item(name).mark(answer)
    assert list(feedback.paths) == paths
    for message in feedback.messages:
        assert message.text.strip()
        assert not re.search(r"[{}*]", message.text)


@pytest.mark.parametrize("name", IDS)
def test_every_path_is_reached_by_a_row_and_has_a_sentence_of_its_own(name):
    feedback = catalogue.item(name).feedback
    reached = {path for row, _, paths in ROWS if row == name for path in paths}
    assert reached == {path.path for path in feedback}
    assert len({path.say for path in feedback}) == len(feedback)


def test_these_are_all_small_questions_of_the_lesson():
    found = [n for n in catalogue.item_ids() if n.startswith("L3-")]
    assert sorted(found) == IDS
    assert {catalogue.item(name).lesson for name in found} == {"03-drum-moment"}


@pytest.mark.parametrize("name", IDS)
def test_sources_are_known_and_texts_are_there(name):
    item = catalogue.item(name)
    assert item.hints == []
    assert citations.unknown(item.sources) == []
    assert all(text.strip() for text in (item.title, item.prompt, item.instructor))
    assert item.bloom and set(item.outcomes) <= {f"O{n}" for n in range(1, 8)}


def test_the_lesson_asks_every_one_of_its_questions_once_and_in_the_order_of_the_moves():
    book = json.loads((ROOT / "lessons" / "03-drum-moment.ipynb").read_text("utf-8"))
    code = "\n".join("".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code")
    asked = re.findall(r'ask\("([^"]+)"\)', code)
    assert asked == [
        "L3-recall-1",
        "L3-recall-2",
        "L3-hook",
        "L3-levels",
        "E10",
        "E10S",
        "L3-cost",
        "E11",
        "E12",
        "E13",
        "E14",
        "E14S",
        "L3-contrast",
        "L3-check",
        "L3-log",
    ]
    lesson = [n for n in catalogue.item_ids() if catalogue.item(n).lesson == "03-drum-moment"]
    assert sorted(asked) == sorted(lesson)


def test_the_log_repeats_the_statements_of_the_first_log():
    first = {one.id: one.text for one in catalogue.item("E01").statements}
    for one in catalogue.item("L3-log").statements:
        assert one.text == first[one.id]


def test_the_check_agrees_with_the_matrix():
    cards = {row["label_e12"]: row for row in rows("evidence_cards").values()}
    keys = {thing.id: thing.key for thing in catalogue.item("L3-check").things}
    for thing, card in (("kits", "E1"), ("remains", "E6")):
        marks = {cards[card]["h1"], cards[card]["h2"]}
        assert keys[thing] == ("shared" if len(marks) == 1 else "separates")


@pytest.mark.parametrize("name", IDS)
def test_nothing_later_than_the_evening_stands_in_a_small_question(name):
    said = content(name)
    assert not re.search(r"February|March|Andong|26 days|30 January", said)
    assert not re.search(r"\bislets\b|Dokdo|Takeshima", said)


def test_the_text_of_the_lesson_tells_nothing_later_than_the_evening():
    book = json.loads((ROOT / "lessons" / "03-drum-moment.ipynb").read_text("utf-8"))
    said = "\n".join("".join(c["source"]) for c in book["cells"])
    assert not re.search(r"February|Andong|30 January|\b20 January|S05\d|S07\d", said)
    stored = json.dumps([c.get("outputs", []) for c in book["cells"][:-3]])
    assert not re.search(r"February 2026|2026-0[2-9]|Andong", stored)


def test_the_quotations_in_the_text_stand_in_the_table():
    book = json.loads((ROOT / "lessons" / "03-drum-moment.ipynb").read_text("utf-8"))
    said = "\n".join("".join(c["source"]) for c in book["cells"] if c["cell_type"] == "markdown")
    quoted = re.findall(r'<span lang="(ko|ja)">[“「]([^”」]+)[”」]</span>', said)
    assert len(quoted) == 4
    originals = [(row["language"], row["text_original"]) for row in rows("statements").values()]
    for lang, words in quoted:
        assert any(lang == code and words in text for code, text in originals), words
