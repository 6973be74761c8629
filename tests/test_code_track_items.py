"""The questions of the code track: every result gets the sentence meant for it.

Facts that a sentence states in words are compared with the tables.
"""

from __future__ import annotations

from statistics import median
from typing import Any

import altair as alt
import pandas as pd
import pytest
from questions import LessonQuestions, days_between

from casekit import catalogue, passport, tables
from casekit.widgets.code_task import check


@pytest.fixture(autouse=True)
def passport_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))


# C3 counts a table that grows: the same numbers, found with nothing but lists.
MEETINGS = tables.table("summits").to_dict("records")
SINCE_2004 = sorted(
    (row["date"], row["country_iso3"])
    for row in MEETINGS
    if row["kind"] == "visit" and row["date"] >= "2004"
)
HOSTS = {host: [one for _, one in SINCE_2004].count(host) for host in ("JPN", "KOR")}
GAPS = days_between([day for day, _ in SINCE_2004])

FOUND: dict[str, dict] = {
    "C1": {
        **{"index": "speaker", "posts-guest": 3, "posts-host": 3},
        **{"rows-guest": 6, "rows-host": 8, "time": "2026-01-12 17:25:36"},
    },
    "C2": {
        **{"one-missed": 0.80672, "two-missed": 0.5743, "apart": -0.04545},
        "never-used": "not a number",
        **{"demo-2-length": 10, "demo-2-econ": 0.635, "demo-2-process": 0.807},
        **{"demo-2-rapport": 0.758, "demo-2-culture": 1},
        **{"demo-3-length": 10, "demo-3-partner": 0.574, "demo-3-process": 0.574},
        **{"demo-3-security": 0.425, "demo-3-future": 0.758},
    },
    "C3": {
        **{"visits": len(SINCE_2004), "hosted-korea": HOSTS["KOR"], "hosted-japan": HOSTS["JPN"]},
        **{"first-empty": True, "none-negative": min(GAPS), "largest": max(GAPS)},
        **{"nara": 105, "andong": 126, "median": median(GAPS), "median-2023": median(GAPS[-6:])},
        "shape": ["shape", "x", "y"],
    },
    "C4": {
        **{"above-zero": 0.09, "below-one": 0.265, "class-mean": 0.1676, "always-fifty": 0.25},
        **{"not-above-members": [0.1347, 0.1676], "crowd": 0.1347},
        "counts-shown": ["size", "x", "y"],
    },
}


def coded(name: str, without: tuple[str, ...] = (), **other: Any) -> dict:
    changed = {key.replace("_", "-"): value for key, value in other.items()}
    found = {key: value for key, value in FOUND[name].items() if key not in without}
    return {"found": {**found, **changed}}


ROWS = [
    *((name, coded(name), ["otherwise"]) for name in FOUND),
    ("C1", coded("C1", index="date"), ["index"]),
    ("C1", coded("C1", posts_guest=6, posts_host=8), ["counted-twice"]),
    ("C1", coded("C1", rows_host=9), ["other-rows"]),
    ("C1", coded("C1", time="2026-01-12 08:25:36"), ["zone"]),
    ("C1", coded("C1", ("time",)), ["not-all-given"]),
    # Seen over expected, the wrong way round: 1 − 0.4312 / 0.0833.
    ("C2", coded("C2", one_missed=-4.174), ["swapped", "few-missed"]),
    ("C2", coded("C2", two_missed=0.5), ["few-missed"]),
    ("C2", coded("C2", apart=0), ["apart"]),
    ("C2", coded("C2", never_used=1), ["never-used"]),
    ("C2", coded("C2", demo_2_econ=0.7), ["demo-2"]),
    ("C2", coded("C2", demo_3_length=9), ["demo-3"]),
    ("C2", {"found": {"one-missed": 0.807}}, ["not-all-given"]),
    ("C3", coded("C3", first_empty=False), ["not-sorted"]),
    ("C3", coded("C3", none_negative=-24), ["not-sorted"]),
    ("C3", coded("C3", largest=3000), ["other-visits"]),
    ("C3", coded("C3", visits=29), ["other-visits"]),
    ("C3", coded("C3", nara=51), ["other-gaps"]),
    ("C3", coded("C3", shape=["x", "y"]), ["position-only"]),
    ("C3", coded("C3", ("shape",)), ["not-all-given"]),
    ("C4", coded("C4", below_one=2500), ["per-cent"]),
    ("C4", coded("C4", class_mean=0.2), ["other-scores"]),
    (
        "C4",
        coded("C4", not_above_members=[0.18, 0.1676], crowd=0.18),
        ["squared-first", "other-crowd"],
    ),
    ("C4", coded("C4", crowd=0.14), ["other-crowd"]),
    ("C4", coded("C4", counts_shown=["x", "y"]), ["counts-hidden"]),
    ("C4", coded("C4", ("counts-shown",)), ["not-all-given"]),
]


class TestQuestions(LessonQuestions):
    lessons = ("code-track",)
    rows = ROWS
    both_names = "Dokdo/Takeshima"


