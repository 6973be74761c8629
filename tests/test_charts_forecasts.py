"""Forecasts beside what happened: bands, distances and scores, worked out by hand."""

from __future__ import annotations

import json

import pytest

from casekit import catalogue, charts
from casekit.charts.forecasts import THIRDS, Judged, bands, own_forecasts
from casekit.items.forecast import brier
from casekit.tables import CaseError

GIVEN = "who,q,p,source_ids"
ASKED = "q,text,outcome,source_ids"
QUESTIONS = ["a,First?,1,case:paper", "b,Second?,0,case:paper", "c,Open?,,case:paper"]
FORECASTS = [
    "Ann,a,0.9,case:paper",
    "Ann,b,0.2,case:paper",
    "Ann,c,0.5,case:paper",
    "Bob,a,0.3,case:archive",
    "Bob,b,0.4,case:archive",
    "Bob,c,1,case:archive",
]
FIGURES = """\
[called]
form = "calibration"
table_name = "given"
title = "Said and happened"
description = "Four forecasts."
who = "who"
question = "q"
p = "p"
outcomes = "asked"
outcome = "outcome"
edges = [0, 0.5, 1]

[scores]
form = "forecast scores"
table_name = "given"
title = "Scores"
description = "Two people."
who = "who"
question = "q"
p = "p"
outcomes = "asked"
outcome = "outcome"
average_label = "the average"
"""


@pytest.fixture
def case(small_case):
    package = small_case.root / "data" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    for name, head in (("given", GIVEN), ("asked", ASKED)):
        resource = small_case.resource(name, head.split(","))
        for field in resource["schema"]["fields"]:
            field["type"] = {"p": "number", "outcome": "integer"}.get(field["name"], field["type"])
        content["resources"].append(resource)
    small_case.write("data/datapackage.json", json.dumps(content))
    small_case.write("data/tables/asked.csv", "\n".join([ASKED, *QUESTIONS]) + "\n")
    small_case.write("data/tables/given.csv", "\n".join([GIVEN, *FORECASTS]) + "\n")
    small_case.write("data/figures/01-a.toml", FIGURES)
    return small_case


def drawn(name: str):
    return charts.draw(name, catalogue.figures()[name])


def test_bands_count_say_and_happened():
    found = bands([(0, 0), (0.1, 1), (0.2, 0), (0.3, 0), (0.9, 1), (1, 1)])
    assert found["band"].tolist() == [
        "0 to 20 per cent",
        "over 20 to 40 per cent",
        "over 80 to 100 per cent",
    ]
    assert found["n"].tolist() == [3, 1, 2]
    assert found["said"].tolist() == pytest.approx([0.1, 0.3, 0.95])
    assert found["happened"].tolist() == pytest.approx([1 / 3, 0, 1])


def test_an_edge_belongs_to_the_band_that_it_ends():
    found = bands([(0.33, 0), (0.67, 1), (0.68, 1)], THIRDS)
    assert found["n"].tolist() == [1, 1, 1]


def test_no_forecast_is_no_band():
    assert bands([]).empty


@pytest.mark.parametrize("hits", [0, 3, 10])
def test_the_perfectly_calibrated_lie_on_the_line(hits):
    p = hits / 10
    found = bands([(p, 1)] * hits + [(p, 0)] * (10 - hits))
    assert found["said"].tolist() == pytest.approx(found["happened"].tolist())


def test_own_forecasts_tell_every_distance():
    judged = [
        Judged(id="a", own=0.7, outcome=1, base=0.5, others=0.6),
        Judged(id="b", own=0.2, outcome=0),
    ]
    figure = own_forecasts(judged, "invented people")
    first, second = (chart.description for chart in figure.charts)
    assert "a: you 70 per cent, it happened; b: you 20 per cent, it did not happen" in first
    assert "1 forecasts, said 20 per cent on average, 0 per cent of them happened" in second
    assert "invented people" in figure.note
    told = figure.data.to_numpy().tolist()
    assert len(told) == 6  # four marks for a; b has neither base rate nor others
    assert ["a", "base rate", 50.0] in told and ["b", "what happened", 0.0] in told


def test_own_forecasts_are_told_apart_by_shape():
    figure = own_forecasts([Judged(id="a", own=0.7, outcome=1, base=0.5, others=0.6)])
    points = figure.charts[0].to_dict()["layer"][1]["encoding"]
    shapes = points["shape"]["scale"]["range"]
    assert len(set(shapes)) == len(points["shape"]["scale"]["domain"]) == 4


def test_nothing_to_judge_is_refused():
    with pytest.raises(CaseError, match="at least one"):
        own_forecasts([])


def test_an_open_question_counts_nowhere(case):
    called = drawn("called")
    assert called.data["forecasts"].tolist() == [3, 1]  # 0.2, 0.3 and 0.4; 0.9
    assert called.data["said (%)"].tolist() == pytest.approx([30, 90])
    assert called.data["happened (%)"].tolist() == pytest.approx([100 / 3, 100])


def test_the_score_of_each_and_of_their_average(case):
    # Ann 0.01 and 0.04, mean 0.025; Bob 0.49 and 0.16, mean 0.325; average 0.6 and 0.3:
    # 0.16 and 0.09, mean 0.125.
    scores = dict(drawn("scores").data.to_numpy().tolist())
    assert scores == pytest.approx({"Ann": 0.025, "Bob": 0.325, "the average": 0.125})
    assert scores["Ann"] == pytest.approx(brier([(0.9, 1), (0.2, 0)]))
    assert "beats 1 of 2" in drawn("scores").charts[0].description


@pytest.mark.parametrize("name", ["called", "scores"])
def test_without_an_outcome_there_is_a_sentence_and_no_chart(case, name):
    open_questions = [f"{row.split(',')[0]},?,,case:paper" for row in QUESTIONS]
    case.write("data/tables/asked.csv", "\n".join([ASKED, *open_questions]) + "\n")
    figure = drawn(name)
    assert figure.charts == ()
    assert "nothing to compare" in figure.html()


def test_scores_of_different_questions_are_not_compared(case):
    case.replace("data/tables/given.csv", "Bob,b,0.4,case:archive\n", "")
    with pytest.raises(CaseError, match="not everybody answered the same questions"):
        drawn("scores")


@pytest.mark.parametrize("edges", ["[0, 0.5]", "[0.1, 1]", "[0, 0.7, 0.5, 1]"])
def test_bands_cover_everything(case, edges):
    case.replace("data/figures/01-a.toml", "[0, 0.5, 1]", edges)
    with pytest.raises(CaseError, match="rise from 0 to 1"):
        drawn("called")
