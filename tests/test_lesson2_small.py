"""The small questions of Lesson 2: every answer gets the sentence meant for it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from casekit import catalogue, citations

ROOT = Path(__file__).resolve().parents[1]
IDS = [
    "L2-doubt",
    "L2-hook",
    "L2-levels",
    "L2-log",
    "L2-missiles",
    "L2-periods",
    "L2-reasons",
    "L2-recall-1",
    "L2-recall-2",
]


@pytest.fixture(autouse=True)
def this_case(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    yield
    catalogue.forget()


def chosen(choice: str) -> dict:
    return {"choice": choice}


def sides(tokyo_seoul: str, tokyo: str = "line", seoul: str = "line") -> dict:
    return {
        "placed": {
            "tokyo-seoul": tokyo_seoul,
            "tokyo-washington": tokyo,
            "seoul-washington": seoul,
        }
    }


def periods(d01: str, d02: str, d03: str, d04: str) -> dict:
    return {"placed": {"D01": d01, "D02": d02, "D03": d03, "D04": d04}}


def levels(check: str, item: str = "Regular visits", tables: str = "A party, a court.") -> dict:
    return {"text": {"item": item, "tables": tables}, "check": check}


def reasons(check: str, tokyo: str = "Its flank.", seoul: str = "Its base.") -> dict:
    return {"text": {"tokyo": tokyo, "seoul": seoul}, "check": check}


def believed(**values: float) -> dict:
    return {"values": values}


ROWS = [
    ("L2-doubt", believed(W=70), ["otherwise"]),
    ("L2-doubt", believed(W=0), ["certain"]),
    ("L2-doubt", believed(W=100), ["certain"]),
    ("L2-doubt", believed(W=50), ["fifty"]),
    ("L2-hook", sides("gap"), ["otherwise"]),
    ("L2-hook", sides("line"), ["which-treaty"]),
    ("L2-hook", sides("gap", tokyo="gap"), ["washington-missing"]),
    ("L2-hook", sides("gap", seoul="gap"), ["washington-missing"]),
    ("L2-hook", sides("line", "gap", "gap"), ["which-treaty", "washington-missing"]),
    ("L2-levels", levels("both"), ["otherwise"]),
    ("L2-levels", levels("japan"), ["only-japan"]),
    ("L2-levels", levels("korea"), ["only-korea"]),
    ("L2-levels", levels("none"), ["leaders-alone"]),
    ("L2-levels", levels("both", item=" "), ["box-empty"]),
    ("L2-levels", levels("both", tables=""), ["box-empty"]),
    ("L2-log", believed(B=80, C=55), ["otherwise"]),
    ("L2-log", believed(B=60, C=60), ["otherwise"]),
    ("L2-log", believed(B=100, C=55), ["no-room"]),
    ("L2-log", believed(B=50, C=50), ["fifty"]),
    ("L2-log", believed(B=40, C=60), ["lasting-above-telling"]),
    ("L2-missiles", chosen("31"), ["occasions"]),
    ("L2-missiles", chosen("37"), ["events"]),
    ("L2-missiles", chosen("59"), ["announced"]),
    ("L2-missiles", chosen("69"), ["otherwise"]),
    ("L2-periods", periods("open", "open", "apart", "closer"), ["otherwise"]),
    ("L2-periods", periods("closer", "open", "apart", "open"), ["otherwise"]),
    (
        "L2-periods",
        periods("closer", "closer", "closer", "closer"),
        ["all-closer", "crisis-read-as-closer", "half-taken-for-whole"],
    ),
    (
        "L2-periods",
        periods("apart", "apart", "apart", "apart"),
        ["all-apart", "half-taken-for-whole"],
    ),
    ("L2-periods", periods("open", "open", "closer", "closer"), ["crisis-read-as-closer"]),
    ("L2-periods", periods("open", "apart", "apart", "closer"), ["half-taken-for-whole"]),
    ("L2-reasons", reasons("costs"), ["otherwise"]),
    ("L2-reasons", reasons("one-only"), ["uneven"]),
    ("L2-reasons", reasons("character"), ["character"]),
    ("L2-reasons", reasons("costs", tokyo=""), ["one-government"]),
    ("L2-reasons", reasons("costs", seoul=" "), ["one-government"]),
    ("L2-recall-1", chosen("outcome"), ["otherwise"]),
    ("L2-recall-1", chosen("few"), ["more-of-the-same"]),
    ("L2-recall-1", chosen("gestures"), ["over-corrected"]),
    ("L2-recall-2", chosen("somebody"), ["otherwise"]),
    ("L2-recall-2", chosen("hatred"), ["eternal"]),
    ("L2-recall-2", chosen("denial"), ["other-account"]),
]


def table(name: str) -> list[dict[str, str]]:
    """A table as its file has it."""
    with (ROOT / "data" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content(name: str) -> str:
    return (ROOT / "data" / "items" / f"{name}.toml").read_text("utf-8")


def lesson() -> list[dict]:
    return json.loads((ROOT / "lessons" / "02-alliance.ipynb").read_text("utf-8"))["cells"]


def prose() -> str:
    return "\n".join("".join(c["source"]) for c in lesson() if c["cell_type"] == "markdown")


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
    found = [n for n in catalogue.item_ids() if n.startswith("L2-")]
    assert sorted(found) == IDS
    assert {catalogue.item(name).lesson for name in found} == {"02-alliance"}


@pytest.mark.parametrize("name", IDS)
def test_sources_are_known_and_texts_are_there(name):
    item = catalogue.item(name)
    assert item.hints == []
    assert citations.unknown(item.sources) == []
    assert all(text.strip() for text in (item.title, item.prompt, item.instructor))
    assert item.bloom and set(item.outcomes) <= {f"O{n}" for n in range(1, 8)}


def test_the_lesson_asks_every_one_of_its_questions_once_and_in_the_order_of_the_moves():
    code = "\n".join("".join(c["source"]) for c in lesson() if c["cell_type"] == "code")
    asked = re.findall(r'ask\("([^"]+)"\)', code)
    assert asked == [
        "L2-recall-1",
        "L2-recall-2",
        "L2-hook",
        "L2-doubt",
        "L2-periods",
        "L2-missiles",
        "E07",
        "L2-levels",
        "E08",
        "E08C",
        "E09A",
        "E09B",
        "E09C",
        "L2-reasons",
        "L2-log",
    ]
    mine = [n for n in catalogue.item_ids() if catalogue.item(n).lesson == "02-alliance"]
    assert sorted(asked) == sorted(mine)


def test_a_figure_that_answers_a_question_stands_in_no_other_place():
    shown = [n for n, entries in catalogue.figures().items() if "02-" in entries["file"]]
    code = "\n".join("".join(c["source"]) for c in lesson() if c["cell_type"] == "code")
    open_ones = re.findall(r'figure\("([^"]+)"\)', code)
    revealed = [name for one in IDS for name in catalogue.item(one).reveal]
    assert sorted([*open_ones, *revealed]) == sorted(shown)


def test_the_four_numbers_are_those_of_the_table_and_each_gets_its_own_rule():
    counted = {
        row["launches"]: row["series"] for row in table("missile_tests") if row["year"] == "2022"
    }
    assert sorted(counted) == sorted(one.label for one in catalogue.item("L2-missiles").options)
    said = {
        number: catalogue.item("L2-missiles").mark(chosen(number)).messages[0].text
        for number in counted
    }
    for number, words in {
        "jmod_occasions": "occasions",
        "csis_events": "dated events",
        "jmod_missiles": "missiles in the announcements",
        "cns_missiles": "single missiles",
    }.items():
        (value,) = [n for n, series in counted.items() if series == number]
        assert words in said[value]


def test_the_periods_are_those_of_the_table_and_no_answer_calls_one_account_right():
    doubt = {r["row_id"]: r for r in table("alliance_statements") if r["kind"] == "doubt-period"}
    item = catalogue.item("L2-periods")
    assert [thing.id for thing in item.things] == sorted(doubt)
    for thing in item.things:
        first, last = doubt[thing.id]["date"][:4], doubt[thing.id]["date"][-4:]
        assert thing.text.startswith(first if first == last else f"{first}–{last[2:]}")
    assert {thing.key for thing in item.things} == {"open", "apart", "closer"}
    troops = {(r["country_iso3"], r["year"]): int(r["troops"]) for r in table("us_troops")}
    assert troops["KOR", "1971"] < troops["KOR", "1969"] * 2 / 3  # "by more than a third"


def test_the_sentence_on_nuclear_tests_counts_as_the_table_does():
    for series in ("csis_events", "cns_missiles"):
        rows = [r for r in table("missile_tests") if r["series"] == series]
        assert sum(int(r["nuclear_tests"]) for r in rows) == 6
        assert max(r["year"] for r in rows if int(r["nuclear_tests"])) == "2017"
        assert [r["launches"] for r in rows if r["year"] == "2018"] == ["0"]
    assert "six nuclear tests, the last of them in 2017" in prose()


def test_the_log_repeats_the_statements_of_the_first_log():
    first = {one.id: one.text for one in catalogue.item("E01").statements}
    for one in catalogue.item("L2-log").statements:
        assert one.text == first[one.id]


def test_both_names_stand_in_the_order_of_this_lesson():
    for text in (prose(), content("L2-reasons")):
        assert text.index("Takeshima") < text.index("Dokdo")
        assert "South Korea and Japan" not in text


def test_nothing_later_than_the_evening_stands_in_the_lesson_or_its_small_questions():
    later = r"Andong|May 2026|February 2026|20 February|30 January|S05[0-7]\b"
    assert not re.search(later, prose())
    for name in IDS:
        assert not re.search(later, content(name))
    stored = json.dumps([c.get("outputs", []) for c in lesson()[:-3]])
    assert not re.search(r"2026-0[2-9]|Andong|February 2026", stored)


def test_the_quotations_in_the_text_stand_in_the_table():
    quoted = re.findall(r'<span lang="(ko|ja)">[“「]([^”」]+)[”」]</span>', prose())
    assert [lang for lang, _ in quoted] == ["ja", "ko"]
    originals = [(row["language"], row["text_original"]) for row in table("statements")]
    for lang, words in quoted:
        assert any(lang == code and words in text for code, text in originals), words
