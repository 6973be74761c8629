"""The exercises of Lessons 2 and 3, E07 to E14: every answer gets the sentence meant for it.

`ROWS` is the list of answers and of the paths that each must take; a path that no row takes
fails a test. What a sentence says is computed anew from the tables, by other means than the kit's.
"""

from __future__ import annotations

import csv
import json
import re
from itertools import combinations
from pathlib import Path

import ipywidgets as widgets
import pytest

from casekit import catalogue, citations, tables
from casekit.widgets import Question
from casekit.widgets.view import View

ROOT = Path(__file__).resolve().parents[1]
LESSONS = {
    "02-alliance": ["E07", "E08", "E08C", "E09A", "E09B", "E09C"],
    "03-drum-moment": ["E10", "E10S", "E11", "E12", "E13", "E14", "E14S"],
}
IDS = [name for names in LESSONS.values() for name in names]


def rows(name: str) -> list[dict[str, str]]:
    """A table as its file has it, read without the kit."""
    with (ROOT / "data" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Answers: the reference as the design gives it, and one thing changed


def changed(model: dict[str, str], marks: dict[str, str]) -> dict[str, str]:
    return model | marks


def e07(**marks: str) -> dict:
    model = {"L01": "false", "L02": "true", "L03": "depends", "L04": "false", "L05": "depends"}
    verdicts = changed(model, marks)
    return {"verdicts": verdicts, "reasons": dict.fromkeys(verdicts, "A few words.")}


def package(*numbers: int) -> dict:
    return {"chosen": [str(number) for number in numbers]}


def e08c(numbers: list[int], *changes: tuple[int, str, int, str]) -> dict:
    names = ("row", "group", "value", "source")
    listed = [dict(zip(names, (str(n), *rest), strict=True)) for n, *rest in changes]
    return package(*numbers) | {"changes": listed}


def e09b(**marks: str) -> dict:
    model = {"a": "neither", "b": "against", "c": "supports", "d": "supports", "e": "neither"}
    return {"verdicts": changed(model, marks)}


def e10(**marks: str) -> dict:
    model = {
        "AT01": "seoul",
        "AT02": "tokyo",
        "AT03": "unknown",
        "AT04": "tokyo",
        "AT05": "seoul",
        "AT06": "each",
        "AT07": "each",
    }
    verdicts = changed(model, marks)
    return {"verdicts": verdicts, "reasons": dict.fromkeys(verdicts, "A source.")}


SCALES = ("paid_now", "paid_later", "paid_by_needed", "hard_to_undo")


def e11(pick: str = "g", **ratings: str) -> dict:
    model = {
        "a": "1110",
        "b": "0111",
        "c": "0100",
        "d": "1212",
        "e": "1211",
        "f": "2131",
        "g": "2232",
    }
    given = {
        act: dict(zip(SCALES, map(int, levels), strict=True))
        for act, levels in changed(model, ratings).items()
    }
    return {"ratings": given, "pick": pick}


MATRIX = {
    "H1": "C C C N N C N N C C",
    "H2": "C C N C N I N N N I",
    "H3": "C C I N N N N C I N",
    "H4": "C C N N C N C N C C",
    "H5": "C C N N N I N N I N",
}
ON_THE_DAY = [f"E{number}" for number in range(1, 8)]


def e12(
    ranking: str = "H1 H4 H2 H3 H5",
    then: str = "",
    heaviest: str = "E6",
    only_known: bool = False,
    **marks: str,
) -> dict:
    """The reference matrix; ``E8_H1="C"`` changes one mark."""
    given = {f"E{n}": {h: row.split()[n - 1] for h, row in MATRIX.items()} for n in range(1, 11)}
    for cell, mark in marks.items():
        evidence, hypothesis = cell.split("_")
        given[evidence][hypothesis] = mark
    if only_known:
        given = {name: given[name] for name in ON_THE_DAY}
    rankings = {"then": then.split()} if then else {}
    rankings["then" if only_known else "now"] = ranking.split()
    return {
        "only_known": only_known,
        "marks": given,
        "rankings": rankings,
        "heaviest": heaviest,
        "wanted": "The plan of the evening, dated.",
    }


def after(before: float, likely: float, likely_if_not: float) -> float:
    """Bayes' rule in probabilities, all in per cent."""
    hit, miss = before * likely, (100 - before) * likely_if_not
    return 100 * hit / (hit + miss)


PIECES = {
    "K16": (60, 50),
    "K17": (50, 50),
    "K18": (40, 60),
    "K12": (60, 40),
    "K07": (60, 30),
    "K06": (54, 30),
}


def e13(order: str = "", prior: float = 40, miss: float = 3, **pairs: tuple[int, int]) -> dict:
    """Steps whose predictions miss by ``miss`` points towards 50."""
    given, belief, steps = PIECES | pairs, prior, []
    for name in order.split() or PIECES:
        belief = after(belief, *given[name])
        likely, likely_if_not = given[name]
        predicted = belief + (miss if belief < 50 else -miss)
        steps.append(
            {
                "evidence": name,
                "likely": likely,
                "likely_if_not": likely_if_not,
                "predicted": predicted,
            }
        )
    return {"prior": prior, "steps": steps}


def jump(answer: dict) -> dict:
    """Let the second step, whose sliders are both high, be expected to move the belief a lot."""
    answer["steps"][1]["predicted"] = after(40, *PIECES["K16"]) + 12
    return answer


def e14(points: float, duration: str = "lasted", coverage: str = "larger") -> dict:
    return {"values": {"RF1": points}, "choices": {"duration": duration, "coverage": coverage}}


def chosen(name: str) -> dict:
    return {"choice": name}


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
    ("E10", e10(), ["as-the-reference"]),
    ("E10", e10(AT06="jointly"), ["as-the-reference"]),
    ("E10", e10(AT01="tokyo"), ["city-tokyo"]),
    ("E10", e10(AT02="jointly"), ["session-jointly"]),
    ("E10", e10(AT03="tokyo"), ["songs-named"]),
    ("E10", e10(AT03="seoul"), ["songs-named"]),
    (
        "E10",
        e10(**dict.fromkeys((f"AT0{n}" for n in range(1, 8)), "tokyo")),
        ["city-tokyo", "songs-named", "everything-tokyo"],
    ),
    ("E10", e10(AT05="tokyo"), ["otherwise"]),
    ("E10S", chosen("yes"), ["unqualified"]),
    ("E10S", chosen("narrowed"), ["otherwise"]),
    ("E10S", chosen("no"), ["nothing-left"]),
    ("E10S", chosen("unknown"), ["nothing-left"]),
    ("E11", e11(), ["otherwise"]),
    ("E11", e11(a="1113"), ["session-hard-to-undo"]),
    ("E11", e11(a="2110"), ["visible-is-not-costly"]),
    ("E11", e11(b="3111"), ["visible-is-not-costly"]),
    ("E11", e11(f="0000"), ["f-zero"]),
    ("E11", e11(g="0000"), ["g-not-considered"]),
    ("E11", e11(g="2202"), ["g-not-considered"]),
    ("E11", e11(c="2222"), ["words-above-work"]),
    ("E11", e11(pick="a"), ["drums-to-the-sceptic"]),
    ("E11", e11(h="1212"), ["unverified-rated"]),
    ("E12", e12(), ["favourite-untroubled"]),
    ("E12", e12(only_known=True), ["favourite-untroubled"]),
    ("E12", e12("H2 H1 H4 H3 H5"), ["otherwise"]),
    ("E12", e12("H2 H1 H4 H3 H5", heaviest="E1"), ["vivid"]),
    ("E12", e12("H2 H1 H4 H3 H5", heaviest="E2"), ["vivid"]),
    ("E12", e12("H2 H1 H4 H3 H5", heaviest="E7"), ["trip-as-cause"]),
    ("E12", e12("H2 H1 H4 H3 H5", E8_H1="C"), ["election-for-commitment", "differs"]),
    ("E12", e12("H2 H1 H4 H3 H5", E9_H1="N"), ["restraint-for-one", "differs"]),
    # H1: six matches, one surprise; H4: five matches, none; H1 is placed first.
    ("E12", e12("H1 H4 H2 H3 H5", E4_H1="I", E5_H4="N"), ["counting-matches", "differs"]),
    ("E12", e12("H5 H1 H4 H3 H2", then="H2 H1 H4 H3 H5"), ["courtesy-fell"]),
    ("E12", e12("H5 H1 H4 H3 H2", then="H1 H4 H2 H3 H5"), ["otherwise"]),
    ("E12", e12("H2 H1 H4 H3 H5", E6_H5="N"), ["differs"]),
    ("E13", e13(), ["otherwise"]),
    ("E13", e13(K16=(80, 20)), ["clip-inflated"]),
    ("E13", jump(e13(K17=(90, 75))), ["both-high"]),
    ("E13", e13(K16=(80, 50), K17=(80, 50)), ["counted-twice"]),
    ("E13", e13(prior=0, miss=0), ["locked-prior"]),
    ("E13", e13(prior=100, miss=0), ["locked-prior"]),
    ("E13", e13(K12=(40, 60)), ["remains-against"]),
    ("E13", e13(miss=16), ["prediction-off"]),
    ("E13", e13(order="K17 K16 K18 K12 K07 K06"), ["reordered"]),
    ("E14", e14(2), ["near"]),
    ("E14", e14(1), ["near"]),
    ("E14", e14(5), ["near"]),
    ("E14", e14(12), ["more-than-ten"]),
    ("E14", e14(0), ["zero-or-less"]),
    ("E14", e14(-4), ["zero-or-less"]),
    ("E14", e14(8), ["otherwise"]),
    ("E14", e14(0.5), ["otherwise"]),
    ("E14", e14(2, coverage="no"), ["near", "coverage-did-not-matter"]),
    ("E14", e14(2, coverage="smaller"), ["near", "coverage-reversed"]),
    ("E14", e14(2, duration="gone"), ["near", "gone-at-once"]),
    ("E14", e14(2, duration="years"), ["near", "for-years"]),
    ("E14S", chosen("average"), ["otherwise"]),
    ("E14S", chosen("worked"), ["three-jumps"]),
    ("E14S", chosen("poll"), ["one-reading"]),
    ("E14S", chosen("nothing"), ["nothing-at-all"]),
]


