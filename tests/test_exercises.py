"""The exercises of this case: made from their solutions, answered well, badly or not at all."""

import re
from pathlib import Path

import altair as alt
import nbformat
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

from casekit import catalogue, passport, tables
from casekit.building import exercise_text, notebooks
from casekit.catalogue import forget
from casekit.exercises import BEGIN, END, STARTER, TAG
from casekit.widgets import code_task
from casekit.widgets.code_task import check

ROOT = Path(__file__).resolve().parents[1]
SOLUTIONS = [path for path in notebooks(ROOT) if path.parent.name == "solutions"]
NAMES = [path.stem for path in SOLUTIONS]
BROKEN = ["B1", "B2", "B3", "B4", "B5"]
TASKS = {"code-track": ["C1", "C2", "C3", "C4"], "broken-charts": BROKEN}
SAID = "A sentence that is long enough to say what is wrong."

each = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(autouse=True)
def this_case(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEKIT_CASE", str(ROOT))
    monkeypatch.setenv("CASEKIT_PASSPORT", str(tmp_path / "passport.jsonl"))
    monkeypatch.delenv("CASEKIT_VIEW", raising=False)
    forget()
    yield
    monkeypatch.undo()
    forget()


def book(folder, name):
    return nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)


def code(folder, name):
    return [cell for cell in book(folder, name).cells if cell.cell_type == "code"]


def asked(folder, name):
    found = [re.match(r'ask\("([^"]+)"\)', cell.source) for cell in code(folder, name)]
    return [match[1] for match in found if match]


