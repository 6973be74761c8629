"""A row added or a question settled changes what the case shows, and nothing has to be coded.

Everything happens in a copy of the case. Whatever is refused is refused in one sentence, and every
file is then as it was, to the byte.
"""

from __future__ import annotations

import csv
import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from casekit import CaseError, catalogue, keeping, tables
from casekit.__main__ import main
from casekit.charts import draw
from casekit.computed import computed

ROOT = Path(__file__).resolve().parents[1]
DAY = datetime.date(2026, 12, 1)
SOURCE = {
    **{"id": "module:practice", "publisher": "Invented for this test", "kind": "press"},
    **{"title": "A visit that never was", "published": "2026-10-20", "licence": "none"},
}
VISIT = {
    **{"date": "2026-10-20", "precision": "day", "place": "Nowhere", "country_iso3": "JPN"},
    **{"japan_leader": "Takaichi Sanae", "korea_leader": "Lee Jae-myung", "kind": "visit"},
    **{"visitor": "KR", "event": 'Invented, "quoted", visit', "shuttle_label": "true"},
    **{"ceremonial": "false", "source_ids": "module:practice", "confidence": "medium"},
}
EVENT = {
    **{"date": "2026-10-20", "event": "An invented visit", "domain": "leader diplomacy"},
    **{"direction": "cooperation", "source_ids": "module:practice", "confidence": "medium"},
}


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A copy of the case, and the folder it is in."""
    for folder in ("data", "lessons"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(".*"))
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / keeping.DICTIONARY, tmp_path / keeping.DICTIONARY)
    monkeypatch.setenv("CASEKIT_CASE", str(tmp_path))
    monkeypatch.delenv("CASEKIT_VIEW", raising=False)
    catalogue.forget()
    yield tmp_path
    monkeypatch.undo()
    catalogue.forget()


def files(case: Path) -> dict[str, bytes]:
    return {
        path.relative_to(case).as_posix(): path.read_bytes()
        for path in case.rglob("*")
        if path.is_file()
    }


def changed(before: dict[str, bytes], case: Path) -> set[str]:
    after = files(case)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def rows(case: Path, name: str) -> list[dict[str, str]]:
    with (case / "data/tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def count(*on: str) -> tuple[int, tuple[int, ...]]:
    """Return what E21 counts with these switches on, and the gaps."""
    item = catalogue.item("E21")
    given = {"on": list(on), "each_side": False, "least": 2, "months": 12}
    tally = item.tally(item.terms(given))
    return len(tally.counted), tuple(tally.gaps)


def test_a_new_visit_changes_series_figure_question_and_check(case):
    before, year = files(case), tables.series("visits_per_year").set_index("year")["value"]
    meetings, drawn = (
        count("visits-only"),
        draw("visits_per_year", catalogue.figures()["visits_per_year"]),
    )
    said = keeping.add("summits", VISIT, SOURCE, DAY)

    assert tables.series("visits_per_year").set_index("year")["value"][2026] == year[2026] + 1
    # Andong was on 19 May: 12 days of May are left, and June to September, and 20 of October.
    days = 12 + 30 + 31 + 31 + 30 + 20
    assert count("visits-only") == (meetings[0] + 1, (*meetings[1], days))
    now = draw("visits_per_year", catalogue.figures()["visits_per_year"])
    assert len(now.data) == len(drawn.data) + 1
    assert "Nowhere" in now.data.astype(str).to_string()
    expected = tables.table("code_track_expected").set_index("quantity")["expected"]
    assert expected["visits since 2004"] == "19"
    assert expected["gaps in days, visits only"].endswith(f";{days}")
    assert "module:practice" in catalogue.item("E21").sources
    assert changed(before, case) == {
        *("data/tables/summits.csv", "data/tables/sources.csv", "data/datapackage.json"),
        *("data/tables/code_track_expected.csv", "data/case.toml", "docs/data-dictionary.md"),
    }
    assert said[0] == (
        "Added to summits: 2026-10-20. It has 76 rows now. The record stands at 2026-12-01."
    )
    assert "question E21" in said[2] and "figure visits_per_year" in said[2]
    assert "lessons/01-history.ipynb" in said[3] and "lessons/05-follow-through.ipynb" in said[3]


def test_the_files_stay_plain_and_sorted_and_say_of_when_they_are(case):
    old = {name: rows(case, name) for name in ("summits", "post_events", "sources")}
    keeping.add("summits", VISIT, SOURCE, DAY)
    keeping.add("post_events", EVENT, None, DAY)
    for name, key in (
        ("summits", ("date",)),
        ("post_events", ("date", "event")),
        ("sources", ("id",)),
    ):
        raw = (case / "data/tables" / f"{name}.csv").read_bytes()
        assert b"\r" not in raw and raw.endswith(b"\n") and not raw.startswith(b"\xef\xbb\xbf")
        now = rows(case, name)
        assert now == sorted(now, key=lambda row, key=key: [row[column] for column in key])
        assert [row for row in now if row not in old[name]] and len(now) == len(old[name]) + 1
    (new,) = [row for row in rows(case, "summits") if row["place"] == "Nowhere"]
    assert new == {**dict.fromkeys(new, ""), **VISIT}
    assert tables.describe("post_events")["as_of"] == tables.package()["as_of"] == "2026-12-01"
    assert tables.settings()["as_of"] == DAY
    assert tables.describe("claims")["as_of"] < "2026-12-01"
    dictionary = (case / keeping.DICTIONARY).read_text(encoding="utf-8")
    assert "File: `data/tables/post_events.csv`. As of 2026-12-01." in dictionary


def test_the_day_of_the_record_never_goes_back(case):
    keeping.add("post_events", {**EVENT, "source_ids": "followthrough:S050"}, None, DAY)
    earlier = {**EVENT, "date": "2026-08-02", "source_ids": "followthrough:S050"}
    said = keeping.add("post_events", earlier, None, datetime.date(2026, 8, 3))
    assert tables.describe("post_events")["as_of"] == "2026-12-01"
    assert said[0].endswith("The record stands at 2026-12-01.")


def test_a_new_year_is_told(case):
    visit = {**VISIT, "date": "2027-02-03", "source_ids": "followthrough:S050"}
    said = keeping.add("summits", visit, None, datetime.date(2027, 3, 1))
    assert [one for one in said if "visits_per_year ends in 2026, before this row" in one]


SETTLED = datetime.date(2027, 2, 22)
LATER = datetime.date(2027, 3, 1)
WITNESS = {**SOURCE, "id": "module:witness", "published": "2027-02-22"}


def test_a_settled_question_is_scored_and_no_longer_open(case):
    before = files(case)
    asked = {one.id for one in catalogue.item("E22").questions}
    said = keeping.settle("L03", "no", SETTLED, ["module:witness"], WITNESS, LATER)
    scored, live = catalogue.item("E22"), catalogue.item("E22L")
    assert {one.id for one in scored.questions} == asked | {"L03"}
    assert "L03" not in {one.id for one in live.questions}
    values = dict.fromkeys([*asked, "L03"], 50)
    assert "on 11 questions" in scored.mark({"values": values, "known": []}).score
    sure = scored.mark({"values": {**values, "L03": 0}, "known": []}).score
    assert sure.startswith(f"Brier score {10 * 0.25 / 11:.3f} on 11 questions")
    assert "On 10 questions of these (you 0.250), the six invented students" in sure
    (row,) = [row for row in rows(case, "forecast_questions") if row["qid"] == "L03"]
    assert (row["set"], row["outcome"], row["resolved_on"]) == ("R", "0", "2027-02-22")
    assert row["source_ids"] == "followthrough:S041;followthrough:S042;module:witness"
    assert "module:witness" in scored.sources
    expected = tables.table("code_track_expected").set_index("quantity")["expected"]
    assert expected["set R outcomes: yes, no"] == "6; 5"
    assert said[0].startswith("L03 is settled: no, on 2027-02-22. It moved from set L to set R.")
    assert "data/tables/summits.csv" not in changed(before, case)


def test_yes_may_come_early_and_confidence_can_be_given(case):
    on = datetime.date(2026, 11, 30)
    keeping.settle("L06", "yes", on, ["followthrough:S050"], None, DAY, "medium")
    (row,) = [row for row in rows(case, "forecast_questions") if row["qid"] == "L06"]
    assert (row["outcome"], row["confidence"]) == ("1", "medium")


# What is refused


def refused(case: Path, says: str, call, *args) -> None:
    before = files(case)
    with pytest.raises(CaseError) as caught:
        call(*args)
    told = str(caught.value)
    assert says in told and "\n" not in told and told.endswith("."), told
    assert changed(before, case) == set()


@pytest.mark.parametrize(
    ("name", "cells", "source", "says"),
    [
        ("meetings", {}, SOURCE, "There is no table 'meetings'. The tables are: "),
        ("summits", {"city": "Nowhere"}, SOURCE, "has no column city. It has: date, "),
        ("summits", {"place": ""}, SOURCE, "Table 'summits', place: a value is required here."),
        ("summits", {"kind": "tea"}, SOURCE, "expected one of sidelines, trilateral-host, visit"),
        ("summits", {"country_iso3": "jp"}, SOURCE, "'jp' is not of the form ^[A-Z]{3}$."),
        ("summits", {"date": "20 October"}, SOURCE, "'20 October' is not of the form"),
        ("summits", {"date": "2026-13-01"}, SOURCE, "there is no day 2026-13-01"),
        ("summits", {"date": "2026-02-30"}, SOURCE, "there is no day 2026-02-30"),
        ("summits", {"shuttle_label": "maybe"}, SOURCE, "'maybe' is not a value of type boolean"),
        ("summits", {"date": "2026-01-13"}, SOURCE, "has a row with date = 2026-01-13 already."),
        ("summits", {"place": "No\nwhere"}, SOURCE, "in one line, without spaces around it."),
        ("summits", {"place": " Nowhere"}, SOURCE, "in one line, without spaces around it."),
        ("summits", {}, None, "'module:practice' is not in the list of sources; give it with"),
        ("summits", {"source_ids": "bib:nobody1900"}, SOURCE, "'bib:nobody1900' is not in the"),
        ("summits", {}, {**SOURCE, "id": "case:seed"}, "'sources' has a row with id = case:seed"),
        ("summits", {}, {**SOURCE, "licence": ""}, "Table 'sources', licence: a value is required"),
        ("summits", {}, {**SOURCE, "url": "here"}, "Table 'sources', url: 'here' is not of the"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(case, name, cells, source, says):
    refused(case, says, keeping.add, name, {**VISIT, **cells}, source, DAY)


@pytest.mark.parametrize(
    ("question", "answer", "on", "sources", "day", "says"),
    [
        ("L99", "no", "2027-02-22", ["case:seed"], LATER, "There is no question 'L99'. Those that"),
        ("R01", "no", "2027-02-22", ["case:seed"], LATER, "R01 was settled on 2026-05-19"),
        ("L03", "perhaps", "2027-02-22", ["case:seed"], LATER, "with yes or no, not 'perhaps'."),
        ("L03", "no", "2027-02-21", ["case:seed"], LATER, "before that day it cannot be settled"),
        ("L03", "yes", "2027-02-23", ["case:seed"], LATER, "what came later does not settle it."),
        ("L03", "yes", "2026-11-21", ["case:seed"], LATER, "does not lie between them."),
        ("L03", "no", "2027-02-22", ["case:seed"], DAY, "the record stands at 2026-12-01"),
        ("L03", "no", "2027-02-22", [], LATER, "Name the source that settles L03."),
        ("L03", "no", "2027-02-22", ["case:nobody"], LATER, "'case:nobody' is not in the list"),
    ],
)
def test_what_does_not_settle_a_question_is_refused(case, question, answer, on, sources, day, says):
    on = datetime.date.fromisoformat(on)
    refused(case, says, keeping.settle, question, answer, on, sources, None, day)


def test_what_would_break_a_question_is_put_back(case):
    path = case / "data/tables/forecast_questions.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not re.match(r"L0[^3]", line)]  # one question is open
    path.write_text("".join(kept), encoding="utf-8")
    args = ("L03", "no", SETTLED, ["case:seed"], None, LATER)
    refused(case, "Nothing was changed, because afterwards: data/items/E22L", keeping.settle, *args)
    assert [one.id for one in catalogue.item("E22L").questions] == ["L03"]


def test_what_was_broken_before_is_in_nobody_s_way(case):
    path = case / "data/items/E04.toml"
    path.write_text(path.read_text("utf-8") + "\nno_such_entry = 1\n", encoding="utf-8")
    with pytest.raises(CaseError):
        catalogue.item("E04")
    before = files(case)
    keeping.add("post_events", EVENT, SOURCE, DAY)
    assert {"data/tables/post_events.csv", "data/tables/sources.csv"} < changed(before, case)
    (new,) = [row for row in rows(case, "post_events") if row["event"] == EVENT["event"]]
    assert new["date"] == EVENT["date"]


@pytest.mark.parametrize("fails_at", [1, 2, 3, 5])
def test_a_disk_that_fails_leaves_everything_as_it_was(case, monkeypatch, fails_at):
    put, written = keeping.put, []

    def fails(path: Path, text: str) -> None:
        written.append(path)
        if len(written) == fails_at:
            raise OSError(28, "No space left on device")
        put(path, text)

    monkeypatch.setattr(keeping, "put", fails)
    monkeypatch.setattr(keeping, "_faults", dict)
    refused(case, "Nothing was changed: a file", keeping.add, "summits", VISIT, SOURCE, DAY)


# The commands


def words(cells: dict[str, str]) -> list[str]:
    return [f"{column}={value}" for column, value in cells.items()]


def test_the_commands_say_what_they_did(case, capsys):
    more = ["--source", *words(SOURCE), "--as-of", "2026-12-01"]
    assert main(["add", "post_events", *words(EVENT), *more]) == 0
    assert "Added to post_events: 2026-10-20, An invented visit." in capsys.readouterr().out
    command = ["resolve", "L03", "no", "--on", "2027-02-22", "--source", *words(WITNESS)]
    assert main([*command, "--as-of", "2027-03-01"]) == 0
    assert "L03 is settled: no" in capsys.readouterr().out
    (row,) = [row for row in rows(case, "forecast_questions") if row["qid"] == "L03"]
    assert row["source_ids"].endswith(";module:witness")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["add", "summits", "date"], "The row: write column=value, not 'date'."),
        (["add", "summits", "date=1", "date=2"], "The row: a column is given twice."),
        (["add", "summits", "date=1", "--source", "id"], "--source: write column=value"),
        (["add", "summits", "date=1", "--as-of", "today"], "'today' is no date like 2020-01-31."),
        (["resolve", "L03", "no", "--on", "soon"], "'soon' is no date like 2020-01-31."),
        (["resolve", "L03", "no", "--on", "2027-02-22"], "the record stands at"),
    ],
)
def test_a_command_that_is_wrong_is_told_in_a_sentence(case, capsys, command, says):
    before = files(case)
    assert main([*command]) == 1
    said = capsys.readouterr()
    assert says in said.err and said.err.count("\n") == 1 and not said.out
    assert changed(before, case) == set()


# Values that follow from rows


def test_values_that_follow_from_rows_are_those_stored():
    ((path, text),) = computed().items()
    assert path.read_text(encoding="utf-8") == text, "run `make sync`"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('find = "count"', 'find = "sum"', "find: expected one of count, gaps"),
        ('from = "summits"', 'from = "meetings"', "There is no table 'meetings'"),
        ('where = { kind = "visit" }', 'where = { sort = "visit" }', "no entry or column 'sort'"),
        ('where = { kind = "visit" }', 'where = { place = "Andong" }', "no two rows to count"),
        ("visits since 2004", "visits since 2005", "0 rows of code_track_expected are so"),
        ("since = {", "sins = {", "unknown entry sins"),
        ('value = "expected"', "", "the entry value is missing"),
        ("[[values]]", "[values", "cannot be read"),
    ],
)
def test_a_rule_that_does_not_fit_is_told(case, old, new, says):
    path = case / "data" / "computed.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        computed()
    assert says in str(caught.value)


# No test has to be edited: the suites of the rows run in a copy that has two more facts.


def test_the_tests_of_the_data_and_of_the_lessons_hold_afterwards(case):
    keeping.add("summits", VISIT, SOURCE, DAY)
    keeping.settle("L03", "no", SETTLED, ["module:witness"], WITNESS, LATER)
    keep_out = shutil.ignore_patterns("__pycache__", "browser", ".*")
    for folder in ("casekit", "tests", "exercises", "solutions"):
        shutil.copytree(ROOT / folder, case / folder, ignore=keep_out)
    shutil.copy(ROOT / "pyproject.toml", case)
    suites = ["data", "lesson0_items", "lesson1_items", "lesson5_items", "code_track_items"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEKIT")}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider"),
            *(f"tests/test_{name}.py" for name in suites),
        ],
        cwd=case,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
