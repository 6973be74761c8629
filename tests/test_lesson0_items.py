"""The questions of Lesson 0: every answer gets the sentence meant for it."""

from __future__ import annotations

import csv
import re
import tomllib
from typing import Any, ClassVar

import pytest
from questions import ROOT, Lesson, LessonQuestions, languages_quoted

from casekit import catalogue, tables
from casekit.items import AnswerError

LESSON = Lesson("00-start-here")


def defined(check: str, text: str = "Some follow because they are drawn.") -> dict:
    return {"text": {"definition": text}, "check": check}


def resource(check: str, **boxes: str) -> dict:
    filled = {"japan": "Animated films", "south-korea": "Songs", "missing": "Who does what?"}
    return {"text": filled | {n.replace("_", "-"): t for n, t in boxes.items()}, "check": check}


def line(check: str, first: str = "it is somebody's words", second: str = "it adds why") -> dict:
    return {"text": {"quotation": first, "interpretation": second}, "check": check}


def believed(a: float, b: float, c: float) -> dict:
    return {"values": {"A": a, "B": b, "C": c}}


# The keys of the design, written out: F a report, Q a quotation, I an interpretation.
BINS = {"F": "fact", "Q": "quotation", "I": "interpretation"}


KEYS = {
    "E02": dict(zip([f"A{n:02}" for n in range(1, 13)], "FQIFFQIIQFFI", strict=True)),
    "E02R": {"A13": "Q", "A14": "F", "A15": "F", "A16": "I"},
    "E02B": dict(zip([f"B{n:02}" for n in range(1, 13)], "FQIFQFIFQIFI", strict=True)),
}


def sorted_as(name: str, *ticked: str, **other: str) -> dict:
    """The reference answer, some claims placed otherwise; ``A05="I"`` places one."""
    answer: dict[str, Any] = {
        "placed": {claim: BINS[key] for claim, key in {**KEYS[name], **other}.items()}
    }
    if name != "E02R":
        answer["ticked"] = list(ticked or (("A05", "A11") if name == "E02" else ("B01", "B06")))
    return answer


CARDS = {
    **{"K01": "Staged", "K02": "Staged", "K03": "Signalled", "K04": "Signalled", "K05": "none"},
    **{"K06": "Sustained", "K07": "Sustained", "K08": "Signalled"},
}


def laid(**other: str) -> dict:
    return {"placed": {**CARDS, **other}}


ROWS = [
    ("E01", believed(90, 80, 50), ["otherwise"]),
    ("E01", believed(62, 64, 60), ["one-answer"]),
    ("E01", believed(62, 80, 70), ["c-above-a"]),
    ("E01", believed(100, 80, 40), ["no-room"]),
    ("E01", believed(90, 80, 0), ["no-room"]),
    ("E01", believed(50, 50, 50), ["one-answer", "all-fifty"]),
    ("E02", sorted_as("E02"), ["otherwise"]),
    ("E02", sorted_as("E02", A01="Q"), ["fact-as-quotation"]),
    ("E02", sorted_as("E02", A10="I"), ["fact-as-interpretation"]),
    ("E02", sorted_as("E02", A05="I"), ["fact-as-interpretation", "surprise-as-interpretation"]),
    ("E02", sorted_as("E02", A06="F"), ["quotation-as-fact"]),
    ("E02", sorted_as("E02", A09="I"), ["quotation-as-interpretation"]),
    ("E02", sorted_as("E02", A08="F"), ["interpretation-as-fact"]),
    ("E02", sorted_as("E02", A03="F"), ["interpretation-as-fact", "home-base-as-fact"]),
    ("E02", sorted_as("E02", A12="Q"), ["interpretation-as-quotation"]),
    ("E02", sorted_as("E02", "A02", "A05"), ["quotation-ticked"]),
    ("E02", sorted_as("E02", "A03", "A09"), ["quotation-ticked"]),
    ("E02", sorted_as("E02", "A01", "A12"), ["otherwise"]),
    *(
        (name, sorted_as(name, **{claim: wrong}), [f"{right}-as-{BINS[wrong]}"])
        for name, claims in (
            ("E02R", {"F": "A14", "Q": "A13", "I": "A16"}),
            ("E02B", {"F": "B06", "Q": "B05", "I": "B07"}),
        )
        for key, claim in claims.items()
        for right in [BINS[key]]
        for wrong in BINS
        if wrong != key
    ),
    ("E02R", sorted_as("E02R"), ["otherwise"]),
    ("E02B", sorted_as("E02B"), ["otherwise"]),
    ("E03", laid(), ["all-correct"]),
    ("E03", laid(K05="Signalled"), ["applause"]),
    ("E03", laid(K05="Sustained"), ["applause"]),
    ("E03", laid(K08="Sustained"), ["adviser-as-sustained"]),
    ("E03", laid(K01="Signalled"), ["jackets-as-signalled"]),
    ("E03", laid(K06="Staged"), ["home-town-as-staged"]),
    ("E03", laid(K07="none"), ["otherwise"]),
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
    ("L0-log", believed(90, 70, 50), ["otherwise"]),
    ("L0-log", believed(60, 58, 55), ["one-answer"]),
    ("L0-log", believed(40, 70, 60), ["c-above-a"]),
    ("L0-log", believed(100, 70, 50), ["no-room"]),
    ("L0-log", believed(60, 30, 0), ["no-room"]),
    ("L0-log", believed(50, 50, 50), ["one-answer", "all-fifty"]),
]


