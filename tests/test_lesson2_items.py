"""The questions of Lesson 2: every answer gets the sentence meant for it.

What a sentence says is computed anew from the tables, by other means than the kit's.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import ClassVar

from questions import (
    Lesson,
    LessonQuestions,
    by_id,
    chosen,
    content_of,
    reference_is_that_of_the_table,
    rows_of,
)

from casekit import catalogue

LESSON = Lesson("02-alliance")


# Answers: the reference as the design gives it, and one thing changed


def e07(**marks: str) -> dict:
    model = {"L01": "false", "L02": "true", "L03": "depends", "L04": "false", "L05": "depends"}
    verdicts = model | marks
    return {"verdicts": verdicts, "reasons": dict.fromkeys(verdicts, "A few words.")}


def package(*numbers: int) -> dict:
    return {"chosen": [str(number) for number in numbers]}


def e08c(numbers: list[int], *changes: tuple[int, str, int, str]) -> dict:
    names = ("row", "group", "value", "source")
    listed = [dict(zip(names, (str(n), *rest), strict=True)) for n, *rest in changes]
    return package(*numbers) | {"changes": listed}


def e09b(**marks: str) -> dict:
    model = {"a": "neither", "b": "against", "c": "supports", "d": "supports", "e": "neither"}
    return {"verdicts": model | marks}


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


SOURCED = [(4, "jp_right", 0, "A newspaper"), (4, "kr_base", 0, "A poll"), (6, "kr_base", 1, "B")]

ROWS = [
    ("E07", e07(), ["otherwise"]),
    ("E07", e07(L04="depends"), ["otherwise"]),
    ("E07", e07(L01="true"), ["1-true"]),
    ("E07", e07(L01="depends"), ["1-depends"]),
    ("E07", e07(L02="false"), ["2-not-true"]),
    ("E07", e07(L02="depends"), ["2-not-true"]),
    ("E07", e07(L03="true"), ["3-true"]),
    ("E07", e07(L03="false"), ["3-false"]),
    ("E07", e07(L04="true"), ["4-true"]),
    ("E07", e07(L05="true"), ["5-settled"]),
    ("E07", e07(L05="false"), ["5-settled"]),
    ("E07", e07(L01="true", L03="true"), ["1-true", "3-true"]),
    ("E08", package(1, 2), ["smiles"]),
    ("E08", package(6), ["apology-alone"]),
    ("E08", package(6, 4), ["linkage"]),
    ("E08", package(6, 7), ["two-concessions"]),
    ("E08", package(4, 10), ["silence"]),
    ("E08", package(10, 1, 4), ["silence-with-music"]),
    ("E08", package(8, 9, 10), ["seoul-alone-pays"]),
    ("E08", package(3, 4, 5, 7), ["balanced"]),
    ("E08", package(3, 4, 6, 8), ["most-binding"]),
    ("E08", package(3, 4, 6, 9), ["most-binding"]),
    ("E08", package(4, 6, 8, 9), ["most-binding"]),
    ("E08", package(3, 4, 8, 9), ["does-not-hold"]),
    ("E08", package(8), ["does-not-hold"]),
    ("E08", package(2), ["binds-nobody"]),
    ("E08", package(4), ["otherwise"]),
    ("E08C", e08c([4, 6], *SOURCED), ["survives"]),
    ("E08C", e08c([4, 6], *SOURCED[:2]), ["fewer-than-three", "survives"]),
    ("E08C", e08c([4, 6], *SOURCED[:2], (6, "kr_base", 1, "")), ["opinion", "survives"]),
    # The apology weighs −3 with the right; the supply agreement now costs it another 1.
    ("E08C", e08c([4, 6], (4, "jp_right", -1, "A"), *SOURCED[1:]), ["breaks"]),
    # The apology alone: right 0, cabinet 0, business 1 make Tokyo's total 1.
    (
        "E08C",
        e08c(
            [6],
            *(
                (6, g, n, "A")
                for g, n in zip(("jp_right", "jp_cabinet", "jp_business"), (0, 0, 1), strict=True)
            ),
        ),
        ["rescued"],
    ),
    ("E08C", e08c([6], *SOURCED), ["otherwise"]),
    ("E09A", chosen("a-takaichi"), ["otherwise"]),
    ("E09A", chosen("a-lee"), ["swapped"]),
    ("E09B", e09b(), ["otherwise"]),
    ("E09B", e09b(a="supports"), ["a"]),
    ("E09B", e09b(a="against"), ["a"]),
    ("E09B", e09b(b="supports"), ["b"]),
    ("E09B", e09b(b="neither"), ["b"]),
    ("E09B", e09b(c="neither"), ["c"]),
    ("E09B", e09b(c="against", d="neither"), ["c"]),
    ("E09B", e09b(d="neither"), ["only-c"]),
    ("E09B", e09b(d="against"), ["only-c"]),
    ("E09B", e09b(e="supports"), ["e"]),
    ("E09C", chosen("reported"), ["otherwise"]),
    ("E09C", chosen("refused"), ["refused"]),
    ("E09C", chosen("avoided"), ["motive"]),
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


class TestQuestions(LessonQuestions):
    lessons = (LESSON.name,)
    rows = ROWS
    both_names = "Takeshima/Dokdo"
    without_sources = ("L2-log",)
    shows: ClassVar = {
        "E07": (
            "alliance_statements",
            "row_id in ['L01', 'L02', 'L03', 'L04', 'L05', 'D01', 'D04']",
        ),
        "E08": ("toy_winsets", "item == 1"),
        "E08C": ("toy_winsets", "item == 1"),
        "E09A": ("alliance_statements", "row_id in ['S01', 'S02', 'S03', 'S04']"),
        "E09B": ("alliance_statements", "row_id in ['O01', 'O02', 'O03', 'O04', 'O05']"),
        "E09C": ("alliance_statements", "row_id in ['S01', 'S02', 'S04']"),
    }


def test_the_minutes_are_those_of_the_design():
    planned = {"E07": 6, "E08": 15, "E09": 8}
    found = dict.fromkeys(planned, 0)
    for name in LESSON.questions():
        if name.startswith("E"):
            found[name[:3]] += catalogue.item(name).minutes
    assert found == planned


def test_the_lesson_asks_every_one_of_its_questions_once_and_in_the_order_of_the_moves():
    assert LESSON.calls("ask") == [
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
    assert sorted(LESSON.calls("ask")) == LESSON.questions()


def test_a_figure_that_answers_a_question_stands_in_no_other_place():
    shown = [n for n, entries in catalogue.figures().items() if "02-" in entries["file"]]
    revealed = [name for one in LESSON.questions() for name in catalogue.item(one).reveal]
    assert sorted([*LESSON.calls("figure"), *revealed]) == sorted(shown)


def test_the_four_numbers_are_those_of_the_table_and_each_gets_its_own_rule():
    counted = {
        row["launches"]: row["series"] for row in rows_of("missile_tests") if row["year"] == "2022"
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
    doubt = {r["row_id"]: r for r in rows_of("alliance_statements") if r["kind"] == "doubt-period"}
    item = catalogue.item("L2-periods")
    assert [thing.id for thing in item.things] == sorted(doubt)
    for thing in item.things:
        first, last = doubt[thing.id]["date"][:4], doubt[thing.id]["date"][-4:]
        assert thing.text.startswith(first if first == last else f"{first}–{last[2:]}")
    assert {thing.key for thing in item.things} == {"open", "apart", "closer"}
    troops = {(r["country_iso3"], r["year"]): int(r["troops"]) for r in rows_of("us_troops")}
    assert troops["KOR", "1971"] < troops["KOR", "1969"] * 2 / 3  # "by more than a third"


def test_the_sentence_on_nuclear_tests_counts_as_the_table_does():
    for series in ("csis_events", "cns_missiles"):
        rows = [r for r in rows_of("missile_tests") if r["series"] == series]
        assert sum(int(r["nuclear_tests"]) for r in rows) == 6
        assert max(r["year"] for r in rows if int(r["nuclear_tests"])) == "2017"
        assert [r["launches"] for r in rows if r["year"] == "2018"] == ["0"]
    assert "six nuclear tests, the last of them in 2017" in LESSON.source("markdown")


def test_both_names_stand_in_the_order_of_this_lesson():
    for text in (LESSON.source("markdown"), content_of("L2-reasons")):
        assert text.index("Takeshima") < text.index("Dokdo")
        assert "South Korea and Japan" not in text


def test_nothing_later_than_the_evening_stands_in_the_lesson_or_its_small_questions():
    later = r"Andong|May 2026|February 2026|20 February|30 January|S05[0-7]\b"
    assert not re.search(later, LESSON.source("markdown"))
    for name in (n for n in LESSON.questions() if n.startswith("L2-")):
        assert not re.search(later, content_of(name))
    assert not re.search(r"2026-0[2-9]|Andong|February 2026", LESSON.stored(-3))


def test_the_leaders_words_stand_nowhere_but_under_the_question_whose_they_are():
    assert "lang=" not in LESSON.source("markdown")
    assert catalogue.item("E09A").reveal == ["two_circles"]


def test_the_reference_of_e07_is_that_of_the_table():
    reference_is_that_of_the_table("E07", by_id("alliance_statements"), "answer")
    assert len(catalogue.item("E07").statements) == 5


def test_e09b_keys_are_those_of_the_table():
    words = {
        "supports": "supports",
        "against": "counts against causing the date",
        "neither": "does not discriminate",
    }
    reference = catalogue.item("E09B").reference
    for letter in "abcde":
        (row,) = (r for r in rows_of("alliance_statements") if r["kind"] == f"option {letter}")
        assert words[reference[letter][0]] == row["answer"]


TOKYO = ("jp_right", "jp_cabinet", "jp_business", "jp_public")
SEOUL = ("kr_base", "kr_civic_victims", "kr_business", "kr_public")


def outcome(numbers) -> dict[str, int]:
    board = {int(row["item"]): row for row in rows_of("toy_winsets")}
    total = {g: sum(int(board[n][g]) for n in numbers) for g in (*TOKYO, *SEOUL, "binding")}
    total["tokyo"] = sum(total[g] for g in TOKYO)
    total["seoul"] = sum(total[g] for g in SEOUL)
    total["lowest"] = min(total[g] for g in (*TOKYO, *SEOUL))
    total["holds"] = total["tokyo"] >= 0 and total["seoul"] >= 0 and total["lowest"] > -4
    return total


PACKAGES = [p for size in range(1, 5) for p in combinations(range(1, 11), size)]


def test_the_board_computes_every_package_as_the_table_says():
    item = catalogue.item("E08")
    for numbers in PACKAGES:
        mine, theirs = outcome(numbers), item.weigh(map(str, numbers))
        assert theirs.holds is mine["holds"]
        assert theirs.binding == mine["binding"]
        assert theirs.sides == {"japan": mine["tokyo"], "south-korea": mine["seoul"]}
        assert theirs.groups == {g: mine[g] for g in (*TOKYO, *SEOUL)}


def test_what_e08_says_of_each_package():
    assert outcome([1, 2])["holds"] and outcome([1, 2])["binding"] == 0
    assert outcome([6])["tokyo"] == -4
    assert outcome([4, 6])["holds"]
    assert outcome([6, 7])["jp_right"] == outcome([6, 7])["tokyo"] == -5
    silence, music = outcome([4, 10]), outcome([1, 4, 10])
    assert silence["holds"] and silence["seoul"] == 0 and silence["lowest"] == -3
    assert not music["holds"] and music["kr_civic_victims"] == -4
    three = outcome([8, 9, 10])
    assert (three["kr_base"], three["kr_civic_victims"], three["kr_public"]) == (-6, -4, -4)
    balanced = outcome([3, 4, 5, 7])
    assert balanced["holds"] and balanced["binding"] == 6 and balanced["lowest"] > -3


def test_binding_8_is_the_most_and_three_packages_reach_it():
    holding = {numbers: outcome(numbers)["binding"] for numbers in PACKAGES}
    holding = {n: bound for n, bound in holding.items() if outcome(n)["holds"]}
    best = {n for n, bound in holding.items() if bound == max(holding.values())}
    assert max(holding.values()) == 8
    assert best == {(3, 4, 6, 8), (3, 4, 6, 9), (4, 6, 8, 9)}


def test_the_hint_of_e08_is_true():
    (four,) = (row for row in rows_of("toy_winsets") if row["item"] == "4")
    assert sum(int(four[g]) <= 0 for g in (*TOKYO, *SEOUL)) == 1


def test_the_verdict_of_two_concessions_in_words():
    score = catalogue.item("E08").mark(package(6, 7)).score
    assert score.startswith(
        "It does not hold: the total of Japan is −5; right (Japan) stands at −5."
    )