def texts(value: object) -> list[str]:
    """Every text inside a question, its tables filled in."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value, *value.values()]
    elif hasattr(value, "__attrs_attrs__"):
        value = [getattr(value, field.name) for field in value.__attrs_attrs__]
    return [t for part in value for t in texts(part)] if isinstance(value, (list, tuple)) else []


@pytest.mark.parametrize(("name", "answer", "paths"), ROWS)
def test_an_answer_gets_the_sentences_meant_for_it(name, answer, paths):
    feedback = catalogue.item(name).mark(answer)
    assert list(feedback.paths) == paths
    for message in feedback.messages:
        assert message.text.strip()
        assert "*" not in message.text


@pytest.mark.parametrize("name", IDS)
def test_every_path_is_reached_by_a_row(name):
    reached = {path for row, _, paths in ROWS if row == name for path in paths}
    assert reached == {path.path for path in catalogue.item(name).feedback}


@pytest.mark.parametrize("name", IDS)
def test_what_every_question_has(name):
    item = catalogue.item(name)
    assert name in LESSONS[item.lesson]
    said = [path.say for path in item.feedback]
    assert len(set(said)) == len(said)
    assert len(set(item.hints)) == len(item.hints) == 3
    assert all(text.strip() for text in (item.title, item.prompt, item.instructor, *item.hints))
    assert item.bloom and set(item.outcomes) <= {f"O{n}" for n in range(1, 8)}
    # An answer and a reason come before anything is revealed.
    assert item.reason or item.why
    shown = [item.prompt, item.reason, item.after, *item.hints, *said]
    assert not any(re.search(r"\*|\[[a-z]+\d{4}", text) for text in shown)


def test_the_minutes_are_those_of_the_design():
    planned = {"E07": 6, "E08": 15, "E09": 8, "E10": 8, "E11": 10, "E12": 18, "E13": 12, "E14": 7}
    found = dict.fromkeys(planned, 0)
    for name in IDS:
        found[name[:3]] += catalogue.item(name).minutes
    assert found == planned


USES = {
    "E07": ("alliance_statements", "row_id", {"L01", "L02", "L03", "L04", "L05", "D01", "D04"}),
    "E08": ("toy_winsets", "item", {"1"}),
    "E08C": ("toy_winsets", "item", {"1"}),
    "E09A": ("alliance_statements", "row_id", {"S01", "S02", "S03", "S04"}),
    "E09B": ("alliance_statements", "row_id", {f"O0{n}" for n in range(1, 6)}),
    "E09C": ("alliance_statements", "row_id", {"S01", "S02", "S04"}),
    "E10": ("attribution", "row_id", {f"AT0{n}" for n in range(1, 8)}),
    "E10S": ("attribution", "row_id", {"AT01", "AT02", "AT06"}),
    "E11": ("evidence_cards", "label_e11", set("abcdefgh")),
    "E13": ("evidence_cards", "order_e13", set("123456")),
    "E14": ("research_findings", "finding_id", {"RF1", "RF2"}),
    "E14S": ("research_findings", "finding_id", {"RF1", "RF3"}),
}


@pytest.mark.parametrize("name", IDS)
def test_sources_are_known_and_hold_those_of_the_rows_used(name):
    ids = catalogue.item(name).sources
    assert len(set(ids)) == len(ids) > 0
    assert citations.unknown(ids) == []
    if name in USES:
        table, key, used = USES[name]
        needed = {
            one for row in rows(table) if row[key] in used for one in row["source_ids"].split(";")
        }
        assert needed
        assert needed <= set(ids)


@pytest.mark.parametrize("name", IDS)
def test_both_names_stand_where_the_islets_are_mentioned(name):
    said = "\n".join(texts(catalogue.item(name)))
    if re.search("islets|Dokdo|Takeshima", said):
        assert "Takeshima/Dokdo" in said
        assert not re.search("Dokdo(?!$)", said.replace("Takeshima/Dokdo", ""))


@pytest.mark.parametrize(("name", "answer"), [(n, a) for n, a, p in ROWS if p])
def test_the_view_shows_the_answer_again_and_reveals_harmless_text(name, answer):
    item = catalogue.item(name)
    there = View.kinds[item.kind](item)
    before = markup(there.box)
    assert "<script" not in before
    there.show(json.loads(json.dumps(answer)))
    if name != "E13":  # here predictions are given in tenths of a point
        assert item.mark(there.answer()) == item.mark(answer)
    assert not re.search(r"nan", there.revealed(answer), re.IGNORECASE)
    assert there.charts(answer) == []


@pytest.mark.parametrize("name", IDS)
def test_a_committed_answer_is_saved_and_found_again(name, tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    answer = next(answer for row, answer, _ in ROWS if row == name)
    question = Question(catalogue.item(name))
    question.commit.click()
    assert "ck-error" in question.alert.value and not question.said.value
    question.view.show(answer)
    question.reason.value = "Because."
    question.commit.click()
    assert "ck-said" in question.said.value and not question.alert.value
    again = Question(catalogue.item(name))
    assert again.said.value == question.said.value
    assert again.view.answer() == question.view.answer()


def on_screen(widget: widgets.Widget) -> list[widgets.Widget]:
    inside = getattr(widget, "children", ())
    return [widget, *(one for child in inside for one in on_screen(child))]


def markup(box: widgets.Widget) -> str:
    return "".join(w.value for w in on_screen(box) if isinstance(w, widgets.HTML))


def text(box: widgets.Widget) -> str:
    said = markup(box)
    for one in on_screen(box):
        said += f" {getattr(one, 'description', '')} {getattr(one, 'options', '')}"
    return said


# E07 and E10: the reference is that of the table


@pytest.mark.parametrize(
    ("name", "table", "column"),
    [("E07", "alliance_statements", "answer"), ("E10", "attribution", "actor")],
)
def test_the_reference_is_that_of_the_table(name, table, column):
    item = catalogue.item(name)
    by_id = {row["row_id"]: row for row in rows(table)}
    for one in item.statements:
        row = by_id[one.id]
        said = row[column].split()[0].strip(";,(").lower()
        first = item.verdicts[item.reference[one.id][0]].lower().removeprefix("it ")
        assert first.split()[0] == said
        assert one.answer == row[column]
        also = [item.verdicts[v] for v in item.reference[one.id][1:]]
        if name == "E10" and also:
            assert also == [row["also_accept"]]
    assert len(item.statements) == {"E07": 5, "E10": 7}[name]


def test_e09b_keys_are_those_of_the_table():
    words = {
        "supports": "supports",
        "against": "counts against causing the date",
        "neither": "does not discriminate",
    }
    reference = catalogue.item("E09B").reference
    for letter in "abcde":
        (row,) = (r for r in rows("alliance_statements") if r["kind"] == f"option {letter}")
        assert words[reference[letter][0]] == row["answer"]


# E08: all outcomes from the table, in a few lines of their own

TOKYO = ("jp_right", "jp_cabinet", "jp_business", "jp_public")
SEOUL = ("kr_base", "kr_civic_victims", "kr_business", "kr_public")


def outcome(numbers) -> dict[str, int]:
    board = {int(row["item"]): row for row in rows("toy_winsets")}
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
    (four,) = (row for row in rows("toy_winsets") if row["item"] == "4")
    assert sum(int(four[g]) <= 0 for g in (*TOKYO, *SEOUL)) == 1


def test_the_verdict_of_two_concessions_in_words():
    score = catalogue.item("E08").mark(package(6, 7)).score
    assert score.startswith(
        "It does not hold: the total of Japan is −5; right (Japan) stands at −5."
    )


# E11 and E12: the references are those of the table and of the design


def test_e11_rates_as_the_table_does():
    item = catalogue.item("E11")
    by_label = {row["label_e11"]: row for row in rows("evidence_cards") if row["label_e11"]}
    assert item.ids == sorted(by_label)
    for label, row in by_label.items():
        assert [item.by_id[label].ratings[s] for s in SCALES] == [
            int(row[f"e11_{s}"]) for s in SCALES
        ]
        assert item.by_id[label].text == row["text"]
    assert "183 people, Koreans and Japanese, died in 1942" in item.by_id["d"].text
    assert item.reserve == [n for n, row in by_label.items() if row["confidence"] == "low"]


def test_e12_has_the_matrix_of_the_design():
    item = catalogue.item("E12")
    assert list(item.columns) == [f"E{number}" for number in range(1, 11)]
    for hypothesis, row in MATRIX.items():
        assert [c.marks[hypothesis] for c in item.columns.values()] == row.split()


def test_what_e12_says_of_its_own_marks():
    marks = catalogue.item("E12").columns
    assert {m for e in ("E1", "E2") for m in marks[e].marks.values()} == {"C"}
    assert marks["E4"].marks["H1"] == "N"
    assert marks["E9"].marks["H1"] == marks["E9"].marks["H4"] == "C"


def test_the_day_of_e12_agrees_with_the_table():
    item = catalogue.item("E12")
    known = [r["label_e12"] for r in rows("evidence_cards") if r["known_on_14_jan"] == "y"]
    assert item.shown(True) == ON_THE_DAY
    assert set(item.shown(True)) == set(known) - {""}


def test_e12_shows_nothing_later_than_the_day_while_the_switch_is_on():
    item = catalogue.item("E12")
    there = View.kinds["matrix"](item)
    later = [item.columns[name] for name in ("E8", "E9", "E10")]
    assert there.switch.value is True, "The question opens as the case looked on the night."
    there.show(e12())
    assert there.switch.value is False
    there.switch.value = True
    said = item.prompt
    for _ in range(there.pages.count):
        said += text(there.box)
        there.pages.on.click()
    answer = e12(only_known=True)
    there.show(answer)
    given = there.answer()
    assert list(given["marks"]) == ON_THE_DAY
    feedback = item.mark(given)
    said += there.revealed(given) + feedback.score + "".join(m.text for m in feedback.messages)
    said += "".join(citations.source_items(item.sources)) + json.dumps(given)
    for piece in later:
        for words in (piece.text, piece.label, piece.note, *filter(None, piece.reasons.values())):
            assert words not in said
        for source in citations.source_items(piece.sources):
            assert source not in said
    for name in ("E8", "E9", "E10"):
        assert not re.search(rf"(?<!%)\b{name}\b", said)  # %E8 is a letter in an address
    assert not re.search(r"February|\bMay\b|Andong|election", said)


def test_the_sources_shown_on_the_day_are_not_later():
    item = catalogue.item("E12")
    ids = {one for name in ON_THE_DAY for one in item.columns[name].sources}
    assert citations.unknown(ids) == []
    published = tables.sources(ids)["published"].dropna()
    assert all(str(date) < "2026-02" for date in published if re.match(r"\d{4}-\d{2}", str(date)))


def test_e12_reveals_the_later_sources_when_the_switch_is_off():
    item = catalogue.item("E12")
    revealed = View.kinds["matrix"](item).revealed(e12())
    for piece in item.columns.values():
        assert all(line in revealed for line in citations.source_items(piece.sources))


# E13: Bayes' rule by hand


def test_the_worked_example_follows_from_odds():
    # 40 to 60 is 0.67; × 1.2 = 0.8, 0.8 ÷ 1.8; × 2 = 1.6, 1.6 ÷ 2.6; × 1.8 = 2.88, 2.88 ÷ 3.88.
    by_hand = [0.8 / 1.8, 1.6 / 2.6, 2.88 / 3.88]
    item = catalogue.item("E13")
    assert [belief / 100 for _, _, belief in item.worked()] == pytest.approx(by_hand)
    assert [round(100 * share) for share in by_hand] == [44, 62, 74]
    shown = markup(View.kinds["update"](item).box)
    assert (
        "Prior 40 % (odds 0.67). Clip, ratio 1.2 → 44 %. February restraint, ratio 2 → 62 %. "
        "Return visit, ratio 1.8 → 74 %." in shown
    )


def test_e13_computes_beliefs_as_bayes_rule_does():
    item, answer = catalogue.item("E13"), e13()
    belief = answer["prior"]
    for step, walked in zip(answer["steps"], item.read(answer).steps, strict=True):
        belief = after(belief, step["likely"], step["likely_if_not"])
        assert walked.after == pytest.approx(belief)


def test_the_order_of_e13_changes_no_result():
    item = catalogue.item("E13")
    turned = e13(order="K12 K18 K17 K16 K07 K06")
    assert item.read(turned).steps[-1].after == pytest.approx(item.read(e13()).steps[-1].after)


def test_e13_takes_its_pieces_in_the_order_of_the_table():
    cards = [row for row in rows("evidence_cards") if row["order_e13"]]
    cards.sort(key=lambda row: int(row["order_e13"]))
    item = catalogue.item("E13")
    assert list(item.pieces) == [row["card_id"] for row in cards]
    late = [row["card_id"] for row in cards if row["known_on_14_jan"] == "n"]
    early = [name for name in item.pieces if name not in late]
    assert item.offered([]) == early
    assert item.offered(early) == late


# E14: the numbers asked for and found


def test_e14_says_what_the_table_says():
    found = {row["finding_id"]: row for row in rows("research_findings")}
    item, first = catalogue.item("E14"), found["RF1"]
    hosts = re.search(r"\d+", first["units"]).group()
    assert f"{int(first['n']):,} people in {hosts} countries" in item.prompt
    accepted = item.found("RF1")
    assert (accepted.value, accepted.low, accepted.high) == tuple(
        float(first[name]) for name in ("effect_points", "effect_low", "effect_high")
    )
    revealed = View.kinds["estimate"](item).revealed(e14(2))
    assert "about 2 (" in revealed, "No decimal before the article has been read."
    for row in (first, found["RF2"]):
        assert row["study_short"].replace("'", "&#x27;") in revealed
    assert not re.search(r"\d\.\d", revealed)
    assert item.caveats["RF2"] == found["RF2"]["caveat"]
    assert item.caveats["RF1"].split(". ")[-1] in first["caveat"]
    assert "22 per cent" not in " ".join(texts(item))


def test_e14s_repeats_the_poll_as_it_stands():
    (poll,) = (row for row in rows("research_findings") if row["finding_id"] == "RF3")
    item = catalogue.item("E14S")
    assert poll["result_text"].replace(": the best", ", the best").rstrip(".") in item.after
    assert re.search(r"13–15 January 2026", poll["design"])