class TestQuestions(LessonQuestions):
    lessons = (LESSON.name, "unseen-coverage")
    rows = ROWS
    both_names = "Dokdo/Takeshima"
    without_sources = ("E01", "L0-explain")
    shows: ClassVar = {
        "E02": ("claims", "set == 'A' and use == 'core'"),
        "E02R": ("claims", "set == 'A' and use == 'reserve'"),
        "E02B": ("claims", "set == 'B'"),
        "E03": ("evidence_cards", "label_e03.notna()"),
    }


@pytest.mark.parametrize("name", KEYS)
def test_the_keys_are_those_of_the_design(name):
    given = {thing.id: thing.key for thing in catalogue.item(name).things}
    assert given == {claim: BINS[key] for claim, key in KEYS[name].items()}
    assert list(given) == list(KEYS[name])


@pytest.mark.parametrize("name", KEYS)
def test_the_second_column_is_what_the_record_says(name):
    verdicts = tables.table("claims").set_index("claim_id")["verdict"]
    for thing in catalogue.item(name).things:
        assert thing.second == verdicts[thing.id]


def verdict(name: str, which: str) -> list[int]:
    things = catalogue.item(name).things
    return [place for place, thing in enumerate(things, 1) if thing.second == which]


def test_what_the_sentences_say_of_the_second_column():
    assert verdict("E02", "partly") == [9, 11]
    assert verdict("E02", "not-supported") == []
    assert verdict("E02R", "not-supported") == [1, 2, 3]
    reports = [
        place
        for place in verdict("E02B", "not-supported")
        if catalogue.item("E02B").things[place - 1].key == "fact"
    ]
    assert reports == [1, 6]


def test_what_e02b_calls_sensible_is_marked_in_the_table():
    marked = tables.table("claims").query("set == 'B' and verify_first == 'y'")["order"].tolist()
    assert marked == [1, 3, 5, 6, 11]
    assert "1, 3, 5, 6 and 11" in catalogue.item("E02B").after


def test_what_e02_calls_good_choices_is_marked_in_the_table():
    claims = tables.table("claims").query("set == 'A' and use == 'core'")
    marked = set(claims[claims["verify_first"] == "y"]["order"])
    assert {5, 11, 3} <= marked
    assert marked - {5, 11, 3} == {9}  # has a sentence of its own


def test_the_cards_of_e03_keep_their_confidence():
    cards = tables.table("evidence_cards").query("label_e03.notna()").set_index("card_id")
    assert list(cards[cards["confidence"] != "high"].index) == ["K05", "K06"]
    assert "delighted users" in cards.loc["K05", "text"]
    assert "home town" in cards.loc["K06", "text"]
    assert {thing.id: thing.key for thing in catalogue.item("E03").things} == CARDS


def test_the_first_word_is_one_word_and_not_an_essay():
    with pytest.raises(AnswerError, match="at most 40 characters"):
        catalogue.item("L0-hook").mark({"text": {"word": "so " * 20}})


def test_the_lesson_asks_every_one_of_its_questions_once_and_in_the_order_of_the_moves():
    assert LESSON.calls("ask") == [
        "L0-hook",
        "E01",
        "E02",
        "L0-explain",
        "E02R",
        "E03",
        "L0-check-1",
        "L0-check-2",
        "L0-log",
    ]
    assert sorted(LESSON.calls("ask")) == LESSON.questions()


def test_the_opening_tells_the_minutes_of_the_questions():
    minutes = {name: catalogue.item(name).minutes for name in catalogue.item_ids()}
    do = sum(minutes[name] for name in LESSON.questions())
    opening = "".join(LESSON.cells[0]["source"])
    assert f"{do} to do" in opening
    assert f"about {minutes['E02R']} minutes, is optional" in opening


def test_both_logs_hold_the_same_statements():
    first = {one.id: one.text for one in catalogue.item("E01").statements}
    assert {one.id: one.text for one in catalogue.item("L0-log").statements} == first


def test_the_state_of_the_rungs_is_shown_only_after_the_log():
    assert catalogue.item("L0-log").reveal == ["ladder_that_evening"]
    assert LESSON.calls("figure") == ["ladder"]


def test_both_ladders_have_the_same_rungs_and_they_are_those_of_the_questions():
    path = ROOT / "data" / "figures" / f"{LESSON.name}.toml"
    figures = tomllib.loads(path.read_text("utf-8"))
    bare, known = figures["ladder"]["rungs"], figures["ladder_that_evening"]["rungs"]
    assert [{k: v for k, v in rung.items() if k != "state"} for rung in known] == bare
    bins = [b.label.split("?")[0] for b in catalogue.item("E03").bins][:3]
    assert [rung["name"].rstrip("?") for rung in bare] == bins


def test_the_definition_is_that_of_the_glossary():
    with (ROOT / "data" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        entry = next(row for row in csv.DictReader(file) if row["term"] == "soft power")
    assert entry["definition"] in catalogue.item("L0-check-1").after
    assert not re.search("influenc", catalogue.item("L0-check-1").after)
    sources = ("".join(cell["source"]) for cell in LESSON.cells)
    soft = next(text for text in sources if "[Soft power]" in text)
    assert "influenc" not in soft.split("[Soft power]")[1]


def test_the_quotations_in_the_text_stand_in_the_table():
    assert languages_quoted(LESSON.source("markdown")) == ["ja", "ko"]


def test_the_article_is_paraphrased_and_never_quoted():
    """The only words in quotation marks are officials', song titles and two single words."""
    said = re.sub(r"<span[^>]*>.*?</span>", "", LESSON.source("markdown"))
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
    said = LESSON.source("markdown")
    assert not re.search(r"Andong|2026-0[2-9]|February 2026|19–20 May|followthrough:S0", said)


def test_both_names_of_the_islets_stand_at_their_only_mention():
    said = LESSON.source("markdown")
    assert re.findall(r"Takeshima|Dokdo", said) == ["Takeshima", "Dokdo"]
