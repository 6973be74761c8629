"""The small questions of Lesson 0: every answer gets the sentence meant for it."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from pathlib import Path

import pytest

from casekit import catalogue, citations
from casekit.items import AnswerError

ROOT = Path(__file__).resolve().parents[1]
LESSON = "00-start-here"
IDS = ["L0-check-1", "L0-check-2", "L0-explain", "L0-hook", "L0-log"]


@pytest.fixture(autouse=True)
def this_case(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    yield
    catalogue.forget()


def defined(check: str, text: str = "Some follow because they are drawn.") -> dict:
    return {"text": {"definition": text}, "check": check}


def resource(check: str, **boxes: str) -> dict:
    filled = {"japan": "Animated films", "south-korea": "Songs", "missing": "Who does what?"}
    return {"text": filled | {n.replace("_", "-"): t for n, t in boxes.items()}, "check": check}


def line(check: str, first: str = "it is somebody's words", second: str = "it adds why") -> dict:
    return {"text": {"quotation": first, "interpretation": second}, "check": check}


def log(a: int, b: int, c: int) -> dict:
    return {"values": {"A": a, "B": b, "C": c}}


ROWS = [
    ("L0-check-1", defined("relation"), ["otherwise"]),
    ("L0-check-1", defined("liking"), ["liking"]),
    ("L0-check-1", defined("things"), ["things"]),
    ("L0-check-1", defined("pressure"), ["pressure"]),
    ("L0-check-1", defined("relation", "The Influence of songs."), ["the-word"]),
    ("L0-check-1", defined("things", "Influential songs."), ["the-word", "things"]),
    ("L0-check-2", resource("relation"), ["otherwise"]),
    ("L0-check-2", resource("more"), ["more"]),
    ("L0-check-2", resource("nothing"), ["resource-as-power"]),
    ("L0-check-2", resource("relation", japan=""), ["box-empty"]),
    ("L0-check-2", resource("relation", south_korea=" "), ["box-empty"]),
    ("L0-check-2", resource("nothing", missing=""), ["box-empty", "resource-as-power"]),
    ("L0-explain", line("speaker"), ["otherwise"]),
    ("L0-explain", line("truth"), ["by-truth"]),
    ("L0-explain", line("tone"), ["by-tone"]),
    ("L0-explain", line("speaker", second=""), ["half-written"]),
    ("L0-explain", line("speaker", first=" "), ["half-written"]),
    ("L0-hook", {"text": {"word": "Fun"}}, ["otherwise"]),
    ("L0-hook", {"text": {"word": "재미"}}, ["otherwise"]),
    ("L0-log", log(90, 70, 50), ["otherwise"]),
    ("L0-log", log(60, 58, 55), ["one-answer"]),
    ("L0-log", log(40, 70, 60), ["c-above-a"]),
    ("L0-log", log(100, 70, 50), ["no-room"]),
    ("L0-log", log(60, 30, 0), ["no-room"]),
    ("L0-log", log(50, 50, 50), ["one-answer", "all-fifty"]),
]


def rows(path: str) -> list[dict[str, str]]:
    with (ROOT / "data" / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cells(kind: str) -> list[str]:
    book = json.loads((ROOT / "lessons" / f"{LESSON}.ipynb").read_text("utf-8"))
    return ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == kind]


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
    found = [n for n in catalogue.item_ids() if n.startswith("L0-")]
    assert sorted(found) == IDS
    assert {catalogue.item(name).lesson for name in found} == {LESSON}


@pytest.mark.parametrize("name", IDS)
def test_sources_are_known_and_texts_are_there(name):
    item = catalogue.item(name)
    assert item.hints == []
    assert citations.unknown(item.sources) == []
    assert all(text.strip() for text in (item.title, item.prompt, item.instructor))
    assert item.bloom and set(item.outcomes) <= {f"O{n}" for n in range(1, 8)}


def test_the_first_word_is_one_word_and_not_an_essay():
    with pytest.raises(AnswerError, match="at most 40 characters"):
        catalogue.item("L0-hook").mark({"text": {"word": "so " * 20}})


def test_the_lesson_asks_every_one_of_its_questions_once_and_in_the_order_of_the_moves():
    asked = re.findall(r'ask\("([^"]+)"\)', "\n".join(cells("code")))
    assert asked == [
        "L0-hook",
        "E01",
        "E02",
        "L0-explain",
        "E02R",
        "E03",
        "L0-check-1",
        "L0-check-2",
        "L0-log",
        "E02B",
    ]
    lesson = [n for n in catalogue.item_ids() if catalogue.item(n).lesson == LESSON]
    assert sorted(asked) == sorted(lesson)


def test_the_opening_tells_the_minutes_of_the_questions():
    minutes = {name: catalogue.item(name).minutes for name in catalogue.item_ids()}
    do = sum(m for name, m in minutes.items() if catalogue.item(name).lesson == LESSON)
    opening = cells("markdown")[0]
    assert f"{do} to do" in opening
    assert f"about {minutes['E02R'] + minutes['E02B']} minutes together, are optional" in opening


def test_both_logs_hold_the_same_statements():
    first = {one.id: one.text for one in catalogue.item("E01").statements}
    assert {one.id: one.text for one in catalogue.item("L0-log").statements} == first


def test_the_state_of_the_rungs_is_shown_only_after_the_log():
    assert catalogue.item("L0-log").reveal == ["ladder_that_evening"]
    assert re.findall(r'figure\("([^"]+)"\)', "\n".join(cells("code"))) == ["ladder"]


def test_both_ladders_have_the_same_rungs_and_they_are_those_of_the_questions():
    figures = tomllib.loads((ROOT / "data" / "figures" / f"{LESSON}.toml").read_text("utf-8"))
    bare, known = figures["ladder"]["rungs"], figures["ladder_that_evening"]["rungs"]
    assert [{k: v for k, v in rung.items() if k != "state"} for rung in known] == bare
    bins = [b.label.split("?")[0] for b in catalogue.item("E03").bins][:3]
    assert [rung["name"].rstrip("?") for rung in bare] == bins


def test_the_definition_is_that_of_the_glossary():
    entry = next(row for row in rows("glossary.csv") if row["term"] == "soft power")
    assert entry["definition"] in catalogue.item("L0-check-1").after
    assert not re.search("influenc", catalogue.item("L0-check-1").after)
    soft = next(text for text in cells("markdown") if "[Soft power]" in text)
    assert "influenc" not in soft.split("[Soft power]")[1]


def test_the_quotations_in_the_text_stand_in_the_table():
    said = "\n".join(cells("markdown"))
    quoted = re.findall(r'<span lang="(ko|ja)">[“「]([^”」]+)[”」]</span>', said)
    assert [lang for lang, _ in quoted] == ["ja", "ko"]
    for lang, words in quoted:
        found = [r for r in rows("tables/statements.csv") if r["language"] == lang]
        assert any(words in row["text_original"] for row in found), words


def test_the_article_is_paraphrased_and_never_quoted():
    """The only words in quotation marks are officials', song titles and two single words."""
    said = re.sub(r"<span[^>]*>.*?</span>", "", "\n".join(cells("markdown")))
    assert set(re.findall(r"“([^”]+)”", said)) == {
        "Golden",
        "Dynamite",
        "Viral",
        "staged",
        "binding",
        "prepared as a surprise",
        "a programme specially prepared by the Japanese side",
    }


def test_nothing_later_than_the_evening_stands_outside_a_question():
    said = "\n".join(cells("markdown"))
    assert not re.search(r"Andong|2026-0[2-9]|February 2026|19–20 May|followthrough:S0", said)


def test_both_names_of_the_islets_stand_at_their_only_mention():
    said = "\n".join(cells("markdown"))
    assert re.findall(r"Takeshima|Dokdo", said) == ["Takeshima", "Dokdo"]