def test_the_gaps_of_the_authors_hold_for_their_record():
    assert days_between([day for day, _ in SINCE_2004 if day < "2026-06"])[-2:] == [105, 126]


BLANKS = {
    "C1": ["Takaichi Sanae", "speaker"],
    "C2": ["observed", "expected"],
    "C3": ["diff", "country_iso3"],
    "C4": ["mean", "mean"],
}
MORE = {
    "C1": "",
    "C2": """
def against(coder):
    codes = coders[coders["coder"] == coder].set_index("seg_id")["codes"]
    ref = segments.set_index("seg_id")["codes_ref"]
    names = sorted({code for text in [*ref, *codes] for code in text.split(";")})
    mine = codes.reindex(ref.index)
    return pd.Series({c: alpha_nominal(column(ref, c), column(mine, c)) for c in names})
demo_2, demo_3 = against("demo-2"), against("demo-3")
""",
    "C3": "",
    "C4": """
import altair as alt
bins = f.assign(bin=pd.cut(f["p"], [0, .2, .4, .6, .8, 1], include_lowest=True).astype(str))
bins = bins.groupby("bin").agg(p=("p", "mean"), yes=("outcome", "mean"), n=("p", "size"))
calibration = alt.Chart(bins).mark_point().encode(x="p:Q", y="yes:Q", size="n:Q")
""",
}


def ran(code: str, blanks: list[str]) -> dict[str, Any]:
    """Run code with its blanks filled, and return all that it has made."""
    for word in blanks:
        code = code.replace("____", word, 1)
    assert "____" not in code
    made: dict[str, Any] = {}
    exec(code, made)
    return made


def run(name: str) -> dict[str, Any]:
    """Solve a task, and return the values that its check asks for."""
    made = ran(catalogue.item(name).starter + MORE[name], BLANKS[name])
    return {value: made[value] for value in catalogue.item(name).names}


def checked(capsys, name: str, **values: Any) -> str:
    check(name, **values)
    return capsys.readouterr().out


@pytest.mark.parametrize("name", FOUND)
def test_the_worked_solution_passes(name, capsys):
    item = catalogue.item(name)
    said = checked(capsys, name, **run(name))
    assert f"{len(item.checks)} of {len(item.checks)} checks hold." in said
    assert item.feedback[-1].say in said
    (entry,) = passport.read().of(name)
    assert item.mark(entry.answer).paths == ("otherwise",)


def say(name: str, path: str) -> str:
    return next(one.say for one in catalogue.item(name).feedback if one.path == path)


def test_usual_mistakes_in_code_get_their_sentence(capsys):
    swapped = ran(catalogue.item("C2").starter, BLANKS["C2"][::-1])
    said = checked(capsys, "C2", alpha_nominal=swapped["alpha_nominal"])
    assert say("C2", "swapped") in said
    made = run("C1")
    rows = made["leaders"].groupby("speaker")["date"].count()
    assert say("C1", "counted-twice") in checked(capsys, "C1", per_speaker=rows)
    utc = made["t"].tz_convert("UTC")
    assert say("C1", "zone") in checked(capsys, "C1", t=utc)
    visits = run("C3")
    mixed = (
        visits["s"]
        .sample(frac=1, random_state=1)
        .assign(gap_days=lambda s: s["date"].diff().dt.days)
    )
    assert say("C3", "not-sorted") in checked(capsys, "C3", s=mixed)
    flat = alt.Chart(visits["s"]).mark_point().encode(x="date:T", y="country_iso3:N")
    assert say("C3", "position-only") in checked(capsys, "C3", chart=flat)
    score = run("C4")
    late = score["by_student"].mean()
    assert say("C4", "other-crowd") in checked(
        capsys, "C4", crowd_brier=late, by_student=score["by_student"]
    )
    per_cent = score["by_student"] * 10_000
    assert say("C4", "per-cent") in checked(capsys, "C4", by_student=per_cent)
    nothing = checked(capsys, "C4", by_student=pd.DataFrame())
    assert "could not be looked into" in nothing


def test_what_the_sentences_of_the_code_track_say():
    known = tables.table("code_track_expected").set_index(["step", "quantity"])["expected"]
    c2 = known["C2"]
    assert c2["codes below .667, reference and demo-2"] == "ECON"
    below = set(c2["codes below .667, reference and demo-3"].split(";"))
    assert below == {"PARTNER", "PROCESS", "SECURITY"}
    for number, path in (("0.807", "few-missed"), ("0.574", "few-missed"), ("0.045", "apart")):
        assert number in say("C2", path)
        assert any(value.removeprefix("-") == number for value in c2)
    c4 = known["C4"]
    assert c4["mean of the six scores"] in say("C4", "other-scores")
    assert c4["Brier score of the class average forecast"] in say("C4", "other-crowd")
    assert len(c4["students better than the class average forecast"].split(";")) == 2
    c3 = known["C3"]
    assert float(c3["median gap in days, last six gaps"]) < float(
        c3["median gap in days, all gaps"]
    )
    rows = known["C1"]
    assert sum(int(v) for name, v in rows.items() if name.startswith("quoted passages")) == 14
