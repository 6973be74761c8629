"""The questions of Lesson 4: every answer gets the sentence meant for it, and nothing leaks.

What a coding question asks for may be seen only after it is answered: the figures that show a
reference, or a line without its mask, stand behind questions, and questions that follow from a
coding question stay shut until then. References come from the tables; facts that a sentence
states in words are compared with them.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import Any, ClassVar

import pytest
from questions import (
    ROOT,
    Lesson,
    LessonQuestions,
    by_id,
    chosen,
    content_of,
    inputs,
    languages_quoted,
    rows_of,
)

from casekit import agreement, catalogue, charts, citations, tables
from casekit.items import AnswerError
from casekit.widgets import Question
from casekit.widgets.view import WIDE, View

LESSON = Lesson("04-framing")
BOOK = tomllib.loads((ROOT / "data" / "codebook.toml").read_text("utf-8"))
SEGMENTS = tables.table("segments").set_index("seg_id")
HEADLINES = tables.table("headlines").set_index("id")
CODES = [code["id"] for code in BOOK["codes"]]
ORDER = [
    "L4-recall-1",
    "L4-recall-2",
    "L4-hook",
    "L4-worked",
    "E15",
    "E16P",
    "L4-alpha",
    "E16",
    "E16D",
    "L4-missing",
    "E17",
    "E17B",
    "E17F",
    "E18",
    "E18B",
    "E19",
    "E19B",
    "E19C",
    "E20",
    "E20R",
    "L4-log",
]
BEHIND = {  # figure: the question whose answer it shows, or one that opens after it
    "small_samples": "E16",
    "frames_by_speaker": "L4-missing",
    "frames_by_country": "L4-missing",
    "frames_by_stage": "L4-missing",
    "corpus": "L4-missing",
    "frames_by_rendering": "E17",
    "frames_by_outlet": "E18",
    "earlier_words": "E19C",
}


# Answers. A reference is always taken from the table, never from the question.


def span(phrase: str, code: str) -> dict:
    words = catalogue.item("E15").find(phrase)
    assert words, phrase
    return {"from": words.start, "to": words.stop - 1, "code": code}


KEY = (
    span("forward-looking", "FUTURE"),
    span("continue our close communication", "PROCESS"),
    span("shuttle diplomacy", "PROCESS"),
)


def marked(*spans: dict, primary: str = "PROCESS", check: str = "old") -> dict:
    return {"spans": list(spans or KEY), "primary": primary, "check": check}


def coding(name: str, *codes: str) -> dict:
    row = SEGMENTS.loc[name]
    first = row["primary_ref"]
    codes = codes or (first, *(code for code in row["codes_ref"] if code != first))
    return {"codes": list(codes), "primary": codes[0], "scope": row["scope_ref"], "known": False}


def coded(
    start: str, chosen: str, predicted: Any = None, first: dict | None = None, **changed: str
):
    """Codings of all segments of a set as in the reference; P06="ECON PROCESS" changes one."""
    names = [n for n in SEGMENTS.index if n.startswith(start) and SEGMENTS.loc[n, "set"] == chosen]
    codings = {name: coding(name, *changed.get(name, "").split()) for name in names}
    answer: dict = {"codings": codings}
    if predicted is not None:
        answer["predicted"] = predicted
    if first:
        answer["first"] = {name: coding(name, *codes.split()) for name, codes in first.items()}
    return answer


def practice(**changed: str) -> dict:
    return coded("P", "practice", **changed)


def main(first: dict | None = None, **changed: str) -> dict:
    return coded("P", "main", 0.8, first, **changed)


def twin(percent: float) -> dict:
    answer = coded("K", "twin", percent)
    return {**answer, "codings": {f"K0{n}": answer["codings"][f"K0{n}"] for n in range(1, 6)}}


def sorted_as(*bins: str) -> dict:
    return {"placed": dict(zip(("first", "second", "third"), bins, strict=True))}


RIGHT = {"T01": "b", "T02": "b", "T03": "c", "T06": "c", "T04": "both"}


def compared(*names: str, weights: tuple = (0, 2, 1, 2), sure: str = "", **changed: str) -> dict:
    names = names or ("T01", "T02", "T03", "T06")
    return {
        "places": {
            name: {
                "choice": changed.get(name, RIGHT.get(name, "")),
                "text": "A shade.",
                "weight": weight,
                "sure": name == sure,
            }
            for name, weight in zip(names, weights, strict=False)
        }
    }


def further(*weights: int) -> dict:
    return compared("T05", "T07", "T08", "T09", "T10", weights=weights)


def headlines(
    check: str = "words",
    countries: str = "",
    missing: str = "agenda",
    frames: dict | None = None,
    some: tuple = (),
) -> dict:
    """Headlines read as in the reference; ``countries`` puts all outlets into one country."""
    return {
        "codings": {
            name: {
                "codes": [(frames or {}).get(name, row["dominant_frame_ref"])],
                "primary": (frames or {}).get(name, row["dominant_frame_ref"]),
                "guess": countries or row["country"],
                "notes": {"subject": "leaders", "missing": missing, "clue": "a name"},
            }
            for name, row in HEADLINES.iterrows()
            if not some or name in some
        },
        "check": check,
    }


def written(box: str, check: str) -> dict:
    return {"text": {box: "These headlines differ."}, "check": check}


PLAIN = "While two leaders kept time, rice cost twice what it did. Who is keeping count of that?"


def caption(text: str = PLAIN, check: str = "fits", frame: str = "DOMESTIC") -> dict:
    return {
        "text": {"caption": text, "note": "Cost; see the timeline."},
        "declared": {"speaker": "jp-party", "frame": frame},
        "check": check,
    }


def review(word: str = "While", claim: str = "rice cost twice", heard: str = "As a fair question."):
    return {
        "text": {"caption": PLAIN, "word": word, "claim": claim, "heard": heard},
        "declared": {"frame": "DOMESTIC"},
    }


def circled(office: str = "view", guest: str = "harmony", seen: str = "One shows.") -> dict:
    return {"text": {"office": office, "guest": guest, "seen": seen}}


def placed(**changed: str) -> dict:
    book = {
        "sounds": "RAPPORT",
        "stability": "PARTNER",
        "settled": "PROCESS",
        "issues": "PARTNER",
        "reporter": "not-codable",
    }
    return {"placed": {**book, **changed}}


CULTURE = dict.fromkeys(("H03", "H04", "H09", "H10"), "CULTURE")

ROWS = [
    ("E15", marked(), ["as-reference"]),
    ("E15", marked(span("will continue", "PROCESS")), ["otherwise"]),
    (
        "E15",
        marked(
            {"from": 1, "to": catalogue.item("E15").codable, "code": "PARTNER"}, primary="PARTNER"
        ),
        ["whole-sentence-partner"],
    ),
    ("E15", marked(*KEY, span("close communication", "PARTNER")), ["whole-sentence-partner"]),
    ("E15", marked(*KEY, span("stably", "SECURITY")), ["stably-security"]),
    ("E15", marked(*KEY, span("shuttle", "SECURITY")), ["otherwise"]),
    ("E15", marked(primary="FUTURE"), ["future-primary"]),
    ("E15", marked(*KEY, span("our", "RAPPORT")), ["rapport"]),
    ("E15", marked(*KEY, span("aimed less at fans", "PROCESS")), ["reporters-words"]),
    ("E15", marked(check="new"), ["new-promise", "as-reference"]),
    ("E15", marked(check="unknown"), ["as-reference"]),
    ("E16P", practice(), ["as-reference"]),
    ("E16P", practice(P01="RAPPORT HOST"), ["otherwise"]),
    ("E16P", practice(P03="PROCESS FUTURE PARTNER SECURITY"), ["more-than-three"]),
    ("E16", main(), ["alpha-one"]),
    # One code more in one segment: SECURITY occurs once, so its alpha falls below .667.
    ("E16", main(P06="ECON PROCESS SECURITY"), ["security-on-p06", "alpha-low", "flattered"]),
    ("E16", main(P11="PARTNER SECURITY"), ["security-on-p11", "alpha-low", "flattered"]),
    ("E16", main(P06="PROCESS ECON PARTNER"), ["process-primary-p06", "alpha-one"]),
    ("E16", main(P10="PROCESS HOST"), ["process-primary-p10", "alpha-one"]),
    ("E16", main(P12="HISTORY FUTURE"), ["history-primary-p12", "alpha-one"]),
    ("E16", main(P13="PROCESS FUTURE"), ["future-on-p13"]),
    ("E16", main(P15="DOMESTIC ECON"), ["econ-on-p15", "alpha-low", "flattered"]),
    ("E16", main(P16="RAPPORT HOST"), ["rapport-primary-p16", "alpha-one"]),
    ("E16", main(P08="PARTNER FUTURE HOST PROCESS"), ["more-than-three"]),
    ("E16", main(P10="HOST"), ["otherwise"]),
    ("E16", main(first={"P10": "PROCESS HOST"}), ["process-primary-p10", "alpha-one", "revised"]),
    ("E16D", sorted_as("slip", "slip", "slip"), ["all-slips"]),
    ("E16D", sorted_as("slip", "gap", "ambiguity"), ["otherwise"]),
    ("E16D", sorted_as("language", "language", "language"), ["otherwise"]),
    ("E17", compared(), ["otherwise"]),
    ("E17", compared(T01="a"), ["1a"]),
    ("E17", compared(T01="c"), ["1c"]),
    ("E17", compared(T02="a"), ["2a"]),
    ("E17", compared(T02="c"), ["2c"]),
    ("E17", compared(sure="T02"), ["2-certain"]),
    ("E17", compared(sure="T01"), ["otherwise"]),
    ("E17", compared(T03="a"), ["3a-or-3b"]),
    ("E17", compared(T03="b"), ["3a-or-3b"]),
    ("E17", compared(T06="a"), ["4a-or-4b"]),
    ("E17", compared(T06="b"), ["4a-or-4b"]),
    ("E17", compared(weights=(0, 0, 0, 0)), ["all-0"]),
    ("E17", compared(weights=(3, 3, 3, 3)), ["all-3"]),
    ("E17", compared(T01="a", T02="c", T03="b", T06="a"), ["1a", "2c", "3a-or-3b", "4a-or-4b"]),
    ("E17B", compared("T04"), ["otherwise"]),
    ("E17B", compared("T04", T04="13"), ["one-post-only"]),
    ("E17B", compared("T04", T04="14"), ["one-post-only"]),
    ("E17F", further(1, 1, 1, 1, 2), ["otherwise"]),
    ("E17F", further(0, 0, 0, 0, 0), ["all-0"]),
    ("E17F", further(3, 3, 3, 3, 3), ["all-3"]),
    ("E18", headlines(), ["otherwise"]),
    ("E18", headlines(check="topic"), ["otherwise"]),
    ("E18", headlines(check="tone"), ["guessed-from-tone"]),
    ("E18", headlines(countries="KR"), ["near-chance"]),
    ("E18", headlines(check="tone", countries="JP"), ["near-chance"]),
    ("E18", headlines(frames=CULTURE), ["frame-from-topic"]),
    ("E18", headlines(frames={"H03": "CULTURE"}), ["otherwise"]),
    ("E18", headlines(missing=" "), ["missing-blank"]),
    ("E18", headlines(some=tuple(HEADLINES.index[::2])), ["otherwise"]),
    ("E18B", written("sentence", "these"), ["otherwise"]),
    ("E18B", written("sentence", "national"), ["national-media-think"]),
    ("E18B", written("sentence", "hid"), ["they-hid-history"]),
    ("E19", twin(61), ["above-60"]),
    ("E19", twin(60), ["otherwise"]),
    ("E19", twin(40), ["otherwise"]),
    ("E19", twin(20), ["otherwise"]),
    ("E19", twin(19), ["below-20"]),
    ("E19B", {"choice": "warm"}, ["the-meeting-was-warm"]),
    ("E19B", {"choice": "cold"}, ["cold-by-the-sequel"]),
    ("E19B", {"choice": "text"}, ["otherwise"]),
    ("E19C", written("conclusion", "fail"), ["nara-will-fail-too"]),
    ("E19C", written("conclusion", "words"), ["words-do-not-matter"]),
    ("E19C", written("conclusion", "separate"), ["otherwise"]),
    ("E20", caption(), ["otherwise"]),
    ("E20", caption(frame="other"), ["otherwise"]),
    ("E20", caption(check="negated"), ["same-frame-negated"]),
    *(
        ("E20", caption(frame=frame), ["leaders-frame"])
        for frame in ("RAPPORT", "HOST", "PROCESS", "PARTNER", "CULTURE")
    ),
    ("E20", caption(check="invented"), ["invented-detail"]),
    ("E20", caption(check="insult"), ["insult"]),
    ("E20", caption("What he really wants is votes."), ["motive"]),
    ("E20", caption("She secretly hopes for it."), ["motive"]),
    ("E20", caption("He in fact intends nothing."), ["motive"]),
    ("E20", caption("Two drums, and not one word on Dokdo."), ["one-sided-name"]),
    ("E20", caption("Two drums, and not one word on Takeshima."), ["one-sided-name"]),
    ("E20", caption("독도는?"), ["one-sided-name"]),
    ("E20", caption("竹島は？"), ["one-sided-name"]),
    ("E20", caption("A quiet East Sea."), ["one-sided-name"]),
    ("E20", caption("A quiet Sea of Japan."), ["one-sided-name"]),
    ("E20", caption("Not a word on Dokdo/Takeshima."), ["otherwise"]),
    ("E20", caption("Not a word on forced labour."), ["contested-name"]),
    ("E20", caption("Koreans always drum."), ["about-a-people"]),
    ("E20", caption("The Japanese are like that."), ["about-a-people"]),
    ("E20", caption("See https://example.org"), ["linked"]),
    ("E20", caption("What do you say, @somebody?"), ["linked"]),
    ("E20R", review(), ["otherwise"]),
    ("E20R", review(claim=" "), ["line-empty"]),
    ("E20R", review(heard="The Japanese are used to it."), ["about-a-people"]),
    ("L4-alpha", chosen("low"), ["low"]),
    ("L4-alpha", chosen("middle"), ["middle"]),
    ("L4-alpha", chosen("high"), ["otherwise"]),
    ("L4-hook", circled(), ["otherwise"]),
    ("L4-hook", circled(guest="the warm tone"), ["tone-not-word"]),
    ("L4-hook", circled(office="Neutral"), ["tone-not-word"]),
    ("L4-hook", circled(office="warmth of the view"), ["otherwise"]),
    ("L4-hook", circled(seen="It is a warm style."), ["otherwise"]),
    ("L4-hook", circled(seen=" "), ["what-is-seen"]),
    ("L4-hook", circled(office="dry", seen=""), ["tone-not-word", "what-is-seen"]),
    ("L4-log", {"values": {"B": 80, "C": 55}}, ["otherwise"]),
    ("L4-log", {"values": {"B": 80, "C": 0}}, ["no-room"]),
    ("L4-log", {"values": {"B": 50, "C": 50}}, ["fifty"]),
    ("L4-log", {"values": {"B": 40, "C": 60}}, ["lasting-above-telling"]),
    ("L4-log", {"values": {"B": 60, "C": 60}}, ["otherwise"]),
    ("L4-missing", chosen("HISTORY"), ["otherwise"]),
    ("L4-missing", chosen("PROCESS"), ["process"]),
    ("L4-missing", chosen("CULTURE"), ["culture"]),
    ("L4-missing", chosen("SECURITY"), ["security"]),
    ("L4-recall-1", chosen("insincere"), ["otherwise"]),
    ("L4-recall-1", chosen("money"), ["money-or-reach"]),
    ("L4-recall-1", chosen("brave"), ["unusual"]),
    ("L4-recall-2", chosen("separates"), ["otherwise"]),
    ("L4-recall-2", chosen("vivid"), ["vivid"]),
    ("L4-recall-2", chosen("fits"), ["fits-mine"]),
    ("L4-worked", placed(), ["otherwise"]),
    ("L4-worked", placed(sounds="PARTNER"), ["sounds-partner"]),
    ("L4-worked", placed(stability="SECURITY"), ["stability"]),
    ("L4-worked", placed(settled="DOMESTIC"), ["settled"]),
    ("L4-worked", placed(issues="HISTORY"), ["issues"]),
    ("L4-worked", placed(reporter="SECURITY"), ["reporter"]),
    ("L4-worked", placed(sounds="FUTURE", reporter="PARTNER"), ["sounds-partner", "reporter"]),
]


class TestQuestions(LessonQuestions):
    lessons = (LESSON.name,)
    rows = ROWS
    both_names = "Takeshima/Dokdo"
    without_hints = ("E16D", "E18B", "E19B", "E19C", "E20R")
    without_reason = ("E16P",)
    without_sources = ("L4-log",)
    shows: ClassVar = {
        "E16": ("segments", "set == 'main'"),
        "E16P": ("segments", "set == 'practice'"),
        "E17": ("translations", "item in ['T01', 'T02', 'T03', 'T06']"),
        "E17B": ("translations", "item == 'T04'"),
        "E17F": ("translations", "item in ['T05', 'T07', 'T08', 'T09', 'T10']"),
        "E18": ("headlines", "id.notna()"),
    }


def test_both_names_stand_where_a_disputed_place_is_mentioned():
    for name in (n for n in LESSON.questions() if n.startswith("E")):
        item = catalogue.item(name)
        texts = [item.prompt, item.after, *item.hints, *(path.say for path in item.feedback)]
        assert not re.search("Dokdo|Takeshima|East Sea|Sea of Japan", " ".join(texts))


@pytest.mark.parametrize("name", ["E15", "E16", "E16P", "E18", "E19"])
def test_codes_are_those_of_the_book(name):
    assert catalogue.item(name).codes == CODES


@pytest.mark.parametrize("name", ["E16", "E16P", "E19"])
def test_scopes_are_those_of_the_book(name):
    assert catalogue.item(name).scopes == {one["id"]: one["name"] for one in BOOK["scopes"]}


@pytest.mark.parametrize("name", ["E20", "E20R"])
def test_frames_to_declare_are_those_of_the_book(name):
    frame = next(one for one in catalogue.item(name).declare if one.id == "frame")
    named = [f"{code['id']}: {code['name']}" for code in BOOK["codes"]]
    assert [option.label for option in frame.options][:-1] == named
    assert [option.id for option in frame.options] == [*CODES, "other"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("E16P", [f"P{n:02}" for n in range(1, 5)]),
        ("E16", [f"P{n:02}" for n in range(5, 17)]),
        ("E19", [f"K{n:02}" for n in range(1, 6)]),
    ],
)
def test_segments_are_masked_and_as_in_the_table(name, wanted):
    item = catalogue.item(name)
    assert item.ids == wanted
    names = "Japan|Korea|Tokyo|Seoul|Nara|Kyoto|Takaichi|Lee |Noda|China|Chosei|BTS|ROK|U\\.S\\."
    for one in item.segments:
        row = SEGMENTS.loc[one.id]
        assert one.text == row["masked_english"]
        assert (one.codes, one.primary, one.scope) == (
            row["codes_ref"],
            row["primary_ref"],
            row["scope_ref"],
        )
        assert not re.search(names, one.text)


def shown_before(name: str) -> str:
    view = View.kinds[catalogue.item(name).kind](catalogue.item(name))
    pages = []
    for _ in range(20):
        pages += [c.value for c in view.sheet.children if type(c).__name__ == "HTML"]
        view.turn.on.click()
    return " ".join(pages)


def test_nothing_gives_the_twin_away_before_the_answer():
    said = shown_before("E19")
    assert "vitalization" in said
    assert not re.search("Kyoto|2011|Noda|Government of|1998|2023", said)


def test_the_first_reveal_of_the_twin_does_not_say_whose_summary_it_is():
    item = catalogue.item("E19")
    answer = twin(40)
    view = View.kinds["code"](item)
    view.show(answer)
    said = f"{view.revealed(answer)} {item.after}"
    assert "Kyoto" in said
    assert not re.search("Government of|Korean side|Tokyo's spokesman", said)
    lines = " ".join(citations.source_items(item.sources))
    assert "Kantei" not in lines and "Prime Minister" not in lines


def test_the_headlines_hide_outlet_and_reference_before_the_answer():
    said = shown_before("E18")
    for _, row in HEADLINES.iterrows():
        assert row["frame_reason"] not in said
        assert row["outlet"] not in said


def test_countries_to_guess_are_those_of_the_headlines():
    assert set(catalogue.item("E18").guess.options) == set(HEADLINES["country"])
    # Naming always the most frequent one is right in 6 of 16: at most this is near chance.
    assert HEADLINES["country"].value_counts().max() / len(HEADLINES) < 0.4


def test_the_drum_headlines_whose_frame_is_not_the_topic():
    drums = HEADLINES[
        (HEADLINES["topic"] == "drums") & (HEADLINES["dominant_frame_ref"] != "CULTURE")
    ]
    assert sorted(drums.index) == sorted(CULTURE)
    often = next(p for p in catalogue.item("E18").feedback if p.path == "frame-from-topic")
    assert often.when["often"]["segments"] == sorted(CULTURE)


def test_half_of_the_headlines_are_enough_and_seven_are_not():
    with pytest.raises(AnswerError, match="7 of 8"):
        catalogue.item("E18").mark(headlines(some=tuple(HEADLINES.index[:7])))


def test_what_e18_says_of_the_reports_from_the_two_countries():
    frames = tables.table("media_frames")
    assert len(frames) == 40
    home = frames[frames["country"].isin(["JP", "KR"]) & (frames["songs_mentioned"].str.len() > 0)]
    assert home["country"].value_counts().to_dict() == {"JP": 6, "KR": 6}
    assert set(home["mentions_history"]) == {"n"}
    assert "none of the twelve Korean and Japanese drum stories" in catalogue.item("E18").after


def test_e15_shows_the_post_whole_and_the_report_apart():
    item = catalogue.item("E15")
    post, report = item.passages[0], item.around[0]
    assert post.text == SEGMENTS.loc["P03", "english"]
    claim = tables.table("claims").set_index("claim_id").loc["A08"]
    assert (report.text, claim["key"]) == (claim["text"], "interpretation")
    assert item.words[item.codable - 1] == "diplomacy,’"
    kihara = tables.table("statements").set_index("id").loc["jp-kihara-announce"]
    assert (date(2026, 1, 13) - date.fromisoformat(str(kihara["date"])[:10])).days == 4
    assert "Chief Cabinet Secretary" in kihara["role"]
    assert set(SEGMENTS.loc["P03", "codes_ref"]) == {k.code for k in item.key}
    assert item.primary == SEGMENTS.loc["P03", "primary_ref"]


def test_the_demonstration_coders_are_marked_as_invented():
    item = catalogue.item("E16")
    coders = item.peer_coders()
    assert set(coders) == {"demo-2 (synthetic)", "demo-3 (synthetic)"}
    assert all(set(codings) == set(item.ids) for codings in coders.values())
    assert "invented" in item.peers_label and "synthetic" in item.peers_label


def test_e16_measures_what_is_on_record_for_the_demonstration_coders():
    item = catalogue.item("E16")
    recorded = (ROOT / "tests" / "fixtures" / "coders_demo_alpha.csv").read_text("utf-8")
    rows = [line.split(",") for line in recorded.splitlines()[1:]]
    demo = tables.table("coders_demo").set_index(["coder", "seg_id"])
    for place, coder in ((1, "demo-2"), (2, "demo-3")):
        given = {
            name: {
                "codes": demo.loc[(coder, name), "codes"],
                "primary": demo.loc[(coder, name), "primary"],
                "scope": demo.loc[(coder, name), "scope"],
            }
            for name in item.ids
        }
        mine = item.read({"codings": given, "predicted": 0.5}).first
        found = item.against(mine, item.reference())
        for code, expected in ((row[0], float(row[place])) for row in rows if row[0] in CODES):
            assert found[code][1].value == pytest.approx(expected, abs=0.0005)
        pooled = next(float(row[place]) for row in rows if row[0] == "pooled")
        assert item.pooled(mine).value == pytest.approx(pooled, abs=0.0005)


def test_the_demonstration_cases_that_e16_prints():
    def case(one: set, two: set) -> tuple[str, str]:
        units = [[n in one, n in two] for n in range(12)]
        value = agreement.alpha(units).value
        return f"{agreement.percent(units).value * 100:.0f} %", f"{value:.2f}".replace("0.", ".")

    said = catalogue.item("E16").after.replace("−", "-")
    four = {0, 1, 2, 3}
    for share, alpha in (case(four, {0, 1, 2}), case(four, {0, 1}), case({0}, {1})):
        assert share in said and alpha in said


def test_one_decision_moves_alpha_by_about_a_fifth_on_twelve():
    """What E16 says of a perfect score: .2, more where a code occurs once, less for others."""
    drops = []
    for places in (1, 2, 3, 4):
        one = set(range(places))
        units = [[n in one, n in one - {0}] for n in range(12)]
        drops.append(1 - (agreement.alpha(units).value))
    assert drops[0] > 0.4
    assert drops[3] == pytest.approx(0.2, abs=0.05)


def test_e17_asks_what_the_table_holds():
    rows = tables.table("translations").set_index("item")
    for name in ("E17", "E17B"):
        item = catalogue.item(name)
        for asked in item.questions:
            place, row = item.place(asked.place), rows.loc[asked.place]
            assert (place.original, place.weight) == (row["original"], row["policy_weight_ref"])
            assert len(place.versions) == sum(
                bool(str(row[f"version_{n}"]) != "nan") for n in range(1, 5)
            )
    core = catalogue.item("E17").questions
    assert [q.place for q in core] == ["T01", "T02", "T03", "T06"]
    for asked in core[:3]:  # the key of the table begins with the letter of the option
        right = next(option.id for option in asked.options if option.right)
        assert rows.loc[asked.place, "answer_key"].startswith(f"{right}: ")
    assert set(rows.index) == {
        q.place for n in ("E17", "E17B", "E17F") for q in catalogue.item(n).questions
    }


def test_what_e19_says_of_the_visits():
    summits = tables.table("summits")
    days = sorted(str(d)[:10] for d in summits[summits["kind"] == "visit"]["date"])
    after = next(d for d in days if d > "2011-12-18")
    assert after.startswith("2023-03")
    between = summits[
        (summits["date"].astype(str) > "2011-12-18") & (summits["date"].astype(str) < after)
    ]
    assert len(between) > 0 and "visit" not in set(between["kind"])
    gaps = []
    for start in ("1998-10-08", "2023-05-07", "2025-08-23"):
        later = next(d for d in days if d > start)
        gaps.append((date.fromisoformat(later) - date.fromisoformat(start)).days)
    said = catalogue.item("E19C").prompt
    assert gaps == [int(n) for n in re.findall(r"\b(\d+), (\d+) and (\d+) days", said)[0]]
    shown = [(one.label, one.text) for one in catalogue.item("E19C").shown]
    assert [day for day, _ in shown] == ["1998-10-08", "2023-05-07", "2025-08-23"]
    assert [text for _, text in shown] == [SEGMENTS.loc[f"K0{n}", "english"] for n in (6, 7, 8)]


def test_the_frames_that_the_leaders_used_that_evening():
    stages = tables.table("statements").set_index("id")["stage"]
    drum = SEGMENTS[SEGMENTS["statement_id"].map(stages) == "drum"]
    led = next(p for p in catalogue.item("E20").feedback if p.path == "leaders-frame")
    assert set(led.when["declared"]["as"]) == set(drum["primary_ref"])


def test_a_caption_has_280_characters_and_not_one_more():
    item = catalogue.item("E20")
    assert item.mark(caption("x" * 280)).paths == ("otherwise",)
    with pytest.raises(AnswerError, match="at most 280 characters, not 281"):
        item.mark(caption("x" * 281))


def test_what_is_handed_to_a_classmate_leaves_the_note_sealed():
    view = View.kinds["write"](catalogue.item("E20"))
    view.show(caption())
    said = view.revealed(caption())
    assert PLAIN in said
    assert "see the timeline" not in said and "Domestic" not in said and "party" not in said
    back = View.kinds["write"](catalogue.item("E20R"))
    back.show(review())
    assert "Domestic achievement" in back.revealed(review())


@pytest.mark.parametrize("name", [n for n in LESSON.questions() if n.startswith("E")])
def test_no_more_than_five_inputs_are_on_the_page(name):
    item = catalogue.item(name)
    view = View.kinds[item.kind](item)
    answer = next(answer for row, answer, _ in ROWS if row == name)
    assert len(inputs(view.box)) <= 5
    view.show(answer)
    assert len(inputs(view.box)) <= 5


# The lesson: the order of its questions, and what must not be seen too early


def test_the_lesson_asks_every_one_of_its_questions_once_and_in_the_order_of_the_moves():
    assert LESSON.calls("ask") == ORDER
    assert sorted(ORDER) == LESSON.questions()


def test_what_shows_a_reference_stands_behind_the_question_and_nowhere_else():
    shown = LESSON.calls("figure")
    assert shown == ["two_captions", "reactions_by_then"]
    revealed = {f: n for n in catalogue.item_ids() for f in catalogue.item(n).reveal}
    assert {f: revealed[f] for f in BEHIND} == BEHIND
    mine = {f for f, e in catalogue.figures().items() if e["file"].endswith(f"{LESSON.name}.toml")}
    assert mine == {*BEHIND, *shown}


@pytest.mark.parametrize(
    ("name", "first"),
    [("E16D", "E16"), ("L4-missing", "E16"), ("E18B", "E18"), ("E19B", "E19"), ("E19C", "E19B")],
)
def test_what_follows_from_a_coding_question_stays_shut_until_then(name, first):
    assert catalogue.item(name).opens_after == first
    assert ORDER.index(first) < ORDER.index(name)


@pytest.mark.parametrize("name", ["E20R", "L4-hook", "L4-worked", "L4-alpha"])
def test_what_comes_before_the_coding_holds_no_line_to_be_coded(name):
    _unmasked(content_of(name))


def test_the_open_parts_of_the_lesson_hold_no_line_to_be_coded():
    _unmasked(LESSON.stored() + LESSON.source("markdown"))


def _unmasked(text: str) -> None:
    """Fail if twelve signs of an original, or six words of an English line, stand in a text."""
    for name, row in by_id("segments").items():
        if row["set"] not in ("main", "twin"):
            continue
        words, signs = row["english"].split(), row["original"]
        runs = [" ".join(words[i : i + 6]) for i in range(len(words) - 5)]
        runs += [signs[i : i + 12] for i in range(len(signs) - 11)]
        assert not [run for run in runs if run in text], name


def test_nothing_later_than_the_evening_stands_in_the_text_or_the_small_questions():
    later = r"February|Andong|30 January|\b20 January|S05\d|2026-0[2-9]"
    assert not re.search(later, LESSON.source("markdown"))
    for name in (n for n in ORDER if n.startswith("L4-")):
        assert not re.search(later, content_of(name)), name
    known = {name: row["date"] for name, row in by_id("statements").items()}
    ids = [i for t in catalogue.figures()["two_captions"]["texts"] for i in t["ids"]]
    assert max(known[i] for i in ids) <= "2026-01-14"
    keep = catalogue.figures()["reactions_by_then"]["keep"]["date"]
    assert max(keep) <= "2026-01-14"


def test_the_twin_is_not_named_before_its_question():
    text = LESSON.source("markdown") + LESSON.stored(-4)
    assert not re.search(r"Kyoto|\b2011\b|Noda|Lee Myung-bak", text)


def test_no_question_hides_the_controls_of_another(tmp_path, monkeypatch):
    """Controls share a layout; one that is hidden at times needs its own."""
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    questions = [Question(catalogue.item(name)) for name in ORDER]
    assert len(questions) == len(ORDER)
    assert WIDE.display is None


# What the text states


def test_the_quotations_in_the_text_stand_in_the_tables():
    reactions = [("ko", row["short_quote_or_summary"]) for row in rows_of("reactions")]
    assert len(languages_quoted(LESSON.source("markdown"), *reactions)) == 3


def test_the_frame_said_to_be_missing_is_missing_in_both_leaders_posts():
    segments = by_id("segments").values()
    statements = by_id("statements")
    posts = [
        row
        for row in segments
        if statements.get(row["statement_id"], {}).get("channel") == "X"
        and row["date"] in ("2026-01-13", "2026-01-14")
        and row["set"] != "twin"
    ]
    assert {row["speaker"] for row in posts} == {"Takaichi Sanae", "Lee Jae-myung"}
    found = {code for row in posts for code in row["codes_ref"].split(";")}
    options = {one.id: one.right for one in catalogue.item("L4-missing").options}
    assert options.pop("HISTORY") and not any(options.values())
    assert found.isdisjoint({"HISTORY", "ECON", "DOMESTIC", "SECURITY"})
    assert {"PROCESS", "CULTURE"} <= found
    for code in ("PROCESS", "CULTURE"):  # "the guest's posts name no channel", "names no song"
        assert {r["speaker"] for r in posts if code in r["codes_ref"]} == {"Takaichi Sanae"}


def test_the_crosses_that_the_question_distrusts_are_there():
    data = charts.draw("x", catalogue.figures()["frames_by_country"]).data
    cells_ = {(r["group"], r["category"]): r for r in data.to_dict("records")}
    seoul, tokyo = ("South Korea's officials", "PROCESS"), ("Japan's officials", "DOMESTIC")
    for one in (seoul, tokyo):
        assert cells_[one]["segments with it"] == 0
        assert cells_[one]["segments in all"] == 14
    assert "none of 14 segments with PROCESS" in catalogue.item("L4-missing").after


def test_the_three_cases_of_alpha_are_those_of_the_book():
    """The book states them: 92 % and .81, 83 % and .57, 83 % and about -.05."""
    book = [(0.92, 0.81), (0.83, 0.57), (0.83, -0.05)]
    codes = {n: row["codes_ref"] for n, row in by_id("segments").items() if row["set"] == "main"}
    assert len(codes) == 12
    for case, (share, value) in zip(
        catalogue.figures()["small_samples"]["cases"], book, strict=True
    ):
        one = [case["code"] in found.split(";") for found in codes.values()]
        two = [
            (there and name not in case["drop"]) or name in case["add"]
            for name, there in zip(codes, one, strict=True)
        ]
        pairs = list(zip(one, two, strict=True))
        assert round(agreement.percent(pairs).value, 2) == share
        assert round(agreement.alpha(pairs).value, 2) == value
    said_ = charts.draw("x", catalogue.figures()["small_samples"]).html()
    for number in ("92%", "0.807", "83%", "0.574", "-0.045"):
        assert number in said_


def test_worked_examples_are_the_books():
    book = (ROOT / "data" / "codebook.toml").read_text("utf-8")
    for words in (
        "the more we struck, the more the sounds gathered into one",
        "work together and play their part for the stability of the region",
        "various issues on which we stand apart",
        "shared security and economic priorities with the United States",
        "fully settled",
    ):
        assert words in book
        assert words in content_of("L4-worked")


def test_each_government_is_asked_about_its_own_words():
    used = set(re.findall(r"@case:([\w-]+)", LESSON.source("markdown")))
    assert used & {"egojokai", "herald-0113"} and used & {"ld-30342089", "ld-30342007"}
    text = LESSON.source("markdown")
    assert text.index("Takeshima") < text.index("Dokdo")
    assert "acknowledgement is an aim in its own right" in text
