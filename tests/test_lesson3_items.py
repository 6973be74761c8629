"""The questions of Lesson 3: every answer gets the sentence meant for it.

What a sentence says is computed anew from the tables, by other means than the kit's.
"""

from __future__ import annotations

import json
import re
from typing import ClassVar

import pytest
from questions import (
    Lesson,
    LessonQuestions,
    by_id,
    chosen,
    content_of,
    languages_quoted,
    markup,
    readable,
    reference_is_that_of_the_table,
    rows_of,
    texts,
)

from casekit import catalogue, citations, tables
from casekit.widgets.view import View

LESSON = Lesson("03-drum-moment")


# Answers: the reference as the design gives it, and one thing changed


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
    verdicts = model | marks
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
        for act, levels in (model | ratings).items()
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


class TestQuestions(LessonQuestions):
    lessons = (LESSON.name,)
    rows = ROWS
    both_names = "Takeshima/Dokdo"
    without_sources = ("L3-log",)
    shows: ClassVar = {
        "E10": ("attribution", "row_id.str.match('AT0[1-7]')"),
        "E10S": ("attribution", "row_id in ['AT01', 'AT02', 'AT06']"),
        "E11": ("evidence_cards", "label_e11.notna()"),
        "E13": ("evidence_cards", "order_e13.notna()"),
        "E14": ("research_findings", "finding_id in ['RF1', 'RF2']"),
        "E14S": ("research_findings", "finding_id in ['RF1', 'RF3']"),
    }


def test_the_minutes_are_those_of_the_design():
    planned = {"E10": 8, "E11": 10, "E12": 18, "E13": 12, "E14": 7}
    found = dict.fromkeys(planned, 0)
    for name in LESSON.questions():
        if name.startswith("E"):
            found[name[:3]] += catalogue.item(name).minutes
    assert found == planned


def test_the_lesson_asks_every_one_of_its_questions_once_and_in_the_order_of_the_moves():
    assert LESSON.calls("ask") == [
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
    assert sorted(LESSON.calls("ask")) == LESSON.questions()


def test_the_check_agrees_with_the_matrix():
    cards = {row["label_e12"]: row for row in rows_of("evidence_cards")}
    keys = {thing.id: thing.key for thing in catalogue.item("L3-check").things}
    for thing, card in (("kits", "E1"), ("remains", "E6")):
        marks = {cards[card]["h1"], cards[card]["h2"]}
        assert keys[thing] == ("shared" if len(marks) == 1 else "separates")


@pytest.mark.parametrize("name", [n for n in LESSON.questions() if n.startswith("L3-")])
def test_nothing_later_than_the_evening_stands_in_a_small_question(name):
    said = content_of(name)
    assert not re.search(r"February|March|Andong|26 days|30 January", said)
    assert not re.search(r"\bislets\b|Dokdo|Takeshima", said)


def test_the_text_of_the_lesson_tells_nothing_later_than_the_evening():
    said = LESSON.source("markdown") + LESSON.source("code")
    assert not re.search(r"February|Andong|30 January|\b20 January|S05\d|S07\d", said)
    assert not re.search(r"February 2026|2026-0[2-9]|Andong", LESSON.stored(-3))


def test_the_quotations_in_the_text_stand_in_the_table():
    assert len(languages_quoted(LESSON.source("markdown"))) == 4


def test_the_reference_of_e10_is_that_of_the_table():
    reference_is_that_of_the_table("E10", by_id("attribution"), "actor")
    assert len(catalogue.item("E10").statements) == 7


def test_e11_rates_as_the_table_does():
    item = catalogue.item("E11")
    by_label = {row["label_e11"]: row for row in rows_of("evidence_cards") if row["label_e11"]}
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
    known = [r["label_e12"] for r in rows_of("evidence_cards") if r["known_on_14_jan"] == "y"]
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
        said += readable(there.box)
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
    cards = [row for row in rows_of("evidence_cards") if row["order_e13"]]
    cards.sort(key=lambda row: int(row["order_e13"]))
    item = catalogue.item("E13")
    assert list(item.pieces) == [row["card_id"] for row in cards]
    late = [row["card_id"] for row in cards if row["known_on_14_jan"] == "n"]
    early = [name for name in item.pieces if name not in late]
    assert item.offered([]) == early
    assert item.offered(early) == late


def test_e14_says_what_the_table_says():
    found = {row["finding_id"]: row for row in rows_of("research_findings")}
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
    (poll,) = (row for row in rows_of("research_findings") if row["finding_id"] == "RF3")
    item = catalogue.item("E14S")
    assert poll["result_text"].replace(": the best", ", the best").rstrip(".") in item.after
    assert re.search(r"13–15 January 2026", poll["design"])
