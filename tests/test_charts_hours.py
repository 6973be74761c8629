"""The hours of a few days: a mark says no more than the record does."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import pytest

from casekit import catalogue, charts
from casekit.charts.hours import ABOUT, BY, EXACT, PART
from casekit.tables import CaseError

ROOT = Path(__file__).resolve().parents[1]
V5 = "application/vnd.vegalite.v5+json"
ROWS = [
    "2020-01-02,evening,home,A call,case:office",
    "2020-01-02T09:05,minute,home,A letter,case:office",
    "2020-01-02T09:30,approximate,home,A <b>reply</b>,case:paper",
    "2020-01-02T20:00,no later than,,It is in print,case:office",
    "2020-01-03,morning,street,A walk,case:office",
    "2020-01-09T10:00,minute,moon,A week later,case:office",
]
FIGURE = """\
[hours]
form = "hours"
table_name = "events"
title = "Two days"
description = "One mark for each event."
days = ["2020-01-02", "2020-01-03"]
hours = [8, 22]
time = "date"
precision = "row"
lane = "kind"
text = "text"
exact = ["minute"]
about = ["approximate"]
by = ["no later than"]
spans = { morning = [8, 12], evening = [18, 22] }
lane_labels = { home = "indoors", street = "outdoors", "" = "told" }
"""


@pytest.fixture
def case(small_case):
    head = "date,row,kind,text,source_ids"
    small_case.write("data/tables/events.csv", "\n".join([head, *ROWS]) + "\n")
    small_case.write("data/figures/01-a.toml", FIGURE)
    return small_case


def drawn():
    return charts.draw("hours", catalogue.figures()["hours"])


def specs(figure) -> list[dict]:
    return [bundle[V5] for bundle in figure.bundles() if V5 in bundle]


def marks(figure) -> dict[str, dict]:
    """Every mark drawn, by its event."""
    found = {}
    for spec in specs(figure):
        for rows in spec["datasets"].values():
            found |= {row["event"]: row for row in rows}
    return found


def test_one_chart_a_day_and_no_event_of_another_day(case):
    figure = drawn()
    assert figure.captions == (
        "Two days: Thursday 2 January 2020",
        "Two days: Friday 3 January 2020",
    )
    assert len(specs(figure)) == 2
    assert set(marks(figure)) == {
        "A call",
        "A letter",
        "A <b>reply</b>",
        "It is in print",
        "A walk",
    }


def test_each_event_is_drawn_as_exactly_as_it_is_known(case):
    found = marks(drawn())
    kinds = {event: row["kind"] for event, row in found.items()}
    assert kinds == {
        "A call": PART,
        "A letter": EXACT,
        "A <b>reply</b>": ABOUT,
        "It is in print": BY,
        "A walk": PART,
    }
    assert (found["A call"]["start"], found["A call"]["end"]) == (18, 22)
    assert (found["A walk"]["start"], found["A walk"]["end"]) == (8, 12)
    assert found["A letter"]["start"] == found["A letter"]["end"] == 9 + 5 / 60


def test_the_key_tells_the_events_in_order_and_as_the_record_has_the_time(case):
    figure = drawn()
    assert list(figure.key) == [
        "1: 2 January, 09:05. A letter",
        "2: 2 January, about 09:30. A <b>reply</b>",
        "3: 2 January, evening. A call",
        "4: 2 January, by 20:00. It is in print",
        "5: 3 January, morning. A walk",
    ]
    assert figure.data["no."].tolist() == [1, 2, 3, 4, 5]
    assert "<b>" not in figure.html() and "&lt;b&gt;reply" in figure.html()


def test_events_close_together_in_one_lane_stand_on_lines_of_their_own(case):
    found = marks(drawn())
    assert [found[e]["row"] for e in ("A letter", "A <b>reply</b>")] == ["indoors|0", "indoors|1"]
    assert found["A call"]["row"] == "indoors|0"
    assert found["It is in print"]["row"] == "told|0"


def test_every_lane_keeps_its_place_on_every_day(case):
    for spec in specs(drawn()):
        lines = spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
        assert list(dict.fromkeys(line.split("|")[0] for line in lines)) == [
            "indoors",
            "outdoors",
            "told",
        ]
        assert spec["height"] == 24 * len(lines)
        assert spec["width"] == "container"


def test_the_description_counts_what_is_drawn(case):
    first, second = (spec["description"] for spec in specs(drawn()))
    assert "4 events; 3 indoors, 1 told." in first
    assert "1 to the minute, 1 about then, 1 no later than, 1 part of the day" in first
    assert "1 events; 1 outdoors." in second


def test_kinds_differ_in_shape_and_only_the_minute_is_filled_with_ink(case):
    (encoding,) = (
        layer["encoding"] for layer in specs(drawn())[0]["layer"] if "shape" in layer["encoding"]
    )
    shapes = encoding["shape"]["scale"]
    assert len(set(shapes["range"])) == len(shapes["domain"]) == 4
    fills = dict(zip(*(encoding["fill"]["scale"][k] for k in ("domain", "range")), strict=True))
    assert [kind for kind in fills if fills[kind] == fills[EXACT]] == [EXACT]


def test_the_sources_are_those_of_the_rows_drawn(case):
    assert set(drawn().sources) == {"case:office", "case:paper"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('about = ["approximate"]\n', "", "'row': nothing says how to draw approximate"),
        ('street = "outdoors", ', "", "'kind': nothing says how to draw street"),
        (', "" = "told"', "", "nothing says how to draw an empty cell"),
        ("hours = [8, 22]", "hours = [8, 21]", "'A call' lies outside 8–21"),
        ('exact = ["minute"]', 'exact = ["minute", "evening"]', ""),
        (", evening = [18, 22]", "", "nothing says how to draw evening"),
        ('description = "One mark for each event."\n', "", "description is missing"),
    ],
)
def test_what_would_lose_an_event_is_refused(case, old, new, said):
    case.replace("data/figures/01-a.toml", old, new)
    if not said:
        assert len(marks(drawn())) == 5
        return
    with pytest.raises(CaseError, match="figure 'hours'") as error:
        drawn()
    assert said in str(error.value)


def test_a_day_without_an_hour_is_no_time_to_the_minute(case):
    case.replace("data/figures/01-a.toml", 'exact = ["minute"]', 'exact = ["minute", "evening"]')
    case.replace("data/figures/01-a.toml", ", evening = [18, 22]", "")
    with pytest.raises(CaseError, match="'A call' has no time of day"):
        drawn()


def test_the_figure_of_the_case_holds_every_event_of_its_days_and_no_other(monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    catalogue.forget()
    entries = tomllib.loads((ROOT / "data/figures/03-drum-moment.toml").read_text("utf-8"))
    name, wanted = next((n, e) for n, e in entries.items() if e["form"] == "hours")
    with (ROOT / "data/tables/case_events.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["datetime_local"][:10] in wanted["days"]]
    figure = charts.draw(name, catalogue.figures()[name])
    assert sorted(figure.data["event"]) == sorted(row["event"] for row in rows)
    timed = [row for row in rows if "T" in row["datetime_local"]]
    assert (figure.data["how exact"] != PART).sum() == len(timed)
    json.dumps(specs(figure), allow_nan=False)
    catalogue.forget()
