"""The questions of Lesson 1: every answer gets the sentence meant for it.

Facts that a sentence states in words are compared with the tables.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import ClassVar

import pytest
from questions import ROOT, LessonQuestions, content_of

from casekit import catalogue, tables

CHECK = json.loads((ROOT / "tests" / "fixtures" / "series_check.json").read_text("utf-8"))

# E04: the years in the ids are the true order; the marks are those of the design.
YEARS = (1965, 1998, 2002, 2004, 2011, 2012, 2015, 2018, 2019, 2023)
MARKS = {
    1965: "warming",
    1998: "warming",
    2002: "warming",
    2004: "warming",
    2011: "both",
    2012: "rupture",
    2015: "both",
    2018: "rupture",
    2019: "rupture",
    2023: "warming",
}


def ordered(*years: int, **marks: str) -> dict:
    """An answer to E04; ``y2011="both"`` marks one card otherwise than the reference."""
    given = MARKS | {int(name[1:]): mark for name, mark in marks.items()}
    return {
        "order": [f"EV{year}" for year in years or YEARS],
        "marks": {f"EV{year}": mark for year, mark in given.items()},
    }


def swapped(first: int, second: int) -> dict:
    """An answer to E04 in the true order, but for two cards that have changed places."""
    change = {first: second, second: first}
    return ordered(*(change.get(year, year) for year in YEARS))


def one_colour(mark: str) -> dict:
    return ordered(**{f"y{year}": mark for year in YEARS})


def points(**lines: dict) -> dict:
    return {"points": {name.replace("_", "-"): line for name, line in lines.items()}}


def written(check: str, *texts: str, boxes: tuple[str, ...]) -> dict:
    return {"text": dict(zip(boxes, texts, strict=False)), "check": check}


def headline(check: str) -> dict:
    return written(check, "Of ten moments listed by a rule, four lasted.", boxes=("headline",))


def causes(check: str, *texts: str) -> dict:
    return written(check, *(texts or ("One act.", "Another.")), boxes=("first", "second"))


def mechanism(check: str, *texts: str) -> dict:
    texts = texts or ("I expected a rise.", "They show a fall.", "It must change.")
    return written(check, *texts, boxes=("expected", "data", "change"))


EXPLAINED = ("EV1998", "EV2012", "EV2015", "EV2018", "EV2023")


def explained(*bins: str) -> dict:
    return {"placed": dict(zip(EXPLAINED, bins * 5 if len(bins) == 1 else bins, strict=True))}


def names(**moved: str) -> dict:
    right = {
        f"{subject}-{user}": user
        for subject in ("islets", "labour", "accord", "exports")
        for user in ("jp", "kr", "neutral")
    }
    return {"placed": right | {name.replace("_", "-"): place for name, place in moved.items()}}


def recalled(preparation: str, address: str, conduct: str) -> dict:
    return {"placed": {"preparation": preparation, "address": address, "conduct": conduct}}


ROWS = [
    ("E04", ordered(), ["in-order"]),
    ("E04", swapped(2012, 2011), ["2012-before-2011"]),
    ("E04", swapped(2015, 2018), ["2015-after-2018"]),
    ("E04", swapped(2019, 2018), ["2019-before-2018"]),
    ("E04", swapped(2002, 1998), ["2002-before-1998"]),
    ("E04", one_colour("both"), ["one-colour", "in-order"]),
    (
        "E04",
        one_colour("warming"),
        ["one-colour", "kyoto-one-witness", "2015-only-warming", "in-order"],
    ),
    ("E04", ordered(y2011="warming"), ["kyoto-one-witness", "in-order"]),
    ("E04", ordered(y2011="rupture"), ["kyoto-one-witness", "in-order"]),
    ("E04", ordered(y2015="warming"), ["2015-only-warming", "in-order"]),
    ("E04", ordered(y2015="rupture"), ["in-order"]),
    ("E04", swapped(1965, 1998), ["otherwise"]),
    ("E04", swapped(2011, 2015), ["2012-before-2011"]),
    ("E05A", points(visits=CHECK["visits_per_year"]), ["close"]),
    ("E05A", points(visits={1998: 0, 2026: 5}), ["smooth-rise"]),
    ("E05A", points(visits={1998: 1, 2026: 4}), ["smooth-rise", "never-zero"]),
    ("E05A", points(visits={1998: 0, 2026: 0}), ["flat-and-low"]),
    ("E05A", points(visits={1998: 2, 2026: 2}), ["never-zero"]),
    ("E05A", points(visits={1998: 3, 2005: 0, 2012: 0, 2013: 5, 2026: 0}), ["otherwise"]),
    (
        "E05B",
        points(japan=CHECK["opinion_jp_of_kr"], south_korea=CHECK["opinion_kr_of_jp"]),
        ["close"],
    ),
    (
        "E05B",
        points(japan={2013: 40, 2023: 45}, south_korea={2013: 40, 2023: 45}),
        ["identical-lines"],
    ),
    (
        "E05B",
        points(japan={2013: 40, 2023: 60}, south_korea={2013: 30, 2023: 70}),
        ["smooth-rise"],
    ),
    (
        "E05B",
        points(japan={2013: 20, 2023: 22}, south_korea={2013: 8, 2023: 8}),
        ["flat-and-low"],
    ),
    (
        "E05B",
        points(japan={2013: 60, 2023: 40}, south_korea={2013: 50, 2023: 60}),
        ["otherwise"],
    ),
    ("E06", {"chosen": ["W01", "W05", "W08", "W10"]}, ["four-winners"]),
    ("E06", {"chosen": ["W01", "W05", "W08", "W04"]}, ["otherwise"]),
    ("E06", {"chosen": ["W02", "W03", "W04", "W09"]}, ["otherwise"]),
    ("E06F", {"choice": "famous"}, ["four-famous"]),
    ("E06F", {"choice": "sequel"}, ["by-sequel"]),
    ("E06F", {"choice": "warmest"}, ["by-warmth"]),
    ("E06F", {"choice": "rule"}, ["otherwise"]),
    ("E06F", {"choice": "chance"}, ["otherwise"]),
    ("E06H", headline("rule"), ["proportion-and-rule"]),
    ("E06H", headline("no-matter"), ["do-not-matter"]),
    ("E06H", headline("no-rule"), ["no-selection-rule"]),
    ("E06H", headline("still-improve"), ["still-improve"]),
    ("E06H", headline("none"), ["otherwise"]),
    ("L1-causes", causes("one-each"), ["otherwise"]),
    ("L1-causes", causes("one-each", "One act."), ["one-box-empty"]),
    ("L1-causes", causes("both-seoul"), ["both-from-seoul"]),
    ("L1-causes", causes("both-tokyo"), ["both-from-tokyo"]),
    ("L1-causes", causes("elsewhere"), ["no-actor"]),
    ("L1-explanations", explained("second", "first", "both", "first", "neither"), ["otherwise"]),
    ("L1-explanations", explained("neither"), ["forbids-nothing"]),
    ("L1-explanations", explained("both"), ["explains-nothing"]),
    ("L1-explanations", explained("first"), ["first-never-fits"]),
    ("L1-explanations", explained("second"), ["second-never-fits"]),
    ("L1-hook", {"placed": {"A": "2026", "B": "1998"}}, ["otherwise"]),
    ("L1-hook", {"placed": {"A": "1998", "B": "2026"}}, ["otherwise"]),
    ("L1-log", {"values": {"C": 65}}, ["otherwise"]),
    ("L1-log", {"values": {"C": 0}}, ["no-room"]),
    ("L1-log", {"values": {"C": 100}}, ["no-room"]),
    ("L1-log", {"values": {"C": 50}}, ["fifty"]),
    ("L1-mechanism", mechanism("mechanism"), ["otherwise"]),
    ("L1-mechanism", mechanism("mechanism", "I expected a rise."), ["box-empty"]),
    ("L1-mechanism", mechanism("movement"), ["no-mechanism"]),
    ("L1-mechanism", mechanism("event"), ["event-only"]),
    ("L1-mechanism", mechanism("unchanged"), ["unchanged"]),
    ("L1-names", names(), ["otherwise"]),
    ("L1-names", names(islets_jp="neutral"), ["islets"]),
    ("L1-names", names(islets_kr="neutral"), ["islets"]),
    ("L1-names", names(labour_jp="neutral"), ["labour"]),
    ("L1-names", names(labour_kr="jp"), ["labour"]),
    ("L1-names", names(accord_kr="neutral"), ["accord"]),
    ("L1-names", names(exports_neutral="jp"), ["exports"]),
    (
        "L1-names",
        names(islets_jp="kr", labour_jp="kr", accord_jp="kr", exports_jp="kr"),
        ["islets", "labour", "accord", "exports"],
    ),
    ("L1-recall-1", recalled("staged", "signalled", "sustained"), ["otherwise"]),
    ("L1-recall-1", recalled("sustained", "signalled", "sustained"), ["preparation-elsewhere"]),
    ("L1-recall-1", recalled("staged", "sustained", "sustained"), ["address-elsewhere"]),
    ("L1-recall-1", recalled("staged", "signalled", "signalled"), ["conduct-elsewhere"]),
    ("L1-recall-2", {"choice": "home-base"}, ["otherwise"]),
    ("L1-recall-2", {"choice": "jackets"}, ["fact-as-interpretation"]),
    ("L1-recall-2", {"choice": "surprise"}, ["quotation-as-interpretation"]),
]


class TestQuestions(LessonQuestions):
    lessons = ("01-history",)
    rows = ROWS
    both_names = "Dokdo/Takeshima"
    without_hints = without_reason = ("E06F",)
    without_sources = ("E06F", "L1-log", "L1-mechanism")
    shows: ClassVar = {
        "E04": ("ordering", "event_id.notna()"),
        "E06": ("precedents", "set == 'warm'"),
        "L1-explanations": ("ordering", f"event_id in {EXPLAINED}"),
    }


def test_the_visible_order_of_e04_is_no_help():
    item = catalogue.item("E04")
    assert item.truth == [f"EV{year}" for year in YEARS]
    assert "All ten" not in item.mark({**ordered(), "order": item.shuffled}).messages[0].text


@pytest.mark.parametrize(("right", "answer"), [(9, ordered()), (8, swapped(2012, 2011))])
def test_e04_counts_neighbours_in_order(right, answer):
    score = catalogue.item("E04").mark(answer).score
    assert score.startswith(f"{right} of 9 neighbouring pairs")
    assert score.endswith("10 of 10 marks are as in the reference.")


@pytest.mark.parametrize("name", ["E05A", "E05B"])
def test_the_lines_to_guess_are_the_series_on_record(name):
    for written_line, line in zip(
        tomllib.loads(content_of(name))["lines"], catalogue.item(name).lines, strict=True
    ):
        record = CHECK[written_line["truth"]["series"]]
        record = {int(year): value for year, value in record.items()}
        if written_line["truth"]["series"] == "visits_per_year":  # a count that may go on
            last = max(record)
            assert line.truth[last] >= record[last]
            record |= {year: count for year, count in line.truth.items() if year >= last}
        assert line.truth == pytest.approx(record)


def test_what_e05_says_of_the_series():
    visits = CHECK["visits_per_year"]
    silent = {int(year) for year, count in visits.items() if count == 0}
    assert silent == {2007, 2010, *range(2012, 2023)}
    japan, south_korea = CHECK["opinion_jp_of_kr"], CHECK["opinion_kr_of_jp"]
    assert round(south_korea["2020"] - south_korea["2019"]) == -19
    assert round(japan["2020"] - japan["2019"]) == 6
    assert japan["2023"] == 37.4
    opinion = tables.table("opinion")
    later = opinion[
        (opinion["series_id"] == "genron_eai_impression_jp_of_kr")
        & (opinion["response"] == "favourable")
        & (opinion["year"] == 2025)
    ]
    assert later["percent"].tolist() == [24.8]


def test_what_e06_says_of_the_ten_moments():
    warm = tables.table("precedents").query("set == 'warm'")
    lasted = warm["lasted"].value_counts().to_dict()
    assert lasted == {"yes": 4, "mixed": 3, "no": 3}
    assert (warm["pair"] == "JP-KR").sum() == 5
    item = catalogue.item("E06")
    assert item.ids == warm["id"].tolist()
    (message,) = item.mark({"chosen": warm[warm["lasted"] == "yes"]["id"].tolist()}).messages
    assert "a pool of ten in which only 4 lasted a year" in message.text
    assert "four lasted a year, three partly, three not" in catalogue.item("E06H").models[0]


def test_e06_shows_the_moment_and_not_what_followed():
    for option in catalogue.item("E06").options:
        row = tables.table("precedents").set_index("id").loc[option["id"]]
        assert option["text"] == row["moment_text"]
        assert option["sequel_12m"] == row["sequel_12m"]
        assert option["sequel_12m"] not in option["text"]


def test_the_quotations_of_the_hook_are_on_record_and_undated():
    rows = tables.table("statements").set_index("id")
    for thing in catalogue.item("L1-hook").things:
        name = {"1998": "pre-kim-1998", "2026": "jp-takaichi-x-0112-ancient"}[thing.key]
        original, rendering = (part.strip("… ") for part in thing.text.split(": "))
        assert original in rows.loc[name, "text_original"]
        assert rendering in rows.loc[name, "text_en"]
        assert rows.loc[name, "language"] == "ja"
        assert not re.search(r"\d|Kim|Takaichi|Nara", thing.text)
        assert rows.loc[name, "speaker"] in thing.note


def test_the_log_repeats_the_statement_of_the_first_log():
    (statement,) = catalogue.item("L1-log").statements
    assert statement.text == (
        "Twelve months later the two governments will still be meeting at leader level at least "
        "every six months."
    )


def test_the_official_terms_are_those_of_the_table():
    rows = tables.table("ordering").set_index("event_id")
    events = {"islets": "EV2012", "labour": "EV2018", "accord": "EV2015", "exports": "EV2019"}
    columns = {"jp": "term_jp_gov", "kr": "term_kr_gov"}
    for thing in catalogue.item("L1-names").things:
        subject, user = thing.id.split("-")
        assert thing.key == user
        if user in columns:
            assert thing.note in rows.loc[events[subject], columns[user]]