def printed(cell):
    """Return what the outputs of a cell say, as plain text."""
    texts = [output.get("text", "") for output in cell.get("outputs", [])]
    texts += [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    return "\n".join(texts)


def say(name, path):
    return next(one.say for one in catalogue.item(name).feedback if one.path == path)


# What is generated


def test_every_lesson_from_the_first_has_exercises():
    lessons = [path.stem for path in notebooks(ROOT) if path.parent.name == "lessons"]
    numbered = {name for name in lessons if re.match(r"0[1-9]", name)}
    assert numbered and numbered <= set(NAMES)
    assert {"code-track", "broken-charts", "unseen-coverage"} <= set(NAMES)


@each
def test_exercise_is_the_generated_text(name):
    stored = (ROOT / "exercises" / f"{name}.ipynb").read_bytes()
    assert stored == exercise_text(ROOT / "solutions" / f"{name}.ipynb", ROOT).encode()


@each
def test_no_answer_is_left_in_an_exercise(name):
    text = (ROOT / "exercises" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert not any(marker in text for marker in (BEGIN, STARTER, END, "Reference:", "answer**"))
    hidden = [
        cell for cell in book("solutions", name).cells if TAG in cell.metadata.get("tags", [])
    ]
    assert hidden
    kept = {cell.id for cell in book("exercises", name).cells}
    assert kept.isdisjoint(cell.id for cell in hidden)
    assert all(cell.source not in text for cell in hidden if "\n" not in cell.source)


@each
def test_students_meet_every_question_of_the_solution(name):
    assert asked("exercises", name) == asked("solutions", name)
    assert len(set(asked("exercises", name))) == len(asked("exercises", name)) > 0


@each
def test_opening_says_what_it_has_to_say(name):
    opening = book("exercises", name).cells[0]
    assert opening.source == book("solutions", name).cells[0].source
    assert opening.metadata.tags == ["opening"]
    for part in ("The question.", "What you will be able to do", "You need.", "You hand in."):
        assert f"**{part}**" in opening.source
    total, read, do = map(
        int,
        re.search(r"About (\d+) minutes: (\d+) to read, (\d+) to do", opening.source).groups(),
    )
    assert do == sum(catalogue.item(item).minutes for item in asked("exercises", name))
    assert total == read + do


# Code: the model solution, the starter, and what usually goes wrong


@pytest.mark.parametrize(("name", "tasks"), TASKS.items())
def test_model_solution_passes_its_checks(name, tasks):
    """The stored outputs say so; nbval compares them with those of a new run."""
    said = "\n".join(printed(cell) for cell in code("solutions", name))
    for task in tasks:
        item = catalogue.item(task)
        assert item.feedback[-1].path == "otherwise"
        assert item.feedback[-1].say in said
        assert f"{len(item.checks)} of {len(item.checks)} checks hold." in said


@pytest.mark.parametrize(("name", "tasks"), TASKS.items())
def test_starter_is_the_one_of_the_question(name, tasks):
    """Every line of a question's starter that does work stands in the exercise as well."""
    lines = {line.strip() for cell in code("exercises", name) for line in cell.source.split("\n")}
    for task in tasks if name == "code-track" else []:
        for line in catalogue.item(task).starter.split("\n"):
            assert line.strip() in lines or not line or "DATA = " in line, line


@pytest.mark.parametrize("name", TASKS)
def test_starter_says_what_is_missing_and_runs_on(name):
    run = book("exercises", name)
    NotebookClient(run, resources={"metadata": {"path": str(ROOT / "exercises")}}).execute()
    starters = [cell for cell in run.cells if "____" in cell.source and cell.cell_type == "code"]
    assert len(starters) >= len(TASKS[name])
    for cell in starters:
        assert re.search(r"Lines? [\d, and]+ still holds? (?:a )?blanks? \(____\)", printed(cell))
    assert passport.read().entries == (), "an exercise that was only run counts as an attempt"
    data = [output.get("data", {}) for cell in run.cells for output in cell.get("outputs", [])]
    assert not any("cdn." in str(one) or "<script" in str(one) for one in data)
    if name == "broken-charts":
        assert sum("application/vnd.vegalite.v5+json" in one for one in data) == len(TASKS[name])


@pytest.mark.parametrize("task", BROKEN)
def test_broken_chart_fails_with_the_sentence_for_its_fault(task, capsys):
    fault = catalogue.item(task).feedback[1].path
    if task == "B3":
        fault = "bridged"
    made = filled(catalogue.item(task).starter)
    check(task, **{name: made[name] for name in catalogue.item(task).names})
    said = capsys.readouterr().out
    assert say(task, fault) in said
    assert say(task, "otherwise") not in said
    assert say(task, "unsaid") not in said


def filled(starter):
    """Run a starter in which only the sentences are filled in."""
    made = {}
    exec(starter.replace("____", SAID), made)
    return made


def values(task, **changed):
    made = filled(catalogue.item(task).starter)
    return {name: made[name] for name in catalogue.item(task).names} | changed


def shown(**columns):
    return pd.DataFrame(columns)


def chart(**channels):
    frame = pd.DataFrame({"a": ["2001-01-01"], "b": [1], "c": ["x"]})
    return alt.Chart(frame).mark_point().encode(**channels)


EXPECTED = tables.table("code_track_expected").set_index("quantity")["expected"]
YEARS = tables.read_table("opinion").query(
    "series_id == 'cao_closeness_jp_of_kr' and response == 'feel closeness' and year < 2020"
)
BY_YEAR = YEARS.set_index("year")["percent"].reindex(range(1988, 2020))
HOSTED = [int(EXPECTED[f"visits hosted by {host}"]) for host in ("JPN", "KOR")]
UP, ACROSS = alt.Y("b:Q"), alt.X("a:T")
ANSWERS = [
    ("B1", {"chart": chart(x=ACROSS, y="c:N")}, ["otherwise"]),
    ("B1", {"chart": chart(x=ACROSS, y="c:N"), "wrong": "Bad."}, ["unsaid"]),
    ("B1", {"chart": chart(x="a:O", y="c:N")}, ["steps"]),
    ("B1", {"chart": chart(y="c:N")}, ["steps"]),
    ("B2", {"chart": chart(x="c:N", y=UP)}, ["otherwise"]),
    ("B2", {"chart": chart(x="c:N", y=UP.scale(domain=[0, 40]))}, ["otherwise"]),
    ("B2", {"chart": chart(x="c:N", y=UP), "wrong": ""}, ["unsaid"]),
    ("B2", {"chart": chart(x="c:N", y=UP.scale(domain=[10, 40]))}, ["cut"]),
    ("B2", {"chart": chart(x="c:N", y=UP.scale(domainMin=10))}, ["cut"]),
    ("B2", {"chart": chart(x="c:N", y=UP.scale(zero=False))}, ["cut"]),
    ("B3", {"shown": BY_YEAR.reset_index()}, ["otherwise"]),
    ("B3", {"shown": BY_YEAR.reset_index(), "wrong": "Bad."}, ["unsaid"]),
    ("B3", {"shown": BY_YEAR.fillna(0).reset_index()}, ["zero", "bridged"]),
    ("B3", {"shown": BY_YEAR.interpolate().reset_index()}, ["bridged"]),
    ("B3", {"shown": BY_YEAR.reset_index(), "chart": chart(x=ACROSS)}, ["other-chart"]),
    ("B4", {"shown": shown(country_iso3=["JPN", "KOR"], visits=HOSTED)}, ["otherwise"]),
    (
        "B4",
        {"shown": shown(country_iso3=["JPN", "KOR"], visits=[one + 4 for one in HOSTED])},
        ["counted-twice"],
    ),
    (
        "B4",
        {"shown": shown(country_iso3=["JPN", "KOR"], visits=HOSTED), "wrong": ""},
        ["unsaid"],
    ),
    (
        "B4",
        {"shown": shown(country_iso3=["JPN", "KOR"], visits=HOSTED), "chart": chart(y=UP)},
        ["other-chart"],
    ),
    ("B5", {"chart": chart(x=ACROSS, y=UP, color="c:N", strokeDash="c:N")}, ["otherwise"]),
    ("B5", {"chart": chart(x=ACROSS, y=UP, color="c:N", row="c:N")}, ["otherwise"]),
    ("B5", {"chart": chart(x=ACROSS, y=UP, color="c:N")}, ["colour-only"]),
    ("B5", {"chart": chart(x=ACROSS, y=UP, strokeDash="c:N"), "wrong": "Bad."}, ["unsaid"]),
    *((task, None, ["not-all-given"]) for task in BROKEN),
]


@pytest.mark.parametrize(("task", "changed", "paths"), ANSWERS)
def test_answer_to_a_broken_chart_gets_its_sentence(task, changed, paths, capsys):
    given = values(task, **changed) if changed is not None else {"wrong": SAID}
    check(task, **given)
    said = capsys.readouterr().out
    for path in paths:
        assert say(task, path) in said
    (entry,) = passport.read().of(task)
    assert list(catalogue.item(task).mark(entry.answer).paths) == paths


@pytest.mark.parametrize("task", BROKEN)
def test_every_sentence_of_a_broken_chart_is_reached(task):
    item = catalogue.item(task)
    reached = {path for name, _, paths in ANSWERS if name == task for path in paths}
    reached |= {item.feedback[1].path}
    assert reached == {one.path for one in item.feedback}
    assert len(item.hints) == 3


def test_what_the_sentences_of_the_broken_charts_say():
    visits = tables.table("summits").query("kind == 'visit' and date >= '2004'")
    assert visits["date"].is_unique
    polls = tables.table("opinion").query("year == 2023 and response == 'favourable'")
    polls = polls[polls["series_id"].str.startswith("genron_eai_impression")]
    low, high = sorted(polls["percent"])
    assert (low - 25) / (high - 25) < 1 / 3 and low / high > 3 / 4
    assert int(BY_YEAR.isna().sum()) == 11 and BY_YEAR.min() == 26.7


# Blanks


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["x = 1\n", 'y = "____"\n'], "Line 2 still holds a blank (____)."),
        (["a.____()\n", "b\n", "1 - ____ / ____\n"], "Lines 1 and 3 still hold blanks (____)."),
        (["____\n"] * 3, "Lines 1, 2 and 3 still hold blanks"),
    ],
)
def test_cell_with_blanks_says_so_and_does_not_run(lines, said):
    (line,) = code_task.blanks_first(lines)
    assert said in line
    compile(line, "cell", "exec")


@pytest.mark.parametrize(
    "line", ["x = 1\n", "# x = ____\n", "    # ____\n", "a____b = 1\n", "__x__\n"]
)
def test_cell_without_blanks_stays_as_it_is(line):
    assert code_task.blanks_first([line]) == [line]


def test_blanks_are_minded_from_the_first_task_on(monkeypatch, capsys):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    for _ in range(2):
        code_task.mind_blanks()
    shell.run_cell("made = 1\nmade = ____")
    assert "Line 2 still holds a blank" in capsys.readouterr().out
    assert "made" not in shell.user_ns
    shell.run_cell("made = 2")
    assert shell.user_ns["made"] == 2
