"""The questions of Lesson 5, its text and its figures: every answer gets its sentence.

Facts that a sentence states in words are compared with the tables.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from statistics import mean, median
from typing import ClassVar

import pandas as pd
import pytest
from questions import ROOT, Lesson, LessonQuestions, chosen, days_between, rows_of

from casekit import catalogue, charts, tables
from casekit.items.forecast import brier
from casekit.widgets.question import Question


@pytest.fixture(autouse=True)
def passport_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))


LESSON = Lesson("05-follow-through")
MEETINGS = tables.table("summits").to_dict("records")


def rule(*on: str, each_side: bool = False, least: int = 2, months: int = 12) -> dict:
    return {"on": list(on), "each_side": each_side, "least": least, "months": months}


def ruled(given: dict, before: dict | None = None, words: str = "Two a year.") -> dict:
    return {
        "rule": given,
        "words": "Two a year.",
        "before": {"rule": before or given, "words": words},
    }


OUTCOMES = {
    **{"R01": 1, "R02": 0, "R03": 1, "R04": 0, "R05": 1},
    **{"R06": 0, "R07": 1, "R08": 1, "R09": 1, "R10": 0},
}
BASE = {"R01": 50, "R02": 25, "R03": 25, "R04": 7, "R06": 22, "R08": 74, "R10": 42}
# Questions move from set L to set R once they are settled: what is asked is read from the table.
QUESTIONS = tables.table("forecast_questions").set_index("qid")
SCORED, OPEN = QUESTIONS[QUESTIONS["set"] == "R"], QUESTIONS[QUESTIONS["set"] == "L"]
ASKED = {
    name: (60 if row["outcome"] else 40) if pd.isna(row["base_rate"]) else row["base_rate"] * 100
    for name, row in SCORED.iterrows()
}
PLAIN = {**ASKED, **BASE, "R05": 90, "R07": 60, "R09": 60}
LIVE = dict.fromkeys(OPEN.index, 30)


def guessed(known: tuple[str, ...] = (), **other: float) -> dict:
    values = {name: p for name, p in {**PLAIN, **other}.items() if name not in known}
    return {"values": values, "known": list(known)}


def live(moves: dict | None = None, **other: float) -> dict:
    values = {**LIVE, **other}
    return {"values": values, "known": [], "moves": moves or dict.fromkeys(values, "A date.")}


BOXES = {
    "E22D": ["dispute"],
    "E23": ["signal", "continuity", "convenience", "discriminator"],
    "E23K": ["signal", "continuity", "convenience", "discriminator"],
    "E24": ["move", "cause", "test", "question"],
}


def written(name: str, checked: str, *empty: str) -> dict:
    text = {box: "" if box in empty else "Because of this." for box in BOXES[name]}
    return {"text": text, "check": checked}


def believed(a: float, b: float, c: float) -> dict:
    return {"values": {"A": a, "B": b, "C": c}}


def ordered(top: str, bottom: str, **text: str) -> dict:
    written = {"between": "four", "top-why": "They would not.", "bottom-why": "They could."}
    return {
        "text": {**written, **{name.replace("_", "-"): said for name, said in text.items()}},
        "declared": {"top": top, "bottom": bottom},
    }


ROWS = [
    ("E21", ruled(rule("margins")), ["otherwise"]),
    ("E21", ruled(rule("margins"), rule("visits-only")), ["changed-after-the-count"]),
    ("E21", ruled(rule("margins"), words=""), ["changed-after-the-count"]),
    ("E21", ruled(rule("margins", "visits-only")), ["contradicts-itself"]),
    ("E21", ruled(rule("margins", each_side=True, least=1)), ["contradicts-itself"]),
    ("E21", ruled(rule()), ["counts-nothing"]),
    ("E21", ruled(rule("chain")), ["counts-nothing"]),
    ("E21", ruled(rule("margins", least=5, months=6)), ["never-met"]),
    ("E21", ruled(rule("margins", "informal")), ["everything-counts"]),
    ("E21", ruled(rule("visits-only", "chain", each_side=True)), ["only-visits"]),
    ("E21", ruled(rule("margins", months=0)), ["no-time-limit"]),
    ("E21V", {"choice": "over"}, ["so-it-is-over"]),
    ("E21V", {"choice": "holds"}, ["so-it-holds"]),
    ("E21V", {"choice": "cannot-say"}, ["otherwise"]),
    # The base rates themselves, where there are any, do as well as the base rates.
    ("E22", guessed(), ["otherwise"]),
    ("E22", guessed(R05=10, R07=10, R08=10), ["worse-than-a-coin", "r05-uncertain"]),
    (
        "E22",
        {"values": dict.fromkeys(PLAIN, 50), "known": []},
        ["all-middling", "r05-uncertain"],
    ),
    ("E22", guessed(R05=100, R07=100, R09=100), ["several-extreme"]),
    ("E22", guessed(R01=70), ["beat-base-rate"]),
    ("E22", guessed(R03=60), ["beat-base-rate", "r03-above-r01"]),
    ("E22", guessed(R02=60, R08=60), ["r02-above-r01"]),
    ("E22", guessed(R05=50), ["r05-uncertain"]),
    ("E22", guessed(R02=10, R08=50), ["absence-as-no"]),
    ("E22", guessed(("R06",)), ["absence-as-no"]),
    ("E22", guessed(tuple(PLAIN)), ["absence-as-no", "nothing-scored"]),
    ("E22D", written("E22D", "disputed"), ["disputed"]),
    ("E22D", written("E22D", "sure"), ["otherwise"]),
    ("E22L", live(), ["otherwise"]),
    ("E22L", live(**dict.fromkeys(LIVE, 45)), ["all-middling"]),
    ("E22L", live(**dict.fromkeys([*LIVE][:3], 0)), ["several-extreme"]),
    ("E22L", live({next(iter(LIVE)): "A date."}), ["no-reason-to-move"]),
    ("E23", written("E23", "none"), ["otherwise"]),
    ("E23", written("E23", "none", "convenience"), ["box-empty"]),
    ("E23", written("E23", "one-reading"), ["one-reading"]),
    ("E23", written("E23", "protest"), ["protest-so-no-signal"]),
    ("E23", written("E23", "executive"), ["executive-left-out"]),
    ("E23", written("E23", "status-quo"), ["status-quo-so-no-cost"]),
    ("E23", written("E23", "words"), ["words-as-discriminator"]),
    ("E23", written("E23", "one-government"), ["no-counterpart"]),
    ("E23K", written("E23K", "none"), ["otherwise"]),
    ("E23K", written("E23K", "none", "signal"), ["box-empty"]),
    ("E23K", written("E23K", "one-reading"), ["one-reading"]),
    ("E23K", written("E23K", "two-measures"), ["two-measures"]),
    ("E23K", written("E23K", "words"), ["words-as-discriminator"]),
    ("E24", written("E24", "sound"), ["otherwise"]),
    ("E24", written("E24", "sound", "question"), ["box-empty"]),
    ("E24", written("E24", "no-test"), ["no-date-or-behaviour"]),
    ("E24", written("E24", "weak-point"), ["weak-counterpoint"]),
    ("E24P", {"choice": "none"}, ["no-movement"]),
    ("E24P", {"choice": "staging"}, ["staging-not-sustaining"]),
    ("E24P", {"choice": "swings"}, ["large-swings"]),
    ("E24P", {"choice": "other"}, ["otherwise"]),
    ("L5-crowd", chosen("most"), ["otherwise"]),
    ("L5-crowd", chosen("none"), ["mediocre"]),
    ("L5-crowd", chosen("half"), ["mediocre"]),
    ("L5-crowd", chosen("all"), ["always-best"]),
    ("L5-dimensions", ordered("persistence", "beat"), ["otherwise"]),
    ("L5-dimensions", ordered("pain", "people"), ["otherwise"]),
    ("L5-dimensions", ordered("beat", "paper"), ["beat-on-top"]),
    ("L5-dimensions", ordered("paper", "beat"), ["paper-on-top"]),
    ("L5-dimensions", ordered("people", "beat"), ["people-on-top"]),
    ("L5-dimensions", ordered("past", "beat"), ["past-on-top"]),
    ("L5-dimensions", ordered("persistence", "pain"), ["pain-at-the-bottom"]),
    ("L5-dimensions", ordered("pain", "persistence"), ["persistence-at-the-bottom"]),
    ("L5-dimensions", ordered("beat", "pain"), ["beat-on-top", "pain-at-the-bottom"]),
    ("L5-dimensions", ordered("pain", "beat", between=""), ["box-empty"]),
    ("L5-dimensions", ordered("pain", "beat", top_why=" "), ["box-empty"]),
    ("L5-dimensions", ordered("pain", "beat", bottom_why=""), ["box-empty"]),
    ("L5-hook", chosen("second"), ["second-wrong"]),
    ("L5-hook", chosen("third"), ["third-wrong"]),
    ("L5-hook", chosen("neither"), ["otherwise"]),
    ("L5-log", believed(95, 70, 60), ["otherwise"]),
    ("L5-log", believed(100, 70, 60), ["no-room"]),
    ("L5-log", believed(95, 40, 60), ["lasting-above-telling"]),
    ("L5-log", believed(70, 68, 66), ["one-answer"]),
    ("L5-log", believed(50, 50, 50), ["fifty", "one-answer"]),
    ("L5-ranking", chosen("same"), ["unchanged"]),
    ("L5-ranking", chosen("one"), ["only-one"]),
    ("L5-ranking", chosen("below"), ["below-the-first"]),
    ("L5-ranking", chosen("first"), ["otherwise"]),
    ("L5-recall-1", chosen("salient"), ["otherwise"]),
    ("L5-recall-1", chosen("lie"), ["frame-as-lie"]),
    ("L5-recall-1", chosen("topic"), ["frame-as-topic"]),
    ("L5-recall-2", chosen("chance"), ["otherwise"]),
    ("L5-recall-2", chosen("share"), ["alpha-as-share"]),
    ("L5-recall-2", chosen("true"), ["agreement-as-truth"]),
    ("L5-record", chosen("some"), ["otherwise"]),
    ("L5-record", chosen("few"), ["too-few"]),
    ("L5-record", chosen("half"), ["too-many"]),
    ("L5-record", chosen("most"), ["too-many"]),
]


class TestQuestions(LessonQuestions):
    lessons = (LESSON.name,)
    rows = ROWS
    both_names = "Dokdo/Takeshima"
    without_sources = ("E24", "E24P", "L5-log")
    shows: ClassVar = {
        "E21": ("summits", "korea_leader == 'Lee Jae-myung'"),
        "E22": ("forecast_questions", "set == 'R'"),
        "E22L": ("forecast_questions", "set == 'L'"),
        "E23": ("evidence_cards", "card_id == 'K07'"),
        "E23K": ("evidence_cards", "card_id == 'K20'"),
    }


def test_the_lesson_asks_its_questions_in_the_order_of_the_moves():
    assert LESSON.calls("ask") == [
        *("L5-recall-1", "L5-recall-2"),  # 1
        "L5-hook",  # 2
        *("E21", "E21V"),  # 3
        "L5-dimensions",  # 4
        "E22",  # 5
        *("E22D", "L5-crowd", "L5-record"),  # 6
        *("E23", "E23K"),  # 7
        "E22L",  # 8
        *("E12", "L5-ranking"),  # 9
        *("L5-log", "E24P"),  # 10
        "E24",  # 11
    ]
    assert sorted(LESSON.calls("ask")) == sorted([*LESSON.questions(), "E12"])


def test_what_shows_an_answer_stays_shut_until_it_is_given():
    waiting = {
        "E21V": "E21",
        "E22D": "E22",
        "L5-crowd": "E22",
        "L5-record": "E22",
        "L5-ranking": "E12",
    }
    for name, first in waiting.items():
        assert catalogue.item(name).opens_after == first


def test_the_last_log_repeats_the_statements_of_the_first():
    first = {one.id: one.text for one in catalogue.item("E01").statements}
    assert {one.id: one.text for one in catalogue.item("L5-log").statements} == first


# What later evidence tells stands behind an answer


def test_the_text_of_the_lesson_tells_nothing_later_than_the_evening():
    said = LESSON.source("markdown")
    later = r"Andong|February|May\b|\bS0(?:1[6-9]|[2-9]\d)\b|Yokosuka|Freedom Edge|dissol"
    assert not re.search(later, said)
    assert "13 January 2026" in said  # the pattern would have something to find


def test_what_is_printed_when_the_lesson_is_run_tells_no_outcome():
    shown = [
        "".join(output["data"].get("text/markdown", ""))
        for cell in LESSON.cells
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
        if "data" in output
    ]
    printed = "\n".join(shown)
    assert "22 November 2026" in printed  # the day on which the record was closed
    assert not re.search(r"Andong|Matsue|Freedom Edge|Yokosuka|elected|dissol", printed)


def test_both_names_and_both_countries_stand_in_the_order_of_an_odd_lesson():
    said = LESSON.source("markdown")
    assert "(Dokdo/Takeshima)" in said and "Takeshima/Dokdo" not in said
    assert "Japan and South Korea" not in said
    assert "an aim in its own right" in said


def test_the_day_in_the_figure_is_that_of_the_case():
    closed = date.fromisoformat(tables.describe("indicators")["as_of"])
    assert tables.describe("commitments")["as_of"] == closed.isoformat()
    words = f"On {closed.day} {closed:%B %Y}"
    figures = tomllib.loads((ROOT / "data" / "figures" / f"{LESSON.name}.toml").read_text("utf-8"))
    column = f"value_{closed:%Y_%m_%d}"
    assert figures["rhythm"]["lines"][column] == words
    assert f"closed on {closed.day} {closed:%B %Y}" in catalogue.item("L5-record").prompt


def test_the_quotations_in_the_text_stand_in_a_table():
    said = LESSON.source("markdown")
    assert "“완전히 정착”" in said
    assert any("완전히 정착" in row["short_quote_or_summary"] for row in rows_of("reactions"))
    english = {r["text_en"] for r in rows_of("statements") if r["translation_kind"] == "official"}
    quoted = "we agreed to continue actively promoting ‘shuttle diplomacy’ going forward"
    assert quoted in said
    plain = re.sub(r"[“”‘’]", "'", quoted)
    assert any(plain in re.sub(r"[“”‘’]", "'", text) for text in english)


# Numbers in sentences


def test_the_number_of_commitments_fulfilled_is_that_of_the_table():
    states = [row["status_as_of"] for row in rows_of("commitments")]
    assert len(states) == 16 and states.count("fulfilled") == 4
    assert states.count("partly fulfilled") == 1 and states.count("in progress") == 6
    drawn = charts.draw("commitments", catalogue.figures()["commitments"])
    assert "16 rows: fulfilled 4, partly fulfilled 1, in progress 6" in drawn.description


def test_unknown_is_shown_as_unknown():
    drawn = charts.draw("rhythm", catalogue.figures()["rhythm"])
    values = [row["value_2026_11_22"] for row in rows_of("indicators")]
    unknown = sum(value.startswith("unknown") for value in values)
    assert len(values) == 20 and unknown == 4
    assert "20 rows: unknown 4," in drawn.description
    page = drawn.html()
    for row in rows_of("indicators"):
        if row["value_2026_11_22"].startswith("unknown"):
            name = row["indicator"].replace("'", "&#x27;")
            at = page.index(f"<strong>{name}</strong>")
            assert 'aria-hidden="true">○</span> unknown' in page[at : at + 200]


def settled() -> dict[str, int]:
    """Outcomes of the questions that the invented students answered; set R may hold more."""
    answered = {r["qid"] for r in rows_of("forecasts_demo")}
    return {
        r["qid"]: int(r["outcome"]) for r in rows_of("forecast_questions") if r["qid"] in answered
    }


def test_the_average_of_the_invented_students_beats_four_of_six():
    outcomes = settled()
    given: dict[str, dict[str, float]] = {}
    for row in rows_of("forecasts_demo"):
        given.setdefault(row["codename"], {})[row["qid"]] = float(row["p"])
    assert len(given) == 6 and {row["synthetic"] for row in rows_of("forecasts_demo")} == {"true"}
    each = [brier((p[q], o) for q, o in outcomes.items()) for p in given.values()]
    crowd = brier((sum(p[q] for p in given.values()) / 6, o) for q, o in outcomes.items())
    assert sum(crowd < one for one in each) == 4
    drawn = charts.draw("crowd", catalogue.figures()["crowd"])
    assert "beats 4 of 6" in drawn.charts[0].description
    assert "synthetic" in drawn.title


# By hand: R01, R03, R05, R07, R08, R09 happened; R02, R04, R06, R10 did not.
BY_HAND = {"R01": 60, "R02": 20, "R03": 30, "R04": 10, "R05": 90}
BY_HAND |= {"R06": 10, "R07": 70, "R08": 80, "R09": 50, "R10": 30}
# 0.16 + 0.04 + 0.49 + 0.01 + 0.01 + 0.01 + 0.09 + 0.04 + 0.25 + 0.09 = 1.19


def settled_later() -> list[str]:
    return [one.id for one in catalogue.item("E22").questions if one.id not in BY_HAND]


def test_the_score_of_one_set_of_forecasts_is_that_worked_out_by_hand():
    feedback = catalogue.item("E22").mark({"values": BY_HAND, "known": settled_later()})
    assert feedback.score.startswith("Brier score 0.119 on 10 questions")


def test_what_was_known_before_is_left_out_of_the_score():
    values = {name: value for name, value in BY_HAND.items() if name != "R03"}
    feedback = catalogue.item("E22").mark({"values": values, "known": ["R03", *settled_later()]})
    assert feedback.score.startswith("Brier score 0.078 on 9 questions")  # 0.70 / 9


def test_the_matrix_comes_back_with_both_rankings():
    item = catalogue.item("E12")
    every = item.shown(False)
    known = item.shown(True)
    assert set(every) - set(known) == {"E8", "E9", "E10"}
    then = ["H2", "H4", "H1", "H3", "H5"]
    now = ["H1", "H4", "H3", "H5", "H2"]
    read = item.read(
        {
            "only_known": False,
            "marks": {name: dict(item.columns[name].marks) for name in every},
            "rankings": {"then": then, "now": now},
            "heaviest": "E9",
            "wanted": "minutes",
        }
    )
    assert read.rankings == {"then": then, "now": now}


# E21


EXPECTED = tables.table("code_track_expected").query("step == 'E21'").set_index("check")["expected"]
THEIRS = [row for row in MEETINGS if row["korea_leader"] == "Lee Jae-myung"]
PAIR = [row for row in THEIRS if row["japan_leader"] == "Takaichi Sanae"]


def informal(row: dict) -> bool:
    return str(row["note"]).startswith("informal")


@pytest.mark.parametrize(
    ("on", "rows", "count", "gaps"),
    [
        (("margins", "informal"), PAIR, 1, 4),
        (("margins",), [row for row in PAIR if not informal(row)], 2, 5),
        (("visits-only",), [row for row in PAIR if row["kind"] == "visit"], 3, 6),
        (("visits-only", "chain"), [row for row in THEIRS if row["kind"] == "visit"], None, 7),
    ],
)
def test_e21_counts_as_the_authors_did(on, rows, count, gaps):
    item = catalogue.item("E21")
    tally = item.tally(item.terms(rule(*on)))
    assert list(tally.gaps) == days_between([row["date"] for row in rows])
    assert len(tally.counted) == len(rows)
    assert ";".join(map(str, tally.gaps)) == EXPECTED[gaps]
    assert count is None or len(tally.counted) == int(EXPECTED[count])


def test_the_counts_of_the_authors_hold_for_their_record():
    before = [row["date"] for row in PAIR if row["date"] < "2026-06"]
    assert days_between(before) == [24, 51, 126]


def test_what_e21_says_afterwards():
    item = catalogue.item("E21")
    assert len(item.events) == len(THEIRS)
    wide = item.tally(item.terms(rule("visits-only", "chain")))
    assert [event.label for event in wide.counted][:4] == ["Tokyo", "Busan", "Nara", "Andong"]
    assert [event.side for event in wide.counted][:4] == ["KR", "JP", "KR", "JP"]
    everything = item.tally(item.terms(rule("margins", "informal"))).counted
    assert [event.label for event in everything].index("Nara") == 2  # the third meeting
    full = item.tally(item.terms(rule("margins"))).counted
    assert [event.label for event in full].index("Nara") == 1  # the second summit
    andong = next(event for event in item.events if event.label == "Andong")
    assert andong.confidence == "medium"
    assert min(event.date for event in item.events).startswith("2025-06")
    assert andong.date == "2026-05-19"


def test_e21_shows_no_count_before_it_is_asked_for():
    question = Question(catalogue.item("E21"))
    assert question.view.count.value == ""


# E22


def test_the_outcomes_and_base_rates_are_those_of_the_design():
    asked = catalogue.item("E22").questions
    assert {q.id: q.outcome for q in asked if q.id in OUTCOMES} == OUTCOMES
    assert {q.id: round(q.base * 100) for q in asked if q.id in OUTCOMES and q.base != ""} == BASE
    assert {q.id for q in asked} == set(SCORED.index) >= set(OUTCOMES)
    assert all(q.settled for q in asked)
    assert {q.confidence for q in asked if q.id in OUTCOMES} == {"high", "medium"}
    assert all(not q.settled for q in catalogue.item("E22L").questions)
    opened = QUESTIONS["open_date"].dt.strftime("%Y-%m-%d")
    assert set(opened[[*OUTCOMES]]) == {"2026-01-14"}
    assert all(opened.drop([*OUTCOMES]) >= "2026-11-22")


def test_e22_scores_by_hand():
    # 50, 25, 25, 7, 90, 22, 60, 74, 60, 42 per cent against the outcomes; base rates on seven.
    added = {name: SCORED.loc[name] for name in PLAIN if name not in OUTCOMES}
    based = [(p / 100 - OUTCOMES[name]) ** 2 for name, p in BASE.items()]
    based += [
        (row["base_rate"] - row["outcome"]) ** 2
        for row in added.values()
        if not pd.isna(row["base_rate"])
    ]
    everything = [*based, 0.01, 0.16, 0.16]
    everything += [0.16 for row in added.values() if pd.isna(row["base_rate"])]
    score = catalogue.item("E22").mark(guessed()).score
    assert f"Brier score {mean(everything):.3f} on {len(PLAIN)} questions" in score
    told = f"On {len(based)} questions with a base rate: you {mean(based):.3f}, the base rate alone"
    assert told in score
    assert f"base rate alone {mean(based):.3f}." in score
    expected = tables.table("code_track_expected").query("step == 'C4'")
    known = expected.set_index("quantity")["expected"]
    assert f"{mean(based):.4f}" == known["Brier score of the base rates, questions that have one"]
    each = [float(v) for name, v in known.items() if name.startswith("Brier score, ")]
    crowd = float(known["Brier score of the class average forecast"])
    assert len(each) == 6
    assert f"(synthetic): median {median(each):.3f}, their average forecast {crowd:.3f}." in score


def everything_on(question: Question) -> str:
    """What is on the page or sent to it, every question of the set turned to."""
    seen = []
    for _ in question.item.questions:
        for part in (question.box, question.view.box):
            seen += [getattr(child, "value", "") for child in part.children]
            seen += [getattr(child, "description", "") for child in part.children]
        question.view.turn.on.click()
    return "\n".join(str(one) for one in seen)


def test_nothing_later_than_the_day_is_shown_before_the_commit():
    question = Question(catalogue.item("E22"))
    before = everything_on(question)
    rows = tables.table("forecast_questions").query("set == 'R'")
    for row in rows.to_dict("records"):
        assert row["text"].replace("'", "&#x27;") in before
        assert row["base_rate_note"] not in before
        resolved = str(row["resolved_on"].date())
        assert resolved == str(row["close_date"].date()) or resolved not in before
    for hint in range(3):
        question.hint.click()
        assert question.item.hints[hint].split(":")[0] in question.hints.value
    assert not re.search(r"\boutcome\b|Distance", before, re.IGNORECASE)
    assert question.said.value == ""


def test_after_the_commit_outcomes_and_absences_are_said():
    question = Question(catalogue.item("E22"))
    question.view.show(guessed())
    question.reason.value = "R01."
    question.commit.click()
    assert "R02 and R06 close on an absence" in question.said.value
    assert "invented" in question.said.value
    assert "yes (2026-02-08; confidence high)" in question.said.value
    assert "In February a March visit was reported" in question.said.value


def test_the_rules_that_set_l_refers_to_are_named_in_its_prompt():
    item = catalogue.item("E22L")
    named = set(re.findall(r"As (R\d\d)", " ".join(q.rule for q in item.questions)))
    assert named <= {"R04", "R06", "R10"}
    assert all(f"'As {name}'" in item.prompt for name in named)


# E23 and its counterpart


def test_the_same_test_is_put_to_both_governments():
    tokyo, seoul = catalogue.item("E23"), catalogue.item("E23K")
    assert [box.id for box in tokyo.fields] == [box.id for box in seoul.fields]
    assert "E23K" in tokyo.after
    assert "E23" in seoul.prompt
